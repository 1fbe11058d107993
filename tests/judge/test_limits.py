"""Where the lines of a check are, in numbers: what its rise may reach, the limit, Apple's goal."""

import pytest
from builders import STEADY, only_check, rule, series, verdict_of

from gate.judge.limits import LineComparison, band_of, compare_with_lines
from gate.model.facts import GoalBand
from gate.model.result import Candidate


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


@pytest.mark.parametrize(
    ("fields", "bands", "goal"),
    [
        ({"goal": "good"}, (), 850.0),  # what is recommended is good
        ({"goal": "fair"}, (), None),  # and nobody can tell how far fair goes
        ({"goal": "good"}, BANDS, 700.0),
        ({"goal": "good"}, BANDS[1:], None),  # of bands that Apple sends, one that is missing is not made up
    ],
)
def test_a_recommended_goal_stands_in_for_good_where_apple_sends_no_bands(fields, bands, goal):
    assert check(rule(**fields), launch(bands=bands, recommended=850.0)).goal_value == goal


def test_no_band_stands_in_for_what_apple_would_recommend():
    assert check(rule(goal="recommended"), launch(bands=BANDS)).goal_value is None


def test_what_was_not_weighed_and_has_no_lines_has_no_values():
    found = check(rule(goal="good"), launch())

    assert (found.allowed_value, found.limit_value, found.goal_value) == (None, None, None)


# --- what a line says of a value --------------------------------------------------------------------


def compared(a_rule, value, error_margin=None, **fields):
    """Compare a value with the lines of a rule."""
    candidate = Candidate(version="3.4", value=value, error_margin=error_margin)
    return compare_with_lines(a_rule, launch(**fields), candidate)


@pytest.mark.parametrize(
    ("value", "width", "state", "reason"),
    [
        (1500.0, None, "pass", None),
        (1500.5, None, "fail", None),
        (1500.5, 0.0, "fail", None),
        (1550.0, 50.0, "undecided", "within_noise"),
        (1550.5, 50.0, "fail", None),
        (1499.0, 50.0, "pass", None),
    ],
)
def test_a_value_is_above_a_line_when_its_margin_is(value, width, state, reason):
    assert compared(rule(limit="<= 1500 ms"), value, width) == [
        LineComparison(kind="limit", state=state, reason=reason, at=1500.0)
    ]


@pytest.mark.parametrize(
    ("value", "state", "reason"),
    [(850.0, "pass", None), (860.0, "undecided", "within_noise"), (900.0, "fail", None)],
)
def test_a_goal_is_a_line_like_a_limit(value, state, reason):
    assert compared(rule(goal="recommended"), value, 20.0, recommended=850.0) == [
        LineComparison(kind="goal", state=state, reason=reason, at=850.0)
    ]


def test_a_limit_and_a_goal_are_two_lines():
    lines = compared(rule(limit="<= 1.5 s", goal="good"), 800.0, bands=BANDS)

    assert [(line.kind, line.state, line.at) for line in lines] == [
        ("limit", "pass", 1500.0),
        ("goal", "fail", 700.0),
    ]


def test_a_line_that_is_not_there_leaves_the_value_undecided():
    assert compared(rule(limit="<= 1500 MB", goal="good"), 800.0) == [
        LineComparison(kind="limit", state="undecided", reason="not_comparable"),
        LineComparison(kind="goal", state="undecided", reason="no_data"),
    ]


def test_a_rule_without_lines_has_none_to_compare_with():
    assert compared(rule(fail="> +10%"), 800.0) == []


OPEN = (GoalBand(name="good", upper=5.0), GoalBand(name="fair", lower=5.0, upper=10.0))


@pytest.mark.parametrize(
    ("bands", "value", "name"),
    [
        (OPEN, -1.0, "good"),
        (OPEN, 4.999, "good"),
        (OPEN, 5.0, "fair"),  # a band holds its lower bound
        (OPEN, 10.0, ""),
        ((*OPEN, GoalBand(name="poor", lower=10.0)), 10.0, "poor"),
        ((*OPEN, GoalBand(name="poor", lower=10.0)), 1e9, "poor"),
        (OPEN[1:], 4.0, ""),
        ((), 4.0, ""),
    ],
)
def test_a_value_falls_into_the_band_that_holds_it(bands, value, name):
    assert band_of(bands, value) == name
