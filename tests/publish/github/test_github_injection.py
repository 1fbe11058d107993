"""Text from outside does nothing in any place that is published to, by parsers that are not ours."""

import json
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser

import pytest
from attacks import ATTACKS
from everywhere import with_text
from fake_github import HEAD
from github_view import references, structure
from msgspec.structs import replace
from publishing import RUN_URL, api_of, mine, wanted
from result_builders import regressed
from runner_rules import commands as read
from runner_rules import outputs

from gate.publish.combine import combine_stories
from gate.publish.describe import describe_result
from gate.publish.github import checkrun, comment, issue, marker
from gate.publish.github.host import GitHubHost
from gate.publish.github.placement import PolicyPlace
from gate.publish.github.runner import read_runner
from gate.publish.host import PublishRequest, publish
from gate.publish.hosts import publish_error
from gate.report.markdown import COMMENT_BYTES

PLAIN = "ordinary words"
CHUNK = 8
"""Attacks that are rendered in one report, which takes its time."""
CHUNKS = ["\n".join(ATTACKS[start : start + CHUNK]) for start in range(0, len(ATTACKS), CHUNK)]


def hostile(attack):
    """A story in which every text is an attack."""
    return describe_result(with_text(regressed(), attack))


def framed(attack):
    """The same, around a report without any text, for what we write around a report."""
    return replace(hostile(attack), draw=lambda *_: "Report.\n")


def bodies(story):
    """The Markdown of every place that is written to, without the markers of ours."""
    yield marker.without(comment.decide([], wanted(story)).body)
    yield marker.without(issue.body_of(story, mine("issue"), RUN_URL))
    yield comment.recovered_note(story)
    yield checkrun.summary(story, RUN_URL)
    yield combine_stories([story, framed(PLAIN)], missing=1).draw("comment", COMMENT_BYTES, True)


def acts(markdown):
    """How often each kind of block and each inline element that does something stands in a text."""
    kinds = [
        re.sub(r"<summary>.*?</summary>", "", kind, flags=re.DOTALL).strip() for kind in structure(markdown)
    ]
    return Counter(kinds)


@cache
def usual(make):
    """What ordinary words make, place by place; something in each, else a comparison with it would prove nothing."""
    found = [acts(body) for body in bodies(make(PLAIN))]
    assert all(found)
    return found


@pytest.mark.parametrize(
    ("make", "attack"), [*((framed, attack) for attack in ATTACKS), *((hostile, chunk) for chunk in CHUNKS)]
)
def test_no_text_makes_a_block_a_link_or_a_reference_anywhere(make, attack):
    written = list(bodies(make(attack)))

    assert [acts(body) - harmless for body, harmless in zip(written, usual(make), strict=True)] == [
        Counter() for _ in written
    ]
    assert [references(body) for body in written] == [[] for _ in written]
    assert not any("<!--" in body for body in written)


class _Elements(HTMLParser):
    """The elements of a page with where they lead to."""

    def __init__(self):
        super().__init__()
        self.found = Counter()

    def handle_starttag(self, tag, attrs):
        target = dict(attrs).get("href") or dict(attrs).get("src") or ""
        self.found[tag, target] += tag not in ("code", "p", "br")


@pytest.mark.parametrize(
    ("make", "attack"), [*((framed, attack) for attack in ATTACKS), *((hostile, chunk) for chunk in CHUNKS)]
)
def test_the_renderer_that_github_uses_makes_no_element_of_a_text(make, attack):
    cmarkgfm = pytest.importorskip("cmarkgfm", reason="cmarkgfm is not installed")

    def elements(story):
        page = _Elements()
        for body in bodies(story):
            page.feed(
                cmarkgfm.github_flavored_markdown_to_html(body, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
            )
        return page.found

    assert elements(make(attack)) - elements(make(PLAIN)) == Counter()


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_gives_the_runner_another_command_or_output(step, tmp_path, time, attack):
    said = []
    environment = step("schedule", {}, GATE_TOKEN="")
    host = GitHubHost(read_runner(environment), environment, say=said.append, clock=time, sleep=time.sleep)
    publish(host, PublishRequest(story=framed(attack), paths={"report": tmp_path}))

    assert {name for name, _, _ in read("\n".join(said))} <= {"error", "warning", "notice"}
    found = outputs((tmp_path / "outputs").read_text(encoding="utf-8"))
    assert found["verdict"] == "fail"
    assert "\n" not in found["sentence"]
    assert [entry["rule"] for entry in json.loads(found["failing-checks"])]
    assert set(found) == {
        "verdict",
        "sentence",
        "blocks",
        "exit-code",
        "fail-count",
        "warn-count",
        "undecided-count",
        "improved-count",
        "pass-count",
        "counts",
        "failing-checks",
        "report",
    }


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_words_of_an_error_are_only_words(step, tmp_path, attack):
    said = []
    publish_error(f"{attack}\nWhat to do: {attack}", 4, step("schedule", {}), say=said.append)
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")

    assert [name for name, _, _ in read("\n".join(said))] == ["error"]
    assert references(summary) == []
    assert _tags(summary) <= _tags("> ⚠️ **No verdict.**\n>\n> x `y`<br>\n> z<br>")
    assert outputs((tmp_path / "outputs").read_text(encoding="utf-8"))["verdict"] == "error"


def _tags(markdown):
    return set(structure(markdown)) - {"</code>", "<code>"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_check_run_stays_within_its_annotation(attack):
    findings = hostile(attack).findings
    places = PolicyPlace(path="perf.yml", lines={finding.rule: 3 for finding in findings if finding.rule})
    entries = checkrun.check_annotations(findings, places)

    assert len(entries) == sum(bool(finding.rule) for finding in findings) > 0
    for entry in entries:
        assert "\n" not in entry["message"] + entry["title"]
        assert entry["message"]
        assert entry["title"]


def test_a_user_can_not_forge_the_marker_through_the_policy(github, time):
    forged = marker.render(replace(mine(run=99), digest="00"))
    comment.publish(api_of(github, time), 7, wanted(hostile(forged)))

    assert github.bodies()[0].count("<!--") == 1
    assert marker.parse(github.bodies()[0], "comment", "main").run == 50
    assert HEAD in github.bodies()[0]
