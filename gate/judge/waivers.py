"""Waivers: rules, insights and signatures that may fail, each up to a ceiling and with an end.

A waiver covers everything it is about or nothing: one slice above its ceiling, and all of the rule fails. Whatever
can't be compared with a ceiling is above it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gate.judge.ceilings import CeilingComparison, compare_check, compare_insight, compare_signature
from gate.judge.sentences import waivers as sentences
from gate.model.result import (
    AllowedLevel,
    Check,
    InsightFinding,
    RuleOutcome,
    SignatureFinding,
    WaiverInUse,
    WaiverStatus,
)
from gate.model.versions import Timeline, same_version, version_key
from gate.policy.types import Ceiling, Rule, Waiver
from gate.signatures.selectors import SelectorTarget, matches

F = TypeVar("F", InsightFinding, SignatureFinding)

WaiverState = Literal["in_force", "exceeded", "expired", "unused"]


class WaivableItem(NamedTuple):
    """One thing that a waiver can keep from failing."""

    kind: Literal["rule", "insight", "signature"]
    key: str | int
    """Id of the rule, or position among the findings of its kind."""


Failing = Mapping[WaivableItem, tuple[CeilingComparison, ...]]
"""Everything that a waiver is about and that fails without it, held against its ceiling."""


class Findings(Struct, frozen=True, kw_only=True):
    """Everything of a run that waivers can be about, after they have been applied."""

    rules: Sequence[RuleOutcome] = ()
    checks: Sequence[Check] = ()
    insights: Sequence[InsightFinding] = ()
    signatures: Sequence[SignatureFinding] = ()
    is_stale: bool = False
    """The data is so old that nothing was judged by it."""


class _End(NamedTuple):
    """Whether a waiver has ended, and how far its last day is away."""

    is_over: bool
    days_left: int | None
    """Negative once the last day is over; None when a version decides."""


class WaiverBook:
    """The waivers of a policy, on one day and for one version.

    Args:
        waivers: In the order of the policy; of two that cover the same, the first is in use.
        today: The day in UTC.
        timeline: The order of versions.
        candidate: The version that is judged.
    """

    def __init__(self, waivers: Sequence[Waiver], *, today: date, timeline: Timeline, candidate: str) -> None:
        self._waivers = waivers
        self._ends = [_end(waiver, today, timeline, candidate) for waiver in waivers]

    def find_for_rule(self, rule: Rule, failed: Sequence[Check]) -> WaiverInUse | None:
        """Find the first waiver that covers every failed slice of a rule today."""
        return next(
            (
                _in_use(waiver, end)
                for waiver, end in zip(self._waivers, self._ends, strict=True)
                if waiver.rule == rule.id and not end.is_over and _covers(_compare_rule(waiver, failed))
            ),
            None,
        )

    def waive_insights(self, found: Sequence[InsightFinding]) -> list[InsightFinding]:
        """Make warnings of the insights that would fail and are waived."""
        owners = self._owners(Findings(insights=found))
        return [self._waive(one, owners.get(WaivableItem("insight", at))) for at, one in enumerate(found)]

    def waive_signatures(self, found: Sequence[SignatureFinding]) -> list[SignatureFinding]:
        """Make warnings of the signatures that would fail and are waived."""
        owners = self._owners(Findings(signatures=found))
        return [self._waive(one, owners.get(WaivableItem("signature", at))) for at, one in enumerate(found)]

    def list_waivers(self, findings: Findings) -> tuple[WaiverStatus, ...]:
        """List every waiver of the policy with what it does today, in its order."""
        owners = self._owners(findings)
        failing = self._failing(findings)
        return tuple(self._status(at, own, owners, findings) for at, own in enumerate(failing))

    def _failing(self, findings: Findings) -> list[Failing]:
        checks = defaultdict(list)
        for check in findings.checks:
            # The state of a slice that is waived is a warning; how it failed is still there.
            if check.state == "fail" or check.change_failed or check.line_failed:
                checks[check.rule].append(check)
        return [_failing(waiver, findings, checks) for waiver in self._waivers]

    def _owners(self, findings: Findings) -> dict[WaivableItem, int]:
        """Find the position of the first waiver that covers each thing today."""
        owners: dict[WaivableItem, int] = {}
        for at, (failing, end) in enumerate(zip(self._failing(findings), self._ends, strict=True)):
            if not end.is_over and _covers(_all(failing)):
                owners = dict.fromkeys(failing, at) | owners
        return owners

    def _waive(self, finding: F, owner: int | None) -> F:
        if owner is None:
            return finding
        waiver = _in_use(self._waivers[owner], self._ends[owner])
        sentence = sentences.explain_waived(finding.sentence, waiver)
        return replace(finding, level="warn", waiver=waiver, sentence=sentence)

    def _status(
        self, at: int, failing: Failing, owners: Mapping[WaivableItem, int], findings: Findings
    ) -> WaiverStatus:
        waiver, end = self._waivers[at], self._ends[at]
        compared = _all(failing)
        is_open = any(item not in owners for item in failing)
        fails_again = end.is_over and is_open and _covers(compared)
        if end.is_over:
            state: WaiverState = "expired"
            ended = sentences.ended_words(waiver.until, waiver.through_version, end.days_left)
            sentence = sentences.explain_ended(waiver, ended, compared, is_open=is_open)
        elif at in map(owners.get, failing):
            state, sentence = "in_force", sentences.explain_in_force(waiver, end.days_left, compared)
        elif is_open:
            state, sentence = "exceeded", sentences.explain_exceeded(waiver, compared)
        else:
            why = "covered" if failing else _why_idle(waiver, findings)
            state, sentence = "unused", sentences.explain_unused(waiver, why)
        return WaiverStatus(
            kind=_kind(waiver),
            target=sentences.target_words(waiver),
            state=state,
            up_to=waiver.up_to.text,
            until=waiver.until,
            through_version=waiver.through_version,
            days_left=end.days_left,
            fails_again=fails_again,
            reason=waiver.reason,
            sentence=sentence,
        )


# --- ceilings -----------------------------------------------------------------------------------------


def _failing(waiver: Waiver, findings: Findings, failed: Mapping[str, Sequence[Check]]) -> Failing:
    """Collect everything that a waiver is about and that fails without any waiver."""
    if waiver.rule:
        return {
            WaivableItem("rule", rule.id): _compare_rule(waiver, failed.get(rule.id, ()))
            for rule in findings.rules
            if rule.id == waiver.rule and (rule.state == "fail" or rule.waiver is not None)
        }
    if waiver.insight:
        return {
            WaivableItem("insight", at): (compare_insight(waiver.up_to, one),)
            for at, one in enumerate(findings.insights)
            if one.slice_name == waiver.insight and _would_fail(one)
        }
    return {
        WaivableItem("signature", at): (compare_signature(waiver.up_to, one),)
        for at, one in enumerate(findings.signatures)
        if _would_fail(one) and _selects(waiver, one)
    }


def _would_fail(finding: InsightFinding | SignatureFinding) -> bool:
    return finding.level == "fail" or finding.waiver is not None


def _selects(waiver: Waiver, one: SignatureFinding) -> bool:
    target = SelectorTarget(text=one.text, frames=one.blame)
    return waiver.signature is not None and matches(waiver.signature, target)


def _compare_rule(waiver: Waiver, failed: Sequence[Check]) -> tuple[CeilingComparison, ...]:
    compared = tuple(one for check in failed for one in compare_check(waiver.up_to, check))
    # A rule that fails by no slice in particular has nothing that could be below a ceiling.
    return compared or (CeilingComparison(kind="rise", name="", now=None, at=waiver.up_to.relative),)


def _all(failing: Failing) -> tuple[CeilingComparison, ...]:
    return tuple(one for own in failing.values() for one in own)


def _covers(compared: Sequence[CeilingComparison]) -> bool:
    return bool(compared) and all(one.is_within for one in compared)


def _kind(waiver: Waiver) -> Literal["rule", "insight", "signature"]:
    if waiver.rule:
        return "rule"
    return "insight" if waiver.insight else "signature"


def _in_use(waiver: Waiver, end: _End) -> WaiverInUse:
    """Describe a waiver that covers something today, for the result."""
    ceiling = waiver.up_to
    return WaiverInUse(
        up_to=ceiling.relative or 0.0,
        level=_level(ceiling),
        share=ceiling.share,
        until=waiver.until,
        through_version=waiver.through_version,
        days_left=end.days_left,
        reason=waiver.reason,
    )


def _level(ceiling: Ceiling) -> AllowedLevel | None:
    level = ceiling.level
    if level is None:
        return None
    # In the normal form of a ceiling the value stands last.
    return AllowedLevel(value=level.value, unit=level.unit, text=ceiling.text.rpartition(" and ")[2])


def _why_idle(waiver: Waiver, findings: Findings) -> sentences.Idle:
    """Tell why nothing that a waiver is about fails."""
    if waiver.rule:
        state = next((rule.state for rule in findings.rules if rule.id == waiver.rule), None)
        return "switched_off" if state is None else "undecided" if state == "undecided" else "healthy"
    if findings.is_stale:
        return "stale"
    if waiver.insight:
        is_listed = any(one.slice_name == waiver.insight for one in findings.insights)
        return "healthy" if is_listed else "unlisted"
    if not findings.signatures:
        return "unread"
    return "healthy" if any(_selects(waiver, one) for one in findings.signatures) else "unlisted"


# --- ends ---------------------------------------------------------------------------------------------


def _end(waiver: Waiver, today: date, timeline: Timeline, candidate: str) -> _End:
    # The day itself still counts: `until` is the last day, not the first without the waiver.
    days_left = (date.fromisoformat(waiver.until) - today).days if waiver.until else None
    if days_left is not None and days_left < 0:
        return _End(is_over=True, days_left=days_left)
    is_over = bool(waiver.through_version) and not _not_after(timeline, candidate, waiver.through_version)
    return _End(is_over=is_over, days_left=None if is_over else days_left)


def _not_after(timeline: Timeline, candidate: str, last: str) -> bool:
    if same_version(candidate, last):
        return True
    one, other = timeline.find(candidate), timeline.find(last)
    # The payload knows the order of release; numbers are compared only for versions that it does not have.
    if one and other:
        return timeline.versions.index(one) <= timeline.versions.index(other)
    return version_key(candidate) <= version_key(last)
