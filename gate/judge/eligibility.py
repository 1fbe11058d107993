"""Which slices can't be judged at all, before any evidence is weighed."""

from typing import Literal

from msgspec import Struct

from gate.judge.freshness import Stale
from gate.model.comparison import Comparison
from gate.model.facts import Facts
from gate.model.result import Reason
from gate.model.versions import Timeline

Cause = Literal["stale", "contradiction", "not_measured", "unmatched"]


class Ineligible(Struct, frozen=True, kw_only=True):
    """Why something can't be judged."""

    cause: Cause
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
        self._absence: Reason = (
            "too_early" if facts.candidate_source == "on sale" and is_unmeasured else "no_data"
        )

    def examine(self, comparison: Comparison) -> Ineligible | None:
        """Tell why a slice can't be judged; None when it can."""
        if self.stale is not None:
            return self.stale
        if comparison.problem:
            return Ineligible(cause="contradiction", reason="not_comparable")
        if comparison.candidate is None:
            return Ineligible(cause="not_measured", reason=self._absence, candidate=self._candidate)
        return None

    def examine_unmatched(self, near: str) -> Ineligible:
        """Tell why a rule that selects no slice at all can't be judged.

        Args:
            near: The metric in the data that is most like the one that the rule selects; may be empty.
        """
        if self.stale is not None:
            return self.stale
        return Ineligible(cause="unmatched", reason=self._absence, near=near)
