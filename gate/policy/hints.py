"""What explains a problem in a policy: the error of a value, quotes of the file, and what may have been meant."""

import difflib
from collections.abc import Iterable

_LONGEST_QUOTE = 60
_LONGEST_LISTING = 16


class ExpressionError(ValueError):
    """A value of a policy that can't be read; never leaves this package.

    Args:
        message: What is wrong, without the place.
        suggestion: What to write instead, one sentence; may be empty.
    """

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def printable(text: str) -> str:
    """Put a space for every kind of blank and a mark for what has no shape or moves other text."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def quoted(text: str) -> str:
    """Quote a piece of the policy inside a sentence: short, on one line and harmless in a terminal."""
    # Shortened before anything else is done: a value may be a megabyte.
    shown = printable(" ".join(text[: 2 * _LONGEST_QUOTE].split()))
    if len(shown) > _LONGEST_QUOTE:
        shown = shown[: _LONGEST_QUOTE - 1] + "…"
    return f"`{shown}`"


def nearest(word: str, known: Iterable[str]) -> str:
    """Find the known word most like the given one, in spite of case; empty when none is alike."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    # Matching takes time with the square of the length, and no known word is longer than a quote.
    close = difflib.get_close_matches(word[:_LONGEST_QUOTE].casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word in a sentence, or list the known ones."""
    words = tuple(known)
    match = nearest(word, words)
    if match:
        return f"Did you mean `{match}`?"
    return (
        f"Known here: {', '.join(words[:_LONGEST_LISTING])}{', …' if len(words) > _LONGEST_LISTING else ''}."
    )
