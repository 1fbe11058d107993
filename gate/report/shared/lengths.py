"""How much a report shows, by the place that it is for."""

from typing import Literal

from msgspec import Struct

LengthName = Literal["comment", "summary", "full"]

COMMENT_BYTES = 64_000
"""For a comment: GitHub refuses a longer one ("body is too long (maximum is 65536 characters)"). Bytes are counted,
which are never fewer than characters, and the rest is for a publisher's own marker."""
SUMMARY_BYTES = 1_000_000
"""For a job summary: GitHub refuses that of a step beyond 1 MiB
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""
LEAST_BYTES = 8_000
"""What the verdict, the counts and the receipt alone may need."""
SLICES_EACH = 3
"""Slices of one incident that a comment names at most."""
ROWS = 15
"""Slices that a comment names in all; one for each incident in any case."""


class Length(Struct, frozen=True, kw_only=True):
    """How much a report shows."""

    name: LengthName
    max_bytes: int | None
    """In UTF-8; None for no bound."""
    rows: int | None
    """Slices that the tables of incidents name; None for all."""
    slices_each: int | None
    """Of one incident; None for all."""
    charts: int


LENGTHS: dict[LengthName, Length] = {
    length.name: length
    for length in (
        Length(name="comment", max_bytes=COMMENT_BYTES, rows=ROWS, slices_each=SLICES_EACH, charts=3),
        Length(name="summary", max_bytes=SUMMARY_BYTES, rows=60, slices_each=10, charts=6),
        Length(name="full", max_bytes=None, rows=None, slices_each=None, charts=24),
    )
}
"""For a comment on a pull request, for a job summary, and for a file."""
