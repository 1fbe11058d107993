"""The result as JUnit XML, read by the rules of those who read it."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.model.result import Result
from gate.report import junit

INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for (production ``Char``)."""
COUNTS = ("tests", "failures", "errors", "skipped")


def parsed(result: Result) -> ET.Element:
    """The root of the document."""
    return ET.fromstring(junit.render(result))  # noqa: S314 our own document


def cases(result: Result) -> list[ET.Element]:
    """All test cases."""
    return list(parsed(result).iter("testcase"))


def one(result: Result) -> tuple[str, str]:
    """What became of the only test case, and what is said of it."""
    [case] = cases(result)
    [element] = case
    return element.tag, element.text or ""


def judged(state: str, **changes: object) -> Result:
    """A result of one rule with one slice in a state."""
    reason = "no_data" if state == "undecided" else None
    mode = changes.get("mode", "enforce")
    blocks = state == "fail" and mode == "enforce" and bool(changes.pop("blocks", True))
    return build.result(
        rules=(build.rule(state=state, reason=reason, blocks=blocks, **changes),),
        checks=(build.check(state=state, reason=reason, mode=mode, sentence="It rose."),),
        exit_code=int(blocks),
        blocks=blocks,
    )


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_scene_looks_as_expected(scene: str, expected: Callable[[str, str], str]) -> None:
    made = junit.render(build.SCENES[scene]()).decode()

    assert made == expected(f"{scene}.junit.xml", made)


def test_a_rule_is_a_suite_and_a_slice_is_a_case() -> None:
    suites = parsed(build.regressed()).findall("testsuite")

    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [
        ("launch-typical", "6"),
        ("memory-peak", "2"),
        ("hang-rate", "1"),
        ("disk-writes", "1"),
        ("battery", "1"),
        ("terminations", "1"),
        ("scroll-hitches", "1"),
        ("Apple's insights", "2"),
        ("diagnostic signatures", "3"),
    ]


def test_an_enforced_fail_is_a_failure_with_its_sentence_twice() -> None:
    [case] = cases(judged("fail"))
    [failure] = case.findall("failure")

    assert (failure.get("message"), failure.get("type")) == ("It rose.", "fail")
    assert failure.text == "It rose. The rule allows: fail > +10% and > +80 ms."


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"mode": "advise"}, "Failed; the rule only advises, so this is no failure. It rose."),
        (
            {"mode": "shadow"},
            "Would fail; the rule is tried out in the shadow, so this is no failure. It rose.",
        ),
        ({"blocks": False}, "Failed, but the policy lets no failure block this event. It rose."),
    ],
)
def test_a_fail_that_blocks_nothing_is_no_failure_and_says_so(
    changes: dict[str, object], remark: str
) -> None:
    [case] = cases(judged("fail", **changes))
    [skipped] = case.findall("skipped")

    assert skipped.get("message") == remark


def test_an_undecided_slice_is_skipped_with_its_reason() -> None:
    [case] = cases(judged("undecided"))
    [skipped] = case.findall("skipped")

    assert skipped.get("message") == "no data: It rose."


def test_a_warning_is_skipped_since_readers_show_what_passes_green() -> None:
    [case] = cases(judged("warn"))
    [skipped] = case.findall("skipped")

    assert skipped.get("message") == "warn: It rose."


@pytest.mark.parametrize("state", ["improved", "pass"])
def test_what_is_green_passes_and_is_named(state: str) -> None:
    tag, text = one(judged(state))

    assert (tag, text.split(".")[0]) == ("system-out", state.capitalize())


def test_a_failed_slice_of_a_rule_that_did_not_fail_is_no_failure() -> None:
    result = build.result(
        rules=(build.rule(state="warn", blocks=False),), checks=(build.check(state="fail"),)
    )

    assert [case[0].tag for case in cases(result)] == ["skipped", "skipped"]
    assert cases(result)[0][0].get("message").startswith("The rule as a whole: warn.")


@pytest.mark.parametrize(("state", "tag"), [("fail", "failure"), ("undecided", "skipped")])
def test_a_rule_in_a_state_that_none_of_its_slices_shows_has_a_case_of_its_own(state: str, tag: str) -> None:
    rule = build.rule(state=state, reason="no_data" if state == "undecided" else None)
    passing, whole = cases(build.result(rules=(rule,), checks=(build.check(state="pass"),)))

    assert whole.get("name") == "the rule as a whole"
    assert (passing[0].tag, whole[0].tag) == ("system-out", tag)


@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_finding_of_apple_fails_as_the_run_does(exit_code: int) -> None:
    result = build.result(
        insights=(build.insight(level="fail"), build.insight(level="warn", slice_name="DISK/diskWrites")),
        signatures=(build.signature(level="fail"),),
        exit_code=exit_code,
    )

    assert len(parsed(result).findall(".//failure")) == 2 * exit_code


@pytest.mark.parametrize("scene", [*build.SCENES.values(), build.traced])
def test_counts_are_those_of_the_elements(scene: Callable[[], Result]) -> None:
    root = parsed(scene())
    suites = root.findall("testsuite")

    assert suites
    for part in (root, *suites):
        found = [len(part.findall(f".//{tag}")) for tag in ("testcase", "failure", "error", "skipped")]
        assert [int(part.attrib[count]) for count in COUNTS] == found


def test_no_two_cases_have_the_same_name_and_class() -> None:
    same = (build.check(), build.check(), build.check())
    found = cases(build.result(rules=(build.rule(),), checks=same))

    assert len({(case.get("classname"), case.get("name")) for case in found}) == 3


def test_the_name_of_a_case_is_made_of_identifiers_and_not_of_words_for_people() -> None:
    check = build.check(slice=build.key(device="iPhone15,2"), device_name="iPhone 14 Pro")
    [case] = cases(build.result(rules=(build.rule(),), checks=(check,)))

    assert case.get("name") == "LAUNCH/launchTime p50 on iPhone15,2 (iOS)"


def test_what_readers_can_not_do_without_is_always_there() -> None:
    root = parsed(with_text(build.traced(), ""))
    suites, found = root.findall("testsuite"), list(root.iter("testcase"))

    assert suites
    assert found
    assert all(suite.attrib.keys() >= {"name", "time", *COUNTS} for suite in suites)
    assert all(case.attrib.keys() == {"name", "classname", "time"} for case in found)
    assert all(case.get("name") and case.get("classname") for case in found)


def test_the_time_of_the_judgement_is_that_of_the_suites() -> None:
    assert parsed(judged("pass"))[0].get("timestamp") == "2026-11-23T12:00:00"


def test_a_result_without_rules_is_an_empty_document() -> None:
    assert parsed(build.result()).attrib["tests"] == "0"


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_stays_text(attack: str) -> None:
    result = with_text(build.traced(), attack)
    made = junit.render(result).decode()
    usual = [element.tag for element in parsed(with_text(build.traced(), "word")).iter()]

    assert [element.tag for element in parsed(result).iter()] == usual
    assert not INVALID.search(made)
    assert not re.search(r"^\s*::|##\[", made, re.MULTILINE)


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_text_makes_a_document(hostile: str) -> None:
    made = junit.render(with_text(build.regressed(), hostile))

    assert ET.fromstring(made).tag == "testsuites"  # noqa: S314 our own document
