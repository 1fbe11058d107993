"""Where Apple sees a regression and no rule does, the numbers tell what makes the difference."""

import pytest
from builders import STEADY, policy, rule, series, verdict_of
from tellings import check

from gate.judge.agreement import describe_agreement, find_difference
from gate.judge.sentences.agreement import explain_agreement
from gate.model.facts import AppleInsight, Population
from gate.model.result import AllowedRise, Allows
from gate.policy.types import BaselineSelection

LAUNCH = "LAUNCH/launchTime"


def apple(*, latest=None, reference=None, subsystem="", versions=(), delta=12.0, known=True):
    one = Population(
        device="all_iphones",
        percentile="p50",
        latest_value=latest,
        reference_average=reference,
        delta_percentage=delta,
    )
    return AppleInsight(
        kind="regression",
        category="LAUNCH",
        metric="launchTime",
        subsystem=subsystem,
        latest_version="3.4",
        reference_versions=versions,
        populations=(one,) if known else (),
    )


def agreement(one, *values, rules=None, baseline=None, history=STEADY, metric=LAUNCH):
    chosen = rules or rule(name="launch", fail="> +10%")
    chosen = policy(chosen, baseline=baseline or BaselineSelection())
    return verdict_of(chosen, series(metric, (*history, *values)), insights=(one,)).insights[0].agreement


NOT_FOUND = "The gate's own rules did not find it: "


def test_the_rule_allows_more():
    assert agreement(apple(latest=960, reference=903, delta=6.0), 960) == (
        NOT_FOUND + "launch allows launch time p50 on all iPhones up to 994 ms, and 3.4 has 960 ms (+6.3%)."
    )


def test_the_absolute_key_is_not_exceeded():
    both = rule(name="launch", fail="> +4% and > +80 ms")

    assert agreement(apple(latest=960, reference=903, delta=6.0), 960, rules=both) == (
        NOT_FOUND
        + "+6.3% is more than +4%, but +56.8 ms is not more than +80 ms, and launch counts a rise only when it "
        "exceeds both."
    )


def test_the_floor_makes_the_difference():
    low = (0.2, 0.21, 0.2, 0.19, 0.2, 0.21, 0.2, 0.2)
    one = AppleInsight(kind="regression", category="HANG", metric="hangRate", latest_version="3.4")
    hangs = rule("HANG/hangRate", name="hangs", fail="> +10%")
    found = agreement(one, 0.3, rules=hangs, history=low, metric="HANG/hangRate")

    assert found.startswith(
        NOT_FOUND + "hangs counts values this small as its floor, so that only more than "
    )
    assert "3.4 has 0.3" in found


def test_apple_counts_another_value():
    assert agreement(apple(latest=1118, reference=903, delta=24.0), 905) == (
        NOT_FOUND + "Apple counts 1,118 ms for 3.4, and 905 ms is judged."
    )


def test_apple_compares_with_other_versions():
    one = apple(latest=905, reference=700, versions=("2.4", "2.5"), delta=29.0)

    assert agreement(one, 905) == (
        NOT_FOUND
        + "Apple compares with 700 ms (mean of 2.4 and 2.5), the policy with 903 ms (mean of 3.0 to 3.3)."
    )


def test_other_versions_are_not_blamed_where_they_make_no_difference():
    one = apple(latest=905, reference=880, versions=("2.6", "2.7"), delta=3.0)

    assert "Apple compares with" not in agreement(one, 905)


@pytest.mark.parametrize("limit", ["<= 1500 ms"])
def test_the_rule_is_only_a_limit(limit):
    found = agreement(
        apple(latest=1118, reference=903, delta=24.0), 1118, rules=rule(name="cap", limit=limit)
    )

    assert (
        found == NOT_FOUND + "cap allows any rise and only asks for “limit <= 1500 ms”, which 1,118 ms keeps."
    )


def test_apple_speaks_of_a_part_of_the_metric():
    assert agreement(apple(subsystem="dyld"), 905) == (
        NOT_FOUND
        + "Apple speaks of dyld alone, and the rules judge launch time p50 on all iPhones as a whole."
    )


def test_a_rise_within_the_noise_is_told_as_that():
    noisy = (700.0, 1100.0, 820.0, 1240.0, 760.0, 1150.0, 800.0, 1190.0)

    assert agreement(apple(latest=1180, reference=950, delta=24.0), 1180, history=noisy) == (
        "The gate could not decide it: the rise is within what this app's healthy releases show, which Apple's "
        "comparison of means does not ask."
    )


def test_doubt_about_a_value_that_hardly_rose_is_no_rise_within_the_noise():
    noisy = (700.0, 1100.0, 820.0, 1240.0, 760.0, 1150.0, 800.0, 1190.0)

    assert agreement(apple(latest=960, reference=930), 960, history=noisy) == "The gate could not decide it."


def test_the_largest_of_apples_slices_is_the_one_that_is_explained():
    ones = tuple(
        Population(device=device, percentile="p50", delta_percentage=delta)
        for device, delta in (("all_ipads", 3.0), ("all_iphones", 9.0))
    )
    one = AppleInsight(
        kind="regression", category="LAUNCH", metric="launchTime", latest_version="3.4", populations=ones
    )
    found = verdict_of(
        rule(name="launch", fail="> +10%"),
        series(LAUNCH, (*STEADY, 930), device="all_ipads"),
        series(LAUNCH, (*STEADY, 980)),
        insights=(one,),
    )

    assert "all iPhones" in found.insights[0].agreement


@pytest.mark.parametrize("latest", [960, None])
def test_numbers_that_apple_leaves_out_are_not_needed(latest):
    assert "allows launch time p50 on all iPhones up to" in agreement(apple(latest=latest, delta=None), 960)


