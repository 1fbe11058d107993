"""Top diagnostic signatures: ranks, changes, levels and blame."""

from datetime import date

import pytest
from builders import facts, policy, rule, verdict_of
from msgspec import structs

from gate.judge.diagnostics import compared_version, is_unread, judge_signatures, list_gone, note_gaps
from gate.model.facts import (
    BuildSignatures,
    DiagnosticLog,
    DiagnosticNote,
    Facts,
    Frame,
    OverviewSignature,
    Signature,
    VersionValue,
)
from gate.model.result import SignatureFinding
from gate.policy.types import IgnoredSignature, Signatures, SignatureSelector
from gate.signatures.symbols import fingerprint

TODAY = date(2026, 9, 21)


def signature(text, weight, *, kind="HANGS", **fields):
    return Signature(id=f"id of {text}", type=kind, text=text, weight=weight, **fields)


def compared(now, before=(), **levels):
    build = BuildSignatures(build_id="b", version="3.4", signatures=tuple(now))
    old = BuildSignatures(build_id="a", version="3.3", signatures=tuple(before))
    seen = facts(candidate_signatures=build, baseline_signatures=old)
    return judge_signatures(Signatures(**levels), seen, today=TODAY)


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

    assert judge_signatures(Signatures(), seen, today=TODAY)[0].change == "unknown"
    assert list(note_gaps(seen)) == [
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
    one = signature("f", **({"weight": 0.3} | fields))

    assert compared([one], **levels)[0].level == level


@pytest.mark.parametrize(
    ("before", "direction", "levels", "level"),
    [
        (0.1, "", {"growing": "warn"}, "warn"),
        (0.3, "", {"growing": "warn"}, "note"),
        (0.3, "DOWN", {"growing": "warn"}, "note"),
        (0.1, "", {"new": "fail"}, "note"),
        (0.1, "", {"growing": "ignore"}, "note"),
        (0.1, "", {"growing": "warn", "max_weight": 0.2}, "fail"),
        (None, "UP", {"new": "warn", "growing": "fail"}, "fail"),
        (None, "UP", {"new": "fail", "growing": "warn"}, "fail"),
    ],
)
def test_the_worst_of_what_is_true_of_a_signature_is_its_level(before, direction, levels, level):
    old = [] if before is None else [signature("f", before)]
    (found,) = compared([signature("f", 0.3, direction=direction)], old, **levels)

    assert found.level == level


@pytest.mark.parametrize(("weight", "level"), [(0.39, "note"), (0.4, "note"), (0.41, "fail"), (None, "note")])
def test_a_signature_may_have_just_the_largest_weight(weight, level):
    (found,) = compared([signature("f", weight)], max_weight=0.4)

    assert found.level == level
    assert found.sentence.endswith(" The policy allows one signature 40%.") is (level == "fail")


def test_a_signature_at_level_fail_fails_the_run():
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature("App: f()", 0.9),))
    rules = policy(rule(fail="> +10%"), signatures=Signatures(max_weight=0.4))
    result = verdict_of(rules, candidate_signatures=build)

    assert result.verdict == "fail"
    assert result.sentence == "The release fails: f(), 90% of hangs."


def test_the_sentence_says_what_it_causes_and_since_when():
    one, other = compared([signature("f", 0.41), signature("g", 0.2, direction="UP")], [signature("g", 0.1)])

    assert one.sentence == "It accounts for 41% of hang reports and was not seen in 3.3."
    assert other.sentence == "It accounts for 20% of hang reports, up from 10% in 3.3. Apple sees it rising."


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ({"weight": 0.2}, {"weight": 0.5}, "It accounts for 50% of hang reports, up from 20% in 3.3."),
        ({"weight": 0.5}, {"weight": 0.2}, "It accounts for 20% of hang reports, down from 50% in 3.3."),
        ({"weight": 0.5}, {"weight": 0.5}, "It accounts for 50% of hang reports, about as in 3.3."),
        (
            {"weight": 0.5},
            {"weight": None},
            "It accounts for part of the hang reports; there is nothing to compare it with.",
        ),
        (
            {"weight": 0.5},
            {"weight": 0.5, "direction": "DOWN"},
            "It accounts for 50% of hang reports, about as in 3.3. Apple sees it falling.",
        ),
    ],
)
def test_the_sentence_says_how_the_weight_changed(before, now, sentence):
    assert compared([signature("f", **now)], [signature("f", **before)])[0].sentence == sentence


