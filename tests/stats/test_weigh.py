"""What the numbers support, rule by rule and at the run's alarm budget."""

from math import exp, inf, nan

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from measured import TEN, allowance, ask, everywhere, family, measured, rule
from msgspec.structs import replace

from gate.model.units import Quantity
from gate.policy.types import Evidence
from gate.stats.weigh import weigh

STEADY = (900, 905, 895, 902, 898, 904, 899, 901)
LIVELY = (900, 1150, 820, 1210, 870, 1100, 940, 1180)


def only(*values, **fields):
    """The answer to a rule about a single slice."""
    (answer,) = ask([measured(values, **fields)])
    return answer


def verdict(answer):
    """State, reason and what it rests on."""
    return answer.state, answer.reason, answer.basis


def test_a_clear_rise_fails():
    answer = only(*STEADY, 1118)

    assert verdict(answer) == ("fail", None, "significant")
    assert answer.contributing == (0,)
    assert answer.slices[0].change == pytest.approx(0.241, abs=0.001)
    assert answer.p_run < 0.01


def test_a_rise_within_the_allowance_passes():
    assert verdict(only(*STEADY, 960)) == ("pass", None, "all_clear")


def test_a_rise_that_healthy_versions_show_too_is_undecided():
    assert verdict(only(*LIVELY, 1300)) == ("undecided", "within_noise", "within_noise")


def test_a_quiet_candidate_of_a_noisy_slice_promises_nothing():
    answer = only(*LIVELY, 1000)

    assert verdict(answer) == ("undecided", "within_noise", "too_noisy")
    assert answer.slices[0].upper > answer.promise


def test_a_clear_fall_is_an_improvement():
    assert verdict(only(*STEADY, 640)) == ("improved", None, "improved")


def test_a_rise_after_one_version_is_undecided_and_keeps_its_numbers():
    answer = only(900, 3000)

    assert verdict(answer) == ("undecided", "thin_history", "thin_history")
    assert (answer.slices[0].state, answer.slices[0].reason) == ("undecided", "thin_history")
    assert answer.slices[0].p < 0.001
    assert answer.slices[0].allowed_value == pytest.approx(990.0)


def test_slices_with_a_long_history_fail_beside_one_with_a_short_history():
    changed = [measured((*STEADY, 1400), device=f"iPhone{n},1") for n in range(4)]
    (answer,) = ask([*changed, measured((900, 1400), device="iPhone9,1")])

    assert verdict(answer) == ("fail", None, "significant")


def test_the_warning_line_warns_below_the_failing_line():
    (answer,) = ask([measured((*STEADY, 1080))], fail=allowance(relative=0.30), warn=allowance(relative=0.10))

    assert verdict(answer) == ("warn", None, "warn_line")


def test_a_rule_without_a_failing_line_warns_at_most():
    (answer,) = ask([measured((*STEADY, 2000))], fail=None, warn=TEN)

    assert verdict(answer) == ("warn", None, "warn_line")


def test_slow_growth_warns_although_no_version_is_to_blame():
    answer = only(*(900 * 1.03**version for version in range(9)))

    assert verdict(answer) == ("warn", None, "gradual_drift")
    assert answer.drift.growth == pytest.approx(1.03**8 - 1, rel=0.01)
    assert answer.drift.versions == 9


def test_growth_over_few_versions_is_no_drift():
    assert only(*(900 * 1.03**version for version in range(5))).drift is None


def test_an_old_step_is_no_drift():
    assert only(900, 901, 899, 900, 1090, 1091, 1089, 1090, 1090).basis != "gradual_drift"


def test_an_old_step_is_not_blamed_on_the_candidate():
    assert only(900, 901, 902, 900, 901, 902, 900, 1200, 1203).state != "fail"


def test_a_quick_previous_version_is_not_held_against_the_candidate():
    assert only(*STEADY, 780, 900).state in ("pass", "undecided")


@pytest.mark.parametrize(
    ("allowed", "state"),
    [
        (allowance(relative=0.10), "fail"),
        (allowance(relative=0.10, absolute=80.0), "fail"),
        (allowance(relative=0.10, absolute=400.0), "pass"),
        (allowance(relative=0.60, absolute=80.0), "pass"),
        (allowance(absolute=80.0), "fail"),
        (allowance(absolute=400.0), "pass"),
    ],
)
def test_a_rise_must_exceed_all_parts_of_an_allowance(allowed, state):
    (answer,) = ask([measured((*STEADY, 1118))], fail=allowed)

    assert answer.state == state


