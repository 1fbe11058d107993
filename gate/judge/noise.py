"""How much each slice moves between healthy versions, learned from all slices together.

A series has two to eight versions before the candidate, far too few to estimate its own noise. So noise is
shared in four steps, from what one may assume of a metric, over what the app shows as a whole and what the
metric shows in it, to the slice itself. All spreads are on the log scale: 0.05 is about 5 %.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import exp, isfinite, log
from statistics import median

from msgspec import Struct

from gate.judge.special import normal_quantile

PRIOR_VERSIONS = 4.0
"""How many versions of history the assumed noise is worth (``nu0`` and ``nu1`` of the method)."""
WORTH_OF_A_POOL = 2.0
"""Slices of one metric move together: all of them are worth at most this many independent ones."""
SMALLEST_SPREAD = 0.005
"""No slice is believed to repeat itself better than half a percent; identical values occur by rounding."""

_MARGIN_QUANTILE = 1.96
"""Apple's error margin is taken as a 95 % half-width."""
_SCATTER_QUANTILE = 0.8
_SCATTER_PRIOR = 10.0
_SCATTER_SLICES = 6


class Track(Struct, frozen=True, kw_only=True):
    """The numbers of one slice, as the method sees them."""

    metric: str
    """Slices of the same metric share their noise."""
    rollup: bool
    """A group of devices (``all_iphones``), not a single model."""
    device: str
    percentile: str
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
    floor: float
    """In the unit of the values; a relative change below it means nothing."""
    assumed_noise: float
    """Spread between healthy versions before any history is known, on the log scale."""


class Noise(Struct, frozen=True, kw_only=True):
    """What a slice's change is measured against."""

    delta: float
    """Change on the log scale: candidate against the mean of the baseline."""
    rise: float
    """Change on the log scale against the newest reference of the baseline."""
    level: float
    """The baseline's mean in the unit of the values, lifted to the floor."""
    versions: int
    """How many references the noise was learned from."""
    spread: float
    """Between healthy versions of this slice, shared as far as needed."""
    extra: float
    """Variance that the candidate has on top, because it is measured worse than its predecessors."""
    deviation: float
    """Of `delta`, if nothing has changed in truth."""
    df: float
    """Degrees of freedom of `deviation`."""


class _Seen:
    """One slice while noise is learned: logs of what can be used."""

    __slots__ = ("compared", "last", "logs", "margins", "now", "now_margin", "own", "places", "track")

    def __init__(self, track: Track) -> None:
        floor = track.floor
        kept = [
            i
            for i, (value, margin) in enumerate(zip(track.references, track.reference_margins, strict=True))
            if usable(value, margin, floor)
        ]
        values = [max(track.references[i], floor) for i in kept]
        self.track = track
        self.logs = [log(value) for value in values]
        self.places = [track.reference_versions[i] for i in kept]
        self.margins = [
            _relative(track.reference_margins[i], value) for i, value in zip(kept, values, strict=True)
        ]
        base = [self.logs[kept.index(i)] for i in track.baseline if i in kept]
        self.compared = base
        self.last = base[-1] if base else 0.0
        self.own = _variance(self.logs)
        now = track.candidate
        known = now is not None and usable(now, track.candidate_margin, floor)
        self.now = log(max(now, floor)) if now is not None and known else None
        self.now_margin = (
            _relative(track.candidate_margin, max(now, floor)) if now is not None and known else 0.0
        )


def usable(value: float, margin: float | None, floor: float) -> bool:
    """Whether a point can be put on the log scale.

    Not-a-number, infinite and negative values can't, nor zero without a floor; a margin that makes no sense
    must not be taken for none, because none means the best data.
    """
    if not isfinite(value) or value < 0.0 or (value == 0.0 and floor <= 0.0):
        return False
    return margin is None or (isfinite(margin) and margin >= 0.0)


def learn(tracks: Sequence[Track]) -> list[Noise | None]:
    """The noise of every slice of a payload.

    Args:
        tracks: All slices of the payload, whether a rule selects them or not: they teach each other.

    Returns:
        One entry per track, in the same order; None where there is nothing to compare.
    """
    seen = [_Seen(track) for track in tracks]
    pools = _pools(seen)
    spreads = [_spread(one, pools[one.track.metric, one.track.rollup]) for one in seen]
    scatter = _scatter(seen)
    return [_noise(one, spread, excess) for one, spread, excess in zip(seen, spreads, scatter, strict=True)]


def _relative(margin: float | None, value: float) -> float:
    """Variance on the log scale of a point with this margin; none means the best data."""
    return 0.0 if margin is None else (margin / value / _MARGIN_QUANTILE) ** 2


def _variance(logs: list[float]) -> float:
    """Sample variance, 0 for fewer than two values."""
    n = len(logs)
    if n < 2:  # noqa: PLR2004  # a variance needs two
        return 0.0
    mean = sum(logs) / n
    return sum((value - mean) ** 2 for value in logs) / (n - 1)