@pytest.mark.parametrize(
    ("kind", "noun"),
    [
        ("HANGS", "hang"),
        ("DISK_WRITES", "disk write"),
        ("LAUNCHES", "slow launch"),
        ("MELTDOWNS", "MELTDOWNS"),
    ],
)
def test_the_sentence_calls_a_type_by_its_noun(kind, noun):
    (found,) = compared([signature("f", 0.5, kind=kind)], types=(kind,))

    assert found.sentence == f"It accounts for 50% of {noun} reports and was not seen in 3.3."


def test_a_build_without_a_version_is_called_by_what_it_is():
    build, old = (
        BuildSignatures(build_id="b", version="", signatures=(signature(name, 0.5),)) for name in "fg"
    )
    seen = facts(candidate_signatures=build, baseline_signatures=old)
    (found,), (missing,) = judge_signatures(Signatures(), seen, today=TODAY), list_gone(Signatures(), seen)

    assert found.sentence == "It accounts for 50% of hang reports and was not seen in the baseline build."
    assert missing.sentence == (
        "It accounted for 50% of hang reports in the baseline build and is not listed in the candidate build."
    )


# --- the same function in another build -------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("App: f() + 23", "App: f() + 480"),
        ("App: specialized f() + 23", "App: f()"),
        ("App: closure #1 in f()", "App: closure #3 in f()"),
        ("App: f<A>(_:)", "App: f(_:)"),
        ("App: f() [.cold.1]", "App: f()"),
        ("App: @objc f()", "App: f()"),
        ("App: closure #1 in f()", "App: f()"),
    ],
)
def test_what_the_compiler_makes_of_a_function_does_not_make_it_new(before, now):
    assert compared([signature(now, 0.3)], [signature(before, 0.3)])[0].change == "same"


def test_a_closure_is_not_matched_with_its_function_when_each_has_its_equal():
    now = [signature("App: f()", 0.3), signature("App: closure #1 in f()", 0.1)]
    before = [signature("App: closure #2 in f()", 0.1), signature("App: f()", 0.3)]

    assert [(one.change, one.baseline_weight) for one in compared(now, before)] == [
        ("same", 0.3),
        ("same", 0.1),
    ]


def test_another_type_is_another_signature():
    (found,) = compared([signature("f", 0.3)], [signature("f", 0.3, kind="LAUNCHES")], types=("HANGS",))

    assert found.change == "new"


def test_places_in_one_function_are_one_signature_with_their_shares_added():
    now = [signature("App: f() + 8", 0.1), signature("App: f() + 64", 0.25), signature("App: g()", 0.3)]
    first, second = compared(now, [signature("App: f() + 12", 0.05), signature("App: f() + 60", 0.05)])

    assert (first.text, first.rank, first.weight) == ("App: f() + 64", 1, pytest.approx(0.35))
    assert first.others == ("id of App: f() + 8",)
    assert first.sentence == (
        "It accounts for 35% of hang reports, up from 10% in 3.3. Apple lists 2 places in it; their shares are added."
    )
    assert second.others == ()


def test_signatures_without_a_text_are_kept_apart():
    now = [Signature(id=name, type="HANGS", text="", weight=0.1) for name in "ab"]

    assert [one.id for one in compared(now)] == ["a", "b"]


