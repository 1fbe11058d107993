"""The result as JSON, and its schema."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gate.errors import UsageError
from gate.model.result import Result
from gate.model.states import STATES
from gate.report.json import json_schema, read, render

NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_scene_looks_as_expected(scene: str, expected: Callable[[str, str], str]) -> None:
    made = render(build.SCENES[scene]()).decode()

    assert made == expected(f"{scene}.json", made)


def test_the_keys_of_a_result_have_the_published_names() -> None:
    made = json.loads(render(build.regressed()))

    assert made.keys() >= {
        "verdict", "sentence", "counts", "rules", "checks", "insights", "signatures", "drift", "receipt",
    }  # fmt: skip


def test_the_keys_of_a_rule_have_the_published_names() -> None:
    [rule, *_] = json.loads(render(build.regressed()))["rules"]

    assert rule.keys() >= {"id", "state", "reason", "mode", "sentence", "owner", "advice"}


def test_the_keys_of_a_check_have_the_published_names() -> None:
    [check, *_] = json.loads(render(build.regressed()))["checks"]

    assert check.keys() >= {
        "rule", "slice", "state", "reason", "mode", "baseline", "candidate", "change", "unit", "allowed", "sentence",
    }  # fmt: skip
    assert check["slice"].keys() == {"platform", "category", "metric", "device", "percentile"}
    assert check["baseline"].keys() == {"versions", "excluded", "value", "error_margin"}
    assert check["candidate"].keys() == {"version", "value", "error_margin"}
    assert check["change"].keys() == {"relative", "absolute"}


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_result_conforms_to_its_schema(scene: str) -> None:
    made = json.loads(render(build.SCENES[scene]()))

    assert [error.message for error in Draft202012Validator(json_schema()).iter_errors(made)] == []


def test_a_result_that_lacks_a_verdict_does_not_conform() -> None:
    made = json.loads(render(build.passed()))
    del made["verdict"]

    assert not Draft202012Validator(json_schema()).is_valid(made)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())  # raises what is wrong with it

    assert json_schema()["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]


def test_every_field_of_the_schema_is_described() -> None:
    bare = [
        f"{name}.{field}"
        for name, definition in json_schema()["$defs"].items()
        for field, words in definition["properties"].items()
        if not words.get("description")
    ]

    assert bare == []


def test_the_published_schema_is_that_of_the_code(root: Path) -> None:
    published = root / "docs" / "schema" / "result.schema.json"

    assert json.loads(published.read_text(encoding="utf-8")) == json_schema()


@given(NUMBERS, NUMBERS, st.text(st.characters(exclude_categories=["Cs"])))
def test_a_result_survives_the_round_trip(margin: float | None, chance: float | None, words: str) -> None:
    check = build.check(
        p_value=chance, candidate=build.Candidate(version=words, value=1.0, error_margin=margin)
    )
    result = build.result(checks=(check,), sentence=words)

    assert msgspec.json.decode(render(result), type=Result) == result


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_survives_the_round_trip(attack: str) -> None:
    result = with_text(build.regressed(), attack.encode(errors="replace").decode())

    assert msgspec.json.decode(render(result), type=Result) == result


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_text_can_be_written(hostile: str) -> None:
    assert json.loads(render(build.result(sentence=hostile)))["verdict"] == "pass"


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_saved_result_is_read_back(scene: str) -> None:
    result = build.SCENES[scene]()

    assert read(render(result)) == result


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        render(build.passed())[:-40],
        b'{"verdict": "maybe"}',
    ],
)
def test_what_is_no_result_is_refused(raw: bytes) -> None:
    with pytest.raises(UsageError, match="not a result of the gate"):
        read(raw)


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert json.loads(render(build.result(sentence="a\ud800b")))["sentence"] == "a\ufffdb"


def test_a_runner_finds_no_command_in_printed_json() -> None:
    assert b"##[" not in render(build.result(sentence="##[error]owned"))


def in_older_form(result: Result, waiver: str) -> bytes:
    """The result as it was saved when a waiver was a text and a check did not have what is allowed as values."""
    document = json.loads(render(result))
    for rule in document["rules"]:
        rule["waiver"] = waiver
    for check in document["checks"]:
        del check["allows"]
    return json.dumps(document).encode()


@pytest.mark.parametrize("waiver", ["", "waived up to +15% until 2026-12-31: Known"])
def test_a_result_of_an_older_version_is_read(waiver: str) -> None:
    found = read(in_older_form(build.regressed(), waiver))

    assert [rule.waiver for rule in found.rules] == [None] * len(found.rules)
    assert found.sentence == build.regressed().sentence


def test_an_older_form_excuses_nothing_else() -> None:
    raw = in_older_form(build.regressed(), "").replace(b'"verdict": "fail"', b'"verdict": "great"')

    with pytest.raises(UsageError, match="not a result"):
        read(raw)


def test_a_count_that_somebody_left_out_is_zero():
    written = json.loads(render(build.regressed()))
    found = read(json.dumps({**written, "counts": {}, "rule_counts": {"fail": 2}}).encode())

    assert found.counts == dict.fromkeys(STATES, 0)
    assert found.rule_counts == dict.fromkeys(STATES, 0) | {"fail": 2}
