"""One rule: the state that follows from its readings, the slices it names, and what it says of each."""

from math import exp, expm1, log, log1p, nan

import pytest
from measured import TEN, allowance, ask, measured, rule, weighed
from scipy import stats

from gate.policy.types import Evidence
from gate.stats.evidence import SliceEvidence
from gate.stats.readings import average
from gate.stats.ruling import Ruling
from gate.stats.weigh import weigh

STEADY = (900, 905, 895, 902, 898, 904, 899, 901)
LIVELY = (900, 1150, 820, 1210, 870, 1100, 940, 1180)
ZERO = allowance(relative=0.0)


def named(answer):
    """The slices that a rule names, the clearest first."""
    return list(answer.contributing)


def bases(answer):
    """What the state of each slice rests on."""
    return [one.basis for one in answer.slices]


def at(budget, slices, **fields):
    """The answer to one rule about these slices at an alarm budget."""
    (answer,) = weigh([(rule(**fields), range(len(slices)))], slices, Evidence(alarm_budget=budget))
    return answer


# --- what is found ------------------------------------------------------------------------------------


def test_a_rise_as_likely_as_the_alarm_budget_is_found():
    slices = [measured((*LIVELY, 1300))]
    p = at(0.05, slices).p_run

    assert at(p, slices).state == "fail"
    assert at(p * 0.999, slices).state == "undecided"


def test_drift_as_likely_as_the_alarm_budget_is_found():
    slices = [measured([900 * 1.03**version for version in range(9)])]
    p = at(0.05, slices).drift.p

    assert at(p, slices).basis == "gradual_drift"
    assert at(p * 0.999, slices).drift is None


def test_versions_that_stand_still_pass_even_when_nothing_is_allowed():
    slices = [measured((900,) * 9, device=device) for device in ("all_iphones", "iPhone13,2", "iPhone15,2")]
    (answer,) = ask(slices, fail=ZERO)

    assert (answer.state, answer.basis, named(answer)) == ("pass", "all_clear", [])
    assert bases(answer) == ["all_clear"] * 3


@pytest.mark.parametrize(("change", "state"), [(-0.08, "pass"), (-0.15, "improved")])
def test_a_fall_must_exceed_the_allowance_to_be_an_improvement(change, state):
    (answer,) = ask([measured((*STEADY, 900.5 * exp(change)))])

    assert answer.state == state


def test_an_undecided_warning_rule_says_how_likely_its_rise_is():
    (answer,) = ask([measured((*LIVELY, 1300))], fail=None, warn=TEN)

    assert answer.state == "undecided"
    assert answer.p == pytest.approx(answer.slices[0].p)


def test_a_rule_that_allows_no_rise_can_not_be_weighed():
    with pytest.raises(ValueError, match="rule-of-a-limit allows no rise"):
        Ruling([], [], rule("rule-of-a-limit", fail=None), [], Evidence())


# --- what a pass rules out ----------------------------------------------------------------------------


def models(rises, values=LIVELY, percentiles=("p50", "p90")):
    """Models that moved together; the candidates rose by this much on the log scale."""
    base = exp(sum(map(log, values[-4:])) / 4)
    return [
        measured((*values, base * exp(rise)), device=f"iPhone{n},1", percentile=percentile)
        for n, rise in enumerate(rises)
        for percentile in percentiles
    ]


@pytest.mark.parametrize(
    ("rises", "basis"),
    [
        ((0.0, 0.0), "too_noisy"),
        ((0.13, 0.15), "within_noise"),
        ((-0.5, -0.5), "improved"),
    ],
)
def test_a_rise_that_lively_models_could_hide_is_undecided(rises, basis):
    (answer,) = ask(models(rises))

    assert answer.basis == basis


@pytest.mark.parametrize(("change", "basis"), [(0.09, "all_clear"), (0.11, "within_noise")])
def test_one_odd_slice_makes_a_rule_undecided_only_if_its_model_or_percentile_is_odd(change, basis):
    (odd, _), (_, *calm) = models([change], STEADY), models([0.0] * 4, STEADY)
    answer = at(
        1e-30, [odd, *calm], fail=allowance(relative=0.05)
    )  # on the log scale, twice 0.0488 is 0.0976

    assert answer.basis == basis


