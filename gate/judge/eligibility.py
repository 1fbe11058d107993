"""Why a slice is undecided before any evidence is weighed."""

from msgspec import Struct

from gate.judge.comparisons import Comparison
from gate.model.facts import Facts
from gate.model.result import Reason
from gate.model.versions import Timeline
from gate.text.words import slice_words


class Ineligible(Struct, frozen=True, kw_only=True):
    """A named reason, and the words for it."""

    reason: Reason
    words: str


class Eligibility:
    """What keeps the slices of a run from being judged."""

    def __init__(self, facts: Facts, timeline: Timeline, candidate: str, stale: str) -> None:
        self._candidate = candidate
        self._stale = Ineligible(reason="stale", words=stale) if stale else None
        unmeasured = bool(timeline.versions) and candidate not in timeline.versions
        self._early = facts.candidate_source == "on sale" and unmeasured

    @property
    def stale(self) -> Ineligible | None:
        """Set when all data is too old."""
        return self._stale

    def of(self, cell: Comparison) -> Ineligible | None:
        """Why this cell can't be judged, or None when it can."""
        if self._stale is not None:
            return self._stale
        if cell.problem:
            return Ineligible(reason="not_comparable", words=cell.problem)
        return self.missing(cell) if cell.candidate is None else None

    def missing(self, cell: Comparison) -> Ineligible:
        """The candidate has no value in this cell."""
        what = slice_words(cell.series.key, cell.series.device_name)
        measured = cell.series.versions
        newest = f"; the newest one measured is {_newest(cell)}" if measured else ""
        return self._absent(f"Apple has no value of {what} for {self._candidate}{newest}")

    def unmatched(self, wanted: str, near: str) -> Ineligible:
        """No slice at all is what a rule selects."""
        if self._stale is not None:
            return self._stale
        hint = f"; the nearest in the data is {near}" if near else ""
        return self._absent(f"Apple's data has nothing that matches {wanted}{hint}")

    def _absent(self, words: str) -> Ineligible:
        if self._early:
            return Ineligible(
                reason="too_early", words=f"{words}; it is on sale, but nothing of it is measured yet"
            )
        return Ineligible(reason="no_data", words=words)


def _newest(cell: Comparison) -> str:
    known = [version for version in cell.references.versions if version in cell.series.versions]
    return known[-1] if known else cell.series.versions[-1]
