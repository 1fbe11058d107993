"""What Apple measured, typed: the input of a judgement.

`Facts` is everything one snapshot says, with the wire's quirks removed and nothing decided yet.
"""

from typing import Literal

from msgspec import Struct


class SliceKey(Struct, frozen=True, kw_only=True, order=True):
    """One (platform, category, metric, device, percentile): the address of a series."""

    platform: str
    """Apple's spelling in answers: ``iOS``, ``macOS``."""
    category: str
    """``LAUNCH``, ``HANG``, …; a category that is not known yet keeps its name."""
    metric: str
    """Unique only inside its category: ``onScreen`` is both a battery and a termination metric."""
    device: str
    """``all_iphones``, ``all_ipads``, ``all_macs`` or a model such as ``iPhone15,2``."""
    percentile: str
    """``p50`` (typical user), ``p90`` (worst decile), or the wire's own word when it is another."""

    @property
    def name(self) -> str:
        """``CATEGORY/metric``, the form that policies use."""
        return f"{self.category}/{self.metric}"


class GoalBand(Struct, frozen=True, kw_only=True):
    """One of Apple's fixed bands of a metric. A missing bound is open."""

    name: str
    """``good``, ``fair`` or ``poor``."""
    lower: float | None = None
    upper: float | None = None


class Series(Struct, frozen=True, kw_only=True):
    """The points of one slice, column by column and in the order of the payload."""

    key: SliceKey
    unit: str
    """A canonical unit from `gate.model.units`, or Apple's own label, or empty when Apple sent none."""
    versions: tuple[str, ...] = ()
    """Marketing versions (``CFBundleShortVersionString``)."""
    values: tuple[float, ...] = ()
    """In `unit`; one per version."""
    margins: tuple[float | None, ...] = ()
    """Apple's half-widths in `unit`; None means the best data, not missing information."""
    bands: tuple[GoalBand, ...] = ()
    recommended: float | None = None
    """Apple's recommended goal for this slice, in `unit`."""
    device_name: str = ""
    """Apple's marketing name of the device, for people."""
    problem: str = ""
    """Why this series can't be trusted at all; empty when it can."""
    listed: tuple[str, ...] = ()
    """All versions as Apple lists them, where some have no value; empty when `versions` is all."""


class Population(Struct, frozen=True, kw_only=True):
    """One slice of one of Apple's insights."""

    device: str
    percentile: str
    latest_value: float | None = None
    reference_average: float | None = None
    delta_percentage: float | None = None


class AppleInsight(Struct, frozen=True, kw_only=True):
    """One of Apple's own verdicts on a metric (``MetricsInsight``). Both kinds are bad news."""

    kind: Literal["regression", "trending_up"]
    category: str
    metric: str
    subsystem: str = ""
    latest_version: str = ""
    reference_versions: tuple[str, ...] = ()
    max_latest_value: float | None = None
    high_impact: bool | None = None
    """None when Apple did not say, which is the usual case."""
    summary: str = ""
    """Apple's English prose: shown, never parsed."""
    populations: tuple[Population, ...] = ()


class VersionValue(Struct, frozen=True, kw_only=True):
    """A value at an earlier version, as signature insights list them."""

    version: str
    """Marketing version."""
    value: float | None = None
    """In the unit of the insight; None when Apple sent none."""


class Frame(Struct, frozen=True, kw_only=True):
    """One node of a call stack tree, in a flat pre-order list, so that depth costs no recursion."""

    depth: int
    """0 for a root frame."""
    symbol: str = ""
    """Function, as Apple symbolicated it."""
    binary: str = ""
    """Name of the binary image."""
    binary_uuid: str = ""
    """UUID of the binary image, for symbolication."""
    address: str = ""
    """As Apple writes it, in hexadecimal."""
    offset_into_symbol: str = ""
    """Bytes, as Apple writes them."""
    offset_into_binary: str = ""
    """Bytes, as Apple writes them."""
    file: str = ""
    """Source file, when Apple knows it."""
    line: int | None = None
    """Line in `file`, from 1."""
    samples: int = 0
    """How many samples of the stack went through this frame."""
    blame: bool = False
    """Apple marks the app's own frames that matter."""
    insight: str = ""
    """Category of the diagnostic insight this frame is about."""
    raw: str = ""
    """The original line; it may disagree with the parsed fields."""


