"""How much each slice moves between healthy versions, learned from all slices together.

A series has two to eight versions before the candidate, far too few to estimate its own noise. So noise is
shared in four steps: from what one may assume of a metric, over what the app shows as a whole and what the
metric shows in it, to the slice itself. All spreads are on the log scale: 0.05 is about 5 %.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import exp, expm1, isfinite, log, sqrt
from statistics import median

from msgspec import Struct

from gate.stats.distributions import normal_quantile

PRIOR_VERSIONS = 4.0
"""How many versions of history the assumed noise of a metric is worth, and a metric's noise to its slices."""
SMALLEST_VARIANCE = 0.005**2
"""No slice is believed to repeat itself better than half a percent; identical values occur by rounding."""

_WORTH_OF_A_POOL = 2.0
"""Slices of one metric move together: all of them are worth at most this many independent ones."""
_APPS_DIFFER = 1.5
"""Variance, between apps, of the logarithm of how noisy an app is compared with what is assumed: most are
between a third and three times as noisy, some ten times."""
_METRICS_DIFFER = 0.16
"""The same between the metrics of one app: most are within half and twice the app's own factor."""
_MARGIN_QUANTILE = 1.96
"""Apple's error margin is taken as a 95 % half-width."""
_HOPELESS = 1e3
"""Relative error beyond which a larger one makes no difference."""
_SCATTER_SHARE = 0.7
"""The quantile by which the candidate's disorder is measured: high enough to see disorder, low enough that a
regression of some slices does not look like it."""
_SCATTER_USUAL = normal_quantile(0.5 + _SCATTER_SHARE / 2.0) ** 2
"""The same quantile of a squared normal variable."""
_SCATTER_PRIOR = 10.0
_SCATTER_SLICES = 6
_LARGEST = 700.0
"""Logarithm beyond which a float may overflow."""
_FEWEST = 2
"""A spread needs two values."""


class Track(Struct, frozen=True, kw_only=True, gc=False):
    """The numbers of one slice, as the method sees them."""

    metric: str
    """Slices of the same metric share their noise."""
    rollup: bool
    """A group of devices (``all_iphones``), not a single model."""
    device: str
    """Of the group or model, as Apple spells it."""
    percentile: str
    """Any spelling, as long as slices of the same percentile agree."""
    references: tuple[float, ...]
    """Values of the reference versions that exist for this slice, oldest first."""
    reference_versions: tuple[int, ...]
    """Positions of the references in the run's order of versions, so that slices line up."""
    reference_margins: tuple[float | None, ...]
    """Half-widths in the unit of the values; None means the best data."""
    baseline: tuple[int, ...]
    """Which of the references form the compared mean, as indices into `references`."""
    candidate: float | None
    """None when the candidate version was not measured."""
    candidate_margin: float | None = None
    """Half-width in the unit of the values; None means the best data."""
    floor: float
    """In the unit of the values; a relative change below it means nothing."""
    assumed_noise: float
    """Spread between healthy versions before any history is known, on the log scale."""


class Noise(Struct, frozen=True, kw_only=True, gc=False):
    """What a slice's change is measured against. Everything but `level` is on the log scale."""

    delta: float
    """Candidate against the mean of the baseline."""
    rise: float
    """Candidate against the newest version of the baseline."""
    level: float
    """The baseline's mean in the unit of the values, lifted to the floor."""
    candidate: float
    """The candidate's level."""
    history: tuple[float, ...]
    """Levels of the references that could be used, oldest first."""
    places: tuple[int, ...]
    """Positions of `history` in the run's order of versions."""
    compared: int
    """How many references form the baseline."""
    variance: float
    """Between healthy versions of this slice, shared as far as needed."""
    extra: float
    """Variance that the candidate has on top, because it is measured worse than its predecessors."""
    deviation: float
    """Standard deviation of `delta`, if nothing has changed in truth."""
    df: float
    """Degrees of freedom of `deviation`."""


