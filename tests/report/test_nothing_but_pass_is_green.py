"""Nothing but a pass and an improvement is ever green: in no format, and in no channel.

Every format of the registry is searched, so a new one is covered as soon as it is there.
"""

import json
import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest
import result_builders as build
from fake_github import BASE, HEAD, REPOSITORY, TOKEN, GitHub
from html_page import read
from loopback import Time
from msgspec.structs import replace
from runner_rules import outputs

from gate.model.result import Result
from gate.publish.combine import combine_stories
from gate.publish.describe import describe_result
from gate.publish.github import checkrun, comment, commit_status
from gate.publish.github.api import GitHubLimits
from gate.publish.github.host import GitHubHost
from gate.publish.github.runner import read_runner
from gate.publish.host import PublishRequest, publish
from gate.report.formats import FORMATS, render
from gate.report.request import ReportRequest

GREEN_WORDS = re.compile(
    "[\N{WHITE HEAVY CHECK MARK}\N{LARGE GREEN CIRCLE}\N{HEAVY CHECK MARK}\N{CHECK MARK}\N{GREEN HEART}]"
    r"|brightgreen|\bgreen\b|\bgood\b|\bsuccess(ful)?\b|\bpass(es|ed)?\b|\bimproved\b|Recovered",
    re.IGNORECASE,
)
"""Signs, colours and words of things that are well."""
GREEN_STYLE = re.compile(r"\x1b\[(?:\d+;)*(?:32|92|42|102)m")
"""What makes a terminal green."""
NOT_GREEN = ("fail", "warn", "undecided")
VERDICTS = {"partial": (0, 3), "undecided": (0, 3), "fail": (0, 1)}
"""Every verdict but a pass, with its exit codes."""
MODES = ("enforce", "advise", "shadow")
LEVELS = ("note", "warn", "fail")


def judged(
    verdict: str, code: int, states: tuple[str, ...], *, level: str = "warn", mode: str = "enforce"
) -> Result:
    """A result with a rule of one slice in each state, called after it, and findings of Apple's at one level."""
    rules, checks = [], []
    for number, state in enumerate(states):
        reason = "within_noise" if state == "undecided" else None
        blocks = code == 1 and state == "fail" and mode == "enforce"
        name = f"{state}-{number}"
        rules.append(
            build.rule(
                name, state=state, reason=reason, mode=mode, blocks=blocks, sentence=f"{name} is said."
            )
        )
        checks.append(
            build.check(
                name,
                state=state,
                reason=reason,
                mode=mode,
                allowed="",
                slice=build.key(device=f"device-{name}"),
                sentence=f"{name} is seen.",
            )
        )
    return build.result(
        verdict=verdict,
        blocks=code != 0,
        exit_code=code,
        sentence="The headline.",
        app="com.example.photos",
        rules=tuple(rules),
        checks=tuple(checks),
        insights=(build.insight(level=level),),
        signatures=(build.signature(level=level),),
        waivers=(build.waiver_status(), build.waiver_status(state="expired", days_left=-1)),
    )


def bleak() -> list[Result]:
    """Results in which nothing at all passes or improves, of every verdict, state, mode and level."""
    found = [
        judged(verdict, code, states, level=level, mode=mode)
        for verdict, codes in VERDICTS.items()
        for code, states, (level, mode) in product(
            codes, [(), *[(one,) for one in NOT_GREEN], NOT_GREEN], [*zip(LEVELS, MODES, strict=True)]
        )
    ]
    return [*found, *map(build.older, found[::7])]


def mixed() -> list[Result]:
    """Results in which something passes and improves beside each state that is not green."""
    return [
        judged(verdict, code, ("pass", other, "improved"), mode=mode)
        for verdict, codes in VERDICTS.items()
        for code, other, mode in product(codes, NOT_GREEN, MODES)
    ]


def written(name: str, result: Result) -> str:
    """A result in a format, with colours where the format knows them."""
    return render(name, ReportRequest(result=result, colour=True)).decode()


