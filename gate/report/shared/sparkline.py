"""A history of one slice as a line of text: ``[▂▁▂▁]█``."""

import math
from collections.abc import Container, Sequence
from itertools import groupby

from gate.model.result import Point

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 7
"""Characters of the line, so that a table with it fits a phone; older versions are left out."""
_FULL_RISE = 1.25
"""The tallest bar is at least this much above the lowest, so that noise of a few percent looks like it."""


def sparkline(history: Sequence[Point], candidate: str, baseline: Container[str] = ()) -> str:
    """Draw one bar per version, oldest first: the baseline's in brackets, the candidate's set apart at the end.

    Empty for fewer than two versions.

    Args:
        history: Oldest version first.
        candidate: The judged version. If it is not the last of the history, no bar is set apart.
        baseline: The versions it is compared with.
    """
    points = [point for point in history if math.isfinite(point.value)]
    while len(points) > 1:
        line = _line(points, candidate, baseline)
        # Measured with its brackets, which depend on where the baseline is.
        if len(line) <= _LONGEST:
            return line
        del points[_least_needed(points, baseline)]
    return ""


def _least_needed(points: Sequence[Point], baseline: Container[str]) -> int:
    """Find the oldest version that is neither compared with nor the newest; else the oldest of all."""
    places = enumerate(points[:-1])
    return next((place for place, point in places if point.version not in baseline), 0)


def _line(points: Sequence[Point], candidate: str, baseline: Container[str]) -> str:
    low = min(point.value for point in points)
    high = max(*(point.value for point in points), low * _FULL_RISE)
    bars = [(point.version in baseline, _bar(point.value, low, high)) for point in points]
    if points[-1].version != candidate:
        return _bracketed(bars)
    earlier = _bracketed(bars[:-1])
    return f"{earlier}{'' if earlier.endswith(']') else '▸'}{bars[-1][1]}"


def _bracketed(bars: Sequence[tuple[bool, str]]) -> str:
    groups = [
        (compared, "".join(bar for _, bar in group)) for compared, group in groupby(bars, lambda one: one[0])
    ]
    return "".join(f"[{text}]" if compared else text for compared, text in groups)


def _bar(value: float, low: float, high: float) -> str:
    # A history of nothing but zeros has no height.
    height = (value - low) / (high - low) if high > low else 0.0
    return _BARS[round(height * (len(_BARS) - 1))]
