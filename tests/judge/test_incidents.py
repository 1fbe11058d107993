"""What belongs together is told as one thing."""

import pytest
from builders import rule, series, verdict_of
from hypothesis import given
from msgspec.structs import replace
from tellings import DISK, HANG, LAUNCH, check, insight, outcome, result, results, signature, source, suspect

from gate.judge.incidents import find_incidents, tell
from gate.judge.scope import run_mode
from gate.model.catalogue import CATEGORIES, DIAGNOSTIC_TYPES
from gate.model.facts import Frame
from gate.model.result import Allows, Baseline, BlamedPlace, Incident, WaiverInUse
from gate.model.states import is_in_scope
from gate.text.numbers import MINUS

IPADS = {"device": "all_ipads", "before": 1013.0, "now": 1242.0}


def only(*checks, **fields):
    """The one incident of a result."""
    (found,) = find_incidents(result(*checks, **fields))
    return found


def titles(*checks, **fields):
    return [one.title for one in find_incidents(result(*checks, **fields))]


# --- what belongs together --------------------------------------------------------------------------


def test_slices_of_a_category_are_one_incident_over_rules_models_percentiles_and_metrics():
    found = only(
        check("models", device="iPhone15,2"),
        check("typical"),
        check("typical", percentile="p90", state="warn"),
        check("resume", "LAUNCH/resumeTime"),
    )

    assert (found.kind, found.state, found.category) == ("rise", "fail", "LAUNCH")
    assert found.rules == ("models", "typical", "resume")
    assert found.checks == (1, 3, 0, 2)


def test_categories_and_directions_are_told_apart():
    found = find_incidents(
        result(
            check(),
            check("fast", device="all_ipads", state="improved", now=700.0),
            check("hangs", HANG, before=17.1, now=22.6),
        )
    )

    assert [(one.kind, one.state, one.category) for one in found] == [
        ("rise", "fail", "HANG"),
        ("rise", "fail", "LAUNCH"),
        ("fall", "improved", "LAUNCH"),
    ]


@pytest.mark.parametrize("state", ["pass", "undecided"])
def test_what_did_not_move_is_in_no_incident(state):
    assert find_incidents(result(check(state=state))) == ()


def test_a_rule_on_trial_is_in_no_incident():
    tried = check("tried", mode="shadow")

    assert find_incidents(result(tried)) == ()
    assert only(check(), tried).rules == ("launch",)


def test_an_advisory_rule_is_told_beside_and_does_not_make_the_incident_worse():
    found = only(check("advised", mode="advise"), check(state="warn"))

    assert (found.state, found.mode, found.blocks) == ("warn", "enforce", False)
    assert found.checks == (1, 0)


def test_an_incident_of_advice_alone_says_so():
    found = only(check(mode="advise"))

    assert (found.state, found.mode, found.blocks) == ("fail", "advise", False)


def test_a_rule_that_no_slice_fails_alone_has_the_slices_that_carry_it():
    found = only(
        check(device="iPhone14,5", state="undecided", p_value=0.2),
        check(device="iPhone15,2", state="undecided", p_value=0.1),
        check(device="iPhone16,1", state="undecided", now=900.0),
        check("launch", HANG, device="iPhone16,1", state="undecided", p_value=0.4, before=4.0, now=5.0),
        rules=[outcome()],
    )

    assert (found.state, found.blocks, found.category) == ("fail", True, "LAUNCH")
    assert set(found.checks) == {0, 1}
    assert "No slice shows it clearly alone; all of them together do." in found.sentence


def carrier(metric=LAUNCH, **fields):
    """A slice that does not show alone what its rule found."""
    return check("launch", metric, **{"state": "undecided", "p_value": 0.1} | fields)


