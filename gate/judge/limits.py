"""Absolute lines: limits of the policy and goals of Apple. They need no baseline, but the margin counts.

Above the line by more than Apple's error margin is beyond doubt; above it within the margin is not.
An absent margin means the best data, so then every excess counts.

A line that only counts when it is crossed (``when: crossed``) asks two things more: that every version of the baseline
was within it, and that the rise is beyond what healthy versions show. So an app that does not change never fails it,
on whatever level it is. One version above the line is enough to say that it was not kept before: a mean would move to
the other side of the line when a version drops out of the data.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gate.model.facts import GoalBand, Series
from gate.model.result import Candidate
from gate.model.states import Reason, State
from gate.model.units import convert
from gate.policy.types import Rule

LineKind = Literal["limit", "goal"]
Rise = Literal["beyond_noise", "within_noise", "thin_history"]
"""How sure a rise is; of too short a history nobody can say."""
CrossedBy = Literal["crossed", "above_before", "no_baseline", "within_margin", "within_noise", "thin_history"]
"""What a value above a line that only counts when it is crossed comes to."""


class Before(Struct, frozen=True, kw_only=True):
    """What tells whether a line was crossed: the versions before, and how sure the rise is."""

    versions: tuple[str, ...] = ()
    """Of the baseline, oldest first."""
    values: tuple[float, ...] = ()
    """One for each version, in the series' unit."""
    rise: Rise = "within_noise"
    """Whether the rise, whatever its size, is more than healthy versions show."""


class LineComparison(Struct, frozen=True, kw_only=True):
    """One value compared with one absolute line."""

    kind: LineKind
    state: State
    reason: Reason | None = None
    """Set when the state is undecided."""
    at: float | None = None
    """Where the line is, in the series' unit; None when there is none to compare with."""
    crossed_by: CrossedBy | None = None
    """Set where the value is above a line that only counts when it is crossed."""
    versions: tuple[str, ...] = ()
    """Of the baseline: those above the line if there are any, else all of them."""


def compare_with_lines(
    rule: Rule, series: Series, candidate: Candidate, before: Before | None = None
) -> list[LineComparison]:
    """Compare the candidate's value of one slice with the rule's limit and goal, as far as it has them.

    Args:
        rule: The rule.
        series: The slice.
        candidate: Its newest value.
        before: What the value is compared with under a rule whose lines only count when they are crossed.
    """
    lines = []
    if rule.limit is not None:
        lines.append(_compare("limit", limit_at(rule, series), candidate, missing="not_comparable"))
    if rule.goal is not None:
        lines.append(_compare("goal", goal_at(rule, series), candidate, missing="no_data"))
    if rule.when == "above":
        return lines
    return [_compare_with_before(line, before or Before()) for line in lines]


def limit_at(rule: Rule, series: Series) -> float | None:
    """Find where the rule's limit is, in the series' unit; None without one, or in a unit that does not fit."""
    if rule.limit is None:
        return None
    return convert(rule.limit.quantity.value, rule.limit.quantity.unit, series.unit)


def takes_recommended(rule: Rule, series: Series) -> bool:
    """Tell whether the recommended goal is a rule's goal: where it says so, or no goal, or “good” without any bands.

    Apple has two forms: `recommendedMetricGoal` belongs to one slice, the bands of `goalKeys` to the whole metric and
    are deprecated since API 4.4. What is recommended is good; how far “fair” goes, or what Apple would recommend where
    it sends bands alone, nobody can tell.
    """
    return rule.goal in (None, "recommended") or (rule.goal == "good" and not series.bands)


def goal_at(rule: Rule, series: Series) -> float | None:
    """Find Apple's goal in the series' unit: the one the rule names, else the recommended one; None without any."""
    if takes_recommended(rule, series):
        return series.recommended
    return next((band.upper for band in series.bands if band.name == rule.goal), None)


def band_of(bands: Sequence[GoalBand], value: float) -> str:
    """Name the band a value falls in; an empty string for none. A band holds its lower bound."""
    return next(
        (
            band.name
            for band in bands
            if (band.lower is None or value >= band.lower) and (band.upper is None or value < band.upper)
        ),
        "",
    )


def _compare(kind: LineKind, at: float | None, candidate: Candidate, *, missing: Reason) -> LineComparison:
    if at is None:
        return LineComparison(kind=kind, state="undecided", reason=missing)
    # A pass needs no margin: it claims that the limit was kept as far as is known, not that it is certain.
    if candidate.value <= at:
        return LineComparison(kind=kind, state="pass", at=at)
    # The whole interval is above the line. Apple gives the half-width of the interval as `errorMargin`, and
    # leaves it out where there is most data ("xcodeMetrics").
    if candidate.value - (candidate.error_margin or 0.0) > at:
        return LineComparison(kind=kind, state="fail", at=at)
    return LineComparison(kind=kind, state="undecided", reason="within_noise", at=at)


def _compare_with_before(line: LineComparison, before: Before) -> LineComparison:
    """Tell whether a value above a line has crossed it; what is within the line, or has none, stays as it is."""
    if line.at is None or line.state == "pass":
        return line
    if not before.values:
        return _crossed_by(line, "no_baseline", before.versions)
    above = [
        version for version, value in zip(before.versions, before.values, strict=True) if value > line.at
    ]
    if above:
        return _crossed_by(line, "above_before", tuple(above))
    if line.state == "undecided":
        return _crossed_by(line, "within_margin", before.versions)
    return _crossed_by(line, "crossed" if before.rise == "beyond_noise" else before.rise, before.versions)


_OF_CROSSING: dict[CrossedBy, tuple[State, Reason | None]] = {
    "crossed": ("fail", None),
    "above_before": ("pass", None),
    "no_baseline": ("undecided", "no_baseline"),
    "within_margin": ("undecided", "within_noise"),
    "within_noise": ("undecided", "within_noise"),
    "thin_history": ("undecided", "thin_history"),
}


def _crossed_by(line: LineComparison, how: CrossedBy, versions: tuple[str, ...]) -> LineComparison:
    state, reason = _OF_CROSSING[how]
    return replace(line, state=state, reason=reason, crossed_by=how, versions=versions)
