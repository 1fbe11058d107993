"""Why one slice is in its state."""

from collections.abc import Callable
from functools import lru_cache
from math import isclose

from gate.judge.eligibility import Ineligible, Stale
from gate.judge.limits import LineComparison, band_of, takes_recommended
from gate.judge.sentences.goals import crossed_goal_words, goal_words, missing_goal_words
from gate.judge.sentences.references import missing_baseline_words, origin_words
from gate.model.comparison import Comparison
from gate.model.facts import Series
from gate.model.result import Baseline, Candidate, Change
from gate.model.states import State
from gate.policy.types import Allowance, Rule
from gate.stats.evidence import Basis, SliceEvidence
from gate.text.numbers import absolute_change, change, margin, odds, value
from gate.text.words import slice_words

_VERBS: dict[State, str] = {
    "fail": "failed",
    "warn": "warns",
    "undecided": "is undecided",
    "improved": "improved",
    "pass": "passed",
}


def rule_is(rule: str, state: State, words: str) -> str:
    """Make a sentence of a rule's id, its state and the reason: ``launch-typical failed: ….``."""
    return f"{rule} {_VERBS[state]}: {words}."


def explain_ineligible(rule: Rule, comparison: Comparison, ineligible: Ineligible) -> str:
    """Explain a slice that can't be judged at all."""
    if ineligible.stale is not None:
        return rule_is(rule.id, "undecided", stale_words(ineligible.stale))
    if ineligible.cause == "contradiction":
        return rule_is(rule.id, "undecided", comparison.problem)
    what = _slice_of(comparison)
    measured = comparison.series.versions
    newest = f"; the newest one measured is {_newest_measured(comparison)}" if measured else ""
    words = f"Apple has no value of {what} for {ineligible.candidate}{newest}"
    return rule_is(rule.id, "undecided", words + absence_words(ineligible))


def stale_words(stale: Stale) -> str:
    """Say how old the data is, or that its time can't be."""
    if stale.age < 0:
        return "the snapshot claims to be from the future, so one of two clocks is wrong"
    return f"the snapshot is {_duration(stale.age)} old and the policy allows {_duration(stale.max_age)}"


def absence_words(ineligible: Ineligible) -> str:
    """Continue a sentence about missing data where the version is on sale and simply young."""
    is_early = ineligible.reason == "too_early"
    return "; it is on sale, but nothing of it is measured yet" if is_early else ""


def explain_unit_mismatch(rule: Rule, comparison: Comparison) -> str:
    """Explain a slice whose unit the rule's allowance can't be converted to."""
    absolutes = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    spoken = next((quantity.unit for quantity in absolutes if quantity is not None), "")
    unit = comparison.series.unit
    sent = f"Apple measures this in {unit}" if unit else "Apple sends no unit for this"
    return rule_is(rule.id, "undecided", f"the rule speaks of {spoken}, but {sent}")


def explain_unusable_values(rule: Rule, comparison: Comparison) -> str:
    """Explain a slice whose values can't be put on the log scale."""
    return rule_is(rule.id, "undecided", f"{_slice_of(comparison)} has values that can't be compared")


def explain_weighed(
    rule: Rule, comparison: Comparison, change_: Change | None, evidence: SliceEvidence, baseline: Baseline
) -> str:
    """Explain a slice whose change was weighed: what happened, then what the evidence says of it."""
    words = _what_happened(comparison, baseline, change_) + _evidence_words(rule, comparison, evidence)
    return rule_is(rule.id, evidence.state, words)


