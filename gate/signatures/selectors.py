"""Which signatures a policy speaks of."""

from datetime import date

from msgspec import Struct

from gate.model.facts import Frame
from gate.policy import globs
from gate.policy.types import IgnoredSignature, Signatures, SignatureSelector
from gate.signatures.symbols import readable, split


class Described(Struct, frozen=True, kw_only=True):
    """What selectors are held against."""

    text: str
    """Apple's text of the signature."""
    frames: tuple[Frame, ...]
    """The app's own frames of its blame path."""


class Exemption(Struct, frozen=True, kw_only=True):
    """What becomes of a signature under a policy's entries to ignore."""

    reason: str = ""
    """The policy's reason; empty when it does not ignore it."""
    words: str = ""
    """One sentence with a blank before it, also when an entry has ended; empty without any entry."""


def selected(policy: Signatures, signature: Described) -> bool:
    """Whether the policy's levels are for this signature."""
    return not policy.only or any(matches(selector, signature) for selector in policy.only)


def exemption(policy: Signatures, signature: Described, today: date) -> Exemption:
    """Whether the policy ignores a signature. An entry that holds wins over one that has ended.

    Args:
        policy: What signatures count for.
        signature: The signature.
        today: The day in UTC.
    """
    about = [entry for entry in policy.ignore if matches(entry.selector, signature)]
    for entry in about:
        if today.isoformat() <= entry.until:
            return Exemption(
                reason=entry.reason, words=f" The policy ignores it until {entry.until}: {entry.reason}"
            )
    return Exemption(words=_ended(about[0]) if about else "")


def _ended(entry: IgnoredSignature) -> str:
    return f" The policy ignored it until {entry.until}, which is over."


def matches(selector: SignatureSelector, signature: Described) -> bool:
    """Whether one frame, or the signature's own text, matches every part of a selector."""
    binary, symbol = split(signature.text)
    own = Frame(depth=0, binary=binary, symbol=symbol)
    return any(_matches_frame(selector, frame) for frame in (own, *signature.frames))


def _matches_frame(selector: SignatureSelector, frame: Frame) -> bool:
    symbols = (frame.symbol, readable(frame.symbol, frame.binary))
    return (
        globs.matches(frame.binary, selector.binary)
        and any(globs.matches(symbol, selector.symbol) for symbol in symbols)
        and globs.matches(frame.file, selector.file)
    )