def test_values_of_earlier_versions_are_added_as_well():
    values = [
        (VersionValue(version="3.2", value=0.1), VersionValue(version="3.3")),
        (VersionValue(version="3.2", value=0.2),),
    ]
    now = [signature(f"f + {n}", 0.1, references=one) for n, one in enumerate(values)]

    assert compared(now)[0].references == (
        VersionValue(version="3.2", value=pytest.approx(0.3)),
        VersionValue(version="3.3"),
    )


def test_ranks_are_those_of_each_build():
    now = [signature("f", 0.5), signature("g", 0.4)]
    before = [signature("h", 0.5), signature("g", 0.3), signature("f", 0.2)]

    assert [(one.rank, one.baseline_rank) for one in compared(now, before)] == [(1, 3), (2, 2)]


def test_a_fingerprint_is_the_same_in_every_build():
    (now,) = compared([signature("App: specialized f() + 1", 0.3)])
    (then,) = compared([signature("App: f() + 2", 0.9)])
    (other,) = compared([signature("App: f() + 2", 0.9, kind="LAUNCHES")], types=("LAUNCHES",))

    assert now.fingerprint == then.fingerprint != other.fingerprint


def test_a_readable_name_stands_beside_the_text():
    (found,) = compared([signature("App: specialized App.Cache.decode(_: Foundation.Data) -> () + 412", 0.3)])

    assert (found.binary, found.name) == ("App", "Cache.decode(_:)")


# --- gone -------------------------------------------------------------------------------------------


def gone_from(now, before, *, candidate_problem="", baseline_problem=""):
    build = BuildSignatures(build_id="b", version="3.4", signatures=tuple(now), problem=candidate_problem)
    old = BuildSignatures(build_id="a", version="3.3", signatures=tuple(before), problem=baseline_problem)
    return list_gone(Signatures(), facts(candidate_signatures=build, baseline_signatures=old))


def test_what_the_candidate_does_not_have_is_gone():
    (found,) = gone_from([signature("g", 0.5)], [signature("f", 0.12), signature("g + 1", 0.5)])

    assert (found.text, found.change, found.level) == ("f", "gone", "note")
    assert (found.weight, found.baseline_weight, found.baseline_rank) == (None, 0.12, 2)
    assert found.sentence == "It accounted for 12% of hang reports in 3.3 and is not listed in 3.4."


def test_only_the_top_of_the_baseline_build_is_looked_at_for_what_is_gone():
    before = [signature("f", 0.4), signature("g", 0.3), signature("h", 0.2)]
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature("f", 0.4),))
    old = BuildSignatures(build_id="a", version="3.3", signatures=tuple(before))
    seen = facts(candidate_signatures=build, baseline_signatures=old)

    assert [one.text for one in list_gone(Signatures(top=2), seen)] == ["g"]


def test_a_build_without_signatures_has_lost_them_all():
    assert [one.text for one in gone_from([], [signature("f", 0.2)])] == ["f"]


@pytest.mark.parametrize("side", ["candidate_problem", "baseline_problem"])
def test_nothing_is_gone_when_a_list_is_not_whole(side):
    assert gone_from([], [signature("f", 0.2)], **{side: "the list goes on where the snapshot ends"}) == []


def test_the_run_tells_what_is_gone_and_since_which_version():
    build = BuildSignatures(build_id="b", version="3.4")
    old = BuildSignatures(build_id="a", version="3.3", signatures=(signature("f", 0.2),))
    result = verdict_of(rule(fail="> +10%"), candidate_signatures=build, baseline_signatures=old)

    assert [one.text for one in result.gone_signatures] == ["f"]
    assert result.signatures_baseline == "3.3"


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ("it is down", "", ["Diagnostic signatures are missing: it is down."]),
        ("", "it is down", ["Signatures could not be compared with the baseline build: it is down."]),
        ("", "", []),
    ],
)
def test_a_list_that_could_not_be_read_is_noted(now, before, words):
    build = BuildSignatures(build_id="b", version="3.4", problem=now)
    old = BuildSignatures(build_id="a", version="3.3", problem=before)

    assert list(note_gaps(facts(candidate_signatures=build, baseline_signatures=old))) == words


