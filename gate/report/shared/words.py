"""The words and signs that every report uses for the same things."""

from collections.abc import Mapping
from typing import Literal

from gate.model.result import (
    STATES,
    Baseline,
    Candidate,
    Check,
    Reason,
    Result,
    RuleOutcome,
    SignatureFinding,
    State,
)
from gate.text.numbers import change, margin, pair, share, value
from gate.text.words import plural, waiver_words

Sign = Literal["pass", "improved", "warn", "fail", "undecided", "note"]
"""What has a sign: states, verdicts and levels."""

SIGNS: dict[Sign, str] = {
    "fail": "❌",
    "warn": "⚠️",
    "undecided": "⚪",
    "improved": "🟢",
    "pass": "✅",
    "note": "ℹ️",  # noqa: RUF001 an emoji, not a letter
}
"""Never alone: a word always stands beside it."""

REASONS: dict[Reason, str] = {
    "no_data": "no data",
    "no_baseline": "no baseline",
    "not_comparable": "not comparable",
    "stale": "stale",
    "too_early": "too early",
    "within_noise": "within noise",
}

CURES: dict[Reason, str] = {
    "no_data": "Apple shows a value once enough devices have reported.",
    "no_baseline": "An earlier version with data, or another baseline in the policy, decides it.",
    "not_comparable": "Data that means the same on both sides decides it.",
    "stale": "A fresh snapshot decides it.",
    "too_early": "A few more days in the field decide it.",
    "within_noise": "More users of this version, or more versions, decide it.",
}
"""What decides a check, for each reason in general; its own sentence says it in particular."""

ENDS_SOON = 14
"""Days before its end from which on a waiver is said to end."""
_SIGNATURE_CHANGES = {
    "new": "new",
    "grown": "grown",
    "shrunk": "shrunk",
    "same": "about the same",
    "unknown": "not compared",
    "gone": "gone",
}


def verdict_words(result: Result) -> str:
    """The verdict and what it does: ``Fail``, ``Fail, not blocking``, ``Undecided, blocking``."""
    word = result.verdict.capitalize()
    if result.verdict == "fail" and not result.blocks:
        return f"{word}, not blocking"
    return f"{word}, blocking" if result.verdict != "fail" and result.blocks else word


def values(check: Check) -> str:
    """Both sides of a check as far as they are known: ``907 → 1 118 ms``."""
    before, now = check.baseline, check.candidate
    if before is not None and now is not None:
        return pair(before.value, now.value, check.unit)
    if now is not None:
        return value(now.value, check.unit)
    return f"{value(before.value, check.unit)} → none" if before is not None else "none"


def measured(check: Check) -> str:
    """Both sides of a check with Apple's error margins: ``907 ± 9 → 1 118 ± 12 ms``."""
    before, now = check.baseline, check.candidate
    if before is None or now is None:
        return values(check)
    return f"{_with_margin(before, '')} → {_with_margin(now, check.unit)}"


def rise(check: Check) -> str:
    """The change of a check, relative; empty when there is none to speak of."""
    return change(check.change.relative) if check.change is not None else ""


def allowed(check: Check) -> str:
    """The part of what a rule allows that the check's state is about, else all of it.

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
    """Every state with its count: ``8 rules: 3 fail, 0 warn, 1 undecided, 0 improved, 4 pass``."""
    told = ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES)
    return f"{plural(sum(counts.values()), noun)}: {told}"


def waived(rule: RuleOutcome) -> str:
    """A waiver in use, as a sentence; empty when there is none.

    ``launch-typical is waived up to +15 % until 2026-12-31: New onboarding.``
    """
    return f"{rule.id} is {waiver_words(rule.waiver).rstrip('.')}." if rule.waiver else ""


def waiver_end(rule: RuleOutcome) -> str:
    """``It ends in 5 days.`` for a waiver that ends within `ENDS_SOON`; else empty."""
    days = rule.waiver.days_left if rule.waiver else None
    if days is None or not 0 <= days <= ENDS_SOON:
        return ""
    return f"It ends in {plural(days, 'day')}." if days else "It ends today."


def function(signature: SignatureFinding) -> str:
    """What a signature is about: its function as a person would say it, else Apple's text."""
    return signature.name or signature.text


def place(signature: SignatureFinding) -> str:
    """Where a signature is: its file in the repository, else the frame that Apple blames, or nothing."""
    source = signature.source
    if source is None or not source.path:
        return blame(signature)
    return f"{source.path}:{source.line}" if source.line is not None else source.path


def blame(signature: SignatureFinding) -> str:
    """The deepest blamed frame: ``File.swift:42``, or a symbol that the signature itself does not name, or nothing."""
    for frame in reversed(signature.blame):
        if frame.file:
            return f"{frame.file}:{frame.line}" if frame.line is not None else frame.file
    symbols = (frame.symbol for frame in reversed(signature.blame) if frame.symbol)
    return next((symbol for symbol in symbols if symbol not in signature.text), "")


def signature_change(signature: SignatureFinding) -> str:
    """Against the baseline build: ``new``, ``grown from 12 %``, ``not compared``."""
    word = _SIGNATURE_CHANGES[signature.change]
    if signature.baseline_weight is None or signature.change not in ("grown", "shrunk"):
        return word
    return f"{word} from {share(signature.baseline_weight)}"


def _with_margin(side: Baseline | Candidate, unit: str) -> str:
    if side.error_margin is None:
        return value(side.value, unit)
    return f"{value(side.value, '')} {margin(side.error_margin, unit)}"
