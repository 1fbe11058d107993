"""Publishing as a whole: everything in order, each for itself, and no verdict changed."""

import json

import pytest
from fake_github import BASE, HEAD, TOKEN, GitHub
from msgspec.structs import replace
from publishing import failing, healthy, many
from runner_rules import commands as read
from runner_rules import outputs

from gate.policy.types import Comment
from gate.publish.github.api import GitHubLimits
from gate.publish.github.host import GitHubHost
from gate.publish.github.outputs import FAILING_LIMIT, failing_json
from gate.publish.github.runner import read_runner
from gate.publish.host import PublishRequest
from gate.publish.host import publish as publish_on

ALL = {"GATE_CHECK_RUN": "true", "GATE_COMMIT_STATUS": "true", "GATE_ISSUE": "true"}
RUN = {
    "workflow_run": {
        "head_sha": HEAD,
        "head_branch": "feature",
        "head_repository": {"full_name": "fork/photos"},
        "pull_requests": [],
    }
}


@pytest.fixture
def publish(time):
    """Publish a story in a step with this environment: all that was printed."""

    def call(environment, story=None, **request):
        said = []
        host = GitHubHost(
            read_runner(environment),
            environment,
            say=said.append,
            clock=time,
            sleep=time.sleep,
            limits=GitHubLimits(connect_timeout=5.0, read_timeout=5.0, patience=10.0),
        )
        publish_on(host, PublishRequest(story=story or failing(), **request))
        return said

    return call


def summary(tmp_path):
    return (tmp_path / "summary.md").read_text(encoding="utf-8")


def written(tmp_path):
    return outputs((tmp_path / "outputs").read_text(encoding="utf-8"))


def warnings(said):
    return [
        data
        for name, properties, data in read("\n".join(said))
        if properties.get("title") == "App Store gate"
    ]


# --- outputs and summary ------------------------------------------------------------------------------


def test_outputs_are_text_numbers_and_json(publish, step, tmp_path):
    report = tmp_path / "report.md"
    publish(step(), paths={"report": report})
    found = written(tmp_path)

    assert (found["verdict"], found["exit-code"], found["blocks"]) == ("fail", "1", "true")
    assert (found["fail-count"], found["warn-count"], found["undecided-count"]) == ("1", "1", "2")
    assert json.loads(found["counts"])["checks"]["fail"] == 5
    assert found["report"] == str(report)
    first = json.loads(found["failing-checks"])[0]
    assert (first["rule"], first["metric"], first["device"]) == (
        "launch-typical",
        "LAUNCH/launchTime",
        "all_iphones",
    )
    assert first["value"] == 1118.0


def test_the_json_of_failing_checks_is_cut_in_whole_entries_the_worst_kept():
    story = many(2000)
    text = failing_json(story.failing)
    kept = json.loads(text)

    assert len(text) * 2 <= FAILING_LIMIT
    assert 100 < len(kept) < 2000
    assert kept[0]["rule"] == story.failing[0].rule


def test_the_summary_holds_the_report(publish, step, tmp_path):
    publish(step())

    assert summary(tmp_path).startswith("❌ **Fail.**")


def test_a_full_summary_is_left_as_it_is(publish, step, tmp_path):
    (tmp_path / "summary.md").write_text("x" * 1_040_000)
    said = publish(step(GATE_TOKEN=""))

    assert "gate: the summary of this step is full, so no report was added" in said
    assert len(summary(tmp_path)) == 1_040_000


def test_a_huge_report_fits_into_the_summary(publish, step, tmp_path):
    publish(step(GATE_TOKEN=""), many(3000, text="🚀" * 900))

    assert 500_000 < (tmp_path / "summary.md").stat().st_size < 1024 * 1024
    assert "rule-0000" in summary(tmp_path)


