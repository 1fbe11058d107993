"""Words that every report for people has in common."""

import pytest
import result_builders as build
from html_page import read

from gate.model.result import Result
from gate.report.formats import render
from gate.report.request import ReportRequest

PEOPLE = ("terminal", "markdown", "html")


def shown(name: str, judged: Result) -> str:
    """What a reader sees of a report, on one line."""
    made = render(name, ReportRequest(result=judged, width=400)).decode()
    text = read(made).text if name == "html" else made.replace("\\", "").replace("`", "")
    return " ".join(text.split())


@pytest.mark.parametrize("name", [*PEOPLE, "slack", "teams"])
def test_what_apple_alone_says_is_said_once(name: str) -> None:
    said = "Apple says that hang rate regressed."
    told = build.incident(kind="insight", rules=(), checks=(), insights=(0,), title="Hangs", sentence=said)
    judged = build.result(insights=(build.insight(sentence=said),), incidents=(told,))

    assert shown(name, judged).count(said) == 1


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("blocks", "words"), [(True, "The policy waits for hangs"), (False, "The policy warns of hangs")]
)
def test_only_what_blocks_is_waited_for(name: str, blocks: bool, words: str) -> None:
    rule = build.rule("hangs", state="undecided", reason="no_data", on_undecided="warn", blocks=blocks)
    judged = build.result(rules=(rule,), undecided=(build.group(rules=("hangs",), checks=()),))

    made = shown(name, judged)

    assert words in made
    assert made.count("The policy waits") == int(blocks)
