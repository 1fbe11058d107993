"""Globs of a policy, compared with names of Apple's."""

from fnmatch import fnmatchcase


def matches(value: str, pattern: str) -> bool:
    """Tell whether a name fits a glob, without regard to case: Apple's own parser compares names that way."""
    return fnmatchcase(value.casefold(), pattern.casefold())


def is_device_name(pattern: str) -> bool:
    """Tell whether a device selector speaks of Apple's names (``iPhone 14 Pro``) and not of model identifiers.

    A name that can't be told from an identifier has no blank; none of Apple's current names is like that.
    """
    return " " in pattern
