"""What the gate makes of the facts: checks, outcomes, findings and the verdict of a run.

Every report is built from a `Result` alone. Its JSON form is a published contract: keys are added,
never renamed or removed, inside one `format`.
"""

from typing import Literal

from msgspec import Struct

from gate.model.facts import DiagnosticNote, Frame, SliceKey, VersionValue
from gate.model.states import Level, Mode, Reason, State, UndecidedKind, Verdict


class Baseline(Struct, frozen=True, kw_only=True):
    """The reference side of a comparison."""

    versions: tuple[str, ...]
    """Oldest first."""
    excluded: tuple[str, ...] = ()
    """Versions between them that the policy excludes."""
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
    """0.23 is +23%; None when the baseline is zero."""
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


class AllowedRise(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How large a rise a rule allows; with both numbers a rise must exceed both to count."""

    relative: float | None = None
    """0.10 for +10%."""
    absolute: float | None = None
    """In `unit`."""
    unit: str = ""
    """Of `absolute`, as the policy has it."""
    text: str
    """In the policy's words: ``> +10% and > +80 ms``."""


class AllowedLevel(Struct, frozen=True, kw_only=True):
    """A line that needs no earlier version: the value must stay at or below it."""

    value: float
    """In `unit`."""
    unit: str
    """As the policy has it."""
    text: str
    """In the policy's words: ``<= 1500 ms``."""


class Allows(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a rule allows; what it does not speak of is missing."""

    warn: AllowedRise | None = None
    """A rise above it is a warning."""
    fail: AllowedRise | None = None
    """A rise above it fails, if the evidence supports it."""
    limit: AllowedLevel | None = None
    """The rule's own line."""
    goal: Literal["recommended", "good", "fair"] | None = None
    """Which of Apple's lines counts."""
    when: Literal["crossed"] | None = None
    """Set when limit and goal only count where the versions before were within them."""


class WaiverInUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A waiver that turned a fail into a warning."""

    up_to: float
    """The ceiling on a rise, relative: 0.15 is +15%; 0 when it accepts no rise."""
    level: AllowedLevel | None = None
    """The ceiling on a value that is above a limit or goal; None when it accepts none."""
    share: float | None = None
    """The ceiling on a signature's share of its type, 0 to 1; None when it is about no signature."""
    until: str = ""
    """The last day it holds, ISO 8601; empty when it ends with a version."""
    through_version: str = ""
    """The last version it holds for; empty when it ends on a day."""
    days_left: int | None = None
    """Days after today on which it still holds; None when it ends with a version."""
    reason: str
    """From the policy."""


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
    change_failed: bool = False
    """The rise is larger than the rule allows, beyond doubt."""
    p_value: float | None = None
    """Chance that a healthy release shows a rise this large here; None when it was not weighed."""
    visible: float | None = None
    """Smallest relative rise that today's data could show; None when it was not weighed."""
    allowed_value: float | None = None
    """Value above which a rise counts, in the check's unit; None when it was not weighed."""
    passes_at: float | None = None
    """The largest value that would surely pass, in the check's unit; None when nothing says where that is."""
    limit_value: float | None = None
    """The rule's limit in the check's unit; None when it has none that fits the unit."""
    goal_value: float | None = None
    """Apple's goal in the check's unit: the one the rule names, else the recommended one; None without any."""
    allows: Allows = Allows()
    """What the rule allows, as values; `allowed` has it in words."""


class RuleOutcome(Struct, frozen=True, kw_only=True):
    """The state of all slices of a rule judged together: the unit that counts and blocks."""

    id: str
    """The rule's id in the policy."""
    state: State
    """Of all its slices together."""
    reason: Reason | None = None
    """Why it is undecided; None in every other state."""
    mode: Mode
    """Only `enforce` blocks; rules weaker than the run's own mode are listed apart and not counted."""
    sentence: str
    """Why it is in this state, in one sentence."""
    owner: str = ""
    """From the policy; who is asked."""
    advice: str = ""
    """From the policy; where to begin."""
    on_undecided: Literal["note", "warn", "block", "ignore"] = "note"
    """What the policy wants when it is undecided; ``note`` too when it leaves that to the event's outcome."""
    blocks: bool = False
    """Whether this outcome alone stops the run."""
    checks: int = 0
    """How many slices the rule selected."""
    waiver: WaiverInUse | None = None
    """The waiver that turned a fail into a warning; None when none did."""
    p_run: float | None = None
    """Chance that a healthy release shows as much anywhere in the run; None when nothing was weighed."""


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
    """Largest rise among its populations; 0.23 is +23%."""
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
    waiver: WaiverInUse | None = None
    """The waiver that turned a fail into a warning; None when none did."""
    devices: tuple[str, ...] = ()
    """Groups and models of devices that Apple speaks of, the worst first, as Apple spells them; empty for all."""


class CallNode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One function of a merged call tree, below the function that called it."""

    depth: int
    """0 for a root; the nodes of a tree are in pre-order, heaviest first among the callees of one function."""
    name: str
    """Function, readable."""
    binary: str
    """Name of the binary image."""
    samples: int
    """How many samples went through it, its callees' included."""
    file: str = ""
    """Source file, when Apple knows it."""
    line: int | None = None
    """Line in `file`, from 1; the heaviest one, when logs name several."""
    own: bool = False
    """It is in the app's own code."""
    blame: bool = False
    """Apple marks it as a frame that matters."""
    path: bool = False
    """It is on the blame path."""
    repeats: int = 1
    """So many times in a row it called itself, at most; the calls are one node."""
    baseline: int | None = None
    """Samples of the same node in the baseline's tree, 0 when it is not there; None without such a tree."""


class CallTree(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All call stacks of one signature as one tree, weighted by samples."""

    logs: int
    """Logs that are in it."""
    samples: int
    """All samples; the share of a node is its samples by these."""
    nodes: tuple[CallNode, ...]
    """In pre-order."""
    system_samples: int = 0
    """Samples in stacks without any of the app's own code."""
    left_out: int = 0
    """The lightest nodes, which are not in `nodes`; their samples count in their callers."""
    baseline_samples: int | None = None
    """All samples of the baseline's tree; None without such a tree."""


class Suspect(Struct, frozen=True, kw_only=True):
    """A commit between two versions that touched the code. That is all that is known of it."""

    commit: str
    """Full hash."""
    subject: str
    """First line of its message."""
    author: str
    """Name as the commit has it."""
    date: str
    """When it was written, ISO 8601."""
    touched: Literal["function", "file", "caller"]
    """The function itself, only its file, or a function of the blame path above it."""
    pull_request: int | None = None
    """Number, from the commit's message or from that of the merge that brought it."""
    url: str = ""
    """Web page of the pull request, or of the commit."""


class SourcePlace(Struct, frozen=True, kw_only=True):
    """Where a frame is in the repository, who owns that place, and what changed there."""

    frame: Frame
    """The frame it is about: the deepest of the blame path that names a file of this repository."""
    path: str = ""
    """Path in the checkout, from the root of the repository; empty when the frame could not be mapped."""
    is_caller: bool = False
    """The frame calls the function that is blamed, of which no file is known here."""
    line: int | None = None
    """Line in the version judged, from 1; later changes may have moved it."""
    problem: str = ""
    """Why it could not be mapped, or what to know of the mapping, in one sentence."""
    candidates: tuple[str, ...] = ()
    """Files that could be meant, when none of them surely is."""
    revision: str = ""
    """Tag of the version judged; empty when the checkout has none."""
    revision_path: str = ""
    """Path at that tag; another than `path` when the file was renamed since."""
    url: str = ""
    """Web page of the line at that tag; empty when the repository's address is not known."""
    owners: tuple[str, ...] = ()
    """From CODEOWNERS; empty when it names nobody for this path."""
    owners_problem: str = ""
    """Why nobody is named; empty when somebody is."""
    function_lines: tuple[int, int] | None = None
    """First and last line of the function at that tag; None when they could not be told."""
    suspects: tuple[Suspect, ...] = ()
    """Commits since the baseline that touched the function, then its file, then what calls it; newest first."""
    suspects_problem: str = ""
    """Why commits could not be named; empty when they could, even if there are none."""


class SignatureFinding(Struct, frozen=True, kw_only=True):
    """One top diagnostic signature of the candidate build, or one of the baseline build that is gone."""

    type: str
    """``HANGS``, ``DISK_WRITES``, ``LAUNCHES`` or a newer type."""
    id: str
    """Apple's."""
    text: str
    """Symbol text."""
    level: Level
    """From the policy."""
    change: Literal["new", "grown", "shrunk", "same", "unknown", "gone"]
    """Against the baseline build; unknown when that build's signatures could not be had."""
    rank: int
    """Among the signatures of its type in its build, heaviest first, from 1."""
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
    """Frames of the blame path that are the app's, outermost first; what they are is in `blame_kind`."""
    logs_problem: str = ""
    """Why its logs are missing; empty when they are not."""
    name: str = ""
    """The function, readable."""
    binary: str = ""
    """The binary it is in; empty when Apple's text names none."""
    fingerprint: str = ""
    """The same in every build: of the type and of the text without what differs from build to build."""
    others: tuple[str, ...] = ()
    """Ids of further signatures of the build that are of the same function; their shares are added."""
    scope: Literal["build", "app"] = "build"
    """Of one build; or of the app as a whole, from Apple's overview, when there is no list of a build."""
    baseline_rank: int | None = None
    """Rank in the baseline build; None when it is not known there."""
    count: int | None = None
    """How often Apple counted it, from the overview; None when the overview does not list it."""
    ignored: str = ""
    """The policy's reason to ignore it; empty when it does not."""
    blame_kind: Literal["blame", "own", "overview", "system", "none"] = "none"
    """What `blame` is: frames that Apple marks; else the app's own frames on the heaviest path through its code;
    else the line that Apple's overview names. ``system``: no stack has any of the app's code."""
    advice: tuple[DiagnosticNote, ...] = ()
    """Apple's own advice on it."""
    tree: CallTree | None = None
    """Its call stacks, merged; None without logs."""
    source: SourcePlace | None = None
    """Where it is in the repository; None when no checkout was looked at, or no frame names a file."""
    waiver: WaiverInUse | None = None
    """The waiver that turned a fail into a warning; None when none did."""


UnreadPart = Literal["signatures"]
"""What can fail a run beside its rules."""


class Coverage(Struct, frozen=True, kw_only=True):
    """How much of what the verdict is about could be decided."""

    rules: int
    """Rules that the verdict is about."""
    decided: int
    """Those that are not undecided."""
    excepted: int = 0
    """Undecided rules that the policy does not wait for (``on_undecided: ignore``)."""
    missing: tuple[str, ...] = ()
    """Ids of the other undecided rules, the most important first."""
    unread: tuple[UnreadPart, ...] = ()
    """What could fail the run beside its rules, and could not be read."""


class UndecidedGroup(Struct, frozen=True, kw_only=True):
    """Slices that are undecided for one cause, told as one."""

    kind: UndecidedKind
    """What a reader can do about it."""
    reason: Reason
    """Of all its checks."""
    rules: tuple[str, ...]
    """Ids, in the order of the policy."""
    checks: tuple[int, ...]
    """Positions in the result's `checks`, the most important first."""
    sentence: str
    """What is missing, or what was seen, as a fact."""
    remedy: str = ""
    """What would decide it, or what the policy should say instead; empty when nothing is known to help."""


class BlamedPlace(Struct, frozen=True, kw_only=True):
    """A place in the code that signatures of an incident blame, named once however many they are."""

    function: str
    """Readable name of the blamed frame."""
    path: str = ""
    """Path in the repository, or the file as Apple names it; empty when no file is known."""
    line: int | None = None
    """From 1, in the version judged."""
    is_caller: bool = False
    """The frame calls the function that its signatures name, of which no file is known: ``called from``."""
    url: str = ""
    """Web page of the line; empty when it is not known."""
    signatures: tuple[int, ...]
    """Positions in the result's `signatures`, the heaviest first."""
    owners: tuple[str, ...] = ()
    """From CODEOWNERS."""
    suspects: tuple[Suspect, ...] = ()
    """Commits since the baseline that touched this code, the likeliest first."""


class Incident(Struct, frozen=True, kw_only=True):
    """Findings that belong together: what a reader hears of as one thing."""

    kind: Literal["rise", "fall", "insight", "signature"]
    """Slices of one category that rose or fell; or Apple's insight, or signatures, with no such slices beside."""
    state: Literal["fail", "warn", "improved"]
    """Of the worst thing in it."""
    mode: Mode
    """Of the strictest rule in it; shadow rules are in no incident."""
    blocks: bool = False
    """Whether something in it stops the run."""
    category: str
    """Apple's metric category; the type of the signatures when there is none."""
    title: str
    """As a phrase: ``launch time +23% (907 → 1,118 ms) on all iPhones and all iPads``."""
    sentence: str
    """What happened, against which versions, and what the evidence is, for whoever reads on."""
    rules: tuple[str, ...] = ()
    """Ids of the rules that found it, in the order of the policy."""
    checks: tuple[int, ...] = ()
    """Positions in the result's `checks`, the one that leads first: aggregates before models, then by size."""
    insights: tuple[int, ...] = ()
    """Positions in the result's `insights`."""
    signatures: tuple[int, ...] = ()
    """Positions in the result's `signatures`: new or grown ones of the type that belongs to the category."""
    places: tuple[BlamedPlace, ...] = ()
    """Code that the signatures blame, the most blamed first."""


class WaiverStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A waiver of the policy, and what it does today."""

    kind: Literal["rule", "insight", "signature"]
    """What it is about."""
    target: str
    """Id of the rule, ``CATEGORY/metric`` of the insight, or the signature in the policy's words."""
    state: Literal["in_force", "exceeded", "expired", "unused"]
    """Keeps something from failing; does not, because that is above its ceiling or its end has passed; or has
    nothing to do."""
    up_to: str = ""
    """The ceiling, in the policy's words; empty when it has none."""
    until: str = ""
    """The last day it holds, ISO 8601; empty when it ends with a version."""
    through_version: str = ""
    """The last version it holds for; empty when it ends on a day."""
    days_left: int | None = None
    """Days after today on which it still holds, negative once its last day is over; None when it ends, or has ended,
    with a version."""
    fails_again: bool = False
    """Expired, and its target fails for no other reason than that, whatever its mode."""
    reason: str
    """From the policy."""
    sentence: str
    """All of it in words, with the headroom or the excess; begins with the target."""


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
    """0 pass or not blocking, 1 fail, 3 undecided or partial where that blocks."""
    sentence: str
    """The headline: what got worse, from what to what, for whom; at most 200 characters."""
    app: str
    """Bundle id or App Store id."""
    candidate: str
    """Version judged; empty when nothing was measured."""
    counts: dict[State, int]
    """Slices in each state, of the rules that the verdict is about: those at the run's own mode or stricter."""
    reasons: dict[Reason, int]
    """Undecided slices of the same rules by reason."""
    rule_counts: dict[State, int]
    """The rules that the verdict is about, in each state; `coverage.rules` is their sum."""
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
    gone_signatures: tuple[SignatureFinding, ...] = ()
    """Top signatures of the baseline build that the candidate build does not have."""
    signatures_baseline: str = ""
    """Version of the build that signatures are compared with; empty when there is none."""
    coverage: Coverage | None = None
    """How much could be decided; None in results of gates that did not say."""
    incidents: tuple[Incident, ...] = ()
    """What happened, worst first: fails, warnings, improvements."""
    undecided: tuple[UndecidedGroup, ...] = ()
    """What could not be decided, told by what a reader can do about it; the most important first."""
    waivers: tuple[WaiverStatus, ...] = ()
    """Every waiver of the policy, in its order."""
