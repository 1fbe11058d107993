"""The whole fetch against the sandbox: what a snapshot is about, what is in it, and what may be missing."""

import re
from collections import Counter

import msgspec
import pytest
from clients import sandbox_of
from loopback import Time

from gate import __version__, errors
from gate.appstore.collect import collect
from gate.appstore.decode.snapshot import facts
from gate.errors import UsageError
from gate.sandbox import scenario

APP = "com.example.photos"
BUILDS = {
    "3.4": "120163fa-8c9d-50de-98f7-a27dd5e543f8",
    "3.3": "77e731b8-a08b-5ac7-a6cf-47bfc23c2fc7",
}


def made(*lines):
    """The regressed scenario with more lines of YAML."""
    return scenario.read(
        "\n".join(["name: made", "about: For a test.", "extends: regressed", *lines]), "made"
    )


def failing(path, status, code="X"):
    error = f"{{status: {status}, code: {code}, title: No., detail: Because.}}"
    return made("faults:", f"  - {{path: '{path}', error: {error}}}")


def edited(*edits):
    return made("edits:", *(f"  - {edit}" for edit in edits))


def fetch(name="healthy", **options):
    """A snapshot of a scenario, and the paths that were asked for."""
    time = Time()
    with sandbox_of(name, time=time) as (sandbox, client):
        snapshot = collect(client, **{"app": APP, "clock": time} | options)
    return snapshot, [request.path.partition("?")[0] for request in sandbox.requests]


def subject_of(name="healthy", **options):
    return fetch(name, **options)[0].subject


def of_call(snapshot, *calls):
    return [exchange for exchange in snapshot.exchanges if exchange.call in calls]


def build_id(number):
    """The id that the sandbox gives a build, asked for by its number."""
    version = {"330": "3.3", "340": "3.4", "341": "3.4", "350": "3.5"}[number]
    return subject_of(version=version, build=number).build_id


# --- what it is about --------------------------------------------------------------------------------------


def test_without_a_wish_the_version_on_sale_is_compared_with_the_one_before():
    subject = subject_of()

    assert (subject.app_id, subject.bundle_id, subject.app_name) == ("1234567890", APP, "Example Photos")
    assert (subject.version, subject.version_source, subject.build_id) == ("3.4", "on sale", "")
    assert (subject.signatures_build, subject.baseline_build) == (BUILDS["3.4"], BUILDS["3.3"])
    assert subject.baseline_version == "3.3"


def test_an_app_store_id_leads_to_the_same_subject():
    assert subject_of(app="1234567890") == subject_of()


@pytest.mark.parametrize("spelling", ["3.3", "3.3.0"])
def test_a_version_asked_for_is_judged_in_the_spelling_of_the_measurements(spelling):
    subject = subject_of(version=spelling)

    assert (subject.version, subject.version_source) == ("3.3", "asked for")
    assert (subject.signatures_build, subject.baseline_version) == (BUILDS["3.3"], "3.2")
    assert subject.build_id == ""


def test_a_version_that_was_never_on_sale_is_compared_with_the_newest_measured():
    subject = subject_of(version="3.5")

    assert (subject.version, subject.version_source) == ("3.5", "asked for")
    assert subject.signatures_build == build_id("350")
    assert (subject.baseline_version, subject.baseline_build) == ("3.4", BUILDS["3.4"])


@pytest.mark.parametrize("by_id", [True, False])
def test_a_build_asked_for_is_judged_by_its_own_metrics(by_id):
    wish = {"build": build_id("340")} if by_id else {"version": "3.4.0", "build": "340"}

    snapshot, _ = fetch(**wish)

    subject = snapshot.subject
    assert (subject.version, subject.version_source) == ("3.4", "build asked for")
    assert subject.build_id == subject.signatures_build == build_id("340")
    assert subject.baseline_version == "3.3"
    (metrics,) = of_call(snapshot, "build_metrics")
    assert subject.build_id in metrics.request.path


def test_a_build_id_and_its_version_may_be_given_together():
    assert subject_of(version="3.4.0", build=BUILDS["3.4"]).build_id == BUILDS["3.4"]


