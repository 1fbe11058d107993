"""A policy and everything that it extends, as layers: the first is built on by all others, the last is the policy.

No file is read here: whoever has a policy from a file hands in a function that finds the others.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from gate.errors import Problem, UsageError
from gate.policy import names, presets
from gate.policy.hints import ExpressionError
from gate.policy.keys import PolicyDocument
from gate.policy.located import KeyPath, Layer, LocatedDocument
from gate.policy.problems import Problems, TooManyProblems
from gate.policy.resolved import ExtendedFile, FindFile

DEEPEST = 8
"""Files that extend each other, one by the next: more than anyone can follow."""
MOST_LAYERS = 50
"""Of one policy, each file counted as often as it is extended: a bound on what lists of lists can multiply."""


Parse = Callable[[str, Problems], LocatedDocument | None]
"""Reads a document as far as possible; None, after its problems have been noted, when it is none."""


class Layers(NamedTuple):
    """All texts that make up a policy, as far as they could be read."""

    layers: tuple[Layer, ...]
    problems: tuple[Problems, ...]
    """Of every text, read or not; the policy's own first."""
    is_complete: bool
    """Whether nothing is missing; if something is, an error says why."""

    @property
    def errors(self) -> list[Problem]:
        """Everything that makes the policy unusable."""
        return [error for one in self.problems for error in one.errors]

    @property
    def warnings(self) -> list[Problem]:
        """Everything that is allowed but probably not meant, in the order of the file, then of what it extends."""
        found = [warning for one in self.problems for warning in one.warnings]
        return sorted(found, key=lambda problem: (problem.source, problem.line, problem.column))


def read_layers(text: str, source: str, find_file: FindFile | None, parse: Parse) -> Layers:
    """Read a policy and everything that it extends.

    Args:
        text: The YAML text of the policy.
        source: What it is called in messages.
        find_file: Finds the files that it extends; None for a text that comes from no file.
        parse: Reads a single text.
    """
    reader = _LayerReader(find_file, parse)
    try:
        reader.read(text, (source,))
    except TooManyProblems:
        # What was noted so far is shown; a text with so many problems is no policy.
        reader.is_complete = False
    return Layers(tuple(reader.layers), tuple(reader.problems), reader.is_complete)


class _LayerReader:
    """Reads texts, what they build on first.

    Args:
        find_file: As in `read_layers`.
        parse: As there.
    """

    def __init__(self, find_file: FindFile | None, parse: Parse) -> None:
        self._find_file = find_file
        self._parse = parse
        self.layers: list[Layer] = []
        self.problems: list[Problems] = []
        self.is_complete = True

    def read(self, text: str, trail: tuple[str, ...]) -> None:
        """Read one text, after what it extends.

        Args:
            text: The YAML text.
            trail: The sources that lead to it, each extended by the one before it; its own is the last.

        Raises:
            TooManyProblems: Reading on has no point.
        """
        # Editors on Windows put a byte order mark first; it would count as a column of the first line.
        plain = text.removeprefix("\ufeff")
        problems = Problems(plain, trail[-1] if len(trail) > 1 else "")
        self.problems.append(problems)
        located = self._parse(plain, problems)
        if located is None:
            self.is_complete = False
            return
        for path, name in _extended(located.document):
            try:
                found = self._find(name, trail)
            except ExpressionError as error:
                problems.error(located.span(path), f"`extends`: {error.message}", error.suggestion)
                self.is_complete = False
            else:
                self.read(found.text, (*trail, found.source))
        # One that was refused is missing all the same.
        self.is_complete &= not (located.has(("extends",)) and located.document.extends is UNSET)
        self.layers.append(Layer(trail[-1], located, problems))

    def _find(self, name: str, trail: tuple[str, ...]) -> ExtendedFile:
        """Find what a text extends.

        Raises:
            ExpressionError: There is no such preset or file, or it leads too far or round in a circle.
        """
        names.extended(name)
        if name in presets.names():
            return ExtendedFile(name, presets.text(name))
        if self._find_file is None:
            raise ExpressionError("only a policy that is a file itself can extend a file")
        try:
            found = self._find_file(name, trail[-1])
        except UsageError as error:
            hint = f"{error.remedy[:1].upper()}{error.remedy[1:]}." if error.remedy else ""
            raise ExpressionError(error.what, hint) from None
        if found.source in trail:
            circle = [*trail[trail.index(found.source) :], found.source]
            raise ExpressionError(
                f"this leads round in a circle: {' → '.join(circle)}", "Remove one of them."
            )
        if len(trail) == DEEPEST:
            raise ExpressionError(
                f"more than {DEEPEST} files extend each other", "Put some of them together."
            )
        if len(self.problems) >= MOST_LAYERS:
            raise ExpressionError(f"the policy extends more than {MOST_LAYERS} files", "Extend fewer.")
        return found


def _extended(document: PolicyDocument) -> Iterator[tuple[KeyPath, str]]:
    """List what a document extends, each with its place."""
    if isinstance(document.extends, UnsetType):
        return
    if isinstance(document.extends, str):
        yield ("extends",), document.extends
        return
    for index, name in enumerate(document.extends):
        yield ("extends", index), name
