"""The words of a verdict: states and their reasons, modes and levels."""

from typing import Literal

State = Literal["pass", "improved", "warn", "fail", "undecided"]
"""State of a check or of a rule's outcome."""

Reason = Literal["no_data", "no_baseline", "not_comparable", "stale", "too_early", "within_noise"]
"""Why a check or an outcome is undecided."""

Verdict = Literal["pass", "fail", "undecided"]

Mode = Literal["enforce", "advise", "shadow"]

Level = Literal["note", "warn", "fail"]
"""How much a finding outside the rules matters."""

STATES: tuple[State, ...] = ("fail", "warn", "undecided", "improved", "pass")
"""Worst first, the order in which reports list them."""
