"""What App Store Connect says when it refuses a request."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from gate.appstore.wire.base import TolerantPart
from gate.snapshot.kind import BodyKind


class ErrorSource(TolerantPart, frozen=True, kw_only=True):
    """Where in the request the mistake is."""

    parameter: str | None = None
    pointer: str | None = None


class ResponseError(TolerantPart, frozen=True, kw_only=True):
    """One error. Its status may differ from the one of the answer."""

    id: str | None = None
    """Apple's support asks for it."""
    status: int | str | None = None
    code: str | None = None
    """Dotted and growing to the right: compare prefixes."""
    title: str | None = None
    detail: str | None = None
    source: ErrorSource | None = None


class ErrorResponse(TolerantPart, frozen=True, kw_only=True):
    """Body of an answer that is not a success."""

    looks: ClassVar[Sequence[Enum]] = (BodyKind.ERRORS,)

    errors: list[ResponseError]