def test_an_absolute_allowance_counts_from_the_floor():
    (answer,) = ask([measured((1, 1, 1, 1, 1, 150), floor=100.0)], fail=allowance(absolute=60.0))

    assert answer.slices[0].allowed == pytest.approx(0.6)
    assert answer.state == "pass"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((900, None), "no_data"),
        ((None, 900), "no_baseline"),
        ((900, nan), "not_comparable"),
        ((900, inf), "not_comparable"),
        ((900, -1), "not_comparable"),
        ((0, 0), "not_comparable"),
        ((nan, 900), "not_comparable"),
    ],
)
def test_what_can_not_be_weighed_is_undecided_with_its_reason(values, reason):
    answer = only(*values, floor=0.0)

    assert verdict(answer) == ("undecided", reason, reason)
    assert [one.reason for one in answer.slices] == [reason]


def test_a_rule_is_judged_by_the_slices_that_can_be_weighed():
    (answer,) = ask([measured((*STEADY, 1200)), measured((900, None), device="all_ipads")])

    assert answer.state == "fail"
    assert [one.reason for one in answer.slices] == [None, "no_data"]


def test_a_rise_of_a_rate_next_to_nothing_means_nothing():
    assert only(0.05, 0.04, 0.05, 0.06, 0.3, floor=1.0).state == "pass"


def test_a_rate_that_users_notice_is_found_although_it_was_next_to_nothing():
    assert only(0.05, 0.04, 0.05, 0.06, 3.0, floor=1.0, noise=0.1).state == "fail"


def swinging(alike, changes):
    """Slices that swing by 8% from version to version, alike or against each other, and the candidate's change."""
    return [
        measured(
            [
                *(600 * exp(0.08 * (-1) ** (version + (0 if alike else number))) for version in range(8)),
                600 * exp(changes.get((device, percentile), 0.0)),
            ],
            device=device,
            percentile=percentile,
        )
        for number, (device, percentile) in enumerate(everywhere(0.0))
    ]


def test_an_average_shows_what_no_slice_shows():
    (answer,) = ask(swinging(False, everywhere(0.15)))
    alone = [ask([one])[0].state for one in swinging(False, everywhere(0.15))]

    assert set(alone) == {"undecided"}
    assert answer.state == "fail"
    assert answer.reading.kind == "average"


def test_a_worst_decile_that_rose_alone_is_told_apart_by_the_other_users():
    slices = swinging(True, everywhere(0.15, percentile="p90"))
    (answer,) = ask(slices)

    assert answer.state == "fail"
    assert (answer.reading.kind, answer.reading.by, answer.reading.name) == ("contrast", "percentile", "p90")
    assert {slices[index].percentile for index in answer.contributing} == {"p90"}


def test_a_model_that_rose_alone_is_told_apart_by_the_other_models():
    slices = swinging(True, everywhere(0.15, device="iPhone13,2"))
    (answer,) = ask(slices)

    assert answer.state == "fail"
    assert (answer.reading.kind, answer.reading.by, answer.reading.name) == (
        "contrast",
        "model",
        "iPhone13,2",
    )
    assert {slices[index].device for index in answer.contributing} == {"iPhone13,2"}


def test_a_gap_that_opens_because_the_others_fell_is_no_rise():
    (answer,) = ask(family(1, changes=everywhere(-0.3, percentile="p50")))

    assert answer.state in ("improved", "pass")


def test_a_failing_rule_names_slices_that_rose_too_much():
    slices = family(3, changes=everywhere(0.5, device="iPhone15,2"))
    (answer,) = ask(slices)

    assert {slices[index].device for index in answer.contributing} == {"iPhone15,2"}
    assert {one.state for one in answer.slices if one.index in answer.contributing} == {"fail"}
    assert "fail" not in {one.state for one in answer.slices if one.index not in answer.contributing}


def test_rules_share_the_alarm_budget():
    rise = [measured((*STEADY, 1055))]
    others = [[measured((*STEADY, 900 + n), metric=f"MEMORY/{n}")] for n in range(19)]
    alone, *_ = ask(rise)
    beside, *_ = ask(rise, *others)

    assert beside.p_run > alone.p_run


def test_the_smallest_visible_rise_is_where_a_rise_begins_to_fail():
    visible = only(*STEADY, 950).visible

    assert only(*STEADY, 900.5 * (1 + visible) * 1.01).state == "fail"
    assert only(*STEADY, 900.5 * (1 + visible) * 0.99).state != "fail"


def test_a_pass_promises_no_less_than_twice_the_allowance():
    (answer,) = ask([measured((*STEADY, 900))], fail=allowance(relative=1.0))

    assert answer.promise == pytest.approx(3.0)


def test_no_rules_have_no_evidence():
    assert weigh([], [], Evidence()) == []


def test_a_rule_without_slices_is_undecided():
    (answer,) = ask([])

    assert verdict(answer) == ("undecided", "no_data", "no_data")


