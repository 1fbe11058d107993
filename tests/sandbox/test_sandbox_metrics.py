"""The metrics and overview bodies, as the wire has them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from gate.sandbox import scenario
from gate.sandbox.goals import GoalForm, with_goals
from gate.sandbox.server import Sandbox

APP = "1234567890"
METRICS = f"/v1/apps/{APP}/perfPowerMetrics"
OVERVIEW = f"/v1/apps/{APP}/performanceOverviews"


def _metrics(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every metric of the first platform, by ``CATEGORY/metric``."""
    return {
        f"{category['identifier']}/{metric['identifier']}": metric
        for product in body["productData"][:1]
        for category in product["metricCategories"]
        for metric in category["metrics"]
    }


def _points(metric: dict[str, Any], device: str, percentile: str) -> list[dict[str, Any]]:
    (found,) = [
        dataset["points"]
        for dataset in metric["datasets"]
        if (dataset["filterCriteria"]["device"], dataset["filterCriteria"]["percentile"])
        == (device, percentile)
    ]
    points: list[dict[str, Any]] = found
    return points


def _build(ask: Any, sandbox: Sandbox, number: str) -> str:
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": number}).json()["data"]
    return str(build["id"])


def test_an_app_has_every_category_and_version(healthy: Sandbox, ask: Any) -> None:
    body = ask(healthy, METRICS).json()
    metrics = _metrics(body)

    assert body["version"] == "1.0.0"
    assert {name.partition("/")[0] for name in metrics} == {
        "LAUNCH",
        "HANG",
        "MEMORY",
        "DISK",
        "BATTERY",
        "TERMINATION",
        "ANIMATION",
        "STORAGE",
    }
    points = _points(metrics["LAUNCH/launchTime"], "all_iphones", "percentile.fifty")
    assert [point["version"] for point in points] == [
        "2.6", "2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3", "3.4",
    ]  # fmt: skip


def test_the_platform_is_spelled_as_on_the_wire(healthy: Sandbox, ask: Any) -> None:
    body = ask(healthy, METRICS, {"filter[platform]": "IOS"}).json()

    assert [product["platform"] for product in body["productData"]] == ["iOS"]


def test_without_a_platform_filter_other_platforms_may_come(serve: Callable[..., Sandbox], ask: Any) -> None:
    drifted = serve("drifted")
    body = ask(drifted, METRICS).json()

    assert [product["platform"] for product in body["productData"]] == ["iOS", "macOS"]


def test_a_metric_type_filter_is_honoured(healthy: Sandbox, ask: Any) -> None:
    body = ask(healthy, METRICS, {"filter[metricType]": "HANG,STORAGE"}).json()

    assert list(_metrics(body)) == ["HANG/hangRate", "STORAGE/diskSpaceUsed"]


def test_a_metric_type_filter_holds_for_insights_too(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, METRICS, {"filter[metricType]": "LAUNCH"}).json()

    assert [insight["metric"] for insight in body["insights"]["regressions"]] == ["launchTime"]


def test_a_device_filter_is_honoured(healthy: Sandbox, ask: Any) -> None:
    metrics = _metrics(ask(healthy, METRICS, {"filter[deviceType]": "all_ipads"}).json())

    devices = {
        dataset["filterCriteria"]["device"] for metric in metrics.values() for dataset in metric["datasets"]
    }
    assert devices == {"all_ipads"}


def test_a_model_in_a_device_filter_is_split_at_its_comma(healthy: Sandbox, ask: Any) -> None:
    assert _metrics(ask(healthy, METRICS, {"filter[deviceType]": "iPhone15,2"}).json()) == {}


def test_an_unfiltered_answer_has_single_models(healthy: Sandbox, ask: Any) -> None:
    launch = _metrics(ask(healthy, METRICS).json())["LAUNCH/launchTime"]

    names = {
        entry["filterCriteria"]["device"]: entry["filterCriteria"]["deviceMarketingName"]
        for entry in launch["datasets"]
    }
    assert names["all_iphones"] == "All iPhones"
    assert names["iPhone15,2"] == "iPhone 14 Pro"


def test_a_model_stays_near_its_level(healthy: Sandbox, ask: Any) -> None:
    launch = _metrics(ask(healthy, METRICS).json())["LAUNCH/launchTime"]
    group = _points(launch, "all_iphones", "percentile.fifty")
    model = _points(launch, "iPhone16,1", "percentile.fifty")

    assert len(model) > 1
    for ours, theirs in zip(model, group, strict=True):
        assert ours["value"] == pytest.approx(theirs["value"] * 0.91, rel=0.013)
        assert ours["errorMargin"] == pytest.approx(ours["value"] * 0.02, rel=0.01)


def test_an_error_margin_is_absent_where_data_is_best(healthy: Sandbox, ask: Any) -> None:
    points = _points(
        _metrics(ask(healthy, METRICS).json())["LAUNCH/launchTime"], "all_ipads", "percentile.fifty"
    )

    assert points[-1] == {"version": "3.4", "value": 995, "errorMargin": 14}
    assert points[-2] == {"version": "3.3", "value": 1014}


