"""Which earlier versions a candidate is compared with, as the policy chooses them."""

from collections.abc import Iterable

from msgspec import Struct

from gate.model.versions import Timeline, same_version
from gate.policy.types import BaselineSelection


class References(Struct, frozen=True, kw_only=True):
    """What one candidate is compared with."""

    candidate: str
    versions: tuple[str, ...] = ()
    """Everything that tells about noise, oldest first."""
    baseline: frozenset[str] = frozenset()
    """Those of `versions` whose mean the candidate is compared with."""
    missing: str = ""
    """Why there is no baseline, in words; empty when there is one."""


HISTORY = 8
"""How many versions before the candidate tell about noise."""


def references(timeline: Timeline, candidate: str, baseline: BaselineSelection) -> References:
    """The reference versions of a candidate, as the policy chooses them."""
    before = tuple(
        version for version in timeline.before(candidate) if not _excluded(version, baseline.exclude)
    )
    recent = before[-HISTORY:]
    if baseline.use == "pinned":
        return _pinned(timeline, candidate, recent, baseline.pinned)
    span = 1 if baseline.use == "previous" else baseline.window
    versions = before[-max(span, HISTORY) :]
    if not versions:
        return References(candidate=candidate, missing=f"no version before {candidate} was measured")
    return References(candidate=candidate, versions=versions, baseline=frozenset(versions[-span:]))


def _excluded(version: str, exclude: Iterable[str]) -> bool:
    return any(same_version(version, other) for other in exclude)


def _pinned(timeline: Timeline, candidate: str, recent: tuple[str, ...], wanted: str) -> References:
    pinned = timeline.find(wanted)
    if not pinned:
        missing = f"the pinned version {wanted} was not measured"
    elif pinned == candidate:
        missing = f"the pinned version {wanted} is the candidate itself"
    else:
        versions = recent if pinned in recent else (pinned, *recent)
        return References(candidate=candidate, versions=versions, baseline=frozenset({pinned}))
    return References(candidate=candidate, missing=missing)
