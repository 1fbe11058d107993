"""What the gate makes of the facts: checks, outcomes, findings and the verdict of a run.

Every report is built from a `Result` alone. Its JSON form is a published contract: keys are added,
never renamed or removed, inside one `format`.
"""

from typing import Literal

from msgspec import Struct

from gate.model.facts import Frame, SliceKey, VersionValue

State = Literal["pass", "improved", "warn", "fail", "undecided"]
"""State of a check or of a rule's outcome."""

Reason = Literal["no_data", "no_baseline", "not_comparable", "stale", "too_early", "within_noise"]
"""Why a check or an outcome is undecided."""

Verdict = Literal["pass", "fail", "undecided"]

Mode = Literal["enforce", "advise", "shadow"]

Level = Literal["note", "warn", "fail"]
"""How much a finding outside the rules matters."""

STATES: tuple[State, ...] = ("fail", "warn", "undecided", "improved", "pass")
"""Worst first, the order in which reports list them."""


class Baseline(Struct, frozen=True, kw_only=True):
    """The reference side of a comparison."""

    versions: tuple[str, ...]
    """Oldest first."""
    value: float
    """In the check's unit; the mean when there are several versions."""
    error_margin: float | None = None
    """Half-width in the check's unit; None means the best data."""


class Candidate(Struct, frozen=True, kw_only=True):
    """The judged side of a comparison."""

    version: str
    """Marketing version."""
    value: float
    """In the check's unit."""
    error_margin: float | None = None
    """Half-width in the check's unit; None means the best data."""


class Change(Struct, frozen=True, kw_only=True):
    """Candidate against baseline; positive is worse, for every metric Apple has."""

    relative: float | None
    """0.23 is +23 %; None when the baseline is zero."""
    absolute: float
    """In the check's unit."""


class Point(Struct, frozen=True, kw_only=True):
    """One version of a slice's history, for charts."""

    version: str
    """Marketing version."""
    value: float
    """In the check's unit."""
    error_margin: float | None = None
    """Half-width in the check's unit; None means the best data."""


class Check(Struct, frozen=True, kw_only=True):
    """A rule applied to one slice, with everything a report needs to explain it."""

    rule: str
    """Id of the rule."""
    slice: SliceKey
    """What was measured, and on which devices."""
    state: State
    """Of this slice alone."""
    reason: Reason | None = None
    """Why it is undecided; None in every other state."""
    mode: Mode
    """The rule's."""
    baseline: Baseline | None = None
    """None when there is nothing to compare with."""
    candidate: Candidate | None = None
    """None when the judged version was not measured."""
    change: Change | None = None
    """None when a side is missing."""
    unit: str = ""
    """A canonical unit such as ``ms``, Apple's own label, or empty."""
    allowed: str = ""
    """What the rule allows, in the policy's words."""
    sentence: str
    """Why it is in this state, in one sentence."""
    device_name: str = ""
    """Apple's marketing name of the device, for people; may be empty."""
    history: tuple[Point, ...] = ()
    """Oldest version first, the candidate last if it was measured."""
    line_failed: bool = False
    """The value is above an absolute limit or goal beyond doubt."""
    p_value: float | None = None
    """Chance that a healthy release shows a rise this large here; None when it was not weighed."""
    visible: float | None = None
    """Smallest relative rise that today's data could show; None when it was not weighed."""


class RuleOutcome(Struct, frozen=True, kw_only=True):
    """The state of all slices of a rule judged together: the unit that counts and blocks."""

    id: str
    """The rule's id in the policy."""
    state: State
    """Of all its slices together."""
    reason: Reason | None = None
    """Why it is undecided; None in every other state."""
    mode: Mode
    """Only `enforce` blocks; `shadow` is listed apart and not counted."""
    sentence: str
    """Why it is in this state, in one sentence."""
    owner: str = ""
    """From the policy; who is asked."""
    advice: str = ""
    """From the policy; where to begin."""
    on_undecided: Literal["note", "warn", "block", "ignore"] = "note"
    """What the policy wants when it is undecided."""
    blocks: bool = False
    """Whether this outcome alone stops the run."""
    checks: int = 0
    """How many slices the rule selected."""
    waiver: str = ""
    """The waiver that turned a fail into a warning, in words; empty when none did."""


