"""The waivers that a report tells of: all of the policy, those that need somebody first."""

from msgspec import Struct

from gate.model.result import Result, WaiverStatus
from gate.text.words import plural

ENDS_SOON = 14
"""Days before its end from which on a waiver is said to end: two weeks are time enough to renew it, or to mend."""

_STATE_WORDS = {"in_force": "in force", "exceeded": "exceeded", "expired": "expired", "unused": "not used"}


class ToldWaiver(Struct, frozen=True, kw_only=True):
    """A waiver as reports show it."""

    id: str
    """What it is about: a rule's id, ``CATEGORY/metric`` or a signature in the policy's words."""
    kind: str
    """``rule``, ``insight`` or ``signature``."""
    state: str
    """``in_force``, ``exceeded``, ``expired`` or ``unused``."""
    state_words: str
    """The same for people: ``not used``."""
    sentence: str
    """All of it in words; begins with `id`."""
    ends: str
    """When it ends, in a sentence, if that is soon; else empty."""


def waivers_told(result: Result) -> tuple[ToldWaiver, ...]:
    """List the waivers of a policy, the most urgent first; not those of shadow rules, which count for nothing.

    Those that no longer keep their target from failing come before those that end soon, and these before the rest.
    """
    shadow = {rule.id for rule in result.rules if rule.mode == "shadow"}
    shown = [status for status in result.waivers if status.kind != "rule" or status.target not in shadow]
    return tuple(map(_told, sorted(shown, key=_urgency)))


def waiver_end(status: WaiverStatus) -> str:
    """Write ``It ends in 5 days.`` for a waiver in force that ends within `ENDS_SOON`; else nothing."""
    days = status.days_left
    if status.state != "in_force" or days is None or days > ENDS_SOON:
        return ""
    return f"It ends in {plural(days, 'day')}." if days else "It ends today."


def _told(status: WaiverStatus) -> ToldWaiver:
    return ToldWaiver(
        id=status.target,
        kind=status.kind,
        state=status.state,
        state_words=_STATE_WORDS[status.state],
        sentence=status.sentence,
        ends=waiver_end(status),
    )


def _urgency(status: WaiverStatus) -> int:
    if status.fails_again:
        return 0
    if status.state == "exceeded":
        return 1
    if status.state == "in_force":
        return 2 if waiver_end(status) else 3
    return 4 if status.state == "expired" else 5
