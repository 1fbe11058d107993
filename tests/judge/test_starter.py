"""The starter preset, judged end to end: an app that does not change passes, whatever its level."""

import pytest
from builders import STEADY, UNITS, series, verdict_of
from msgspec.structs import replace

from gate.model.catalogue import CATEGORIES
from gate.model.units import convert
from gate.policy.read import read

STARTER = read("version: 1\nextends: preset:starter\n")
LIMITS = {rule.selector.metric.partition("/")[0]: rule.limit.quantity for rule in STARTER.rules if rule.limit}
NEAR = (0.01, 0.5, 0.9, 0.97, 0.99, 1.0, 1.01, 1.03, 1.1, 2.0, 100.0)
"""Levels beside a line, as multiples of it."""
GROUPS = ("all_iphones", "all_ipads")


def limit_of(category):
    """The preset's limit in the unit that Apple measures in."""
    return convert(LIMITS[category].value, LIMITS[category].unit, UNITS[category])


def measured(category, level, shape=STEADY, *, last=1.0, goal=None, devices=GROUPS):
    """Every percentile of a category's usual metric on every group, around a level; the last version moves."""
    metric = next(iter(CATEGORIES[category].metrics))
    mean = sum(shape) / len(shape)
    values = [level * value / mean for value in shape]
    return [
        series(
            f"{category}/{metric}",
            [*values, level * last],
            device=device,
            percentile=percentile,
            recommended=None if category == "TERMINATION" else goal,
        )
        for device in devices
        for percentile in ("p50", "p90")
    ]


def whole_app(factor, **fields):
    """All eight categories at the same multiple of the preset's limits, each with a goal."""
    return [
        one
        for category in CATEGORIES
        for one in measured(category, limit_of(category) * factor, goal=limit_of(category) / 2, **fields)
    ]


def test_every_category_has_a_limit_and_all_but_terminations_a_goal():
    goals = {rule.selector.metric.partition("/")[0] for rule in STARTER.rules if rule.goal}

    assert set(LIMITS) == set(CATEGORIES)
    assert goals == set(CATEGORIES) - {"TERMINATION"}


@pytest.mark.parametrize("factor", sorted({*NEAR, *(near / 2 for near in NEAR)}))
def test_an_app_that_does_not_change_passes_on_every_level(factor):
    result = verdict_of(STARTER, *whole_app(factor))

    assert (result.verdict, result.exit_code) == ("pass", 0)
    assert result.coverage.missing == ()
    assert {rule.state for rule in result.rules} == {"pass"}


@pytest.mark.parametrize("factor", [0.5, 1.0])
@pytest.mark.parametrize("last", [0.995, 1.005, 1.02])
def test_a_healthy_version_of_an_app_at_a_line_never_fails(factor, last):
    assert verdict_of(STARTER, *whole_app(factor, last=last)).verdict != "fail"


@pytest.mark.parametrize("category", [category for category in CATEGORIES if category != "TERMINATION"])
def test_a_version_that_leaves_the_goal_that_was_met_fails(category):
    level = limit_of(category) / 4
    result = verdict_of(STARTER, *measured(category, level, last=1.4, goal=level * 1.2))
    goal = next(rule for rule in result.rules if rule.id.endswith("-goal") and rule.state == "fail")

    assert (result.verdict, result.exit_code) == ("fail", 1)
    assert "goal of" in goal.sentence
    assert "which 3.0 to 3.3 met" in goal.sentence


def test_a_rise_that_is_allowed_fails_where_it_crosses_the_goal():
    result = verdict_of(STARTER, *measured("LAUNCH", 900.0, last=1.15, goal=950.0))
    states = {rule.id: rule.state for rule in result.rules if rule.id.startswith("launch")}

    assert states == {"launch-change": "warn", "launch-goal": "fail", "launch-limit": "pass"}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_version_that_crosses_a_limit_fails(category):
    result = verdict_of(STARTER, *measured(category, limit_of(category) * 0.8, last=1.8))

    assert [rule.state for rule in result.rules if rule.id.endswith("-limit") and rule.checks > 1] == ["fail"]


def test_an_app_without_goals_passes():
    result = verdict_of(STARTER, *[replace(one, recommended=None) for one in whole_app(0.3)])

    assert (result.verdict, result.coverage.missing) == ("pass", ())


def test_an_app_without_ipads_passes():
    result = verdict_of(STARTER, *whole_app(0.3, devices=("all_iphones",)))

    assert (result.verdict, result.coverage.missing) == ("pass", ())


def test_models_that_are_measured_too_seldom_hide_nothing_of_the_groups():
    rare = [
        replace(one, key=replace(one.key, device="iPhone9,1"), versions=(), values=(), margins=())
        for one in whole_app(0.3, devices=("all_iphones",))
    ]

    assert verdict_of(STARTER, *whole_app(0.3), *rare).verdict == "pass"


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_that_is_missing_is_waited_for(category):
    rest = [one for one in whole_app(0.3) if one.key.category != category]
    result = verdict_of(STARTER, *rest)

    assert result.coverage.missing == (f"{category.lower()}-change",)


def test_the_first_version_is_undecided_about_change_and_below_every_limit():
    first = [
        replace(one, versions=one.versions[-1:], values=one.values[-1:], margins=one.margins[-1:])
        for one in whole_app(0.3)
    ]
    result = verdict_of(STARTER, *first)

    assert {rule.state for rule in result.rules if rule.id.endswith("-change")} == {"undecided"}
    assert {rule.state for rule in result.rules if rule.id.endswith("-limit")} == {"pass"}


def test_a_first_version_above_a_limit_is_undecided():
    first = [
        replace(one, versions=one.versions[-1:], values=one.values[-1:], margins=one.margins[-1:])
        for one in whole_app(1.5)
    ]
    result = verdict_of(STARTER, *first)

    assert {(rule.state, rule.reason) for rule in result.rules} == {("undecided", "no_baseline")}


def test_a_version_without_any_value_is_undecided():
    old = [
        replace(one, versions=one.versions[:-1], values=one.values[:-1], margins=one.margins[:-1])
        for one in whole_app(0.3)
    ]
    result = verdict_of(STARTER, *old, candidate_version="3.4", candidate_on_sale=True)

    assert result.verdict == "undecided"
