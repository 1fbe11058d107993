"""Snapshots as bytes: reading, with a reason for everything that is refused, and writing.

Two things are accepted: a snapshot of this tool, and a metrics body that any other tool has saved. Anything
else that somebody hands over is refused by its name, with what to do about it.
"""

import codecs
import hashlib

import msgspec

from gate.errors import SnapshotError
from gate.snapshot.format import Exchange, Request, Snapshot
from gate.snapshot.kind import BodyKind, kind_of

MAX_SIZE = 256 * 1024 * 1024
"""Bytes; ten times the largest answer that is to be expected, every metric of every device model."""

_FETCH = "save a snapshot with gate fetch --out FILE and give that file"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NUL = b"\0"


def load(data: bytes) -> tuple[Snapshot, str]:
    """Read a snapshot, or a saved metrics body as a snapshot of unknown age.

    Args:
        data: A file's content.

    Returns:
        The snapshot, and the SHA-256 of the content in hexadecimal.

    Raises:
        SnapshotError: It is neither.
    """
    text = _text(data)
    kind = kind_of(text)
    if kind in (BodyKind.METRICS, BodyKind.PRODUCTS):
        snapshot = _wrapped(text)
    elif kind is BodyKind.SNAPSHOT:
        snapshot = _own(text)
    else:
        raise _refused(kind)
    # Of the bytes as they were given, so that anybody can compute it from the file again.
    return snapshot, hashlib.sha256(data).hexdigest()


def dump(snapshot: Snapshot) -> bytes:
    """Write a snapshot as readable JSON, which `load` reads back without a difference."""
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=2) + b"\n"


def _text(data: bytes) -> str:
    """Decode a file; a UTF-8 byte order mark, as Windows tools write it, is dropped."""
    # Before decoding, which takes several times the memory.
    if len(data) > MAX_SIZE:
        raise SnapshotError(
            f"The file has {len(data)} bytes; a snapshot has at most {MAX_SIZE}",
            cause="it is another file, or many answers joined to one",
            remedy=_FETCH,
        )
    # UTF-16 without a mark has a NUL in every second byte of ASCII, and JSON begins with ASCII.
    if data.startswith(_UTF16) or _NUL in data[:4]:
        raise SnapshotError(
            "The file is UTF-16 text, but snapshots are UTF-8",
            cause="Windows PowerShell writes UTF-16 when output is redirected with >",
            remedy="name the file with --out instead of redirecting, or save it as UTF-8",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SnapshotError(
            f"The file is not UTF-8 text: byte {error.start} is none of it",
            cause="it is a binary or compressed file, or it is damaged",
            remedy=_FETCH,
        ) from error


def _wrapped(body: str) -> Snapshot:
    """Wrap a metrics body in a snapshot. Whose it is and how old is not known."""
    exchange = Exchange(call="app_metrics", request=Request(path=""), status=200, received="", body=body)
    return Snapshot(tool="unknown", created="", exchanges=(exchange,))


class _Format(msgspec.Struct):
    format: str


def _own(text: str) -> Snapshot:
    """Read a snapshot of this tool; fields that a later version of the same format has added are ignored.

    Raises:
        SnapshotError: It is of a newer format, or it was edited into something else.
    """
    try:
        _check_format(msgspec.json.decode(text, type=_Format).format)
        return msgspec.json.decode(text, type=Snapshot)
    except msgspec.ValidationError as error:
        reason = str(error)
        raise SnapshotError(
            f"The snapshot can't be read: {reason[:1].lower()}{reason[1:]}",
            cause="it was edited, or made by a newer version of the gate",
            remedy="fetch it again",
        ) from error
    except RecursionError as error:
        raise _refused(BodyKind.TOO_DEEP) from error


def _check_format(name: str) -> None:
    if name != _FORMAT:
        raise SnapshotError(
            f"The snapshot is of the format {name[:40]!r}, and this version of the gate reads {_FORMAT!r}",
            cause="a newer version of the gate has made it",
            remedy="use that version to judge it, or fetch it again with this one",
        )


_FORMAT = msgspec.structs.fields(Snapshot)[0].default
_OTHER_CALL = ("it is the answer to another call", f"a verdict needs the metrics; {_FETCH}")
_UNKNOWN = ("it is another file than was meant", _FETCH)
_REFUSALS: dict[BodyKind, tuple[str, str]] = {
    BodyKind.OVERVIEW: _OTHER_CALL,
    BodyKind.SIGNATURES: _OTHER_CALL,
    BodyKind.LOGS: _OTHER_CALL,
    BodyKind.RESOURCES: _OTHER_CALL,
    BodyKind.ERRORS: (
        "the request was refused, and the tool that saved the answer did not notice",
        f"read what the error says and remove its cause; then {_FETCH}",
    ),
    BodyKind.ORGANIZER: (
        "the file that Xcode keeps on disk is another format in the same words, with other percentiles",
        _FETCH,
    ),
    BodyKind.HTML: ("a proxy or a login page answered in Apple's place when it was saved", _FETCH),
    BodyKind.EMPTY: (
        "the program that should have written it failed",
        f"look at what that program said; {_FETCH}",
    ),
    BodyKind.TRUNCATED: ("its writing or its download was interrupted", "write or download it again"),
    BodyKind.RESULT: (
        "it is what gate check --json writes",
        "give the snapshot that the result was made from; gate render and gate show read a result",
    ),
    BodyKind.POLICY: (
        "a policy says how to judge, and holds nothing that was measured",
        f"give the policy with --policy; {_FETCH}",
    ),
}
"""Likely cause and remedy, by what was handed over."""


def _refused(kind: BodyKind) -> SnapshotError:
    cause, remedy = _REFUSALS.get(kind, _UNKNOWN)
    return SnapshotError(f"This is {kind.value}, not a snapshot", cause=cause, remedy=remedy)
