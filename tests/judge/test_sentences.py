"""Whole sentences, one for every branch of what the judgement says."""

import math

import pytest
from builders import STEADY, VERSIONS, facts, policy, rule, series
from msgspec.structs import replace

from gate.judge.comparisons import baseline_of, change_between, compare_all
from gate.judge.eligibility import Ineligible, Stale
from gate.judge.limits import Before, compare_with_lines
from gate.judge.passing import passes_at
from gate.judge.sentences import insights as insight_sentences
from gate.judge.sentences import lines as line_sentences
from gate.judge.sentences import rules as rule_sentences
from gate.judge.sentences import run as run_sentences
from gate.judge.sentences import slices as slice_sentences
from gate.model.comparison import References
from gate.model.facts import AppleInsight, GoalBand, SliceKey
from gate.model.result import (
    Candidate,
    Change,
    Check,
)
from gate.model.units import Quantity
from gate.model.versions import order
from gate.policy.types import BaselineSelection
from gate.stats.evidence import GradualDrift, Reading, SliceEvidence
from gate.text.numbers import MINUS

LAUNCH = "LAUNCH/launchTime"
DAY = 86400.0
WHAT = "launch time p50 on all iPhones"
SUBJECT = "Launch time p50 on all iPhones"
ROSE = f"{SUBJECT} rose from 903 ms (mean of 3.0 to 3.3) to 1,118 ms in 3.4, +24%"
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


ALLOWED, WARNED = 993.4, 948.2
"""The ends of what `PLAIN` allows where the baseline is 903 ms."""
ODDS = "healthy releases would show this much anywhere, if they differ as earlier ones did."


def weighed(comparison, state, basis, *, a_rule=PLAIN, **fields):
    """Explain a slice, as far as nothing else is said with ends that are not set."""
    baseline = baseline_of(comparison)
    change = change_between(baseline, comparison.candidate)
    evidence = SliceEvidence(index=0, state=state, basis=basis, **fields)
    end = passes_at(a_rule, comparison, evidence)
    return slice_sentences.explain_weighed(a_rule, comparison, change, evidence, baseline, passes_at=end)


