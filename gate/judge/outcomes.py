"""Checks, and one outcome per rule over all its slices."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

import msgspec

from gate.judge import sentences
from gate.judge.allowances import allows
from gate.judge.comparisons import Comparison, change_between
from gate.judge.eligibility import Eligibility, Ineligible
from gate.judge.limits import goal_at, hold, limit_at
from gate.judge.select import missing_key
from gate.judge.weighing import Weighed
from gate.model.result import STATES, Baseline, Check, Reason, RuleOutcome, State, WaiverInUse
from gate.policy.types import Outcome, Rule
from gate.stats.weigh import RuleEvidence, SliceEvidence
from gate.text.words import plural, slice_words

ENOUGH = 0.5
"""A rule passes only when at least this share of its slices was decided."""

CLEAR = 0.001
"""A slice that healthy releases show this seldom explains a finding by itself."""

_RANK = {state: rank for rank, state in enumerate(STATES)}


def worst(states: Iterable[State]) -> State:
    """The worst of some states; undecided for none."""
    return min(states, key=_RANK.__getitem__, default="undecided")


class RuleJudgement:
    """The checks and the outcome of one rule."""

    def __init__(self, rule: Rule, checks: Sequence[Check], answer: RuleEvidence | None) -> None:
        self.rule = rule
        self.checks = tuple(checks)
        self._answer = answer

    def outcome(
        self, effect: Outcome, waiver: Callable[[Sequence[Check]], WaiverInUse | None]
    ) -> RuleOutcome:
        """The rule's outcome; its failing checks become warnings when a waiver covers them all."""
        state, reason, sentence = self._state()
        waived = None
        failed = [check for check in self.checks if check.state == "fail"]
        if state == "fail" and (waived := waiver(failed)) is not None:
            state, sentence = "warn", sentences.waived(sentence, waived)
            self.checks = tuple(
                msgspec.structs.replace(check, state="warn") if check.state == "fail" else check
                for check in self.checks
            )
        rule = self.rule
        return RuleOutcome(
            id=rule.id,
            state=state,
            reason=reason,
            mode=rule.mode,
            sentence=sentence,
            owner=rule.owner,
            advice=rule.advice,
            on_undecided=rule.on_undecided,
            blocks=_blocks(rule, state, effect),
            checks=len(self.checks),
            waiver=waived,
        )

    def _state(self) -> tuple[State, Reason | None, str]:
        checks = self.checks
        decided = sum(check.state != "undecided" for check in checks)
        state = self._joined(checks)
        if state in ("pass", "improved") and decided < ENOUGH * len(checks):
            words = f"only {decided} of {plural(len(checks), 'slice')} could be judged"
            return "undecided", _main_reason(checks), sentences.undecided_rule(self.rule, words)
        sentence = sentences.rule_sentence(self.rule, state, checks, decided) + self._reading(state)
        return state, _main_reason(checks) if state == "undecided" else None, sentence

    def _reading(self, state: State) -> str:
        """How the slices say together what none of them says clearly alone."""
        answer = self._answer
        if answer is None or answer.reading is None or answer.state != state or state not in ("fail", "warn"):
            return ""
        alone = min((check.p_value or 0.0 for check in self.checks if check.state == state), default=0.0)
        return "" if alone <= CLEAR else sentences.read_together(answer.reading)

    def _joined(self, checks: Sequence[Check]) -> State:
        """The family's state from the evidence, joined with the state of the absolute lines."""
        lines: list[State] = [check.state for check in checks if check.line_failed]
        if self._answer is not None:
            has_lines = self.rule.limit is not None or self.rule.goal is not None
            extra = [_line_state(checks)] if has_lines else []
            return worst([self._answer.state, *lines, *extra])
        return worst(lines) if lines else _line_state(checks)


def _line_state(checks: Sequence[Check]) -> State:
    """Of many slices: one in doubt keeps the rule in doubt, one without data does not."""
    if any(check.state == "fail" for check in checks):
        return "fail"
    if any(check.reason == "within_noise" for check in checks):
        return "undecided"
    return worst(check.state for check in checks if check.state != "undecided")


def _blocks(rule: Rule, state: State, effect: Outcome) -> bool:
    if rule.mode != "enforce":
        return False
    if state == "fail":
        return effect.fail == "block"
    return state == "undecided" and rule.on_undecided == "block" and effect.undecided != "advise"


