"""The only sender: carries requests to App Store Connect and brings back exchanges.

Nothing but `AppStoreError` leaves. Requests are GETs, so every one may be repeated. Redirects are never
followed, and a token goes nowhere but to the origin the client was made for.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self

import requests
import urllib3.exceptions
from msgspec import Struct, structs
from requests.adapters import HTTPAdapter
from urllib3.util.retry import RequestHistory, Retry

from gate import __version__
from gate.appstore import protocol
from gate.appstore.protocol import PageRequest
from gate.appstore.refusal import AppStoreAnswer, cut_off, is_web_page, is_whole, refusal, request_id
from gate.appstore.token import TokenSource
from gate.appstore.transport import TRANSPORT_ERRORS, may_pass, transport_error
from gate.bearer import Bearer
from gate.errors import (
    AppStoreError,
    MalformedAnswer,
    RateLimited,
    ServiceDown,
    Unauthorized,
    Unreachable,
    UnsafeLink,
)
from gate.snapshot.format import Call, Exchange, Request

OK = 200
CHUNK = 16 * 1024


class ClientLimits(Struct, frozen=True, kw_only=True):
    """Bounds on what the client does for one request."""

    connect_timeout: float = 10.0
    """Seconds."""
    read_timeout: float = 60.0
    """Seconds without a byte. Apple's answers may take long; no figures are published."""
    retries: int = 4
    patience: float = 180.0
    """Seconds from the first attempt after which no other one starts and no body is read on."""
    body: int = 64 * 1024 * 1024
    """Bytes, decompressed. The largest known answer, with all device models, has a few million."""
    pages: int = 100
    workers: int = 6
    """Requests under way at once: Apple is known to limit bursts."""
    scopes: int = 20
    """Requests that share one token."""


class Fetched(Struct, frozen=True, kw_only=True):
    """What became of one request."""

    exchanges: tuple[Exchange, ...]
    """One for each page; the last one has a `problem` when there is an error."""
    error: AppStoreError | None = None

    def required(self) -> tuple[Exchange, ...]:
        """The exchanges of a request that the run can't do without.

        Raises:
            AppStoreError: It failed.
        """
        if self.error is not None:
            raise self.error
        return self.exchanges


