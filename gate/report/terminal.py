"""The report for a terminal or a log: 80 columns, a word beside every colour, plain text when piped."""

import re
from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gate.model.numbers import share
from gate.model.result import STATES, InsightFinding, Result, RuleOutcome, SignatureFinding, State
from gate.model.words import plural, slice_words
from gate.report import harmless, words
from gate.report.outline import RuleFinding, UndecidedRule, grouped, outline

WIDTH = 80
"""Columns when the caller names none."""
_LEAST_WIDTH = 60
"""Below it tables fall apart, so a narrower terminal wraps lines of this width."""
_MOST = 40
"""Entries of one list that are shown; the rest is counted."""
_STYLES: dict[words.Sign, str] = {
    "fail": "bold red",
    "warn": "bold yellow",
    "undecided": "bold cyan",
    "improved": "bold green",
    "pass": "bold green",
    "note": "dim",
}
_GLUE = "\ue000"
"""Stands for a space at which no line may break; rich breaks at every real one, no-break or not."""
_TRAILING_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)


def plain(text: str) -> str:
    """One line of text from outside for a terminal or a log."""
    return harmless.without_log_commands(harmless.plain(text))


def render(result: Result, *, width: int | None = None, color: bool = False) -> str:
    """The report on a result.

    Args:
        result: What was judged.
        width: Columns; 80 when None, and 60 at least.
        color: Whether to colour it.
    """
    parts = outline(result)
    page = _Page(width, color=color)
    page.item(_verdict(result))
    if result.app:
        page.item(_text(f"{result.app} {result.candidate}", "dim"))
    _findings(page, "fail", "Failed", parts.failed)
    _findings(page, "warn", "Warnings", parts.warned)
    page.list("Undecided, needs attention", [_rule(finding.rule) for finding in parts.waiting])
    page.list("Apple's insights", [_insight(insight) for insight in parts.insights])
    _signatures(page, parts.signatures)
    _undecided(page, parts.undecided)
    page.list("Shadow rules that would not pass", [_rule(finding.rule) for finding in parts.shadow])
    page.list("Notes", [_text(note) for note in result.notes])
    page.list("Unknown to this version of the gate", [_text(note) for note in result.drift])
    page.list("Counts", [_counts("rule", result.rule_counts), _counts("check", result.counts)])
    return page.finished()


