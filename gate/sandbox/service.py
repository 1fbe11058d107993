"""From a request to an answer, in the order in which App Store Connect looks at one.

First whatever stands in front of the service and may fail; then the token, the hour's budget, the path and the
method, the media type, the parameters, and last the id. A scenario's faults come between: a reply or a broken
connection before the token is looked at, an error in place of all that follows the token.
"""

import re
import threading
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode

import msgspec

from gate.sandbox import answer as answers
from gate.sandbox import diagnostics, edits, query
from gate.sandbox.answer import SandboxAnswer, SandboxRefusal, SandboxRequest
from gate.sandbox.calls import CALLS, Context, SandboxCall
from gate.sandbox.data import Error, Fault, Reply, Scenario
from gate.sandbox.resources import Catalogue
from gate.sandbox.tokens import SandboxKey, verify
from gate.sandbox.world import resolve

_HOUR = 3600.0
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Service:
    """App Store Connect as one scenario has it. Safe to use from many threads.

    Args:
        scenario: What it knows.
        base: Scheme, host and port, for links.
        keys: The keys it has given out.
        clock: Gives epoch seconds.
    """

    def __init__(
        self, scenario: Scenario, base: str, keys: tuple[SandboxKey, ...], clock: Callable[[], float]
    ) -> None:
        self._scenario = scenario
        self._base = base
        self._keys = keys
        self._clock = clock
        self._world = resolve(scenario)
        self._catalogue = Catalogue(scenario, clock())
        self._signatures = diagnostics.by_id(scenario)
        self._lock = threading.Lock()
        self._left = {index: fault.times for index, fault in enumerate(scenario.faults)}
        self._spent: dict[str, deque[float]] = {key.identity: deque() for key in keys}

    def answer(self, request: SandboxRequest) -> SandboxAnswer:
        """Answer one request, or say what happens in place of an answer."""
        fault = self._due_fault(request)
        if fault is not None and fault.hang_up:
            return SandboxAnswer(status=0, hang_up=True)
        if fault is not None and fault.reply is not None:
            return _reply(fault.reply, request)
        # Looked at before anything else, so that even a refusal says how many requests are left.
        key = verify(request, self._keys, self._clock())
        remaining = self._spend(key)
        try:
            answer = self._authorized(request, key, remaining, fault)
        except SandboxRefusal as refusal:
            answer = refusal.answer()
        budget = f"user-hour-lim:{self._scenario.hourly_limit};user-hour-rem:{remaining};"
        own = {"X-Rate-Limit": budget, "x-request-id": str(uuid.uuid4())}
        return msgspec.structs.replace(answer, headers=answer.headers | own)

    def _authorized(
        self, request: SandboxRequest, key: SandboxKey | None, remaining: int, fault: Fault | None
    ) -> SandboxAnswer:
        if fault is not None and fault.error is not None:
            return _error(fault.error)
        if key is None:
            raise answers.unauthorized()
        if remaining < 0:
            raise answers.rate_limited()
        call, identity = _find(request)
        if not _accepts(request.accept, call.media_type):
            return answers.not_acceptable(request.accept, call.media_type)
        context = Context(
            world=self._world,
            catalogue=self._catalogue,
            base=self._base,
            path=request.path,
            identity=identity,
            query=query.check(request.query, call.parameters),
        )
        return self._edited(call, call.answer(context), request, fault)

    def _edited(
        self, call: SandboxCall, body: dict[str, Any], request: SandboxRequest, fault: Fault | None
    ) -> SandboxAnswer:
        """Make the answer of a body, with the scenario's edits and what a fault does to it."""
        edits.apply(body, (edit for edit in self._scenario.edits if edit.call == call.name))
        if fault is not None and fault.next_link is not None:
            target = _target(request)
            body.setdefault("links", {})["next"] = fault.next_link.replace(
                "{self}", self._base + target
            ).replace("{target}", target)
        answer = answers.json_answer(body, content_type=call.media_type)
        return msgspec.structs.replace(answer, cut_after=fault.cut_after if fault else None)

    def _due_fault(self, request: SandboxRequest) -> Fault | None:
        """Find the first fault that is meant for this request and has not happened often enough yet."""
        # The path has the id of a signature, but a scenario names its text.
        named = re.fullmatch(r"/v1/diagnosticSignatures/(\w+)/.*", request.path)
        found = self._signatures.get(named[1]) if named else None
        text = found[0].signature if found else ""
        with self._lock:
            for index, fault in enumerate(self._scenario.faults):
                left = self._left[index]
                if left != 0 and fault.is_meant_for(request.path, text):
                    self._left[index] = None if left is None else left - 1
                    return fault
        return None

    def _spend(self, key: SandboxKey | None) -> int:
        """Count the requests that remain of the rolling hour; -1 for one too many. Strangers spend nothing."""
        if key is None:
            return self._scenario.hourly_limit
        now = self._clock()
        # A refused request does not count, so a client that waits for an hour is served again.
        with self._lock:
            # By key: Apple's limit is that of a key in a rolling hour ("Identifying Rate Limits").
            spent = self._spent[key.identity]
            while spent and spent[0] <= now - _HOUR:
                spent.popleft()
            if len(spent) >= self._scenario.hourly_limit:
                return -1
            spent.append(now)
            return self._scenario.hourly_limit - len(spent)


def _find(request: SandboxRequest) -> tuple[SandboxCall, str]:
    """Find the call that a path means, and the id in it."""
    # A known path with another method is 405 and not 404, so the path is looked at first.
    for call in CALLS:
        match = call.path.fullmatch(request.path)
        if match is None:
            continue
        if request.method in _CHANGING:
            raise answers.not_allowed(request.method, request.path)
        if request.method != "GET":
            raise answers.no_such_method(request.method)
        return call, unquote(match.groupdict().get("id", ""))
    raise answers.no_such_path(request.path)


def _accepts(accept: str, media_type: str) -> bool:
    """Tell whether an Accept header has a media type among those it lists."""
    listed = {entry.partition(";")[0].strip().lower() for entry in accept.split(",")}
    return bool(listed & {media_type, "application/*", "*/*"})


def _target(request: SandboxRequest) -> str:
    return f"{request.path}?{urlencode(request.query)}" if request.query else request.path


def _reply(reply: Reply, request: SandboxRequest) -> SandboxAnswer:
    headers = {name: value.replace("{target}", _target(request)) for name, value in reply.headers.items()}
    return SandboxAnswer(
        status=reply.status, body=reply.body.encode(), content_type=reply.content_type, headers=headers
    )


def _error(error: Error) -> SandboxAnswer:
    answer = SandboxRefusal(error.status, error.code, error.title, error.detail).answer()
    return msgspec.structs.replace(answer, headers=error.headers)
