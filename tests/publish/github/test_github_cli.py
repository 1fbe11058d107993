"""Whole steps of a workflow: judging, publishing for a fork, joining a matrix, and the action's own entry."""

import json
from pathlib import Path

import pytest
from attacks import ATTACKS
from fake_github import HEAD, TOKEN
from msgspec.structs import replace
from result_builders import passed, regressed, undecided
from runner_rules import commands as read
from runner_rules import masked, outputs

from gate.cli import run
from gate.report import json as json_report
from gate.sandbox.server import Sandbox

FORK = {
    "workflow_run": {
        "head_sha": HEAD,
        "head_branch": "feature",
        "head_repository": {"full_name": "fork/photos"},
        "pull_requests": [],
    }
}


@pytest.fixture
def written(tmp_path):
    """The outputs of the step."""
    return lambda: outputs((tmp_path / "outputs").read_text(encoding="utf-8"))


@pytest.fixture
def result_file(tmp_path):
    """Save a result where an artifact would be."""

    def save(name, judged):
        file = tmp_path / "results" / name / "result.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(json_report.render(judged))
        return file

    return save


# --- gate check ---------------------------------------------------------------------------------------


def test_a_pull_request_is_advised_and_not_blocked(run_step, saved, github, written):
    policy, body = saved()
    code, _, err = run_step("check", f"--policy={policy}", f"--snapshot={body}")

    assert code == 0
    assert (written()["verdict"], written()["blocks"], written()["exit-code"]) == ("fail", "false", "0")
    assert "**Fail, not blocking.**" in github.bodies()[0]
    assert {name for name, _, _ in read(err)} == {"warning"}


def test_a_release_is_blocked_with_outputs_before_the_exit_code(run_step, saved, written, tmp_path):
    policy, body = saved()
    result = tmp_path / "result.json"
    code, _, err = run_step(
        "check", f"--policy={policy}", f"--snapshot={body}", f"--json={result}", event="release", payload={}
    )

    assert code == 1
    assert (written()["verdict"], written()["exit-code"]) == ("fail", "1")
    assert written()["result"] == str(result)
    assert ("perf.yml", "4") in [(p.get("file"), p.get("line")) for _, p, _ in read(err)]


def test_an_input_that_is_wrong_does_not_take_the_verdict_away(run_step, saved, github, written):
    policy, body = saved()
    code, _, err = run_step(
        "check", f"--policy={policy}", f"--snapshot={body}", event="push", payload={}, GATE_PR_NUMBER="x"
    )

    assert code == 1
    assert written()["verdict"] == "fail"
    assert github.requests == []
    assert "The input pr-number" in err


def test_reports_on_standard_output_stay_clean(run_step, saved):
    policy, body = saved()
    _, out, _ = run_step("check", f"--policy={policy}", f"--snapshot={body}", "--json=-")

    assert json.loads(out)["verdict"] == "fail"


def test_nothing_is_published_outside_of_a_workflow(run_step, saved, github):
    policy, body = saved()
    code, _, err = run_step("check", f"--policy={policy}", f"--snapshot={body}", GITHUB_ACTIONS="")

    assert (code, err, github.requests) == (0, "", [])


# --- gate publish -------------------------------------------------------------------------------------


def test_the_result_of_a_fork_is_published_and_ends_with_0(run_step, result_file, github, written):
    github.add_pull(12, owner="fork")
    code, out, _ = run_step("publish", result_file("gate", regressed()), event="workflow_run", payload=FORK)

    assert code == 0
    assert out.startswith("fail: 3.4 fails")
    assert "**Fail.**" in github.bodies(12)[0]
    assert written()["verdict"] == "fail"


@pytest.mark.parametrize("content", [b"{}", b"", b"[" * 5000])
def test_an_artifact_that_is_no_result_is_refused(run_step, result_file, github, content):
    file = result_file("gate", regressed())
    file.write_bytes(content)
    code, _, err = run_step("publish", file, event="workflow_run", payload=FORK)

    assert (code, github.requests) == (2, [])
    assert "no result" in err or "not a result" in err


