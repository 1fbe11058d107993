"""What is asked of the evidence and what it answers, rule by rule."""

from math import log1p
from typing import Literal

from msgspec import Struct

from gate.model.result import Reason, State
from gate.stats.drift import GradualDrift
from gate.stats.readings import Reading

Basis = Literal[
    "significant",
    "thin_history",
    "warn_line",
    "creep",
    "within_noise",
    "too_noisy",
    "all_clear",
    "improved",
    "no_data",
    "no_baseline",
    "not_comparable",
]
"""What a state rests on, for the sentence that explains it."""


class Allowed(Struct, frozen=True, kw_only=True):
    """How large a rise a rule allows; with both parts a rise must exceed both."""

    relative: float | None = None
    """0.10 for +10 %."""
    absolute: float | None = None
    """In the unit of the values."""

    def on(self, level: float) -> float:
        """The allowance on the log scale for a baseline at this level."""
        relative = log1p(self.relative) if self.relative is not None else 0.0
        return max(relative, log1p(self.absolute / level)) if self.absolute is not None else relative


class Question(Struct, frozen=True, kw_only=True):
    """One rule: which slices, and what it allows them."""

    tracks: tuple[int, ...]
    """Indices into the run's tracks."""
    fail: Allowed | None = None
    """None for a rule that only warns."""
    warn: Allowed | None = None
    """None for a rule that does not warn."""
    must_detect: float = 0.25
    """A rule passes only if a rise of this size would have shown."""


class SliceEvidence(Struct, frozen=True, kw_only=True, gc=False):
    """What is known of one slice under one rule."""

    track: int
    """Index into the run's tracks."""
    state: State
    """Of this slice alone; the rule's own when this slice carries its finding."""
    reason: Reason | None = None
    """Set when the state is undecided."""
    why: Basis
    change: float | None = None
    """Relative to the baseline; 0.2 is +20 %."""
    allowed: float | None = None
    """Relative rise above which this slice counts."""
    line: float | None = None
    """Value above which this slice counts, in the unit of the values."""
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
    why: Basis
    slices: tuple[SliceEvidence, ...] = ()
    """In the order of the question's tracks."""
    named: tuple[int, ...] = ()
    """Tracks that carry the finding, or that rose too much within the noise, the clearest first."""
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
    creep: GradualDrift | None = None
    """Set when slow growth is the finding."""
