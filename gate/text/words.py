"""Apple's identifiers as a person would say them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from gate.model.catalogue import CATEGORIES, DEVICE_GROUPS
from gate.model.facts import SliceKey
from gate.model.result import AllowedLevel
from gate.model.units import Quantity
from gate.text import numbers

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


def capitalised(sentence: str) -> str:
    """Write a sentence with a capital letter, all else as it is."""
    return sentence[:1].upper() + sentence[1:]


def uncapitalised(sentence: str) -> str:
    """Write a sentence for the middle of another one: without the capital letter of its first word."""
    return sentence[:1].lower() + sentence[1:]


def either(words: Sequence[str]) -> str:
    """Write ``one``, ``one or two``, ``one, two or three``; empty for none."""
    *others, last = words or ("",)
    return f"{', '.join(others)} or {last}" if others else last


def plural(count: int, noun: str) -> str:
    """Write ``1 rule``, ``2 rules``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def waiver_words(
    up_to: float,
    *,
    until: str,
    through_version: str,
    reason: str,
    level: AllowedLevel | None = None,
    share: float | None = None,
) -> str:
    """Write a waiver: ``waived up to +15% and 1,700 ms until 2026-12-31: New onboarding``.

    Args:
        up_to: The ceiling on a rise, relative: 0.15 is +15%; 0 when it accepts none.
        until: The last day it holds; empty when only a version ends it.
        through_version: The last version it holds for; empty when only a day ends it.
        reason: From the policy.
        level: The ceiling on a value; None when it accepts none.
        share: The ceiling on a signature's share; None when it is about no signature.
    """
    words = ceiling_words(up_to or None, level, share)
    return f"waived up to {words} {waiver_end_words(until, through_version)}: {reason}"


def ceiling_words(rise: float | None, level: AllowedLevel | Quantity | None, share: float | None) -> str:
    """Write the ceiling of a waiver, with all that it is on: ``+15% and 1,700 ms``."""
    parts = [] if rise is None else [numbers.change(rise)]
    parts += [] if level is None else [numbers.value(level.value, level.unit)]
    parts += [] if share is None else [numbers.share(share)]
    return " and ".join(parts)


def waiver_end_words(until: str, through_version: str) -> str:
    """Write when a waiver ends: ``until 2026-12-31``, ``through 3.5``; with both, whichever comes first."""
    if until and through_version:
        return f"until {until}, at most through {through_version}"
    return f"until {until}" if until else f"through {through_version}"
