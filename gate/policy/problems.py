"""Problems of a policy, collected while it is read, each with the place it is about."""

import re
from typing import NamedTuple

from gate.errors import Problem
from gate.policy.hints import printable

MOST_PROBLEMS = 100
"""More than anyone reads at once, and a bound on the work that a hostile file can cause."""

_LONGEST_EXCERPT = 300

# The line breaks that YAML counts; str.splitlines knows more.
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


class Span(NamedTuple):
    """A place in the text: line and column counted from 1, and a width in characters."""

    line: int
    column: int
    width: int = 1


class TooManyProblems(Exception):
    """Nothing more is worth collecting; never leaves this package."""


class Problems:
    """What is wrong in one text, in the order of discovery.

    Args:
        text: The whole policy.
        source: What the text is called, if it is not the policy itself but something that it extends.
    """

    def __init__(self, text: str, source: str = "") -> None:
        self._source = source
        self._text = text
        self._lines = _BREAK.split(text)
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, span: Span, message: str, suggestion: str = "") -> None:
        """Note something that makes the policy unusable.

        Raises:
            TooManyProblems: There are so many that reading on has no point.
        """
        _append(self.errors, self._problem(span, message, suggestion))
        # After the last one that is kept, so that the list says itself that it is not complete.
        if len(self.errors) == MOST_PROBLEMS:
            self.errors.append(
                self._problem(span, f"reading stopped here, after {MOST_PROBLEMS} problems", "")
            )
            raise TooManyProblems

    def warning(self, span: Span, message: str, suggestion: str = "") -> None:
        """Note something that is allowed but probably not meant."""
        _append(self.warnings, self._problem(span, message, suggestion))

    def span_at(self, index: int) -> Span:
        """Find the place of one character, by its index in the text."""
        breaks = list(_BREAK.finditer(self._text, 0, index))
        start = breaks[-1].end() if breaks else 0
        return Span(line=len(breaks) + 1, column=index - start + 1)

    def _problem(self, span: Span, message: str, suggestion: str) -> Problem:
        line = self._lines[span.line - 1] if span.line <= len(self._lines) else ""
        # A caret under a line of thousands of characters helps nobody.
        excerpt = printable(line) if len(line) <= _LONGEST_EXCERPT else ""
        return Problem(
            line=span.line,
            column=span.column,
            message=message,
            suggestion=suggestion,
            excerpt=excerpt,
            width=max(1, min(span.width, len(line) - span.column + 1)),
            source=self._source,
        )


def _append(problems: list[Problem], problem: Problem) -> None:
    """Add a problem once: a value behind an alias is read in several places but stands in one."""
    if problem not in problems:
        problems.append(problem)