@pytest.mark.parametrize(
    ("state", "checks", "carriers"),
    [
        ("fail", [carrier(p_value=0.2), carrier(HANG, before=4.0, now=5.0)], (1,)),  # the clearest category
        ("fail", [carrier(p_value=None), carrier(HANG, p_value=0.9, before=4.0, now=5.0)], (1,)),
        ("fail", [carrier(now=950.0), carrier(HANG, before=4.0, now=9.0)], (1,)),  # then the largest rise
        ("fail", [carrier(state="pass", p_value=0.01), carrier(device="all_ipads")], (1,)),
        ("fail", [carrier(state="pass"), carrier(state="pass", now=907.0)], (0,)),  # what passed and rose
        ("fail", [carrier(now=907.0)], (0,)),  # if nothing rose, all there is
        (
            "improved",
            [
                carrier(state="pass", now=700.0, p_value=0.9),
                carrier(HANG, state="pass", before=9.0, now=4.0, p_value=0.99),
            ],
            (1,),
        ),
        ("improved", [carrier(), carrier(device="all_ipads", now=700.0)], (1,)),
    ],
)
def test_a_rule_is_carried_by_the_slices_that_moved_its_way(state, checks, carriers):
    assert only(*checks, rules=[outcome(state=state)]).checks == carriers


def test_a_rule_that_fails_beyond_its_warned_slices_makes_them_a_fail():
    assert only(check(state="warn"), rules=[outcome()]).state == "fail"


def test_slices_that_are_clear_together_are_told_as_they_are_judged():
    weak = [
        series(
            LAUNCH,
            (*(value * scale for value in (900, 980, 890, 1000, 930, 870, 960, 910)), now),
            device=device,
        )
        for scale, now, device in (
            (1.0, 1115, "iPhone14,5"),
            (1.1, 1230, "iPhone15,2"),
            (1.2, 1340, "iPhone16,1"),
        )
    ]
    judged = verdict_of(rule(fail="> +10%"), *weak)
    (found,) = judged.incidents

    assert (judged.verdict, found.state) == ("fail", "fail")
    assert {judged.checks[position].slice.device for position in found.checks} == {
        "iPhone14,5",
        "iPhone15,2",
        "iPhone16,1",
    }


def test_a_limit_that_is_crossed_without_a_rise_is_a_rise_too():
    crossed = check(now=907.0, line_failed=True, limit_value=900.0, p_value=None)

    assert only(crossed).kind == "rise"
    assert only(crossed).title == "launch time 907 ms on all iPhones, above the limit of 900 ms"


@pytest.mark.parametrize(
    ("goal", "words"), [("recommended", "Apple's recommended goal"), ("fair", "Apple's band “fair”")]
)
def test_a_goal_that_is_crossed_is_named(goal, words):
    crossed = check(
        now=907.0, line_failed=True, goal_value=900.0, limit_value=1500.0, allows=Allows(goal=goal)
    )

    assert only(crossed).title == f"launch time 907 ms on all iPhones, above {words} of 900 ms"


def test_a_rule_without_any_slice_is_not_lost():
    found = only(rules=[outcome("lost")])

    assert (found.title, found.rules, found.state, found.blocks) == ("lost", ("lost",), "fail", True)


@pytest.mark.parametrize(("state", "kind"), [("fail", "rise"), ("warn", "rise"), ("improved", "fall")])
def test_a_rule_without_any_slice_is_told_in_its_own_words(state, kind):
    lost = outcome("lost", state, mode="advise", sentence="Nothing is left.")

    assert only(rules=[lost], mode="advise") == Incident(
        kind=kind,
        state=state,
        mode="advise",
        blocks=False,
        category="",
        title="lost",
        sentence="Nothing is left.",
        rules=("lost",),
    )


# --- what Apple says --------------------------------------------------------------------------------


def test_apples_insights_on_the_category_belong_to_its_rise():
    found = only(
        check(),
        insights=(
            insight(level="note"),
            insight(HANG, level="note"),
            insight("LAUNCH/resumeTime", kind="trending_up", level="note", version="3.4.0"),
            insight(version="3.3", level="note"),
        ),
    )

    assert found.insights == (0, 2)


@pytest.mark.parametrize(
    ("fields", "belongs"),
    [
        ({"change": "new", "level": "note"}, True),
        ({"change": "grown", "level": "note"}, True),
        ({"change": "same", "level": "note"}, False),
        ({"change": "shrunk", "level": "note"}, False),
        ({"change": "unknown", "level": "note"}, False),
        ({"change": "same", "level": "warn"}, True),
        ({"change": "new", "level": "note", "ignored": "Known."}, False),
        ({"change": "new", "level": "note", "kind": "HANGS"}, False),
    ],
)
def test_signatures_of_the_type_that_are_new_grown_or_count_belong_to_the_rise(fields, belongs):
    assert (only(check(), signatures=(signature(**fields),)).signatures == (0,)) is belongs


