"""Calls, scopes and links: what is said to App Store Connect, and what is not."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from gate.appstore import protocol
from gate.errors import MalformedAnswer, UnsafeLink, UsageError
from gate.http.address import is_loopback
from gate.snapshot.format import Request

BASE = "https://api.appstoreconnect.apple.com"
LIST = protocol.signatures("b-1", ["HANGS"])

REQUESTS = {
    "apps": protocol.apps_by_bundle("com.example.photos"),
    "app by id": protocol.app_by_id("1"),
    "all apps": protocol.visible_apps(),
    "versions": protocol.shipped_versions("1"),
    "builds": protocol.builds_of_version("1", ["1.2", "1.2.0"], number="45"),
    "build": protocol.build_of_app("1", "b-1"),
    "build version": protocol.version_of_build("b-1"),
    "app metrics": protocol.app_metrics("1", metric_types=["HANG", "LAUNCH"], device_types=["all_iphones"]),
    "build metrics": protocol.build_metrics("b-1", metric_types=["HANG"], device_types=["all_ipads"]),
    "overview": protocol.overview("1"),
    "signatures": LIST,
    "logs": protocol.logs("s-1", limit=5),
}


# --- calls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_call_is_one_of_apple_s_specification(request_, reference):
    paths = json.loads((reference / "openapi-perf-subset.json").read_text())["paths"]
    template = re.sub(r"/(\w-)?1/", "/{id}/", request_.path)
    operation = paths[template]["get"]
    parameters = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}

    assert request_.accept in operation["responses"]["200"]["content"]
    for name, value in request_.query:
        allowed = parameters[name].get("items", {}).get("enum")
        assert allowed is None or set(value.split(",")) <= set(allowed)


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("app metrics", "/v1/apps/1/perfPowerMetrics", "filter[platform]=IOS&filter[metricType]=HANG,LAUNCH&filter[deviceType]=all_iphones"),
        ("overview", "/v1/apps/1/performanceOverviews", ""),
        ("signatures", "/v1/builds/b-1/diagnosticSignatures", "filter[diagnosticType]=HANGS&limit=200"),
        ("logs", "/v1/diagnosticSignatures/s-1/logs", "limit=5"),
        ("apps", "/v1/apps", "filter[bundleId]=com.example.photos&fields[apps]=bundleId,name&limit=200"),
    ],
)  # fmt: skip
def test_a_target_is_path_and_query(name, path, query):
    assert protocol.target(REQUESTS[name]) == (f"{path}?{query}" if query else path)


def test_filters_that_are_not_asked_for_are_not_sent():
    assert protocol.app_metrics("1").query == (("filter[platform]", "IOS"),)


def test_every_request_is_known_by_its_call():
    calls = {name: protocol.call_of(request) for name, request in REQUESTS.items()}

    assert calls == {
        "apps": "apps",
        "app by id": "apps",
        "all apps": "apps",
        "versions": "app_versions",
        "builds": "builds",
        "build": "builds",
        "build version": "build_version",
        "app metrics": "app_metrics",
        "build metrics": "build_metrics",
        "overview": "overview",
        "signatures": "signatures",
        "logs": "logs",
    }


def test_a_path_of_no_call_is_refused():
    with pytest.raises(ValueError, match="/v1/users is not a call"):
        protocol.call_of(Request(path="/v1/users"))


@pytest.mark.parametrize("identity", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_refused(identity):
    with pytest.raises(MalformedAnswer, match="can't be part of an address"):
        protocol.logs(identity, limit=1)


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_an_id_stays_one_segment_of_the_path(identity):
    path = urlsplit(BASE + protocol.target(protocol.logs(identity, limit=1))).path

    assert re.fullmatch(r"/v1/diagnosticSignatures/[\w.~%-]+/logs", path)


@given(st.text(max_size=20))
def test_a_value_survives_the_query(value):
    request = Request(path="/v1/apps", query=(("filter[bundleId]", value), ("limit", "1")))

    assert tuple(parse_qsl(urlsplit(protocol.target(request)).query, keep_blank_values=True)) == request.query


# --- scopes ------------------------------------------------------------------------------------------------


def test_a_scope_entry_names_the_filters():
    assert (
        protocol.scope_entry(LIST) == "GET /v1/builds/b-1/diagnosticSignatures?filter[diagnosticType]=HANGS"
    )


@pytest.mark.parametrize("ignored", ["limit", "cursor", "sort"])
def test_a_scope_entry_leaves_out_what_apple_ignores(ignored):
    plain = Request(path="/v1/builds", query=(("filter[app]", "1"),))
    more = Request(path="/v1/builds", query=((ignored, "x"), *plain.query))

    assert protocol.scope_entry(more) == protocol.scope_entry(plain) == "GET /v1/builds?filter[app]=1"


# --- base URLs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (BASE, BASE),
        (f"{BASE}/", BASE),
        (f"{BASE}:443", f"{BASE}:443"),
        (f" {BASE} \n", BASE),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:1/", "http://localhost:1"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_apple_s_origin_and_loopback_are_allowed(url, origin):
    assert protocol.check_base_url(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.appstoreconnect.apple.com",
        "http://api.appstoreconnect.apple.com",
        "https://api.appstoreconnect.apple.com:8443",
        "https://api.appstoreconnect.apple.com.example.com",
        "https://api.appstoreconnect.apple.com@example.com",
        "https://example.com/?https://api.appstoreconnect.apple.com",
        "https://api.appstoreconnect.apple.com/v1",
        "https://appstoreconnect.apple.com",
        "http://127.0.0.1.example.com",
        "http://user@127.0.0.1",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://[::1",
        "http://127.0.0.1\\@example.com",
        "file:///etc/passwd",
        "ftp://127.0.0.1",
    ],
)
def test_any_other_base_url_is_refused(url):
    with pytest.raises(UsageError, match="base URL") as caught:
        protocol.check_base_url(url)

    assert "gate sandbox" in caught.value.remedy


@given(
    st.text()
    | st.from_regex(r"https?://[\w.@:\\/\[\]#?-]{0,30}(127\.0\.0\.1|apple\.com|localhost)[\w.@:\\/#?]{0,20}")
)
def test_a_base_url_that_passes_is_understood_the_same_by_the_sender(url):
    try:
        origin = protocol.check_base_url(url)
    except UsageError:
        return

    sent_to = parse_url(origin)
    assert sent_to.auth is None
    assert sent_to.host == urlsplit(BASE).hostname or is_loopback(f"http://{sent_to.host}")


# --- next links --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ({"data": []}, ""),
        ({"data": [], "links": None}, ""),
        ({"data": [], "links": {"self": "x"}}, ""),
        ({"data": [], "links": {"self": "x", "next": None}}, ""),
        ({"data": [], "links": {"self": "x", "next": "y"}}, "y"),
    ],
)
def test_the_next_link_of_a_page(body, link):
    assert protocol.next_link(LIST, json.dumps(body)) == link


@pytest.mark.parametrize("body", ["", "{", "[]", '{"links": {"next": 1}}', '{"links": []}'])
def test_a_page_whose_link_can_not_be_read_is_no_last_page(body):
    with pytest.raises(MalformedAnswer, match="/v1/builds/b-1/diagnosticSignatures can't be read"):
        protocol.next_link(LIST, body)


def test_a_next_link_is_followed_as_it_is_spelt():
    link = f"{BASE}/v1/builds/b-1/diagnosticSignatures?cursor=Mg%3D%3D.a+b&filter%5BdiagnosticType%5D=HANGS"

    page = protocol.follow(BASE, LIST, link)

    assert BASE + page.target == link
    assert page.request.query == (("cursor", "Mg==.a b"), ("filter[diagnosticType]", "HANGS"))
    assert page.request.accept == LIST.accept


def test_a_further_page_is_in_the_scope_of_the_first():
    link = f"{BASE}/v1/builds/b-1/diagnosticSignatures?cursor=Mg&filter%5BdiagnosticType%5D=HANGS&limit=200"

    assert protocol.scope_entry(protocol.follow(BASE, LIST, link).request) == protocol.scope_entry(LIST)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (f"{BASE}:443/v1/x?cursor=2", "/v1/x?cursor=2"),
        ("https://API.AppStoreConnect.Apple.com/v1/x", "/v1/x"),
        ("/v1/x?cursor=2", "/v1/x?cursor=2"),
        ("?cursor=2", "/v1/builds/b-1/diagnosticSignatures?cursor=2"),
    ],
)
def test_a_next_link_on_the_same_origin_is_followed(link, target):
    assert protocol.follow(BASE, LIST, link).target == target


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/v1/x",
        "//example.com/v1/x",
        "http://api.appstoreconnect.apple.com/v1/x",
        "https://api.appstoreconnect.apple.com:8443/v1/x",
        "https://api.appstoreconnect.apple.com@example.com/v1/x",
        "https://user:password@api.appstoreconnect.apple.com/v1/x",
        "https://api.appstoreconnect.apple.com\\@example.com/v1/x",
        "https://api.appstoreconnect.apple.com.example.com/v1/x",
        "https://api.appstoreconnect.apple.com:port/v1/x",
        "https://[::1/v1/x",
        "/v1/x?cursor=a b",
        "/v1/x\r\nX-Injected: 1",
        "javascript:alert(1)",
    ],
)
def test_a_next_link_that_leads_elsewhere_is_refused(link):
    with pytest.raises(UnsafeLink) as caught:
        protocol.follow(BASE, LIST, link)

    assert "password" not in str(caught.value)


@given(
    st.text()
    | st.from_regex(r"(https?:)?//[\w.@:\\-]{0,20}(api\.appstoreconnect\.apple\.com)?[\w.@:\\/?#-]{0,20}")
)
def test_whatever_a_next_link_says_the_sender_stays_on_the_origin(link):
    try:
        page = protocol.follow(BASE, LIST, link)
    except UnsafeLink:
        return

    sent_to = parse_url(BASE + page.target)
    assert (sent_to.scheme, sent_to.auth, sent_to.host) == ("https", None, "api.appstoreconnect.apple.com")
