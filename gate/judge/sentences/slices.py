"""Why one slice is in its state."""

from collections.abc import Callable
from functools import lru_cache
from math import isclose, nan
from typing import NamedTuple

from gate.judge.eligibility import Ineligible, Stale
from gate.judge.limits import LineComparison, band_of, takes_recommended
from gate.judge.sentences.chances import rarity
from gate.judge.sentences.goals import crossed_goal_words, goal_words, missing_goal_words
from gate.judge.sentences.references import missing_baseline_words, origin_words
from gate.model.comparison import Comparison
from gate.model.facts import Series
from gate.model.result import Baseline, Change
from gate.policy.types import Allowance, Rule
from gate.stats.evidence import Basis, SliceEvidence
from gate.text.numbers import absolute_change, at_most, change, margin, value
from gate.text.words import capitalised, slice_words

_SAME = 1e-6
"""Two values that differ relatively by less are one: far more than rounding, far less than is printed."""


def explain_ineligible(comparison: Comparison, ineligible: Ineligible) -> str:
    """Explain a slice that can't be judged at all."""
    if ineligible.stale is not None:
        return explain_stale(ineligible.stale)
    if ineligible.cause == "contradiction":
        return f"{comparison.problem}."
    absence = f"Apple has no value of {_slice_of(comparison)} for {ineligible.candidate}."
    measured = comparison.series.versions
    newest = f" The newest version measured is {_newest_measured(comparison)}." if measured else ""
    return absence + newest + absence_words(ineligible)


def explain_stale(stale: Stale) -> str:
    """Say how old the data is, or that its time can't be."""
    if stale.age < 0:
        return "The snapshot claims to be from the future, so one of two clocks is wrong."
    return f"The data is {_duration(stale.age)} old; the policy allows {_duration(stale.max_age)}."


def absence_words(ineligible: Ineligible) -> str:
    """Continue after a sentence about missing data where the version is on sale and simply young."""
    is_early = ineligible.reason == "too_early"
    return " The version is on sale, but nothing of it has been measured yet." if is_early else ""


def explain_unit_mismatch(rule: Rule, comparison: Comparison) -> str:
    """Explain a slice whose unit the rule's allowance can't be converted to."""
    absolutes = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    spoken = next((quantity.unit for quantity in absolutes if quantity is not None), "")
    return f"The rule speaks of {spoken}, but {_unit_sent(comparison)}."


def explain_unusable_values(comparison: Comparison) -> str:
    """Explain a slice whose values can't be put on the log scale."""
    return capitalised(f"{_slice_of(comparison)} has values that can't be compared.")


def explain_weighed(
    rule: Rule,
    comparison: Comparison,
    change_: Change | None,
    evidence: SliceEvidence,
    baseline: Baseline,
    *,
    passes_at: float | None,
) -> str:
    """Explain a slice whose change was weighed: what happened, then what the evidence says of it.

    Args:
        rule: The rule.
        comparison: The slice.
        change_: How much it changed; None when a side is missing.
        evidence: What is known of it.
        baseline: What it is compared with.
        passes_at: The largest value that would surely pass, in the series' unit; None when nobody knows it.
    """
    told = _Told(rule, comparison, evidence, passes_at)
    return capitalised(_what_happened(told, baseline, change_) + _evidence_words(told))


def explain_line(rule: Rule, comparison: Comparison, line: LineComparison, passes_at: float | None) -> str:
    """Explain a slice that was compared with a limit or goal.

    Args:
        rule: The rule.
        comparison: The slice, with a candidate.
        line: What came out.
        passes_at: As in `explain_weighed`.
    """
    candidate, unit = comparison.candidate, comparison.series.unit
    if line.at is None or candidate is None:
        return _explain_no_line(rule, comparison, line)
    # The nearer the value is to the line, the more digits it needs to be told from it: hence `against`.
    now = f"{_slice_of(comparison)} is {value(candidate.value, unit, against=line.at)} in {candidate.version}"
    words = line_words(rule, line, comparison.series)
    if line.state == "pass":
        return capitalised(f"{now}, within {words}.")
    is_said = passes_at is None or passes_at >= line.at
    lower = "" if passes_at is None or is_said else f" It passes at {at_most(passes_at, unit)} or less."
    width = margin(candidate.error_margin or 0.0, unit)
    if line.state == "fail":
        proof = f" by more than its error margin of {width}" if candidate.error_margin else ""
        return capitalised(f"{now}, above {words}{proof}.{lower}")
    doubt = f", but within its error margin of {width}. More users will decide it."
    return capitalised(f"{now}, above {words}{doubt}{lower}")


def explain_no_baseline(comparison: Comparison) -> str:
    """Explain a slice with a candidate and nothing to compare it with."""
    what, now = _slice_of(comparison), comparison.candidate
    why = missing_baseline_words(comparison.references) or "none of the earlier versions was measured for it"
    shown = f"{what} is {value(now.value, comparison.series.unit)} in {now.version}" if now else what
    return capitalised(f"{shown}, but {why}.")


