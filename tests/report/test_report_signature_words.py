"""What is known of a signature, in words."""

import pytest
import result_builders as build
from msgspec.structs import replace
from tree_builders import FRAME, PLACE, SUSPECT, signature

from gate.model.facts import DiagnosticNote, Frame
from gate.report.shared import signature_words


def lines(**fields):
    return [line.text for line in signature_words.explanation(signature(**fields))]


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({}, "HANGS 1: Store.load(), 38%, new"),
        ({"change": "grown", "baseline_weight": 0.1}, "HANGS 1: Store.load(), 38%, grown from 10%"),
        ({"weight": None, "change": "unknown"}, "HANGS 1: Store.load()"),
        ({"weight": None, "change": "gone", "baseline_weight": 0.1}, "HANGS 1: Store.load(), gone"),
        ({"name": ""}, "HANGS 1: App: load() + 4, 38%, new"),
    ],
)
def test_a_signature_in_one_line(fields, headline):
    assert signature_words.headline(signature(**fields)) == headline


def test_the_whole_chain_is_written():
    assert lines(blame=(FRAME,), blame_kind="blame", source=PLACE) == [
        "Blame path: Store.load() (Store.swift:12)",
        "Source: Sources/Store.swift:12 at v3.4",
        "Owner: @store, @all",
        "Commits that touched this code since the baseline (not proven causes):",
        "#12 Load it at once (Kim, 2026-05-03) touched the function",
    ]


@pytest.mark.parametrize("word", ["culprit", "guilty", "caused by", "fault"])
def test_nobody_is_called_more_than_a_suspect(word):
    text = "\n".join(lines(blame=(FRAME,), blame_kind="blame", source=PLACE))

    assert word not in text.lower()
    assert "not proven causes" in text.lower()


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"blame_kind": "system"}, "System only: no stack has any of the app's own code."),
        (
            {"blame": (FRAME,), "blame_kind": "own"},
            "The app's own code on the heaviest path: Store.load() (Store.swift:12)",
        ),
        ({"blame": (FRAME,), "blame_kind": "overview"}, "Apple's overview names: Store.load() (Store.swift:12)"),
        ({"logs_problem": "The service is down."}, "Call stacks are missing: The service is down."),
        ({"advice": (DiagnosticNote(text="Read later."),)}, "Apple's advice: Read later."),
        ({"source": replace(PLACE, owners=(), owners_problem="nobody is named")}, "Owner: unknown, nobody is named"),
        ({"source": replace(PLACE, suspects=())}, signature_words.NO_SUSPECTS),
        (
            {"source": replace(PLACE, suspects=(), suspects_problem="the checkout is shallow")},
            "Suspects can't be named: the checkout is shallow.",
        ),
        ({"source": replace(PLACE, suspects_problem="it took too long")}, "More suspects can't be named: it took too long."),
        (
            {"source": replace(PLACE, path="", revision_path="", problem="Not sure.", candidates=("a", "b"))},
            "Not sure. Candidates: a, b.",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(fields, line):
    assert line in lines(**fields)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"pull_request": None, "subject": "Plain"},
            "0123456789 Plain (Kim, 2026-05-03) touched the function",
        ),
        ({"touched": "file"}, "#12 Load it at once (Kim, 2026-05-03) touched its file"),
        ({"touched": "caller"}, "#12 Load it at once (Kim, 2026-05-03) touched a function that calls it"),
    ],
)
def test_a_suspect_in_words(changes, words):
    assert signature_words.suspect_words(replace(SUSPECT, **changes)) == words


