"""What Apple's overview of the whole app says of signatures."""

from collections.abc import Iterable

from gate.model.facts import Frame, OverviewSignature
from gate.signatures.functions import Function
from gate.signatures.symbols import normalise, split


class Overview:
    """What Apple's overview says of signatures that a build's list has as well."""

    def __init__(self, signatures: Iterable[OverviewSignature]) -> None:
        self._by_id: dict[tuple[str, str], OverviewSignature] = {}
        self._by_text: dict[tuple[str, str], OverviewSignature] = {}
        for one in signatures:
            if one.id:
                self._by_id.setdefault((one.type, one.id), one)
            if one.text:
                self._by_text.setdefault((one.type, normalise(one.text)), one)

    def _find(self, function: Function) -> list[OverviewSignature]:
        """Find the overview's entries on a function: by Apple's id, else by text.

        Apple's API documentation does not say that the ids of the overview are those of a build's list.
        """
        kind = function.heaviest.type
        same = [self._by_id[kind, part.id] for part in function.parts if (kind, part.id) in self._by_id]
        if not same and (kind, function.key) in self._by_text:
            same = [self._by_text[kind, function.key]]
        return same

    def count(self, function: Function) -> int | None:
        """Tell how often Apple counted a function; None when the overview does not say."""
        counts = [one.count for one in self._find(function) if one.count is not None]
        return sum(counts) if counts else None

    def find_frame(self, function: Function) -> Frame | None:
        """Find the line that the overview names for a function."""
        return next((to_frame(one) for one in self._find(function) if one.file), None)


def to_frame(signature: OverviewSignature) -> Frame:
    """Write the function of a signature as a frame, with the file and line that the overview has of it."""
    binary, symbol = split(signature.text)
    return Frame(depth=0, symbol=symbol, binary=binary, file=signature.file, line=signature.line)
