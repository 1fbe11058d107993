"""From a snapshot to facts."""

import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_bodies import (
    dataset,
    exchange,
    insight,
    launch,
    logs,
    metric,
    metrics,
    overview,
    signature,
    signatures,
    snapshot,
)

from gate.appstore.decode.snapshot import facts
from gate.errors import (
    AgreementMissing,
    BadRequest,
    Forbidden,
    GateError,
    MalformedAnswer,
    NotAcceptable,
    NotFound,
    RateLimited,
    ServiceDown,
    SnapshotError,
    Unauthorized,
    Unreachable,
)
from gate.model.facts import (
    AppleInsight,
    Facts,
    GoalBand,
    OverviewSignature,
    Population,
    Series,
    SliceKey,
    VersionValue,
)

LAUNCH = SliceKey(
    platform="iOS", category="LAUNCH", metric="launchTime", device="all_iphones", percentile="p50"
)


def facts_of(body, *more, **subject):
    """Facts of a snapshot with one metrics answer of an app."""
    return facts(snapshot(exchange("app_metrics", body), *more, **subject), digest="d")


def series_of(body, *more, **subject):
    """The only series of a snapshot."""
    (series,) = facts_of(body, *more, **subject).series
    return series


def in_category(category, *found):
    body = metrics(*found)
    body["productData"][0]["metricCategories"][0]["identifier"] = category
    return body


# --- series ------------------------------------------------------------------------------------------------


def test_a_dataset_becomes_a_series():
    assert series_of(launch(("1.0", 768.7), ("1.1", 750, 12.5))) == Series(
        key=LAUNCH,
        unit="ms",
        versions=("1.0", "1.1"),
        values=(768.7, 750.0),
        margins=(None, 12.5),
        device_name="All iPhones",
    )


def test_the_order_of_the_payload_is_kept():
    assert series_of(launch(("3.0", 1), ("1.0", 2), ("2.0", 3))).versions == ("3.0", "1.0", "2.0")


def test_every_platform_is_kept():
    body = launch(("1.0", 5))
    body["productData"] += launch(("1.0", 6), device="all_macs")["productData"]
    body["productData"][1]["platform"] = "macOS"
    assert [(one.key.platform, one.key.device) for one in facts_of(body).series] == [
        ("iOS", "all_iphones"),
        ("macOS", "all_macs"),
    ]


@pytest.mark.parametrize(
    ("spelling", "platform"),
    [
        ("iOS", "iOS"),
        ("IOS", "iOS"),
        ("MAC_OS", "macOS"),
        ("VISION_OS", "visionOS"),
        ("fridgeOS", "fridgeOS"),
    ],
)
def test_platforms_have_one_spelling(spelling, platform):
    assert series_of(metrics(metric(dataset(("1.0", 5))), platform=spelling)).key.platform == platform


@pytest.mark.parametrize(
    ("spelling", "percentile"),
    [
        ("percentile.fifty", "p50"),
        ("percentile.ninety", "p90"),
        ("P50", "p50"),
        ("P90", "p90"),
        ("percentile.ninetyFive", "percentile.ninetyFive"),
    ],
)
def test_percentiles_have_one_spelling(spelling, percentile):
    assert series_of(launch(("1.0", 5), percentile=spelling)).key.percentile == percentile


def test_one_metric_name_in_two_categories_makes_two_series():
    body = in_category("BATTERY", metric(dataset(("1.0", 6)), identifier="onScreen"))
    body["productData"] += in_category("TERMINATION", metric(dataset(("1.0", 0.1)), identifier="onScreen"))[
        "productData"
    ]
    assert [one.key.name for one in facts_of(body).series] == ["BATTERY/onScreen", "TERMINATION/onScreen"]


@pytest.mark.parametrize(
    ("category", "unit", "expected"),
    [
        ("HANG", {"identifier": "hangTime", "displayName": "seconds/hour"}, "s/h"),
        ("DISK", {"identifier": "megaBytes", "displayName": "MB"}, "MB/day"),
        ("ANIMATION", {"identifier": "scrollHitchRate", "displayName": "%"}, "ms/s"),
        ("MEMORY", {"identifier": None, "displayName": "MB"}, "MB"),
        ("TERMINATION", None, "/day"),
        ("MEMORY", None, ""),
        ("THERMAL", {"identifier": "furlongs", "displayName": "fl"}, "furlongs"),
    ],
)
def test_units_are_those_of_their_category(category, unit, expected):
    assert series_of(in_category(category, metric(dataset(("1.0", 5)), unit=unit))).unit == expected