@pytest.mark.parametrize(
    ("frames", "words_"),
    [
        ((Frame(depth=0, file="A.swift", line=1), Frame(depth=1, file="B.swift", line=2)), "B.swift:2"),
        (
            (Frame(depth=0, file="A.swift", line=1), Frame(depth=1, symbol="b")),
            "called from A.swift:1",
        ),
        ((Frame(depth=0, file="A.swift"),), "A.swift"),
        ((Frame(depth=0, symbol="work()"),), "work()"),
        ((Frame(depth=0, symbol="decodeImage"),), ""),
        ((), ""),
    ],
)
def test_the_deepest_frame_that_can_be_looked_up_is_named(frames: tuple[Frame, ...], words_: str) -> None:
    assert signature_words.place(build.signature(blame=frames)) == words_


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"change": "new"}, "new"),
        ({"change": "grown", "baseline_weight": 0.12}, "grown from 12%"),
        ({"change": "same", "baseline_weight": 0.4}, "about the same"),
        ({"change": "unknown"}, "not compared"),
        ({"change": "gone"}, "gone"),
    ],
)
def test_a_signature_says_what_became_of_it(changes: dict[str, object], text: str) -> None:
    assert signature_words.change(build.signature(**changes)) == text


@pytest.mark.parametrize(
    ("changes", "words_"),
    [
        ({"source": build.source()}, "Sources/Grid/ThumbnailCache.m:218"),
        ({"source": build.source(line=None)}, "Sources/Grid/ThumbnailCache.m"),
        ({"source": build.source(path="", problem="There is no such file.")}, "ThumbnailCache.m:218"),
        ({}, "ThumbnailCache.m:218"),
    ],
)
def test_a_signature_is_where_the_repository_has_it(changes: dict[str, object], words_: str) -> None:
    assert signature_words.place(build.signature(**changes)) == words_


DECODE = Frame(depth=3, symbol="Cache.decode(_:)", binary="App")
CONFIGURE = Frame(depth=1, symbol="Grid.configure()", binary="App", file="Grid.swift", line=40)
OPEN = Frame(depth=4, symbol="Store.open()", binary="App", file="Store.swift", line=142)


@pytest.mark.parametrize(
    ("blame", "words_"),
    [
        ((CONFIGURE, DECODE), "called from Grid.swift:40"),
        ((CONFIGURE, replace(DECODE, file="Cache.swift", line=7)), "Cache.swift:7"),
        ((replace(DECODE, file="Cache.swift", line=7), OPEN), "Store.swift:142 in Store.open()"),
        ((replace(DECODE, file="Cache.swift", line=7), replace(OPEN, file="")), "Cache.swift:7"),
        (
            (
                CONFIGURE,
                replace(DECODE, symbol="closure #1 () in Cache.decode(_:)", file="Cache.swift", line=9),
            ),
            "Cache.swift:9",
        ),
        ((replace(CONFIGURE, file=""), DECODE), "called from Grid.configure()"),
        ((DECODE,), ""),
    ],
)
def test_a_function_is_never_shown_with_the_line_of_another(blame: tuple[Frame, ...], words_: str) -> None:
    one = build.signature(text="App: Cache.decode(_:) + 12", name="Cache.decode(_:)", blame=blame)

    assert signature_words.place(one) == words_


def test_a_callers_place_in_the_repository_says_called_from() -> None:
    place = build.source(frame=CONFIGURE, path="Sources/Grid.swift", line=40, is_caller=True, revision="")
    one = build.signature(
        text="App: Cache.decode(_:) + 12", name="Cache.decode(_:)", blame=(CONFIGURE, DECODE), source=place
    )

    assert signature_words.place(one) == "called from Sources/Grid.swift:40"
    assert signature_words.at_place(one) == "called from Grid.swift:40"
    assert "Called from: Sources/Grid.swift:40" in [line.text for line in signature_words.explanation(one)]


def test_the_line_of_the_function_itself_comes_before_a_callers_in_the_repository() -> None:
    place = build.source(frame=CONFIGURE, path="Sources/Grid.swift", line=40, is_caller=True)
    blame = (CONFIGURE, replace(DECODE, file="Cache.swift", line=7))
    one = build.signature(text="App: Cache.decode(_:) + 12", blame=blame, source=place)

    assert signature_words.whereabouts(one) == signature_words.Whereabouts(text="Cache.swift:7")
    assert signature_words.at_place(one) == "at Cache.swift:7"
