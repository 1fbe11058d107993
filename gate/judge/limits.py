"""Absolute lines: limits of the policy and goals of Apple. They need no baseline, but the margin counts.

Above the line by more than Apple's error margin is beyond doubt; above it within the margin is not.
An absent margin means the best data, so then every excess counts.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gate.model.facts import GoalBand, Series
from gate.model.result import Reason, State
from gate.model.units import convert
from gate.policy.types import Rule
from gate.text.numbers import value as show


class LineComparison(Struct, frozen=True, kw_only=True):
    """One value held against one line."""

    kind: Literal["limit", "goal"]
    state: State
    reason: Reason | None = None
    at: float | None = None
    """Where the line is, in the series' unit; None when there is no line to hold against."""
    words: str
    """What the line is: ``the limit of 1500 ms``, ``Apple's recommended goal of 400 MB``."""
    problem: str = ""
    """Why there is no line, when there is none."""


def hold(rule: Rule, series: Series, value: float, margin: float | None) -> list[LineComparison]:
    """The candidate's value of one slice against the rule's limit and goal."""
    lines = []
    if rule.limit is not None:
        lines.append(_limit(rule, series, value, margin))
    if rule.goal is not None:
        lines.append(_goal(rule, series, value, margin))
    return lines


def limit_at(rule: Rule, series: Series) -> float | None:
    """Where the rule's limit is, in the series' unit; None when it has none, or in a unit that does not fit."""
    if rule.limit is None:
        return None
    return convert(rule.limit.quantity.value, rule.limit.quantity.unit, series.unit)


def goal_at(rule: Rule, series: Series) -> float | None:
    """Apple's goal in the series' unit: the one the rule names, else the recommended one; None without any."""
    if rule.goal is None or rule.goal == "recommended":
        return series.recommended
    return next((band.upper for band in series.bands if band.name == rule.goal), None)


def band_of(bands: Sequence[GoalBand], value: float) -> str:
    """The name of the band a value falls in, or an empty string. A band holds its lower bound."""
    return next(
        (
            band.name
            for band in bands
            if (band.lower is None or value >= band.lower) and (band.upper is None or value < band.upper)
        ),
        "",
    )


def _limit(rule: Rule, series: Series, value: float, margin: float | None) -> LineComparison:
    if rule.limit is None:
        raise ValueError("the rule has no limit")
    quantity = rule.limit.quantity
    at = limit_at(rule, series)
    words = f"the limit of {show(quantity.value, quantity.unit)}"
    if at is None:
        sent = f"measures it in {series.unit}" if series.unit else "sends no unit for it"
        problem = f"the limit is in {quantity.unit}, but Apple {sent}"
        return LineComparison(
            kind="limit", state="undecided", reason="not_comparable", words=words, problem=problem
        )
    return _against("limit", at, value, margin, words)


def _goal(rule: Rule, series: Series, value: float, margin: float | None) -> LineComparison:
    at = goal_at(rule, series)
    words = "Apple's recommended goal" if rule.goal == "recommended" else f"Apple's band for “{rule.goal}”"
    if at is None:
        problem = f"Apple gives no {'recommended goal' if rule.goal == 'recommended' else 'such band'} for it"
        return LineComparison(kind="goal", state="undecided", reason="no_data", words=words, problem=problem)
    return _against("goal", at, value, margin, f"{words} of {show(at, series.unit)}")


def _against(
    kind: Literal["limit", "goal"], at: float, value: float, margin: float | None, words: str
) -> LineComparison:
    if value <= at:
        return LineComparison(kind=kind, state="pass", at=at, words=words)
    if value - (margin or 0.0) > at:
        return LineComparison(kind=kind, state="fail", at=at, words=words)
    return LineComparison(kind=kind, state="undecided", reason="within_noise", at=at, words=words)
