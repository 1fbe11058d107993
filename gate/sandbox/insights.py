"""Apple's insights, computed from a scenario's series.

``referenceVersions`` is a list, as it is on the wire and in Apple's own example. Prose is in the manner of
Apple's; nothing in it is meant for parsing.
"""

import re
from collections.abc import Sequence

from gate.sandbox.answer import JsonObject
from gate.sandbox.data import Insight, slice_of
from gate.sandbox.query import Query
from gate.sandbox.world import World, marketing_name, plain

_PERCENTILES = {"percentile.fifty": "typical", "percentile.ninety": "top"}


def body(world: World, query: Query) -> JsonObject:
    """Make both lists of a metrics or overview body, for the metric types that the request sees."""
    insights = world.scenario.insights
    lists = {"trendingUp": insights.trending_up, "regressions": insights.regressions}
    return {
        kind: [
            _insight(world, insight)
            for insight in entries
            if query.admits("filter[metricType]", insight.metric.partition("/")[0])
        ]
        for kind, entries in lists.items()
    }


def title(identifier: str) -> str:
    """Spell a metric as people do: ``launchTime`` is Launch Time."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", identifier)
    return words[:1].upper() + words[1:]


def _insight(world: World, insight: Insight) -> JsonObject:
    references = insight.averaged(world.scenario.versions)
    populations = [_population(world, insight, name, references) for name in insight.populations]
    category, _, identifier = insight.metric.partition("/")
    result: JsonObject = {
        "metricCategory": category,
        "metric": identifier,
        "latestVersion": world.scenario.versions[-1].version,
        "referenceVersions": list(references),
        "maxLatestVersionValue": max(entry["latestVersionValue"] for entry in populations),
        "populations": populations,
        "summaryString": _summary(identifier, references, populations),
    }
    if insight.subsystem:
        result["subSystemLabel"] = insight.subsystem
    if insight.high_impact is not None:
        result["highImpact"] = insight.high_impact
    return result


def _population(world: World, insight: Insight, name: str, references: Sequence[str]) -> JsonObject:
    """Compare one slice; the reference is the plain mean, as in Apple's example."""
    device, percentile = slice_of(name)
    points = world.dataset(insight.metric, name).points
    before = [point.value for point in points if point.version in references]
    latest, mean = points[-1].value, sum(before) / len(before)
    # In whole percent, as Apple rounds: 997.8 against 907.48 gives 10.
    delta = round(100 * (latest / mean - 1))
    return {
        "device": device,
        "percentile": percentile,
        "latestVersionValue": plain(latest),
        "referenceAverageValue": plain(round(mean, 2)),
        "deltaPercentage": delta,
        "summaryString": f"Up {delta}% on {marketing_name(device)}",
    }


def _summary(identifier: str, references: Sequence[str], populations: Sequence[JsonObject]) -> str:
    who = " and ".join(dict.fromkeys(_percentile_name(entry["percentile"]) for entry in populations))
    where = " and ".join(dict.fromkeys(marketing_name(entry["device"]) for entry in populations))
    before = f"the average of the {len(references)} app versions before"
    return f"{title(identifier)} of {who} users is up on {where} against {before}."


def _percentile_name(percentile: str) -> str:
    return _PERCENTILES.get(percentile, percentile)
