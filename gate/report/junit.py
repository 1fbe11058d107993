"""The result as JUnit XML, which Jenkins, GitLab and the test reporters of GitHub read.

There is no standard, so this keeps to what all of them share:

* a suite per rule and a case per slice; ``classname`` repeats the suite's name, because GitLab shows that one and
  tells cases apart by ``classname`` and ``name`` alone, which therefore never repeat and do not change with the numbers;
* a failure has its sentence as ``message`` and as text, because each reader shows one of the two;
* ``time`` is there and 0: some readers can't do without it.

There is a failure exactly when the exit code is 1, so a reader that turns red at a failure does what the job does.
Only what passes or improved has passed here, because readers show that green: everything between is skipped, with what
it is and why. The first suite has the headline, the coverage and all waivers as its properties.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from xml.etree import ElementTree as ET

from msgspec import Struct

from gate.model.facts import SliceKey
from gate.model.result import Check, InsightFinding, Result, RuleOutcome, SignatureFinding
from gate.model.states import Level
from gate.report.request import ReportRequest
from gate.report.shared import signature_words, words
from gate.report.shared.outline import outline
from gate.text import sanitize

_FAIL = 1
"""Exit code of a run that fails."""
_ZONELESS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?=Z)")
_WHOLE_RULE = "the rule as a whole"
_REMARKS_ON_FAIL: dict[str, str] = {
    "enforce": "Failed, but the policy lets no failure block this event.",
    "advise": "Failed; the rule only advises, so this is no failure.",
    "shadow": "Would fail; the rule is tried out in the shadow, so this is no failure.",
}


class _Case(Struct, frozen=True, kw_only=True):
    """One test case, and what became of it."""

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    message: str = ""
    """Why it failed or was skipped, in one sentence; empty when it passed."""
    text: str
    """What there is to say of it."""


def document(request: ReportRequest) -> bytes:
    """Write the result as JUnit XML."""
    return render(request.result)


def render(result: Result) -> bytes:
    """Write the result as JUnit XML; the same result always gives the same bytes."""
    suites = [_suite(name, cases, result) for name, cases in _all_suites(result)]
    root = ET.Element("testsuites", name=_attribute(f"{result.app} {result.candidate}"))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", "0")
    if suites:
        suites[0].insert(0, _properties(result))
    root.extend(suites)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{sanitize.without_log_commands(text)}\n".encode()


def _properties(result: Result) -> ET.Element:
    """Say what the run comes to, in the one place that JUnit has for it."""
    parts = outline(result)
    named = [
        ("verdict", words.verdict_words(result)),
        ("sentence", result.sentence),
        ("coverage", words.coverage_words(parts.coverage)),
        *((f"incident {place}", one.title) for place, one in enumerate(parts.incidents, start=1)),
        *((f"waiver {place}", one.words) for place, one in enumerate(parts.waivers, start=1)),
    ]
    properties = ET.Element("properties")
    for name, text in named:
        ET.SubElement(properties, "property", name=name, value=_attribute(text))
    return properties


def _all_suites(result: Result) -> Iterator[tuple[str, list[_Case]]]:
    """Describe rules in the order of the policy, then Apple's insights and the signatures."""
    checks: dict[str, list[Check]] = {rule.id: [] for rule in result.rules}
    for check in result.checks:
        checks.setdefault(check.rule, []).append(check)
    for rule in result.rules:
        yield rule.id, list(_cases(rule, checks[rule.id]))
    blocks = result.exit_code == _FAIL
    if result.insights:
        yield "Apple's insights", [_of_insight(insight, blocks=blocks) for insight in result.insights]
    if result.signatures:
        yield "diagnostic signatures", [_of_signature(one, blocks=blocks) for one in result.signatures]


def _cases(rule: RuleOutcome, checks: Sequence[Check]) -> Iterator[_Case]:
    """Describe a case per slice, and one for the rule itself if no slice is in the state that the rule is in."""
    for check in checks:
        yield _of_check(rule, check)
    if all(check.state != rule.state for check in checks):
        yield _case(_WHOLE_RULE, rule, rule, rule.sentence)


