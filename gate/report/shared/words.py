"""The words and signs that every report uses for the same things."""

from collections.abc import Mapping
from typing import Literal

from gate.model.result import Baseline, Candidate, Check, Coverage, Point, Result
from gate.model.states import STATES, Reason, State, UndecidedKind
from gate.report.shared.axis import ReferenceLine
from gate.report.shared.waivers import is_waived
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

KINDS: dict[UndecidedKind, str] = {
    "not_yet": "not yet",
    "never": "never, as the policy stands",
    "within_noise": "seen, but within noise",
    "unusable": "data that can't be used",
}
"""What a reader can do about something undecided, as a title."""

_MOST_MISSING = 5
"""Rules that a line on the coverage names."""


def verdict_words(result: Result) -> str:
    """Write the verdict and what it does: ``Fail``, ``Fail, not blocking``, ``Undecided, blocking``, ``Pass, waived``.

    A pass is waived when something would fail without a waiver.
    """
    word = result.verdict.capitalize()
    if result.verdict == "pass" and is_waived(result):
        word = f"{word}, waived"
    if result.verdict == "fail" and not result.blocks:
        return f"{word}, not blocking"
    return f"{word}, blocking" if result.verdict != "fail" and result.blocks else word


def coverage_words(coverage: Coverage) -> str:
    """Write how much was decided: ``4 of 7 rules decided; missing: memory, storage``."""
    if not coverage.rules:
        return "no rule is enforced"
    said = f"{coverage.decided} of {plural(coverage.rules, 'rule')} decided"
    if coverage.missing:
        more = len(coverage.missing) - _MOST_MISSING
        named = ", ".join(coverage.missing[:_MOST_MISSING]) + (f" and {more} more" if more > 0 else "")
        said = f"{said}; missing: {named}"
    if coverage.unread:
        said = f"{said}; not read: {', '.join(coverage.unread)}"
    return f"{said}; {coverage.excepted} excepted by the policy" if coverage.excepted else said


def passes_at(check: Check) -> str:
    """Write the largest value that surely passes: ``998 ms or less``; nothing when nobody knows it."""
    if check.passes_at is None:
        return ""
    now = check.candidate.value if check.candidate is not None else None
    return f"{value(check.passes_at, check.unit, against=now)} or less"


def passing_line(check: Check) -> str:
    """Write ``passes at 998 ms or less; now 1,118 ms``; nothing when nobody knows the line."""
    line, now = passes_at(check), check.candidate
    if not line or now is None:
        return ""
    return f"passes at {line}; now {value(now.value, check.unit, against=check.passes_at)}"


def conclusive(check: Check) -> str:
    """Write the change that would be conclusive: ``+46% or more``; nothing when nobody knows it."""
    return f"{change(check.visible)} or more" if check.visible is not None else ""


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
