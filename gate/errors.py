"""Every error that may leave this package, as one tree.

::

    GateError                     what happened, likely cause, remedy; an exit code
    ├── UsageError            2   flags, environment or files that do not make sense
    ├── PolicyError           2   the policy is wrong; carries every problem with line and column
    ├── MachineError          2   a full disk, a used port, a right that is missing
    ├── SnapshotError         4   a snapshot or a saved body that can't be read
    └── AppStoreError         4   App Store Connect could not be read
        ├── KeyRejected           the private key itself is unusable; nothing was sent
        ├── Unauthorized          401, after one fresh token
        ├── Forbidden             403: role too weak, key revoked, another team's resource
        │   └── AgreementMissing  403: a person must accept an agreement
        ├── NotFound              404 or an empty look-up
        │   ├── UnknownApp
        │   ├── UnknownVersion
        │   └── UnknownBuild
        ├── BadRequest            400, 409, 410, 422 and other 4xx: our request was refused
        │   └── NotAcceptable     406: the media type of the call has changed
        ├── RateLimited           429, after the retries
        ├── ServiceDown           5xx, after the retries
        ├── Unreachable           no answer: DNS, TLS, time-out, a connection that broke
        ├── UnsafeLink            a redirect or a next link that leads somewhere else
        └── MalformedAnswer       an answer that is not what Apple documents or sends

A failure to publish a report is not here: it warns and never replaces a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class GateError(Exception):
    """An error a person can act on.

    Args:
        what: What happened, one sentence.
        cause: The likely cause, one sentence; may be empty.
        remedy: What to do next, one sentence; may be empty.
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, cause: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what]
        if self.cause:
            parts.append(f"Likely cause: {self.cause}")
        if self.remedy:
            parts.append(f"What to do: {self.remedy}")
        return "\n".join(parts)


class UsageError(GateError):
    """Flags, environment or files that do not make sense together."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong in a policy, and where."""

    line: int
    """Counted from 1."""
    column: int
    """Counted from 1."""
    message: str
    suggestion: str = ""
    """What to write instead, or empty."""
    excerpt: str = ""
    """The source line the problem is on, without its line break."""
    width: int = 1
    """How many characters the caret underlines."""
    source: str = ""
    """The file it is in, when that is another than the policy itself: one that the policy extends."""


class PolicyError(GateError):
    """The policy can't be used. All its problems are listed in the order of the file, then those of what it extends."""

    exit_code = 2

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.source, problem.line, problem.column))
        )
        count = len(self.problems)
        whole = ", with what it extends," if any(problem.source for problem in self.problems) else ""
        super().__init__(f"{source}{whole} has {count} problem{'' if count == 1 else 's'}")

    def __str__(self) -> str:
        return "\n\n".join([*map(self._describe, self.problems), f"{self.what}."])

    def _describe(self, problem: Problem) -> str:
        lines = [f"{problem.source or self.source}:{problem.line}:{problem.column}: {problem.message}"]
        if problem.excerpt:
            number = str(problem.line)
            caret = " " * (problem.column - 1) + "^" * max(1, problem.width)
            lines += [f"  {number} | {problem.excerpt}", f"  {' ' * len(number)} | {caret}"]
        if problem.suggestion:
            lines.append(f"  {problem.suggestion}")
        return "\n".join(lines)


class MachineError(GateError):
    """The machine refused: a full disk, a port in use, a right that is missing."""

    exit_code = 2


class SnapshotError(GateError):
    """A snapshot, or a body saved by another tool, that can't be read."""


class AppStoreError(GateError):
    """App Store Connect could not be read.

    Args:
        what: What happened, one sentence.
        cause: The likely cause.
        remedy: What to do next.
        status: The HTTP status, if there was an answer.
        code: Apple's dotted error code, if there was one.
        error_id: Apple's id of the error, which its support asks for.
        request_id: The ``x-request-id`` of the answer.
    """

    def __init__(
        self,
        what: str,
        *,
        cause: str = "",
        remedy: str = "",
        status: int | None = None,
        code: str = "",
        error_id: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(what, cause=cause, remedy=remedy)
        self.status = status
        self.code = code
        self.error_id = error_id
        self.request_id = request_id

    def __str__(self) -> str:
        ids = [
            f"{label} {value}"
            for label, value in (("error id", self.error_id), ("request id", self.request_id))
            if value
        ]
        tail = f"\nFor Apple's support: {', '.join(ids)}" if ids else ""
        return super().__str__() + tail


class KeyRejected(AppStoreError):
    """The private key itself is unusable; nothing was sent."""


class Unauthorized(AppStoreError):
    """401, after one fresh token and one retry."""


class Forbidden(AppStoreError):
    """403: the role is too weak, the key is revoked, or the resource is another team's."""


class AgreementMissing(Forbidden):
    """403: a person must accept an agreement before any key of the team works."""


class NotFound(AppStoreError):
    """404, or a look-up that found nothing."""


class UnknownApp(NotFound):
    """No app of this bundle id or App Store id is visible to the key."""


class UnknownVersion(NotFound):
    """The app has no such version."""


class UnknownBuild(NotFound):
    """The app has no such build."""


class BadRequest(AppStoreError):
    """The request was refused as such."""


class NotAcceptable(BadRequest):
    """406: the call does not serve the media type that was asked for."""


class RateLimited(AppStoreError):
    """429, after the retries."""


class ServiceDown(AppStoreError):
    """5xx, after the retries."""


class Unreachable(AppStoreError):
    """No answer: DNS, TLS, a time-out, or a connection that broke."""


class UnsafeLink(AppStoreError):
    """A redirect or a next link that leads to another place, or round in a circle."""


class MalformedAnswer(AppStoreError):
    """An answer that is not what Apple documents or sends."""
