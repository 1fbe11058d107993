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
from typing import Literal

from msgspec import Struct

from gate.stats.distributions import t_survival
from gate.stats.multiplicity import cauchy, simes
from gate.stats.noise import PRIOR_VERSIONS, SMALLEST_VARIANCE, Noise, Track

ReadingKind = Literal["slice", "average", "contrast"]
ReadBy = Literal["", "percentile", "class", "model"]

_LEFT_IN_AVERAGE = 0.7
"""Part of the slices' variance that one expects in their average, before any history."""
_LEFT_IN_CONTRAST = 0.5
"""Part of the slices' variance that one expects between two halves of a metric, before any history."""
CAUTION = 0.75
"""Part of its nominal chance with which a family of readings really raises a false alarm, at most. Simes, Cauchy
and the second key each err on the safe side: with this factor the benchmark's healthy builds use 2 % of a budget
of 5 %, and those of its worst world 4.4 %. A rule about one slice has no such slack and gets no such factor."""
KINDS_OF_READINGS = 5
"""Groups, models, averages, contrasts of halves, contrasts of models."""
_FEWEST_GAPS = 2
"""A gap between slices that was seen once has no history."""
_STEP = 0.5
"""A rise must also show against the newest version of the baseline, by this part of the allowance, so that an
old outlier or an old step is not blamed on this release."""


class Member(Struct, frozen=True, kw_only=True, gc=False):
    """One slice of a rule that can be weighed."""

    index: int
    """Of its track in the run."""
    track: Track
    noise: Noise
    line: float
    """What the rule allows it, on the log scale."""


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """One way to read some slices of a rule, and what it says."""

    kind: ReadingKind
    """One slice, an average over slices, or a contrast of slices with the rest of their metric."""
    by: ReadBy = ""
    """What the slices of an average or contrast have in common; empty for all."""
    name: str = ""
    """Which percentile, class of devices or model."""
    metric: str
    members: tuple[int, ...]
    """Tracks that are read."""
    p: float
    """Chance that a healthy release reads like this."""
    change: float
    """On the log scale; of a contrast, how much more its slices changed than the rest."""


class Combined(Struct, frozen=True, kw_only=True):
    """All readings of a rule together."""

    p: float = 1.0
    """Chance that a healthy release shows this much in this rule."""
    clearest: Reading | None = None
    """The reading that carries the finding; None when no slice exceeds what is allowed."""


@lru_cache(maxsize=1024)
def device_class(device: str) -> str:
    """The class a device belongs to: ``iphone`` for ``all_iphones`` and for ``iPhone15,2``."""
    name = device.casefold()
    if name.startswith("all_"):
        return name.removeprefix("all_").removesuffix("s")
    return re.sub(r"[\d,]+$", "", name)


def counts(member: Member, sign: float) -> bool:
    """Whether a slice changed by more than the rule allows, also against the newest version."""
    noise = member.noise
    return sign * noise.delta > member.line and sign * noise.rise > _STEP * member.line


def read(members: Sequence[Member], sign: float = 1.0) -> Combined:
    """Read a rule's slices in all ways.

    Slices that do not count enter with a p-value of 1, and so do averages and contrasts whose slices do not
    count on average. The readings are groups, models, averages, contrasts of percentiles and classes, and
    contrasts of models; each kind is combined by Simes, and the kinds by Cauchy.

    Args:
        members: The slices that can be weighed.
        sign: 1 for rises, -1 for falls.
    """
    counting = {member.index for member in members if counts(member, sign)}
    if not counting:
        return Combined()
    parts = [part for part in _parts(members, counting, sign) if part.size]
    values = [simes([reading.p for reading in part.heard], part.size) for part in parts]
    loudest = parts[values.index(min(values))].heard
    caution = CAUTION if len(parts) > 1 else 1.0
    return Combined(p=caution * cauchy(values), clearest=min(loudest, key=_clarity, default=None))


