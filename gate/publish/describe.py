"""From one result to its story: the words, counts and findings that every channel shares."""

from collections.abc import Iterable

from msgspec.structs import replace

from gate.model.result import Check, Receipt, Result, RuleOutcome
from gate.model.states import STATES
from gate.publish.story import LEVELS, AnnotationLevel, FailingCheck, Story, StoryFinding, StoryLength
from gate.report import markdown
from gate.report.shared import words
from gate.report.shared.outline import outline
from gate.text import sanitize
from gate.text.words import slice_words

_LONGEST_FIELD = 200
_NO_RECEIPT = Receipt(tool="", policy_sha256="", snapshot_sha256="", judged_at="", fetched_at="")


def describe_result(result: Result, *, max_rows: int | None = None, template: str | None = None) -> Story:
    """Make the story of one judgement.

    Args:
        result: The judgement.
        max_rows: Slices that the tables of a comment name, instead of the usual number.
        template: Source of the user's own template for the report.
    """

    def draw(length: StoryLength, max_bytes: int, with_receipt: bool) -> str:
        drawn = result if with_receipt else replace(result, receipt=_NO_RECEIPT)
        # Comments are read beside the code, so only they are kept as short as the policy asks.
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
    """List rules first, worst first; then Apple's insights and the signatures that the policy cares about."""
    yield from _rule_findings(result)
    # A fail of an insight or a signature is an error only if the run is held up by it.
    severe: dict[str, AnnotationLevel] = {"fail": "error" if result.blocks else "warning", "warn": "warning"}
    parts = outline(result)
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


def _rule_findings(result: Result) -> Iterable[StoryFinding]:
    parts = outline(result)
    for group in (parts.failed, parts.warned, parts.waiting):
        for finding in group:
            worst = finding.checks[0] if finding.checks else None
            where = slice_words(worst.slice, worst.device_name) if worst else ""
            yield StoryFinding(
                level="error" if finding.rule.blocks else "warning",
                title=f"{finding.rule.id}: {where}" if where else finding.rule.id,
                message=_message(finding.rule),
                rule=finding.rule.id,
            )


def _message(rule: RuleOutcome) -> str:
    parts = [rule.sentence, f"Owner: {rule.owner}." if rule.owner else "", rule.advice]
    return " ".join(part for part in parts if part)
