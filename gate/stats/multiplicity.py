"""Many comparisons judged together: slices in a rule, rules in a run.

Slices of one rule are not independent: p50 and p90 of one phone move together, and a model is a part of its
group. So they are combined by methods that hold under the dependence such slices have.
"""

from collections.abc import Sequence
from math import atan, pi, tan

_SMALLEST = 1e-15
"""Below this a p-value says nothing more, and its tangent would lose all digits."""


def simes(p_values: Sequence[float], size: int) -> float:
    """One p-value for "nothing in this family has changed" (Simes 1986).

    Args:
        p_values: Those below 1, in any order.
        size: How many members the family has, those with a p-value of 1 included.
    """
    return min([p * size / rank for rank, p in enumerate(sorted(p_values), start=1)] + [1.0])


def cauchy(p_values: Sequence[float]) -> float:
    """One p-value for several readings of the same data, however they depend (Liu and Xie 2020).

    Two readings that agree support each other, which twice the smaller p-value ignores. A reading above one
    half says nothing: the sum of tangents must not let one reading outvote another.
    """
    heard = [max(p, _SMALLEST) for p in p_values if p < 0.5]  # noqa: PLR2004  # the median
    if not heard:
        return 1.0
    mean = sum([tan((0.5 - p) * pi) for p in heard]) / len(p_values)
    return 0.5 - atan(mean) / pi if mean < 1e6 else 1.0 / (mean * pi)  # noqa: PLR2004  # before digits are lost


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
