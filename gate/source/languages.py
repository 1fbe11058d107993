"""Source languages: what in a file is code, and what a function looks like in it.

A new language is one entry of `LANGUAGES`. Regular expressions do, because only the lines of a function are wanted:
where one is mistaken, a suspect is found by its file and not by its function.
"""

import re

from msgspec import Struct


class Language(Struct, frozen=True, kw_only=True):
    """How functions with braces are distinguished from other code with braces."""

    name: str
    endings: tuple[str, ...]
    """Of its files."""
    not_code: re.Pattern[str]
    """Comments and texts: braces in them do not count."""
    header: re.Pattern[str]
    """What may stand before a brace. The last match before a brace is what it belongs to, and its group ``function``
    is set when that is a function."""


_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|""".*?"""|@?"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
    re.DOTALL,
)
"""Of Swift and the C family alike: what only one of them has means nothing in the other."""

SWIFT = Language(
    name="Swift",
    endings=(".swift",),
    not_code=_NOT_CODE,
    # Statements are listed besides declarations, so that the brace of an `if` is not taken for that of the function
    # around it. https://docs.swift.org/swift-book/documentation/the-swift-programming-language/declarations
    header=re.compile(
        r"(?P<function>\bfunc\s+[^\s(<]+|(?<![.\w])(?:init|deinit)\b|\bsubscript\b"
        r"|\bvar\s+\w+\s*(?::[^={}\n]*)?=?\s*\Z)"
        r"|\b(?:class|struct|enum|extension|protocol|actor|if|for|while|guard|switch|do|catch|else|repeat|defer)\b"
    ),
)
C_FAMILY = Language(
    name="Objective-C, C and C++",
    endings=(".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".m", ".mm"),
    not_code=_NOT_CODE,
    # First methods of Objective-C, then functions of C and C++; what else has braces does not look like them.
    header=re.compile(
        r"(?P<function>^[ \t]*[-+][ \t]*\([^)]*\)[^;{}]*\Z"
        r"|^(?![ \t]*(?:else|if|for|while|switch|return|do|catch)\b)[ \t]*\w[\w:*&<>~, \t]*\([^;{}]*\)[\s\w]*\Z)",
        re.MULTILINE,
    ),
)
LANGUAGES = (SWIFT, C_FAMILY)


def language_of(path: str) -> Language:
    """Tell the language of a file by its ending.

    Args:
        path: Of the file.

    Returns:
        The C family for an ending that nobody knows: blame frames are of compiled code, and most of what a compiler
        for Apple's systems reads and that is not Swift looks like C.
    """
    return next((language for language in LANGUAGES if path.endswith(language.endings)), C_FAMILY)
