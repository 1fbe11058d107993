"""Signature lists, their logs and the overview's top signatures, as facts.

Diagnostics explain a verdict, they do not make one: whatever can't be read here becomes a sentence beside what
can be read, and never an error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gate.appstore.decode.bodies import body_of, owner_of
from gate.appstore.decode.logs import SignatureLogs, line_of, read_logs
from gate.appstore.wire.base import ReferencePoint
from gate.appstore.wire.diagnostics import (
    DiagnosticSignature,
    SignatureAttributes,
    SignatureInsight,
    SignaturesResponse,
)
from gate.appstore.wire.overview import PerformanceSignature, TopSignatures, XcodeOverview
from gate.appstore.wire.read import read
from gate.appstore.wire.tolerance import SchemaDrift, printable
from gate.errors import AppStoreError, NotFound
from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.facts import BuildSignatures, OverviewSignature, Signature, VersionValue
from gate.snapshot.format import Exchange

_DIRECTIONS = ("UP", "DOWN", "UNDEFINED")

Logs = Mapping[str, SignatureLogs | str]
"""By signature: its logs, or why they could not be had."""

_References = list[ReferencePoint | str] | ReferencePoint | str | None


def read_signatures(
    exchanges: Iterable[Exchange], logs: Logs, *, build_id: str, version: str, drift: SchemaDrift
) -> BuildSignatures:
    """Read all signatures of one build, from every page of its list.

    Args:
        exchanges: The snapshot's signature lists, of any build.
        logs: Logs of signatures of any build.
        build_id: The build.
        version: Its marketing version, or empty.
        drift: Takes what is not known.
    """
    own = [exchange for exchange in exchanges if owner_of(exchange) == build_id]
    signatures: dict[str, Signature] = {}
    problem = "" if own else f"the snapshot holds no signatures of build {printable(build_id)}"
    open_ends = 0
    for exchange in own:
        try:
            page = _page(exchange, build_id, drift)
        except AppStoreError as error:
            problem = problem or _why(error)
            continue
        # Each next link wants one further page; what is left over in the end is missing from the snapshot.
        open_ends += bool(page.next_link) - _is_next(exchange)
        for resource in page.data:
            # Pages may overlap when the list changes while it is read; the first one counts.
            signatures.setdefault(resource.id, _signature(resource, logs, drift))
    if open_ends > 0:
        problem = problem or "the list goes on where the snapshot ends"
    return BuildSignatures(
        build_id=build_id, version=version, signatures=tuple(signatures.values()), problem=problem
    )


def _page(exchange: Exchange, build_id: str, drift: SchemaDrift) -> SignaturesResponse:
    what = f"the signatures of build {printable(build_id)}"
    page, unknown = read(body_of(exchange), SignaturesResponse, what=what)
    drift.add(*unknown)
    return page


def _why(error: AppStoreError) -> str:
    """Say why a list is missing."""
    # Builds without any diagnostics are known to answer 404, as if they did not exist.
    if isinstance(error, NotFound):
        return "App Store Connect has no diagnostics of this build"
    return error.what


def _is_next(exchange: Exchange) -> bool:
    """Tell whether an exchange is a further page, which a next link of another page stands for."""
    return any(name == "cursor" for name, _ in exchange.request.query)


def _signature(resource: DiagnosticSignature, logs: Logs, drift: SchemaDrift) -> Signature:
    attributes = resource.attributes or SignatureAttributes()
    insight = attributes.insight or SignatureInsight()
    found = logs.get(resource.id, SignatureLogs())
    _check_words(resource.id, attributes, drift)
    return Signature(
        id=resource.id,
        type=attributes.diagnostic_type or "",
        text=attributes.signature or "",
        weight=_weight(resource.id, attributes.weight, drift),
        direction=insight.direction or "",
        references=tuple(_references(insight.reference_versions)),
        notes=() if isinstance(found, str) else found.notes,
        logs=() if isinstance(found, str) else found.logs,
        logs_problem=found if isinstance(found, str) else "",
    )


def _check_words(signature_id: str, attributes: SignatureAttributes, drift: SchemaDrift) -> None:
    name = f"signature {printable(signature_id)}"
    if not attributes.diagnostic_type or not attributes.signature:
        drift.add(f"The {name} comes without its type or its text.")
    elif attributes.diagnostic_type not in DIAGNOSTIC_TYPES:
        drift.add(f"Signature type {printable(attributes.diagnostic_type)} is not known.")
    insight = attributes.insight
    if insight and insight.insight_type not in (None, "TREND"):
        drift.add(f"Insight type {printable(insight.insight_type)} of a signature is not known.")
    if insight and insight.direction not in (None, *_DIRECTIONS):
        drift.add(f"Trend {printable(insight.direction)} of a signature is not known.")


def _weight(signature_id: str, weight: float | None, drift: SchemaDrift) -> float | None:
    """Check a weight, which is a share of 0 to 1; None for any other."""
    # Apple's documentation says that it is a share; fixtures of other tools show percentages.
    if weight is None or 0 <= weight <= 1:
        return weight
    drift.add(
        f"The weight of signature {printable(signature_id)} is not a share from 0 to 1 and is left out: {weight:g}."
    )
    return None


def _references(values: _References) -> Iterator[VersionValue]:
    for item in values if isinstance(values, list) else (values,):
        if isinstance(item, str):
            yield VersionValue(version=item)
        elif item is not None:
            yield VersionValue(version=item.version or "", value=item.value)


# --- logs --------------------------------------------------------------------------------------------------


def read_all_logs(exchanges: Sequence[Exchange], drift: SchemaDrift) -> dict[str, SignatureLogs | str]:
    """Read the logs of all signatures, or why they could not be had."""
    found: dict[str, SignatureLogs | str] = {}
    for exchange in exchanges:
        signature_id = owner_of(exchange)
        name = printable(signature_id)
        try:
            logs, unknown = read_logs(body_of(exchange), what=f"the logs of signature {name}")
        except AppStoreError as error:
            found[signature_id] = error.what
            continue
        found[signature_id] = logs
        drift.add(*unknown)
        if set(logs.signature_ids) - {signature_id}:
            drift.add(f"The logs of signature {name} say that they are of another one.")
    return found


# --- overview ----------------------------------------------------------------------------------------------


def overview_signatures(overview: XcodeOverview, drift: SchemaDrift) -> tuple[OverviewSignature, ...]:
    """Read the top signatures of the whole app, by type and in Apple's order."""
    top = overview.signatures or TopSignatures()
    lists = {
        "HANGS": top.top_hang_point,
        "LAUNCHES": top.top_launch_point,
        "DISK_WRITES": top.top_disk_write_point,
    }
    return tuple(
        _overview_signature(kind, signature, drift)
        for kind, signatures in lists.items()
        for signature in signatures or ()
    )


def _overview_signature(kind: str, signature: PerformanceSignature, drift: SchemaDrift) -> OverviewSignature:
    if signature.trend_info not in (None, *_DIRECTIONS):
        drift.add(f"Trend {printable(signature.trend_info)} of a signature is not known.")
    return OverviewSignature(
        type=kind,
        id=signature.signature_id or "",
        text=signature.signature or "",
        count=signature.count,
        weight=signature.weight,
        file=signature.source_file or "",
        line=line_of(signature.line_number),
        direction=signature.trend_info or "",
    )