def test_a_baseline_asked_for_counts():
    subject = subject_of(baseline="3.2.0")

    assert subject.baseline_version == "3.2"
    assert subject.baseline_build not in ("", *BUILDS.values())


def test_the_first_release_has_no_baseline():
    subject = subject_of("first-release")

    assert (subject.version, subject.baseline_version, subject.baseline_build) == ("1.0", "", "")


def test_without_a_version_on_sale_the_newest_measured_one_is_left_to_the_judgement():
    snapshot, _ = fetch(edited("{call: app_versions, at: data, set: []}"))

    subject = snapshot.subject
    assert (subject.version, subject.version_source) == ("", "")
    assert (subject.signatures_build, subject.baseline_build) == (BUILDS["3.4"], BUILDS["3.3"])


def test_the_newest_build_stands_in_for_a_shipped_one_that_is_not_told():
    snapshot, _ = fetch(edited("{call: app_versions, at: data/*/relationships, remove: true}"))

    assert snapshot.subject.signatures_build == BUILDS["3.4"]
    assert snapshot.subject.version_source == "on sale"


def test_points_in_reverse_order_do_not_turn_the_baseline_around():
    first = "productData/iOS/metricCategories/LAUNCH/metrics/launchTime/datasets/0/points"
    points = "[{version: '3.4', value: 3}, {version: '3.3', value: 2}, {version: '3.2', value: 1}]"
    only = f"[{{filterCriteria: {{percentile: percentile.fifty, device: all_iphones}}, points: {points}}}]"
    reversed_ = edited(
        f"{{call: app_metrics, at: {first.rpartition('/datasets')[0]}/datasets, set: {only}}}",
        "{call: app_metrics, at: productData/iOS/metricCategories/1, remove: true}",
    )

    assert subject_of(reversed_).baseline_version == "3.3"


@pytest.mark.parametrize(
    "other", ["{call: app_versions, at: data, set: []}", "{call: app_metrics, at: productData, set: []}"]
)
def test_a_version_that_was_measured_or_shipped_is_known_without_a_build(other):
    subject = subject_of(edited("{call: builds, at: data, set: []}", other), version="3.2")

    assert (subject.version, subject.version_source) == ("3.2", "asked for")


def test_a_version_older_than_all_measured_ones_has_no_baseline():
    assert subject_of("sparse", version="1.0").baseline_version == ""


# --- what can't be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "kind", "said"),
    [
        ({"app": "com.example.photo"}, errors.UnknownApp, "did you mean com.example.photos"),
        ({"app": "99"}, errors.UnknownApp, "App Store id 99"),
        ({"app": ""}, UsageError, "No app is named"),
        ({"version": "3.44"}, errors.UnknownVersion, "did you mean 3.4"),
        ({"baseline": "9.9"}, errors.UnknownVersion, "no version 9.9"),
        ({"build": "341"}, UsageError, "give --version, too"),
        ({"version": "3.4", "build": "331"}, errors.UnknownBuild, "3.4 has no build 331"),
        ({"version": "9.9", "build": "341"}, errors.UnknownBuild, "9.9 has no build 341"),
        ({"build": "00000000-0000-4000-8000-000000000000"}, errors.UnknownBuild, "no build with the id 0000"),
        ({"version": "3.3", "build": BUILDS["3.4"]}, errors.UnknownBuild, "is of version 3.4, not of 3.3"),
    ],
)
def test_a_wish_that_can_not_be_met_is_an_error_that_helps(wish, kind, said):
    with pytest.raises(kind) as caught:
        fetch(**wish)

    assert type(caught.value) is kind
    assert said in str(caught.value)


@pytest.mark.parametrize("path", ["/v1/apps", "/v1/apps/*/perfPowerMetrics", "/v1/apps/*/appStoreVersions"])
@pytest.mark.parametrize(("status", "kind"), [(404, errors.NotFound), (500, errors.ServiceDown)])
def test_without_app_metrics_and_versions_there_is_no_snapshot(path, status, kind):
    with pytest.raises(kind):
        fetch(failing(path, status))


