"""Many comparisons judged together: slices in a rule, rules in a run.

Slices of one rule are not independent (p50 and p90 of one phone move together, and a model is a part of its
group), so they are combined by methods that hold under the positive dependence such slices have.
"""

from collections.abc import Sequence


def simes(p_values: Sequence[float]) -> float:
    """One p-value for "nothing in this family has changed" (Simes 1986); 1 for an empty family."""
    n = len(p_values)
    return min((p * n / rank for rank, p in enumerate(sorted(p_values), start=1)), default=1.0)


def either(one: float | None, other: float | None) -> float:
    """One p-value for two families of which either may speak; None is a family without members."""
    present = [p for p in (one, other) if p is not None]
    return min(1.0, len(present) * min(present, default=1.0))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for their number (Holm 1979): comparing each with alpha keeps the whole within alpha."""
    adjusted = [1.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        worst = max(worst, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = worst
    return adjusted


def discoveries(p_values: Sequence[float], alpha: float) -> list[int]:
    """Which members of a family to name (Benjamini and Hochberg 1995), as indices, smallest p-value first."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    n = len(order)
    count = max((rank for rank, i in enumerate(order, start=1) if p_values[i] * n <= alpha * rank), default=0)
    return order[:count]
