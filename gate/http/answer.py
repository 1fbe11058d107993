"""What a service sent back, and what its headers say by HTTP's own rules."""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from msgspec import Struct


class Answer(Struct, frozen=True, kw_only=True):
    """What came back, whatever it is; it does not hold the token."""

    status: int
    headers: Mapping[str, str] = {}
    """Names in lower case; several headers of one name are joined by commas."""
    body: str = ""
    is_utf8: bool = True
    """The body was text; otherwise what is not text in it is replaced."""


def retry_after(header: str, now: float) -> float | None:
    """Read how long to wait from ``Retry-After`` (RFC 9110, 10.2.3); None when it says nothing usable.

    Args:
        header: Seconds or an HTTP date.
        now: Epoch seconds. urllib3's own parser reads the system's clock.
    """
    if re.fullmatch(r"\s*\d{1,9}\s*", header):
        return float(header)
    date = http_date(header)
    return None if date is None else max(0.0, date - now)


def http_date(header: str) -> float | None:
    """Read the epoch seconds of an HTTP date; None when it is none."""
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
