"""Marketing versions and their order of release.

Apple's payload is the authority: marketing versions need not sort by number (a hotfix of an older train is
released after a newer one), but every known payload lists versions in order of release, nearly always the
oldest first. So the order comes from the payload and only its direction from the numbers.
"""

import heapq
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

_PARTS = re.compile(r"\d+|[^\d.]+")


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Build a sort key: numbers by size, words before numbers, ``1.2`` equal to ``1.2.0``.

    Numbers are compared by length and digits, so that their size has no bound.
    """
    parts = [_part_key(part) for part in _PARTS.findall(version)]
    # App Store Connect takes 1.2 and 1.2.0 for one version, so zeros at the end say nothing.
    while parts and parts[-1] == _part_key("0"):
        parts.pop()
    return tuple(parts)


def _part_key(part: str) -> tuple[int, int, str]:
    if not part.isdecimal():
        return (0, 0, part.casefold())
    digits = part.lstrip("0")
    return (1, len(digits), digits)


def same_version(one: str, other: str) -> bool:
    """Tell whether App Store Connect treats two spellings as one version."""
    return one == other or version_key(one) == version_key(other)


class Timeline(Struct, frozen=True, kw_only=True):
    """All versions of a payload in order of release."""

    versions: tuple[str, ...]
    """Oldest first."""
    conflict: bool = False
    """The series disagree on an order, so the numbers decided."""

    def find(self, version: str) -> str:
        """Find the payload's spelling of a version, or an empty string when it is not in the payload."""
        if version in self.versions:
            return version
        return next((known for known in self.versions if same_version(known, version)), "")

    def before(self, version: str) -> tuple[str, ...]:
        """List the versions older than a version of this timeline; all of them for an unknown one."""
        return self.versions[: self.versions.index(version)] if version in self.versions else self.versions


def order(columns: Iterable[tuple[str, ...]]) -> Timeline:
    """Find the one order that all series agree on.

    Args:
        columns: The versions of each series, in the order of its points.
    """
    distinct = sorted({column for column in columns if column})
    # A column with one version, or with as many steps up as down, goes the way of the others.
    votes = sum(map(_direction, distinct))
    oriented = [_oldest_first(column, votes) for column in distinct]
    versions = {version for column in oriented for version in column}
    merged = _merge(versions, oriented)
    if len(merged) == len(versions):
        return Timeline(versions=tuple(merged))
    # The columns contradict each other, so no order fits them all: the numbers are the next best witness.
    return Timeline(versions=tuple(sorted(versions, key=version_key)), conflict=True)


def _direction(column: tuple[str, ...]) -> int:
    """Count the direction of a column: above zero when its numbers rise, below when they fall."""
    keys = [version_key(version) for version in column]
    return sum((one < other) - (one > other) for one, other in pairwise(keys))


def _oldest_first(column: tuple[str, ...], votes: int) -> tuple[str, ...]:
    own = _direction(column) or votes
    return column[::-1] if own < 0 else column


def _merge(versions: Iterable[str], columns: Sequence[tuple[str, ...]]) -> list[str]:
    """Merge columns by Kahn's topological sort, lowest number first among equals.

    The result is shorter than `versions` when the columns contradict each other.
    """
    after: dict[str, set[str]] = {version: set() for version in versions}
    for column in columns:
        for one, other in pairwise(column):
            after[one].add(other)
    waiting = dict.fromkeys(after, 0)
    for followers in after.values():
        for version in followers:
            waiting[version] += 1
    ready = [(version_key(version), version) for version, count in waiting.items() if not count]
    heapq.heapify(ready)
    merged = []
    while ready:
        _, version = heapq.heappop(ready)
        merged.append(version)
        for follower in after[version]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (version_key(follower), follower))
    return merged
