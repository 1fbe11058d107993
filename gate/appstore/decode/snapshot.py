"""From a snapshot to facts: pure, and the same for a live run and for a saved file.

Metrics are compulsory: without them nothing can be judged, so what is wrong with them is an error. The overview
and the diagnostics only add to them: what is wrong there is said in the facts.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal

from gate.appstore.decode.bodies import body_of, owner_of
from gate.appstore.decode.releases import not_before
from gate.appstore.decode.series import overlay, percentile_of, read_series
from gate.appstore.decode.signatures import Logs, overview_signatures, read_all_logs, read_signatures
from gate.appstore.wire.metrics import InsightPopulation, MetricsInsight, WireInsights, XcodeMetrics
from gate.appstore.wire.overview import XcodeOverview
from gate.appstore.wire.read import read
from gate.appstore.wire.tolerance import SchemaDrift, printable
from gate.errors import AppStoreError, SnapshotError
from gate.model.facts import AppleInsight, BuildSignatures, Facts, Population, Series, SliceKey
from gate.snapshot.format import ON_SALE, Call, Exchange, Snapshot

InsightKind = Literal["regression", "trending_up"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def facts(snapshot: Snapshot, *, digest: str) -> Facts:
    """Read everything a snapshot says.

    Args:
        snapshot: What was fetched.
        digest: SHA-256 of the file, for the receipt.

    Raises:
        AppStoreError: A metrics answer is an error or can't be read.
        SnapshotError: The snapshot lacks the metrics, or does not fit together.
    """
    with _collector_paused():
        return _facts(snapshot, digest)


def _facts(snapshot: Snapshot, digest: str) -> Facts:
    subject, drift = snapshot.subject, SchemaDrift()
    bodies = _metrics(snapshot, "app_metrics", drift)
    series = read_series(bodies, drift)
    candidate = subject.version
    if subject.build_id:
        build = read_series(_metrics(snapshot, "build_metrics", drift), drift)
        candidate = candidate or _version_of_build(subject.build_id, build)
        series = overlay(series, build, candidate)
    overview = _overview(snapshot, drift)
    logs = read_all_logs(_exchanges(snapshot, "logs"), drift)
    return Facts(
        app=subject.bundle_id or subject.app_id,
        series=tuple(series.values()),
        insights=_insights(bodies, overview, drift),
        has_insights=_has_insights([*bodies, *filter(None, [overview])]),
        candidate_version=candidate,
        candidate_on_sale=subject.version_source == ON_SALE,
        candidate_not_before=not_before(_exchanges(snapshot, "app_versions"), candidate),
        build_id=subject.build_id,
        candidate_signatures=_signatures(snapshot, subject.signatures_build, candidate, logs, drift),
        baseline_signatures=_signatures(
            snapshot, subject.baseline_build, subject.baseline_version, logs, drift
        ),
        overview_signatures=overview_signatures(overview, drift) if overview else (),
        fetched_at=_fetched_at(snapshot),
        schema_drift=drift.sentences(),
        snapshot_digest=digest,
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic collector: hundreds of thousands of new values hold no cycle, but it would look for one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _exchanges(snapshot: Snapshot, call: Call) -> list[Exchange]:
    return [exchange for exchange in snapshot.exchanges if exchange.call == call]


# --- metrics -----------------------------------------------------------------------------------------------

_NOUNS: dict[Call, str] = {"app_metrics": "app", "build_metrics": "build"}


def _metrics(snapshot: Snapshot, call: Call, drift: SchemaDrift) -> list[XcodeMetrics]:
    """Read the metrics bodies of an app or a build; there is at least one.

    Raises:
        AppStoreError: One is an error or can't be read.
        SnapshotError: There is none.
    """
    exchanges = _exchanges(snapshot, call)
    if not exchanges:
        raise SnapshotError(
            f"The snapshot holds no metrics of the {_NOUNS[call]}",
            cause="it was edited, or its fetching was stopped",
            remedy="fetch it again",
        )
    bodies = []
    for exchange in exchanges:
        _check_owner(snapshot, call, owner_of(exchange))
        what = f"the metrics of {_NOUNS[call]} {printable(owner_of(exchange))}".rstrip()
        body, unknown = read(body_of(exchange), XcodeMetrics, what=what)
        drift.add(*unknown)
        bodies.append(body)
    return bodies


def _check_owner(snapshot: Snapshot, call: Call, owner: str) -> None:
    """Refuse metrics of another app or build than the snapshot's.

    Raises:
        SnapshotError: They are.
    """
    wanted = snapshot.subject.app_id if call == "app_metrics" else snapshot.subject.build_id
    if wanted and owner and owner != wanted:
        raise SnapshotError(
            f"The snapshot is of {_NOUNS[call]} {printable(wanted)}, but holds the metrics of {printable(owner)}",
            cause="it was edited, or put together from two snapshots",
            remedy="fetch it again",
        )


def _version_of_build(build_id: str, series: dict[SliceKey, Series]) -> str:
    """Find the version of a build, from its own metrics.

    Raises:
        SnapshotError: They do not tell. The newest version of the app could be another one, and its points
            would pass for the build's.
    """
    versions = {version for one in series.values() for version in one.versions}
    if len(versions) != 1:
        raise SnapshotError(
            f"The snapshot does not say of which version build {printable(build_id)} is",
            cause="it was edited, or the build was not looked up",
            remedy="fetch it again",
        )
    return versions.pop()


def _fetched_at(snapshot: Snapshot) -> float | None:
    """Find when the oldest metrics answer came; None when that is not known of all of them.

    A snapshot of the gate itself has a time of its own, which stands in for a missing one.
    """
    received = [
        exchange.received or snapshot.created for exchange in snapshot.exchanges if exchange.call in _NOUNS
    ]
    # The oldest, because a verdict is as old as the oldest number in it.
    return min(map(_seconds, received)) if all(received) else None


def _seconds(time: str) -> float:
    """Convert an ISO 8601 time, which is UTC unless it says otherwise, to epoch seconds."""
    try:
        parsed = datetime.fromisoformat(time)
        seconds = ((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)) - _EPOCH).total_seconds()
        datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError) as error:
        raise SnapshotError(
            f"The snapshot holds a time that is none: {printable(time)}",
            cause="it was edited by hand or by another tool",
            remedy="fetch it again",
        ) from error
    return seconds


# --- overview, insights and signatures ---------------------------------------------------------------------


def _overview(snapshot: Snapshot, drift: SchemaDrift) -> XcodeOverview | None:
    """Read the overview, if it was fetched and can be read; before API 4.5 there was none."""
    for exchange in _exchanges(snapshot, "overview"):
        try:
            overview, unknown = read(body_of(exchange), XcodeOverview, what="the performance overview")
        except AppStoreError as error:
            drift.add(f"The performance overview could not be had: {error.what}.")
            continue
        drift.add(*unknown)
        return overview
    return None


def _insights(
    bodies: Iterable[XcodeMetrics], overview: XcodeOverview | None, drift: SchemaDrift
) -> tuple[AppleInsight, ...]:
    """Read Apple's insights, each once."""
    # The metrics body says more about an insight, so the overview only adds what is not there.
    listed = [insight for body in bodies for insight in _both_kinds(body.insights, drift)]
    known = set(map(_subject_of, listed))
    added = _both_kinds(overview.insights, drift) if overview else ()
    return (*listed, *(insight for insight in added if _subject_of(insight) not in known))