@pytest.mark.parametrize(
    ("state", "basis", "fields", "continuation"),
    [
        (
            "fail",
            "significant",
            {"passes_at": ALLOWED, "p_run": 1 / 400},
            f"; passes at 993 ms or less (allowed: +10%, and at least +80 ms). Only 1 in 400 {ODDS}",
        ),
        (
            "fail",
            "significant",
            {"passes_at": WARNED, "p_run": 0.001},
            (
                "; allowed: up to 993 ms (+10%, and at least +80 ms). It passes without a warning at 948 ms or less. "
                f"Only 1 in 1,000 {ODDS}"
            ),
        ),
        (
            "fail",
            "significant",
            {"p_run": 0.000999},
            (
                "; allowed: up to 993 ms (+10%, and at least +80 ms). A rise this large is far outside what this app's "
                "releases show."
            ),
        ),
        (
            "fail",
            "significant",
            {"passes_at": ALLOWED},
            "; passes at 993 ms or less (allowed: +10%, and at least +80 ms).",
        ),
        (
            "undecided",
            "thin_history",
            {"passes_at": ALLOWED, "p_run": 0.01},
            (
                "; passes at 993 ms or less (allowed: +10%, and at least +80 ms). But there are too few earlier "
                "versions to know how much this app's releases differ."
            ),
        ),
        (
            "warn",
            "warn_line",
            {"passes_at": WARNED, "p_run": 0.01},
            f"; passes at 948 ms or less (warning above +5%). Only 1 in 100 {ODDS}",
        ),
        ("warn", "warn_line", {}, "; warning above +5%."),
        (
            "warn",
            "gradual_drift",
            {"passes_at": ALLOWED},
            (
                "; allowed: up to 993 ms (+10%, and at least +80 ms). It has crept up with nearly every version of the "
                "window."
            ),
        ),
        (
            "undecided",
            "within_noise",
            {"passes_at": ALLOWED, "change": 0.24, "visible": 0.31, "p_run": 0.1},
            (
                "; passes at 993 ms or less (allowed: +10%, and at least +80 ms). This is within noise; only +31% or "
                "more would be conclusive."
            ),
        ),
        (
            "undecided",
            "within_noise",
            {"change": 0.31, "visible": 0.31},
            "; allowed: up to 993 ms (+10%, and at least +80 ms). This is within noise.",
        ),
        (
            "undecided",
            "within_noise",
            {"visible": 0.31},
            (
                "; allowed: up to 993 ms (+10%, and at least +80 ms). This is within noise; only +31% or more would be "
                "conclusive."
            ),
        ),
        (
            "undecided",
            "within_noise",
            {"change": 0.31},
            "; allowed: up to 993 ms (+10%, and at least +80 ms). This is within noise.",
        ),
        (
            "undecided",
            "too_noisy",
            {"passes_at": ALLOWED, "upper": 0.72, "visible": 1.86},
            (
                "; allowed: up to 993 ms (+10%, and at least +80 ms). Today's data can't rule out +72%; only +186% or "
                "more would be conclusive."
            ),
        ),
        (
            "undecided",
            "too_noisy",
            {"upper": 0.4},
            "; allowed: up to 993 ms (+10%, and at least +80 ms). Today's data can't rule out +40%.",
        ),
        ("improved", "improved", {"passes_at": ALLOWED, "p_run": 0.25}, f". Only 1 in 4 {ODDS}"),
        (
            "improved",
            "improved",
            {"p_run": 0.0},
            ". A fall this large is far outside what this app's releases show.",
        ),
        ("improved", "improved", {}, "."),
        ("pass", "all_clear", {"passes_at": ALLOWED}, "; allowed: up to 993 ms (+10%, and at least +80 ms)."),
        (
            "pass",
            "all_clear",
            {"allowed_value": 1200.0, "passes_at": 993.0},
            (
                "; allowed: up to 1,200 ms (+10%, and at least +80 ms). A warning begins above 993 ms, but a rise this "
                "small is within noise."
            ),
        ),
        (
            "pass",
            "all_clear",
            {"allowed_value": 1200.0, "passes_at": 1118.4},
            "; allowed: up to 1,200 ms (+10%, and at least +80 ms).",
        ),
        ("pass", "below_floor", {"floor": 1200.0}, "; below the floor of 1,200 ms no change counts."),
        ("pass", "below_floor", {"floor": 1118.0}, "; below the floor of 1,118 ms no change counts."),
        (
            "pass",
            "below_floor",
            {"floor": 1100.0, "allowed_value": 1210.0},
            "; allowed: up to 1,210 ms (+10%, and at least +80 ms; less than 1,100 ms counts as 1,100 ms).",
        ),
    ],
)
def test_a_weighed_slice_says_what_its_state_rests_on(state, basis, fields, continuation):
    assert weighed(launch(), state, basis, **({"allowed_value": ALLOWED} | fields)) == ROSE + continuation


def test_a_limit_below_the_allowance_is_where_the_slice_passes():
    limited = rule(fail="> +10%", limit="<= 950 ms")
    sentence = weighed(
        launch(), "fail", "significant", a_rule=limited, allowed_value=ALLOWED, passes_at=ALLOWED
    )

    assert sentence == (
        f"{ROSE}; allowed: up to 993 ms (+10%). Its limit or goal is lower: it passes at 950 ms or less."
    )


def test_a_limit_below_the_warning_line_is_where_the_slice_passes():
    limited = rule(warn="> +5%", limit="<= 940 ms")
    sentence = weighed(launch(), "warn", "warn_line", a_rule=limited, allowed_value=WARNED, passes_at=WARNED)

    assert sentence == f"{ROSE}; warning above +5%. Its limit or goal is lower: it passes at 940 ms or less."


def test_a_limit_above_the_allowance_is_not_where_the_slice_passes():
    limited = rule(fail="> +10%", limit="<= 1500 ms")
    sentence = weighed(
        launch(), "fail", "significant", a_rule=limited, allowed_value=ALLOWED, passes_at=ALLOWED
    )

    assert sentence == f"{ROSE}; passes at 993 ms or less (allowed: +10%)."


@pytest.mark.parametrize(
    ("now", "end", "words"),
    [
        (993.44, 993.4, "to 993.44 ms in 3.4, +10.02%; passes at 993.4 ms or less"),
        (993.6, 993.4, "to 994 ms in 3.4, +10.03%; passes at 993 ms or less"),
        (993.4, 993.4, "to 993 ms in 3.4, +10.01%; passes at 993 ms or less"),
        (993.4005, 993.4, "to 993 ms in 3.4, +10.01%; passes at 993 ms or less"),  # the same but for rounding
        (993.402, 993.4, "to 993.402 ms in 3.4, +10.01%; passes at 993.4 ms or less"),
    ],
)
def test_a_value_near_its_line_has_the_digits_that_tell_them_apart(now, end, words):
    near = launch(now, before=(903.0,))
    found = weighed(near, "fail", "significant", a_rule=rule(fail="> +10%"), allowed_value=end, passes_at=end)

    assert words in found


