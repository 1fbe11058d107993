"""The chart of one slice: its versions with error bars, its baseline, and the lines it is compared with.

A chart is laid out here once, as a few paths and texts in the units of `BOX`. The HTML report writes them as SVG
for the worst slices and hands them to its script for all others, so that both look the same. Colours and widths
belong to the style sheet.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, isfinite

from msgspec import Struct

from gate.model.result import Check, Point
from gate.report.shared import axis
from gate.report.shared.axis import ReferenceLine, half_width
from gate.report.shared.words import reference_lines, with_margin
from gate.text.numbers import value

WIDTH, HEIGHT = 720, 360
BOX = f"0 0 {WIDTH} {HEIGHT}"
"""The chart's ``viewBox``: twice the width of a phone, so that whole numbers are fine enough for coordinates."""
MOST_VERSIONS = 24
"""Versions shown; older ones are left out."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 108.0, WIDTH - 136.0, 48.0, HEIGHT - 48.0
_GAP = 12
"""Between an axis and its labels."""
_DROP = 9
"""From the middle of a letter to its base line."""
_REACH = 0.75
"""A line farther away than this many times the spread of the points is left out: it would flatten them."""
_PAD = 0.06
_LETTER = 13.0
"""Width of a letter of a version."""
_LONGEST_VERSION = 12
_LABEL_GAP = 28.0
"""Between the labels of two lines, so that they stay readable."""


Text = tuple[str, int, int, str]
"""Class, position and words of a text."""


class Chart(Struct, frozen=True, array_like=True):
    """What is drawn, in order."""

    paths: tuple[tuple[str, str], ...]
    """Class and ``d`` of each path."""
    texts: tuple[Text, ...]
    versions: tuple[Text, ...]
    """The labels of the horizontal axis, apart because most slices of a run share them."""


def draw(check: Check, *, missing: str = "") -> Chart | None:
    """Draw the chart of a check; None when it has fewer than two things to compare.

    Args:
        check: Its history, baseline and lines are drawn.
        missing: The version judged; it gets an empty place where the check has no value of it.
    """
    points = _drawable(check.history)
    lines = [line for line in reference_lines(check) if isfinite(line.at)]
    if not points or len(points) + len(lines) < 2:  # noqa: PLR2004 one thing alone compares with nothing
        return None
    # The spread of very large or nearly equal values can overflow or vanish: then no axis fits.
    frame = _Plot(points, lines, missing)
    return frame.chart(check) if frame.fits else None


def numbers(check: Check) -> str:
    """Write a chart in words: ``3.2: 905, 3.3: 911 ± 9, 3.4: 1,118 ms; baseline 907 ms; limit 1,500 ms``."""
    values = [f"{point.version}: {with_margin(point, '')}" for point in check.history[:-1]]
    values += [f"{point.version}: {with_margin(point, check.unit)}" for point in check.history[-1:]]
    return "; ".join(
        part for part in (", ".join(values), *(line.words for line in reference_lines(check))) if part
    )


def _drawable(history: Sequence[Point]) -> list[Point]:
    """Find the newest points that have a place on the axis."""
    return [point for point in history if isfinite(point.value)][-MOST_VERSIONS:]


class _Plot:
    """The axes of one chart, and what is drawn between them."""

    def __init__(self, points: Sequence[Point], lines: Sequence[ReferenceLine], missing: str) -> None:
        self._points = points
        self._versions = [point.version for point in points]
        if missing and missing not in self._versions:
            self._versions.append(missing)
        self._low, self._high = _span(points, lines)
        self._lines = [line for line in lines if self._low <= line.at <= self._high]
        self._place = {version: index for index, version in enumerate(self._versions)}
        self._step = (_RIGHT - _LEFT) / len(self._versions)

    @property
    def fits(self) -> bool:
        """Whether the values have room on an axis of floats."""
        return isfinite(self._high - self._low) and self._high > self._low

    def chart(self, check: Check) -> Chart:
        """Draw it."""
        ticks = axis.ticks(self._low, self._high)
        compared = set(check.baseline.versions) if check.baseline is not None else set()
        now = check.candidate.version if check.candidate is not None else ""
        paths = [
            ("grid", "".join(f"M{_n(_LEFT)} {self._y(tick)}H{_n(_RIGHT)}" for tick in ticks)),
            *self._band(compared),
            *((line.style, self._across(line, compared)) for line in self._lines),
            ("trend", "M" + "L".join(self._at(point) for point in self._points)),
            *self._dots(compared, now),
        ]
        texts = (*self._texts(ticks, check.unit), *self._labels())
        return Chart(paths=tuple(paths), texts=texts, versions=tuple(self._axis(now)))

    def _band(self, compared: set[str]) -> Iterator[tuple[str, str]]:
        """Draw the range of the compared versions, carried on to the candidate."""
        values = [point.value for point in self._points if point.version in compared]
        if len(values) > 1:
            left, top, bottom = self._first(compared), self._y(max(values)), self._y(min(values))
            yield "band", f"M{left} {top}H{_n(_RIGHT)}V{bottom}H{left}Z"

    def _across(self, line: ReferenceLine, compared: set[str]) -> str:
        """Draw a line; what follows from the baseline begins with it, the others hold for every version."""
        left = self._first(compared) if line.style in ("baseline", "allowed") else _n(_LEFT)
        return f"M{left} {self._y(line.at)}H{_n(_RIGHT)}"

    def _dots(self, compared: set[str], now: str) -> Iterator[tuple[str, str]]:
        """Draw error bars and points: versions before the baseline, the baseline's, the judged one."""
        groups: dict[str, list[Point]] = {"old": [], "base": [], "now": []}
        for point in self._points:
            kind = "now" if point.version == now else "base" if point.version in compared else "old"
            groups[kind].append(point)
        for kind, points in groups.items():
            if bars := "".join(self._bar(point) for point in points if half_width(point.error_margin)):
                yield f"bar {kind}", bars
            if points:
                yield f"dot {kind}", "".join(f"M{self._at(point)}h0" for point in points)

    def _bar(self, point: Point) -> str:
        half = half_width(point.error_margin)
        return f"M{_n(self._x(point.version))} {self._y(point.value + half)}V{self._y(point.value - half)}"

    def _texts(self, ticks: Sequence[float], unit: str) -> Iterator[Text]:
        left = int(_LEFT) - _GAP
        yield "unit", left, int(_TOP) - 20, unit
        for tick in ticks:
            yield "tick", left, round(self._down(tick)) + _DROP, value(tick, "")
        for version in self._versions[len(self._points) :]:
            yield "absent", round(self._x(version)), round((_TOP + _BOTTOM) / 2), "?"

    def _axis(self, now: str) -> Iterator[Text]:
        """Label the versions that have room for one, counted from the newest."""
        longest = max(len(_cut(version)) for version in self._versions)
        room = (_RIGHT - _LEFT) / (longest * _LETTER + _GAP)
        step = ceil(len(self._versions) / room)
        # From the newest, whose label is the one that must not be missing.
        for version in self._versions[::-1][::step]:
            style = "version now" if version == now else "version"
            yield style, round(self._x(version)), HEIGHT - _GAP, _cut(version)

    def _labels(self) -> list[Text]:
        """Write the names of the lines at their right ends, moved apart where they would touch."""
        from_top = sorted(self._lines, key=lambda line: -line.at)
        places = [self._down(line.at) for line in from_top]
        # Down first, so that each label has room below the one above it; then up again from the lower end,
        # because the last ones may have been pushed out of the chart.
        for above, below in pairwise(range(len(places))):
            places[below] = max(places[below], places[above] + _LABEL_GAP)
        lowest = _BOTTOM
        for index in reversed(range(len(places))):
            places[index] = min(places[index], lowest)
            lowest = places[index] - _LABEL_GAP
        right = int(_RIGHT) + _GAP
        return [
            (f"label {line.style}", right, round(place) + _DROP, line.style)
            for line, place in zip(from_top, places, strict=True)
        ]

    def _first(self, compared: set[str]) -> str:
        """Find where the baseline begins."""
        known = [self._x(version) for version in self._versions if version in compared]
        return _n(min(known) - self._step / 2) if known else _n(_LEFT)

    def _at(self, point: Point) -> str:
        return f"{_n(self._x(point.version))} {self._y(point.value)}"

    def _x(self, version: str) -> float:
        # In the middle of its column, so that the baseline can begin half a step before its first version.
        return _LEFT + (self._place[version] + 0.5) * self._step

    def _y(self, number: float) -> str:
        return _n(self._down(number))

    def _down(self, number: float) -> float:
        return _BOTTOM - (number - self._low) / (self._high - self._low) * (_BOTTOM - _TOP)


def _span(points: Sequence[Point], lines: Sequence[ReferenceLine]) -> tuple[float, float]:
    bars = [(point.value, half_width(point.error_margin)) for point in points]
    return axis.span(bars, [line.at for line in lines], reach=_REACH, pad=_PAD, from_zero=True)


def _cut(version: str) -> str:
    return version if len(version) <= _LONGEST_VERSION else f"{version[: _LONGEST_VERSION - 1]}…"


def _n(number: float) -> str:
    """Write a coordinate."""
    # Whole numbers: `BOX` is fine enough, and a page holds thousands of charts.
    return str(round(number))
