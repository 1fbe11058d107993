"""Failures of the network: whatever requests, urllib3 or a socket raise when an answer does not come."""

import http.client
import ssl
from collections import deque
from collections.abc import Iterator

import urllib3.exceptions as lower
from msgspec import Struct
from requests import RequestException
from requests import exceptions as upper

from gate.appstore.protocol import one_line
from gate.errors import Unreachable
from gate.snapshot.format import Request

TRANSPORT_ERRORS = (
    RequestException,
    lower.HTTPError,
    lower.ProxySchemeUnsupported,
    http.client.HTTPException,
    OSError,
)
"""Base classes of all exceptions that sending a request and reading its answer may raise."""


class _Kind(Struct, frozen=True, kw_only=True):
    exceptions: tuple[type[Exception], ...]
    what: str
    cause: str
    remedy: str


_NETWORK = "check the network of this machine; behind a proxy, set HTTPS_PROXY"
_LATER = "run the gate again; if it happens every time, ask who runs the network"
_KINDS = (
    _Kind(
        exceptions=(upper.ProxyError, lower.ProxyError, lower.ProxySchemeUnsupported),
        what="The proxy did not let GET {path} through",
        cause="the proxy that the environment names does not answer, or refuses",
        remedy="check HTTPS_PROXY and NO_PROXY",
    ),
    _Kind(
        exceptions=(upper.SSLError, lower.SSLError, ssl.SSLError),
        what="No secure connection could be made for GET {path}",
        cause="a proxy that reads encrypted traffic, missing root certificates, or a wrong clock",
        remedy="set REQUESTS_CA_BUNDLE to the certificates of your network, and set the clock",
    ),
    _Kind(
        exceptions=(upper.ConnectTimeout, lower.ConnectTimeoutError),
        what="No connection could be made in time for GET {path}",
        cause="a firewall drops what is sent to App Store Connect",
        remedy=_NETWORK,
    ),
    _Kind(
        exceptions=(upper.Timeout, lower.TimeoutError, TimeoutError),
        what="The answer to GET {path} did not come in time",
        cause="App Store Connect is slow today, or a proxy holds its answers back",
        remedy="run the gate again later",
    ),
    _Kind(
        exceptions=(upper.ContentDecodingError, lower.DecodeError),
        what="The compressed answer to GET {path} can't be unpacked",
        cause="something on the way has damaged it",
        remedy=_LATER,
    ),
    _Kind(
        exceptions=(upper.ChunkedEncodingError, lower.ProtocolError),
        what="The connection broke off before GET {path} was answered in full",
        cause="something on the way has closed it",
        remedy=_LATER,
    ),
)
"""By class of exception, the most special first."""

_OTHER = _Kind(
    exceptions=(),
    what="No answer came to GET {path}",
    cause="this machine has no way to App Store Connect just now",
    remedy=_NETWORK,
)


def transport_error(error: Exception, request: Request) -> Unreachable:
    """The error for a request that got no answer.

    Of the messages only the operating system's are repeated: those of the libraries hold addresses and proxies.

    Args:
        error: One of `TRANSPORT_ERRORS`.
        request: What was asked.
    """
    chain = list(_chain(error))
    kind = next((kind for kind in _KINDS if any(isinstance(one, kind.exceptions) for one in chain)), _OTHER)
    system = next((one.strerror for one in reversed(chain) if isinstance(one, OSError) and one.strerror), "")
    words = f" ({one_line(str(system), 160)})" if system else ""
    return Unreachable(kind.what.format(path=request.path) + words, cause=kind.cause, remedy=kind.remedy)


def may_pass(error: Exception) -> bool:
    """Whether another attempt may help: not when a certificate, an address or a setting is wrong."""
    return not isinstance(error, ValueError) and not any(
        isinstance(one, ssl.SSLCertVerificationError) for one in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps, outermost first; requests and urllib3 hide causes in arguments."""
    waiting = deque([error])
    seen = set()
    while waiting:
        one = waiting.popleft()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            held = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
            waiting.extend(other for other in held if isinstance(other, BaseException))
