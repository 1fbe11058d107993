"""Slow growth: a level that climbs a little with every version, although no single version is to blame."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from gate.stats.distributions import t_survival
from gate.stats.noise import PRIOR_VERSIONS, SMALLEST_VARIANCE, relative
from gate.stats.readings import Member

_FEWEST_VERSIONS = 6
"""References and candidate together; fewer can't tell growth from wander."""
_WORTH_MENTIONING = 1.5
"""How many times the allowance the whole growth must be."""


class GradualDrift(Struct, frozen=True, kw_only=True):
    """Growth over the whole window."""

    growth: float
    """From the first to the last version, relative: 0.2 is +20 %."""
    versions: int
    """How many versions it took, the candidate included."""
    p: float
    """Chance of a slope this steep when nothing grows."""


def gradual_drift(members: Sequence[Member]) -> GradualDrift | None:
    """The common growth of a rule's slices, if it is large and steady enough to be mentioned.

    Args:
        members: The rule's slices; its groups speak for it, or its models when it has no groups.
    """
    speaking = [member for member in members if member.track.rollup] or list(members)
    path = _path(speaking)
    if len(path) < _FEWEST_VERSIONS or not _climbs(path):
        return None
    expected = sum([member.noise.variance for member in speaking]) / len(speaking)
    slope, error, free = _slope(path, expected)
    total = slope * (len(path) - 1)
    if total <= _WORTH_MENTIONING * sum([member.line for member in speaking]) / len(speaking):
        return None
    return GradualDrift(growth=relative(total), versions=len(path), p=t_survival(slope / error, free))


def _path(members: Sequence[Member]) -> list[float]:
    """Mean level per version on the log scale, each slice measured from its own mean; the candidate last."""
    moves: dict[int, list[float]] = defaultdict(list)
    newest = max(member.noise.places[-1] for member in members) + 1
    for member in members:
        levels = [*member.noise.history, member.noise.candidate]
        mean = sum(levels) / len(levels)
        for place, level in zip((*member.noise.places, newest), levels, strict=True):
            moves[place].append(level - mean)
    return [sum(levels) / len(levels) for _, levels in sorted(moves.items())]


def _climbs(path: Sequence[float]) -> bool:
    """Whether both halves of the window rise."""
    half = len(path) // 2
    return path[0] < path[half] < path[-1]


def _slope(path: Sequence[float], expected: float) -> tuple[float, float, float]:
    """Least squares slope per version, its standard error and degrees of freedom."""
    n = len(path)
    centre = (n - 1) / 2.0
    across = n * (n * n - 1) / 12.0
    mean = sum(path) / n
    slope = sum([(i - centre) * (level - mean) for i, level in enumerate(path)]) / across
    left = sum([(level - mean - slope * (i - centre)) ** 2 for i, level in enumerate(path)])
    free = PRIOR_VERSIONS + n - 2
    variance = max((left + PRIOR_VERSIONS * expected) / free, SMALLEST_VARIANCE)
    return slope, (variance / across) ** 0.5, free
