"""Where an address leads: a token must not go to another place than the one it was made for."""

import ipaddress
from urllib.parse import urljoin, urlsplit


def is_loopback(url: str) -> bool:
    """Tell whether an address is one on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def resolved(address: str, link: str) -> str:
    """Resolve a link that was found at an address; empty when it can't be read."""
    try:
        return urljoin(address, link)
    except ValueError:
        return ""


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses lead to the same scheme, host and port."""
    origin = _origin(one)
    return origin is not None and origin == _origin(other)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Split off scheme, host and port of an address; None when it can't be read."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port