def render_signatures(
    signatures: Sequence[SignatureFinding],
    notes: Sequence[str],
    *,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Signatures alone, with what a reader should know about them; see `render`."""
    page = _Page(width, color=color)
    _signatures(page, signatures)
    if not signatures:
        page.item(Text("No diagnostic signatures."))
    page.list("Notes", [_text(note) for note in notes])
    return page.finished()


class _Page:
    """Output in the making: a console that asks the environment for nothing and understands no markup."""

    def __init__(self, width: int | None, *, color: bool) -> None:
        self._file = StringIO()
        self._console = Console(
            file=self._file,
            width=max(width or WIDTH, _LEAST_WIDTH),
            force_terminal=color,
            color_system="standard" if color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )

    def heading(self, text: str, sign: words.Sign = "note") -> None:
        """A title, after a blank line."""
        style = "bold" if sign == "note" else _STYLES[sign]
        self._console.print()
        self._console.print(Text(text, style))

    def item(self, text: Text, *, indent: int = 0) -> None:
        """A wrapped paragraph."""
        self._console.print(Padding(text, (0, 0, 0, indent)))

    def list(self, title: str, items: Sequence[Text], *, under: str = "") -> None:
        """A title, a line under it, and entries; nothing when there are none."""
        if not items:
            return
        self.heading(title)
        if under:
            self.item(Text(under, "dim"), indent=2)
        self.entries(items)

    def entries(self, items: Sequence[Text]) -> None:
        """Entries with a dash before each."""
        for item in items[:_MOST]:
            entry = Table.grid(padding=(0, 1, 0, 0))
            entry.add_row(Text("-"), item)
            self._console.print(Padding(entry, (0, 0, 0, 2)))
        if len(items) > _MOST:
            self.item(Text(f"and {len(items) - _MOST} more"), indent=2)

    def table(self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Text]]) -> None:
        """Rows under titles; a column is (title, whether it holds numbers)."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
        for title, is_number in columns:
            table.add_column(
                title,
                justify="right" if is_number else "left",
                overflow="fold",
                no_wrap=is_number,
            )
        for row in rows:
            table.add_row(*row)
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def finished(self) -> str:
        """All that was written."""
        text = self._file.getvalue().replace(_GLUE, " ")
        return harmless.without_log_commands(_TRAILING_BLANKS.sub("", text).strip("\n") + "\n")


def _text(outside: str, style: str = "") -> Text:
    return Text(harmless.glued(harmless.plain(outside), _GLUE), style)


def _verdict(result: Result) -> Text:
    return Text.assemble(
        (words.verdict_words(result).upper(), _STYLES[result.verdict]), "  ", _text(result.sentence)
    )


def _findings(page: _Page, sign: words.Sign, title: str, findings: Sequence[RuleFinding]) -> None:
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
    page.table(columns, [row for finding in findings[:_MOST] for row in _rows(finding)])
    page.item(Text())
    page.entries([_rule(finding.rule) for finding in findings])


def _rows(finding: RuleFinding) -> Iterable[Sequence[Text]]:
    """The slices of a finding; the rule and what it allows stand in the first row only."""
    rule, allowed = _text(finding.rule.id), ""
    for check in finding.checks:
        told = words.allowed(check)
        cells = (slice_words(check.slice, check.device_name), words.values(check), words.rise(check))
        yield rule, *map(_text, cells), _text("" if told == allowed else told)
        rule, allowed = Text(), told
    if finding.more:
        yield rule, Text(f"and {plural(finding.more, 'more slice')}"), *[Text()] * 3


def _rule(rule: RuleOutcome) -> Text:
    text = _text(rule.sentence)
    if rule.mode == "advise":
        text.append(" Advice only, it never blocks.")
    if rule.owner:
        text.append(f" Owner: {harmless.plain(rule.owner)}.")
    if rule.advice:
        text.append(f" Advice: {harmless.plain(rule.advice)}")
    return text


def _insight(insight: InsightFinding) -> Text:
    impact = "High impact. " if insight.high_impact else ""
    told = _text(f"{insight.sentence} {impact}{insight.agreement}")
    return Text.assemble(_level(insight.level), ": ", told)


def _level(level: words.Sign) -> tuple[str, str]:
    return level, _STYLES[level]


def _signatures(page: _Page, signatures: Sequence[SignatureFinding]) -> None:
    if not signatures:
        return
    page.heading("Top signatures")
    columns = [("", False), ("Type", False), ("Signature", False), ("Share", True), ("Change", False)]
    page.table(columns, map(_signature_row, signatures[:_MOST]))


def _signature_row(signature: SignatureFinding) -> Sequence[Text]:
    frame = words.blame(signature)
    where = f" at {frame}" if frame else ""
    weight = share(signature.weight) if signature.weight is not None else ""
    return (
        Text(*_level(signature.level)),
        _text(f"{signature.type} {signature.rank}"),
        _text(f"{signature.text}{where}"),
        Text(weight),
        Text(words.signature_change(signature)),
    )


def _undecided(page: _Page, undecided: Sequence[UndecidedRule]) -> None:
    for group in grouped(undecided):
        page.list(
            f"Undecided: {words.REASONS[group.reason]}",
            [_undecided_rule(rule) for rule in group.rules],
            under=words.CURES[group.reason],
        )


def _undecided_rule(rule: UndecidedRule) -> Text:
    more = f" So are {plural(rule.more, 'more slice')}." if rule.more else ""
    return _text(rule.sentence).append(more)


def _counts(noun: str, counts: dict[State, int]) -> Text:
    told = ", ".join(f"{counts[state]} {state}" for state in STATES)
    return Text(f"{plural(sum(counts.values()), noun)}: {told}")
