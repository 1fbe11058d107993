"""Where a function begins and ends in a source file of Swift, Objective-C, C or C++."""

import re
from collections.abc import Iterator

from msgspec import Struct

_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|""".*?"""|@?"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
    re.DOTALL,
)
_LINES = re.compile(r"[^\n]+")
_BRACE = re.compile(r"[{}]")
_SWIFT = re.compile(
    r"(?P<function>\bfunc\s+[^\s(<]+|(?<![.\w])(?:init|deinit)\b|\bsubscript\b"
    r"|\bvar\s+\w+\s*(?::[^={}\n]*)?=?\s*\Z)"
    r"|\b(?:class|struct|enum|extension|protocol|actor|if|for|while|guard|switch|do|catch|else|repeat|defer)\b"
)
"""Declarations and statements that braces belong to; the last one before a brace is its own."""
_C = re.compile(
    r"(?P<function>^[ \t]*[-+][ \t]*\([^)]*\)[^;{}]*\Z"
    r"|^(?![ \t]*(?:else|if|for|while|switch|return|do|catch)\b)[ \t]*\w[\w:*&<>~, \t]*\([^;{}]*\)[\s\w]*\Z)",
    re.MULTILINE,
)
"""Methods of Objective-C, and functions of C and C++; what else has braces does not look like them."""
_LONGEST_FILE = 1_000_000
"""Characters of a file that is looked at; a longer one is made by a program."""
_LONGEST_HEADER = 2000
"""Characters before a brace that are looked at: a declaration of a function is shorter."""


class _Function(Struct, frozen=True, kw_only=True):
    declaration: str
    first: int
    last: int


def lines_of(path: str, text: str, line: int, name: str) -> tuple[int, int] | None:
    """First and last line of the function that a line is in, its declaration included.

    Args:
        path: Of the file; its ending tells the language.
        text: The file.
        line: From 1.
        name: The function's bare name. Where none around the line has it, the innermost one counts, because a
            symbol may name what the compiler made.

    Returns:
        None when the line is in no function that can be told.
    """
    if len(text) > _LONGEST_FILE:
        return None
    grammar = _SWIFT if path.endswith(".swift") else _C
    around = [one for one in _functions(text, grammar) if one.first <= line <= one.last]
    around.sort(key=lambda one: one.last - one.first)
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    named = (one for one in around if name and word.search(one.declaration))
    found = next(named, around[0] if around else None)
    return (found.first, found.last) if found is not None else None


def _functions(text: str, grammar: re.Pattern[str]) -> Iterator[_Function]:
    """All functions of a file, each when it ends; braces in comments and texts do not count."""
    code = _NOT_CODE.sub(lambda found: _LINES.sub("", found[0]), text)
    opened: list[tuple[str, int]] = []
    end, line = 0, 1
    for brace in _BRACE.finditer(code):
        line += code.count("\n", end, brace.start())
        if brace[0] == "{":
            opened.append(
                _declaration(code[max(end, brace.start() - _LONGEST_HEADER) : brace.start()], line, grammar)
            )
        elif opened:
            declaration, first = opened.pop()
            if declaration:
                yield _Function(declaration=declaration, first=first, last=line)
        end = brace.end()


def _declaration(header: str, line: int, grammar: re.Pattern[str]) -> tuple[str, int]:
    """The declaration that ends a header, and its first line; empty when the braces are of something else.

    Args:
        header: From the brace before.
        line: The line in which it ends.
        grammar: Of the language.
    """
    last = None
    for last in grammar.finditer(header):  # noqa: B007 - the last one is what is wanted
        pass
    if last is None or last["function"] is None:
        return "", line
    declaration = header[last.start() :]
    return declaration, line - declaration.count("\n")
