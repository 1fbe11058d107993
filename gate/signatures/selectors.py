"""Which signatures a policy selects or ignores."""

from datetime import date

from msgspec import Struct

from gate.model.facts import Frame
from gate.policy import globs
from gate.policy.types import Signatures, SignatureSelector
from gate.signatures.symbols import readable, split


class SelectorTarget(Struct, frozen=True, kw_only=True):
    """What of a signature selectors are matched with."""

    text: str
    """Apple's text of the signature."""
    frames: tuple[Frame, ...]
    """The app's own frames of its blame path."""


class Exemption(Struct, frozen=True, kw_only=True):
    """A policy's entry to ignore a signature, as of one day."""

    reason: str
    """The policy's reason."""
    until: str
    """ISO date, the last day it holds."""
    ended: bool
    """Whether that day is over, so that the signature counts again."""


def is_selected(policy: Signatures, target: SelectorTarget) -> bool:
    """Tell whether the policy's levels are for this signature."""
    return not policy.only or any(matches(selector, target) for selector in policy.only)


def find_exemption(policy: Signatures, target: SelectorTarget, today: date) -> Exemption | None:
    """Find the policy's entry to ignore a signature. One that holds wins over one that has ended.

    Args:
        policy: What signatures count for.
        target: The signature.
        today: The day in UTC.
    """
    about = [
        Exemption(reason=entry.reason, until=entry.until, ended=today.isoformat() > entry.until)
        for entry in policy.ignore
        if matches(entry.selector, target)
    ]
    # An entry that has ended is kept as well: a report says why a signature counts that did not yesterday.
    return next((one for one in about if not one.ended), about[0] if about else None)


def matches(selector: SignatureSelector, target: SelectorTarget) -> bool:
    """Tell whether one frame, or the signature's own text, matches every part of a selector."""
    binary, symbol = split(target.text)
    own = Frame(depth=0, binary=binary, symbol=symbol)
    return any(_matches_frame(selector, frame) for frame in (own, *target.frames))


def _matches_frame(selector: SignatureSelector, frame: Frame) -> bool:
    # People copy a symbol from a report, where it is readable, or from Apple's tools, where it is not.
    symbols = (frame.symbol, readable(frame.symbol, frame.binary))
    return (
        globs.matches(frame.binary, selector.binary)
        and any(globs.matches(symbol, selector.symbol) for symbol in symbols)
        and globs.matches(frame.file, selector.file)
    )
