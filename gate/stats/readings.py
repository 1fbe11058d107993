"""One rule's slices read in several ways: one by one, on average, and against each other.

A regression rarely sits in one slice. When a metric got worse everywhere, the average over its slices shows it
more clearly than any of them, because what is noise of one device or percentile averages out. When only the
worst decile or one model got worse, the others tell what the release would look like without it: they moved
together in the past, so a gap between them that was never there before is evidence that no single slice has.
Each reading has its own history and so its own noise.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt

from gate.stats.distributions import t_survival
from gate.stats.evidence import Combined, ReadBy, Reading, ReadingKind, WeighedSlice
from gate.stats.multiplicity import cauchy, simes
from gate.stats.scale import PRIOR_VERSIONS, SMALLEST_VARIANCE

_LEFT_IN_AVERAGE = 0.7
"""Part of the slices' variance that one expects in their average, before any history."""
_LEFT_IN_CONTRAST = 0.5
"""Part of the slices' variance that one expects between two halves of a metric, before any history."""
CAUTION = 0.75
"""Part of its nominal chance with which a family of readings really raises a false alarm, at most. Simes, Cauchy
and the allowance, which must be exceeded as well, each err on the safe side: with this factor the benchmark's
healthy builds use 2% of a budget of 5%, and those of its worst world 4.4%. A rule about one slice has no such
slack and gets no such factor."""
KINDS_OF_READINGS = 5
"""Groups, models, averages, contrasts of halves, contrasts of models."""
_FEWEST_GAPS = 2
"""A gap between slices that was seen once has no history."""
_STEP = 0.5
"""A rise must also show against the newest version of the baseline, by this part of the allowance, so that an
old outlier or an old step is not blamed on this release."""


@lru_cache(maxsize=1024)
def device_class(device: str) -> str:
    """Name the class a device belongs to: ``iphone`` for ``all_iphones`` and for ``iPhone15,2``."""
    name = device.casefold()
    if name.startswith("all_"):
        return name.removeprefix("all_").removesuffix("s")
    return re.sub(r"[\d,]+$", "", name)


def exceeds(one: WeighedSlice, sign: float) -> bool:
    """Tell whether a slice changed by more than the rule allows, also against the newest version.

    Args:
        one: The slice.
        sign: 1 for rises, -1 for falls.
    """
    noise = one.noise
    return sign * noise.delta > one.allowed and sign * noise.rise > _STEP * one.allowed


def read(slices: Sequence[WeighedSlice], sign: float = 1.0) -> Combined:
    """Read a rule's slices in all ways, and combine what the readings say to one p-value.

    Slices within their allowance enter with a p-value of 1, and so do averages and contrasts whose slices are
    within it on average. The readings are groups, models, averages, contrasts of percentiles and classes, and
    contrasts of models; each kind is combined by Simes, and the kinds by Cauchy.

    Args:
        slices: Those that can be weighed.
        sign: 1 for rises, -1 for falls.
    """
    exceeding = {one.index for one in slices if exceeds(one, sign)}
    if not exceeding:
        return Combined()
    kinds = [kind for kind in _read_by_kind(slices, exceeding, sign) if kind.size]
    values = [simes([reading.p for reading in kind.exceeding], kind.size) for kind in kinds]
    strongest = kinds[values.index(min(values))].exceeding
    caution = CAUTION if len(kinds) > 1 else 1.0
    return Combined(p=caution * cauchy(values), clearest=min(strongest, key=_clarity, default=None))


def average(slices: Sequence[WeighedSlice]) -> tuple[float, float, float]:
    """Compute the mean change of some slices of one metric; a single slice is its own average.

    Returns:
        Change, its standard deviation (both on the log scale) and degrees of freedom.
    """
    if len(slices) == 1:
        noise = slices[0].noise
        return noise.delta, noise.deviation, noise.df
    group = _Group(slices)
    deviation, df = _deviation(_path(group.history()), group, _LEFT_IN_AVERAGE, group.extra())
    return group.delta(), deviation, df


def _clarity(reading: Reading) -> tuple[float, tuple[int, ...]]:
    return reading.p, reading.slices


