"""Apple's bodies as typed values, and `read`, the one way to get them from text.

The structs follow the wire where it differs from Apple's OpenAPI specification: ``referenceVersions`` and
``percentageBreakdown`` come as lists, line numbers as text or as numbers, attributes as null. Enumerations
are plain strings, so that a value that is new to us survives. What would hide something stays strict:
``productData`` and ``data`` must be there and be lists, and a measured value must be a number.

Numbers keep Apple's units and nothing is interpreted here; `gate.appstore.decode.snapshot` does that.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field

from gate.appstore.tolerance import tolerant, unknown_fields
from gate.errors import MalformedAnswer
from gate.snapshot.kind import BodyKind, kind_of

T = TypeVar("T", bound=Struct)

MAX_UNKNOWN_FIELDS = 20
"""How many unknown fields of one body are named; the rest is counted."""


class NestedTooDeep(MalformedAnswer):
    """A body nested more deeply than the typed decoder goes, which call stack trees may be."""


# --- metrics (xcodeMetrics) --------------------------------------------------------------------------------


class StrictPart(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A part of a body in which an unknown field is news: it becomes a drift sentence."""


class StrictLeaf(StrictPart, frozen=True, kw_only=True, gc=False):
    """A part that occurs in thousands and can't be part of a cycle: the collector need not look at it."""


class WireUnit(StrictLeaf, frozen=True, kw_only=True):
    """Name of a unit, for programs and for people; there is no published list."""

    identifier: str | None = None
    display_name: str | None = None


class GoalKey(StrictLeaf, frozen=True, kw_only=True):
    """One of Apple's fixed bands of a metric, in the metric's unit; the outermost lacks its open end."""

    goal_key: str | None = None
    """``good``, ``fair`` or ``poor``."""
    lower_bound: float | None = None
    upper_bound: float | None = None


class FilterCriteria(StrictLeaf, frozen=True, kw_only=True):
    """The slice a dataset is about."""

    percentile: str | None = None
    """``percentile.fifty`` or ``percentile.ninety``."""
    device: str | None = None
    device_marketing_name: str | None = None


class Breakdown(StrictLeaf, frozen=True, kw_only=True):
    """Share of one subsystem in a value, 0 to 100 percent."""

    value: float | None = None
    sub_system_label: str | None = None


class WirePoint(StrictLeaf, frozen=True, kw_only=True):
    """The value of one version, in the metric's unit."""

    version: str | None = None
    value: float | None = None
    error_margin: float | None = None
    """Half-width in the metric's unit. Absent means the best data."""
    percentage_breakdown: list[Breakdown] | Breakdown | None = None
    """An object in Apple's specification, a list on the wire."""
    goal: str | None = None
    """Name of the band the value falls in."""


class RecommendedGoal(StrictLeaf, frozen=True, kw_only=True):
    """Apple's target for one slice, in the metric's unit (since API 4.4)."""

    value: float | None = None
    detail: str | None = None


class WireDataset(StrictLeaf, frozen=True, kw_only=True):
    """The points of one device and percentile."""

    filter_criteria: FilterCriteria | None = None
    points: list[WirePoint] | None = None
    recommended_metric_goal: RecommendedGoal | None = None


class WireMetric(StrictPart, frozen=True, kw_only=True):
    """One metric; its identifier is unique only inside its category."""

    identifier: str | None = None
    unit: WireUnit | None = None
    goal_keys: list[GoalKey] | None = None
    datasets: list[WireDataset] | None = None


class MetricCategory(StrictPart, frozen=True, kw_only=True):
    """The metrics of one category."""

    identifier: str | None = None
    metrics: list[WireMetric] | None = None


class Product(StrictPart, frozen=True, kw_only=True):
    """The metrics of one platform."""

    platform: str | None = None
    """``iOS`` in answers, although filters say ``IOS``."""
    metric_categories: list[MetricCategory] | None = None


class InsightPopulation(StrictLeaf, frozen=True, kw_only=True):
    """One slice of an insight."""

    device: str | None = None
    percentile: str | None = None
    latest_version_value: float | None = None
    reference_average_value: float | None = None
    delta_percentage: float | None = None
    summary_string: str | None = None


