"""Whole sentences, one for every branch of what the judgement says."""

import math

import pytest
from builders import STEADY, VERSIONS, facts, policy, rule, series
from msgspec.structs import replace

from gate.judge.comparisons import baseline_of, change_between, compare_all
from gate.judge.eligibility import Ineligible, Stale
from gate.judge.limits import compare_with_lines
from gate.judge.sentences import insights as insight_sentences
from gate.judge.sentences import rules as rule_sentences
from gate.judge.sentences import run as run_sentences
from gate.judge.sentences import slices as slice_sentences
from gate.model.comparison import References
from gate.model.facts import AppleInsight, GoalBand, SliceKey
from gate.model.result import (
    Candidate,
    Change,
    Check,
    InsightFinding,
    RuleOutcome,
    SignatureFinding,
    WaiverInUse,
)
from gate.model.units import Quantity
from gate.model.versions import order
from gate.policy.types import BaselineSelection
from gate.stats.evidence import Reading, SliceEvidence
from gate.text.numbers import MINUS

LAUNCH = "LAUNCH/launchTime"
DAY = 86400.0
WHAT = "launch time p50 on all iPhones"
ROSE = f"{WHAT} rose from 903 ms (mean of 3.0 to 3.3) to 1,118 ms in 3.4, +24%"
PLAIN = rule(name="launch", warn="> +5%", fail="> +10% and > +80 ms")
BANDS = (GoalBand(name="good", upper=950.0), GoalBand(name="fair", lower=950.0, upper=2000.0))


def compare(one, *, window=4, **fields):
    """One slice beside its references."""
    chosen = policy(baseline=BaselineSelection(window=window), **fields)
    (found,) = compare_all(chosen, facts(one), order([VERSIONS]), "3.4")
    return found


def launch(now=1118.0, *, before=STEADY, window=4, **fields):
    return compare(series(LAUNCH, (*before, now), **fields), window=window)


# --- a slice whose change was weighed ---------------------------------------------------------------


def weighed(comparison, state, basis, *, a_rule=PLAIN, **fields):
    """Explain a slice, after its rule's name."""
    baseline = baseline_of(comparison)
    change = change_between(baseline, comparison.candidate)
    evidence = SliceEvidence(index=0, state=state, basis=basis, **fields)
    return slice_sentences.explain_weighed(a_rule, comparison, change, evidence, baseline)


@pytest.mark.parametrize(
    ("state", "basis", "fields", "sentence"),
    [
        (
            "fail",
            "significant",
            {"p": 1 / 400},
            (
                f"launch failed: {ROSE}; the rule allows +10% and +80 ms, and only 1 in 400 healthy releases would "
                "show a rise this large."
            ),
        ),
        (
            "fail",
            "significant",
            {"p": 0.0},
            (
                f"launch failed: {ROSE}; the rule allows +10% and +80 ms, and fewer than 1 in 1,000,000 healthy releases "
                "would show a rise this large."
            ),
        ),
        (
            "fail",
            "significant",
            {},
            (
                f"launch failed: {ROSE}; the rule allows +10% and +80 ms, and an unknown number of healthy releases "
                "would show a rise this large."
            ),
        ),
        (
            "warn",
            "thin_history",
            {},
            (
                f"launch warns: {ROSE}, more than the +10% and +80 ms that the rule allows, but with so few earlier "
                "versions nobody has seen how much this app's healthy releases differ."
            ),
        ),
        (
            "warn",
            "warn_line",
            {"p": 0.01},
            (
                f"launch warns: {ROSE}, above the warning line of +5%; only 1 in 100 healthy releases would show a rise "
                "this large."
            ),
        ),
        (
            "warn",
            "gradual_drift",
            {},
            f"launch warns: {ROSE}, and it has crept up with nearly every version of the window.",
        ),
        (
            "undecided",
            "within_noise",
            {"p": 0.1, "visible": 0.31},
            (
                f"launch is undecided: {ROSE}, more than the +10% and +80 ms that the rule allows, but 1 in 10 healthy "
                "releases would show a rise this large; a rise of +31% would be clear."
            ),
        ),
        (
            "undecided",
            "within_noise",
            {},
            (
                f"launch is undecided: {ROSE}, more than the +10% and +80 ms that the rule allows, but an unknown number "
                "of healthy releases would show a rise this large."
            ),
        ),
        (
            "undecided",
            "too_noisy",
            {"upper": 0.4, "visible": 0.25},
            (
                f"launch is undecided: {ROSE}; today's data do not exclude a true rise of +40%; a rise of +25% would be "
                "clear, and more users or more versions would decide it."
            ),
        ),
        (
            "undecided",
            "too_noisy",
            {"upper": 0.4},
            (
                f"launch is undecided: {ROSE}; today's data do not exclude a true rise of +40%, and more users or more "
                "versions would decide it."
            ),
        ),
        (
            "improved",
            "improved",
            {"p": 0.75},
            f"launch improved: {ROSE}; only 1 in 4 unchanged releases would show a fall this large.",
        ),
        (
            "improved",
            "improved",
            {},
            f"launch improved: {ROSE}; an unknown number of unchanged releases would show a fall this large.",
        ),
        ("pass", "all_clear", {}, f"launch passed: {ROSE}, within what the rule allows (+10% and +80 ms)."),
        (
            "pass",
            "below_floor",
            {"floor": 1200.0},
            f"launch passed: {ROSE}, but below the floor of 1,200 ms no change counts.",
        ),
        (
            "pass",
            "below_floor",
            {"floor": 1118.0},
            f"launch passed: {ROSE}, but below the floor of 1,118 ms no change counts.",
        ),
        (
            "pass",
            "below_floor",
            {"floor": 1100.0},
            (
                f"launch passed: {ROSE}, but only what is above the floor of 1,100 ms counts, and that is within what "
                "the rule allows (+10% and +80 ms)."
            ),
        ),
    ],
)
def test_a_weighed_slice_says_what_its_state_rests_on(state, basis, fields, sentence):
    assert weighed(launch(), state, basis, **fields) == sentence


