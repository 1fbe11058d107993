"""What Apple's overview of the whole app says of signatures."""

from collections.abc import Iterable, Iterator

from gate.model.facts import Frame, OverviewSignature
from gate.signatures.functions import Function
from gate.signatures.symbols import normalised, split


class Overview:
    """What Apple's overview says of signatures that a build's list has as well."""

    def __init__(self, signatures: Iterable[OverviewSignature]) -> None:
        self._by_id: dict[tuple[str, str], OverviewSignature] = {}
        self._by_text: dict[tuple[str, str], OverviewSignature] = {}
        for one in signatures:
            if one.id:
                self._by_id.setdefault((one.type, one.id), one)
            if one.text:
                self._by_text.setdefault((one.type, normalised(one.text)), one)

    def _of(self, function: Function) -> Iterator[OverviewSignature]:
        kind = function.first.type
        same = [one for part in function.parts if (one := self._by_id.get((kind, part.id))) is not None]
        if not same and (kind, function.key) in self._by_text:
            same = [self._by_text[kind, function.key]]
        yield from same

    def count(self, function: Function) -> int | None:
        """How often Apple counted a function; None when the overview does not say."""
        counts = [one.count for one in self._of(function) if one.count is not None]
        return sum(counts) if counts else None

    def frame(self, function: Function) -> Frame | None:
        """The line that the overview names for a function."""
        return next((frame_of(one) for one in self._of(function) if one.file), None)


def frame_of(one: OverviewSignature) -> Frame:
    """The function of a signature as a frame, with the file and line that the overview has of it."""
    binary, symbol = split(one.text)
    return Frame(depth=0, symbol=symbol, binary=binary, file=one.file, line=one.line)