@pytest.mark.parametrize(("kind", "metric"), [("LAUNCHES", LAUNCH), ("HANGS", HANG), ("DISK_WRITES", DISK)])
def test_each_type_of_signature_belongs_to_the_metric_that_grows_with_it(kind, metric):
    assert only(check(metric=metric), signatures=(signature(kind),)).signatures == (0,)


def test_every_type_of_signature_has_a_category_that_there_is():
    assert {one.category for one in DIAGNOSTIC_TYPES.values()} <= CATEGORIES.keys()


def test_nothing_of_apples_belongs_to_an_improvement():
    better = check(state="improved", now=700.0)
    found = find_incidents(result(better, insights=(insight(),), signatures=(signature(),)))

    assert [(one.kind, one.insights, one.signatures) for one in found] == [
        ("insight", (0,), (0,)),
        ("fall", (), ()),
    ]


def test_an_insight_that_counts_is_an_incident_of_its_own_with_its_signatures():
    found = only(check(state="pass"), insights=(insight(HANG),), signatures=(signature("HANGS"),))

    assert (found.kind, found.state, found.category) == ("insight", "warn", "HANG")
    assert (found.insights, found.signatures) == ((0,), (0,))
    assert found.title == "Apple reports hang rate +31% on all iPhones"


def test_an_insight_that_no_rule_could_decide_says_so():
    open_ = check(metric="LAUNCH/*", state="undecided", reason="no_data", before=None, now=None)

    assert only(open_, insights=(insight(),)).title == (
        "Apple reports launch time +31% on all iPhones, which no rule could decide"
    )


def test_an_insight_without_size_is_a_regression():
    assert titles(insights=(insight(largest_change=None, devices=()),)) == [
        "Apple reports a regression of launch time"
    ]


def test_of_several_insights_the_largest_of_the_worst_is_named():
    found = only(
        insights=(
            insight(HANG, largest_change=0.5),
            insight(HANG, level="fail", largest_change=0.1),
            insight(HANG, level="fail", largest_change=0.2),
            insight(HANG, level="fail", largest_change=None),
        )
    )

    assert (found.title, found.blocks) == ("Apple reports hang rate +20% on all iPhones", True)


def test_insights_alone_have_each_sentence_once_and_the_places_of_their_signatures():
    found = only(
        insights=tuple(insight(HANG, sentence=text) for text in ("It rose.", "So did p90.", "It rose.")),
        signatures=(signature("HANGS"),),
    )

    assert found.sentence == "It rose. So did p90."
    assert [place.path for place in found.places] == ["Coder.swift"]


def test_a_place_names_the_heaviest_of_its_signatures_first():
    (place,) = only(check(), signatures=(signature(level="fail", weight=None), signature())).places

    assert place.signatures == (1, 0)


def test_signatures_alone_have_their_places_and_their_sentence():
    found = only(signatures=(signature(),))

    assert [place.path for place in found.places] == ["Coder.swift"]
    assert found.sentence == "Start.run(): It causes 40%."


def test_a_signature_without_a_share_comes_last():
    unknown = signature(name="A", weight=None, blame=(Frame(depth=1, symbol="A.run()", file="A.swift"),))
    found = only(check(), signatures=(unknown, signature(name="B")))

    assert found.signatures == (1, 0)
    assert [place.path for place in found.places] == ["Coder.swift", "A.swift"]


def test_signatures_alone_come_heaviest_first():
    light, heavy = signature(weight=0.1), signature(weight=0.3)

    assert only(signatures=(light, heavy)).signatures == (1, 0)


def test_signatures_of_a_type_that_count_are_one_incident():
    light = signature("HANGS", name="Grid.load()", weight=0.1, level="fail")
    found = only(signatures=(signature("HANGS"), light, signature("NEWER", change="same", level="note")))

    assert (found.kind, found.state, found.category, found.signatures) == (
        "signature",
        "fail",
        "HANG",
        (1, 0),
    )
    assert found.title == "Grid.load(), new, with 10% of hangs and 1 more"


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Start.run(), new, with 40% of slow launches"),
        ({"change": "grown", "baseline_weight": 0.2}, "Start.run(), 20% → 40% of slow launches"),
        ({"change": "same"}, "Start.run(), 40% of slow launches"),
        ({"weight": None, "change": "unknown"}, "Start.run() in slow launches"),
        ({"kind": "NEWER"}, "Start.run(), new, with 40% of NEWER"),
    ],
)
def test_a_signature_is_named_with_its_numbers(fields, title):
    assert titles(signatures=(signature(**fields),)) == [title]


