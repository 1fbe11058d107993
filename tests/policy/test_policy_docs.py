"""The examples and the page about policies, against the code."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.model.catalogue import CATEGORIES
from gate.policy import vocabulary
from gate.policy.key_table import sections
from gate.policy.read import examine, read
from gate.policy.schema import json_schema

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples/policies").glob("*.yml"))
PAGE = (ROOT / "docs/policy.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
TABLES: dict[str, Any] = runpy.run_path(str(ROOT / "docs/tables.py"))


def test_there_are_examples():
    assert {path.name for path in EXAMPLES} >= {"starter.yml", "launch-and-hangs.yml", "strict.yml"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_read_without_a_warning(path):
    _, warnings = examine(path.read_text("utf-8"), source=path.name)

    assert warnings == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_points_editors_to_the_schema(path):
    first = path.read_text("utf-8").splitlines()[0]
    target = first.removeprefix("# yaml-language-server: $schema=")

    assert (path.parent / target).resolve() == ROOT / "docs/schema/policy.schema.json"


def test_the_strict_example_enforces_every_category():
    policy = read((ROOT / "examples/policies/strict.yml").read_text("utf-8"))
    enforced = {
        category
        for rule in policy.rules
        if rule.mode == "enforce"
        for category in vocabulary.categories_of(rule.selector.metric)
    }

    assert enforced == set(CATEGORIES)


def test_the_tables_of_the_page_are_those_of_the_code():
    assert TABLES["render"](PAGE) == PAGE, "write them again: make docs"


def test_the_page_has_a_table_for_every_section_and_one_for_metrics():
    marked = re.findall(r"<!-- generated: (\w+) -->", PAGE)

    assert sorted(marked) == sorted([*sections(), "metrics"])
    assert {shape.__name__ for shape in sections().values()} == set(json_schema()["$defs"])


@pytest.mark.parametrize(
    ("section", "row"),
    [
        ("document", "| `mode` | `enforce` | For every rule"),
        ("document", "| `rules` | compulsory, unless a preset brings them | What"),
        ("evidence", "| `max_age` | `2d` | Age"),
        ("rules", "| `id` | compulsory | Unique"),
        ("rules", "| `mode` | the policy's | Instead"),
        ("rules", "| `on_undecided` | as `outcomes` says | What"),
        ("only", "| `file` | any | Source"),
        ("outcomes", "| `fail` | `block` | What"),
        ("baseline", "| `exclude` | none | Versions"),
        ("report", "| `comment` | below | How"),
    ],
)
def test_a_row_says_what_holds_when_a_key_is_not_given(section, row):
    assert row in TABLES["table"](section)


def test_the_page_has_examples():
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split(":")[0] for block in BLOCKS])
def test_an_example_of_the_page_is_read_without_a_warning(block):
    start = {"version": "version: 1\n", "extends": "extends: preset:starter\n"}
    given = yaml.safe_load(block) or {}
    _, warnings = examine("".join(line for key, line in start.items() if key not in given) + block)

    assert warnings == ()
