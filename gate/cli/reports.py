"""The formats that a result can be written in, by name; each renderer is imported when it is asked for."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from msgspec import Struct

from gate.model.result import Result


class Order(Struct, frozen=True, kw_only=True):
    """A result, and how its reader wants it."""

    result: Result
    template: str | None = None
    """Source of the user's own template, for the formats that take one."""
    rows: int | None = None
    """Slices that the findings of Markdown name; None for the usual number."""
    policy_yaml: str = ""
    """The policy with presets and defaults resolved, if it is known."""
    width: int | None = None
    """Columns of a terminal; None for the usual number."""
    colour: bool = False


def _markdown(order: Order, length: Literal["comment", "summary", "full"]) -> bytes:
    from gate.report import markdown

    text = markdown.render(order.result, length=length, max_rows=order.rows, template=order.template)
    return text.encode()


def _terminal(order: Order) -> bytes:
    from gate.report import terminal

    return terminal.render(order.result, width=order.width, color=order.colour).encode()


def _html(order: Order) -> bytes:
    from gate.report import html

    return html.render(order.result, policy_yaml=order.policy_yaml).encode()


def _json(order: Order) -> bytes:
    from gate.report import json

    return json.render(order.result)


def _junit(order: Order) -> bytes:
    from gate.report import junit

    return junit.render(order.result)


def _sarif(order: Order) -> bytes:
    from gate.report import sarif

    return sarif.render(order.result)


def _payload(order: Order, service: Literal["badge", "slack", "teams"]) -> bytes:
    from gate.report import messages

    return messages.render(order.result, service, template=order.template)


FORMATS: dict[str, Callable[[Order], bytes]] = {
    "terminal": _terminal,
    "markdown": partial(_markdown, length="comment"),
    "summary": partial(_markdown, length="summary"),
    "full": partial(_markdown, length="full"),
    "html": _html,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "badge": partial(_payload, service="badge"),
    "slack": partial(_payload, service="slack"),
    "teams": partial(_payload, service="teams"),
}

TEMPLATED = ("markdown", "summary", "full", "badge", "slack", "teams")
"""The formats that take a user's own template."""