@pytest.mark.parametrize(
    ("a_rule", "words"),
    [
        (rule(fail="> +10%"), "(+10%)"),
        (rule(fail="> +80 ms"), "(+80 ms)"),
        (rule(warn="> +5%"), "(+5%)"),
        (rule(warn="> +5%", fail="> +10%"), "(+10%)"),
        (rule(limit="<= 2 s"), "(nothing)"),
    ],
)
def test_what_a_rule_allows_is_its_failing_line_if_it_has_one(a_rule, words):
    assert weighed(launch(), "pass", "all_clear", a_rule=a_rule).endswith(
        f"within what the rule allows {words}."
    )


def test_a_rule_without_a_warning_line_warns_at_its_failing_line():
    sentence = weighed(launch(), "warn", "warn_line", a_rule=rule(fail="> +10%"), p=0.01)

    assert "above the warning line of +10%;" in sentence


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (launch(), ROSE),
        (launch(window=1), f"{WHAT} rose from 902 ms (3.3) to 1,118 ms in 3.4, +24%"),
        (launch(window=2), f"{WHAT} rose from 904 ms (mean of 3.2 and 3.3) to 1,118 ms in 3.4, +24%"),
        (launch(640.0), f"{WHAT} fell from 903 ms (mean of 3.0 to 3.3) to 640 ms in 3.4, {MINUS}29%"),
        (launch(903.7, before=(903.0,)), f"{WHAT} rose from 903 ms (3.3) to 904 ms in 3.4, +0.1%"),
        (launch(2.6, before=(2.5,)), f"{WHAT} rose from 2.5 ms (3.3) to 2.6 ms in 3.4, +4%"),
        (launch(900.0, before=(900.0,)), f"{WHAT} stayed at 900 ms (3.3) in 3.4"),
        (launch(1.0 + 5e-10, before=(1.0,)), f"{WHAT} stayed at 1 ms (3.3) in 3.4"),
        (launch(1.0 + 2e-9, before=(1.0,)), f"{WHAT} rose from 1 ms (3.3) to 1 ms in 3.4, 0%"),
        (launch(3.0, before=(0.0,)), f"{WHAT} rose from 0 ms (3.3) to 3 ms in 3.4, +3 ms"),
        (
            launch(1118.0, device="iPhone15,2", device_name="iPhone 14 Pro", window=1),
            "launch time p50 on iPhone 14 Pro rose from 902 ms (3.3) to 1,118 ms in 3.4, +24%",
        ),
        (launch(1118.0, bands=BANDS), f"{ROSE}, from Apple's band “good” into “fair”"),
        (launch(1118.0, bands=BANDS[1:]), ROSE),
        (launch(1118.0, bands=BANDS[:1]), ROSE),
        (launch(1118.0, bands=(GoalBand(name="good"),)), ROSE),
    ],
)  # fmt: skip
def test_a_weighed_slice_says_what_happened(comparison, words):
    assert weighed(comparison, "pass", "gradual_drift") == (
        f"launch passed: {words}, and it has crept up with nearly every version of the window."
    )


