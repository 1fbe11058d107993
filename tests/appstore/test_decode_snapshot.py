"""From a snapshot to facts."""

import copy
import json

import pytest
from decoding import candidate_signatures, facts_of, in_category
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
from gate.model.facts import AppleInsight, GoalBand, Population

# --- the candidate and the time ----------------------------------------------------------------------------


def test_the_candidate_is_the_one_of_the_subject():
    found = facts_of(launch(), version="3.4", version_source="on sale", bundle_id="a.b", app_id="1")
    assert (found.candidate_version, found.candidate_on_sale, found.app) == ("3.4", True, "a.b")


def test_without_a_subject_the_newest_measured_version_is_the_candidate():
    found = facts_of(launch(), app_id="1")
    assert (found.candidate_version, found.candidate_on_sale, found.app) == ("", False, "1")


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


def test_an_answer_of_unknown_age_is_as_old_as_its_snapshot():
    known = facts_of(launch(), exchange("app_metrics", launch()))
    found = facts_of(launch(), exchange("app_metrics", launch(), received=""))

    assert found.fetched_at is not None
    assert found.fetched_at <= known.fetched_at


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


@pytest.mark.parametrize(
    ("own", "other", "is_there"),
    [
        ({"insights": {"regressions": []}}, {}, True),
        ({"insights": {}}, {}, True),
        ({}, {"insights": {}}, True),
        ({}, {}, False),
        ({"insights": None}, {}, False),
    ],
)
def test_an_empty_list_of_insights_is_told_from_none(own, other, is_there):
    found = facts_of(launch() | own, exchange("overview", overview(**other)))

    assert found.has_insights is is_there


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


# --- drift -------------------------------------------------------------------------------------------------


def drift_of(body, *more, **subject):
    return facts_of(body, *more, **subject).schema_drift


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
def test_what_is_not_known_is_reported(body, sentence):
    assert drift_of(body) == (sentence,)


def test_a_goal_that_is_none_of_the_bands_is_reported():
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
def test_what_is_not_known_of_a_signature_is_reported(attributes, sentence):
    page = exchange("signatures", signatures(signature("s1", **attributes)), of="b")
    assert drift_of(launch(), page, signatures_build="b") == (sentence,)


def test_logs_of_another_signature_are_reported():
    found = drift_of(launch(), exchange("logs", logs(identity="s2"), of="s1"))
    assert found == ("The logs of signature s1 say that they are of another one.",)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"body": {"errors": []}, "status": 404}, "App Store Connect answered 404"),
        ({"body": {"productData": []}}, "missing required field `categories`"),
    ],
)
def test_an_overview_that_is_missing_is_reported_and_does_no_harm(answer, reason):
    found = facts_of(launch(("1.0", 5)), exchange("overview", answer.pop("body"), **answer))
    (sentence,) = found.schema_drift
    assert sentence.startswith("The performance overview could not be had: ")
    assert reason in sentence
    assert found.series


def test_drift_is_bounded():
    body = metrics(*[metric(dataset(), identifier=f"m{index}", unit=None) for index in range(60)])
    found = drift_of(body)
    assert (len(found), found[-1]) == (51, "And 10 more.")


def test_the_same_drift_is_reported_once():
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
        assert len(found.schema_drift) <= 51
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
    assert found.schema_drift == ()


def test_apples_example_of_build_metrics_is_understood(sample):
    found = facts_of(sample("apple-docs-build-metrics-animation-goals.json"))
    assert [(one.unit, one.values) for one in found.series] == [("ms/s", (6.5,)), ("ms/s", (29.7,))]
    assert found.series[0].bands[2] == GoalBand(name="good", lower=0.0, upper=5.0)
    assert found.schema_drift == ()


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
    assert found.schema_drift == (
        "Metric category FUTURE_CATEGORY is not known.",
        "Percentile percentile.ninetyFive is not known.",
        "FUTURE_CATEGORY/somethingNew has points without a value; they are left out.",
    )


def test_the_synthetic_storage_metrics_are_understood(sample):
    found = facts_of(sample("fixture-metrics-storage-synthetic.json"))
    (series,) = found.series
    assert (series.key.platform, series.key.percentile, series.margins) == ("iOS", "p90", (2.25,))
    assert found.insights[0].reference_versions == ("4.1.0",)
    assert found.schema_drift == (
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