def test_a_value_below_its_line_never_reads_as_above_it():
    found = weighed(launch(993.27, before=(903.0,)), "pass", "all_clear", allowed_value=993.3)

    assert "to 993.27 ms in 3.4, +9.997%; allowed: up to 993.3 ms" in found


def test_the_end_that_is_nearest_to_a_value_is_told_from_it():
    found = weighed(
        launch(948.3, before=(903.0,)), "warn", "warn_line", allowed_value=ALLOWED, passes_at=948.2
    )

    assert "to 948.3 ms in 3.4, +5.02%; passes at 948.2 ms or less" in found


def test_the_end_that_is_farther_from_a_value_adds_no_digits():
    found = weighed(
        launch(993.44, before=(903.0,)), "fail", "significant", allowed_value=993.4, passes_at=948.2
    )

    assert "to 993.44 ms in 3.4, +10.02%; allowed: up to 993.4 ms" in found


def test_a_baseline_at_the_floor_is_not_below_it():
    found = weighed(launch(before=(903.0,)), "pass", "all_clear", allowed_value=993.3, floor=903.0)

    assert found.endswith("; allowed: up to 993 ms (+10%, and at least +80 ms).")


def test_two_earlier_versions_are_too_few_and_not_one():
    found = weighed(launch(before=(903.0, 902.0)), "undecided", "thin_history")

    assert found.endswith(
        " But there are too few earlier versions to know how much this app's releases differ."
    )


@pytest.mark.parametrize(
    ("a_rule", "words"),
    [
        (rule(fail="> +10%"), "+10%"),
        (rule(fail="> +80 ms"), "+80 ms"),
        (rule(warn="> +5%"), "+5%"),
        (rule(warn="> +5%", fail="> +10%"), "+10%"),
        (rule(limit="<= 2 s"), "nothing"),
    ],
)
def test_what_a_rule_allows_is_its_failing_line_if_it_has_one(a_rule, words):
    assert weighed(launch(), "pass", "all_clear", a_rule=a_rule) == f"{ROSE}; allowed: {words}."


def test_a_rule_without_a_warning_line_warns_at_its_failing_line():
    assert (
        weighed(launch(), "warn", "warn_line", a_rule=rule(fail="> +10%")) == f"{ROSE}; warning above +10%."
    )


def test_a_history_of_one_version_is_said_as_such():
    found = weighed(
        launch(before=(903.0,), window=1), "undecided", "thin_history", a_rule=rule(fail="> +10%")
    )

    assert found.endswith(
        "; allowed: +10%. But there is only one earlier version, and nobody knows yet how much this app's releases "
        "differ."
    )


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (launch(), ROSE),
        (launch(window=1), f"{SUBJECT} rose from 902 ms (3.3) to 1,118 ms in 3.4, +24%"),
        (launch(window=2), f"{SUBJECT} rose from 904 ms (mean of 3.2 and 3.3) to 1,118 ms in 3.4, +24%"),
        (launch(640.0), f"{SUBJECT} fell from 903 ms (mean of 3.0 to 3.3) to 640 ms in 3.4, {MINUS}29%"),
        (launch(903.7, before=(903.0,)), f"{SUBJECT} rose from 903 ms (3.3) to 904 ms in 3.4, +0.1%"),
        (launch(2.6, before=(2.5,)), f"{SUBJECT} rose from 2.5 ms (3.3) to 2.6 ms in 3.4, +4%"),
        (launch(900.0, before=(900.0,)), f"{SUBJECT} stayed at 900 ms (3.3) in 3.4"),
        (launch(900.4, before=(900.0,)), f"{SUBJECT} stayed at 900 ms (3.3) in 3.4"),
        (launch(3.0, before=(0.0,)), f"{SUBJECT} rose from 0 ms (3.3) to 3 ms in 3.4, +3 ms"),
        (
            launch(1118.0, device="iPhone15,2", device_name="iPhone 14 Pro", window=1),
            "Launch time p50 on iPhone 14 Pro rose from 902 ms (3.3) to 1,118 ms in 3.4, +24%",
        ),
        (launch(1118.0, bands=BANDS), f"{ROSE}, from Apple's band “good” into “fair”"),
        (launch(1118.0, bands=BANDS[1:]), ROSE),
        (launch(1118.0, bands=BANDS[:1]), ROSE),
        (launch(1118.0, bands=(GoalBand(name="good"),)), ROSE),
    ],
)  # fmt: skip
def test_a_weighed_slice_says_what_happened(comparison, words):
    assert weighed(comparison, "improved", "improved") == f"{words}."


