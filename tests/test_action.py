"""`action.yml`, the settings and the documentation say the same, and its steps do what they say.

The composite runner below does what GitHub's does with such steps: inputs reach them through expressions only, the
shell is bash with ``-e`` and ``pipefail``, and outputs are read back from the step's file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bodies import metrics_body
from runner_rules import outputs

from gate.publish.github import bootstrap
from gate.publish.github.inputs import COMMANDS, KEY_VARIABLES, Inputs, read_inputs, variable

EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


@pytest.fixture(scope="module")
def action(root):
    return yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "github.md").read_text(encoding="utf-8")


def rows(page, header):
    """The cells of a table's rows, found by the head of its first column."""
    table = page.split(f"| {header} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]


# --- one truth ----------------------------------------------------------------------------------------


def test_every_input_reaches_the_step_in_its_own_variable_and_nothing_else_does(action):
    (step,) = action["runs"]["steps"]

    assert step["env"] == {variable(name): f"${{{{ inputs.{name} }}}}" for name in action["inputs"]}


def test_every_input_is_a_setting_and_every_setting_an_input(action):
    fields = {name.replace("_", "-") for name in Inputs.__dataclass_fields__}

    assert fields | set(KEY_VARIABLES) == set(action["inputs"])


def test_the_defaults_of_the_inputs_are_those_of_the_settings(action):
    given = {variable(name): str(spec["default"]) for name, spec in action["inputs"].items()}
    given["GATE_TOKEN"] = ""

    assert read_inputs(given) == Inputs()


def test_nothing_but_the_token_is_taken_from_the_run(action):
    defaults = {name: spec["default"] for name, spec in action["inputs"].items() if "${{" in spec["default"]}

    assert defaults == {"token": "${{ github.token }}"}


def test_every_command_is_named_in_the_description_of_its_input(action):
    words = action["inputs"]["command"]["description"]

    assert all(command in words for command in COMMANDS)


def test_every_output_is_that_of_the_step(action):
    assert {name: spec["value"] for name, spec in action["outputs"].items()} == {
        name: f"${{{{ steps.gate.outputs.{name} }}}}" for name in action["outputs"]
    }


def test_no_expression_stands_in_a_script(action):
    scripts = [step["run"] for step in action["runs"]["steps"]]

    assert scripts
    assert not any("${{" in script for script in scripts)
    assert not any("\n" in script for script in scripts), "no logic in YAML"


def test_no_other_action_is_used(action):
    assert all("uses" not in step for step in action["runs"]["steps"])


def test_every_input_and_its_default_are_documented(action, page):
    documented = {row[0].strip("`"): row[1] for row in rows(page, "input")}
    shown = {
        name: f"`{spec['default']}`" if spec["default"] else "" for name, spec in action["inputs"].items()
    }

    assert documented == {**shown, "token": "`github.token`"}


def test_every_output_is_documented(action, page):
    assert [row[0].strip("`") for row in rows(page, "output")] == list(action["outputs"])


# --- a step, run --------------------------------------------------------------------------------------

POLICY = """\
version: 1
app: com.example.photos
rules:
  - id: launch
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    fail: "> +10% and > +80 ms"
"""


class Composite:
    """A small runner of composite actions."""

    def __init__(self, action, folder, environment):
        self._action = action
        self._folder = folder
        self._environment = environment

    def run(self, **inputs):
        """Run all steps: the action's outputs, the exit code and the log."""
        values = {name: spec["default"] for name, spec in self._action["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        known = {f"inputs.{name}": value for name, value in values.items()} | {"github.token": ""}
        known["inputs.token"] = self._filled(values["token"], known)
        code, log = 0, ""
        for step in self._action["runs"]["steps"]:
            code, text, found = self._step(step, known)
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in found.items()}
            log += text
        specs = self._action["outputs"].items()
        return {name: self._filled(spec["value"], known) for name, spec in specs}, code, log

    def _step(self, step, known):
        assert step["shell"] == "bash"
        files = {name: self._folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        script = self._folder / "script.sh"
        script.write_text(self._filled(step["run"], known))
        filled = {name: self._filled(value, known) for name, value in step["env"].items()}
        done = subprocess.run(  # noqa: S603
            [shutil.which("bash"), "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            env={**self._environment, **filled, **{name: str(file) for name, file in files.items()}},
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        found = outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        return done.returncode, done.stdout + done.stderr, found

    def _filled(self, text, known):
        def value(found):
            name = found[1]
            if name.startswith("steps."):
                return known.get(name, "")
            return known[name]

        return EXPRESSION.sub(value, text)


@pytest.fixture
def composite(action, root, tmp_path):
    """The action in a workspace with a policy and a saved body; its environment is ready, so nothing is installed."""
    if os.name == "nt":
        pytest.skip("the steps are run by a POSIX bash")
    home = tmp_path / "temp" / f"appstore-gate-{bootstrap.fingerprint()}"
    (home / "bin").mkdir(parents=True)
    (home / bootstrap.READY).touch()
    python = home / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "perf.yml").write_text(POLICY)
    (tmp_path / "metrics.json").write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 1118))))
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(root),
        "GITHUB_EVENT_NAME": "release",
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "PYTHONPATH": str(tmp_path / "hostile"),
    }
    (tmp_path / "hostile").mkdir()
    for name in ("gate", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)\n")
        (tmp_path / "hostile" / f"{name}.py").write_text("raise SystemExit(99)\n")
    return Composite(action, tmp_path, environment)


def test_a_failing_release_fails_the_step_after_its_outputs_are_written(composite, tmp_path):
    found, code, log = composite.run(policy="perf.yml", snapshot="metrics.json")

    assert code == 1
    assert (found["verdict"], found["exit-code"], found["fail-count"]) == ("fail", "1", "1")
    assert json.loads(found["failing-checks"])[0]["rule"] == "launch"
    assert Path(found["report"]).is_file()
    assert "::error file=perf.yml,line=4,title=launch time " in log
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8").startswith("❌ **Fail.**")


def test_the_workspaces_own_modules_are_never_imported(composite):
    assert composite.run(policy="perf.yml", snapshot="metrics.json")[1] == 1


@pytest.mark.parametrize("name", ["policy", "all others"])
@pytest.mark.parametrize("value", ['$(touch pwned)`touch pwned`"; touch pwned; "', "--help\ntouch pwned"])
def test_no_input_is_read_by_a_shell_or_as_an_option(composite, tmp_path, name, value):
    texts = (
        "app",
        "version",
        "baseline",
        "files",
        "comment-key",
        "reports",
        "key-id",
        "private-key",
        "token",
    )
    hostile = dict.fromkeys(["policy"] if name == "policy" else texts, value)
    composite.run(**{"policy": "perf.yml", "snapshot": "metrics.json", "event": value} | hostile)

    assert not (tmp_path / "pwned").exists()


def test_a_wrong_input_is_an_error_with_outputs(composite):
    found, code, log = composite.run(policy="perf.yml", comment="perhaps")

    assert code == 2
    assert (found["verdict"], found["exit-code"]) == ("error", "2")
    assert "::error title=App Store gate%3A no verdict::The input comment is" in log
