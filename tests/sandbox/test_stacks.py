"""Call stacks as text, and nested as the API sends them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.sandbox import stacks

TREE = """
62 UIKitCore -[UIApplication _run] + 1432
  62 * ExamplePhotos specialized AlbumStore.reload(_:in:) + 212 (AlbumStore.swift:142)
    40 libsqlite3.dylib sqlite3_step + 380 #SQLiteSpill
    22 ExamplePhotos + 184320
9 Foundation main
"""


def test_a_line_names_all_parts_of_a_frame() -> None:
    (frame,) = stacks.parse("62 * Photos closure #1 in A.b(_: [C]) + 212 (A.swift:142) #SQLiteSpill")

    assert frame == stacks.StackLine(
        depth=0,
        samples=62,
        blame=True,
        binary="Photos",
        symbol="closure #1 in A.b(_: [C])",
        offset="212",
        file="A.swift",
        line="142",
        insight="SQLiteSpill",
    )


def test_indentation_is_depth() -> None:
    assert [frame.depth for frame in stacks.parse(TREE)] == [0, 1, 2, 2, 0]


def test_a_frame_without_symbol_is_not_symbolicated() -> None:
    frames = _nested(TREE)

    raw = frames[0]["subFrames"][0]["subFrames"][1]
    assert (raw["symbolName"], raw["offsetIntoSymbol"], raw["offsetIntoBinaryTextSegment"]) == (
        "",
        "",
        "184320",
    )


def test_a_frame_is_written_as_the_wire_writes_it() -> None:
    frame = _nested(TREE)[0]["subFrames"][0]

    assert frame["lineNumber"] == "142"
    assert frame["sampleCount"] == 62
    assert frame["isBlameFrame"] is True
    assert frame["offsetIntoBinaryTextSegment"] == ""
    assert "insightsCategory" not in frame
    assert frame["subFrames"][0]["insightsCategory"] == "SQLiteSpill"


def test_a_repeated_frame_calls_itself() -> None:
    frames = stacks.parse("5 a main\n  5 x3 a walk\n    4 a leaf\n  1 a other")

    assert [(frame.symbol, frame.depth) for frame in frames] == [
        ("main", 0),
        ("walk", 1),
        ("walk", 2),
        ("walk", 3),
        ("leaf", 4),
        ("other", 1),
    ]


def test_a_stack_deeper_than_pythons_own_can_be_written() -> None:
    body = bytes(stacks.root_frames(stacks.parse("7 x20000 a walk + 8 (W.swift:1)")))

    assert body.count(b'"subFrames":[') == 20_000
    assert body.endswith(b"[]" + b"}]" * 20_000)


def test_the_deepest_blamed_source_line_is_found() -> None:
    frames = stacks.parse("3 * a b (B.swift:1)\n  3 * a c (C.swift:2)\n    3 * a d + 4\n      3 x e (E.c:5)")

    found = stacks.blamed(frames)
    assert found is not None
    assert (found.file, found.line) == ("C.swift", "2")


def test_without_blame_no_source_line_is_found() -> None:
    assert stacks.blamed(stacks.parse("3 a b (B.swift:1)")) is None


@pytest.mark.parametrize(
    "text",
    ["", "  \n ", "main", "x a main", "3 a main\n   3 a odd", "3 a main\n    3 a too deep", "  3 a indented"],
)
def test_what_is_no_stack_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"stack|caller"):
        stacks.parse(text)


@given(st.lists(st.integers(min_value=0, max_value=3), min_size=1, max_size=40))
def test_nesting_keeps_every_frame_in_order(steps: list[int]) -> None:
    depths = [0]
    for back in steps:
        depths.append(max(0, depths[-1] + 1 - back))
    text = "\n".join(f"{'  ' * depth}1 binary f{number}" for number, depth in enumerate(depths))

    found = list(_walk(_nested(text), 0))

    assert found == [(depth, f"f{number}") for number, depth in enumerate(depths)]


def _nested(text: str) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = json.loads(bytes(stacks.root_frames(stacks.parse(text))))
    return frames


def _walk(frames: list[dict[str, Any]], depth: int) -> list[tuple[int, str]]:
    found = []
    for frame in frames:
        found += [(depth, frame["symbolName"]), *_walk(frame["subFrames"], depth + 1)]
    return found
