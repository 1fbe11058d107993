"""Draw the pictures of the README from the demo: ``make pictures``."""

import re
from html import escape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from gate.cli import run
from gate.model.result import Check, Result
from gate.report import history, terminal
from gate.report.shared import charts

HERE = Path(__file__).parent
WIDTH = 88
SHOWN = ("LAUNCH/launchTime", "all_iphones", "p50"), ("HANG/hangRate", "all_ipads", "p90")
"""Slices whose histories are drawn: a clear rise, and one within what is allowed."""

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


STYLE = """\
path { fill: none; stroke: #8b949e; stroke-width: 2.5 } text { fill: #57606a; font: 25px system-ui, sans-serif }
.grid { stroke: #d8dee4 } .band { fill: #e4e7eb; stroke: none } .old { stroke: #8b949e } .now { stroke: #b21d30 }
.dot { stroke-linecap: round; stroke-width: 12 } .dot.now { stroke-width: 17 } .trend { stroke: #c4cbd3 }
.allowed, .limit { stroke: #b21d30; stroke-dasharray: 10 7 } .goal { stroke: #1a733b; stroke-dasharray: 3 6 }
.clear { stroke: #57606a; stroke-dasharray: 2 8 } text { stroke: none !important } .tick, .unit { text-anchor: end }
.version { text-anchor: middle } .version.now { fill: #24292f; font-weight: 650 } .label { stroke: none }
.label.allowed, .label.limit { fill: #b21d30 } .label.goal { fill: #1a733b }"""


def main() -> None:
    """Write every picture."""
    result = judged("regressed")
    draw("verdict", "gate check --policy perf.yml", terminal.render(result, width=WIDTH, color=True))
    checks = [check for check in result.checks if address(check) in SHOWN and check.rule != "launch-models"]
    draw("history", "gate show", history.render(checks, width=WIDTH, color=True))
    chart(
        "fail",
        next(
            check for check in result.checks if check.state == "fail" and check.slice.device == "all_iphones"
        ),
    )
    noisy = [
        check
        for check in judged("noisy").checks
        if check.reason == "within_noise" and check.change is not None
    ]
    chart("within-noise", max(noisy, key=lambda check: check.change.relative or 0.0))


def judged(scenario: str) -> Result:
    """The result of the demo in one of the sandbox's stories."""
    with TemporaryDirectory() as folder:
        run(["demo", "--scenario", scenario, "--out", folder])
        return msgspec.json.decode((Path(folder) / "result.json").read_bytes(), type=Result)


def chart(name: str, check: Check) -> None:
    """One chart of the HTML report as a file of its own."""
    drawn = charts.draw(check)
    if drawn is None:
        raise ValueError(f"{name} has nothing to draw")
    parts = [f'<path class="{style}" d="{d}"/>' for style, d in drawn.paths]
    parts += [
        f'<text class="{style}" x="{x}" y="{y}">{escape(words)}</text>'
        for style, x, y, words in (*drawn.texts, *drawn.versions)
    ]
    box = f'viewBox="{charts.BOX}" width="{charts.WIDTH}" height="{charts.HEIGHT}"'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    body = "\n".join([f"<style>{STYLE}</style>", ground, *parts])
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n{body}\n</svg>\n'
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


def address(check: Check) -> tuple[str, str, str]:
    """Metric, device and percentile of a check."""
    return check.slice.name, check.slice.device, check.slice.percentile


def draw(name: str, title: str, text: str) -> None:
    """One window of a terminal as a file."""
    console = Console(record=True, width=WIDTH, force_terminal=True, file=StringIO())
    console.print(Text.from_ansi(text))
    svg = console.export_svg(title=title, theme=THEME, unique_id=name)
    (HERE / f"{name}.svg").write_text(without_downloads(svg), encoding="utf-8")


def without_downloads(svg: str) -> str:
    """The drawing without fonts from elsewhere: the reader's own monospaced one will do."""
    return re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.DOTALL).replace(
        "Fira Code", "ui-monospace, Menlo"
    )


if __name__ == "__main__":
    main()
