"""The report for a terminal or a log: 80 columns, a word beside every colour, plain text when piped."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from gate.model.result import Check, InsightFinding, Result, RuleOutcome, SignatureFinding
from gate.report.request import ReportRequest
from gate.report.shared import signature_words, words
from gate.report.shared.console import MOST, STYLES, WIDTH, TerminalPage, plain, styled
from gate.report.shared.first_use import used_words
from gate.report.shared.outline import Outline, outline
from gate.report.shared.told import ToldGroup, ToldIncident, ToldPlace
from gate.report.shared.waivers import ToldWaiver
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import plural, slice_words

__all__ = ["WIDTH", "plain", "render", "render_signatures"]

_RULES_NAMED = 8
"""Rules that a line on something undecided names."""


def document(request: ReportRequest) -> bytes:
    """Write the report for a terminal or a log."""
    return render(request.result, width=request.width, color=request.colour).encode()


def render(result: Result, *, width: int | None = None, color: bool = False) -> str:
    """Write the report on a result.

    Args:
        result: What was judged.
        width: Columns; 80 when None, and 60 at least.
        color: Whether to colour it.
    """
    parts = outline(result)
    page = TerminalPage(width, color=color)
    page.item(_verdict(result))
    about = (f"{result.app} {result.candidate}".strip(), words.coverage_words(parts.coverage))
    page.item(styled(" · ".join(part for part in about if part), "dim"))
    for incident in parts.incidents:
        _incident(page, incident, result.signatures_baseline)
    _undecided(page, parts.undecided)
    page.list("Waivers", list(map(_waiver, parts.waivers)))
    page.list("Apple's other insights", [_insight(insight) for insight in parts.further_insights])
    page.list("Other signatures", [_loose(one) for one in parts.further_signatures])
    page.list("Unchanged", list(_unchanged(parts)))
    page.list("Rules apart, shown and not counted", [_rule(rule) for rule in parts.apart])
    page.list("Notes", [styled(note) for note in result.notes])
    page.list("Unknown to this version of the gate", [styled(note) for note in result.drift])
    counts = (words.counted("rule", result.rule_counts), words.counted("slice", result.counts))
    page.list("Counts", list(map(styled, counts)))
    page.list("Words", [styled(sentence, "dim") for sentence in used_words(result).values()])
    return page.finished()


def render_signatures(
    signatures: Sequence[SignatureFinding],
    notes: Sequence[str],
    *,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Write signatures alone, with what a reader should know about them; see `render`."""
    page = TerminalPage(width, color=color)
    _signatures(page, signatures)
    if not signatures:
        page.item(Text("No diagnostic signatures."))
    page.list("Notes", [styled(note) for note in notes])
    return page.finished()


def _verdict(result: Result) -> Text:
    return Text.assemble(
        (words.verdict_words(result).upper(), STYLES[result.verdict]), "  ", styled(result.sentence)
    )


def _incident(page: TerminalPage, incident: ToldIncident, baseline: str) -> None:
    plus = "+ " if incident.state == "improved" else ""
    more = ", not blocking" if incident.state == "fail" and not incident.blocks else ""
    title = sanitize.plain(f"{incident.state.capitalize()}{more}: {plus}{incident.title}")
    page.heading(title, incident.state)
    if incident.sentence:
        page.item(styled(incident.sentence), indent=2)
    if incident.checks:
        _slices(page, incident)
    page.entries(list(_facts(incident, baseline)))


def _slices(page: TerminalPage, incident: ToldIncident) -> None:
    passing = any(check.passes_at is not None for check in incident.checks)
    columns = [("Slice", False), ("Baseline → now", True), ("Change", True)]
    rows = [
        [
            _slice(check, incident.state),
            styled(words.values(check)),
            Text(words.rise(check)),
            *([styled(words.passes_at(check))] if passing else []),
        ]
        for check in incident.checks
    ]
    if incident.more:
        rows.append([Text(f"and {plural(incident.more, 'more slice')}"), *[Text()] * (len(rows[0]) - 1)])
    page.table([*columns, ("Passes at", False)] if passing else columns, rows)


def _slice(check: Check, state: words.Sign) -> Text:
    own = f" ({check.state})" if check.state != state else ""
    return styled(f"{slice_words(check.slice, check.device_name)}{own}")


def _facts(incident: ToldIncident, baseline: str) -> Iterator[Text]:
    """Say what belongs to an incident: Apple's insights, blamed places, signatures, rules, owners, advice."""
    for insight in incident.insights:
        yield styled(f"{insight.sentence}{' High impact.' if insight.high_impact else ''}")
    for place in incident.places:
        yield _place(place, baseline)
    for signature in incident.unplaced:
        yield _with_lines(signature_words.blamed_by(signature), signature_words.path_lines(signature))
    for note in incident.apple_advice:
        yield styled(f"Apple's advice: {note.text}")
    if incident.rules:
        named = ", ".join(
            f"{rule.id}{f' ({rule.mode} only)' if rule.mode != 'enforce' else ''}" for rule in incident.rules
        )
        owners = f". Owner: {', '.join(incident.owners)}" if incident.owners else ""
        yield styled(f"{'Rule' if len(incident.rules) == 1 else 'Rules'}: {named}{owners}")
    for advice in incident.advice:
        yield styled(f"Advice: {advice}")


