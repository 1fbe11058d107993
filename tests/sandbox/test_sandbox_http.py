"""The server as HTTP: media types, methods, headers, connections, what it records."""

import http.client
import socket
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from gate.errors import MachineError
from gate.sandbox import scenario
from gate.sandbox.answer import SandboxRequest
from gate.sandbox.server import Sandbox
from gate.sandbox.service import Service

METRICS = "/v1/apps/1234567890/perfPowerMetrics"
METRICS_TYPE = "application/vnd.apple.xcode-metrics+json"


@pytest.mark.parametrize(
    "accept",
    [
        METRICS_TYPE,
        f"{METRICS_TYPE}, application/json",
        f"application/json;q=0.5, {METRICS_TYPE};q=0.9",
        "*/*",
        "application/*",
    ],
)
def test_a_vendor_call_serves_its_own_media_type(healthy: Sandbox, ask: Any, accept: str) -> None:
    response = ask(healthy, METRICS, accept=accept)

    assert (response.status_code, response.headers["Content-Type"]) == (200, METRICS_TYPE)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (METRICS, "application/json"),
        (METRICS, "application/vnd.apple.diagnostic-logs+json"),
        ("/v1/apps/1234567890/performanceOverviews", METRICS_TYPE),
        ("/v1/apps", METRICS_TYPE),
        ("/v1/diagnosticSignatures/0/logs", METRICS_TYPE),
    ],
)
def test_any_other_media_type_is_refused_in_plain_text(
    healthy: Sandbox, ask: Any, path: str, accept: str
) -> None:
    response = ask(healthy, path, accept=accept)

    assert response.status_code == 406
    assert response.headers["Content-Type"].startswith("text/plain")
    assert f"Requested: {accept}. Allowed: " in response.text


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_nothing_can_be_changed(healthy: Sandbox, ask: Any, method: str) -> None:
    response = ask(healthy, "/v1/apps/1234567890", method=method)

    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == "FORBIDDEN_ERROR"


def test_the_body_of_a_refused_request_is_not_taken_for_the_next_request(healthy: Sandbox, sign: Any) -> None:
    headers = {"Authorization": f"Bearer {sign(healthy)}"}
    connection = http.client.HTTPConnection(urlsplit(healthy.url).netloc, timeout=10)
    connection.request("POST", "/v1/apps", body=b'{"data": {}}', headers=headers)
    connection.getresponse().read()
    connection.request("GET", "/v1/apps", headers=headers)
    status = connection.getresponse().status
    connection.close()

    assert status == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_method_that_the_api_lacks_is_refused(healthy: Sandbox, ask: Any, method: str) -> None:
    assert ask(healthy, "/v1/apps", method=method).status_code == 405


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/apps", "/v1/apps/1234567890/builds/5", "/v1/sales"])
def test_an_unknown_path_is_a_path_error(healthy: Sandbox, ask: Any, path: str) -> None:
    response = ask(healthy, path)

    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "PATH_ERROR"


def test_a_parameter_that_the_call_lacks_is_refused_by_name(healthy: Sandbox, ask: Any) -> None:
    response = ask(healthy, METRICS, {"filter[version]": "3.4"})

    (error,) = response.json()["errors"]
    assert (response.status_code, error["code"]) == (400, "PARAMETER_ERROR.ILLEGAL")
    assert error["source"] == {"parameter": "filter[version]"}


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (METRICS, "filter[metricType]", "LAUNCH,SPEED"),
        (METRICS, "filter[platform]", "iOS"),
        (METRICS, "filter[deviceType]", ""),
        ("/v1/apps", "limit", "0"),
        ("/v1/apps", "limit", "201"),
        ("/v1/apps", "limit", "ten"),
        ("/v1/apps", "limit", "1,2"),
        ("/v1/apps", "fields[apps]", "bundleId,nickname"),
        ("/v1/apps", "cursor", "!"),
        ("/v1/apps", "cursor", "bzk5OQ"),
        ("/v1/apps", "cursor", "bzAx"),
        ("/v1/builds", "sort", "size"),
        ("/v1/builds", "include", "icons"),
    ],
)
def test_a_value_that_the_parameter_does_not_take_is_refused(
    healthy: Sandbox, ask: Any, path: str, name: str, value: str
) -> None:
    response = ask(healthy, path, {name: value})

    (error,) = response.json()["errors"]
    assert (response.status_code, error["code"]) == (400, "PARAMETER_ERROR.INVALID")
    assert error["source"] == {"parameter": name}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/apps/1",
        "/v1/apps/1/perfPowerMetrics",
        "/v1/apps/1/performanceOverviews",
        "/v1/apps/1/appStoreVersions",
        "/v1/builds/1",
        "/v1/builds/1/perfPowerMetrics",
        "/v1/builds/1/diagnosticSignatures",
        "/v1/builds/1/preReleaseVersion",
        "/v1/appStoreVersions/1/build",
        "/v1/preReleaseVersions/1/builds",
        "/v1/diagnosticSignatures/1/logs",
    ],
)
def test_an_unknown_id_is_not_found(healthy: Sandbox, ask: Any, path: str) -> None:
    response = ask(healthy, path)

    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "NOT_FOUND"


