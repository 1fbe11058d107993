"""What the bodies of all calls are made of: strict and tolerant parts, and the envelope of JSON:API."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from msgspec import Struct


class WirePart(Struct, frozen=True, kw_only=True, rename="camel"):
    """Any part of a body."""

    looks: ClassVar[Sequence[Enum]] = ()
    """What `gate.snapshot.kind.kind_of` may say of a body of this type; empty for lists of resources."""


class StrictPart(WirePart, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a body in which an unknown field is news: it becomes a drift sentence."""


class StrictLeaf(StrictPart, frozen=True, kw_only=True, gc=False):
    """A part that occurs in thousands and can't be part of a cycle: the collector need not look at it."""


class TolerantPart(WirePart, frozen=True, kw_only=True):
    """A part in which an unknown field is no news.

    Resources hold dozens of attributes and links that have nothing to do with performance; only what the
    gate needs is named. A resource of another type is refused, so the answer to another call can't slip in.
    """


class ReferencePoint(StrictLeaf, frozen=True, kw_only=True):
    """The value of an earlier version."""

    version: str | None = None
    value: float | None = None


class Links(TolerantPart, frozen=True, kw_only=True):
    """Links of a document. `next` is an absolute URL with an opaque cursor; absent on the last page."""

    next: str | None = None


class Paging(TolerantPart, frozen=True, kw_only=True):
    """How a list is paged."""

    limit: int | None = None
    total: int | None = None
    next_cursor: str | None = None


class Meta(TolerantPart, frozen=True, kw_only=True):
    """Information about a document."""

    paging: Paging | None = None


class PagedDocument(StrictPart, frozen=True, kw_only=True):
    """What every answer of JSON:API has around its data."""

    links: Links | None = None
    meta: Meta | None = None

    @property
    def next_link(self) -> str:
        """The link to the next page, verbatim; empty on the last one."""
        return (self.links.next if self.links else None) or ""
