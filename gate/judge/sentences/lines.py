"""Why a slice above a limit or goal that only counts when it is crossed is in its state."""

from gate.judge.limits import LineComparison
from gate.judge.sentences.references import missing_baseline_words
from gate.judge.sentences.slices import line_words
from gate.model.comparison import Comparison
from gate.model.result import Candidate
from gate.policy.types import Rule
from gate.text.numbers import margin, value
from gate.text.words import capitalised, slice_words, version_list


def explain_crossing(rule: Rule, comparison: Comparison, line: LineComparison) -> str:
    """Explain a slice above a line of a rule with ``when: crossed``."""
    series, candidate = comparison.series, comparison.candidate
    what = slice_words(series.key, series.device_name)
    if candidate is None:
        return capitalised(f"{what} has no value.")
    now = f"{what} is {value(candidate.value, series.unit, against=line.at)} in {candidate.version}"
    above = f"{now}, above {line_words(rule, line, series)}"
    return capitalised(f"{above}{_before_words(comparison, line, candidate)}.")


def _before_words(comparison: Comparison, line: LineComparison, candidate: Candidate) -> str:
    """Continue the sentence with what the versions before show."""
    versions, width = version_list(line.versions), candidate.error_margin
    if line.crossed_by == "no_baseline":
        why = missing_baseline_words(comparison.references) or "no reference version was measured for it"
        return f", but {why}, so nobody can say whether it was before"
    if line.crossed_by == "above_before":
        return f", as before ({versions})"
    met = f", which {versions} met"
    if line.crossed_by == "crossed":
        proof = f" by more than its error margin of {margin(width, comparison.series.unit)}" if width else ""
        return f"{proof}{met}"
    if line.crossed_by == "within_margin":
        return f"{met}, but within its error margin of {margin(width or 0.0, comparison.series.unit)}"
    if line.crossed_by == "thin_history":
        return f"{met}, but so few earlier versions don't show how much healthy ones differ"
    return f"{met}, but healthy versions differ by as much"
