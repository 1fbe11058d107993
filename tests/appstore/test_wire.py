"""Typed reading of Apple's bodies: what is tolerated, what is refused, and how it is said."""

import json
from pathlib import Path

import msgspec
import pytest
from wire_bodies import dataset, insight, launch, logs, metric, metrics, overview, signature, signatures

from gate.appstore.wire.base import ReferencePoint
from gate.appstore.wire.diagnostics import DiagnosticLogs, SignaturesResponse
from gate.appstore.wire.errors import ErrorResponse
from gate.appstore.wire.metrics import Breakdown, WirePoint, XcodeMetrics
from gate.appstore.wire.overview import XcodeOverview
from gate.appstore.wire.read import read
from gate.appstore.wire.resources import (
    AppsResponse,
    BuildAttributes,
    BuildsResponse,
    PreReleaseVersionResponse,
    VersionsResponse,
)
from gate.errors import MalformedAnswer

WHAT = "the metrics of app 1"


def read_body(body, kind=XcodeMetrics):
    text = body if isinstance(body, str) else json.dumps(body)
    return read(text, kind, what=WHAT)


def value_of(body, kind=XcodeMetrics):
    value, drift = read_body(body, kind)
    assert drift == ()
    return value


def first_point(body):
    return body.product_data[0].metric_categories[0].metrics[0].datasets[0].points[0]


def refusal_of(body, kind=XcodeMetrics):
    with pytest.raises(MalformedAnswer) as caught:
        read_body(body, kind)
    return caught.value


# --- what is tolerated -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "expected"),
    [(["1.0", "1.1"], ["1.0", "1.1"]), ("1.0, 1.1", "1.0, 1.1"), (None, None)],
)
def test_reference_versions_may_be_a_list_or_text(versions, expected):
    body = metrics(insights={"regressions": [insight(referenceVersions=versions)]})
    assert value_of(body).insights.regressions[0].reference_versions == expected


@pytest.mark.parametrize("many", [True, False])
def test_a_breakdown_may_be_a_list_or_an_object(many):
    share = {"value": 55.0, "subSystemLabel": "Display"}
    body = launch(("1.0", 5))
    body["productData"][0]["metricCategories"][0]["metrics"][0]["datasets"][0]["points"][0][
        "percentageBreakdown"
    ] = [share] if many else share
    typed = Breakdown(value=55.0, sub_system_label="Display")
    assert first_point(value_of(body)).percentage_breakdown == ([typed] if many else typed)


@pytest.mark.parametrize("line", ["2381", 2381, "", None])
def test_a_line_number_may_be_text_or_a_number(line):
    answer = value_of(logs({"lineNumber": line}), DiagnosticLogs)
    stack = answer.product_data[0].diagnostic_logs[0].call_stack_tree[0].call_stacks[0]
    assert stack.call_stack_root_frames[0].line_number == line


def test_a_list_of_references_may_hold_objects_or_text():
    references = [{"version": "1.0", "value": 2}, "1.1"]
    answer = value_of(
        signatures(signature("a", insight={"referenceVersions": references})), SignaturesResponse
    )
    assert answer.data[0].attributes.insight.reference_versions == [
        ReferencePoint(version="1.0", value=2.0),
        "1.1",
    ]


def test_every_attribute_may_be_null():
    attributes = {"version": None, "uploadedDate": None, "expired": None, "buildAudienceType": None}
    answer = value_of({"data": [{"type": "builds", "id": "b", "attributes": attributes}]}, BuildsResponse)
    assert answer.data[0].attributes == BuildAttributes()


def test_attributes_may_be_null_as_a_whole():
    assert (
        value_of({"data": [{"type": "apps", "id": "1", "attributes": None}]}, AppsResponse).data[0].attributes
        is None
    )


def test_everything_but_the_data_may_be_missing():
    assert value_of({"productData": []}) == XcodeMetrics(product_data=[])


@pytest.mark.parametrize(
    "null",
    [
        {"productData": [], "insights": None, "version": None},
        {"productData": [{"platform": None, "metricCategories": None}]},
        metrics({"identifier": None, "unit": None, "goalKeys": None, "datasets": None}),
        metrics(metric({"filterCriteria": None, "points": None, "recommendedMetricGoal": None})),
        launch((None, None, None)),
    ],
)
def test_null_is_taken_as_absence(null):
    assert value_of(null)


def test_a_category_that_is_new_keeps_its_name():
    body = metrics()
    body["productData"][0]["metricCategories"][0]["identifier"] = "THERMAL"
    assert value_of(body).product_data[0].metric_categories[0].identifier == "THERMAL"