def test_bands_and_the_recommended_goal_belong_to_the_slice():
    bands = [{"goalKey": "poor", "lowerBound": 10}, {"goalKey": "good", "lowerBound": 0, "upperBound": 5}]
    body = metrics(
        metric(
            dataset(("1.0", 6), recommendedMetricGoal={"value": 4.5, "detail": "prose"}),
            dataset(("1.0", 7), device="all_ipads"),
            goalKeys=bands,
        )
    )
    one, other = facts_of(body).series
    expected = (GoalBand(name="poor", lower=10.0), GoalBand(name="good", lower=0.0, upper=5.0))
    assert (one.bands, other.bands) == (expected, expected)
    assert (one.recommended, other.recommended) == (4.5, None)


def test_a_slice_without_points_is_kept_empty():
    series = series_of(launch())
    assert (series.versions, series.problem) == ((), "")


def test_answers_by_metric_type_are_put_together():
    one = exchange("app_metrics", launch(("1.0", 5)))
    other = exchange("app_metrics", in_category("HANG", metric(dataset(("1.0", 1)), unit=None)))
    assert [series.key.category for series in facts(snapshot(one, other), digest="").series] == [
        "LAUNCH",
        "HANG",
    ]


def test_an_app_without_data_has_no_series():
    assert facts_of({"productData": []}) == Facts(
        fetched_at=facts_of(launch()).fetched_at, snapshot_digest="d"
    )


# --- what can't be right -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        ([("1.0", 5), ("1.1", -3)], "Apple sent a negative value for version 1.1: -3"),
        ([("1.0", 5, -0.5)], "Apple sent a negative error margin for version 1.0: -0.5"),
        ([("1.0", 5), ("1.0", 6)], "Apple sent two different points for version 1.0"),
        ([("1.0", 5), ("1.0", 5, 1)], "Apple sent two different points for version 1.0"),
        ([(None, 5)], "Apple does not say which version a point is of"),
        ([("", 5)], "Apple does not say which version a point is of"),
    ],
)
def test_points_that_cant_be_right_are_kept_and_marked(points, problem):
    series = series_of(launch(*points))
    assert (series.problem, len(series.values)) == (problem, len(points))


def test_zero_is_a_value_like_any_other():
    assert series_of(launch(("1.0", 0, 0))).problem == ""


def test_a_point_that_is_said_twice_counts_once():
    series = series_of(launch(("1.0", 5, 1), ("1.1", 6), ("1.0", 5, 1)))
    assert (series.versions, series.values, series.problem) == (("1.0", "1.1"), (5.0, 6.0), "")


def test_a_doubtful_slice_does_not_make_the_next_one_doubtful():
    body = metrics(
        metric(
            dataset(("1.0", 5), ("1.0", 6)),
            dataset(("1.0", 5), ("1.0", 5), device="all_ipads"),
            dataset(("1.0", 5), ("1.0", 6), percentile="percentile.ninety"),
        )
    )
    assert [bool(one.problem) for one in facts_of(body).series] == [True, False, True]


def test_a_slice_that_is_said_twice_counts_once():
    series = series_of(metrics(metric(dataset(("1.0", 5)), dataset(("1.0", 5)))))
    assert (series.values, series.problem) == ((5.0,), "")


@pytest.mark.parametrize(
    "other",
    [
        dataset(("1.0", 6)),
        dataset(("1.0", 5, 1)),
        dataset(("1.0", 5), ("1.1", 5)),
        dataset(("1.0", 5), recommendedMetricGoal={"value": 4}),
        dataset(("1.0", 5), percentile="P50", recommendedMetricGoal={"value": 4}),
    ],
)
def test_a_slice_that_is_said_twice_with_a_difference_is_marked(other):
    series = series_of(metrics(metric(dataset(("1.0", 5)), other)))
    assert series.problem == "Apple sent this slice twice, with different contents"


@pytest.mark.parametrize(
    ("criteria", "problem"),
    [
        (None, "Apple does not say which device and percentile a slice is of"),
        ({"device": "all_iphones"}, "Apple does not say which percentile a slice is of"),
        ({"device": "", "percentile": "P50"}, "Apple does not say which device a slice is of"),
    ],
)
def test_a_slice_without_an_address_is_marked(criteria, problem):
    body = metrics(metric({"filterCriteria": criteria, "points": [{"version": "1.0", "value": 5}]}))
    assert series_of(body).problem == problem


@pytest.mark.parametrize(
    ("band", "sentence"),
    [
        ({"lowerBound": 1}, "Goal band ? of LAUNCH/launchTime makes no sense and is left out."),
        (
            {"goalKey": "fair", "lowerBound": 9, "upperBound": 5},
            "Goal band fair of LAUNCH/launchTime makes no sense and is left out.",
        ),
        (
            {"goalKey": "good", "upperBound": 6},
            "Goal band good of LAUNCH/launchTime makes no sense and is left out.",
        ),
    ],
)
def test_a_band_that_cant_be_a_line_is_left_out_and_told(band, sentence):
    good = {"goalKey": "good", "upperBound": 5}
    found = facts_of(metrics(metric(dataset(("1.0", 5)), goalKeys=[good, band])))
    expected = () if band.get("goalKey") == "good" else (GoalBand(name="good", upper=5.0),)
    assert (found.series[0].bands, found.drift) == (expected, (sentence,))


