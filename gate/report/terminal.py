"""The report for a terminal or a log: 80 columns, a word beside every colour, plain text when piped."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from gate.model.result import InsightFinding, Result, RuleOutcome, SignatureFinding
from gate.report.request import ReportRequest
from gate.report.shared import signature_words, words
from gate.report.shared.console import MOST, STYLES, WIDTH, TerminalPage, plain, styled
from gate.report.shared.outline import RuleFinding, UndecidedRule, grouped, outline
from gate.report.shared.waivers import waivers_in_use
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import plural, slice_words

__all__ = ["WIDTH", "plain", "render", "render_signatures"]


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
    if result.app:
        page.item(styled(f"{result.app} {result.candidate}", "dim"))
    _findings(page, "fail", "Failed", parts.failed)
    _findings(page, "warn", "Warnings", parts.warned)
    page.list("Undecided, needs attention", [_rule(finding.rule) for finding in parts.waiting])
    page.list("Apple's insights", [_insight(insight) for insight in parts.insights])
    _signatures(page, parts.signatures, [one for one in parts.signatures if one.level != "note"])
    _undecided(page, parts.undecided)
    page.list(
        "Waivers in use",
        [styled(f"{waiver.sentence} {waiver.ends}") for waiver in waivers_in_use(result.rules)],
    )
    page.list("Shadow rules that would not pass", [_rule(finding.rule) for finding in parts.shadow])
    page.list("Notes", [styled(note) for note in result.notes])
    page.list("Unknown to this version of the gate", [styled(note) for note in result.drift])
    counts = (words.counted("rule", result.rule_counts), words.counted("check", result.counts))
    page.list("Counts", list(map(styled, counts)))
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
    _signatures(page, signatures, signatures)
    if not signatures:
        page.item(Text("No diagnostic signatures."))
    page.list("Notes", [styled(note) for note in notes])
    return page.finished()


def _verdict(result: Result) -> Text:
    return Text.assemble(
        (words.verdict_words(result).upper(), STYLES[result.verdict]), "  ", styled(result.sentence)
    )


def _findings(page: TerminalPage, sign: words.Sign, title: str, findings: Sequence[RuleFinding]) -> None:
    if not findings:
        return
    page.heading(title, sign)
    columns = [
        ("Rule", False),
        ("Slice", False),
        ("Baseline → now", True),
        ("Change", True),
        ("Allowed", False),
    ]
    page.table(columns, [row for finding in findings[:MOST] for row in _rows(finding)])
    page.item(Text())
    page.entries([_rule(finding.rule) for finding in findings])


def _rows(finding: RuleFinding) -> Iterable[Sequence[Text]]:
    """List the slices of a finding; the rule and what it allows stand in the first row only."""
    rule, allowed = styled(finding.rule.id), ""
    for check in finding.checks:
        allowed_here = words.allowed(check)
        cells = (slice_words(check.slice, check.device_name), words.values(check), words.rise(check))
        yield rule, *map(styled, cells), styled("" if allowed_here == allowed else allowed_here)
        rule, allowed = Text(), allowed_here
    if finding.more:
        yield rule, Text(f"and {plural(finding.more, 'more slice')}"), *[Text()] * 3


def _rule(rule: RuleOutcome) -> Text:
    text = styled(rule.sentence)
    if rule.mode == "advise":
        text.append(" Advice only, it never blocks.")
    if rule.owner:
        text.append(f" Owner: {sanitize.plain(rule.owner)}.")
    if rule.advice:
        text.append(f" Advice: {sanitize.plain(rule.advice)}")
    return text


def _insight(insight: InsightFinding) -> Text:
    impact = "High impact. " if insight.high_impact else ""
    text = styled(f"{insight.sentence} {impact}{insight.agreement}")
    return Text.assemble(_level(insight.level), ": ", text)


def _level(level: words.Sign) -> tuple[str, str]:
    return level, STYLES[level]


def _signatures(
    page: TerminalPage, signatures: Sequence[SignatureFinding], explained: Sequence[SignatureFinding]
) -> None:
    """Write a table of signatures, and what is known of some of them below it."""
    if not signatures:
        return
    page.heading("Top signatures")
    columns = [("", False), ("Type", False), ("Signature", False), ("Share", True), ("Change", False)]
    page.table(columns, map(_signature_row, signatures[:MOST]))
    known = [text for text in map(_explained, explained) if text is not None]
    if known:
        page.item(Text())
        page.entries(known)


def _signature_row(signature: SignatureFinding) -> Sequence[Text]:
    where = signature_words.blamed_frame(signature)  # without folders, which would not fit
    weight = share(signature.weight) if signature.weight is not None else ""
    return (
        Text(*_level(signature.level)),
        styled(f"{signature.type} {signature.rank}"),
        styled(f"{signature_words.function(signature)}{f' at {where}' if where else ''}"),
        Text(weight),
        Text(signature_words.change(signature)),
    )


def _explained(signature: SignatureFinding) -> Text | None:
    """Write blame path, place, owner and suspects; None when nothing of it is known."""
    lines = [
        styled(line.text if line.suspect is None else f"- {line.text}")
        for line in signature_words.explanation(signature)
    ]
    return Text("\n").join([styled(f"{signature.type} {signature.rank}:"), *lines]) if lines else None


def _undecided(page: TerminalPage, undecided: Sequence[UndecidedRule]) -> None:
    for group in grouped(undecided):
        page.list(
            f"Undecided: {words.REASONS[group.reason]}",
            [_undecided_rule(rule) for rule in group.rules],
            under=words.CURES[group.reason],
        )


def _undecided_rule(rule: UndecidedRule) -> Text:
    more = f" So are {plural(rule.more, 'more slice')}." if rule.more else ""
    return styled(rule.sentence).append(more)