def test_without_the_metrics_of_the_build_asked_for_there_is_no_snapshot():
    with pytest.raises(errors.ServiceDown):
        fetch(failing("/v1/builds/*/perfPowerMetrics", 500), version="3.4", build="341")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fault-agreement", errors.AgreementMissing),
        ("fault-bad-gateway", errors.ServiceDown),
        ("fault-expired", errors.Unauthorized),
        ("fault-forbidden", errors.Forbidden),
        ("fault-foreign-next", errors.UnsafeLink),
        ("fault-looping-next", errors.UnsafeLink),
        ("fault-not-json", errors.MalformedAnswer),
        ("fault-redirect", errors.UnsafeLink),
        ("fault-truncated", errors.Unreachable),
    ],
)
def test_a_fault_that_spoils_the_verdict_is_the_run_s_error(name, kind):
    with pytest.raises(kind):
        fetch(name)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_signatures_is_the_run_s_error(status):
    with pytest.raises((errors.Unauthorized, errors.Forbidden)):
        fetch(failing("/v1/builds/*/diagnosticSignatures", status))


# --- what may be missing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fault-rate-limited", "fault-server-error", "fault-hung-up"])
def test_a_fault_that_passes_leaves_no_trace(name):
    assert fetch(name)[0].subject == fetch("regressed")[0].subject


@pytest.mark.parametrize(
    ("path", "status", "call"),
    [
        ("/v1/apps/*/performanceOverviews", 401, "overview"),
        ("/v1/apps/*/performanceOverviews", 403, "overview"),
        ("/v1/apps/*/performanceOverviews", 404, "overview"),
        ("/v1/apps/*/performanceOverviews", 500, "overview"),
        ("/v1/builds/*/diagnosticSignatures", 400, "signatures"),
        ("/v1/builds/*/diagnosticSignatures", 500, "signatures"),
        ("/v1/diagnosticSignatures/*/logs", 403, "logs"),
        ("/v1/diagnosticSignatures/*/logs", 404, "logs"),
        ("/v1/diagnosticSignatures/*/logs", 500, "logs"),
    ],
)
def test_what_only_explains_may_fail_and_is_kept_with_its_problem(path, status, call):
    snapshot, _ = fetch(failing(path, status))

    failed = of_call(snapshot, call)
    assert failed
    assert all(exchange.status == status and str(status) in exchange.problem for exchange in failed)
    assert all(not exchange.problem for exchange in snapshot.exchanges if exchange.call != call)


def test_an_app_without_an_overview_is_no_error():
    (overview,) = of_call(fetch("fault-no-overview")[0], "overview")

    assert overview.status == 404
    assert overview.problem


def test_one_failed_log_does_not_cost_the_others():
    logs = of_call(fetch("fault-log-failure")[0], "logs")

    assert sorted({exchange.status for exchange in logs}) == [200, 500]
    assert [bool(exchange.problem) for exchange in logs].count(True) == 1


def test_a_build_without_diagnostics_is_no_problem():
    snapshot, _ = fetch("fault-no-diagnostics")

    found = of_call(snapshot, "signatures")
    assert {(exchange.status, exchange.problem) for exchange in found} == {(404, "")}
    assert not of_call(snapshot, "logs")


def test_signatures_that_the_service_does_not_know_are_a_problem():
    snapshot, _ = fetch(failing("/v1/builds/*/diagnosticSignatures", 404, "PATH_ERROR"))

    assert all(exchange.problem for exchange in of_call(snapshot, "signatures"))


def test_a_baseline_whose_build_can_not_be_looked_up_costs_only_its_signatures():
    lost = made(
        "edits: [{call: app_versions, at: data/*/relationships, remove: true}]",
        "faults: [{path: /v1/builds, error: {status: 500, code: X, title: No., detail: Because.}}]",
    )

    snapshot, _ = fetch(lost)

    assert (snapshot.subject.version, snapshot.subject.signatures_build) == ("3.4", "")
    assert not of_call(snapshot, "signatures", "logs")


@pytest.mark.parametrize("call", ["app_metrics", "signatures"])
def test_a_body_that_can_not_be_read_is_kept_for_the_judgement_to_refuse(call):
    key = {"app_metrics": "productData", "signatures": "data"}[call]

    snapshot, _ = fetch(edited(f"{{call: {call}, at: {key}, remove: true}}"))

    assert all(f'"{key}"' not in exchange.body for exchange in of_call(snapshot, call))
    assert snapshot.subject.version == "3.4"


