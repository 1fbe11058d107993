"""Words that every report for people has in common."""

import pytest
import result_builders as build
from html_page import read

from gate.model.facts import Frame
from gate.model.result import Coverage, Result, VersionValue
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


@pytest.mark.parametrize(
    ("line", "words"), [(7, "at Cache.swift:7"), (None, "called from Grid.swift:40")], ids=["own", "caller"]
)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_signature_is_at_the_same_place_in_every_report(name: str, line: int | None, words: str) -> None:
    caller = Frame(depth=1, symbol="Grid.configure()", binary="App", file="Grid.swift", line=40)
    own = Frame(
        depth=2, symbol="Cache.decode(_:)", binary="App", file="Cache.swift" if line else "", line=line
    )
    source = build.source(frame=caller, path="Grid.swift", line=40, is_caller=True, revision="", url="")
    one = build.signature(
        text="App: Cache.decode(_:) + 12", blame=(caller, own), source=source, level="note", change="same"
    )

    made = shown(name, build.result(signatures=(one,)))

    assert words in made.replace("Where: Cache", "at Cache")


@pytest.mark.parametrize("name", PEOPLE)
def test_how_much_was_decided_is_a_count(name: str) -> None:
    judged = build.result(coverage=Coverage(rules=2, decided=2, excepted=0))

    assert "2 of 2 rules decided" in shown(name, judged)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_not_waited_for_is_excepted_by_the_policy(name: str) -> None:
    assert "15 excepted by the policy" in shown(
        name, build.result(coverage=Coverage(rules=16, excepted=15, decided=1))
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("pass", "Nothing failed, and nothing warns"), ("partial", "Nothing that was decided failed or warns")],
)
def test_a_page_says_no_more_than_was_decided(verdict: str, words: str) -> None:
    assert words in shown("html", build.result(verdict=verdict))


def test_earlier_shares_of_a_signature_are_percent() -> None:
    one = build.signature(references=(VersionValue(version="3.3", value=0.22),))

    assert "Apple's values at earlier versions: 3.3: 22%." in shown("html", build.result(signatures=(one,)))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("level", ["fail", "note"])
def test_a_blame_frame_is_explained_where_one_is_shown(name: str, level: str) -> None:
    made = shown(name, build.result(signatures=(build.signature(level=level, change="same"),)))

    assert ("The blame frame is" in made) is ("Blame frame:" in made)


def test_keys_of_the_policy_in_a_remedy_are_code_in_a_page_and_quoted_in_a_terminal() -> None:
    group = build.group(checks=(), remedy="Set `on_undecided: ignore` on it.")
    judged = build.result(rules=(build.rule(state="undecided", reason="no_data"),), undecided=(group,))
    page = render("html", ReportRequest(result=judged)).decode()

    assert "Set <code>on_undecided: ignore</code> on it." in page
    assert 'Set "on_undecided: ignore" on it.' in shown("terminal", judged)


@pytest.mark.parametrize("remedy", ["Set ` on it.", "Set `<b>` on it."])
def test_a_remedy_in_a_page_is_never_markup(remedy: str) -> None:
    group = build.group(checks=(), remedy=remedy)
    page = render("html", ReportRequest(result=build.result(undecided=(group,)))).decode()

    assert "<b>" not in page