def _place(place: ToldPlace, baseline: str) -> Text:
    where = signature_words.line_of(place.path, place.line)
    function = f" {place.function}" if where else place.function
    lines = [
        styled(
            f"{signature_words.role_of(place.is_caller)}: {where}{function}{', as above' if place.is_known else ''}"
        )
    ]
    lines += [styled(f"- {signature_words.blamed_by(signature)}") for signature in place.signatures]
    if not place.is_known:
        lines += [styled(line) for line in _known_of(place, baseline)]
    return Text("\n").join(lines)


def _known_of(place: ToldPlace, baseline: str) -> Iterator[str]:
    if place.owners:
        yield f"Owner: {', '.join(place.owners)}"
    elif place.owners_problem:
        yield f"Owner: unknown, {place.owners_problem}"
    if place.suspects:
        yield f"{signature_words.suspects_title(baseline)}:"
    for suspect in place.suspects:
        yield f"- {signature_words.suspect_words(suspect)}"
    if place.suspects_problem:
        yield place.suspects_problem


def _undecided(page: TerminalPage, groups: Sequence[ToldGroup]) -> None:
    page.list("Undecided", [_group(group) for group in groups])
    over = [check for group in groups for check in group.over]
    if not over:
        return
    page.item(Text())
    page.item(Text("Above the line, and not sure enough to fail:"), indent=2)
    columns = [("Slice", False), ("Baseline → now", True), ("Change", True), ("Conclusive at", False)]
    page.table(
        columns,
        [
            [
                _slice(check, "undecided"),
                styled(words.values(check)),
                Text(words.rise(check)),
                styled(words.conclusive(check)),
            ]
            for check in over
        ],
    )


def _group(group: ToldGroup) -> Text:
    more = len(group.rules) - _RULES_NAMED
    named = ", ".join(group.rules[:_RULES_NAMED]) + (f" and {plural(more, 'more rule')}" if more > 0 else "")
    kind = f"{words.KINDS[group.kind].capitalize()}{', blocking' if group.blocks else ''}: "
    rules = f"{'Rule' if len(group.rules) == 1 else 'Rules'}: {named}." if named else ""
    waiting = f"The policy waits for {', '.join(group.blocking)}." if group.blocking else ""
    warned = f"The policy warns of {', '.join(group.warned_of)}." if group.warned_of else ""
    # Backticks are Markdown's; here keys of the policy stand in quotes.
    remedy = group.remedy.replace("`", '"')
    said = " ".join(part for part in (group.sentence, remedy, rules, waiting, warned) if part)
    return Text.assemble((kind, STYLES["undecided"]), styled(said))


def _waiver(waiver: ToldWaiver) -> Text:
    style = STYLES["note" if waiver.state in ("in_force", "unused") and not waiver.ends else "warn"]
    said = " ".join(part for part in (waiver.sentence, waiver.ends) if part)
    return Text.assemble((f"{waiver.state_words.capitalize()}: ", style), styled(said))


def _unchanged(parts: Outline) -> Iterator[Text]:
    if parts.healthy:
        named = ", ".join(rule.id for rule in parts.healthy)
        yield styled(f"{plural(len(parts.healthy), 'rule')} passed: {named}")
    for signature in parts.unchanged:
        yield _loose(signature)


def _loose(signature: SignatureFinding) -> Text:
    where = signature_words.at_place(signature)
    said = f"{signature_words.blamed_by(signature)}{f', {where}' if where else ''}"
    return (
        styled(said)
        if signature.level == "note"
        else Text.assemble(_level(signature.level), ": ", styled(said))
    )


def _rule(rule: RuleOutcome) -> Text:
    return Text.assemble(_level(rule.state), f", {rule.mode} only: ", styled(rule.sentence))


def _insight(insight: InsightFinding) -> Text:
    impact = "High impact. " if insight.high_impact else ""
    text = styled(f"{insight.sentence} {impact}{insight.agreement}")
    return Text.assemble(_level(insight.level), ": ", text)


def _level(level: words.Sign) -> tuple[str, str]:
    return level, STYLES[level]


def _signatures(page: TerminalPage, signatures: Sequence[SignatureFinding]) -> None:
    """Write a table of signatures, and what is known of each below it."""
    if not signatures:
        return
    page.heading("Top signatures")
    columns = [("", False), ("Type", False), ("Signature", False), ("Share", True), ("Change", False)]
    page.table(columns, map(_signature_row, signatures[:MOST]))
    known = [
        _with_lines(f"{one.type} {one.rank}:", signature_words.explanation(one))
        for one in signatures
        if any(True for _ in signature_words.explanation(one))
    ]
    if known:
        page.item(Text())
        page.entries(known)


def _signature_row(signature: SignatureFinding) -> Sequence[Text]:
    where = signature_words.at_place(signature)
    weight = share(signature.weight) if signature.weight is not None else ""
    return (
        Text(*_level(signature.level)),
        styled(f"{signature.type} {signature.rank}"),
        styled(f"{signature_words.function(signature)}{f' {where}' if where else ''}"),
        Text(weight),
        Text(signature_words.change(signature)),
    )


def _with_lines(first: str, lines: Iterator[signature_words.ExplanationLine]) -> Text:
    below = [styled(line.text if line.suspect is None else f"- {line.text}") for line in lines]
    return Text("\n").join([styled(first), *below])