def test_a_whole_number_has_no_decimals(healthy: Sandbox, ask: Any) -> None:
    text = ask(healthy, METRICS, {"filter[metricType]": "HANG"}).text

    assert re.search(r'"value":17[,}]', text)
    assert not re.search(r'"value":\d+\.0[,}]', text)


def test_a_null_of_the_scenario_is_no_point(serve: Callable[..., Sandbox], ask: Any) -> None:
    metrics = _metrics(ask(serve("sparse"), METRICS).json())

    hangs = _points(metrics["HANG/hangRate"], "all_iphones", "percentile.fifty")
    assert [point["version"] for point in hangs] == ["1.2"]
    assert _points(metrics["MEMORY/peakMemory"], "all_ipads", "percentile.fifty") == []


def test_a_metric_may_have_no_unit(healthy: Sandbox, ask: Any) -> None:
    metrics = _metrics(ask(healthy, METRICS).json())

    assert "unit" not in metrics["TERMINATION/onScreen"]
    assert metrics["HANG/hangRate"]["unit"] == {"identifier": "hangTime", "displayName": "seconds/hour"}


def test_bands_name_the_goal_of_each_point(healthy: Sandbox, ask: Any) -> None:
    metric = _metrics(ask(healthy, METRICS).json())["ANIMATION/scrollHitchRate"]

    assert metric["goalKeys"] == [
        {"goalKey": "poor", "lowerBound": 10},
        {"goalKey": "fair", "lowerBound": 5, "upperBound": 10},
        {"goalKey": "good", "lowerBound": 0, "upperBound": 5},
    ]
    assert _points(metric, "all_iphones", "percentile.fifty")[-1]["goal"] == "good"
    assert _points(metric, "all_iphones", "percentile.ninety")[-1]["goal"] == "fair"


def test_a_recommended_goal_belongs_to_one_slice(healthy: Sandbox, ask: Any) -> None:
    metrics = _metrics(ask(healthy, METRICS, {"filter[deviceType]": "all_iphones,all_ipads"}).json())
    goals = [
        entry.get("recommendedMetricGoal", {}).get("value")
        for entry in metrics["LAUNCH/launchTime"]["datasets"]
    ]

    assert goals == [950, 1900, 1100, 2100]
    assert "recommendedMetricGoal" not in metrics["HANG/hangRate"]["datasets"][0]


@pytest.mark.parametrize(
    ("form", "has_bands", "launch", "hitches"), [("bands", True, None, None), ("recommended", False, 950, 5)]
)
def test_goals_come_in_either_form(
    ask: Any, form: GoalForm, has_bands: bool, launch: float | None, hitches: float | None
) -> None:
    with Sandbox(with_goals(scenario.load("healthy"), form)) as sandbox:
        metrics = _metrics(ask(sandbox, METRICS).json())

    def recommended(name: str) -> Any:
        return metrics[name]["datasets"][0].get("recommendedMetricGoal", {}).get("value")

    animation = metrics["ANIMATION/scrollHitchRate"]
    points = _points(animation, "all_iphones", "percentile.fifty")
    assert ("goalKeys" in animation, "goal" in points[-1]) == (has_bands, has_bands)
    assert (recommended("LAUNCH/launchTime"), recommended("ANIMATION/scrollHitchRate")) == (launch, hitches)


def test_a_breakdown_is_a_list_of_shares(healthy: Sandbox, ask: Any) -> None:
    metric = _metrics(ask(healthy, METRICS).json())["BATTERY/onScreen"]
    breakdown = _points(metric, "all_iphones", "percentile.fifty")[-1]["percentageBreakdown"]

    assert breakdown[0] == {"value": 48, "subSystemLabel": "Display"}
    assert sum(part["value"] for part in breakdown) == 100


def test_a_healthy_app_has_empty_insights(healthy: Sandbox, ask: Any) -> None:
    assert ask(healthy, METRICS).json()["insights"] == {"trendingUp": [], "regressions": []}


def test_an_insight_compares_the_newest_with_the_mean_of_four(regressed: Sandbox, ask: Any) -> None:
    hangs, launch = ask(regressed, METRICS).json()["insights"]["regressions"]

    assert (hangs["metricCategory"], hangs["metric"]) == ("HANG", "hangRate")
    assert launch["referenceVersions"] == ["3.0", "3.1", "3.2", "3.3"]
    assert launch["latestVersion"] == "3.4"
    assert launch["populations"][0] == {
        "device": "all_iphones",
        "percentile": "percentile.fifty",
        "latestVersionValue": 1118,
        "referenceAverageValue": 907,
        "deltaPercentage": 23,
        "summaryString": "Up 23% on All iPhones",
    }
    assert launch["maxLatestVersionValue"] == 2361
    assert "highImpact" not in launch


