"""Why a rule is in its state, over all its slices."""

import math
from collections.abc import Sequence
from operator import itemgetter

from gate.judge.eligibility import Ineligible
from gate.judge.sentences.slices import absence_words, explain_stale
from gate.model.facts import SliceKey
from gate.model.result import Check
from gate.model.states import Reason, State
from gate.policy.types import Rule
from gate.stats.evidence import GradualDrift, Reading
from gate.text.numbers import change
from gate.text.words import capitalised, either, metric_words, plural, slice_words, version_list

_CLASSES = {"iphone": "iPhones", "ipad": "iPads", "mac": "Macs"}
_DEEDS: dict[State, str] = {
    "fail": "failed",
    "warn": "have a warning",
    "undecided": "are undecided",
    "improved": "improved",
}
"""What several slices in a state did."""
_BOTH = 2


def explain_rule(
    state: State, reason: Reason | None, checks: Sequence[Check], drift: GradualDrift | None = None
) -> str:
    """Explain what a rule found: by its worst slice, or by the largest change when all are healthy.

    Args:
        state: Of the rule.
        reason: Why it is undecided.
        checks: Of its slices; at least one.
        drift: Set when gradual drift is the finding.
    """
    same = [check for check in checks if check.state == state]
    if drift is not None and not same:
        return explain_drift(checks, drift)
    # A rule over one slice has nothing to add to the slice's own sentence.
    if len(checks) == 1:
        return checks[0].sentence
    if state == "pass" or (state == "improved" and not same):
        return _explain_healthy(checks)
    telling = [check for check in same if check.reason == reason] or same or checks
    worst = min(telling, key=_ease if state == "improved" else _severity)
    return worst.sentence + (
        f" {_of_slices(len(same), len(checks))} {_DEEDS[state]}." if len(same) > 1 else ""
    )


def explain_drift(checks: Sequence[Check], drift: GradualDrift) -> str:
    """Explain a rule of which no slice rose too much, but all of them creep up."""
    metrics = dict.fromkeys(metric_words(check.slice.category, check.slice.metric) for check in checks)
    what = capitalised(" and ".join(metrics))
    growth = f"{change(drift.growth)} over {drift.versions} versions"
    return f"{what} crept up by {growth}, a little with nearly every one; no single version is to blame."


def explain_too_few_decided(decided: int, total: int) -> str:
    """Explain a rule that does not pass because too few of its slices could be judged."""
    return f"Only {decided} of {plural(total, 'slice')} could be judged."


def explain_unmatched(rule: Rule, key: SliceKey, ineligible: Ineligible) -> str:
    """Explain a rule that selects no slice at all.

    Args:
        rule: The rule.
        key: The slice that its selector asks for.
        ineligible: Why, with the nearest metric in the data.
    """
    if ineligible.stale is not None:
        return explain_stale(ineligible.stale)
    wanted = slice_words(key) if "*" not in rule.selector.metric else rule.selector.metric
    nearest = ineligible.near or either(ineligible.near_devices)
    hint = f" The nearest is {nearest}." if nearest else ""
    return f"Nothing in Apple's data matches {wanted}.{hint}{absence_words(ineligible)}"


def explain_reading(reading: Reading) -> str:
    """Say how the slices of a finding were read together; empty when a single slice shows it."""
    if reading.kind == "slice":
        return ""
    size = change(math.expm1(reading.change))
    name = _CLASSES.get(reading.name, reading.name)
    if reading.kind == "contrast":
        return f" No slice alone is this clear: compared with the rest of the metric, {name} rose {size}."
    which = f" of {name}" if name else ""
    return f" No slice alone is this clear: on average, {len(reading.slices)} slices{which} rose {size}."


def _explain_healthy(checks: Sequence[Check]) -> str:
    decided = sum(check.state != "undecided" for check in checks)
    versions = dict.fromkeys(check.candidate.version for check in checks if check.candidate)
    where = f" in {version_list(tuple(versions))}" if versions else ""
    seen = sum(check.reason == "within_noise" for check in checks)
    missing = len(checks) - decided - seen
    noisy = f"; {seen} {'is' if seen == 1 else 'are'} within noise" if seen else ""
    gap = noisy + (f"; {missing} couldn't be judged" if missing else "")
    healthy = f"{_of_slices(decided, len(checks))} {'is' if decided == 1 else 'are'} healthy{where}{gap}."
    # A change from zero has no size, and where it is healthy it is below the metric's floor.
    sizes = [check.change.relative if check.change is not None else None for check in checks]
    known = [(abs(size), place) for place, size in enumerate(sizes) if size is not None]
    if not known:
        return healthy
    _, place = max(known, key=itemgetter(0))
    name = slice_words(checks[place].slice, checks[place].device_name)
    return f"{healthy} The largest change: {name}, {change(sizes[place])}."


def _of_slices(count: int, total: int) -> str:
    if count < total:
        return f"{count} of {total} slices"
    return "Both slices" if total == _BOTH else f"All {total} slices"


def _rise(check: Check) -> float:
    """Find the size of a change, 0 without one; from zero it has no size and counts as the largest."""
    if check.change is None:
        return 0.0
    return check.change.relative if check.change.relative is not None else math.inf


def _severity(check: Check) -> tuple[bool, float]:
    """Order findings by their effect on users: a group before a model, then the largest rise."""
    return not check.slice.device.startswith("all_"), -_rise(check)


def _ease(check: Check) -> tuple[bool, float]:
    """Order improvements: a group before a model, then the largest fall."""
    return not check.slice.device.startswith("all_"), _rise(check)