def test_outside_of_the_files_of_a_step_nothing_is_written(publish, step):
    said = publish(step(GITHUB_OUTPUT="", GITHUB_STEP_SUMMARY="", GATE_TOKEN=""))

    assert [name for name, _, _ in read("\n".join(said))][:2] == ["error", "error"]


def test_annotations_point_into_the_policy(publish, step, tmp_path):
    policy = tmp_path / "ci" / "perf.yml"
    policy.parent.mkdir()
    said = publish(step(GATE_TOKEN=""), policy=policy, rule_lines={"launch-typical": 2})
    files = [(properties.get("file"), properties.get("line")) for _, properties, _ in read("\n".join(said))]

    assert ("ci/perf.yml", "2") in files


# --- order and independence ---------------------------------------------------------------------------


def test_a_pull_request_gets_comment_check_run_and_status_in_this_order(publish, step, github):
    publish(step(**ALL))

    assert [path for _, path in github.calls("POST")] == [
        "issues/7/comments",
        "check-runs",
        f"statuses/{HEAD}",
    ]
    assert github.check_runs[0]["head_sha"] == HEAD, "not the merge commit"
    assert github.issues == [], "an issue is for runs without a pull request"


def test_only_the_comment_is_on_by_default(publish, step, github):
    publish(step())

    assert [path for _, path in github.calls()] == ["issues/7/comments"]


def test_a_scheduled_run_opens_an_issue_and_says_that_there_is_no_pull_request(publish, step, github):
    said = publish(step("schedule", {}, **ALL))

    assert [path for _, path in github.calls("POST")] == ["check-runs", f"statuses/{BASE}", "issues"]
    assert "gate: no comment: A scheduled run belongs to no pull request." in said


@pytest.mark.parametrize("channel", ["issues/7/comments", "check-runs", r"statuses/\w+"])
def test_each_channel_fails_for_itself(publish, step, github, tmp_path, channel):
    github.fail("POST", channel, status=422, message="Validation Failed")
    said = publish(step(**ALL))

    assert len(github.bodies()) + len(github.check_runs) + len(github.statuses) == 2
    assert len(warnings(said)) == 1
    assert "Validation Failed" in warnings(said)[0]
    assert written(tmp_path)["verdict"] == "fail"
    assert "> [!WARNING]" in summary(tmp_path)


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_file_that_can_not_be_written_stops_nothing_else(publish, step, github, tmp_path, variable):
    said = publish(step(**{variable: str(tmp_path)}))

    assert len(github.bodies()) == 1
    assert "could not be published" in warnings(said)[0]


def test_a_defect_while_drawing_stops_nothing_else(publish, step, github, tmp_path):
    def broken(*_):
        raise ZeroDivisionError

    said = publish(step(GATE_COMMIT_STATUS="true"), replace(failing(), draw=broken))

    assert len(github.statuses) == 1
    assert warnings(said) == [
        "The summary could not be published (ZeroDivisionError).",
        "The comment could not be published (ZeroDivisionError).",
    ]
    assert written(tmp_path)["verdict"] == "fail"


def test_an_address_of_the_api_that_is_none_stops_only_what_needs_it(publish, step, tmp_path):
    said = publish(step(GITHUB_API_URL="http://["))

    assert "(ValueError)" in warnings(said)[0]
    assert written(tmp_path)["verdict"] == "fail"


def test_a_payload_that_is_none_stops_only_what_needs_it(publish, step, tmp_path):
    environment = step()
    (tmp_path / "event.json").write_text("{")
    said = publish(environment)

    assert "The payload of the event can't be read" in warnings(said)[0]
    assert written(tmp_path)["verdict"] == "fail"


# --- tokens -------------------------------------------------------------------------------------------


def test_a_read_only_token_leaves_summary_and_outputs_and_one_warning(publish, step, github, tmp_path):
    github.permissions = set()
    said = publish(step(**ALL))
    (warning,) = warnings(said)

    assert "the comment (pull-requests: write), the check run (checks: write)" in warning
    assert "commit status (statuses: write)" in warning
    assert written(tmp_path)["verdict"] == "fail"
    assert summary(tmp_path).startswith("❌ **Fail.**")
    assert summary(tmp_path).count("> [!WARNING]") == 1