def _of_check(rule: RuleOutcome, check: Check) -> _Case:
    allowed = f" The rule allows: {check.allowed}." if check.allowed else ""
    return _case(_slice_name(check.slice), rule, check, check.sentence + allowed)


def _slice_name(key: SliceKey) -> str:
    """Name a slice in Apple's own identifiers, which stay the same when names for people change."""
    return f"{key.name} {key.percentile} on {key.device} ({key.platform})"


def _case(name: str, rule: RuleOutcome, judged: Check | RuleOutcome, text: str) -> _Case:
    if judged.state == "undecided":
        reason = words.REASONS[judged.reason] if judged.reason is not None else "undecided"
        return _Case(name=name, outcome="skipped", message=f"{reason}: {judged.sentence}", text=text)
    if judged.state in ("pass", "improved"):
        return _Case(name=name, outcome="passed", text=f"{judged.state.capitalize()}. {text}")
    if judged.state == "warn":
        return _Case(name=name, outcome="skipped", message=f"warn: {judged.sentence}", text=text)
    # A slice fails here only where its rule does: a slice alone may be waived, or its rule only advise.
    if rule.blocks and rule.state == "fail":
        return _Case(name=name, outcome="failed", message=judged.sentence, text=text)
    remark = _REMARKS_ON_FAIL[rule.mode] if rule.state == "fail" else f"The rule as a whole: {rule.state}."
    return _Case(name=name, outcome="skipped", message=f"{remark} {judged.sentence}", text=text)


def _of_insight(insight: InsightFinding, *, blocks: bool) -> _Case:
    name = " ".join(part for part in (insight.kind, insight.slice_name, insight.subsystem) if part)
    return _finding(name, insight.level, f"{insight.sentence} {insight.agreement}", blocks=blocks)


def _of_signature(signature: SignatureFinding, *, blocks: bool) -> _Case:
    name = f"{signature.type} {signature_words.function(signature)}"
    return _finding(name, signature.level, signature.sentence, blocks=blocks)


def _finding(name: str, level: Level, text: str, *, blocks: bool) -> _Case:
    if level == "fail" and blocks:
        return _Case(name=name, outcome="failed", message=text, text=text)
    remark = _REMARKS_ON_FAIL["enforce"] if level == "fail" else f"{level.capitalize()}."
    return _Case(name=name, outcome="skipped", message=f"{remark} {text}", text=text)


def _suite(name: str, cases: Iterable[_Case], result: Result) -> ET.Element:
    suite = ET.Element("testsuite", name=_attribute(name))
    found = list(cases)
    for count, outcome in (
        ("tests", ""),
        ("failures", "failed"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        suite.set(count, str(sum(not outcome or case.outcome == outcome for case in found)))
    suite.set("time", "0")
    judged = _ZONELESS.match(result.receipt.judged_at)
    # The schema of Ant's JUnit files, by which some readers check, has a time without a zone.
    if judged:
        suite.set("timestamp", judged[0])
    used: Counter[str] = Counter()
    # Names from outside may be alike once they are sanitized, and GitLab would take two cases for one.
    for case in found:
        own = _attribute(case.name)
        used[own] += 1
        _element(suite, case, own if used[own] == 1 else f"{own} #{used[own]}", classname=_attribute(name))
    return suite


def _element(suite: ET.Element, case: _Case, name: str, *, classname: str) -> None:
    element = ET.SubElement(suite, "testcase", name=name, classname=classname, time="0")
    if case.outcome == "passed":
        place = ET.SubElement(element, "system-out")
    elif case.outcome == "skipped":
        place = ET.SubElement(element, "skipped", message=_attribute(case.message))
    else:
        place = ET.SubElement(element, "failure", message=_attribute(case.message), type="fail")
    place.text = sanitize.plain(case.text)


def _attribute(outside: str) -> str:
    """Write text for an attribute that readers can't do without, so it is never empty."""
    return sanitize.plain(outside) or "?"
