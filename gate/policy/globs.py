"""Globs of a policy, compared with names of Apple's."""

from fnmatch import fnmatchcase


def matches(value: str, pattern: str) -> bool:
    """Tell whether a name fits a glob, without regard to case: Apple's own parser compares names that way."""
    return fnmatchcase(value.casefold(), pattern.casefold())
