"""The words and signs that every report uses for the same things."""

from typing import Literal

from gate.model.numbers import change, margin, pair, share, value
from gate.model.result import Baseline, Candidate, Check, Reason, Result, SignatureFinding

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

_SIGNATURE_CHANGES = {
    "new": "new",
    "grown": "grown",
    "shrunk": "shrunk",
    "same": "about the same",
    "unknown": "not compared",
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
    wanted = ("limit ", "goal ") if check.line_failed else (f"{check.state} ",)
    parts = [part for part in check.allowed.split("; ") if part.startswith(wanted)]
    return "; ".join(part.removeprefix(f"{check.state} ") for part in parts) or check.allowed


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
