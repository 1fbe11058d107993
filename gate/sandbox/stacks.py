"""Call stacks as people read them, and as the API sends them.

A stack is a block of text, one frame to a line, callers above and two spaces further out than what they call::

    62 UIKitCore -[UIApplication _run] + 1432
      62 * ExamplePhotos AlbumStore.reload() + 212 (AlbumStore.swift:142)
        40 libsqlite3.dylib sqlite3_step + 380 #SQLiteSpill
        22 libsystem_kernel.dylib __psynch_mutexwait + 8

Each line is: samples, ``*`` for a blame frame, the binary, the symbol, the offset into it, the file and line,
and ``#`` with the category of an insight about this very frame. A frame without a symbol was not symbolicated
and its offset is into the binary. ``62 x500 …`` repeats a frame inside itself, as recursion does.
"""

import re
import uuid
from collections.abc import Iterator
from hashlib import sha256

import msgspec
from msgspec import Struct

_LINE = re.compile(
    r"(?P<indent> *)(?P<samples>\d+) (x(?P<times>\d+) )?(?P<blame>\* )?(?P<binary>\S+)"
    r"(?P<symbol> (?!\+ \d)\S.*?)??( \+ (?P<offset>\d+))?"
    r"( \((?P<file>[^():]+):(?P<line>\d+)\))?( #(?P<insight>\w+))?"
)


class StackLine(Struct, frozen=True, kw_only=True):
    """One frame of a stack, and how deep it is."""

    depth: int
    samples: int
    binary: str
    symbol: str
    offset: str
    file: str
    line: str
    blame: bool
    insight: str


def parse(text: str) -> tuple[StackLine, ...]:
    """Read the frames of a stack, callers first.

    Raises:
        ValueError: A line is not a frame, or stands deeper than one step below the line above it.
    """
    frames: list[StackLine] = []
    depths: list[int] = []
    for line in filter(str.strip, text.splitlines()):
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise ValueError(f"{line.strip()!r} is not a stack frame")
        indent, odd = divmod(len(match["indent"]), 2)
        if odd or indent > len(depths):
            raise ValueError(f"{line.strip()!r} does not stand two spaces below its caller")
        # The line above and its callers; all deeper ones are done. `xN` makes a line more than one frame deep.
        del depths[indent:]
        first = depths[-1] + 1 if depths else 0
        depths.append(first + int(match["times"] or 1) - 1)
        frames += (_frame(match, depth) for depth in range(first, depths[-1] + 1))
    if not frames:
        raise ValueError("a stack has no frame")
    return tuple(frames)


def _frame(match: re.Match[str], depth: int) -> StackLine:
    return StackLine(
        depth=depth,
        samples=int(match["samples"]),
        binary=match["binary"],
        symbol=(match["symbol"] or "").strip(),
        offset=match["offset"] or "0",
        file=match["file"] or "",
        line=match["line"] or "",
        blame=bool(match["blame"]),
        insight=match["insight"] or "",
    )


def blamed(frames: tuple[StackLine, ...]) -> StackLine | None:
    """Find the deepest blame frame that names a source file."""
    named = [frame for frame in frames if frame.blame and frame.file]
    return max(named, key=lambda frame: frame.depth, default=None)


def root_frames(frames: tuple[StackLine, ...]) -> msgspec.Raw:
    """Write the nested frames of a stack as JSON, without recursion: a stack may be deeper than Python's."""
    return msgspec.Raw(b"[" + b"".join(_nested(frames)) + b"]")


def _nested(frames: tuple[StackLine, ...]) -> Iterator[bytes]:
    # Frames come in pre-order, so what is left open between two of them is the difference of their depths.
    open_frames = 0
    for frame in frames:
        if frame.depth >= open_frames:
            separator = b""
        else:
            yield b"]}" * (open_frames - frame.depth)
            separator = b","
        yield separator + msgspec.json.encode(_fields(frame))[:-1] + b',"subFrames":['
        open_frames = frame.depth + 1
    yield b"]}" * open_frames


def _fields(frame: StackLine) -> dict[str, object]:
    """Write one frame's own keys: line numbers and offsets are text, and text that does not apply is empty."""
    # Made of the frame itself, so that the same frame has the same address in every run. Code of 64-bit apps
    # begins at this address, and instructions are four bytes long.
    address = hex(0x100000000 + int(sha256(repr(frame).encode()).hexdigest()[:7], 16) * 4)
    where = f" ({frame.file}:{frame.line})" if frame.file else ""
    fields: dict[str, object] = {
        "sampleCount": frame.samples,
        "isBlameFrame": frame.blame,
        "symbolName": frame.symbol,
        "offsetIntoSymbol": frame.offset if frame.symbol else "",
        "offsetIntoBinaryTextSegment": "" if frame.symbol else frame.offset,
        "binaryName": frame.binary,
        "binaryUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, frame.binary)).upper(),
        "fileName": frame.file,
        "lineNumber": frame.line,
        "address": address,
        "rawFrame": f"{frame.samples} {frame.symbol or '???'} (in {frame.binary}) + {frame.offset}{where} [{address}]",
    }
    if frame.insight:
        fields["insightsCategory"] = frame.insight
    return fields
