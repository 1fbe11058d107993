"""What Apple serves, as far as it is known: the words a policy may select by.

Apple publishes no list of metric identifiers. The table below holds those in Apple's own examples and in
public clients; the set is open, so an identifier that is not here is never an error.
"""

import re
from fnmatch import fnmatchcase
from functools import cache

from gate.model.units import CATEGORY_UNITS

CATEGORIES: tuple[str, ...] = tuple(CATEGORY_UNITS)
"""Apple's eight metric categories (``MetricCategory``)."""

KNOWN_METRICS: dict[str, tuple[str, ...]] = {
    "LAUNCH": ("launchTime",),
    "HANG": ("hangRate",),
    "MEMORY": ("peakMemory", "memoryAtSuspension"),
    "DISK": ("diskWrites",),
    "BATTERY": ("batteryUsage", "onScreen", "background"),
    "TERMINATION": ("onScreen", "background"),
    "ANIMATION": ("scrollHitchRate", "animationGlitchRate"),
    "STORAGE": ("diskSpaceUsed",),
}
"""Metric identifiers seen so far, by category; they are unique only inside their category."""

PLATFORMS: tuple[str, ...] = ("iOS", "macOS", "tvOS", "watchOS", "visionOS")
"""Apple's spelling in answers; its filters spell the same platforms in capitals."""

ROLL_UPS: tuple[str, ...] = ("all_iphones", "all_ipads", "all_macs")
"""The groups that Apple sums up over all models."""

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

FAMILIES: tuple[str, ...] = (
    "iPhone",
    "iPad",
    "iPod",
    "Mac",
    "MacBook",
    "MacBookAir",
    "MacBookPro",
    "MacPro",
    "Macmini",
    "iMac",
    "iMacPro",
    "AppleTV",
    "Watch",
    "RealityDevice",
)
"""What the identifier of a hardware model begins with."""

_MODEL = re.compile(rf"(?:{'|'.join(FAMILIES)})[0-9]{{1,3}},[0-9]{{1,3}}")
_WILDCARD = re.compile(r"[*?\[]")


def is_glob(pattern: str) -> bool:
    """Whether a selector holds a wildcard: ``*``, ``?`` or a class in brackets."""
    return _WILDCARD.search(pattern) is not None


def matching(pattern: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that a glob selects, in their own order and with regard to case."""
    return tuple(word for word in words if fnmatchcase(word, pattern))


def categories_of(metric: str) -> tuple[str, ...]:
    """Apple's categories that a ``CATEGORY/metric`` selector can reach."""
    return matching(metric.partition("/")[0], CATEGORIES)


def units_of(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Units that fit every one of the categories, the usual one first; empty when none does."""
    if not categories:
        return ()
    first, *others = categories
    return tuple(
        unit for unit in CATEGORY_UNITS[first] if all(unit in CATEGORY_UNITS[other] for other in others)
    )


def can_be_device(pattern: str) -> bool:
    """Whether a device selector can match a roll-up or a hardware model."""
    if pattern == "any" or matching(pattern, ROLL_UPS):
        return True
    return bool(_some_model_matches(pattern) if is_glob(pattern) else _MODEL.fullmatch(pattern))


def device_examples() -> tuple[str, ...]:
    """Selectors to suggest in place of one that matches nothing."""
    return ("any", *ROLL_UPS, *(f"{family}*" for family in FAMILIES))


@cache
def _models() -> tuple[str, ...]:
    """Every model identifier that exists or is near, so that a glob can be tried instead of reasoned about."""
    return tuple(
        f"{family}{major},{minor}" for family in FAMILIES for major in range(1, 60) for minor in range(1, 20)
    )


@cache
def _some_model_matches(pattern: str) -> bool:
    return any(fnmatchcase(model, pattern) for model in _models())
