"""The file format of a snapshot: every raw body, its request, status and time.

Bodies are kept as text, byte for byte as Apple sent them, and not as nested JSON: call stack trees can be
deeper than JSON parsers can nest, and a digest over the text proves that nobody touched it.
"""

from typing import Literal

from msgspec import Struct

Call = Literal[
    "apps",
    "app",
    "app_versions",
    "builds",
    "build",
    "build_version",
    "app_metrics",
    "build_metrics",
    "overview",
    "signatures",
    "logs",
]
"""Which call of the API an exchange is; the decoder is chosen by it."""


class Request(Struct, frozen=True, kw_only=True):
    """A GET as it was sent, without its host and its token."""

    path: str
    """``/v1/apps/123/perfPowerMetrics``"""
    query: tuple[tuple[str, str], ...] = ()
    accept: str = "application/json"


class Exchange(Struct, frozen=True, kw_only=True):
    """One request and its answer."""

    call: Call
    request: Request
    status: int
    """The HTTP status; 0 when no answer came."""
    received: str
    """ISO 8601, UTC."""
    body: str = ""
    request_id: str = ""
    problem: str = ""
    """Why the answer is of no use, in words; empty when it is."""


ON_SALE = "on sale"
"""The `Subject.version_source` of a version that nobody asked for, which App Store Connect has on sale."""


class Subject(Struct, frozen=True, kw_only=True):
    """What the run was asked about and what that was resolved to."""

    app_id: str = ""
    bundle_id: str = ""
    app_name: str = ""
    version: str = ""
    """Marketing version of the candidate, when it was asked for or known from App Store Connect."""
    version_source: str = ""
    """Where `version` comes from: ``asked for``, ``build asked for``, ``on sale``; empty with `version`."""
    build_id: str = ""
    """Set when one build was asked for; its own metrics are judged then."""
    signatures_build: str = ""
    """Build whose signatures are the candidate's."""
    baseline_version: str = ""
    baseline_build: str = ""
    """Build whose signatures the candidate's are compared with."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """Everything fetched in one run. Holds no key and no token."""

    format: Literal["gate-snapshot/1"] = "gate-snapshot/1"
    tool: str
    """Name and version of what made it."""
    created: str
    """ISO 8601, UTC."""
    subject: Subject = Subject()
    exchanges: tuple[Exchange, ...] = ()
