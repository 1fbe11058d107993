"""The files of a checkout: as a commit has them, or as they lie in a folder.

Only regular files count. A symbolic link may lead anywhere, so none is ever followed or listed; what a commit
calls a link is no file either.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from gate.source.git import Git, GitFailed

MOST_FILES = 500_000
MOST_BYTES = 4 * 1024 * 1024
"""Of one file that is read."""

_REGULAR = ("100644", "100755")
"""Modes of regular files in a commit; links are 120000, submodules 160000."""


class Tree(Protocol):
    """Files by their path from the root, with ``/`` between folders."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All regular files, in a fixed order."""

    def read(self, path: str) -> str:
        """Read the text of a file; bytes that are not UTF-8 become U+FFFD.

        Raises:
            GitFailed: It is not there, is too large or can't be read.
        """


class CommitTree:
    """The files of a commit.

    Args:
        git: The repository.
        commit: Its full hash.

    Raises:
        GitFailed: It can't be listed.
    """

    def __init__(self, git: Git, commit: str) -> None:
        self._git = git
        listed = git.text("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit)
        self._objects = dict(_entries(listed))

    @property
    def paths(self) -> tuple[str, ...]:
        """All regular files, as the commit orders them."""
        return tuple(self._objects)

    def read(self, path: str) -> str:
        """Read the text of a file; see `Tree`."""
        if path not in self._objects:
            raise GitFailed(f"{path} is not in the commit")
        content = self._git.content("cat-file", "blob", self._objects[path])
        if len(content) > MOST_BYTES:
            raise GitFailed(f"{path} is too large")
        return content.decode(errors="replace")


class FolderTree:
    """The files of a folder that is in no repository.

    Args:
        folder: Its real path.

    Raises:
        GitFailed: It has too many files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = tuple(self._walk())

    @property
    def paths(self) -> tuple[str, ...]:
        """All regular files, sorted within each folder."""
        return self._paths

    def read(self, path: str) -> str:
        """Read the text of a file; see `Tree`."""
        file = self._folder / path
        try:
            # Looked at again when it is opened: between listing and reading a file can become a link.
            if path not in self._paths or file.resolve(strict=True) != file:
                raise GitFailed(f"{path} is not a file of the checkout")
            with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise GitFailed(f"{path} can't be read") from error
        if len(content) > MOST_BYTES:
            raise GitFailed(f"{path} is too large")
        return content.decode(errors="replace")

    def _walk(self) -> Iterator[str]:
        count = 0
        for folder, folders, names in os.walk(self._folder):
            # Changed in place, so that `os.walk` goes only there; sorted, so that no order depends on the disk.
            folders[:] = sorted(name for name in folders if name != ".git")
            for name in sorted(names):
                file = Path(folder, name)
                count += 1
                if count > MOST_FILES:
                    raise GitFailed(f"the checkout has more than {MOST_FILES} files")
                # Of the entry itself and not of what a link leads to; devices and pipes could block a reader.
                if stat.S_ISREG(file.lstat().st_mode):
                    yield file.relative_to(self._folder).as_posix()


def _entries(listed: str) -> Iterator[tuple[str, str]]:
    """Read path and object of each regular file from ``git ls-tree -z``."""
    for entry in filter(None, listed.split("\0")):
        about, _, path = entry.partition("\t")
        mode, _, identity = about.split(" ")
        if mode in _REGULAR:
            yield path, identity