@pytest.mark.parametrize(
    ("allowed", "noise", "must_detect", "promise"),
    [
        (0.10, 0.01, 0.25, 0.25),
        (0.10, 0.01, 0.10, 1.1**2 - 1),
        (0.30, 0.01, 0.25, 1.3**2 - 1),
        (0.10, 0.20, 0.25, expm1(2.5 * 0.20)),
    ],
)
def test_a_pass_promises_the_largest_of_what_is_asked_allowed_and_usual(allowed, noise, must_detect, promise):
    slices = [measured((*STEADY, 900), noise=noise)]
    selected = [(rule(fail=allowance(relative=allowed)), [0])]
    (answer,) = weigh(selected, slices, Evidence(must_detect=must_detect))

    assert answer.promise == pytest.approx(promise)


# --- where a slice passes -----------------------------------------------------------------------------

FIVE = allowance(0.05)


@pytest.mark.parametrize(
    ("fields", "relative"),
    [
        ({"fail": TEN}, 0.1),
        ({"fail": None, "warn": TEN}, 0.1),
        ({"fail": TEN, "warn": FIVE}, 0.05),
        ({"fail": FIVE, "warn": TEN}, 0.05),
    ],
)
def test_a_slice_passes_up_to_the_lower_of_what_fails_and_what_warns(fields, relative):
    (answer,) = ask([measured((900,) * 8 + (1000,))], **fields)

    # Between the line itself and where a rise begins to count, so that rounding leads to neither side.
    assert answer.slices[0].passes_at == pytest.approx(900 * (1 + relative) * (1 + 5e-10), rel=1e-12)


@pytest.mark.parametrize(("share", "passes"), [(1.001, True), (0.999, False)])
def test_a_slice_passes_nowhere_where_what_is_allowed_could_hide_a_larger_rise(share, passes):
    slices = [measured((*LIVELY, 1300))]
    noise = weighed(slices)[0].noise
    largest = expm1(log1p(0.10) + stats.t.isf(0.08, noise.df) * noise.deviation)
    (answer,) = weigh([(rule(), [0])], slices, Evidence(must_detect=largest * share))

    assert (answer.slices[0].passes_at is not None) is passes


def test_a_slice_has_the_chance_of_the_finding_that_it_supports():
    slices = [measured((*STEADY, 1200)), measured((*STEADY, 900), device="all_ipads")]
    (answer,) = ask(slices)

    assert answer.p_run > 0
    assert [one.p_run for one in answer.slices] == [answer.p_run, None]


def test_a_slice_that_supports_no_finding_has_no_chance_of_it():
    (answer,) = ask([measured((*LIVELY, 1300))])

    assert (answer.state, answer.slices[0].p_run) == ("undecided", None)


def test_a_slice_that_drifts_has_no_chance_of_its_own():
    (answer,) = ask([measured([900 * 1.03**version for version in range(9)])])

    assert (answer.basis, answer.slices[0].p_run) == ("gradual_drift", None)


# --- which slices are named ---------------------------------------------------------------------------


def test_the_clearest_slice_is_named_first():
    rises = [measured((*STEADY, value), metric=f"LAUNCH/{value}") for value in (1030, 1200, 1100)]
    (answer,) = ask(rises)

    assert named(answer) == [1, 2, 0]


def test_the_clearest_fall_is_named_first():
    falls = [measured((*STEADY, value), metric=f"LAUNCH/{value}") for value in (790, 600, 700)]
    (answer,) = ask(falls)

    assert answer.state == "improved"
    assert named(answer) == [1, 2, 0]


def test_the_slice_that_rose_most_clearly_within_the_noise_is_named_first():
    rises = [measured((*LIVELY, value), metric=f"LAUNCH/{value}") for value in (1180, 1260, 1220)]
    answer = at(1e-9, rises)

    assert answer.basis == "within_noise"
    assert named(answer) == [1, 2, 0]


