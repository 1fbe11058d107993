"""How much each slice moves between healthy versions, learned from all slices together.

A series has two to eight versions before the candidate, far too few to estimate its own noise. So noise is
shared in four steps, each an empirical Bayes estimate (Gelman et al., Bayesian Data Analysis, 5): from what one
may assume of a metric, over what the app shows as a whole and what the metric shows in it, to the slice itself.
All spreads are standard deviations or variances on the log scale: 0.05 is about 5%.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import exp, isfinite, log, sqrt
from statistics import median

from gate.model.comparison import Comparison
from gate.stats.distributions import normal_quantile
from gate.stats.evidence import Noise
from gate.stats.scale import LARGEST, PRIOR_VERSIONS, SMALLEST_VARIANCE

_WORTH_OF_A_POOL = 2.0
"""Slices of one metric move together: all of them are worth at most this many independent ones."""
_APPS_DIFFER = 1.5
"""Variance, between apps, of the logarithm of how noisy an app is compared with what is assumed: most are
between a third and three times as noisy, some ten times."""
_METRICS_DIFFER = 0.16
"""The same between the metrics of one app: most are within half and twice the app's own factor."""
_MARGIN_QUANTILE = 1.96
"""Apple's error margin is taken as a 95% half-width."""
_HOPELESS = 1e3
"""Relative error beyond which a larger one makes no difference."""
_SCATTER_SHARE = 0.7
"""The quantile by which the candidate's scatter is measured: high enough to see scatter, low enough that a
regression of some slices does not look like it."""
_SCATTER_USUAL = normal_quantile(0.5 + _SCATTER_SHARE / 2.0) ** 2
"""The same quantile of a squared normal variable."""
_SCATTER_PRIOR = 10.0
_SCATTER_SLICES = 6
_FEWEST = 2
"""A spread needs two values."""


class _LogLevels:
    """The logarithms of one slice that can be used, while noise is learned."""

    __slots__ = (
        "assumed_noise",
        "candidate",
        "candidate_margin",
        "compared",
        "history",
        "is_clamped",
        "is_group",
        "is_margin_lost",
        "last",
        "margins",
        "mean",
        "own_variance",
        "positions",
    )

    def __init__(self, comparison: Comparison) -> None:
        floor, margins = comparison.floor, comparison.margins
        kept = _usable_references(comparison)
        values = [max(comparison.values[index], floor) for index in kept]
        self.is_group = comparison.is_group
        self.assumed_noise = comparison.assumed_noise
        self.history = tuple([log(value) for value in values])
        self.positions = tuple([comparison.positions[index] for index in kept])
        self.margins = _mean_margin([margins[index] for index in kept], values) if any(margins) else 0.0
        chosen = set(comparison.baseline)
        base = [level for index, level in zip(kept, self.history, strict=True) if index in chosen]
        self.compared = len(base)
        self.mean = sum(base) / len(base) if base else 0.0
        self.last = base[-1] if base else 0.0
        self.own_variance = _sample_variance(self.history)
        # One value at the floor is enough: what lies below the floor is not seen, so the spread is too small.
        self.is_clamped = not values or min(values) <= floor
        self.candidate: float | None = None
        self.candidate_margin = 0.0
        self.is_margin_lost = False
        now = comparison.candidate
        if now is not None and usable(now.value, now.error_margin, floor):
            value = max(now.value, floor)
            self.candidate = log(value)
            self.candidate_margin = _mean_margin([now.error_margin], [value])
            # No margin means the best data. That a young version alone has it is hardly ever true.
            self.is_margin_lost = now.error_margin is None and bool(kept) and None not in margins


def _usable_references(comparison: Comparison) -> Sequence[int]:
    """Find the references that can be put on the log scale, as indices."""
    values, margins = comparison.values, comparison.margins
    if values and isfinite(sum(values)) and min(values) > 0.0 and not any(margins):
        return range(len(values))  # the usual case, without a look at every point
    return [
        index
        for index, (value, margin) in enumerate(zip(values, margins, strict=True))
        if usable(value, margin, comparison.floor)
    ]


def usable(value: float, margin: float | None, floor: float) -> bool:
    """Tell whether a point can be put on the log scale.

    Not-a-number, infinite and negative values can't, nor zero without a floor; a margin that makes no sense
    must not be taken for none, because none means the best data.

    Args:
        value: In any unit.
        margin: Half-width in that unit; None means the best data.
        floor: In that unit, 0 or more.
    """
    if not isfinite(value) or value < 0.0 or (value == 0.0 and floor <= 0.0):
        return False
    return margin is None or (isfinite(margin) and margin >= 0.0)


