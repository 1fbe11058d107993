"""Which earlier versions a candidate is compared with, as the policy chooses them."""

from collections.abc import Iterable

from gate.model.comparison import References
from gate.model.versions import Timeline, same_version
from gate.policy.types import BaselineSelection

HISTORY = 8
"""How many versions before the candidate tell about noise."""


def choose_references(timeline: Timeline, candidate: str, baseline: BaselineSelection) -> References:
    """Choose the reference versions of a candidate.

    Args:
        timeline: All versions of the payload.
        candidate: The version that is judged; it need not be in the payload.
        baseline: What the policy compares with.
    """
    # Excluded before anything is counted: a window of four is four versions that are not excluded.
    earlier = timeline.before(candidate)
    before = tuple(version for version in earlier if not _is_excluded(version, baseline.exclude))
    recent = before[-HISTORY:]
    if baseline.use == "pinned":
        return _pinned(timeline, candidate, recent, baseline.pinned)
    span = 1 if baseline.use == "previous" else baseline.window
    # A baseline may be longer than the history; all of it must be among the references.
    versions = before[-max(span, HISTORY) :]
    if not versions:
        return References(
            candidate=candidate, missing="all_excluded" if earlier else "no_earlier_version", excluded=earlier
        )
    compared = versions[-span:]
    return References(
        candidate=candidate,
        versions=versions,
        baseline=frozenset(compared),
        excluded=_excluded_from(compared, earlier, span),
    )


def _is_excluded(version: str, exclude: Iterable[str]) -> bool:
    return any(same_version(version, other) for other in exclude)


def _excluded_from(compared: tuple[str, ...], earlier: tuple[str, ...], span: int) -> tuple[str, ...]:
    """List the excluded versions that a baseline skips, and those that it would have begun with."""
    first = min(earlier.index(compared[0]), max(0, len(earlier) - span))
    return tuple(version for version in earlier[first:] if version not in compared)


def _pinned(timeline: Timeline, candidate: str, recent: tuple[str, ...], wanted: str) -> References:
    pinned = timeline.find(wanted)
    if not pinned:
        return References(
            candidate=candidate, missing="pin_not_measured", pinned=wanted, known=timeline.versions
        )
    # Compared with itself every release would pass.
    if pinned == candidate:
        return References(candidate=candidate, missing="pin_is_candidate", pinned=wanted)
    # The versions in between still tell how much healthy versions differ.
    versions = recent if pinned in recent else (pinned, *recent)
    return References(candidate=candidate, versions=versions, baseline=frozenset({pinned}), pinned=wanted)
