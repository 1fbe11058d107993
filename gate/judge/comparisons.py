"""Every series beside its candidate and its references: what all rules look at."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp, fsum, hypot, inf, isfinite, log

from gate.judge.references import choose_references
from gate.model.catalogue import assumption
from gate.model.comparison import Comparison, References
from gate.model.facts import Facts, Series
from gate.model.result import Baseline, Candidate, Change, Point
from gate.model.versions import Timeline
from gate.policy.types import Policy


def compare_all(policy: Policy, facts: Facts, timeline: Timeline, candidate: str) -> list[Comparison]:
    """Set every series beside its candidate and references, in the order of the facts.

    Args:
        policy: Chooses the baseline, and what becomes of metrics that lag behind.
        facts: What Apple measured.
        timeline: All versions in order of release.
        candidate: The version that is judged.
    """
    lagging = dict(_find_lagging(policy, facts.series, timeline, candidate))
    references: dict[str, References] = {}
    columns: dict[tuple[tuple[str, ...], str], _Positions] = {}
    comparisons = []
    for series in facts.series:
        version = lagging.get(series.key.name, candidate)
        # Nearly all series have the same versions, so what depends on these alone is worked out once.
        picked = columns.get((series.versions, version))
        if picked is None:
            if version not in references:
                references[version] = choose_references(timeline, version, policy.baseline)
            picked = columns[series.versions, version] = _Positions(
                series.versions, references[version], timeline
            )
        comparisons.append(_compare(series, picked, is_lagging=version != candidate))
    return comparisons


def baseline_of(comparison: Comparison) -> Baseline | None:
    """Compute the reference side: the mean on the log scale, or the plain mean where a value is zero.

    Returns:
        None when no version of the baseline was measured.
    """
    if not comparison.baseline:
        return None
    values = [comparison.values[index] for index in comparison.baseline]
    margins = [comparison.margins[index] for index in comparison.baseline]
    return Baseline(
        versions=tuple([comparison.versions[index] for index in comparison.baseline]),
        excluded=comparison.references.excluded,
        value=_mean(values),
        error_margin=_mean_margin(margins),
    )


def history_of(comparison: Comparison) -> tuple[Point, ...]:
    """List the references and the candidate as points, oldest first, for charts."""
    points = [
        Point(version=version, value=value, error_margin=margin)
        for version, value, margin in zip(
            comparison.versions, comparison.values, comparison.margins, strict=True
        )
    ]
    now = comparison.candidate
    if now is not None:
        points.append(Point(version=now.version, value=now.value, error_margin=now.error_margin))
    return tuple(points)


def change_between(baseline: Baseline | None, candidate: Candidate | None) -> Change | None:
    """Subtract the baseline from the candidate in plain numbers; None when a side is missing."""
    if baseline is None or candidate is None:
        return None
    # Not to be confused with the change on the log scale that is weighed: this one is for readers.
    relative = candidate.value / baseline.value - 1.0 if baseline.value > 0 else inf
    return Change(
        relative=relative if isfinite(relative) else None, absolute=candidate.value - baseline.value
    )


_assumption = lru_cache(assumption)
"""The same few metrics are asked for by every slice."""


class _Positions:
    """Where the candidate and the references are in every series with the same versions."""

    __slots__ = ("baseline", "candidate", "indices", "positions", "references", "versions")

    def __init__(self, versions: tuple[str, ...], references: References, timeline: Timeline) -> None:
        index = {version: place for place, version in enumerate(versions)}
        position = {version: place for place, version in enumerate(timeline.versions)}
        measured = [version for version in references.versions if version in index]
        self.references = references
        self.versions = tuple(measured)
        self.candidate = index.get(references.candidate)
        self.indices = [index[version] for version in measured]
        self.positions = tuple(position[version] for version in measured)
        self.baseline = tuple(
            place for place, version in enumerate(measured) if version in references.baseline
        )


def _compare(series: Series, columns: _Positions, *, is_lagging: bool) -> Comparison:
    key, is_usable = series.key, not series.problem
    habits = _assumption(key.category, key.metric, series.unit)
    candidate = None
    if is_usable and columns.candidate is not None:
        candidate = Candidate(
            version=columns.references.candidate,
            value=series.values[columns.candidate],
            error_margin=series.margins[columns.candidate],
        )
    # Nothing of a series that contradicts itself is believed, its earlier values included.
    indices = columns.indices if is_usable else []
    return Comparison(
        series=series,
        metric=key.name,
        # Apple's groups are ``all_iphones``, ``all_ipads`` and so on; everything else is a hardware model.
        is_group=key.device.startswith("all_"),
        references=columns.references,
        versions=columns.versions if is_usable else (),
        positions=columns.positions if is_usable else (),
        values=tuple([series.values[index] for index in indices]),
        margins=tuple([series.margins[index] for index in indices]),
        baseline=columns.baseline if is_usable else (),
        candidate=candidate,
        is_lagging=is_lagging,
        floor=habits.floor,
        assumed_noise=habits.noise,
    )


def _find_lagging(
    policy: Policy, series: Sequence[Series], timeline: Timeline, candidate: str
) -> Iterator[tuple[str, str]]:
    """Find metrics whose newest version is older than the candidate, if the policy judges these there.

    Yields:
        ``CATEGORY/metric`` and its newest version.
    """
    if policy.evidence.lagging != "own_newest" or candidate not in timeline.versions:
        return  # a metric can only lag behind a version that is measured at all
    measured: dict[str, set[str]] = {}
    for one in series:
        if not one.problem:
            measured.setdefault(one.key.name, set()).update(one.versions)
    older = timeline.before(candidate)
    for name, versions in measured.items():
        own = [version for version in older if version in versions]
        if candidate not in versions and own:
            yield name, own[-1]


def _mean(values: Sequence[float]) -> float:
    if min(values) > 0:
        # The geometric mean, which is the mean on the log scale that the statistics work on.
        return exp(fsum(map(log, values)) / len(values))
    return fsum(value / len(values) for value in values)  # divided first, so that no sum overflows


def _mean_margin(margins: Sequence[float | None]) -> float | None:
    """Compute the half-width of a mean of independent values; those with the best data add nothing.

    Independent errors add in squares, and the mean divides their sum by n.
    """
    known = [margin for margin in margins if margin is not None]
    return hypot(*known) / len(margins) if known else None
