"""Whether the data is too old to judge by."""

from msgspec import Struct

from gate.model.facts import Facts
from gate.policy.types import Evidence

CLOCK_SKEW = 3600.0
"""Seconds by which a snapshot may seem to come from the future before its time is not believed."""


class Stale(Struct, frozen=True, kw_only=True):
    """Data that is too old, or of a time that can't be."""

    age: float
    """Seconds; negative when the data claims to be from the future."""
    max_age: float
    """Seconds that the policy allows."""


def find_staleness(facts: Facts, evidence: Evidence, now: float) -> Stale | None:
    """Compare the age of the metrics with what the policy allows.

    A body that another tool saved has no time of fetching. Its age is then its owner's business, and a note
    of the result says so.

    Args:
        facts: What Apple measured.
        evidence: The policy's `max_age`.
        now: Epoch seconds.

    Returns:
        None when they are fresh, or carry no time.
    """
    if facts.fetched_at is None:
        return None
    age = now - facts.fetched_at
    is_fresh = -CLOCK_SKEW <= age <= evidence.max_age
    return None if is_fresh else Stale(age=age, max_age=evidence.max_age)
