"""Many comparisons judged together: slices in a rule, rules in a run.

Slices of one rule are not independent: p50 and p90 of one phone move together, and a model is a part of its
group. So they are combined by methods that hold under the dependence such slices have.
"""

from collections.abc import Sequence
from math import atan, pi, tan

_SMALLEST = 1e-15
"""Below this a p-value says nothing more, and its tangent would lose all digits."""
_MEDIAN = 0.5
_LARGEST_MEAN = 1e6
"""Mean tangent from which on `atan` is so near to π/2 that the difference loses its digits."""


def simes(p_values: Sequence[float], size: int) -> float:
    """Combine p-values to one for "nothing in this family has changed" (Simes 1986, Biometrika 73).

    Exact for independent tests and conservative for the positive dependence of slices (Sarkar 1998).

    Args:
        p_values: Those below 1, in any order.
        size: How many tests the family has, those with a p-value of 1 included.
    """
    return min([p * size / rank for rank, p in enumerate(sorted(p_values), start=1)] + [1.0])


def cauchy(p_values: Sequence[float]) -> float:
    """Combine the p-values of several readings of the same data, however they depend.

    Liu and Xie 2020 (JASA 115): the mean of tan((0.5 - p)π) has a Cauchy tail under any dependence. Two readings
    that agree support each other, which twice the smaller p-value ignores. A reading above the median counts as
    none, unlike in the paper: the sum of tangents must not let one reading outvote another.

    Args:
        p_values: One per reading; at least one.
    """
    significant = [max(p, _SMALLEST) for p in p_values if p < _MEDIAN]
    if not significant:
        return 1.0
    mean = sum([tan((_MEDIAN - p) * pi) for p in significant]) / len(p_values)
    # 1/2 - atan(x)/π = 1/(πx) - O(x⁻³): the series where the difference has no digits left.
    return _MEDIAN - atan(mean) / pi if mean < _LARGEST_MEAN else 1.0 / (mean * pi)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number (Holm 1979, Scand. J. Stat. 6).

    Comparing each adjusted one with alpha keeps the family-wise error rate within alpha, under any dependence.
    """
    adjusted = [1.0] * len(p_values)
    worst = 0.0
    # Step down: the smallest is multiplied by their number, the next by one less.
    # The running maximum keeps the adjusted ones in the order of the given ones.
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        worst = max(worst, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = worst
    return adjusted


def discoveries(p_values: Sequence[float], alpha: float) -> list[int]:
    """Pick which members of a family to name (Benjamini and Hochberg 1995, JRSS B 57).

    Returns:
        Their indices, the smallest p-value first.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    n = len(order)
    # Step up: the last rank at its line counts, even if one before it is above its own.
    count = max((rank for rank, i in enumerate(order, start=1) if p_values[i] * n <= alpha * rank), default=0)
    return order[:count]
