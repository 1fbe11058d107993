"""Failures of the network: whatever requests, urllib3 or a socket raise when an answer does not come."""

import errno
import http.client
import socket
import ssl
from collections import deque
from collections.abc import Iterator
from enum import Enum, auto

import urllib3.exceptions as lower
from requests import exceptions as upper


class Cause(Enum):
    """Why no answer came."""

    PROXY = auto()
    TLS = auto()
    NAME = auto()
    """The name of the host could not be resolved."""
    REFUSED = auto()
    """Nothing listens there."""
    NO_ROUTE = auto()
    """The network is off, or does not lead there."""
    CONNECT_TIMEOUT = auto()
    READ_TIMEOUT = auto()
    DAMAGED = auto()
    """The body can't be decompressed."""
    BROKEN_OFF = auto()
    TOO_LARGE = auto()
    TOO_SLOW = auto()
    """Bytes came, but not all of them in time."""
    OTHER = auto()


class NoAnswer(Exception):
    """No answer, or none within the bounds.

    Args:
        cause: Why.
        name: The exception's, for a log.
        reason: The operating system's words. Those of the libraries hold addresses and proxies with passwords.
        may_pass: Another attempt may help.
        is_off: Not even a connection came about, so that many attempts help no more than two.
    """

    def __init__(
        self, cause: Cause, *, name: str, reason: str = "", may_pass: bool = False, is_off: bool = False
    ) -> None:
        super().__init__(name)
        self.cause = cause
        self.name = name
        self.reason = reason
        self.may_pass = may_pass
        self.is_off = is_off


TRANSPORT_ERRORS = (
    upper.RequestException,
    lower.HTTPError,
    lower.ProxySchemeUnsupported,
    http.client.HTTPException,
    OSError,
)
"""Base classes of all exceptions that sending a request and reading its answer may raise."""

_CAUSES: tuple[tuple[Cause, tuple[type[Exception], ...]], ...] = (
    (Cause.PROXY, (upper.ProxyError, lower.ProxyError, lower.ProxySchemeUnsupported)),
    (Cause.TLS, (upper.SSLError, lower.SSLError, ssl.SSLError)),
    (Cause.NAME, (socket.gaierror, lower.NameResolutionError)),
    (Cause.REFUSED, (ConnectionRefusedError,)),
    (Cause.CONNECT_TIMEOUT, (upper.ConnectTimeout, lower.ConnectTimeoutError)),
    (Cause.READ_TIMEOUT, (upper.Timeout, lower.TimeoutError, TimeoutError)),
    (Cause.DAMAGED, (upper.ContentDecodingError, lower.DecodeError)),
    (Cause.BROKEN_OFF, (upper.ChunkedEncodingError, lower.ProtocolError)),
)
"""By class of exception, the most special first: a time-out in connecting is a time-out, too."""


_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_OFF = {Cause.NAME, Cause.REFUSED, Cause.NO_ROUTE, Cause.CONNECT_TIMEOUT}


def no_answer(error: Exception) -> NoAnswer:
    """Tell why no answer came.

    Args:
        error: One of `TRANSPORT_ERRORS`.
    """
    chain = list(_chain(error))
    causes = [cause for cause, kinds in _CAUSES if any(isinstance(one, kinds) for one in chain)]
    if any(isinstance(one, OSError) and one.errno in _NO_ROUTE for one in chain):
        causes.append(Cause.NO_ROUTE)
    # From the innermost out: that is the operating system's own; those around it repeat addresses.
    reasons = (one.strerror for one in reversed(chain) if isinstance(one, OSError) and one.strerror)
    # Time heals no certificate, and no address or setting, which requests refuses with a ValueError.
    lasting = isinstance(error, ValueError) or any(
        isinstance(one, ssl.SSLCertVerificationError) for one in chain
    )
    return NoAnswer(
        next(iter(causes), Cause.OTHER),
        name=type(error).__name__,
        reason=str(next(reasons, "")),
        may_pass=not lasting,
        # A proxy that can't be reached is as far away as what is behind it.
        is_off=not _OFF.isdisjoint(causes),
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk an exception and all that it wraps, outermost first; libraries hide causes in arguments."""
    waiting = deque([error])
    seen = set()
    while waiting:
        one = waiting.popleft()
        # An exception may be its own context, and libraries wrap the same one in several places.
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            wrapped = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
            waiting.extend(other for other in wrapped if isinstance(other, BaseException))
