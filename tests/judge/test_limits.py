"""Where the lines of a check are, in numbers: what its rise may reach, the limit, Apple's goal."""

import pytest
from builders import STEADY, only_check, rule, series, verdict_of

from gate.model.facts import GoalBand


def launch(now=905.0, **fields):
    """A launch time that is steady up to its last value."""
    return series("LAUNCH/launchTime", (*STEADY, now), **fields)


def check(a_rule, one):
    """The check of a rule on one series."""
    return only_check(verdict_of(a_rule, one))


@pytest.mark.parametrize(
    ("allowed", "factor", "more"),
    [("> +10%", 1.1, 0.0), ("> +80 ms", 1.0, 80.0), ("> +1% and > +200 ms", 1.0, 200.0)],
)
def test_the_allowed_value_is_the_baseline_with_the_larger_part_of_the_allowance(allowed, factor, more):
    found = check(rule(fail=allowed), launch())

    assert found.allowed_value == pytest.approx(found.baseline.value * factor + more)


def test_a_rule_that_only_warns_allows_up_to_its_warning_line():
    found = check(rule(warn="> +5%"), launch())

    assert found.allowed_value == pytest.approx(found.baseline.value * 1.05)


def test_below_the_floor_the_allowance_begins_at_the_floor():
    one = series("HANG/hangRate", (0.1, 0.2, 0.1, 0.2, 0.1))

    assert check(rule("HANG/hangRate", fail="> +50%"), one).allowed_value == pytest.approx(1.5)


@pytest.mark.parametrize("now", [901.0, 990.0, 1005.0, 1200.0])
def test_a_value_above_the_allowed_one_never_passes_and_one_below_never_fails(now):
    found = check(rule(fail="> +10%"), launch(now))

    assert found.state in (("undecided", "fail") if now > found.allowed_value else ("pass", "undecided"))


def test_the_limit_is_in_the_unit_of_the_slice():
    assert check(rule(limit="<= 1.5 s"), launch()).limit_value == 1500.0


def test_a_limit_in_a_unit_that_does_not_fit_has_no_value():
    assert check(rule(limit="<= 1500 ms"), launch(unit="furlongs")).limit_value is None


BANDS = (GoalBand(name="good", upper=700.0), GoalBand(name="fair", lower=700.0, upper=1200.0))


@pytest.mark.parametrize(
    ("fields", "goal"),
    [({"goal": "fair"}, 1200.0), ({"goal": "recommended"}, 850.0), ({"fail": "> +10%"}, 850.0)],
)
def test_the_goal_is_the_one_that_the_rule_names_else_the_recommended_one(fields, goal):
    assert check(rule(**fields), launch(bands=BANDS, recommended=850.0)).goal_value == goal


def test_what_was_not_weighed_and_has_no_lines_has_no_values():
    found = check(rule(goal="good"), launch())

    assert (found.allowed_value, found.limit_value, found.goal_value) == (None, None, None)
