"""Apple's goals and bands, whichever of the two Apple sends: what they are called, and what is missing."""

from gate.model.facts import GoalBand, Series
from gate.policy.types import Rule
from gate.text.numbers import value
from gate.text.words import metric_words, slice_words


def goal_words(rule: Rule, series: Series, at: float, *, is_recommended: bool) -> str:
    """Name the goal that a value is held against: ``Apple's recommended goal of 950 ms``.

    Args:
        rule: The rule; it has a goal.
        series: The slice.
        at: Where the goal is, in the series' unit.
        is_recommended: It is the recommended goal, whatever the rule names.
    """
    line = value(at, series.unit)
    if not is_recommended:
        return f"Apple's goal “{rule.goal}” of {line}"
    # The bands are deprecated; the rule still says “good”, and a reader must know what stands in.
    instead = "" if rule.goal == "recommended" else f", in place of a band “{rule.goal}”"
    return f"Apple's recommended goal of {line}{instead}"


def missing_goal_words(rule: Rule, series: Series) -> str:
    """Say that Apple sends no goal of the kind that a rule names, and what it sends instead."""
    what, metric = (
        slice_words(series.key, series.device_name),
        metric_words(series.key.category, series.key.metric),
    )
    if rule.goal == "recommended":
        known = "; ".join(filter(None, (_band_words(band, series.unit) for band in series.bands)))
        other = f", but gives bands: {known}" if known else ""
        return f"Apple recommends no goal for {what}{other}"
    if series.recommended is not None and not series.bands:
        return (
            f"Apple gives no band “{rule.goal}” for {metric}, only a recommended goal of "
            f"{value(series.recommended, series.unit)}"
        )
    return f"Apple gives no band “{rule.goal}” for {metric}"


def crossed_goal_words(series: Series, before: float, now: float) -> str:
    """Continue a sentence about a change that leads across Apple's recommended goal; empty for others."""
    goal = series.recommended
    # As everywhere, what is on the line keeps it.
    if goal is None or (before <= goal) == (now <= goal):
        return ""
    verb = "past" if now > goal else "back within"
    return f", {verb} Apple's recommended goal of {value(goal, series.unit, against=now)}"


def _band_words(band: GoalBand, unit: str) -> str:
    return f"“{band.name}” up to {value(band.upper, unit)}" if band.upper is not None else ""
