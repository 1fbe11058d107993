"""One build's signatures beside another's, as values."""

import pytest
from builders import facts

from gate.model.facts import BuildSignatures, DiagnosticLog, Frame, OverviewSignature, Signature
from gate.signatures.compare import SignatureGap, compare_builds, find_baseline, find_gap

TOP = OverviewSignature(type="HANGS", text="f", count=7, file="Main.swift", line=3)


def signature(text, weight=0.5, *, logs=(), **fields):
    return Signature(
        id=f"id of {text}", type=fields.pop("kind", "HANGS"), text=text, weight=weight, logs=logs
    )


def build(*signatures, version="3.4", problem=""):
    return BuildSignatures(build_id=version, version=version, signatures=signatures, problem=problem)


def builds(now, before, **fields):
    return compare_builds(facts(candidate_signatures=now, baseline_signatures=before, **fields))


def log(symbol, *, binary="App", blame=True):
    return DiagnosticLog(
        metadata={}, stacks=((Frame(depth=0, symbol=symbol, binary=binary, samples=2, blame=blame),),)
    )


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (0.0, 0.05, "grown"),
        (0.05, 0.0, "shrunk"),
        (0.0, 0.049, "same"),
        (0.5, 0.625, "grown"),
        (0.625, 0.5, "shrunk"),
        (0.5, 0.62, "same"),
        (0.62, 0.5, "same"),
        (None, 0.5, "unknown"),
        (0.5, None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_weight_grows_by_share_and_factor(before, now, change):
    (found,) = builds(build(signature("f", now)), build(signature("f", before))).compare("HANGS")

    assert found.change == change


def test_a_function_stands_beside_the_same_of_the_baseline_build():
    now, before = build(signature("f + 1"), signature("g", 0.4)), build(signature("f + 9", 0.2))
    one, other = builds(now, before).compare("HANGS")

    assert (one.function.heaviest.text, one.earlier.heaviest.text, one.change) == ("f + 1", "f + 9", "grown")
    assert (other.earlier, other.earlier_tree, other.change) == (None, None, "new")


def test_only_functions_of_one_type_are_compared():
    now = build(signature("f"), signature("g", kind="LAUNCHES"))
    before = build(signature("f", kind="LAUNCHES"), signature("h", kind="LAUNCHES"))

    assert [(one.function.key, one.change) for one in builds(now, before).compare("HANGS")] == [("f", "new")]
    assert [one.function.key for one in builds(now, before).find_gone("LAUNCHES")] == ["f", "h"]
    assert list(builds(now, before).find_gone("HANGS")) == []


@pytest.mark.parametrize("before", [None, build(signature("f"), problem="the service is down")])
def test_without_a_whole_baseline_list_the_change_is_unknown(before):
    (found,) = builds(build(signature("f")), before).compare("HANGS")

    assert (found.change, found.earlier) == ("unknown", None)


def test_the_call_stacks_of_both_builds_become_trees():
    now, before = build(signature("f", logs=(log("A"), log("A")))), build(signature("f", logs=(log("A"),)))
    (found,) = builds(now, before).compare("HANGS")

    assert (found.stacks.tree.total, found.earlier_tree.total) == (4, 2)
    assert (found.stacks.kind, [frame.symbol for frame in found.stacks.frames]) == ("blame", ["A"])
    assert found.stacks.frames == found.stacks.path.frames


def test_binaries_are_the_apps_own_by_the_logs_of_either_build():
    now = build(signature("f", logs=(log("A", blame=False),)))
    (found,) = builds(now, build(signature("g", logs=(log("B"),)))).compare("HANGS")

    assert found.stacks.kind == "own"


@pytest.mark.parametrize(
    ("logs", "kind", "symbols"),
    [
        ((), "overview", ["f"]),
        ((log("A"),), "blame", ["A"]),
        ((log("poll", binary="lib", blame=False),), "system", []),
    ],
)
def test_the_overview_is_asked_only_without_stacks(logs, kind, symbols):
    (found,) = builds(build(signature("f", logs=logs)), None, overview_signatures=(TOP,)).compare("HANGS")

    assert (found.stacks.kind, [frame.symbol for frame in found.stacks.frames]) == (kind, symbols)
    assert found.stacks.path.kind == ("none" if kind == "overview" else kind)
    assert found.count == 7


def test_what_only_the_baseline_build_has_is_gone_with_its_stacks():
    before = build(
        signature("f", 0.2, logs=(log("A"),)), signature("g", 0.4), signature("h + 1"), version="3.3"
    )
    found = list(builds(build(signature("h + 2")), before).find_gone("HANGS"))

    assert [(one.function.key, one.function.rank) for one in found] == [("g", 2), ("f", 3)]
    assert [one.stacks.tree.total for one in found] == [0, 2]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (build(signature("g"), problem="the list has no end"), build(signature("f"))),
        (build(signature("g")), build(signature("f"), problem="the list has no end")),
        (build(signature("g")), None),
    ],
)
def test_nothing_is_gone_while_a_list_is_not_whole(now, before):
    assert list(builds(now, before).find_gone("HANGS")) == []


@pytest.mark.parametrize(
    ("now", "has_list"),
    [
        (None, False),
        (build(problem="the service is down"), False),
        (build(signature("f"), problem="the list has no end"), True),
        (build(), True),
    ],
)
def test_builds_are_compared_where_there_is_any_list(now, has_list):
    assert (builds(now, None) is not None) is has_list


@pytest.mark.parametrize(("problem", "known"), [("", True), ("the service is down", False)])
def test_the_baseline_is_a_build_whose_list_is_whole(problem, known):
    before = build(problem=problem)

    assert find_baseline(facts(baseline_signatures=before)) == (before if known else None)


@pytest.mark.parametrize(
    ("now", "before", "gap"),
    [
        (None, None, SignatureGap(kind="no_candidate_build", overview_instead=True)),
        (
            build(problem="down"),
            None,
            SignatureGap(kind="candidate_unread", problem="down", overview_instead=True),
        ),
        (build(signature("f"), problem="cut"), build(), SignatureGap(kind="candidate_unread", problem="cut")),
        (build(), None, SignatureGap(kind="no_baseline_build")),
        (build(), build(problem="down"), SignatureGap(kind="baseline_unread", problem="down")),
        (build(), build(), None),
    ],
)
def test_a_gap_says_which_list_is_missing_and_whether_the_overview_stands_in(now, before, gap):
    assert (
        find_gap(facts(candidate_signatures=now, baseline_signatures=before, overview_signatures=(TOP,)))
        == gap
    )


def test_without_an_overview_nothing_stands_in():
    assert find_gap(facts()) == SignatureGap(kind="no_candidate_build", overview_instead=False)
