"""What is asked of a report format."""

from msgspec import Struct

from gate.model.result import Result


class ReportRequest(Struct, frozen=True, kw_only=True):
    """A result, and how its reader wants it. A format takes what it knows and passes over the rest."""

    result: Result
    """What was judged."""
    template: str | None = None
    """Source of the user's own template, for the formats that take one."""
    rows: int | None = None
    """Slices that the findings of Markdown name; None for the usual number."""
    policy_yaml: str = ""
    """The policy with presets and defaults resolved, if it is known."""
    width: int | None = None
    """Columns of a terminal; None for the usual number."""
    colour: bool = False
    """Whether a terminal shows colours."""