def test_an_insight_says_what_its_scenario_says(serve: Callable[..., Sandbox], ask: Any) -> None:
    text = """
        extends: healthy
        name: x
        about: A trend in one subsystem.
        insights:
          trending_up:
            - {metric: BATTERY/onScreen, populations: [all_iphones p90], references: ["3.2", "3.3"],
               high_impact: false, subsystem: Display}
    """
    (trend,) = ask(serve(scenario.read(text, "x")), METRICS).json()["insights"]["trendingUp"]

    assert trend["referenceVersions"] == ["3.2", "3.3"]
    assert trend["highImpact"] is False
    assert trend["subSystemLabel"] == "Display"


def test_an_app_without_data_gets_82_bytes(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("empty"), METRICS)

    assert response.status_code == 200
    assert len(response.content) == 82


def test_the_staging_relative_has_no_data(regressed: Sandbox, ask: Any) -> None:
    assert len(ask(regressed, "/v1/apps/1234567891/perfPowerMetrics").content) == 82


def test_the_staging_relative_has_an_overview_of_its_own(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, "/v1/apps/1234567891/performanceOverviews").json()

    assert body["appMetadata"]["bundleId"] == "com.example.photos-staging"
    assert body["categories"] == []
    assert body["signatures"]["topHangPoint"] == []


def test_a_build_has_one_point_per_dataset_and_no_insights(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, f"/v1/builds/{_build(ask, regressed, '331')}/perfPowerMetrics").json()

    assert "insights" not in body
    assert {
        tuple(point["version"] for point in dataset["points"])
        for metric in _metrics(body).values()
        for dataset in metric["datasets"]
    } == {("3.3",)}


def test_a_build_lacks_what_its_version_lacks(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, f"/v1/builds/{_build(ask, regressed, '341')}/perfPowerMetrics").json()

    assert "STORAGE/diskSpaceUsed" not in _metrics(body)


@pytest.mark.parametrize("number", ["340", "350"])
def test_a_build_that_only_testers_had_has_no_metrics(healthy: Sandbox, ask: Any, number: str) -> None:
    body = ask(healthy, f"/v1/builds/{_build(ask, healthy, number)}/perfPowerMetrics").json()

    assert body == {"version": "1.0.0", "productData": []}


def test_the_overview_knows_the_app(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, OVERVIEW).json()

    assert body["appMetadata"] == {
        "appId": APP,
        "bundleId": "com.example.photos",
        "platform": "iOS",
        "latestVersion": "3.4",
    }


def test_the_overview_has_the_same_numbers_without_bands(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, OVERVIEW, {"filter[deviceType]": "all_iphones"}).json()
    sections = {
        section["identifier"]: section for category in body["categories"] for section in category["sections"]
    }

    assert sections["launchTime"]["displayName"] == "Launch Time"
    assert sections["launchTime"]["datasets"][0]["points"][-1] == {"version": "3.4", "value": 1118}
    assert "goal" not in sections["scrollHitchRate"]["datasets"][0]["points"][0]
    assert {
        dataset["filterCriteria"]["device"]
        for section in sections.values()
        for dataset in section["datasets"]
    } == {"all_iphones"}


def test_the_overview_has_the_newest_versions_top_signatures(regressed: Sandbox, ask: Any) -> None:
    signatures = ask(regressed, OVERVIEW).json()["signatures"]

    top = signatures["topHangPoint"][0]
    assert top["signature"] == "ExamplePhotos: LibraryIndex.rebuildIfNeeded() + 636"
    assert (top["sourceFile"], top["lineNumber"]) == ("CatalogueCoder.swift", 56)
    assert (top["trendInfo"], top["count"], top["weight"]) == ("UP", 2417, 0.38)
    assert [len(signatures[name]) for name in ("topHangPoint", "topLaunchPoint", "topDiskWritePoint")] == [
        3, 2, 2,
    ]  # fmt: skip


def test_an_overview_without_data_has_no_latest_version(serve: Callable[..., Sandbox], ask: Any) -> None:
    body = ask(serve("empty"), OVERVIEW).json()

    assert "latestVersion" not in body["appMetadata"]
    assert body["categories"] == []
    assert body["signatures"] == {"topHangPoint": [], "topLaunchPoint": [], "topDiskWritePoint": []}


def test_an_overview_leaves_out_what_a_signature_lacks(serve: Callable[..., Sandbox], ask: Any) -> None:
    bare = {"signatures": [{"signature": "main", "type": "HANGS", "weight": {"1.0": 0.5}}]}
    text = yaml.safe_dump({"extends": "first-release", "name": "mine", "about": "One bare signature."} | bare)
    sandbox = serve(scenario.read(text, "mine"))
    (top,) = ask(sandbox, OVERVIEW).json()["signatures"]["topHangPoint"]

    assert (top["signature"], top["weight"]) == ("main", 0.5)
    assert top.keys().isdisjoint({"count", "sourceFile", "lineNumber"})