def test_a_finding_names_no_slice_that_is_not_clear():
    clear, unclear = measured((*STEADY, 1200)), measured((*LIVELY, 1200), metric="MEMORY/peakMemory")
    (answer,) = ask([unclear, clear])

    assert named(answer) == [1]
    assert [one.state for one in answer.slices] == ["undecided", "fail"]


@pytest.mark.parametrize(("sign", "state"), [(1, "fail"), (-1, "improved")])
def test_a_reading_of_many_slices_names_only_those_that_exceed_the_allowance(sign, state):
    rises = (0.2, 0.2, 0.02, 0.2, 0.2, 0.2)
    slices = [
        measured(
            [*(900 * exp(0.08 * (-1) ** (version + n)) for version in range(8)), 900 * exp(sign * rise)],
            percentile=f"p{n}",
        )
        for n, rise in enumerate(rises)
    ]
    (answer,) = ask(slices)

    assert (answer.state, answer.reading.slices) == (state, (0, 1, 2, 3, 4, 5))
    assert named(answer) == [0, 1, 3, 4, 5]
    assert answer.slices[2].state not in (state, "warn")


def test_drift_names_no_slice_even_where_the_last_rise_exceeds_the_allowance():
    (answer,) = ask([measured((900, 901, 902, 900, 901, 902, 900, 1200, 1203))])

    assert answer.basis == "gradual_drift"
    assert bases(answer) == ["within_noise"]
    assert named(answer) == []


# --- what is said of each slice -----------------------------------------------------------------------


def test_a_failing_rule_names_slices_beyond_the_warning_line_too():
    slices = [measured((*STEADY, 1300)), measured((*STEADY, 1000), metric="MEMORY/peakMemory")]
    (answer,) = ask(slices, fail=allowance(relative=0.20), warn=allowance(relative=0.05))

    assert [(one.state, one.basis) for one in answer.slices] == [
        ("fail", "significant"),
        ("warn", "warn_line"),
    ]
    assert named(answer) == [0]


def test_a_finding_after_one_version_names_no_slice_for_the_warning_line():
    slices = [measured((900, 3000)), measured((900, 1150), metric="MEMORY/peakMemory")]
    (answer,) = ask(slices, fail=allowance(relative=0.50), warn=allowance(relative=0.01))

    assert bases(answer) == ["thin_history", "all_clear"]


def test_a_quiet_candidate_of_a_lively_slice_is_too_noisy_to_pass():
    (answer,) = ask([measured((*LIVELY, 1000)), measured((*STEADY, 900), metric="MEMORY/peakMemory")])

    assert [(one.state, one.reason, one.basis) for one in answer.slices] == [
        ("undecided", "within_noise", "too_noisy"),
        ("pass", None, "all_clear"),
    ]


@pytest.mark.parametrize(
    ("slice_", "basis"),
    [
        (measured((900, None)), "no_data"),
        (measured((None, 900)), "no_baseline"),
        (measured((900, nan)), "not_comparable"),
        (measured((900, 900), unit="furlongs"), "unit_mismatch"),
    ],
)
def test_a_slice_that_can_not_be_weighed_says_why(slice_, basis):
    (answer,) = ask([measured((*STEADY, 900)), slice_], fail=allowance(absolute=80.0))
    reason = "not_comparable" if basis == "unit_mismatch" else basis

    assert answer.slices[1] == SliceEvidence(index=1, state="undecided", reason=reason, basis=basis)


@pytest.mark.parametrize(
    ("values", "basis"),
    [
        ((1, 1, 1, 1, 50), "below_floor"),
        ((1, 1, 1, 1, 1.05), "all_clear"),
        ((1, 1, 1, 1, 1), "all_clear"),
        ((90, 100, 105, 110, 112), "below_floor"),
        ((900, 900, 900, 900, 950), "all_clear"),
        ((100, 100, 100, 100, 105), "all_clear"),
    ],
)
def test_a_rise_that_only_the_floor_hides_is_said_to_be_below_it(values, basis):
    (answer,) = ask([measured(values, floor=100.0)])

    assert (answer.state, bases(answer)) == ("pass", [basis])


def test_a_slice_that_stands_still_below_its_floor_does_not_rise_there():
    (answer,) = ask([measured((1, 1, 1, 1, 1), floor=100.0)], fail=ZERO)

    assert bases(answer) == ["all_clear"]


