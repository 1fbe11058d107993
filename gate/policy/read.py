"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Pure: no file is opened, the presets are texts of this package, and the day is handed in.
"""

from datetime import date
from functools import cache
from typing import NamedTuple

from msgspec import UnsetType

from gate.errors import PolicyError, Problem
from gate.policy import presets
from gate.policy.build import build
from gate.policy.checks import check_parts
from gate.policy.convert import convert
from gate.policy.keys import PolicyDocument
from gate.policy.located import LocatedDocument
from gate.policy.merge import merge
from gate.policy.nodes import compose
from gate.policy.problems import Problems, TooManyProblems
from gate.policy.rule_checks import check_rules
from gate.policy.types import Policy
from gate.policy.waiver_checks import check_waivers


def read(text: str, *, source: str = "policy.yml", today: date | None = None) -> Policy:
    """Read a policy.

    Args:
        text: The YAML text.
        source: What the text is called in messages.
        today: The day on which waivers are looked at; None leaves their expiry alone.

    Raises:
        PolicyError: The policy can't be used; carries every problem.
    """
    return examine(text, source=source, today=today)[0]


def examine(
    text: str, *, source: str = "policy.yml", today: date | None = None
) -> tuple[Policy, tuple[Problem, ...]]:
    """Read a policy, and say what in it is allowed but probably not meant.

    Args:
        text: The YAML text.
        source: What the text is called in messages.
        today: The day on which waivers are looked at; None leaves their expiry alone.

    Returns:
        The policy, and its warnings in the order of the file.

    Raises:
        PolicyError: The policy can't be used; carries every problem.
    """
    valid = _valid_document(text, source, today)
    return build(valid.document, valid.lines), valid.warnings


class _ValidDocument(NamedTuple):
    """A document without problems, with its preset merged in."""

    document: PolicyDocument
    lines: dict[str, int]
    """The line of each rule's id in the text itself, by id; nothing of the preset's rules."""
    warnings: tuple[Problem, ...]


def _valid_document(text: str, source: str, today: date | None) -> _ValidDocument:
    """Read a text up to its document, and merge its preset in.

    Raises:
        PolicyError: Something is wrong in it.
    """
    # Editors on Windows put a byte order mark first; it would count as a column of the first line.
    plain = text.removeprefix("\ufeff")
    problems = Problems(plain)
    try:
        located = _located(plain, problems)
        merged = None if located is None else _checked(located, problems, today)
    except TooManyProblems:
        # What was noted so far is shown; a text with so many problems is no policy.
        located = merged = None
    if located is None or merged is None or problems.errors:
        raise PolicyError(source, problems.errors)
    warnings = sorted(problems.warnings, key=lambda problem: (problem.line, problem.column))
    return _ValidDocument(merged, _lines(located), tuple(warnings))


def _located(text: str, problems: Problems) -> LocatedDocument | None:
    """Read the document as far as possible; None, after its problems have been noted, when it is none.

    Raises:
        TooManyProblems: Reading on has no point.
    """
    root = compose(text, problems)
    return None if root is None else convert(root, problems)


def _checked(located: LocatedDocument, problems: Problems, today: date | None) -> PolicyDocument:
    """Merge the preset in, and note what is wrong between the values.

    Raises:
        TooManyProblems: Reading on has no point.
    """
    own = located.document
    merged = merge(_preset(own.extends), own) if isinstance(own.extends, str) else own
    # Rules are checked as they stand in the file, the rest also together with the preset.
    check_rules(located, problems)
    check_parts(located, merged, problems)
    check_waivers(located, merged, problems, today)
    return merged


def _lines(located: LocatedDocument) -> dict[str, int]:
    """Find the line of each rule's id."""
    rules = located.document.rules
    return {
        rule.id: located.span(("rules", index, "id")).line
        for index, rule in enumerate(() if isinstance(rules, UnsetType) else rules)
        if not isinstance(rule.id, UnsetType)
    }


@cache
def _preset(name: str) -> PolicyDocument:
    """Read the document of a preset.

    Raises:
        PolicyError: The preset itself is wrong; its problems are shown as its own.
    """
    return _valid_document(presets.text(name), name, None).document
