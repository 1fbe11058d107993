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

_CALLED = "called from "
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


class Whereabouts(Struct, frozen=True, kw_only=True):
    """Where a signature is: the line of the function that it names, else the line that is nearest to it."""

    relation: str = ""
    """``called from``, with a blank, where the line is a caller's; else empty."""
    text: str = ""
    """``File.swift:42``, with folders where the file is in the repository; a symbol; empty when nothing is known."""
    whose: str = ""
    """`` in Grid.configure()``, with a blank before, where the line is that of another function; else empty."""
    url: str = ""
    """Web page of the line; empty without one."""
    is_source: bool = False
    """Whether it is the line of the finding's `source`, whose owners and suspects are known."""

    @property
    def words(self) -> str:
        """All of it: ``Grid.swift:42``, ``called from Grid.swift:40``; empty when nothing is known."""
        return f"{self.relation}{self.text}{self.whose}"


def whereabouts(finding: SignatureFinding) -> Whereabouts:
    """Find where a signature is, the same for every report.

    The line of the named function itself comes before the line of a caller, even when only the caller's is known in
    the repository.
    """
    source = finding.source
    own = _deepest(finding, own=True)
    if source is not None and source.path and (own is None or _relation(finding, source.frame) != "caller"):
        return _at(finding, source.frame, line_of(source.path, source.line), url=source.url, is_source=True)
    frame = _deepest(finding, own=False)
    if frame is not None and own is not None and _relation(finding, frame) == "caller":
        frame = own
    if frame is not None:
        return _at(finding, frame, line_of(frame.file, frame.line))
    # A symbol that is part of the signature's own text would say the same twice.
    named = (one for one in reversed(finding.blame) if one.symbol and one.symbol not in finding.text)
    return next(
        (
            Whereabouts(relation=_CALLED if _relation(finding, one) == "caller" else "", text=one.symbol)
            for one in named
        ),
        Whereabouts(),
    )


def place(finding: SignatureFinding) -> str:
    """Name where a signature is: ``Grid.swift:42``, ``called from Grid.swift:40``, or nothing."""
    return whereabouts(finding).words


def at_place(finding: SignatureFinding) -> str:
    """Write where a signature is without folders, for narrow pages: ``at Grid.swift:42``; nothing if unknown."""
    where = whereabouts(finding)
    if not where.text:
        return ""
    text = where.text.rpartition("/")[2] if where.is_source else where.text
    return f"{where.relation or 'at '}{text}{where.whose}"


def _deepest(finding: SignatureFinding, *, own: bool) -> Frame | None:
    frames = (frame for frame in reversed(finding.blame) if frame.file)
    return next((frame for frame in frames if not own or _relation(finding, frame) == "own"), None)


def _at(
    finding: SignatureFinding, frame: Frame, text: str, *, url: str = "", is_source: bool = False
) -> Whereabouts:
    relation = _relation(finding, frame)
    return Whereabouts(
        relation=_CALLED if relation == "caller" else "",
        text=text,
        whose=f" in {readable(frame.symbol, frame.binary)}" if relation == "other" else "",
        url=url,
        is_source=is_source,
    )


def _relation(finding: SignatureFinding, frame: Frame) -> str:
    return relation_of(frame, finding.blame, finding.text)


def role_of(is_caller: bool) -> str:
    """Say what a place is to the function that a signature names."""
    return "Called from" if is_caller else "Blame frame"


def line_of(path: str, line: int | None) -> str:
    """Write a line of a file: ``File.swift:42``; nothing without a file."""
    return f"{path}{_line(line)}" if path else ""


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
    return f"{path}{_line(source.line)}{f' at {source.revision}' if source.revision else ''}"


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
        yield _said(f"{'Called from' if source.is_caller else 'Source'}: {where}")
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