@pytest.mark.parametrize("low", [100.0, 110.0])
def test_a_version_whose_margin_makes_no_sense_is_not_below_the_floor(low):
    slices = [measured((low, 900, 900, 900, 910), margins=(nan, None, None, None, None), floor=100.0)]
    (answer,) = ask(slices)

    assert (answer.state, bases(answer)) == ("pass", ["all_clear"])


# --- the smallest rise that would show ----------------------------------------------------------------


def needed(slices, chance):
    """The relative rise of these slices together that is so unlikely."""
    _, deviation, df = average(slices)
    return expm1(max(log1p(0.10), stats.t.isf(chance, df) * deviation))


def lively(devices, percentiles):
    """Slices whose histories are lively and whose candidates are quiet."""
    return [
        measured((*LIVELY, 1000), device=device, percentile=percentile)
        for device in devices
        for percentile in percentiles
    ]


@pytest.mark.parametrize(
    ("devices", "percentiles", "caution"),
    [
        (["all_iphones"], ["p50"], 1.0),
        (["all_iphones"], ["p50", "p90"], 0.75),
        (["all_iphones", "iPhone13,2", "iPhone15,2"], ["p50", "p90"], 0.75),
    ],
)
def test_a_rise_of_all_slices_shows_when_it_is_rarer_than_the_budget(devices, percentiles, caution):
    slices = lively(devices, percentiles)
    (answer,) = ask(slices)

    assert answer.visible == pytest.approx(needed(weighed(slices), 0.05 / caution), rel=1e-6)


@pytest.mark.parametrize(
    ("devices", "percentiles", "tests"),
    [
        (["all_iphones"], ["p50"], [1.0]),
        (["all_iphones"], ["p50", "p90"], [2 * 5 * 0.75] * 2),
        (["all_iphones", "iPhone13,2", "iPhone15,2"], ["p50"], [1 * 5 * 0.75, *[2 * 5 * 0.75] * 2]),
    ],
)
def test_a_rise_of_one_slice_must_show_among_all_of_its_kind(devices, percentiles, tests):
    slices = lively(devices, percentiles)
    (answer,) = ask(slices)
    alone = [needed([one], 0.05 / count) for one, count in zip(weighed(slices), tests, strict=True)]

    assert [one.visible for one in answer.slices] == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("rules", [1, 2, 5])
def test_a_rise_must_be_rarer_the_more_rules_there_are(rules):
    slices = [measured((*LIVELY, 1000), metric=f"LAUNCH/{n}") for n in range(rules)]
    idle = [[measured((900, None), metric="LAUNCH/idle")]]
    (answer, *_) = ask(*([one] for one in slices), *idle)

    assert answer.visible == pytest.approx(needed(weighed(slices)[:1], 0.05 / rules), rel=1e-6)


# --- a margin that may be lost --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("margins", "state", "reason", "basis"),
    [
        ((5.0, 5.0, 5.0, 5.0, None), "undecided", "not_comparable", "margin_lost"),
        ((5.0, None, 5.0, 5.0, None), "pass", None, "all_clear"),  # earlier versions lack some, too
        ((None,) * 5, "pass", None, "all_clear"),
        ((5.0, 5.0, 5.0, 5.0, 0.0), "pass", None, "all_clear"),
        ((0.0, 0.0, 0.0, 0.0, None), "undecided", "not_comparable", "margin_lost"),
    ],
)
def test_a_slice_that_alone_lacks_its_margin_is_not_believed_to_pass(margins, state, reason, basis):
    (answer,) = ask([measured((900, 901, 900, 901, 900), margins=margins)])

    assert (answer.slices[0].state, answer.slices[0].reason, answer.slices[0].basis) == (state, reason, basis)


@pytest.mark.parametrize(("candidate", "state"), [(500, "undecided"), (2000, "fail")])
def test_a_lost_margin_takes_an_improvement_away_and_no_finding(candidate, state):
    (answer,) = ask([measured((900, 901, 900, 901, candidate), margins=(5.0,) * 4 + (None,))])

    assert answer.slices[0].state == state