def test_a_slice_judged_at_its_own_newest_version_says_so():
    lagging = replace(launch(), is_lagging=True)

    assert (
        weighed(lagging, "improved", "improved")
        == ROSE.replace("in 3.4,", "in 3.4, its newest version,") + "."
    )


def test_a_slice_without_a_change_is_only_named():
    evidence = SliceEvidence(index=0, state="pass", basis="all_clear")
    sentence = slice_sentences.explain_weighed(
        PLAIN, launch(), None, evidence, baseline_of(launch()), passes_at=None
    )

    assert sentence == f"{SUBJECT}; allowed: +10%, and at least +80 ms."


# --- a slice that can't be judged -------------------------------------------------------------------


def ineligible(cause="not_measured", reason="no_data", **fields):
    return Ineligible(cause=cause, reason=reason, **fields)


def stale(age):
    return ineligible("stale", "stale", stale=Stale(age=age, max_age=2 * DAY))


ELSEWHERE = series(LAUNCH, (900.0, 901.0, 902.0), versions=("9.0", "9.1", "9.2"))


EARLY = "The version is on sale, but nothing of it has been measured yet."


@pytest.mark.parametrize(
    ("comparison", "why", "sentence"),
    [
        (launch(), stale(90 * DAY), "The data is 90 days old; the policy allows 48 hours."),
        (
            launch(problem="Apple sent 3.4 twice"),
            ineligible("contradiction", "not_comparable"),
            "Apple sent 3.4 twice.",
        ),
        (
            launch(None),
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4. The newest version measured is 3.3.",
        ),
        (
            launch(None),
            ineligible(candidate="3.4", reason="too_early"),
            f"Apple has no value of {WHAT} for 3.4. The newest version measured is 3.3. {EARLY}",
        ),
        (
            compare(series(LAUNCH, (None,))),
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4.",
        ),
        (
            compare(ELSEWHERE),  # none of its versions is a reference
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4. The newest version measured is 9.2.",
        ),
        (
            compare(series(LAUNCH, (901.0, 900.0), versions=("3.3", "3.2"))),  # the newest first
            ineligible(candidate="3.4"),
            f"Apple has no value of {WHAT} for 3.4. The newest version measured is 3.3.",
        ),
    ],
)  # fmt: skip
def test_a_slice_that_can_not_be_judged_says_why(comparison, why, sentence):
    assert slice_sentences.explain_ineligible(comparison, why) == sentence


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
    found = slice_sentences.explain_stale(Stale(age=age, max_age=120.0))

    assert found == f"The data is {words} old; the policy allows 120 seconds."


@pytest.mark.parametrize("age", [-0.5, -DAY])
def test_a_snapshot_from_the_future_blames_a_clock(age):
    assert slice_sentences.explain_stale(Stale(age=age, max_age=120.0)) == (
        "The snapshot claims to be from the future, so one of two clocks is wrong."
    )


@pytest.mark.parametrize(
    ("fields", "unit", "sentence"),
    [
        ({"fail": "> +80 ms"}, "furlongs", f"The rule speaks of ms, but Apple measures {WHAT} in furlongs."),
        ({"fail": "> +80 ms"}, "", f"The rule speaks of ms, but Apple sends no unit for {WHAT}."),
        (
            {"fail": "> +10%", "warn": "> +1 s"},
            "",
            f"The rule speaks of s, but Apple sends no unit for {WHAT}.",
        ),
        ({"warn": "> +1 s"}, "", f"The rule speaks of s, but Apple sends no unit for {WHAT}."),
        ({"fail": "> +10%"}, "", f"The rule speaks of , but Apple sends no unit for {WHAT}."),
    ],
)
def test_a_unit_that_does_not_fit_names_both(fields, unit, sentence):
    found = slice_sentences.explain_unit_mismatch(rule(name="launch", **fields), launch(unit=unit))

    assert found == sentence


def test_values_that_have_no_logarithm_can_not_be_compared():
    assert slice_sentences.explain_unusable_values(launch()) == (
        f"{SUBJECT} has values that can't be compared."
    )


