"""Lists as JSON:API documents: filtered, sorted, cut into pages, with related resources included."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from gate.sandbox.answer import JsonObject, invalid
from gate.sandbox.query import MAX_LIMIT, Query
from gate.sandbox.resources import Catalogue, SandboxResource

Entry = TypeVar("Entry")

_DEFAULT_LIMIT = 50


def filtered(
    catalogue: Catalogue, resources: Sequence[SandboxResource], query: Query
) -> list[SandboxResource]:
    """Select the resources that pass all filters, in the order asked for.

    ``filter[bundleId]`` is not an exact match: it finds every bundle id that starts with the one asked for.
    """
    passed = [resource for resource in resources if _passes(catalogue, resource, query)]
    # Python sorts stably: by the last key first, so that the first one decides.
    for key in reversed(query.get("sort")):
        name = key.removeprefix("-")
        passed.sort(
            key=lambda resource: [_natural(value) for value in catalogue.values(resource, name)],
            reverse=key.startswith("-"),
        )
    return passed


def _passes(catalogue: Catalogue, resource: SandboxResource, query: Query) -> bool:
    for name, wanted in query.values.items():
        if not name.startswith("filter["):
            continue
        path = name[len("filter[") : -1]
        values = catalogue.values(resource, path)
        if path == "bundleId":
            found = any(value.startswith(wanted) for value in values)
        else:
            found = any(value in wanted for value in values)
        if not found:
            return False
    return True


def _natural(text: str) -> list[tuple[int, str]]:
    """Make a sort key by which numbers inside text compare as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", text)]


def page(
    entries: Sequence[Entry], query: Query, address: str, largest: int
) -> tuple[Sequence[Entry], JsonObject]:
    """Take one page of a list, and make its ``links`` and ``meta``.

    Args:
        entries: The whole list.
        query: With limit and cursor.
        address: URL of the request without its query.
        largest: Most entries of a page, whatever is asked for.

    Raises:
        SandboxRefusal: 400, the cursor is not one of this list.
    """
    limit = min(query.limit or _DEFAULT_LIMIT, largest, MAX_LIMIT)
    start = _offset(query.cursor, len(entries))
    links = {"self": _link(address, query.pairs)}
    paging: JsonObject = {"total": len(entries), "limit": limit}
    if start + limit < len(entries):
        cursor = _cursor(start + limit)
        # The link repeats all other parameters, as Apple's do: a client follows it as it is.
        others = [pair for pair in query.pairs if pair[0] != "cursor"]
        links["next"] = _link(address, [("cursor", cursor), *others])
        paging["nextCursor"] = cursor
    return entries[start : start + limit], {"links": links, "meta": {"paging": paging}}


def included(
    catalogue: Catalogue, resources: Sequence[SandboxResource], query: Query, base: str
) -> JsonObject:
    """Make the ``included`` part of a document: what the named relationships lead to, each resource once.

    A relationship that the sparse fieldset drops leads nowhere.
    """
    names = query.get("include")
    if not names:
        return {}
    found: dict[tuple[str, str], SandboxResource] = {}
    for resource in resources:
        fields = query.fields(resource.kind)
        for name in names:
            if fields is None or name in fields:
                found |= {(other.kind, other.id): other for other in catalogue.related(resource, name)}
    return {"included": [other.body(base, query.fields(other.kind)) for other in found.values()]}


def _link(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address


def _cursor(offset: int) -> str:
    return urlsafe_b64encode(f"o{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str, count: int) -> int:
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        offset = int(text.removeprefix("o"))
    except (binascii.Error, ValueError) as error:
        raise invalid("cursor", cursor) from error
    # Decoding forgives much; only a cursor that was given out has this very spelling.
    if not 0 < offset < count or _cursor(offset) != cursor:
        raise invalid("cursor", cursor)
    return offset
