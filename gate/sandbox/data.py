"""The parts of a scenario, as its YAML says them: typed, and strict about keys that are not known."""

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct

CallName = Literal[
    "apps",
    "app",
    "app_versions",
    "version_build",
    "builds",
    "build",
    "build_train",
    "build_version",
    "trains",
    "train_builds",
    "app_metrics",
    "build_metrics",
    "overview",
    "signatures",
    "logs",
]
"""The calls that the sandbox answers."""


class _ScenarioPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the file; a key that is not known is refused."""


class ScenarioApp(_ScenarioPart, frozen=True, kw_only=True):
    """The app."""

    id: Annotated[str, Meta(pattern=r"^\d+$")]
    """Numeric App Store id."""
    bundle_id: str
    name: str


class ScenarioVersion(_ScenarioPart, frozen=True, kw_only=True):
    """A marketing version and its builds."""

    version: str
    """``CFBundleShortVersionString``."""
    build: str
    """``CFBundleVersion`` of the build that was or will be on sale."""
    uploaded: date
    test_builds: tuple[str, ...] = ()
    """Builds of this version that only testers had, oldest first, all uploaded before the other."""


class ScenarioMetric(_ScenarioPart, frozen=True, kw_only=True):
    """One metric and all its series. A series has one entry per version, oldest first."""

    metric: str
    """``CATEGORY/metric``."""
    platform: str = "iOS"
    unit: tuple[str, str] | None = None
    """Apple's identifier and display name; absent, as some metrics have none."""
    goals: dict[str, tuple[int | None, int | None]] = {}
    """Bands by name (`goalKeys`, deprecated since API 4.4), each from its lower bound up to its upper one; an open end is null."""
    recommended: dict[str, float] = {}
    """Recommended goals by series (`recommendedMetricGoal`)."""
    breakdown: dict[str, float] = {}
    """Percent of the value by subsystem, the same for every point."""
    relevance: float | None = None
    """``relevanceScore`` of the metric in the overview."""
    series: dict[str, tuple[float | str | None, ...]]
    """By device and percentile, such as ``all_iphones p50``. An entry is a value, ``value ± error margin``,
    or null where there is no point."""

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes it from all others."""
        return self.platform, self.metric

    @property
    def category(self) -> str:
        """The first half of the name."""
        return self.metric.partition("/")[0]

    @property
    def identifier(self) -> str:
        """The second half of the name."""
        return self.metric.partition("/")[2]


class Expansion(_ScenarioPart, frozen=True, kw_only=True):
    """One series per hardware model, made from the series of a group."""

    of: str
    """The group: ``all_iphones`` or ``all_ipads``."""
    models: dict[str, float]
    """By hardware model, the model's level relative to the group's."""
    jitter: float = 0.0
    """Largest relative deviation from that level, drawn once for each point from its name."""
    margin: float = 0.0
    """Error margin relative to the value; 0 sends none."""
    metrics: str = "*"
    """Which metrics, as a glob on ``CATEGORY/metric``."""


class Insight(_ScenarioPart, frozen=True, kw_only=True):
    """One of Apple's insights. Its numbers are computed from the series."""

    metric: str
    populations: Annotated[tuple[str, ...], Meta(min_length=1)]
    """Series that got worse, such as ``all_iphones p90``."""
    references: tuple[str, ...] = ()
    """Versions averaged; the four before the newest when not given."""
    high_impact: bool | None = None
    """Not sent when null."""
    subsystem: str = ""

    def averaged(self, versions: tuple[ScenarioVersion, ...]) -> tuple[str, ...]:
        """Choose the versions that make up the reference, of all there are."""
        return self.references or tuple(version.version for version in versions[-5:-1])


class ScenarioInsights(_ScenarioPart, frozen=True, kw_only=True):
    """Apple's own verdicts. Both lists are bad news."""

    regressions: tuple[Insight, ...] = ()
    trending_up: tuple[Insight, ...] = ()


class Advice(_ScenarioPart, frozen=True, kw_only=True):
    """Apple's advice on a signature."""

    category: str
    text: str
    url: str


class Log(_ScenarioPart, frozen=True, kw_only=True):
    """One diagnostic log: where it was recorded, and its call stacks as `gate.sandbox.stacks` reads them."""

    device: str
    """As logs write it, with an underscore: ``iPhone15_2``."""
    os: str
    detail: str
    writes: str = ""
    """``writesCaused``, of disk writes only."""
    stacks: tuple[str, ...]


class ScenarioSignature(_ScenarioPart, frozen=True, kw_only=True):
    """One diagnostic signature, in all builds that have it."""

    signature: str
    type: str
    weight: dict[str, Annotated[float, Meta(ge=0, le=1)]]
    """By version, the share of its type, 0 to 1."""
    trend: dict[str, Literal["UP", "DOWN", "UNDEFINED"]] = {}
    """By version; the weights in the versions before it are the reference."""
    count: int | None = None
    """In the overview."""
    advice: tuple[Advice, ...] = ()
    logs: tuple[Log, ...] = ()

    @property
    def stacks(self) -> tuple[str, ...]:
        """All call stacks of all logs."""
        return tuple(stack for log in self.logs for stack in log.stacks)


