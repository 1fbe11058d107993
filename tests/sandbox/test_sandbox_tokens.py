"""Which tokens open the door."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gate.sandbox.server import Sandbox

METRICS = "/v1/apps/1234567890/perfPowerMetrics"
NOW = 1_790_000_000.0


@pytest.fixture
def frozen(serve: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox whose clock stands still."""
    return serve("healthy", clock=lambda: NOW)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def test_a_good_team_token_is_accepted(healthy: Sandbox, ask: Any) -> None:
    assert ask(healthy, METRICS).status_code == 200


def test_a_good_individual_token_is_accepted(healthy: Sandbox, ask: Any) -> None:
    now = int(time.time())
    claims = {"sub": "user", "iat": now, "exp": now + 1200, "aud": "appstoreconnect-v1"}
    token = jwt.encode(
        claims, healthy.individual_private_key, "ES256", headers={"kid": healthy.individual_key_id}
    )

    assert ask(healthy, METRICS, token=token).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "57246542-96fe-1a63-e053-0824d011072a"},
        {"iss": None},
        {"iss": None, "sub": "user"},
        {"sub": "user"},
        {"aud": "appstoreconnect-v2"},
        {"aud": None},
        {"iat": NOW + 34, "exp": NOW + 600},
        {"iat": NOW - 700, "exp": NOW - 1},
        {"iat": NOW, "exp": NOW + 1201},
        {"iat": NOW - 60, "exp": NOW + 1200},
        {"iat": None},
        {"exp": None},
        {"iat": "yesterday"},
        {"iat": NOW, "exp": NOW - 100},
        {"scope": "GET /v1/apps/1234567890/perfPowerMetrics"},
        {"scope": []},
    ],
    ids=str,
)
def test_a_token_with_wrong_claims_is_refused(
    frozen: Sandbox, ask: Any, sign: Any, claims: dict[str, Any]
) -> None:
    token = sign(frozen, **({"iat": NOW, "exp": NOW + 600} | claims))

    assert ask(frozen, METRICS, token=token).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": NOW, "exp": NOW + 1200},
        {"iat": NOW - 60, "exp": NOW + 1140},
        {"iat": NOW + 5, "exp": NOW + 600},
    ],
    ids=str,
)
def test_a_token_at_the_edge_of_its_time_is_accepted(
    frozen: Sandbox, ask: Any, sign: Any, claims: dict[str, Any]
) -> None:
    assert ask(frozen, METRICS, token=sign(frozen, **claims)).status_code == 200


@pytest.mark.parametrize("headers", [{"kid": "2X9R4HXF34"}, {"typ": "at+jwt"}, {"typ": None}], ids=str)
def test_a_token_with_a_wrong_header_is_refused(
    healthy: Sandbox, ask: Any, headers: dict[str, str | None]
) -> None:
    now = int(time.time())
    claims = {"iss": healthy.issuer_id, "iat": now, "exp": now + 600, "aud": "appstoreconnect-v1"}
    token = jwt.encode(claims, healthy.private_key, "ES256", headers={"kid": healthy.key_id} | headers)

    assert ask(healthy, METRICS, token=token).status_code == 401


def test_a_token_of_another_key_is_refused(healthy: Sandbox, ask: Any) -> None:
    now = int(time.time())
    claims = {"iss": healthy.issuer_id, "iat": now, "exp": now + 600, "aud": "appstoreconnect-v1"}
    other = _pem(ec.generate_private_key(ec.SECP256R1()))
    token = jwt.encode(claims, other, "ES256", headers={"kid": healthy.key_id})

    assert ask(healthy, METRICS, token=token).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_what_is_no_token_is_refused(healthy: Sandbox, ask: Any, token: str) -> None:
    assert ask(healthy, METRICS, token=token).status_code == 401


def test_only_a_bearer_is_a_token(healthy: Sandbox, session: Any, sign: Any) -> None:
    headers = {"Authorization": f"Token {sign(healthy)}"}

    assert session.get(healthy.url + METRICS, headers=headers, timeout=10).status_code == 401


