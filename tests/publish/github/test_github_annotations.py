"""Annotations in the log of a job."""

import pytest
from msgspec.structs import replace
from publishing import failing, healthy, many, waiting
from result_builders import regressed, result, rule, signature, undecided
from runner_rules import commands as read

from gate.model.facts import Frame
from gate.model.result import SourcePlace
from gate.publish.describe import describe_result
from gate.publish.github import annotations, checkrun
from gate.publish.github.placement import PolicyPlace, locate_policy, path_in_workspace


def of(story, *, file="", lines=None):
    return read("\n".join(annotations.log_commands(story, PolicyPlace(path=file, lines=lines or {}))))


def test_the_verdict_comes_first_and_then_the_findings_worst_first():
    found = of(failing())

    assert [name for name, _, _ in found] == ["error", "error", "warning", "warning", "warning", "warning"]
    assert found[0][1]["title"] == "App Store performance: Fail"
    assert found[1][1]["title"] == "launch-typical: launch time p50 on all iPhones"
    assert "Owner: @acme/startup." in found[1][2]


def test_what_does_not_block_is_no_error():
    rules = tuple(replace(one, blocks=False) for one in regressed().rules)
    found = of(describe_result(replace(regressed(), blocks=False, exit_code=0, rules=rules)))

    assert {name for name, _, _ in found} == {"warning"}
    assert found[0][1]["title"] == "App Store performance: Fail, not blocking"


@pytest.mark.parametrize("story", [healthy, waiting])
def test_a_run_without_findings_has_one_notice(story):
    assert [name for name, _, _ in of(story())] == ["notice"]


def test_an_undecided_rule_that_blocks_is_an_error():
    one = rule(state="undecided", reason="no_data", on_undecided="block", blocks=True)
    judged = result(verdict="undecided", blocks=True, exit_code=3, rules=(one,))

    assert [name for name, _, _ in of(describe_result(judged))] == ["error", "error"]


@pytest.mark.parametrize(
    ("count", "tail"),
    [(9, None), (10, " And 1 more: see the summary."), (25, " And 16 more: see the summary.")],
)
def test_ten_of_a_level_are_shown_and_the_last_says_how_many_more(count, tail):
    found = of(many(count))

    assert len(found) == min(10, count + 1)
    assert found[-1][2].endswith(tail or "x")


def test_findings_point_at_the_line_of_their_rule():
    found = of(failing(), file="ci/perf.yml", lines={"launch-typical": 4})

    assert (found[1][1]["file"], found[1][1]["line"]) == ("ci/perf.yml", "4")
    assert "file" not in found[0][1]
    assert "file" not in found[2][1]


def test_a_signature_points_at_the_code_that_it_blames():
    source = SourcePlace(frame=Frame(depth=0), path="App/ThumbnailCache.m", line=218)
    judged = replace(
        regressed(), signatures=(signature(source=source), signature(source=replace(source, line=None)))
    )
    places = [
        (properties.get("file"), properties.get("line")) for _, properties, _ in of(describe_result(judged))
    ]

    assert places[-2:] == [("App/ThumbnailCache.m", "218"), (None, None)]
    entries = checkrun.check_annotations(describe_result(judged).findings, PolicyPlace())
    assert [entry["path"] for entry in entries] == ["App/ThumbnailCache.m"]


def test_an_ignored_undecided_rule_is_not_annotated():
    assert [name for name, _, _ in of(describe_result(undecided()))] == ["notice"]


def test_paths_are_relative_to_the_workspace_or_nothing(tmp_path):
    assert path_in_workspace(tmp_path / "ci" / "perf.yml", str(tmp_path)) == "ci/perf.yml"
    assert path_in_workspace(tmp_path / "perf.yml", str(tmp_path / "elsewhere")) == ""
    assert path_in_workspace(tmp_path / "perf.yml", "") == ""


def test_a_policy_outside_of_the_workspace_has_no_lines_to_point_at(tmp_path):
    lines = {"launch-typical": 4}
    inside = locate_policy(tmp_path / "perf.yml", lines, str(tmp_path))

    assert inside == PolicyPlace(path="perf.yml", lines=lines)
    assert locate_policy(tmp_path / "perf.yml", lines, str(tmp_path / "elsewhere")) == PolicyPlace()
    assert locate_policy(None, lines, str(tmp_path)) == PolicyPlace()
