"""How the gate's rules compare with one of Apple's insights and, where they differ, what really makes the difference."""

from collections.abc import Iterator, Sequence
from math import isclose

from gate.judge.sentences.agreement import (
    Difference,
    Disagreement,
    explain_agreement,
    explain_difference,
    rise_of,
)
from gate.model.facts import AppleInsight, Population
from gate.model.result import AllowedRise, Check
from gate.model.units import convert

_SAME = 0.01
"""Values that differ relatively by less are one: Apple rounds those of its insights."""


def describe_agreement(insight: AppleInsight, checks: Sequence[Check], *, concerns: bool) -> str:
    """Say how the gate's rules compare with an insight.

    Args:
        insight: Apple's.
        checks: What the gate's rules found.
        concerns: The insight is about the version that is judged.
    """
    if not concerns:
        return explain_agreement("other_version", insight.latest_version)
    of_metric = [
        check
        for check in checks
        if (check.slice.category, check.slice.metric) == (insight.category, insight.metric)
    ]
    pairs = sorted(_pairs(insight, of_metric), key=_rank)
    states = {check.state for _, check in pairs}
    if not states:
        return explain_agreement("other_slices" if of_metric else "not_judged")
    # One slice is enough to agree with Apple, but it takes all of them to be undecided.
    if states & {"fail", "warn"}:
        return explain_agreement("found_too")
    if states <= {"undecided"}:
        is_noise = any(_rose_within_noise(check) for _, check in pairs)
        return explain_agreement("within_noise" if is_noise else "undecided")
    population, check = pairs[0]
    return explain_difference(find_difference(insight, population, check))


def find_difference(insight: AppleInsight, population: Population, check: Check) -> Difference:
    """Find why a rule does not count what Apple counts in the same slice, from the numbers of both.

    Args:
        insight: Apple's.
        population: Apple's numbers of the slice.
        check: The rule's; it has not failed.
    """
    return Difference(
        kind=_kind(insight, population, check), insight=insight, population=population, check=check
    )


def _rose_within_noise(check: Check) -> bool:
    """Tell whether a slice rose more than its rule allows and is undecided because healthy releases do, too."""
    is_above = (
        check.candidate is not None
        and check.allowed_value is not None
        and check.candidate.value > check.allowed_value
    )
    return is_above and check.reason == "within_noise"


def _pairs(insight: AppleInsight, checks: Sequence[Check]) -> Iterator[tuple[Population, Check]]:
    """Pair each slice of the insight with what a rule says of it."""
    for check in checks:
        # Without populations Apple speaks of the metric as a whole.
        for one in insight.populations or (
            Population(device=check.slice.device, percentile=check.slice.percentile),
        ):
            if (one.device, one.percentile) == (check.slice.device, check.slice.percentile):
                yield one, check


def _rank(pair: tuple[Population, Check]) -> tuple[bool, bool, float, float]:
    """Rank the pair first that explains most: decided, about a rise, the largest of Apple's, the strictest rule."""
    population, check = pair
    return (
        check.state == "undecided",
        check.allowed_value is None,
        -(population.delta_percentage or 0.0),
        check.allowed_value or 0.0,
    )


def _kind(insight: AppleInsight, population: Population, check: Check) -> Disagreement:
    rise, now = rise_of(check), check.candidate
    if insight.subsystem:
        return "part"
    if rise is None:
        return "no_rise"
    latest = population.latest_value
    if latest is not None and now is not None and not isclose(latest, now.value, rel_tol=_SAME):
        return "other_value"
    if _would_count(check, population.reference_average):
        return "other_baseline"
    return _within(check, rise)


def _would_count(check: Check, reference: float | None) -> bool:
    """Tell whether the rule would have found the rise if it compared with Apple's reference."""
    if reference is None or check.baseline is None or check.candidate is None or check.allowed_value is None:
        return False
    baseline, allowed, now = check.baseline.value, check.allowed_value, check.candidate.value
    # An allowance may be relative, too, but of a lower reference the same share is less.
    return not isclose(reference, baseline, rel_tol=_SAME) and now - reference > allowed - baseline


def _within(check: Check, rise: AllowedRise) -> Disagreement:
    """Tell by what a value keeps its rule although it may have risen."""
    change = check.change
    if change is None or change.relative is None or rise.relative is None:
        return "allowed"
    if change.relative <= rise.relative:
        return "allowed"
    least = convert(rise.absolute, rise.unit, check.unit) if rise.absolute is not None else None
    return "absolute_key" if least is not None and change.absolute <= least else "floor"
