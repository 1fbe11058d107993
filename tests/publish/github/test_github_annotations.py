"""Annotations in the log of a job."""

import pytest
from msgspec.structs import replace
from publishing import failing, healthy, many, waiting
from result_builders import regressed, result, rule, signature, undecided
from runner_rules import commands as read

from gate.model.facts import Frame
from gate.model.result import SourcePlace
from gate.publish.github import annotations
from gate.publish.github.policy_lines import in_workspace, rule_lines
from gate.publish.story import tell

POLICY = """\
version: 1
app: com.example.photos
rules:
  - id: launch-typical
    metric: LAUNCH/launchTime
    fail: "> +10%"
  - metric: HANG/hangRate
    id: "hang-rate"
"""


def of(story, *, file="", lines=None):
    return read("\n".join(annotations.log_commands(story, file, lines or {})))


def test_the_verdict_comes_first_and_then_the_findings_worst_first():
    found = of(failing())

    assert [name for name, _, _ in found] == ["error", "error", "warning", "warning", "warning", "warning"]
    assert found[0][1]["title"] == "App Store performance: Fail"
    assert found[1][1]["title"] == "launch-typical: launch time p50 on all iPhones"
    assert "Owner: @acme/startup." in found[1][2]


def test_what_does_not_block_is_no_error():
    rules = tuple(replace(one, blocks=False) for one in regressed().rules)
    found = of(tell(replace(regressed(), blocks=False, exit_code=0, rules=rules)))

    assert {name for name, _, _ in found} == {"warning"}
    assert found[0][1]["title"] == "App Store performance: Fail, not blocking"


@pytest.mark.parametrize("story", [healthy, waiting])
def test_a_run_without_findings_has_one_notice(story):
    assert [name for name, _, _ in of(story())] == ["notice"]


def test_an_undecided_rule_that_blocks_is_an_error():
    one = rule(state="undecided", reason="no_data", on_undecided="block", blocks=True)
    judged = result(verdict="undecided", blocks=True, exit_code=3, rules=(one,))

    assert [name for name, _, _ in of(tell(judged))] == ["error", "error"]


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
    places = [(properties.get("file"), properties.get("line")) for _, properties, _ in of(tell(judged))]

    assert places[-2:] == [("App/ThumbnailCache.m", "218"), (None, None)]
    assert [entry["path"] for entry in annotations.of_check_run(tell(judged).findings, "", {})] == [
        "App/ThumbnailCache.m"
    ]


def test_an_ignored_undecided_rule_is_not_annotated():
    assert [name for name, _, _ in of(tell(undecided()))] == ["notice"]


def test_the_lines_of_rules_are_those_of_their_ids(tmp_path):
    file = tmp_path / "perf.yml"
    file.write_text("\ufeff" + POLICY, encoding="utf-8")

    assert rule_lines(file) == {"launch-typical": 4, "hang-rate": 8}


@pytest.mark.parametrize("text", ["", "a: [", "[]", "rules: 1", "rules: [1, {id: [x]}]", "\0"])
def test_a_file_without_rules_has_no_lines(tmp_path, text):
    file = tmp_path / "perf.yml"
    file.write_text(text)

    assert rule_lines(file) == {}
    assert rule_lines(tmp_path / "absent.yml") == {}


def test_paths_are_relative_to_the_workspace_or_nothing(tmp_path):
    assert in_workspace(tmp_path / "ci" / "perf.yml", str(tmp_path)) == "ci/perf.yml"
    assert in_workspace(tmp_path / "perf.yml", str(tmp_path / "elsewhere")) == ""
    assert in_workspace(tmp_path / "perf.yml", "") == ""
