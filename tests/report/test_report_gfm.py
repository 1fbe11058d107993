"""The report as Markdown, read by GitHub's own parser."""

from functools import cache
from html.parser import HTMLParser

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text

from gate.report import markdown

cmarkgfm = pytest.importorskip("cmarkgfm", reason="GitHub's parser (cmarkgfm) is not installed")
LENGTHS = ("comment", "summary", "full")


class Tags(HTMLParser):
    """All tags of a page with their attributes, in order, but for code, in which nothing acts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        if tag != "code":
            self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        """Note a tag that closes."""
        if tag != "code":
            self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        """Note what would be hidden."""
        self.found.append(data)


def tags(text: str) -> list[object]:
    """What GitHub makes of Markdown, without the texts."""
    page = Tags()
    options = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=options))
    return page.found


def everywhere(text: str, length: str) -> str:
    """The report with one text in every place."""
    return markdown.render(with_text(build.traced(), text), length=length, max_bytes=1_000_000)


@cache
def usual(length: str) -> list[object]:
    """The tags of a report with an ordinary word everywhere."""
    return tags(everywhere("word", length))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_makes_no_tags(attack: str, length: str) -> None:
    assert tags(everywhere(attack, length)) == usual(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_block_that_is_opened_is_closed(length: str) -> None:
    found = tags(markdown.render(build.traced(), length=length))

    for name in ("details", "summary", "table", "ul", "li", "pre", "sub", "blockquote", "p"):
        assert sum(isinstance(one, tuple) and one[0] == name for one in found) == found.count(name)


@pytest.mark.parametrize("length", LENGTHS)
def test_only_tags_that_github_keeps_are_used(length: str) -> None:
    known = {
        "a", "blockquote", "details", "h3", "li", "p", "pre", "strong", "sub", "summary",
        "table", "tbody", "td", "th", "thead", "tr", "ul",
    }  # fmt: skip
    used = {one[0] for one in tags(markdown.render(build.traced(), length=length)) if isinstance(one, tuple)}

    assert used <= known