def test_a_baseline_that_could_not_be_read_is_no_baseline():
    old = BuildSignatures(build_id="a", version="3.3", problem="the service is down")

    assert compared_version(facts(baseline_signatures=old)) == ""


# --- what the policy speaks of ----------------------------------------------------------------------


def ignoring(until, **selector):
    entry = IgnoredSignature(selector=SignatureSelector(**selector), reason="Known.", until=until)
    return {"new": "fail", "ignore": (entry,)}


def test_an_ignored_signature_is_a_note_with_its_reason():
    (found,) = compared([signature("App: f()", 0.3)], **ignoring("2026-09-21", symbol="f()"))

    assert (found.level, found.ignored) == ("note", "Known.")
    assert found.sentence.endswith(" The policy ignores it until 2026-09-21: Known.")


def test_an_entry_holds_through_its_last_day_only():
    (found,) = compared([signature("App: f()", 0.3)], **ignoring("2026-09-20", symbol="f()"))

    assert (found.level, found.ignored) == ("fail", "")
    assert found.sentence.endswith(" The policy ignored it until 2026-09-20 and no longer does.")


def test_too_heavy_a_signature_may_be_ignored_as_well():
    levels = ignoring("2027-01-01", binary="App") | {"max_weight": 0.1}

    assert compared([signature("App: f()", 0.3)], **levels)[0].level == "note"


def test_levels_are_for_selected_signatures_only():
    now = [signature("App: f()", 0.3), signature("Pod: g()", 0.2)]
    found = compared(now, new="warn", only=(SignatureSelector(binary="app"),))

    assert [one.level for one in found] == ["warn", "note"]


# --- the app as a whole -----------------------------------------------------------------------------

TOP = OverviewSignature(
    type="HANGS",
    id="o",
    text="App: load() + 4",
    count=12,
    weight=45.2,
    file="Main.swift",
    line=42,
    direction="UP",
)


@pytest.mark.parametrize("build", [None, BuildSignatures(build_id="b", version="", problem="it is down")])
def test_the_overview_stands_in_where_no_list_of_a_build_is_there(build):
    seen = facts(candidate_signatures=build, overview_signatures=(TOP,))
    (found,) = judge_signatures(Signatures(growing="warn"), seen, today=TODAY)

    assert (found.scope, found.change, found.weight, found.count) == ("app", "unknown", None, 12)
    assert (found.level, found.blame_kind, found.blame[0].line) == ("warn", "overview", 42)
    assert (
        found.sentence
        == "Apple lists it among the top hangs of the app, counted 12 times. Apple sees it rising."
    )
    assert next(note_gaps(seen)).endswith("of Apple's overview stand in; they have no call stacks.")


def test_without_an_overview_its_absence_is_no_word():
    assert judge_signatures(Signatures(), facts(), today=TODAY) == []
    assert list(note_gaps(facts())) == [
        "Diagnostic signatures were not read: no build of the candidate is known."
    ]


def test_a_build_that_has_no_signatures_needs_no_overview():
    seen = facts(candidate_signatures=BuildSignatures(build_id="b", version=""), overview_signatures=(TOP,))

    assert judge_signatures(Signatures(), seen, today=TODAY) == []


def test_the_top_of_the_overview_is_listed_and_can_be_ignored():
    seen = facts(overview_signatures=(TOP, TOP, TOP))
    found = judge_signatures(
        Signatures(top=2, **ignoring("2027-01-01", file="main.swift")), seen, today=TODAY
    )

    assert [one.ignored for one in found] == ["Known.", "Known."]


