"""SARIF, compared with its own schema and by the validator of its authors."""

import json
import os
import platform
import stat
import subprocess
from pathlib import Path

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from jsonschema import Draft202012Validator

from gate.report import sarif

PACKAGE = Path(__file__).parent / "node_modules" / "@microsoft" / "sarif-multitool-linux"

pytestmark = pytest.mark.skipif(
    not PACKAGE.is_dir(), reason="the SARIF tools are not installed: npm ci --prefix tests/report/multitool"
)
RESULTS = {"traced": build.traced(), "undecided": build.undecided(), "regressed": build.regressed()}


@pytest.fixture(scope="module")
def schema():
    """The schema of SARIF 2.1.0."""
    return Draft202012Validator(json.loads((PACKAGE / "sarif-2.1.0.json").read_text("utf-8-sig")))


@pytest.mark.parametrize("name", RESULTS)
def test_a_document_conforms_to_the_schema(schema, name):
    assert list(schema.iter_errors(json.loads(sarif.render(RESULTS[name])))) == []


def test_documents_of_hostile_text_conform_to_the_schema(schema):
    documents = [json.loads(sarif.render(with_text(build.traced(), attack))) for attack in ATTACKS]

    assert [document for document in documents if not schema.is_valid(document)] == []


def test_a_wrong_document_does_not_conform(schema):
    document = json.loads(sarif.render(build.traced()))
    document["runs"][0]["results"][0]["level"] = "bad"

    assert not schema.is_valid(document)


@pytest.mark.skipif(platform.system() != "Linux", reason="the validator is a program for Linux")
def test_the_validator_finds_nothing_wrong_also_by_githubs_rules(tmp_path):
    program = PACKAGE / "Sarif.Multitool"
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    document, found = tmp_path / "gate.sarif", tmp_path / "found.sarif"
    document.write_bytes(sarif.render(build.traced()))
    command = [
        program,
        "validate",
        document,
        "--rule-kind",
        "Sarif;Ghas",
        "-o",
        found,
        "--log",
        "ForceOverwrite",
    ]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(command, env=environment, capture_output=True, timeout=120, check=True)  # noqa: S603
    complaints = json.loads(found.read_text("utf-8-sig"))["runs"][0]["results"]

    # The one thing missing is a web page of the tool, which it has not.
    assert [one["ruleId"] for one in complaints if one.get("level", "warning") != "note"] == ["SARIF2005"]
