"""Annotations in the log of a job."""

import pytest
from msgspec.structs import replace
from publishing import failing, healthy, many, waiting
from result_builders import incident, regressed, result, rule, signature, undecided, waiver_status
from runner_rules import commands as read

from gate.model.facts import Frame
from gate.model.result import BlamedPlace, SourcePlace
from gate.publish.describe import describe_result
from gate.publish.github import annotations, checkrun
from gate.publish.github.placement import PolicyPlace, locate_policy, path_in_workspace


def of(story, *, file="", lines=None):
    return read("\n".join(annotations.log_commands(story, PolicyPlace(path=file, lines=lines or {}))))


def test_the_verdict_comes_first_and_then_the_findings_worst_first():
    found = of(failing())

    assert [name for name, _, _ in found] == ["error", "error", "warning", "warning", "warning"]
    assert found[0][1]["title"] == "App Store performance: Fail"
    assert found[1][1]["title"] == "launch time +23% (907 → 1,118 ms) on all iPhones"
    assert "Rule: launch-typical. Owner: @acme/startup." in found[1][2]
    assert found[-1][1]["title"] == "Undecided: hang-rate"


def test_what_does_not_block_is_no_error():
    found = of(describe_result(replace(regressed(), blocks=False, exit_code=0)))

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
    assert found[-1][2].endswith(tail or f"Rule: rule-{count - 1:04}.")


def test_findings_point_at_the_line_of_their_rule():
    found = of(failing(), file="ci/perf.yml", lines={"launch-typical": 4})

    assert (found[1][1]["file"], found[1][1]["line"]) == ("ci/perf.yml", "4")
    assert "file" not in found[0][1]
    assert "file" not in found[2][1]


def test_a_signature_points_at_the_code_that_it_blames():
    source = SourcePlace(frame=Frame(depth=0), path="App/ThumbnailCache.m", line=218)
    judged = replace(
        regressed(),
        incidents=(),
        signatures=(signature(source=source), signature(source=replace(source, line=None))),
    )
    places = [
        (properties.get("file"), properties.get("line")) for _, properties, _ in of(describe_result(judged))
    ]

    assert [place for place in places if place[0]] == [("App/ThumbnailCache.m", "218")]
    entries = checkrun.check_annotations(describe_result(judged).findings, PolicyPlace())
    assert [entry["path"] for entry in entries] == ["App/ThumbnailCache.m"]


def test_a_file_that_only_apple_names_is_not_pointed_at():
    places = {properties.get("file") for _, properties, _ in of(failing())}

    assert places == {None}


def test_a_line_that_two_incidents_blame_is_annotated_once():
    place = BlamedPlace(function="f()", path="App/ThumbnailCache.m", line=218, signatures=(0,))
    one = signature(source=SourcePlace(frame=Frame(depth=0), path=place.path, line=place.line))
    told = tuple(incident(signatures=(0,), places=(place,)) for _ in range(2))
    judged = result(verdict="fail", signatures=(one,), incidents=told)

    assert [properties.get("line") for _, properties, _ in of(describe_result(judged))].count("218") == 1


@pytest.mark.parametrize(
    ("changes", "titles"),
    [
        ({"state": "expired", "days_left": -1}, ["Waiver of memory-peak, expired"]),
        ({"state": "exceeded"}, ["Waiver of memory-peak, exceeded"]),
        ({"days_left": 14}, ["Waiver of memory-peak, in force"]),
        ({"days_left": 15}, []),
        ({"state": "unused"}, []),
    ],
)
def test_a_waiver_is_a_notice_when_it_does_not_hold_or_ends_soon(changes, titles):
    found = of(describe_result(result(waivers=(waiver_status(**changes),))))

    assert [properties["title"] for name, properties, _ in found if name == "notice"][1:] == titles


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