def without_baseline(now=900.0, **fields):
    return replace(compare(series(LAUNCH, (now,))), references=References(candidate="3.4", **fields))


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (
            without_baseline(missing="no_earlier_version"),
            f"{SUBJECT} is 900 ms in 3.4, but no version before 3.4 was measured",
        ),
        (
            without_baseline(missing="pin_not_measured", pinned="2.0"),
            f"{SUBJECT} is 900 ms in 3.4, but the pinned version 2.0 is not in the data",
        ),
        (
            without_baseline(missing="pin_is_candidate", pinned="3.4"),
            f"{SUBJECT} is 900 ms in 3.4, but the pinned version 3.4 is the candidate itself",
        ),
        (
            compare(series(LAUNCH, (900.0,))),
            f"{SUBJECT} is 900 ms in 3.4, but none of the earlier versions was measured for it",
        ),
        (
            compare(series(LAUNCH, (None,))),
            f"{SUBJECT}, but none of the earlier versions was measured for it",
        ),
    ],
)  # fmt: skip
def test_a_slice_without_a_baseline_says_what_is_missing(comparison, words):
    assert slice_sentences.explain_no_baseline(comparison) == f"{words}."


# --- limits and goals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "now", "words"),
    [
        ({"limit": "<= 1.5 s"}, 1400.0, "is 1,400 ms in 3.4, within the limit of 1.5 s."),
        ({"limit": "<= 1.5 s"}, 1600.0, "is 1,600 ms in 3.4, above the limit of 1.5 s."),
        ({"limit": "<= 1500 ms"}, 1500.04, "is 1,500.04 ms in 3.4, above the limit of 1,500 ms."),
        (
            {"limit": "<= 1500 ms"},
            (1600.0, 40.0),
            "is 1,600 ms in 3.4, above the limit of 1,500 ms by more than its error margin of ± 40 ms.",
        ),
        ({"limit": "<= 1500 ms"}, (1600.0, 0.0), "is 1,600 ms in 3.4, above the limit of 1,500 ms."),
        (
            {"limit": "<= 1500 ms"},
            (1520.0, 40.0),
            (
                "is 1,520 ms in 3.4, above the limit of 1,500 ms, but within its error margin of ± 40 ms. More users "
                "will decide it."
            ),
        ),
        ({"goal": "recommended"}, 800.0, "is 800 ms in 3.4, within Apple's recommended goal of 850 ms."),
        ({"goal": "good"}, 1000.0, "is 1,000 ms in 3.4, above Apple's goal “good” of 950 ms."),
        (
            {"goal": "recommended"},
            (860.0, 40.0),
            (
                "is 860 ms in 3.4, above Apple's recommended goal of 850 ms, but within its error margin of ± 40 ms. "
                "More users will decide it."
            ),
        ),
    ],
)
def test_a_value_beside_a_line_says_where_both_are(fields, now, words):
    assert beside(launch(now, bands=BANDS, recommended=850.0), **fields) == [f"{SUBJECT} {words}"]


def beside(comparison, *, passes_at=None, **fields):
    """Explain a slice beside each of a rule's lines."""
    a_rule = rule(name="launch", **fields)
    return [
        slice_sentences.explain_line(a_rule, comparison, line, passes_at)
        for line in compare_with_lines(a_rule, comparison.series, comparison.candidate)
    ]


ABOVE_GOAL = f"{WHAT[0].upper()}{WHAT[1:]} is 900 ms in 3.4, above Apple's recommended goal of 850 ms"


def crossing(now, before, rise):
    """Explain a slice beside a goal that only counts when it is crossed."""
    comparison = compare(series(LAUNCH, (*before, now), recommended=850.0))
    a_rule, candidate = rule(name="launch", goal="recommended", when="crossed"), comparison.candidate
    earlier = Before(versions=comparison.versions, values=comparison.values, rise=rise)
    (line,) = compare_with_lines(a_rule, comparison.series, candidate, earlier)
    return line_sentences.explain_crossing(a_rule, comparison, line)


@pytest.mark.parametrize(
    ("now", "before", "rise", "sentence"),
    [
        (900.0, (860.0, 870.0), "within_noise", f"{ABOVE_GOAL}, as before (3.2 and 3.3)."),
        (900.0, (840.0, 870.0), "beyond_noise", f"{ABOVE_GOAL}, as before (3.3)."),
        (900.0, (840.0, 845.0), "beyond_noise", f"{ABOVE_GOAL}, which 3.2 and 3.3 met."),
        (
            (900.0, 12.0),
            (840.0, 845.0),
            "beyond_noise",
            f"{ABOVE_GOAL} by more than its error margin of ± 12 ms, which 3.2 and 3.3 met.",
        ),
        (
            (900.0, 60.0),
            (840.0, 845.0),
            "beyond_noise",
            f"{ABOVE_GOAL}, which 3.2 and 3.3 met, but within its error margin of ± 60 ms.",
        ),
        (
            900.0,
            (840.0, 845.0),
            "within_noise",
            f"{ABOVE_GOAL}, which 3.2 and 3.3 met, but healthy versions differ by as much.",
        ),
        (
            900.0,
            (845.0,),
            "thin_history",
            (
                f"{ABOVE_GOAL}, which 3.3 met, but so few earlier versions don't show how much "
                "healthy ones differ."
            ),
        ),
        (
            900.0,
            (),
            "within_noise",
            (
                f"{ABOVE_GOAL}, but no reference version was measured for it, so nobody can say "
                "whether it was before."
            ),
        ),
    ],
)
def test_a_value_above_a_line_that_must_be_crossed_says_what_was_before(now, before, rise, sentence):
    assert crossing(now, before, rise) == sentence


