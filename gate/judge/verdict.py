"""From outcomes and findings to the verdict of a run."""

from collections.abc import Sequence

from msgspec import Struct

from gate.model.result import Coverage, InsightFinding, RuleOutcome, SignatureFinding
from gate.model.states import Mode, Verdict
from gate.policy.types import Outcome, Policy

PASS, FAIL, UNDECIDED = 0, 1, 3
"""Exit codes of a verdict; 2 and 4 belong to errors."""

_STRICTNESS: dict[Mode, int] = {"shadow": 0, "advise": 1, "enforce": 2}


class Conclusion(Struct, frozen=True, kw_only=True):
    """What a run comes to: its verdict, whether it blocks, and the exit code."""

    verdict: Verdict
    blocks: bool
    exit_code: int


def in_scope(policy: Policy, outcomes: Sequence[RuleOutcome]) -> list[RuleOutcome]:
    """Pick the outcomes that the verdict is about: those of rules at the run's own mode or stricter.

    So an advisory rule can't turn the verdict of an enforcing run, while a run that only advises still
    says what it advises.
    """
    least = _STRICTNESS[policy.mode]
    return [outcome for outcome in outcomes if _STRICTNESS[outcome.mode] >= least]


def cover(policy: Policy, outcomes: Sequence[RuleOutcome]) -> Coverage:
    """Count how much of what the verdict is about could be decided."""
    rules = in_scope(policy, outcomes)
    undecided = [rule for rule in rules if rule.state == "undecided"]
    missing = tuple(rule.id for rule in undecided if rule.on_undecided != "ignore")
    return Coverage(
        rules=len(rules),
        decided=len(rules) - len(undecided),
        excepted=len(undecided) - len(missing),
        missing=missing,
    )


def conclude(
    policy: Policy,
    effect: Outcome,
    outcomes: Sequence[RuleOutcome],
    insights: Sequence[InsightFinding],
    signatures: Sequence[SignatureFinding],
) -> Conclusion:
    """Conclude from all outcomes and findings to the verdict of the run.

    Args:
        policy: Its mode decides which rules count.
        effect: What a verdict does under this run's event.
        outcomes: Of all rules.
        insights: Apple's, with the policy's levels.
        signatures: Of the candidate, with the policy's levels.
    """
    rules = in_scope(policy, outcomes)
    levels = [*(one.level for one in insights), *(one.level for one in signatures)]
    has_failed = "fail" in levels
    verdict = _verdict(rules, has_failed=has_failed)
    enforces = policy.mode == "enforce"
    fails = any(rule.blocks for rule in rules if rule.state == "fail")
    # Insights and signatures have no mode of their own, so the run's mode decides.
    fails = fails or (has_failed and enforces and effect.fail == "block")
    waits = any(rule.blocks for rule in rules if rule.state == "undecided")
    waits = waits or (verdict == "undecided" and enforces and effect.undecided == "block")
    # A known fail outranks waiting for data.
    code = FAIL if fails else UNDECIDED if waits else PASS
    return Conclusion(verdict=verdict, blocks=code != PASS, exit_code=code)


def _verdict(rules: Sequence[RuleOutcome], *, has_failed: bool) -> Verdict:
    # A fail is never hidden by something undecided; then come those that the policy waits for.
    if has_failed or any(rule.state == "fail" for rule in rules):
        return "fail"
    if any(rule.state == "undecided" and rule.on_undecided == "block" for rule in rules):
        return "undecided"
    # True of no rules as well: a run that judges nothing does not pass.
    if all(rule.state == "undecided" for rule in rules):
        return "undecided"
    return "pass"
