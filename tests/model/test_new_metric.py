"""A new category of metrics is one entry in one file: `gate/model/catalogue.py`.

What is generated from it, the schema for editors and the tables of docs/policy.md, `make schemas docs` writes again.
The test adds a category to a copy of the package, touching that file alone, and asks everyone who has to know it.
"""

import shutil
import subprocess
import sys

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

QUESTIONS = """\
from gate.appstore.decode.series import read_series
from gate.appstore.tolerance import Drift
from gate.appstore.wire import XcodeMetrics
from gate.model.catalogue import assumption
from gate.policy.read import examine
from gate.policy.schema import json_schema
from gate.sandbox.calls import CALLS
from gate.text.words import metric_words
import msgspec, runpy, sys

policy, warnings = examine('''
version: 1
rules:
  - {id: hot, metric: WARMTH/hotTime, fail: "> +10% and > +2 s", limit: "<= 90 ms"}
''')
assert policy.rules[0].limit.text == "<= 90 ms", "the policy takes its units"
assert warnings == (), "the metric counts as seen"

known = assumption("WARMTH", "hotTime", "s")
assert (known.floor, known.noise, known.known) == (0.004, 0.07, True), "floor and noise are its own"
assert assumption("WARMTH", "other", "ms").floor == 40.0, "another metric has those of the category"

assert metric_words("WARMTH", "hotTime") == "warmth in sun", "reports have words for it"
assert metric_words("WARMTH", "coldTime") == "warmth cold time", "and for what is not in the table"

body = {"productData": [{"platform": "iOS", "metricCategories": [{"identifier": "WARMTH", "metrics": [
    {"identifier": "hotTime", "unit": {"identifier": "milliseconds"}, "datasets": []}]}]}]}
drift = Drift()
read_series([msgspec.convert(body, XcodeMetrics)], drift)
assert drift.sentences() == (), "the decoder knows category and unit"

assert "WARMTH" in str(json_schema()), "editors suggest it"
assert "| WARMTH | `ms`, `s` | `hotTime` |" in runpy.run_path(sys.argv[1])["metrics_table"](), "the page lists it"
assert any("WARMTH" in values for call in CALLS for values in call.parameters.values()), "the sandbox filters by it"
"""


def test_a_new_category_touches_one_file(root, tmp_path):
    shutil.copytree(root / "gate", tmp_path / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "gate/model/catalogue.py"
    text = table.read_text("utf-8")
    assert text.count(FIRST) == 1
    table.write_text(text.replace(FIRST, ENTRY + FIRST), "utf-8")

    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", QUESTIONS, root / "docs/tables.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert run.returncode == 0
