"""Metrics bodies to series."""

import json
import sys

import msgspec
import pytest
from bodies import metrics_body
from decoding import LAUNCH, facts_of, in_category, series_of
from wire_bodies import dataset, exchange, launch, metric, metrics, snapshot

from gate.appstore.decode.snapshot import facts
from gate.errors import SnapshotError
from gate.model.facts import Facts, GoalBand, Series
from gate.snapshot.file import load

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
    assert facts_of({"productData": [], "insights": {"regressions": [], "trendingUp": []}}) == Facts(
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


def test_a_point_that_is_sent_twice_counts_once():
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


def test_a_slice_that_is_sent_twice_counts_once():
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
def test_a_slice_that_is_sent_twice_with_a_difference_is_marked(other):
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
def test_a_band_that_cant_be_a_line_is_left_out_and_reported(band, sentence):
    good = {"goalKey": "good", "upperBound": 5}
    found = facts_of(metrics(metric(dataset(("1.0", 5)), goalKeys=[good, band])))
    expected = () if band.get("goalKey") == "good" else (GoalBand(name="good", upper=5.0),)
    assert (found.series[0].bands, found.schema_drift) == (expected, (sentence,))


def test_a_negative_recommended_goal_is_left_out_and_reported():
    body = metrics(metric(dataset(("1.0", 5), recommendedMetricGoal={"value": -1})))
    found = facts_of(body)
    assert found.series[0].recommended is None
    assert found.schema_drift == ("A recommended goal of LAUNCH/launchTime is negative and is left out.",)


@pytest.mark.parametrize(
    ("form", "bands", "recommended"),
    [
        ({"goalKeys": [{"goalKey": "good", "upperBound": 5}]}, (GoalBand(name="good", upper=5.0),), None),
        ({"goal": 4.5}, (), 4.5),
        ({}, (), None),
    ],
)
def test_either_form_of_a_goal_is_read_and_neither_is_expected(form, bands, recommended):
    given = dict(form)
    goal = given.pop("goal", None)
    more = {"recommendedMetricGoal": {"value": goal, "detail": "prose"}} if goal else {}
    found = facts_of(metrics(metric(dataset(("1.0", 6), **more), **given)))

    assert (found.series[0].bands, found.series[0].recommended) == (bands, recommended)
    assert found.schema_drift == ()


@pytest.mark.parametrize(("recommended", "disagrees"), [(4.5, False), (5, False), (6, True)])
def test_forms_that_disagree_are_reported(recommended, disagrees):
    good = {"goalKey": "good", "upperBound": 5}
    body = metrics(
        metric(
            dataset(("1.0", 6), recommendedMetricGoal={"value": recommended}),
            dataset(("1.0", 6), device="all_ipads", recommendedMetricGoal={"value": 1}),
            goalKeys=[good],
        )
    )
    sentence = (
        "Goals of LAUNCH/launchTime disagree: Apple recommends up to 6 ms, and its band good ends at 5; "
        "each rule uses the one that it names."
    )

    assert facts_of(body).schema_drift == ((sentence,) if disagrees else ())


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
    assert (found.candidate_version, found.candidate_on_sale) == ("2.0", False)
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


# --- spellings of versions ---------------------------------------------------------------------------------


def series_of_points(points):
    body = metrics_body([1.0])
    body["productData"][0]["metricCategories"][0]["metrics"][0]["datasets"][0]["points"] = points
    snapshot, digest = load(msgspec.json.encode(body))
    return facts(snapshot, digest=digest).series[0]


def test_two_spellings_of_a_version_are_one_version():
    one = series_of_points(
        [
            {"version": "3.3", "value": 900},
            {"version": "3.4", "value": 900},
            {"version": "3.4.0", "value": 1900},
        ]
    )

    assert one.problem == "Apple sent two different points for version 3.4"


def test_a_version_without_a_value_is_listed_in_its_place():
    one = series_of_points([{"version": "3.3", "value": 900}, {"version": "3.4", "value": None}])

    assert (one.versions, one.listed) == (("3.3",), ("3.3", "3.4"))


def test_versions_that_all_have_values_are_not_listed_twice():
    assert series_of_points([{"version": "3.3", "value": 900}]).listed == ()


# --- an answer with every device model ---------------------------------------------------------------------


def lines_run_by(work):
    """How many lines of Python a call runs: a measure of its cost that no busy machine changes."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def snapshot_of_models(count, versions):
    values = [(f"3.{index}", 100.25 + index) for index in range(versions)]
    percentiles = ("percentile.fifty", "percentile.ninety")
    datasets = [
        dataset(*values, device=f"iPhone{model},1", percentile=percentile)
        for model in range(count)
        for percentile in percentiles
    ]
    body = json.dumps(metrics(metric(*datasets)))
    return snapshot(
        exchange("app_metrics", body), exchange("build_metrics", body, of="b"), build_id="b", version="3.1"
    )


def test_the_cost_of_decoding_grows_no_faster_than_the_answer():
    few, many = (snapshot_of_models(count, versions=15) for count in (50, 100))
    once = lines_run_by(lambda: facts(few, digest=""))

    assert lines_run_by(lambda: facts(many, digest="")) < once * 2.1
