"""Metrics bodies to series: one per slice, column by column.

An answer for every device model holds some hundred thousand points, so points are handled a dataset at a time.
What can't be right is kept and marked (`Series.problem`): a judgement must say so instead of missing it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gate.appstore.wire.metrics import (
    FilterCriteria,
    GoalKey,
    WireDataset,
    WireMetric,
    WirePoint,
    XcodeMetrics,
)
from gate.appstore.wire.tolerance import SchemaDrift, printable
from gate.model.catalogue import CATEGORIES, GOAL_BANDS, PLATFORMS, unit_of
from gate.model.facts import GoalBand, Series, SliceKey
from gate.model.versions import same_version, version_key

T = TypeVar("T")

_Columns = tuple[tuple[str, ...], tuple[float, ...], tuple[float | None, ...]]
"""Versions, values and margins."""

_PERCENTILES = {"percentile.fifty": "p50", "p50": "p50", "percentile.ninety": "p90", "p90": "p90"}
_PLATFORMS = {
    spelling.casefold(): name for name, other in PLATFORMS.items() for spelling in (name, other) if spelling
}
"""Filters and resources spell ``MAC_OS``, answers ``macOS``; slices of both must meet."""


def read_series(bodies: Iterable[XcodeMetrics], drift: SchemaDrift) -> dict[SliceKey, Series]:
    """Read the series of one or more metrics bodies, in the order of the payload.

    Args:
        bodies: Answers for one app or for one build.
        drift: Takes what is not known.
    """
    found: dict[SliceKey, Series] = {}
    columns = _ColumnReader(drift)
    for metric in _metrics(bodies, drift):
        for dataset in metric.datasets:
            series = _series(metric, dataset, columns, drift)
            twin = found.get(series.key)
            found[series.key] = series if twin is None else _merged(twin, series)
    return found


def overlay(
    app: Mapping[SliceKey, Series], build: Mapping[SliceKey, Series], version: str
) -> dict[SliceKey, Series]:
    """Replace the app's points of the candidate version by one build's own.

    A slice in which the build has no point has no candidate point: that of the version may stem from another
    build.

    Args:
        app: Series of the app.
        build: Series of the build.
        version: Marketing version of the build.
    """
    keys = dict.fromkeys((*app, *build))
    columns = dict.fromkeys(series.versions for series in app.values())
    earlier = _earlier(columns, version)
    gaps = {column: _gap(column, version, earlier) for column in ((), *columns)}
    return {
        key: _overlaid(app.get(key), build.get(key) or Series(key=key, unit=""), version, gaps)
        for key in keys
    }


def percentile_of(spelling: str | None, drift: SchemaDrift) -> str:
    """Spell a percentile ``p50`` or ``p90``; another one keeps the wire's word."""
    if not spelling:
        return ""
    name = _PERCENTILES.get(spelling.casefold())
    if name is None:
        drift.add(f"Percentile {printable(spelling)} is not known.")
    return name or spelling


# --- one metric --------------------------------------------------------------------------------------------


class _MetricFacts(Struct):
    """What all slices of a metric on one platform share."""

    platform: str
    category: str
    metric: str
    unit: str
    name: str
    """Category and metric, for sentences."""
    bands: tuple[GoalBand, ...]
    datasets: Sequence[WireDataset]


def _metrics(bodies: Iterable[XcodeMetrics], drift: SchemaDrift) -> Iterator[_MetricFacts]:
    """Walk all metrics of all platforms."""
    for body in bodies:
        for product in body.product_data:
            platform = _platform(product.platform, drift)
            if product.metric_categories is None:
                drift.add(f"The metrics of platform {printable(platform) or '?'} hold no list of categories.")
            for category in product.metric_categories or ():
                name = _category(category.identifier, drift)
                if category.metrics is None:
                    drift.add(f"Category {printable(name) or '?'} holds no list of metrics.")
                for metric in category.metrics or ():
                    yield _metric(platform, name, metric, drift)


def _platform(spelling: str | None, drift: SchemaDrift) -> str:
    if not spelling:
        return ""
    name = _PLATFORMS.get(spelling.casefold())
    if name is None:
        drift.add(f"Platform {printable(spelling)} is not known.")
    return name or spelling


def _category(identifier: str | None, drift: SchemaDrift) -> str:
    if identifier and identifier not in CATEGORIES:
        drift.add(f"Metric category {printable(identifier)} is not known.")
    return identifier or ""


def _metric(platform: str, category: str, metric: WireMetric, drift: SchemaDrift) -> _MetricFacts:
    spellings = (metric.unit.identifier or "", metric.unit.display_name or "") if metric.unit else ()
    name = printable(f"{category or '?'}/{metric.identifier or '?'}")
    facts = _MetricFacts(
        platform=platform,
        category=category,
        metric=metric.identifier or "",
        unit=unit_of(category, *spellings),
        name=name,
        bands=_bands(metric.goal_keys or (), name, drift),
        datasets=metric.datasets or (),
    )
    if metric.datasets is None:
        drift.add(f"{name} holds no list of datasets.")
    _check_unit(facts, drift)
    _check_goals(facts, drift)
    return facts