def test_a_slice_without_a_change_is_only_named():
    evidence = SliceEvidence(index=0, state="pass", basis="all_clear")
    sentence = slice_sentences.explain_weighed(PLAIN, launch(), None, evidence, baseline_of(launch()))

    assert sentence == f"launch passed: {WHAT}, within what the rule allows (+10% and +80 ms)."


# --- a slice that can't be judged -------------------------------------------------------------------


def ineligible(cause="not_measured", reason="no_data", **fields):
    return Ineligible(cause=cause, reason=reason, **fields)


def stale(age):
    return ineligible("stale", "stale", stale=Stale(age=age, max_age=2 * DAY))


ELSEWHERE = series(LAUNCH, (900.0, 901.0, 902.0), versions=("9.0", "9.1", "9.2"))


@pytest.mark.parametrize(
    ("comparison", "why", "words"),
    [
        (launch(), stale(90 * DAY), "the snapshot is 90 days old and the policy allows 48 hours"),
        (
            launch(problem="Apple sent 3.4 twice"),
            ineligible("contradiction", "not_comparable"),
            "Apple sent 3.4 twice",
        ),
        (
            launch(None),
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4; the newest one measured is 3.3",
        ),
        (
            launch(None),
            ineligible(candidate="3.4", reason="too_early"),
            (f"Apple has no value of {WHAT} for 3.4; the newest one measured is 3.3; it is on sale, but nothing of "
            "it is measured yet"),
        ),
        (
            compare(series(LAUNCH, (None,))),
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4",
        ),
        (
            compare(ELSEWHERE),  # none of its versions is a reference
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4; the newest one measured is 9.2",
        ),
        (
            compare(series(LAUNCH, (901.0, 900.0), versions=("3.3", "3.2"))),  # the newest first
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4; the newest one measured is 3.3",
        ),
    ],
)  # fmt: skip
def test_a_slice_that_can_not_be_judged_says_why(comparison, why, words):
    sentence = slice_sentences.explain_ineligible(PLAIN, comparison, why)

    assert sentence == f"launch is undecided: {words}."


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (3 * DAY, "3 days"),
        (4.9 * DAY, "4 days"),
        (3 * DAY - 1, "71 hours"),
        (3 * 3600.0, "3 hours"),
        (3 * 3600.0 - 1, "179 minutes"),
        (180.0, "3 minutes"),
        (179.5, "179 seconds"),
        (0.0, "0 seconds"),
        (999 * DAY, "999 days"),
    ],
)
def test_an_age_is_rounded_down_to_a_unit_that_leaves_three_of_it(age, words):
    found = slice_sentences.stale_words(Stale(age=age, max_age=120.0))

    assert found == f"the snapshot is {words} old and the policy allows 120 seconds"


@pytest.mark.parametrize("age", [-0.5, -DAY])
def test_a_snapshot_from_the_future_blames_a_clock(age):
    assert slice_sentences.stale_words(Stale(age=age, max_age=120.0)) == (
        "the snapshot claims to be from the future, so one of two clocks is wrong"
    )


@pytest.mark.parametrize(
    ("fields", "unit", "words"),
    [
        ({"fail": "> +80 ms"}, "furlongs", "the rule speaks of ms, but Apple measures this in furlongs"),
        ({"fail": "> +80 ms"}, "", "the rule speaks of ms, but Apple sends no unit for this"),
        ({"fail": "> +10%", "warn": "> +1 s"}, "", "the rule speaks of s, but Apple sends no unit for this"),
        ({"warn": "> +1 s"}, "", "the rule speaks of s, but Apple sends no unit for this"),
        ({"fail": "> +10%"}, "", "the rule speaks of , but Apple sends no unit for this"),
    ],
)
def test_a_unit_that_does_not_fit_names_both(fields, unit, words):
    sentence = slice_sentences.explain_unit_mismatch(rule(name="launch", **fields), launch(unit=unit))

    assert sentence == f"launch is undecided: {words}."