def _has_insights(bodies: Iterable[XcodeMetrics | XcodeOverview]) -> bool:
    return any(body.insights is not None for body in bodies)


def _subject_of(insight: AppleInsight) -> tuple[str, ...]:
    return insight.kind, insight.category, insight.metric, insight.subsystem, insight.latest_version


def _both_kinds(insights: WireInsights | None, drift: SchemaDrift) -> Iterator[AppleInsight]:
    """Read all insights of a body; one of a build has none."""
    if insights is None:
        return
    for insight in insights.regressions or ():
        yield _insight("regression", insight, drift)
    for insight in insights.trending_up or ():
        yield _insight("trending_up", insight, drift)


def _insight(kind: InsightKind, insight: MetricsInsight, drift: SchemaDrift) -> AppleInsight:
    if not insight.metric_category or not insight.metric:
        drift.add("An insight of Apple's does not say which metric it is about.")
    return AppleInsight(
        kind=kind,
        category=insight.metric_category or "",
        metric=insight.metric or "",
        subsystem=insight.sub_system_label or "",
        latest_version=insight.latest_version or "",
        reference_versions=tuple(_versions(insight.reference_versions)),
        max_latest_value=insight.max_latest_version_value,
        high_impact=insight.high_impact,
        summary=insight.summary_string or "",
        populations=tuple(_population(population, drift) for population in insight.populations or ()),
    )


def _versions(listed: list[str] | str | None) -> Iterator[str]:
    """Split reference versions: a list on the wire, text in Apple's specification, perhaps several in one."""
    for text in listed if isinstance(listed, list) else (listed or "").split(","):
        if text.strip():
            yield text.strip()


def _population(population: InsightPopulation, drift: SchemaDrift) -> Population:
    return Population(
        device=population.device or "",
        percentile=percentile_of(population.percentile, drift),
        latest_value=population.latest_version_value,
        reference_average=population.reference_average_value,
        delta_percentage=population.delta_percentage,
    )


def _signatures(
    snapshot: Snapshot, build_id: str, version: str, logs: Logs, drift: SchemaDrift
) -> BuildSignatures | None:
    """Read the signatures of a build that the snapshot names; None when it names none."""
    if not build_id:
        return None
    exchanges = _exchanges(snapshot, "signatures")
    return read_signatures(exchanges, logs, build_id=build_id, version=version, drift=drift)