class _Kind:
    """All readings of one kind: how many there are, and those that exceed what is allowed."""

    def __init__(self) -> None:
        self.size = 0
        self.exceeding: list[Reading] = []

    def add(self, reading: Reading | None) -> None:
        """Count a reading; None when its slices are within what is allowed."""
        self.size += 1
        if reading is not None:
            self.exceeding.append(reading)


def _read_by_kind(slices: Sequence[WeighedSlice], exceeding: set[int], sign: float) -> list[_Kind]:
    groups, models, averages, contrasts, model_contrasts = kinds = [_Kind() for _ in range(KINDS_OF_READINGS)]
    for one in slices:
        kind = groups if one.comparison.is_group else models
        kind.add(_read_alone(one, sign) if one.index in exceeding else None)
    for own in _split(slices, lambda one: one.comparison.metric):
        if len(own) > 1:
            metric = _Metric(own, exceeding, sign)
            metric.add_averages(averages)
            metric.add_contrasts(contrasts)
            metric.add_model_contrasts(model_contrasts)
    return kinds


def _read_alone(one: WeighedSlice, sign: float) -> Reading:
    noise = one.noise
    p = t_survival(sign * noise.delta / noise.deviation, noise.df)
    return Reading(kind="slice", metric=one.comparison.metric, slices=(one.index,), p=p, change=noise.delta)


class _Group:
    """Some slices of one metric, summed up, so that the rest of the metric is a subtraction."""

    __slots__ = ("_history", "all_delta", "all_extra", "compared", "size", "slices", "variance")

    def __init__(self, slices: Sequence[WeighedSlice]) -> None:
        noises = [one.noise for one in slices]
        self.slices = slices
        self.size = len(slices)
        self.variance = sum([noise.variance for noise in noises]) / len(noises)
        self.compared = min([noise.compared for noise in noises])
        self.all_delta = sum([noise.delta for noise in noises])
        self.all_extra = sum([noise.extra for noise in noises])
        self._history: dict[int, tuple[float, int]] | None = None

    def delta(self, without: "_Group | None" = None) -> float:
        """Compute the mean change, possibly without a part of the group."""
        if without is None:
            return self.all_delta / self.size
        return (self.all_delta - without.all_delta) / (self.size - without.size)

    def extra(self, without: "_Group | None" = None) -> float:
        """Compute the extra variance of that mean: each slice is measured on its own."""
        if without is None:
            return self.all_extra / self.size**2
        return max(0.0, self.all_extra - without.all_extra) / (self.size - without.size) ** 2

    def history(self, without: "_Group | None" = None) -> dict[int, tuple[float, int]]:
        """Sum up, per version, the slices' deviations from their own means, and count the slices.

        Without a part of the group, only versions of that part count: the others can't be compared with it.
        """
        if self._history is None:
            self._history = _deviations(self.slices)
        whole = self._history
        if without is None:
            return whole
        return {
            position: (whole[position][0] - total, whole[position][1] - n)
            for position, (total, n) in without.history().items()
        }


