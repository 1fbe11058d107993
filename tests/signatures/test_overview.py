"""What Apple's overview of the app says of a build's signatures."""

import pytest

from gate.model.facts import Frame, OverviewSignature, Signature
from gate.signatures.functions import group_by_function
from gate.signatures.overview import Overview, to_frame


def entry(text="", **fields):
    return OverviewSignature(type=fields.pop("type", "HANGS"), text=text, **fields)


def function(*texts, kind="HANGS"):
    """One function of several places; the id of each is its text."""
    (found,) = group_by_function([Signature(id=text, type=kind, text=text) for text in texts], kind)
    return found


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        ([entry("App: f() + 9", count=3)], 3),
        ([entry("App: specialized f()", id="else", count=3)], 3),
        ([entry("App: g()", id="App: f() + 1", count=3)], 3),
        ([entry(id="App: f() + 1", count=3), entry(id="App: f() + 2", count=4)], 7),
        ([entry(id="App: f() + 1", count=3), entry("App: f()", count=9)], 3),
        ([entry(id="App: f() + 1", count=3), entry(id="App: f() + 1", count=9)], 3),
        ([entry("App: f()", count=3), entry("App: f()", count=9)], 3),
        ([entry("App: f()", count=0)], 0),
        ([entry("App: f()", count=None)], None),
        ([entry("App: f()", type="LAUNCHES", count=3)], None),
        ([entry(id="App: f() + 1", type="LAUNCHES", count=3)], None),
        ([entry("App: g()", count=3)], None),
        ([entry(count=3)], None),
        ([], None),
    ],
)
def test_a_count_is_found_by_id_else_by_text(entries, count):
    assert Overview(entries).count(function("App: f() + 1", "App: f() + 2")) == count


def test_a_signature_without_text_is_none_of_an_entry_without_one():
    assert Overview([entry(id="else", count=3)]).count(function("")) is None


def test_the_first_entry_with_a_file_names_the_line():
    entries = [entry(id="App: f() + 1"), entry("App: f()", id="App: f() + 2", file="Main.swift", line=42)]
    frame = Overview(entries).find_frame(function("App: f() + 1", "App: f() + 2"))

    assert (frame.file, frame.line) == ("Main.swift", 42)


def test_without_a_file_no_line_is_named():
    assert Overview([entry("App: f()", line=42)]).find_frame(function("App: f()")) is None


def test_an_entry_becomes_a_frame_of_its_function():
    assert to_frame(entry("App: f() + 1", file="Main.swift", line=42)) == Frame(
        depth=0, symbol="f() + 1", binary="App", file="Main.swift", line=42
    )
