"""The other commands: fetch, demo, sandbox, policy, schema, signatures."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from gate import __version__
from gate.cli import COMMANDS, INTERRUPTED, cli
from gate.policy.read import read


def test_the_version_is_printed(gate):
    assert gate("--version")[1] == f"gate, version {__version__}\n"


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("policy", "check")])
def test_every_command_explains_itself(gate, command):
    code, out, _ = gate(*command, "--help")

    assert code == 0
    assert out.startswith("Usage: gate")


def test_every_option_has_a_help_text():
    options = [
        (name, parameter)
        for name in COMMANDS
        for parameter in cli.get_command(None, name).params
        if parameter.param_type_name == "option"
    ]

    assert len(options) > len(COMMANDS)
    assert [(name, option.name) for name, option in options if not option.help] == []


@pytest.mark.parametrize("command", ["check", "matrix", "merge", "render", "show", "signatures"])
def test_an_example_stands_on_a_line_of_its_own(gate, command):
    lines = gate(command, "--help")[1].splitlines()

    start = next(number for number, line in enumerate(lines) if line.strip() in ("Example:", "Examples:"))
    assert lines[start + 1].strip().startswith(f"gate {command} ")


def test_an_unknown_command_is_wrong_usage(gate):
    code, _, err = gate("chekc")

    assert code == 2
    assert "chekc" in err


def test_starting_imports_nothing_heavy():
    heavy = "{'requests', 'rich', 'jinja2', 'jwt', 'cryptography', 'yaml'}"
    code = f"import sys, gate.cli; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"

    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0  # noqa: S603


# --- fetch ------------------------------------------------------------------------------------------


def test_fetch_saves_a_snapshot_that_check_judges(gate, policy_file, sandboxed, tmp_path):
    saved = tmp_path / "snapshot.json"
    with sandboxed("healthy"):
        code, out, _ = gate("fetch", "--policy", policy_file, "--out", saved)
    verdict = gate("check", "--policy", policy_file, "--snapshot", saved, "--quiet")

    assert code == 0
    assert re.fullmatch(rf"Saved \d+ answers with \d+ slices to {re.escape(str(saved))}\.\n", out)
    assert verdict[:2] == (0, "pass: 3.4 passes: 1 rule over 1 slice; none of them moved.\n")


def test_fetch_needs_no_policy(gate, sandboxed, tmp_path):
    with sandboxed("healthy") as sandbox:
        assert gate("fetch", "--app", sandbox.app, "--out", tmp_path / "snapshot.json")[0] == 0


def test_fetch_writes_to_standard_output(gate, sandboxed):
    with sandboxed("healthy") as sandbox:
        _, out, err = gate("fetch", "--app", sandbox.app, "--out", "-")

    assert json.loads(out)["format"] == "gate-snapshot/1"
    assert "standard output" in err


def test_fetch_of_an_unknown_app_says_so_and_leaves_nothing(gate, sandboxed, tmp_path):
    saved = tmp_path / "snapshot.json"
    with sandboxed("healthy"):
        code, _, err = gate("fetch", "--app", "com.example.fotos", "--out", saved)

    assert code == 4
    assert "com.example.photos" in err
    assert not saved.exists()


def test_fetch_without_an_app_is_wrong_usage(gate, sandboxed, tmp_path):
    with sandboxed("healthy"):
        code, _, err = gate("fetch", "--out", tmp_path / "snapshot.json")

    assert code == 2
    assert "--app" in err


# --- demo -------------------------------------------------------------------------------------------


def test_the_demo_tells_its_story(gate, tmp_path):
    code, out, _ = gate("demo", "--out", tmp_path / "out")

    assert code == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["verdict"] == "fail"
    assert {rule["id"]: rule["state"] for rule in result["rules"]}["launch-typical"] == "fail"
    assert any(insight["slice_name"] == "HANG/hangRate" for insight in result["insights"])
    fresh = [one for one in result["signatures"] if one["change"] == "new"]
    assert fresh[0]["blame"][-1]["file"].endswith(".swift")
    assert "no_data" in {check["reason"] for check in result["checks"]}
    for name in ("report.md", "result.json", "snapshot.json", "policy.yml"):
        assert (tmp_path / "out" / name).stat().st_size
        assert str(tmp_path / "out" / name) in out


def test_the_demos_last_line_can_be_pasted(gate, tmp_path):
    _, out, _ = gate("demo", "--out", tmp_path / "out")
    command = out.splitlines()[-1].split()

    assert command[0].endswith("gate")
    assert gate(*command[1:])[0] == 1


def test_the_demo_plays_other_scenarios(gate, tmp_path):
    gate("demo", "--scenario", "healthy", "--out", tmp_path / "out")

    assert json.loads((tmp_path / "out" / "result.json").read_text())["verdict"] == "pass"


def test_an_unknown_scenario_is_wrong_usage(gate, tmp_path):
    code, _, err = gate("demo", "--scenario", "regresed", "--out", tmp_path / "out")

    assert code == 2
    assert "regressed" in err


# --- sandbox ----------------------------------------------------------------------------------------


def test_the_sandbox_lists_its_scenarios(gate):
    _, out, _ = gate("sandbox", "--list")

    assert {
        "healthy",
        "regressed",
        "noisy",
        "sparse",
        "empty",
        "first-release",
        "improved",
        "drifted",
        "huge",
    } <= {line.split()[0] for line in out.splitlines()}


SERVE = """
import signal
from gate.cli import main