class MetricsInsight(StrictPart, frozen=True, kw_only=True):
    """One of Apple's own verdicts on a metric."""

    metric_category: str | None = None
    metric: str | None = None
    sub_system_label: str | None = None
    latest_version: str | None = None
    reference_versions: list[str] | str | None = None
    """A string in Apple's specification, a list on the wire and in Apple's own example."""
    max_latest_version_value: float | None = None
    high_impact: bool | None = None
    summary_string: str | None = None
    populations: list[InsightPopulation] | None = None


class WireInsights(StrictPart, frozen=True, kw_only=True):
    """Both lists are bad news; there is no list of improvements."""

    regressions: list[MetricsInsight] | None = None
    trending_up: list[MetricsInsight] | None = None


class XcodeMetrics(StrictPart, frozen=True, kw_only=True):
    """Body of ``perfPowerMetrics`` of an app or a build."""

    product_data: list[Product]
    """Empty when there is no data; an answer without the key is not an answer."""
    version: str | None = None
    insights: WireInsights | None = None
    """Absent from the answer of a build."""


# --- overview (xcodeOverview, since API 4.5) ---------------------------------------------------------------


class ReferencePoint(StrictLeaf, frozen=True, kw_only=True):
    """The value of an earlier version."""

    version: str | None = None
    value: float | None = None


class AppMetadata(StrictPart, frozen=True, kw_only=True):
    """The app an overview is about."""

    bundle_id: str | None = None
    app_id: str | None = None
    latest_version: str | None = None
    """Absent when the app has no data."""
    platform: str | None = None


class Section(StrictPart, frozen=True, kw_only=True):
    """One metric of an overview."""

    identifier: str | None = None
    display_name: str | None = None
    relevance_score: float | None = None
    sort_order: int | None = None
    unit: WireUnit | None = None
    datasets: list[WireDataset] | None = None


class OverviewCategory(StrictPart, frozen=True, kw_only=True):
    """One category of an overview."""

    identifier: str | None = None
    display_name: str | None = None
    sections: list[Section] | None = None


class MetricsSummary(StrictPart, frozen=True, kw_only=True):
    """Earlier values of a top signature."""

    reference_versions: list[ReferencePoint | str] | ReferencePoint | str | None = None


class PerformanceSignature(StrictPart, frozen=True, kw_only=True):
    """A top signature of the whole app."""

    signature_id: str | None = None
    signature: str | None = None
    count: int | None = None
    weight: float | None = None
    """Apple does not document the scale."""
    source_file: str | None = None
    line_number: int | str | None = None
    trend_info: str | None = None
    metrics_summary: MetricsSummary | None = None


class TopSignatures(StrictPart, frozen=True, kw_only=True):
    """The top signatures by type."""

    top_hang_point: list[PerformanceSignature] | None = None
    top_launch_point: list[PerformanceSignature] | None = None
    top_disk_write_point: list[PerformanceSignature] | None = None


class XcodeOverview(StrictPart, frozen=True, kw_only=True):
    """Body of ``performanceOverviews``."""

    categories: list[OverviewCategory]
    """Empty when there is no data."""
    version: str | None = None
    telemetry_identifier: str | None = None
    app_metadata: AppMetadata | None = None
    insights: WireInsights | None = None
    signatures: TopSignatures | None = None


# --- logs of a signature (diagnosticLogs) ------------------------------------------------------------------


class CallStackNode(StrictLeaf, frozen=True, kw_only=True):
    """One frame (``DiagnosticLogCallStackNode``) and what it called."""

    binary_name: str | None = None
    binary_uuid: str | None = field(default=None, name="binaryUUID")
    address: str | None = None
    symbol_name: str | None = None
    offset_into_symbol: int | str | None = None
    """Decimal text; empty when not applicable."""
    offset_into_binary_text_segment: int | str | None = None
    file_name: str | None = None
    line_number: int | str | None = None
    """Text here, a number in an overview."""
    sample_count: int | None = None
    is_blame_frame: bool | None = None
    insights_category: str | None = None
    raw_frame: str | None = None
    """The original line; it may disagree with the parsed fields."""
    sub_frames: "list[CallStackNode] | None" = None


class CallStack(StrictPart, frozen=True, kw_only=True):
    """One stack: a forest of frames."""

    call_stack_root_frames: list[CallStackNode] | None = None


class CallStackTree(StrictPart, frozen=True, kw_only=True):
    """The stacks of one log."""

    call_stack_per_thread: bool | None = None
    call_stacks: list[CallStack] | None = None


class WireLog(StrictPart, frozen=True, kw_only=True):
    """One log: where it happened and its stacks."""

    diagnostic_meta_data: dict[str, str | int | float | bool | None] | None = None
    call_stack_tree: list[CallStackTree] | None = None


