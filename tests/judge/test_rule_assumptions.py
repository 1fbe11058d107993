"""The rule keys `floor` and `noise`, which take the place of the gate's own assumptions."""

import pytest
from builders import STEADY, facts, only_check, policy, rule, series, verdict_of

from gate.judge.run import judge
from gate.model.units import Quantity
from gate.text.numbers import MINUS

NOW = 1_790_000_000.0


def floor(value, unit="ms"):
    return Quantity(value=value, unit=unit)


def launch(candidate, *, before=STEADY, **fields):
    return series("LAUNCH/launchTime", (*before, candidate), **fields)


def launch_check(rule_, *all_series):
    return only_check(verdict_of(rule_, *all_series))


def test_a_rise_below_a_rules_own_floor_passes():
    check = launch_check(rule(fail="> +10%", floor=floor(5000.0)), launch(1118))

    assert check.state == "pass"


def test_a_rise_below_the_floor_is_explained_by_the_floor():
    check = launch_check(rule(name="launch", fail="> +10%", floor=floor(5.0, "s")), launch(1118))

    assert check.sentence == (
        "Launch time p50 on all iPhones rose from 903 ms (mean of 3.0 to 3.3) to 1,118 ms in 3.4, "
        "+24%; below the floor of 5 s no change counts."
    )


def test_a_rise_that_ends_above_the_floor_counts_from_the_floor():
    check = launch_check(rule(name="launch", fail="> +10%", floor=floor(1050.0)), launch(1118))

    assert check.state == "pass"
    assert check.sentence.endswith(
        "+24%; allowed: up to 1,155 ms (+10%; less than 1,050 ms counts as 1,050 ms)."
    )


def test_a_rise_far_above_the_floor_fails_all_the_same():
    assert launch_check(rule(fail="> +10%", floor=floor(950.0)), launch(1300)).state == "fail"


def test_the_floor_of_the_catalogue_is_named_in_apples_unit():
    hangs = series("HANG/hangRate", (0.1, 0.11, 0.1, 0.1, 0.3))
    check = launch_check(rule("HANG/hangRate", fail="> +10%"), hangs)

    assert check.state == "pass"
    assert "below the floor of 1 s/h no change counts" in check.sentence


def test_a_change_within_the_allowance_is_not_explained_by_the_floor():
    hangs = series("HANG/hangRate", (0.1, 0.11, 0.1, 0.1, 0.1))
    check = launch_check(rule("HANG/hangRate", fail="> +10%"), hangs)

    assert check.sentence == (
        "Hang rate p50 on all iPhones fell from 0.102 s/h (mean of 3.0 to 3.3) to 0.1 s/h in 3.4, "
        f"{MINUS}2.4%; allowed: up to 1.1 s/h (+10%; less than 1 s/h counts as 1 s/h)."
    )


def test_a_floor_in_another_unit_than_apples_is_converted():
    in_seconds = launch_check(rule(fail="> +10%", floor=floor(1.05, "s")), launch(1118))
    in_milliseconds = launch_check(rule(fail="> +10%", floor=floor(1050.0)), launch(1118))

    assert in_seconds.allowed_value == pytest.approx(in_milliseconds.allowed_value)


def test_a_floor_that_apples_unit_does_not_fit_leaves_the_catalogues():
    strange = launch(1118, unit="furlongs")

    assert launch_check(rule(fail="> +10%", floor=floor(5000.0)), strange).state == "fail"


def test_a_rules_own_floor_is_no_other_rules():
    rules = policy(rule(name="own", fail="> +10%", floor=floor(5000.0)), rule(name="other", fail="> +10%"))
    result = judge(rules, facts(launch(1118)), now=NOW)

    assert [outcome.state for outcome in result.rules] == ["pass", "fail"]


def test_a_rules_own_floor_leaves_other_metrics_alone():
    memory = series("MEMORY/peakMemory", (400, 401, 399, 400, 402, 400, 401, 399, 520))
    rules = policy(
        rule(name="launch", fail="> +10%", floor=floor(5000.0)),
        rule("MEMORY/peakMemory", name="memory", fail="> +10%"),
    )
    result = judge(rules, facts(launch(1118), memory), now=NOW)

    assert [outcome.state for outcome in result.rules] == ["pass", "fail"]


def test_a_rule_that_expects_more_noise_needs_a_larger_rise():
    short = (902.0, 905.0)
    calm = launch_check(rule(fail="> +10%", noise=0.02), launch(1118, before=short))
    noisy = launch_check(rule(fail="> +10%", noise=0.40), launch(1118, before=short))

    assert (calm.state, noisy.state) == ("fail", "undecided")
    assert noisy.visible > 2 * calm.visible


def test_without_a_noise_of_its_own_a_rule_has_the_catalogues():
    short = (902.0, 905.0)
    plain = launch_check(rule(fail="> +10%"), launch(1118, before=short))
    same = launch_check(rule(fail="> +10%", noise=0.05), launch(1118, before=short))

    assert same.visible == pytest.approx(plain.visible)