def test_a_negative_recommended_goal_is_left_out_and_told():
    body = metrics(metric(dataset(("1.0", 5), recommendedMetricGoal={"value": -1})))
    found = facts_of(body)
    assert found.series[0].recommended is None
    assert found.drift == ("A recommended goal of LAUNCH/launchTime is negative and is left out.",)


# --- one build ---------------------------------------------------------------------------------------------


def judged_build(app, build, version="2.0"):
    """Series of an app of which one build is judged."""
    subject = {"build_id": "b", "version": version} if version else {"build_id": "b"}
    return facts_of(app, exchange("build_metrics", build, of="b"), **subject)


def test_a_builds_own_point_replaces_the_versions_point():
    found = judged_build(launch(("1.0", 5), ("2.0", 6, 1)), launch(("2.0", 9)))
    series = found.series[0]
    assert (series.versions, series.values, series.margins) == (("1.0", "2.0"), (5.0, 9.0), (None, None))
    assert (found.build_id, found.candidate_version) == ("b", "2.0")


def test_a_slice_without_a_build_point_has_no_candidate_point():
    app = metrics(
        metric(dataset(("1.0", 5), ("2.0", 6)), dataset(("1.0", 7), ("2.0", 8), device="all_ipads"))
    )
    found = judged_build(app, launch(("2.0", 9)))
    assert [one.versions for one in found.series] == [("1.0", "2.0"), ("1.0",)]


def test_a_build_without_data_has_no_point_at_all():
    assert judged_build(launch(("1.0", 5), ("2.0", 6)), {"productData": []}).series[0].versions == ("1.0",)


def test_a_slice_that_only_the_build_has_is_added():
    found = judged_build(launch(("1.0", 5)), launch(("2.0", 9), device="all_ipads"))
    assert [(one.key.device, one.versions) for one in found.series] == [
        ("all_iphones", ("1.0",)),
        ("all_ipads", ("2.0",)),
    ]


def test_the_builds_point_goes_where_the_payload_has_its_version():
    app = metrics(
        metric(
            dataset(("3.0", 5), device="all_ipads"),
            dataset(("1.0", 5), ("2.0", 6), ("3.0", 7)),
            dataset(("1.0", 5), ("3.0", 7), percentile="percentile.ninety"),
        )
    )
    build = metrics(
        metric(
            dataset(("2.0", 9)),
            dataset(("2.0", 9), percentile="percentile.ninety"),
            dataset(("2.0", 9), device="all_ipads"),
        )
    )
    found = {(one.key.device, one.key.percentile): one.versions for one in judged_build(app, build).series}
    assert found == {
        ("all_iphones", "p50"): ("1.0", "2.0", "3.0"),
        ("all_iphones", "p90"): ("1.0", "2.0", "3.0"),
        ("all_ipads", "p50"): ("2.0", "3.0"),
    }


def test_a_version_that_the_payload_does_not_have_goes_last():
    series = judged_build(launch(("1.0", 5), ("1.1", 6)), launch(("2.0", 9))).series[0]
    assert (series.versions, series.values) == (("1.0", "1.1", "2.0"), (5.0, 6.0, 9.0))


def test_two_spellings_of_a_version_are_one():
    series = judged_build(launch(("1.9", 5), ("2.0.0", 6)), launch(("2", 9))).series[0]
    assert (series.versions, series.values, series.problem) == (("1.9", "2"), (5.0, 9.0), "")


def test_a_build_in_another_unit_is_not_comparable():
    seconds = metrics(metric(dataset(("2.0", 0.9)), unit={"identifier": "seconds"}))
    series = judged_build(launch(("1.0", 5)), seconds).series[0]
    assert series.problem == "the build is measured in s, but the app in ms"


def test_a_build_that_speaks_of_another_version_is_not_comparable():
    series = judged_build(launch(("1.0", 5)), launch(("3.0", 9))).series[0]
    assert series.problem == "the build's own metrics are of version 3.0, not of 2.0"


def test_what_is_wrong_with_the_builds_points_is_wrong_with_the_series():
    series = judged_build(launch(("1.0", 5)), launch(("2.0", -9))).series[0]
    assert series.problem == "Apple sent a negative value for version 2.0: -9"


def test_the_version_of_a_build_is_taken_from_its_own_metrics():
    found = judged_build(launch(("1.0", 5), ("2.0", 6)), launch(("2.0", 9)), version="")
    assert (found.candidate_version, found.candidate_source) == ("2.0", "build asked for")
    assert found.series[0].values == (5.0, 9.0)


@pytest.mark.parametrize("build", [{"productData": []}, launch(("2.0", 9), ("3.0", 9))])
def test_a_build_of_unknown_version_is_refused(build):
    with pytest.raises(SnapshotError, match="does not say of which version build b is"):
        judged_build(launch(("1.0", 5), ("2.0", 6)), build, version="")