def test_more_than_one_result_is_refused(run_step, result_file, tmp_path):
    result_file("a", passed())
    result_file("b", passed())

    assert run_step("publish", tmp_path / "results" / "*" / "result.json")[0] == 2


def test_publishing_outside_of_a_workflow_is_wrong_usage(result_file, monkeypatch, capsys):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    assert run(["publish", str(result_file("gate", passed()))]) == 2
    assert "no step of a GitHub workflow" in capsys.readouterr().err


# --- gate merge and gate matrix -----------------------------------------------------------------------


def test_merging_ends_with_the_worst_exit_code(run_step, result_file, tmp_path, written, github):
    result_file("a", passed())
    result_file("b", regressed())
    result_file("c", undecided())
    report = tmp_path / "report.md"
    code, out, _ = run_step(
        "merge", tmp_path / "results" / "*" / "result.json", "--expect=3", f"--markdown={report}"
    )

    assert code == 1
    assert out.splitlines()[-1].startswith("Fail: 3 apps: 1 fail (com.example.photos 3.4)")
    assert report.read_text(encoding="utf-8").startswith("❌ **3 apps")
    assert (written()["verdict"], written()["report"]) == ("fail", str(report))
    assert len(github.bodies()) == 1


def test_a_job_without_a_result_is_an_error(run_step, result_file, written):
    file = result_file("a", passed())
    code, out, _ = run_step("merge", file, "--expect=2")

    assert code == 4
    assert "1 without a verdict" in out
    assert (written()["verdict"], written()["exit-code"]) == ("error", "4")


def test_an_undecided_that_blocks_ends_with_3(result_file, capsys):
    judged = replace(undecided(), blocks=True, exit_code=3)

    assert run(["merge", str(result_file("a", judged)), str(result_file("b", passed()))]) == 3
    assert capsys.readouterr().err == ""


def test_results_that_are_not_there_are_wrong_usage(run_step):
    assert run_step("merge", "absent/*.json")[0] == 2


def test_a_matrix_has_a_job_for_each_policy(run_step, saved, tmp_path, written):
    policy, _ = saved()
    (tmp_path / "video.yml").write_text(policy.read_text().replace("photos", "video"))
    code, out, _ = run_step("matrix", tmp_path / "*.yml")

    assert code == 0
    assert json.loads(out) == {
        "include": [
            {"name": "com.example.photos", "policy": str(policy), "app": "com.example.photos"},
            {"name": "com.example.video", "policy": str(tmp_path / "video.yml"), "app": "com.example.video"},
        ]
    }
    assert (written()["matrix"], written()["count"]) == (out.strip(), "2")


def test_a_matrix_of_apps_has_a_unique_name_for_each_job(run_step, saved):
    policy, _ = saved()
    _, out, _ = run_step("matrix", policy, policy.parent / "perf.yml", "--app=a/b", "--app=a b", "--app=c")
    names = [job["name"] for job in json.loads(out)["include"]]

    assert names == ["perf-a-b", "perf-a-b-2", "c"]


@pytest.mark.parametrize("text", ["version: 1\nrules: []\n", "version: 1\nextends: preset:starter\n"])
def test_a_policy_that_is_wrong_or_names_no_app_makes_no_matrix(run_step, tmp_path, text):
    file = tmp_path / "perf.yml"
    file.write_text(text)
    code, out, _ = run_step("matrix", file)

    assert (code, out) == (2, "")


def test_a_matrix_of_more_jobs_than_github_starts_is_refused(run_step, saved):
    policy, _ = saved()

    assert run_step("matrix", policy, *(f"--app=app-{number}" for number in range(257)))[0] == 2


# --- gate action --------------------------------------------------------------------------------------


def test_the_action_judges_by_its_inputs(run_step, saved, written):
    policy, body = saved()
    code, _, _ = run_step(
        "action",
        event="push",
        payload={},
        GATE_POLICY=f" {policy}\n",
        GATE_SNAPSHOT=str(body),
        GATE_EVENT="release",
    )

    assert code == 1
    assert Path(written()["result"]).is_file()
    assert Path(written()["report"]).read_text(encoding="utf-8").startswith("❌ **Fail.**")
    assert "snapshot" not in written()