def test_a_resource_keeps_silent_about_the_many_fields_the_gate_does_not_need():
    body = {
        "data": [
            {"type": "apps", "id": "1", "attributes": {"bundleId": "a.b", "isFun": True}, "relationships": {}}
        ],
        "links": {"self": "https://api.example/apps"},
    }
    assert value_of(body, AppsResponse).data[0].attributes.bundle_id == "a.b"


def test_the_build_of_a_version_is_found_through_its_relationship():
    relationships = {"build": {"data": {"type": "builds", "id": "b7"}}, "app": {"links": {}}}
    version = {"type": "appStoreVersions", "id": "v", "relationships": relationships}
    answer = value_of({"data": [version], "included": [{"type": "builds", "id": "b7"}]}, VersionsResponse)
    assert (answer.data[0].build_id, answer.included[0].id) == ("b7", "b7")


@pytest.mark.parametrize("relationships", [None, {}, {"build": None}, {"build": {"data": None}}])
def test_a_version_without_a_build_has_no_build_id(relationships):
    version = {"type": "appStoreVersions", "id": "v", "relationships": relationships}
    assert value_of({"data": [version]}, VersionsResponse).data[0].build_id == ""


@pytest.mark.parametrize(
    ("links", "expected"), [({"next": "https://n"}, "https://n"), ({"next": None}, ""), ({}, ""), (None, "")]
)
def test_the_next_link_is_empty_on_the_last_page(links, expected):
    assert value_of({"data": [], "links": links}, SignaturesResponse).next_link == expected


# --- what is not known -------------------------------------------------------------------------------------


def test_an_unknown_field_is_named_by_its_path_without_indexes():
    body = metrics(metric(dataset(("1.0", 5), newField=1), dataset(("1.0", 6), newField=2)))
    _, drift = read_body(body)
    assert drift == (
        "Field productData[].metricCategories[].metrics[].datasets[].newField of the metrics of app 1 is not known.",
    )


def test_a_body_with_unknown_fields_says_the_same_as_without_them():
    body = launch(("1.0", 5, 1), ("1.1", 6))
    plain = read_body(body)[0]
    body["productData"][0]["new"] = {"deep": [1]}
    body["new"] = None
    value, drift = read_body(body)
    assert (msgspec.to_builtins(value), len(drift)) == (msgspec.to_builtins(plain), 2)


def test_an_unknown_field_deep_in_a_tree_is_named_once():
    leaf = {"heat": 1, "subFrames": [{"heat": 2}]}
    _, drift = read_body(logs({"subFrames": [leaf]}), DiagnosticLogs)
    assert [sentence.split(" of ")[0] for sentence in drift] == [
        "Field productData[].diagnosticLogs[].callStackTree[].callStacks[].callStackRootFrames[].heat"
    ]


def test_unknown_fields_are_bounded_in_number():
    _, drift = read_body({"productData": [], **{f"new{index:03}": 1 for index in range(100)}})
    assert (len(drift), drift[-1]) == (21, "80 more fields of the metrics of app 1 are not known.")


def test_the_name_of_an_unknown_field_is_made_safe_and_short():
    _, drift = read_body({"productData": [], "a\u202e\n" + "b" * 100: 1})
    assert drift == (f"Field a??{'b' * 57}… of the metrics of app 1 is not known.",)


