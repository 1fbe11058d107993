"""The log scale, on which all changes and spreads are measured, and what is believed before any data."""

from math import expm1, log1p

from gate.model.units import convert
from gate.policy.types import Allowance

PRIOR_VERSIONS = 4.0
"""How many versions of history the assumed noise of a metric is worth, and a metric's noise to its slices."""
ROUNDING = 1e-9
"""Room for the rounding of logarithms: a rise of exactly what is allowed is allowed."""
SMALLEST_VARIANCE = 0.005**2
"""No slice is believed to repeat itself better than half a percent; identical values occur by rounding."""
LARGEST = 700.0
"""Logarithm beyond which a float may overflow."""


def relative(change: float) -> float:
    """Convert a change on the log scale to a part of the baseline: 0.2 is +20%.

    Beyond what a float can hold it is the largest one.
    """
    return expm1(min(change, LARGEST))


def log_allowance(allowance: Allowance, level: float, unit: str) -> float:
    """Convert what a rule allows to the log scale; with both parts a rise must exceed the larger one.

    Args:
        allowance: In the policy's units.
        level: The baseline's mean, above 0.
        unit: Of the level; one that the absolute part can be converted to.

    Raises:
        ValueError: The units measure different things.
    """
    # +10% is log(1.1) on this scale.
    relative_part = log1p(allowance.relative) if allowance.relative is not None else 0.0
    if allowance.absolute is None:
        return relative_part + ROUNDING
    absolute = convert(allowance.absolute.value, allowance.absolute.unit, unit)
    if absolute is None:
        raise ValueError(f"{allowance.absolute.unit} can't be converted to {unit}")
    # Both must be exceeded, so the larger one decides.
    return max(relative_part, log1p(absolute / level)) + ROUNDING
