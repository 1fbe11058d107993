"""The words: one sentence per check, rule and run that a release engineer can repeat."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isclose

from gate.judge.comparisons import Comparison
from gate.judge.eligibility import Ineligible
from gate.judge.limits import LineComparison, band_of
from gate.model.result import (
    Baseline,
    Candidate,
    Change,
    Check,
    Reason,
    RuleOutcome,
    State,
    Verdict,
    WaiverInUse,
)
from gate.policy.types import Allowance, Rule
from gate.stats.readings import Reading
from gate.stats.weigh import Basis, SliceEvidence
from gate.text.numbers import absolute_change, change, margin, odds, value
from gate.text.words import plural, slice_words, version_list, waiver_words

_VERBS: dict[State, str] = {
    "fail": "failed",
    "warn": "warns",
    "undecided": "is undecided",
    "improved": "improved",
    "pass": "passed",
}


REASONS: dict[Reason, str] = {
    "no_data": "Apple has too little data for it yet",
    "no_baseline": "there is no earlier version to compare it with",
    "not_comparable": "the data can't be compared",
    "stale": "the data is too old",
    "too_early": "it is on sale, but nothing of it is measured yet",
    "within_noise": "the changes are within what healthy releases show",
}
"""Each reason as the end of a sentence about a whole run."""


def refused(rule: Rule, refusal: Ineligible) -> str:
    """A slice that can't be judged at all."""
    return _sentence(rule.id, "undecided", refusal.words)


def weighed(
    rule: Rule, cell: Comparison, change_: Change | None, answer: SliceEvidence, baseline: Baseline
) -> str:
    """A slice whose change was weighed."""
    return _sentence(rule.id, answer.state, f"{_story(cell, baseline, change_)}{_weight(rule, answer)}")


def held(rule: Rule, cell: Comparison, line: LineComparison, candidate: Candidate) -> str:
    """A slice held against a limit or goal."""
    what = slice_words(cell.series.key, cell.series.device_name)
    unit = cell.series.unit
    if line.at is None:
        return _sentence(rule.id, line.state, f"{what} has nothing to be held against: {line.problem}")
    now = f"{what} is {value(candidate.value, unit, against=line.at)} in {candidate.version}"
    if line.state == "pass":
        return _sentence(rule.id, line.state, f"{now}, within {line.words}")
    width = candidate.error_margin
    if line.state == "fail":
        proof = f" by more than its error margin of {margin(width, unit)}" if width else ""
        return _sentence(rule.id, line.state, f"{now}, above {line.words}{proof}")
    doubt = f", but within its error margin of {margin(width or 0.0, unit)}, so more users must decide"
    return _sentence(rule.id, line.state, f"{now}, above {line.words}{doubt}")


def no_baseline(rule: Rule, cell: Comparison) -> str:
    """A slice with a candidate and nothing to compare it with."""
    what = slice_words(cell.series.key, cell.series.device_name)
    why = cell.references.missing or "none of the reference versions was measured for it"
    now = cell.candidate
    shown = f"{what} is {value(now.value, cell.series.unit)} in {now.version}" if now else what
    return _sentence(rule.id, "undecided", f"{shown}, but {why}")


@lru_cache
def allowance(rule: Rule) -> str:
    """Everything a rule allows, in the policy's words."""
    parts = [
        f"warn {rule.warn.text}" if rule.warn else "",
        f"fail {rule.fail.text}" if rule.fail else "",
        f"limit {rule.limit.text}" if rule.limit else "",
        f"goal {rule.goal}" if rule.goal else "",
    ]
    return "; ".join(part for part in parts if part)


def rule_sentence(rule: Rule, state: State, checks: Sequence[Check], decided: int) -> str:
    """What a rule found over all its slices."""
    if len(checks) == 1:
        return checks[0].sentence
    same = [check for check in checks if check.state == state]
    if state in ("pass", "improved"):
        largest = max(checks, key=lambda check: _size(check.change))
        tail = f"; the largest change is {_brief(largest)}" if largest.change else ""
        missing = len(checks) - decided
        gap = f", {plural(missing, 'slice')} could not be judged" if missing else ""
        versions = dict.fromkeys(check.candidate.version for check in checks if check.candidate)
        where = f" in {version_list(tuple(versions))}" if versions else ""
        return _sentence(
            rule.id, state, f"{_of_slices(decided, len(checks))} found healthy{where}{gap}{tail}"
        )
    worst = min(same, key=_rank) if same else checks[0]
    others = len(same) - 1
    more = f" The same holds for {others} more of its {len(checks)} slices." if others > 0 else ""
    return worst.sentence + more