def test_values_that_have_no_logarithm_can_not_be_compared():
    assert slice_sentences.explain_unusable_values(PLAIN, launch()) == (
        f"launch is undecided: {WHAT} has values that can't be compared."
    )


def without_baseline(now=900.0, **fields):
    return replace(compare(series(LAUNCH, (now,))), references=References(candidate="3.4", **fields))


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (
            without_baseline(missing="no_earlier_version"),
            f"{WHAT} is 900 ms in 3.4, but no version before 3.4 was measured",
        ),
        (
            without_baseline(missing="pin_not_measured", pinned="2.0"),
            f"{WHAT} is 900 ms in 3.4, but the pinned version 2.0 is not in the data",
        ),
        (
            without_baseline(missing="pin_is_candidate", pinned="3.4"),
            f"{WHAT} is 900 ms in 3.4, but the pinned version 3.4 is the candidate itself",
        ),
        (
            compare(series(LAUNCH, (900.0,))),
            f"{WHAT} is 900 ms in 3.4, but none of the reference versions was measured for it",
        ),
        (
            compare(series(LAUNCH, (None,))),
            f"{WHAT}, but none of the reference versions was measured for it",
        ),
    ],
)  # fmt: skip
def test_a_slice_without_a_baseline_says_what_is_missing(comparison, words):
    assert slice_sentences.explain_no_baseline(PLAIN, comparison) == f"launch is undecided: {words}."


# --- limits and goals -------------------------------------------------------------------------------

HELD = "launch is undecided: launch time p50 on all iPhones has nothing to be held against: "


@pytest.mark.parametrize(
    ("fields", "now", "sentence"),
    [
        (
            {"limit": "<= 1.5 s"},
            1400.0,
            f"launch passed: {WHAT} is 1,400 ms in 3.4, within the limit of 1.5 s.",
        ),
        (
            {"limit": "<= 1.5 s"},
            1600.0,
            f"launch failed: {WHAT} is 1,600 ms in 3.4, above the limit of 1.5 s.",
        ),
        (
            {"limit": "<= 1500 ms"},
            1500.04,
            f"launch failed: {WHAT} is 1,500.04 ms in 3.4, above the limit of 1,500 ms.",
        ),
        (
            {"limit": "<= 1500 ms"},
            (1600.0, 40.0),
            (
                f"launch failed: {WHAT} is 1,600 ms in 3.4, above the limit of 1,500 ms by more than its error margin "
                "of ± 40 ms."
            ),
        ),
        (
            {"limit": "<= 1500 ms"},
            (1600.0, 0.0),
            f"launch failed: {WHAT} is 1,600 ms in 3.4, above the limit of 1,500 ms.",
        ),
        (
            {"limit": "<= 1500 ms"},
            (1520.0, 40.0),
            (
                f"launch is undecided: {WHAT} is 1,520 ms in 3.4, above the limit of 1,500 ms, but within its error "
                "margin of ± 40 ms, so more users must decide."
            ),
        ),
        (
            {"goal": "recommended"},
            800.0,
            f"launch passed: {WHAT} is 800 ms in 3.4, within Apple's recommended goal of 850 ms.",
        ),
        (
            {"goal": "good"},
            1000.0,
            f"launch failed: {WHAT} is 1,000 ms in 3.4, above Apple's band for “good” of 950 ms.",
        ),
        (
            {"goal": "recommended"},
            (860.0, 40.0),
            (
                f"launch is undecided: {WHAT} is 860 ms in 3.4, above Apple's recommended goal of 850 ms, but within its "
                "error margin of ± 40 ms, so more users must decide."
            ),
        ),
    ],
)
def test_a_value_beside_a_line_says_where_both_are(fields, now, sentence):
    assert beside(launch(now, bands=BANDS, recommended=850.0), **fields) == [sentence]


def beside(comparison, **fields):
    """Explain a slice beside each of a rule's lines."""
    a_rule, candidate = rule(name="launch", **fields), comparison.candidate
    return [
        slice_sentences.explain_line(a_rule, comparison, line, candidate)
        for line in compare_with_lines(a_rule, comparison.series, candidate)
    ]


