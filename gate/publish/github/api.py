"""The only sender: carries requests to GitHub's REST API and brings back decoded JSON.

One request at a time and a second between writes, as GitHub asks. Limits, errors of the server and lost answers
are retried within a bounded time; a request that may have been carried out is repeated only where that does no
harm, else `Unclear` tells the caller to look first. The token goes to the host of the API and to no other.
Nothing but `PublishingFailed` leaves.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from gate.http.address import resolved, same_origin
from gate.http.answer import Answer
from gate.http.failure import NoAnswer
from gate.http.sender import HttpLimits, Sender
from gate.publish.github import protocol
from gate.publish.github.failures import GitHubUnreachable, PublishingFailed, Unclear

Method = Literal["GET", "POST", "PATCH", "DELETE"]

_SUCCESS = range(200, 300)
_VIEWER = "query { viewer { login } }"


class GitHubLimits(HttpLimits, frozen=True, kw_only=True):
    """Bounds on what is done for one request."""

    read_timeout: float = 30.0
    """Seconds without a byte."""
    retries: int = 3
    """Attempts after the first."""
    patience: float = 120.0
    """Seconds of waiting between the attempts at one request, in all, and for one body to come in."""
    total: float = 300.0
    """Seconds after the first request from which no attempt is repeated."""
    body: int = 32 * 1024 * 1024
    """Bytes of an answer, decompressed."""
    pages: int = 60
    """Of one list, a hundred entries each."""
    redirects: int = 3
    write_gap: float = 1.0
    """Seconds between two writes."""


class _RestRequest(Struct, frozen=True, kw_only=True):
    method: Method
    url: str
    query: dict[str, str | int] | None = None
    body: dict[str, Any] | None = None
    repeatable: bool = True
    """Carrying it out twice does no harm."""
    is_write: bool = False


class Api:
    """GitHub's API for one repository.

    Args:
        base_url: Base of the REST API; its path (``/api/v3`` on GitHub Enterprise Server) is kept.
        graphql_url: Address of the GraphQL API.
        repository: ``owner/name``.
        token: Never shown, never sent to another host.
        clock: Epoch seconds.
        sleep: Waits for some seconds.
        limits: Bounds on what is done for one request.
    """

    def __init__(
        self,
        *,
        base_url: str,
        graphql_url: str,
        repository: str,
        token: str,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        limits: GitHubLimits | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._graphql = graphql_url
        self._repository = repository
        self._token = token
        self._clock = clock
        self._sleep = sleep
        self._limits = limits or GitHubLimits()
        self._last_write: float | None = None
        self._first: float | None = None
        """When the first request was sent."""
        self._sender = Sender(
            self._base, limits=self._limits, clock=clock, sleep=sleep, headers=protocol.HEADERS
        )

    def get(self, path: str, **query: str | int) -> Any:
        """Fetch what is at a path of the repository, such as ``pulls/1``.

        Raises:
            PublishingFailed: It could not be had.
        """
        return self._send(_RestRequest(method="GET", url=self._url(path), query=query))[0]

    def pages(self, path: str, *, key: str = "", **query: str | int) -> Iterator[Any]:
        """Fetch all entries of a list, page by page.

        Args:
            path: Of the list, in the repository.
            key: Where the entries are in each page, if a page is no list itself.
            **query: Filters.

        Raises:
            PublishingFailed: A page could not be had, or there is no end to them.
        """
        url, parameters = self._url(path), {"per_page": 100, **query}
        for _ in range(self._limits.pages):
            page, answer = self._send(_RestRequest(method="GET", url=url, query=parameters))
            entries = page.get(key) if key and isinstance(page, dict) else page
            if not isinstance(entries, list):
                raise GitHubUnreachable(f"GET {_shown(url)}: the answer is no list")
            yield from entries
            # The link holds all parameters; it is used as it is ("Using pagination in the REST API").
            url, parameters = protocol.next_link(answer.headers.get("link", "")), {}
            if not url:
                return
            # The token goes with each page, and a link is whatever the answer says.
            if not same_origin(url, self._base):
                raise GitHubUnreachable(f"GET {path}: the next page is on another host")
        raise GitHubUnreachable(f"GET {path}: more than {self._limits.pages} pages")

    def post(self, path: str, body: dict[str, Any], *, repeatable: bool = False) -> Any:
        """Create something.

        Args:
            path: In the repository.
            body: What is sent.
            repeatable: Doing it twice does no harm.

        Raises:
            Unclear: It may have been created; look before trying again.
            PublishingFailed: It was not created.
        """
        return self._write("POST", path, body, repeatable=repeatable)

    def patch(self, path: str, body: dict[str, Any], *, repeatable: bool = True) -> Any:
        """Change something; see `post`.

        Raises:
            PublishingFailed: It was not changed.
        """
        return self._write("PATCH", path, body, repeatable=repeatable)

    def delete(self, path: str) -> None:
        """Remove something.

        Raises:
            PublishingFailed: It was not removed.
        """
        self._write("DELETE", path, None, repeatable=True)

    def viewer(self) -> str:
        """Find the login under which the token acts; empty when GitHub does not say.

        ``GET /user`` is forbidden to the tokens of apps, and so to that of a workflow; this query is not.
        """
        try:
            found = self._send(_RestRequest(method="POST", url=self._graphql, body={"query": _VIEWER}))[0]
        except PublishingFailed:
            return ""
        # GraphQL answers errors with status 200 and without data.
        for key in ("data", "viewer", "login"):
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else ""

    def _write(self, method: Method, path: str, body: dict[str, Any] | None, *, repeatable: bool) -> Any:
        request = _RestRequest(
            method=method, url=self._url(path), body=body, repeatable=repeatable, is_write=True
        )
        return self._send(request)[0]

    def _url(self, path: str) -> str:
        return f"{self._base}/repos/{self._repository}/{path}"

    def _send(self, request: _RestRequest) -> tuple[Any, Answer]:
        """Send until there is an answer of use, or no further attempt makes sense."""
        self._first = self._first if self._first is not None else self._clock()
        if request.is_write:
            self._keep_gap()
        outcome = self._sender.retry(
            lambda: self._attempt(request),
            lambda outcome, attempts: self._pause(request, outcome, attempts),
            until=self._first + self._limits.total,
            waiting=self._limits.patience,
        )
        if isinstance(outcome, Answer) and outcome.status in _SUCCESS:
            return protocol.content(outcome), outcome
        raise _problem(request, outcome)

    def _pause(self, request: _RestRequest, outcome: Answer | NoAnswer, attempts: int) -> float | None:
        """Compute the seconds until the next attempt; None when there should be none."""
        answer = outcome if isinstance(outcome, Answer) else None
        if not protocol.may_pass(answer) or _is_unclear(request, answer):
            return None
        return protocol.wait_after(answer, attempts, self._clock())

    def _keep_gap(self) -> None:
        """Wait until a second has passed since the last write."""
        # GitHub's "Best practices" ask for a second between writes; less runs into secondary limits.
        now = self._clock()
        if self._last_write is not None and now - self._last_write < self._limits.write_gap:
            self._sleep(self._limits.write_gap - (now - self._last_write))
        self._last_write = self._clock()

    def _attempt(self, request: _RestRequest) -> Answer | NoAnswer:
        """Send once, and again to where a redirect on the same host leads."""
        url, query = request.url, request.query
        for _ in range(self._limits.redirects + 1):
            until = self._clock() + self._limits.patience
            try:
                answer = self._sender.send(
                    request.method, url, token=self._token, until=until, query=query, json=request.body
                )
            except NoAnswer as failure:
                return failure
            # GitHub's "Best practices": any request may be redirected, and is to be repeated there.
            target = resolved(url, answer.headers.get("location", ""))
            if answer.status not in protocol.REDIRECTS or not same_origin(target, self._base):
                break
            # The address of a redirect is complete; the query must not be added a second time.
            url, query = target, None
        return answer


def _is_unclear(request: _RestRequest, answer: Answer | None) -> bool:
    """Tell whether a request that must not be carried out twice may have been carried out."""
    return not request.repeatable and protocol.may_have_happened(answer)


def _problem(request: _RestRequest, outcome: Answer | NoAnswer) -> PublishingFailed:
    """Make the error of a request that had no success."""
    path = _shown(request.url)
    if isinstance(outcome, Answer):
        problem = protocol.failure(request.method, path, outcome)
        return Unclear(str(problem)) if _is_unclear(request, outcome) else problem
    kind = Unclear if _is_unclear(request, None) else GitHubUnreachable
    return kind(f"{request.method} {path}: no answer came ({outcome.name})")


def _shown(url: str) -> str:
    """Shorten an address to its path, without host and query."""
    # A host may be internal, and a query may hold what nobody else should read in a log.
    return urlsplit(url).path