def test_the_action_puts_its_reports_where_it_is_told(run_step, saved, tmp_path, written):
    policy, body = saved()
    folder = tmp_path / "deep" / "reports"
    run_step("action", GATE_POLICY=str(policy), GATE_SNAPSHOT=str(body), GATE_REPORTS=str(folder))

    assert {file.name for file in folder.iterdir()} == {
        "result.json",
        "report.md",
        "report.html",
        "junit.xml",
        "signatures.sarif",
    }
    assert written()["result"] == str(folder / "result.json")


def test_the_action_fetches_judges_and_hides_key_and_tokens(run_step, saved, written):
    policy, _ = saved()
    with Sandbox("regressed") as sandbox:
        policy.write_text(policy.read_text().replace("com.example.photos", sandbox.app))
        code, out, err = run_step(
            "action",
            event="schedule",
            payload={},
            GATE_POLICY=str(policy),
            GATE_COMMENT="false",
            ASC_BASE_URL=sandbox.url,
            ASC_KEY_ID=sandbox.key_id,
            ASC_ISSUER_ID=sandbox.issuer_id,
            ASC_PRIVATE_KEY=sandbox.private_key,
        )
        key = sandbox.private_key.splitlines()

    assert code == 1
    assert Path(written()["snapshot"]).is_file()
    assert err.startswith("::add-mask::")
    assert masked(err, key[1]) == "***"
    tokens = [data for name, _, data in read(err) if name == "add-mask" and data.startswith("ey")]
    assert tokens
    rest = "\n".join(line for line in (out + err).splitlines() if not line.startswith("::add-mask::"))
    assert not any(secret in rest for secret in (*tokens, *key[1:-1]))


def test_the_action_fetches_a_snapshot_alone(run_step, written):
    with Sandbox("regressed") as sandbox:
        code, _, _ = run_step(
            "action",
            event="schedule",
            payload={},
            GATE_COMMAND="fetch",
            GATE_APP=sandbox.app,
            ASC_BASE_URL=sandbox.url,
            ASC_KEY_ID=sandbox.key_id,
            ASC_ISSUER_ID=sandbox.issuer_id,
            ASC_PRIVATE_KEY=sandbox.private_key,
        )

    assert code == 0
    assert Path(written()["snapshot"]).is_file()


def test_the_action_makes_a_matrix_and_joins_its_results(run_step, saved, result_file, tmp_path, written):
    policy, _ = saved()
    assert run_step("action", GATE_COMMAND="matrix", GATE_FILES=str(policy))[0] == 0
    assert json.loads(written()["matrix"])["include"][0]["policy"] == str(policy)

    result_file("a", regressed())
    code, _, _ = run_step(
        "action",
        GATE_COMMAND="merge",
        GATE_FILES=str(tmp_path / "results" / "*" / "result.json"),
        GATE_EXPECT="1",
    )
    assert code == 1
    assert Path(written()["report"]).is_file()


def test_the_action_publishes_for_a_fork(run_step, result_file, github):
    github.add_pull(12, owner="fork")
    file = result_file("gate", regressed())
    code, _, _ = run_step(
        "action", event="workflow_run", payload=FORK, GATE_COMMAND="publish", GATE_FILES=str(file)
    )

    assert code == 0
    assert len(github.bodies(12)) == 1