def test_a_build_without_its_metrics_is_refused():
    with pytest.raises(SnapshotError, match="no metrics of the build"):
        facts_of(launch(("1.0", 5)), build_id="b", version="1.0")


def test_a_builds_metrics_are_not_used_when_no_build_is_judged():
    found = facts_of(launch(("2.0", 6)), exchange("build_metrics", launch(("2.0", 9)), of="b"))
    assert found.series[0].values == (6.0,)


# --- the candidate and the time ----------------------------------------------------------------------------


def test_the_candidate_is_the_one_of_the_subject():
    found = facts_of(launch(), version="3.4", version_source="on sale", bundle_id="a.b", app_id="1")
    assert (found.candidate_version, found.candidate_source, found.app) == ("3.4", "on sale", "a.b")


def test_without_a_subject_the_newest_measured_version_is_the_candidate():
    found = facts_of(launch(), app_id="1")
    assert (found.candidate_version, found.candidate_source, found.app) == ("", "newest measured", "1")


def test_the_time_is_that_of_the_oldest_metrics_answer():
    found = facts_of(
        launch(),
        exchange("app_metrics", launch(), received="2026-09-19T06:00:00Z"),
        exchange("overview", overview(), received="2020-01-01T00:00:00Z"),
    )
    assert found.fetched_at == 1_789_797_600.0


def test_a_time_without_a_zone_is_utc():
    assert (
        facts(
            snapshot(exchange("app_metrics", launch(), received="1970-01-02T00:00:00")), digest=""
        ).fetched_at
        == 86_400.0
    )


def test_one_answer_of_unknown_age_makes_the_age_unknown():
    assert facts_of(launch(), exchange("app_metrics", launch(), received="")).fetched_at is None


def test_a_time_that_is_none_is_refused():
    with pytest.raises(SnapshotError, match="a time that is none: yesterday"):
        facts_of(launch(), exchange("app_metrics", launch(), received="yesterday"))


# --- insights ----------------------------------------------------------------------------------------------


