"""A clock that only sleeping moves, and a server that says exactly what a test wants."""

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOW = 1_790_000_000.0
"""2026-09-21."""


class Time:
    """The time of a test: `sleep` moves it and nothing waits."""

    def __init__(self, now=NOW):
        self.now = now
        self.slept = []
        self._lock = threading.Lock()

    def __call__(self):
        """Epoch seconds."""
        return self.now

    def sleep(self, seconds):
        """Move the time, and remember by how much."""
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


@dataclass(frozen=True)
class Reply:
    """What the server sends, under a true Content-Length unless `headers` names another."""

    status: int = 200
    body: bytes | str | dict = "{}"
    headers: dict = field(default_factory=dict)
    raw: Iterable[bytes] = ()
    """Sent piece by piece in place of all else, before the connection is closed."""
    silent: bool = False
    """Nothing is sent until the other side has hung up."""

    def content(self):
        """The body as bytes."""
        if isinstance(self.body, dict):
            return json.dumps(self.body).encode()
        return self.body.encode() if isinstance(self.body, str) else self.body


class Server:
    """Answers GETs on loopback from a list of replies, the last one over and over, or from a function of the path."""

    def __init__(self, *replies, by_path=None, tls=None):
        self._replies = list(replies)
        self._by_path = by_path
        self._tls = tls
        self._lock = threading.Lock()
        self.requests = []

    def reply(self, path, headers):
        """The reply that is next, or that the path calls for."""
        with self._lock:
            self.requests.append((path, {name.lower(): value for name, value in headers.items()}))
            if not self._by_path:
                return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return self._by_path(path)

    @property
    def url(self):
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        if self._tls:
            self._http.socket = self._tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=10)


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self):
            reply = server.reply(self.path, self.headers)
            if reply.silent:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.recv(1)
                return
            if reply.raw:
                self.close_connection = True
                with suppress(ConnectionError):
                    self.wfile.writelines(reply.raw)
                return
            content = reply.content()
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in (headers | reply.headers).items():
                for one in value if isinstance(value, list) else [value]:
                    self.send_header(name, one)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    return Handler
