"""The performance overview of an app (``xcodeOverview``), which came with API 4.5."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from gate.appstore.wire.base import ReferencePoint, StrictPart
from gate.appstore.wire.metrics import WireDataset, WireInsights, WireUnit
from gate.snapshot.kind import BodyKind


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

    looks: ClassVar[Sequence[Enum]] = (BodyKind.OVERVIEW,)

    categories: list[OverviewCategory]
    """Empty when there is no data."""
    version: str | None = None
    telemetry_identifier: str | None = None
    app_metadata: AppMetadata | None = None
    insights: WireInsights | None = None
    signatures: TopSignatures | None = None
