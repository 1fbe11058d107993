"""Which slices a rule judges."""

from collections.abc import Iterable, Sequence

from gate.model.facts import Series, SliceKey
from gate.policy.globs import matches
from gate.policy.types import Selector


class Slices:
    """The series of a payload, grouped so that selecting costs no more than what it finds."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._keys = [one.key for one in series]
        self._by_name: dict[str, list[int]] = {}
        for index, key in enumerate(self._keys):
            self._by_name.setdefault(key.name, []).append(index)

    @property
    def names(self) -> Iterable[str]:
        """``CATEGORY/metric`` of everything in the payload, in its order."""
        return self._by_name

    @property
    def keys(self) -> Sequence[SliceKey]:
        """Every slice of the payload, in its order."""
        return self._keys

    def matching(self, selector: Selector) -> list[int]:
        """Find the positions of the series that a selector picks, in the order of the payload."""
        found = [
            index
            for name, indices in self._by_name.items()
            if matches(name, selector.metric)
            for index in indices
        ]
        # Each distinct device is matched once: thousands of slices share a few dozen devices.
        devices = self._accepted((self._keys[index].device for index in found), selector.device)
        platforms = self._accepted((self._keys[index].platform for index in found), selector.platform)
        return sorted(
            index
            for index in found
            if self._keys[index].device in devices
            and self._keys[index].platform in platforms
            and selector.percentile in ("any", self._keys[index].percentile)
        )

    @staticmethod
    def _accepted(values: Iterable[str], pattern: str) -> set[str]:
        return {value for value in set(values) if _accepts(pattern, value)}


def selects(selector: Selector, key: SliceKey) -> bool:
    """Tell whether a selector picks a slice."""
    return (
        matches(key.name, selector.metric)
        and _accepts(selector.device, key.device)
        and _accepts(selector.platform, key.platform)
        and selector.percentile in ("any", key.percentile)
    )


def missing_key(selector: Selector) -> SliceKey:
    """Name the slice that a selector without any match asks for, in its own words."""
    category, _, metric = selector.metric.partition("/")
    return SliceKey(
        # The spelling of Apple's payload, which differs from the ``IOS`` of its filters.
        platform="iOS" if selector.platform == "any" else selector.platform,
        category=category,
        metric=metric,
        device=selector.device,
        percentile=selector.percentile,
    )


def _accepts(pattern: str, value: str) -> bool:
    return pattern == "any" or matches(value, pattern)