@pytest.mark.parametrize("level", ["note"])
def test_what_only_informs_is_no_incident(level):
    assert (
        titles(check(state="pass"), insights=(insight(level=level),), signatures=(signature(level=level),))
        == []
    )


def test_what_of_apples_fails_a_warned_slice_is_said_in_the_title():
    found = only(check(state="warn", now=1000.0), insights=(insight(level="fail", largest_change=1.2),))

    assert (found.state, found.blocks) == ("fail", True)
    assert found.title == (
        "launch time +10.3% (907 → 1,000 ms) on all iPhones; Apple reports launch time +120% on all iPhones"
    )


def test_a_signature_that_fails_a_warned_slice_is_said_in_the_title():
    failing = signature(level="fail")
    (alone,) = titles(signatures=(failing,))
    found = only(check(state="warn", now=1000.0), insights=(insight(),), signatures=(signature(), failing))

    assert found.state == "fail"
    assert found.title == f"launch time +10.3% (907 → 1,000 ms) on all iPhones; {alone}"


@pytest.mark.parametrize(("mode", "blocks"), [("enforce", True), ("advise", False)])
def test_a_failing_signature_blocks_in_a_run_that_enforces(mode, blocks):
    found = only(check(state="pass", mode=mode), mode=mode, signatures=(signature(level="fail"),))

    assert (found.mode, found.blocks) == (mode, blocks)


@pytest.mark.parametrize(("level", "mode"), [("warn", "enforce"), ("fail", "enforce"), ("note", "advise")])
def test_what_counts_of_apples_is_of_the_mode_of_the_run(level, mode):
    assert only(check(mode="advise"), insights=(insight(level=level),)).mode == mode


@pytest.mark.parametrize(("code", "blocks"), [(0, False), (1, True), (3, False)])
def test_a_failing_insight_blocks_where_the_run_fails(code, blocks):
    assert only(insights=(insight(level="fail"),), exit_code=code).blocks is blocks


@pytest.mark.parametrize(("line", "places"), [(5, 1), (None, 2)])
def test_two_functions_are_one_place_only_on_one_line(line, places):
    frames = [Frame(depth=1, symbol=name, file="A.swift", line=line) for name in ("A.run()", "A.stop()")]
    found = only(check(), signatures=tuple(signature(blame=(frame,)) for frame in frames))

    assert len(found.places) == places


# --- places -----------------------------------------------------------------------------------------


def test_a_line_that_two_signatures_blame_is_said_once():
    found = only(
        check(),
        signatures=(
            signature(name="Light.run()", weight=0.1, source=source(suspect(430, "file"), suspect(421))),
            signature(source=source(suspect(421, "caller"), owners=("@app/launch",))),
        ),
    )
    (place,) = found.places

    assert (place.path, place.line, place.function) == ("Sources/Coder.swift", 56, "Coder.decode()")
    assert place.signatures == (1, 0)
    assert place.owners == ("@app/launch", "@app/core")
    assert [(one.pull_request, one.touched) for one in place.suspects] == [(421, "function"), (430, "file")]


def test_without_a_checkout_places_are_as_apple_names_them():
    deeper = Frame(depth=2, symbol="memcpy")
    frames = (Frame(depth=1, symbol="Coder.decode()", file="Coder.swift", line=56), deeper)
    other = signature(name="B", weight=0.5, blame=(deeper,))
    found = only(check(), signatures=(signature(blame=frames), other, signature(name="C", blame=())))

    assert [(one.function, one.path, one.line) for one in found.places] == [
        ("memcpy", "", None),
        ("Coder.decode()", "Coder.swift", 56),
    ]


def test_a_place_in_the_repository_is_as_the_checkout_has_it():
    known = source(
        suspect(421),
        frame=Frame(depth=2, symbol="Coder.load()", file="Loader.swift", line=12),
        line=60,
        is_caller=True,
        url="https://example.com/Coder.swift#L60",
    )
    (place,) = only(check(), signatures=(signature(source=known),)).places

    assert place == BlamedPlace(
        function="Coder.load()",
        is_caller=True,
        path="Sources/Coder.swift",
        line=60,
        url="https://example.com/Coder.swift#L60",
        signatures=(0,),
        owners=("@app/core",),
        suspects=(suspect(421),),
    )