@pytest.mark.parametrize(
    ("fields", "unit", "words"),
    [
        ({"goal": "recommended"}, "ms", "Apple gives no recommended goal for it."),
        ({"goal": "good"}, "ms", "Apple gives no band “good” for it."),
        ({"goal": "good"}, "", "Apple gives no band “good” for it."),
        ({"limit": "<= 1500 ms"}, "furlongs", "the limit is in ms, but Apple measures it in furlongs."),
        ({"limit": "<= 1500 ms"}, "", "the limit is in ms, but Apple sends no unit for it."),
    ],
)
def test_a_line_that_is_not_there_says_why(fields, unit, words):
    assert beside(launch(unit=unit), **fields) == [HELD + words]


def test_a_goal_that_is_not_there_is_no_matter_of_the_limit():
    limited, good = beside(launch(800.0), limit="<= 1500 ms", goal="good")

    assert limited.endswith("within the limit of 1,500 ms.")
    assert good == f"{HELD}Apple gives no band “good” for it."


def test_a_goal_of_zero_is_a_line():
    assert beside(launch(3.0, recommended=0.0), goal="recommended") == [
        f"launch failed: {WHAT} is 3 ms in 3.4, above Apple's recommended goal of 0 ms."
    ]


def test_a_limit_and_a_goal_are_each_said():
    limited, good = beside(launch(800.0, bands=BANDS), limit="<= 1500 ms", goal="good")

    assert limited.endswith("within the limit of 1,500 ms.")
    assert good.endswith("within Apple's band for “good” of 950 ms.")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"fail": "> +10%"}, "fail > +10%"),
        ({"limit": "<= 1500 ms", "warn": "> +5%"}, "warn > +5%; limit <= 1500 ms"),
        (
            {"warn": "> +5%", "fail": "> +10%", "limit": "<= 1500 ms", "goal": "good"},
            "warn > +5%; fail > +10%; limit <= 1500 ms; goal good",
        ),
    ],
)
def test_everything_that_a_rule_allows_is_listed_in_the_policys_words(fields, words):
    assert slice_sentences.allowance_words(rule(**fields)) == words


# --- a rule, over all its slices --------------------------------------------------------------------


def check(state="pass", relative=0.02, *, device="all_iphones", version="3.4", p=None, **fields):
    """A check of a slice whose sentence is its device."""
    found = launch(900.0, device=device, window=1)
    change = None if relative is None else Change(relative=relative, absolute=1.0)
    return Check(
        rule="launch",
        slice=found.series.key,
        state=state,
        mode="enforce",
        candidate=Candidate(version=version, value=900.0) if version else None,
        change=change,
        sentence=f"{device}.",
        p_value=p,
        **fields,
    )


def absent(**fields):
    return check("undecided", None, version="", reason="no_data", **fields)


FROM_ZERO = Change(relative=None, absolute=3.0)


@pytest.mark.parametrize(
    ("state", "checks", "sentence"),
    [
        ("pass", [check()], "all_iphones."),
        (
            "pass",
            [check(), check(relative=-0.3, device="all_ipads")],
            ("launch passed: 2 slices found healthy in 3.4; the largest change is launch time p50 on all iPads, "
            f"{MINUS}30%."),
        ),
        (
            "improved",
            [check("improved", -0.3, device="iPhone15,2", device_name="iPhone 14 Pro"), check()],
            ("launch improved: 2 slices found healthy in 3.4; the largest change is launch time p50 on iPhone 14 Pro, "
            f"{MINUS}30%."),
        ),
        (
            "pass",
            [absent(), check(), check(version="3.3")],
            ("launch passed: 2 of 3 slices found healthy in 3.4 and 3.3, 1 slice could not be judged; the largest "
            f"change is {WHAT}, +2%."),
        ),
        (
            "pass",
            [absent(), absent(), check(relative=0.0)],
            ("launch passed: 1 of 3 slices found healthy in 3.4, 2 slices could not be judged; the largest change is "
            f"{WHAT}, 0%."),
        ),
        (
            "pass",
            [check(relative=0.0, device="all_ipads"), check(relative=0.001)],
            f"launch passed: 2 slices found healthy in 3.4; the largest change is {WHAT}, +0.1%.",
        ),
        ("pass", [check(relative=None), check(relative=None)], "launch passed: 2 slices found healthy in 3.4."),
        ("pass", [check(relative=None, version=""), check(relative=None, version="")], "launch passed: 2 slices found healthy."),
        ("fail", [check(), check("fail", 0.3, device="all_ipads")], "all_ipads."),
        (
            "fail",
            [check("fail"), check(), check("fail", 0.3, device="all_ipads")],
            "all_ipads. The same holds for 1 more of its 3 slices.",
        ),
        (
            "warn",
            [check("warn"), check("warn"), check("warn", 0.3, device="all_ipads"), check("fail", 0.5)],
            "all_ipads. The same holds for 2 more of its 4 slices.",
        ),
        ("undecided", [check("warn"), check(device="all_ipads")], "all_iphones."),  # no slice alone says so
    ],
)  # fmt: skip
def test_a_rule_is_explained_by_its_worst_slice_or_as_healthy(state, checks, sentence):
    assert rule_sentences.explain_rule(PLAIN, state, checks) == sentence


