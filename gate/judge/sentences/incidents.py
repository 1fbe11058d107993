"""What happened, in words: as a phrase that a headline can hold, and as a sentence for whoever reads on."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from gate.judge.scope import is_aggregate, is_left_open, line_of
from gate.judge.sentences.chances import rarity
from gate.model.catalogue import CATEGORIES, DIAGNOSTIC_TYPES
from gate.model.facts import SliceKey
from gate.model.result import Baseline, Check, InsightFinding, Result, RuleOutcome, SignatureFinding
from gate.text.numbers import absolute_change, change, pair, share, value
from gate.text.sanitize import plain
from gate.text.words import device_words, metric_words, plural, version_list

_ALIKE = 0.05
"""Changes that differ by no more than this, or by a quarter, are told as one."""
_QUARTER = 0.25
_MOST_DEVICES = 3
_LONGEST_NAME = 36
"""Characters of a device, a metric or a version: others have written them."""
_LONGEST_FUNCTION = 60
_LONGEST_UNIT = 12
_EXTENT = {"fail": "failed", "warn": "gave a warning", "improved": "improved"}
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


class SliceGroup(Struct, frozen=True, kw_only=True):
    """Slices of one category that moved the same way."""

    lead: Check
    """The one that speaks for all."""
    same: tuple[Check, ...]
    """Those in the lead's state, the lead first."""
    checks: tuple[Check, ...]
    """All, in the order in which they are told."""
    states: tuple[str, ...]
    """Of `checks`, in the incident."""
    total: int
    """How many slices of the category the rules look at."""
    rules: tuple[RuleOutcome, ...]
    """The rules that found them."""


# --- phrases ----------------------------------------------------------------------------------------


def title_slices(group: SliceGroup) -> str:
    """Name what moved: ``launch time +23% (907 → 1,118 ms) on all iPhones and all iPads``."""
    waived = [rule for rule in group.rules if rule.waiver is not None]
    tail = f", waived {_waiver_end(waived[0])}" if waived and len(waived) == len(group.rules) else ""
    return move_phrase(group.lead, alike_devices(group.same)) + tail


def move_phrase(lead: Check, devices: Sequence[str], *, with_values: bool = True) -> str:
    """Name the change of a slice, or its value against the line that it is above.

    Args:
        lead: The slice.
        devices: On which the same happened, in words.
        with_values: Say from what to what, beside how much.
    """
    metric, unit = shorten(metric_words(lead.slice.category, lead.slice.metric)), unit_of(lead)
    where = f" on {listed(devices)}" if devices else ""
    line = line_of(lead) if lead.line_failed else None
    if line is not None and lead.candidate is not None and not _rose_too_far(lead):
        now = value(lead.candidate.value, unit, against=line)
        return f"{metric} {now}{where}, above {line_name(lead)} of {value(line, unit)}"
    before, now_ = lead.baseline, lead.candidate
    if lead.change is None or before is None or now_ is None:
        return f"{metric}{where}"
    size = (
        change(lead.change.relative)
        if lead.change.relative is not None
        else absolute_change(lead.change.absolute, unit)
    )
    values = f" ({pair(before.value, now_.value, unit)})" if with_values else ""
    return f"{metric} {size}{values}{where}"


def alike_devices(checks: Sequence[Check]) -> list[str]:
    """Name the devices on which about the same happened as in the first of some slices: groups, else models."""
    lead = checks[0]
    found = [
        check
        for check in checks
        if check.slice.metric == lead.slice.metric
        and is_aggregate(check) == is_aggregate(lead)
        and (check is lead or _are_alike(check, lead))
    ]
    return list(dict.fromkeys(_device(check) for check in found))


def listed(names: Sequence[str]) -> str:
    """Write ``all iPhones and all iPads``, ``iPhone 13, iPhone 14 and 3 more models``."""
    if len(names) > _MOST_DEVICES:
        rest = len(names) - (_MOST_DEVICES - 1)
        names = [*names[: _MOST_DEVICES - 1], f"{rest} more models"]
    return " and ".join(part for part in (", ".join(names[:-1]), "".join(names[-1:])) if part)


def line_name(check: Check) -> str:
    """Name the line that a slice is above: ``the limit``, ``Apple's recommended goal``."""
    goal = check.allows.goal
    if goal is None or line_of(check) != check.goal_value:
        return "the limit"
    return "Apple's recommended goal" if goal == "recommended" else f"Apple's band “{goal}”"


