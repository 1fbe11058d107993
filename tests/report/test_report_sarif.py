"""The signatures as SARIF."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.model.facts import Frame
from gate.model.result import Result
from gate.report import sarif


def run(result: Result) -> dict[str, Any]:
    """The one run of the document."""
    [found] = json.loads(sarif.render(result))["runs"]
    return found


def results(*signatures: object) -> list[dict[str, Any]]:
    """The results of a run with these signatures."""
    return run(build.result(signatures=signatures))["results"]


def test_a_scene_looks_as_expected(expected: Callable[[str, str], str]) -> None:
    made = sarif.render(build.traced()).decode()

    assert made == expected("traced.sarif", made)


@pytest.mark.parametrize(("is_caller", "said"), [(True, True), (False, False)])
def test_a_line_has_the_name_of_its_own_function(is_caller: bool, said: bool) -> None:
    frame = Frame(depth=1, symbol="Grid.configure()", binary="Photos", file="Grid.swift", line=40)
    place = build.source(frame=frame, is_caller=is_caller)
    blame = (frame, Frame(depth=2, symbol="Cache.decode(_:)", binary="Photos")) if is_caller else (frame,)
    [found] = results(build.signature(text="Photos: Cache.decode(_:) + 1", blame=blame, source=place))

    assert found["locations"][0]["logicalLocations"][0]["name"] == "Grid.configure()"
    assert ("It is called from here." in found["message"]["text"]) is said


def test_a_signature_is_on_its_line() -> None:
    [found] = results(build.signature(source=build.source()))

    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "Sources/Grid/ThumbnailCache.m", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 218},
    }


def test_a_signature_on_no_known_line_is_at_the_top_of_its_file() -> None:
    [found] = results(build.signature(source=build.source(line=None)))

    assert found["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a b/c#d.m", "a%20b/c%23d.m"), ("ä/%.m", "%C3%A4/%25.m"), ("a:b.m", "a%3Ab.m")],
)
def test_a_path_becomes_an_address(path: str, uri: str) -> None:
    [found] = results(build.signature(source=build.source(path=path)))

    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize(
    "source",
    [None, build.source(path=""), build.source(path="/etc/passwd"), build.source(path="../../etc/passwd")],
)
def test_a_signature_without_a_place_in_the_repository_is_a_notification(source: object) -> None:
    found = run(build.result(signatures=(build.signature(source=source),)))
    [notification] = found["invocations"][0]["toolExecutionNotifications"]

    assert found["results"] == []
    assert notification["level"] == "warning"
    assert notification["associatedRule"] == {"id": "signature/HANGS", "index": 0}
    assert "physicalLocation" not in notification["locations"][0]


def test_every_result_has_a_physical_location_because_github_refuses_the_file_otherwise() -> None:
    found = results(*build.traced().signatures)

    assert [sorted(one["locations"][0]) for one in found] == [["logicalLocations", "physicalLocation"]]


@pytest.mark.parametrize(("level", "word"), [("fail", "error"), ("warn", "warning"), ("note", "note")])
def test_a_level_has_its_name_in_sarif(level: str, word: str) -> None:
    assert results(build.signature(source=build.source(), level=level))[0]["level"] == word


def test_each_type_is_a_rule_that_results_point_at() -> None:
    signatures = [
        build.signature(source=build.source(), type=kind)
        for kind in ("HANGS", "LAUNCHES", "HANGS", "NEW_TYPE")
    ]
    found = run(build.result(signatures=signatures))
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]

    assert rules == ["signature/HANGS", "signature/LAUNCHES", "signature/NEW_TYPE"]
    assert [one["ruleId"] for one in found["results"]] == [
        rules[one["ruleIndex"]] for one in found["results"]
    ]


def fingerprint(**changes: object) -> str:
    """By which an alert is known again."""
    found = results(build.signature(source=build.source(line=changes.pop("line", 218)), **changes))[0]
    return found["partialFingerprints"]["primaryLocationLineHash"]


def test_an_alert_stays_the_same_when_numbers_and_lines_change() -> None:
    assert fingerprint(weight=0.3, sentence="It fell.", line=300) == fingerprint()


def test_an_alert_of_another_function_is_another() -> None:
    assert fingerprint(text="Photos: other() + 4") != fingerprint()


def test_a_fingerprint_that_is_known_is_used() -> None:
    assert fingerprint(fingerprint="0123456789abcdef") == "0123456789abcdef:1"


def test_the_blamed_frames_are_a_stack_with_the_innermost_first() -> None:
    [found] = results(build.signature(source=build.source()))
    frames = found["stacks"][0]["frames"]

    assert [frame["location"]["logicalLocations"][0]["name"] for frame in frames] == [
        "-[ThumbnailCache decodeImage:]",
        "-[GridController reload]",
    ]


def test_the_run_says_what_the_verdict_is() -> None:
    found = run(build.regressed())

    assert found["invocations"][0]["exitCode"] == 1
    assert found["properties"]["verdict"] == "fail"
    assert found["properties"]["ruleCounts"] == build.regressed().rule_counts


def test_a_run_without_signatures_has_no_results_and_no_rules() -> None:
    found = run(build.passed())

    assert (found["results"], found["tool"]["driver"]["rules"]) == ([], [])


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_makes_no_links_and_no_placeholders(attack: str) -> None:
    made = sarif.render(with_text(build.traced(), attack)).decode()
    message = results(build.signature(source=build.source(), name=attack))[0]["message"]["text"]

    assert json.loads(made)
    assert "](" not in message
    assert "##[" not in made


@pytest.mark.parametrize("text", ["{0}", "{1} of {2}"])
def test_a_brace_with_a_number_is_no_placeholder(text: str) -> None:
    [found] = results(build.signature(source=build.source(), sentence=text))

    assert "{0}" not in found["message"]["text"]
    assert "{1}" not in found["message"]["text"]


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_text_makes_a_document(hostile: str) -> None:
    assert run(with_text(build.traced(), hostile))["properties"]["verdict"] == "fail"