class _LogLevels:
    """One slice while noise is learned: logs of what can be used."""

    __slots__ = (
        "compared",
        "history",
        "last",
        "lifted",
        "margins",
        "mean",
        "now",
        "now_margin",
        "own",
        "places",
        "track",
    )

    def __init__(self, track: Track) -> None:
        floor, margins = track.floor, track.reference_margins
        kept = _kept(track)
        values = [max(track.references[index], floor) for index in kept]
        self.track = track
        self.history = tuple([log(value) for value in values])
        self.places = tuple([track.reference_versions[index] for index in kept])
        self.margins = _mean_margin([margins[index] for index in kept], values) if any(margins) else 0.0
        chosen = set(track.baseline)
        base = [level for index, level in zip(kept, self.history, strict=True) if index in chosen]
        self.compared = len(base)
        self.mean = sum(base) / len(base) if base else 0.0
        self.last = base[-1] if base else 0.0
        self.own = _variance(self.history)
        self.lifted = not values or min(values) <= floor
        self.now: float | None = None
        self.now_margin = 0.0
        if track.candidate is not None and usable(track.candidate, track.candidate_margin, floor):
            value = max(track.candidate, floor)
            self.now = log(value)
            self.now_margin = _mean_margin([track.candidate_margin], [value])


def _kept(track: Track) -> Sequence[int]:
    """Positions of the references that can be used."""
    values = track.references
    if values and isfinite(sum(values)) and min(values) > 0.0 and not any(track.reference_margins):
        return range(len(values))  # the usual case, without a look at every point
    return [
        index
        for index, (value, margin) in enumerate(zip(values, track.reference_margins, strict=True))
        if usable(value, margin, track.floor)
    ]


def usable(value: float, margin: float | None, floor: float) -> bool:
    """Whether a point can be put on the log scale.

    Not-a-number, infinite and negative values can't, nor zero without a floor; a margin that makes no sense
    must not be taken for none, because none means the best data.
    """
    if not isfinite(value) or value < 0.0 or (value == 0.0 and floor <= 0.0):
        return False
    return margin is None or (isfinite(margin) and margin >= 0.0)


def relative(change: float) -> float:
    """A change on the log scale as a part of the baseline: 0.2 is +20 %. Beyond floats it is the largest one."""
    return expm1(min(change, _LARGEST))


def learn(tracks: Sequence[Track]) -> list[Noise | None]:
    """The noise of every slice of a payload.

    Args:
        tracks: All slices of the payload, whether a rule selects them or not: they teach each other.

    Returns:
        One entry per track, in the same order; None where there is nothing to compare.
    """
    seen = [_LogLevels(track) for track in tracks]
    metrics: dict[str, list[int]] = defaultdict(list)
    for index, track in enumerate(tracks):
        metrics[track.metric].append(index)
    families = [[seen[index] for index in indices] for indices in metrics.values()]
    factor = _app_factor(families)
    noises: list[Noise | None] = [None] * len(seen)
    scatter = _scatter(families)
    for indices, members, excess in zip(metrics.values(), families, scatter, strict=True):
        pools = _pools(members, factor)
        for index, one, more in zip(indices, members, excess, strict=True):
            noises[index] = _noise(one, pools[one.track.rollup], more)
    return noises


def _mean_margin(margins: Sequence[float | None], values: Sequence[float]) -> float:
    """Mean variance on the log scale of points with these margins; none means the best data."""
    squares = [
        min(margin / value / _MARGIN_QUANTILE, _HOPELESS) ** 2
        for margin, value in zip(margins, values, strict=True)
        if margin is not None
    ]
    return sum(squares) / len(margins) if squares else 0.0


def _variance(values: Sequence[float]) -> float:
    """Sample variance, 0 for fewer than two values."""
    n = len(values)
    if n < _FEWEST:
        return 0.0
    mean = sum(values) / n
    return sum([(value - mean) ** 2 for value in values]) / (n - 1)


def _observed(members: Sequence[_LogLevels]) -> tuple[float, float]:
    """Mean own variance of some slices of one metric, and how many degrees of freedom it is worth.

    Slices at their floor have no say: they stand still because they were lifted.
    """
    telling = [one for one in members if not one.lifted and len(one.history) > 1]
    if not telling:
        return 0.0, 0.0
    free = [len(one.history) - 1 for one in telling]
    squares = sum([one.own * n for one, n in zip(telling, free, strict=True)])
    return squares / sum(free), min(_WORTH_OF_A_POOL, len(telling)) * max(free)


def _app_factor(families: Sequence[Sequence[_LogLevels]]) -> float:
    """How much noisier this app is than assumed, as a factor of the variance.

    Each metric with a history votes with the logarithm of its observed over its assumed variance, corrected
    for the bias that this logarithm has for few versions; the votes are shrunk towards "as assumed" by what
    is known of the differences between apps.
    """
    votes = weights = 0.0
    for members in families:
        observed, free = _observed(members)
        if free:
            assumed = members[0].track.assumed_noise ** 2
            bias = -1.0 / free - 1.0 / (3.0 * free * free)  # of the log of a mean square, asymptotically
            weight = 1.0 / (_METRICS_DIFFER + 2.0 / free + 2.0 / (free * free))
            votes += weight * (log(max(observed, SMALLEST_VARIANCE) / assumed) - bias)
            weights += weight
    return exp(votes / (weights + 1.0 / _APPS_DIFFER))