def test_a_first_version_beside_a_line_says_that_it_is_the_first():
    (comparison,) = compare_all(
        policy(), facts(series(LAUNCH, (900.0,), recommended=850.0)), order([("3.4",)]), "3.4"
    )
    a_rule = rule(name="launch", goal="recommended", when="crossed")
    (line,) = compare_with_lines(a_rule, comparison.series, comparison.candidate)

    assert line_sentences.explain_crossing(a_rule, comparison, line) == (
        f"{ABOVE_GOAL}, but no version before 3.4 was measured, so nobody can say whether it was before."
    )


@pytest.mark.parametrize(
    ("now", "passes_at", "end"),
    [
        (1600.0, 1500.0, "above the limit of 1,500 ms."),
        (1600.0, 1501.0, "above the limit of 1,500 ms."),
        (1600.0, 950.9, "above the limit of 1,500 ms. It passes at 950 ms or less."),
        (1600.0, 0.0, "above the limit of 1,500 ms. It passes at 0 ms or less."),
        ((1520.0, 40.0), 1500.0, "More users will decide it."),
        ((1520.0, 40.0), 950.0, "More users will decide it. It passes at 950 ms or less."),
        (1400.0, 950.0, "within the limit of 1,500 ms."),
    ],
)
def test_where_a_slice_passes_is_said_unless_it_is_the_line(now, passes_at, end):
    (found,) = beside(launch(now), passes_at=passes_at, limit="<= 1500 ms")

    assert found.endswith(end)


@pytest.mark.parametrize(
    ("fields", "unit", "sentence"),
    [
        ({"goal": "recommended"}, "ms", f"Apple recommends no goal for {WHAT}."),
        ({"goal": "good"}, "ms", "Apple gives no band “good” for launch time."),
        ({"goal": "good"}, "", "Apple gives no band “good” for launch time."),
        (
            {"limit": "<= 1500 ms"},
            "furlongs",
            f"The limit is in ms, but Apple measures {WHAT} in furlongs.",
        ),
        ({"limit": "<= 1500 ms"}, "", f"The limit is in ms, but Apple sends no unit for {WHAT}."),
    ],
)
def test_a_line_that_is_not_there_says_why(fields, unit, sentence):
    assert beside(launch(unit=unit), **fields) == [sentence]


def test_a_band_that_is_not_there_names_the_metric_with_its_category():
    ended = compare(series("TERMINATION/onScreen", (3.0,)))

    assert beside(ended, goal="good") == ["Apple gives no band “good” for terminations on screen."]


def test_a_goal_that_is_not_there_is_no_matter_of_the_limit():
    limited, good = beside(launch(800.0), limit="<= 1500 ms", goal="good")

    assert limited.endswith("within the limit of 1,500 ms.")
    assert good == "Apple gives no band “good” for launch time."


def test_a_goal_of_zero_is_a_line():
    assert beside(launch(3.0, recommended=0.0), goal="recommended") == [
        f"{SUBJECT} is 3 ms in 3.4, above Apple's recommended goal of 0 ms."
    ]


