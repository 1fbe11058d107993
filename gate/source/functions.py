"""Where a function begins and ends in a source file, in any of `languages`."""

import re
from collections.abc import Iterator

from msgspec import Struct

from gate.source.languages import Language, language_of

_LINES = re.compile(r"[^\n]+")
_BRACE = re.compile(r"[{}]")
_LONGEST_FILE = 1_000_000
"""Characters of a file that is looked at; a longer one is made by a program."""
_LONGEST_HEADER = 2000
"""Characters before a brace that are looked at: a declaration of a function is shorter."""


class _Function(Struct, frozen=True, kw_only=True):
    declaration: str
    first: int
    last: int


def lines_of(path: str, text: str, line: int, name: str) -> tuple[int, int] | None:
    """Find first and last line of the function that a line is in, its declaration included.

    Args:
        path: Of the file; its ending says which language it is in.
        text: The file.
        line: From 1.
        name: The function's bare name. Where none around the line has it, the innermost one counts, because a
            symbol may name what the compiler made.

    Returns:
        None when the line is in no function that can be recognised.
    """
    if len(text) > _LONGEST_FILE:
        return None
    around = [one for one in _functions(text, language_of(path)) if one.first <= line <= one.last]
    around.sort(key=lambda one: one.last - one.first)
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    named = (one for one in around if name and word.search(one.declaration))
    found = next(named, around[0] if around else None)
    return (found.first, found.last) if found is not None else None


def _functions(text: str, language: Language) -> Iterator[_Function]:
    """Find all functions of a file, each when it ends; braces in comments and texts do not count."""
    # Comments and texts go, but their line breaks stay, so that the lines are still counted right.
    code = language.not_code.sub(lambda found: _LINES.sub("", found[0]), text)
    opened: list[tuple[str, int]] = []
    end, line = 0, 1
    for brace in _BRACE.finditer(code):
        line += code.count("\n", end, brace.start())
        if brace[0] == "{":
            header = code[max(end, brace.start() - _LONGEST_HEADER) : brace.start()]
            opened.append(_declaration(header, line, language))
        elif opened:  # a brace too many, as conditional compilation leaves it, ends nothing
            declaration, first = opened.pop()
            if declaration:
                yield _Function(declaration=declaration, first=first, last=line)
        end = brace.end()


def _declaration(header: str, line: int, language: Language) -> tuple[str, int]:
    """Find the declaration that ends a header, and its first line; empty when the braces are of something else.

    Args:
        header: From the brace before.
        line: The line in which it ends.
        language: Of the file.
    """
    last = None
    for last in language.header.finditer(header):  # noqa: B007 - the last one is what is wanted
        pass
    if last is None or last["function"] is None:
        return "", line
    declaration = header[last.start() :]
    return declaration, line - declaration.count("\n")
