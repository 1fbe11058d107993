"""The words about waivers: what each accepts and until when, its headroom or by how much it is exceeded."""

from collections.abc import Iterable, Sequence
from typing import Literal

from gate.judge.ceilings import CeilingComparison, CeilingKind
from gate.model.result import WaiverInUse
from gate.policy.types import Ceiling, SignatureSelector, Waiver
from gate.text.numbers import change, share, value
from gate.text.words import ceiling_words, plural, waiver_end_words, waiver_words

Idle = Literal["healthy", "undecided", "switched_off", "unlisted", "unread", "stale", "covered"]
"""Why a waiver has nothing to do: its target does not fail, can't be decided, is not judged or not listed by Apple;
nothing of its kind could be read, or everything is too old; or another waiver is enough."""

_WHOLE_POINTS = 0.2
"""Rises are written in whole percent from here on, so their differences are as well."""
_A_POINT = 0.01

_IDLE: dict[Idle, str] = {
    "healthy": "does not fail, so its {waiver} has nothing to do and can be deleted",
    "undecided": "is undecided, so its {waiver} has nothing to do yet",
    "switched_off": "is not judged, so its {waiver} has nothing to do and can be deleted",
    "unlisted": "is not listed by Apple, so its {waiver} has nothing to do and can be deleted",
    "unread": "is not known, because no signature could be read, so its {waiver} has nothing to do yet",
    "stale": "counts for nothing while the data is too old, so its {waiver} has nothing to do yet",
    "covered": "is waived by another entry already, so the {waiver} has nothing to do",
}


def explain_waived(sentence: str, waiver: WaiverInUse) -> str:
    """Add to the sentence of a fail that a waiver has turned it into a warning."""
    words = waiver_words(
        waiver.up_to,
        until=waiver.until,
        through_version=waiver.through_version,
        reason=_ended(waiver.reason),
        level=waiver.level,
        share=waiver.share,
    )
    return f"{sentence} It is {words}"


def target_words(waiver: Waiver) -> str:
    """Name what a waiver is about: a rule's id, ``CATEGORY/metric`` or ``symbol LegacyExporter.*``."""
    return waiver.rule or waiver.insight or _selector_words(waiver.signature or SignatureSelector())


def explain_in_force(waiver: Waiver, days_left: int | None, compared: Sequence[CeilingComparison]) -> str:
    """Say what a waiver keeps from failing, until when, and with how much headroom.

    Args:
        waiver: One that covers everything it is about.
        days_left: After today; None when it ends with a version.
        compared: Everything it is about that fails, with its ceiling; at least one.
    """
    # Only the tightest of each kind: whoever reads this asks how much may still come.
    tightest = [_fullest(own) for own in _by_kind(compared)]
    most = "" if len(compared) == len(tightest) else "at most "
    now = " and ".join(_size(one) for one in tightest)
    room = " and ".join(_distance(one) for one in tightest)
    left = _days_left_words(days_left)
    return (
        f"{_subject(waiver)} is waived up to {_ceiling_words(waiver.up_to)} {_end_words(waiver)}{left}; "
        f"now {most}{now}, {room} of headroom: {_ended(waiver.reason)}"
    )


def explain_exceeded(waiver: Waiver, compared: Sequence[CeilingComparison]) -> str:
    """Say that a waiver does not cover what it is about, because of which slice and by how much.

    Args:
        waiver: One that has not ended.
        compared: Everything it is about that fails, with its ceiling; at least one is not within.
    """
    above = [one for one in compared if not one.is_within]
    others = len({one.name for one in above}) - 1
    more = f"; so {'is' if others == 1 else 'are'} {others} more" if others else ""
    return _with_reason(
        f"{_subject(waiver)} fails in spite of its waiver up to {_ceiling_words(waiver.up_to)} "
        f"{_end_words(waiver)}: {_excess_words(_fullest(above))}{more}",
        waiver,
    )


def explain_ended(waiver: Waiver, ended: str, compared: Sequence[CeilingComparison], *, is_open: bool) -> str:
    """Say that a waiver has ended, and whether something fails because of that.

    Args:
        waiver: One that has ended.
        ended: When, from `ended_words`.
        compared: Everything it is about that fails, with its ceiling; may be nothing.
        is_open: Whether any of that is covered by no other waiver.
    """
    name = f"waiver up to {_ceiling_words(waiver.up_to)} {ended}"
    if not is_open:
        state = "is waived by another entry" if compared else "does not fail"
        return _with_reason(f"{_subject(waiver)} {state}; its {name}, and can be deleted", waiver)
    above = [one for one in compared if not one.is_within]
    if above:
        words = _excess_words(_fullest(above))
        return _with_reason(f"{_subject(waiver)} fails: its {name}, and {words}", waiver)
    now = " and ".join(_size(_fullest(own)) for own in _by_kind(compared))
    return _with_reason(f"{_subject(waiver)} fails again: its {name}; now {now}", waiver)


