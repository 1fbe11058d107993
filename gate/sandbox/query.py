"""Query parameters: which ones a call takes, and what their values may be."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from gate.sandbox.answer import illegal, invalid

MAX_LIMIT = 200
"""The most entries a page may have, for every list call of the API."""

ANY: frozenset[str] = frozenset()
"""A parameter that takes free text."""


class Query(Struct, frozen=True, kw_only=True):
    """The parameters of one request, checked, each a list of values."""

    values: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[str, str], ...]
    """As they came, for links."""

    def get(self, name: str) -> tuple[str, ...]:
        """Look up the values of a parameter; empty when it was not sent."""
        return self.values.get(name, ())

    def admits(self, name: str, value: str) -> bool:
        """Tell whether a filter lets a value through: one that was not sent lets everything through."""
        allowed = self.values.get(name)
        return allowed is None or value in allowed

    def fields(self, kind: str) -> tuple[str, ...] | None:
        """Look up the sparse fieldset of a resource type; None when none was asked for."""
        return self.values.get(f"fields[{kind}]")

    @property
    def limit(self) -> int | None:
        """The page size asked for."""
        given = self.get("limit")
        return int(given[0]) if given else None

    @property
    def cursor(self) -> str:
        """The opaque place to go on from; empty on the first page."""
        return next(iter(self.get("cursor")), "")


def check(pairs: Iterable[tuple[str, str]], allowed: Mapping[str, frozenset[str]]) -> Query:
    """Check the parameters of a request.

    A list is separated by commas, always: a hardware model such as ``iPhone15,2`` is two values here,
    because nothing is known of how Apple would tell them apart.

    Args:
        pairs: Decoded names and values.
        allowed: The parameters of the call, each with the values it takes, or `ANY`.

    Raises:
        SandboxRefusal: 400, for a parameter or a value that the call does not take.
    """
    pairs = tuple(pairs)
    values: dict[str, tuple[str, ...]] = {}
    for name, text in pairs:
        if name not in allowed:
            raise illegal(name)
        # A cursor is opaque: a comma in it means nothing.
        given = (text,) if name == "cursor" else tuple(part.strip() for part in text.split(","))
        _check_values(name, given, allowed[name])
        values[name] = values.get(name, ()) + given
    return Query(values=values, pairs=pairs)


def _check_values(name: str, given: tuple[str, ...], allowed: frozenset[str]) -> None:
    for value in given:
        if name == "limit":
            good = value.isascii() and value.isdigit() and 1 <= int(value) <= MAX_LIMIT
        else:
            # An empty set is `ANY`: free text, but not nothing at all.
            good = value in allowed if allowed else bool(value)
        if not good:
            raise invalid(name, value)
    if name == "limit" and len(given) > 1:
        raise invalid(name, ",".join(given))
