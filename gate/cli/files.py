"""Files named on the command line: read with clear errors, written whole or not at all."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from gate.cli.machine import describe_reason, describe_remedy
from gate.errors import UsageError

STANDARD_OUTPUT = Path("-")


def read_text(path: Path, *, what: str) -> str:
    """Read the text of a file.

    Raises:
        UsageError: It can't be read, or it is not UTF-8.
    """
    try:
        # With or without a byte order mark, which editors on Windows write.
        return read_bytes(path, what=what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"The {what} {path} is not UTF-8 text",
            cause="it was saved in another encoding, or it is not the file you meant",
            remedy="save it as UTF-8",
        ) from None


def read_bytes(path: Path, *, what: str) -> bytes:
    """Read the bytes of a file; ``-`` is standard input.

    Raises:
        UsageError: It can't be read.
    """
    try:
        return sys.stdin.buffer.read() if path == STANDARD_OUTPUT else path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The {what} {path} can't be read",
            cause=describe_reason(error),
            remedy=describe_remedy(error, "check the path; it is relative to the current folder"),
        ) from None


def check_targets(*targets: Path | None) -> None:
    """Refuse targets that can't work before any work is done.

    Raises:
        UsageError: A folder is missing, a target is a folder, or two targets are the same.
    """
    named = [target for target in targets if target is not None]
    # By the paths as they are given; a second report would silently replace the first.
    if len(set(named)) < len(named):
        raise UsageError(
            "Two outputs go to the same place", remedy="give each its own file; only one may be -"
        )
    for target in named:
        if target == STANDARD_OUTPUT:
            continue
        if target.is_dir():
            raise UsageError(f"{target} is a folder", remedy="name a file in it")
        if not target.parent.is_dir():
            raise UsageError(f"The folder of {target} does not exist", remedy=f"create {target.parent} first")


def write(path: Path, content: bytes) -> None:
    """Write a file whole: readers see the old content or the new, never a part. ``-`` is standard output.

    A link stays, and what it leads to is written. What is no regular file, a device or a pipe, is written into.

    Raises:
        OSError: It can't be written; the old file, if any, is untouched.
    """
    if path == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    elif _is_special(path):
        with path.open("wb") as file:
            file.write(content)
    else:
        _replace(path.resolve(), content)


def _is_special(path: Path) -> bool:
    """Tell whether a path leads to what can't be replaced by a file: a device, a pipe, a folder.

    Raises:
        OSError: It can't be told, such as of links in a circle.
    """
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _replace(path: Path, content: bytes) -> None:
    # Beside the file, because only within one file system is a rename whole.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(_file_mode())
        Path(name).replace(path)
    # Also on an interrupt: no half-written file stays behind.
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _file_mode() -> int:
    """Find the mode that a plain ``open`` would give; `tempfile` is stricter than a report needs."""
    # There is no way to read the mask but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
