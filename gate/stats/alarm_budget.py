"""The run's alarm budget: the chance that a healthy release fails anywhere, and how its rules share it.

Each rule is one test of "nothing has changed", so their p-values are adjusted for their number by Holm's method:
comparing each adjusted one with the whole budget keeps the family-wise error rate within it. More rules make each
a little less sensitive.
"""

from collections.abc import Sequence

from gate.stats.multiplicity import holm


def share_alarm_budget(p_values: Sequence[float]) -> list[float]:
    """Adjust the p-values of a run's rules, so that each may be compared with the whole alarm budget.

    Args:
        p_values: One per rule that has something to weigh; a rule without data can raise no false alarm.

    Returns:
        The chance that a healthy release shows this much in any rule of the run, one per rule.
    """
    return holm(p_values)


def bar_of_the_clearest(alarm_budget: float, rules: int) -> float:
    """Compute the p-value that a rule needs if it is the clearest of the run: Holm's first step.

    Args:
        alarm_budget: Chance that a healthy release fails anywhere in the run.
        rules: How many rules have something to weigh.
    """
    return alarm_budget / max(1, rules)