def learn(comparisons: Sequence[Comparison]) -> list[Noise | None]:
    """Learn the noise of every slice of a payload.

    Args:
        comparisons: All slices of the payload, whether a rule selects them or not: they teach each other.

    Returns:
        One entry per slice, in the same order; None where there is nothing to compare.
    """
    levels = [_LogLevels(comparison) for comparison in comparisons]
    metrics: dict[str, list[int]] = defaultdict(list)
    for index, comparison in enumerate(comparisons):
        metrics[comparison.metric].append(index)
    by_metric = [[levels[index] for index in indices] for indices in metrics.values()]
    factor = _app_factor(by_metric)
    scatter = _excess_scatter(by_metric)
    noises: list[Noise | None] = [None] * len(levels)
    for indices, members, excess in zip(metrics.values(), by_metric, scatter, strict=True):
        pools = _pool(members, factor)
        for index, one, more in zip(indices, members, excess, strict=True):
            noises[index] = _noise(one, pools[one.is_group], more)
    return noises


def _mean_margin(margins: Sequence[float | None], values: Sequence[float]) -> float:
    """Compute the mean variance on the log scale of points with these margins; none means the best data."""
    squares = [
        # d(log x) = dx / x: on the log scale a small error is a relative one.
        min(margin / value / _MARGIN_QUANTILE, _HOPELESS) ** 2
        for margin, value in zip(margins, values, strict=True)
        if margin is not None
    ]
    return sum(squares) / len(margins) if squares else 0.0


def _sample_variance(values: Sequence[float]) -> float:
    """Compute the unbiased variance, 0 for fewer than two values."""
    n = len(values)
    if n < _FEWEST:
        return 0.0
    mean = sum(values) / n
    return sum([(value - mean) ** 2 for value in values]) / (n - 1)


def _observed_variance(members: Sequence[_LogLevels]) -> tuple[float, float]:
    """Pool the own variances of some slices of one metric.

    Slices at their floor have no say: they stand still because they were clamped to it.

    Returns:
        The variance, and how many degrees of freedom it is worth.
    """
    informative = [one for one in members if not one.is_clamped and len(one.history) > 1]
    if not informative:
        return 0.0, 0.0
    free = [len(one.history) - 1 for one in informative]
    squares = sum([one.own_variance * n for one, n in zip(informative, free, strict=True)])
    return squares / sum(free), min(_WORTH_OF_A_POOL, len(informative)) * max(free)


def _app_factor(by_metric: Sequence[Sequence[_LogLevels]]) -> float:
    """Estimate how much noisier this app is than assumed, as a factor of the variance.

    Each metric with a history votes with the logarithm of its observed over its assumed variance, corrected
    for the bias that this logarithm has for few versions; the votes are shrunk towards "as assumed" by what
    is known of the differences between apps.
    """
    votes = weights = 0.0
    for members in by_metric:
        observed, free = _observed_variance(members)
        if free:
            assumed = members[0].assumed_noise ** 2
            # For a mean square s² with f degrees of freedom, log(s²/σ²) has mean ψ(f/2) - log(f/2) and
            # variance ψ'(f/2). Expanded for large f (Abramowitz and Stegun 6.3.18 and 6.4.12) these are
            # -1/f - 1/(3f²) and 2/f + 2/f²; Smyth 2004, section 6, uses the same for moderated variances.
            bias = -1.0 / free - 1.0 / (3.0 * free * free)
            # Inverse-variance weight: of how metrics of one app differ, plus of the estimate itself.
            weight = 1.0 / (_METRICS_DIFFER + 2.0 / free + 2.0 / (free * free))
            votes += weight * (log(max(observed, SMALLEST_VARIANCE) / assumed) - bias)
            weights += weight
    # The prior "as assumed" (log factor 0) is one more vote, with the precision of how apps differ.
    return exp(votes / (weights + 1.0 / _APPS_DIFFER))


def _pool(members: Sequence[_LogLevels], factor: float) -> dict[bool, float]:
    """Compute the shared variance of a metric's groups (True) and of its models (False).

    It is the assumed one times the app's factor, pulled towards what the metric itself shows. A group sums up
    many users and a model few, so each level has its own.
    """
    pools = {}
    for is_group in (True, False):
        level = [one for one in members if one.is_group is is_group]
        if level:
            expected = level[0].assumed_noise ** 2 * factor
            observed, free = _observed_variance(level)
            # Prior and data, each weighed by its degrees of freedom: the update of a variance under a
            # scaled inverse chi-squared prior (Gelman et al., 2.6).
            pools[is_group] = (PRIOR_VERSIONS * expected + free * observed) / (PRIOR_VERSIONS + free)
    return pools