def test_a_private_repository_that_answers_404_is_the_same(publish, step, github):
    github.fail("POST", "issues/7/comments", status=404, message="Not Found")

    assert "the comment (pull-requests: write)" in warnings(publish(step()))[0]


def test_no_token_is_no_trouble(publish, step, github):
    said = publish(step(GATE_TOKEN=""))

    assert github.requests == []
    assert warnings(said) == []


def test_no_token_where_one_is_needed_is_said(publish, step):
    said = publish(step(GATE_TOKEN="", GATE_CHECK_RUN="true"))

    assert "gate: no token was given, so nothing is published as comment or check run" in said


def test_the_token_is_printed_nowhere(publish, step, github, tmp_path):
    github.fail("POST", "issues/7/comments", status=422, message=f"bad {TOKEN}")
    said = publish(step(**ALL))

    assert TOKEN not in "\n".join(said) + summary(tmp_path) + (tmp_path / "outputs").read_text()


# --- places -------------------------------------------------------------------------------------------


def test_the_run_of_a_fork_is_published_on_its_pull_request(publish, step, github):
    github.add_pull(12, owner="fork")
    publish(step("workflow_run", RUN, **ALL))

    assert len(github.bodies(12)) == 1
    assert github.check_runs[0]["head_sha"] == HEAD


def test_a_number_that_is_not_of_this_commit_gets_no_comment(publish, step, github):
    github.add_pull(99, head="e" * 40)
    said = publish(step("workflow_run", RUN, GATE_PR_NUMBER="99"))

    assert github.bodies(99) == []
    assert any("says nothing there" in line for line in said)


def test_an_outdated_run_says_nothing_on_the_pull_request(publish, step, github):
    github.pulls[7]["head"]["sha"] = "e" * 40
    said = publish(step())

    assert github.bodies() == []
    assert any("this run is about" in line for line in said)


def test_a_deleted_branch_has_no_commit_for_a_status(publish, step):
    said = publish(step("push", {"deleted": True}, GATE_COMMIT_STATUS="true"))

    assert "there is no commit" in warnings(said)[0]


def test_the_policy_says_how_the_comment_behaves_and_the_inputs_win(publish, step, github):
    publish(step(), healthy(), settings=Comment(when="findings", key="ios"))
    assert github.bodies() == []

    publish(
        step(GATE_COMMENT_WHEN="always", GATE_COMMENT_KEY="mac"), healthy(), settings=Comment(when="findings")
    )
    assert "key=mac " in github.bodies()[0]


def test_an_enterprise_server_is_reached_below_its_path(step, publish):
    with GitHub(prefix="/api/v3") as server:
        server.add_pull(7)
        publish(step(GITHUB_API_URL=server.url, GITHUB_GRAPHQL_URL=""))

    assert len(server.bodies()) == 1
    assert {path.split("/repos")[0] for _, path, _, _ in server.requests} == {"/api/v3", "/api/graphql"}


def test_the_run_is_linked_at_the_server_of_the_run(publish, step, github):
    publish(step(GITHUB_SERVER_URL="https://ghe.example"))

    assert "(https://ghe.example/acme/photos/actions/runs/50)" in github.bodies()[0]


def test_a_step_outside_of_actions_is_none():
    assert read_runner({}) is None
    assert read_runner({"GITHUB_ACTIONS": "false"}) is None


def test_strange_numbers_of_runs_are_no_trouble():
    runner = read_runner({"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "x", "GITHUB_RUN_ATTEMPT": "²"})

    assert (runner.run_id, runner.run_attempt) == (0, 0)
    assert runner.graphql_url == "https://api.github.com/graphql"
