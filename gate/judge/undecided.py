"""What could not be decided, sorted by what a reader can do about it."""

from collections.abc import Sequence

from gate.model.facts import Facts
from gate.model.result import Check, UndecidedGroup
from gate.policy.types import Rule


def group_undecided(
    rules: Sequence[Rule], checks: Sequence[Check], facts: Facts, *, candidate: str
) -> tuple[UndecidedGroup, ...]:
    """Group the undecided checks of a run, the most important first.

    Args:
        rules: The policy's.
        checks: All checks of the run.
        facts: What Apple measured.
        candidate: The version that is judged.
    """
    _ = rules, checks, facts, candidate
    return ()
