"""What the data holds, so that what it lacks can be told apart: not measured yet, or never."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal

from gate.model.facts import Facts, Series, SliceKey
from gate.model.versions import Timeline
from gate.policy.globs import matches

Lacking = Literal["platform", "metric", "device", "percentile"]
"""The first part of a selector that nothing in the data fits."""


class Seen:
    """What was measured, in which versions and on which devices.

    Args:
        facts: What Apple measured.
        timeline: All versions of the payload.
        candidate: The version that is judged.
    """

    def __init__(self, facts: Facts, timeline: Timeline, candidate: str) -> None:
        self.candidate = candidate
        self.timeline = timeline
        self._series = {one.key: one for one in facts.series}
        measured = {version for one in facts.series if not one.problem for version in one.versions}
        self.versions = tuple(version for version in timeline.versions if version in measured)
        """Those with a value of anything, oldest first."""
        self.others = tuple(version for version in self.versions if version != candidate)
        """The same without the candidate: only they can show that something is never measured."""
        self.keys = tuple(key for key, one in self._series.items() if one.versions)
        """Every slice of which some version has a value."""

    @property
    def is_measured(self) -> bool:
        """Whether the candidate has a value of anything."""
        return self.candidate in self.versions

    def series(self, key: SliceKey) -> Series | None:
        """Find the series of a slice; None when the data has no such slice."""
        return self._series.get(key)

    def is_measured_now(self, key: SliceKey) -> bool:
        """Tell whether the candidate has a value of a slice."""
        series = self._series.get(key)
        return series is not None and self.candidate in series.versions

    def has_goal(self, key: SliceKey) -> bool:
        """Tell whether Apple gives a slice a recommended goal, or its metric bands."""
        series = self._series.get(key)
        return series is not None and (series.recommended is not None or bool(series.bands))

    def newest_of(self, key: SliceKey) -> str:
        """Find the newest version with a value of a slice; empty when none has one."""
        series = self._series.get(key)
        known = set(series.versions) if series is not None else set()
        return next((version for version in reversed(self.versions) if version in known), "")

    def lacking(self, wanted: SliceKey) -> Lacking | None:
        """Find the first part of a slice that no version has.

        Args:
            wanted: A slice of the data, or one whose parts are the globs of a selector, or ``any``.

        Returns:
            None when some version has a value of what is wanted.
        """
        if self.newest_of(wanted):
            return None
        tests: tuple[tuple[Lacking, Callable[[SliceKey], bool]], ...] = (
            ("platform", lambda key: _accepts(wanted.platform, key.platform)),
            ("metric", lambda key: _accepts(wanted.name, key.name)),
            ("device", lambda key: _accepts(wanted.device, key.device, self._series[key].device_name)),
            ("percentile", lambda key: _accepts(wanted.percentile, key.percentile)),
        )
        left = list(self.keys)
        for part, accepts in tests:
            left = [key for key in left if accepts(key)]
            if not left:
                return part
        return None

    def platforms(self) -> tuple[str, ...]:
        """List the platforms of the data, in its order."""
        return tuple(dict.fromkeys(key.platform for key in self.keys))

    def devices(self, metric: str = "*") -> tuple[str, ...]:
        """List the devices that some metrics are measured on, in the order of the data."""
        return tuple(dict.fromkeys(key.device for key in self.keys if matches(key.name, metric)))

    def nearest(self, metric: str) -> str:
        """Find the ``CATEGORY/metric`` of the data that is most like a given one; empty when none is like it."""
        names = list(dict.fromkeys(key.name for key in self.keys))
        return next(iter(get_close_matches(metric, names, n=1)), "")


def _accepts(pattern: str, *values: str) -> bool:
    return pattern == "any" or any(matches(value, pattern) for value in values)
