"""GitHub's REST API without the network: headers, links, rate limits and the meaning of a status.

Rules are those of "Best practices for using the REST API" and "Rate limits for the REST API": wait as long as
``retry-after`` says; else, when nothing remains, until ``x-ratelimit-reset``; else a minute, doubling each time.
"""

import json
import re
from typing import Any

from gate.http.answer import Answer
from gate.http.sender import backoff
from gate.publish.github.failures import (
    Busy,
    GitHubUnreachable,
    Missing,
    NotPermitted,
    PublishingFailed,
    Refused,
)
from gate.text import sanitize

API_VERSION = "2022-11-28"
REDIRECTS = (301, 302, 307, 308)

_SECONDARY_WAIT = 60.0
"""Seconds to wait after a limit that names no time of its own."""
_SERVER_WAIT = 1.0
"""Seconds to wait after an error of the server, doubling each time."""
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?')
_LIMIT_WORDS = ("rate limit", "abuse detection")


HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": API_VERSION,
}
"""Of every request, beside the one that carries the token."""


def content(answer: Answer) -> Any:
    """Decode the JSON of an answer; None when it is none."""
    try:
        return json.loads(answer.body)
    # A body of nothing but opening brackets exhausts the parser's stack.
    except (ValueError, RecursionError):
        return None


def message(answer: Answer) -> str:
    """Find GitHub's own words about an error; empty when there are none."""
    body = content(answer)
    words = body.get("message") if isinstance(body, dict) else None
    return words if isinstance(words, str) else ""


def next_link(link: str) -> str:
    """Read the address of the next page from a ``Link`` header; empty on the last one."""
    found = _NEXT.search(link)
    return found[1] if found else ""


def is_rate_limited(answer: Answer) -> bool:
    """Tell whether an answer means that there were too many requests, and not that they are forbidden."""
    if answer.status == 429:  # noqa: PLR2004 - Too Many Requests
        return True
    if answer.status != 403:  # noqa: PLR2004 - Forbidden
        return False
    # Both limits may come as 403 ("Rate limits for the REST API", Exceeding the rate limit).
    words = message(answer).lower()
    return (
        "retry-after" in answer.headers
        or answer.headers.get("x-ratelimit-remaining") == "0"
        or any(sign in words for sign in _LIMIT_WORDS)
    )


def is_server_error(answer: Answer) -> bool:
    """Tell whether GitHub itself had trouble."""
    return answer.status >= 500  # noqa: PLR2004


def may_have_happened(answer: Answer | None) -> bool:
    """Tell whether a request may have been carried out although no success came back."""
    # A gateway may give up on a request that the server behind it carries out all the same.
    return answer is None or is_server_error(answer)


def may_pass(answer: Answer | None) -> bool:
    """Tell whether another attempt may succeed."""
    return may_have_happened(answer) or (answer is not None and is_rate_limited(answer))


def wait_after(answer: Answer | None, attempts: int, now: float) -> float:
    """Compute the seconds to wait before the next attempt.

    Args:
        answer: What came back; None when nothing did.
        attempts: How many attempts were made.
        now: Epoch seconds.
    """
    if answer is None or not is_rate_limited(answer):
        return backoff(attempts, first=_SERVER_WAIT)
    # In GitHub's own order ("Best practices", Handle rate limit errors appropriately).
    asked = _seconds(answer.headers.get("retry-after", ""))
    if asked is not None:
        return asked
    reset = _seconds(answer.headers.get("x-ratelimit-reset", ""))
    if reset is not None and answer.headers.get("x-ratelimit-remaining") == "0":
        return max(0.0, reset - now) + 1.0  # the header counts whole seconds
    return backoff(attempts, first=_SECONDARY_WAIT)


def _seconds(text: str) -> float | None:
    # GitHub sends whole seconds; a proxy may send a date or anything else, which is then not used.
    return float(text) if text.isascii() and text.isdigit() else None


def failure(method: str, path: str, answer: Answer) -> PublishingFailed:
    """Make the error that an answer is when it is no success.

    Args:
        method: Of the request.
        path: Of the request, without the host.
        answer: What came back.
    """
    # An answer is text from outside, and it ends up in a log that obeys commands.
    reason = sanitize.plain(message(answer), 200)
    words = f"{method} {path}: {answer.status}" + (f", {reason}" if reason else "")
    if is_rate_limited(answer):
        return Busy(f"{words}; the limits on requests did not allow it in time")
    if answer.status in (401, 403):
        return NotPermitted(words)
    if answer.status in (404, 410):
        return Missing(words)
    if answer.status in REDIRECTS:
        return GitHubUnreachable(
            f"{words}; the redirect leads to another host, and the token does not go there"
        )
    if is_server_error(answer):
        return GitHubUnreachable(f"{words}; GitHub has trouble")
    return Refused(words)