def test_an_insight_keeps_everything_apple_says():
    population = {
        "device": "all_iphones",
        "percentile": "percentile.fifty",
        "latestVersionValue": 997.8,
        "referenceAverageValue": 907.48,
        "deltaPercentage": 10,
        "summaryString": "prose",
    }
    regression = insight(
        subSystemLabel="Display",
        referenceVersions=["1.0", "1.1"],
        maxLatestVersionValue=2014.3,
        highImpact=True,
        summaryString="rose",
        populations=[population],
    )
    found = facts_of(launch() | {"insights": {"regressions": [regression], "trendingUp": []}})
    assert found.insights == (
        AppleInsight(
            kind="regression",
            category="LAUNCH",
            metric="launchTime",
            subsystem="Display",
            latest_version="2.0",
            reference_versions=("1.0", "1.1"),
            max_latest_value=2014.3,
            high_impact=True,
            summary="rose",
            populations=(
                Population(
                    device="all_iphones",
                    percentile="p50",
                    latest_value=997.8,
                    reference_average=907.48,
                    delta_percentage=10.0,
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("listed", "versions"),
    [
        (["2.0.1", "2.0.2"], ("2.0.1", "2.0.2")),
        ("2.0.1, 2.0.2", ("2.0.1", "2.0.2")),
        ("2.0.1", ("2.0.1",)),
        ("", ()),
        (None, ()),
    ],
)
def test_reference_versions_are_a_list_however_they_come(listed, versions):
    found = facts_of(launch() | {"insights": {"trendingUp": [insight(referenceVersions=listed)]}})
    assert [(one.kind, one.reference_versions) for one in found.insights] == [("trending_up", versions)]


def test_the_overview_adds_the_insights_that_the_metrics_do_not_have():
    own = {"regressions": [insight(summaryString="metrics")]}
    other = {
        "regressions": [insight(summaryString="overview"), insight(metric="other")],
        "trendingUp": [insight(summaryString="overview")],
    }
    found = facts_of(launch() | {"insights": own}, exchange("overview", overview(insights=other)))
    assert [(one.kind, one.metric, one.summary) for one in found.insights] == [
        ("regression", "launchTime", "metrics"),
        ("regression", "other", ""),
        ("trending_up", "launchTime", "overview"),
    ]


# --- signatures --------------------------------------------------------------------------------------------


def candidate_signatures(*more, **subject):
    return facts_of(launch(), *more, signatures_build="b", **subject).candidate_signatures


def test_signatures_keep_apples_order_and_everything_it_says():
    trend = {
        "insightType": "TREND",
        "direction": "UP",
        "referenceVersions": [{"version": "1.0", "value": 3}, "1.1"],
    }
    page = signatures(signature("s1", insight=trend), signature("s2", weight=0.9))
    one, other = candidate_signatures(exchange("signatures", page, of="b")).signatures
    assert (one.id, one.type, one.text, one.weight) == ("s1", "HANGS", "App: -[View draws1] + 12", 0.5)
    assert (one.direction, one.references) == (
        "UP",
        (VersionValue(version="1.0", value=3.0), VersionValue(version="1.1")),
    )
    assert (other.id, other.direction) == ("s2", "")


def test_all_pages_of_a_build_are_put_together():
    first = exchange("signatures", signatures(signature("s1"), following="https://n"), of="b")
    rest = exchange(
        "signatures", signatures(signature("s1"), signature("s2")), of="b", query=(("cursor", "x"),)
    )
    found = candidate_signatures(first, rest)
    assert ([one.id for one in found.signatures], found.problem) == (["s1", "s2"], "")


def test_a_list_that_breaks_off_is_told():
    found = candidate_signatures(
        exchange("signatures", signatures(signature("s1"), following="https://n"), of="b")
    )
    assert ([one.id for one in found.signatures], found.problem) == (
        ["s1"],
        "the list goes on where the snapshot ends",
    )


def test_each_build_has_its_own_signatures():
    found = facts_of(
        launch(),
        exchange("signatures", signatures(signature("s1")), of="b"),
        exchange("signatures", signatures(signature("s2")), of="a"),
        signatures_build="b",
        version="2.0",
        baseline_build="a",
        baseline_version="1.0",
    )
    lists = (found.candidate_signatures, found.baseline_signatures)
    assert [(one.build_id, one.version, one.signatures[0].id) for one in lists] == [
        ("b", "2.0", "s1"),
        ("a", "1.0", "s2"),
    ]


def test_without_a_build_there_are_no_signatures():
    found = facts_of(launch(), exchange("signatures", signatures(signature("s1")), of="b"))
    assert (found.candidate_signatures, found.baseline_signatures) == (None, None)


def test_logs_are_attached_to_their_signature():
    page = signatures(signature("s1"), signature("s2"))
    found = candidate_signatures(
        exchange("signatures", page, of="b"),
        exchange("logs", logs({"symbolName": "main"}, event="hang"), of="s1"),
    )
    one, other = found.signatures
    assert [frame.symbol for frame in one.logs[0].stacks[0]] == ["main"]
    assert one.logs[0].metadata == {"event": "hang"}
    assert (other.logs, other.logs_problem) == ((), "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"body": "<html>"}, "The logs of signature s1 can't be read"),
        ({"body": "", "status": 0, "problem": "no route"}, "no route"),
        ({"body": {"errors": []}, "status": 404}, "App Store Connect answered 404"),
    ],
)
def test_logs_that_are_missing_are_told_beside_their_signature(answer, problem):
    body = answer.pop("body")
    found = candidate_signatures(
        exchange("signatures", signatures(signature("s1")), of="b"), exchange("logs", body, of="s1", **answer)
    )
    assert problem in found.signatures[0].logs_problem


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"body": {"errors": []}, "status": 404}, "App Store Connect has no diagnostics of this build"),
        (
            {"body": {"links": {}}},
            "The signatures of build b can't be read: object missing required field `data`",
        ),
        ({"body": {"data": [{"type": "builds", "id": "x"}]}}, "The signatures of build b can't be read"),
        ({"body": "", "status": 0, "problem": "no route"}, "no route"),
        ({"body": "{}", "problem": "cut off"}, "cut off"),
    ],
)
def test_signatures_that_are_missing_are_told(answer, problem):
    found = candidate_signatures(exchange("signatures", answer.pop("body"), of="b", **answer))
    assert (found.signatures, problem in found.problem) == ((), True)


def test_a_build_whose_signatures_were_not_fetched_is_told():
    assert candidate_signatures().problem == "the snapshot holds no signatures of build b"


@pytest.mark.parametrize("weight", [45.2, -0.1])
def test_a_weight_that_is_no_share_is_left_out_and_told(weight):
    page = exchange("signatures", signatures(signature("s1", weight=weight)), of="b")
    found = facts_of(launch(), page, signatures_build="b")
    assert found.candidate_signatures.signatures[0].weight is None
    assert found.drift == (
        f"The weight of signature s1 is not a share from 0 to 1 and is left out: {weight}.",
    )


def test_top_signatures_of_the_overview_are_kept_by_type():
    point = {
        "signatureId": "x",
        "signature": "main hang",
        "count": 12,
        "weight": 45.2,
        "sourceFile": "Main.swift",
        "lineNumber": "42",
        "trendInfo": "UP",
    }
    top = {"topDiskWritePoint": [{}], "topHangPoint": [point], "topLaunchPoint": None}
    assert facts_of(launch(), exchange("overview", overview(signatures=top))).overview_signatures == (
        OverviewSignature(
            type="HANGS",
            id="x",
            text="main hang",
            count=12,
            weight=45.2,
            file="Main.swift",
            line=42,
            direction="UP",
        ),
        OverviewSignature(type="DISK_WRITES"),
    )