def test_a_change_from_zero_is_no_large_change():
    grown = check(relative=0.02)
    first = replace(check(device="all_ipads"), change=FROM_ZERO)
    sentence = rule_sentences.explain_rule(PLAIN, "pass", [first, grown])

    assert sentence.endswith(f"the largest change is {WHAT}, +2%.")


def first_of(*checks):
    """The slice that explains a failed rule."""
    return rule_sentences.explain_rule(PLAIN, "fail", checks).partition(" ")[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"p": 1e-6, "relative": 0.2}, {"p": 1e-3, "relative": 0.9}),  # the clearest
        ({"p": 0.0, "relative": 0.2}, {"p": 1e-3, "relative": 0.9}),
        ({"p": 0.9, "relative": 0.2}, {"p": None, "relative": 0.9}),
        ({"p": 1.0, "relative": 0.9}, {"p": None, "relative": 0.2}),  # both say nothing: the largest
        ({"p": None, "relative": 0.9}, {"p": 1.0, "relative": 0.2}),
        ({"p": 0.01, "relative": 0.9}, {"p": 0.01, "relative": 0.2}),
        ({"p": 0.01, "relative": 0.2}, {"p": 0.01, "relative": None}),
        ({"p": 0.01, "relative": 0.2}, {"p": 0.01, "relative": -0.5}),
        ({"p": 0.01, "relative": None}, {"p": 0.01, "relative": -0.5}),
    ],
)
def test_the_worst_slice_is_the_clearest_and_then_the_largest(one, other):
    worst, better = check("fail", device="worst", **one), check("fail", device="better", **other)

    assert first_of(worst, better) == first_of(better, worst) == "worst."


def test_a_change_from_zero_ranks_as_none():
    first = replace(check("fail", device="first"), change=FROM_ZERO)

    assert first_of(first, check("fail", 0.5, device="grown")) == "grown."


@pytest.mark.parametrize(("total", "words"), [(4, "1 of 4 slices"), (1, "1 of 1 slice")])
def test_too_few_decided_slices_are_counted(total, words):
    assert rule_sentences.explain_too_few_decided(PLAIN, 1, total) == (
        f"launch is undecided: only {words} could be judged."
    )


MISSING = SliceKey(platform="iOS", category="LAUNCH", metric="lauchTime", device="any", percentile="p90")


@pytest.mark.parametrize(
    ("metric", "why", "words"),
    [
        ("LAUNCH/lauchTime", stale(90 * DAY), "the snapshot is 90 days old and the policy allows 48 hours"),
        (
            "LAUNCH/lauchTime",
            ineligible("unmatched", near=LAUNCH),
            f"Apple's data has nothing that matches lauch time p90 on any device; the nearest in the data is {LAUNCH}",
        ),
        (
            "LAUNCH/lau*",
            ineligible("unmatched", "too_early"),
            "Apple's data has nothing that matches LAUNCH/lau*; it is on sale, but nothing of it is measured yet",
        ),
    ],
)
def test_a_rule_without_any_slice_says_what_it_looked_for(metric, why, words):
    wanted = rule(metric, name="launch", fail="> +10%")

    assert rule_sentences.explain_unmatched(wanted, MISSING, why) == f"launch is undecided: {words}."