def average(members: Sequence[Member]) -> tuple[float, float, float]:
    """The mean change of some slices of one metric: change, its standard deviation, degrees of freedom.

    A single slice is its own average.
    """
    if len(members) == 1:
        noise = members[0].noise
        return noise.delta, noise.deviation, noise.df
    group = _Group(members)
    deviation, df = _deviation(_path(group.history()), group, _LEFT_IN_AVERAGE, group.extra())
    return group.delta(), deviation, df


def _clarity(reading: Reading) -> tuple[float, tuple[int, ...]]:
    return reading.p, reading.members


class _Part:
    """All readings of one kind: how many there are, and those that count."""

    def __init__(self) -> None:
        self.size = 0
        self.heard: list[Reading] = []

    def add(self, reading: Reading | None) -> None:
        """Take note of a reading; None when its slices do not count."""
        self.size += 1
        if reading is not None:
            self.heard.append(reading)


def _parts(members: Sequence[Member], counting: set[int], sign: float) -> list[_Part]:
    groups, models, averages, contrasts, model_contrasts = parts = [_Part() for _ in range(KINDS_OF_READINGS)]
    for member in members:
        part = groups if member.track.rollup else models
        part.add(_slice(member, sign) if member.index in counting else None)
    for own in _split(members, lambda member: member.track.metric):
        if len(own) > 1:
            view = _View(own, counting, sign)
            view.averages(averages)
            view.contrasts(contrasts)
            view.model_contrasts(model_contrasts)
    return parts


def _slice(member: Member, sign: float) -> Reading:
    noise = member.noise
    p = t_survival(sign * noise.delta / noise.deviation, noise.df)
    return Reading(kind="slice", metric=member.track.metric, members=(member.index,), p=p, change=noise.delta)


class _Group:
    """Some slices of one metric, summed up, so that the rest of the metric is a subtraction."""

    __slots__ = ("_history", "all_delta", "all_extra", "compared", "members", "size", "variance")

    def __init__(self, members: Sequence[Member]) -> None:
        noises = [member.noise for member in members]
        self.members = members
        self.size = len(members)
        self.variance = sum([noise.variance for noise in noises]) / len(noises)
        self.compared = min([noise.compared for noise in noises])
        self.all_delta = sum([noise.delta for noise in noises])
        self.all_extra = sum([noise.extra for noise in noises])
        self._history: dict[int, tuple[float, int]] | None = None

    def delta(self, without: "_Group | None" = None) -> float:
        """Mean change, possibly without a part of the group."""
        if without is None:
            return self.all_delta / self.size
        return (self.all_delta - without.all_delta) / (self.size - without.size)

    def extra(self, without: "_Group | None" = None) -> float:
        """Extra variance of that mean: each slice is measured on its own."""
        if without is None:
            return self.all_extra / self.size**2
        return max(0.0, self.all_extra - without.all_extra) / (self.size - without.size) ** 2

    def history(self, without: "_Group | None" = None) -> dict[int, tuple[float, int]]:
        """Per version, the sum of the slices' deviations from their own means, and of how many slices."""
        if self._history is None:
            self._history = _history(self.members)
        if without is None:
            return self._history
        part = without.history()
        none = (0.0, 0)
        return {
            place: (total - part.get(place, none)[0], n - part.get(place, none)[1])
            for place, (total, n) in self._history.items()
        }


