"""Draw the pictures of the README from the demo: ``make pictures``."""

import re
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from gate.cli import run
from gate.model.result import Result
from gate.report import terminal

HERE = Path(__file__).parent
WIDTH = 88

THEME = TerminalTheme(
    (250, 250, 248),
    (36, 41, 47),
    [
        (36, 41, 47),
        (178, 29, 48),
        (26, 115, 59),
        (138, 90, 0),
        (9, 86, 178),
        (108, 55, 168),
        (0, 105, 117),
        (87, 96, 106),
    ],
    [
        (87, 96, 106),
        (178, 29, 48),
        (26, 115, 59),
        (138, 90, 0),
        (9, 86, 178),
        (108, 55, 168),
        (0, 105, 117),
        (36, 41, 47),
    ],
)
"""Dark text on light ground, every colour at least 4.5 to 1 against it."""


def main() -> None:
    """Write every picture."""
    with TemporaryDirectory() as folder:
        run(["demo", "--out", folder])
        result = msgspec.json.decode((Path(folder) / "result.json").read_bytes(), type=Result)
    console = Console(record=True, width=WIDTH, force_terminal=True, file=StringIO())
    console.print(Text.from_ansi(terminal.render(result, width=WIDTH, color=True)))
    svg = console.export_svg(title="gate check --policy perf.yml", theme=THEME, unique_id="verdict")
    (HERE / "verdict.svg").write_text(without_downloads(svg), encoding="utf-8")


def without_downloads(svg: str) -> str:
    """The drawing without fonts from elsewhere: the reader's own monospaced one will do."""
    return re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.DOTALL).replace(
        "Fira Code", "ui-monospace, Menlo"
    )


if __name__ == "__main__":
    main()
