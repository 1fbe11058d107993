"""What is known of a signature, in words."""

import pytest
from attacks import ATTACKS
from msgspec.structs import replace
from tree_builders import FRAME, PLACE, SUSPECT, signature

from gate.model.facts import DiagnosticNote, VersionValue
from gate.report.shared import blame


def lines(**fields):
    return list(blame.explanation(signature(**fields)))


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({}, "HANGS 1: Store.load(), 38 %, new"),
        ({"change": "grown", "baseline_weight": 0.1}, "HANGS 1: Store.load(), 38 %, grown from 10 %"),
        ({"weight": None, "change": "unknown"}, "HANGS 1: Store.load()"),
        ({"weight": None, "change": "gone", "baseline_weight": 0.1}, "HANGS 1: Store.load(), gone"),
        ({"name": ""}, "HANGS 1: App: load() + 4, 38 %, new"),
    ],
)
def test_a_signature_in_one_line(fields, headline):
    assert blame.headline(signature(**fields)) == headline


def test_the_whole_chain_is_told():
    assert lines(blame=(FRAME,), blame_kind="blame", source=PLACE) == [
        "Blame path: Store.load() (Store.swift:12)",
        "Source: Sources/Store.swift:12 at v3.4",
        "Owner: @store, @all",
        "Suspects, which touched the code since the baseline; no more is known of them:",
        "- #12 Load it at once (Kim, 2026-05-03) touched the function",
    ]


@pytest.mark.parametrize("word", ["culprit", "guilty", "caused by", "fault"])
def test_nobody_is_called_more_than_a_suspect(word):
    text = "\n".join(lines(blame=(FRAME,), blame_kind="blame", source=PLACE))

    assert word not in text.lower()
    assert "suspect" in text.lower()


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
        ({"source": replace(PLACE, suspects=())}, blame.NO_SUSPECTS),
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
    assert blame.suspect_words(replace(SUSPECT, **changes)) == words


def test_everything_is_told_with_the_tree():
    text = blame.told(
        signature(references=(VersionValue(version="3.3", value=0.42), VersionValue(version="3.2"))),
        with_tree=True,
    )

    assert "Apple's values at earlier versions: 0.42 in 3.3, unknown in 3.2." in text
    assert "Id: abc, fingerprint 0123456789abcdef" in text
    assert "* is the blame path" in text


def test_a_tree_that_is_not_there_is_said():
    assert "No call tree" in blame.told(signature(tree=None), with_tree=True)
    assert "No call tree" not in blame.told(signature(tree=None), with_tree=False)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_moves_no_cursor_and_gives_no_command(attack):
    place = replace(
        PLACE,
        path=attack,
        revision_path=attack,
        revision=attack,
        owners=(attack,),
        problem=attack,
        candidates=(attack,),
        suspects=(replace(SUSPECT, subject=attack, author=attack),),
        suspects_problem=attack,
    )
    frame = replace(FRAME, symbol=attack, file=attack)
    text = blame.told(
        signature(
            name=attack, text=attack, blame=(frame,), blame_kind="blame", source=place, sentence=attack
        ),
        with_tree=True,
    )

    assert not [letter for letter in text if ord(letter) < 32 and letter != "\n"]
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text
