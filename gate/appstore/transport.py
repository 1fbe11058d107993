"""Requests to App Store Connect without an answer of use, turned into errors a person can act on. No I/O."""

from msgspec import Struct

from gate.appstore.headers import one_line
from gate.appstore.limits import AppStoreLimits
from gate.errors import AppStoreError, MalformedAnswer, Unreachable
from gate.http.failure import Cause, NoAnswer
from gate.snapshot.format import Request


class _Words(Struct, frozen=True, kw_only=True):
    what: str
    cause: str
    remedy: str
    kind: type[AppStoreError] = Unreachable


_UNREACHED = "{service} could not be reached"
_NETWORK = "check the network of this machine; behind a proxy, set HTTPS_PROXY"
_LATER = "run the gate again; if it happens every time, ask who runs the network"
_WORDS = {
    Cause.PROXY: _Words(
        what="The proxy did not let GET {path} through",
        cause="the proxy that the environment names does not answer, or refuses",
        remedy="check HTTPS_PROXY and NO_PROXY",
    ),
    Cause.TLS: _Words(
        what="No secure connection could be made for GET {path}",
        cause="a proxy that reads encrypted traffic, missing root certificates, or a wrong clock",
        remedy="set REQUESTS_CA_BUNDLE to the certificates of your network, and set the clock",
    ),
    Cause.NAME: _Words(what=_UNREACHED, cause="its name could not be resolved", remedy=_NETWORK),
    Cause.REFUSED: _Words(what=_UNREACHED, cause="the connection was refused", remedy=_NETWORK),
    Cause.NO_ROUTE: _Words(what=_UNREACHED, cause="this machine has no route to it", remedy=_NETWORK),
    Cause.CONNECT_TIMEOUT: _Words(
        what=_UNREACHED,
        cause="no connection came about within {limits.connect_timeout:.0f} s",
        remedy=_NETWORK,
    ),
    Cause.READ_TIMEOUT: _Words(
        what="The answer to GET {path} did not come in time",
        cause="nothing came for {limits.read_timeout:.0f} s",
        remedy="run the gate again later",
    ),
    Cause.DAMAGED: _Words(
        what="The compressed answer to GET {path} can't be unpacked",
        cause="something on the way has damaged it",
        remedy=_LATER,
    ),
    Cause.BROKEN_OFF: _Words(
        what="The connection broke off before GET {path} was answered in full",
        cause="something on the way has closed it",
        remedy=_LATER,
    ),
    Cause.TOO_LARGE: _Words(
        what="The answer to GET {path} is larger than {limits.body} bytes",
        cause="something else than App Store Connect answers, or the answer was tampered with",
        remedy="check what stands between this machine and App Store Connect",
        kind=MalformedAnswer,
    ),
    Cause.TOO_SLOW: _Words(
        what="The answer to GET {path} did not arrive within {limits.patience:.0f} s",
        cause="the network is too slow, or the other side sends in drips",
        remedy="run the gate again later",
    ),
    Cause.OTHER: _Words(
        what="No answer came to GET {path}",
        cause="the connection failed, and nothing says why",
        remedy=_NETWORK,
    ),
}


def transport_error(
    failure: NoAnswer, request: Request, limits: AppStoreLimits, *, sandbox: str = ""
) -> AppStoreError:
    """Build the error of a request that got no answer.

    Args:
        failure: Why not.
        request: What was asked.
        limits: The bounds that an answer may have exceeded.
        sandbox: Address of the sandbox that was asked; empty for App Store Connect itself.
    """
    words = _WORDS[failure.cause]
    service = f"The sandbox at {sandbox}" if sandbox else "App Store Connect"
    # What the system says belongs to what happened; where nothing happened yet, to the reason why.
    reason = f" ({one_line(failure.reason, 160)})" if failure.reason else ""
    before, after = ("", reason) if words.what == _UNREACHED else (reason, "")
    if failure.cause is Cause.REFUSED:  # the system says the same
        after = ""
    return words.kind(
        words.what.format(path=request.path, limits=limits, service=service) + before,
        cause=words.cause.format(limits=limits) + after,
        remedy="start it with `gate sandbox`, or leave out --base-url and ASC_BASE_URL"
        if sandbox and failure.is_off
        else words.remedy,
    )
