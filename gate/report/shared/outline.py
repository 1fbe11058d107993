"""What a report lists and in which order, the same for every format people read.

Worst first, slices folded under their rule, shadow rules apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from gate.model.result import Check, InsightFinding, Result, RuleOutcome, SignatureFinding
from gate.model.states import STATES, Level, Reason, State

SLICES_PER_RULE = 3
"""Slices of one rule that are named at most."""
ROWS = 15
"""Slices that are named in all; one for each rule in any case."""

_LEVELS: tuple[Level, ...] = ("fail", "warn", "note")


class RuleFinding(Struct, frozen=True, kw_only=True):
    """A rule that needs attention, with its worst slices."""

    rule: RuleOutcome
    checks: tuple[Check, ...]
    """The worst slices that share the rule's state, worst first."""
    more: int
    """Further slices in the same state."""


class UndecidedRule(Struct, frozen=True, kw_only=True):
    """The undecided slices of one rule that share a reason."""

    reason: Reason
    id: str
    sentence: str
    """Of the rule if it is undecided for this reason itself, else of its first such slice."""
    checks: int
    more: int
    """Slices that the sentence does not name."""


class ReasonGroup(Struct, frozen=True, kw_only=True):
    """All that is undecided for one reason."""

    reason: Reason
    rules: tuple[UndecidedRule, ...]


class Outline(Struct, frozen=True, kw_only=True):
    """The parts of a report, worst first in each."""

    failed: tuple[RuleFinding, ...]
    warned: tuple[RuleFinding, ...]
    waiting: tuple[RuleFinding, ...]
    """Undecided rules that block or warn when undecided."""
    insights: tuple[InsightFinding, ...]
    signatures: tuple[SignatureFinding, ...]
    undecided: tuple[UndecidedRule, ...]
    """By reason, the commonest first; without those waiting, and without those whose policy ignores it."""
    shadow: tuple[RuleFinding, ...]
    """Shadow rules that would have failed or warned."""
    shadow_counts: dict[State, int]
    """Shadow rules in each state."""
    checks: tuple[Check, ...]
    """All checks but those of shadow rules."""


def outline(result: Result, *, rows: int = ROWS, slices_each: int = SLICES_PER_RULE) -> Outline:
    """Sort a result into the parts of a report.

    Args:
        result: What was judged.
        rows: How many slices the findings name in all, as far as every rule can still name its worst one.
        slices_each: How many slices of one rule are named at most.
    """
    counted = [rule for rule in result.rules if rule.mode != "shadow"]
    shadow = [rule for rule in result.rules if rule.mode == "shadow"]
    findings = sum(rule.state in ("fail", "warn") for rule in counted)
    slices = _Slices(result.checks, each=max(1, min(slices_each, rows // max(1, findings))))
    return Outline(
        failed=slices.findings(rule for rule in counted if rule.state == "fail"),
        warned=slices.findings(rule for rule in counted if rule.state == "warn"),
        waiting=slices.findings(rule for rule in counted if _waits(rule)),
        insights=tuple(sorted(result.insights, key=lambda insight: _LEVELS.index(insight.level))),
        signatures=tuple(sorted(result.signatures, key=lambda signature: _LEVELS.index(signature.level))),
        undecided=slices.undecided(rule for rule in counted if not _waits(rule)),
        shadow=slices.findings(rule for rule in shadow if rule.state in ("fail", "warn")),
        shadow_counts={state: sum(rule.state == state for rule in shadow) for state in STATES},
        checks=tuple(sorted((check for check in result.checks if check.mode != "shadow"), key=_badness)),
    )


def grouped(undecided: Iterable[UndecidedRule]) -> tuple[ReasonGroup, ...]:
    """Group undecided rules, which stand in the order of an outline, by their reason."""
    groups = groupby(undecided, key=lambda one: one.reason)
    return tuple(ReasonGroup(reason=reason, rules=tuple(rules)) for reason, rules in groups)


class _Slices:
    """The checks of a result by rule."""

    def __init__(self, checks: Iterable[Check], *, each: int) -> None:
        self._each = each
        self._by_rule: dict[str, list[Check]] = defaultdict(list)
        for check in checks:
            self._by_rule[check.rule].append(check)

    def findings(self, rules: Iterable[RuleOutcome]) -> tuple[RuleFinding, ...]:
        """Pick each rule's worst slices, worst rule first."""
        return tuple(sorted(map(self._finding, rules), key=_weight))

    def _finding(self, rule: RuleOutcome) -> RuleFinding:
        checks = self._by_rule.get(rule.id, [])
        same = sorted((check for check in checks if check.state == rule.state), key=_badness)
        worst = tuple(same[: self._each])
        return RuleFinding(rule=rule, checks=worst, more=len(same) - len(worst))

    def undecided(self, rules: Iterable[RuleOutcome]) -> tuple[UndecidedRule, ...]:
        """Find what is undecided in the rules, by reason, the commonest first."""
        found = [
            _undecided_rule(rule, reason, checks)
            for rule in rules
            if rule.on_undecided != "ignore"
            for reason, checks in _reasons(rule, self._by_rule.get(rule.id, [])).items()
        ]
        common: Counter[Reason] = Counter()
        for one in found:
            common[one.reason] += one.checks
        return tuple(sorted(found, key=lambda one: (-common[one.reason], one.reason)))


def _waits(rule: RuleOutcome) -> bool:
    return rule.state == "undecided" and (rule.blocks or rule.on_undecided in ("block", "warn"))


def _weight(finding: RuleFinding) -> tuple[bool, bool, tuple[int, float, float]]:
    """Make a sort key: what blocks comes first, then what is enforced, then the clearest rise."""
    clearest = min((_badness(check) for check in finding.checks), default=(0, 1.0, 0.0))
    return not finding.rule.blocks, finding.rule.mode != "enforce", clearest


def _badness(check: Check) -> tuple[int, float, float]:
    """Make a sort key, smallest for the worst: by state, then the clearest rise, then the largest.

    A rise from zero has no size and counts as the largest of all.
    """
    chance = check.p_value if check.p_value is not None else 1.0
    size = 0.0
    if check.change is not None:
        size = -check.change.relative if check.change.relative is not None else float("-inf")
    return STATES.index(check.state), chance, size


def _reasons(rule: RuleOutcome, checks: Sequence[Check]) -> dict[Reason, list[Check]]:
    """Sort the undecided checks of a rule by reason; a rule that is undecided without any has one empty entry."""
    found: dict[Reason, list[Check]] = defaultdict(list)
    if rule.state == "undecided" and rule.reason is not None:
        found[rule.reason] = []
    for check in checks:
        if check.state == "undecided" and check.reason is not None:
            found[check.reason].append(check)
    return found


def _undecided_rule(rule: RuleOutcome, reason: Reason, checks: Sequence[Check]) -> UndecidedRule:
    own = rule.state == "undecided" and rule.reason == reason
    return UndecidedRule(
        reason=reason,
        id=rule.id,
        sentence=rule.sentence if own or not checks else checks[0].sentence,
        checks=len(checks),
        more=0 if own or not checks else len(checks) - 1,
    )
