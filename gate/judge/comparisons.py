"""Each series with its candidate and its references picked out: what all rules look at."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp, fsum, hypot, inf, isfinite, log

from msgspec import Struct

from gate.judge.references import References, references
from gate.model.catalogue import assumption
from gate.model.facts import Facts, Series
from gate.model.result import Baseline, Candidate, Change, Point
from gate.model.versions import Timeline
from gate.policy.types import Policy
from gate.stats.noise import Track


class Comparison(Struct, frozen=True, kw_only=True):
    """One series, cut to the candidate and its references."""

    series: Series
    references: References
    measured: tuple[str, ...] = ()
    """The reference versions that were measured for this series, oldest first; one per `track.references`."""
    compared: tuple[str, ...] = ()
    """Those of `measured` whose mean is the baseline."""
    lagging: bool = False
    """Judged at the metric's own newest version, because the candidate is not measured for it."""
    candidate: Candidate | None = None
    track: Track

    @property
    def problem(self) -> str:
        """Why this series can't be trusted at all; empty when it can."""
        return self.series.problem

    def baseline(self) -> Baseline | None:
        """The reference side, as its mean on the log scale (the plain mean where a value is zero)."""
        values = [self.track.references[index] for index in self.track.baseline]
        if not values:
            return None
        margins = [self.track.reference_margins[index] for index in self.track.baseline]
        return Baseline(
            versions=self.compared,
            value=_mean(values),
            error_margin=_mean_margin(margins),
        )

    def history(self) -> tuple[Point, ...]:
        """The references and the candidate, oldest first, for charts."""
        track = self.track
        points = [
            Point(version=version, value=value, error_margin=margin)
            for version, value, margin in zip(
                self.measured, track.references, track.reference_margins, strict=True
            )
        ]
        if self.candidate is not None:
            now = self.candidate
            points.append(Point(version=now.version, value=now.value, error_margin=now.error_margin))
        return tuple(points)


def change_between(baseline: Baseline | None, candidate: Candidate | None) -> Change | None:
    """Candidate against baseline in plain numbers; None when a side is missing."""
    if baseline is None or candidate is None:
        return None
    relative = candidate.value / baseline.value - 1.0 if baseline.value > 0 else inf
    return Change(
        relative=relative if isfinite(relative) else None, absolute=candidate.value - baseline.value
    )


def compare_all(policy: Policy, facts: Facts, timeline: Timeline, candidate: str) -> list[Comparison]:
    """All series of the facts as cells, in their order."""
    chosen = _References(policy, timeline, candidate)
    lagging = dict(_lagging(policy, facts.series, timeline, candidate))
    picks: dict[tuple[tuple[str, ...], str], _Pick] = {}
    cells = []
    for series in facts.series:
        version = lagging.get(series.key.name, candidate)
        pick = picks.get((series.versions, version))
        if pick is None:
            pick = picks[series.versions, version] = _Pick(series.versions, chosen.of(version), timeline)
        cells.append(_cell(series, pick, lagging=version != candidate))
    return cells


class _References:
    """The references of each judged version, found once."""

    def __init__(self, policy: Policy, timeline: Timeline, candidate: str) -> None:
        self._policy = policy
        self._timeline = timeline
        self._known: dict[str, References] = {}
        self.of(candidate)

    def of(self, version: str) -> References:
        if version not in self._known:
            self._known[version] = references(self._timeline, version, self._policy.baseline)
        return self._known[version]


_assumption = lru_cache(assumption)
"""The same few metrics are asked for by every slice."""


class _Pick:
    """Where the candidate and the references are in every series with the same versions."""

    __slots__ = ("baseline", "candidate", "compared", "measured", "places", "references", "wanted")

    def __init__(self, versions: tuple[str, ...], refs: References, timeline: Timeline) -> None:
        where = {version: index for index, version in enumerate(versions)}
        places = {version: place for place, version in enumerate(timeline.versions)}
        kept = [version for version in refs.versions if version in where]
        self.references = refs
        self.measured = tuple(kept)
        self.compared = tuple(version for version in kept if version in refs.baseline)
        self.candidate = where.get(refs.candidate)
        self.wanted = [where[version] for version in kept]
        self.places = tuple(places[version] for version in kept)
        self.baseline = tuple(index for index, version in enumerate(kept) if version in refs.baseline)


def _cell(series: Series, pick: _Pick, *, lagging: bool) -> Comparison:
    key, now = series.key, pick.candidate
    usable = not series.problem
    candidate = None
    if now is not None and usable:
        candidate = Candidate(
            version=pick.references.candidate, value=series.values[now], error_margin=series.margins[now]
        )
    habits = _assumption(key.category, key.metric, series.unit)
    track = Track(
        metric=key.name,
        rollup=key.device.startswith("all_"),
        device=key.device,
        percentile=key.percentile,
        references=tuple([series.values[index] for index in pick.wanted]) if usable else (),
        reference_versions=pick.places if usable else (),
        reference_margins=tuple([series.margins[index] for index in pick.wanted]) if usable else (),
        baseline=pick.baseline if usable else (),
        candidate=candidate.value if candidate else None,
        candidate_margin=candidate.error_margin if candidate else None,
        floor=habits.floor,
        assumed_noise=habits.noise,
    )
    return Comparison(
        series=series,
        references=pick.references,
        measured=pick.measured if usable else (),
        compared=pick.compared if usable else (),
        lagging=lagging,
        candidate=candidate,
        track=track,
    )


def _lagging(
    policy: Policy, series: Sequence[Series], timeline: Timeline, candidate: str
) -> Iterator[tuple[str, str]]:
    """Metrics whose newest version is older than the candidate, with that version, if the policy allows it."""
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
        return exp(fsum(map(log, values)) / len(values))
    return fsum(value / len(values) for value in values)


def _mean_margin(margins: Sequence[float | None]) -> float | None:
    """Half-width of a mean of independent values; those with the best data add nothing."""
    known = [margin for margin in margins if margin is not None]
    return hypot(*known) / len(margins) if known else None