def _check_unit(facts: _MetricFacts, drift: SchemaDrift) -> None:
    """Note a unit that is not one of its category; of an unknown category nothing can be said."""
    about = CATEGORIES.get(facts.category)
    if about is None or facts.unit in about.units:
        return
    if facts.unit:
        drift.add(f"Unit {printable(facts.unit)} of {facts.name} is not one of its category.")
    else:
        drift.add(f"{facts.name} has no unit.")


def _bands(goals: Sequence[GoalKey], name: str, drift: SchemaDrift) -> tuple[GoalBand, ...]:
    """Read Apple's bands of a metric; one that can't be used as a line is left out, and noted."""
    names = [goal.goal_key for goal in goals]
    bands = []
    for goal in goals:
        band = GoalBand(name=goal.goal_key or "", lower=goal.lower_bound, upper=goal.upper_bound)
        if not band.name or names.count(band.name) > 1 or _is_upside_down(band):
            drift.add(f"Goal band {printable(band.name) or '?'} of {name} makes no sense and is left out.")
            continue
        if band.name not in GOAL_BANDS:
            drift.add(f"Goal band {printable(band.name)} of {name} is not known.")
        bands.append(band)
    return tuple(bands)


def _is_upside_down(band: GoalBand) -> bool:
    return band.lower is not None and band.upper is not None and band.lower > band.upper


def _check_goals(facts: _MetricFacts, drift: SchemaDrift) -> None:
    """Note goals of points that are no bands of their metric; few metrics have any, so this is fast."""
    if not facts.bands:
        return
    _check_recommended(facts, drift)
    names = {point.goal for dataset in facts.datasets for point in dataset.points or ()}
    for name in sorted(filter(None, names - {band.name for band in facts.bands})):
        drift.add(f"Goal {printable(name)} of a point of {facts.name} is none of its bands.")


def _check_recommended(facts: _MetricFacts, drift: SchemaDrift) -> None:
    """Note a recommended goal that the metric's own bands do not call good, where Apple sends both forms."""
    good = next((band.upper for band in facts.bands if band.name == "good"), None)
    goals = [
        dataset.recommended_metric_goal.value
        for dataset in facts.datasets
        if dataset.recommended_metric_goal and dataset.recommended_metric_goal.value is not None
    ]
    if good is not None and goals and max(goals) > good:
        drift.add(
            f"Goals of {facts.name} disagree: Apple recommends up to {max(goals):g} {facts.unit}".rstrip()
            + f", and its band good ends at {good:g}; each rule uses the one that it names."
        )


# --- one slice ---------------------------------------------------------------------------------------------


def _series(
    metric: _MetricFacts, dataset: WireDataset, columns: "_ColumnReader", drift: SchemaDrift
) -> Series:
    criteria = dataset.filter_criteria or FilterCriteria()
    key = SliceKey(
        platform=metric.platform,
        category=metric.category,
        metric=metric.metric,
        device=criteria.device or "",
        percentile=percentile_of(criteria.percentile, drift),
    )
    if dataset.points is None:
        drift.add(f"{metric.name} has a dataset without a list of points.")
    points = dataset.points or ()
    versions, values, margins = columns.read(points, metric.name)
    return Series(
        key=key,
        unit=metric.unit,
        versions=versions,
        values=values,
        margins=margins,
        bands=metric.bands,
        recommended=_recommended(dataset, metric.name, drift),
        device_name=criteria.device_marketing_name or "",
        problem=_address_problem(key) or _points_problem(versions, values, margins),
        listed=columns.listed(points) if len(versions) < len(points) else (),
    )


def _recommended(dataset: WireDataset, name: str, drift: SchemaDrift) -> float | None:
    goal = dataset.recommended_metric_goal.value if dataset.recommended_metric_goal else None
    # A negative goal could be met by nothing.
    if goal is not None and goal < 0:
        drift.add(f"A recommended goal of {name} is negative and is left out.")
        return None
    return goal


def _address_problem(key: SliceKey) -> str:
    if key.platform and key.category and key.metric and key.device and key.percentile:
        return ""
    parts = ("platform", "category", "metric", "device", "percentile")
    missing = " and ".join(part for part in parts if not getattr(key, part))
    return f"Apple does not say which {missing} a slice is of"


def _points_problem(versions: Sequence[str], values: Sequence[float], margins: Sequence[float | None]) -> str:
    """Say why the points can't be trusted; empty when they can."""
    if values and min(values) < 0:
        at = next(index for index, value in enumerate(values) if value < 0)
        return f"Apple sent a negative value for version {printable(versions[at])}: {values[at]:g}"
    for version, margin in zip(versions, margins, strict=True):
        if margin is not None and margin < 0:
            return f"Apple sent a negative error margin for version {printable(version)}: {margin:g}"
    if "" in versions:
        return "Apple does not say which version a point is of"
    if len(set(versions)) < len(versions):
        twice = next(version for version in versions if versions.count(version) > 1)
        return f"Apple sent two different points for version {printable(twice)}"
    return ""


