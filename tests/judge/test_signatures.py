"""Top diagnostic signatures: ranks, changes, levels and blame."""

import pytest
from builders import facts, policy, rule, verdict_of
from hypothesis import given
from hypothesis import strategies as st

from gate.judge.signatures import findings, heaviest_path, normalised, notes
from gate.model.facts import BuildSignatures, DiagnosticLog, Frame, Signature
from gate.policy.types import Signatures


def signature(text, weight, *, kind="HANGS", **fields):
    return Signature(id=f"id of {text}", type=kind, text=text, weight=weight, **fields)


def compared(now, before=(), **levels):
    build = BuildSignatures(build_id="b", version="3.4", signatures=tuple(now))
    old = BuildSignatures(build_id="a", version="3.3", signatures=tuple(before))
    return findings(Signatures(**levels), facts(candidate_signatures=build, baseline_signatures=old))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("App: -[Store load] + 23", "App: -[Store load] + 480"),
        ("App: 0x102f48b78", "App: 0x1034dbf04"),
        ("  App: load() ", "App: load()"),
    ],
)
def test_what_differs_from_build_to_build_does_not_make_two_signatures_of_one(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (None, 0.30, "new"),
        (0.10, 0.30, "grown"),
        (0.30, 0.10, "shrunk"),
        (0.30, 0.32, "same"),
        (0.02, 0.06, "same"),
    ],
)
def test_a_signature_is_compared_with_the_baseline_build(before, now, change):
    old = [] if before is None else [signature("f", before)]

    assert compared([signature("f", now)], old)[0].change == change


def test_without_a_baseline_build_the_change_is_unknown():
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature("f", 0.5),))
    seen = facts(candidate_signatures=build)

    assert findings(Signatures(), seen)[0].change == "unknown"
    assert list(notes(seen)) == [
        "Signatures could not be compared with the baseline build: no build of the baseline version is known."
    ]


def test_the_heaviest_of_each_type_are_kept():
    many = [signature(f"f{n}", n / 10) for n in range(5)] + [signature("w", 0.9, kind="DISK_WRITES")]
    found = compared(many, top=2, types=("HANGS", "DISK_WRITES"))

    assert [(one.rank, one.text) for one in found] == [(1, "f4"), (2, "f3"), (1, "w")]


@pytest.mark.parametrize(
    ("fields", "levels", "level"),
    [
        ({}, {"new": "warn"}, "warn"),
        ({}, {"new": "ignore"}, "note"),
        ({"direction": "UP"}, {"new": "ignore", "growing": "fail"}, "fail"),
        ({"weight": 0.45}, {"max_weight": 0.4}, "fail"),
    ],
)
def test_the_policy_gives_each_change_its_level(fields, levels, level):
    one = signature("f", fields.pop("weight", 0.3), **fields)

    assert compared([one], **levels)[0].level == level


def test_a_signature_at_level_fail_fails_the_run():
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature("App: f()", 0.9),))
    rules = policy(rule(fail="> +10%"), signatures=Signatures(max_weight=0.4))
    result = verdict_of(rules, candidate_signatures=build)

    assert result.verdict == "fail"
    assert "signature App: f()" in result.sentence


def test_the_sentence_says_what_it_causes_and_since_when():
    one, other = compared([signature("f", 0.41), signature("g", 0.2, direction="UP")], [signature("g", 0.1)])

    assert one.sentence == "It causes 41 % of hangs and was not seen in 3.3."
    assert other.sentence == "It causes 20 % of hangs, up from 10 % in 3.3. Apple sees it rising."


# --- call stacks ------------------------------------------------------------------------------------


def stack(*frames):
    return tuple(
        Frame(depth=depth, symbol=symbol, samples=samples, blame=symbol.isupper())
        for depth, symbol, samples in frames
    )


def test_the_heaviest_path_follows_the_heaviest_child():
    one = stack((0, "main", 10), (1, "a", 3), (2, "b", 3), (1, "c", 7), (2, "d", 2), (2, "e", 5))

    assert [frame.symbol for frame in heaviest_path(one)] == ["main", "c", "e"]


def test_blame_frames_of_the_heaviest_log_are_named():
    light = DiagnosticLog(metadata={}, stacks=(stack((0, "main", 1), (1, "LIGHT", 1)),))
    heavy = DiagnosticLog(
        metadata={}, stacks=(stack((0, "main", 9), (1, "OUTER", 9), (2, "sys", 9), (3, "INNER", 9)),)
    )
    (found,) = compared([signature("f", 0.5, logs=(light, heavy))])

    assert [frame.symbol for frame in found.blame] == ["OUTER", "INNER"]


def test_a_very_deep_stack_costs_no_recursion():
    deep = stack(*((depth, "f", 1) for depth in range(100_000)))

    assert len(heaviest_path(deep)) == 100_000


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9))))
def test_a_path_starts_at_a_root_and_never_skips_a_level(rows):
    frames, last = [], -1
    for depth, samples in rows:
        last = min(depth, last + 1)
        frames.append((last, "f", samples))
    path = heaviest_path(stack(*frames))

    assert [frame.depth for frame in path] == list(range(len(path)))
    assert bool(path) == bool(rows)