def told(text: str) -> str:
    """What is said in plain text: without counts of states in which nothing is, and explanations of words."""
    nothing = re.sub(r"\b0 (pass|improved)\b", "", text)
    lines = (line for line in nothing.splitlines() if "A slice is one metric" not in line)
    return re.sub(r"(?s)healthy\s+releases|passes at", "", "\n".join(lines))


def green_in_html(text: str) -> list[str]:
    """The green elements and words of a page."""
    body = read(text).all("body")[0]
    shown = [
        one.attributes["class"]
        for one in body.below()
        if {"pass", "improved"} & set(one.attributes.get("class", "").split())
    ]
    return shown + [one[0] for one in GREEN_WORDS.finditer(told(body.text))]


def green_in_xml(text: str) -> list[str]:
    """The cases that a reader of JUnit would show green."""
    cases = ET.fromstring(text.encode()).iter("testcase")  # noqa: S314 our own document
    return [case.get("name", "") for case in cases if case[0].tag == "system-out"]


def green_in_json(text: str) -> list[str]:
    """The green words among the values of a document; keys are names and no colours."""
    found: list[str] = []
    _leaves(json.loads(text), found)
    return [one[0] for value in found for one in GREEN_WORDS.finditer(told(value))]


def _leaves(value: object, found: list[str]) -> None:
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _leaves(one, found)
    if isinstance(value, str):
        found.append(value)


def green_in(text: str) -> list[str]:
    """Whatever is green in a document, by what kind of document it is."""
    start = text.lstrip()[:1]
    if text.lstrip().startswith("<!doctype html>"):
        return green_in_html(text)
    if start == "<":
        return green_in_xml(text)
    if start == "{":
        return green_in_json(text)
    return [one[0] for one in GREEN_STYLE.finditer(text)] + [
        one[0] for one in GREEN_WORDS.finditer(told(text))
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_where_nothing_passes_no_format_shows_anything_green(name: str) -> None:
    shown = {}
    for result in bleak():
        if green := green_in(written(name, result)):
            shown[result.verdict, result.exit_code, tuple(rule.id for rule in result.rules)] = green

    assert shown == {}


@pytest.mark.parametrize("name", FORMATS)
def test_a_pass_is_found_in_every_format(name: str) -> None:
    # Without it the test above would be true of a search that never finds anything.
    assert green_in(written(name, build.passed()))


def lines_about(text: str, name: str) -> list[str]:
    """The smallest pieces of a document that are about a rule, with what is green in each."""
    if text.lstrip().startswith("<!doctype html>"):
        rows = read(text).all("tr", "li", "article", where=lambda one: name in one.text)
        inner = [one for one in rows if not any(name in other.text for other in one.all("tr", "li"))]
        return [" ".join(part.attributes.get("class", "") for part in one.below()) for one in inner]
    if text.lstrip().startswith("<"):
        cases = ET.fromstring(text.encode()).iter("testcase")  # noqa: S314 our own document
        return [case[0].tag for case in cases if case.get("classname") == name]
    if text.lstrip().startswith("{"):
        found: list[str] = []
        _leaves(json.loads(text), found)
        return [value for value in found if name in value]
    return [line for line in text.splitlines() if name in line]


GREEN_BESIDE = re.compile(
    rf"{GREEN_STYLE.pattern}|\N{{WHITE HEAVY CHECK MARK}}|\N{{LARGE GREEN CIRCLE}}|brightgreen|system-out|(?<![\w-])(pass|improved)(?![\w-])"
)
"""What would be green beside a name; ids of rules hold their state with a hyphen, and are none."""


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_green_stands_beside_what_is_not_green(name: str) -> None:
    shown = {}
    for result in mixed():
        [other] = [rule.id for rule in result.rules if rule.state in NOT_GREEN]
        text = written(name, result)
        beside = [line for line in lines_about(text, other) if GREEN_BESIDE.search(line)]
        # Coverage and other lists may name several rules on one line; a rule has its own state's word there.
        if beside:
            shown[result.verdict, other] = beside

    assert shown == {}


@pytest.mark.parametrize("result", mixed()[::5], ids=lambda one: f"{one.verdict}-{one.exit_code}")
def test_the_verdict_itself_is_not_green(result: Result) -> None:
    page = read(written("html", result))
    first = {
        name: written(name, result).splitlines()[0] for name in ("terminal", "markdown", "summary", "full")
    }

    assert [
        name for name, line in first.items() if GREEN_STYLE.search(line) or GREEN_WORDS.search(line)
    ] == []
    assert not any(one.has_class("pass") for one in [page.all("section")[0], *page.all("h1")[0].below()])
    assert json.loads(written("badge", result))["color"] not in ("brightgreen", "green", "success")
    assert '"Good"' not in written("teams", result)


@pytest.mark.parametrize("state", ["warn", "fail"])
def test_a_badge_is_bright_green_only_when_nothing_warns(state: str) -> None:
    quiet = build.passed()
    advised = replace(
        quiet, rules=(*quiet.rules, build.rule("advice", mode="advise", state=state, blocks=False))
    )
    apple = replace(quiet, signatures=(build.signature(level="warn"),))
    slices = replace(quiet, counts={**quiet.counts, "warn": 1})

    assert json.loads(written("badge", quiet))["color"] == "brightgreen"
    assert [json.loads(written("badge", one))["color"] for one in (advised, apple, slices)] == ["yellow"] * 3


# --- channels -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "code"), [(verdict, code) for verdict, codes in VERDICTS.items() for code in codes]
)
@pytest.mark.parametrize("beside", ["alone", "with a pass", "with one missing"])
def test_no_channel_calls_anything_but_a_pass_a_success(verdict: str, code: int, beside: str) -> None:
    story = describe_result(judged(verdict, code, ("pass", "undecided")))
    if beside != "alone":
        story = combine_stories(
            [describe_result(build.passed()), story], missing=int(beside == "with one missing")
        )

    assert checkrun.conclusion(story) != "success"
    assert commit_status.state(story) != "success"
    assert story.verdict != "pass"
    assert not story.is_resolved
    assert not GREEN_WORDS.search(story.words)
    assert not GREEN_WORDS.search(story.draw("comment", 60_000, True).splitlines()[0].partition("**")[0])


