"""What is published about a judgement, the same for every channel; `gate.publish.combine` makes one of several."""

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gate.model.result import STATES, Check, Receipt, Result, RuleOutcome, State
from gate.publish.github.commands import LEVELS, AnnotationLevel
from gate.report import markdown
from gate.report.markdown import LengthName
from gate.report.shared import words
from gate.report.shared.outline import outline
from gate.text import sanitize
from gate.text.words import slice_words

StoryVerdict = Literal["pass", "fail", "undecided", "error"]
"""A verdict, or that there is none."""

_LONGEST_FIELD = 200
_NO_RECEIPT = Receipt(tool="", policy_sha256="", snapshot_sha256="", judged_at="", fetched_at="")


class StoryFinding(Struct, frozen=True, kw_only=True):
    """One thing that is worth an annotation."""

    level: AnnotationLevel
    title: str
    message: str
    rule: str = ""
    """Id of the rule it is about; empty when it is about none."""
    file: str = ""
    """Path in the repository of the code it is about; empty when that is not known."""
    line: int | None = None
    """Line in `file`, from 1."""


class FailingCheck(Struct, frozen=True, kw_only=True):
    """One failing slice, for the output ``failing-checks``."""

    app: str
    rule: str
    metric: str
    """``CATEGORY/metric``."""
    device: str
    percentile: str
    version: str
    value: float | None
    baseline: float | None
    change: float | None
    """0.23 is +23 %; null when the baseline is zero or missing."""
    unit: str


DrawMarkdown = Callable[[LengthName, int, bool], str]
"""Makes Markdown of a length, in at most so many bytes; if the last argument is false, without the receipt, whose
times differ in every run."""


class Story(Struct, frozen=True, kw_only=True):
    """What is told."""

    verdict: StoryVerdict
    blocks: bool
    exit_code: int
    words: str
    """The verdict and what it does, such as ``Fail, not blocking``."""
    sentence: str
    subject: str
    """App and version, for titles."""
    counts: dict[State, int]
    """Rules in each state."""
    check_counts: dict[State, int]
    """Checks in each state."""
    failing: tuple[FailingCheck, ...] = ()
    """Worst first."""
    findings: tuple[StoryFinding, ...] = ()
    """Worst first."""
    draw: DrawMarkdown
    """The report as Markdown.

    Raises:
        GateError: The user's own template can't be used.
    """

    @property
    def has_findings(self) -> bool:
        """Whether anybody has to look."""
        return any(finding.level != "notice" for finding in self.findings)

    @property
    def is_resolved(self) -> bool:
        """Whether all is well, beyond there being nothing to say."""
        return self.verdict == "pass" and not self.has_findings


def tell(result: Result, *, max_rows: int | None = None, template: str | None = None) -> Story:
    """What is told about one judgement.

    Args:
        result: The judgement.
        max_rows: Slices that the tables of a comment name, instead of the usual number.
        template: Source of the user's own template for the report.
    """

    def draw(length: LengthName, max_bytes: int, with_receipt: bool) -> str:
        drawn = result if with_receipt else replace(result, receipt=_NO_RECEIPT)
        rows = max_rows if length == "comment" else None
        return markdown.render(drawn, length=length, max_bytes=max_bytes, max_rows=rows, template=template)

    return Story(
        verdict=result.verdict,
        blocks=result.blocks,
        exit_code=result.exit_code,
        words=words.verdict_words(result),
        sentence=result.sentence,
        subject=" ".join(part for part in (result.app, result.candidate) if part),
        counts={state: result.rule_counts.get(state, 0) for state in STATES},
        check_counts={state: result.counts.get(state, 0) for state in STATES},
        failing=tuple(_failing(result)),
        findings=tuple(sorted(_findings(result), key=lambda one: LEVELS.index(one.level))),
        draw=draw,
    )


def _failing(result: Result) -> Iterable[FailingCheck]:
    for check in outline(result).checks:
        if check.state == "fail":
            yield _failing_check(result.app, check)


def _failing_check(app: str, check: Check) -> FailingCheck:
    return FailingCheck(
        app=_short(app),
        rule=_short(check.rule),
        metric=_short(check.slice.name),
        device=_short(check.slice.device),
        percentile=_short(check.slice.percentile),
        version=_short(check.candidate.version) if check.candidate else "",
        value=check.candidate.value if check.candidate else None,
        baseline=check.baseline.value if check.baseline else None,
        change=check.change.relative if check.change else None,
        unit=_short(check.unit),
    )


def _short(text: str) -> str:
    return sanitize.plain(text, _LONGEST_FIELD)


def _findings(result: Result) -> Iterable[StoryFinding]:
    """Rules first, worst first; then Apple's insights and the signatures that the policy cares about."""
    parts = outline(result)
    for group in (parts.failed, parts.warned, parts.waiting):
        for finding in group:
            where = (
                slice_words(finding.checks[0].slice, finding.checks[0].device_name) if finding.checks else ""
            )
            yield StoryFinding(
                level=_level_of(finding.rule),
                title=f"{finding.rule.id}: {where}" if where else finding.rule.id,
                message=_message(finding.rule),
                rule=finding.rule.id,
            )
    severe: dict[str, AnnotationLevel] = {"fail": "error" if result.blocks else "warning", "warn": "warning"}
    for insight in parts.insights:
        if insight.level in severe:
            yield StoryFinding(
                level=severe[insight.level], title=insight.slice_name, message=insight.sentence
            )
    for signature in parts.signatures:
        if signature.level in severe:
            yield StoryFinding(
                level=severe[signature.level],
                title=f"{signature.type} {signature.rank}: {signature.text}",
                message=signature.sentence,
                file=sanitize.plain(signature.source.path) if signature.source else "",
                line=signature.source.line if signature.source else None,
            )


def _level_of(rule: RuleOutcome) -> AnnotationLevel:
    return "error" if rule.blocks else "warning"


def _message(rule: RuleOutcome) -> str:
    parts = [rule.sentence, f"Owner: {rule.owner}." if rule.owner else "", rule.advice]
    return " ".join(part for part in parts if part)