class LogInsight(StrictPart, frozen=True, kw_only=True):
    """Apple's advice on a log."""

    insights_url: str | None = field(default=None, name="insightsURL")
    """May use the ``doc://`` scheme, which is no web address."""
    insights_category: str | None = None
    insights_string: str | None = None


class LogProduct(StrictPart, frozen=True, kw_only=True):
    """The logs of one signature."""

    signature_id: str | None = None
    diagnostic_insights: list[LogInsight] | None = None
    diagnostic_logs: list[WireLog] | None = None


class DiagnosticLogs(StrictPart, frozen=True, kw_only=True):
    """Body of the logs of a signature. Not JSON:API: there is no ``data``."""

    product_data: list[LogProduct]
    version: str | None = None


# --- JSON:API ----------------------------------------------------------------------------------------------


class TolerantPart(Struct, frozen=True, kw_only=True, rename="camel"):
    """A part in which an unknown field is no news.

    Resources hold dozens of attributes and links that have nothing to do with performance; only what the
    gate needs is named. A resource of another type is refused, so the answer to another call can't slip in.
    """


class Links(TolerantPart, frozen=True, kw_only=True):
    """Links of a document. `next` is an absolute URL with an opaque cursor; absent on the last page."""

    next: str | None = None


class Paging(TolerantPart, frozen=True, kw_only=True):
    """How a list is paged."""

    limit: int | None = None
    total: int | None = None
    next_cursor: str | None = None


class Meta(TolerantPart, frozen=True, kw_only=True):
    """Information about a document."""

    paging: Paging | None = None


class Identity(TolerantPart, frozen=True, kw_only=True):
    """A resource, named but not told."""

    id: str
    type: str = ""


class Relationship(TolerantPart, frozen=True, kw_only=True):
    """What one resource is related to."""

    data: Identity | None = None
    """Absent unless it was included."""


class PagedDocument(StrictPart, frozen=True, kw_only=True):
    """What every answer of JSON:API has around its data."""

    links: Links | None = None
    meta: Meta | None = None

    @property
    def next_link(self) -> str:
        """The link to the next page, verbatim; empty on the last one."""
        return (self.links.next if self.links else None) or ""


class AppAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of an app."""

    name: str | None = None
    bundle_id: str | None = None
    sku: str | None = None
    primary_locale: str | None = None


class AppResource(TolerantPart, frozen=True, kw_only=True):
    """An app; `id` is its numeric App Store id."""

    id: str
    type: Literal["apps"] = "apps"
    attributes: AppAttributes | None = None


class AppResponse(PagedDocument, frozen=True, kw_only=True):
    """One app."""

    data: AppResource


class AppsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of apps. ``filter[bundleId]`` is a loose match: compare for equality."""

    data: list[AppResource]


class BuildAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of a build."""

    version: str | None = None
    """The build number (``CFBundleVersion``), not the marketing version."""
    uploaded_date: str | None = None
    expiration_date: str | None = None
    expired: bool | None = None
    min_os_version: str | None = None
    processing_state: str | None = None
    """``PROCESSING``, ``FAILED``, ``INVALID``, ``VALID``."""
    build_audience_type: str | None = None
    """``INTERNAL_ONLY``, ``APP_STORE_ELIGIBLE``; seen as null."""
    uses_non_exempt_encryption: bool | None = None


class BuildResource(TolerantPart, frozen=True, kw_only=True):
    """A build; `id` is a UUID."""

    id: str
    type: Literal["builds"] = "builds"
    attributes: BuildAttributes | None = None


class BuildResponse(PagedDocument, frozen=True, kw_only=True):
    """One build."""

    data: BuildResource


class BuildsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of builds."""

    data: list[BuildResource]


class VersionAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of an App Store version. There is no date of going live."""

    version_string: str | None = None
    """The marketing version (``CFBundleShortVersionString``)."""
    platform: str | None = None
    """``IOS``, ``MAC_OS``, ``TV_OS``, ``VISION_OS``."""
    app_version_state: str | None = None
    """``READY_FOR_DISTRIBUTION`` is live."""
    app_store_state: str | None = None
    """The deprecated form of the state."""
    release_type: str | None = None
    earliest_release_date: str | None = None
    downloadable: bool | None = None
    created_date: str | None = None


class VersionRelationships(TolerantPart, frozen=True, kw_only=True):
    """What an App Store version is related to; ``build`` has data only when it was included."""

    build: Relationship | None = None


class AppStoreVersion(TolerantPart, frozen=True, kw_only=True):
    """One App Store version of an app."""

    id: str
    type: Literal["appStoreVersions"] = "appStoreVersions"
    attributes: VersionAttributes | None = None
    relationships: VersionRelationships | None = None

    @property
    def build_id(self) -> str:
        """Id of its build; empty when the answer does not tell."""
        build = self.relationships.build if self.relationships else None
        return build.data.id if build and build.data else ""


class VersionsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of App Store versions, in no promised order."""

    data: list[AppStoreVersion]
    included: list[BuildResource] | None = None
    """The builds of the versions: the only type that is ever asked for."""


class PreReleaseVersionAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of a release train."""

    version: str | None = None
    """The marketing version."""
    platform: str | None = None


class PreReleaseVersion(TolerantPart, frozen=True, kw_only=True):
    """A release train: all builds of one marketing version."""

    id: str
    type: Literal["preReleaseVersions"] = "preReleaseVersions"
    attributes: PreReleaseVersionAttributes | None = None


class PreReleaseVersionResponse(PagedDocument, frozen=True, kw_only=True):
    """One release train."""

    data: PreReleaseVersion


class SignatureInsight(StrictPart, frozen=True, kw_only=True):
    """Apple's trend of a signature (``DiagnosticInsight``)."""

    insight_type: str | None = None
    """``TREND``."""
    direction: str | None = None
    """``UP`` is worse than earlier versions, ``DOWN`` better, ``UNDEFINED`` neither."""
    reference_versions: list[ReferencePoint | str] | ReferencePoint | str | None = None


class SignatureAttributes(StrictPart, frozen=True, kw_only=True):
    """Attributes of a diagnostic signature."""

    diagnostic_type: str | None = None
    """``DISK_WRITES``, ``HANGS``, ``LAUNCHES``."""
    signature: str | None = None
    weight: float | None = None
    """Share of all diagnostics of its type, 0 to 1."""
    insight: SignatureInsight | None = None


class DiagnosticSignature(TolerantPart, frozen=True, kw_only=True):
    """A signature; `id` is opaque hexadecimal text."""

    id: str
    type: Literal["diagnosticSignatures"] = "diagnosticSignatures"
    attributes: SignatureAttributes | None = None


class SignaturesResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of the diagnostic signatures of a build, heaviest first."""

    data: list[DiagnosticSignature]


# --- errors ------------------------------------------------------------------------------------------------


class ErrorSource(TolerantPart, frozen=True, kw_only=True):
    """Where in the request the mistake is."""

    parameter: str | None = None
    pointer: str | None = None


class ResponseError(TolerantPart, frozen=True, kw_only=True):
    """One error. Its status may differ from the one of the answer."""

    id: str | None = None
    """Apple's support asks for it."""
    status: int | str | None = None
    code: str | None = None
    """Dotted and growing to the right: compare prefixes."""
    title: str | None = None
    detail: str | None = None
    source: ErrorSource | None = None


class ErrorResponse(TolerantPart, frozen=True, kw_only=True):
    """Body of an answer that is not a success."""

    errors: list[ResponseError]


# --- reading -----------------------------------------------------------------------------------------------


def read(body: str, type: type[T], *, what: str) -> tuple[T, tuple[str, ...]]:  # noqa: A002 - reads best so
    """Decode a body.

    Args:
        body: The text as Apple sent it.
        type: One of the bodies above.
        what: What the body is, for sentences: ``the metrics of app 123``.

    Returns:
        The value, and one sentence for every field that this version does not know.

    Raises:
        NestedTooDeep: It is nested some hundred levels deep.
        MalformedAnswer: It is not a body of this type.
    """
    try:
        return _decode(body, type), ()
    except msgspec.ValidationError:
        return _read_tolerantly(body, type, what)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise malformed(body, type, what, str(error)) from error
    except RecursionError as error:
        raise _too_deep(what) from error


def malformed(body: str, struct: type[Struct], what: str, reason: str) -> MalformedAnswer:
    """The error for a body that can't be read, with the cause its looks suggest.

    Args:
        body: The text as Apple sent it.
        struct: What it should have been.
        what: What the body is, for sentences.
        reason: What the decoder said.
    """
    kind = kind_of(body)
    if kind in _kinds(struct):
        cause = "Apple has changed this answer, or something between Apple and here has changed it"
        remedy = (
            "save the answer with gate fetch and look at this place; a newer version of the gate may know it"
        )
    else:
        cause, remedy = _advice(kind)
    return MalformedAnswer(f"{_sentence(what)} can't be read: {_place(reason)}", cause=cause, remedy=remedy)


