"""Whose line a frame's is: the blamed function's own, that of a function which calls it, or another's."""

from collections.abc import Sequence
from typing import Literal

from gate.model.facts import Frame
from gate.signatures.symbols import normalise, split, strip_closure

FrameRelation = Literal["own", "caller", "other"]
"""What a frame is to the function that a signature names."""


def relation_of(frame: Frame, blame: Sequence[Frame], text: str) -> FrameRelation:
    """Tell what a frame of a blame path is to the function that its signature names.

    Args:
        frame: The frame whose file and line are shown.
        blame: The blame path, outermost first.
        text: The signature's, which names the function.

    Returns:
        ``own`` for the function itself, a closure in it, or a deepest frame without a name; ``caller`` for a frame
        above the deepest one; else ``other``.
    """
    if frame.symbol and _name(frame.symbol) == _name(text):
        return "own"
    if blame and frame != blame[-1]:
        return "caller"
    return "other" if frame.symbol else "own"


def _name(text: str) -> str:
    """Normalise a name without its binary, which frames keep apart."""
    return strip_closure(split(normalise(text))[1])
