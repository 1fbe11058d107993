"""The bodies of the two metrics calls.

They are shaped as the wire is where it differs from Apple's schema: ``percentageBreakdown`` is a list, the
platform is spelled ``iOS``, and an error margin is absent where data is best.
"""

from collections.abc import Iterable

from gate.sandbox import insights
from gate.sandbox.answer import JsonObject
from gate.sandbox.data import ScenarioMetric
from gate.sandbox.query import Query
from gate.sandbox.world import SimulatedDataset, SimulatedPoint, World, marketing_name, plain


def of_app(world: World, query: Query) -> JsonObject:
    """Make the body of ``/v1/apps/{id}/perfPowerMetrics``: all versions, and Apple's insights."""
    return {
        "version": "1.0.0",
        "insights": insights.body(world, query),
        "productData": _products(world, query, None),
    }


def of_build(world: World, query: Query, version: str) -> JsonObject:
    """Make the body of ``/v1/builds/{id}/perfPowerMetrics``: one point per dataset, and no insights at all.

    Args:
        world: What was measured.
        query: The request's filters.
        version: The version that the build was sold as; empty for a build that only testers had.
    """
    return {"version": "1.0.0", "productData": _products(world, query, version)}


def chosen(
    world: World, metric: ScenarioMetric, query: Query, version: str | None
) -> list[tuple[SimulatedDataset, list[SimulatedPoint]]]:
    """Select the datasets that a request sees, with their points; of one version, those with a point for it."""
    found = []
    for dataset in world.datasets[metric.key]:
        points = [point for point in dataset.points if version in (None, point.version)]
        if query.admits("filter[deviceType]", dataset.device) and (points or version is None):
            found.append((dataset, points))
    return found


def dataset_body(dataset: SimulatedDataset, points: list[JsonObject]) -> JsonObject:
    """Write a dataset around points that are written already."""
    body: JsonObject = {
        "filterCriteria": {
            "percentile": dataset.percentile,
            "device": dataset.device,
            "deviceMarketingName": marketing_name(dataset.device),
        },
        "points": points,
    }
    if dataset.recommended is not None:
        detail = "Based on apps that are similar to this one."
        body["recommendedMetricGoal"] = {"value": plain(dataset.recommended), "detail": detail}
    return body


def point_body(metric: ScenarioMetric, point: SimulatedPoint) -> JsonObject:
    """Write a point without the band it falls in."""
    body: JsonObject = {"version": point.version, "value": plain(point.value)}
    if point.margin is not None:
        body["errorMargin"] = plain(point.margin)
    if metric.breakdown:
        body["percentageBreakdown"] = [
            {"value": plain(share), "subSystemLabel": label} for label, share in metric.breakdown.items()
        ]
    return body


def unit_body(unit: tuple[str, str]) -> JsonObject:
    """Write a unit: Apple's identifier and what it shows."""
    return {"identifier": unit[0], "displayName": unit[1]}


def _products(world: World, query: Query, version: str | None) -> list[JsonObject]:
    products = []
    for platform in dict.fromkeys(metric.platform for metric in world.scenario.metrics):
        metrics = [metric for metric in world.scenario.metrics if metric.platform == platform]
        categories = _categories(world, metrics, query, version)
        # The filter spells ``IOS`` what the body spells ``iOS``.
        if categories and query.admits("filter[platform]", platform.upper()):
            products.append({"platform": platform, "metricCategories": categories})
    return products


def _categories(
    world: World, metrics: Iterable[ScenarioMetric], query: Query, version: str | None
) -> list[JsonObject]:
    found: dict[str, list[JsonObject]] = {}
    for metric in metrics:
        if query.admits("filter[metricType]", metric.category):
            entries = chosen(world, metric, query, version)
            if entries:
                found.setdefault(metric.category, []).append(_metric(metric, entries))
    return [{"identifier": name, "metrics": entries} for name, entries in found.items()]


def _metric(
    metric: ScenarioMetric, entries: list[tuple[SimulatedDataset, list[SimulatedPoint]]]
) -> JsonObject:
    body: JsonObject = {
        "identifier": metric.identifier,
        "datasets": [
            dataset_body(dataset, [_banded(metric, point) for point in points]) for dataset, points in entries
        ],
    }
    # A unit may be absent on the wire, too.
    if metric.unit:
        body["unit"] = unit_body(metric.unit)
    if metric.goals:
        body["goalKeys"] = [_band(name, *bounds) for name, bounds in metric.goals.items()]
    return body


def _banded(metric: ScenarioMetric, point: SimulatedPoint) -> JsonObject:
    body = point_body(metric, point)
    for name, (lower, upper) in metric.goals.items():
        if (lower is None or lower <= point.value) and (upper is None or point.value < upper):
            body["goal"] = name
    return body


def _band(name: str, lower: int | None, upper: int | None) -> JsonObject:
    bounds = {"lowerBound": lower, "upperBound": upper}
    return {"goalKey": name, **{key: bound for key, bound in bounds.items() if bound is not None}}