# A shell starts its background jobs with Ctrl-C ignored, and whoever they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["sandbox", "--scenario", "healthy"])
"""


@contextmanager
def sandbox_process():
    """A sandbox in a process of its own, which ends after a minute, come what may: then its output ends too."""
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:  # noqa: S603
        watchdog = threading.Timer(60, server.kill)
        watchdog.start()
        try:
            yield server
        finally:
            watchdog.cancel()
            server.kill()


def test_the_sandbox_prints_an_environment_that_works_until_it_is_interrupted(policy_file, environment, gate):
    with sandbox_process() as server:
        for _ in range(4):
            name, _, value = server.stdout.readline().removeprefix("export ").strip().partition("=")
            environment.setenv(name, value)
        key_file = os.environ["ASC_PRIVATE_KEY_PATH"]
        mode = os.stat(key_file).st_mode & 0o777  # noqa: PTH116
        verdict = gate("check", "--policy", policy_file, "--quiet")
        server.send_signal(signal.SIGINT)
        ended = server.wait(timeout=20)

    assert mode == 0o600
    assert verdict[0] == 0
    assert ended == INTERRUPTED
    assert not os.path.exists(key_file)  # noqa: PTH110


# --- policy and schemas -----------------------------------------------------------------------------


def test_policy_check_confirms_a_valid_policy(gate, policy_file):
    assert gate("policy", "check", policy_file)[:2] == (0, f"{policy_file} is valid: 1 rule.\n")


def test_policy_check_refuses_a_wrong_one(gate, policy_file):
    policy_file.write_text("version: 1\nrules: []\n")

    assert gate("policy", "check", policy_file)[0] == 2


def test_policy_show_prints_a_policy_that_is_valid_itself(gate, policy_file, tmp_path):
    policy_file.write_text(policy_file.read_text() + "extends: preset:starter\n")
    shown = tmp_path / "shown.yml"
    shown.write_text(gate("policy", "show", policy_file)[1])

    assert read(shown.read_text()).digest == read(policy_file.read_text()).digest
    assert "launch-goal" in shown.read_text()


@pytest.mark.parametrize(
    ("command", "file"),
    [(("policy", "schema"), "policy.schema.json"), (("schema",), "result.schema.json")],
)
def test_the_published_schemas_are_what_the_commands_print(gate, root, command, file):
    assert gate(*command)[1] == (root / "docs" / "schema" / file).read_text(encoding="utf-8")


# --- signatures -------------------------------------------------------------------------------------


def test_signatures_are_listed_with_what_they_cause(gate, sandboxed):
    with sandboxed() as sandbox:
        code, out, _ = gate("signatures", "--app", sandbox.app)

    assert code == 0
    assert "LibraryIndex.rebuildIfNeeded" in out
    assert "38%" in out


def test_signatures_may_be_narrowed(gate, sandboxed):
    with sandboxed() as sandbox:
        _, out, _ = gate("signatures", "--app", sandbox.app, "--type", "DISK_WRITES", "--top", "1")

    assert "ImportJournal" in out
    assert "LibraryIndex" not in out
    assert "EXPMetadataStore" not in out
