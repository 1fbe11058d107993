"""The charts of reports, parsed by Mermaid itself: by an old release that GitHub ran, and by a new one."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text

from gate.report.shared import mermaid
from gate.report.shared.words import reference_lines

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not (HERE / "node_modules").is_dir(),
    reason="Mermaid is not installed: npm ci --prefix tests/report/mermaid",
)


def source(check):
    """The diagram of a check with all its lines."""
    return mermaid.source(check, reference_lines(check))


def types(diagrams: list[str]) -> list[list[str]]:
    """What each release of Mermaid takes each diagram for, or why it can't."""
    command = [str(NODE), str(HERE / "parse.mjs")]
    done = subprocess.run(  # noqa: S603 our own script
        command, input=json.dumps(diagrams), capture_output=True, text=True, timeout=120, check=True
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_the_charts_of_a_report_are_parsed():
    checks = [check for check in build.traced().checks if source(check)]

    assert {tuple(found) for found in types([source(check) for check in checks])} == {("xychart", "xychart")}


def test_charts_of_hostile_text_are_parsed():
    checks = [with_text(build.traced().checks[0], attack) for attack in ATTACKS]
    found = types([source(check) for check in checks])

    assert [attack for attack, types_ in zip(ATTACKS, found, strict=True) if set(types_) != {"xychart"}] == []


def test_charts_of_unusual_numbers_are_parsed():
    pairs = [(1e-9, 2e-9), (1e11, 1.5), (0.0, 0.0), (-4.2, 3.0), (1e-7, 123456.789), (5e-324, 1.0)]
    histories = [
        (build.Point(version="1", value=one), build.Point(version="2", value=two)) for one, two in pairs
    ]
    sources = [source(build.check(history=points, before=points[0].value)) for points in histories]

    assert types(sources) == [["xychart", "xychart"]] * len(pairs)


def test_a_wrong_chart_is_noticed():
    [[new, old]] = types(['xychart-beta\n  x-axis [""]\n  bar [1e-7]'])

    assert "Parse error" in new
    assert "Parse error" in old


def test_the_picture_of_the_architecture_is_parsed(root):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    pictures = re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)

    assert types(pictures) == [["flowchart-v2", "flowchart-v2"]]
