"""Whole runs of the command line, against the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gate.cli import run
from gate.sandbox.server import Sandbox

GROWTH = """\
version: 1
app: com.example.photos
rules:
  - id: launch
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    fail: "> +10% and > +80 ms"
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """No key and no event from outside."""
    for name in ("ASC_KEY_ID", "ASC_ISSUER_ID", "ASC_PRIVATE_KEY", "ASC_PRIVATE_KEY_PATH", "ASC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("GATE_APP", "GATE_POLICY", "GATE_SNAPSHOT", "GITHUB_EVENT_NAME", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def sandboxed(environment) -> Callable[..., object]:
    """A sandbox, with the environment that points the gate at it."""

    @contextmanager
    def serve(scenario: str = "regressed") -> Iterator[Sandbox]:
        with Sandbox(scenario) as sandbox:
            environment.setenv("ASC_BASE_URL", sandbox.url)
            environment.setenv("ASC_KEY_ID", sandbox.key_id)
            environment.setenv("ASC_ISSUER_ID", sandbox.issuer_id)
            environment.setenv("ASC_PRIVATE_KEY", sandbox.private_key)
            yield sandbox

    return serve


@pytest.fixture
def policy_file(tmp_path):
    """A policy with one rule, written to a file."""
    file = tmp_path / "perf.yml"
    file.write_text(GROWTH, encoding="utf-8")
    return file


@pytest.fixture
def gate(capsys):
    """Run the command line: its exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
