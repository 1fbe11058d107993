"""What is undecided for one cause, and how its slices and rules are named."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from gate.judge.seen import Seen
from gate.model.catalogue import CATEGORIES
from gate.model.facts import SliceKey
from gate.model.result import Check, RuleOutcome
from gate.policy.types import Policy, Rule
from gate.text.words import device_words, metric_words

GapCause = Literal[
    "over_line",
    "stale",
    "contradiction",
    "unit",
    "values",
    "margin_lost",
    "too_noisy",
    "together",
    "day_0",
    "gap",
    "first_version",
    "new_slice",
    "thin",
    "no_goal_yet",
    "no_platform",
    "no_metric",
    "no_device",
    "no_percentile",
    "no_goal",
    "bad_pin",
    "all_excluded",
]
"""Why something is undecided, more finely than its reason says."""

SHOWN = 3
"""So many things are named; the checks of a group are listed beside its sentence anyway."""


class Gap(Struct, frozen=True, kw_only=True):
    """An undecided check with its rule; or a rule that is undecided although its slices are not."""

    rule: Rule
    position: int | None = None
    """Of the check in the result."""
    check: Check | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What the sentences of a run may speak of."""

    policy: Policy
    outcomes: Mapping[str, RuleOutcome]
    """By id, of the rules that are told."""
    seen: Seen
    is_on_sale: bool
    """App Store Connect has the candidate on sale."""
    most_days: int | None = None
    """Days that the candidate has been on sale at most; None when nothing is known."""
    stale: str = ""
    """How old the data is, in words; empty when it is fresh."""

    def waits_for(self, rule: Rule) -> bool:
        """Tell whether a rule is undecided, and not excepted by `on_undecided: ignore`."""
        return self.outcomes[rule.id].state == "undecided" and rule.on_undecided != "ignore"


class Topic(Struct, frozen=True, kw_only=True):
    """Everything that is undecided for one cause."""

    told: Told
    cause: GapCause
    gaps: tuple[Gap, ...]
    """At least one, the most important first."""

    @property
    def seen(self) -> Seen:
        """What the data holds."""
        return self.told.seen

    @property
    def checks(self) -> list[Check]:
        """The undecided checks; none of rules whose slices are all decided."""
        return [gap.check for gap in self.gaps if gap.check is not None]

    @property
    def waiting(self) -> list[Gap]:
        """The gaps of rules that are undecided and not excepted."""
        return [gap for gap in self.gaps if self.told.waits_for(gap.rule)]


def as_sentence(text: str) -> str:
    """Write a phrase as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def is_over(check: Check) -> bool:
    """Tell whether a measured value is above a line of its rule, however sure that is."""
    lines = (check.allowed_value, check.limit_value, check.goal_value)
    return check.candidate is not None and any(is_above(check.candidate.value, line) for line in lines)


def is_above(number: float, line: float | None) -> bool:
    """Tell whether a value is above a line; False without a line."""
    return line is not None and number > line


def spoken_units(rule: Rule) -> list[str]:
    """List the units that a rule's allowances and its limit are in."""
    rises = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    spoken = [*rises, rule.limit.quantity if rule.limit is not None else None]
    return list(dict.fromkeys(quantity.unit for quantity in spoken if quantity is not None))


# --- names -------------------------------------------------------------------------------------------------


def name_some(names: Iterable[str], *, last: str = "and") -> str:
    """List names once each: ``a``, ``a and b``, ``a, b, c and 4 more``."""
    listed = list(dict.fromkeys(names))
    if len(listed) <= SHOWN + 1:
        # "and 1 more" is as long as the name itself.
        first = ", ".join(listed[:-1])
        return f"{first} {last} {listed[-1]}" if first else "".join(listed)
    return f"{', '.join(listed[:SHOWN])} {last} {len(listed) - SHOWN} more"


def name_rules(gaps: Iterable[Gap]) -> str:
    """List the ids of rules."""
    return name_some(gap.rule.id for gap in gaps)


def name_metric(key: SliceKey) -> str:
    """Name a metric, or what a glob stands for: ``launch time``, ``storage metrics``, ``any metric``."""
    if not is_glob(key.name):
        return metric_words(key.category, key.metric)
    if key.category in CATEGORIES and key.metric == "*":
        return f"{key.category.lower()} metrics"
    return "any metric" if key.name == "*/*" else f"{key.name} metrics"


def name_device(check: Check) -> str:
    """Name a device, or what a glob stands for: ``all iPads``, ``iP* models``."""
    device = check.slice.device
    if device == "all_*":
        return "any group of devices"
    return f"{device} models" if is_glob(device) else device_words(device, check.device_name)


def name_slice(check: Check) -> str:
    """Name a slice: ``launch time p50 on all iPhones``, ``launch time on iP* models``."""
    percentile = "" if check.slice.percentile == "any" else f" {check.slice.percentile}"
    return f"{name_metric(check.slice)}{percentile} on {name_device(check)}"


def is_glob(text: str) -> bool:
    """Tell whether a part of a selector can stand for several names."""
    return any(sign in text for sign in "*?[")
