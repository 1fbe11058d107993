"""What is known of a signature beside its numbers, in words: blame, place, owner, suspects.

A commit that touched the code is called a suspect, and never more than that.
"""

from collections.abc import Iterator

from gate.model.facts import Frame
from gate.model.result import SignatureFinding, SourcePlace, Suspect
from gate.report.calltrees import drawn, label
from gate.report.shared.words import signature_change
from gate.signatures.symbols import readable
from gate.text import sanitize
from gate.text.numbers import share, value

SUSPECTS = "Suspects, which touched the code since the baseline; no more is known of them"
"""What stands above them."""
NO_SUSPECTS = "No suspects: no commit since the baseline touched the code, its file or what calls it."

ENTRY = "- "
"""What each suspect's line begins with."""

_LINES = 200
"""Lines of a call tree that somebody asked for."""

_KINDS = {
    "blame": "Blame path",
    "own": "The app's own code on the heaviest path",
    "overview": "Apple's overview names",
}
_TOUCHED = {
    "function": "touched the function",
    "file": "touched its file",
    "caller": "touched a function that calls it",
}


def headline(finding: SignatureFinding) -> str:
    """One line: ``HANGS 1: LibraryIndex.rebuildIfNeeded(), 38 %, new``."""
    parts = [label(finding)]
    if finding.weight is not None:
        parts.append(share(finding.weight))
    if finding.change != "unknown":
        parts.append(signature_change(finding) if finding.change != "gone" else "gone")
    return sanitize.plain(", ".join(parts))


def told(finding: SignatureFinding, *, with_tree: bool) -> str:
    """Everything that is known of a signature, as plain text for a terminal.

    Args:
        finding: The signature.
        with_tree: Whether its call tree is drawn as well.
    """
    lines = [headline(finding), sanitize.plain(finding.sentence)]
    if finding.references:
        values = ", ".join(
            f"{value(one.value, '') if one.value is not None else 'unknown'} in {one.version}"
            for one in finding.references
        )
        lines.append(sanitize.plain(f"Apple's values at earlier versions: {values}."))
    lines += explanation(finding)
    lines.append(sanitize.plain(f"Id: {finding.id}, fingerprint {finding.fingerprint}"))
    text = "\n".join(lines) + "\n"
    if with_tree and finding.tree is not None:
        text += "\n" + drawn(finding.tree, lines=_LINES)
    elif with_tree:
        text += "\nNo call tree: App Store Connect sent no stacks of it.\n"
    return sanitize.without_log_commands(text)


def explanation(finding: SignatureFinding) -> Iterator[str]:
    """A line for each thing that is known; lines of suspects begin with `ENTRY`."""
    if finding.blame_kind == "system":
        yield "System only: no stack has any of the app's own code."
    elif finding.blame:
        path = " → ".join(frame_words(frame) for frame in finding.blame)
        yield sanitize.plain(f"{_KINDS.get(finding.blame_kind, 'Blame path')}: {path}")
    if finding.logs_problem:
        yield sanitize.plain(f"Call stacks are missing: {finding.logs_problem}")
    if finding.source is not None:
        yield from map(sanitize.plain, _place(finding.source))
    yield from (sanitize.plain(f"Apple's advice: {note.text}") for note in finding.advice if note.text)


def frame_words(frame: Frame) -> str:
    """A frame: ``LibraryStore.open() (LibraryStore.swift:142)``."""
    name = readable(frame.symbol, frame.binary)
    if not frame.file:
        return name
    return f"{name} ({frame.file}{_line(frame.line)})"


def source_words(place: SourcePlace) -> str:
    """Where it is: ``Sources/Library/LibraryIndex.swift:214 at v3.4``; empty when it could not be mapped."""
    path = place.revision_path or place.path
    if not path:
        return ""
    return f"{path}{_line(place.line)}{f' at {place.revision}' if place.revision else ''}"


def suspect_words(suspect: Suspect) -> str:
    """``#421 Decode the catalogue in one piece (Robin Okafor, 2026-07-12) touched the function``."""
    number = suspect.pull_request
    name = f"#{number}" if number is not None else suspect.commit[:10]
    subject = suspect.subject.removesuffix(f"(#{number})").strip()
    return f"{name} {subject} ({suspect.author}, {suspect.date[:10]}) {_TOUCHED[suspect.touched]}"


def _place(place: SourcePlace) -> Iterator[str]:
    where = source_words(place)
    if where:
        yield f"Source: {where}"
        yield f"Owner: {', '.join(place.owners) if place.owners else f'unknown, {place.owners_problem}'}"
    if place.problem:
        candidates = f" Candidates: {', '.join(place.candidates)}." if place.candidates else ""
        yield f"{place.problem}{candidates}"
    if place.suspects:
        yield f"{SUSPECTS}:"
        yield from (f"{ENTRY}{suspect_words(suspect)}" for suspect in place.suspects)
    if place.suspects_problem:
        yield f"{'More suspects' if place.suspects else 'Suspects'} can't be named: {place.suspects_problem}."
    elif where and not place.suspects:
        yield NO_SUSPECTS


def _line(line: int | None) -> str:
    return f":{line}" if line is not None else ""
