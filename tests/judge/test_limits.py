"""Where the lines of a check are, in numbers: what its rise may reach, the limit, Apple's goal."""

import pytest
from builders import STEADY, only_check, policy, rule, series, verdict_of

from gate.judge.limits import Before, LineComparison, band_of, compare_with_lines
from gate.model.facts import GoalBand
from gate.model.result import Candidate
from gate.model.units import Quantity


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


# --- lines that only count when they are crossed ----------------------------------------------------


def crossing(value, before, rise="beyond_noise", error_margin=None, **fields):
    """Compare a value with a goal of 850 ms that only counts when it is crossed."""
    now = Candidate(version="3.4", value=value, error_margin=error_margin)
    earlier = Before(versions=("3.2", "3.3")[: len(before)], values=before, rise=rise)
    fields = {"goal": "recommended", "when": "crossed"} | fields
    (line,) = compare_with_lines(rule(**fields), launch(recommended=850.0), now, earlier)
    return line


@pytest.mark.parametrize("rise", ["beyond_noise", "within_noise", "thin_history"])
@pytest.mark.parametrize("before", [(), (800.0, 840.0), (900.0, 900.0)])
def test_within_a_line_nothing_else_matters(rise, before):
    line = crossing(850.0, before, rise)

    assert (line.state, line.crossed_by, line.versions) == ("pass", None, ())


@pytest.mark.parametrize(
    ("before", "rise", "width", "state", "reason", "crossed_by", "versions"),
    [
        ((800.0, 850.0), "beyond_noise", None, "fail", None, "crossed", ("3.2", "3.3")),
        ((800.0, 850.0), "beyond_noise", 49.0, "fail", None, "crossed", ("3.2", "3.3")),
        ((800.0, 850.0), "beyond_noise", 50.0, "undecided", "within_noise", "within_margin", ("3.2", "3.3")),
        ((800.0, 850.0), "within_noise", None, "undecided", "within_noise", "within_noise", ("3.2", "3.3")),
        ((800.0,), "thin_history", None, "undecided", "thin_history", "thin_history", ("3.2",)),
        ((), "beyond_noise", None, "undecided", "no_baseline", "no_baseline", ()),
        ((), "beyond_noise", 50.0, "undecided", "no_baseline", "no_baseline", ()),
        ((860.0, 870.0), "beyond_noise", None, "pass", None, "above_before", ("3.2", "3.3")),
        ((860.0, 840.0), "beyond_noise", None, "pass", None, "above_before", ("3.2",)),
        ((840.0, 860.0), "beyond_noise", 50.0, "pass", None, "above_before", ("3.3",)),
    ],
)
def test_a_value_above_a_line_is_judged_by_the_versions_before(
    before, rise, width, state, reason, crossed_by, versions
):
    assert crossing(900.0, before, rise, width) == LineComparison(
        kind="goal", state=state, reason=reason, at=850.0, crossed_by=crossed_by, versions=versions
    )


def test_a_limit_is_crossed_like_a_goal():
    line = crossing(1600.0, (900.0, 1500.0), goal=None, limit="<= 1500 ms")

    assert (line.kind, line.state, line.crossed_by) == ("limit", "fail", "crossed")


def test_a_line_that_is_not_there_is_not_crossed():
    line = crossing(900.0, (800.0, 840.0), goal=None, limit="<= 1500 MB")

    assert (line.state, line.reason, line.crossed_by) == ("undecided", "not_comparable", None)


def test_without_anything_about_the_versions_before_a_crossing_is_undecided():
    now = Candidate(version="3.4", value=900.0)
    a_rule = rule(goal="recommended", when="crossed")

    assert compare_with_lines(a_rule, launch(recommended=850.0), now)[0].crossed_by == "no_baseline"


@pytest.mark.parametrize("mode", ["enforce", "advise", "shadow"])
@pytest.mark.parametrize(
    ("now", "state"), [(905.0, "pass"), (1400.0, "fail"), (1010.0, "fail"), (948.0, "pass")]
)
def test_a_crossing_fails_in_every_mode_when_its_rise_is_beyond_the_noise(mode, now, state):
    assert check(rule(limit="<= 950 ms", when="crossed", mode=mode), launch(now)).state == state


def test_a_crossing_that_healthy_versions_show_as_well_is_undecided():
    found = check(rule(limit="<= 912 ms", when="crossed"), launch(913.0))

    assert (found.state, found.reason, found.line_failed) == ("undecided", "within_noise", False)


def test_a_crossing_is_weighed_under_the_noise_and_floor_of_its_rule():
    short = series("LAUNCH/launchTime", (902.0, 905.0, 1190.0))
    lines = {"limit": "<= 950 ms", "when": "crossed"}

    assert check(rule(**lines), short).state == "fail"
    assert check(rule(**lines, noise=0.9), short).state == "undecided"
    assert check(rule(**lines, floor=Quantity(value=1200.0, unit="ms")), short).state == "undecided"


def test_a_slice_without_earlier_versions_above_the_line_keeps_the_rule_in_doubt():
    new = series("LAUNCH/launchTime", (1600.0,), device="iPhone99,1")
    a_rule = rule(limit="<= 1500 ms", when="crossed")
    result = verdict_of(a_rule, launch(), launch(percentile="p90"), new)

    assert (result.rules[0].state, result.rules[0].reason) == ("undecided", "no_baseline")


def test_lines_that_wait_for_a_crossing_take_nothing_of_the_alarm_budget_of_rules_about_the_same_slices():
    change = rule(name="change", fail="> +10%")
    lines = [
        rule(name="goal", goal="recommended", when="crossed"),
        rule(name="limit", limit="<= 9 s", when="crossed"),
    ]
    alone = verdict_of(change, launch(1001.0))
    beside = verdict_of(policy(change, *lines), launch(1001.0))

    assert beside.checks[0].visible == alone.checks[0].visible


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
