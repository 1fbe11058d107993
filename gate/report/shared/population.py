"""Which rules and slices a verdict is about: those that are counted, and those that stand apart."""

from collections.abc import Iterable

from gate.model.result import Coverage, Result, RuleOutcome
from gate.model.states import STRICTNESS, Mode, is_in_scope

_SCOPES = tuple(frozenset(mode for mode in STRICTNESS if is_in_scope(mode, run)) for run in STRICTNESS)
"""The modes that a run is about, by the run's own mode: its own and the stricter ones."""
_OLDER = _SCOPES[1]
"""What results counted before they said how many rules they are about."""


def counted_modes(result: Result) -> frozenset[Mode]:
    """Find the modes of the rules that the verdict of a result is about."""
    if result.coverage is None:
        return _OLDER
    return next((modes for modes in _SCOPES if _count(result, modes) == result.coverage.rules), _OLDER)


def coverage(result: Result) -> Coverage:
    """Give the coverage of a result; made of its rules where it does not say."""
    return result.coverage or cover(result, _OLDER)


def cover(result: Result, modes: Iterable[Mode]) -> Coverage:
    """Count how much of the rules in these modes is decided."""
    rules = [rule for rule in result.rules if rule.mode in modes]
    undecided = [rule for rule in rules if rule.state == "undecided"]
    missing = tuple(rule.id for rule in undecided if not is_excepted(rule))
    return Coverage(
        rules=len(rules),
        decided=len(rules) - len(undecided),
        excepted=len(undecided) - len(missing),
        missing=missing,
    )


def is_excepted(rule: RuleOutcome) -> bool:
    """Tell whether the policy does not wait for a rule."""
    return rule.on_undecided == "ignore"


def _count(result: Result, modes: Iterable[Mode]) -> int:
    return sum(rule.mode in modes for rule in result.rules)
