"""The calls of the App Store Connect API that the sandbox knows, each with its parameters and its answer.

Only what the scenarios can fill is here. A filter that Apple has and the sandbox does not is refused like one
that nobody has: an ignored filter would be a wrong answer.
"""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from gate.model.catalogue import CATEGORIES, DIAGNOSTIC_TYPES, PLATFORMS
from gate.sandbox import diagnostics, metrics, overview, pages
from gate.sandbox.answer import JSON, JsonObject, not_found, nothing_related
from gate.sandbox.data import CallName, ScenarioApp
from gate.sandbox.query import ANY, Query
from gate.sandbox.resources import Catalogue, SandboxResource
from gate.sandbox.world import World, without_data

METRICS = "application/vnd.apple.xcode-metrics+json"
OVERVIEW = "application/vnd.apple.xcode-overview+json"
LOGS = "application/vnd.apple.diagnostic-logs+json"


class Context(Struct, frozen=True, kw_only=True):
    """What an answer is made of."""

    world: World
    catalogue: Catalogue
    base: str
    """Scheme, host and port."""
    path: str
    identity: str
    """The id in the path; empty when there is none."""
    query: Query

    def resource(self, kind: str) -> SandboxResource:
        """Find the resource that the path names.

        Raises:
            SandboxRefusal: 404, there is none.
        """
        found = self.catalogue.get(kind, self.identity)
        # The id is part of a known path, so this is NOT_FOUND and not PATH_ERROR.
        if found is None:
            raise not_found(kind, self.identity)
        return found


class SandboxCall(Struct, frozen=True, kw_only=True):
    """One call: its path, what it serves, what it takes, how it answers."""

    name: CallName
    path: re.Pattern[str]
    media_type: str
    parameters: Mapping[str, frozenset[str]]
    """Each with the values it takes, or `ANY`."""
    answer: Callable[[Context], JsonObject]


_PLATFORMS = frozenset(filter(None, PLATFORMS.values()))
_CATEGORIES = frozenset(CATEGORIES)
_PROCESSING = frozenset({"PROCESSING", "FAILED", "INVALID", "VALID"})
_VERSION_STATES = frozenset(
    {
        "ACCEPTED",
        "DEVELOPER_REJECTED",
        "IN_REVIEW",
        "INVALID_BINARY",
        "METADATA_REJECTED",
        "PENDING_APPLE_RELEASE",
        "PENDING_DEVELOPER_RELEASE",
        "PREPARE_FOR_SUBMISSION",
        "PROCESSING_FOR_DISTRIBUTION",
        "READY_FOR_DISTRIBUTION",
        "READY_FOR_REVIEW",
        "REJECTED",
        "REPLACED_WITH_NEW_VERSION",
        "WAITING_FOR_EXPORT_COMPLIANCE",
        "WAITING_FOR_REVIEW",
    }
)
_FIELDS = {
    "apps": "name bundleId sku primaryLocale appStoreVersions perfPowerMetrics",
    "appStoreVersions": "platform versionString appStoreState appVersionState copyright releaseType"
    " earliestReleaseDate downloadable createdDate build",
    "builds": "version uploadedDate expirationDate expired minOsVersion lsMinimumSystemVersion"
    " computedMinMacOsVersion computedMinVisionOsVersion processingState buildAudienceType"
    " usesNonExemptEncryption preReleaseVersion app appStoreVersion perfPowerMetrics diagnosticSignatures",
    "preReleaseVersions": "version platform builds app",
    "diagnosticSignatures": "diagnosticType signature weight insight logs",
}
"""The fields that sparse fieldsets may name, by resource type."""

