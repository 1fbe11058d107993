"""Finding GitHub as the host of a step, and publishing there as the command line does."""

from pathlib import Path

import pytest
from publishing import failing
from result_builders import regressed
from runner_rules import commands

from gate.errors import UsageError
from gate.policy.types import Policy, Rule, Selector
from gate.publish.github.host import GitHubHost
from gate.publish.github.runner import read_payload
from gate.publish.hosts import find_host, publish_error, publish_result, publish_story, write_outputs


def test_a_step_of_a_workflow_runs_on_github_and_anything_else_on_no_host(step):
    assert isinstance(find_host(step(), say=print), GitHubHost)
    assert find_host({}, say=print) is None
    assert find_host({"GITHUB_ACTIONS": "false"}, say=print) is None


def test_outside_of_every_host_nothing_is_said_or_written(tmp_path):
    said = []
    publish_story(failing(), {}, paths={}, say=said.append)
    publish_error("It broke.", 4, {}, say=said.append)
    write_outputs({"matrix": "{}"}, {"GITHUB_OUTPUT": str(tmp_path / "outputs")}, say=said.append)

    assert said == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("line", "place"), [(4, ("ci/perf.yml", "4")), (0, (None, None))])
def test_annotations_stand_at_the_lines_that_the_policys_rules_carry(step, line, place):
    said = []
    policy = Policy(rules=(Rule(id="launch-typical", selector=Selector(metric="LAUNCH/*"), line=line),))
    environment = step(GATE_TOKEN="")
    file = Path(environment["GITHUB_WORKSPACE"], "ci", "perf.yml")
    publish_result(regressed(), policy, environment, file=file, template=None, paths={}, say=said.append)
    (finding,) = [
        properties
        for _, properties, _ in commands("\n".join(said))
        if properties.get("title", "").startswith("launch time ")
    ]

    assert (finding.get("file"), finding.get("line")) == place


def test_a_report_that_was_not_written_is_in_no_output(step, tmp_path):
    written, absent = tmp_path / "result.json", tmp_path / "absent.md"
    written.write_text("{}")
    publish_story(
        failing(), step(GATE_TOKEN=""), paths={"result": written, "report": absent, "html": None}, say=print
    )
    outputs = (tmp_path / "outputs").read_text(encoding="utf-8")

    assert str(written) in outputs
    assert str(absent) not in outputs


def test_a_step_without_a_summary_gets_its_warnings_and_errors_in_the_log(step):
    said = []
    environment = step(GITHUB_SUMMARY="", GITHUB_STEP_SUMMARY="", GITHUB_OUTPUT="")
    find_host(environment, say=said.append).warn("The badge is missing.")
    publish_error("No key.", 2, environment, say=said.append)

    assert [(name, data) for name, _, data in commands("\n".join(said))] == [
        ("warning", "The badge is missing."),
        ("error", "No key."),
    ]


def test_outputs_of_an_error_that_can_not_be_written_are_a_warning(step, tmp_path):
    said = []
    publish_error("No key.", 2, step(GITHUB_OUTPUT=str(tmp_path)), say=said.append)

    assert [(name, data) for name, _, data in commands("\n".join(said))] == [
        ("error", "No key."),
        ("warning", "The outputs could not be written: Is a directory"),
    ]


def test_a_defect_in_publishing_is_a_warning_and_leaves_the_verdict(step):
    said = []
    broken = regressed()
    policy = Policy(rules=(), app="x")
    publish_result(
        broken,
        policy,
        step(),
        file=Path("perf.yml"),
        template="{{ nothing }}",
        paths={"json": 1},
        say=said.append,
    )

    assert [data for name, _, data in commands("\n".join(said)) if name == "warning"][-1].startswith(
        "Nothing more could be published ("
    )


@pytest.mark.parametrize(("path", "payload"), [("", {}), ("absent.json", {})])
def test_a_step_without_a_payload_has_an_empty_one(tmp_path, path, payload):
    assert read_payload(str(tmp_path / path) if path else "") == payload


def test_a_payload_that_is_larger_than_githubs_is_refused(tmp_path):
    file = tmp_path / "event.json"
    with file.open("wb") as opened:
        opened.truncate(50 * 1024 * 1024 + 1)

    with pytest.raises(UsageError, match="larger than any that GitHub sends"):
        read_payload(str(file))