def explain_line(rule: Rule, comparison: Comparison, line: LineComparison, candidate: Candidate) -> str:
    """Explain a slice that was compared with a limit or goal."""
    what, unit = _slice_of(comparison), comparison.series.unit
    if line.at is None:
        words = f"{what} has nothing to be held against: {_why_no_line(rule, line, comparison.series)}"
        return rule_is(rule.id, line.state, words)
    now = f"{what} is {value(candidate.value, unit, against=line.at)} in {candidate.version}"
    # The nearer the value is to the line, the more digits it needs to be told from it: hence `against`.
    if line.state == "pass":
        return rule_is(rule.id, line.state, f"{now}, within {_line_words(rule, line, comparison.series)}")
    width = candidate.error_margin
    if line.state == "fail":
        proof = f" by more than its error margin of {margin(width, unit)}" if width else ""
        return rule_is(
            rule.id, line.state, f"{now}, above {_line_words(rule, line, comparison.series)}{proof}"
        )
    doubt = f", but within its error margin of {margin(width or 0.0, unit)}, so more users must decide"
    return rule_is(rule.id, line.state, f"{now}, above {_line_words(rule, line, comparison.series)}{doubt}")


def explain_no_baseline(rule: Rule, comparison: Comparison) -> str:
    """Explain a slice with a candidate and nothing to compare it with."""
    what, now = _slice_of(comparison), comparison.candidate
    why = (
        missing_baseline_words(comparison.references) or "none of the reference versions was measured for it"
    )
    shown = f"{what} is {value(now.value, comparison.series.unit)} in {now.version}" if now else what
    return rule_is(rule.id, "undecided", f"{shown}, but {why}")


@lru_cache
def allowance_words(rule: Rule) -> str:
    """List everything a rule allows, in the policy's words: ``warn > +5%; limit <= 1500 ms``."""
    parts = [
        f"warn {rule.warn.text}" if rule.warn else "",
        f"fail {rule.fail.text}" if rule.fail else "",
        f"limit {rule.limit.text}" if rule.limit else "",
        f"goal {rule.goal}" if rule.goal else "",
    ]
    # A contract: `allowed` of a result has these words, joined in this way.
    return "; ".join(part for part in parts if part)


def seldom(chance: float | None) -> str:
    """Write a chance that is meant to be small: ``only 1 in 400``."""
    often = _often(chance)
    return f"only {often}" if often.startswith("1 in ") else often


def _slice_of(comparison: Comparison) -> str:
    return slice_words(comparison.series.key, comparison.series.device_name)


def _newest_measured(comparison: Comparison) -> str:
    measured = comparison.series.versions
    # By the order of release; the series' own order is not trusted, as Apple does not promise it.
    known = [version for version in comparison.references.versions if version in measured]
    return known[-1] if known else measured[-1]


def _duration(seconds: float) -> str:
    """Write ``49 hours``, ``3 days``, ``20 minutes``: rounded down to a unit that leaves at least three of it."""
    for size, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 3 * size:
            return f"{int(seconds // size)} {noun}s"
    return f"{int(seconds)} seconds"


def _why_no_line(rule: Rule, line: LineComparison, series: Series) -> str:
    if line.kind == "goal" or rule.limit is None:
        return missing_goal_words(rule, series)
    sent = f"measures it in {series.unit}" if series.unit else "sends no unit for it"
    return f"the limit is in {rule.limit.quantity.unit}, but Apple {sent}"


def _line_words(rule: Rule, line: LineComparison, series: Series) -> str:
    if line.kind == "limit" and rule.limit is not None:
        return f"the limit of {value(rule.limit.quantity.value, rule.limit.quantity.unit)}"
    return goal_words(rule, series, line.at or 0.0, is_recommended=takes_recommended(rule, series))


def _what_happened(comparison: Comparison, baseline: Baseline, change_: Change | None) -> str:
    candidate, what = comparison.candidate, _slice_of(comparison)
    if candidate is None or change_ is None:
        return what
    unit = comparison.series.unit
    origin = origin_words(comparison.references, baseline.versions)
    before, now = value(baseline.value, unit), value(candidate.value, unit)
    lag = ", its newest version" if comparison.is_lagging else ""
    # A mean of equal values differs from them in its last digits.
    if isclose(candidate.value, baseline.value, rel_tol=1e-9):
        return f"{what} stayed at {now} ({origin}) in {candidate.version}{lag}"
    verb = "rose" if change_.absolute > 0 else "fell"
    size = (
        change(change_.relative) if change_.relative is not None else absolute_change(change_.absolute, unit)
    )
    crossed = _crossed_band(comparison, baseline.value, candidate.value)
    return f"{what} {verb} from {before} ({origin}) to {now} in {candidate.version}{lag}, {size}{crossed}"


