"""Apple's own insights, with the level that the policy gives them, set beside the gate's rules."""

from collections.abc import Iterable, Iterator, Sequence

from gate.model.facts import AppleInsight
from gate.model.result import Check, InsightFinding, Level
from gate.model.versions import same_version
from gate.policy.types import FindingLevel, InsightLevels
from gate.text.numbers import change
from gate.text.words import metric_words

HIGH_IMPACT = 1.0
"""A rise of 100 % or more over the reference average is high impact, by Apple's API documentation.

Used where Apple leaves its own flag out, which it usually does.
"""


def findings(
    policy: InsightLevels, insights: Iterable[AppleInsight], candidate: str, checks: Sequence[Check]
) -> list[InsightFinding]:
    """One finding per insight that the policy does not ignore, in Apple's order."""
    found = ((_level(policy, insight, candidate), insight) for insight in insights)
    return [_finding(insight, level, candidate, checks) for level, insight in found if level != "ignore"]


def notes(insights: Iterable[AppleInsight], checks: Iterable[Check]) -> Iterator[str]:
    """Metrics that only the gate found worse, and why that can be."""
    listed = {(insight.category, insight.metric) for insight in insights}
    found = {
        (check.slice.category, check.slice.metric)
        for check in checks
        if check.state == "fail" and check.mode != "shadow"
    }
    for category, metric in sorted(found - listed):
        yield (
            f"Only the gate finds {metric_words(category, metric)} worse: Apple lists no insight on it. "
            "Apple publishes no threshold of its own, and a limit or goal of the policy is none of Apple's concern."
        )


def _level(policy: InsightLevels, insight: AppleInsight, candidate: str) -> FindingLevel:
    if insight.kind == "trending_up":
        level = policy.trending_up
    else:
        level = policy.high_impact if _is_high_impact(insight) else policy.regressions
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
    return max(changes) / 100 if changes else None


def _finding(
    insight: AppleInsight, level: FindingLevel, candidate: str, checks: Sequence[Check]
) -> InsightFinding:
    shown: Level = "note" if level == "ignore" else level
    largest = _largest_change(insight)
    return InsightFinding(
        kind=insight.kind,
        level=shown,
        slice_name=f"{insight.category}/{insight.metric}",
        version=insight.latest_version,
        high_impact=insight.high_impact,
        largest_change=largest,
        reference_versions=insight.reference_versions,
        agreement=_agreement(insight, candidate, checks),
        sentence=_sentence(insight, largest),
        summary=insight.summary,
        subsystem=insight.subsystem,
    )


def _sentence(insight: AppleInsight, largest: float | None) -> str:
    name = metric_words(insight.category, insight.metric)
    part = f" ({insight.subsystem})" if insight.subsystem else ""
    verb = "regressed" if insight.kind == "regression" else "is trending up"
    where = f" in {insight.latest_version}" if insight.latest_version else ""
    size = f", by up to {change(largest)}" if largest is not None else ""
    count = len(insight.reference_versions)
    against = f" against the mean of {count} earlier version{'' if count == 1 else 's'}" if count else ""
    return f"Apple says that {name}{part} {verb}{where}{size}{against}."


def _agreement(insight: AppleInsight, candidate: str, checks: Sequence[Check]) -> str:
    if not _concerns(insight, candidate):
        return f"It is about {insight.latest_version}, not the version judged here."
    same = [
        check
        for check in checks
        if (check.slice.category, check.slice.metric) == (insight.category, insight.metric)
        and _in_population(insight, check)
    ]
    if not same:
        return "No rule of this policy judges it."
    states = {check.state for check in same}
    if states & {"fail", "warn"}:
        return "The gate's own rules found it too."
    if states <= {"undecided"}:
        return "The gate could not decide it."
    return (
        "The gate's own rules did not find it: Apple compares plain means, "
        "without asking how much healthy releases differ."
    )


def _in_population(insight: AppleInsight, check: Check) -> bool:
    return not insight.populations or any(
        (one.device, one.percentile) == (check.slice.device, check.slice.percentile)
        for one in insight.populations
    )