def test_nothing_judged_is_no_success() -> None:
    story = combine_stories([])

    assert (checkrun.conclusion(story), commit_status.state(story)) == ("neutral", "pending")


def test_a_pass_is_a_success_in_every_channel() -> None:
    story = describe_result(build.passed())

    assert (checkrun.conclusion(story), commit_status.state(story)) == ("success", "success")
    assert comment.recovered_note(story).startswith("✅ **Recovered.**")


@pytest.mark.parametrize(
    ("verdict", "code"), [(verdict, code) for verdict, codes in VERDICTS.items() for code in codes]
)
def test_nothing_that_is_published_is_green_where_nothing_passes(verdict: str, code: int, tmp_path) -> None:
    said, time = [], Time()
    with GitHub() as github:
        github.add_pull(7)
        environment = _step(tmp_path, github.url)
        host = GitHubHost(
            read_runner(environment),
            environment,
            say=said.append,
            clock=time,
            sleep=time.sleep,
            limits=GitHubLimits(connect_timeout=5.0, read_timeout=5.0),
        )
        publish(host, PublishRequest(story=describe_result(judged(verdict, code, NOT_GREEN))))
        sent = [json.dumps(body, ensure_ascii=False) for *_, body in github.requests if body]
    step_outputs = outputs((tmp_path / "outputs").read_text(encoding="utf-8"))
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    values = [value for key, value in step_outputs.items() if key != "counts"]

    assert len(sent) >= 3
    assert green_in(summary) == []
    assert [one for text in [*sent, *values, *said] for one in GREEN_WORDS.findall(told(text))] == []


def _step(tmp_path, url):
    event = tmp_path / "event.json"
    head = {"sha": HEAD, "ref": "feature", "repo": {"full_name": REPOSITORY}}
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": head, "base": {"ref": "main"}}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": BASE,
        "GITHUB_RUN_ID": "50",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_API_URL": url,
        "GITHUB_GRAPHQL_URL": f"{url}/graphql",
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GATE_TOKEN": TOKEN,
        "GATE_CHECK_RUN": "true",
        "GATE_COMMIT_STATUS": "true",
        "GATE_ISSUE": "true",
    }