# --- drift -------------------------------------------------------------------------------------------------


def drift_of(body, *more, **subject):
    return facts_of(body, *more, **subject).drift


def test_a_body_that_is_known_has_no_drift():
    assert drift_of(launch(("1.0", 5, 1)), exchange("overview", overview())) == ()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (launch(("1.0", 5)) | {"new": 1}, "Field new of the metrics of app 1 is not known."),
        (in_category("THERMAL", metric()), "Metric category THERMAL is not known."),
        (metrics(platform="fridgeOS"), "Platform fridgeOS is not known."),
        (launch(("1.0", 5), percentile="p95"), "Percentile p95 is not known."),
        (metrics(metric(unit=None)), "LAUNCH/launchTime has no unit."),
        (
            metrics(metric(unit={"displayName": "MB"})),
            "Unit MB of LAUNCH/launchTime is not one of its category.",
        ),
        (
            metrics(metric(goalKeys=[{"goalKey": "superb", "upperBound": 1}])),
            "Goal band superb of LAUNCH/launchTime is not known.",
        ),
        (launch(("1.0", None)), "LAUNCH/launchTime has points without a value; they are left out."),
        (
            {"productData": [{"platform": "iOS"}]},
            "The metrics of platform iOS hold no list of categories.",
        ),
        (
            {"productData": [{"platform": "iOS", "metricCategories": [{"identifier": "HANG"}]}]},
            "Category HANG holds no list of metrics.",
        ),
        (metrics({"identifier": "x", "unit": {"displayName": "ms"}}), "LAUNCH/x holds no list of datasets."),
        (
            metrics(metric({"filterCriteria": {"device": "d", "percentile": "p50"}})),
            "LAUNCH/launchTime has a dataset without a list of points.",
        ),
        (
            launch() | {"insights": {"regressions": [{}]}},
            "An insight of Apple's does not say which metric it is about.",
        ),
    ],
)
def test_what_is_not_known_is_told(body, sentence):
    assert drift_of(body) == (sentence,)


def test_a_goal_that_is_none_of_the_bands_is_told():
    point = {"version": "1.0", "value": 5, "goal": "Less than 6"}
    body = metrics(
        metric(dataset(), goalKeys=[{"goalKey": "good", "upperBound": 6}]),
    )
    body["productData"][0]["metricCategories"][0]["metrics"][0]["datasets"][0]["points"] = [point]
    assert drift_of(body) == ("Goal Less than 6 of a point of LAUNCH/launchTime is none of its bands.",)


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"diagnosticType": "SPINS"}, "Signature type SPINS is not known."),
        ({"insight": {"direction": "SIDEWAYS"}}, "Trend SIDEWAYS of a signature is not known."),
        ({"insight": {"insightType": "GUESS"}}, "Insight type GUESS of a signature is not known."),
        ({"signature": None}, "The signature s1 comes without its type or its text."),
        ({"new": 1}, "Field data[].attributes.new of the signatures of build b is not known."),
    ],
)
def test_what_is_not_known_of_a_signature_is_told(attributes, sentence):
    page = exchange("signatures", signatures(signature("s1", **attributes)), of="b")
    assert drift_of(launch(), page, signatures_build="b") == (sentence,)


def test_logs_of_another_signature_are_told():
    found = drift_of(launch(), exchange("logs", logs(identity="s2"), of="s1"))
    assert found == ("The logs of signature s1 say that they are of another one.",)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"body": {"errors": []}, "status": 404}, "App Store Connect answered 404"),
        ({"body": {"productData": []}}, "missing required field `categories`"),
    ],
)
def test_an_overview_that_is_missing_is_told_and_does_no_harm(answer, reason):
    found = facts_of(launch(("1.0", 5)), exchange("overview", answer.pop("body"), **answer))
    (sentence,) = found.drift
    assert sentence.startswith("The performance overview could not be had: ")
    assert reason in sentence
    assert found.series


def test_drift_is_bounded():
    body = metrics(*[metric(dataset(), identifier=f"m{index}", unit=None) for index in range(60)])
    found = drift_of(body)
    assert (len(found), found[-1]) == (51, "And 10 more.")


def test_the_same_drift_is_told_once():
    body = metrics(metric(dataset(percentile="p95"), dataset(percentile="p95", device="all_ipads")))
    assert drift_of(body) == ("Percentile p95 is not known.",)


