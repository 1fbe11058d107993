"""What App Store Connect says in headers, and how it is shown."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit


def rate_limits(header: str) -> dict[str, int]:
    """Read everything that an ``X-Rate-Limit`` header counts, by Apple's names.

    Documented is ``user-hour-lim:3500;user-hour-rem:500;``. Seen are also ``user-minute-…`` in the same
    header, in a second one or in place of the first, and remainders below zero.
    """
    return {name: int(count) for name, count in re.findall(r"([\w-]+)\s*[:=]\s*(-?\d{1,15})", header)}


def describe_limits(limits: Mapping[str, int]) -> str:
    """Say what is left: ``user-hour: 500 of 3500 left``; what has no such pair is shown as it is."""
    texts = []
    for name, count in limits.items():
        window = name.removesuffix("-lim")
        left = limits.get(f"{window}-rem")
        if name != window and left is not None:
            texts.append(f"{window}: {left} of {count} left")
        elif not (name.endswith("-rem") and f"{name.removesuffix('-rem')}-lim" in limits):
            texts.append(f"{name}: {count}")
    return ", ".join(texts)


def host_of(link: str) -> str:
    """Tell where a link leads, without anything secret that it may hold."""
    try:
        host = urlsplit(link).hostname
    except ValueError:
        host = None
    return one_line(host, 120) if host else "an address that can't be read"


def one_line(text: str, limit: int = 300) -> str:
    """Shorten text from outside to one line without control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: limit * 8]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
