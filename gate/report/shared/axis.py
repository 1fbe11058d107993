"""The axis of values that charts share, whatever draws them: its ends, its ticks, and the lines across it."""

from collections.abc import Iterable, Sequence
from math import ceil, floor, isfinite, log10

from msgspec import Struct

_LEAST_SPAN = 0.12
"""The axis spans at least this part of the level, so that noise of a few percent looks like noise."""
_TICKS = 4


class ReferenceLine(Struct, frozen=True, kw_only=True):
    """A line across a chart: a value that the slice is compared with."""

    style: str
    """Its class in the style sheet, which is also its label."""
    at: float
    """In the check's unit."""
    words: str
    """What it is, for the text beside the chart."""


def half_width(error_margin: float | None) -> float:
    """Find the half-width of an error bar; 0 where none can be drawn."""
    return error_margin if error_margin is not None and isfinite(error_margin) and error_margin > 0 else 0.0


def span(
    bars: Sequence[tuple[float, float]], lines: Iterable[float], *, reach: float, pad: float, from_zero: bool
) -> tuple[float, float]:
    """Find the ends of an axis on which all bars have room, and the lines that are near enough.

    Args:
        bars: Value and half-width of each point, at least one.
        lines: Values of the lines.
        reach: A line farther away than this many times the spread of the bars would flatten them; it is left out.
        pad: Part of the spread that is added at either end.
        from_zero: Whether an axis on which nothing is negative ends at zero, however much is added.
    """
    low = min(value - half for value, half in bars)
    high = max(value + half for value, half in bars)
    # A history of nothing but zeros has no level to take a part of; any span shows it.
    least = _LEAST_SPAN * max(abs(low), abs(high)) or 1.0
    # Reach is measured from the bars alone, so that one line can't bring in another one farther away.
    around = reach * max(high - low, least)
    near = [line for line in lines if low - around <= line <= high + around]
    low, high = min([low, *near]), max([high, *near])
    # What is missing to the least span is added in equal parts above and below.
    more = max(0.0, least - (high - low)) / 2 + pad * max(high - low, least)
    bottom = max(0.0, low - more) if from_zero and low >= 0 else low - more
    return bottom, high + more


def ticks(low: float, high: float) -> list[float]:
    """Find round numbers between two others: a step of 1, 2 or 5 times a power of ten.

    None for numbers so near to each other that no float is a step between them.
    """
    rough = (high - low) / _TICKS
    if not rough:  # the smallest floats divide to zero, which has no logarithm
        return []
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)
    # Multiples of the step, and not sums of it, which would drift away from round numbers.
    return [number * step for number in range(ceil(low / step), floor(high / step) + 1)]