# --- answers that are of no use ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (0, "", Unreachable),
        (400, "PARAMETER_ERROR.INVALID", BadRequest),
        (401, "NOT_AUTHORIZED", Unauthorized),
        (403, "FORBIDDEN_ERROR", Forbidden),
        (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", AgreementMissing),
        (404, "NOT_FOUND", NotFound),
        (406, "", NotAcceptable),
        (429, "RATE_LIMIT_EXCEEDED", RateLimited),
        (503, "UNEXPECTED_ERROR", ServiceDown),
    ],
)
@pytest.mark.parametrize("call", ["app_metrics", "build_metrics"])
def test_metrics_that_were_refused_are_the_error_of_a_live_run(call, status, code, error):
    body = {"errors": [{"id": "E1", "status": str(status), "code": code, "title": "t"}]} if code else ""
    answers = {
        "app_metrics": exchange("app_metrics", launch()),
        "build_metrics": exchange("build_metrics", launch()),
    }
    answers[call] = exchange(call, body, status=status, request_id="R1")
    with pytest.raises(error) as caught:
        facts(snapshot(*answers.values(), build_id="1", version="1.0"), digest="")
    assert caught.type is error
    assert (caught.value.code, caught.value.request_id) == (code, "R1" if status else "")


def test_an_answer_that_was_of_no_use_when_fetched_is_of_no_use_now():
    cut = exchange("app_metrics", launch(), problem="The answer is not complete JSON", request_id="R1")
    with pytest.raises(MalformedAnswer, match="not complete JSON") as caught:
        facts(snapshot(cut), digest="")
    assert caught.value.request_id == "R1"


def test_one_failed_answer_among_several_is_an_error():
    with pytest.raises(RateLimited):
        facts_of(launch(("1.0", 5)), exchange("app_metrics", "", status=429))


def test_metrics_that_cant_be_read_are_an_error():
    with pytest.raises(MalformedAnswer, match="The metrics of app 1 can't be read"):
        facts_of({"version": "1.0.0"})


def test_a_snapshot_without_metrics_is_refused():
    with pytest.raises(SnapshotError, match="no metrics of the app"):
        facts(snapshot(exchange("overview", overview())), digest="")


# --- any input at all --------------------------------------------------------------------------------------