def read_together(reading: Reading) -> str:
    """How the slices of a finding were read, when no single slice carries it."""
    if reading.kind == "slice":
        return ""
    size = change(math.expm1(reading.change))
    count = plural(len(reading.members), "slice")
    healthy = f"{_seldom(reading.p)} healthy releases would"
    what = f" {_GROUPS.get(reading.name, reading.name)}" if reading.name else ""
    if reading.kind == "average":
        return f" Taken together, its {count}{' of' if what else ''}{what} changed by {size}, as {healthy}."
    return f" Against the rest of the metric,{what} changed by {size}, as {healthy}."


_GROUPS = {"iphone": "iPhones", "ipad": "iPads", "mac": "Macs"}


def undecided_rule(rule: Rule, words: str) -> str:
    """A rule that can't be decided as a whole."""
    return _sentence(rule.id, "undecided", words)


def waived(outcome_sentence: str, waiver: WaiverInUse) -> str:
    """Add to the sentence of a fail that a waiver has turned it into a warning."""
    words = waiver_words(
        waiver.up_to, until=waiver.until, through_version=waiver.through_version, reason=waiver.reason
    )
    return f"{outcome_sentence} It is {words}."


def _sentence(rule: str, state: State, words: str) -> str:
    return f"{rule} {_VERBS[state]}: {words}."


def _of_slices(count: int, total: int) -> str:
    return f"{plural(count, 'slice')}" if count == total else f"{count} of {total} slices"


def _story(cell: Comparison, baseline: Baseline, change_: Change | None) -> str:
    candidate = cell.candidate
    what = slice_words(cell.series.key, cell.series.device_name)
    if candidate is None or change_ is None:
        return what
    unit = cell.series.unit
    versions = version_list(baseline.versions)
    origin = f"mean of {versions}" if len(baseline.versions) > 1 else versions
    before, now = value(baseline.value, unit), value(candidate.value, unit)
    lag = ", its newest version" if cell.lagging else ""
    if isclose(candidate.value, baseline.value, rel_tol=1e-9):
        return f"{what} stayed at {now} ({origin}) in {candidate.version}{lag}"
    verb = "rose" if change_.absolute > 0 else "fell"
    size = (
        change(change_.relative) if change_.relative is not None else absolute_change(change_.absolute, unit)
    )
    crossed = _crossed(cell, baseline.value, candidate.value)
    return f"{what} {verb} from {before} ({origin}) to {now} in {candidate.version}{lag}, {size}{crossed}"


def _crossed(cell: Comparison, before: float, now: float) -> str:
    """That a change leads from one of Apple's bands into another, where Apple gives bands at all."""
    if not cell.series.bands:
        return ""
    old, new = band_of(cell.series.bands, before), band_of(cell.series.bands, now)
    return f", from Apple's band “{old}” into “{new}”" if old and new and old != new else ""


_WEIGHT: dict[Basis, str] = {
    "significant": "; the rule allows {allows}, and {seldom} healthy releases would show a rise this large",
    "thin_history": ", more than the {allows} that the rule allows, but with so few earlier versions nobody has "
    "seen how much this app's healthy releases differ",
    "warn_line": ", above the warning line of {warns}; {seldom} healthy releases would show a rise this large",
    "creep": ", and it has crept up with nearly every version of the window",
    "improved": "; {fall} unchanged releases would show a fall this large",
    "within_noise": ", more than the {allows} that the rule allows, but {often} healthy releases would show a rise "
    "this large{clear}",
    "too_noisy": "; today's data do not exclude a true rise of {upper}{clear}, and more users or more versions would "
    "decide it",
    "all_clear": ", within what the rule allows ({allows})",
}
"""How the evidence continues a story, by what it rests on."""


def _weight(rule: Rule, answer: SliceEvidence) -> str:
    """What the evidence says about the story."""
    return _WEIGHT.get(answer.why, "").format_map(_Numbers(rule, answer))