class DiagnosticNote(Struct, frozen=True, kw_only=True):
    """Apple's advice on a diagnostic log (``DiagnosticInsight`` of a log)."""

    category: str = ""
    """Apple's name for this kind of advice, such as ``SQLiteSpill``."""
    text: str = ""
    """One or two English sentences."""
    url: str = ""
    """Where Apple explains it; it may be a ``doc://`` address, which is none of the web."""


class DiagnosticLog(Struct, frozen=True, kw_only=True):
    """One log of a signature: where it happened and its call stacks."""

    metadata: dict[str, str]
    """``event``, ``osVersion``, ``appVersion``, ``deviceType`` and what else Apple sends."""
    stacks: tuple[tuple[Frame, ...], ...] = ()
    """One entry per call stack, each a pre-order list of frames."""


class Signature(Struct, frozen=True, kw_only=True):
    """One diagnostic signature of a build: a function that hangs, writes or launches slowly."""

    id: str
    type: str
    """``HANGS``, ``DISK_WRITES``, ``LAUNCHES``, or a newer type kept by name."""
    text: str
    """Symbol text, such as ``ExampleApp: -[TemporaryFile appendData:] + 100``."""
    weight: float | None = None
    """Share of all diagnostics of its type, 0 to 1."""
    direction: str = ""
    """Apple's trend: ``UP`` is worse than earlier versions, ``DOWN`` better, ``UNDEFINED`` neither."""
    references: tuple[VersionValue, ...] = ()
    notes: tuple[DiagnosticNote, ...] = ()
    logs: tuple[DiagnosticLog, ...] = ()
    logs_problem: str = ""
    """Why the logs of this signature are missing; empty when they were not asked for or are here."""


class BuildSignatures(Struct, frozen=True, kw_only=True):
    """All diagnostic signatures of one build, heaviest first as Apple lists them."""

    build_id: str
    version: str
    """Marketing version of the build, or empty when it is not known."""
    signatures: tuple[Signature, ...] = ()
    problem: str = ""
    """Why the list could not be had; empty when it could."""


class OverviewSignature(Struct, frozen=True, kw_only=True):
    """A top signature of the whole app (``PerformanceSignature`` of an overview, since API 4.5)."""

    type: str
    id: str = ""
    text: str = ""
    count: int | None = None
    weight: float | None = None
    """Apple does not document the scale of this weight."""
    file: str = ""
    line: int | None = None
    direction: str = ""


class Facts(Struct, frozen=True, kw_only=True):
    """Everything one snapshot says."""

    app: str = ""
    """Bundle id or App Store id, for people."""
    series: tuple[Series, ...] = ()
    insights: tuple[AppleInsight, ...] = ()
    has_insights: bool = True
    """False when Apple's answer has no list of insights at all, not even an empty one."""
    candidate_version: str = ""
    """The version asked for, of the build asked for, or on sale; empty: the newest in the payload."""
    candidate_on_sale: bool = False
    """`candidate_version` is what App Store Connect has on sale, and not what somebody asked for."""
    candidate_not_before: float | None = None
    """Epoch seconds before which nobody had the candidate: its record was made, or its build uploaded, then. App
    Store Connect has no date of going on sale. None when it is not known."""
    build_id: str = ""
    """Set when one build is judged: its own points replace the version's."""
    candidate_signatures: BuildSignatures | None = None
    baseline_signatures: BuildSignatures | None = None
    overview_signatures: tuple[OverviewSignature, ...] = ()
    fetched_at: float | None = None
    """Epoch seconds of the oldest metrics answer; None when the body carries no time."""
    schema_drift: tuple[str, ...] = ()
    """What Apple sent and this version of the gate did not know, one sentence each."""
    snapshot_digest: str = ""
    """SHA-256 of the snapshot, for the receipt."""
