"""Diagnostic signatures of a build, and the logs of one of them (``diagnosticLogs``)."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar, Literal

from msgspec import field

from gate.appstore.wire.base import PagedDocument, ReferencePoint, StrictLeaf, StrictPart, TolerantPart
from gate.snapshot.kind import BodyKind

# --- signatures --------------------------------------------------------------------------------------------


class SignatureInsight(StrictPart, frozen=True, kw_only=True):
    """Apple's trend of a signature (``DiagnosticInsight``)."""

    insight_type: str | None = None
    """``TREND``."""
    direction: str | None = None
    """``UP`` is worse than earlier versions, ``DOWN`` better, ``UNDEFINED`` neither."""
    reference_versions: list[ReferencePoint | str] | ReferencePoint | str | None = None


class SignatureAttributes(StrictPart, frozen=True, kw_only=True):
    """Attributes of a diagnostic signature."""

    diagnostic_type: str | None = None
    """``DISK_WRITES``, ``HANGS``, ``LAUNCHES``."""
    signature: str | None = None
    weight: float | None = None
    """Share of all diagnostics of its type, 0 to 1."""
    insight: SignatureInsight | None = None


class DiagnosticSignature(TolerantPart, frozen=True, kw_only=True):
    """A signature; `id` is opaque hexadecimal text."""

    id: str
    type: Literal["diagnosticSignatures"] = "diagnosticSignatures"
    attributes: SignatureAttributes | None = None


class SignaturesResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of the diagnostic signatures of a build, heaviest first."""

    looks: ClassVar[Sequence[Enum]] = (BodyKind.SIGNATURES, BodyKind.RESOURCES)

    data: list[DiagnosticSignature]


# --- logs --------------------------------------------------------------------------------------------------


class CallStackNode(StrictLeaf, frozen=True, kw_only=True):
    """One frame (``DiagnosticLogCallStackNode``) and what it called."""

    binary_name: str | None = None
    binary_uuid: str | None = field(default=None, name="binaryUUID")
    address: str | None = None
    symbol_name: str | None = None
    offset_into_symbol: int | str | None = None
    """Decimal text; empty when not applicable."""
    offset_into_binary_text_segment: int | str | None = None
    file_name: str | None = None
    line_number: int | str | None = None
    """Text here, a number in an overview."""
    sample_count: int | None = None
    is_blame_frame: bool | None = None
    insights_category: str | None = None
    raw_frame: str | None = None
    """The original line; it may disagree with the parsed fields."""
    sub_frames: "list[CallStackNode] | None" = None


class CallStack(StrictPart, frozen=True, kw_only=True):
    """One stack: a forest of frames."""

    call_stack_root_frames: list[CallStackNode] | None = None


class CallStackTree(StrictPart, frozen=True, kw_only=True):
    """The stacks of one log."""

    call_stack_per_thread: bool | None = None
    call_stacks: list[CallStack] | None = None


class WireLog(StrictPart, frozen=True, kw_only=True):
    """One log: where it happened and its stacks."""

    diagnostic_meta_data: dict[str, str | int | float | bool | None] | None = None
    call_stack_tree: list[CallStackTree] | None = None


class LogInsight(StrictPart, frozen=True, kw_only=True):
    """Apple's advice on a log."""

    insights_url: str | None = field(default=None, name="insightsURL")
    """May use the ``doc://`` scheme, which is no web address."""
    insights_category: str | None = None
    insights_string: str | None = None


class LogProduct(StrictPart, frozen=True, kw_only=True):
    """The logs of one signature."""

    signature_id: str | None = None
    diagnostic_insights: list[LogInsight] | None = None
    diagnostic_logs: list[WireLog] | None = None


class DiagnosticLogs(StrictPart, frozen=True, kw_only=True):
    """Body of the logs of a signature. Not JSON:API: there is no ``data``."""

    looks: ClassVar[Sequence[Enum]] = (BodyKind.LOGS, BodyKind.PRODUCTS)

    product_data: list[LogProduct]
    version: str | None = None
