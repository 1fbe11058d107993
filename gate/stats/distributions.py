"""Student's t and the normal distribution, in pure Python.

The judgement needs a handful of tail probabilities and quantiles for every slice; a numerical library
would weigh more than the whole package. Survival functions keep full relative precision far into the tail,
because a p-value is multiplied by the number of slices and rules before it is compared.

Sources: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5 and 26.7; the continued fraction of
the incomplete beta function is evaluated by Lentz's method.
"""

from functools import lru_cache
from math import atan, exp, inf, lgamma, log, log1p, nan, pi, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300
_PRECISION = 1e-15
_BISECTIONS = 200


def normal_quantile(probability: float) -> float:
    """Compute the value that a standard normal variable stays below with the given probability.

    Args:
        probability: Between 0 and 1; at the ends the quantile is infinite.
    """
    if probability <= 0.0:
        return -inf
    return inf if probability >= 1.0 else _NORMAL.inv_cdf(probability)


def t_survival(t: float, df: float) -> float:
    """Compute the chance that Student's t with `df` degrees of freedom exceeds `t`.

    Args:
        t: Any float; not a number gives not a number.
        df: Degrees of freedom, above 0, whole or not.
    """
    if t != t:  # noqa: PLR0124  # not a number
        return nan
    if t < 0.0:
        return 1.0 - t_survival(-t, df)
    if t * t < df < 40 and df == int(df):  # noqa: PLR2004  # short sums only, and no cancellation
        return _t_survival_by_sum(t, int(df))
    return 0.5 * _incomplete_beta(df / 2.0, 0.5, df / (df + t * t))


@lru_cache(maxsize=4096)
def t_quantile(survival: float, df: float) -> float:
    """Compute the value that Student's t exceeds with the chance `survival`: the inverse of `t_survival`.

    Args:
        survival: Between 0 and 1; at the ends the quantile is infinite.
        df: Degrees of freedom, above 0.
    """
    if survival <= 0.0:
        return inf
    if survival >= 1.0:
        return -inf
    if survival > 0.5:  # noqa: PLR2004  # the median
        return -t_quantile(1.0 - survival, df)
    high = 1.0
    while t_survival(high, df) > survival:
        high *= 2.0
    low = 0.0 if high == 1.0 else high / 2.0
    return _bisect(survival, df, low, high)


def _bisect(survival: float, df: float, low: float, high: float) -> float:
    """Find where `t_survival` crosses `survival` between two bounds."""
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if t_survival(middle, df) > survival:
            low = middle
        else:
            high = middle
    return high


def _t_survival_by_sum(t: float, df: int) -> float:
    """Compute `t_survival` for few whole degrees of freedom, as the finite sum 26.7.3 and 26.7.4."""
    square = df / (df + t * t)  # the squared cosine of the angle whose tangent is t / sqrt(df)
    term = total = 1.0
    start = 2 if df % 2 == 0 else 3
    for k in range(start, df, 2):
        term *= square * (k - 1) / k
        total += term
    sine = t / sqrt(df + t * t)
    if df % 2 == 0:
        return 0.5 - 0.5 * sine * total
    inner = sine * sqrt(square) * total if df > 1 else 0.0
    return 0.5 - (atan(t / sqrt(df)) + inner) / pi


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Compute the regularised incomplete beta function."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(_log_beta(a, b) + a * log(x) + b * log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


@lru_cache(maxsize=1024)
def _log_beta(a: float, b: float) -> float:
    """Compute the logarithm of one over the beta function."""
    return lgamma(a + b) - lgamma(a) - lgamma(b)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction 26.5.8, by Lentz's method."""
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    fraction = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        step = d * c
        fraction *= step
        if abs(step - 1.0) < _PRECISION:
            break
    return fraction


def _away_from_zero(value: float) -> float:
    """Return the value, or a tiny one in place of zero, so that it can be divided by."""
    return value if abs(value) > _TINY else _TINY
