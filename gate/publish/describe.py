"""From one result to its story: the words, counts and findings that every channel shares."""

from collections.abc import Iterable

from msgspec.structs import replace

from gate.model.result import Check, Receipt, Result
from gate.model.states import STATES
from gate.publish.story import LEVELS, FailingCheck, Story, StoryFinding, StoryLength
from gate.report import markdown
from gate.report.shared import signature_words, words
from gate.report.shared.outline import outline
from gate.report.shared.told import ToldIncident
from gate.text import sanitize

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
    """List each incident at a rule's line and at the lines of code that it blames, then undecided causes that wait."""
    parts = outline(result)
    for incident in parts.incidents:
        if incident.state != "improved":
            yield _incident_finding(incident, blocks=result.blocks and incident.blocks)
            yield from _place_findings(incident, result.signatures_baseline)
    for group in parts.undecided:
        if group.waiting:
            yield StoryFinding(
                level="error" if group.blocks else "warning",
                title=f"Undecided: {', '.join(group.waiting)}",
                message=_joined(group.sentence, group.remedy),
                rule=group.waiting[0],
            )
    for waiver in parts.waivers:
        if waiver.ends or waiver.state in ("expired", "exceeded"):
            yield StoryFinding(
                level="notice",
                title=f"Waiver of {waiver.target}, {waiver.state_words}",
                message=_joined(waiver.sentence, waiver.ends),
                rule=waiver.target if waiver.kind == "rule" else "",
            )


def _incident_finding(incident: ToldIncident, *, blocks: bool) -> StoryFinding:
    owner = f"Owner: {', '.join(incident.owners)}." if incident.owners else ""
    apple = "" if incident.checks else " ".join(insight.sentence for insight in incident.insights)
    known = [signature_words.blamed_by(one) for one in incident.unplaced] if not incident.checks else []
    names = ", ".join(rule.id for rule in incident.rules)
    rules = f"{'Rule' if len(incident.rules) == 1 else 'Rules'}: {names}." if names else ""
    said = _joined(incident.sentence, apple, ". ".join(known), rules, owner, *incident.advice)
    return StoryFinding(
        level="error" if blocks else "warning",
        title=incident.title,
        message=said or incident.title,
        rule=incident.rules[0].id if incident.rules else "",
    )


def _place_findings(incident: ToldIncident, baseline: str) -> Iterable[StoryFinding]:
    for place in incident.places:
        # Two incidents may blame one line, which is told with the first of them.
        if place.is_mapped and not place.is_known:
            found = ". ".join(signature_words.blamed_by(signature) for signature in place.signatures)
            names = ", ".join(signature_words.suspect_name(suspect) for suspect in place.suspects)
            suspects = f"{signature_words.suspects_title(baseline)}: {names}." if names else ""
            yield StoryFinding(
                level="warning",
                title=f"{incident.title}: {place.function}",
                message=_joined(f"{found}." if found else "", suspects) or incident.title,
                file=sanitize.plain(place.path),
                line=place.line,
            )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
