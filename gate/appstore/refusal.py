"""Answers that are no success, turned into errors a person can act on. No I/O.

Statuses and codes are those of Apple's page "Interpreting and Handling Errors"; that 406 comes as plain text
and 502 as a web page is known from public clients.
"""

import re

import msgspec
from msgspec import Struct

from gate.appstore.headers import describe_limits, host_of, one_line, rate_limits
from gate.appstore.wire.errors import ErrorResponse
from gate.appstore.wire.read import read
from gate.errors import (
    AgreementMissing,
    AppStoreError,
    BadRequest,
    Forbidden,
    MalformedAnswer,
    NotAcceptable,
    NotFound,
    RateLimited,
    ServiceDown,
    Unauthorized,
    UnsafeLink,
)
from gate.http.answer import Answer, http_date, retry_after
from gate.snapshot.format import Request


def is_whole(body: str) -> bool:
    """Tell whether a body is complete JSON, as far as possible without reading it into objects."""
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    except RecursionError:
        return True  # call stacks may be nested deeper than a parser; the decoder of logs copes
    return True


class _Advice(Struct, frozen=True):
    kind: type[AppStoreError]
    cause: str
    remedy: str


_AGREEMENT = _Advice(
    AgreementMissing,
    "an agreement has changed or expired; until it is accepted no key of the team works",
    "ask the Account Holder to accept it in App Store Connect, under Business, then run the gate again",
)
_UNKNOWN_PATH = _Advice(
    NotFound,
    "the service does not know this call, or not yet for this app",
    "nothing on your side; the gate goes on without it where it can",
)
_REDIRECTED = _Advice(
    UnsafeLink,
    "a proxy or a captive portal answers in Apple's place; App Store Connect never redirects",
    "the token was not sent on; check what stands between this machine and App Store Connect",
)
_REFUSED = _Advice(
    BadRequest,
    "the gate or its configuration asks for something that App Store Connect does not offer",
    "compare the app, version, build and types that were asked for; if they are right, report this",
)
_DOWN = _Advice(
    ServiceDown,
    "App Store Connect or a gateway in front of it is having trouble",
    "run the gate again later; Apple's state is at https://developer.apple.com/system-status/",
)
_STRANGE = _Advice(
    MalformedAnswer,
    "a proxy answers in Apple's place, or the service has changed",
    "check what stands between this machine and App Store Connect",
)
_BY_STATUS = {
    401: _Advice(
        Unauthorized,
        "key id, issuer id and private key do not belong together, the key is revoked, "
        "or the clock of this machine is wrong",
        "compare ASC_KEY_ID, ASC_ISSUER_ID (empty for an individual key) and the private key with "
        "App Store Connect, Users and Access, Integrations, and set the clock by a time server",
    ),
    403: _Advice(
        Forbidden,
        "the role of the key is too weak, the key is revoked, or the app belongs to another team",
        "give the key at least the role Developer, and check that it is a key of the app's own team",
    ),
    404: _Advice(
        NotFound,
        "there is no such thing, or the key can't see it",
        "check the id, and that the key belongs to the app's own team",
    ),
    406: _Advice(
        NotAcceptable,
        "Apple has changed the media type of this call",
        "look for a newer version of the gate",
    ),
    429: _Advice(
        RateLimited,
        "the key's requests of this hour, or of this minute, are used up by this run or by others",
        "run the gate later or less often, or give it a key of its own",
    ),
}


def refusal(request: Request, answer: Answer, now: float) -> AppStoreError:
    """Make the error that an answer is when it is no success.

    Args:
        request: What was asked.
        answer: What came.
        now: Epoch seconds, to tell how long to wait and whether this machine's clock is to blame for a 401.
    """
    code, error_id, message = _words(answer)
    advice = _advice(answer.status, code)
    return advice.kind(
        f"App Store Connect answered {answer.status} to GET {request.path}: {message}",
        cause=_cause(advice, answer, now),
        remedy=_remedy(advice, answer, now),
        status=answer.status,
        code=code,
        error_id=error_id,
        request_id=request_id(answer),
    )


