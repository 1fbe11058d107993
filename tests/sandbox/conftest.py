"""A caller that speaks to a sandbox as any HTTP client would, with tokens signed by PyJWT."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import jwt
import pytest
import requests

from gate.sandbox.server import Sandbox

Sign = Callable[..., str]
"""Signs a token for a sandbox: ``sign(sandbox, **claims)``."""

Ask = Callable[..., requests.Response]
"""Sends a request: ``ask(sandbox, path, query, accept=…, token=…, method=…)``."""


@pytest.fixture(scope="session")
def sign() -> Sign:
    """A signer of good tokens, unless claims say otherwise."""

    def sign(sandbox: Sandbox, /, **claims: Any) -> str:
        now = int(time.time())
        usual = {"iss": sandbox.issuer_id, "iat": now - 60, "exp": now + 600, "aud": "appstoreconnect-v1"}
        given = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(given, sandbox.private_key, "ES256", headers={"kid": sandbox.key_id})

    return sign


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """One session for all tests, deaf to proxies of the environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="session")
def ask(sign: Sign, session: requests.Session) -> Ask:
    """A caller with a good token, unless it is given another one; an empty one sends none."""

    def ask(
        sandbox: Sandbox,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = "*/*",
        token: str | None = None,
        method: str = "GET",
    ) -> requests.Response:
        token = sign(sandbox) if token is None else token
        headers = {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})
        return session.request(
            method,
            sandbox.url + path,
            params=query,
            headers=headers,
            allow_redirects=False,
            timeout=10,
        )

    return ask


@pytest.fixture
def serve() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes and stops them after the test."""
    with ExitStack() as stack:

        def serve(*args: Any, **kwargs: Any) -> Sandbox:
            return stack.enter_context(Sandbox(*args, **kwargs))

        yield serve


@pytest.fixture(scope="session")
def healthy() -> Iterator[Sandbox]:
    """A healthy sandbox, for tests that leave no trace in it."""
    with Sandbox("healthy") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def regressed() -> Iterator[Sandbox]:
    """The sandbox of the demo story, for tests that leave no trace in it."""
    with Sandbox("regressed") as sandbox:
        yield sandbox