class _Session(requests.Session):
    """A session that sees no redirects: not followed, and their bodies not read without a bound."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class _AppStoreAttempt(Struct, frozen=True, kw_only=True):
    """One sending of one request."""

    answer: AppStoreAnswer | None = None
    error: AppStoreError | None = None
    again: bool = False
    """Another attempt may succeed."""


class Client:
    """Sends GETs with scoped tokens, retries, follows pages and works in parallel.

    Args:
        base_url: Apple's origin (`protocol.APPLE`) or a sandbox on this machine.
        tokens: Where tokens come from.
        clock: Epoch seconds.
        sleep: Waits for some seconds.
        scoped: Tokens name the exact GETs they are good for.
        on_rate_limit: Called with every answer that tells its rate limits, from any thread.
        limits: Bounds on what is done for one request.

    Raises:
        UsageError: The base URL is another one.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        scoped: bool = True,
        on_rate_limit: Callable[[Request, Mapping[str, int]], object] | None = None,
        limits: ClientLimits | None = None,
    ) -> None:
        self._base = protocol.check_base_url(base_url)
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._scoped = scoped
        self._on_rate_limit = on_rate_limit
        self._limits = limits or ClientLimits()
        self._session = self._new_session()
        self._retry = Retry(
            total=self._limits.retries,
            backoff_factor=0.5,
            backoff_jitter=1.0,
            backoff_max=30.0,
            # urllib3 waits from the second retry on; with the first sending on record it waits from the first.
            history=(RequestHistory("GET", None, None, None, None),),
        )

    def _new_session(self) -> requests.Session:
        session = _Session()
        session.headers["User-Agent"] = f"appstore-gate/{__version__}"
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy that the environment names for http would be handed the token in plain text.
        session.trust_env = not protocol.is_loopback(self._base)
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=self._limits.workers)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(self, request: Request) -> tuple[Exchange, ...]:
        """The answer to one request with all its pages.

        Raises:
            AppStoreError: One of them is of no use.
        """
        return self.get_all([request])[0].required()

    def get_all(self, requests: Sequence[Request]) -> list[Fetched]:
        """What becomes of several requests, each with all its pages, in their order. They run in parallel."""
        if not requests:
            return []
        size = self._limits.scopes
        batches = [requests[start : start + size] for start in range(0, len(requests), size)]
        scopes = [scope for batch in batches for scope in [self._scope_of(batch)] * len(batch)]
        with ThreadPoolExecutor(min(self._limits.workers, len(requests))) as pool:
            return list(pool.map(self._fetch, requests, scopes))

    def _scope_of(self, requests: Sequence[Request]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(protocol.scope_entry, requests))) if self._scoped else ()

    def _fetch(self, request: Request, scope: tuple[str, ...]) -> Fetched:
        """One request and all its pages; those that came before a failure are kept."""
        call = protocol.call_of(request)
        page: PageRequest | None = PageRequest(request=request, target=protocol.target(request))
        exchanges: list[Exchange] = []
        seen: set[str] = set()
        while page is not None:
            seen.add(page.target)
            exchange, error = self._exchange(call, page, scope)
            exchanges.append(exchange)
            if error is not None:
                return Fetched(exchanges=tuple(exchanges), error=error)
            try:
                page = self._page_after(page, exchange, seen)
            except AppStoreError as unusable:
                exchanges[-1] = structs.replace(exchange, problem=unusable.what)
                return Fetched(exchanges=tuple(exchanges), error=unusable)
        return Fetched(exchanges=tuple(exchanges))

    def _page_after(self, page: PageRequest, exchange: Exchange, seen: set[str]) -> PageRequest | None:
        """The next page of a list, if there is one, it is wanted and safe to ask for."""
        link = protocol.next_link(page.request, exchange.body) if protocol.is_paged(exchange.call) else ""
        if not link:
            return None
        after = protocol.follow(self._base, page.request, link)
        if after.target in seen:
            raise UnsafeLink(
                f"The pages of GET {page.request.path} go round in a circle",
                cause="App Store Connect is having trouble, or a proxy repeats its answers",
                remedy="run the gate again later; if it happens every time, report this",
            )
        if len(seen) >= self._limits.pages:
            raise MalformedAnswer(
                f"GET {page.request.path} has more than {self._limits.pages} pages",
                cause="the list is far longer than any known one, or has no end",
                remedy="run the gate again later; if it happens every time, report this",
            )
        return after

    def _exchange(
        self, call: Call, page: PageRequest, scope: tuple[str, ...]
    ) -> tuple[Exchange, AppStoreError | None]:
        """The last attempt at one page, for the record, and why it is of no use."""
        entry = protocol.scope_entry(page.request)
        attempt = self._persist(page, scope if entry in scope or not scope else (entry,))
        answer = attempt.answer or AppStoreAnswer(status=0)
        exchange = Exchange(
            call=call,
            request=page.request,
            status=answer.status,
            received=datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds"),
            body=answer.body,
            request_id=request_id(answer),
            problem=attempt.error.what if attempt.error else "",
        )
        return exchange, attempt.error

    def _persist(self, page: PageRequest, scope: tuple[str, ...]) -> _AppStoreAttempt:
        """Send until an answer is of use, or no further attempt makes sense."""
        deadline = self._clock() + self._limits.patience
        retry = self._retry
        token = self._tokens.token(scope)
        renewed = False
        while True:
            attempt = self._attempt(page, token, deadline)
            if isinstance(attempt.error, Unauthorized) and not renewed:
                # Sporadic 401s on valid tokens are known; a second one on a fresh token is meant.
                token, renewed = self._tokens.token(scope, rejected=token), True
                continue
            if not attempt.again:
                return attempt
            try:
                retry = retry.increment("GET", page.target)
            except urllib3.exceptions.MaxRetryError:
                return attempt
            wait = self._wait(retry, attempt.answer)
            if self._clock() + wait > deadline:
                return attempt
            self._sleep(wait)

    def _wait(self, retry: Retry, answer: AppStoreAnswer | None) -> float:
        """Seconds until the next attempt: what the service asks for, and some more that differs by thread."""
        header = answer.headers.get("retry-after", "") if answer else ""
        return (protocol.retry_after(header, self._clock()) or 0.0) + retry.get_backoff_time()

    def _attempt(self, page: PageRequest, token: str, deadline: float) -> _AppStoreAttempt:
        """Send once and judge the answer."""
        try:
            answer = self._send(page, token, deadline)
        except TRANSPORT_ERRORS as error:
            return _AppStoreAttempt(error=transport_error(error, page.request), again=may_pass(error))
        except AppStoreError as error:
            return _AppStoreAttempt(error=error)
        self._report_limits(page.request, answer)
        if answer.status == OK and not is_web_page(answer):
            whole = is_whole(answer.body)
            return _AppStoreAttempt(
                answer=answer, error=None if whole else cut_off(page.request, answer), again=not whole
            )
        refused = refusal(page.request, answer, self._clock())
        return _AppStoreAttempt(
            answer=answer, error=refused, again=isinstance(refused, RateLimited | ServiceDown)
        )

    def _report_limits(self, request: Request, answer: AppStoreAnswer) -> None:
        limits = protocol.rate_limits(answer.headers.get("x-rate-limit", ""))
        if limits and self._on_rate_limit is not None:
            self._on_rate_limit(request, limits)

    def _send(self, page: PageRequest, token: str, deadline: float) -> AppStoreAnswer:
        """Carry one request and its answer.

        Raises:
            AppStoreError: The body is too large, too slow or not text.
            requests.RequestException, urllib3.exceptions.HTTPError, OSError: No answer came.
        """
        with self._session.get(
            self._base + page.target,
            headers={"Accept": page.request.accept},
            auth=Bearer(token),
            timeout=(self._limits.connect_timeout, self._limits.read_timeout),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._text(page.request, response, deadline)
            # Nothing that echoes a token may bring it into a snapshot or a message.
            headers = {
                name.lower(): text.replace(token, "[token]") for name, text in response.headers.items()
            }
            return AppStoreAnswer(
                status=response.status_code, headers=headers, body=body.replace(token, "[token]")
            )

    def _text(self, request: Request, response: requests.Response, deadline: float) -> str:
        """The body of a response, bounded in size and time."""
        chunks = bytearray()
        for chunk in response.iter_content(CHUNK):
            chunks += chunk
            if len(chunks) > self._limits.body:
                raise MalformedAnswer(
                    f"The answer to GET {request.path} is larger than {self._limits.body} bytes",
                    cause="something else than App Store Connect answers, or the answer was tampered with",
                    remedy="check what stands between this machine and App Store Connect",
                )
            if self._clock() > deadline:
                raise Unreachable(
                    f"The answer to GET {request.path} did not arrive within {self._limits.patience:.0f} s",
                    cause="the network is too slow, or the other side sends in drips",
                    remedy="run the gate again later",
                )
        return _decoded(request, response.status_code, bytes(chunks))


def _decoded(request: Request, status: int, body: bytes) -> str:
    try:
        return body.decode("utf-8", "strict" if status == OK else "replace")
    except UnicodeDecodeError:
        raise MalformedAnswer(
            f"The answer to GET {request.path} is not UTF-8 text",
            cause="the answer was damaged on its way, or a proxy answered in Apple's place",
            remedy="run the gate again; if it happens every time, ask who runs the network",
            status=status,
        ) from None