def line_words(rule: Rule, line: LineComparison, series: Series) -> str:
    """Write a line with its value: ``Apple's recommended goal of 500 ms``."""
    if line.kind == "limit" and rule.limit is not None:
        return f"the limit of {value(rule.limit.quantity.value, rule.limit.quantity.unit)}"
    return goal_words(rule, series, line.at or 0.0, is_recommended=takes_recommended(rule, series))


@lru_cache
def allowance_words(rule: Rule) -> str:
    """List everything a rule allows, in the policy's words: ``warn > +5%; limit <= 1500 ms``."""
    parts = [
        f"warn {rule.warn.text}" if rule.warn else "",
        f"fail {rule.fail.text}" if rule.fail else "",
        f"limit {rule.limit.text}" if rule.limit else "",
        f"goal {rule.goal}" if rule.goal else "",
        "when crossed" if rule.waits_for_crossing else "",
    ]
    # A contract: `allowed` of a result has these words, joined in this way.
    return "; ".join(part for part in parts if part)


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


def _unit_sent(comparison: Comparison) -> str:
    what, unit = _slice_of(comparison), comparison.series.unit
    return f"Apple measures {what} in {unit}" if unit else f"Apple sends no unit for {what}"


def _explain_no_line(rule: Rule, comparison: Comparison, line: LineComparison) -> str:
    if line.kind == "limit" and rule.limit is not None:
        return f"The limit is in {rule.limit.quantity.unit}, but {_unit_sent(comparison)}."
    return f"{missing_goal_words(rule, comparison.series)}."


class _Told(NamedTuple):
    """A weighed slice that a sentence tells of."""

    rule: Rule
    comparison: Comparison
    evidence: SliceEvidence
    passes_at: float | None

    @property
    def unit(self) -> str:
        return self.comparison.series.unit

    @property
    def line(self) -> Allowance | None:
        """The allowance that the sentence is about."""
        if self.evidence.basis == "warn_line":
            return self.rule.warn or self.rule.fail
        return self.rule.fail or self.rule.warn


def _what_happened(told: _Told, baseline: Baseline, change_: Change | None) -> str:
    comparison, unit = told.comparison, told.unit
    candidate, what = comparison.candidate, _slice_of(comparison)
    if candidate is None or change_ is None:
        return what
    origin = origin_words(comparison.references, baseline.versions)
    # More digits where the value would read like a line that it is compared with.
    before, now = value(baseline.value, unit), value(candidate.value, unit, against=_nearest_end(told))
    lag = ", its newest version" if comparison.is_lagging else ""
    if before == now:
        return f"{what} stayed at {now} ({origin}) in {candidate.version}{lag}"
    verb = "rose" if change_.absolute > 0 else "fell"
    size = _size_words(told, change_)
    crossed = _crossed_band(comparison, baseline.value, candidate.value)
    return f"{what} {verb} from {before} ({origin}) to {now} in {candidate.version}{lag}, {size}{crossed}"


def _size_words(told: _Told, change_: Change) -> str:
    if change_.relative is None:
        return absolute_change(change_.absolute, told.unit)
    return change(change_.relative, against=told.line.relative if told.line is not None else None)


def _nearest_end(told: _Told) -> float | None:
    """Find the end of what is allowed that the candidate's value is most easily mistaken for."""
    now = _value_of(told)
    ends = (told.evidence.allowed_value, told.evidence.passes_at, told.passes_at)
    known = [end for end in ends if end is not None and _differs(now, end)]
    return min(known, key=lambda end: abs(end - now), default=None)


def _crossed_band(comparison: Comparison, before: float, now: float) -> str:
    """Say that a change leads from one of Apple's bands into another, or across its goal where it gives no bands."""
    bands = comparison.series.bands
    if not bands:
        return crossed_goal_words(comparison.series, before, now)
    old, new = band_of(bands, before), band_of(bands, now)
    return f", from Apple's band “{old}” into “{new}”" if old and new and old != new else ""


_EVIDENCE: dict[Basis, str] = {
    "significant": "; {passes}.{rarity}",
    "thin_history": "; {passes}.{thin}",
    "warn_line": "; {warned}.{rarity}",
    "gradual_drift": "; {allowed}. It has crept up with nearly every version of the window.",
    "improved": ".{fall}",
    "within_noise": "; {passes}. This is within noise{clear}.",
    "too_noisy": "; {allowed}. Today's data can't rule out {upper}{clear}.",
    "margin_lost": "; {allowed}. Every earlier version has an error margin and this one has none, so nobody knows how "
    "well it was measured.",
    "all_clear": "; {allowed}.{near}",
    "below_floor": "; {floor}.",
}
"""How the evidence continues what happened, by what it rests on."""


def _evidence_words(told: _Told) -> str:
    return _EVIDENCE[told.evidence.basis].format_map(_Numbers(told))