def test_a_refusal_has_the_shape_of_apples(healthy: Sandbox, ask: Any) -> None:
    response = ask(healthy, METRICS, token="nonsense")

    (error,) = response.json()["errors"]
    assert response.headers["Content-Type"] == "application/json"
    assert (error["status"], error["code"]) == ("401", "NOT_AUTHORIZED")
    assert error["id"]
    assert error["title"]
    assert error["detail"]


@pytest.mark.parametrize(
    "entry",
    [
        f"GET {METRICS}?filter[platform]=IOS&filter[metricType]=LAUNCH,HANG",
        f"GET {METRICS}?filter[metricType]=LAUNCH,HANG&filter[platform]=IOS",
        f"GET {METRICS}?filter%5BmetricType%5D=LAUNCH%2CHANG&filter%5Bplatform%5D=IOS",
        f"GET {METRICS}?filter[metricType]=LAUNCH,HANG&filter[platform]=IOS&limit=7&cursor=abc&sort=name",
    ],
)
def test_a_scope_matches_whatever_its_order_and_escapes(
    healthy: Sandbox, ask: Any, sign: Any, entry: str
) -> None:
    query = {"filter[platform]": "IOS", "filter[metricType]": "LAUNCH,HANG"}
    token = sign(healthy, scope=["GET /v1/apps", entry])

    assert ask(healthy, METRICS, query, token=token).status_code == 200


@pytest.mark.parametrize(
    "entry",
    [
        f"GET {METRICS}",
        f"GET {METRICS}?filter[platform]=IOS&filter[metricType]=LAUNCH",
        "GET /v1/apps/1234567891/perfPowerMetrics?filter[platform]=IOS",
        f"POST {METRICS}?filter[platform]=IOS",
        f"{METRICS}?filter[platform]=IOS",
        "GET",
    ],
)
def test_a_scope_that_names_another_request_is_refused(
    healthy: Sandbox, ask: Any, sign: Any, entry: str
) -> None:
    response = ask(healthy, METRICS, {"filter[platform]": "IOS"}, token=sign(healthy, scope=[entry]))

    assert response.status_code == 401


def test_limit_and_sort_of_the_request_need_no_scope(healthy: Sandbox, ask: Any, sign: Any) -> None:
    token = sign(healthy, scope=["GET /v1/builds?filter[app]=1234567890"])
    query = {"filter[app]": "1234567890", "limit": "2", "sort": "-uploadedDate"}

    assert ask(healthy, "/v1/builds", query, token=token).status_code == 200


def test_a_token_for_metrics_and_logs_alone_may_live_for_months(frozen: Sandbox, ask: Any, sign: Any) -> None:
    scope = [f"GET {METRICS}", "GET /v1/builds/1/diagnosticSignatures", "GET /v1/diagnosticSignatures/1/logs"]
    token = sign(frozen, iat=NOW, exp=NOW + 150 * 86400, scope=scope)

    assert ask(frozen, METRICS, token=token).status_code == 200


@pytest.mark.parametrize(
    "scope",
    [[f"GET {METRICS}", "GET /v1/apps"], [f"GET {METRICS}", f"PATCH {METRICS}"], None],
    ids=["another call", "another method", "no scope"],
)
def test_any_other_token_lives_for_twenty_minutes(
    frozen: Sandbox, ask: Any, sign: Any, scope: list[str] | None
) -> None:
    token = sign(frozen, iat=NOW, exp=NOW + 150 * 86400, scope=scope)

    assert ask(frozen, METRICS, token=token).status_code == 401


def test_no_token_lives_for_a_year(frozen: Sandbox, ask: Any, sign: Any) -> None:
    token = sign(frozen, iat=NOW, exp=NOW + 365 * 86400, scope=[f"GET {METRICS}"])

    assert ask(frozen, METRICS, token=token).status_code == 401
