"""The one sender: a request goes out with its token, and an answer within bounds comes back without it.

A token goes to the address it is sent to and to no other: redirects are not followed, no cookie is kept. Clock
and sleep are handed in.
"""

from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from math import inf
from typing import Any, TypeVar

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from gate import __version__
from gate.http.address import is_loopback
from gate.http.answer import Answer
from gate.http.failure import TRANSPORT_ERRORS, Cause, NoAnswer, no_answer

T = TypeVar("T")

CHUNK = 16 * 1024
"""Bytes of a body that are read before its bounds are looked at again."""


class HttpLimits(Struct, frozen=True, kw_only=True):
    """Bounds on one request to any service."""

    connect_timeout: float = 10.0
    """Seconds."""
    read_timeout: float = 60.0
    """Seconds without a byte."""
    retries: int = 4
    """Attempts after the first."""
    body: int = 64 * 1024 * 1024
    """Bytes of an answer, decompressed."""
    pages: int = 100
    """Of one list."""


class _Bearer(AuthBase):
    """A token as requests' own auth: set as a header, an entry of a netrc file would replace it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._token}"
        return prepared


class _Session(requests.Session):
    """A session that sees no redirects.

    Even with ``allow_redirects=False`` requests reads the body of a redirect, without a bound, to prepare the
    request that would follow.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class Sender:
    """Sends requests to one service. Safe to share by threads.

    Args:
        base_url: The service; one on this machine is reached without the environment's proxies.
        limits: Bounds on one request.
        clock: Epoch seconds.
        sleep: Waits for some seconds.
        headers: Of every request.
        connections: How many are kept open.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: HttpLimits,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        headers: Mapping[str, str] | None = None,
        connections: int = 1,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._session = _Session()
        self._session.headers.update({"User-Agent": f"appstore-gate/{__version__}", **(headers or {})})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy that the environment names for http would be handed the token in plain text.
        self._session.trust_env = not is_loopback(base_url)
        # One host, one pool; connections beyond its size would be thrown away after each request.
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=connections))

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        token: str,
        until: float,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send a request once.

        Args:
            method: HTTP's.
            url: Where to; a redirect is an answer and not followed.
            token: Who asks. It is taken out of everything that comes back.
            until: Epoch seconds after which a body is not read on.
            headers: Besides those of every request.
            query: Added to the address.
            json: The body.

        Raises:
            NoAnswer: None came, or it is too large or too slow.
        """
        try:
            with self._session.request(
                method,
                url,
                params=query,
                json=json,
                headers=headers,
                auth=_Bearer(token),
                timeout=(self._limits.connect_timeout, self._limits.read_timeout),
                allow_redirects=False,
                # The body is read by `_body`, within its bounds.
                stream=True,
            ) as response:
                body = self._body(response, until)
        except TRANSPORT_ERRORS as error:
            raise no_answer(error) from error
        return _redacted(response, body, token)

    def _body(self, response: requests.Response, until: float) -> bytes:
        """Read a body, bounded in size and time: a time-out alone bounds only the gap between two bytes.

        Raises:
            NoAnswer: It exceeds one of the bounds.
        """
        # Counted after decompression, so that a few kilobytes can't unpack to gigabytes (a zip bomb).
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > self._limits.body:
                raise NoAnswer(Cause.TOO_LARGE, name="TooLarge")
            if self._clock() > until:
                raise NoAnswer(Cause.TOO_SLOW, name="TooSlow")
        return bytes(body)

    def retry(
        self,
        send: Callable[[], T],
        pause: Callable[[T, int], float | None],
        *,
        until: float,
        waiting: float = inf,
    ) -> T:
        """Send until what came is final, or no further attempt fits into the bounds.

        Args:
            send: Makes one attempt.
            pause: Seconds to wait before another attempt, from what came and how many attempts were made; None
                when what came is final.
            until: Epoch seconds after which no further attempt begins.
            waiting: Seconds of waiting between the attempts, in all.

        Returns:
            What the last attempt brought.
        """
        waited = 0.0
        for attempts in count(1):
            outcome = send()
            wait = pause(outcome, attempts)
            # A wait that leads beyond the bounds is not begun: the answer would not be waited for either.
            if wait is None or waited + wait > waiting or self._clock() + wait > until:
                break
            # `retries` counts the attempts after the first.
            if attempts > self._limits.retries:
                break
            self._sleep(wait)
            waited += wait
        return outcome


def _redacted(response: requests.Response, body: bytes, token: str) -> Answer:
    """Make an answer that does not hold the token, so that none gets into a snapshot, a message or a log."""

    def redact(text: str) -> str:
        # A server in between may echo the headers of a request, in an error page or in its own headers.
        return text.replace(token, "[token]") if token else text

    try:
        text, is_utf8 = body.decode(), True
    # What is no text is kept in a readable form all the same: the caller says what was wrong with the answer.
    except UnicodeDecodeError:
        text, is_utf8 = body.decode(errors="replace"), False
    return Answer(
        status=response.status_code,
        headers={name.lower(): redact(value) for name, value in response.headers.items()},
        body=redact(text),
        is_utf8=is_utf8,
    )


def backoff(attempts: int, *, first: float = 1.0) -> float:
    """Compute the seconds to wait after some attempts: twice as many after each.

    Args:
        attempts: How many were made, at least one.
        first: Seconds after the first attempt.
    """
    return first * 2.0 ** (attempts - 1)
