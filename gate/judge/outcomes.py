"""Checks, and one outcome per rule over all its slices."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import replace

from gate.judge.allowances import allows
from gate.judge.comparisons import baseline_of, change_between, history_of
from gate.judge.eligibility import Eligibility, Ineligible
from gate.judge.limits import compare_with_lines, goal_at, limit_at
from gate.judge.losses import Losses
from gate.judge.select import missing_key, selects
from gate.judge.sentences import losses as loss_sentences
from gate.judge.sentences import rules as rule_sentences
from gate.judge.sentences import slices as slice_sentences
from gate.model.comparison import Comparison
from gate.model.facts import SliceKey
from gate.model.result import Baseline, Check, RuleOutcome, WaiverInUse
from gate.model.states import STATES, Reason, State
from gate.policy.types import Outcome, Rule
from gate.stats.evidence import RuleEvidence, SliceEvidence

ENOUGH = 0.5
"""A rule passes only when at least this share of its slices was decided."""

CLEAR = 0.001
"""A slice that healthy releases show this seldom explains a finding by itself."""

_RANK = {state: rank for rank, state in enumerate(STATES)}

WaiverFinder = Callable[[Rule, Sequence[Check]], WaiverInUse | None]
"""Finds the waiver that covers the failed checks of a rule, if there is one."""


class JudgedRule(Struct, frozen=True, kw_only=True):
    """A rule with everything found in its slices."""

    rule: Rule
    checks: tuple[Check, ...]
    evidence: RuleEvidence | None = None
    """None when the rule compares nothing, or all data is too old."""


def worst(states: Iterable[State]) -> State:
    """Find the worst of some states; undecided for none."""
    return min(states, key=_RANK.__getitem__, default="undecided")


# --- checks -----------------------------------------------------------------------------------------


def check_rule(
    rule: Rule,
    comparisons: Sequence[Comparison],
    evidence: RuleEvidence | None,
    eligibility: Eligibility,
) -> JudgedRule:
    """Check every slice that a rule selects.

    Args:
        rule: The rule.
        comparisons: The slices it selects; at least one.
        evidence: What was found in them, slice by slice in the same order.
        eligibility: What keeps slices from being judged.
    """
    found = evidence.slices if evidence is not None else [None] * len(comparisons)
    checks = [
        _check(rule, comparison, one, eligibility.examine(comparison))
        for comparison, one in zip(comparisons, found, strict=True)
    ]
    # What old numbers show is no evidence about today.
    usable = evidence if eligibility.stale is None else None
    return JudgedRule(rule=rule, checks=tuple(checks), evidence=usable)


def check_missing(judged: JudgedRule, missing: Iterable[SliceKey], eligibility: Eligibility) -> JudgedRule:
    """Add one undecided check for each slice that a rule selects and the data lacks.

    Args:
        judged: A rule that selects something.
        missing: Slices that the data should have, by what else it has.
        eligibility: What keeps slices from being judged.
    """
    rule = judged.rule
    added = [
        _absent_check(rule, key, eligibility.absence, loss_sentences.explain_missing(rule, key))
        for key in missing
        if selects(rule.selector, key)
    ]
    return replace(judged, checks=(*judged.checks, *added)) if added else judged


def check_unmatched(rule: Rule, names: Iterable[str], eligibility: Eligibility) -> JudgedRule:
    """Make one undecided check of a rule that selects nothing, so that no count can hide it.

    Args:
        rule: The rule.
        names: ``CATEGORY/metric`` of everything in the data, for a suggestion.
        eligibility: What keeps slices from being judged.
    """
    key = missing_key(rule.selector)
    near = next(iter(get_close_matches(rule.selector.metric, list(names), n=1)), "")
    ineligible = eligibility.examine_unmatched(near if near != key.name else "")
    # With the selector's own words as its slice: there is no slice of Apple's to show.
    sentence = rule_sentences.explain_unmatched(rule, key, ineligible)
    return JudgedRule(rule=rule, checks=(_absent_check(rule, key, ineligible.reason, sentence),))


def _absent_check(rule: Rule, key: SliceKey, reason: Reason, sentence: str) -> Check:
    """Make the check of a slice that is not in the data."""
    return Check(
        rule=rule.id,
        slice=key,
        state="undecided",
        reason=reason,
        mode=rule.mode,
        allowed=slice_sentences.allowance_words(rule),
        allows=allows(rule),
        sentence=sentence,
    )


class _TestResult(Struct, frozen=True):
    """What one test of a slice came to."""

    state: State
    reason: Reason | None
    sentence: str


def _check(
    rule: Rule, comparison: Comparison, evidence: SliceEvidence | None, ineligible: Ineligible | None
) -> Check:
    series, candidate = comparison.series, comparison.candidate
    baseline = baseline_of(comparison)
    findings, is_beyond_line = _test(rule, comparison, baseline, evidence, ineligible)
    # The first of the worst, so a change explains a slice before a line does.
    decisive = min(findings, key=lambda finding: _RANK[finding.state])
    return Check(
        rule=rule.id,
        slice=series.key,
        state=decisive.state,
        reason=decisive.reason,
        mode=rule.mode,
        baseline=baseline,
        candidate=candidate,
        change=change_between(baseline, candidate),
        unit=series.unit,
        allowed=slice_sentences.allowance_words(rule),
        allows=allows(rule),
        sentence=decisive.sentence,
        device_name=series.device_name,
        history=history_of(comparison),
        line_failed=is_beyond_line,
        p_value=evidence.p if evidence else None,
        visible=evidence.visible if evidence else None,
        allowed_value=evidence.allowed_value if evidence else None,
        limit_value=limit_at(rule, series),
        goal_value=goal_at(rule, series),
    )


def _test(
    rule: Rule,
    comparison: Comparison,
    baseline: Baseline | None,
    evidence: SliceEvidence | None,
    ineligible: Ineligible | None,
) -> tuple[list[_TestResult], bool]:
    """Test one slice in every way that the rule asks for.

    Returns:
        What each test came to, at least one; and whether the value is above a limit or goal beyond doubt.
    """
    if ineligible is not None:
        sentence = slice_sentences.explain_ineligible(rule, comparison, ineligible)
        return [_TestResult("undecided", ineligible.reason, sentence)], False
    compared = _test_change(rule, comparison, baseline, evidence) if evidence is not None else []
    beyond = _test_lines(rule, comparison)
    return [*compared, *beyond], any(finding.state == "fail" for finding in beyond)


def _test_change(
    rule: Rule, comparison: Comparison, baseline: Baseline | None, evidence: SliceEvidence
) -> list[_TestResult]:
    # The units come first: without one unit nothing else about the change can be said.
    if evidence.basis == "unit_mismatch":
        sentence = slice_sentences.explain_unit_mismatch(rule, comparison)
        return [_TestResult("undecided", "not_comparable", sentence)]
    if evidence.basis == "not_comparable":
        sentence = slice_sentences.explain_unusable_values(rule, comparison)
        return [_TestResult("undecided", "not_comparable", sentence)]
    if baseline is None:
        sentence = slice_sentences.explain_no_baseline(rule, comparison)
        return [_TestResult("undecided", "no_baseline", sentence)]
    change = change_between(baseline, comparison.candidate)
    sentence = slice_sentences.explain_weighed(rule, comparison, change, evidence, baseline)
    return [_TestResult(evidence.state, evidence.reason, sentence)]


def _test_lines(rule: Rule, comparison: Comparison) -> list[_TestResult]:
    candidate = comparison.candidate
    if candidate is None:
        return []
    return [
        _TestResult(line.state, line.reason, slice_sentences.explain_line(rule, comparison, line, candidate))
        for line in compare_with_lines(rule, comparison.series, candidate)
    ]


# --- outcomes ---------------------------------------------------------------------------------------


def conclude_rule(
    judged: JudgedRule, effect: Outcome, find_waiver: WaiverFinder, losses: Losses
) -> tuple[RuleOutcome, tuple[Check, ...]]:
    """Conclude from all checks of a rule to its one outcome, the unit that counts and blocks.

    Args:
        judged: The rule with everything found in its slices.
        effect: What a verdict does under this run's event.
        find_waiver: Asked when the rule fails.
        losses: What the rule could not judge.

    Returns:
        The outcome, and the checks; failed ones are warnings when a waiver covers them all.
    """
    rule, checks = judged.rule, judged.checks
    state, reason, sentence = _conclude(judged)
    failed = [check for check in checks if check.state == "fail"]
    # Asked about the rule's state and not about each check: a waiver covers all failed slices, or none.
    waiver = find_waiver(rule, failed) if state == "fail" else None
    if waiver is not None:
        state, sentence = "warn", rule_sentences.explain_waived(sentence, waiver)
        checks = tuple([replace(check, state="warn") if check.state == "fail" else check for check in checks])
    state, reason, sentence = _fail_closed(rule, (state, reason, sentence), checks, losses)
    outcome = RuleOutcome(
        id=rule.id,
        state=state,
        reason=reason,
        mode=rule.mode,
        sentence=sentence,
        owner=rule.owner,
        advice=rule.advice,
        on_undecided=rule.on_undecided or "note",
        blocks=_blocks(rule, state, effect),
        checks=len(checks),
        waiver=waiver,
    )
    return outcome, checks


_Conclusion = tuple[State, Reason | None, str]
"""State, reason and sentence of a rule."""


def _fail_closed(rule: Rule, found: _Conclusion, checks: Sequence[Check], losses: Losses) -> _Conclusion:
    """Let nothing but a fail stand where something is missing that could have failed."""
    state, reason, sentence = found
    if state in ("fail", "undecided"):
        return found
    if losses.uncovered:
        sentence = loss_sentences.explain_lost(losses.uncovered, len(checks))
        return "undecided", _main_reason(losses.uncovered), sentence
    decided = sum(check.state != "undecided" for check in checks)
    # A pass of a few slices must not speak for many that have no data. A finding needs no majority.
    if state in ("pass", "improved") and decided < ENOUGH * len(checks):
        sentence = rule_sentences.explain_too_few_decided(rule, decided, len(checks))
        return "undecided", _main_reason(checks), sentence
    return state, reason, sentence + loss_sentences.explain_covered(losses.covered)


def _conclude(judged: JudgedRule) -> _Conclusion:
    """Conclude to state, reason and sentence, before any waiver and whatever is missing."""
    rule, checks = judged.rule, judged.checks
    state = _join(judged)
    sentence = rule_sentences.explain_rule(rule, state, checks) + _reading_words(judged, state)
    return state, _main_reason(checks) if state == "undecided" else None, sentence


def _reading_words(judged: JudgedRule, state: State) -> str:
    """Say how the slices show together what none of them shows clearly alone."""
    evidence = judged.evidence
    if (
        evidence is None
        or evidence.reading is None
        or evidence.state != state
        or state not in ("fail", "warn")
    ):
        return ""
    # The clearest slice alone. One without a p-value failed a line, which needs no other slice to be clear.
    alone = min((check.p_value or 0.0 for check in judged.checks if check.state == state), default=0.0)
    return "" if alone <= CLEAR else rule_sentences.explain_reading(evidence.reading)


def _join(judged: JudgedRule) -> State:
    """Join the state from the evidence with the states of the absolute lines."""
    rule, evidence = judged.rule, judged.evidence
    if evidence is None:
        return _state_of_lines(judged.checks)
    if rule.limit is None and rule.goal is None:
        return evidence.state
    return worst([evidence.state, _state_of_lines(judged.checks)])


def _state_of_lines(checks: Sequence[Check]) -> State:
    """Join the states of many slices: one in doubt keeps the rule in doubt, one without data does not."""
    if any(check.state == "fail" for check in checks):
        return "fail"
    # Above the line, but within Apple's error margin.
    if any(check.reason == "within_noise" for check in checks):
        return "undecided"
    # Of nothing at all `worst` makes undecided, so a rule without any data is never a pass.
    return worst(check.state for check in checks if check.state != "undecided")


def _blocks(rule: Rule, state: State, effect: Outcome) -> bool:
    if rule.mode != "enforce":
        return False
    if state == "fail":
        return effect.fail == "block"
    # What the rule says itself holds for it, but where an event only advises nothing blocks.
    wanted = rule.on_undecided or effect.undecided
    return state == "undecided" and wanted == "block" and effect.undecided != "advise"


def _main_reason(checks: Sequence[Check]) -> Reason:
    """Find the reason that most undecided slices share; the first of them among equals."""
    reasons = [check.reason for check in checks if check.reason is not None]
    return max(reasons, key=reasons.count) if reasons else "no_data"