def _pools(members: Sequence[_LogLevels], factor: float) -> dict[bool, float]:
    """Shared variance of a metric's groups and models: assumed, the app's, then the metric's own."""
    pools = {}
    for rollup in (True, False):
        level = [one for one in members if one.track.rollup is rollup]
        if level:
            expected = level[0].track.assumed_noise ** 2 * factor
            observed, free = _observed(level)
            pools[rollup] = (PRIOR_VERSIONS * expected + free * observed) / (PRIOR_VERSIONS + free)
    return pools


def _scatter(families: Sequence[Sequence[_LogLevels]]) -> list[list[float]]:
    """Variance that the candidate's own disorder gives away, per metric and slice.

    A candidate that few users have yet is measured worse, and error margins may be missing or wrong. It
    shows as disorder: slices of one metric that used to move together do not in the candidate.
    """
    residuals = [_residuals(members) for members in families]
    ratios = sorted(ratio for _, found in residuals for ratio in found)
    if len(ratios) < _SCATTER_SLICES:
        return [[0.0] * len(members) for members in families]
    found = ratios[min(len(ratios) - 1, int(_SCATTER_SHARE * len(ratios)))] / _SCATTER_USUAL
    excess = max(0.0, (_SCATTER_PRIOR + len(ratios) * found) / (_SCATTER_PRIOR + len(ratios)) - 1.0)
    return [[excess * variance for variance in expected] for expected, _ in residuals]


def _residuals(members: Sequence[_LogLevels]) -> tuple[list[float], list[float]]:
    """How far a metric's slices stray from its common movement.

    Returns:
        The variance one expects of each slice's candidate, from its references (0 where there is nothing to
        compare), and the squared residuals of the candidates over it.
    """
    expected = [0.0] * len(members)
    places = [index for index, one in enumerate(members) if one.now is not None and one.compared]
    squares, free = _stray(members, places)
    total = sum(free)
    if len(places) < _FEWEST or not total:
        return expected, []
    pool = max(sum(squares) / total, SMALLEST_VARIANCE)
    deltas = [(members[index].now or 0.0) - members[index].mean for index in places]
    middle = median(deltas)
    ratios = []
    for index, own, n, delta in zip(places, squares, free, deltas, strict=True):
        variance = (PRIOR_VERSIONS * pool + own) / (PRIOR_VERSIONS + n)
        expected[index] = variance * (1.0 + 1.0 / members[index].compared)
        ratios.append((delta - middle) ** 2 / expected[index])
    return expected, ratios


def _stray(members: Sequence[_LogLevels], places: Sequence[int]) -> tuple[list[float], list[int]]:
    """Squared residuals of each slice's references from the common movement, and their number less one."""
    moves: dict[int, list[float]] = defaultdict(list)
    centred = []
    for index in places:
        one = members[index]
        mean = sum(one.history) / len(one.history)
        own = [level - mean for level in one.history]
        centred.append(own)
        for place, move in zip(one.places, own, strict=True):
            moves[place].append(move)
    common = {place: median(values) for place, values in moves.items()}
    squares = []
    for index, own in zip(places, centred, strict=True):
        around = [common[place] for place in members[index].places]
        squares.append(sum([(move - usual) ** 2 for move, usual in zip(own, around, strict=True)]))
    return squares, [len(own) - 1 for own in centred]


def _noise(one: _LogLevels, pool: float, scatter: float) -> Noise | None:
    """What one slice's change is measured against; None when there is nothing to compare."""
    if one.now is None or not one.compared:
        return None
    free = len(one.history) - 1
    variance = (PRIOR_VERSIONS * pool + free * one.own) / (PRIOR_VERSIONS + free)
    variance = max(variance, SMALLEST_VARIANCE)
    extra = max(0.0, one.now_margin - one.margins, scatter)
    return Noise(
        delta=one.now - one.mean,
        rise=one.now - one.last,
        level=exp(min(one.mean, _LARGEST)),
        candidate=one.now,
        history=one.history,
        places=one.places,
        compared=one.compared,
        variance=variance,
        extra=extra,
        deviation=sqrt(variance * (1.0 + 1.0 / one.compared) + extra),
        df=PRIOR_VERSIONS + free,
    )