def title_insight(insight: InsightFinding, *, left_open: bool) -> str:
    """Name one of Apple's insights: ``Apple reports hang rate +31% on all iPhones``.

    Args:
        insight: What Apple says.
        left_open: No rule could decide the metric.
    """
    category, _, metric = insight.slice_name.partition("/")
    name = shorten(metric_words(category, metric))
    size = insight.largest_change
    what = f"a regression of {name}" if size is None else f"{name} {change(size)}"
    devices = list(dict.fromkeys(shorten(device_words(one)) for one in insight.devices))
    where = f" on {listed(devices)}" if devices else ""
    return f"Apple reports {what}{where}{', which no rule could decide' if left_open else ''}"


def title_signatures(signatures: Sequence[SignatureFinding]) -> str:
    """Name the worst of some signatures of a type, and count the others."""
    first, *others = signatures
    more = f" and {len(others)} more" if others else ""
    return f"{_signature(first)}{more}"


def explain_level(result: Result, level: str, insights: Sequence[int], signatures: Sequence[int]) -> str:
    """Name the finding of Apple's that has a level, of those at some positions; empty when none has."""
    for position in insights:
        insight = result.insights[position]
        if insight.level == level:
            return title_insight(insight, left_open=is_left_open(result, insight))
    found = [one for position in signatures if (one := result.signatures[position]).level == level]
    return title_signatures(found) if found else ""


def category_words(category: str) -> str:
    """Write what all metrics of a category are about: ``launch``, ``hangs``, ``memory``."""
    known = CATEGORIES.get(category)
    return (known.words if known is not None else "") or shorten(category.lower())


def unit_of(check: Check) -> str:
    """Write the unit of a slice, which may be a label of Apple's, so briefly that a phrase can hold it."""
    return shorten(check.unit, _LONGEST_UNIT)


def function_words(name: str) -> str:
    """Write the name of a function, as much of it as a phrase can hold."""
    return shorten(name, _LONGEST_FUNCTION)


def shorten(text: str, limit: int = _LONGEST_NAME) -> str:
    """Shorten text from outside to a length, at the end of a word, without a bracket that is left open."""
    clean = plain(text, len(text) + 1)
    if len(clean) <= limit:
        return clean
    head = clean[: limit - 1]
    # Only a word that leaves most of the text is given up whole.
    cut = max(head.rfind(" "), head.rfind("("), head.rfind("["), head.rfind("<"))
    head = head[:cut] if cut > limit // 2 else head
    while (opened := _left_open(head)) is not None and opened > 0:
        head = head[:opened]
    return head.rstrip(" ,;:.([{<") + "…"


# --- sentences --------------------------------------------------------------------------------------


def explain_slices(group: SliceGroup) -> str:
    """Say what happened, against which versions, how sure that is, and in how many slices."""
    parts = (
        _what_happened(group.lead),
        _how_sure(group),
        _elsewhere(group),
        _extent(group),
        *(f"{rule.id} is waived {_waiver_end(rule)}." for rule in group.rules if rule.waiver is not None),
    )
    return " ".join(part for part in parts if part)


def explain_signatures(signatures: Sequence[SignatureFinding]) -> str:
    """Say what each signature causes."""
    named = (f"{function_words(one.name or one.text)}: {one.sentence}" for one in signatures)
    return " ".join(named)


def _what_happened(check: Check) -> str:
    what = _capital(f"{_metric_of(check.slice)} on {_device(check)}")
    before, now = check.baseline, check.candidate
    if now is None:
        return f"{what} was found by its rules."
    level = value(now.value, unit_of(check))
    above = _above(check)
    if before is None or check.change is None:
        return f"{what} is {level} in {shorten(now.version)}{above}."
    origin = _origin(before)
    if check.change.absolute == 0:
        return f"{what} stayed at {level} ({origin}) in {shorten(now.version)}{above}."
    verb = "rose" if check.change.absolute > 0 else "fell"
    size = "" if check.change.relative is None else f", {change(check.change.relative)}"
    old = value(before.value, unit_of(check))
    return f"{what} {verb} from {old} ({origin}) to {level} in {shorten(now.version)}{size}{above}."


def _origin(before: Baseline) -> str:
    """Name the versions of a baseline, one by one where the policy leaves one out in between."""
    names = tuple(shorten(one) for one in before.versions)
    versions = version_list(names, most=len(names)) if before.excluded else version_list(names)
    skipped = version_list(tuple(shorten(one) for one in before.excluded))
    gap = f"; {skipped} {'is' if len(before.excluded) == 1 else 'are'} excluded" if skipped else ""
    return f"mean of {versions}{gap}" if len(names) > 1 else f"{versions}{gap}"


