"""The scenarios as data: all of them are sound, and unsound ones are refused by name."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from msgspec.structs import replace

from gate.errors import UsageError
from gate.sandbox import scenario
from gate.sandbox.server import Sandbox
from gate.sandbox.world import resolve

METRICS = "/v1/apps/1234567890/perfPowerMetrics"

GOOD = """
name: x
about: As small as it gets.
app: {id: "1", bundle_id: com.example.x, name: X}
versions:
  - {version: "1.0", build: "1", uploaded: 2026-01-05}
  - {version: "1.1", build: "2", uploaded: 2026-02-02}
metrics:
  - metric: LAUNCH/launchTime
    series: {all_iphones p50: [900, 910]}
signatures:
  - {signature: main, type: HANGS, weight: {"1.1": 0.5}}
"""


@pytest.mark.parametrize("name", scenario.names())
def test_every_scenario_loads_under_its_own_name(name: str) -> None:
    assert scenario.load(name).name == name


@pytest.mark.parametrize("name", scenario.names())
def test_every_scenario_describes_itself_in_one_line(name: str) -> None:
    about = scenario.load(name).about

    assert about.endswith(".")
    assert "\n" not in about


@pytest.mark.parametrize("name", [name for name in scenario.names() if not name.startswith("fault-")])
def test_every_story_serves_all_its_calls(serve: Callable[..., Sandbox], ask: Any, name: str) -> None:
    sandbox = serve(name)
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": scenario.load(name).versions[-1].build}).json()[
        "data"
    ]
    signatures = ask(sandbox, f"/v1/builds/{build['id']}/diagnosticSignatures")
    paths = [
        METRICS,
        "/v1/apps/1234567890/performanceOverviews",
        "/v1/apps/1234567890/appStoreVersions",
        f"/v1/builds/{build['id']}/perfPowerMetrics",
        *(f"/v1/diagnosticSignatures/{entry['id']}/logs" for entry in signatures.json()["data"]),
    ]

    assert {ask(sandbox, path).status_code for path in paths} == {200}


@pytest.mark.parametrize(
    "name",
    [
        "healthy",
        "regressed",
        "noisy",
        "sparse",
        "empty",
        "first-release",
        "improved",
        "drifted",
        "huge",
        "fault-rate-limited",
        "fault-server-error",
        "fault-bad-gateway",
        "fault-forbidden",
        "fault-agreement",
        "fault-truncated",
        "fault-redirect",
        "fault-foreign-next",
        "fault-looping-next",
        "fault-no-overview",
        "fault-no-diagnostics",
        "fault-log-failure",
        "fault-expired",
        "fault-hung-up",
        "fault-not-json",
    ],
)
def test_a_promised_scenario_is_there(name: str) -> None:
    assert name in scenario.names()


def test_an_unknown_scenario_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no scenario 'helthy'") as caught:
        scenario.load("helthy")

    assert "healthy" in caught.value.remedy


def test_a_name_is_not_a_path() -> None:
    with pytest.raises(UsageError, match="no scenario"):
        scenario.load("../devices")


def test_a_good_scenario_is_read() -> None:
    assert scenario.read(GOOD, "x").app.bundle_id == "com.example.x"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: x\n", "name: [x\n", "line 3"),
        (GOOD, "- a list", "not a mapping"),
        ("name: x\n", "name: x\nname: y\n", "'name' is given twice"),
        ("name: x\n", "name: x\ncolour: red\n", "colour"),
        ("name: x\n", "name: x\nextends: [healthy]\n", "`extends`"),
        ('"1.0"', "1.0", "Expected `str`, got `float`"),
        ('id: "1"', 'id: "one"', "id"),
        ("2026-01-05", "soon", "encoded date"),
        ('"1.1", build', '"1.0", build', "version 1.0 is given twice"),
        ('build: "2"', 'build: "1"', "build 1 is given twice"),
        ("[900, 910]", "[900]", "1 entries for 2 versions"),
        ("[900, 910]", "[900, 910 ms]", "'910 ms' is not a 'value ± error margin'"),
        ("[900, 910]", "[900, 910 ± x]", "could not convert"),
        ("[900, 910]", "[900, true]", "bool"),
        ("all_iphones p50", "all_iphones", "not a device and a percentile"),
        ("all_iphones p50", "all_iphones p95", "not a device and a percentile"),
        ("LAUNCH/launchTime", "launchTime", "not a CATEGORY/metric"),
        (
            "    series",
            "    recommended: {all_ipads p50: 900}\n    series",
            "recommends a goal for all_ipads p50",
        ),
        ("signatures:", "  - {metric: LAUNCH/launchTime, series: {}}\nsignatures:", "is given twice"),
        ('{"1.1": 0.5}', '{"1.1": 50}', "<= 1"),
        ('{"1.1": 0.5}', '{"1.2": 0.5}', "version 1.2, which is not there"),
        ('{"1.1": 0.5}', '{"1.1": 0.5}, trend: {"1.0": UP}', "a trend but no weight in version 1.0"),
        ('{"1.1": 0.5}', '{"1.1": 0.5}, trend: {"1.1": SIDEWAYS}', "SIDEWAYS"),
        (
            '{"1.1": 0.5}',
            '{"1.1": 0.5}, logs: [{device: d, os: o, detail: t, stacks: [nonsense]}]',
            "not a stack frame",
        ),
        ("signatures:", "expand: [{of: all_ipads, models: {}}]\nsignatures:", "finds no series"),
        (
            "signatures:",
            "insights: {regressions: [{metric: HANG/hangRate, populations: [all_iphones p50]}]}\nsignatures:",
            "nothing to compare",
        ),
        (
            "signatures:",
            'insights: {trending_up: [{metric: L/x, populations: [y], references: ["0.9"]}]}\nsignatures:',
            "refers to 0.9",
        ),
        (
            "signatures:",
            "insights: {regressions: [{metric: LAUNCH/launchTime, populations: []}]}\nsignatures:",
            "length >= 1",
        ),
        ("signatures:", "edits: [{call: apps, at: data}]\nsignatures:", "`set` or `remove"),
        ("signatures:", "edits: [{call: sales, at: data, remove: true}]\nsignatures:", "sales"),
        ("signatures:", "faults: [{path: x}]\nsignatures:", "exactly one"),
        ("signatures:", "faults: [{path: x, hang_up: true, cut_after: 3}]\nsignatures:", "exactly one"),
        ("signatures:", "faults: [{path: x, times: 0, hang_up: true}]\nsignatures:", ">= 1"),
    ],
)
def test_a_malformed_scenario_is_refused_by_name(old: str, new: str, problem: str) -> None:
    assert old in GOOD

    with pytest.raises(UsageError) as caught:
        scenario.read(GOOD.replace(old, new, 1), "mine.yml")

    assert caught.value.what.startswith("The scenario mine.yml is malformed: ")
    assert problem in caught.value.what


def test_all_problems_of_a_scenario_are_named_at_once() -> None:
    text = GOOD.replace("[900, 910]", "[900]").replace('{"1.1": 0.5}', '{"1.2": 0.5}')

    with pytest.raises(UsageError, match=r"1 entries for 2 versions; .*version 1\.2"):
        scenario.read(text, "x")


def test_an_extending_scenario_replaces_metrics_by_name_and_keeps_the_rest() -> None:
    text = """
        extends: first-release
        name: mine
        about: One metric replaced, one added.
        metrics:
          - metric: HANG/hangRate
            series: {all_iphones p50: [1]}
          - metric: DISK/diskWrites
            series: {all_iphones p50: [2]}
    """
    mine, base = scenario.read(text, "mine"), scenario.load("first-release")

    names = [metric.metric for metric in base.metrics]
    assert [metric.metric for metric in mine.metrics] == [*names, "DISK/diskWrites"]
    assert mine.metrics[names.index("HANG/hangRate")].series == {"all_iphones p50": (1,)}
    assert mine.metrics[0] == base.metrics[0]
    assert mine.signatures == base.signatures


def test_a_metric_that_is_none_is_refused_in_an_extending_scenario_as_well() -> None:
    text = "{extends: first-release, name: mine, about: Broken., metrics: [nonsense]}"

    with pytest.raises(UsageError, match="Expected `object`, got `str`"):
        scenario.read(text, "mine")


def test_a_scenario_that_extends_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yml").write_text("extends: b\nname: a\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("extends: a\nname: b\n", encoding="utf-8")
    monkeypatch.setattr(scenario, "_FOLDER", tmp_path)

    with pytest.raises(UsageError, match="extends itself"):
        scenario.load("a")


def test_the_demo_story_has_a_launch_regression_everywhere() -> None:
    world = resolve(scenario.load("regressed"))

    rises = {
        (dataset.device, dataset.percentile): dataset.points[-1].value
        / fmean(point.value for point in dataset.points[:-1])
        - 1
        for dataset in world.datasets["iOS", "LAUNCH/launchTime"]
    }
    assert len(rises) > 1
    assert {name: rise for name, rise in rises.items() if not 0.19 < rise < 0.27} == {}


def test_the_demo_story_is_otherwise_within_a_few_percent() -> None:
    world = resolve(scenario.load("regressed"))
    changed = {"LAUNCH/launchTime", "HANG/hangRate", "STORAGE/diskSpaceUsed"}

    steady = [
        (metric, dataset.device, [point.value for point in dataset.points])
        for (_, metric), datasets in world.datasets.items()
        for dataset in datasets
        if metric not in changed
    ]
    assert len(steady) > len(changed)
    assert [one for one in steady if max(one[2]) / min(one[2]) >= 1.15] == []


def test_the_demo_story_lacks_the_newest_storage_point() -> None:
    world = resolve(scenario.load("regressed"))

    assert {dataset.points[-1].version for dataset in world.datasets["iOS", "STORAGE/diskSpaceUsed"]} == {
        "3.3"
    }


def test_huge_has_many_series() -> None:
    world = resolve(scenario.load("huge"))

    assert sum(map(len, world.datasets.values())) > 900


@pytest.mark.parametrize("index", range(len(scenario.load("drifted").edits)))
def test_every_edit_of_the_drifted_scenario_shows(
    serve: Callable[..., Sandbox], ask: Any, index: int
) -> None:
    drifted = scenario.load("drifted")
    edit = drifted.edits[index]
    (build,) = (version.build for version in drifted.versions if version.version == "3.4")
    with_it, without = serve(_only(edit)), serve(_only())

    assert _body(ask, with_it, edit.call, build) != _body(ask, without, edit.call, build)


def _only(*edits: Any) -> scenario.Scenario:
    return replace(scenario.load("drifted"), edits=edits)


def _body(ask: Any, sandbox: Sandbox, call: str, number: str) -> Any:
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": number}).json()["data"]
    paths = {
        "app_metrics": METRICS,
        "overview": "/v1/apps/1234567890/performanceOverviews",
        "signatures": f"/v1/builds/{build['id']}/diagnosticSignatures",
        "apps": "/v1/apps",
    }
    text = ask(sandbox, paths[call]).text
    return json.loads(text.replace(sandbox.url, ""))
