"""Metrics of an app or a build (``xcodeMetrics``)."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from gate.appstore.wire.base import StrictLeaf, StrictPart
from gate.snapshot.kind import BodyKind


class WireUnit(StrictLeaf, frozen=True, kw_only=True):
    """Name of a unit, for programs and for people; there is no published list."""

    identifier: str | None = None
    display_name: str | None = None


class GoalKey(StrictLeaf, frozen=True, kw_only=True):
    """One of Apple's fixed bands of a metric, in the metric's unit; the outermost lacks its open end.

    Deprecated since API 4.4 in favour of `RecommendedGoal`.
    """

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
    """Apple's target for one slice, in the metric's unit (since API 4.0; of more metrics since 4.4)."""

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

    looks: ClassVar[Sequence[Enum]] = (BodyKind.METRICS, BodyKind.PRODUCTS)

    product_data: list[Product]
    """Empty when there is no data; an answer without the key is not an answer."""
    version: str | None = None
    insights: WireInsights | None = None
    """Absent from the answer of a build."""
