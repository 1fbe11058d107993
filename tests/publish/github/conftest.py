"""Steps of workflows without GitHub: a server, the files of a step, and stories to publish."""

import json
import os

import pytest
from bodies import metrics_body
from fake_github import BASE, HEAD, REPOSITORY, TOKEN, GitHub
from loopback import Time


@pytest.fixture
def github():
    """A GitHub with one open pull request."""
    with GitHub() as server:
        server.add_pull(7)
        yield server


@pytest.fixture
def time():
    """A clock that only sleeping moves."""
    return Time()


@pytest.fixture
def step(tmp_path, github):
    """The environment of a step; `step(event, payload, **variables)` writes the payload."""

    def make(event="pull_request", payload=None, **variables):
        file = tmp_path / "event.json"
        head = {"sha": HEAD, "ref": "feature", "repo": {"full_name": REPOSITORY}}
        usual = {"pull_request": {"number": 7, "head": head, "base": {"ref": "main"}}}
        file.write_text(json.dumps(usual if payload is None else payload), encoding="utf-8")
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": BASE,
            "GITHUB_RUN_ID": "50",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_API_URL": github.url,
            "GITHUB_GRAPHQL_URL": f"{github.url}/graphql",
            "GITHUB_OUTPUT": str(tmp_path / "outputs"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_WORKSPACE": str(tmp_path),
            "RUNNER_TEMP": str(tmp_path),
            "GATE_TOKEN": TOKEN,
            **variables,
        }

    return make


@pytest.fixture
def run_step(monkeypatch, step, capsys):
    """Run a command of the gate as a step does: exit code, standard output and standard error."""
    from gate.cli import run

    def call(*arguments, event="pull_request", payload=None, **variables):
        for name in [name for name in os.environ if name.startswith(("ASC_", "GATE_", "GITHUB_", "RUNNER_"))]:
            monkeypatch.delenv(name)
        for name, value in step(event, payload, **variables).items():
            monkeypatch.setenv(name, value)
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def saved(tmp_path):
    """A policy and a metrics body that another tool saved; `saved(values)` are those of its versions."""

    def save(values=(900, 905, 899, 907, 903, 910, 1118)):
        policy, body = tmp_path / "perf.yml", tmp_path / "metrics.json"
        policy.write_text(POLICY, encoding="utf-8")
        body.write_text(json.dumps(metrics_body(values)), encoding="utf-8")
        return policy, body

    return save


POLICY = """\
version: 1
app: com.example.photos
rules:
  - id: launch
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    fail: "> +10% and > +80 ms"
outcomes:
  default: {fail: block}
"""
