"""Slow growth: a level that climbs a little with every version, although no single version is to blame."""

from collections import defaultdict
from collections.abc import Sequence
from math import log

from msgspec import Struct

from gate.judge.noise import PRIOR_VERSIONS, Noise, Track, usable
from gate.judge.special import t_survival

FEWEST_VERSIONS = 6
"""References and candidate together; fewer can't tell growth from wander."""
_WORTH_MENTIONING = 1.5
"""How many times the allowance the whole growth must be."""


class Creep(Struct, frozen=True, kw_only=True):
    """Growth over the whole window."""

    growth: float
    """From the first to the last version, relative: 0.2 is +20 %."""
    versions: int
    p: float
    """Chance of a slope this steep when nothing grows."""


def growth(tracks: Sequence[Track], noises: Sequence[Noise | None], allowed: float) -> Creep | None:
    """The common growth of a family, if it is large and steady enough to be mentioned.

    Args:
        tracks: The family; its roll-ups speak for it, or its models when it has none.
        noises: One per track.
        allowed: What the rule allows, on the log scale.
    """
    pairs = [(t, n) for t, n in zip(tracks, noises, strict=True) if n is not None]
    pairs = [pair for pair in pairs if pair[0].rollup] or pairs
    path = _path([track for track, _ in pairs])
    if len(path) < FEWEST_VERSIONS:
        return None
    slope, free, error = _slope(path, sum(noise.spread for _, noise in pairs) / len(pairs))
    half = len(path) // 2
    total = slope * (len(path) - 1)
    climbing = _mean_step(path[: half + 1]) > 0.0 and _mean_step(path[half:]) > 0.0
    if total <= _WORTH_MENTIONING * allowed or not climbing:
        return None
    from math import expm1

    return Creep(growth=expm1(total), versions=len(path), p=t_survival(slope / error, free))


def _path(tracks: Sequence[Track]) -> list[float]:
    """Mean log level per version, each slice measured from its own mean; the candidate last."""
    moves: dict[int, list[float]] = defaultdict(list)
    newest = (
        max((track.reference_versions[-1] for track in tracks if track.reference_versions), default=0) + 1
    )
    for track in tracks:
        points = [
            (place, log(max(value, track.floor)))
            for place, value, margin in zip(
                track.reference_versions, track.references, track.reference_margins, strict=True
            )
            if usable(value, margin, track.floor)
        ]
        if track.candidate is not None:
            points.append((newest, log(max(track.candidate, track.floor))))
        mean = sum(value for _, value in points) / len(points)
        for place, value in points:
            moves[place].append(value - mean)
    return [sum(values) / len(values) for _, values in sorted(moves.items())]


def _slope(path: list[float], spread: float) -> tuple[float, float, float]:
    """Least squares slope per version, its degrees of freedom and standard error."""
    n = len(path)
    centre = (n - 1) / 2.0
    across = n * (n * n - 1) / 12.0
    mean = sum(path) / n
    slope = sum((i - centre) * (value - mean) for i, value in enumerate(path)) / across
    left = sum((value - mean - slope * (i - centre)) ** 2 for i, value in enumerate(path))
    free = PRIOR_VERSIONS + n - 2
    return slope, free, ((left + PRIOR_VERSIONS * spread**2) / free / across) ** 0.5


def _mean_step(path: list[float]) -> float:
    """Mean change from version to version."""
    return (path[-1] - path[0]) / (len(path) - 1)
