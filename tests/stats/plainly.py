"""The readings of a rule worked out plainly, slice by slice with numpy: what the gate's own quicker way must come to."""

import numpy as np
from scipy import stats

from gate.stats.evidence import Combined, Reading, WeighedSlice
from gate.stats.multiplicity import cauchy, simes

PRIOR = 4.0
"""Versions of history that the expected variance is worth."""


def read(slices: list[WeighedSlice], sign: float = 1.0) -> Combined:
    """Read slices in all ways and combine what they say."""
    alone = [one.index for one in slices if _exceed([one], sign)]
    kinds = [kind for kind in _kinds(slices, sign, alone) if kind]
    if not alone:
        return Combined()
    chances = [simes([one.p for one in kind if one], len(kind)) for kind in kinds]
    strongest = [one for one in kinds[int(np.argmin(chances))] if one]
    factor = 0.75 if len(kinds) > 1 else 1.0
    return Combined(
        p=factor * cauchy(chances),
        clearest=min(strongest, key=lambda one: (one.p, one.slices)) if strongest else None,
    )


def spread(slices: list[WeighedSlice], path: np.ndarray, left: float, extra: float) -> tuple[float, float]:
    """Standard deviation and degrees of freedom of a reading with this history."""
    free = len(path) - 1
    expected = PRIOR * left * np.mean([one.noise.variance for one in slices])
    variance = max((expected + np.sum((path - path.mean()) ** 2)) / (PRIOR + free), 0.005**2)
    compared = min(one.noise.compared for one in slices)
    return (variance * (1 + 1 / compared) + extra) ** 0.5, PRIOR + free


def path(slices: list[WeighedSlice], positions: list[int]) -> np.ndarray:
    """Mean deviation per position from each slice's own mean; not a number where no slice was measured."""
    found = []
    for position in positions:
        moves = [
            level - np.mean(one.noise.history)
            for one in slices
            for at, level in zip(one.noise.positions, one.noise.history, strict=True)
            if at == position
        ]
        found.append(np.mean(moves) if moves else np.nan)
    return np.array(found)


def positions(slices: list[WeighedSlice]) -> list[int]:
    """Where any of the slices was measured."""
    return sorted({at for one in slices for at in one.noise.positions})


def _kinds(slices: list[WeighedSlice], sign: float, alone: list[int]) -> list[list[Reading | None]]:
    """Per kind all of its readings; None for one whose slices are within what is allowed."""
    groups, models, averages, contrasts, model_contrasts = [], [], [], [], []
    for one in slices:
        kind = groups if one.comparison.is_group else models
        kind.append(_average([one], "slice", "", "", sign) if one.index in alone else None)
    for own in _split(slices, lambda one: one.comparison.metric).values():
        if len(own) == 1:
            continue
        averages.append(_together(own, "", "", sign, alone))
        halves = [
            *(("percentile", *item) for item in _split(own, lambda one: one.comparison.percentile).items()),
            *(("class", *item) for item in _split(own, _class).items()),
        ]
        for by, name, half in halves:
            if 1 < len(half) < len(own):
                averages.append(_together(half, by, name, sign, alone))
            if len(half) < len(own):
                contrasts.append(_contrast(half, own, by, name, sign, alone))
        each = [one for one in own if not one.comparison.is_group]
        devices = _split(each, lambda one: one.comparison.device)
        if len(devices) > 1:
            model_contrasts += [
                _contrast(half, each, "model", name, sign, alone) for name, half in devices.items()
            ]
    return [groups, models, averages, contrasts, model_contrasts]


def _split(slices, key):
    return {name: [one for one in slices if key(one) == name] for name in dict.fromkeys(map(key, slices))}


def _class(one: WeighedSlice) -> str:
    return "ipad" if "ipad" in one.comparison.device.casefold() else "iphone"


def _exceed(own: list[WeighedSlice], sign: float) -> bool:
    allowed = sum(one.allowed for one in own)
    delta = sign * sum(one.noise.delta for one in own)
    return delta > allowed and sign * sum(one.noise.rise for one in own) > allowed / 2


def _supports(own: list[WeighedSlice], sign: float, alone: list[int]) -> bool:
    return _exceed(own, sign) and any(one.index in alone for one in own)


def _together(own, by, name, sign, alone):
    return _average(own, "average", by, name, sign) if _supports(own, sign, alone) else None


def _average(own, kind, by, name, sign):
    change = np.mean([one.noise.delta for one in own])
    extra = sum(one.noise.extra for one in own) / len(own) ** 2
    deviation, df = spread(own, path(own, positions(own)), 0.7, extra)
    if kind == "slice":
        deviation, df = own[0].noise.deviation, own[0].noise.df
    return _reading(own, kind, by, name, stats.t.sf(sign * change / deviation, df), change)


def _contrast(half, own, by, name, sign, alone):
    rest = [one for one in own if one not in half]
    change = np.mean([one.noise.delta for one in half]) - np.mean([one.noise.delta for one in rest])
    both = positions(half)
    gaps = path(half, both) - path(rest, both)
    gaps = gaps[~np.isnan(gaps)]
    if not _supports(half, sign, alone) or sign * change <= 0 or len(gaps) < 2:
        return None
    extra = sum(sum(one.noise.extra for one in part) / len(part) ** 2 for part in (half, rest))
    deviation, df = spread(half, gaps, 0.5, extra)
    return _reading(half, "contrast", by, name, stats.t.sf(sign * change / deviation, df), change)


def _reading(own, kind, by, name, p, change):
    slices = tuple(one.index for one in own)
    metric = own[0].comparison.metric
    return Reading(
        kind=kind, by=by, name=name, metric=metric, slices=slices, p=float(p), change=float(change)
    )