class _Numbers(dict[str, str]):
    """Numbers are put into words only when a text asks for them: there can be many slices."""

    def __init__(self, rule: Rule, answer: SliceEvidence) -> None:
        super().__init__()
        self._rule = rule
        self._answer = answer

    def __missing__(self, name: str) -> str:
        return _NUMBERS[name](self._rule, self._answer)


def _seldom(chance: float | None) -> str:
    """As `_odds`, for what is meant to be seldom."""
    often = _odds(chance)
    return f"only {often}" if often.startswith("1 in ") else often


def _odds(chance: float | None) -> str:
    return "an unknown number of" if chance is None else odds(chance)


def _clear(answer: SliceEvidence) -> str:
    return f"; a rise of {change(answer.visible)} would be clear" if answer.visible is not None else ""


@lru_cache
def _allows(line: Allowance | None) -> str:
    if line is None:
        return "nothing"
    parts = [
        change(line.relative) if line.relative is not None else "",
        absolute_change(line.absolute.value, line.absolute.unit) if line.absolute is not None else "",
    ]
    return " and ".join(part for part in parts if part)


_NUMBERS: dict[str, Callable[[Rule, SliceEvidence], str]] = {
    "allows": lambda rule, _: _allows(rule.fail or rule.warn),
    "warns": lambda rule, _: _allows(rule.warn or rule.fail),
    "often": lambda _, answer: _odds(answer.p),
    "seldom": lambda _, answer: _seldom(answer.p),
    "fall": lambda _, answer: _seldom(None if answer.p is None else 1.0 - answer.p),
    "upper": lambda _, answer: change(answer.upper),
    "clear": lambda _, answer: _clear(answer),
}
"""The numbers that a continuation may ask for, by name."""


def _size(change_: Change | None) -> float:
    return abs(change_.relative or 0.0) if change_ is not None else -1.0


def _brief(check: Check) -> str:
    size = change(check.change.relative) if check.change is not None else ""
    return f"{slice_words(check.slice, check.device_name)}, {size}"


def _rank(check: Check) -> tuple[float, float]:
    """The clearest finding first, then the largest."""
    chance = check.p_value if check.p_value is not None else 1.0
    return (chance, -(check.change.relative or 0.0) if check.change is not None else 0.0)


def run_sentence(
    version: str,
    verdict: Verdict,
    outcomes: Sequence[RuleOutcome],
    *,
    findings: Sequence[str],
    undecided_words: str,
    noun: str,
) -> str:
    """The verdict of a run in one sentence, with the numbers that carry it.

    Args:
        version: The version judged; may be empty.
        verdict: What it came to.
        outcomes: The rules that the verdict is about.
        findings: Apple's own findings that failed it.
        undecided_words: Why nothing could be decided, as the end of a sentence.
        noun: What the rules are called: ``rule``, or ``enforced rule`` when others are shown beside them.
    """
    name = version or "The release"
    failed = [outcome for outcome in outcomes if outcome.state == "fail"]
    counts = _rule_counts(outcomes, noun)
    if verdict == "fail":
        causes = [outcome.id for outcome in failed] + list(findings)
        return f"{name} fails because of {_listed(causes)}: {counts}."
    if verdict == "undecided":
        why = undecided_words or "no rule could be decided"
        return f"{name} can't be judged, {why}: {counts}."
    return f"{name} passes: {counts}."


def _rule_counts(outcomes: Sequence[RuleOutcome], noun: str) -> str:
    words: tuple[tuple[State, str], ...] = (
        ("fail", "failed"),
        ("warn", "with a warning"),
        ("pass", "passed"),
        ("improved", "improved"),
        ("undecided", "undecided"),
    )
    counted = [(sum(outcome.state == state for outcome in outcomes), word) for state, word in words]
    parts = [f"{count} {word}" for count, word in counted if count]
    if len(parts) == 1 and len(outcomes) > 1:
        return f"all {parts[0].replace(' ', f' {noun}s ')}"
    return f"of {plural(len(outcomes), noun)}, {', '.join(parts)}" if parts else "no rule was judged"


def _listed(causes: Sequence[str], *, most: int = 3) -> str:
    shown = ", ".join(causes[:most])
    return f"{shown} and {len(causes) - most} more" if len(causes) > most else shown
