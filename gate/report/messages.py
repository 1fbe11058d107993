"""Small JSON documents for other services, by template: a badge, a message for Slack, a card for Teams.

The gate posts none of them. Each service has its own limits on sizes, and the templates keep them; who wants another
message copies one of them.
"""

import json
from typing import Literal

from gate.errors import UsageError
from gate.model.result import Result
from gate.report.request import ReportRequest
from gate.report.shared.filters import JSON
from gate.report.shared.lengths import LENGTHS
from gate.report.shared.template_context import TemplateContext
from gate.report.shared.templating import built_in, own

MessageService = Literal["badge", "slack", "teams"]


def badge(request: ReportRequest) -> bytes:
    """Write the document of an endpoint badge of shields.io."""
    return render(request.result, "badge", template=request.template)


def slack(request: ReportRequest) -> bytes:
    """Write the message for an incoming webhook of Slack."""
    return render(request.result, "slack", template=request.template)


def teams(request: ReportRequest) -> bytes:
    """Write the Adaptive Card for a workflow of Teams."""
    return render(request.result, "teams", template=request.template)


def render(result: Result, service: MessageService, *, template: str | None = None) -> bytes:
    """Write the document for a service, indented; the same result always gives the same bytes.

    Args:
        result: What was judged.
        service: Whose document it is.
        template: Source of the user's own template instead of the built-in one. A printed value is a whole JSON
            value, with its quotes.

    Raises:
        UsageError: The user's template can't be used, or what it makes is not JSON.
    """
    context = TemplateContext(result, LENGTHS["comment"])
    fill = built_in(f"{service}.json.jinja", JSON) if template is None else own(template, JSON)
    return _indented(fill(context.names(context.sizes())))


def _indented(text: str) -> bytes:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"The template makes no JSON: {error}",
            remedy="Print every value without quotes around it; the gate writes its quotes.",
        ) from None
    # A bracket behind two number signs would be a command in the log of a GitHub job.
    return json.dumps(document, indent=2, ensure_ascii=False).replace("##[", "##\\u005b").encode() + b"\n"