def cut_off(request: Request, answer: Answer) -> MalformedAnswer:
    """Make the error that a success with an incomplete body is."""
    return MalformedAnswer(
        f"The answer to GET {request.path} is not complete JSON; it ends after {len(answer.body)} characters",
        cause="the connection broke off, or a proxy on the way limits the size of answers",
        remedy="run the gate again; if it happens every time, ask who runs the network",
        status=answer.status,
        request_id=request_id(answer),
    )


def not_text(request: Request, answer: Answer) -> MalformedAnswer:
    """Make the error of a success whose body is not UTF-8."""
    return MalformedAnswer(
        f"The answer to GET {request.path} is not UTF-8 text",
        cause="the answer was damaged on its way, or a proxy answered in Apple's place",
        remedy="run the gate again; if it happens every time, ask who runs the network",
        status=answer.status,
    )


def request_id(answer: Answer) -> str:
    """Read the ``x-request-id`` of an answer, which Apple's support asks for."""
    return one_line(answer.headers.get("x-request-id", ""), 120)


def is_web_page(answer: Answer) -> bool:
    """Tell whether an answer is HTML, which only things in front of App Store Connect send."""
    return "html" in answer.headers.get("content-type", "").lower() or answer.body.lstrip()[:1] == "<"


def _advice(status: int, code: str) -> _Advice:
    # Codes grow to the right (Apple, "Parsing the Error Response Code"), so prefixes are compared.
    if code.startswith("FORBIDDEN.REQUIRED_AGREEMENTS"):
        return _AGREEMENT
    if code.startswith("PATH_ERROR"):
        return _UNKNOWN_PATH
    by_class = {3: _REDIRECTED, 4: _REFUSED, 5: _DOWN}
    return _BY_STATUS.get(status) or by_class.get(status // 100, _STRANGE)


_SKEW = 30
"""Seconds between two clocks from which a 401 is blamed on them; 34 are known to have caused one."""


def _cause(advice: _Advice, answer: Answer, now: float) -> str:
    # Apple's errors are JSON; a web page comes from something in front of it.
    if is_web_page(answer) and answer.status // 100 == 4:  # noqa: PLR2004 - the class of client errors
        return "a proxy or a gateway answered, not App Store Connect itself"
    date = http_date(answer.headers.get("date", ""))
    if advice.kind is Unauthorized and date is not None and abs(now - date) >= _SKEW:
        side = "ahead of" if now > date else "behind"
        return f"the clock of this machine is {abs(now - date):.0f} s {side} App Store Connect's"
    limits = describe_limits(rate_limits(answer.headers.get("x-rate-limit", "")))
    return f"{advice.cause} ({limits})" if advice.kind is RateLimited and limits else advice.cause


def _remedy(advice: _Advice, answer: Answer, now: float) -> str:
    wait = retry_after(answer.headers.get("retry-after", ""), now)
    if advice.kind is RateLimited and wait:
        return f"{advice.remedy}; App Store Connect asks to wait {wait:.0f} s"
    return advice.remedy


def _words(answer: Answer) -> tuple[str, str, str]:
    """Read Apple's code and id of the error, and what the answer says in one line."""
    if answer.status // 100 == 3:  # noqa: PLR2004 - the class of redirects
        return "", "", f"a redirect to {host_of(answer.headers.get('location', ''))}"
    if is_web_page(answer):
        title = re.search(r"<title>(.*?)</title>", answer.body[:4096], re.DOTALL | re.IGNORECASE)
        return "", "", f"a web page{f' ({one_line(title[1], 80)})' if title else ''} instead of JSON"
    try:
        errors = read(answer.body, ErrorResponse, what="error answer")[0].errors
    except MalformedAnswer:
        errors = []
    if not errors:
        return "", "", one_line(answer.body) or "nothing"
    # Several errors may come in one answer, some of another status.
    first = next((error for error in errors if str(error.status) == str(answer.status)), errors[0])
    message = ": ".join(part.rstrip(".") for part in (first.title, first.detail) if part)
    return (
        one_line(first.code or "", 120),
        one_line(first.id or "", 120),
        one_line(message) or "no reason given",
    )