def _above(check: Check) -> str:
    line = line_of(check) if check.line_failed else None
    return "" if line is None else f", above {line_name(check)} of {value(line, unit_of(check))}"


def _how_sure(group: SliceGroup) -> str:
    lead = group.lead
    if lead.p_value is None or lead.change is None or (lead.line_failed and not _rose_too_far(lead)):
        return ""
    if lead.state not in group.states:
        return "No slice shows it clearly alone; all of them together do."
    # The chance of the run, as that of one slice among many says less than it seems to.
    chances = [rule.p_run for rule in group.rules if rule.p_run is not None and rule.state == lead.state]
    return rarity(min(chances, default=None), "fall" if group.states[0] == "improved" else "rise").strip()


def _elsewhere(group: SliceGroup) -> str:
    """Say what the other groups of devices, or metrics, show."""
    told = {_label(group.lead)}
    others = []
    for check in group.checks:
        if is_aggregate(check) == is_aggregate(group.lead) and _label(check) not in told:
            told.add(_label(check))
            others.append(check)
    shown = [_brief(check) for check in others[:_MOST_DEVICES] if check.change is not None]
    return f"Likewise {'; '.join(shown)}." if shown else ""


def _brief(check: Check) -> str:
    size = "" if check.change is None else f" {change(check.change.relative)}"
    return f"{_label(check)}{size}"


def _label(check: Check) -> str:
    return f"{_metric_of(check.slice)} on {_device(check)}"


def _extent(group: SliceGroup) -> str:
    """Count the slices: ``10 of 14 slices failed, 2 gave a warning``."""
    # A slice that two rules judge counts once, in the worst state that one of them found.
    worst: dict[SliceKey, str] = {}
    order = tuple(_EXTENT)
    for check, state in zip(group.checks, group.states, strict=True):
        known = worst.get(check.slice, state)
        worst[check.slice] = min(known, state, key=order.index)
    counted = Counter(worst.values())
    if len(counted) == 1 and counted.total() == group.total:
        state = next(iter(counted))
        return f"All {group.total} slices {_EXTENT[state]}." if group.total > 1 else ""
    first, *others = (state for state in order if counted[state])
    more = "".join(f", {counted[state]} {_EXTENT[state]}" for state in others)
    return f"{counted[first]} of {plural(group.total, 'slice')} {_EXTENT[first]}{more}."


def _metric_of(key: SliceKey) -> str:
    percentile = "" if key.percentile == "any" else f" {shorten(key.percentile)}"
    return f"{shorten(metric_words(key.category, key.metric))}{percentile}"


def _device(check: Check) -> str:
    return shorten(device_words(check.slice.device, check.device_name))


def _waiver_end(rule: RuleOutcome) -> str:
    waiver = rule.waiver
    if waiver is None:
        return ""
    return f"until {waiver.until}" if waiver.until else f"through {shorten(waiver.through_version)}"


def _signature(one: SignatureFinding) -> str:
    known = DIAGNOSTIC_TYPES.get(one.type)
    noun = shorten(one.type) if known is None else known.noun
    name = function_words(one.name or one.text)
    if one.weight is None:
        return f"{name} in {noun}"
    if one.change == "new":
        return f"{name}, new, with {share(one.weight)} of {noun}"
    if one.change == "grown" and one.baseline_weight is not None:
        return f"{name}, {share(one.baseline_weight)} → {share(one.weight)} of {noun}"
    return f"{name}, {share(one.weight)} of {noun}"


def _rose_too_far(check: Check) -> bool:
    """Tell whether a slice rose by more than its rule allows, whatever line it is above beside."""
    now, most = check.candidate, check.allowed_value
    return now is not None and most is not None and now.value > most


def _are_alike(one: Check, other: Check) -> bool:
    if one.line_failed != other.line_failed:
        return False
    if one.change is None or other.change is None:
        return one.change is other.change
    first, second = one.change.relative, other.change.relative
    if first is None or second is None:
        return first is second
    return (first < 0) == (second < 0) and abs(first - second) <= max(_ALIKE, _QUARTER * abs(second))


def _left_open(text: str) -> int | None:
    """Find the first bracket that is opened and never closed."""
    opened: list[tuple[str, int]] = []
    for position, sign in enumerate(text):
        if sign in _PAIRS:
            opened.append((_PAIRS[sign], position))
        elif opened and sign == opened[-1][0]:
            opened.pop()
    return opened[0][1] if opened else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