def reading(kind, **fields):
    return Reading(kind=kind, metric=LAUNCH, slices=(0, 1, 2), p=1 / 500, change=math.log(1.2), **fields)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (reading("slice"), ""),
        (
            reading("average"),
            " Taken together, its 3 slices changed by +20%, as only 1 in 500 healthy releases would.",
        ),
        (
            reading("average", by="class", name="iphone"),
            " Taken together, its 3 slices of iPhones changed by +20%, as only 1 in 500 healthy releases would.",
        ),
        (
            reading("average", by="percentile", name="p90"),
            " Taken together, its 3 slices of p90 changed by +20%, as only 1 in 500 healthy releases would.",
        ),
        (
            reading("contrast", by="class", name="ipad"),
            " Against the rest of the metric, iPads changed by +20%, as only 1 in 500 healthy releases would.",
        ),
        (
            reading("contrast", by="model", name="iPhone15,2"),
            " Against the rest of the metric, iPhone15,2 changed by +20%, as only 1 in 500 healthy releases would.",
        ),
        (
            reading("contrast", by="class", name="mac"),
            " Against the rest of the metric, Macs changed by +20%, as only 1 in 500 healthy releases would.",
        ),
    ],
)
def test_slices_read_together_are_named(found, words):
    assert rule_sentences.explain_reading(found) == words


@pytest.mark.parametrize(
    ("fields", "end"),
    [({"until": "2026-12-31"}, "until 2026-12-31"), ({"through_version": "3.5"}, "through 3.5")],
)
def test_a_waived_fail_says_up_to_where_until_when_and_why(fields, end):
    waiver = WaiverInUse(up_to=0.3, reason="New onboarding", **fields)

    assert rule_sentences.explain_waived("launch failed: so.", waiver) == (
        f"launch failed: so. It is waived up to +30% {end}: New onboarding."
    )


# --- a run ------------------------------------------------------------------------------------------


def outcome(state, name="launch", on_undecided="note"):
    return RuleOutcome(id=name, state=state, mode="enforce", sentence="", on_undecided=on_undecided)


def outcomes(*states):
    return [outcome(state, f"rule-{place}") for place, state in enumerate(states, 1)]


def verdict_sentence(verdict, rules, *, version="3.4", causes=(), why="", noun="rule"):
    return run_sentences.explain_verdict(version, verdict, rules, causes=causes, why=why, noun=noun)


@pytest.mark.parametrize(
    ("verdict", "rules", "fields", "sentence"),
    [
        ("pass", outcomes("pass"), {}, "3.4 passes: of 1 rule, 1 passed."),
        ("pass", outcomes("pass"), {"version": ""}, "The release passes: of 1 rule, 1 passed."),
        ("pass", outcomes("pass", "pass"), {}, "3.4 passes: all 2 rules passed."),
        (
            "pass",
            outcomes("warn", "warn"),
            {"noun": "enforced rule"},
            "3.4 passes: all 2 enforced rules with a warning.",
        ),
        (
            "fail",
            outcomes("pass", "improved", "undecided", "warn", "fail", "pass"),
            {"noun": "enforced rule"},
            (
                "3.4 fails because of rule-5: of 6 enforced rules, 1 failed, 1 with a warning, 2 passed, 1 improved, "
                "1 undecided."
            ),
        ),
        (
            "fail",
            outcomes("fail", "fail"),
            {"causes": ["signature f()"]},
            "3.4 fails because of rule-1, rule-2, signature f(): all 2 rules failed.",
        ),
        (
            "fail",
            outcomes("fail", "fail", "fail"),
            {"causes": ["signature f()", "signature g()"]},
            "3.4 fails because of rule-1, rule-2, rule-3 and 2 more: all 3 rules failed.",
        ),
        (
            "fail",
            [],
            {"causes": ["signature f()"]},
            "3.4 fails because of signature f(): no rule was judged.",
        ),
        (
            "undecided",
            outcomes("undecided"),
            {"why": "the data is too old"},
            "3.4 can't be judged, the data is too old: of 1 rule, 1 undecided.",
        ),
        ("undecided", [], {}, "3.4 can't be judged, no rule could be decided: no rule was judged."),
    ],
)
def test_a_verdict_is_one_sentence_with_its_numbers(verdict, rules, fields, sentence):
    assert verdict_sentence(verdict, rules, **fields) == sentence


WAITING = outcome("undecided", "hangs", "block")