def _pools(seen: list[_Seen]) -> dict[tuple[str, bool], float]:
    """Shared variance of each metric and level: assumed, then the app's, then the metric's own."""
    groups: dict[tuple[str, bool], list[_Seen]] = defaultdict(list)
    for one in seen:
        groups[one.track.metric, one.track.rollup].append(one)
    factor = _app_factor(seen)
    pools = {}
    for key, members in groups.items():
        assumed = members[0].track.assumed_noise ** 2 * factor
        mean, weight = _observed(members)
        pools[key] = (PRIOR_VERSIONS * assumed + weight * mean) / (PRIOR_VERSIONS + weight)
    return pools


def _observed(members: list[_Seen]) -> tuple[float, float]:
    """Mean own variance of some slices of one metric, and how many degrees of freedom it is worth."""
    free = sum(max(0, len(one.logs) - 1) for one in members)
    if not free:
        return 0.0, 0.0
    mean = sum(one.own * (len(one.logs) - 1) for one in members if len(one.logs) > 1) / free
    worth = min(WORTH_OF_A_POOL, len(members)) * (max(len(one.logs) for one in members) - 1)
    return mean, worth


def _app_factor(seen: list[_Seen]) -> float:
    """How much noisier this app is than assumed, as a factor of the variance, shrunk towards 1."""
    metrics: dict[str, list[_Seen]] = defaultdict(list)
    for one in seen:
        metrics[one.track.metric].append(one)
    total = weight = 0.0
    versions = 0
    for members in metrics.values():
        mean, worth = _observed(members)
        if worth:
            assumed = members[0].track.assumed_noise ** 2
            total += log(max(mean, SMALLEST_SPREAD**2) / assumed)
            weight += 1.0
            versions = max(versions, *(len(one.logs) for one in members))
    if not weight:
        return 1.0
    known = versions - 1
    return exp(total / weight * known / (known + PRIOR_VERSIONS))


def _spread(one: _Seen, pool: float) -> float:
    """A slice's variance: its own, shrunk towards its pool."""
    own = max(0, len(one.logs) - 1)
    variance = (PRIOR_VERSIONS * pool + own * one.own) / (PRIOR_VERSIONS + own)
    return max(variance, SMALLEST_SPREAD**2)


def _scatter(seen: list[_Seen]) -> list[float]:
    """Variance that the candidate's own scatter gives away, per slice.

    A candidate that few users have yet is measured worse, and error margins may be missing or wrong. It
    shows as disorder: slices of one metric that used to move together do not in the candidate.
    """
    metrics: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(seen):
        if one.now is not None and one.compared:
            metrics[one.track.metric].append(index)
    expected = [0.0] * len(seen)
    ratios = []
    for indices in metrics.values():
        if len(indices) > 1:
            ratios += _residual_ratios([seen[i] for i in indices], indices, expected)
    if len(ratios) < _SCATTER_SLICES:
        return [0.0] * len(seen)
    ratios.sort()
    found = ratios[min(len(ratios) - 1, int(_SCATTER_QUANTILE * len(ratios)))]
    usual = normal_quantile(0.5 + _SCATTER_QUANTILE / 2.0) ** 2
    factor = (_SCATTER_PRIOR + len(ratios) * found / usual) / (_SCATTER_PRIOR + len(ratios))
    excess = max(0.0, factor - 1.0)
    return [excess * variance for variance in expected]


def _residual_ratios(members: list[_Seen], indices: list[int], expected: list[float]) -> list[float]:
    """Squared residuals of one metric's candidate over what its references' residuals make of it.

    Also fills `expected`, at the slices' indices, with the variance of a residual.
    """
    means = [sum(one.logs) / len(one.logs) for one in members]
    moves: dict[int, list[float]] = defaultdict(list)
    for one, mean in zip(members, means, strict=True):
        for place, value in zip(one.places, one.logs, strict=True):
            moves[place].append(value - mean)
    common = {place: median(values) for place, values in moves.items()}
    own = []
    for one, mean in zip(members, means, strict=True):
        squares = sum((v - mean - common[p]) ** 2 for p, v in zip(one.places, one.logs, strict=True))
        own.append((squares, len(one.logs) - 1))
    free = sum(n for _, n in own)
    if not free:
        return []
    pool = max(sum(squares for squares, _ in own) / free, SMALLEST_SPREAD**2)
    deltas = [(one.now or 0.0) - sum(one.compared) / len(one.compared) for one in members]
    middle = median(deltas)
    ratios = []
    for index, one, (squares, n), delta in zip(indices, members, own, deltas, strict=True):
        variance = (PRIOR_VERSIONS * pool + squares) / (PRIOR_VERSIONS + n) * (1.0 + 1.0 / len(one.compared))
        expected[index] = variance
        ratios.append((delta - middle) ** 2 / variance)
    return ratios


def _noise(one: _Seen, variance: float, scatter: float) -> Noise | None:
    """What one slice's change is measured against; None when there is nothing to compare."""
    if one.now is None or not one.compared:
        return None
    n, compared = len(one.logs), len(one.compared)
    mean = sum(one.compared) / compared
    margins = one.now_margin - sum(one.margins) / n
    extra = max(0.0, margins, scatter)
    return Noise(
        delta=one.now - mean,
        rise=one.now - one.last,
        level=exp(mean),
        versions=n,
        spread=variance**0.5,
        extra=extra,
        deviation=(variance * (1.0 + 1.0 / compared) + extra) ** 0.5,
        df=PRIOR_VERSIONS + n - 1,
    )