def test_a_limit_and_a_goal_are_each_said():
    limited, good = beside(launch(800.0, bands=BANDS), limit="<= 1500 ms", goal="good")

    assert limited.endswith("within the limit of 1,500 ms.")
    assert good.endswith("within Apple's goal “good” of 950 ms.")


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
        ({"fail": "> +10%", "when": "crossed"}, "fail > +10%"),
        ({"goal": "good", "when": "crossed"}, "goal good; when crossed"),
        ({"limit": "<= 1500 ms", "when": "crossed"}, "limit <= 1500 ms; when crossed"),
        (
            {"warn": "> +5%", "goal": "fair"},
            "warn > +5%; goal fair",
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


def sized(state, size, device):
    if isinstance(size, Change):
        return replace(check(state, device=device), change=size)
    return check(state, size, device=device)


@pytest.mark.parametrize(
    ("state", "checks", "sentence"),
    [
        ("pass", [check()], "all_iphones."),
        (
            "pass",
            [check(), check(relative=-0.3, device="all_ipads")],
            f"Both slices are healthy in 3.4. The largest change: launch time p50 on all iPads, {MINUS}30%.",
        ),
        (
            "improved",
            [check(), check(relative=-0.3, device="iPhone15,2", device_name="iPhone 14 Pro"), check()],
            (
                "All 3 slices are healthy in 3.4. The largest change: launch time p50 on iPhone 14 Pro, "
                f"{MINUS}30%."
            ),
        ),
        (
            "pass",
            [absent(), check(), check(version="3.3")],
            (
                "2 of 3 slices are healthy in 3.4 and 3.3; 1 couldn't be judged. The largest change: "
                f"{WHAT}, +2%."
            ),
        ),
        (
            "pass",
            [absent(), absent(), check(relative=0.0)],
            f"1 of 3 slices is healthy in 3.4; 2 couldn't be judged. The largest change: {WHAT}, 0%.",
        ),
        (
            "pass",
            [check(relative=0.0, device="all_ipads"), check(relative=0.001)],
            f"Both slices are healthy in 3.4. The largest change: {WHAT}, +0.1%.",
        ),
        (
            "pass",
            [sized("pass", FROM_ZERO, "all_ipads"), check(relative=None), check(relative=-0.02)],
            f"All 3 slices are healthy in 3.4. The largest change: {WHAT}, {MINUS}2%.",  # from zero is below a floor
        ),
        (
            "pass",
            [check(relative=0.02), check(relative=0.02, device="all_ipads")],
            f"Both slices are healthy in 3.4. The largest change: {WHAT}, +2%.",  # the first of equals
        ),
        ("pass", [check(relative=None, version=""), check(relative=None, version="")], "Both slices are healthy."),
        ("fail", [check(), check("fail", 0.3, device="all_ipads")], "all_ipads."),
        (
            "fail",
            [check("fail"), check(), check("fail", 0.3, device="all_ipads")],
            "all_ipads. 2 of 3 slices failed.",
        ),
        (
            "warn",
            [check("warn"), check("warn"), check("warn", 0.3, device="all_ipads"), check("fail", 0.5)],
            "all_ipads. 3 of 4 slices have a warning.",
        ),
        ("warn", [check("warn"), check("warn"), check("warn")], "all_iphones. All 3 slices have a warning."),
        ("undecided", [absent(), absent(device="all_ipads")], "all_iphones. Both slices are undecided."),
        ("undecided", [check("warn"), check(device="all_ipads")], "all_iphones."),  # no slice alone says so
        (
            "improved",
            [check("improved", -0.1), check("improved", -0.3, device="all_ipads"), check(relative=-0.5)],
            "all_ipads. 2 of 3 slices improved.",
        ),
    ],
)  # fmt: skip
def test_a_rule_is_explained_by_its_worst_slice_or_as_healthy(state, checks, sentence):
    assert explained(state, checks) == sentence


def explained(state, checks, drift=None):
    return rule_sentences.explain_rule(state, "no_data" if state == "undecided" else None, checks, drift)


def test_an_undecided_rule_is_explained_by_a_slice_that_shares_its_reason():
    noisy = check("undecided", 0.9, reason="within_noise")
    missing = absent(device="all_ipads")

    assert explained("undecided", [noisy, missing]) == "all_ipads. Both slices are undecided."


def test_an_undecided_rule_whose_reason_no_slice_shares_is_explained_by_an_undecided_slice():
    noisy = check("undecided", 0.1, device="all_ipads", reason="within_noise")

    assert explained("undecided", [check(relative=0.9), noisy]) == "all_ipads."


DRIFT = GradualDrift(growth=0.18, versions=9, p=0.001)


@pytest.mark.parametrize(
    "checks", [[check()], [check(), check(device="all_ipads")], [check(), check("undecided", 0.1)]]
)
def test_gradual_drift_is_said_of_the_metric_as_no_slice_shows_it(checks):
    assert explained("warn", checks, DRIFT) == (
        "Launch time crept up by +18% over 9 versions, a little with nearly every one; no single version is to blame."
    )


def test_gradual_drift_names_each_metric_once():
    ended = replace(check(), slice=replace(check().slice, category="TERMINATION", metric="onScreen"))

    assert explained("warn", [check(), ended, check()], DRIFT).startswith(
        "Launch time and terminations on screen crept up"
    )


def test_a_slice_that_is_over_a_line_says_more_than_drift():
    assert explained("fail", [check("fail"), check()], DRIFT) == "all_iphones."


def first_of(state, *checks):
    """The slice that explains a rule."""
    return explained(state, checks).partition(".")[0]


IPHONES, IPADS, MODEL = "all_iphones", "all_ipads", "iPhone15,2"


@pytest.mark.parametrize(
    ("state", "worst", "better"),
    [
        ("fail", (0.9, IPHONES), (0.2, IPADS)),
        ("fail", (0.2, IPHONES), (0.9, MODEL)),  # a group holds more users than a model
        ("fail", (0.2, IPHONES), (-0.5, IPADS)),
        ("fail", (0.2, IPHONES), (None, IPADS)),
        ("fail", (None, IPHONES), (-0.5, IPADS)),
        ("fail", (FROM_ZERO, IPHONES), (9.0, IPADS)),  # from zero is the largest of all
        ("warn", (0.9, IPHONES), (0.2, IPADS)),
        ("improved", (-0.5, IPHONES), (-0.2, IPADS)),
        ("improved", (-0.2, IPHONES), (-0.5, MODEL)),
    ],
)
def test_the_worst_slice_is_of_a_group_and_the_largest(state, worst, better):
    one, other = (sized(state, size, device) for size, device in (worst, better))

    assert first_of(state, one, other) == first_of(state, other, one) == worst[1]


def test_the_clearest_slice_is_not_the_worst_for_that():
    clear = check("fail", 0.2, device=IPADS, p=1e-9)

    assert first_of("fail", clear, check("fail", 0.3, p=1e-3)) == IPHONES


@pytest.mark.parametrize(("total", "words"), [(4, "1 of 4 slices"), (1, "1 of 1 slice")])
def test_too_few_decided_slices_are_counted(total, words):
    assert rule_sentences.explain_too_few_decided(1, total) == f"Only {words} could be judged."


MISSING = SliceKey(platform="iOS", category="LAUNCH", metric="lauchTime", device="any", percentile="p90")


@pytest.mark.parametrize(
    ("metric", "why", "sentence"),
    [
        ("LAUNCH/lauchTime", stale(90 * DAY), "The data is 90 days old; the policy allows 48 hours."),
        (
            "LAUNCH/lauchTime",
            ineligible("unmatched", near=LAUNCH),
            f"Nothing in Apple's data matches lauch time p90 on any device. The nearest is {LAUNCH}.",
        ),
        (
            "LAUNCH/lau*",
            ineligible("unmatched", "too_early"),
            f"Nothing in Apple's data matches LAUNCH/lau*. {EARLY}",
        ),
    ],
)
def test_a_rule_without_any_slice_says_what_it_looked_for(metric, why, sentence):
    wanted = rule(metric, name="launch", fail="> +10%")

    assert rule_sentences.explain_unmatched(wanted, MISSING, why) == sentence


def reading(kind, **fields):
    return Reading(kind=kind, metric=LAUNCH, slices=(0, 1, 2), p=1 / 500, change=math.log(1.2), **fields)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (reading("average"), "on average, 3 slices rose +20%."),
        (reading("average", by="class", name="iphone"), "on average, 3 slices of iPhones rose +20%."),
        (reading("average", by="percentile", name="p90"), "on average, 3 slices of p90 rose +20%."),
        (
            reading("contrast", by="class", name="ipad"),
            "compared with the rest of the metric, iPads rose +20%.",
        ),
        (
            reading("contrast", by="model", name="iPhone15,2"),
            "compared with the rest of the metric, iPhone15,2 rose +20%.",
        ),
        (
            reading("contrast", by="class", name="mac"),
            "compared with the rest of the metric, Macs rose +20%.",
        ),
    ],
)
def test_slices_read_together_are_named(found, words):
    assert rule_sentences.explain_reading(found) == f" No slice alone is this clear: {words}"


def test_a_slice_that_is_clear_alone_needs_no_other():
    assert rule_sentences.explain_reading(reading("slice")) == ""


# --- a run ------------------------------------------------------------------------------------------


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
        "threshold of its own."
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
        (insight(latest_version="3.4"), 0.0, "Apple says that launch time regressed in 3.4 by up to 0%."),
        (
            insight(reference_versions=("3.3",)),
            None,
            "Apple says that launch time regressed, compared with 1 earlier version.",
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
                "Apple says that terminations foreground regressed in 3.4 by up to +24%, compared with the mean of 2 earlier "
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

    assert sentence.endswith("; below the floor of 5 s no change counts.")
