"""The sandbox as a real HTTP server: loopback only, quiet, one thread per connection."""

import errno
import secrets
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from gate.errors import MachineError
from gate.sandbox.answer import SandboxAnswer, SandboxRequest
from gate.sandbox.scenario import Scenario, load
from gate.sandbox.service import Service
from gate.sandbox.tokens import SandboxKey, scope_of

_LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 60.0
_LONGEST_GOODBYE = 10.0
"""Seconds that leaving waits for the accepting thread."""
"""After which a connection that sends nothing is closed."""


class Recorded(Struct, frozen=True, kw_only=True):
    """One request as it arrived. The token is not kept."""

    method: str
    path: str
    """With its query, as it came."""
    headers: dict[str, str]
    """Names in lower case; ``authorization`` keeps its scheme alone."""
    token: str
    """A fingerprint of the bearer token, to tell tokens apart; empty when there was none."""
    scope: tuple[str, ...] | None
    """The token's scope; None when it has none."""


class Sandbox:
    """An App Store Connect of one scenario, for as long as a ``with`` block lasts.

    Args:
        scenario: A scenario, or the name of one of the package's.
        port: Where to listen; any free port when 0.
        clock: Gives epoch seconds; tokens, the hourly budget and the Date header follow it.

    Raises:
        UsageError: There is no such scenario.
        MachineError: The port is taken.
    """

    def __init__(
        self, scenario: str | Scenario, *, port: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        self.scenario = load(scenario) if isinstance(scenario, str) else scenario
        # Appended to by many threads; in CPython appending to a list is one step.
        self.requests: list[Recorded] = []
        self._team = SandboxKey(_key_id(), str(uuid.uuid4()))
        self._individual = SandboxKey(_key_id(), "")
        self._port = port
        self._clock = clock
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Scheme, host and port. Known once the block has begun."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def app(self) -> str:
        """Bundle id of the scenario's app."""
        return self.scenario.app.bundle_id

    @property
    def key_id(self) -> str:
        """Id of the team key."""
        return self._team.identity

    @property
    def issuer_id(self) -> str:
        """Issuer of the team key."""
        return self._team.issuer

    @property
    def private_key(self) -> str:
        """The team key: PEM, made for this sandbox and good for nothing else."""
        return self._team.pem

    @property
    def individual_key_id(self) -> str:
        """Id of the individual key, whose tokens have ``sub`` = ``user`` and no issuer."""
        return self._individual.identity

    @property
    def individual_private_key(self) -> str:
        """The individual key: PEM, made for this sandbox and good for nothing else."""
        return self._individual.pem

    def __enter__(self) -> Self:
        try:
            self._server = _Server((_LOOPBACK, self._port), _Handler)
        except OSError as error:
            is_used = error.errno == errno.EADDRINUSE
            raise MachineError(
                f"The sandbox can't listen on port {self._port}",
                cause="another program of this machine uses it" if is_used else error.strerror or str(error),
                remedy="choose another with --port, or leave --port out to get a free one",
            ) from None
        self._port = self._server.server_address[1]
        self._server.service = Service(self.scenario, self.url, (self._team, self._individual), self._clock)
        self._server.requests = self.requests
        self._server.clock = self._clock
        # A daemon, so that an interpreter that ends inside the block is not kept alive by it.
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            # In this order: no new connections, then the end of the open ones, then of the accepting thread.
            self._server.shutdown()
            self._server.server_close()
            # Bounded: a thread that hangs must not keep the verdict from being shown, and it is a daemon.
            self._thread.join(timeout=_LONGEST_GOODBYE)

    def wait(self) -> None:
        """Block until interrupted, inside the ``with`` block."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout=1.0)  # a join without an end can't be interrupted on Windows


def _key_id() -> str:
    """Draw a key id: ten capital letters and digits, as Apple's."""
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(10))


class _Server(ThreadingHTTPServer):
    """Keeps track of its connections, so that closing it leaves none behind."""

    daemon_threads = (
        False  # closing waits for the threads of connections, and so for the end of their answers
    )
    block_on_close = True
    request_queue_size = 64
    allow_reuse_address = True
    service: Service
    requests: list[Recorded]
    clock: Callable[[], float]

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Wake every thread that waits on an idle connection, then close and wait for them."""
        with self._lock:
            for connection in self._connections:
                _shut(connection)
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away; anything else is a mistake in the sandbox."""
        # A client that gives up in the middle of an answer is an ordinary thing in tests of time-outs.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _shut(connection: socket.socket) -> None:
    try:
        # Not close: a thread that blocks in a read would go on to wait for a descriptor that may be used anew.
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, records them, sends what the service answers."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    # An answer leaves whole and at once. Written in parts, under Nagle's algorithm, the second part would wait for
    # an acknowledgement, which takes some 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _handle(self) -> None:
        # A body that is not read would be taken for the next request of the connection.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        authorization = self.headers.get("Authorization", "")
        self._record(authorization)
        parts = urlsplit(self.path)
        request = SandboxRequest(
            method=self.command,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            accept=self.headers.get("Accept", "*/*"),
            authorization=authorization,
        )
        self._send(self.server.service.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _handle  # noqa: N815 - names of http.server

    def _record(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        headers = {name.lower(): value for name, value in self.headers.items()}
        if authorization:
            # The scheme alone: a record may be printed by a test that fails.
            headers["authorization"] = scheme
        self.server.requests.append(
            Recorded(
                method=self.command,
                path=self.path,
                headers=headers,
                token=sha256(token.encode()).hexdigest()[:16] if token else "",
                scope=scope_of(authorization),
            )
        )

    def _send(self, answer: SandboxAnswer) -> None:
        # Nothing at all is sent, as by a connection that breaks before the answer.
        if answer.hang_up:
            self.close_connection = True
            return
        self.send_response(answer.status)
        # The length of the whole body, even if only a part is sent: so the client can see that it is cut off.
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        # An answer to HEAD has the headers of the body and not the body itself (RFC 9110, 9.3.2).
        if self.command != "HEAD":
            self.wfile.write(answer.body[: answer.cut_after])
        if answer.cut_after is not None:
            self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Write the Date header by the sandbox's clock."""
        return super().date_time_string(self.server.clock() if timestamp is None else timestamp)

    def version_string(self) -> str:
        """Name the server in the Server header."""
        return "sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Keep quiet."""
