"""Exchanges of a snapshot: the body of one that is of use, the error of one that is not."""

from urllib.parse import unquote

from gate.appstore.refusal import refusal
from gate.errors import AppStoreError, MalformedAnswer, Unreachable
from gate.http.answer import Answer
from gate.snapshot.format import Exchange

_OK = 200
_AGAIN = "fetch the snapshot again"


def body_of(exchange: Exchange) -> str:
    """Read the body of an exchange.

    Raises:
        AppStoreError: The one that a live run would have met.
    """
    if error := _error_of(exchange):
        raise error
    return exchange.body


def _error_of(exchange: Exchange) -> AppStoreError | None:
    if exchange.status == 0:
        what = exchange.problem or f"No answer came to GET {exchange.request.path}"
        return Unreachable(what, cause="the network failed when the snapshot was fetched", remedy=_AGAIN)
    if exchange.status != _OK:
        headers = {"x-request-id": exchange.request_id} if exchange.request_id else {}
        answer = Answer(status=exchange.status, headers=headers, body=exchange.body)
        # The time only matters with headers that a snapshot does not keep.
        return refusal(exchange.request, answer, now=0.0)
    if exchange.problem:
        return MalformedAnswer(
            exchange.problem,
            cause="the answer was of no use when the snapshot was fetched",
            remedy=_AGAIN,
            status=exchange.status,
            request_id=exchange.request_id,
        )
    return None


def owner_of(exchange: Exchange) -> str:
    """Read whose answer it is: the id in ``/v1/builds/{id}/…``; empty without one."""
    parts = exchange.request.path.split("/")
    return unquote(parts[3]) if len(parts) > 4 else ""  # noqa: PLR2004 - empty, v1, kind, id, call
