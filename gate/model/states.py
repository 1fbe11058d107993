"""The words of a verdict: states and their reasons, modes and levels."""

from typing import Literal

State = Literal["pass", "improved", "warn", "fail", "undecided"]
"""State of a check or of a rule's outcome."""

Reason = Literal[
    "no_data", "no_baseline", "thin_history", "not_comparable", "stale", "too_early", "within_noise"
]
"""Why a check or an outcome is undecided."""

UndecidedKind = Literal["not_yet", "never", "within_noise", "unusable"]
"""What a reader can do about something undecided: wait, change the policy, look at its numbers, mend the data."""

Verdict = Literal["pass", "partial", "fail", "undecided"]
"""Of a run. Only `pass` is green: ``partial`` means that nothing failed and not every rule was decided."""

Mode = Literal["enforce", "advise", "shadow"]

STRICTNESS: dict[Mode, int] = {"enforce": 2, "advise": 1, "shadow": 0}
"""Modes by how much they count, the strictest first."""

Level = Literal["note", "warn", "fail"]
"""How much a finding outside the rules matters."""

STATES: tuple[State, ...] = ("fail", "warn", "undecided", "improved", "pass")
"""Worst first, the order in which reports list them."""


def is_in_scope(mode: Mode, run: Mode) -> bool:
    """Tell whether a verdict is about rules of a mode, in a run of another: those at the run's own mode or stricter.

    So an advisory rule can't turn the verdict of an enforcing run, while a run that only advises still says what it
    advises.
    """
    return STRICTNESS[mode] >= STRICTNESS[run]
