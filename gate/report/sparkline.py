"""A history of one slice as a line of text: ``▂▁▂▁▸█``."""

import math
from collections.abc import Sequence

from gate.model.result import Point

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 6
"""Versions shown, so that a table with such a line fits a phone; older ones are left out."""
_FULL_RISE = 1.25
"""The tallest bar is at least this much above the lowest, so that noise of a few percent looks like it."""


def sparkline(history: Sequence[Point], candidate: str) -> str:
    """One bar per version, oldest first, the candidate's after a pointer; empty for fewer than two versions.

    Args:
        history: Oldest version first.
        candidate: The judged version. If it is not the last of the history, no bar is set apart.
    """
    points = [point for point in history if math.isfinite(point.value)][-_LONGEST:]
    if len(points) < 2:  # noqa: PLR2004 one bar tells nothing
        return ""
    values = [point.value for point in points]
    low = min(values)
    high = max(*values, low * _FULL_RISE)
    bars = "".join(_bar(value, low, high) for value in values)
    return f"{bars[:-1]}▸{bars[-1]}" if points[-1].version == candidate else bars


def _bar(value: float, low: float, high: float) -> str:
    height = (value - low) / (high - low) if high > low else 0.0
    return _BARS[round(height * (len(_BARS) - 1))]
