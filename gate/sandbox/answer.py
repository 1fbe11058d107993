"""What the sandbox answers: a status, a body, and the ways in which App Store Connect refuses.

Shapes and codes are those of the App Store Connect API's error objects: `code`, `status` (a string), `title`
and `detail`, with an `id` that support asks for and a `source` where one parameter is to blame.
"""

import uuid
from typing import Any

import msgspec
from msgspec import Struct

JSON = "application/json"
PLAIN = "text/plain;charset=utf-8"

JsonObject = dict[str, Any]
"""A body, or an object in one."""


class SandboxRequest(Struct, frozen=True, kw_only=True):
    """One request, as far as an answer depends on it."""

    method: str
    path: str
    """Percent-encoded, as it came."""
    query: tuple[tuple[str, str], ...] = ()
    """Decoded pairs in the order they came."""
    accept: str = "*/*"
    authorization: str = ""

    def __repr__(self) -> str:
        return f"SandboxRequest({self.method} {self.path})"  # the token stays out of every traceback


class SandboxAnswer(Struct, frozen=True, kw_only=True):
    """One answer, or what happens in its place."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = {}
    cut_after: int | None = None
    """Send only this many bytes of the body, under a full Content-Length, and close the connection."""
    hang_up: bool = False
    """Close the connection and answer nothing."""


class SandboxRefusal(Exception):
    """App Store Connect says no.

    Args:
        status: The HTTP status.
        code: Apple's dotted code.
        title: What kind of mistake it was.
        detail: What exactly was wrong.
        parameter: The query parameter to blame, if there is one.
    """

    def __init__(self, status: int, code: str, title: str, detail: str, *, parameter: str = "") -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.parameter = parameter

    def answer(self) -> SandboxAnswer:
        """Write the refusal in Apple's shape, with a fresh error id."""
        error: JsonObject = {
            "id": str(uuid.uuid4()),
            "status": str(self.status),
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
        }
        if self.parameter:
            error["source"] = {"parameter": self.parameter}
        return json_answer({"errors": [error]}, status=self.status)


def json_answer(body: object, *, status: int = 200, content_type: str = JSON) -> SandboxAnswer:
    """Make an answer with a JSON body."""
    return SandboxAnswer(status=status, body=msgspec.json.encode(body), content_type=content_type)


def unauthorized() -> SandboxRefusal:
    """Refuse with 401. Apple never names the cause."""
    return SandboxRefusal(
        401,
        "NOT_AUTHORIZED",
        "The credentials are missing or not valid.",
        "A bearer token is needed that is well formed, correctly signed and not expired.",
    )


def rate_limited() -> SandboxRefusal:
    """Refuse with 429: the hour's requests are used up."""
    return SandboxRefusal(
        429,
        "RATE_LIMIT_EXCEEDED",
        "The limit of requests is reached.",
        "This key has sent too many requests. Wait a while, or send fewer.",
    )


def no_such_path(path: str) -> SandboxRefusal:
    """Refuse with 404 a path that the service does not know."""
    return SandboxRefusal(404, "PATH_ERROR", "There is no such path", f"The path '{path}' does not exist")


def not_found(kind: str, identity: str) -> SandboxRefusal:
    """Refuse with 404 an id that is not there, under a path that the service knows."""
    return SandboxRefusal(
        404,
        "NOT_FOUND",
        "There is no such resource",
        f"There is no resource of type '{kind}' with id '{identity}'",
    )


def nothing_related(relationship: str) -> SandboxRefusal:
    """Refuse with 404 a to-one relationship that is empty."""
    return SandboxRefusal(
        404,
        "NOT_FOUND",
        "There is no such resource",
        f"There is no related resource for the relationship '{relationship}'",
    )


def not_allowed(method: str, path: str) -> SandboxRefusal:
    """Refuse with 403 a method that could change something, on a path that can only be read here."""
    return SandboxRefusal(
        403,
        "FORBIDDEN_ERROR",
        "The operation is not allowed",
        f"The resource at '{path}' does not allow '{method}'; it can only be read.",
    )


def no_such_method(method: str) -> SandboxRefusal:
    """Refuse with 405 a method that the API does not have."""
    return SandboxRefusal(
        405, "METHOD_NOT_ALLOWED", "There is no such method", f"'{method}' is not supported."
    )


def illegal(parameter: str) -> SandboxRefusal:
    """Refuse with 400 a query parameter that the call does not have."""
    return SandboxRefusal(
        400,
        "PARAMETER_ERROR.ILLEGAL",
        "There is no such parameter",
        f"The parameter '{parameter}' is not one of this request",
        parameter=parameter,
    )


def invalid(parameter: str, value: str) -> SandboxRefusal:
    """Refuse with 400 a value that the query parameter does not take."""
    return SandboxRefusal(
        400,
        "PARAMETER_ERROR.INVALID",
        "The value of a parameter is not valid",
        f"'{value}' is not a valid value of '{parameter}'",
        parameter=parameter,
    )


def not_acceptable(requested: str, allowed: str) -> SandboxAnswer:
    """Refuse with 406 a media type, the one refusal in plain text."""
    text = f"The Accept header is not supported. Requested: {requested}. Allowed: {allowed}."
    return SandboxAnswer(status=406, body=text.encode(), content_type=PLAIN)