class Edit(_ScenarioPart, frozen=True, kw_only=True):
    """A deviation of the wire that no other key can say: one place of one call's body, changed."""

    call: CallName
    at: str
    """Steps from the root, separated by slashes: a key of an object; of a list an index, ``*`` for all, or an
    entry by its identifier, platform, metric or version."""
    set: Any = UNSET
    remove: bool = False

    def __post_init__(self) -> None:
        if (self.set is UNSET) is not self.remove:
            raise ValueError("an edit has either `set` or `remove: true`")


class Reply(_ScenarioPart, frozen=True, kw_only=True):
    """An answer given in place of the real one."""

    status: int
    body: str = ""
    content_type: str = "text/html;charset=utf-8"
    headers: dict[str, str] = {}


class Error(_ScenarioPart, frozen=True, kw_only=True):
    """An error in Apple's shape, given in place of the real answer."""

    status: int
    code: str
    title: str
    detail: str
    headers: dict[str, str] = {}


class Fault(_ScenarioPart, frozen=True, kw_only=True):
    """What goes wrong, where, and how often. Exactly one thing happens."""

    path: str | tuple[str, ...]
    """Paths, as globs: ``/v1/apps/*/perfPowerMetrics``."""
    signature: str = "*"
    """For paths of a signature: which ones, as a glob on the signature's text."""
    times: Annotated[int, Meta(ge=1)] | None = None
    """How often before all is well; always when not given."""
    error: Error | None = None
    reply: Reply | None = None
    """``{target}`` in a header stands for the path and query of the request."""
    hang_up: bool = False
    """Close the connection and answer nothing."""
    cut_after: int | None = None
    """Bytes of the real body that are sent, under the full ``Content-Length``."""
    next_link: str | None = None
    """``links.next`` of the real answer; ``{self}`` is the request's own address, ``{target}`` as above."""

    def __post_init__(self) -> None:
        given = [self.error, self.reply, self.hang_up or None, self.cut_after, self.next_link]
        if sum(thing is not None for thing in given) != 1:
            raise ValueError("a fault has exactly one of error, reply, hang_up, cut_after and next_link")

    def is_meant_for(self, path: str, signature: str) -> bool:
        """Tell whether the fault is about a request.

        Args:
            path: The request's path.
            signature: Text of the signature that the path names; empty when it names none.
        """
        globs = (self.path,) if isinstance(self.path, str) else self.path
        return any(fnmatchcase(path, glob) for glob in globs) and fnmatchcase(signature, self.signature)


class Scenario(_ScenarioPart, frozen=True, kw_only=True):
    """Everything one sandbox knows."""

    name: str
    about: str
    """One line, for lists."""
    app: ScenarioApp
    versions: Annotated[tuple[ScenarioVersion, ...], Meta(min_length=1)]
    """Oldest first; the last is on sale."""
    upcoming: tuple[ScenarioVersion, ...] = ()
    """Versions not released yet: with builds, without measurements."""
    metrics: tuple[ScenarioMetric, ...] = ()
    expand: tuple[Expansion, ...] = ()
    insights: ScenarioInsights = ScenarioInsights()
    signatures: tuple[ScenarioSignature, ...] = ()
    hourly_limit: Annotated[int, Meta(ge=0)] = 3500
    """Requests per key and hour."""
    page_size: Annotated[int, Meta(ge=1, le=200)] = 200
    """Most entries of a page, whatever limit is asked for."""
    edits: tuple[Edit, ...] = ()
    faults: tuple[Fault, ...] = ()


_PERCENTILES: Mapping[str, str] = {"p50": "percentile.fifty", "p90": "percentile.ninety"}


def slice_of(name: str) -> tuple[str, str]:
    """Split a series' name into device and percentile, in the wire's words.

    Raises:
        ValueError: The name is not a device and a percentile.
    """
    device, _, percentile = name.rpartition(" ")
    percentile = _PERCENTILES.get(percentile, percentile)
    if not device or not percentile.startswith("percentile."):
        raise ValueError(f"{name!r} is not a device and a percentile, such as 'all_iphones p50'")
    return device, percentile


def value_and_margin(point: float | str | None) -> tuple[float | None, float | None]:
    """Read the number and the half-width that an entry of a series stands for.

    Raises:
        ValueError: The text is not of the form ``value ± error margin``.
    """
    if not isinstance(point, str):
        return point, None
    value, sign, margin = point.partition("±")
    if not sign:
        raise ValueError(f"{point!r} is not a 'value ± error margin'")
    return float(value), float(margin)
