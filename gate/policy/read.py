"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Pure: no file is opened, apart from the presets inside this package.
"""

from datetime import date
from functools import cache

from gate.errors import PolicyError, Problem
from gate.policy import presets
from gate.policy.build import build
from gate.policy.checks import check
from gate.policy.convert import convert
from gate.policy.document import PolicyDocument
from gate.policy.merge import merge
from gate.policy.nodes import compose
from gate.policy.problems import Problems, TooManyProblems
from gate.policy.types import Policy


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
    document, warnings = _sound_document(text, source, today)
    return build(document), warnings


def _sound_document(text: str, source: str, today: date | None) -> tuple[PolicyDocument, tuple[Problem, ...]]:
    """The document of a text with its preset merged in, and its warnings.

    Raises:
        PolicyError: Something is wrong in it.
    """
    plain = text.removeprefix("\ufeff")
    problems = Problems(plain)
    try:
        document = _document(plain, problems, today)
    except TooManyProblems:
        document = None
    if document is None or problems.errors:
        raise PolicyError(source, problems.errors)
    warnings = sorted(problems.warnings, key=lambda problem: (problem.line, problem.column))
    return document, tuple(warnings)


def _document(text: str, problems: Problems, today: date | None) -> PolicyDocument | None:
    """The document as far as it could be read; None, after its problems have been noted, when it is none.

    Raises:
        TooManyProblems: Reading on has no point.
    """
    root = compose(text, problems)
    reading = None if root is None else convert(root, problems)
    if reading is None:
        return None
    own = reading.document
    merged = merge(_preset(own.extends), own) if isinstance(own.extends, str) else own
    check(reading, merged, problems, today)
    return merged


@cache
def _preset(name: str) -> PolicyDocument:
    """The document of a preset.

    Raises:
        PolicyError: The preset itself is wrong; its problems are shown as its own.
    """
    return _sound_document(presets.text(name), name, None)[0]
