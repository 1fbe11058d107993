"""Output for terminals in the making: width, styles, and what a console can't show."""

import re
from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gate.report.shared import words
from gate.text import sanitize

WIDTH = 80
"""Columns when the caller names none."""
LEAST_WIDTH = 60
"""Below it tables fall apart, so a narrower terminal wraps lines of this width."""
MOST = 40
"""Entries of one list that are shown; the rest is counted."""
STYLES: dict[words.Sign, str] = {
    "fail": "bold red",
    "warn": "bold yellow",
    "undecided": "bold cyan",
    "partial": "bold cyan",
    "improved": "bold green",
    "pass": "bold green",
    "note": "dim",
}
_GLUE = "\ue000"
"""Stands for a space at which no line may break; rich breaks at every real one, no-break or not."""
_TRAILING_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)
_ASCII = str.maketrans("●○─┬├┤┊→−…‘’“”·×", "*o-+||:>-~''\"\".x")  # noqa: RUF001 the reports' own signs
"""One character for one, so that columns stay where they are."""


def plain(text: str) -> str:
    """Write one line of text from outside for a terminal or a log."""
    return sanitize.without_log_commands(sanitize.plain(text))


def styled(outside: str, style: str = "") -> Text:
    """Write text from outside, in which numbers stay on a line with their units."""
    return Text(sanitize.glued(sanitize.plain(outside), _GLUE), style)


def encoded_as(text: str, encoding: str) -> str:
    """Simplify a finished text to what a console of this encoding can show; unchanged if it can show all of it."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        # Two characters for two; all others are replaced one by one, so columns stay where they are.
        simple = text.replace("± ", "+-").translate(_ASCII)
        return simple.encode(encoding, "replace").decode(encoding)
    return text


class TerminalPage:
    """Output in the making: a console that asks the environment for nothing and understands no markup."""

    def __init__(self, width: int | None, *, color: bool) -> None:
        self.width = max(width or WIDTH, LEAST_WIDTH)
        self._file = StringIO()
        self._console = Console(
            file=self._file,
            width=self.width,
            force_terminal=color,
            color_system="standard" if color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            # The caller decides on colour and width; rich would also obey COLUMNS, NO_COLOR and others.
            _environ={},
        )

    def heading(self, text: str, sign: words.Sign = "note") -> None:
        """Write a title, after a blank line."""
        style = "bold" if sign == "note" else STYLES[sign]
        self._console.print()
        self._console.print(Text(text, style))

    def item(self, text: Text, *, indent: int = 0) -> None:
        """Write a wrapped paragraph."""
        self._console.print(Padding(text, (0, 0, 0, indent)))

    def list(self, title: str, items: Sequence[Text], *, under: str = "") -> None:
        """Write a title, a line under it, and entries; nothing when there are none."""
        if not items:
            return
        self.heading(title)
        if under:
            self.item(Text(under, "dim"), indent=2)
        self.entries(items)

    def entries(self, items: Sequence[Text]) -> None:
        """Write entries with a dash before each."""
        for item in items[:MOST]:
            entry = Table.grid(padding=(0, 1, 0, 0))
            entry.add_row(Text("-"), item)
            self._console.print(Padding(entry, (0, 0, 0, 2)))
        if len(items) > MOST:
            self.item(Text(f"and {len(items) - MOST} more"), indent=2)

    def table(self, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Text]]) -> None:
        """Write rows under titles; a column is (title, whether it holds numbers)."""
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
        """Join all that was written."""
        # Only now, when no line is wrapped any more.
        text = self._file.getvalue().replace(_GLUE, " ")
        return sanitize.without_log_commands(_TRAILING_BLANKS.sub("", text).strip("\n") + "\n")