def test_an_ignored_signature_of_the_app_is_a_note_that_says_so():
    rules = Signatures(growing="fail", **ignoring("2027-01-01", file="main.swift"))
    (found,) = judge_signatures(rules, facts(overview_signatures=(TOP,)), today=TODAY)

    assert (found.level, found.ignored) == ("note", "Known.")
    assert found.sentence.endswith(" Apple sees it rising. The policy ignores it until 2027-01-01: Known.")


@pytest.mark.parametrize("text", ["App: load() + 4", "App: specialized load()"])
def test_the_overview_tells_the_line_and_count_of_a_signature_without_stacks(text):
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature(text, 0.5),))
    (found,) = judge_signatures(
        Signatures(), facts(candidate_signatures=build, overview_signatures=(TOP,)), today=TODAY
    )

    assert (found.count, found.blame_kind, found.blame[0].file) == (12, "overview", "Main.swift")


def test_a_weight_of_the_overview_is_no_share():
    build = BuildSignatures(build_id="b", version="3.4", signatures=(signature("App: load()", None),))
    seen = facts(candidate_signatures=build, overview_signatures=(TOP,))

    assert judge_signatures(Signatures(max_weight=0.4), seen, today=TODAY)[0].weight is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Apple lists it among the top hangs of the app."),
        ({"count": 1}, "Apple lists it among the top hangs of the app, counted 1 time."),
        ({"count": 0}, "Apple lists it among the top hangs of the app, counted 0 times."),
        ({"direction": "DOWN"}, "Apple lists it among the top hangs of the app. Apple sees it falling."),
        ({"type": "MELTDOWNS"}, "Apple lists it among the top MELTDOWNS of the app."),
    ],
)
def test_the_sentence_says_what_the_overview_says(fields, sentence):
    one = OverviewSignature(**{"type": "HANGS", "text": "f", **fields})
    (found,) = judge_signatures(Signatures(types=(one.type,)), facts(overview_signatures=(one,)), today=TODAY)

    assert found.sentence == sentence


def test_signatures_of_the_app_are_listed_by_type_in_apples_order():
    some = [
        OverviewSignature(type=kind, text=text)
        for kind, text in (("LAUNCHES", "l"), ("HANGS", "g"), ("HANGS", "f"))
    ]
    found = judge_signatures(Signatures(), facts(overview_signatures=tuple(some)), today=TODAY)

    assert [(one.text, one.rank) for one in found] == [("g", 1), ("f", 2), ("l", 1)]


def test_what_is_new_in_the_app_is_not_known_so_only_a_trend_counts():
    one = OverviewSignature(type="HANGS", text="f", weight=90.0)
    levels = {"new": "fail", "max_weight": 0.1, "growing": "fail"}
    (found,) = judge_signatures(Signatures(**levels), facts(overview_signatures=(one,)), today=TODAY)

    assert (found.level, found.blame, found.blame_kind) == ("note", (), "none")


@pytest.mark.parametrize(("selector", "level"), [({"symbol": "load()"}, "fail"), ({"symbol": "f"}, "note")])
def test_levels_are_for_selected_signatures_of_the_app_only(selector, level):
    rules = Signatures(growing="fail", only=(SignatureSelector(**selector),))

    assert judge_signatures(rules, facts(overview_signatures=(TOP,)), today=TODAY)[0].level == level


# --- what a result keeps ----------------------------------------------------------------------------


