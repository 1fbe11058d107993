"""What is wrong between the parts of a document: the baseline, signatures, events.

A value that was refused has been reported already; the checks stay silent about it.
"""

from collections.abc import Container
from typing import TypeVar

from msgspec import UNSET, UnsetType

from gate.policy import keys, vocabulary
from gate.policy.hints import nearest, quoted
from gate.policy.located import LocatedDocument
from gate.policy.problems import Problems

T = TypeVar("T")


def check_parts(
    located: LocatedDocument,
    merged: keys.PolicyDocument,
    problems: Problems,
    *,
    settled: Container[str] = (),
) -> None:
    """Note everything that is wrong between values which are right for themselves, apart from rules and waivers.

    Args:
        located: The document as far as it could be read.
        merged: The same merged with what it extends and what extends it.
        problems: Where to note what is found.
        settled: Sections in which another document has the last word.
    """
    if "baseline" not in settled and located.has(("baseline",)):
        _baseline(located, merged, problems)
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


def _signatures(located: LocatedDocument, problems: Problems) -> None:
    section = _given(located.document.signatures, keys.SignaturesSection())
    parts = keys.SignatureSelectorEntry.__struct_fields__
    counts = {"only": len(_given(section.only, ())), "ignore": len(_given(section.ignore, ()))}
    for path in (("signatures", key, index) for key, count in counts.items() for index in range(count)):
        if not any(located.has((*path, part)) for part in parts):
            hint = f"Add one of {', '.join(parts)}."
            problems.error(located.span(path), "this entry would mean every signature", hint)


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
