"""From outcomes and findings to the verdict of a run."""

from collections.abc import Sequence

from msgspec import Struct

from gate.model.result import InsightFinding, Mode, RuleOutcome, SignatureFinding, Verdict
from gate.policy.types import Outcome, Policy

PASS, FAIL, UNDECIDED = 0, 1, 3
"""Exit codes of a verdict; 2 and 4 belong to errors."""

_STRICTNESS: dict[Mode, int] = {"shadow": 0, "advise": 1, "enforce": 2}


class Conclusion(Struct, frozen=True, kw_only=True):
    """What a run comes to."""

    verdict: Verdict
    blocks: bool
    exit_code: int
    failed_findings: tuple[str, ...]
    """Insights and signatures that the policy lets fail the run, in words."""


def in_scope(policy: Policy, outcomes: Sequence[RuleOutcome]) -> list[RuleOutcome]:
    """The outcomes that the verdict is about: those of rules at the run's own mode or stricter.

    So an advisory rule can't turn the verdict of an enforcing run, while a run that only advises still
    says what it advises.
    """
    least = _STRICTNESS[policy.mode]
    return [outcome for outcome in outcomes if _STRICTNESS[outcome.mode] >= least]


def conclude(
    policy: Policy,
    effect: Outcome,
    outcomes: Sequence[RuleOutcome],
    insights: Sequence[InsightFinding],
    signatures: Sequence[SignatureFinding],
) -> Conclusion:
    """The verdict, whether it blocks, and the exit code."""
    rules = in_scope(policy, outcomes)
    findings = [f"Apple's insight on {one.slice_name}" for one in insights if one.level == "fail"]
    findings += [f"signature {one.name or one.text}" for one in signatures if one.level == "fail"]
    verdict = _verdict(rules, findings)
    enforced = policy.mode == "enforce"
    failing = any(rule.blocks for rule in rules if rule.state == "fail")
    failing = failing or (bool(findings) and enforced and effect.fail == "block")
    waiting = any(rule.blocks for rule in rules if rule.state == "undecided")
    waiting = waiting or (verdict == "undecided" and enforced and effect.undecided == "block")
    code = FAIL if failing else UNDECIDED if waiting else PASS
    return Conclusion(verdict=verdict, blocks=code != PASS, exit_code=code, failed_findings=tuple(findings))


def _verdict(rules: Sequence[RuleOutcome], findings: Sequence[str]) -> Verdict:
    if findings or any(rule.state == "fail" for rule in rules):
        return "fail"
    if any(rule.state == "undecided" and rule.on_undecided == "block" for rule in rules):
        return "undecided"
    if all(rule.state == "undecided" for rule in rules):
        return "undecided"
    return "pass"
