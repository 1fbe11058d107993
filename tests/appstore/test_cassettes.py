"""The wire format of every call, pinned by cassettes that the real client plays. See cassettes/README.md."""

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
import vcr
import yaml
from clients import credentials, sandbox_of
from loopback import Time

from gate.appstore import protocol, resolve
from gate.appstore.client import Client
from gate.appstore.token import TokenSource
from gate.appstore.wire.diagnostics import DiagnosticLogs, SignaturesResponse
from gate.appstore.wire.metrics import XcodeMetrics
from gate.appstore.wire.overview import XcodeOverview
from gate.appstore.wire.read import read
from gate.errors import NotFound
from gate.snapshot.format import Call

FOLDER = Path(__file__).parent / "cassettes"
RECORDING = bool(os.environ.get("GATE_RECORD_CASSETTES"))
REQUEST_HEADERS = {"accept"}
RESPONSE_HEADERS = {"content-type", "x-rate-limit", "x-request-id"}
NO_ID = "00000000-0000-4000-8000-000000000000"
APP_ID = "1234567890"
BUILD_ID = "120163fa-8c9d-50de-98f7-a27dd5e543f8"
LAUNCHES = {"metric_types": ["LAUNCH"], "device_types": ["all_iphones"]}


def only(headers, allowed):
    return {name: value for name, value in headers.items() if name.lower() in allowed}


def request_kept(request):
    """A request with the listed headers, sent to Apple's host."""
    request.headers = only(request.headers, REQUEST_HEADERS)
    parts = urlsplit(request.uri)
    request.uri = f"{protocol.APPLE}{parts.path}{'?' if parts.query else ''}{parts.query}"
    return request


def response_kept(response):
    """A response with the listed headers, whose links lead to Apple's host and whose ids are always the same."""
    headers = only(response["headers"], RESPONSE_HEADERS)
    body = re.sub(rb"http://127\.0\.0\.1:\d+", protocol.APPLE.encode(), response["body"]["string"])
    body = re.sub(rb'(?<="errors":\[\{"id":")[^"]+', NO_ID.encode(), body)
    fixed = {name: [NO_ID] if name.lower() == "x-request-id" else value for name, value in headers.items()}
    return {"status": response["status"], "headers": fixed, "body": {"string": body}}


def same_accept(one, other):
    assert one.headers == other.headers


TAPES = vcr.VCR(
    cassette_library_dir=str(FOLDER),
    record_mode=vcr.mode.ALL if RECORDING else vcr.mode.NONE,
    match_on=["method", "scheme", "host", "port", "path", "query", "accept"],
    before_record_request=request_kept,
    before_record_response=response_kept,
)
TAPES.register_matcher("accept", same_accept)


@contextmanager
def sender(scenario):
    """The real client: on the sandbox when recording, else with Apple's base URL."""
    time = Time()
    if RECORDING:
        with sandbox_of(scenario, time=time) as (_, client):
            yield client
    else:
        tokens = TokenSource(credentials(), clock=time)
        with Client(protocol.APPLE, tokens, clock=time, sleep=time.sleep) as client:
            yield client