CODER = Frame(depth=1, symbol="Coder.decode()", file="Coder.swift", line=56)


@pytest.mark.parametrize(
    ("blame", "text", "is_caller"),
    [
        ((CODER,), "App: Coder.decode() + 12", False),
        ((CODER, Frame(depth=2, symbol="memcpy")), "libc: memcpy + 12", True),
    ],
)
def test_a_place_that_only_calls_what_apple_names_says_so(blame, text, is_caller):
    (place,) = only(check(), signatures=(signature(blame=blame, text=text),)).places

    assert (place.path, place.url, place.is_caller) == ("Coder.swift", "", is_caller)


# --- order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worse", "milder"),
    [
        (check(now=1000.0), check("b", HANG, before=4.0, now=9.0, state="warn")),
        (check(now=1000.0), check("b", HANG, before=4.0, now=9.0, device="iPhone15,2")),
        (check("b", HANG, before=4.0, now=9.0), check(now=1000.0)),
        (check(mode="enforce", now=1000.0), check("b", HANG, before=4.0, now=9.0, mode="advise")),
    ],
)
def test_incidents_come_worst_first(worse, milder):
    order = [one.category for one in find_incidents(result(milder, worse))]

    assert order == [worse.slice.category, milder.slice.category]


def test_what_hurts_two_groups_of_devices_comes_before_a_little_more_on_one():
    hang = check("hangs", HANG, before=17.1, now=22.6)

    assert titles(hang, check(), check(**IPADS))[0].startswith("launch time")


A_RISE = check(device="all_ipads", before=1000.0, now=1050.0)
LARGER = check(device="all_ipads", before=1000.0, now=1200.0)


def still(value, limit, **fields):
    """A slice that did not move and is above its limit."""
    return check(**{"before": value, "now": value, "limit_value": limit, "line_failed": True} | fields)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (still(1118.0, 1000.0), A_RISE),  # without a rise, by how far it is above its line
        (LARGER, still(1118.0, 1000.0)),
        (still(1.0, 0.8), A_RISE),
        (LARGER, still(1000.0, 600.0, now=1050.0)),  # what rose has the size of its rise
        (A_RISE, still(1118.0, 500.0, line_failed=False)),
        (A_RISE, still(1118.0, 0.0)),  # nothing is so many times above zero
    ],
)
def test_the_slice_that_leads_moved_most_or_is_most_above_its_line(first, second):
    assert only(second, first).checks == (1, 0)


@pytest.mark.parametrize(
    ("launch", "hang", "first"),
    [
        ([check(now=1000.0), check(device="all_ipads", state="warn", now=3000.0)], {"now": 6.0}, "HANG"),
        ([check(now=1400.0), check(percentile="p90", now=1000.0)], {"now": 4.8}, "LAUNCH"),
        (
            [check(device="iPhone15,2"), check(device="iPhone14,5")],
            {"device": "iPhone15,2", "now": 5.4},
            "HANG",
        ),
    ],
)
def test_an_incident_is_as_large_as_its_worst_slices_of_each_group(launch, hang, first):
    found = find_incidents(result(*launch, check("hangs", HANG, **{"before": 4.0} | hang)))

    assert found[0].category == first