def explain_unused(waiver: Waiver, why: Idle) -> str:
    """Say that a waiver has nothing to do, why, and whether it can be deleted."""
    name = f"waiver up to {_ceiling_words(waiver.up_to)} {_end_words(waiver)}"
    return _with_reason(f"{_subject(waiver)} {_IDLE[why].format(waiver=name)}", waiver)


def ended_words(until: str, through_version: str, days_left: int | None) -> str:
    """Say when a waiver ended: ``ended yesterday, on 2026-09-20``, ``ended with 3.3``.

    Args:
        until: Its last day, if it has one.
        through_version: Its last version.
        days_left: After today, negative; None when a version ended it.
    """
    if days_left is None:
        return f"ended with {through_version}"
    when = "yesterday" if days_left == -1 else f"{plural(-days_left, 'day')} ago"
    return f"ended {when}, on {until}"


# --- parts --------------------------------------------------------------------------------------------


def _subject(waiver: Waiver) -> str:
    """Name what a waiver is about, the target first: reports set it apart."""
    what = " (Apple's insight)" if waiver.insight else " (signature)" if waiver.signature is not None else ""
    return target_words(waiver) + what


def _selector_words(selector: SignatureSelector) -> str:
    parts = {"symbol": selector.symbol, "binary": selector.binary, "file": selector.file}
    return ", ".join(f"{name} {glob}" for name, glob in parts.items() if glob != "*") or "any symbol"


def _with_reason(words: str, waiver: Waiver) -> str:
    return f"{words}. Its reason: {_ended(waiver.reason)}"


def _ended(reason: str) -> str:
    # The reason is the policy's, with or without a full stop.
    return f"{reason.rstrip('.')}."


def _ceiling_words(ceiling: Ceiling) -> str:
    return ceiling_words(ceiling.relative, ceiling.level, ceiling.share)


def _end_words(waiver: Waiver) -> str:
    return waiver_end_words(waiver.until, waiver.through_version)


def _days_left_words(days_left: int | None) -> str:
    if days_left is None:
        return ""
    return f" ({plural(days_left, 'day')} left)" if days_left else " (its last day)"


def _by_kind(compared: Iterable[CeilingComparison]) -> list[list[CeilingComparison]]:
    kinds: dict[CeilingKind, list[CeilingComparison]] = {}
    for one in compared:
        kinds.setdefault(one.kind, []).append(one)
    return list(kinds.values())


def _fullest(compared: Iterable[CeilingComparison]) -> CeilingComparison:
    return max(compared, key=lambda one: one.fill)


def _size(one: CeilingComparison) -> str:
    """Write where a thing is: ``+24%``, ``1,650 ms``, ``41%``."""
    if one.now is None:
        return "from zero"
    if one.kind == "level":
        return value(one.now, one.unit, against=one.at)
    return share(one.now, against=one.at) if one.kind == "share" else change(one.now, against=one.at)


def _distance(one: CeilingComparison) -> str:
    """Write how far a thing is from its ceiling, on either side: ``6 points``, ``50 ms``."""
    if one.now is None or one.at is None:
        return ""
    apart = abs(one.at - one.now)
    if one.kind == "level":
        return value(apart, one.unit)
    # As many digits as the two numbers themselves are written with, so that a reader can check the sum.
    points = f"{apart * 100:,.0f}" if one.now >= _WHOLE_POINTS and apart >= _A_POINT else share(apart)[:-1]
    return f"{points} {'point' if points == '1' else 'points'}"


def _excess_words(one: CeilingComparison) -> str:
    """Say how one thing is above its ceiling, or why nobody can compare it."""
    name = one.name or "its rise"
    if one.now is None and one.kind == "share":
        return f"the share of {name} is not known, so no ceiling covers it"
    if one.now is None:
        return f"{name} has no size in percent, as from zero, which no ceiling covers"
    if one.at is None:
        what = f"a value in {one.unit or 'its unit'}" if one.kind == "level" else "a rise"
        return f"{name} is at {_size(one)}, and the waiver has no ceiling for {what}"
    return f"{name} is at {_size(one)}, {_distance(one)} above the ceiling"
