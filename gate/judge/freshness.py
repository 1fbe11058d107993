"""Whether the data is too old to judge by."""

from gate.model.facts import Facts
from gate.policy.types import Evidence

CLOCK_SKEW = 3600.0
"""Seconds by which a snapshot may seem to come from the future before its time is not believed."""


def staleness(facts: Facts, evidence: Evidence, now: float) -> str:
    """Why the metrics are too old, in words; empty when they are fresh or carry no time.

    A body that another tool saved has no time of fetching. Its age is then its owner's business, and a note
    of the result says so.
    """
    if facts.fetched_at is None:
        return ""
    age = now - facts.fetched_at
    if age < -CLOCK_SKEW:
        return "the snapshot claims to be from the future, so one of two clocks is wrong"
    if age > evidence.max_age:
        return f"the snapshot is {duration(age)} old and the policy allows {duration(evidence.max_age)}"
    return ""


def duration(seconds: float) -> str:
    """``49 hours``, ``3 days``, ``20 minutes``: rounded down to a unit that leaves at least two of it."""
    for size, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 3 * size:
            return f"{int(seconds // size)} {noun}s"
    return f"{int(seconds)} seconds"
