"""The formats that a result can be written in: what is added here is known to `gate render` at once.

A format is a module of this package with a function that takes a `ReportRequest` and returns the bytes of a file.
The module is imported when it is asked for, so that a command pays only for the format that it writes.
"""

from collections.abc import Callable
from pkgutil import resolve_name

from msgspec import Struct

from gate.report.request import ReportRequest


class ReportFormat(Struct, frozen=True, kw_only=True):
    """How a result is written in one format."""

    writer: str
    """``module:function``."""
    file_name: str
    """What a file in this format is called, unless somebody names it."""
    takes_template: bool = False
    """Whether a user's own template may replace the built-in one."""


FORMATS: dict[str, ReportFormat] = {
    "terminal": ReportFormat(writer="gate.report.terminal:document", file_name="report.txt"),
    "markdown": ReportFormat(
        writer="gate.report.markdown:comment", file_name="report.md", takes_template=True
    ),
    "summary": ReportFormat(
        writer="gate.report.markdown:summary", file_name="summary.md", takes_template=True
    ),
    "full": ReportFormat(writer="gate.report.markdown:full", file_name="full.md", takes_template=True),
    "html": ReportFormat(writer="gate.report.html:document", file_name="report.html"),
    "json": ReportFormat(writer="gate.report.json:document", file_name="result.json"),
    "junit": ReportFormat(writer="gate.report.junit:document", file_name="junit.xml"),
    "sarif": ReportFormat(writer="gate.report.sarif:document", file_name="signatures.sarif"),
    "badge": ReportFormat(writer="gate.report.messages:badge", file_name="badge.json", takes_template=True),
    "slack": ReportFormat(writer="gate.report.messages:slack", file_name="slack.json", takes_template=True),
    "teams": ReportFormat(writer="gate.report.messages:teams", file_name="teams.json", takes_template=True),
}
"""By name, in the order in which they are offered."""

TEMPLATED = tuple(name for name, one in FORMATS.items() if one.takes_template)
"""The formats that take a user's own template."""


def render(name: str, request: ReportRequest) -> bytes:
    """Write a result in the format of this name.

    Raises:
        KeyError: There is no such format.
        UsageError: The user's template can't be used.
    """
    write: Callable[[ReportRequest], bytes] = resolve_name(FORMATS[name].writer)
    return write(request)
