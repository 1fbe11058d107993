"""A scenario resolved once: series to points, groups to hardware models."""

from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from importlib import resources

import yaml
from msgspec import Struct
from msgspec.structs import replace

from gate.sandbox.data import (
    Expansion,
    Scenario,
    ScenarioApp,
    ScenarioInsights,
    ScenarioMetric,
    slice_of,
    value_and_margin,
)


class SimulatedPoint(Struct, frozen=True, kw_only=True):
    """One measured value."""

    version: str
    value: float
    margin: float | None
    """Half-width; None when the data is best."""


class SimulatedDataset(Struct, frozen=True, kw_only=True):
    """One series of a metric, in the wire's words."""

    device: str
    percentile: str
    points: tuple[SimulatedPoint, ...]
    recommended: float | None


@cache
def _marketing_names() -> dict[str, str]:
    names: dict[str, str] = yaml.safe_load((resources.files(__package__) / "devices.yml").read_text("utf-8"))
    return names


def marketing_name(device: str) -> str:
    """Name a device as people do; the device itself when nothing is known of it."""
    return _marketing_names().get(device, device)


class World(Struct, frozen=True, kw_only=True):
    """A scenario and the numbers in it."""

    scenario: Scenario
    datasets: dict[tuple[str, str], tuple[SimulatedDataset, ...]]
    """By `Metric.key`."""

    def dataset(self, metric: str, name: str) -> SimulatedDataset:
        """Find the series of an iOS metric that a scenario names, such as ``all_iphones p50``."""
        wanted = slice_of(name)
        found = (
            entry for entry in self.datasets["iOS", metric] if (entry.device, entry.percentile) == wanted
        )
        return next(found)


def resolve(scenario: Scenario) -> World:
    """Work out all numbers of a scenario."""
    return World(
        scenario=scenario, datasets={metric.key: _datasets(scenario, metric) for metric in scenario.metrics}
    )


def without_data(world: World, app: ScenarioApp) -> World:
    """Make the same account's world for an app of which nothing was measured."""
    scenario = replace(world.scenario, app=app, metrics=(), insights=ScenarioInsights(), signatures=())
    return World(scenario=scenario, datasets={})


def _datasets(scenario: Scenario, metric: ScenarioMetric) -> tuple[SimulatedDataset, ...]:
    """Make all series of a metric: those in the file, in its order, and those that expansions make of them."""
    own = tuple(_dataset(scenario, metric, name) for name in metric.series)
    made = [
        _of_model(dataset, expansion, model, metric.metric)
        for expansion in scenario.expand
        if fnmatchcase(metric.metric, expansion.metrics)
        for model in expansion.models
        for dataset in own
        if dataset.device == expansion.of
    ]
    return (*own, *made)


def _dataset(scenario: Scenario, metric: ScenarioMetric, name: str) -> SimulatedDataset:
    device, percentile = slice_of(name)
    points = []
    for version, entry in zip(scenario.versions, metric.series[name], strict=True):
        value, margin = value_and_margin(entry)
        if value is not None:
            points.append(SimulatedPoint(version=version.version, value=value, margin=margin))
    return SimulatedDataset(
        device=device, percentile=percentile, points=tuple(points), recommended=metric.recommended.get(name)
    )


def _of_model(group: SimulatedDataset, expansion: Expansion, model: str, metric: str) -> SimulatedDataset:
    factor = expansion.models[model]
    points = []
    for point in group.points:
        draw = _draw(f"{metric} {model} {group.percentile} {point.version}")
        # The group's number, times how the model differs from it, times a little of its own.
        value = _rounded(point.value * factor * (1 + expansion.jitter * draw))
        margin = _rounded(value * expansion.margin) if expansion.margin else None
        points.append(SimulatedPoint(version=point.version, value=value, margin=margin))
    goal = None if group.recommended is None else _rounded(group.recommended * factor)
    return SimulatedDataset(device=model, percentile=group.percentile, points=tuple(points), recommended=goal)


def _draw(name: str) -> float:
    """Draw a number from -1 to 1 that depends on nothing but the name."""
    # Not `random`: a scenario is the same on every machine, in every order and in every version of Python.
    return int(sha256(name.encode()).hexdigest()[:8], 16) / 0x7FFFFFFF - 1


def _rounded(value: float) -> float:
    """Round to four significant digits, about as many as the wire has."""
    return float(f"{value:.4g}")


def plain(value: float) -> float | int:
    """Write a number as the wire does: without decimals when it is whole."""
    return int(value) if value == int(value) else value
