"""The examples and the page about policies, against the code."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from gate.model.catalogue import CATEGORIES
from gate.policy import document, vocabulary
from gate.policy.read import examine, read
from gate.policy.schema import json_schema
from gate.policy.show import as_document
from gate.policy.types import Policy

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples/policies").glob("*.yml"))
PAGE = (ROOT / "docs/policy.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
HEADINGS = {
    "The document": document.PolicyDocument,
    "baseline": document.BaselineSection,
    "evidence": document.EvidenceSection,
    "rules": document.RuleEntry,
    "insights": document.InsightsSection,
    "signatures": document.SignaturesSection,
    "only": document.SignatureSelectorEntry,
    "ignore": document.IgnoredSignatureEntry,
    "waivers": document.WaiverEntry,
    "outcomes": document.OutcomeEntry,
    "report": document.ReportSection,
    "comment": document.CommentSection,
}


def section(heading: str) -> str:
    """The text of the page under a heading, down to the next one."""
    match = re.search(rf"^##+ {heading}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert match, heading
    return match[1]


def table(heading: str) -> dict[str, str]:
    """Key and default of the table that explains the keys of a section."""
    after = section(heading).partition("| key | default |")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", after.partition("\n\n")[0], re.MULTILINE)
    return dict(rows)


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


def test_every_struct_of_the_document_has_a_section():
    assert {shape.__name__ for shape in HEADINGS.values()} == set(json_schema()["$defs"])


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_page_explains_every_key_and_no_other(heading):
    assert set(table(heading)) == {field.name for field in msgspec.structs.fields(HEADINGS[heading])}


@pytest.mark.parametrize("heading", ["baseline", "evidence", "insights", "signatures", "comment"])
def test_the_page_gives_the_defaults_of_the_code(heading):
    everything: dict[str, Any] = as_document(Policy(rules=()))
    defaults = (everything | everything["report"])[heading]
    written = {key: value.strip("`") for key, value in table(heading).items()}
    plain = {key: str(value) for key, value in defaults.items() if not isinstance(value, list)}

    assert {key: written[key] for key in plain} == plain


def test_the_page_has_examples():
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split(":")[0] for block in BLOCKS])
def test_an_example_of_the_page_is_read_without_a_warning(block):
    start = {"version": "version: 1\n", "extends": "extends: preset:starter\n"}
    given = yaml.safe_load(block) or {}
    _, warnings = examine("".join(line for key, line in start.items() if key not in given) + block)

    assert warnings == ()


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_page_lists_the_known_metrics_of_a_category(category):
    names = ", ".join(f"`{name}`" for name in CATEGORIES[category].metrics)

    assert f"| {category} | {names} |" in PAGE
