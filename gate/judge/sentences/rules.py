"""Why a rule is in its state, over all its slices."""

import math
from collections.abc import Sequence

from gate.judge.eligibility import Ineligible
from gate.judge.sentences.slices import absence_words, rule_is, seldom, stale_words
from gate.model.facts import SliceKey
from gate.model.result import Change, Check
from gate.model.states import State
from gate.policy.types import Rule
from gate.stats.evidence import Reading
from gate.text.numbers import change
from gate.text.words import either, plural, slice_words, version_list

_CLASSES = {"iphone": "iPhones", "ipad": "iPads", "mac": "Macs"}


def explain_rule(rule: Rule, state: State, checks: Sequence[Check]) -> str:
    """Explain what a rule found: by its worst slice, or by the largest change when all are healthy."""
    # A rule over one slice has nothing to add to the slice's own sentence.
    if len(checks) == 1:
        return checks[0].sentence
    if state in ("pass", "improved"):
        return rule_is(rule.id, state, _healthy_words(checks))
    same = [check for check in checks if check.state == state]
    worst = min(same, key=_rank) if same else checks[0]
    others = len(same) - 1
    more = f" The same holds for {others} more of its {len(checks)} slices." if others > 0 else ""
    return worst.sentence + more


def explain_too_few_decided(rule: Rule, decided: int, total: int) -> str:
    """Explain a rule that does not pass because too few of its slices could be judged."""
    return rule_is(rule.id, "undecided", f"only {decided} of {plural(total, 'slice')} could be judged")


def explain_unmatched(rule: Rule, key: SliceKey, ineligible: Ineligible) -> str:
    """Explain a rule that selects no slice at all.

    Args:
        rule: The rule.
        key: The slice that its selector asks for.
        ineligible: Why, with the nearest metric in the data.
    """
    if ineligible.stale is not None:
        return rule_is(rule.id, "undecided", stale_words(ineligible.stale))
    wanted = slice_words(key) if "*" not in rule.selector.metric else rule.selector.metric
    nearest = ineligible.near or either(ineligible.near_devices)
    hint = f"; the nearest in the data is {nearest}" if nearest else ""
    words = f"Apple's data has nothing that matches {wanted}{hint}"
    return rule_is(rule.id, "undecided", words + absence_words(ineligible))


def explain_reading(reading: Reading) -> str:
    """Say how the slices of a finding were read together; empty when a single slice shows it."""
    if reading.kind == "slice":
        return ""
    size = change(math.expm1(reading.change))
    count = plural(len(reading.slices), "slice")
    healthy = f"{seldom(reading.p)} healthy releases would"
    what = f" {_CLASSES.get(reading.name, reading.name)}" if reading.name else ""
    if reading.kind == "average":
        return f" Taken together, its {count}{' of' if what else ''}{what} changed by {size}, as {healthy}."
    return f" Against the rest of the metric,{what} changed by {size}, as {healthy}."


def _healthy_words(checks: Sequence[Check]) -> str:
    decided = sum(check.state != "undecided" for check in checks)
    largest = max(checks, key=lambda check: _size(check.change))
    name = slice_words(largest.slice, largest.device_name)
    tail = f"; the largest change is {name}, {change(largest.change.relative)}" if largest.change else ""
    missing = len(checks) - decided
    gap = f", {plural(missing, 'slice')} could not be judged" if missing else ""
    versions = dict.fromkeys(check.candidate.version for check in checks if check.candidate)
    where = f" in {version_list(tuple(versions))}" if versions else ""
    return f"{_of_slices(decided, len(checks))} found healthy{where}{gap}{tail}"


def _of_slices(count: int, total: int) -> str:
    return f"{plural(count, 'slice')}" if count == total else f"{count} of {total} slices"


def _size(change_: Change | None) -> float:
    return abs(change_.relative or 0.0) if change_ is not None else -1.0


def _rank(check: Check) -> tuple[float, float]:
    """Order findings: the clearest first, then the largest."""
    chance = check.p_value if check.p_value is not None else 1.0
    # Clear before large: a huge rise of noisy data is the weaker finding.
    return (chance, -(check.change.relative or 0.0) if check.change is not None else 0.0)
