"""The value at which a slice would pass, whatever else the rule holds against it."""

from gate.judge.limits import compare_with_lines
from gate.model.comparison import Comparison
from gate.policy.types import Rule
from gate.stats.evidence import SliceEvidence


def passes_at(rule: Rule, comparison: Comparison, evidence: SliceEvidence | None) -> float | None:
    """Find the largest value that would surely pass, in the series' unit: the lowest of all that the rule sets.

    Args:
        rule: The rule.
        comparison: A slice that it selects.
        evidence: What is known of the slice under this rule; None when nothing was weighed.

    Returns:
        None where something that the rule sets can't be found, so that no value surely passes.
    """
    candidate = comparison.candidate
    if candidate is None:
        return None
    ends = [line.at for line in compare_with_lines(rule, comparison.series, candidate)]
    if rule.fail or rule.warn:
        ends.append(evidence.passes_at if evidence is not None else None)
    known = [end for end in ends if end is not None]
    return min(known) if len(known) == len(ends) else None
