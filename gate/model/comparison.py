"""One slice as a judgement sees it: the candidate's value beside those of the versions it is compared with."""

from typing import Literal

from msgspec import Struct

from gate.model.facts import Series
from gate.model.result import Candidate

NoBaseline = Literal["no_earlier_version", "all_excluded", "pin_not_measured", "pin_is_candidate"]
"""Why there is nothing to compare with."""


class References(Struct, frozen=True, kw_only=True):
    """The versions that one candidate is compared with."""

    candidate: str
    versions: tuple[str, ...] = ()
    """Everything that tells about noise, oldest first."""
    baseline: frozenset[str] = frozenset()
    """Those of `versions` whose mean the candidate is compared with."""
    missing: NoBaseline | None = None
    """None when there is a baseline."""
    pinned: str = ""
    """The version that the policy pins; empty when it pins none."""
    excluded: tuple[str, ...] = ()
    """Versions that would be in the baseline if the policy did not exclude them, oldest first."""
    known: tuple[str, ...] = ()
    """All versions of the data, oldest first, where the pinned one is none of them."""


class Comparison(Struct, frozen=True, kw_only=True, gc=False):
    """The numbers of one slice. Tuples of references are oldest first and of equal length."""

    series: Series
    metric: str
    """``CATEGORY/metric``; slices of one metric share their noise."""
    is_group: bool
    """Of a group of devices (``all_iphones``) and not of a single model."""
    references: References
    """Shared by all slices that are judged at the same version."""
    versions: tuple[str, ...] = ()
    """The reference versions that were measured for this slice."""
    positions: tuple[int, ...] = ()
    """Where `versions` are in the run's order of versions, so that slices line up."""
    values: tuple[float, ...] = ()
    """In the series' unit."""
    margins: tuple[float | None, ...] = ()
    """Half-widths in the series' unit; None means the best data."""
    baseline: tuple[int, ...] = ()
    """Which of the references form the compared mean, as indices."""
    candidate: Candidate | None = None
    """None when the candidate version was not measured, or the series can't be trusted."""
    is_lagging: bool = False
    """Judged at the metric's own newest version, because the candidate is not measured for it."""
    floor: float
    """In the series' unit; a relative change below it means nothing."""
    assumed_noise: float
    """Standard deviation between healthy versions before any history is known, on the log scale."""

    @property
    def device(self) -> str:
        """The group or model, as Apple spells it."""
        return self.series.key.device

    @property
    def percentile(self) -> str:
        """``p50``, ``p90``, or the wire's own word."""
        return self.series.key.percentile

    @property
    def problem(self) -> str:
        """Why this series can't be trusted at all; empty when it can."""
        return self.series.problem
