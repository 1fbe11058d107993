"""A new category of metrics is one entry in one file: `gate/model/catalogue.py`.

What is generated from it, the schema for editors and the tables of docs/policy.md, `make schemas docs` writes again.
The test adds a category to a copy of the package, touching that file alone, and asks everyone who has to know it.
"""

import json
import shutil
import subprocess
import sys

import pytest

ENTRY = """\
    "WARMTH": Category(
        units=("ms", "s"),
        floor=40.0,
        noise=0.07,
        noun="warmth",
        metrics={"hotTime": Metric(words="warmth in sun", floor=4.0)},
    ),
"""
FIRST = '    "LAUNCH": Category('

POLICY = """\
version: 1
rules:
  - {id: hot, metric: WARMTH/hotTime, fail: "> +10% and > +0.001 s", limit: "<= 90 ms"}
"""

BODY = {
    "productData": [
        {
            "platform": "iOS",
            "metricCategories": [
                {
                    "identifier": "WARMTH",
                    "metrics": [
                        {
                            "identifier": "hotTime",
                            "unit": {"identifier": "milliseconds"},
                            "datasets": [
                                {
                                    "filterCriteria": {
                                        "device": "all_iphones",
                                        "percentile": "percentile.fifty",
                                    },
                                    "points": [
                                        {"version": version, "value": value}
                                        for version, value in [("1.0", 20), ("1.1", 21), ("1.2", 95)]
                                    ],
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    ]
}

QUESTIONS = """\
import runpy, sys

from gate.model.catalogue import assumption
from gate.policy.read import examine
from gate.policy.schema import json_schema
from gate.sandbox.calls import CALLS
from gate.text.words import metric_words

policy, warnings = examine(open("policy.yml").read())
assert warnings == (), "the metric counts as seen"
assert policy.rules[0].limit.text == "<= 90 ms", "the policy takes its units"

known = assumption("WARMTH", "hotTime", "s")
assert (known.floor, known.noise, known.known) == (0.004, 0.07, True), "floor and noise are its own"
assert assumption("WARMTH", "other", "ms").floor == 40.0, "another metric has those of the category"
assert metric_words("WARMTH", "coldTime") == "warmth cold time", "an unknown metric has words too"

assert "WARMTH" in str(json_schema()), "editors suggest it"
assert "| WARMTH | `ms`, `s` | `hotTime` |" in runpy.run_path(sys.argv[1])["metrics_table"](), "the page lists it"
assert any("WARMTH" in values for call in CALLS for values in call.parameters.values()), "the sandbox filters by it"
"""


@pytest.fixture
def changed(root, tmp_path):
    """A copy of the package with one more category, and with no other file changed."""
    shutil.copytree(root / "gate", tmp_path / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "gate/model/catalogue.py"
    text = table.read_text("utf-8")
    assert text.count(FIRST) == 1
    table.write_text(text.replace(FIRST, ENTRY + FIRST), "utf-8")
    (tmp_path / "policy.yml").write_text(POLICY, "utf-8")
    (tmp_path / "body.json").write_text(json.dumps(BODY), "utf-8")
    return tmp_path


def run(folder, code, *args):
    """Run code against the package in a folder."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_policy_judgement_words_schema_page_and_sandbox_know_a_new_category(root, changed):
    answered = run(changed, QUESTIONS, root / "docs/tables.py")

    assert answered.stderr == ""
    assert answered.returncode == 0


def test_a_metric_of_a_new_category_is_decoded_judged_and_reported(changed):
    report = ("--json", "result.json", "--markdown", "report.md")
    judged = run(
        changed,
        "from gate.cli import main; main()",
        *("check", "--policy", "policy.yml", "--snapshot", "body.json", *report),
    )
    result = json.loads((changed / "result.json").read_text("utf-8"))

    assert judged.returncode == 1, judged.stderr
    assert result["verdict"] == "fail"
    assert "WARMTH" not in str(result["drift"]), "nothing about it is unknown"
    assert "warmth in sun p50 on all iPhones" in (changed / "report.md").read_text("utf-8")
