"""How much a waiver accepts: ``+15%``, ``1,700 ms``, or both joined by ``and``.

A rise is accepted as a percentage, a value above a limit or goal in the metric's unit. A comma may group thousands,
because that is how reports print the number that is being accepted.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from gate.model.catalogue import common_units
from gate.model.units import Quantity
from gate.policy import expressions, terms
from gate.policy.hints import ExpressionError, quoted
from gate.policy.terms import Term
from gate.policy.types import Ceiling

MOST = 10.0
"""The largest rise that a waiver may accept: eleven times the value before."""

_GROUPED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_AND = re.compile(r"\s*(?:\band\b|&&?|,)\s*", re.IGNORECASE)
_EXAMPLE = 'Write for example "+15%", "1700 ms" or "+15% and 1700 ms".'
_RISE_EXAMPLE = 'Write the largest rise that is accepted, such as "+15%".'


class Wanted(NamedTuple):
    """What a ceiling may be about, by the thing that is waived."""

    rises: bool = True
    """Something fails by its rise."""
    levels: bool = True
    """Something fails by its value: a limit or a goal."""
    categories: tuple[str, ...] = ()
    """Metric categories that a value's unit has to fit; with none every known unit fits."""
    is_insight: bool = False
    """It is for one of Apple's insights, and not for a rule."""


def ceiling(text: str, wanted: Wanted | None = None) -> Ceiling:
    """Read the ceiling of a rule or of an insight: a rise, a value, or both.

    Args:
        text: The expression.
        wanted: What it may be about; anything when None.

    Raises:
        ExpressionError: It is not such an expression, or covers nothing of what is waived.
    """
    wanted = wanted or Wanted()
    tidy = _GROUPED.sub(lambda match: match[0].replace(",", ""), " ".join(text.split()))
    if [word.strip() for word in _AND.findall(tidy)] not in ([], ["and"]):
        raise ExpressionError("a ceiling has one part, or two that are joined by `and`", _EXAMPLE)
    rise: Decimal | None = None
    level: Quantity | None = None
    for part in _AND.split(tidy):
        term = terms.parse(part, tidy, _EXAMPLE)
        if (rise if _is_rise(term) else level) is not None:
            raise ExpressionError("a ceiling has at most one percentage and one value", _EXAMPLE)
        if _is_rise(term):
            rise = _rise(term, wanted)
        else:
            level = _level(term, wanted)
    words = [] if rise is None else [f"+{expressions.number_text(rise * 100)}%"]
    words += [] if level is None else [f"<= {expressions.quantity_text(level)}"]
    return Ceiling(relative=None if rise is None else float(rise), level=level, text=" and ".join(words))


def share_ceiling(text: str) -> Ceiling:
    """Read the ceiling of a signature: its share of all reports of its type.

    Raises:
        ExpressionError: It is not a share, or a rise of one.
    """
    if text.lstrip().startswith("+"):
        bare = text.strip().removeprefix("+").strip()
        message = "the ceiling of a signature is its share of all reports of its type, not a rise"
        raise ExpressionError(message, f'Write "{bare}".')
    value = expressions.share(text)
    return Ceiling(share=value, text=expressions.share_text(value))


def _is_rise(term: Term) -> bool:
    """Tell whether a term speaks of a rise: it has a percent sign, or is a plain share such as ``0.15``."""
    return term.unit == "%" or (not term.unit and not term.operator and Decimal(term.number) < 1)


def _rise(term: Term, wanted: Wanted) -> Decimal:
    """Read the largest accepted rise.

    Raises:
        ExpressionError: Nothing can rise here, or it is none that makes sense.
    """
    value = terms.decimal(term) / (100 if term.unit else 1)
    if not wanted.rises:
        raise ExpressionError("a percentage covers nothing here: the rule has no `fail`", _value_hint(wanted))
    if term.sign == "-" or term.operator not in ("", "<="):
        raise ExpressionError(
            "a ceiling is the largest rise that is accepted",
            f'Write "+{expressions.number_text(value * 100)}%".',
        )
    if value > MOST:
        raise ExpressionError(f"a rise of more than {expressions.share_text(MOST)} can't be waived")
    return value


def _level(term: Term, wanted: Wanted) -> Quantity:
    """Read the largest accepted value.

    Raises:
        ExpressionError: It has no unit or one that does not fit, is written as a rise, or no value can be too high.
    """
    if term.unit.casefold() in ("percent", "percentage"):
        raise ExpressionError(f"{quoted(term.unit)} is not a unit here", f'Write "+{term.number}%".')
    if not term.unit:
        raise ExpressionError("the unit is missing", _unit_hint(term, wanted))
    if not wanted.levels:
        why = "an insight is about a rise" if wanted.is_insight else "the rule has no `limit` or `goal`"
        raise ExpressionError(f"a value in {quoted(term.unit)} covers nothing here: {why}", _RISE_EXAMPLE)
    if not common_units(wanted.categories) and wanted.categories:
        message = f"the rule is about {', '.join(wanted.categories)}, which share no unit"
        raise ExpressionError(message, "Make one rule for each, and waive the one that fails.")
    value = terms.quantity(term, wanted.categories, "{}")
    written = expressions.quantity_text(value)
    if term.sign:
        hint = f'Write "{written}" for the value itself'
        raise ExpressionError(
            f"a rise is accepted as a percentage, not in {value.unit}",
            f'{hint}, or a percentage such as "+15%" for the rise.' if wanted.rises else f"{hint}.",
        )
    if term.operator not in ("", "<="):
        raise ExpressionError("a ceiling is the largest value that is accepted", f'Write "<= {written}".')
    return value


def _value_hint(wanted: Wanted) -> str:
    units = common_units(wanted.categories)
    where = f", in {' or '.join(units)}" if units else ", with its unit"
    return f"Write the largest value that is accepted{where}."


def _unit_hint(term: Term, wanted: Wanted) -> str:
    """Ask for the unit by naming all that fit; it is never filled in for the one who accepts the risk."""
    units = [*(["%"] if wanted.rises else []), *(common_units(wanted.categories) if wanted.levels else ())]
    if not units or (wanted.levels and not wanted.categories):
        return _EXAMPLE
    if len(units) == 1:
        return f"Write the unit behind the number; only {quoted(units[0])} fits here."
    forms = [terms.with_unit(f"+{term.number}" if unit == "%" else term.number, unit) for unit in units]
    return terms.offer(forms)
