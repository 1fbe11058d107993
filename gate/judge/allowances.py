"""What a rule allows, as values of the result."""

from functools import lru_cache

from gate.model.result import AllowedLevel, AllowedRise, Allows
from gate.policy.types import Allowance, Limit, Rule


@lru_cache
def allows(rule: Rule) -> Allows:
    """Put together everything a rule allows; every check of a rule shares it."""
    return Allows(
        warn=_rise(rule.warn),
        fail=_rise(rule.fail),
        limit=_level(rule.limit),
        goal=rule.goal,
        when="crossed" if rule.waits_for_crossing else None,
    )


def _rise(allowance: Allowance | None) -> AllowedRise | None:
    if allowance is None:
        return None
    absolute = allowance.absolute
    return AllowedRise(
        relative=allowance.relative,
        absolute=absolute.value if absolute else None,
        unit=absolute.unit if absolute else "",
        text=allowance.text,
    )


def _level(limit: Limit | None) -> AllowedLevel | None:
    if limit is None:
        return None
    return AllowedLevel(value=limit.quantity.value, unit=limit.quantity.unit, text=limit.text)
