"""The hidden first line by which a comment or an issue of the gate is found again.

It is an HTML comment at the very start, so that nothing cuts it off and nothing further down counts. Whoever can
write a comment can paste one, so a marker alone proves nothing: the author is compared as well.
"""

import hashlib
import re
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

MarkerKind = Literal["comment", "issue"]
MarkerState = Literal["findings", "clear", "recovered"]

STATES: tuple[MarkerState, ...] = ("findings", "clear", "recovered")

_LONGEST_KEY = 200
_MARKER = re.compile(
    r"<!-- appstore-gate:(?P<kind>comment|issue) key=(?P<key>\S+) run=(?P<run>\d{1,20}) attempt=(?P<attempt>\d{1,9})"
    r" sha=(?P<sha>[0-9a-f]*) digest=(?P<digest>[0-9a-f]*) state=(?P<state>findings|clear|recovered) -->\r?\n?"
)


class Marker(Struct, frozen=True, kw_only=True):
    """What is known of the run that wrote something last."""

    kind: MarkerKind
    key: str
    """Keeps several gates apart."""
    run: int = 0
    """``GITHUB_RUN_ID``, which grows."""
    attempt: int = 0
    """``GITHUB_RUN_ATTEMPT``, from 1."""
    sha: str = ""
    """The commit that was reported on."""
    digest: str = ""
    """Of what was published, so that the same is not published twice."""
    state: MarkerState = "clear"

    @property
    def age(self) -> tuple[int, int]:
        """Larger for the newer run."""
        return self.run, self.attempt


def render(marker: Marker) -> str:
    """Draw the marker as the first line of a body, with its line break."""
    return (
        f"<!-- appstore-gate:{marker.kind} key={_quoted(marker.key)} run={marker.run} attempt={marker.attempt}"
        f" sha={marker.sha} digest={marker.digest} state={marker.state} -->\n"
    )


def parse(body: str, kind: MarkerKind, key: str) -> Marker | None:
    """Read the marker at the start of a body; None if there is none of this kind and key."""
    found = _MARKER.match(body)
    if found is None or found["kind"] != kind or found["key"] != _quoted(key):
        return None
    return Marker(
        kind=kind,
        key=key,
        run=int(found["run"]),
        attempt=int(found["attempt"]),
        sha=found["sha"],
        digest=found["digest"],
        state=next(state for state in STATES if state == found["state"]),
    )


def without(body: str) -> str:
    """Remove the marker from the start of a body."""
    return _MARKER.sub("", body, count=1) if _MARKER.match(body) else body


def digest(text: str) -> str:
    """Make a short fingerprint of what is published."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _quoted(key: str) -> str:
    """Write a key without blanks and without anything that could end an HTML comment."""
    # Two hyphens may end an HTML comment, so none is left (HTML Standard, "Comments").
    quoted = quote(key, safe="").replace("-", "%2D").replace("~", "%7E")
    return quoted if quoted and len(quoted) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