def _kinds(struct: type[Struct]) -> tuple[BodyKind, ...]:
    """What a body of a type may look like."""
    return _KINDS.get(struct, (BodyKind.RESOURCES,))


_KINDS: dict[type[Struct], tuple[BodyKind, ...]] = {
    XcodeMetrics: (BodyKind.METRICS, BodyKind.PRODUCTS),
    XcodeOverview: (BodyKind.OVERVIEW,),
    DiagnosticLogs: (BodyKind.LOGS, BodyKind.PRODUCTS),
    SignaturesResponse: (BodyKind.SIGNATURES, BodyKind.RESOURCES),
    ErrorResponse: (BodyKind.ERRORS,),
}


_AGAIN = "run the gate again; if it happens every time, check what stands between this machine and Apple"
_ADVICE: dict[BodyKind, tuple[str, str]] = {
    BodyKind.HTML: ("a gateway or proxy on the way has answered with a web page", _AGAIN),
    BodyKind.EMPTY: ("the connection was closed before the body came", _AGAIN),
    BodyKind.TRUNCATED: ("the connection broke off in the middle of the body", _AGAIN),
    BodyKind.NOT_JSON: (
        "something on the way has answered in Apple's place, or has damaged the body",
        _AGAIN,
    ),
    BodyKind.TOO_DEEP: (
        "the body is damaged, or Apple has changed this answer",
        "save the answer with gate fetch and look at this place",
    ),
    BodyKind.ORGANIZER: (
        "this is the file that Xcode's Organizer keeps on disk, a different format in the same words",
        "fetch the metrics from App Store Connect with gate fetch",
    ),
}
"""Likely cause and remedy when a body is something else than it should be."""


def _advice(kind: BodyKind) -> tuple[str, str]:
    return _ADVICE.get(kind) or (
        f"this is {kind.value}, as if another call had been made",
        "check which call the body was saved from; gate fetch saves all of them in one file",
    )


def _sentence(what: str) -> str:
    """A noun at the start of a sentence."""
    return what[:1].upper() + what[1:]


def _place(reason: str) -> str:
    """A reason of the decoder as half a sentence, with its path at the end."""
    message, _, path = reason.partition(" - at ")
    head = message[:1].lower() + message[1:]
    return f"{head} at {path}" if path else head


def _too_deep(what: str) -> NestedTooDeep:
    return NestedTooDeep(
        f"{_sentence(what)} can't be read: nested too deeply",
        cause="only call stack trees are ever nested deeply; this is another body, or a damaged one",
        remedy="save the answer with gate fetch and look at it",
    )


@cache
def _decoder(struct: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(struct)


def _decode(body: str, struct: type[T]) -> T:
    value: T = _decoder(struct).decode(body)
    return value


def _read_tolerantly(body: str, struct: type[T], what: str) -> tuple[T, tuple[str, ...]]:
    """Decode without regard to unknown fields, then look for their names.

    Telling the names needs the body a second time, as generic JSON. That costs several times as much as
    typed decoding, so it only happens when typed decoding has found the first of them.
    """
    try:
        value = _decode(body, tolerant(struct))
        paths = unknown_fields(msgspec.json.decode(body), struct)
    except msgspec.DecodeError as error:  # a field that is not known may hold what is no JSON text
        raise malformed(body, struct, what, str(error)) from error
    except RecursionError as error:
        raise _too_deep(what) from error
    kind = kind_of(body)
    if kind is BodyKind.TOO_DEEP:
        raise _too_deep(what)
    if kind not in _kinds(struct):  # two bodies may share all keys that are compulsory
        raise malformed(body, struct, what, f"unknown field `{paths[0]}`")
    return value, unknown_sentences(paths, what)


def unknown_sentences(paths: Sequence[str], what: str) -> tuple[str, ...]:
    """One sentence for each path, at most `MAX_UNKNOWN_FIELDS`, and one for the rest."""
    named = [f"Field {path} of {what} is not known." for path in paths[:MAX_UNKNOWN_FIELDS]]
    more = len(paths) - len(named)
    return (*named, f"{more} more fields of {what} are not known.") if more else tuple(named)