class _View:
    """The slices of one metric, read together."""

    def __init__(self, members: Sequence[Member], counting: set[int], sign: float) -> None:
        self._members = members
        self._counting = counting
        self._sign = sign
        self._all = _Group(members)
        self._splits: list[tuple[ReadBy, str, list[Member]]] = [
            *(
                ("percentile", own[0].track.percentile, own)
                for own in _split(members, lambda member: member.track.percentile)
            ),
            *(
                ("class", device_class(own[0].track.device), own)
                for own in _split(members, lambda member: device_class(member.track.device))
            ),
        ]

    def averages(self, part: _Part) -> None:
        """All slices, those of each percentile, those of each class of devices."""
        part.add(self._average("", "", self._members))
        for by, name, own in self._splits:
            if 1 < len(own) < len(self._members):
                part.add(self._average(by, name, own))

    def contrasts(self, part: _Part) -> None:
        """Each percentile against the others, each class of devices against the others."""
        for by, name, own in self._splits:
            if len(own) < len(self._members):
                part.add(self._contrast(by, name, own, self._all))

    def model_contrasts(self, part: _Part) -> None:
        """Each model against the other models."""
        models = [member for member in self._members if not member.track.rollup]
        devices = _split(models, lambda member: member.track.device)
        if len(devices) > 1:
            whole = _Group(models)
            for own in devices:
                part.add(self._contrast("model", own[0].track.device, own, whole))

    def _average(self, by: ReadBy, name: str, own: Sequence[Member]) -> Reading | None:
        if not self._counts(own):
            return None
        group = _Group(own)
        deviation, df = _deviation(_path(group.history()), group, _LEFT_IN_AVERAGE, group.extra())
        p = t_survival(self._sign * group.delta() / deviation, df)
        return _reading("average", by, name, own, p, group.delta())

    def _contrast(self, by: ReadBy, name: str, own: Sequence[Member], whole: _Group) -> Reading | None:
        if not self._counts(own):
            return None
        group = _Group(own)
        change = group.delta() - whole.delta(without=group)
        one, other = group.history(), whole.history(without=group)
        path = [one[at][0] / one[at][1] - other[at][0] / other[at][1] for at in one if other[at][1]]
        if self._sign * change <= 0.0 or len(path) < _FEWEST_GAPS:
            return None
        extra = group.extra() + whole.extra(without=group)
        deviation, df = _deviation(path, group, _LEFT_IN_CONTRAST, extra)
        return _reading("contrast", by, name, own, t_survival(self._sign * change / deviation, df), change)

    def _counts(self, own: Sequence[Member]) -> bool:
        """Whether slices count on average; one that counts itself must be there to be named."""
        if not any(member.index in self._counting for member in own):
            return False
        line = sum([member.line for member in own])
        delta = sum([member.noise.delta for member in own])
        rise = sum([member.noise.rise for member in own])
        return self._sign * delta > line and self._sign * rise > _STEP * line


def _reading(
    kind: ReadingKind, by: ReadBy, name: str, own: Sequence[Member], p: float, change: float
) -> Reading:
    members = tuple([member.index for member in own])
    return Reading(
        kind=kind, by=by, name=name, metric=own[0].track.metric, members=members, p=p, change=change
    )


def _split(members: Sequence[Member], key: Callable[[Member], str]) -> list[list[Member]]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[key(member)].append(member)
    return list(groups.values())


def _history(members: Sequence[Member]) -> dict[int, tuple[float, int]]:
    moves: dict[int, tuple[float, int]] = {}
    for member in members:
        levels = member.noise.history
        mean = sum(levels) / len(levels)
        for place, level in zip(member.noise.places, levels, strict=True):
            total, n = moves.get(place, (0.0, 0))
            moves[place] = (total + level - mean, n + 1)
    return moves


def _path(history: dict[int, tuple[float, int]]) -> list[float]:
    """Mean deviation per version."""
    return [total / n for total, n in history.values()]


def _deviation(path: Sequence[float], group: _Group, left: float, extra: float) -> tuple[float, float]:
    """Standard deviation and degrees of freedom of a reading with this history."""
    free = len(path) - 1
    mean = sum(path) / len(path)
    squares = sum([(level - mean) ** 2 for level in path])
    variance = (PRIOR_VERSIONS * left * group.variance + squares) / (PRIOR_VERSIONS + free)
    deviation = sqrt(max(variance, SMALLEST_VARIANCE) * (1.0 + 1.0 / group.compared) + extra)
    return deviation, PRIOR_VERSIONS + free
