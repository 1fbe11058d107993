"""The report as GitHub's Markdown in three lengths, and by a user's own template.

The text is made by Jinja from ``templates/comment.md.jinja`` and the templates that it includes;
`gate.report.shared.template_names` lists what templates can use.
"""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from gate.errors import UsageError
from gate.model.result import Result
from gate.report.request import ReportRequest
from gate.report.shared import size_limit
from gate.report.shared.filters import MARKDOWN
from gate.report.shared.lengths import (
    COMMENT_BYTES,
    LEAST_BYTES,
    LENGTHS,
    SUMMARY_BYTES,
    Length,
    LengthName,
)
from gate.report.shared.template_context import ENTRIES, TemplateContext
from gate.report.shared.templating import built_in, own
from gate.text import sanitize

__all__ = [
    "COMMENT_BYTES",
    "LEAST_BYTES",
    "SUMMARY_BYTES",
    "LengthName",
    "comment",
    "full",
    "render",
    "summary",
]

_TEMPLATE = "comment.md.jinja"
_BLANK_LINES = re.compile(r"\n{3,}")


def comment(request: ReportRequest) -> bytes:
    """Write the report at the length of a comment on a pull request."""
    return _document(request, "comment")


def summary(request: ReportRequest) -> bytes:
    """Write the report at the length of a job summary."""
    return _document(request, "summary")


def full(request: ReportRequest) -> bytes:
    """Write the report without any bound, for a file."""
    return _document(request, "full")


def _document(request: ReportRequest, length: LengthName) -> bytes:
    text = render(request.result, length=length, max_rows=request.rows, template=request.template)
    return text.encode()


def render(
    result: Result,
    *,
    length: LengthName = "comment",
    max_bytes: int | None = None,
    max_rows: int | None = None,
    template: str | None = None,
) -> str:
    """Write the report on a result.

    Args:
        result: What was judged.
        length: How much is shown: for a comment, for a job summary, or in a file without any bound.
        max_bytes: What the report may take in UTF-8, at least `LEAST_BYTES`, instead of the length's own bound.
            Lists are cut to fit, the least important first, and what is left out is counted.
        max_rows: How many slices the tables of findings name, instead of the length's own number.
        template: Source of the user's own template instead of the built-in one.

    Raises:
        UsageError: The user's template can't be used, or is too long even with all lists left out.
    """
    wanted = _wanted(LENGTHS[length], max_bytes, max_rows)
    context = TemplateContext(result, wanted)
    fill = built_in(_TEMPLATE, MARKDOWN) if template is None else own(template, MARKDOWN)

    def draw(limits: Mapping[str, int]) -> str:
        # Sections that are left out leave their blank lines behind.
        text = _BLANK_LINES.sub("\n\n", fill(context.names(limits)))
        return sanitize.without_log_commands(text.strip() + "\n")

    if wanted.max_bytes is None:
        return draw(context.sizes())
    text = size_limit.fit(draw, context.sizes(), order=tuple(ENTRIES), max_bytes=wanted.max_bytes)
    if text is None:
        raise UsageError(
            f"The report is longer than {wanted.max_bytes} bytes, even with all its lists left out",
            remedy="Make the report template shorter.",
        )
    return text


def _wanted(length: Length, max_bytes: int | None, max_rows: int | None) -> Length:
    return replace(
        length,
        max_bytes=length.max_bytes if max_bytes is None else max_bytes,
        rows=length.rows if max_rows is None else max_rows,
    )
