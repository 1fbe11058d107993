"""Fitting a report into the bytes its place allows, by leaving out whole entries of its least important lists."""

from collections.abc import Callable, Mapping, Sequence

_STEP_BACK = 0.9
"""How much of a guess is kept when it turns out too long."""

DrawWithLimits = Callable[[Mapping[str, int]], str]
"""Makes the report with at most so many entries of each list."""


def fit(
    draw: DrawWithLimits, sizes: Mapping[str, int], *, order: Sequence[str], max_bytes: int
) -> str | None:
    """Draw the report with as much of it as fits.

    Lists are cut in `order`, each to its end before the next one is touched.

    Args:
        draw: Makes the report.
        sizes: How many entries each list has.
        order: The names of the lists, the least important first.
        max_bytes: What the report may take in UTF-8.

    Returns:
        The report, or None when it does not fit even without any of the lists.
    """
    limits = dict(sizes)
    text = draw(limits)
    for name in order:
        if size(text) <= max_bytes:
            return text
        if limits[name] == 0:
            continue
        shorter = draw(limits | {name: 0})
        if size(shorter) <= max_bytes:
            return _longest(draw, limits, name, (size(shorter), size(text)), max_bytes) or shorter
        # Not enough yet: the list is given up whole, and the next one is shortened.
        limits[name], text = 0, shorter
    return text if size(text) <= max_bytes else None


def _longest(
    draw: DrawWithLimits, limits: Mapping[str, int], name: str, ends: tuple[int, int], max_bytes: int
) -> str | None:
    """Draw the report with nearly as many entries of one list as fit; None when not one does.

    Args:
        draw: Makes the report.
        limits: How many entries of the other lists there are.
        name: The list that is cut.
        ends: Bytes of the report with none and with all of its entries.
        max_bytes: What the report may take.
    """
    none, full = ends
    # A guess by the average length of an entry, which a few steps back mend: drawing is what takes time.
    count = int(limits[name] * (max_bytes - none) / (full - none))
    while count > 0:
        text = draw({**limits, name: count})
        if size(text) <= max_bytes:
            return text
        count = int(count * _STEP_BACK)
    return None


def size(text: str) -> int:
    """Count the bytes of a text as it is sent."""
    # GitHub's limits are enforced in bytes of UTF-8, even where its documentation says characters.
    return len(text.encode())