def test_a_rule_without_any_slice_comes_after_what_has_a_size():
    found = titles(check(now=1000.0), rules=[outcome("lost"), outcome()])

    assert found[-1] == "lost"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (check(now=950.0), check(device="iPhone15,2", now=2000.0)),
        (check(), check(percentile="p90", state="warn", now=2000.0)),
        (check(now=1118.0), check(percentile="p90", now=1119.0)),
        (check(percentile="p90", now=1400.0), check(now=1118.0)),
        (check(device="all_ipads", now=1119.0), check(now=1118.0)),
    ],
)
def test_the_slice_that_leads_is_the_worst_then_of_a_group_then_the_largest(first, second):
    assert only(second, first).checks == (1, 0)


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "title"),
    [
        ((check(),), "launch time +23% (907 → 1,118 ms) on all iPhones"),
        ((check(), check(**IPADS)), "launch time +23% (907 → 1,118 ms) on all iPhones and all iPads"),
        # Another size, another state and another metric are not told in the same breath.
        ((check(), check(**IPADS | {"now": 1420.0})), "launch time +40% (1,013 → 1,420 ms) on all iPads"),
        ((check(), check(**IPADS, state="warn")), "launch time +23% (907 → 1,118 ms) on all iPhones"),
        (
            (check(), check(metric="LAUNCH/resumeTime", **IPADS)),
            "launch time +23% (907 → 1,118 ms) on all iPhones",
        ),
        (
            [check(device=f"iPhone{n},1", device_name=f"iPhone {n}") for n in range(5)],
            "launch time +23% (907 → 1,118 ms) on iPhone 0, iPhone 1 and 3 more models",
        ),
        ((check(before=0.0),), "launch time +1,118 ms (0 → 1,118 ms) on all iPhones"),
        ((check(before=None),), "launch time on all iPhones"),
        ((check(state="improved", now=700.0),), f"launch time {MINUS}23% (907 → 700 ms) on all iPhones"),
    ],
)
def test_the_title_says_what_changed_from_what_to_what_and_for_whom(checks, title):
    assert only(*checks).title == title


@pytest.mark.parametrize(
    ("fields", "end"),
    [({"until": "2026-12-31"}, "until 2026-12-31"), ({"through_version": "3.5"}, "through 3.5")],
)
def test_a_waived_fail_says_so(fields, end):
    waiver = WaiverInUse(up_to=0.3, reason="Known.", **fields)
    found = only(check(state="warn"), rules=[outcome(state="warn", waiver=waiver)])

    assert found.title == f"launch time +23% (907 → 1,118 ms) on all iPhones, waived {end}"
    assert f"launch is waived {end}." in found.sentence


def test_a_waiver_of_one_rule_speaks_for_no_other():
    waiver = WaiverInUse(up_to=0.3, reason="Known.", until="2026-12-31")
    rules = [outcome(state="warn", waiver=waiver), outcome("other")]
    found = only(check(state="warn"), check("other", **IPADS), rules=rules)

    assert "waived" not in found.title
    assert "launch is waived until 2026-12-31." in found.sentence


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        (
            (check(), check(**IPADS), check(device="iPhone15,2", state="pass")),
            (
                "Launch time p50 on all iPhones rose from 907 ms (mean of 3.2 and 3.3) to 1,118 ms in 3.4, +23%. "
                "Likewise launch time p50 on all iPads +23%. 2 of 3 slices failed."
            ),
        ),
        (
            (check(p_value=0.01), check("b", percentile="p90", state="warn", now=1000.0)),
            (
                "Launch time p50 on all iPhones rose from 907 ms (mean of 3.2 and 3.3) to 1,118 ms in 3.4, +23%. "
                "Likewise launch time p90 on all iPhones +10.3%. 1 of 2 slices failed, 1 gave a warning."
            ),
        ),
        (
            (check(state="improved", now=700.0),),
            f"Launch time p50 on all iPhones fell from 907 ms (mean of 3.2 and 3.3) to 700 ms in 3.4, {MINUS}23%.",
        ),
        (
            (check(before=None, line_failed=True, limit_value=1000.0),),
            "Launch time p50 on all iPhones is 1,118 ms in 3.4, above the limit of 1,000 ms.",
        ),
        (
            (check(now=907.0, line_failed=True, limit_value=900.0, percentile="any"),),
            (
                "Launch time on all iPhones stayed at 907 ms (mean of 3.2 and 3.3) in 3.4, above the limit of 900 ms."
            ),
        ),
        ((check(now=None),), "Launch time p50 on all iPhones was found by its rules."),
        (
            (check(), check("other", device="all_ipads", before=None)),
            (
                "Launch time p50 on all iPhones rose from 907 ms (mean of 3.2 and 3.3) to 1,118 ms in 3.4, +23%. "
                "All 2 slices failed."
            ),
        ),
    ],
)
def test_the_sentence_adds_against_what_how_sure_and_in_how_many_slices(checks, sentence):
    assert only(*checks).sentence == sentence