class InsightFinding(Struct, frozen=True, kw_only=True):
    """One of Apple's insights, with the level that the policy gives it."""

    kind: Literal["regression", "trending_up"]
    """Apple's."""
    level: Level
    """From the policy."""
    slice_name: str
    """``CATEGORY/metric``."""
    version: str
    """The version Apple speaks of."""
    high_impact: bool | None
    """None when Apple did not say."""
    largest_change: float | None
    """Largest rise among its populations; 0.23 is +23 %."""
    reference_versions: tuple[str, ...]
    """The versions Apple compares with."""
    agreement: str
    """How this compares with the gate's own rules on the metric, in words."""
    sentence: str
    """The insight in one sentence."""
    summary: str
    """Apple's own prose."""
    subsystem: str = ""
    """Part of the metric, when Apple names one."""


class SignatureFinding(Struct, frozen=True, kw_only=True):
    """One top diagnostic signature of the candidate build."""

    type: str
    """``HANGS``, ``DISK_WRITES``, ``LAUNCHES`` or a newer type."""
    id: str
    """Apple's."""
    text: str
    """Symbol text."""
    level: Level
    """From the policy."""
    change: Literal["new", "grown", "shrunk", "same", "unknown"]
    """Against the baseline build; unknown when that build's signatures could not be had."""
    rank: int
    """Among the signatures of its type, heaviest first, from 1."""
    weight: float | None
    """Share of its type, 0 to 1."""
    baseline_weight: float | None
    """Share in the baseline build; None when it is not known there."""
    direction: str
    """Apple's own trend: UP, DOWN, UNDEFINED or empty."""
    sentence: str
    """Why it has this level, in one sentence."""
    references: tuple[VersionValue, ...] = ()
    """Values at earlier versions, from Apple's insight."""
    blame: tuple[Frame, ...] = ()
    """Blame frames from the outermost to the deepest, of the heaviest path."""
    logs_problem: str = ""
    """Why its logs are missing; empty when they are not."""


class Receipt(Struct, frozen=True, kw_only=True):
    """What went in, so that anyone can get the same bytes out again."""

    tool: str
    """Name and version of the gate."""
    policy_sha256: str
    """Of the policy with its presets resolved."""
    snapshot_sha256: str
    """Of the snapshot."""
    judged_at: str
    """ISO 8601, UTC."""
    fetched_at: str
    """ISO 8601, UTC; empty when the snapshot carries no time."""


class Result(Struct, frozen=True, kw_only=True):
    """The verdict of one run and all that explains it."""

    format: Literal["gate-result/1"] = "gate-result/1"
    """Name and version of this form."""
    verdict: Verdict
    """Of the run as a whole."""
    blocks: bool
    """Whether the run should stop what it guards, by the policy's outcomes for this event."""
    exit_code: int
    """0 pass or not blocking, 1 fail, 3 undecided where that blocks."""
    sentence: str
    """Why, in one sentence."""
    app: str
    """Bundle id or App Store id."""
    candidate: str
    """Version judged; empty when nothing was measured."""
    counts: dict[State, int]
    """Checks in each state, without those of shadow rules."""
    reasons: dict[Reason, int]
    """Undecided checks by reason, without those of shadow rules."""
    rule_counts: dict[State, int]
    """Rules in each state, without shadow rules."""
    rules: tuple[RuleOutcome, ...]
    """In the order of the policy."""
    checks: tuple[Check, ...]
    """One for each slice of each rule."""
    insights: tuple[InsightFinding, ...]
    """Apple's own verdicts."""
    signatures: tuple[SignatureFinding, ...]
    """Top diagnostic signatures of the candidate."""
    notes: tuple[str, ...]
    """What a reader should know and no check says: where signatures are missing, and why."""
    drift: tuple[str, ...]
    """What Apple sent and this version of the gate did not know."""
    receipt: Receipt
    """What went in."""