class _ColumnReader:
    """Points to columns. Nearly all slices have the same versions, so these are kept once."""

    def __init__(self, drift: SchemaDrift) -> None:
        self._drift = drift
        self._known: dict[tuple[str | None, ...], tuple[str, ...]] = {(): ()}
        self._spellings: dict[tuple[tuple[int, int, str], ...], str] = {}

    def read(self, points: Sequence[WirePoint], name: str) -> _Columns:
        """Split a dataset into columns, without points that say nothing or say the same again."""
        versions = tuple([point.version for point in points])
        values = tuple([point.value for point in points])
        margins = tuple([point.error_margin for point in points])
        plain = self._known.get(versions)
        # The usual case: the versions are known already, and no point needs a closer look.
        if plain is not None and None not in values:
            return plain, values, margins  # type: ignore[return-value]
        columns = self._tidy(points, name)
        if len(columns[0]) == len(versions) and len(set(versions)) == len(versions):
            self._known[versions] = columns[0]
        return columns

    def listed(self, points: Sequence[WirePoint]) -> tuple[str, ...]:
        """List all versions that points are about, with or without a value."""
        return tuple(dict.fromkeys(self._spelt(point.version) for point in points if point.version))

    def _spelt(self, version: str | None) -> str:
        """Choose the first spelling of a version: App Store Connect takes 1.2 and 1.2.0 for one."""
        return self._spellings.setdefault(version_key(version), version) if version else ""

    def _tidy(self, points: Sequence[WirePoint], name: str) -> _Columns:
        if any(point.value is None for point in points):
            self._drift.add(f"{name} has points without a value; they are left out.")
        rows = dict.fromkeys(
            (self._spelt(point.version), point.value, point.error_margin)
            for point in points
            if point.value is not None
        )
        return (
            tuple(version for version, _, _ in rows),
            tuple(value for _, value, _ in rows),
            tuple(margin for _, _, margin in rows),
        )


# --- two series of one slice -------------------------------------------------------------------------------


def _merged(one: Series, other: Series) -> Series:
    """Merge two series of a slice that an answer holds twice."""
    same = (one.versions, one.values, one.margins, one.unit, one.recommended) == (
        other.versions,
        other.values,
        other.margins,
        other.unit,
        other.recommended,
    )
    if same:
        return one
    return replace(one, problem=one.problem or "Apple sent this slice twice, with different contents")


class _Gap(Struct, frozen=True):
    """Where a version's points go in a column of versions."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    """Indexes of the points that stay."""


def _earlier(columns: Iterable[Sequence[str]], version: str) -> frozenset[str] | None:
    """Find the versions that the payload lists before one; None when it does not have that one."""
    for column in columns:
        for index, name in enumerate(column):
            if same_version(name, version):
                return frozenset(column[:index])
    return None


def _gap(column: Sequence[str], version: str, earlier: frozenset[str] | None) -> _Gap:
    """Find where a build's points belong: the order of a payload's points is the order of its versions."""
    kept = tuple(index for index, name in enumerate(column) if not same_version(name, version))
    if earlier is None:
        return _Gap(kept, ())
    place = 1 + max((place for place, index in enumerate(kept) if column[index] in earlier), default=-1)
    return _Gap(kept[:place], kept[place:])


def _overlaid(
    app: Series | None, build: Series, version: str, gaps: Mapping[tuple[str, ...], _Gap]
) -> Series:
    if app is None:
        app = replace(build, versions=(), values=(), margins=())
    gap = gaps[app.versions]
    return replace(
        app,
        versions=_spliced(app.versions, build.versions, gap),
        values=_spliced(app.values, build.values, gap),
        margins=_spliced(app.margins, build.margins, gap),
        problem=app.problem or build.problem or _overlay_problem(app, build, version),
    )


def _spliced(column: Sequence[T], points: Sequence[T], gap: _Gap) -> tuple[T, ...]:
    return (
        *[column[index] for index in gap.before],
        *points,
        *[column[index] for index in gap.after],
    )


def _overlay_problem(app: Series, build: Series, version: str) -> str:
    if not build.versions:
        return ""
    if app.unit != build.unit:
        return f"the build is measured in {_unit(build)}, but the app in {_unit(app)}"
    # A build has one version; points of another one would end up among the app's.
    strange = [name for name in build.versions if not same_version(name, version)]
    if strange:
        return f"the build's own metrics are of version {printable(strange[0])}, not of {printable(version)}"
    return ""


def _unit(series: Series) -> str:
    return printable(series.unit) or "no unit"
