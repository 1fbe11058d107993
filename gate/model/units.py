"""Units: one canonical spelling for each, and conversion inside a dimension.

Apple publishes no list of unit identifiers. The aliases below are those in Apple's examples, in public
captures and in the metric descriptions of its documentation.
"""

from msgspec import Struct


class Unit(Struct, frozen=True, kw_only=True):
    """A canonical unit: conversion to another of the same dimension is ``value * factor``."""

    name: str
    dimension: str
    factor: float
    """Size in the dimension's base unit."""


_UNITS = {
    unit.name: unit
    for unit in (
        Unit(name="ms", dimension="time", factor=1.0),
        Unit(name="s", dimension="time", factor=1000.0),
        Unit(name="s/h", dimension="time share", factor=1.0),
        Unit(name="ms/s", dimension="hitch ratio", factor=1.0),
        Unit(name="KB", dimension="size", factor=0.001),
        Unit(name="MB", dimension="size", factor=1.0),
        Unit(name="GB", dimension="size", factor=1000.0),
        Unit(name="KB/day", dimension="size per day", factor=0.001),
        Unit(name="MB/day", dimension="size per day", factor=1.0),
        Unit(name="GB/day", dimension="size per day", factor=1000.0),
        Unit(name="%/day", dimension="battery share", factor=1.0),
        Unit(name="/day", dimension="count per day", factor=1.0),
    )
}

_ALIASES = {
    "milliseconds": "ms",
    "seconds": "s",
    "hangtime": "s/h",
    "seconds/hour": "s/h",
    "secondsperhour": "s/h",
    "s/hour": "s/h",
    "millisecondspersecond": "ms/s",
    "scrollhitchrate": "ms/s",  # Apple labels it %, but its bands are ms of hitch per second
    "kilobytes": "KB",
    "megabytes": "MB",
    "gigabytes": "GB",
    "percentperday": "%/day",
    "percentage": "%/day",
    "percent": "%/day",
    "%": "%/day",
    "terminations/day": "/day",
    "terminationsperday": "/day",
    "per day": "/day",
    "count/day": "/day",
}
_BY_SPELLING = {name.casefold(): name for name in _UNITS} | _ALIASES

CATEGORY_UNITS: dict[str, tuple[str, ...]] = {
    "LAUNCH": ("ms", "s"),
    "HANG": ("s/h",),
    "MEMORY": ("MB", "KB", "GB"),
    "DISK": ("MB/day", "KB/day", "GB/day"),
    "BATTERY": ("%/day",),
    "TERMINATION": ("/day",),
    "ANIMATION": ("ms/s",),
    "STORAGE": ("MB", "KB", "GB"),
}
"""Canonical units in which a policy may speak of a category, the usual one first.

From Apple's descriptions of its eight metric categories (``MetricCategory``).
"""


def canonical(spelling: str) -> str:
    """The canonical name of a unit's spelling, or an empty string when it is not known."""
    return _BY_SPELLING.get(spelling.strip().casefold(), "")


def of_category(category: str, *spellings: str) -> str:
    """The unit of a metric, from the first of Apple's spellings that fits its category.

    Disk writes are labelled plain MB although they are counted per day, and terminations are seen
    without any label; both get the unit that Apple's documentation gives their category. A spelling
    that is known to nobody is kept as it is, and nothing at all stays an empty string.
    """
    allowed = CATEGORY_UNITS.get(category, ())
    given = [spelling.strip() for spelling in spellings if spelling.strip()]
    if not given:
        return "/day" if category == "TERMINATION" else ""
    known = [name for name in map(canonical, given) if name]
    if category == "DISK":
        known = [f"{name}/day" if f"{name}/day" in _UNITS else name for name in known]
    fitting = [name for name in known if name in allowed]
    return next(iter(fitting or known or given))


def convert(value: float, source: str, target: str) -> float | None:
    """A value in another unit of the same dimension; None when the units can't be compared."""
    if source == target:
        return value
    one, other = _UNITS.get(source), _UNITS.get(target)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return value * one.factor / other.factor
