"""A document together with the places of everything in it."""

from typing import NamedTuple

from gate.policy.keys import PolicyDocument
from gate.policy.problems import Span

KeyPath = tuple[str | int, ...]
"""Keys and list positions from the root: ``("rules", 0, "fail")``. Refused entries of a list don't count."""


class LocatedDocument(NamedTuple):
    """A document as far as it could be read, and where everything in it stands."""

    document: PolicyDocument
    spans: dict[KeyPath, Span]

    def has(self, path: KeyPath) -> bool:
        """Tell whether a key is there, even if only with a value that was refused or by a name that was misspelt."""
        return path in self.spans

    def span(self, path: KeyPath) -> Span:
        """Find where a value is, or what surrounds it when it is absent."""
        while path not in self.spans:
            path = path[:-1]
        return self.spans[path]
