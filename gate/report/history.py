"""The history of slices drawn for a terminal: a row per version with its value, a dot and its error bar.

Rows and not columns carry the versions, so that any number of them fits 80 columns and every value stands beside its
dot. What a slice is compared with runs down as lines, each named by its first letter and explained below.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from gate.model.result import Check, Point
from gate.report.shared import axis
from gate.report.shared.axis import ReferenceLine, half_width
from gate.report.shared.console import STYLES, TerminalPage, styled
from gate.report.shared.words import reference_lines, with_margin
from gate.text import sanitize
from gate.text.numbers import value
from gate.text.words import plural, slice_words, version_list

MOST_SLICES = 12
"""Slices drawn; the rest is counted."""
MOST_VERSIONS = 24
"""Versions drawn; older ones are left out."""

_INDENT = 2
_LONGEST_VERSION = 16
_LONGEST_VALUE = 28
"""Columns. At the least width these two leave nine for the picture."""
_REACH = 1.5
"""A line farther away than this many times the spread of the points is named and not drawn."""
_PAD = 0.04
_NO_VALUE = "no value"


class _Scale(NamedTuple):
    """From values to columns."""

    low: float
    high: float
    columns: int

    def column(self, number: float) -> int:
        """Find the column of a value on the scale."""
        return round((number - self.low) / (self.high - self.low) * (self.columns - 1))

    def holds(self, number: float) -> bool:
        """Tell whether a value is on the scale."""
        return self.low <= number <= self.high


def render(
    checks: Sequence[Check],
    *,
    judged: bool = True,
    missing: str = "",
    width: int | None = None,
    color: bool = False,
) -> str:
    """Draw the histories of some checks.

    Args:
        checks: Whose histories are drawn.
        judged: Whether states and sentences are shown as well.
        missing: The version judged; it gets a row where a check has no value of it.
        width: Columns; 80 when None, and 60 at least.
        color: Whether to colour it.
    """
    page = TerminalPage(width, color=color)
    for check in checks[:MOST_SLICES]:
        _draw(page, check, judged=judged, missing=missing)
    if len(checks) > MOST_SLICES:
        page.item(Text(f"\nand {plural(len(checks) - MOST_SLICES, 'more slice')}"))
    return page.finished()


def _draw(page: TerminalPage, check: Check, *, judged: bool, missing: str) -> None:
    title = styled(slice_words(check.slice, check.device_name), "bold")
    if judged:
        title.append_text(
            Text.assemble("  ", (check.state, STYLES[check.state]), f"  {sanitize.plain(check.rule)}")
        )
    page.item(Text())
    page.item(title)
    points = [point for point in check.history if isfinite(point.value)][-MOST_VERSIONS:]
    picture = _Picture(check, points, missing, page.width) if points else None
    if picture is not None and picture.fits:
        for row in picture.rows():
            page.item(row)
        page.item(styled(picture.legend()), indent=_INDENT)
    else:
        page.item(Text("No version has a value that can be drawn."), indent=_INDENT)
    if judged:
        page.item(styled(check.sentence), indent=_INDENT)


Cells = list[tuple[str, str]]
"""Characters with their styles."""


class _Picture:
    """The picture of one slice."""

    def __init__(self, check: Check, points: Sequence[Point], missing: str, width: int) -> None:
        self._check = check
        self._points = points
        self._missing = missing if missing not in [point.version for point in points] else ""
        versions = [*(point.version for point in points), self._missing]
        self._label = max(cell_len(_cut(version, _LONGEST_VERSION)) for version in versions)
        self._value = max(map(cell_len, [*map(self._measured, points), _NO_VALUE if self._missing else ""]))
        self._margin = _INDENT + self._label + 2 + self._value + 2
        self._known = [line for line in reference_lines(check) if isfinite(line.at)]
        low, high = _span(points, self._known)
        self._scale = _Scale(low, high, width - self._margin - 1)
        self._lines = [line for line in self._known if self._scale.holds(line.at)]

    @property
    def fits(self) -> bool:
        """Whether the values have room on a scale of floats."""
        return isfinite(self._scale.high - self._scale.low) and self._scale.high > self._scale.low

    def rows(self) -> Iterator[Text]:
        """Draw all rows, from the names of the lines to the axis."""
        yield from self._names()
        yield from map(self._row, self._points)
        if self._missing:
            yield self._joined(self._missing, _NO_VALUE, self._canvas())
        yield from self._axis()

    def _row(self, point: Point) -> Text:
        check, canvas = self._check, self._canvas()
        half = half_width(point.error_margin)
        if half:
            left, right = self._scale.column(point.value - half), self._scale.column(point.value + half)
            wide = right - left > 1
            canvas[left : right + 1] = [
                ("├" if wide and column == left else "┤" if wide and column == right else "─", "")
                for column in range(left, right + 1)
            ]
        is_now = check.candidate is not None and point.version == check.candidate.version
        # Last, so that the dot is seen where it lies on a line or on its own bar.
        canvas[self._scale.column(point.value)] = ("●", STYLES[check.state]) if is_now else ("○", "")
        return self._joined(point.version, self._measured(point), canvas)

    def _measured(self, point: Point) -> str:
        return _cut(with_margin(point, self._check.unit), _LONGEST_VALUE)

    def _canvas(self) -> Cells:
        """Make the part right of the values, with nothing but the lines."""
        canvas = [(" ", "")] * self._scale.columns
        for line in self._lines:
            canvas[self._scale.column(line.at)] = ("┊", "dim")
        return canvas

    def _joined(self, version: str, measured: str, canvas: Cells) -> Text:
        # Columns of a terminal and not characters: a version from outside may hold wide ones.
        label = set_cell_size(_cut(version, _LONGEST_VERSION), self._label)
        gap = " " * (self._value - cell_len(measured))
        return Text.assemble(f"{' ' * _INDENT}{label}  {gap}{measured}  ", *canvas)

    def _names(self) -> Iterator[Text]:
        """Write the letters of the lines above them; letters that would meet stand in rows of their own."""
        rows: list[Cells] = []
        for line in self._lines:
            column = self._scale.column(line.at)
            row = next((row for row in rows if row[column][0] == " "), None)
            if row is None:
                row = [(" ", "")] * self._scale.columns
                rows.append(row)
            row[column] = (_letter(line), "bold")
        return (self._joined("", "", row) for row in rows)

    def _axis(self) -> Iterator[Text]:
        """Draw a line with ticks, and their values below it where there is room."""
        line, labels = [("─", "dim")] * self._scale.columns, [(" ", "")] * self._scale.columns
        free = 0
        for tick in axis.ticks(self._scale.low, self._scale.high):
            column, label = self._scale.column(tick), value(tick, "")
            line[column] = ("┬", "dim")
            # Centred below its tick, but not beyond either end of the line.
            start = min(max(0, column - len(label) // 2), self._scale.columns - len(label))
            if start >= free:  # never where the label is longer than the line
                labels[start : start + len(label)] = [(letter, "dim") for letter in label]
                free = start + len(label) + 1
        yield self._joined("", "", line)
        yield self._joined("", "", labels)

    def legend(self) -> str:
        """Explain the lines: ``B baseline 907 ms (3.0 to 3.3), A allowed up to 998 ms``."""
        return ", ".join(f"{_letter(line)} {line.words}{self._remark(line)}" for line in self._known)

    def _remark(self, line: ReferenceLine) -> str:
        if line.at > self._scale.high:
            return " (beyond the right edge)"
        if line.at < self._scale.low:
            return " (beyond the left edge)"
        if line.style == "baseline" and self._check.baseline is not None:
            return f" ({version_list(self._check.baseline.versions)})"
        return ""


def _letter(line: ReferenceLine) -> str:
    return line.style[0].upper()


def _cut(outside: str, columns: int) -> str:
    text = sanitize.plain(outside, columns)
    return text if cell_len(text) <= columns else f"{set_cell_size(text, columns - 1)}…"


def _span(points: Sequence[Point], lines: Sequence[ReferenceLine]) -> tuple[float, float]:
    bars = [(point.value, half_width(point.error_margin)) for point in points]
    return axis.span(bars, [line.at for line in lines], reach=_REACH, pad=_PAD, from_zero=False)
