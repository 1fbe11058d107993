"""A diagnostic signature in words: its headline, function, place, owner and suspects.

A commit that touched the code is called a suspect, and never more than that.
"""

from collections.abc import Iterator

from msgspec import Struct

from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.facts import Frame
from gate.model.result import SignatureFinding, SourcePlace, Suspect
from gate.signatures.blame import relation_of
from gate.signatures.symbols import readable
from gate.text import sanitize
from gate.text.numbers import share

SUSPECTS = "Commits that touched this code since the baseline (not proven causes)"
"""What stands above them."""
NO_SUSPECTS = "No suspects: no commit since the baseline touched the code, its file or what calls it."
SYSTEM_ONLY = "System only: no stack has any of the app's own code."

LONGEST_NAME = 200
"""Characters of a function's name in call trees and in the label of a signature."""

_CALLED = " (called from there)"
_PATH_KINDS = {
    "blame": "Blame path",
    "own": "The app's own code on the heaviest path",
    "overview": "Apple's overview names",
}
_TOUCHED = {
    "function": "touched the function",
    "file": "touched its file",
    "caller": "touched a function that calls it",
}
_CHANGES = {
    "new": "new",
    "grown": "grown",
    "shrunk": "shrunk",
    "same": "about the same",
    "unknown": "not compared",
    "gone": "gone",
}


class ExplanationLine(Struct, frozen=True, kw_only=True):
    """One line of what is known of a signature."""

    text: str
    """On one line, without control characters."""
    suspect: Suspect | None = None
    """The suspect that the line names; None for every other line."""


def label(finding: SignatureFinding) -> str:
    """Name a signature in one line: ``HANGS 1: LibraryIndex.rebuildIfNeeded()``."""
    return sanitize.plain(f"{finding.type} {finding.rank}: {function(finding)}", LONGEST_NAME)


def headline(finding: SignatureFinding) -> str:
    """Name a signature with its share: ``HANGS 1: LibraryIndex.rebuildIfNeeded(), 38%, new``."""
    parts = [label(finding)]
    if finding.weight is not None:
        parts.append(share(finding.weight))
    if finding.change != "unknown":
        parts.append(change(finding) if finding.change != "gone" else "gone")
    return sanitize.plain(", ".join(parts))


def noun(kind: str) -> str:
    """Name what signatures of a type are of: ``hangs``; Apple's own word for a newer type."""
    known = DIAGNOSTIC_TYPES.get(kind)
    return known.noun if known else kind


def blamed_by(finding: SignatureFinding) -> str:
    """Name a signature at a place that it blames: ``LAUNCHES 1: App.init(), 46% of slow launches, grown from 22%``."""
    parts = [label(finding)]
    if finding.weight is not None:
        parts.append(f"{share(finding.weight)} of {noun(finding.type)}")
    if finding.change != "unknown":
        parts.append(change(finding))
    return sanitize.plain(", ".join(parts))


def suspects_title(baseline: str) -> str:
    """Write what stands above the commits that touched a place.

    Args:
        baseline: Version of the build that was compared with; may be empty.
    """
    return f"Commits that touched this code since {baseline or 'the baseline'} (not proven causes)"


def function(finding: SignatureFinding) -> str:
    """Name what a signature is about: its function as a person would say it, else Apple's text."""
    return finding.name or finding.text


def change(finding: SignatureFinding) -> str:
    """Compare with the baseline build: ``new``, ``grown from 12%``, ``not compared``."""
    word = _CHANGES[finding.change]
    if finding.baseline_weight is None or finding.change not in ("grown", "shrunk"):
        return word
    return f"{word} from {share(finding.baseline_weight)}"


def place(finding: SignatureFinding) -> str:
    """Name where a signature is: its file in the repository, else the frame that Apple blames, or nothing.

    The line of another function than the one that is named says so: ``Grid.swift:40 (called from there)``.
    """
    source = finding.source
    if source is None or not source.path:
        return blamed_frame(finding)
    return f"{line_of(source.path, source.line)}{_whose(finding, source.frame)}"


def role_of(is_caller: bool) -> str:
    """Say what a place is to the function that a signature names."""
    return "Called from" if is_caller else "Blame frame"


def line_of(path: str, line: int | None) -> str:
    """Write a line of a file: ``File.swift:42``; nothing without a file."""
    return f"{path}{_line(line)}" if path else ""


