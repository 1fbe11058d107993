"""How large and how fast the HTML report is for 100, 1,000 and 10,000 slices.

    python benchmarks/html_report.py

Prints, for each size, the time to render, the size of the file, and its size compressed (as an artifact is kept).
With node, Chromium and the packages of ``tests/report/browser`` it also prints how long a browser takes to show the
page, and to filter and sort its table.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from gate.model.facts import SliceKey
from gate.model.result import Baseline, Candidate, Change, Check, Point, Receipt, Result, RuleOutcome
from gate.model.states import STATES, State
from gate.report import html
from gate.text.numbers import change, value
from gate.text.words import slice_words

SIZES = (100, 1_000, 10_000)
METRICS = {
    "LAUNCH/launchTime": ("ms", 900.0),
    "HANG/hangRate": ("s/h", 12.0),
    "MEMORY/peakMemory": ("MB", 410.0),
    "DISK/diskWrites": ("MB/day", 84.0),
    "ANIMATION/scrollHitchRate": ("ms/s", 2.2),
    "BATTERY/onScreen": ("%/day", 5.9),
    "TERMINATION/background": ("/day", 0.021),
    "STORAGE/diskSpaceUsed": ("MB", 640.0),
}
VERSIONS = ("2.6", "2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3", "3.4")
BROWSER = Path(__file__).parent.parent / "tests" / "report" / "browser"


def made_up_result(slices: int) -> Result:
    """A result with this many checks, a few in a hundred of them failed."""
    chance = random.Random(slices)  # noqa: S311 a reproducible world, not a secret
    names = list(METRICS)
    models = math.ceil(slices / len(names) / 2)
    checks = []
    for at in range(slices):
        name, model = names[at % len(names)], at // len(names) % models
        category, metric = name.split("/")
        percentile = "p50" if at < slices / 2 else "p90"
        key = SliceKey(
            platform="iOS", category=category, metric=metric, device=f"iPhone{model},1", percentile=percentile
        )
        checks.append(_check(key, *METRICS[name], chance))
    return _result(checks)


def _check(key: SliceKey, unit: str, level: float, chance: random.Random) -> Check:
    state: State = chance.choices(("fail", "warn", "undecided", "improved", "pass"), (3, 4, 30, 3, 60))[0]
    values = [level * chance.lognormvariate(0.0, 0.03) for _ in VERSIONS]
    values[-1] *= {"fail": 1.3, "warn": 1.15, "improved": 0.8}.get(state, 1.0)
    margins = [number * chance.uniform(0.005, 0.03) for number in values]
    before, now = sum(values[4:8]) / 4, values[-1]
    words = slice_words(key, f"iPhone Model {key.device}")
    return Check(
        rule=f"{key.category.lower()}-on-each-model",
        slice=key,
        state=state,
        reason="within_noise" if state == "undecided" else None,
        mode="enforce",
        baseline=Baseline(versions=VERSIONS[4:8], value=before, error_margin=margins[0]),
        candidate=Candidate(version="3.4", value=now, error_margin=margins[-1]),
        change=Change(relative=now / before - 1, absolute=now - before),
        unit=unit,
        allowed="warn > +10%; fail > +25% and > +2 s/h",
        sentence=f"{key.category.lower()}-on-each-model: {words} went from {value(before, unit)} (mean of 3.0 to 3.3) "
        f"to {value(now, unit)} in 3.4, {change(now / before - 1)}; the rule allows +25%, and 1 in 40 healthy releases "
        "would show a rise this large.",
        device_name=f"iPhone Model {key.device}",
        history=tuple(
            Point(version=version, value=number, error_margin=margin)
            for version, number, margin in zip(VERSIONS, values, margins, strict=True)
        ),
        p_value=chance.random(),
        visible=0.2,
        allowed_value=before * 1.25,
        goal_value=before * 1.1,
    )


def _result(checks: list[Check]) -> Result:
    ids = sorted({check.rule for check in checks})
    rules = tuple(
        RuleOutcome(
            id=id_, state="fail", mode="enforce", sentence=f"{id_} failed.", blocks=True, checks=1_000
        )
        for id_ in ids
    )
    states = Counter(check.state for check in checks)
    return Result(
        verdict="fail",
        blocks=True,
        exit_code=1,
        sentence="3.4 fails because of launch-on-each-model and 7 more: of 8 rules, 8 failed.",
        app="com.example.photos",
        candidate="3.4",
        counts={state: states[state] for state in STATES},
        reasons={"within_noise": states["undecided"]},
        rule_counts={state: len(ids) if state == "fail" else 0 for state in STATES},
        rules=rules,
        checks=tuple(checks),
        insights=(),
        signatures=(),
        notes=(),
        drift=(),
        receipt=Receipt(
            tool="appstore-gate",
            policy_sha256="0" * 64,
            snapshot_sha256="0" * 64,
            judged_at="",
            fetched_at="",
        ),
    )


def main() -> None:
    """Print one line per size."""
    print("| slices | render | file | compressed | shown | filter | sort | open a chart |")
    print("| --: | --: | --: | --: | --: | --: | --: | --: |")
    for size in SIZES:
        judged = made_up_result(size)
        began = time.perf_counter()
        text = html.render(judged)
        took = time.perf_counter() - began
        data = text.encode()
        cells = [
            f"{size}",
            f"{took * 1000:.0f} ms",
            _megabytes(len(data)),
            _megabytes(len(gzip.compress(data))),
        ]
        print(f"| {' | '.join([*cells, *_in_browser(data)])} |")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB"


def _in_browser(data: bytes) -> list[str]:
    """Times in Chromium; question marks where it can't be measured."""
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None or not (BROWSER / "node_modules").is_dir():
        return ["?"] * 4
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_bytes(data)
        done = subprocess.run(  # noqa: S603 our own script
            [node, str(BROWSER / "measure.mjs"), str(page)],
            check=True,
            capture_output=True,
            env={**os.environ, "CHROMIUM": chromium},
        )
    times = json.loads(done.stdout)
    return [f"{times[name]:.0f} ms" for name in ("shown", "filter", "sort", "open")]


if __name__ == "__main__":
    main()
