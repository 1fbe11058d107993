"""Flame graphs: the figure, what it is made of, and the page."""

import re
from html.parser import HTMLParser

import pytest
from attacks import ATTACKS
from msgspec.structs import replace
from tree_builders import FRAME, PLACE, SUSPECT, node, signature, tree

from gate.model.result import CallTree
from gate.report import flamegraph

SVG = re.compile(
    r'<svg class="f ([^"]*)" x="([\d.]+)%" y="(\d+)" width="([\d.]+)%" height="\d+"([^>]*)>(.*?)</svg>'
)


class Page(HTMLParser):
    """Elements with their attributes, and whether every one is closed."""

    VOID = frozenset({"meta", "input", "rect"})

    def __init__(self, text):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Note an element."""
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Note an element without content."""
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        """Close the innermost element."""
        assert self.open.pop() == tag


def frames(text):
    """Classes, left, row, width and words of each frame."""
    return [
        (classes, float(left), int(top) // flamegraph.ROW, float(width), body)
        for classes, left, top, width, _, body in SVG.findall(text.replace("\n", " "))
    ]


def test_frames_stand_below_their_callers_as_wide_as_their_share():
    found = frames(flamegraph.figure(signature()))

    assert [frame[:4] for frame in found] == [
        ("sys", 0.0, 0, 100.0),
        ("own path", 0.0, 1, 70.0),
        ("sys", 0.0, 2, 50.0),
        ("sys", 70.0, 1, 20.0),
    ]


def test_several_roots_stand_side_by_side():
    rows = ((0, "a", 6, 0), (0, "b", 4, 0))

    assert [frame[1:4] for frame in frames(flamegraph.figure(signature(tree=tree(rows))))] == [
        (0.0, 0, 60.0),
        (60.0, 0, 40.0),
    ]


def test_every_frame_is_described():
    one = CallTree(
        logs=1,
        samples=10,
        nodes=(node(0, "LOAD", 10, 2, file="Store.swift", line=12, repeats=3),),
        baseline_samples=8,
    )
    (frame,) = frames(flamegraph.figure(signature(tree=one), baseline="3.3"))
    title = re.search("<title>(.*)</title>", frame[4])[1]

    assert title == (
        "LOAD App, Store.swift:12 100%: 10 of 10 samples 25% in 3.3 calls itself, up to 3 times in a row"
        " on the blame path"
    )


def test_frames_are_compared_with_the_baseline():
    rows = ((0, "main", 100, 100), (1, "a", 40, 20), (1, "b", 30, 50), (1, "c", 20, 0), (1, "d", 10, 10))
    text = flamegraph.figure(signature(tree=tree(rows, compared=True)), baseline="3.3")

    assert [classes for classes, *_ in frames(text)] == ["sys", "sys up", "sys down", "sys added", "sys"]
    assert "Compare with 3.3" in text
    assert "not seen in 3.3" in text


def test_without_a_baseline_there_is_nothing_to_compare():
    text = flamegraph.figure(signature(), baseline="3.3")

    assert "Compare" not in text
    assert "3.3" not in text.replace(signature().sentence, "")


def test_what_is_left_out_and_what_is_system_only_is_said():
    text = flamegraph.figure(signature(tree=tree(left_out=3, system_samples=2)))

    assert (
        "10 samples in 2 logs, 20% of them in stacks without the app&#39;s own code. 3 lighter frames left out."
        in text
    )
    assert "none of the app&#39;s own code below" not in text


def test_a_root_without_own_code_is_labelled():
    text = flamegraph.figure(signature(tree=tree(((0, "idle", 3, 0),))))

    assert "none of the app&#39;s own code below" in text


@pytest.mark.parametrize("nothing", [None, CallTree(logs=1, samples=0, nodes=(node(0, "a", 0),))])
def test_without_samples_there_is_no_figure(nothing):
    assert flamegraph.figure(signature(tree=nothing)) == ""


def test_frames_too_narrow_to_be_seen_are_not_drawn():
    rows = ((0, "main", 100_000, 0), (1, "a", 99_999, 0), (1, "b", 1, 0))

    assert len(frames(flamegraph.figure(signature(tree=tree(rows))))) == 2


def test_a_figure_needs_no_script_to_be_seen():
    page = Page(flamegraph.figure(signature()))
    tools = next(attributes for tag, attributes in page.elements if attributes.get("class") == "flame-tools")

    assert page.open == []
    assert "hidden" in tools
    assert not any("style" in attributes for _, attributes in page.elements)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


# --- the page ---------------------------------------------------------------------------------------


def page_of(*findings, **options):
    return flamegraph.page(findings, title="Signatures of 3.4", **options)


def test_a_page_holds_all_it_needs():
    text = page_of(signature(source=PLACE, blame=(FRAME,), blame_kind="blame"), signature(rank=2, tree=None))
    page = Page(text)

    assert page.open == []
    assert text.count("<figure") == 1
    assert not re.search(r"(?:src|href|@import|url\()", text)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert "#12 Load it at once" in text


def test_the_only_addresses_in_it_are_names_of_formats():
    assert set(re.findall(r"https?://[^\s\"'<>]+", page_of(signature()))) == {"http://www.w3.org/2000/svg"}


def test_a_page_without_signatures_says_so():
    assert "No diagnostic signatures." in page_of()


@pytest.mark.parametrize(
    "attack", [*ATTACKS, "</title><script>alert(1)</script>", '"><img src=x onerror=alert(1)>']
)
def test_hostile_text_is_text(attack):
    text = _page_that_says(attack)

    assert [tag for tag, _ in Page(text).elements] == [
        tag for tag, _ in Page(_page_that_says("name")).elements
    ]
    assert not set(text) & set("\u202e\u2066\x1b\x00")


def _page_that_says(words):
    """A page that has these words wherever it can have any."""
    one = CallTree(logs=1, samples=1, nodes=(node(0, words, 1, 1, file=words),), baseline_samples=1)
    place = replace(
        PLACE, path=words, owners=(words,), suspects=(replace(SUSPECT, subject=words, author=words),)
    )
    found = signature(name=words, text=words, tree=one, source=place, sentence=words, fingerprint="f")
    return flamegraph.page([found], title=words, baseline=words)


def test_style_and_script_can_stand_in_a_page_of_somebody_else():
    assert "</" not in flamegraph.style()
    assert "</script" not in flamegraph.script()
    assert "{{" not in flamegraph.style() + flamegraph.script()