def test_an_unknown_field_does_not_hide_a_wrong_one():
    assert "productData" in refusal_of({"new": 1, "productData": "none"}).what


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"version": "1.0.0", "insights": {}}, "missing required field `productData`"),
        ({"productData": None}, "`$.productData`"),
        ({"productData": {}}, "`$.productData`"),
        ({"productData": "none"}, "`$.productData`"),
        ({"productData": [{"metricCategories": {}}]}, "`$.productData[0].metricCategories`"),
        (metrics({"identifier": "x", "datasets": {}}), "metrics[0].datasets`"),
        ({"productData": [{"metricCategories": [{"metrics": "x"}]}]}, "metricCategories[0].metrics`"),
        (launch(("1.0", "768.7")), "points[0].value`"),
        (launch(("1.0", True)), "points[0].value`"),
        (launch((1.0, 768.7)), "points[0].version`"),
        (launch(("1.0", 5, "1")), "points[0].errorMargin`"),
    ],
)
def test_a_wrong_metrics_body_is_refused_with_the_place(body, place):
    assert place in refusal_of(body).what


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_value_that_is_no_finite_number_is_refused(number):
    body = json.dumps(launch(("1.0", 12345))).replace("12345", number)
    assert "points[0].value`" in refusal_of(body).what


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (SignaturesResponse, "data"),
        (AppsResponse, "data"),
        (PreReleaseVersionResponse, "data"),
        (XcodeOverview, "categories"),
        (DiagnosticLogs, "productData"),
        (ErrorResponse, "errors"),
    ],
)
def test_a_body_without_its_data_is_refused(kind, field):
    assert f"missing required field `{field}`" in refusal_of({"version": "1.0"}, kind).what


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("", "closed before the body came"),
        (" \n", "closed before the body came"),
        ("<html><title>502 Bad Gateway</title></html>", "web page"),
        ('{"productData":[{"platform":', "broke off in the middle"),
        ("Service Unavailable", "something on the way has answered"),
        ("[]", "a JSON list"),
        ('"productData"', "a single JSON value"),
        ({"errors": []}, "an error answer of App Store Connect"),
        (signatures(signature("a")), "a list of diagnostic signatures"),
        (overview(), "a performance overview"),
        ({"data": [{"type": "apps", "id": "1"}]}, "an answer about App Store Connect resources"),
        ({"filterCriteriaSets": {}, "categories": []}, "Xcode's Organizer"),
        ({"hello": 1}, "a JSON object of no known kind"),
        (launch(("1.0", "5")), "Apple has changed this answer"),
    ],
)
def test_the_cause_is_told_by_what_the_body_looks_like(body, cause):
    refused = refusal_of(body)
    assert cause in refused.cause
    assert refused.remedy


@pytest.mark.parametrize(
    ("body", "kind", "cause"),
    [
        (logs({}), XcodeMetrics, "a body of diagnostic logs"),
        (launch(("1.0", 5)), DiagnosticLogs, "a metrics body"),
        (signatures(signature("a")), BuildsResponse, "a list of diagnostic signatures"),
        ({"data": [{"type": "builds", "id": "b"}]}, AppsResponse, "Apple has changed"),
        ({"categories": [], "lastUpdated": "", "filterCriteriaSets": {}}, XcodeOverview, "Organizer"),
    ],
)
def test_a_body_of_another_call_is_refused_although_its_shape_would_fit(body, kind, cause):
    assert cause in refusal_of(body, kind).cause


def test_an_unknown_field_whose_text_is_broken_is_refused():
    assert "can't be read" in refusal_of('{"productData":[],"new":"\\ud800"}').what


def test_text_that_is_not_unicode_is_refused():
    assert "can't be read" in refusal_of('{"productData":[],"version":"\ud800"}').what


@pytest.mark.parametrize(
    "body",
    [
        '{"productData":' + "[" * 100_000,
        '{"productData":[{"new":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}]}",
        "[" * 100_000 + "]" * 100_000,
    ],
)
def test_nesting_without_end_is_refused_and_not_a_crash(body):
    assert "can't be read" in refusal_of(body).what


# --- Apple's own bodies ------------------------------------------------------------------------------------


@pytest.fixture
def sample(reference):
    return lambda name: (reference / "samples" / name).read_text(encoding="utf-8")


def test_apples_example_of_app_metrics_is_read(sample):
    body = value_of(sample("apple-docs-app-metrics-launch-insights.json"))
    regression = body.insights.regressions[0]
    assert regression.reference_versions == ["1.0", "1.1", "1.2", "1.3"]
    assert [one.delta_percentage for one in regression.populations] == [10, 13]
    assert body.insights.trending_up == []
    assert first_point(body) == WirePoint(version="1.0", value=768.7)


def test_apples_example_of_build_metrics_is_read(sample):
    body = value_of(sample("apple-docs-build-metrics-animation-goals.json"))
    metric = body.product_data[0].metric_categories[0].metrics[0]
    assert body.insights is None
    assert [(goal.goal_key, goal.lower_bound, goal.upper_bound) for goal in metric.goal_keys] == [
        ("poor", 10, None),
        ("fair", 5, 10),
        ("good", 0, 5),
    ]
    assert first_point(body) == WirePoint(version="10.0", value=6.5, goal="fair")


def test_apples_example_of_signatures_is_read(sample):
    body = value_of(sample("apple-docs-diagnostic-signatures-disk-writes.json"), SignaturesResponse)
    assert [one.attributes.weight for one in body.data] == [0.85, 0.07]
    assert body.data[1].attributes.signature == "ExampleApp: -[TemporaryFile appendData:] + 100"
    assert "cursor=Aw.AOYOFlQ" in body.links.next
    assert (body.meta.paging.total, body.meta.paging.limit) == (4, 2)


