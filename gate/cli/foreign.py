"""A file that a command can't read because it is another one: what it is, and which command reads it."""

from collections.abc import Callable
from pathlib import Path

from gate.cli.files import read_bytes
from gate.errors import UsageError
from gate.model.result import Result
from gate.snapshot.kind import BodyKind, kind_of

MOST_BYTES = 64 * 1024 * 1024
"""Of a file that is looked at only to say what it is."""

_JUDGED = "judge it: `gate check --policy POLICY --snapshot {path}`"
_ANSWER = "no command reads it alone; `gate fetch --out FILE` saves all that a judgement needs"
_READERS: dict[BodyKind, str] = {
    BodyKind.SNAPSHOT: _JUDGED,
    BodyKind.METRICS: _JUDGED,
    BodyKind.PRODUCTS: _JUDGED,
    BodyKind.RESULT: "show it: `gate render {path}`",
    BodyKind.POLICY: "check it: `gate policy check {path}`",
    BodyKind.OVERVIEW: _ANSWER,
    BodyKind.SIGNATURES: _ANSWER,
    BodyKind.LOGS: _ANSWER,
    BodyKind.RESOURCES: _ANSWER,
    BodyKind.ERRORS: "read what the error says, remove its cause and fetch again",
    BodyKind.ORGANIZER: "no command reads it; `gate fetch --out FILE` asks App Store Connect instead",
    BodyKind.HTML: "no command reads it; save the file itself, and not the page that shows it",
}
"""What to do with a file, by what it is; of all other kinds nothing is known."""
_BROKEN: dict[BodyKind, tuple[str, str]] = {
    BodyKind.EMPTY: (
        "the program that should have written it failed",
        "write it again with `gate check --json`, and look at what that says",
    ),
    BodyKind.TRUNCATED: (
        "its writing or its download was interrupted",
        "write it again with `gate check --json`, or download it again",
    ),
}
"""Cause and remedy of a file that may be the right one. Of a policy its own reader says more: YAML has lines."""
_MADE_BY = {
    "result": "a result is what `gate check --json` writes",
    "policy": "a policy is YAML text with rules, written by hand",
    "snapshot": "a snapshot is what `gate fetch --out FILE` writes",
}
_NO_DATA = {BodyKind.RESULT, BodyKind.POLICY}
"""Where a snapshot is wanted, these are wrong usage; all else is data that can't be read, and its reader says why."""


def explain_foreign(path: Path, content: bytes | str, *, wanted: str) -> UsageError | None:
    """Make the error for a file that is of another kind than a command reads; None when that is not known.

    Args:
        path: Of the file.
        content: Of the file.
        wanted: ``result``, ``policy`` or ``snapshot``.
    """
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    kind = kind_of(text.removeprefix("\ufeff"))
    if kind in _BROKEN and wanted == "result":
        cause, remedy = _BROKEN[kind]
        return UsageError(f"{path} is {kind.value}, not a {wanted}", cause=cause, remedy=remedy)
    if kind not in _READERS or kind.name.lower() == wanted:
        return None
    if wanted == "snapshot" and kind not in _NO_DATA:
        return None
    return UsageError(
        f"{path} is {kind.value}, not a {wanted}",
        cause=f"it is another file than was meant; {_MADE_BY[wanted]}",
        remedy=_READERS[kind].format(path=path),
    )


def read_result_file(path: Path) -> Result:
    """Read a result that `gate check --json` has written; ``-`` is standard input.

    Raises:
        UsageError: It can't be read, or it is something else.
    """
    from gate.report.json import read

    raw = read_bytes(path, what="result")
    try:
        return read(raw)
    except UsageError as error:
        raise explain_foreign(path, raw, wanted="result") or error from None


def read_untrusted_result(path: Path, read: Callable[[Path], Result]) -> Result:
    """Read a result that nobody vouches for, and say what the file is if it is something else.

    Args:
        path: Of the file.
        read: Reads it; what it refuses is looked at once more.

    Raises:
        UsageError: It is no result.
    """
    try:
        return read(path)
    except UsageError as error:
        # A link or a huge file is not followed or read only to be explained.
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise
        raise explain_foreign(path, read_bytes(path, what="result"), wanted="result") or error from None
