"""What is wrong between the parts of a document: waivers, the baseline, signatures, events.

A value that was refused has been reported already; the checks stay silent about it.
"""

from collections.abc import Container, Sequence
from datetime import date
from typing import TypeVar

from msgspec import UNSET, UnsetType

from gate.policy import keys, vocabulary
from gate.policy.hints import did_you_mean, nearest, quoted
from gate.policy.located import KeyPath, LocatedDocument
from gate.policy.problems import Problems

T = TypeVar("T")


def check_parts(
    located: LocatedDocument,
    merged: keys.PolicyDocument,
    problems: Problems,
    today: date | None,
    *,
    settled: Container[str] = (),
    is_complete: bool = True,
) -> None:
    """Note everything that is wrong between values which are right for themselves, apart from the rules.

    Args:
        located: The document as far as it could be read.
        merged: The same merged with what it extends and what extends it.
        problems: Where to note what is found.
        today: The day on which waivers are looked at; None leaves their expiry alone.
        settled: Sections in which another document has the last word.
        is_complete: Whether everything that makes up the policy could be read.
    """
    if "baseline" not in settled and located.has(("baseline",)):
        _baseline(located, merged, problems)
    if "waivers" not in settled:
        _waivers(located, merged, problems, _known_ids(merged) if is_complete else [])
        if today is not None:
            _expiry(located, problems, today)
    _signatures(located, problems)
    _outcomes(located, problems)


def _baseline(located: LocatedDocument, merged: keys.PolicyDocument, problems: Problems) -> None:
    baseline = _given(merged.baseline, keys.BaselineSection())
    # The merged baseline, because `use` may come from the preset and `pinned` from the policy.
    if baseline.use != "pinned":
        return
    if baseline.pinned is UNSET:
        if not located.has(("baseline", "pinned")):
            at = located.span(("baseline", "use"))
            problems.error(at, "`use: pinned` needs the version", 'Add for example `pinned: "3.1.0"`.')
    elif baseline.pinned in _given(baseline.exclude, ()):
        message = f"{quoted(baseline.pinned)} is pinned and excluded, so nothing is left to compare with"
        problems.error(located.span(("baseline", "pinned")), message, "Remove it from `exclude`.")


def _waivers(
    located: LocatedDocument, merged: keys.PolicyDocument, problems: Problems, ids: Sequence[str]
) -> None:
    off = {rule.id for rule in _given(merged.rules, ()) if not rule.is_enabled}
    for index, waiver in enumerate(_given(located.document.waivers, ())):
        path: KeyPath = ("waivers", index)
        # Asked of the document and not of the value: an end that was refused has been reported already.
        if not located.has((*path, "until")) and not located.has((*path, "through_version")):
            hint = 'Add `until: 2026-12-31` or `through_version: "3.4"`.'
            problems.error(located.span(path), "a waiver needs an end", hint)
        # A waiver of a rule that was renamed would be silently dead.
        if ids and waiver.rule is not UNSET and waiver.rule not in ids:
            hint = did_you_mean(waiver.rule, ids)
            problems.error(located.span((*path, "rule")), f"no rule has the id {quoted(waiver.rule)}", hint)
        if waiver.rule in off:
            message = f"the rule {quoted(str(waiver.rule))} is switched off, so this waiver has nothing to do"
            problems.warning(located.span((*path, "rule")), message, "Remove it.")


def _signatures(located: LocatedDocument, problems: Problems) -> None:
    section = _given(located.document.signatures, keys.SignaturesSection())
    counts = {"only": len(_given(section.only, ())), "ignore": len(_given(section.ignore, ()))}
    for path in (("signatures", key, index) for key, count in counts.items() for index in range(count)):
        if not any(located.has((*path, part)) for part in ("binary", "symbol", "file")):
            hint = "Add one of binary, symbol, file."
            problems.error(located.span(path), "this entry would mean every signature", hint)


def _known_ids(merged: keys.PolicyDocument) -> list[str]:
    """Collect the ids of all rules; none when they are not all known, because one could not be read."""
    rules = _given(merged.rules, ())
    ids = [rule.id for rule in rules if rule.id is not UNSET]
    return ids if len(ids) == len(rules) else []


def _expiry(located: LocatedDocument, problems: Problems, today: date) -> None:
    """Warn of waivers that are over; they load, but do not hold."""
    for index, waiver in enumerate(_given(located.document.waivers, ())):
        if waiver.until is not UNSET and date.fromisoformat(waiver.until) < today:
            at = located.span(("waivers", index, "until"))
            problems.warning(at, f"this waiver expired on {waiver.until} and no longer applies", "Remove it.")


def _outcomes(located: LocatedDocument, problems: Problems) -> None:
    """Warn of an event that GitHub does not have but that is like one it has."""
    for event in _given(located.document.outcomes, {}):
        # A warning only: GitHub adds events, and an unknown name may be one of them.
        match = "" if event in vocabulary.EVENTS else nearest(event, vocabulary.EVENTS)
        if match:
            at = located.span(("outcomes", event))
            problems.warning(at, f"{quoted(event)} is no usual event", f"Did you mean `{match}`?")


def _given(value: T | UnsetType, default: T) -> T:
    return default if value is UNSET else value
