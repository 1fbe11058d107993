"""Text to typed bodies, with a name for every field that this version does not know."""

from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import msgspec

from gate.appstore.wire.base import WirePart
from gate.appstore.wire.tolerance import tolerant, unknown_fields
from gate.errors import MalformedAnswer
from gate.snapshot.kind import BodyKind, kind_of

T = TypeVar("T", bound=WirePart)

MAX_UNKNOWN_FIELDS = 20
"""How many unknown fields of one body are named; the rest is counted."""


class NestedTooDeep(MalformedAnswer):
    """A body nested more deeply than the typed decoder goes, which call stack trees may be."""


def read(body: str, type: type[T], *, what: str) -> tuple[T, tuple[str, ...]]:  # noqa: A002 - reads best so
    """Decode a body.

    Args:
        body: The text as Apple sent it.
        type: One of the bodies above.
        what: What the body is, for sentences: ``the metrics of app 123``.

    Returns:
        The value, and one sentence for every field that this version does not know.

    Raises:
        NestedTooDeep: It is nested some hundred levels deep.
        MalformedAnswer: It is not a body of this type.
    """
    try:
        # The strict types first: they refuse an unknown field while they decode, which costs nothing extra.
        return _decode(body, type), ()
    except msgspec.ValidationError:
        return _read_tolerantly(body, type, what)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise malformed(body, type, what, str(error)) from error
    except RecursionError as error:
        raise _too_deep(what) from error


def malformed(body: str, struct: type[WirePart], what: str, reason: str) -> MalformedAnswer:
    """Make the error for a body that can't be read, with the cause its looks suggest.

    Args:
        body: The text as Apple sent it.
        struct: What it should have been.
        what: What the body is, for sentences.
        reason: What the decoder said.
    """
    kind = kind_of(body)
    if kind in _looks(struct):
        cause = "Apple has changed this answer, or something between Apple and here has changed it"
        remedy = (
            "save the answer with gate fetch and look at this place; a newer version of the gate may know it"
        )
    else:
        cause, remedy = _advice(kind)
    return MalformedAnswer(f"{_sentence(what)} can't be read: {_place(reason)}", cause=cause, remedy=remedy)


def _looks(struct: type[WirePart]) -> Sequence[Enum]:
    """List what a body of a type may look like."""
    return struct.looks or (BodyKind.RESOURCES,)


_AGAIN = "run the gate again; if it happens every time, check what stands between this machine and Apple"
_ADVICE: dict[BodyKind, tuple[str, str]] = {
    BodyKind.HTML: ("a gateway or proxy on the way has answered with a web page", _AGAIN),
    BodyKind.EMPTY: ("the connection was closed before the body came", _AGAIN),
    BodyKind.TRUNCATED: ("the connection broke off in the middle of the body", _AGAIN),
    BodyKind.NOT_JSON: (
        "something on the way has answered in Apple's place, or has damaged the body",
        _AGAIN,
    ),
    BodyKind.TOO_DEEP: (
        "the body is damaged, or Apple has changed this answer",
        "save the answer with gate fetch and look at this place",
    ),
    BodyKind.ORGANIZER: (
        "this is the file that Xcode's Organizer keeps on disk, a different format in the same words",
        "fetch the metrics from App Store Connect with gate fetch",
    ),
}
"""Likely cause and remedy when a body is something else than it should be."""


def _advice(kind: BodyKind) -> tuple[str, str]:
    return _ADVICE.get(kind) or (
        f"this is {kind.value}, as if another call had been made",
        "check which call the body was saved from; gate fetch saves all of them in one file",
    )


def _sentence(what: str) -> str:
    """Start a sentence with a noun."""
    return what[:1].upper() + what[1:]


def _place(reason: str) -> str:
    """Turn a reason of the decoder into half a sentence, with its path at the end."""
    message, _, path = reason.partition(" - at ")
    head = message[:1].lower() + message[1:]
    return f"{head} at {path}" if path else head


def _too_deep(what: str) -> NestedTooDeep:
    return NestedTooDeep(
        f"{_sentence(what)} can't be read: nested too deeply",
        cause="only call stack trees are ever nested deeply; this is another body, or a damaged one",
        remedy="save the answer with gate fetch and look at it",
    )


@cache
def _decoder(struct: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(struct)


def _decode(body: str, struct: type[T]) -> T:
    value: T = _decoder(struct).decode(body)
    return value


def _read_tolerantly(body: str, struct: type[T], what: str) -> tuple[T, tuple[str, ...]]:
    """Decode without regard to unknown fields, then look for their names.

    Telling the names needs the body a second time, as generic JSON. That costs several times as much as
    typed decoding, so it only happens when typed decoding has found the first of them.
    """
    try:
        value = _decode(body, tolerant(struct))
        paths = unknown_fields(msgspec.json.decode(body), struct)
    except msgspec.DecodeError as error:  # a field that is not known may hold what is no JSON text
        raise malformed(body, struct, what, str(error)) from error
    except RecursionError as error:
        raise _too_deep(what) from error
    kind = kind_of(body)
    if kind is BodyKind.TOO_DEEP:
        raise _too_deep(what)
    if kind not in _looks(struct):  # two bodies may share all keys that are compulsory
        raise malformed(body, struct, what, f"unknown field `{paths[0]}`")
    return value, unknown_sentences(paths, what)


def unknown_sentences(paths: Sequence[str], what: str) -> tuple[str, ...]:
    """Say each path in a sentence, at most `MAX_UNKNOWN_FIELDS` of them, and count the rest in one."""
    named = [f"Field {path} of {what} is not known." for path in paths[:MAX_UNKNOWN_FIELDS]]
    more = len(paths) - len(named)
    return (*named, f"{more} more fields of {what} are not known.") if more else tuple(named)