VALUES = st.floats(120.0, 5000.0)
HISTORIES = st.lists(VALUES, min_size=1, max_size=8)
SERIES = st.lists(st.one_of(st.none(), VALUES), min_size=1, max_size=9)
RULES = st.lists(SERIES, min_size=1, max_size=6)


def rule_of(columns, metric="LAUNCH/launchTime", factor=1.0):
    """One rule over models with these histories."""
    return [
        measured(
            [value and value * factor for value in values],
            metric=metric,
            device=f"iPhone{n // 2},1",
            percentile=f"p{n % 2}",
            floor=100.0 * factor,
        )
        for n, values in enumerate(columns)
    ]


@given(RULES, st.floats(1e-2, 1e2), st.floats(1.0, 200.0))
def test_no_state_depends_on_the_unit(columns, factor, absolute):
    (one,) = ask(rule_of(columns), fail=allowance(relative=0.1, absolute=absolute))
    (other,) = ask(rule_of(columns, factor=factor), fail=allowance(relative=0.1, absolute=absolute * factor))

    assume(one.p is None or abs(one.p - 0.05) > 1e-6)
    assert other.state == one.state
    assert other.p == (one.p if one.p is None else pytest.approx(one.p, rel=1e-4, abs=1e-9))


@given(RULES, st.randoms(use_true_random=False))
def test_no_state_depends_on_the_order_of_slices(columns, rng):
    slices = rule_of(columns)
    shuffled = rng.sample(slices, len(slices))
    (one,), (other,) = ask(slices), ask(shuffled)

    assert other.state == one.state
    assert {shuffled[i].device + shuffled[i].percentile for i in other.contributing} == {
        slices[i].device + slices[i].percentile for i in one.contributing
    }


@given(HISTORIES, VALUES, VALUES)
def test_a_higher_candidate_never_turns_a_fail_into_a_pass(history, one, other):
    low, high = only(*history, min(one, other)), only(*history, max(one, other))

    if low.state == "fail":
        assert high.state == "fail"
    if high.state in ("pass", "improved"):
        assert low.state in ("pass", "improved", "undecided", "warn")
    assert high.slices[0].p <= low.slices[0].p + 1e-12


@given(RULES, HISTORIES)
def test_a_passing_rule_more_never_turns_a_pass_into_a_fail(columns, quiet):
    slices = rule_of(columns)
    calm = [measured((*quiet, quiet[-1]), metric="MEMORY/peakMemory")]
    everything = [*slices, *calm]
    rules = [(rule("one"), range(len(slices))), (rule("other"), [len(slices)])]
    (alone,) = weigh(rules[:1], everything, Evidence())
    beside, other = weigh(rules, everything, Evidence())

    if other.state == "pass" and alone.state != "fail":
        assert beside.state != "fail"


@given(VALUES, st.integers(2, 9), st.integers(1, 8))
def test_identical_versions_show_nothing(value, versions, slices):
    (answer,) = ask(rule_of([[value] * versions] * slices))

    assert (answer.state, answer.contributing) == ("pass", ())
    assert {one.state for one in answer.slices} == {"pass"}


@given(RULES)
def test_the_same_numbers_give_the_same_bytes(columns):
    one, other = ask(rule_of(columns)), ask(rule_of(columns))

    assert msgspec.json.encode(one) == msgspec.json.encode(other)


ANYTHING = st.one_of(st.none(), st.floats())
MARGINS = st.one_of(st.none(), st.floats())


@given(
    st.lists(st.lists(st.tuples(ANYTHING, MARGINS), min_size=1, max_size=9), max_size=5), st.floats(0, 1e9)
)
def test_any_numbers_end_in_a_named_state(columns, floor):
    slices = [
        measured([value for value, _ in points], margins=[width for _, width in points], floor=floor,
              device=f"iPhone{n},1")
        for n, points in enumerate(columns)
    ]  # fmt: skip
    (answer,) = ask(slices, warn=allowance(relative=0.05))

    assert (answer.reason is not None) == (answer.state == "undecided")
    assert all((one.reason is not None) == (one.state == "undecided") for one in answer.slices)
    assert len(answer.slices) == len(slices)


# --- promises that are easily broken ----------------------------------------------------------------


def test_rules_about_the_same_slices_take_one_share_of_the_alarm_budget():
    slices = [measured((*STEADY, 1055)), measured((*STEADY, 1040), metric="HANG/hangRate", floor=1.0)]
    strict, loose = rule("strict", fail=allowance(0.02)), rule("loose", fail=allowance(0.15))
    apart = weigh([(strict, [0]), (strict, [1])], slices, Evidence())
    beside = weigh([(strict, [0]), (strict, [1]), (loose, [0]), (strict, [0])], slices, Evidence())

    assert beside[:2] == apart
    assert beside[3].p_run == apart[0].p_run
    assert beside[2].p_run >= apart[0].p_run


