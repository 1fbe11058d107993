"""The chart of one slice as a Mermaid diagram, which GitHub draws inside Markdown.

The form is ``xychart-beta``, because older releases of Mermaid do not know the plain name. It can draw neither error
bars nor a legend, so `legend` says in words what is drawn. A diagram that can't be parsed is shown as an error, hence
the care with numbers (no exponents, nothing infinite) and labels (quoted, never empty, what acts is an entity).
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isfinite

from gate.model.result import Check, Point
from gate.report.shared.axis import ReferenceLine
from gate.text import sanitize
from gate.text.words import slice_words

MOST_VERSIONS = 12
"""Versions shown; older ones are left out, so that labels do not touch on a phone."""
_HEIGHT = 320
_DIGITS = 5
"""Significant digits of a number; more than a chart can show."""
_LARGEST = 1e12
"""Beyond it, axis labels have no room; no metric gets near it."""
_REACH = 1.5
"""A line this many times higher than the highest bar is left out: it would flatten the bars."""
_HEADROOM = 1.1
_LONGEST_TITLE = 90
_LONGEST_LABEL = 16
_EMPTY = "?"
"""In place of an empty label, which Mermaid does not take."""

_ACTING = re.compile(r'["#<>&`\\]|%(?=[%{])')
"""Ends a string, begins an entity, an element, formatted text, a comment or a directive."""


def can_draw(check: Check) -> bool:
    """Tell whether a check has at least two versions to draw."""
    return bool(_drawable(check))


def source(check: Check, lines: Iterable[ReferenceLine]) -> str:
    """Draw a check as bars on an axis from zero; empty when it has fewer than two versions to draw.

    Args:
        check: Its history is drawn.
        lines: What it is compared with: horizontal lines, as far as they are within reach.
    """
    points = _drawable(check)
    if not points:
        return ""
    values = [point.value for point in points]
    levels = [line.at for line in _within_reach(lines, check, values)]
    # From zero, because bars that begin elsewhere show a false proportion.
    low, high = min(0.0, *values), max(*values, *levels) * _HEADROOM
    unit = f" {_text(check.unit, _LONGEST_LABEL)}" if check.unit else ""
    return "\n".join(
        [
            f'%%{{init: {{"xyChart": {{"height": {_HEIGHT}}}}}}}%%',
            "xychart-beta",
            f"  title {_text(slice_words(check.slice, check.device_name), _LONGEST_TITLE)}",
            f"  x-axis [{', '.join(_text(point.version, _LONGEST_LABEL) for point in points)}]",
            f"  y-axis{unit} {_number(low)} --> {_number(high if high > low else low + 1.0)}",
            f"  bar {_numbers(values)}",
            *(f"  line {_numbers([level] * len(points))}" for level in levels),
        ]
    )


def legend(check: Check, lines: Iterable[ReferenceLine]) -> str:
    """Explain the lines of the diagram: ``Lines: baseline 907 ms, allowed up to 998 ms.``; empty without any."""
    drawn = _within_reach(lines, check, [point.value for point in _drawable(check)])
    return f"Lines: {', '.join(line.words for line in drawn)}." if drawn else ""


def _drawable(check: Check) -> Sequence[Point]:
    # The comparison is false for NaN as well, so only numbers that can be drawn are left.
    points = [point for point in check.history if abs(point.value) < _LARGEST][-MOST_VERSIONS:]
    return points if len(points) > 1 else ()


def _within_reach(
    lines: Iterable[ReferenceLine], check: Check, values: Sequence[float]
) -> list[ReferenceLine]:
    """Choose the lines within reach, the lowest first; Apple's goal only where it may be what failed, to keep it calm."""
    highest = max(values, default=0.0) * _REACH
    found = [line for line in lines if isfinite(line.at) and 0 <= line.at <= highest]
    if not check.line_failed:
        found = [line for line in found if line.style != "goal"]
    return sorted(found, key=lambda line: line.at)


def _numbers(values: Iterable[float]) -> str:
    return f"[{', '.join(map(_number, values))}]"


def _number(value: float) -> str:
    """Write a number without an exponent, which Mermaid does not read."""
    # By Decimal, since Python's own formats fall back to an exponent or to digits that are not there.
    text = format(Decimal(f"{value:.{_DIGITS}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(outside: str, limit: int) -> str:
    """Quote a label."""
    clean = sanitize.plain(outside, limit) or _EMPTY
    return f'"{_ACTING.sub(lambda found: f"#{ord(found[0])};", clean)}"'
