"""The waivers that a report mentions, in sentences."""

from collections.abc import Iterable

from msgspec import Struct

from gate.model.result import RuleOutcome
from gate.text.words import plural, waiver_words

ENDS_SOON = 14
"""Days before its end from which on a waiver is said to end: two weeks are time enough to renew it, or to mend."""


class WaivedRule(Struct, frozen=True, kw_only=True):
    """A rule that a waiver keeps from failing."""

    id: str
    sentence: str
    """The waiver in words."""
    ends: str
    """When it ends, in a sentence, if that is soon; else empty."""


def waivers_in_use(rules: Iterable[RuleOutcome]) -> tuple[WaivedRule, ...]:
    """List the waivers that keep rules from failing, those that end soon first; not those of shadow rules."""
    found = [
        WaivedRule(id=rule.id, sentence=waiver_sentence(rule), ends=waiver_end(rule))
        for rule in rules
        if rule.waiver and rule.mode != "shadow"
    ]
    return tuple(sorted(found, key=lambda waived: not waived.ends))


def waiver_sentence(rule: RuleOutcome) -> str:
    """Write a waiver in use as a sentence; nothing when there is none.

    ``launch-typical is waived up to +15% until 2026-12-31: New onboarding.``
    """
    waiver = rule.waiver
    if waiver is None:
        return ""
    words = waiver_words(
        waiver.up_to,
        until=waiver.until,
        through_version=waiver.through_version,
        reason=waiver.reason,
        level=waiver.level,
        share=waiver.share,
    )
    # The reason is the policy's, with or without a full stop.
    return f"{rule.id} is {words.rstrip('.')}."


def waiver_end(rule: RuleOutcome) -> str:
    """Write ``It ends in 5 days.`` for a waiver that ends within `ENDS_SOON`; else nothing."""
    days = rule.waiver.days_left if rule.waiver else None
    if days is None or not 0 <= days <= ENDS_SOON:
        return ""
    return f"It ends in {plural(days, 'day')}." if days else "It ends today."
