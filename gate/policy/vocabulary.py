"""What a policy may select by: globs over the names in `gate.model.catalogue`, devices, events.

The set of metric identifiers is open, so one that the catalogue does not have is never an error.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

from gate.model.catalogue import CATEGORIES, DEVICE_GROUPS, MODEL_FAMILIES, SERVED_FAMILIES, SERVED_GROUPS
from gate.policy.globs import is_device_name

EVENTS: tuple[str, ...] = (
    "default",
    "push",
    "pull_request",
    "pull_request_target",
    "merge_group",
    "release",
    "schedule",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
    "repository_dispatch",
)
"""Events a workflow is usually started by, and the word for all others."""

_MODEL = re.compile(rf"(?:{'|'.join(MODEL_FAMILIES)})[0-9]{{1,3}},[0-9]{{1,3}}")
_PRODUCTS = ("iphone", "ipad", "ipod", "mac", "macbook", "imac", "apple")
"""The first words of Apple's names of devices, in small letters."""
_GROUPS = {words.casefold(): group for group, words in DEVICE_GROUPS.items()}
_WILDCARD = re.compile(r"[*?\[]")


def is_glob(pattern: str) -> bool:
    """Tell whether a selector holds a wildcard: ``*``, ``?`` or a class in brackets."""
    return _WILDCARD.search(pattern) is not None


def matching(pattern: str, words: Iterable[str]) -> tuple[str, ...]:
    """Select the words that a glob matches, in their own order and with regard to case."""
    return tuple(word for word in words if fnmatchcase(word, pattern))


def categories_of(metric: str) -> tuple[str, ...]:
    """Find Apple's categories that a ``CATEGORY/metric`` selector can reach."""
    return matching(metric.partition("/")[0], CATEGORIES)


def plain_device(text: str) -> str:
    """Write a device selector with single blanks, and a group in words (``all iPhones``) by its identifier."""
    plain = " ".join(text.split())
    return _GROUPS.get(plain.casefold(), plain)


def can_be_device(pattern: str) -> bool:
    """Tell whether a device selector can match a group, a hardware model or Apple's name of one."""
    if pattern == "any" or matching(pattern, DEVICE_GROUPS):
        return True
    # There is no list of Apple's names: whether a device is called like that shows in the data.
    if is_device_name(pattern):
        return pattern.partition(" ")[0].casefold() in _PRODUCTS
    # A plain model is only checked for its form: new devices appear every year.
    return bool(_some_model_matches(pattern) if is_glob(pattern) else _MODEL.fullmatch(pattern))


def can_have_ios(pattern: str) -> bool:
    """Tell whether a device selector can match a device with iOS, the only platform that Apple's API serves.

    Args:
        pattern: The selector as a policy has it; a group may be in words.
    """
    pattern = plain_device(pattern)
    if pattern == "any" or matching(pattern, SERVED_GROUPS):
        return True
    if is_device_name(pattern) or not is_glob(pattern):
        return pattern.casefold().startswith(tuple(family.casefold() for family in SERVED_FAMILIES))
    return any(fnmatchcase(model, pattern) for model in _models() if model.startswith(SERVED_FAMILIES))


def device_examples() -> tuple[str, ...]:
    """List selectors to suggest in place of one that matches nothing; all of them can be judged."""
    return ("any", *SERVED_GROUPS, *(f"{family}*" for family in SERVED_FAMILIES))


def known_devices() -> tuple[str, ...]:
    """List the groups and families that may have been meant by a misspelt selector, also those without iOS."""
    return ("any", *DEVICE_GROUPS, *(f"{family}*" for family in MODEL_FAMILIES))


@cache
def _models() -> tuple[str, ...]:
    """List every model identifier that exists or is near: a glob is tried on them instead of reasoned about."""
    # Above every number that Apple has given so far, with room for years.
    return tuple(
        f"{family}{major},{minor}"
        for family in MODEL_FAMILIES
        for major in range(1, 60)
        for minor in range(1, 20)
    )


@cache
def _some_model_matches(pattern: str) -> bool:
    return any(fnmatchcase(model, pattern) for model in _models())
