"""The JSON Schema that editors use, against the reader, the examples and the checked-in copy."""

import json

import jsonschema
import pytest
import yaml
from policy_texts import EVERYTHING, MINIMAL, with_rule, with_section

from gate.policy import presets
from gate.policy.read import read
from gate.policy.schema import json_schema
from gate.policy.show import as_yaml


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: version 1.2 has no dates."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def complaints(text):
    """What an editor would say about a policy."""
    loader = EditorLoader(text)
    return [error.message for error in VALIDATOR.iter_errors(loader.get_single_data())]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(json_schema())  # raises what is wrong with it

    assert json_schema()["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$schema"]


def test_the_copy_for_editors_is_the_schema(root):
    copy = (root / "docs/schema/policy.schema.json").read_text("utf-8")
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

    assert copy == schema, "refresh it: gate policy schema > docs/schema/policy.schema.json"


def test_every_key_has_a_description():
    definitions = json_schema()["$defs"].values()
    keys = [(name, key) for shape in definitions for name, key in shape["properties"].items()]

    assert [name for name, key in keys if not key.get("description")] == []


DEFINITIONS = json_schema()["$defs"]
EXAMPLES = [
    (name, key, example)
    for name, shape in DEFINITIONS.items()
    for key, value in shape["properties"].items()
    for example in value.get("examples", [])
]


@pytest.mark.parametrize(("name", "key", "example"), EXAMPLES)
def test_an_example_of_a_key_fits_the_key(name, key, example):
    at = {"$ref": f"#/$defs/{name}/properties/{key}", "$defs": DEFINITIONS}

    assert [error.message for error in jsonschema.Draft202012Validator(at).iter_errors(example)] == []


@pytest.mark.parametrize(
    ("section", "key", "default"),
    [
        ("BaselineSection", "window", 4),
        ("EvidenceSection", "alarm_budget", "5%"),
        ("CommentSection", "when", "changed"),
    ],
)
def test_a_key_says_its_default(section, key, default):
    assert json_schema()["$defs"][section]["properties"][key]["default"] == default


@pytest.mark.parametrize(
    "text", [MINIMAL, EVERYTHING, as_yaml(read(EVERYTHING)), *map(presets.text, presets.names())]
)
def test_an_editor_has_nothing_to_say_about_a_right_policy(text):
    assert complaints(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "rules: []\n",
        "version: 1\n",
        MINIMAL.replace("1", "2", 1),
        with_section("modes: advise\n"),
        with_section("mode: enforced\n"),
        with_section("baseline: {window: 0}\n"),
        with_section("baseline: {pinned: 3.10}\n"),
        with_section("evidence: {alarm_budget: 5}\n"),
        with_section("evidence: {max_age: 48}\n"),
        with_section("signatures: {types: [HANG]}\n"),
        with_section("waivers: [{rule: launch, up_to: 5%, reason: x}]\n"),
        with_section("waivers: [{rule: launch, until: 2026-12-31, reason: x}]\n"),
        with_section("waivers: [{up_to: 5%, until: 2026-12-31, reason: x}]\n"),
        with_section("waivers: [{rule: a, insight: LAUNCH/x, up_to: 5%, until: 2026-12-31, reason: x}]\n"),
        with_section("waivers: [{rule: launch, up_to: 5, until: 2026-12-31, reason: x}]\n"),
        with_section("waivers: [{signature: f, up_to: 5%, until: 2026-12-31, reason: x}]\n"),
        with_section("outcomes: {push: {fail: stop}}\n"),
        with_rule("owner: Ann"),
        with_rule('fail: "> +80"'),
        with_rule('fail: ">= +10%"'),
        with_rule('fail: "> -10%"'),
        with_rule('limit: "< 10 ms"'),
        with_rule('fail: "> +10%"', "percentile: p95"),
        MINIMAL.replace("LAUNCH/launchTime", "launchTime"),
    ],
)
def test_an_editor_marks_what_the_gate_refuses(text):
    assert complaints(text)
