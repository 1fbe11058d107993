"""Real repositories, made as people make them."""

import os
import subprocess
from pathlib import Path

import pytest


class Repository:
    """A git repository in a folder, with commits on fixed days and no configuration from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._day = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git; its output without the last line break."""
        day = f"2026-05-{1 + self._day:02}T10:00:00+00:00"
        done = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.devnull,
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Kim",
                "GIT_AUTHOR_EMAIL": "kim@example.com",
                "GIT_COMMITTER_NAME": "Kim",
                "GIT_COMMITTER_EMAIL": "kim@example.com",
                "GIT_AUTHOR_DATE": day,
                "GIT_COMMITTER_DATE": day,
            },
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout.removesuffix("\n")

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, subject: str, files: dict[str, str] | None = None, *, tag: str = "") -> str:
        """Commit files and everything else that changed; the commit's hash."""
        self._day += 1
        for path, text in (files or {}).items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    def move(self, path: str, to: str) -> None:
        """Move a file."""
        (self.folder / to).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).rename(self.folder / to)


@pytest.fixture
def repository(tmp_path) -> Repository:
    """An empty repository."""
    return Repository(tmp_path / "checkout")
