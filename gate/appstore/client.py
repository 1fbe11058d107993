"""The only sender: carries requests to App Store Connect and brings back exchanges.

Nothing but `AppStoreError` leaves. Requests are GETs, so every one may be repeated. Redirects are never
followed, and a token goes nowhere but to the origin the client was made for.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from msgspec import Struct, structs

from gate.appstore import protocol
from gate.appstore.headers import rate_limits
from gate.appstore.limits import AppStoreLimits
from gate.appstore.protocol import PageRequest
from gate.appstore.refusal import cut_off, is_web_page, is_whole, not_text, refusal, request_id
from gate.appstore.token import TokenSource
from gate.appstore.transport import transport_error
from gate.errors import AppStoreError, MalformedAnswer, RateLimited, ServiceDown, Unauthorized, UnsafeLink
from gate.http.address import is_loopback
from gate.http.answer import Answer, retry_after
from gate.http.failure import NoAnswer
from gate.http.sender import Sender, backoff
from gate.snapshot.format import Call, Exchange, Request

OK = 200
LONGEST_BACKOFF = 30.0
"""Seconds, without what the service asks for."""
OFF_RETRIES = 1
"""Attempts after the first where no connection comes about: a network that is off is said within a second."""


class Fetched(Struct, frozen=True, kw_only=True):
    """What became of one request."""

    exchanges: tuple[Exchange, ...]
    """One for each page; the last one has a `problem` when there is an error."""
    error: AppStoreError | None = None

    def required(self) -> tuple[Exchange, ...]:
        """Pick out the exchanges of a request that the run can't do without.

        Raises:
            AppStoreError: It failed.
        """
        if self.error is not None:
            raise self.error
        return self.exchanges


class _Attempt(Struct, frozen=True, kw_only=True):
    """One sending of one request."""

    answer: Answer | None = None
    error: AppStoreError | None = None
    may_pass: bool = False
    """Another attempt may succeed."""
    is_off: bool = False
    """Not even a connection came about; a second attempt may find one, and a fifth would not."""


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
        limits: AppStoreLimits | None = None,
    ) -> None:
        self._base = protocol.check_base_url(base_url)
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._scoped = scoped
        self._on_rate_limit = on_rate_limit
        self._limits = limits or AppStoreLimits()
        self._sender = Sender(
            self._base, limits=self._limits, clock=clock, sleep=sleep, connections=self._limits.workers
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._sender.close()

    def get(self, request: Request) -> tuple[Exchange, ...]:
        """Fetch the answer to one request with all its pages.

        Raises:
            AppStoreError: One of them is of no use.
        """
        return self.get_all([request])[0].required()

    def get_all(self, requests: Sequence[Request]) -> list[Fetched]:
        """Fetch the answers to several requests in parallel, each with all its pages, in their order."""
        if not requests:
            return []
        # Apple asks to reuse tokens ("Generating Tokens for API Requests"), so a batch shares one.
        size = self._limits.scopes
        batches = [requests[start : start + size] for start in range(0, len(requests), size)]
        scopes = [scope for batch in batches for scope in [self._scope_of(batch)] * len(batch)]
        with ThreadPoolExecutor(min(self._limits.workers, len(requests))) as pool:
            return list(pool.map(self._fetch, requests, scopes))

    def _scope_of(self, requests: Sequence[Request]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(protocol.scope_entry, requests))) if self._scoped else ()

    def _fetch(self, request: Request, scope: tuple[str, ...]) -> Fetched:
        """Fetch one request and all its pages; those that came before a failure are kept."""
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
            # The page itself is kept in the record, with the reason why what follows it is missing.
            except AppStoreError as unusable:
                exchanges[-1] = structs.replace(exchange, problem=unusable.what)
                return Fetched(exchanges=tuple(exchanges), error=unusable)
        return Fetched(exchanges=tuple(exchanges))

    def _page_after(self, page: PageRequest, exchange: Exchange, seen: set[str]) -> PageRequest | None:
        """Find the next page of a list, if there is one, it is wanted and safe to ask for."""
        link = protocol.next_link(page.request, exchange.body) if protocol.is_paged(exchange.call) else ""
        if not link:
            return None
        after = protocol.follow(self._base, page.request, link)
        # Either guard alone ends an endless list; a circle is noticed after its first round.
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
        """Make the last attempt at one page, for the record, and say why it is of no use."""
        entry = protocol.scope_entry(page.request)
        # A next link may name other filters than its list did, and a token is refused outside of its scope.
        attempt = self._last_attempt(page, scope if entry in scope or not scope else (entry,))
        answer = attempt.answer or Answer(status=0)
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

    def _last_attempt(self, page: PageRequest, scope: tuple[str, ...]) -> _Attempt:
        """Send until an answer is of use, or no further attempt makes sense."""
        # One deadline for all attempts together, so that many slow ones can't add up.
        until = self._clock() + self._limits.patience
        token, renewed = self._tokens.token(scope), False

        def send() -> _Attempt:
            nonlocal token, renewed
            attempt = self._attempt(page, token, until)
            if isinstance(attempt.error, Unauthorized) and not renewed:
                # Sporadic 401s on valid tokens are known; a second one on a fresh token is no accident.
                token, renewed = self._tokens.token(scope, rejected=token), True
                attempt = self._attempt(page, token, until)
            return attempt

        return self._sender.retry(send, self._pause, until=until)

    def _pause(self, attempt: _Attempt, attempts: int) -> float | None:
        """Compute the seconds until the next attempt: what the service asks for, and some more."""
        if not attempt.may_pass or (attempt.is_off and attempts > OFF_RETRIES):
            return None
        header = attempt.answer.headers.get("retry-after", "") if attempt.answer else ""
        # All threads meet the same limit at once; what differs by thread keeps them from doing so again.
        jitter = random.random()  # noqa: S311 - no secret
        if attempt.is_off:
            return (1.0 + jitter) / 2
        return (retry_after(header, self._clock()) or 0.0) + min(backoff(attempts) + jitter, LONGEST_BACKOFF)

    def _attempt(self, page: PageRequest, token: str, until: float) -> _Attempt:
        """Send once and judge the answer."""
        try:
            answer = self._sender.send(
                "GET",
                self._base + page.target,
                token=token,
                until=until,
                headers={"Accept": page.request.accept},
            )
        except NoAnswer as failure:
            sandbox = self._base if is_loopback(self._base) else ""
            error = transport_error(failure, page.request, self._limits, sandbox=sandbox)
            return _Attempt(error=error, may_pass=failure.may_pass, is_off=failure.is_off)
        # A success must be kept to the letter in a snapshot; of a refusal some words are enough.
        if answer.status == OK and not answer.is_utf8:
            return _Attempt(error=not_text(page.request, answer))
        self._report_limits(page.request, answer)
        if answer.status == OK and not is_web_page(answer):
            whole = is_whole(answer.body)
            return _Attempt(
                answer=answer, error=None if whole else cut_off(page.request, answer), may_pass=not whole
            )
        refused = refusal(page.request, answer, self._clock())
        return _Attempt(answer=answer, error=refused, may_pass=isinstance(refused, RateLimited | ServiceDown))

    def _report_limits(self, request: Request, answer: Answer) -> None:
        limits = rate_limits(answer.headers.get("x-rate-limit", ""))
        if limits and self._on_rate_limit is not None:
            self._on_rate_limit(request, limits)
