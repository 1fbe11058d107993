"""From outcomes and findings to the verdict of a run."""

from collections.abc import Sequence

from msgspec import Struct

from gate.model.catalogue import IMPORTANCE
from gate.model.result import Coverage, InsightFinding, RuleOutcome, SignatureFinding, UnreadPart
from gate.model.states import STRICTNESS, Mode, Verdict, is_in_scope
from gate.policy.globs import matches
from gate.policy.types import Outcome, Policy, Rule

PASS, FAIL, UNDECIDED = 0, 1, 3
"""Exit codes of a verdict; 2 and 4 belong to errors."""


class Conclusion(Struct, frozen=True, kw_only=True):
    """What a run comes to: its verdict, whether it blocks, and the exit code."""

    verdict: Verdict
    blocks: bool
    exit_code: int


def counts(policy: Policy, mode: Mode) -> bool:
    """Tell whether the verdict is about rules of a mode."""
    return is_in_scope(mode, policy.mode)


def in_scope(policy: Policy, outcomes: Sequence[RuleOutcome]) -> list[RuleOutcome]:
    """Pick the outcomes that the verdict is about."""
    return [outcome for outcome in outcomes if counts(policy, outcome.mode)]


def cover(policy: Policy, outcomes: Sequence[RuleOutcome], unread: Sequence[UnreadPart] = ()) -> Coverage:
    """Count how much of what the verdict is about could be decided.

    Args:
        policy: Its rules say what is most important.
        outcomes: Of all rules.
        unread: What could fail the run beside its rules, and could not be read.
    """
    rules = in_scope(policy, outcomes)
    undecided = [rule for rule in rules if rule.state == "undecided"]
    importance = {rule.id: _importance(rule) for rule in policy.rules}
    missing = [rule.id for rule in undecided if rule.on_undecided != "ignore"]
    return Coverage(
        rules=len(rules),
        decided=len(rules) - len(undecided),
        excepted=len(undecided) - len(missing),
        missing=tuple(sorted(missing, key=importance.__getitem__)),
        unread=tuple(unread),
    )


def conclude(
    policy: Policy,
    effect: Outcome,
    outcomes: Sequence[RuleOutcome],
    insights: Sequence[InsightFinding],
    signatures: Sequence[SignatureFinding],
    coverage: Coverage,
) -> Conclusion:
    """Conclude from all outcomes and findings to the verdict of the run.

    Args:
        policy: Its mode decides which rules count.
        effect: What a verdict does under this run's event.
        outcomes: Of all rules.
        insights: Apple's, with the policy's levels.
        signatures: Of the candidate, with the policy's levels.
        coverage: How much could be decided.
    """
    rules = in_scope(policy, outcomes)
    levels = [*(one.level for one in insights), *(one.level for one in signatures)]
    has_failed = "fail" in levels
    verdict = join_verdict(rules, coverage, has_failed=has_failed)
    enforces = policy.mode == "enforce"
    fails = any(rule.blocks for rule in rules if rule.state == "fail")
    # Insights and signatures have no mode of their own, so the run's mode decides.
    fails = fails or (has_failed and enforces and effect.fail == "block")
    waits = any(rule.blocks for rule in rules if rule.state == "undecided")
    # What is nobody's to except: a run that decided nothing, and what is no rule.
    is_bare = verdict == "undecided" or bool(coverage.unread)
    waits = waits or (is_bare and enforces and effect.undecided == "block")
    # A known fail outranks waiting for data.
    code = FAIL if fails else UNDECIDED if waits else PASS
    return Conclusion(verdict=verdict, blocks=code != PASS, exit_code=code)


def join_verdict(rules: Sequence[RuleOutcome], coverage: Coverage, *, has_failed: bool) -> Verdict:
    """Join the states of the rules in scope to one verdict.

    Args:
        rules: Those that the verdict is about.
        coverage: How much of them could be decided.
        has_failed: An insight or a signature failed.
    """
    # A fail is never hidden by something undecided.
    if has_failed or any(rule.state == "fail" for rule in rules):
        return "fail"
    # True of no rules as well: a run that judges nothing does not pass.
    if not coverage.decided:
        return "undecided"
    return "partial" if coverage.missing or coverage.unread else "pass"


def _importance(rule: Rule) -> tuple[int, int, bool]:
    """Rank a rule: enforced before advised, then what users notice most, then groups of devices before models."""
    category = rule.selector.metric.partition("/")[0]
    noticed = (place for place, name in enumerate(IMPORTANCE) if matches(name, category))
    device = rule.selector.device.casefold()
    is_model = not device.startswith(("all_", "any", "*"))
    return -STRICTNESS[rule.mode], next(noticed, len(IMPORTANCE)), is_model