def test_a_finding_keeps_all_that_is_known_of_a_signature():
    note = DiagnosticNote(category="MainThreadIO", text="Read it in the background.")
    heavy = signature(
        "App: specialized App.A.load() + 4",
        0.5,
        direction="DOWN",
        notes=(note,),
        logs=(log((0, "main", 9), (1, "A", 9)),),
        references=(VersionValue(version="3.2", value=0.25),),
    )
    light = signature("App: App.A.load() + 8", 0.125, logs_problem="the service is down")
    before = [signature("App: g()", 0.75), signature("App: App.A.load()", 0.625)]
    (found,) = compared([heavy, light], before)

    assert structs.replace(found, tree=None) == SignatureFinding(
        type="HANGS",
        id="id of App: specialized App.A.load() + 4",
        text="App: specialized App.A.load() + 4",
        level="note",
        change="same",
        rank=1,
        weight=0.625,
        baseline_weight=0.625,
        direction="DOWN",
        sentence=(
            "It accounts for 62% of hang reports, about as in 3.3. Apple lists 2 places in it; their shares are added. "
            "Apple sees it falling."
        ),
        references=(VersionValue(version="3.2", value=0.25),),
        blame=(Frame(depth=1, symbol="A", binary="App", samples=9, blame=True),),
        logs_problem="the service is down",
        name="A.load()",
        binary="App",
        fingerprint=fingerprint("HANGS", "App: App.A.load()"),
        others=("id of App: App.A.load() + 8",),
        baseline_rank=2,
        blame_kind="blame",
        advice=(note,),
    )
    assert [(node.name, node.path) for node in found.tree.nodes] == [("main", True), ("A", True)]


def test_a_finding_keeps_all_that_is_known_of_what_is_gone():
    heavy = signature(
        "App: App.A.load() + 4", 0.5, direction="UP", logs=(log((0, "main", 999), (1, "A", 1)),)
    )
    light = signature("App: App.A.load() + 8", 0.125)
    (found,) = gone_from([signature("g", 0.5)], [signature("g", 0.75), heavy, light])

    assert structs.replace(found, tree=None) == SignatureFinding(
        type="HANGS",
        id="id of App: App.A.load() + 4",
        text="App: App.A.load() + 4",
        level="note",
        change="gone",
        rank=2,
        weight=None,
        baseline_weight=0.625,
        direction="",
        sentence="It accounted for 62% of hang reports in 3.3 and is not listed in 3.4.",
        blame=(Frame(depth=1, symbol="A", binary="App", samples=1, blame=True),),
        name="A.load()",
        binary="App",
        fingerprint=fingerprint("HANGS", "App: App.A.load()"),
        others=("id of App: App.A.load() + 8",),
        baseline_rank=2,
        blame_kind="blame",
    )
    assert [(node.name, node.path) for node in found.tree.nodes] == [("main", True), ("A", True)]


def test_a_finding_keeps_all_that_is_known_of_a_signature_of_the_app():
    (found,) = judge_signatures(Signatures(), facts(overview_signatures=(TOP,)), today=TODAY)

    assert found == SignatureFinding(
        type="HANGS",
        id="o",
        text="App: load() + 4",
        level="note",
        change="unknown",
        rank=1,
        weight=None,
        baseline_weight=None,
        direction="UP",
        sentence="Apple lists it among the top hangs of the app, counted 12 times. Apple sees it rising.",
        blame=(Frame(depth=0, symbol="load() + 4", binary="App", file="Main.swift", line=42),),
        name="load()",
        binary="App",
        fingerprint=fingerprint("HANGS", "App: load()"),
        scope="app",
        count=12,
        blame_kind="overview",
    )


# --- call stacks ------------------------------------------------------------------------------------


def log(*frames):
    return DiagnosticLog(
        metadata={},
        stacks=(
            tuple(
                Frame(
                    depth=depth,
                    symbol=symbol,
                    binary="App" if symbol.isupper() else "lib",
                    samples=samples,
                    blame=symbol.isupper(),
                )
                for depth, symbol, samples in frames
            ),
        ),
    )


def test_the_trees_of_both_builds_are_held_against_each_other():
    now = signature("f", 0.5, logs=(log((0, "main", 9), (1, "A", 6), (1, "B", 3)),))
    then = signature("f", 0.5, logs=(log((0, "main", 4), (1, "A", 4)),))
    tree = compared([now], [then])[0].tree

    assert [(node.name, node.samples, node.baseline) for node in tree.nodes] == [
        ("main", 9, 4),
        ("A", 6, 4),
        ("B", 3, 0),
    ]
    assert (tree.samples, tree.baseline_samples) == (9, 4)


