"""What goes wrong in the fault scenarios, seen from a plain HTTP client."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from gate.sandbox import scenario
from gate.sandbox.server import Sandbox

METRICS = "/v1/apps/1234567890/perfPowerMetrics"
OVERVIEW = "/v1/apps/1234567890/performanceOverviews"


def _statuses(ask: Any, sandbox: Sandbox, path: str, count: int) -> list[int]:
    return [ask(sandbox, path).status_code for _ in range(count)]


def _code(response: Any) -> str:
    return str(response.json()["errors"][0]["code"])


def _signatures(ask: Any, sandbox: Sandbox) -> str:
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": "341"}).json()["data"]
    return f"/v1/builds/{build['id']}/diagnosticSignatures"


def test_rate_limited_recovers_after_two_waits(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-rate-limited")
    first, second, third = (ask(sandbox, METRICS) for _ in range(3))

    assert [first.status_code, second.status_code, third.status_code] == [429, 429, 200]
    assert _code(first) == "RATE_LIMIT_EXCEEDED"
    assert first.headers["Retry-After"] == "1"
    assert "Retry-After" not in third.headers


def test_server_error_recovers_after_one(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-server-error")
    first = ask(sandbox, METRICS)

    assert (first.status_code, _code(first)) == (500, "UNEXPECTED_ERROR")
    assert _statuses(ask, sandbox, METRICS, 2) == [200, 200]


def test_bad_gateway_answers_everything_with_html(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-bad-gateway")
    response = ask(sandbox, "/v1/apps")

    assert response.status_code == 502
    assert response.headers["Content-Type"].startswith("text/html")
    assert "X-Rate-Limit" not in response.headers
    assert _statuses(ask, sandbox, METRICS, 3) == [502, 502, 502]


def test_forbidden_keeps_look_ups_open(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-forbidden")
    refused = [METRICS, OVERVIEW, _signatures(ask, sandbox), "/v1/diagnosticSignatures/0/logs"]

    assert {(ask(sandbox, path).status_code, _code(ask(sandbox, path))) for path in refused} == {
        (403, "FORBIDDEN_ERROR")
    }
    assert ask(sandbox, "/v1/apps").status_code == 200


def test_agreement_closes_everything(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("fault-agreement"), "/v1/apps")

    assert response.status_code == 403
    assert _code(response) == "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"


def test_expired_refuses_a_good_token(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("fault-expired"), "/v1/apps")

    assert (response.status_code, _code(response)) == (401, "NOT_AUTHORIZED")


def test_truncated_promises_more_than_it_sends(serve: Callable[..., Sandbox], ask: Any) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match=r"2000 bytes read, \d+ more"):
        ask(serve("fault-truncated"), METRICS)


def test_redirect_leads_to_another_host(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("fault-redirect"), METRICS, {"filter[platform]": "IOS"})

    assert response.status_code == 302
    assert response.headers["Location"] == (f"https://elsewhere.invalid{METRICS}?filter%5Bplatform%5D=IOS")


def test_foreign_next_leads_to_another_host(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-foreign-next")
    path = _signatures(ask, sandbox)

    assert ask(sandbox, path).json()["links"]["next"] == f"https://elsewhere.invalid{path}"


def test_looping_next_leads_to_the_same_page(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-looping-next")
    first = ask(sandbox, _signatures(ask, sandbox), {"limit": "2"}).json()
    second = ask(sandbox, first["links"]["next"].removeprefix(sandbox.url)).json()

    assert second == first


def test_no_overview_is_a_path_error(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("fault-no-overview"), OVERVIEW)

    assert (response.status_code, _code(response)) == (404, "PATH_ERROR")


def test_no_diagnostics_is_a_404_of_a_build_that_exists(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-no-diagnostics")
    path = _signatures(ask, sandbox)

    assert ask(sandbox, path).status_code == 404
    assert ask(sandbox, path.removesuffix("/diagnosticSignatures")).status_code == 200


def test_log_failure_is_of_one_signature(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-log-failure")
    body = ask(sandbox, _signatures(ask, sandbox), {"filter[diagnosticType]": "HANGS"}).json()
    statuses = {
        entry["attributes"]["signature"]: _statuses(
            ask, sandbox, f"/v1/diagnosticSignatures/{entry['id']}/logs", 2
        )
        for entry in body["data"]
    }

    assert statuses.pop("ExamplePhotos: LibraryIndex.rebuildIfNeeded() + 636") == [500, 500]
    assert list(statuses.values()) == [[200, 200], [200, 200]]


def test_hung_up_recovers_after_two_broken_connections(serve: Callable[..., Sandbox], ask: Any) -> None:
    sandbox = serve("fault-hung-up")
    for _ in range(2):
        with pytest.raises(requests.exceptions.ConnectionError):
            ask(sandbox, METRICS)

    assert ask(sandbox, METRICS).status_code == 200


def test_not_json_is_a_success_of_html(serve: Callable[..., Sandbox], ask: Any) -> None:
    response = ask(serve("fault-not-json"), METRICS)

    assert response.status_code == 200
    assert response.text.startswith("<!doctype html>")


def test_a_fault_needs_a_good_token_only_where_the_service_itself_answers(
    serve: Callable[..., Sandbox], ask: Any
) -> None:
    assert ask(serve("fault-truncated"), METRICS, token="nonsense").status_code == 401
    assert ask(serve("fault-bad-gateway"), METRICS, token="nonsense").status_code == 502


def test_faults_are_worked_off_in_their_order(serve: Callable[..., Sandbox], ask: Any) -> None:
    text = """
        extends: empty
        name: x
        about: One thing after the other.
        faults:
          - {path: "*", times: 1, reply: {status: 503}}
          - {path: /v1/apps, times: 2, reply: {status: 502}}
          - {path: /v1/apps, times: 1, reply: {status: 504}}
    """

    assert _statuses(ask, serve(scenario.read(text, "x")), "/v1/apps", 5) == [503, 502, 502, 504, 200]