@pytest.fixture
def in_workspace(saved, tmp_path, monkeypatch):
    """The current folder, with a policy in it and a web page that was saved for a snapshot."""
    saved()
    (tmp_path / "page.html").write_text("<html></html>", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({}, 2, "The input policy is missing"),
        ({"GATE_COMMAND": "publish"}, 2, "The input files is missing"),
        ({"GATE_COMMAND": "merge"}, 2, "The input files is missing"),
        ({"GATE_COMMAND": "matrix"}, 2, "The input files is missing"),
        ({"GATE_COMMAND": "deploy"}, 2, "The input command is"),
        ({"GATE_POLICY": "absent.yml"}, 2, "can't be read"),
        ({"GATE_POLICY": "perf.yml", "GATE_SNAPSHOT": "perf.yml"}, 2, "not a snapshot"),
        ({"GATE_POLICY": "perf.yml", "GATE_SNAPSHOT": "page.html"}, 4, "not a snapshot"),
    ],
)
def test_an_error_becomes_outputs_summary_and_annotation_before_the_exit_code(
    run_step, in_workspace, github, written, variables, code, words
):
    found, _, err = run_step("action", **variables)

    assert found == code
    assert (written()["verdict"], written()["exit-code"]) == ("error", str(code))
    assert words in written()["sentence"]
    assert "**No verdict.**" in (in_workspace / "summary.md").read_text(encoding="utf-8")
    assert [name for name, _, _ in read(err)] == ["error"]
    assert github.requests == [], "what an earlier run has published stays"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_is_printed_is_a_command_of_somebody_else(run_step, tmp_path, attack):
    policy = tmp_path / "perf.yml"
    text = attack.encode(errors="replace").decode().replace("\0", "")
    quoted = json.dumps(text)
    policy.write_text(
        f"version: 1\napp: {quoted}\nrules:\n  - id: {quoted}\n    metrik: {quoted}\n", encoding="utf-8"
    )
    printed = [
        run_step("check", f"--policy={policy}", "--snapshot=absent.json"),
        run_step("action", GATE_POLICY=str(policy), GATE_COMMENT=text),
        run_step("check", f"--policy={text}", "--no-such-option"),
    ]

    assert [code for code, _, _ in printed] == [2, 2, 2]
    said = [
        [(name, properties.get("title")) for name, properties, _ in read(out + err)]
        for _, out, err in printed
    ]
    refused, acted, misused = said
    assert {*refused, *acted, *misused} <= {("error", "App Store gate: no verdict")}
    assert acted, "the action says an error"


def test_the_token_stands_in_no_output_and_no_report(run_step, saved, tmp_path):
    policy, body = saved()
    _, out, err = run_step("action", GATE_POLICY=str(policy), GATE_SNAPSHOT=str(body))
    files = [file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file()]

    assert not any(TOKEN in text for text in (out, err, *files))


@pytest.mark.usefixtures("in_workspace")
def test_a_folder_that_can_not_be_made_is_an_error_with_outputs(run_step, written):
    code, _, err = run_step(
        "action", GATE_POLICY="perf.yml", GATE_SNAPSHOT="metrics.json", GATE_REPORTS="perf.yml/x"
    )

    assert (code, written()["verdict"]) == (2, "error")
    assert "The folder perf.yml/x can't be made" in written()["sentence"]
    assert [name for name, _, _ in read(err)] == ["error"]


@pytest.mark.usefixtures("in_workspace")
def test_what_the_command_line_refuses_is_an_error_with_outputs(run_step, written):
    code, _, err = run_step("action", GATE_POLICY=".", GATE_SNAPSHOT="metrics.json")

    assert (code, written()["verdict"], written()["exit-code"]) == (2, "error", "2")
    assert written()["sentence"].startswith("Invalid value for '--policy'")
    assert "error" in [name for name, _, _ in read(err)]


@pytest.mark.usefixtures("in_workspace")
def test_a_defect_is_an_error_with_outputs_and_says_that_it_is_no_verdict(run_step, written, monkeypatch):
    def fail(*_, **__):
        raise LookupError("secret")

    monkeypatch.setattr("gate.cli.commands.check.load_policy", fail)
    code, _, _ = run_step("action", GATE_POLICY="perf.yml", GATE_SNAPSHOT="metrics.json")

    assert (code, written()["verdict"], written()["exit-code"]) == (4, "error", "4")
    assert written()["sentence"].startswith("internal error (LookupError): a defect of the gate")


def test_a_matrix_whose_outputs_can_not_be_written_is_wrong_usage(run_step, saved, tmp_path):
    policy, _ = saved()
    code, out, err = run_step("matrix", policy, GITHUB_OUTPUT=str(tmp_path))

    assert (code, out) == (2, "")
    assert "The outputs of the step could not be written" in err
