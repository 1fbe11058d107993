"""The waivers that a report mentions, in sentences."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from gate.model.result import Result, RuleOutcome, WaiverStatus
from gate.report.shared.population import counted_modes
from gate.text.words import plural, waiver_words

ENDS_SOON = 14
"""Days before its end from which on a waiver is said to end: two weeks are time enough to renew it, or to mend."""

_ORDER = ("expired", "exceeded", "in_force", "unused")


class ToldWaiver(Struct, frozen=True, kw_only=True):
    """A waiver of the policy, and what it does today."""

    kind: str
    """What it is about: ``rule``, ``insight`` or ``signature``."""
    target: str
    state: str
    """``expired``, ``exceeded``, ``in_force`` or ``unused``."""
    sentence: str
    """All of it but for what `ends` says."""
    ends: str
    """When it ends, in a sentence, if it is in force and that is soon; else empty."""

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return self.state.replace("_", " ")

    @property
    def words(self) -> str:
        """All of it on one line: ``In force, ends soon: launch is waived up to +15% … It ends in 5 days.``."""
        soon = ", ends soon" if self.ends else ""
        return " ".join(
            part for part in (f"{self.state_words.capitalize()}{soon}:", self.sentence, self.ends) if part
        )


class WaivedRule(Struct, frozen=True, kw_only=True):
    """A rule that a waiver keeps from failing."""

    id: str
    sentence: str
    """The waiver in words."""
    ends: str
    """When it ends, in a sentence, if that is soon; else empty."""


def tell_waivers(result: Result) -> tuple[ToldWaiver, ...]:
    """List all waivers: those that have ended or are exceeded first, then those that end soon.

    Results of older versions list none, but their rules know which waiver keeps them from failing.
    """
    told = [_told(waiver) for waiver in (*result.waivers, *_unlisted(result))]
    return tuple(sorted(told, key=lambda one: (_ORDER.index(one.state), not one.ends)))


def _told(waiver: WaiverStatus) -> ToldWaiver:
    ends = end_words(waiver.days_left) if waiver.state == "in_force" else ""
    return ToldWaiver(
        kind=waiver.kind,
        target=waiver.target,
        state=waiver.state,
        sentence=_without_days(waiver) if ends else waiver.sentence,
        ends=ends,
    )


def _without_days(waiver: WaiverStatus) -> str:
    """Leave out of a sentence in how many days the waiver ends, where that is said beside it."""
    left = f" ({plural(waiver.days_left, 'day')} left)" if waiver.days_left else " (its last day)"
    return waiver.sentence.replace(left, "", 1)


def is_waived(result: Result) -> bool:
    """Tell whether anything that the verdict is about would fail without a waiver."""
    modes = counted_modes(result)
    used = [rule.waiver for rule in result.rules if rule.mode in modes]
    used += [finding.waiver for finding in result.insights]
    used += [finding.waiver for finding in result.signatures]
    return any(waiver is not None for waiver in used)


def _unlisted(result: Result) -> Iterator[WaiverStatus]:
    listed = {waiver.target for waiver in result.waivers if waiver.kind == "rule"}
    for rule in result.rules:
        if rule.waiver is not None and rule.id not in listed and rule.mode != "shadow":
            yield WaiverStatus(
                kind="rule",
                target=rule.id,
                state="in_force",
                until=rule.waiver.until,
                through_version=rule.waiver.through_version,
                days_left=rule.waiver.days_left,
                reason=rule.waiver.reason,
                sentence=waiver_sentence(rule),
            )


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
    return end_words(rule.waiver.days_left if rule.waiver else None)


def end_words(days: int | None) -> str:
    """Write ``It ends in 5 days.`` where that is within `ENDS_SOON`; else nothing."""
    if days is None or not 0 <= days <= ENDS_SOON:
        return ""
    return f"It ends in {plural(days, 'day')}." if days else "It ends today."
