"""Apple's identifiers as a person would say them."""

import re
from functools import lru_cache

from gate.model.catalogue import CATEGORIES, DEVICE_GROUPS
from gate.model.facts import SliceKey

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEVICES = DEVICE_GROUPS | {"any": "any device"}


@lru_cache
def metric_words(category: str, metric: str) -> str:
    """Write ``launch time`` for LAUNCH/launchTime, ``battery on screen`` for BATTERY/onScreen."""
    about = CATEGORIES.get(category)
    if about is not None and metric in about.metrics:
        return about.metrics[metric].words
    words = _HUMPS.sub(" ", metric).lower()
    prefix = about.noun if about else ""
    return words if not prefix or prefix.rstrip("s") in words else f"{prefix} {words}"


def device_words(device: str, marketing_name: str = "") -> str:
    """Write ``all iPhones`` for a group, Apple's marketing name for a model, else the identifier."""
    return _DEVICES.get(device) or marketing_name or device


def slice_words(key: SliceKey, marketing_name: str = "") -> str:
    """Write a slice: ``launch time p50 on all iPhones``."""
    percentile = "" if key.percentile == "any" else f" {key.percentile}"
    return (
        f"{metric_words(key.category, key.metric)}{percentile} on {device_words(key.device, marketing_name)}"
    )


def version_list(versions: tuple[str, ...], *, most: int = 3) -> str:
    """Write ``3.3``, ``3.2 and 3.3`` or ``3.0 to 3.3``."""
    if len(versions) > most:
        return f"{versions[0]} to {versions[-1]}"
    if len(versions) < 2:  # noqa: PLR2004
        return "".join(versions)
    return f"{', '.join(versions[:-1])} and {versions[-1]}"


def plural(count: int, noun: str) -> str:
    """Write ``1 rule``, ``2 rules``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