def _crossed_band(comparison: Comparison, before: float, now: float) -> str:
    """Say that a change leads from one of Apple's bands into another, or across its goal where it gives no bands."""
    bands = comparison.series.bands
    if not bands:
        return crossed_goal_words(comparison.series, before, now)
    old, new = band_of(bands, before), band_of(bands, now)
    return f", from Apple's band “{old}” into “{new}”" if old and new and old != new else ""


_EVIDENCE: dict[Basis, str] = {
    "significant": "; the rule allows {allows}, and {seldom} healthy releases would show a rise this large",
    "thin_history": ", more than the {allows} that the rule allows, but with so few earlier versions nobody has "
    "seen how much this app's healthy releases differ",
    "warn_line": ", above the warning line of {warns}; {seldom} healthy releases would show a rise this large",
    "gradual_drift": ", and it has crept up with nearly every version of the window",
    "improved": "; {fall} unchanged releases would show a fall this large",
    "within_noise": ", more than the {allows} that the rule allows, but {often} healthy releases would show a rise "
    "this large{clear}",
    "too_noisy": "; today's data do not exclude a true rise of {upper}{clear}, and more users or more versions would "
    "decide it",
    "all_clear": ", within what the rule allows ({allows})",
    "below_floor": ", but {floor}",
}
"""How the evidence continues what happened, by what it rests on."""


def _evidence_words(rule: Rule, comparison: Comparison, evidence: SliceEvidence) -> str:
    return _EVIDENCE[evidence.basis].format_map(_Numbers(rule, comparison, evidence))


class _Numbers(dict[str, str]):
    """Numbers are put into words only when a text asks for them: there can be many slices."""

    def __init__(self, rule: Rule, comparison: Comparison, evidence: SliceEvidence) -> None:
        super().__init__()
        self._arguments = rule, comparison, evidence

    def __missing__(self, name: str) -> str:
        return _NUMBERS[name](*self._arguments)


def _often(chance: float | None) -> str:
    return "an unknown number of" if chance is None else odds(chance)


def _clear_words(evidence: SliceEvidence) -> str:
    return f"; a rise of {change(evidence.visible)} would be clear" if evidence.visible is not None else ""


def _floor_words(rule: Rule, comparison: Comparison, floor: float) -> str:
    """Say that values below the floor count as the floor.

    A rule's own floor is written in the policy's unit, the catalogue's in Apple's.
    """
    own = rule.floor
    shown = value(own.value, own.unit) if own is not None else value(floor, comparison.series.unit)
    candidate = comparison.candidate
    # Only the baseline was below the floor: the rest of the rise, from the floor on, does count.
    if candidate is not None and candidate.value > floor:
        allows = _allows_words(rule.fail or rule.warn)
        return f"only what is above the floor of {shown} counts, and that is within what the rule allows ({allows})"
    return f"below the floor of {shown} no change counts"


@lru_cache
def _allows_words(line: Allowance | None) -> str:
    if line is None:
        return "nothing"
    parts = [
        change(line.relative) if line.relative is not None else "",
        absolute_change(line.absolute.value, line.absolute.unit) if line.absolute is not None else "",
    ]
    return " and ".join(part for part in parts if part)


_NUMBERS: dict[str, Callable[[Rule, Comparison, SliceEvidence], str]] = {
    "allows": lambda rule, *_: _allows_words(rule.fail or rule.warn),
    "warns": lambda rule, *_: _allows_words(rule.warn or rule.fail),
    "often": lambda _, __, evidence: _often(evidence.p),
    "seldom": lambda _, __, evidence: seldom(evidence.p),
    "fall": lambda _, __, evidence: seldom(None if evidence.p is None else 1.0 - evidence.p),
    "upper": lambda _, __, evidence: change(evidence.upper),
    "clear": lambda _, __, evidence: _clear_words(evidence),
    "floor": lambda rule, comparison, evidence: _floor_words(rule, comparison, evidence.floor),
}
"""The numbers that a continuation may ask for, by name."""
