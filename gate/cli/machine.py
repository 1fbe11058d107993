"""What the operating system refuses, as errors that a person can act on: it is no defect, and no verdict."""

import errno

from gate.errors import MachineError

_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("no space is left on the disk", "free some space, or write to another disk"),
    errno.EACCES: ("this user may not do that", "check who owns the file and its folder, and their rights"),
    errno.EPERM: ("this user may not do that", "check who owns the file and its folder, and their rights"),
    errno.EROFS: ("the file system is read-only", "write to a folder that can be written to"),
    errno.EISDIR: ("it is a folder, not a file", "name a file"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "check the path"),
    errno.ENOENT: ("there is no such file or folder", "check the path; it is relative to the current folder"),
    errno.EEXIST: ("something of this name exists already", "choose another name"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EFBIG: ("the file would be larger than is allowed here", "raise the limit, or write elsewhere"),
    errno.EMFILE: ("too many files are open", "raise the limit on open files (`ulimit -n`)"),
    errno.ENFILE: ("too many files are open on this machine", "close other programs"),
    errno.ENOMEM: ("no memory is left", "close other programs, or use a larger machine"),
    errno.EIO: ("the disk can't be read or written", "check the disk"),
    errno.EADDRINUSE: ("the port is used by another program", "choose another port"),
    errno.EAGAIN: ("the machine has no threads or processes left", "close other programs"),
}
"""Cause and remedy by the system's number; all else is said in the system's own words."""
if hasattr(errno, "EDQUOT"):  # Windows has no quota of this kind
    _REASONS[errno.EDQUOT] = ("the disk quota is used up", "free some space, or write to another disk")


_OF_OUTPUT = {errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What is hardly met but in writing."""


def describe_reason(error: OSError) -> str:
    """Say why the operating system refused, in a few words."""
    return _REASONS[error.errno][0] if error.errno in _REASONS else error.strerror or str(error)


def describe_remedy(error: OSError, otherwise: str = "") -> str:
    """Say what helps against a refusal of the operating system.

    Args:
        error: What it raised.
        otherwise: What to say where nothing better is known.
    """
    return _REASONS[error.errno][1] if error.errno in _REASONS else otherwise


def refused(error: OSError) -> MachineError:
    """Make the error for a refusal that no command expected; it names the file, if there is one."""
    name = error.filename if isinstance(error.filename, str) else ""
    nameless = "The output could not be written" if error.errno in _OF_OUTPUT else "This machine refused"
    return MachineError(
        f"{name} could not be read or written" if name else nameless,
        cause=describe_reason(error),
        remedy=describe_remedy(error, "run the command again once that has changed"),
    )
