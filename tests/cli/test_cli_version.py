"""A version that is asked for and that the saved file does not have is wrong usage, as it is live."""

import json

import pytest
from bodies import metrics_body


@pytest.fixture
def body(tmp_path):
    """A saved body with versions 1.0 to 1.4."""
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903))), encoding="utf-8")
    return file


@pytest.fixture
def ask(gate, policy_file, body):
    """Ask each command that takes a version about one: exit code, output and errors."""
    commands = {
        "check": ("check", "--policy", policy_file, "--quiet"),
        "show": ("show", "LAUNCH/launchTime"),
        "signatures": ("signatures",),
    }
    return lambda command, version, file=body: gate(
        *commands[command], "--snapshot", file, "--version", version
    )


@pytest.mark.parametrize("command", ["check", "show", "signatures"])
def test_a_version_that_the_file_lacks_is_wrong_usage_and_those_it_has_are_named(ask, command):
    code, out, err = ask(command, "9.9")

    assert (code, out) == (2, "")
    assert "The snapshot has no version 9.9" in err
    assert "it has 1.0, 1.1, 1.2, 1.3 and 1.4" in err


def test_a_misspelt_version_gets_a_suggestion(ask):
    assert "did you mean 1.4?" in ask("check", "1.4l")[2]


@pytest.mark.parametrize("command", ["check", "show"])
@pytest.mark.parametrize("version", ["1.3", "1.3.0"])
def test_a_version_that_the_file_has_is_judged_in_any_spelling(ask, command, version):
    assert ask(command, version)[0] == 0


def test_a_file_without_metrics_says_that_it_has_none(ask, tmp_path):
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps(metrics_body(())), encoding="utf-8")

    code, _, err = ask("check", "1.0", empty)

    assert code == 2
    assert "it has no metrics of any version" in err


def test_a_version_that_was_fetched_for_is_known_without_any_metrics(gate, sandboxed, ask, tmp_path):
    snapshot = tmp_path / "snapshot.json"
    with sandboxed("empty") as sandbox:
        gate("fetch", "--app", sandbox.app, "--version", "1.1", "--out", snapshot)

    code, out, _ = ask("check", "1.1", snapshot)

    assert code == 0
    assert out.startswith("undecided")


def test_signatures_of_another_version_are_not_passed_off_as_those_asked_for(gate, sandboxed, ask, tmp_path):
    snapshot = tmp_path / "snapshot.json"
    with sandboxed() as sandbox:
        gate("fetch", "--app", sandbox.app, "--out", snapshot)

    code, out, _ = ask("signatures", "3.2", snapshot)

    assert code == 0
    assert "HANGS 1" not in out
    assert "3.2" in out


@pytest.mark.parametrize("command", [("show", "LAUNCH/launchTime"), ("signatures",)])
def test_a_snapshot_of_another_app_is_refused_wherever_it_is_read(gate, sandboxed, tmp_path, command):
    snapshot = tmp_path / "snapshot.json"
    with sandboxed() as sandbox:
        gate("fetch", "--app", sandbox.app, "--out", snapshot)

    code, out, err = gate(*command, "--snapshot", snapshot, "--app", "com.example.other")

    assert (code, out) == (2, "")
    assert "The snapshot is not about app com.example.other" in err
