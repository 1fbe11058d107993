"""Units: one canonical spelling for each, and conversion inside a dimension.

Apple publishes no list of unit identifiers. The aliases below are those in Apple's examples, in public
captures and in the metric descriptions of its documentation.
"""

from msgspec import Struct


class Quantity(Struct, frozen=True, kw_only=True):
    """A number with a canonical unit."""

    value: float
    unit: str


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


def canonical(spelling: str) -> str:
    """Find the canonical name of a unit's spelling; an empty string when it is not known."""
    return _BY_SPELLING.get(spelling.strip().casefold(), "")


def convert(value: float, source: str, target: str) -> float | None:
    """Convert a value to another unit of the same dimension; None when the units can't be compared."""
    if source == target:
        return value
    one, other = _UNITS.get(source), _UNITS.get(target)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return value * one.factor / other.factor
