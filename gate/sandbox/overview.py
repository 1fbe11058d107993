"""The body of the performance overview: the same numbers once more, and the newest version's top signatures."""

from gate.sandbox import insights, metrics, stacks
from gate.sandbox.answer import JsonObject
from gate.sandbox.data import ScenarioMetric, ScenarioSignature
from gate.sandbox.diagnostics import earlier_weights, of_version, signature_id
from gate.sandbox.query import Query
from gate.sandbox.world import World

_LISTS = {"HANGS": "topHangPoint", "LAUNCHES": "topLaunchPoint", "DISK_WRITES": "topDiskWritePoint"}


def body(world: World, query: Query) -> JsonObject:
    """Make the body of ``/v1/apps/{id}/performanceOverviews``; an app without data has no latest version in it."""
    app = world.scenario.app
    metadata = {"appId": app.id, "bundleId": app.bundle_id, "platform": "iOS"}
    # An app without data was seen to have no latest version, and lists that are empty.
    if world.scenario.metrics:
        metadata["latestVersion"] = world.scenario.versions[-1].version
    return {
        "version": "4.0.0",
        "telemetryIdentifier": f"telemetry-{app.id}",
        "appMetadata": metadata,
        "insights": insights.body(world, query),
        "categories": _categories(world, query),
        "signatures": _top_signatures(world),
    }


def _categories(world: World, query: Query) -> list[JsonObject]:
    found: dict[str, list[JsonObject]] = {}
    for order, metric in enumerate(world.scenario.metrics):
        if metric.platform == "iOS":
            found.setdefault(metric.category, []).append(_section(world, metric, query, order))
    return [
        {"identifier": name, "displayName": name.capitalize(), "sections": sections}
        for name, sections in found.items()
    ]


def _section(world: World, metric: ScenarioMetric, query: Query, order: int) -> JsonObject:
    """Write one metric. Points of an overview have no band."""
    section: JsonObject = {
        "identifier": metric.identifier,
        "displayName": insights.title(metric.identifier),
        "sortOrder": order,
        "datasets": [
            metrics.dataset_body(dataset, [metrics.point_body(metric, point) for point in points])
            for dataset, points in metrics.chosen(world, metric, query, None)
        ],
    }
    if metric.unit:
        section["unit"] = metrics.unit_body(metric.unit)
    if metric.relevance is not None:
        section["relevanceScore"] = metric.relevance
    return section


def _top_signatures(world: World) -> JsonObject:
    heaviest_first = of_version(world.scenario, world.scenario.versions[-1].version)
    return {
        name: [_top_signature(world, entry) for entry in heaviest_first if entry.type == kind]
        for kind, name in _LISTS.items()
    }


def _top_signature(world: World, signature: ScenarioSignature) -> JsonObject:
    """Write a signature as overviews have it: its line number is an integer."""
    newest = world.scenario.versions[-1]
    result: JsonObject = {
        "signatureId": signature_id(signature, newest.build),
        "signature": signature.signature,
        "weight": signature.weight[newest.version],
        "trendInfo": signature.trend.get(newest.version, "UNDEFINED"),
        "metricsSummary": {"referenceVersions": earlier_weights(world, signature, newest.version)},
    }
    if signature.count is not None:
        result["count"] = signature.count
    source = next(filter(None, (stacks.blamed(stacks.parse(text)) for text in signature.stacks)), None)
    if source is not None:
        result |= {"sourceFile": source.file, "lineNumber": int(source.line)}
    return result
