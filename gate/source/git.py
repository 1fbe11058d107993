"""Questions to git about a repository that nobody has to trust.

A repository can ask git to run programs: hooks, a file system monitor, filters, external diffs, signature checks,
transports. All of that is switched off here, the environment is empty but for a path, and every question has an end
in time and in bytes. Nothing is ever written.
"""

import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Self

from gate.source.time_limit import TimeLimit

MOST_BYTES = 64 * 1024 * 1024
"""Of one answer; the list of a hundred thousand files has a tenth of it."""

_CONFIG = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.sshCommand=false",
    "credential.helper=",
    "protocol.allow=never",
    "log.showSignature=false",
    "log.mailmap=false",
    f"diff.orderFile={os.devnull}",
    "submodule.recurse=false",
    "safe.bareRepository=explicit",
    # A container often reads a checkout of another user. Git refuses that because such a repository may have
    # programs run, which is what all of this is about.
    "safe.directory=*",
)
"""What a repository's own configuration can't say otherwise. See `git help config`."""


class GitFailed(Exception):
    """Git gave no answer; the text says why, without a full stop. It is shown as a note and never leaves this package."""


class Git:
    """A repository on disk, read only.

    Args:
        folder: Somewhere in the repository.
        time_limit: The time that all questions together may take.
        program: Path of git.
    """

    def __init__(self, folder: Path, time_limit: TimeLimit, program: str) -> None:
        self._folder = folder
        self._time_limit = time_limit
        self._program = program

    @classmethod
    def find(cls, folder: Path, time_limit: TimeLimit) -> Self | None:
        """Find the repository that a folder is in, or None when it is in none.

        Raises:
            GitFailed: There is no git on this machine.
        """
        program = shutil.which("git")
        if program is None:
            raise GitFailed("git is not installed here")
        git = cls(folder, time_limit, program)
        code, answer = git._run(("rev-parse", "--is-inside-work-tree"))
        return git if code == 0 and answer.strip() == b"true" else None

    def text(self, *arguments: str) -> str:
        """Run git and decode what it prints; bytes that are not UTF-8 become U+FFFD.

        Raises:
            GitFailed: It fails, takes too long or prints too much.
        """
        return self.content(*arguments).decode(errors="replace")

    def content(self, *arguments: str) -> bytes:
        """Run git and return what it prints.

        Raises:
            GitFailed: It fails, takes too long or prints too much.
        """
        code, output = self._run(arguments)
        if code != 0:
            raise GitFailed(f"git {arguments[0]} failed")
        return output

    def line(self, *arguments: str) -> str:
        """Run git and return the one line it prints; empty when it exits with anything but 0.

        Raises:
            GitFailed: It takes too long.
        """
        code, output = self._run(arguments)
        return output.decode(errors="replace").removesuffix("\n") if code == 0 else ""

    def _run(self, arguments: tuple[str, ...]) -> tuple[int, bytes]:
        # All questions of a run share one time limit, so that many slow ones can't add up.
        left = self._time_limit.left()
        if left <= 0:
            raise GitFailed("looking into the checkout takes too long")
        # Literal, because a file may be called ``*`` or ``:(top)``.
        command = [self._program, "--no-pager", "--literal-pathspecs", "--no-optional-locks"]
        command += [part for setting in _CONFIG for part in ("-c", setting)]
        with subprocess.Popen(  # noqa: S603 - no shell, and every argument from outside is behind its option
            [*command, *arguments],
            cwd=self._folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            # A time-out of `communicate` would read without an end in bytes, so the clock is watched from outside.
            watchdog = threading.Timer(left, process.kill)
            watchdog.start()
            try:
                # One byte more than allowed is enough to know that there are too many.
                output = process.stdout.read(MOST_BYTES + 1) if process.stdout else b""
            finally:
                watchdog.cancel()
                if len(output) > MOST_BYTES:
                    process.kill()
        if len(output) > MOST_BYTES:
            raise GitFailed(f"git {arguments[0]} prints more than {MOST_BYTES // 1024**2} MB")
        if self._time_limit.left() <= 0:
            raise GitFailed("looking into the checkout takes too long")
        return process.returncode, output


def _environment() -> dict[str, str]:
    """Keep nothing of the caller's but the path to git: its variables choose configuration, index and programs."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
    }
