"""Checks that the parts of a scenario fit together."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from gate.sandbox import stacks
from gate.sandbox.data import (
    Expansion,
    Insight,
    Scenario,
    ScenarioMetric,
    ScenarioSignature,
    ScenarioVersion,
    slice_of,
    value_and_margin,
)


def problems(scenario: Scenario) -> Iterator[str]:
    """Find what a schema can't: names that must exist, and lists that must be of one length."""
    versions = [version.version for version in scenario.versions]
    yield from _duplicates(scenario)
    for metric in scenario.metrics:
        yield from _metric_problems(metric, len(versions))
    series = {metric.metric: metric.series for metric in scenario.metrics if metric.platform == "iOS"}
    for insight in (*scenario.insights.regressions, *scenario.insights.trending_up):
        yield from _insight_problems(insight, series.get(insight.metric, {}), scenario.versions)
    for signature in scenario.signatures:
        yield from _signature_problems(signature, versions)
    for expansion in scenario.expand:
        if not any(_expands(expansion, metric) for metric in scenario.metrics):
            yield f"an expansion of {expansion.of} in {expansion.metrics} finds no series"


def _duplicates(scenario: Scenario) -> Iterator[str]:
    """Find names that stand for two things."""
    versions = (*scenario.versions, *scenario.upcoming)
    names = {
        "version": [version.version for version in versions],
        "build": [build for version in versions for build in (*version.test_builds, version.build)],
        "metric": [" ".join(metric.key) for metric in scenario.metrics],
        "signature": [f"{entry.type} {entry.signature}" for entry in scenario.signatures],
    }
    for kind, given in names.items():
        yield from (f"the {kind} {name} is given twice" for name in set(given) if given.count(name) > 1)


def _expands(expansion: Expansion, metric: ScenarioMetric) -> bool:
    devices = {name.rpartition(" ")[0] for name in metric.series}
    return fnmatchcase(metric.metric, expansion.metrics) and expansion.of in devices


def _metric_problems(metric: ScenarioMetric, count: int) -> Iterator[str]:
    if not metric.category or not metric.identifier:
        yield f"{metric.metric!r} is not a CATEGORY/metric"
    for name, points in metric.series.items():
        if len(points) != count:
            yield f"{metric.metric} of {name} has {len(points)} entries for {count} versions"
        yield from (f"{metric.metric} of {name}: {text}" for text in _point_problems(name, points))
    for name in metric.recommended.keys() - metric.series.keys():
        yield f"{metric.metric} recommends a goal for {name}, which has no series"


def _point_problems(name: str, points: tuple[float | str | None, ...]) -> Iterator[str]:
    try:
        slice_of(name)
        for point in points:
            value_and_margin(point)
    except ValueError as error:
        yield str(error)


def _insight_problems(
    insight: Insight,
    series: Mapping[str, tuple[float | str | None, ...]],
    versions: tuple[ScenarioVersion, ...],
) -> Iterator[str]:
    """Find insights without their two numbers: they compare one with the other."""
    references = insight.averaged(versions)
    names = [version.version for version in versions]
    yield from (
        f"an insight refers to {name}, which is no version" for name in references if name not in names
    )
    for population in insight.populations:
        points = dict(zip(names, series.get(population, ()), strict=False))
        # Apple judges the newest version against the mean of those before it.
        if points.get(names[-1]) is None or all(points.get(name) is None for name in references):
            yield f"an insight on {insight.metric} of {population} has nothing to compare"


def _signature_problems(signature: ScenarioSignature, versions: list[str]) -> Iterator[str]:
    for name in signature.weight.keys() - set(versions):
        yield f"{signature.signature!r} has a weight in version {name}, which is not there"
    for name in signature.trend.keys() - signature.weight.keys():
        yield f"{signature.signature!r} has a trend but no weight in version {name}"
    try:
        for stack in signature.stacks:
            stacks.parse(stack)
    except ValueError as error:
        yield f"{signature.signature!r}: {error}"