@pytest.mark.parametrize(
    ("state", "p_run", "words"),
    [
        ("fail", 1e-6, "A rise this large is far outside what this app's releases show."),
        (
            "fail",
            0.01,
            "Only 1 in 100 healthy releases would show this much anywhere, if they differ as earlier ones did.",
        ),
        ("improved", 1e-6, "A fall this large is far outside what this app's releases show."),
        ("fail", None, "+23%."),
    ],
)
def test_the_odds_are_those_of_the_run(state, p_run, words):
    now = 700.0 if state == "improved" else 1118.0
    found = only(check(state=state, now=now), rules=[outcome(state=state, p_run=p_run)])

    assert found.sentence.endswith(words)


@pytest.mark.parametrize(
    ("excluded", "origin"),
    [
        ((), "mean of 2.9 to 3.3"),
        (("3.2",), "mean of 2.9, 3.0, 3.1 and 3.3; 3.2 is excluded"),
        (("3.2", "2.8"), "mean of 2.9, 3.0, 3.1 and 3.3; 3.2 and 2.8 are excluded"),
    ],
)
def test_a_baseline_that_skips_a_version_names_all_it_has(excluded, origin):
    before = Baseline(versions=("2.9", "3.0", "3.1", "3.3"), excluded=excluded, value=907.0)

    assert f"from 907 ms ({origin}) to" in only(replace(check(), baseline=before)).sentence


def test_a_slice_that_two_rules_found_counts_once():
    assert only(check(), check("other"), check(**IPADS)).sentence.endswith("All 2 slices failed.")


# --- any result -------------------------------------------------------------------------------------


@given(results())
def test_every_slice_that_failed_or_has_a_warning_is_in_exactly_one_incident(made):
    told = [position for one in find_incidents(made) for position in one.checks]
    found = [
        position
        for position, one in enumerate(made.checks)
        if one.state in ("fail", "warn", "improved") and one.mode != "shadow"
    ]

    assert set(found) <= set(told)
    assert len(told) == len(set(told))


@given(results())
def test_rules_on_trial_are_never_told_and_failed_ones_always(made):
    rules = {rule.id: rule for rule in made.rules}
    incidents = find_incidents(made)
    told = {name for one in incidents for name in one.rules}

    assert "shadow" not in {rules[name].mode for name in told}
    assert "shadow" not in {made.checks[position].mode for one in incidents for position in one.checks}
    assert {name for name, one in rules.items() if one.state == "fail" and one.mode != "shadow"} <= told


@given(results())
def test_a_result_fails_exactly_when_an_incident_in_scope_does(made):
    run = run_mode(made)
    failed = [one for one in find_incidents(made) if one.state == "fail" and is_in_scope(one.mode, run)]

    assert bool(failed) is (made.verdict == "fail") or run == "shadow"


@given(results())
def test_what_counts_of_apples_is_in_exactly_one_incident(made):
    incidents = find_incidents(made)
    insights = [position for one in incidents for position in one.insights]
    signatures = [position for one in incidents for position in one.signatures]

    assert len(insights) == len(set(insights))
    assert len(signatures) == len(set(signatures))
    assert {n for n, one in enumerate(made.insights) if one.level != "note"} <= set(insights)
    assert {n for n, one in enumerate(made.signatures) if one.level != "note"} <= set(signatures)


@given(results())
def test_telling_a_result_again_changes_nothing(made):
    told = tell(made)

    assert tell(told) == told


# --- the demo ---------------------------------------------------------------------------------------


def test_the_headline_of_a_run_is_about_its_incidents():
    told = tell(result(check()))

    assert told.incidents == find_incidents(told)
    assert told.sentence == "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones."


def test_the_headline_of_a_run_that_only_tries_rules_is_about_these():
    told = tell(result(check(mode="shadow"), mode="shadow"))

    assert told.incidents == ()
    assert told.sentence == "3.4 fails (on trial only): launch time +23% (907 → 1,118 ms) on all iPhones."


def test_the_headline_of_a_run_that_enforces_is_not_about_rules_on_trial():
    tried = check("tried", HANG, before=4.0, now=9.0, mode="shadow")

    assert tell(result(check(), tried)).sentence == tell(result(check())).sentence


def test_a_checkout_that_is_traced_later_adds_places_and_suspects():
    told = tell(result(check(), signatures=(signature(),)))
    traced = replace(told, signatures=(signature(source=source(suspect())),))
    (place,) = tell(traced).incidents[0].places

    assert told.incidents[0].places[0].suspects == ()
    assert [one.pull_request for one in place.suspects] == [421]