def test_without_slices_of_apples_the_rules_own_are_told():
    assert "up to 994 ms, and 3.4 has 960 ms" in agreement(apple(known=False), 960)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("other_version", "It is about 3.2, not the version judged here."),
        ("not_judged", "No rule of this policy judges it."),
        (
            "other_slices",
            "No rule of this policy judges it on the devices and percentiles that Apple speaks of.",
        ),
        ("found_too", "The gate's own rules found it too."),
        ("undecided", "The gate could not decide it."),
    ],
)
def test_how_the_gate_compares_is_one_sentence(kind, sentence):
    assert explain_agreement(kind, "3.2") == sentence


# --- from numbers made by hand ------------------------------------------------------------------------


def allowing(**fields):
    return Allows(fail=AllowedRise(text="", **fields))


QUARTER = allowing(relative=0.25)
BOTH = allowing(relative=0.25, absolute=0.3, unit="s")


def passed(name="launch", **fields):
    return check(
        name,
        **{"state": "pass", "before": 1000.0, "now": 1200.0, "allowed_value": 1250.0, "allows": QUARTER}
        | fields,
    )


def kind(one, **apples):
    insight = apple(**apples)
    return find_difference(insight, *insight.populations, one).kind


@pytest.mark.parametrize(
    ("apples", "fields", "expected"),
    [
        # What is looked at first decides.
        ({"subsystem": "dyld", "latest": 1500}, {"allows": Allows()}, "part"),
        ({"latest": 1500}, {"allows": Allows()}, "no_rise"),
        ({"latest": 1500, "reference": 700}, {"allows": Allows(warn=QUARTER.fail)}, "other_value"),
        # Up to 1% is rounding.
        ({"latest": 1188}, {}, "allowed"),
        ({"latest": 1187}, {}, "other_value"),
        ({"reference": 990}, {"now": 1249.0}, "allowed"),
        ({"reference": 989}, {"now": 1249.0}, "other_baseline"),
        # From 1,000 to 1,250 is what is allowed, so 250 above Apple's reference is, too.
        ({"reference": 950}, {}, "allowed"),
        ({"reference": 949}, {}, "other_baseline"),
        ({"reference": 1100}, {}, "allowed"),
        ({"reference": 0.05}, {"before": 0.0, "now": 0.3, "allowed_value": 0.5}, "allowed"),
        # Without a number of the rule's there is nothing of Apple's to set against it.
        ({"reference": 700}, {"before": None}, "allowed"),
        ({"reference": 700, "latest": 1500}, {"now": None}, "allowed"),
        ({"reference": 700}, {"allowed_value": None}, "allowed"),
    ],
)
def test_what_of_apples_makes_the_difference(apples, fields, expected):
    assert kind(passed(**fields), **apples) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"now": 1250.0}, "allowed"),
        ({"now": 1251.0}, "floor"),
        ({"now": 1250.0, "allows": BOTH}, "allowed"),
        ({"now": 1251.0, "allows": BOTH}, "absolute_key"),
        ({"now": 1300.0, "allows": BOTH}, "absolute_key"),
        ({"now": 1301.0, "allows": BOTH}, "floor"),
        ({"now": 1300.0, "allows": allowing(absolute=300.0, unit="ms")}, "allowed"),
        ({"before": 0.0, "now": 0.3}, "allowed"),
        ({"before": None}, "allowed"),
    ],
)
def test_by_what_a_value_keeps_its_rule(fields, expected):
    assert kind(passed(**{"allowed_value": 1400.0} | fields)) == expected


IPAD = {"device": "all_ipads"}


@pytest.mark.parametrize(
    ("told", "other", "deltas"),
    [
        # Decided before undecided, whatever else.
        ({"allows": Allows(), "allowed_value": None}, {"state": "undecided", **IPAD}, (1.0, 9.0)),
        # About a rise before about a line.
        ({}, {"allows": Allows(), "allowed_value": None, **IPAD}, (1.0, 9.0)),
        # The largest of Apple's before the strictest rule.
        ({"allowed_value": 1400.0}, IPAD, (9.0, 1.0)),
        ({"allowed_value": 1400.0}, IPAD, (0.5, None)),
        ({"allowed_value": 1400.0}, IPAD, (None, -0.5)),
        ({}, {"allowed_value": 1400.0, **IPAD}, (5.0, 5.0)),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_the_slice_that_explains_most_is_told(told, other, deltas, is_first):
    checks = (passed("told", **told), passed("other", **other))
    one = AppleInsight(
        kind="regression",
        category="LAUNCH",
        metric="launchTime",
        latest_version="3.4",
        populations=tuple(
            Population(device=device, percentile="p50", delta_percentage=delta)
            for device, delta in zip(("all_iphones", "all_ipads"), deltas, strict=True)
        ),
    )

    found = describe_agreement(one, checks if is_first else checks[::-1], concerns=True)

    assert found.startswith(NOT_FOUND + "told allows ")


@pytest.mark.parametrize(
    ("fields", "is_noise"),
    [
        ({"now": 1251.0}, True),
        ({"now": 1250.0}, False),
        ({"now": 1251.0, "reason": "thin_history"}, False),
        ({"now": None}, False),
        ({"allowed_value": None}, False),
    ],
)
def test_only_a_rise_of_more_than_is_allowed_is_within_the_noise(fields, is_noise):
    open_ = passed(**{"state": "undecided", "reason": "within_noise"} | fields)

    assert describe_agreement(apple(), (open_,), concerns=True) == explain_agreement(
        "within_noise" if is_noise else "undecided"
    )


def test_another_version_is_named_whatever_was_found():
    assert describe_agreement(apple(), (check(),), concerns=False) == (
        "It is about 3.4, not the version judged here."
    )