def test_every_answer_counts_down_the_budget_of_its_key(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("empty")
    answers = [ask(sandbox, "/v1/apps"), ask(sandbox, "/v1/nothing"), ask(sandbox, "/v1/apps")]

    assert [answer.headers["X-Rate-Limit"] for answer in answers] == [
        f"user-hour-lim:3500;user-hour-rem:{left};" for left in (3499, 3498, 3497)
    ]


def test_a_stranger_spends_nobodys_budget(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("empty")
    ask(sandbox, "/v1/apps", token="nonsense")

    assert ask(sandbox, "/v1/apps").headers["X-Rate-Limit"].endswith("user-hour-rem:3499;")


def test_a_spent_budget_is_a_429_until_the_hour_is_over(
    serve: Callable[..., Sandbox], ask: Any, sign: Any
) -> None:
    text = scenario.read("extends: empty\nname: poor\nabout: Two requests an hour.\nhourly_limit: 2", "poor")
    times = [1000.0]
    sandbox = serve(text, clock=lambda: times[0])

    def status() -> int:
        token = sign(sandbox, iat=times[0], exp=times[0] + 600)
        return int(ask(sandbox, "/v1/apps", token=token).status_code)

    before = [status(), status(), status()]
    times[0] += 3600

    assert (before, status()) == ([200, 200, 429], 200)


def test_a_429_names_its_code_and_a_negative_remainder(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve(scenario.read("extends: empty\nname: x\nabout: No requests.\nhourly_limit: 0", "x"))
    response = ask(sandbox, "/v1/apps")

    assert response.json()["errors"][0]["code"] == "RATE_LIMIT_EXCEEDED"
    assert response.headers["X-Rate-Limit"] == "user-hour-lim:0;user-hour-rem:-1;"


def test_every_answer_has_a_request_id_of_its_own(healthy: Sandbox, ask: Any) -> None:
    ids = {ask(healthy, path).headers["x-request-id"] for path in ("/v1/apps", "/v1/apps", "/v1/no")}

    assert len(ids) == 3


def test_a_request_is_recorded_without_its_token(serve: Callable[..., Sandbox], ask: Any, sign: Any) -> None:
    sandbox = serve("empty")
    token = sign(sandbox, scope=["GET /v1/apps?filter[id]=1"])
    ask(sandbox, "/v1/apps", {"filter[id]": "1"}, token=token)

    (recorded,) = sandbox.requests
    assert (recorded.method, recorded.path) == ("GET", "/v1/apps?filter%5Bid%5D=1")
    assert recorded.headers["authorization"] == "Bearer"
    assert recorded.scope == ("GET /v1/apps?filter[id]=1",)
    assert token not in repr(recorded)


def test_records_tell_tokens_apart(serve: Callable[..., Sandbox], ask: Any, sign: Any) -> None:
    sandbox = serve("empty")
    one, other = sign(sandbox), sign(sandbox, scope=["GET /v1/apps"])
    for token in (one, one, other, ""):
        ask(sandbox, "/v1/apps", token=token)

    first, second, third, fourth = (recorded.token for recorded in sandbox.requests)
    assert first == second != third
    assert fourth == ""


def test_a_connection_serves_many_requests(serve: Callable[..., Sandbox], sign: Any) -> None:
    sandbox = serve("empty")
    headers = {"Authorization": f"Bearer {sign(sandbox)}"}
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    connection.request("GET", "/v1/apps", headers=headers)
    connection.getresponse().read()
    first = connection.sock
    connection.request("GET", "/v1/apps", headers=headers)
    connection.getresponse().read()
    second = connection.sock
    connection.close()

    assert first is second


def test_only_loopback_is_listened_on(healthy: Sandbox) -> None:
    """A server on all interfaces would answer on this address, too."""
    port = urlsplit(healthy.url).port

    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=1).close()


def test_the_port_can_be_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Sandbox("empty", port=port) as sandbox:
        assert sandbox.url == f"http://127.0.0.1:{port}"


def test_a_taken_port_is_a_clear_error(healthy: Sandbox) -> None:
    port = urlsplit(healthy.url).port
    assert port
    with pytest.raises(MachineError, match=f"port {port}") as caught, Sandbox("empty", port=port):
        pass
    assert caught.value.exit_code == 2
    assert "another program of this machine uses it" in caught.value.cause
    assert "--port" in caught.value.remedy


def test_nothing_answers_once_the_block_is_left(sign: Any) -> None:
    with Sandbox("empty") as sandbox:
        address = urlsplit(sandbox.url)
        idle = http.client.HTTPConnection(address.netloc, timeout=10)
        idle.request("GET", "/v1/apps", headers={"Authorization": f"Bearer {sign(sandbox)}"})
        idle.getresponse().read()
    idle.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=10)


def test_the_date_follows_the_sandboxs_clock(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("empty", clock=lambda: 0.0)

    assert ask(sandbox, "/v1/apps").headers["Date"] == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_the_server_is_quiet(capfd: pytest.CaptureFixture[str], ask: Any) -> None:
    with Sandbox("fault-hung-up") as sandbox:
        ask(sandbox, "/v1/apps")
        ask(sandbox, "/v1/nothing")
        broken = socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port), timeout=10)
        broken.sendall(b"GET /v1/apps HTTP/1.1\r\nHost: x\r\n")
        broken.close()
        reset = socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port), timeout=10)
        reset.sendall(b"HEAD /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n")
        reset.recv(1)  # now the server waits for another request
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.close()

    assert capfd.readouterr() == ("", "")


def test_a_mistake_in_the_sandbox_is_loud(
    capfd: pytest.CaptureFixture[str], ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise LookupError("a mistake of ours")

    monkeypatch.setattr(Service, "answer", fail)
    with Sandbox("empty") as sandbox, pytest.raises(requests.ConnectionError):
        ask(sandbox, "/v1/apps")

    assert "a mistake of ours" in capfd.readouterr().err


def test_a_request_shows_no_token() -> None:
    request = SandboxRequest(method="GET", path="/v1/apps", authorization="Bearer secret")

    assert repr(request) == "SandboxRequest(GET /v1/apps)"