def blamed_frame(finding: SignatureFinding) -> str:
    """Name the deepest blamed frame: ``File.swift:42``, or its symbol, or nothing.

    A symbol that is part of the signature's own text is left out, since it would say the same twice. The line of
    another function than the one that is named says so, as `place` does.
    """
    for frame in reversed(finding.blame):
        if frame.file:
            return f"{frame.file}{_line(frame.line)}{_whose(finding, frame)}"
    named = (frame for frame in reversed(finding.blame) if frame.symbol and frame.symbol not in finding.text)
    return next((f"{frame.symbol}{_CALLED if _is_caller(finding, frame) else ''}" for frame in named), "")


def _whose(finding: SignatureFinding, frame: Frame) -> str:
    """Say whose line a frame's is, where it is not that of the function which the finding names."""
    relation = relation_of(frame, finding.blame, finding.text)
    if relation == "other":
        return f" (in {readable(frame.symbol, frame.binary)})"
    return _CALLED if relation == "caller" else ""


def _is_caller(finding: SignatureFinding, frame: Frame) -> bool:
    return relation_of(frame, finding.blame, finding.text) == "caller"


def explanation(finding: SignatureFinding) -> Iterator[ExplanationLine]:
    """Write a line for each thing that is known beside the numbers: blame, place, owner, suspects, advice."""
    yield from path_lines(finding)
    if finding.source is not None:
        yield from _source_lines(finding.source)
    yield from (_said(f"Apple's advice: {note.text}") for note in finding.advice if note.text)


def path_lines(finding: SignatureFinding) -> Iterator[ExplanationLine]:
    """Write the blame path, or why there is none: what is a signature's own, wherever its place is told."""
    if finding.blame_kind == "system":
        yield _said(SYSTEM_ONLY)
    elif finding.blame:
        path = " → ".join(frame_words(frame) for frame in finding.blame)
        yield _said(f"{_PATH_KINDS.get(finding.blame_kind, 'Blame path')}: {path}")
    if finding.logs_problem:
        yield _said(f"Call stacks are missing: {finding.logs_problem}")


def frame_words(frame: Frame) -> str:
    """Write a frame: ``LibraryStore.open() (LibraryStore.swift:142)``."""
    name = readable(frame.symbol, frame.binary)
    if not frame.file:
        return name
    return f"{name} ({frame.file}{_line(frame.line)})"


def source_words(source: SourcePlace) -> str:
    """Write ``Sources/Library/LibraryIndex.swift:214 at v3.4``; nothing for a frame that could not be mapped."""
    path = source.revision_path or source.path
    if not path:
        return ""
    called = _CALLED if source.is_caller else ""
    return f"{path}{_line(source.line)}{f' at {source.revision}' if source.revision else ''}{called}"


def suspect_words(suspect: Suspect) -> str:
    """Write ``#421 Decode the catalogue in one piece (Robin Okafor, 2026-07-12) touched the function``."""
    return f"{suspect_name(suspect)} {suspect_deed(suspect)}"


def suspect_name(suspect: Suspect) -> str:
    """Name a suspect by its pull request, ``#421``, else by the first digits of its commit."""
    number = suspect.pull_request
    return f"#{number}" if number is not None else suspect.commit[:10]


def suspect_deed(suspect: Suspect) -> str:
    """Write what a suspect did: ``Decode the catalogue (Robin Okafor, 2026-07-12) touched the function``."""
    # A squashed pull request has its number at the end of its subject, where it would stand twice.
    subject = suspect.subject.removesuffix(f"(#{suspect.pull_request})").strip()
    return f"{subject} ({suspect.author}, {suspect.date[:10]}) {_TOUCHED[suspect.touched]}"


def missing_suspects(source: SourcePlace) -> str:
    """Write why no suspects are named, or no more of them; nothing when all are."""
    if source.suspects_problem:
        subject = "More suspects" if source.suspects else "Suspects"
        return f"{subject} can't be named: {source.suspects_problem}."
    return NO_SUSPECTS if source_words(source) and not source.suspects else ""


def _source_lines(source: SourcePlace) -> Iterator[ExplanationLine]:
    where = source_words(source)
    if where:
        yield _said(f"Source: {where}")
        owners = ", ".join(source.owners) if source.owners else f"unknown, {source.owners_problem}"
        yield _said(f"Owner: {owners}")
    if source.problem:
        candidates = f" Candidates: {', '.join(source.candidates)}." if source.candidates else ""
        yield _said(f"{source.problem}{candidates}")
    if source.suspects:
        yield _said(f"{SUSPECTS}:")
        for suspect in source.suspects:
            yield ExplanationLine(text=sanitize.plain(suspect_words(suspect)), suspect=suspect)
    if missing := missing_suspects(source):
        yield _said(missing)


def _said(text: str) -> ExplanationLine:
    return ExplanationLine(text=sanitize.plain(text))


def _line(line: int | None) -> str:
    return f":{line}" if line is not None else ""
