"""The words and signs that every report uses for the same things."""

from collections.abc import Mapping
from typing import Literal

from gate.model.result import Baseline, Candidate, Check, Point, Result
from gate.model.states import STATES, Reason, State
from gate.report.shared.axis import ReferenceLine
from gate.text.numbers import at_most, change, margin, pair, value
from gate.text.words import plural

Sign = Literal["pass", "improved", "warn", "fail", "undecided", "partial", "note"]
"""What has a sign: states, verdicts and levels."""

SIGNS: dict[Sign, str] = {
    "fail": "❌",
    "warn": "⚠️",
    "undecided": "⚪",
    "partial": "⚪",
    "improved": "🟢",
    "pass": "✅",
    "note": "ℹ️",  # noqa: RUF001 an emoji, not a letter
}
"""Never alone: a word always stands beside it."""

REASONS: dict[Reason, str] = {
    "no_data": "no data",
    "no_baseline": "no baseline",
    "thin_history": "few earlier versions",
    "not_comparable": "not comparable",
    "stale": "stale",
    "too_early": "too early",
    "within_noise": "within noise",
}

CURES: dict[Reason, str] = {
    "no_data": "Apple shows a value once enough devices have reported.",
    "no_baseline": "An earlier version with data, or another baseline in the policy, decides it.",
    "thin_history": "Another version or two show how much healthy releases differ.",
    "not_comparable": "Data that means the same on both sides decides it.",
    "stale": "A fresh snapshot decides it.",
    "too_early": "A few more days in the field decide it.",
    "within_noise": "More users of this version, or more versions, decide it.",
}
"""What decides a check, for each reason in general; its own sentence says it in particular."""


def verdict_words(result: Result) -> str:
    """Write the verdict and what it does: ``Fail``, ``Fail, not blocking``, ``Undecided, blocking``."""
    word = result.verdict.capitalize()
    if result.verdict == "fail" and not result.blocks:
        return f"{word}, not blocking"
    return f"{word}, blocking" if result.verdict != "fail" and result.blocks else word


def values(check: Check) -> str:
    """Write both sides of a check as far as they are known: ``907 → 1,118 ms``."""
    before, now = check.baseline, check.candidate
    if before is not None and now is not None:
        return pair(before.value, now.value, check.unit)
    if now is not None:
        return value(now.value, check.unit)
    return f"{value(before.value, check.unit)} → none" if before is not None else "none"


def measured(check: Check) -> str:
    """Write both sides of a check with Apple's error margins: ``907 ± 9 → 1,118 ± 12 ms``."""
    before, now = check.baseline, check.candidate
    if before is None or now is None:
        return values(check)
    return f"{with_margin(before, '')} → {with_margin(now, check.unit)}"


def rise(check: Check) -> str:
    """Write the change of a check, relative; nothing when there is none to speak of."""
    return change(check.change.relative) if check.change is not None else ""


def allowed(check: Check) -> str:
    """Choose the part of what a rule allows that the check's state is about, else all of it.

    ``> +10% and > +80 ms`` for a failed check under ``warn > +5%; fail > +10% and > +80 ms; limit <= 1500 ms``.
    """
    allows = check.allows
    if check.line_failed:
        limit = f"limit {allows.limit.text}" if allows.limit else ""
        goal = f"goal {allows.goal}" if allows.goal else ""
        return "; ".join(part for part in (limit, goal) if part)
    rises = {"fail": allows.fail, "warn": allows.warn}
    rise = rises.get(check.state)
    return rise.text if rise is not None else check.allowed


def counted(noun: str, counts: Mapping[State, int]) -> str:
    """Write every state with its count: ``8 rules: 3 fail, 0 warn, 1 undecided, 0 improved, 4 pass``."""
    states = ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES)
    return f"{plural(sum(counts.values()), noun)}: {states}"


def reference_lines(check: Check) -> tuple[ReferenceLine, ...]:
    """List what a check is compared with, in the order in which people ask for it."""
    base = check.baseline.value if check.baseline is not None else None
    clear = None
    if check.state == "undecided" and base is not None and check.visible is not None:
        clear = base * (1 + check.visible)
    known = (
        ("baseline", base, "baseline", value),
        # Rounded down, as in the sentences: what is printed is allowed.
        ("allowed", check.allowed_value, "allowed up to", at_most),
        ("limit", check.limit_value, "limit", value),
        ("goal", check.goal_value, "Apple's goal", value),
        ("clear", clear, "conclusive above", value),
    )
    return tuple(
        ReferenceLine(style=style, at=at, words=f"{words} {write(at, check.unit)}")
        for style, at, words, write in known
        if at is not None
    )


def with_margin(measurement: Baseline | Candidate | Point, unit: str) -> str:
    """Write a value with Apple's error margin: ``911 ± 9 ms``; without it where the data is the best there is."""
    if measurement.error_margin is None:
        return value(measurement.value, unit)
    return f"{value(measurement.value, '')} {margin(measurement.error_margin, unit)}"