def _main_reason(checks: Sequence[Check]) -> Reason:
    """The reason that most undecided slices share; the first of them among equals."""
    reasons = [check.reason for check in checks if check.reason is not None]
    return max(reasons, key=reasons.count) if reasons else "no_data"


def judge_rule(
    rule: Rule, indices: Sequence[int], cells: Sequence[Comparison], weighed: Weighed, refusals: Eligibility
) -> RuleJudgement:
    """All checks of a rule, with the rule's own answer for its outcome."""
    answers = {one.track: one for one in weighed.answer.slices} if weighed.answer else {}
    checks = [
        _check(rule, cells[index], answers.get(index), weighed.incomparable.get(index, ""), refusals)
        for index in indices
    ]
    return RuleJudgement(rule, checks, weighed.answer if refusals.stale is None else None)


def unmatched(rule: Rule, names: Iterable[str], refusals: Eligibility) -> RuleJudgement:
    """A rule that selects nothing: one undecided check, so that no count can hide it."""
    key = missing_key(rule.selector)
    near = get_close_matches(rule.selector.metric, list(names), n=1)
    wanted = slice_words(key) if "*" not in rule.selector.metric else rule.selector.metric
    refusal = refusals.unmatched(wanted, near[0] if near and near[0] != key.name else "")
    check = Check(
        rule=rule.id,
        slice=key,
        state="undecided",
        reason=refusal.reason,
        mode=rule.mode,
        allowed=sentences.allowance(rule),
        allows=allows(rule),
        sentence=sentences.refused(rule, refusal),
    )
    return RuleJudgement(rule, [check], None)


def _check(
    rule: Rule, cell: Comparison, answer: SliceEvidence | None, incomparable: str, refusals: Eligibility
) -> Check:
    refusal = refusals.of(cell)
    baseline = cell.baseline()
    compared = [_refused(rule, refusal)] if refusal else _compared(rule, cell, baseline, answer, incomparable)
    held = [] if refusal else _held(rule, cell)
    state, reason, sentence = min([*compared, *held], key=lambda part: _RANK[part[0]])
    return Check(
        rule=rule.id,
        slice=cell.series.key,
        state=state,
        reason=reason,
        mode=rule.mode,
        baseline=baseline,
        candidate=cell.candidate,
        change=change_between(baseline, cell.candidate),
        unit=cell.series.unit,
        allowed=sentences.allowance(rule),
        allows=allows(rule),
        sentence=sentence,
        device_name=cell.series.device_name,
        history=cell.history(),
        line_failed=any(part[0] == "fail" for part in held),
        p_value=answer.p if answer else None,
        visible=answer.visible if answer else None,
        allowed_value=answer.line if answer else None,
        limit_value=limit_at(rule, cell.series),
        goal_value=goal_at(rule, cell.series),
    )


Part = tuple[State, Reason | None, str]


def _refused(rule: Rule, refusal: Ineligible) -> Part:
    return "undecided", refusal.reason, sentences.refused(rule, refusal)


def _compared(
    rule: Rule, cell: Comparison, baseline: Baseline | None, answer: SliceEvidence | None, incomparable: str
) -> list[Part]:
    """What the rule's comparison says of one measured slice; nothing when it compares nothing."""
    if rule.fail is None and rule.warn is None:
        return []
    if incomparable:
        return [_refused(rule, Ineligible(reason="not_comparable", words=incomparable))]
    if answer is not None and answer.why == "not_comparable":
        words = f"{slice_words(cell.series.key, cell.series.device_name)} has values that can't be compared"
        return [_refused(rule, Ineligible(reason="not_comparable", words=words))]
    if answer is None or baseline is None or answer.reason == "no_baseline":
        return [("undecided", "no_baseline", sentences.no_baseline(rule, cell))]
    change = change_between(baseline, cell.candidate)
    return [(answer.state, answer.reason, sentences.weighed(rule, cell, change, answer, baseline))]


def _held(rule: Rule, cell: Comparison) -> list[Part]:
    """What the rule's limit and goal say of one measured slice."""
    candidate = cell.candidate
    if candidate is None:
        return []
    lines = hold(rule, cell.series, candidate.value, candidate.error_margin)
    return [(line.state, line.reason, sentences.held(rule, cell, line, candidate)) for line in lines]