def test_shadow_rules_do_not_share_the_alarm_budget():
    rise = measured((*STEADY, 1055))
    others = [measured((*STEADY, 900 + n), metric=f"MEMORY/{n}") for n in range(19)]
    selected = [
        (rule("live"), [0]),
        *((rule(f"tried-{n}", mode="shadow"), [n + 1]) for n in range(len(others))),
    ]
    beside, *_ = weigh(selected, [rise, *others], Evidence())
    (alone,) = weigh(selected[:1], [rise, *others], Evidence())

    assert beside == alone


def test_shadow_rules_share_a_budget_of_their_own():
    slices = [measured((*STEADY, 1055), metric=f"MEMORY/{n}") for n in range(4)]
    selected = [(rule(f"tried-{n}", mode="shadow"), [n]) for n in range(4)]
    together = weigh(selected, slices, Evidence())
    (alone,) = weigh(selected[:1], slices, Evidence())

    assert together[0].p_run == pytest.approx(4 * alone.p_run)


def test_a_rules_own_floor_and_noise_are_those_of_its_metrics_only():
    steady, lively = measured((*STEADY, 960)), measured((*LIVELY, 1000), metric="MEMORY/peakMemory")
    own = rule(noise=0.2, floor=Quantity(value=1.0, unit="s"))
    (found,) = weigh([(own, [0])], [steady, lively], Evidence())
    (expected,) = weigh(
        [(rule(), [0])], [replace(steady, floor=1000.0, assumed_noise=0.2), lively], Evidence()
    )

    assert found == expected


@pytest.mark.parametrize("own", [{"noise": 0.2}, {"floor": Quantity(value=1.0, unit="s")}])
def test_a_rules_own_floor_or_noise_leaves_the_other_as_it_was(own):
    steady = measured((*STEADY, 960))
    changed = {"assumed_noise": 0.2} if "noise" in own else {"floor": 1000.0}
    (found,) = weigh([(rule(**own), [0])], [steady], Evidence())
    (expected,) = weigh([(rule(), [0])], [replace(steady, **changed)], Evidence())

    assert found == expected


def test_a_rule_that_compares_nothing_has_no_evidence():
    only_limit = rule("limit", fail=None)
    answers = weigh([(only_limit, [0]), (rule("rise"), [0])], [measured((*STEADY, 1118))], Evidence())

    assert answers[0] is None
    assert answers[1].state == "fail"


@pytest.mark.parametrize(("fewest", "state"), [(1, "fail"), (2, "fail"), (3, "undecided")])
def test_as_many_versions_as_are_asked_for_are_enough_to_fail(fewest, state):
    (answer,) = ask([measured((900, 905, 1200))], min_versions=fewest)

    assert answer.state == state


def test_growth_that_is_not_significant_is_no_drift():
    climbing = (900, 1150, 880, 1010, 940, 1250, 960, 1190, 1200)
    answer = only(*climbing, noise=0.15)

    assert answer.drift is None
    assert answer.basis != "gradual_drift"


def test_growth_within_one_and_a_half_times_the_allowance_is_no_drift():
    steps = [900 * 1.01**version for version in range(9)]

    assert only(*steps).drift is None


def test_a_unit_that_the_allowance_does_not_fit_is_undecided():
    slices = [measured((*STEADY, 1118)), measured((*STEADY, 1118), device="all_ipads", unit="furlongs")]
    (answer,) = ask(slices, fail=allowance(0.1, 80.0))

    assert [one.basis for one in answer.slices] == ["significant", "unit_mismatch"]
    assert answer.slices[1].reason == "not_comparable"


def test_a_rule_whose_allowance_fits_no_slice_is_undecided():
    (answer,) = ask([measured((*STEADY, 1118), unit="furlongs")], fail=allowance(None, 80.0))

    assert verdict(answer) == ("undecided", "not_comparable", "not_comparable")


def test_a_rules_own_floor_counts_for_all_slices_of_its_metric_which_teach_each_other_their_noise():
    group = measured((*STEADY, 960))
    models = [measured((*LIVELY, 900), device=f"iPhone{n},1", floor=100.0) for n in range(8)]
    own = rule("own", fail=allowance(0.05), floor=Quantity(value=890.0, unit="ms"))
    everywhere_clamped = [replace(one, floor=890.0) for one in (group, *models)]
    (by_the_rule,) = weigh([(own, [0])], [group, *models], Evidence())
    (by_hand,) = weigh([(rule("own", fail=allowance(0.05)), [0])], everywhere_clamped, Evidence())

    assert by_the_rule.p == pytest.approx(by_hand.p, rel=1e-9, abs=0.0)
    assert by_the_rule.visible == pytest.approx(by_hand.visible, rel=1e-9)
