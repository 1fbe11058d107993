"""What is seen while App Store Connect is asked: on a terminal, on standard error, and nowhere else."""

import os
import pty
import subprocess
import sys

import pytest


@pytest.fixture
def fetch(sandboxed, tmp_path):
    """Fetch with standard error on a terminal: what is on standard output, and on the terminal."""

    def call(**variables: str) -> tuple[bytes, str]:
        saved = tmp_path / "snapshot.json"
        command = [sys.executable, "-m", "gate", "fetch", "--app", "com.example.photos", "--out", str(saved)]
        with sandboxed("healthy"):
            ours, theirs = pty.openpty()
            usual = {"TERM": "xterm-256color", "COLUMNS": "80"}
            done = subprocess.run(  # noqa: S603
                command,
                env={**os.environ, **usual, **variables},
                stdout=subprocess.PIPE,
                stderr=theirs,
                stdin=subprocess.DEVNULL,
                check=True,
                timeout=60,
            )
            os.close(theirs)
        return done.stdout, _all(ours)

    return call


def _all(terminal: int) -> str:
    """Everything that was written to a terminal whose other end is closed."""
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(terminal)
    return b"".join(parts).decode()


def test_a_terminal_shows_how_far_it_is_and_is_clean_afterwards(fetch):
    out, seen = fetch()

    assert "Asking App Store Connect" in seen
    assert seen.endswith("\x1b[1A\x1b[2K")
    assert out.startswith(b"Saved ")
    assert b"\x1b" not in out


def test_no_color_is_respected(fetch):
    _, seen = fetch(NO_COLOR="1")

    assert "Asking App Store Connect" in seen
    assert "\x1b[3" not in seen


def test_a_pipe_shows_nothing(gate, sandboxed, tmp_path):
    with sandboxed("healthy") as sandbox:
        _, _, err = gate("fetch", "--app", sandbox.app, "--out", tmp_path / "snapshot.json")

    assert err == ""
