"""The values of the method, in the order in which they come to be: noise, readings, evidence."""

from typing import Literal

from msgspec import Struct

from gate.model.comparison import Comparison
from gate.model.states import Reason, State

ReadingKind = Literal["slice", "average", "contrast"]
ReadBy = Literal["", "percentile", "class", "model"]

Basis = Literal[
    "significant",
    "thin_history",
    "warn_line",
    "gradual_drift",
    "within_noise",
    "too_noisy",
    "all_clear",
    "below_floor",
    "improved",
    "margin_lost",
    "no_data",
    "no_baseline",
    "not_comparable",
    "unit_mismatch",
]
"""What a state rests on, for the sentence that explains it."""


class Noise(Struct, frozen=True, kw_only=True, gc=False):
    """What a slice's change is measured against. Everything but `level` is on the log scale."""

    delta: float
    """Candidate against the mean of the baseline."""
    rise: float
    """Candidate against the newest version of the baseline."""
    level: float
    """The baseline's mean in the unit of the values, clamped to the floor."""
    candidate: float
    """The candidate's level."""
    history: tuple[float, ...]
    """Levels of the references that could be used, oldest first."""
    positions: tuple[int, ...]
    """Where `history` is in the run's order of versions."""
    compared: int
    """How many references form the baseline."""
    variance: float
    """Between healthy versions of this slice, shared as far as needed."""
    extra: float
    """Variance that the candidate has on top, because it is measured worse than its predecessors."""
    is_margin_lost: bool = False
    """The candidate has no error margin although every reference has one: perhaps it was lost."""
    deviation: float
    """Standard deviation of `delta`, if nothing has changed in truth."""
    df: float
    """Degrees of freedom of `deviation`."""


class WeighedSlice(Struct, frozen=True, kw_only=True, gc=False):
    """One slice of a rule that can be weighed."""

    index: int
    """Of its comparison in the run."""
    comparison: Comparison
    noise: Noise
    allowed: float
    """The change that the rule allows it, on the log scale."""


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """One way to read some slices of a rule, and what it says."""

    kind: ReadingKind
    """One slice, an average over slices, or a contrast of slices with the rest of their metric."""
    by: ReadBy = ""
    """What the slices of an average or contrast have in common; empty for all."""
    name: str = ""
    """Which percentile, class of devices or model."""
    metric: str
    slices: tuple[int, ...]
    """Which comparisons are read."""
    p: float
    """Chance that a healthy release reads like this."""
    change: float
    """On the log scale; of a contrast, how much more its slices changed than the rest."""


class Combined(Struct, frozen=True, kw_only=True):
    """All readings of a rule together."""

    p: float = 1.0
    """Chance that a healthy release shows this much in this rule."""
    clearest: Reading | None = None
    """The reading that supports the finding; None when no slice exceeds what is allowed."""


class GradualDrift(Struct, frozen=True, kw_only=True):
    """Growth over the whole window."""

    growth: float
    """From the first to the last version, relative: 0.2 is +20%."""
    versions: int
    """How many versions it took, the candidate included."""
    p: float
    """Chance of a slope this steep when nothing grows."""


class SliceEvidence(Struct, frozen=True, kw_only=True, gc=False):
    """What is known of one slice under one rule."""

    index: int
    """Of its comparison in the run."""
    state: State
    """Of this slice alone; the rule's own when this slice contributes to its finding."""
    reason: Reason | None = None
    """Set when the state is undecided."""
    basis: Basis
    change: float | None = None
    """Relative to the baseline, on values clamped to the floor; 0.2 is +20%."""
    allowed: float | None = None
    """Relative rise above which this slice counts."""
    allowed_value: float | None = None
    """Value above which this slice counts, in the unit of the values."""
    floor: float = 0.0
    """The level that smaller values were clamped to, in the unit of the values."""
    p: float | None = None
    """Chance that a healthy release shows a rise this large in this slice."""
    visible: float | None = None
    """Smallest relative rise that would be significant here if no other slice rose."""
    upper: float | None = None
    """Relative rise that the data do not exclude."""


class RuleEvidence(Struct, frozen=True, kw_only=True):
    """What is known of one rule."""

    state: State
    reason: Reason | None = None
    """Set when the state is undecided."""
    basis: Basis
    slices: tuple[SliceEvidence, ...] = ()
    """In the order in which the rule selects them."""
    contributing: tuple[int, ...] = ()
    """Slices that support the finding, or that rose too much within the noise, the clearest first."""
    p: float | None = None
    """Chance that a healthy release shows this much in this rule."""
    p_run: float | None = None
    """The same, anywhere in the run: what is compared with the alarm budget."""
    reading: Reading | None = None
    """How the slices were read when the finding was clearest; None when nothing was found."""
    visible: float | None = None
    """Smallest relative rise, of all slices together, that would be significant."""
    promise: float | None = None
    """Smallest relative rise that a pass of this rule excludes."""
    drift: GradualDrift | None = None
    """Set when gradual drift is the finding."""