_PAGED = {"limit": ANY, "cursor": ANY}
_METRIC_FILTERS = {
    "filter[platform]": frozenset({"IOS"}),
    "filter[metricType]": _CATEGORIES,
    "filter[deviceType]": ANY,
}
_BUILD_FILTERS = {
    "filter[app]": ANY,
    "filter[id]": ANY,
    "filter[version]": ANY,
    "filter[expired]": frozenset({"true", "false"}),
    "filter[processingState]": _PROCESSING,
    "filter[buildAudienceType]": frozenset({"INTERNAL_ONLY", "APP_STORE_ELIGIBLE"}),
    "filter[preReleaseVersion]": ANY,
    "filter[preReleaseVersion.version]": ANY,
    "filter[preReleaseVersion.platform]": _PLATFORMS,
    "filter[appStoreVersion]": ANY,
}
_TRAIN_FILTERS = {
    "filter[app]": ANY,
    "filter[version]": ANY,
    "filter[platform]": _PLATFORMS,
    "filter[builds]": ANY,
    "filter[builds.version]": ANY,
    "filter[builds.processingState]": _PROCESSING,
}
_STORE_VERSION_FILTERS = {
    "filter[id]": ANY,
    "filter[platform]": _PLATFORMS,
    "filter[versionString]": ANY,
    "filter[appVersionState]": _VERSION_STATES,
}
_APP_FILTERS = {"filter[bundleId]": ANY, "filter[id]": ANY, "filter[name]": ANY, "filter[sku]": ANY}


def _fields(*kinds: str) -> dict[str, frozenset[str]]:
    return {f"fields[{kind}]": frozenset(_FIELDS[kind].split()) for kind in kinds}


def _include(*names: str) -> dict[str, frozenset[str]]:
    return {"include": frozenset(names)}


def _sort(*names: str) -> dict[str, frozenset[str]]:
    return {"sort": frozenset(names) | {f"-{name}" for name in names}}


def _document(context: Context, resource: SandboxResource) -> JsonObject:
    query = context.query
    body = resource.body(context.base, query.fields(resource.kind), query.get("include"))
    more = pages.included(context.catalogue, [resource], query, context.base)
    return {"data": body, "links": {"self": context.base + context.path}} | more


def _collection(context: Context, resources: list[SandboxResource]) -> JsonObject:
    query = context.query
    found = pages.filtered(context.catalogue, resources, query)
    shown, rest = pages.page(found, query, context.base + context.path, context.world.scenario.page_size)
    data = [entry.body(context.base, query.fields(entry.kind), query.get("include")) for entry in shown]
    return {"data": data} | rest | pages.included(context.catalogue, shown, query, context.base)


def _all(kind: str) -> Callable[[Context], JsonObject]:
    return lambda context: _collection(context, context.catalogue.of_kind(kind))


def _one(kind: str) -> Callable[[Context], JsonObject]:
    return lambda context: _document(context, context.resource(kind))


def _related(kind: str, name: str) -> Callable[[Context], JsonObject]:
    def answer(context: Context) -> JsonObject:
        resource = context.resource(kind)
        others = context.catalogue.related(resource, name)
        if resource.relations[name].many:
            return _collection(context, others)
        # A to-one relationship without a resource is a 404 of its own on the wire.
        if not others:
            raise nothing_related(name)
        return _document(context, others[0])

    return answer


def _app_metrics(context: Context) -> JsonObject:
    return metrics.of_app(_world_of_app(context), context.query)


def _world_of_app(context: Context) -> World:
    """Choose the scenario's world, or that of the staging relative, which has no data."""
    app = context.resource("apps")
    if app.id == context.world.scenario.app.id:
        return context.world
    relative = ScenarioApp(id=app.id, bundle_id=app.attributes["bundleId"], name=app.attributes["name"])
    return without_data(context.world, relative)


def _build_metrics(context: Context) -> JsonObject:
    version = context.catalogue.sold_as(context.resource("builds").id)
    return metrics.of_build(context.world, context.query, version.version if version else "")


def _overview(context: Context) -> JsonObject:
    return overview.body(_world_of_app(context), context.query)


def _signatures(context: Context) -> JsonObject:
    """List the signatures of a build; one that was never sold has none, and says so with an empty list."""
    world, query = context.world, context.query
    version = context.catalogue.sold_as(context.resource("builds").id)
    present = diagnostics.resources(world, version) if version else []
    found = [
        entry
        for entry in present
        if query.admits("filter[diagnosticType]", entry.attributes["diagnosticType"])
    ]
    shown, rest = pages.page(found, query, context.base + context.path, world.scenario.page_size)
    fields = query.fields("diagnosticSignatures")
    return {"data": [resource.body(context.base, fields) for resource in shown]} | rest