FULL = {
    "app_metrics": metrics(
        metric(
            dataset(("1.0", 5), ("2.0", 6, 1), recommendedMetricGoal={"value": 4}),
            dataset(("1.0", 7), percentile="percentile.ninety"),
            goalKeys=[{"goalKey": "good", "lowerBound": 0, "upperBound": 5}],
        ),
        insights={
            "regressions": [
                insight(referenceVersions=["1.0"], populations=[{"device": "d", "percentile": "P50"}])
            ]
        },
    ),
    "build_metrics": launch(("2.0", 9)),
    "overview": overview(
        signatures={"topHangPoint": [{"lineNumber": 4, "metricsSummary": {"referenceVersions": ["1.0"]}}]},
        insights={"trendingUp": [insight()]},
    ),
    "signatures": signatures(
        signature("s1", insight={"insightType": "TREND", "direction": "UP", "referenceVersions": []})
    ),
    "logs": logs({"symbolName": "main", "lineNumber": "1", "subFrames": [{"sampleCount": 3}]}, event="hang"),
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["1.0", "2.0", "p50", "UP", "1" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places_in(value, path=()):
    """Paths of everything inside a JSON value, itself included."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


@st.composite
def damaged(draw):
    """Valid bodies in which some places were removed, doubled or replaced by anything."""
    bodies = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 3))):
        *way, key = draw(st.sampled_from([path for path in places_in(bodies) if path]))
        holder = bodies
        for step in way:
            holder = holder[step]
        change = draw(st.sampled_from(["drop", "double", "replace"]))
        if change == "drop" and isinstance(holder, dict) and way:
            del holder[key]
        elif change == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = draw(ANYTHING)
    return bodies


def outcome_of(made):
    """Facts or the error; whatever else is raised fails the test."""
    try:
        return facts(made, digest=""), None
    except GateError as error:
        return None, error


@settings(max_examples=300, deadline=None)
@given(bodies=damaged(), build=st.booleans())
def test_damaged_answers_give_facts_or_a_clear_error_and_nothing_else(bodies, build):
    owners = {"signatures": "b", "build_metrics": "b", "logs": "s1"}
    made = snapshot(
        *[exchange(call, json.dumps(body), of=owners.get(call, "1")) for call, body in bodies.items()],
        signatures_build="b",
        **({"build_id": "b", "version": "2.0"} if build else {}),
    )
    found, error = outcome_of(made)
    if error is None:
        assert len(found.drift) <= 51
        for series in found.series:
            assert len(series.versions) == len(series.values) == len(series.margins)
            assert all(isinstance(value, float) for value in series.values)
            assert series.problem or len(set(series.versions)) == len(series.versions)
    else:
        assert error.what
        assert error.remedy


@given(body=st.text(max_size=50) | ANYTHING.map(json.dumps))
def test_any_text_in_place_of_metrics_gives_facts_or_a_clear_error(body):
    found, error = outcome_of(snapshot(exchange("app_metrics", body)))
    assert error.remedy if error else found is not None


def test_the_same_snapshot_gives_the_same_facts():
    made = snapshot(*[exchange(call, body) for call, body in FULL.items()])
    assert facts(made, digest="d") == facts(made, digest="d")


def test_decoding_takes_time_in_proportion_to_the_answer():
    few, many = (min(_seconds_of_decoding(models) for _ in range(3)) for models in (100, 1_000))
    assert many < few * 40, "loose on purpose: a busy machine must not fail it, a quadratic step (100) must"


def _seconds_of_decoding(models):
    values = [(f"3.{index}", 100.25 + index) for index in range(15)]
    datasets = [
        dataset(*values, device=f"iPhone{model},1", percentile=percentile)
        for model in range(models)
        for percentile in ("percentile.fifty", "percentile.ninety")
    ]
    made = snapshot(exchange("app_metrics", json.dumps(metrics(metric(*datasets)))))
    start = time.process_time()  # of this process alone, whatever else the machine does
    facts(made, digest="")
    return time.process_time() - start


# --- Apple's own bodies ------------------------------------------------------------------------------------


@pytest.fixture
def sample(reference):
    return lambda name: (reference / "samples" / name).read_text(encoding="utf-8")


def test_apples_example_of_app_metrics_is_understood(sample):
    found = facts_of(sample("apple-docs-app-metrics-launch-insights.json"))
    assert [(one.key.percentile, one.unit, one.values) for one in found.series] == [
        ("p50", "ms", (768.7, 750.0, 992.3, 1118.9, 997.8)),
        ("p90", "ms", (1532.1, 1390.2, 2030.8, 2158.4, 2014.3)),
    ]
    (regression,) = found.insights
    assert regression.reference_versions == ("1.0", "1.1", "1.2", "1.3")
    assert [one.percentile for one in regression.populations] == ["p50", "p90"]
    assert found.drift == ()


def test_apples_example_of_build_metrics_is_understood(sample):
    found = facts_of(sample("apple-docs-build-metrics-animation-goals.json"))
    assert [(one.unit, one.values) for one in found.series] == [("ms/s", (6.5,)), ("ms/s", (29.7,))]
    assert found.series[0].bands[2] == GoalBand(name="good", lower=0.0, upper=5.0)
    assert found.drift == ()


def test_the_body_with_every_known_deviation_is_understood(sample):
    found = facts_of(sample("constructed-quirks-app-metrics.json"))
    series = {(one.key.name, one.key.device): one for one in found.series}
    assert series["HANG/hangRate", "all_iphones"].margins == (None, 0.3)
    assert series["TERMINATION/onScreen", "all_iphones"].unit == "/day"
    assert series["BATTERY/onScreen", "all_iphones"].unit == "%/day"
    assert series["MEMORY/peakMemory", "all_iphones"].recommended == 400.0
    assert series["FUTURE_CATEGORY/somethingNew", "all_macs"].versions == ()
    assert found.insights[0].high_impact is False
    assert not any(one.problem for one in found.series)
    assert found.drift == (
        "Metric category FUTURE_CATEGORY is not known.",
        "Percentile percentile.ninetyFive is not known.",
        "FUTURE_CATEGORY/somethingNew has points without a value; they are left out.",
    )


def test_the_synthetic_storage_metrics_are_understood(sample):
    found = facts_of(sample("fixture-metrics-storage-synthetic.json"))
    (series,) = found.series
    assert (series.key.platform, series.key.percentile, series.margins) == ("iOS", "p90", (2.25,))
    assert found.insights[0].reference_versions == ("4.1.0",)
    assert found.drift == (
        "Goal band storageP90 of STORAGE/diskSpaceUsed is not known.",
        "Goal Less than 200 MB of a point of STORAGE/diskSpaceUsed is none of its bands.",
    )


def test_apples_signatures_and_logs_are_understood(sample):
    page = sample("apple-docs-diagnostic-signatures-disk-writes.json")
    heaviest = "35fd8da9ea3dd8d2a64cb3d458fa59b2b41e66115f7ca5fa34df25a9419c5216dd"
    found = candidate_signatures(
        exchange("signatures", page, of="b"),
        exchange("logs", sample("apple-docs-diagnostic-logs-disk-writes.json"), of=heaviest),
    )
    assert [(one.weight, len(one.logs)) for one in found.signatures] == [(0.85, 1), (0.07, 0)]
    assert found.signatures[0].notes[0].category == "SQLiteSpill"
    assert found.problem == "the list goes on where the snapshot ends"


def test_the_synthetic_overview_is_understood(sample):
    found = facts_of(
        launch(), exchange("overview", sample("fixture-populated-performance-overview-synthetic.json"))
    )
    assert [(one.kind, one.category) for one in found.insights] == [
        ("regression", "LAUNCH"),
        ("regression", "HANG"),
        ("trending_up", "MEMORY"),
    ]
    assert [(one.type, one.line) for one in found.overview_signatures] == [
        ("HANGS", 42),
        ("LAUNCHES", None),
        ("DISK_WRITES", None),
    ]
