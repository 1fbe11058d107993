"""The hidden first line of comments and issues."""

import pytest
from attacks import ATTACKS
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gate.publish.github import marker
from gate.publish.github.marker import Marker

MINE = Marker(kind="comment", key="main", run=50, attempt=2, sha="a" * 40, digest="0f", state="findings")
KEYS = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)


@given(KEYS)
def test_a_marker_is_read_back(key):
    mine = Marker(kind="comment", key=key, run=50, attempt=2, sha="a" * 40, digest="0f", state="recovered")

    assert marker.parse(marker.render(mine) + "text", "comment", key) == mine


@pytest.mark.parametrize("key", [*(attack for attack in ATTACKS if "\ud800" not in attack), "--><b>", "a b"])
def test_no_key_shows_or_ends_the_marker(key):
    body = marker.render(Marker(kind="comment", key=key)) + "text"
    tokens = MarkdownIt("commonmark", {"html": True}).parse(body)

    assert [token.type for token in tokens] == ["html_block", "paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize(
    "body",
    [
        "text\n" + marker.render(MINE),
        " " + marker.render(MINE),
        marker.render(MINE).replace("key=main", "key=other"),
        marker.render(MINE).replace(":comment", ":issue"),
        marker.render(MINE).replace("run=50", "run=-1"),
        marker.render(MINE).replace("state=findings", "state=new"),
        "<!-- appstore-gate:comment key=main -->",
        "",
    ],
)
def test_only_a_whole_marker_of_the_same_kind_and_key_at_the_start_counts(body):
    assert marker.parse(body, "comment", "main") is None


def test_a_marker_survives_being_saved_with_other_line_breaks():
    assert marker.parse(marker.render(MINE).replace("\n", "\r\n") + "text", "comment", "main") == MINE


def test_the_text_below_a_marker_is_had_without_it():
    assert marker.without(marker.render(MINE) + "text") == "text"
    assert marker.without("text") == "text"


def test_age_grows_with_the_run_and_then_with_the_attempt():
    ages = [
        Marker(kind="comment", key="k", run=run, attempt=attempt).age
        for run, attempt in [(9, 2), (10, 1), (10, 2)]
    ]

    assert ages == sorted(ages)