def test_logs_that_could_not_be_had_cost_the_stack_and_are_said():
    (found,) = compared([signature("f", 0.5, logs_problem="the service is down")], new="warn")

    assert (found.level, found.tree, found.blame_kind) == ("warn", None, "none")
    assert found.logs_problem == "the service is down"


def test_logs_that_are_there_have_no_problem():
    assert compared([signature("f", 0.5)])[0].logs_problem == ""


def test_stacks_of_system_code_are_labelled():
    (found,) = compared([signature("f", 0.5, logs=(log((0, "start", 3), (1, "poll", 3)),))])

    assert (found.blame_kind, found.blame, found.tree.system_samples) == ("system", (), 3)


def test_apples_advice_is_kept_once():
    note = DiagnosticNote(category="MainThreadIO", text="Read it in the background.")
    now = [signature("f + 1", 0.3, notes=(note,)), signature("f + 2", 0.1, notes=(note,))]

    assert compared(now)[0].advice == (note,)


def test_frames_of_the_blame_path_are_named():
    light, heavy = (
        log((0, "main", 1), (1, "LIGHT", 1)),
        log((0, "main", 9), (1, "OUTER", 9), (2, "sys", 9), (3, "INNER", 9)),
    )
    (found,) = compared([signature("f", 0.5, logs=(light, heavy))])

    assert [(frame.symbol, frame.samples) for frame in found.blame] == [("OUTER", 9), ("INNER", 9)]
    assert found.blame_kind == "blame"


# --- what could fail and was not read -------------------------------------------------------------------

READ_BUILD = BuildSignatures(build_id="b", version="3.4")
READ_OLDER = BuildSignatures(build_id="a", version="3.3")


@pytest.mark.parametrize(
    ("levels", "candidate", "baseline", "is_missed"),
    [
        ({"new": "fail"}, READ_BUILD, READ_OLDER, False),
        ({"new": "fail"}, READ_BUILD, None, True),
        ({"growing": "fail"}, READ_BUILD, None, True),
        ({"growing": "fail"}, READ_BUILD, structs.replace(READ_OLDER, problem="Apple answered 500"), True),
        ({"max_weight": 0.4}, READ_BUILD, None, False),  # a share is known without a baseline
        ({"max_weight": 0.4}, None, READ_OLDER, True),
        ({"max_weight": 0.4}, structs.replace(READ_BUILD, problem="Apple answered 500"), READ_OLDER, True),
        ({"new": "fail"}, None, None, True),
        ({"new": "warn", "growing": "warn"}, None, None, False),
        ({}, None, None, False),
    ],
)
def test_signatures_are_missed_only_where_they_could_fail_a_run(levels, candidate, baseline, is_missed):
    known = Facts(candidate_signatures=candidate, baseline_signatures=baseline)

    assert is_unread(Signatures(**levels), known) is is_missed


# --- signatures that lack what they could fail by -----------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "levels", "is_missed"),
    [
        ({}, {"max_weight": 0.4}, False),
        ({"weight": None}, {"max_weight": 0.4}, True),
        ({"weight": None}, {"new": "fail"}, False),
        ({"weight": None, "type": "NEWER"}, {"max_weight": 0.4}, False),
        ({"id": ""}, {"new": "fail"}, True),
        ({"text": ""}, {"growing": "fail"}, True),
        ({"type": ""}, {"max_weight": 0.4}, True),
        ({"id": ""}, {"new": "warn"}, False),
    ],
)
def test_a_signature_without_what_it_could_fail_by_counts_as_not_read(fields, levels, is_missed):
    listed = structs.replace(signature("App: f() + 1", 0.5), **fields)
    known = Facts(
        candidate_signatures=structs.replace(READ_BUILD, signatures=(listed,)), baseline_signatures=READ_OLDER
    )

    assert is_unread(Signatures(**levels), known) is is_missed
