"""How the gate's rules compare with one of Apple's insights, in words that hold the numbers of both."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from gate.model.facts import AppleInsight, Population
from gate.model.result import AllowedRise, Check
from gate.text.numbers import absolute_change, change, value
from gate.text.words import slice_words, version_list

Agreement = Literal["other_version", "not_judged", "other_slices", "found_too", "undecided", "within_noise"]
"""How the gate's rules on the same metric compare with an insight."""

Disagreement = Literal[
    "part",
    "no_rise",
    "other_value",
    "other_baseline",
    "absolute_key",
    "floor",
    "allowed",
]
"""What makes the difference where Apple sees a regression and no rule does."""

_AGREEMENTS: dict[Agreement, str] = {
    "other_version": "It is about {version}, not the version judged here.",
    "not_judged": "No rule of this policy judges it.",
    "other_slices": "No rule of this policy judges it on the devices and percentiles that Apple speaks of.",
    "found_too": "The gate's own rules found it too.",
    "undecided": "The gate could not decide it.",
    "within_noise": "The gate could not decide it: the rise is within what this app's healthy releases show, which "
    "Apple's comparison of means does not ask.",
}


class Difference(Struct, frozen=True, kw_only=True):
    """A slice that Apple counts and a rule does not."""

    kind: Disagreement
    insight: AppleInsight
    population: Population
    """Apple's numbers of the slice."""
    check: Check
    """The rule's."""


def rise_of(check: Check) -> AllowedRise | None:
    """Find the line that `Check.allowed_value` is the value of."""
    return check.allows.fail or check.allows.warn


def explain_agreement(agreement: Agreement, version: str = "") -> str:
    """Say how the gate's rules compare with an insight; about which version matters where it is another one."""
    return _AGREEMENTS[agreement].format(version=version)


def explain_difference(found: Difference) -> str:
    """Say why the gate's rules did not find what Apple found, with the numbers that make the difference."""
    return f"The gate's own rules did not find it: {_DIFFERENCES[found.kind](found)}."


def _value(found: Difference, number: float | None, *, against: float | None = None) -> str:
    return "an unknown value" if number is None else value(number, found.check.unit, against=against)


def _now(found: Difference, *, against: float | None = None) -> str:
    candidate = found.check.candidate
    return _value(found, candidate.value if candidate else None, against=against)


def _version(found: Difference) -> str:
    return found.check.candidate.version if found.check.candidate else found.insight.latest_version


def _rise(found: Difference) -> str:
    return change(found.check.change.relative) if found.check.change else "an unknown change"


def _slice(found: Difference) -> str:
    return slice_words(found.check.slice, found.check.device_name)


def _part_words(found: Difference) -> str:
    return f"Apple speaks of {found.insight.subsystem} alone, and the rules judge {_slice(found)} as a whole"


def _no_rise_words(found: Difference) -> str:
    return f"{found.check.rule} allows any rise and only asks for “{found.check.allowed}”, which {_now(found)} keeps"


def _other_value_words(found: Difference) -> str:
    latest = _value(found, found.population.latest_value)
    return f"Apple counts {latest} for {found.insight.latest_version or _version(found)}, and {_now(found)} is judged"


def _other_baseline_words(found: Difference) -> str:
    baseline, reference = found.check.baseline, found.population.reference_average
    theirs = _origin(found.insight.reference_versions)
    ours = _origin(baseline.versions if baseline else ())
    return (
        f"Apple compares with {_value(found, reference)}{theirs}, "
        f"the policy with {_value(found, baseline.value if baseline else None)}{ours}"
    )


def _origin(versions: tuple[str, ...]) -> str:
    if not versions:
        return ""
    return f" (mean of {version_list(versions)})" if len(versions) > 1 else f" ({versions[0]})"


def _absolute_key_words(found: Difference) -> str:
    check = found.check
    rise = rise_of(check)
    if rise is None or rise.relative is None or rise.absolute is None or check.change is None:
        return _allowed_words(found)
    grown = absolute_change(check.change.absolute, check.unit)
    least = absolute_change(rise.absolute, rise.unit)
    return (
        f"{_rise(found)} is more than {change(rise.relative)}, but {grown} is not more than {least}, "
        f"and {check.rule} counts a rise only when it exceeds both"
    )


def _floor_words(found: Difference) -> str:
    allowed = found.check.allowed_value
    return (
        f"{found.check.rule} counts values this small as its floor, so that only more than {_value(found, allowed)} "
        f"is a rise, and {_version(found)} has {_now(found, against=allowed)}"
    )


def _allowed_words(found: Difference) -> str:
    allowed = found.check.allowed_value
    return (
        f"{found.check.rule} allows {_slice(found)} up to {_value(found, allowed)}, and {_version(found)} has "
        f"{_now(found, against=allowed)} ({_rise(found)})"
    )


_DIFFERENCES: dict[Disagreement, Callable[[Difference], str]] = {
    "part": _part_words,
    "no_rise": _no_rise_words,
    "other_value": _other_value_words,
    "other_baseline": _other_baseline_words,
    "absolute_key": _absolute_key_words,
    "floor": _floor_words,
    "allowed": _allowed_words,
}