@pytest.mark.parametrize(
    ("rules", "reason", "words"),
    [
        ([], "no_data", "no rule of the policy is enforced"),
        (outcomes("undecided"), "no_data", "Apple has too little data for it yet"),
        (outcomes("undecided"), "no_baseline", "there is nothing to compare it with"),
        (outcomes("undecided"), "not_comparable", "the data can't be compared"),
        (outcomes("undecided"), "stale", "the data is too old"),
        (outcomes("undecided"), "too_early", "it is on sale, but nothing of it is measured yet"),
        (outcomes("undecided"), "within_noise", "the changes are within what healthy releases show"),
        (outcomes("undecided"), None, ""),
        ([WAITING], "no_data", "Apple has too little data for it yet"),
        ([WAITING, outcome("pass")], "no_data", "the policy waits for hangs"),
        ([outcome("pass", on_undecided="block")], None, ""),
        ([outcome("undecided"), outcome("pass")], "no_data", "Apple has too little data for it yet"),
        (
            [WAITING, outcome("undecided", "disk", "block"), outcome("undecided", "memory"), outcome("pass")],
            "no_data",
            "the policy waits for hangs, disk",
        ),
    ],
)
def test_a_run_that_is_undecided_says_what_it_lacks(rules, reason, words):
    assert run_sentences.undecided_words(rules, reason) == words


def test_findings_of_apples_that_fail_a_run_are_named():
    def found(level):
        return InsightFinding(
            kind="regression",
            level=level,
            slice_name=f"LAUNCH/{level}",
            version="3.4",
            high_impact=None,
            largest_change=None,
            reference_versions=(),
            agreement="",
            sentence="",
            summary="",
        )

    def signature(level, **fields):
        return SignatureFinding(
            type="HANGS",
            id="s",
            level=level,
            change="new",
            rank=1,
            weight=None,
            baseline_weight=None,
            direction="",
            sentence="",
            **fields,
        )

    assert run_sentences.cause_words(
        [found("warn"), found("fail")],
        [
            signature("note", text="a"),
            signature("fail", text="b"),
            signature("fail", text="c", name="C.run()"),
        ],
    ) == ["Apple's insight on LAUNCH/fail", "signature b", "signature C.run()"]


def test_a_run_without_a_baseline_notes_it():
    missing = References(candidate="3.4", missing="no_earlier_version")

    assert run_sentences.no_baseline_note(missing) == (
        "There is no baseline: no version before 3.4 was measured."
    )
    assert run_sentences.no_baseline_note(References(candidate="3.4")) == ""


def test_metrics_in_unknown_units_are_noted():
    assert list(run_sentences.unknown_unit_notes([(LAUNCH, "furlongs"), ("NEW/thing", "")])) == [
        "LAUNCH/launchTime comes with the unit furlongs, for which no floor is known; every relative change counts.",
        "NEW/thing comes with no unit, for which no floor is known; every relative change counts.",
    ]


def test_what_only_the_gate_finds_says_why_that_can_be():
    key = SliceKey(
        platform="iOS", category="TERMINATION", metric="foreground", device="any", percentile="p50"
    )

    assert run_sentences.only_the_gate_note(key) == (
        "Only the gate finds terminations foreground worse: Apple lists no insight on it. Apple publishes no "
        "threshold of its own, and a limit or goal of the policy is none of Apple's concern."
    )


# --- Apple's insights -------------------------------------------------------------------------------


def insight(kind="regression", *, category="LAUNCH", metric="launchTime", **fields):
    return AppleInsight(kind=kind, category=category, metric=metric, **fields)


@pytest.mark.parametrize(
    ("one", "largest", "sentence"),
    [
        (insight(), None, "Apple says that launch time regressed."),
        (insight("trending_up"), None, "Apple says that launch time is trending up."),
        (insight(subsystem="dyld"), None, "Apple says that launch time (dyld) regressed."),
        (insight(latest_version="3.4"), 0.0, "Apple says that launch time regressed in 3.4, by up to 0%."),
        (
            insight(reference_versions=("3.3",)),
            None,
            "Apple says that launch time regressed against the mean of 1 earlier version.",
        ),
        (
            insight(
                category="TERMINATION",
                metric="foreground",
                latest_version="3.4",
                reference_versions=("3.2", "3.3"),
            ),
            0.24,
            (
                "Apple says that terminations foreground regressed in 3.4, by up to +24% against the mean of 2 earlier "
                "versions."
            ),
        ),
    ],
)
def test_an_insight_is_one_sentence(one, largest, sentence):
    assert insight_sentences.explain_insight(one, largest) == sentence


def test_the_floor_of_a_rule_is_in_the_policys_unit():
    own = rule(name="launch", fail="> +10%", floor=Quantity(value=5.0, unit="s"))
    sentence = weighed(launch(), "pass", "below_floor", a_rule=own, floor=5000.0)

    assert sentence.endswith("but below the floor of 5 s no change counts.")