@pytest.fixture
def tape(monkeypatch):
    """Plays one cassette to its end, or records it."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    @contextmanager
    def play(name, scenario="regressed"):
        if RECORDING:
            (FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        with TAPES.use_cassette(f"{name}.yaml") as cassette, sender(scenario) as client:
            yield client
        assert RECORDING or cassette.all_played

    return play


# --- one for each call -------------------------------------------------------------------------------------


def test_apps(tape):
    with tape("apps") as client:
        apps = resolve.apps_in(client.get(protocol.apps_by_bundle("com.example.photos")))

    assert [(app.id, app.bundle_id) for app in apps] == [
        ("1234567891", "com.example.photos-staging"),
        (APP_ID, "com.example.photos"),
    ]


def test_app_versions(tape):
    with tape("app_versions") as client:
        pages = client.get(protocol.shipped_versions(APP_ID))

    shipped = resolve.shipped_in(pages)
    assert len(pages) == 2
    assert resolve.on_sale(shipped) == resolve.Shipped(version="3.4", build_id=BUILD_ID, on_sale=True)
    assert len(shipped) == 9


def test_builds(tape):
    with tape("builds") as client:
        builds = resolve.builds_in(client.get(protocol.builds_of_version(APP_ID, resolve.spellings("3.4"))))

    assert [(build.number, build.version) for build in builds] == [("341", "3.4"), ("340", "3.4")]
    assert builds[0].id == BUILD_ID


def test_build_version(tape):
    with tape("build_version") as client:
        assert resolve.version_in(client.get(protocol.version_of_build(BUILD_ID))) == "3.4"


def test_app_metrics(tape):
    with tape("app_metrics") as client:
        (exchange,) = client.get(protocol.app_metrics(APP_ID, **LAUNCHES))

    body, drift = read(exchange.body, XcodeMetrics, what="metrics")
    (category,) = body.product_data[0].metric_categories
    assert drift == ()
    assert exchange.request_id
    assert [point.version for point in category.metrics[0].datasets[0].points][-1] == "3.4"
    assert body.insights.regressions


def test_build_metrics(tape):
    with tape("build_metrics") as client:
        (exchange,) = client.get(protocol.build_metrics(BUILD_ID, **LAUNCHES))

    body, drift = read(exchange.body, XcodeMetrics, what="metrics")
    datasets = body.product_data[0].metric_categories[0].metrics[0].datasets
    assert drift == ()
    assert {point.version for dataset in datasets for point in dataset.points} == {"3.4"}
    assert body.insights is None


def test_overview(tape):
    with tape("overview", "sparse") as client:
        (exchange,) = client.get(protocol.overview(APP_ID))

    body, drift = read(exchange.body, XcodeOverview, what="overview")
    assert drift == ()
    assert body.app_metadata.app_id == APP_ID


def test_overview_missing(tape):
    with tape("overview_missing", "fault-no-overview") as client, pytest.raises(NotFound) as caught:
        client.get(protocol.overview(APP_ID))

    assert caught.value.code == "PATH_ERROR"
    assert caught.value.error_id


def test_signatures(tape):
    with tape("signatures") as client:
        pages = client.get(protocol.signatures(BUILD_ID))

    decoded = [read(page.body, SignaturesResponse, what="signatures") for page in pages]
    weights = [signature.attributes.weight for page, _ in decoded for signature in page.data]
    assert [drift for _, drift in decoded] == [()] * len(pages)
    assert len(pages) > 1
    assert weights == sorted(weights, reverse=True)


def test_logs(tape):
    with tape("logs") as client:
        (page,) = client.get(protocol.signatures(BUILD_ID, ["LAUNCHES"]))
        signature = read(page.body, SignaturesResponse, what="signatures")[0].data[0].id
        (exchange,) = client.get(protocol.logs(signature, limit=1))

    body, drift = read(exchange.body, DiagnosticLogs, what="logs")
    assert drift == ()
    assert body.product_data[0].signature_id == signature
    assert body.product_data[0].diagnostic_logs[0].call_stack_tree


# --- all of them -------------------------------------------------------------------------------------------

FILES = sorted(FOLDER.glob("*.yaml"))


def test_every_cassette_is_played_and_every_call_has_one():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    names = {file.stem for file in FILES}

    assert names <= tests
    assert names - {"overview_missing"} == set(get_args(Call)) - {"app", "build"}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_cassette_keeps_only_listed_headers_and_apple_s_host(file):
    interactions = yaml.safe_load(file.read_text())["interactions"]

    assert interactions
    for interaction in interactions:
        assert {name.lower() for name in interaction["request"]["headers"]} <= REQUEST_HEADERS
        assert {name.lower() for name in interaction["response"]["headers"]} <= RESPONSE_HEADERS
        assert interaction["request"]["uri"].startswith(f"{protocol.APPLE}/v1/")
        assert interaction["response"]["headers"]["x-request-id"] == [NO_ID]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
@pytest.mark.parametrize(
    "secret",
    [r"eyJ[\w-]{10,}", "(?i)bearer", "(?i)authorization", "(?i)cookie", "PRIVATE KEY", r"127\.0\.0\.1"],
)
def test_a_cassette_holds_nothing_that_looks_secret(file, secret):
    assert not re.search(secret, file.read_text())
