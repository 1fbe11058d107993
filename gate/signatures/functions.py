"""Signatures of one build by function, and the same function in another build."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from gate.model.facts import Signature, VersionValue
from gate.signatures.symbols import normalised, without_closure


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
    def first(self) -> Signature:
        """The heaviest part, whose id and text stand for all."""
        return self.parts[0]

    @property
    def direction(self) -> str:
        """Apple's trend: bad news wins."""
        rising = any(part.direction == "UP" for part in self.parts)
        return "UP" if rising else self.first.direction


def grouped(signatures: Iterable[Signature], kind: str) -> list[Function]:
    """The signatures of one type by function, heaviest first and ranked.

    Apple tells signatures apart by the place in a function; a reader asks for the function.
    """
    parts: dict[str, list[Signature]] = {}
    for signature in sorted((one for one in signatures if one.type == kind), key=_heaviest_first):
        parts.setdefault(normalised(signature.text) or signature.id, []).append(signature)
    found = [
        Function(key=key, parts=tuple(same), weight=_added(one.weight for one in same))
        for key, same in parts.items()
    ]
    found.sort(key=lambda one: (-(one.weight or 0.0), one.first.text, one.first.id))
    return [structs.replace(one, rank=rank) for rank, one in enumerate(found, start=1)]


def _heaviest_first(signature: Signature) -> tuple[float, str, str]:
    return -(signature.weight or 0.0), signature.text, signature.id


def _added(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(1.0, sum(known)) if known else None


def matched(now: Sequence[Function], before: Sequence[Function]) -> dict[str, Function]:
    """The earlier function of each one that has one, by its key now.

    What finds no equal may still be a closure that the optimiser has moved into its function, or out of it.
    """
    equal = {one.key: one for one in before}
    found = {one.key: equal[one.key] for one in now if one.key in equal}
    rest: dict[str, Function] = {}
    for one in before:
        if one.key not in found:
            rest.setdefault(without_closure(one.key), one)
    for one in now:
        other = None if one.key in found else rest.pop(without_closure(one.key), None)
        if other is not None:
            found[one.key] = other
    return found


def references(one: Function) -> tuple[VersionValue, ...]:
    """Apple's values at earlier versions, added up where several signatures are of the function."""
    versions = dict.fromkeys(value.version for part in one.parts for value in part.references)
    return tuple(
        VersionValue(
            version=version,
            value=_added(
                value.value for part in one.parts for value in part.references if value.version == version
            ),
        )
        for version in versions
    )