# --- what is in it -----------------------------------------------------------------------------------------


def test_a_snapshot_says_who_made_it_and_when():
    snapshot, _ = fetch()

    assert snapshot.tool == f"appstore-gate {__version__}"
    assert snapshot.created == "2026-09-21T14:13:20+00:00"


def test_every_answer_is_in_the_snapshot_and_nothing_is_asked_for_twice():
    snapshot, paths = fetch("regressed")

    assert len(snapshot.exchanges) == len(paths)
    assert sorted(exchange.request.path for exchange in snapshot.exchanges) == sorted(paths)
    sent = [(exchange.request.path, exchange.request.query) for exchange in snapshot.exchanges]
    assert len(set(sent)) == len(sent)


def test_the_usual_run_needs_no_look_up_of_builds():
    calls = [exchange.call for exchange in fetch()[0].exchanges]

    assert calls[:6] == ["apps", "app_metrics", "app_versions", "overview", "signatures", "signatures"]
    assert set(calls[6:]) == {"logs"}


def test_two_fetches_differ_in_nothing_but_the_ids_of_their_answers():
    def plain(snapshot):
        text = msgspec.json.encode(snapshot).decode()
        return re.sub(r'"request_id":"[^"]*"|http://127.0.0.1:\d+', "", text)

    assert plain(fetch("regressed")[0]) == plain(fetch("regressed")[0])


def test_no_secret_is_in_a_snapshot():
    with sandbox_of("regressed") as (sandbox, client):
        text = msgspec.json.encode(collect(client, app=APP, clock=Time())).decode()

    assert "eyJ" not in text
    assert "Bearer" not in text
    assert sandbox.key_id not in text
    assert sandbox.issuer_id not in text


def test_a_snapshot_is_read_by_the_decoder():
    found = facts(fetch("regressed")[0], digest="d")

    assert (found.candidate_version, found.candidate_on_sale) == ("3.4", True)
    assert found.series
    assert found.candidate_signatures.problem == found.baseline_signatures.problem == ""
    assert any(signature.logs for signature in found.candidate_signatures.signatures)


@pytest.mark.parametrize(
    ("types", "sent"),
    [(("HANGS",), "HANGS"), (("HANGS", "LAUNCHES"), "HANGS,LAUNCHES")],
)
def test_only_the_types_asked_for_are_fetched(types, sent):
    snapshot, _ = fetch(signature_types=types)

    assert {dict(one.request.query)["filter[diagnosticType]"] for one in of_call(snapshot, "signatures")} == {
        sent
    }


def test_without_types_no_diagnostics_are_fetched():
    assert not of_call(fetch(signature_types=())[0], "signatures", "logs")


@pytest.mark.parametrize("top", [0, 1, 2])
def test_logs_are_fetched_for_so_many_of_each_type(top):
    found = facts(fetch(top=top)[0], digest="d").candidate_signatures.signatures

    with_logs = Counter(signature.type for signature in found if signature.logs)
    assert with_logs == Counter(dict.fromkeys(("HANGS", "DISK_WRITES", "LAUNCHES"), top))


def test_the_heaviest_are_found_whatever_the_order_of_the_list():
    heavy = edited(
        "{call: signatures, at: data/*/attributes/weight, set: null}",
        "{call: signatures, at: data/1/attributes/weight, set: 0.9}",
    )
    snapshot, _ = fetch(heavy, top=1, signature_types=("HANGS",))

    listed = msgspec.json.decode(of_call(snapshot, "signatures")[0].body)["data"]
    assert listed[1]["id"] in of_call(snapshot, "logs")[0].request.path


def test_logs_are_bounded_in_number():
    snapshot, _ = fetch(logs_per_signature=7)

    assert {one.request.query for one in of_call(snapshot, "logs")} == {(("limit", "7"),)}


def test_logs_of_the_baseline_are_those_of_the_same_signatures():
    found = facts(fetch("regressed")[0], digest="d")

    with_logs = {one.text for one in found.baseline_signatures.signatures if one.logs}
    assert with_logs
    assert with_logs < {one.text for one in found.candidate_signatures.signatures if one.logs}
