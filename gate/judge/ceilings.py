"""What fails, held against the ceiling of a waiver."""

from typing import Literal

from msgspec import Struct

from gate.model.result import Check, InsightFinding, SignatureFinding
from gate.model.units import convert
from gate.policy.types import Ceiling
from gate.text.words import slice_words

CeilingKind = Literal["rise", "level", "share"]
"""What a ceiling is on: a relative rise, a value above a limit or goal, or a signature's share of its type."""


class CeilingComparison(Struct, frozen=True, kw_only=True):
    """One thing that fails, compared with the ceiling that a waiver has for it."""

    kind: CeilingKind
    name: str
    """Of the slice or the signature; empty for an insight, which the waiver itself names."""
    now: float | None
    """A relative rise, a value in `unit` or a share; None when its size is not known, as with a rise from zero."""
    at: float | None
    """The ceiling, in the same terms; None when the waiver has none for this."""
    unit: str = ""
    """Of a value."""

    @property
    def is_within(self) -> bool:
        """Whether the ceiling covers it; what nobody can compare is not covered."""
        return self.now is not None and self.at is not None and self.now <= self.at

    @property
    def fill(self) -> float:
        """How much of the ceiling it fills, above 1 for too much; infinite when nobody can compare."""
        return self.now / self.at if self.now is not None and self.at is not None else float("inf")


def compare_check(ceiling: Ceiling, check: Check) -> tuple[CeilingComparison, ...]:
    """Compare everything by which a slice fails with a ceiling: its rise, its value, or both."""
    name = slice_words(check.slice, check.device_name)
    found = []
    # What fails and is above no line has risen.
    if check.change_failed or not check.line_failed:
        rise = check.change.relative if check.change is not None else None
        found.append(CeilingComparison(kind="rise", name=name, now=rise, at=ceiling.relative))
    if check.line_failed:
        value = check.candidate.value if check.candidate is not None else None
        level = ceiling.level
        at = convert(level.value, level.unit, check.unit) if level is not None else None
        found.append(CeilingComparison(kind="level", name=name, now=value, at=at, unit=check.unit))
    return tuple(found)


def compare_insight(ceiling: Ceiling, insight: InsightFinding) -> CeilingComparison:
    """Compare the largest rise that Apple's insight names with a ceiling."""
    return CeilingComparison(kind="rise", name="", now=insight.largest_change, at=ceiling.relative)


def compare_signature(ceiling: Ceiling, signature: SignatureFinding) -> CeilingComparison:
    """Compare a signature's share of its type with a ceiling."""
    name = signature.name or signature.text
    return CeilingComparison(kind="share", name=name, now=signature.weight, at=ceiling.share)
