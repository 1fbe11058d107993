"""Exit code, JSON, Markdown, HTML, JUnit, SARIF and terminal tell the same of whole runs."""

import json
import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from bodies import metrics_body
from html_page import read

from gate.cli import run
from gate.model.states import STATES

REGRESSED = (900, 905, 899, 907, 903, 910, 1118)
HEALTHY = (900, 905, 899, 907, 903, 910, 906)
FASTER = (900, 905, 899, 907, 903, 910, 700)
NOISY = (900, 400, 1300, 600, 1200, 500, 1318)
ADVISE = "    mode: advise\n"
SHADOW = "    mode: shadow\n"
RULE = """\
  - id: {id}
    metric: LAUNCH/{metric}
    percentile: p50
    device: all_iphones
    fail: "> +10% and > +80 ms"
"""
LAUNCH = RULE.format(id="launch", metric="launchTime")
RESUME = RULE.format(id="resume", metric="resumeTime")
WAIVER = "waivers:\n  - {rule: launch, up_to: +30%, until: 2099-12-31, reason: Known}\n"
LINE = """\
  - id: limit
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    limit: "<= {} ms"
"""
LIMIT, LOW_LIMIT = LINE.format(1000), LINE.format(500)
VERDICT_WORDS = {
    ("pass", False): "Pass",
    ("fail", True): "Fail",
    ("fail", False): "Fail, not blocking",
    ("undecided", False): "Undecided",
    ("undecided", True): "Undecided, blocking",
}

RUNS = {
    "a fail": (REGRESSED, LAUNCH, "", "Fail", 1),
    "a fail on a pull request": (REGRESSED, LAUNCH, "pull_request", "Fail, not blocking", 0),
    "a fail and something undecided": (REGRESSED, LAUNCH + RESUME, "", "Fail", 1),
    "two rules that fail": (REGRESSED, LAUNCH + LIMIT, "", "Fail", 1),
    "a fail of a rule that advises": (HEALTHY, LAUNCH + LOW_LIMIT + ADVISE, "", "Pass", 0),
    "a fail of a rule in the shadow": (HEALTHY, LAUNCH + LOW_LIMIT + SHADOW, "", "Pass", 0),
    "nothing but the shadow": (REGRESSED, LAUNCH + SHADOW, "", "Undecided", 0),
    "a waiver": (REGRESSED, LAUNCH + WAIVER, "", "Pass, waived", 0),
    "a pass": (HEALTHY, LAUNCH, "", "Pass", 0),
    "an improvement": (FASTER, LAUNCH, "", "Pass", 0),
    "noise": (NOISY, LAUNCH, "", "Undecided", 0),
    "no data": ((), LAUNCH, "", "Undecided", 0),
    "no data, which blocks": ((), LAUNCH + "    on_undecided: block\n", "", "Undecided, blocking", 3),
    "no baseline": ((900,), LAUNCH, "", "Undecided", 0),
}
"""Values, rules and event of a run, and what its verdict and exit code have to be."""


class Summary(NamedTuple):
    """What a format tells of a run."""

    words: str
    exit_code: int
    rules: dict[str, int]
    checks: dict[str, int]


@pytest.fixture(params=RUNS)
def reports(request, tmp_path, capsys, monkeypatch):
    """All reports of one run, by format; and its name and exit code."""
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    values, rules, event, _, _ = RUNS[request.param]
    policy, body = tmp_path / "perf.yml", tmp_path / "body.json"
    policy.write_text(f"version: 1\napp: com.example.photos\nrules:\n{rules}", encoding="utf-8")
    body.write_text(json.dumps(metrics_body(values)), encoding="utf-8")
    formats = ("json", "markdown", "html", "junit", "sarif")
    arguments = ["check", "--policy", policy, "--snapshot", body]
    for name in formats:
        arguments += [f"--{name}", tmp_path / name]
    code = run([*map(str, arguments), *(["--event", event] if event else [])])
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in formats}
    texts["terminal"] = capsys.readouterr().out
    for name in ("summary", "full"):
        assert run(["render", str(tmp_path / "json"), "--format", name, "--out", str(tmp_path / name)]) == 0
        texts[name] = (tmp_path / name).read_text(encoding="utf-8")
    return texts | {"exit code": code, "run": request.param}