class _Numbers(dict[str, str]):
    """Numbers are put into words only when a text asks for them: there can be many slices."""

    def __init__(self, told: _Told) -> None:
        super().__init__()
        self._told = told

    def __missing__(self, name: str) -> str:
        return _NUMBERS[name](self._told)


def _allowed_words(told: _Told) -> str:
    """Write ``allowed: up to 998 ms (+10%, and at least +80 ms)``."""
    end = told.evidence.allowed_value
    return (
        f"allowed: {_line_parts(told.line)}"
        if end is None
        else f"allowed: up to {_at_most(told, end)} ({_line_words(told)})"
    )


def _passes_words(told: _Told) -> str:
    """Write ``passes at 998 ms or less (allowed: +10%)``; both values where something else than that is lower."""
    end = told.passes_at
    if end is None or _differs(end, told.evidence.allowed_value):
        return _allowed_words(told) + _lower_words(told, end)
    return f"passes at {_at_most(told, end)} or less (allowed: {_line_words(told)})"


def _warned_words(told: _Told) -> str:
    """Write ``passes at 948 ms or less (warning above +5%)``."""
    line, end = f"warning above {_line_words(told)}", told.passes_at
    if end is None or _differs(end, told.evidence.passes_at):
        return line + _lower_words(told, end)
    return f"passes at {_at_most(told, end)} or less ({line})"


def _near_words(told: _Told) -> str:
    """Say that a slice which passes is above the line of a warning, but not clearly."""
    warns_at, fails_at = told.evidence.passes_at, told.evidence.allowed_value
    if told.rule.warn is None or warns_at is None or fails_at is None:
        return ""
    if not warns_at < fails_at or _value_of(told) <= warns_at:
        return ""
    return f" A warning begins above {_at_most(told, warns_at)}, but a rise this small is within noise."


def _lower_words(told: _Told, end: float | None) -> str:
    if end is None:
        return ""
    # What is lower than the allowance is the warning line, or one that needs no baseline.
    is_level = _differs(end, told.evidence.passes_at)
    which = "Its limit or goal is lower: it passes" if is_level else "It passes without a warning"
    return f". {which} at {_at_most(told, end)} or less"


def _value_of(told: _Told) -> float:
    return told.comparison.candidate.value if told.comparison.candidate is not None else nan


def _at_most(told: _Told, end: float) -> str:
    now = _value_of(told)
    return at_most(end, told.unit, against=now if _differs(now, end) else None)


def _differs(one: float, other: float | None) -> bool:
    return other is not None and not isclose(one, other, rel_tol=_SAME)


def _line_words(told: _Told) -> str:
    """Write ``+10%, and at least +80 ms``, and what counts as the floor where a value of the baseline does."""
    comparison, floor = told.comparison, told.evidence.floor
    is_clamped = any(comparison.values[index] < floor for index in comparison.baseline)
    below = f"; less than {_floor_value(told)} counts as {_floor_value(told)}" if is_clamped else ""
    return _line_parts(told.line) + below


@lru_cache
def _line_parts(line: Allowance | None) -> str:
    if line is None:
        return "nothing"
    relative = change(line.relative) if line.relative is not None else ""
    if line.absolute is None:
        return relative
    absolute = absolute_change(line.absolute.value, line.absolute.unit)
    return f"{relative}, and at least {absolute}" if relative else absolute


def _thin_words(told: _Told) -> str:
    if len(told.comparison.versions) > 1:
        return " But there are too few earlier versions to know how much this app's releases differ."
    return " But there is only one earlier version, and nobody knows yet how much this app's releases differ."


def _clear_words(told: _Told) -> str:
    """Say which rise would be conclusive, unless this one is as large and something else speaks against it."""
    evidence = told.evidence
    if evidence.visible is None or (evidence.change or 0.0) >= evidence.visible:
        return ""
    return f"; only {change(evidence.visible)} or more would be conclusive"


def _floor_words(told: _Told) -> str:
    """Say that values below the floor count as the floor."""
    candidate = told.comparison.candidate
    # Only the baseline was below the floor: the rest of the rise, from the floor on, does count.
    if candidate is not None and candidate.value > told.evidence.floor:
        return _allowed_words(told)
    return f"below the floor of {_floor_value(told)} no change counts"


def _floor_value(told: _Told) -> str:
    # A rule's own floor is written in the policy's unit, the catalogue's in Apple's.
    own = told.rule.floor
    if own is not None:
        return value(own.value, own.unit)
    return value(told.evidence.floor, told.comparison.series.unit)


_NUMBERS: dict[str, Callable[[_Told], str]] = {
    "allowed": _allowed_words,
    "passes": _passes_words,
    "warned": _warned_words,
    "near": _near_words,
    "rarity": lambda told: rarity(told.evidence.p_run, "rise"),
    "fall": lambda told: rarity(told.evidence.p_run, "fall"),
    "thin": _thin_words,
    "upper": lambda told: change(told.evidence.upper),
    "clear": _clear_words,
    "floor": _floor_words,
}
"""The numbers that a continuation may ask for, by name."""
