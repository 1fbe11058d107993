"""What can't be judged at all, before any evidence is weighed: old data, and slices without a usable value."""

from typing import Literal

from msgspec import Struct

from gate.model.comparison import Comparison
from gate.model.facts import Facts
from gate.model.states import Reason
from gate.model.versions import Timeline
from gate.policy.types import Evidence

CLOCK_SKEW = 3600.0
"""Seconds by which a snapshot may seem to come from the future before its time is not believed."""

IneligibleCause = Literal["stale", "contradiction", "not_measured", "unmatched"]


class Stale(Struct, frozen=True, kw_only=True):
    """Data that is too old, or of a time that can't be."""

    age: float
    """Seconds; negative when the data claims to be from the future."""
    max_age: float
    """Seconds that the policy allows."""


class Ineligible(Struct, frozen=True, kw_only=True):
    """Why something can't be judged."""

    cause: IneligibleCause
    reason: Reason
    stale: Stale | None = None
    """Set when the data is too old."""
    near: str = ""
    """``CATEGORY/metric`` in the data that is most like the one that nothing matches; may be empty."""
    candidate: str = ""
    """The version that is not measured."""


class Eligibility:
    """What keeps the slices of a run from being judged.

    Args:
        facts: What Apple measured.
        timeline: All versions of the payload.
        candidate: The version that is judged.
        stale: Set when all data is too old.
    """

    def __init__(self, facts: Facts, timeline: Timeline, candidate: str, stale: Stale | None) -> None:
        self._candidate = candidate
        self.stale = Ineligible(cause="stale", reason="stale", stale=stale) if stale else None
        is_unmeasured = bool(timeline.versions) and candidate not in timeline.versions
        self.absence: Reason = "too_early" if facts.candidate_on_sale and is_unmeasured else "no_data"

    def examine(self, comparison: Comparison) -> Ineligible | None:
        """Tell why a slice can't be judged; None when it can."""
        if self.stale is not None:
            return self.stale
        # Old data first, then data that can't be trusted, then missing data: the sentence names what a reader
        # has to mend before anything else can be seen.
        if comparison.problem:
            return Ineligible(cause="contradiction", reason="not_comparable")
        if comparison.candidate is None:
            return Ineligible(cause="not_measured", reason=self.absence, candidate=self._candidate)
        return None

    def examine_unmatched(self, near: str) -> Ineligible:
        """Tell why a rule that selects no slice at all can't be judged.

        Args:
            near: The metric in the data that is most like the one that the rule selects; may be empty.
        """
        if self.stale is not None:
            return self.stale
        return Ineligible(cause="unmatched", reason=self.absence, near=near)


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
    # A snapshot from the future would stay fresh for as long as its clock is wrong.
    is_fresh = -CLOCK_SKEW <= age <= evidence.max_age
    return None if is_fresh else Stale(age=age, max_age=evidence.max_age)