def test_apples_example_of_logs_is_read(sample):
    body = value_of(sample("apple-docs-diagnostic-logs-disk-writes.json"), DiagnosticLogs)
    product = body.product_data[0]
    assert product.diagnostic_insights[0].insights_url.startswith("doc://")
    assert product.diagnostic_logs[0].diagnostic_meta_data["writesCaused"] == "1073.76 MB"
    frame = product.diagnostic_logs[0].call_stack_tree[0].call_stacks[0].call_stack_root_frames[0]
    assert frame.binary_uuid == "DAF30062-4C85-3B92-B159-50602A0C9D96"
    assert frame.sub_frames[0].symbol_name == "+[TaskHandler updateNames]"


def test_the_captured_empty_metrics_are_read_as_empty(sample):
    body = value_of(sample("captured-empty-app-metrics.json"))
    assert (body.product_data, body.insights.regressions, body.insights.trending_up) == ([], [], [])


def test_the_captured_empty_overview_is_read_as_empty(sample):
    body = value_of(sample("captured-empty-performance-overview-redacted.json"), XcodeOverview)
    assert (body.categories, body.app_metadata.latest_version) == ([], None)
    assert body.app_metadata.bundle_id == "com.example.app"


def test_the_captured_builds_are_read_with_their_null_attributes(sample):
    body = value_of(sample("captured-app-builds-page-redacted.json"), BuildsResponse)
    attributes = body.data[0].attributes
    assert (attributes.version, attributes.processing_state) == ("100", "VALID")
    assert attributes.build_audience_type is None
    assert body.meta.paging.total == 33


def test_the_synthetic_overview_is_read(sample):
    body = value_of(sample("fixture-populated-performance-overview-synthetic.json"), XcodeOverview)
    assert body.signatures.top_hang_point[0].line_number == 42
    assert body.categories[0].sections[0].unit.identifier == "s"
    assert body.insights.regressions[1].populations is None


def test_the_synthetic_storage_metrics_are_read_although_they_follow_the_specification(sample):
    body = value_of(sample("fixture-metrics-storage-synthetic.json"))
    assert body.insights.trending_up[0].reference_versions == "4.1.0"
    assert first_point(body).percentage_breakdown == Breakdown(value=61.0, sub_system_label="Documents")


def test_the_synthetic_insight_of_a_signature_is_read_without_links(sample):
    body = value_of(sample("fixture-diagnostic-signatures-insight-synthetic.json"), SignaturesResponse)
    insight = body.data[0].attributes.insight
    assert (insight.insight_type, insight.direction) == ("TREND", "UP")
    assert insight.reference_versions == [ReferencePoint(version="4.1.0", value=1.25)]


def test_the_synthetic_logs_are_read(sample):
    body = value_of(sample("fixture-diagnostic-logs-synthetic.json"), DiagnosticLogs)
    assert body.product_data[0].diagnostic_logs[0].diagnostic_meta_data["buildVersion"] == "420"


def test_the_body_with_every_known_deviation_is_read_without_drift(sample):
    body = value_of(sample("constructed-quirks-app-metrics.json"))
    assert [one.platform for one in body.product_data] == ["iOS", "macOS"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("401-not-authorized", "401", "NOT_AUTHORIZED"),
        ("403-agreement-missing", "403", "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"),
        ("404-path-error", "404", "PATH_ERROR"),
        ("400-parameter-invalid", "400", "PARAMETER_ERROR.INVALID"),
        ("429-rate-limit", "429", "RATE_LIMIT_EXCEEDED"),
        ("500-unexpected", "500", "UNEXPECTED_ERROR"),
    ],
)
def test_every_published_error_is_read(sample, name, status, code):
    body = json.loads(sample("errors-from-public-threads.json"))[name]
    error = value_of(body, ErrorResponse).errors[0]
    assert (error.status, error.code) == (status, code)


def test_the_parameter_an_error_is_about_is_read(sample):
    body = json.loads(sample("errors-from-public-threads.json"))["400-parameter-invalid"]
    assert value_of(body, ErrorResponse).errors[0].source.parameter == "filter[emaill]"


@pytest.mark.parametrize("kind", [XcodeMetrics, XcodeOverview])
def test_the_organizers_file_is_refused_by_name(sample, kind):
    refused = refusal_of(sample("fixture-xcode-organizer-legacy-file.json"), kind)
    assert "Xcode's Organizer" in refused.cause


def test_every_sample_is_known_to_these_tests(reference):
    names = {path.name for path in (reference / "samples").glob("*.json")}
    text = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if name not in text} == set()
