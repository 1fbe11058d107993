"""Apple's own insights, with the level that the policy gives them, set beside the gate's rules."""

from collections.abc import Container, Iterable, Iterator, Sequence

from gate.judge.agreement import describe_agreement
from gate.judge.sentences.insights import explain_insight
from gate.judge.sentences.run import only_the_gate_note
from gate.model.facts import AppleInsight
from gate.model.result import Check, InsightFinding
from gate.model.states import Level
from gate.model.versions import same_version
from gate.policy.types import FindingLevel, InsightLevels

HIGH_IMPACT = 1.0
"""A rise of 100% or more over the reference average is high impact, by Apple's API documentation.

Used where Apple leaves its own flag out, which it usually does.
"""


def find_insights(
    policy: InsightLevels,
    insights: Iterable[AppleInsight],
    candidate: str,
    checks: Sequence[Check],
    *,
    is_stale: bool = False,
) -> list[InsightFinding]:
    """Make one finding of each insight that the policy does not ignore, in Apple's order.

    A regression on a metric that no rule could decide is at least a warning: then nobody but Apple has looked.

    Args:
        policy: What insights count for.
        insights: Apple's.
        candidate: The version that is judged.
        checks: What the gate's rules found, to compare with.
        is_stale: The data is too old to count for anything: all are notes.
    """
    decided = {
        (check.slice.category, check.slice.metric)
        for check in checks
        if check.state != "undecided" and check.mode != "shadow"
    }
    found = []
    for insight in insights:
        level = _level(policy, insight, candidate)
        if level == "ignore":
            continue
        if is_stale:
            level = "note"
        elif level == "note" and _is_only_apples(insight, candidate, decided):
            level = "warn"
        found.append(_finding(insight, level, candidate, checks))
    return found


def _is_only_apples(insight: AppleInsight, candidate: str, decided: Container[tuple[str, str]]) -> bool:
    """Tell whether an insight is bad news of the candidate that the gate has nothing to set beside."""
    is_grave = insight.kind == "regression" or _is_high_impact(insight)
    is_decided = (insight.category, insight.metric) in decided
    return is_grave and _concerns(insight, candidate) and not is_decided


def note_what_apple_does_not_list(insights: Iterable[AppleInsight], checks: Iterable[Check]) -> Iterator[str]:
    """Note the metrics that only the gate found worse than before, and why that can be."""
    listed = {(insight.category, insight.metric) for insight in insights}
    found = {
        (check.slice.category, check.slice.metric): check.slice
        for check in checks
        # Not by the state: a waiver accepts a rise that was found all the same, and what is above a limit or a
        # goal of the policy may have fallen.
        if check.change_failed and check.mode != "shadow"
    }
    for metric in sorted(found.keys() - listed):
        yield only_the_gate_note(found[metric])


def _level(policy: InsightLevels, insight: AppleInsight, candidate: str) -> FindingLevel:
    # Both of Apple's lists are bad news: `trendingUp` holds moderate rises, `regressions` significant ones.
    if insight.kind == "trending_up":
        level = policy.trending_up
    else:
        level = policy.high_impact if _is_high_impact(insight) else policy.regressions
    # About another version it still informs, and decides nothing about this one.
    if level != "ignore" and not _concerns(insight, candidate):
        return "note"
    return level


def _is_high_impact(insight: AppleInsight) -> bool:
    if insight.high_impact is not None:
        return insight.high_impact
    largest = _largest_change(insight)
    return largest is not None and largest >= HIGH_IMPACT


def _concerns(insight: AppleInsight, candidate: str) -> bool:
    return not insight.latest_version or same_version(insight.latest_version, candidate)


def _largest_change(insight: AppleInsight) -> float | None:
    changes = [one.delta_percentage for one in insight.populations if one.delta_percentage is not None]
    # `deltaPercentage` is in percent and rounded to whole ones by Apple.
    return max(changes) / 100 if changes else None


def _finding(insight: AppleInsight, level: Level, candidate: str, checks: Sequence[Check]) -> InsightFinding:
    largest = _largest_change(insight)
    return InsightFinding(
        kind=insight.kind,
        level=level,
        slice_name=f"{insight.category}/{insight.metric}",
        version=insight.latest_version,
        high_impact=insight.high_impact,
        largest_change=largest,
        reference_versions=insight.reference_versions,
        agreement=describe_agreement(insight, checks, concerns=_concerns(insight, candidate)),
        sentence=explain_insight(insight, largest),
        summary=insight.summary,
        subsystem=insight.subsystem,
        devices=_devices(insight),
    )


def _devices(insight: AppleInsight) -> tuple[str, ...]:
    """List the devices of an insight once each, those with the largest rise first."""
    worst_first = sorted(insight.populations, key=lambda one: -(one.delta_percentage or 0.0))
    return tuple(dict.fromkeys(one.device for one in worst_first if one.device))
