"""What is known of a policy beside its meaning: the files it extends, its warnings, where its values come from."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gate.errors import Problem
from gate.policy.types import Policy


class ExtendedFile(NamedTuple):
    """A policy that another one extends."""

    source: str
    """What it is called in messages: the same for the same file, whoever extends it."""
    text: str


FindFile = Callable[[str, str], ExtendedFile]
"""Finds a file by the path that a policy gives, and by the source of that policy; raises `UsageError`."""


class Origins(NamedTuple):
    """Where the values of a policy come from, in words: ``perf.yml:12``, ``preset:starter``."""

    values: Mapping[tuple[str | int, ...], str]
    """By the keys that lead to a value, with rules by their ids: ``("rules", "launch", "fail")``."""
    switched_off: Mapping[str, str]
    """By the ids of rules that are not in the policy, because a text says so."""


class ResolvedPolicy(NamedTuple):
    """A policy with all that it extends."""

    policy: Policy
    warnings: tuple[Problem, ...]
    """What is allowed but probably not meant: in the order of the file, then of what it extends."""
    origins: Origins