def _excess_scatter(by_metric: Sequence[Sequence[_LogLevels]]) -> list[list[float]]:
    """Estimate the variance that the candidate's own scatter gives away, per metric and slice.

    A candidate that few users have yet is measured worse, and error margins may be missing or wrong. It
    shows as scatter: slices of one metric that used to move together do not in the candidate.
    """
    residuals = [_residuals(members) for members in by_metric]
    ratios = sorted(ratio for _, found in residuals for ratio in found)
    # A quantile of fewer says nothing.
    if len(ratios) < _SCATTER_SLICES:
        return [[0.0] * len(members) for members in by_metric]
    # A quantile instead of the mean: one model that truly got worse must not widen every interval.
    found = ratios[int(_SCATTER_SHARE * len(ratios))] / _SCATTER_USUAL
    excess = max(0.0, (_SCATTER_PRIOR + len(ratios) * found) / (_SCATTER_PRIOR + len(ratios)) - 1.0)
    return [[excess * variance for variance in expected] for expected, _ in residuals]


def _residuals(members: Sequence[_LogLevels]) -> tuple[list[float], list[float]]:
    """Measure how far a metric's slices stray from its common movement.

    Returns:
        The variance one expects of each slice's candidate, from its references (0 where there is nothing to
        compare), and the squared residuals of the candidates over it.
    """
    expected = [0.0] * len(members)
    places = [index for index, one in enumerate(members) if one.candidate is not None and one.compared]
    squares, free = _squared_deviations(members, places)
    total = sum(free)
    if len(places) < _FEWEST or not total:
        return expected, []
    pool = max(sum(squares) / total, SMALLEST_VARIANCE)
    # The median, as over the references: one slice that got worse must not move what all are measured from.
    deltas = [(members[index].candidate or 0.0) - members[index].mean for index in places]
    middle = median(deltas)
    ratios = []
    for index, own, n, delta in zip(places, squares, free, deltas, strict=True):
        variance = (PRIOR_VERSIONS * pool + own) / (PRIOR_VERSIONS + n)
        expected[index] = variance * (1.0 + 1.0 / members[index].compared)
        ratios.append((delta - middle) ** 2 / expected[index])
    return expected, ratios


def _squared_deviations(
    members: Sequence[_LogLevels], places: Sequence[int]
) -> tuple[list[float], list[int]]:
    """Sum up the squared deviations of each slice's references from the common movement.

    Returns:
        One sum per place, and the number of its references less one.
    """
    moves: dict[int, list[float]] = defaultdict(list)
    centred = []
    for index in places:
        one = members[index]
        mean = sum(one.history) / len(one.history)
        own = [level - mean for level in one.history]
        centred.append(own)
        for position, move in zip(one.positions, own, strict=True):
            moves[position].append(move)
    common = {position: median(values) for position, values in moves.items()}
    squares = []
    for index, own in zip(places, centred, strict=True):
        around = [common[position] for position in members[index].positions]
        squares.append(sum([(move - usual) ** 2 for move, usual in zip(own, around, strict=True)]))
    return squares, [len(own) - 1 for own in centred]


def _noise(one: _LogLevels, pool: float, scatter: float) -> Noise | None:
    """Put together what one slice's change is measured against; None when there is nothing to compare."""
    if one.candidate is None or not one.compared:
        return None
    free = len(one.history) - 1
    variance = (PRIOR_VERSIONS * pool + free * one.own_variance) / (PRIOR_VERSIONS + free)
    variance = max(variance, SMALLEST_VARIANCE)
    # What the references' margins add is in their scatter already; only what the candidate has on top counts.
    extra = max(one.candidate_margin - one.margins, scatter)
    return Noise(
        delta=one.candidate - one.mean,
        rise=one.candidate - one.last,
        level=exp(min(one.mean, LARGEST)),
        candidate=one.candidate,
        history=one.history,
        positions=one.positions,
        compared=one.compared,
        variance=variance,
        extra=extra,
        is_margin_lost=one.is_margin_lost,
        # Of the difference between a new version and a mean of n: σ²(1 + 1/n), a prediction interval.
        deviation=sqrt(variance * (1.0 + 1.0 / one.compared) + extra),
        df=PRIOR_VERSIONS + free,
    )