class _Metric:
    """The slices of one metric, read together."""

    def __init__(self, slices: Sequence[WeighedSlice], exceeding: set[int], sign: float) -> None:
        self._slices = slices
        self._exceeding = exceeding
        self._sign = sign
        self._all = _Group(slices)
        self._halves: list[tuple[ReadBy, str, list[WeighedSlice]]] = [
            *(
                ("percentile", own[0].comparison.percentile, own)
                for own in _split(slices, lambda one: one.comparison.percentile)
            ),
            *(
                ("class", device_class(own[0].comparison.device), own)
                for own in _split(slices, lambda one: device_class(one.comparison.device))
            ),
        ]

    def add_averages(self, kind: _Kind) -> None:
        """Read all slices on average, those of each percentile, and those of each class of devices."""
        kind.add(self._average("", "", self._slices))
        for by, name, own in self._halves:
            if 1 < len(own) < len(self._slices):
                kind.add(self._average(by, name, own))

    def add_contrasts(self, kind: _Kind) -> None:
        """Read each percentile against the others, and each class of devices against the others."""
        for by, name, own in self._halves:
            if len(own) < len(self._slices):
                kind.add(self._contrast(by, name, own, self._all))

    def add_model_contrasts(self, kind: _Kind) -> None:
        """Read each model against the other models."""
        models = [one for one in self._slices if not one.comparison.is_group]
        devices = _split(models, lambda one: one.comparison.device)
        if len(devices) > 1:
            whole = _Group(models)
            for own in devices:
                kind.add(self._contrast("model", own[0].comparison.device, own, whole))

    def _average(self, by: ReadBy, name: str, own: Sequence[WeighedSlice]) -> Reading | None:
        if not self._exceed(own):
            return None
        group = _Group(own)
        deviation, df = _deviation(_path(group.history()), group, _LEFT_IN_AVERAGE, group.extra())
        p = t_survival(self._sign * group.delta() / deviation, df)
        return _reading("average", by, name, own, p, group.delta())

    def _contrast(self, by: ReadBy, name: str, own: Sequence[WeighedSlice], whole: _Group) -> Reading | None:
        if not self._exceed(own):
            return None
        group = _Group(own)
        change = group.delta() - whole.delta(without=group)
        one, other = group.history(), whole.history(without=group)
        path = [one[at][0] / one[at][1] - other[at][0] / other[at][1] for at in one if other[at][1]]
        # A gap that opens because the others changed is no finding about these slices.
        if self._sign * change <= 0.0 or len(path) < _FEWEST_GAPS:
            return None
        extra = group.extra() + whole.extra(without=group)
        deviation, df = _deviation(path, group, _LEFT_IN_CONTRAST, extra)
        return _reading("contrast", by, name, own, t_survival(self._sign * change / deviation, df), change)

    def _exceed(self, own: Sequence[WeighedSlice]) -> bool:
        """Tell whether slices exceed what is allowed on average; one that does alone must be there to be named."""
        if not any(one.index in self._exceeding for one in own):
            return False
        allowed = sum([one.allowed for one in own])
        delta = sum([one.noise.delta for one in own])
        rise = sum([one.noise.rise for one in own])
        return self._sign * delta > allowed and self._sign * rise > _STEP * allowed


def _reading(
    kind: ReadingKind, by: ReadBy, name: str, own: Sequence[WeighedSlice], p: float, change: float
) -> Reading:
    slices = tuple([one.index for one in own])
    return Reading(
        kind=kind, by=by, name=name, metric=own[0].comparison.metric, slices=slices, p=p, change=change
    )


def _split(slices: Sequence[WeighedSlice], key: Callable[[WeighedSlice], str]) -> list[list[WeighedSlice]]:
    groups: dict[str, list[WeighedSlice]] = defaultdict(list)
    for one in slices:
        groups[key(one)].append(one)
    return list(groups.values())


def _deviations(slices: Sequence[WeighedSlice]) -> dict[int, tuple[float, int]]:
    """Sum up, per position, the deviations of slices from their own means, and count the slices."""
    moves: dict[int, tuple[float, int]] = {}
    for one in slices:
        levels = one.noise.history
        mean = sum(levels) / len(levels)
        for position, level in zip(one.noise.positions, levels, strict=True):
            total, n = moves.get(position, (0.0, 0))
            moves[position] = (total + level - mean, n + 1)
    return moves


def _path(history: dict[int, tuple[float, int]]) -> list[float]:
    """Compute the mean deviation per version."""
    return [total / n for total, n in history.values()]


def _deviation(path: Sequence[float], group: _Group, left: float, extra: float) -> tuple[float, float]:
    """Compute the standard deviation and degrees of freedom of a reading with this history.

    As for a single slice: the expected variance counts as `PRIOR_VERSIONS` versions, the observed one as many
    as there are, and the difference to a mean of n has σ²(1 + 1/n).

    Args:
        path: The reading's level per version.
        group: Its slices.
        left: Part of the slices' variance that one expects in the reading.
        extra: Variance that the candidate has on top.
    """
    free = len(path) - 1
    mean = sum(path) / len(path)
    squares = sum([(level - mean) ** 2 for level in path])
    variance = (PRIOR_VERSIONS * left * group.variance + squares) / (PRIOR_VERSIONS + free)
    deviation = sqrt(max(variance, SMALLEST_VARIANCE) * (1.0 + 1.0 / group.compared) + extra)
    return deviation, PRIOR_VERSIONS + free
