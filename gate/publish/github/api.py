"""The only sender: carries requests to GitHub's REST API and brings back decoded JSON.

One request at a time and a second between writes, as GitHub asks. Limits, errors of the server and lost answers
are retried within a bounded time; a request that may have been carried out is repeated only where that does no
harm, else `Unclear` tells the caller to look first. The token goes to the host of the API and to no other.
Nothing but `PublishingFailed` leaves.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from msgspec import Struct

from gate.bearer import Bearer
from gate.publish.github import protocol
from gate.publish.github.failures import GitHubUnreachable, PublishingFailed, Unclear
from gate.publish.github.protocol import GitHubAnswer

Method = Literal["GET", "POST", "PATCH", "DELETE"]

_SUCCESS = range(200, 300)
_CHUNK = 64 * 1024
_TRANSPORT = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
_VIEWER = "query { viewer { login } }"


class GitHubLimits(Struct, frozen=True, kw_only=True):
    """Bounds on what is done for one request."""

    connect_timeout: float = 10.0
    """Seconds."""
    read_timeout: float = 30.0
    """Seconds without a byte."""
    attempts: int = 4
    patience: float = 120.0
    """Seconds of waiting between the attempts at one request, in all."""
    total: float = 300.0
    """Seconds after the first request from which no attempt is repeated."""
    body: int = 32 * 1024 * 1024
    """Bytes of an answer."""
    pages: int = 60
    """Of one list, a hundred entries each."""
    redirects: int = 3
    write_gap: float = 1.0
    """Seconds between two writes."""


class _GitHubAttempt(Struct, frozen=True, kw_only=True):
    """What came of sending once."""

    answer: GitHubAnswer | None = None
    content: Any = None
    problem: str = ""
    """Why there is no answer."""


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
        self._session = requests.Session()
        self._session.headers.update(protocol.HEADERS)
        # A proxy that the environment names for http is no way to a server on this machine.
        self._session.trust_env = urlsplit(self._base).hostname not in ("127.0.0.1", "localhost", "::1")

    def get(self, path: str, **query: str | int) -> Any:
        """What is at a path of the repository, such as ``pulls/1``.

        Raises:
            PublishingFailed: It could not be had.
        """
        return self._send("GET", self._url(path), query=query)[0]

    def pages(self, path: str, *, key: str = "", **query: str | int) -> Iterator[Any]:
        """All entries of a list, page by page.

        Args:
            path: Of the list, in the repository.
            key: Where the entries are in each page, if a page is no list itself.
            **query: Filters.

        Raises:
            PublishingFailed: A page could not be had, or there is no end to them.
        """
        url, parameters = self._url(path), {"per_page": 100, **query}
        for _ in range(self._limits.pages):
            page, answer = self._send("GET", url, query=parameters)
            entries = page.get(key) if key and isinstance(page, dict) else page
            if not isinstance(entries, list):
                raise GitHubUnreachable(f"GET {_shown(url)}: the answer is no list")
            yield from entries
            url, parameters = protocol.next_link(answer.headers.get("link", "")), {}
            if not url:
                return
            if not protocol.same_origin(url, self._base):
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
        return self._send("POST", self._url(path), body=body, repeatable=repeatable)[0]

    def patch(self, path: str, body: dict[str, Any], *, repeatable: bool = True) -> Any:
        """Change something; see `post`.

        Raises:
            PublishingFailed: It was not changed.
        """
        return self._send("PATCH", self._url(path), body=body, repeatable=repeatable)[0]

    def delete(self, path: str) -> None:
        """Remove something.

        Raises:
            PublishingFailed: It was not removed.
        """
        self._send("DELETE", self._url(path))

    def viewer(self) -> str:
        """The login under which the token acts, or nothing when GitHub does not say.

        ``GET /user`` is forbidden to the tokens of apps, and so to that of a workflow; this query is not.
        """
        try:
            found = self._send(
                "POST", self._graphql, body={"query": _VIEWER}, repeatable=True, is_write=False
            )[0]
        except PublishingFailed:
            return ""
        for key in ("data", "viewer", "login"):
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else ""

    def _url(self, path: str) -> str:
        return f"{self._base}/repos/{self._repository}/{path}"

    def _send(
        self,
        method: Method,
        url: str,
        *,
        query: dict[str, str | int] | None = None,
        body: dict[str, Any] | None = None,
        repeatable: bool = True,
        is_write: bool | None = None,
    ) -> tuple[Any, GitHubAnswer]:
        """Send until there is an answer of use, or no further attempt makes sense."""
        self._first = self._first if self._first is not None else self._clock()
        if method != "GET" if is_write is None else is_write:
            self._keep_gap()
        waited, attempts = 0.0, 0
        while True:
            attempts += 1
            tried = self._attempt(method, url, query, body)
            answer = tried.answer
            if answer is not None and answer.status in _SUCCESS:
                return tried.content, answer
            problem = (
                protocol.failure(method, _shown(url), answer) if answer else GitHubUnreachable(tried.problem)
            )
            if not repeatable and protocol.may_have_happened(answer):
                raise Unclear(str(problem))
            wait = protocol.wait_after(answer, attempts, self._clock())
            if not (protocol.may_pass(answer) and self._is_patient(attempts, waited, wait)):
                raise problem
            self._sleep(wait)
            waited += wait

    def _is_patient(self, attempts: int, waited: float, wait: float) -> bool:
        """Whether there is time for another attempt after waiting for some seconds."""
        limits = self._limits
        in_time = self._clock() + wait <= (self._first or 0.0) + limits.total
        return attempts < limits.attempts and waited + wait <= limits.patience and in_time

    def _keep_gap(self) -> None:
        """Wait until a second has passed since the last write."""
        now = self._clock()
        if self._last_write is not None and now - self._last_write < self._limits.write_gap:
            self._sleep(self._limits.write_gap - (now - self._last_write))
        self._last_write = self._clock()

    def _attempt(
        self, method: Method, url: str, query: dict[str, str | int] | None, body: dict[str, Any] | None
    ) -> _GitHubAttempt:
        """Send once, and again to where a redirect on the same host leads."""
        for _ in range(self._limits.redirects + 1):
            try:
                with self._session.request(
                    method,
                    url,
                    params=query,
                    json=body,
                    auth=Bearer(self._token),
                    timeout=(self._limits.connect_timeout, self._limits.read_timeout),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    answer, content = self._read(response)
            except _TRANSPORT as error:
                return _GitHubAttempt(
                    problem=f"{method} {_shown(url)}: no answer came ({type(error).__name__})"
                )
            target = urljoin(url, answer.headers.get("location", ""))
            if answer.status not in protocol.REDIRECTS or not protocol.same_origin(target, self._base):
                return _GitHubAttempt(answer=answer, content=content)
            url, query = target, None
        return _GitHubAttempt(answer=answer, content=content)

    def _read(self, response: requests.Response) -> tuple[GitHubAnswer, Any]:
        """An answer and its decoded body, as far as there is one.

        Raises:
            OSError: The body is too large.
        """
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limits.body:
                raise OSError("the answer is too large")
        content = _decoded(bytes(body))
        message = content.get("message") if isinstance(content, dict) else None
        names = {name.lower(): value for name, value in response.headers.items()}
        said = message.replace(self._token, "[token]") if isinstance(message, str) else ""
        return GitHubAnswer(status=response.status_code, headers=names, message=said), content


def _shown(url: str) -> str:
    """An address without its host and query."""
    return urlsplit(url).path


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
