r"""CODEOWNERS by GitHub's rules.

The file is looked for in ``.github/``, the root and ``docs/``, and the first one counts. In it the last pattern
that matches a path wins, also when it names nobody. Patterns are those of ``.gitignore`` without ``!``, ``[ ]`` and
``\#``; a line with one of these, or with something that is no owner, is skipped as GitHub skips it.
Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners

Matching takes time in proportion to pattern and path, whatever a hostile file holds; regular expressions made of
such patterns do not.
"""

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from msgspec import Struct

LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""In the order in which GitHub looks."""
MOST_CHARACTERS = 3_000_000
"""GitHub does not read a larger file."""

_OWNER = re.compile(r"@[\w-]+(/[\w.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+")
_WORD = re.compile(r"(?:\\.|\S)+")


class OwnerRule(Struct, frozen=True, kw_only=True):
    """One line that GitHub accepts."""

    pattern: str
    owners: tuple[str, ...]
    """``@user``, ``@organisation/team`` or an e-mail address; none to take a path out of an earlier line."""


class Owners(Struct, frozen=True, kw_only=True):
    """A CODEOWNERS file."""

    rules: tuple[OwnerRule, ...]
    """In the order of the file."""

    def of(self, path: str) -> tuple[str, ...]:
        """Find the owners of a file, by its path from the root; none when the last matching line names none."""
        parts = path.split("/")
        for rule in reversed(self.rules):
            if _matches(rule.pattern, parts):
                return rule.owners
        return ()


def parse(text: str) -> Owners:
    """Read the lines that GitHub accepts; a file that is too large has none."""
    if len(text) > MOST_CHARACTERS:
        return Owners(rules=())
    rules = (_rule(line) for line in text.splitlines())
    return Owners(rules=tuple(rule for rule in rules if rule is not None))


def _rule(line: str) -> OwnerRule | None:
    words = _WORD.findall(line)
    if not words or words[0].startswith(("#", "!", r"\#")) or re.search(r"[\[\]]", words[0]):
        return None
    owners = tuple(takewhile(lambda word: not word.startswith("#"), words[1:]))
    if not all(map(_OWNER.fullmatch, owners)):
        return None
    return OwnerRule(pattern=re.sub(r"\\(.)", r"\1", words[0]), owners=owners)


def _matches(pattern: str, path: Sequence[str]) -> bool:
    """Tell whether a pattern matches a file or a folder it is in.

    A pattern with a slash at its beginning or inside starts at the root, others anywhere. One that ends with
    ``/*`` does not reach into subfolders, and one that ends with a slash means folders only.
    """
    parts = [part for part in pattern.split("/") if part]
    if "/" not in pattern.rstrip("/"):
        parts = ["**", *parts]
    if parts[-1] == "**":
        parts[-1:] = ["*", "**"]
    # What a pattern matches may be a folder, whose files are owned at any depth.
    inside = [*parts, "*", "**"]
    if pattern.endswith("/*"):
        return _fits_path(parts, path)
    if pattern.endswith("/"):
        return _fits_path(inside, path)
    return _fits_path(parts, path) or _fits_path(inside, path)


def _fits_path(pattern: Sequence[str], path: Sequence[str]) -> bool:
    return _fits(pattern, path, _is_any_depth, _fits_name)


def _is_any_depth(part: str) -> bool:
    return part == "**"


def _is_any_text(letter: str) -> bool:
    return letter == "*"


def _fits_name(pattern: str, name: str) -> bool:
    return _fits(pattern, name, _is_any_text, _fits_letter)


def _fits_letter(pattern: str, letter: str) -> bool:
    return pattern in ("?", letter)


def _fits(
    pattern: Sequence[str],
    text: Sequence[str],
    is_star: Callable[[str], bool],
    fits_one: Callable[[str, str], bool],
) -> bool:
    """Tell whether a sequence fits a pattern in which a star stands for any number of items.

    On a mismatch only the last star has to take one item more: what an earlier one could take, it can as well.
    """
    at = here = 0
    star = resume = -1
    while here < len(text):
        if at < len(pattern) and is_star(pattern[at]):
            star, resume = at, here
            at += 1
        elif at < len(pattern) and fits_one(pattern[at], text[here]):
            at += 1
            here += 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return all(map(is_star, pattern[at:]))
