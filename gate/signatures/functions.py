"""Signatures of one build by function, and the same function in another build."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from gate.model.facts import Signature, VersionValue
from gate.signatures.symbols import normalise, strip_closure


class Function(Struct, frozen=True, kw_only=True):
    """All signatures of one build that are of the same function and type."""

    key: str
    """Normalised text, or the id of a signature without a text."""
    parts: tuple[Signature, ...]
    """Heaviest first."""
    weight: float | None
    """Of all parts together, 0 to 1; None when Apple sent none."""
    rank: int = 0
    """Among the functions of its type, from 1."""

    @property
    def heaviest(self) -> Signature:
        """The heaviest part, whose id and text stand for all."""
        return self.parts[0]

    @property
    def direction(self) -> str:
        """Apple's trend: bad news wins."""
        rising = any(part.direction == "UP" for part in self.parts)
        return "UP" if rising else self.heaviest.direction


def group_by_function(signatures: Iterable[Signature], kind: str) -> list[Function]:
    """Group the signatures of one type by function, and rank the functions, heaviest first.

    Apple tells signatures apart by the place in a function; a reader asks for the function.
    """
    parts: dict[str, list[Signature]] = {}
    for signature in sorted((one for one in signatures if one.type == kind), key=_heaviest_first):
        # Without a text nothing says that two signatures are of one function, so each stays by itself.
        parts.setdefault(normalise(signature.text) or signature.id, []).append(signature)
    found = [
        Function(key=key, parts=tuple(same), weight=_add_shares(one.weight for one in same))
        for key, same in parts.items()
    ]
    # Text and id decide between equals, so that the order in which Apple lists them changes no rank.
    found.sort(key=lambda one: (-(one.weight or 0.0), one.heaviest.text, one.heaviest.id))
    return [structs.replace(one, rank=rank) for rank, one in enumerate(found, start=1)]


def _heaviest_first(signature: Signature) -> tuple[float, str, str]:
    return -(signature.weight or 0.0), signature.text, signature.id


def _add_shares(shares: Iterable[float | None]) -> float | None:
    """Add shares of one whole; Apple rounds each, so their sum may be a little above 1."""
    known = [share for share in shares if share is not None]
    return min(1.0, sum(known)) if known else None


def match_builds(now: Sequence[Function], before: Sequence[Function]) -> dict[str, Function]:
    """Find the earlier function of each one that has one.

    What finds no equal may still be a closure that the optimiser has moved into its function, or out of it.

    Args:
        now: Functions of one type in the candidate build.
        before: Those of the same type in the baseline build.

    Returns:
        The earlier function by its key in `now`; each earlier function at most once.
    """
    equal = {one.key: one for one in before}
    found = {one.key: equal[one.key] for one in now if one.key in equal}
    # Equals go first: a function and its closure that both builds have must not be matched crosswise.
    rest: dict[str, Function] = {}
    for one in before:
        if one.key not in found:
            rest.setdefault(strip_closure(one.key), one)
    for one in now:
        other = None if one.key in found else rest.pop(strip_closure(one.key), None)
        if other is not None:
            found[one.key] = other
    return found


def add_references(function: Function) -> tuple[VersionValue, ...]:
    """Add up Apple's values at earlier versions over the signatures of a function."""
    every = [value for part in function.parts for value in part.references]
    return tuple(
        VersionValue(version=version, value=_add_shares(one.value for one in every if one.version == version))
        for version in dict.fromkeys(value.version for value in every)
    )