def _logs(context: Context) -> JsonObject:
    if context.identity not in diagnostics.by_id(context.world.scenario):
        raise not_found("diagnosticSignatures", context.identity)
    return diagnostics.logs(context.world, context.identity, context.query.limit)


def _call(
    name: CallName,
    template: str,
    answer: Callable[[Context], JsonObject],
    *parameters: Mapping[str, frozenset[str]],
    media_type: str = JSON,
) -> SandboxCall:
    merged = {key: value for group in parameters for key, value in group.items()}
    # An id is one segment of the path, percent-encoded where it has to be.
    pattern = re.compile(template.replace("{id}", "(?P<id>[^/]+)"))
    return SandboxCall(name=name, path=pattern, media_type=media_type, parameters=merged, answer=answer)


CALLS: tuple[SandboxCall, ...] = (
    _call(
        "apps",
        "/v1/apps",
        _all("apps"),
        _APP_FILTERS,
        _fields("apps"),
        _sort("name", "bundleId", "sku"),
        _PAGED,
    ),
    _call("app", "/v1/apps/{id}", _one("apps"), _fields("apps")),
    _call(
        "app_versions",
        "/v1/apps/{id}/appStoreVersions",
        _related("apps", "appStoreVersions"),
        _STORE_VERSION_FILTERS,
        _fields("appStoreVersions", "builds"),
        _include("build"),
        _PAGED,
    ),
    _call(
        "version_build",
        "/v1/appStoreVersions/{id}/build",
        _related("appStoreVersions", "build"),
        _fields("builds"),
    ),
    _call(
        "builds",
        "/v1/builds",
        _all("builds"),
        _BUILD_FILTERS,
        _fields("builds", "preReleaseVersions", "apps", "appStoreVersions"),
        _include("preReleaseVersion", "app", "appStoreVersion"),
        _sort("version", "uploadedDate"),
        _PAGED,
    ),
    _call(
        "build",
        "/v1/builds/{id}",
        _one("builds"),
        _fields("builds", "preReleaseVersions", "apps", "appStoreVersions"),
        _include("preReleaseVersion", "app", "appStoreVersion"),
    ),
    _call(
        "build_train",
        "/v1/builds/{id}/preReleaseVersion",
        _related("builds", "preReleaseVersion"),
        _fields("preReleaseVersions"),
    ),
    _call(
        "build_version",
        "/v1/builds/{id}/appStoreVersion",
        _related("builds", "appStoreVersion"),
        _fields("appStoreVersions", "builds"),
        _include("build"),
    ),
    _call(
        "trains",
        "/v1/preReleaseVersions",
        _all("preReleaseVersions"),
        _TRAIN_FILTERS,
        _fields("preReleaseVersions", "apps", "builds"),
        _include("app", "builds"),
        _sort("version"),
        _PAGED,
    ),
    _call(
        "train_builds",
        "/v1/preReleaseVersions/{id}/builds",
        _related("preReleaseVersions", "builds"),
        _fields("builds"),
        _PAGED,
    ),
    _call("app_metrics", "/v1/apps/{id}/perfPowerMetrics", _app_metrics, _METRIC_FILTERS, media_type=METRICS),
    _call(
        "build_metrics",
        "/v1/builds/{id}/perfPowerMetrics",
        _build_metrics,
        _METRIC_FILTERS,
        media_type=METRICS,
    ),
    _call(
        "overview",
        "/v1/apps/{id}/performanceOverviews",
        _overview,
        {"filter[deviceType]": ANY},
        media_type=OVERVIEW,
    ),
    _call(
        "signatures",
        "/v1/builds/{id}/diagnosticSignatures",
        _signatures,
        {"filter[diagnosticType]": frozenset(DIAGNOSTIC_TYPES)},
        _fields("diagnosticSignatures"),
        _PAGED,
    ),
    _call("logs", "/v1/diagnosticSignatures/{id}/logs", _logs, {"limit": ANY}, media_type=LOGS),
)