def states(text):
    """Counts by state from words such as ``❌ 1 fail, ⚠️ 0 warn``."""
    return {state: int(count) for count, state in re.findall(rf"(\d+) ({'|'.join(STATES)})\b", text)}


def from_json(text):
    """What the JSON tells."""
    result = json.loads(text)
    waived = ", waived" if any(waiver["state"] == "in_force" for waiver in result["waivers"]) else ""
    words = VERDICT_WORDS[result["verdict"], result["blocks"]] + waived
    return Summary(words, result["exit_code"], result["rule_counts"], result["counts"])


def from_markdown(text, code):
    """What the Markdown tells; it has no exit code."""
    [rules] = re.findall(r"^- \d+ rules?: (.*)$", text, re.MULTILINE)
    [checks] = re.findall(r"^- \d+ slices?: (.*)$", text, re.MULTILINE)
    return Summary(re.match(r"\S+ \*\*(.*)\.\*\*", text)[1], code, states(rules), states(checks))


def from_terminal(text, code):
    """What the terminal tells; it has no exit code."""
    [rules] = re.findall(r"^  - \d+ rules?: (.*)$", text, re.MULTILINE)
    [checks] = re.findall(r"^  - \d+ slices?: (.*)$", text, re.MULTILINE)
    return Summary(re.match(r"(.*?)  ", text)[1].capitalize(), code, states(rules), states(checks))


def from_html(text):
    """What the page tells."""
    page = read(text)
    [title] = page.all("h1")
    rules, checks = page.all("div", where=lambda one: one.has_class("tally"))
    [code] = re.findall(r"exit code (\d)", page.text)
    return Summary(title.text, int(code), states(rules.text), states(checks.text))


def from_sarif(text):
    """What the SARIF tells."""
    [found] = json.loads(text)["runs"]
    summary = found["properties"]
    waived = ", waived" if any(words.startswith("In force") for words in summary["waivers"]) else ""
    words = VERDICT_WORDS[summary["verdict"], summary["blocks"]] + waived
    return Summary(words, found["invocations"][0]["exitCode"], summary["ruleCounts"], summary["checkCounts"])


def test_verdict_and_counts_are_the_same_in_every_format(reports):
    summary = from_json(reports["json"])

    assert (summary.words, summary.exit_code) == RUNS[reports["run"]][-2:]
    assert summary.exit_code == reports["exit code"]
    assert from_terminal(reports["terminal"], summary.exit_code) == summary
    assert from_html(reports["html"]) == summary
    assert from_sarif(reports["sarif"]) == summary
    for length in ("markdown", "summary", "full"):
        assert from_markdown(reports[length], summary.exit_code) == summary


def test_junit_has_a_failure_exactly_when_the_run_fails(reports):
    failures = int(ET.fromstring(reports["junit"].encode()).attrib["failures"])  # noqa: S314 our own document

    assert (failures > 0) == (reports["exit code"] == 1)


def test_junit_has_the_state_of_each_check(reports):
    result = json.loads(reports["json"])
    root = ET.fromstring(reports["junit"].encode())  # noqa: S314 our own document

    assert len(root)
    for suite, rule in zip(root, result["rules"], strict=True):
        cases = [case for case in suite.iter("testcase") if case.get("name") != "the rule as a whole"]
        own = [check["state"] for check in result["checks"] if check["rule"] == rule["id"]]
        green = dict.fromkeys(("pass", "improved"), "system-out")
        tags = green | {"fail": "failure" if rule["blocks"] else "skipped"}
        assert [case[0].tag for case in cases] == [tags.get(state, "skipped") for state in own]


def test_the_same_sentence_explains_the_run_everywhere(reports):
    sentence = json.loads(reports["json"])["sentence"]

    for name in ("markdown", "summary", "full", "terminal", "html"):
        text = read(reports[name]).text if name == "html" else reports[name]
        shown = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH SPACE}", "").split())
        assert sentence.replace("&", "&amp;") in shown


def test_every_verdict_and_exit_code_of_a_judgement_is_among_the_runs():
    assert {run_[-2].removesuffix(", waived") for run_ in RUNS.values()} == set(VERDICT_WORDS.values())
    assert {run_[-1] for run_ in RUNS.values()} == {0, 1, 3}
