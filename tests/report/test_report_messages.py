"""Badge, Slack and Teams: small JSON documents by template."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import UsageError
from gate.model.result import Result
from gate.report import messages

SERVICES = ("badge", "slack", "teams")
TEAMS_BYTES = 28 * 1024
ACTING = re.compile(r"[<{](?=[^\s\u200b])|@(?=[a-z])|://|\bwww\.|:[a-z]+:", re.IGNORECASE)
"""What Slack or Teams would take for more than text."""


def made(service: str, result: Result | None = None) -> Any:
    """The document for a service."""
    return json.loads(messages.render(result or build.traced(), service))


def texts(document: Any) -> Iterator[str]:
    """All that is shown of a message."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name in ("text", "message", "fallbackText") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from texts(value)


def shape(document: Any) -> Any:
    """A document without its texts."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    return [shape(value) for value in document] if isinstance(document, list) else type(document)


def many(text: str) -> Result:
    """Far more findings than a message has room for, of long text."""
    return build.result(
        verdict="fail",
        sentence=text,
        app=text,
        rules=[build.rule(f"r{n}", sentence=text, owner=text) for n in range(60)],
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_scene_looks_as_expected(service: str, expected: Callable[[str, str], str]) -> None:
    rendered = messages.render(build.traced(), service).decode()

    assert rendered == expected(f"traced.{service}.json", rendered)


@pytest.mark.parametrize(
    ("verdict", "blocks", "warnings", "color", "message"),
    [
        ("fail", True, 0, "red", "3.4 fail"),
        ("fail", False, 0, "orange", "3.4 fail, not blocking"),
        ("partial", False, 0, "lightgrey", "3.4 partial"),
        ("partial", True, 1, "yellow", "3.4 partial, blocking"),
        ("undecided", False, 0, "lightgrey", "3.4 undecided"),
        ("undecided", True, 0, "lightgrey", "3.4 undecided, blocking"),
        ("pass", False, 1, "yellow", "3.4 pass"),
        ("pass", False, 0, "brightgreen", "3.4 pass"),
    ],
)
def test_a_badge_has_the_verdict_as_a_word_and_as_a_colour(
    verdict: str, blocks: bool, warnings: int, color: str, message: str
) -> None:
    rules = (build.rule(state="warn"),) * warnings
    badge = made("badge", build.result(verdict=verdict, blocks=blocks, rules=rules))

    assert badge == {
        "schemaVersion": 1,
        "label": "field performance",
        "message": message,
        "color": color,
    }


def test_a_badge_without_a_version_still_has_a_message() -> None:
    assert made("badge", build.result(candidate=""))["message"] == "pass"


@pytest.mark.parametrize("service", ["slack", "teams"])
def test_a_message_has_the_verdict_the_findings_and_the_counts(service: str) -> None:
    text = " ".join(texts(made(service)))

    assert "com.example.photos 3.4: Fail" in text
    assert build.regressed().sentence in text
    assert "Owner: @\u200bacme/startup" in text
    assert "6 rules: 1 fail, 1 warn, 2 undecided, 1 improved, 1 pass" in text


def test_slack_gets_no_more_than_it_takes() -> None:
    message = made("slack", many("word " * 1000))

    assert len(message["blocks"]) <= 50
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    assert max(map(len, texts(message))) <= 3000
    assert "52 more incidents" in list(texts(message))


@pytest.mark.parametrize("text", ["word " * 1000, "\U0001f4a5" * 5000, '"\\' * 3000])
def test_teams_gets_no_more_than_it_takes(text: str) -> None:
    rendered = messages.render(many(text), "teams")

    assert len(rendered) <= TEAMS_BYTES
    assert "55 more incidents" in list(texts(json.loads(rendered)))


def test_slack_formats_nothing() -> None:
    kinds = {block["text"]["type"] for block in made("slack")["blocks"] if "text" in block}

    assert kinds == {"plain_text"}
    assert made("slack")["mrkdwn"] is False


def test_teams_formats_nothing() -> None:
    assert '"TextBlock"' not in json.dumps(made("teams"))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_stays_text(service: str, attack: str) -> None:
    document = made(service, with_text(build.traced(), attack))

    assert shape(document) == shape(made(service, with_text(build.traced(), "word")))


@pytest.mark.parametrize("service", ["slack", "teams"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_is_mentioned_and_nothing_is_a_link(service: str, attack: str) -> None:
    document = made(service, with_text(build.traced(), attack))

    assert [text for text in texts(document) if ACTING.search(text)] == []


@pytest.mark.parametrize("service", SERVICES)
@given(text=st.text())
@settings(max_examples=25, deadline=None)
def test_any_text_makes_a_document(service: str, text: str) -> None:
    assert made(service, with_text(build.regressed(), text))


def test_a_users_own_template_is_used() -> None:
    template = '{"v": {{ verdict }}, "n": {{ counts.fail }}, "s": {{ sentence|cut(5) }}, "p": {{ checks[0].visible }}}'
    rendered = messages.render(build.regressed(), "slack", template=template)

    assert json.loads(rendered) == {"v": "fail", "n": 5, "s": "3.4…", "p": None}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('{"v": "{{ verdict }}"}', "makes no JSON"),
        ("{{ verdict }}, {{ verdict }}", "makes no JSON"),
        ("{{ nonsense }}", "'nonsense' is undefined"),
        ("{{ failed }}", "a tuple can't be printed"),
        ("{{ verdict|code }}", "No filter named 'code'"),
        ("[" * 20_000, ""),
    ],
)
def test_a_template_that_makes_no_json_is_refused(template: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        messages.render(build.regressed(), "slack", template=template)

    assert words in caught.value.what


@pytest.mark.parametrize("service", SERVICES)
def test_a_runner_finds_no_command_in_a_printed_document(service: str) -> None:
    assert b"##[" not in messages.render(with_text(build.traced(), "##[error]owned"), service)
