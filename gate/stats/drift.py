"""Gradual drift: a level that climbs a little with every version, although no single version is to blame."""

from collections import defaultdict
from collections.abc import Sequence

from gate.stats.distributions import t_survival
from gate.stats.evidence import GradualDrift, WeighedSlice
from gate.stats.scale import PRIOR_VERSIONS, SMALLEST_VARIANCE, relative

_FEWEST_VERSIONS = 6
"""References and candidate together; fewer can't tell growth from wander."""
_WORTH_MENTIONING = 1.5
"""How many times the allowance the whole growth must be."""


def gradual_drift(slices: Sequence[WeighedSlice]) -> GradualDrift | None:
    """Find the common growth of a rule's slices, if it is large and steady enough to be mentioned.

    Whether it is significant is the caller's question: `GradualDrift.p` is not compared with anything here.

    Args:
        slices: Of one rule; its groups speak for it, or its models when it has no groups.
    """
    # A group is measured by far more users than a model, and the models are parts of it.
    speaking = [one for one in slices if one.comparison.is_group] or list(slices)
    path = _path(speaking)
    if len(path) < _FEWEST_VERSIONS or not _climbs(path):
        return None
    expected = sum([one.noise.variance for one in speaking]) / len(speaking)
    slope, error, free = _fit_slope(path, expected)
    # The whole growth on the fitted line, not from end to end: two odd versions would decide that.
    total = slope * (len(path) - 1)
    if total <= _WORTH_MENTIONING * sum([one.allowed for one in speaking]) / len(speaking):
        return None
    return GradualDrift(growth=relative(total), versions=len(path), p=t_survival(slope / error, free))


def _path(slices: Sequence[WeighedSlice]) -> list[float]:
    """Compute the mean level per version on the log scale, each slice from its own mean; the candidate last."""
    moves: dict[int, list[float]] = defaultdict(list)
    # The candidate comes after all references; slices that miss a version still line up.
    newest = max(one.noise.positions[-1] for one in slices) + 1
    for one in slices:
        levels = [*one.noise.history, one.noise.candidate]
        mean = sum(levels) / len(levels)
        for position, level in zip((*one.noise.positions, newest), levels, strict=True):
            moves[position].append(level - mean)
    return [sum(levels) / len(levels) for _, levels in sorted(moves.items())]


def _climbs(path: Sequence[float]) -> bool:
    """Tell whether both halves of the window rise: one step is not drift."""
    half = len(path) // 2
    return path[0] < path[half] < path[-1]


def _fit_slope(path: Sequence[float], expected: float) -> tuple[float, float, float]:
    """Fit a line by least squares.

    The residual variance is pulled towards the expected one, which counts as `PRIOR_VERSIONS` versions.

    Returns:
        Slope per version, its standard error and degrees of freedom.
    """
    n = len(path)
    centre = (n - 1) / 2.0
    across = n * (n * n - 1) / 12.0  # Σ(i - centre)² over i = 0 … n - 1
    mean = sum(path) / n
    # Since (i - centre) sums up to 0, the mean need not be subtracted from the levels.
    slope = sum([(i - centre) * level for i, level in enumerate(path)]) / across
    left = sum([(level - mean - slope * (i - centre)) ** 2 for i, level in enumerate(path)])
    # A line takes two degrees of freedom from the n residuals; the expected variance brings its own.
    free = PRIOR_VERSIONS + n - 2
    variance = max((left + PRIOR_VERSIONS * expected) / free, SMALLEST_VARIANCE)
    return slope, (variance / across) ** 0.5, free
