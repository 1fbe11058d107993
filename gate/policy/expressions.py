"""The little languages of a policy: rises, limits, quantities, shares and durations.

Every function takes the text as it stands in the policy and gives a value whose own text is in one normal
form, or raises `ExpressionError`. Blanks of any kind are free, also the narrow ones that typography puts
before a unit. Numbers are plain: no exponents, a point for the decimals, and nothing, a comma or a blank between
thousands, so that ``1,118 ms`` can be pasted from a report. Where a unit is missing, every one that may have been
meant is offered, and none is chosen.
"""

import re
from decimal import Decimal

from gate.model.catalogue import common_units
from gate.model.units import Quantity
from gate.policy import terms
from gate.policy.hints import ExpressionError, quoted
from gate.policy.terms import NUMBER, Term
from gate.policy.types import Allowance, Limit

_UNIT = r"[A-Za-z%/]+(?: day)?"
_RISE = rf">\s*\+?\s*{NUMBER}\s*{_UNIT}"

RISE_PATTERN = rf"^\s*{_RISE}(?:\s*and\s*{_RISE})?\s*$"
LIMIT_PATTERN = rf"^\s*<=\s*{NUMBER}\s*{_UNIT}\s*$"
QUANTITY_PATTERN = rf"^\s*{NUMBER}\s*{_UNIT}\s*$"
SHARE_PATTERN = rf"^\s*\+?\s*(?:{NUMBER}\s*%|0{{1,9}}\.[0-9]{{1,6}})\s*$"
_COMMAS = rf"(?:{NUMBER}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,2}}(?:\.[0-9]{{1,6}})?)"
_ACCEPTED_RISE = rf"(?:\+?\s*{_COMMAS}\s*%|\+?\s*0{{1,9}}\.[0-9]{{1,6}})"
_ACCEPTED_LEVEL = rf"(?:<=\s*)?{_COMMAS}\s*{_UNIT}"
CEILING_PATTERN = (
    rf"^\s*(?:{_ACCEPTED_RISE}(?:\s*and\s*{_ACCEPTED_LEVEL})?"
    rf"|{_ACCEPTED_LEVEL}(?:\s*and\s*(?:<=\s*)?{_ACCEPTED_RISE})?)\s*$"
)
"""Of a waiver; `gate.policy.ceilings` reads it. A comma may group thousands there, as reports write them."""
DURATION_PATTERN = r"^\s*[0-9]{1,5}\s*[mhd]\s*$"

NONE = "none"
"""What a policy writes to take away what it would get from a policy that it extends."""

_RISE_EXAMPLE = 'Write for example "> +10%", "> +80 ms" or "> +10% and > +80 ms".'
_LIMIT_EXAMPLE = 'Write for example "<= 1500 ms".'
_QUANTITY_EXAMPLE = 'Write for example "100 ms".'
_DURATION_EXAMPLE = "Write for example 30m, 48h or 7d."

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0}
_DURATION_WORDS = {"h": "hours", "d": "days", "m": "minutes"}
_MOST_PARTS = 2
# A comma between digits belongs to a number.
_AND = re.compile(r"\s*(?:\band\b|&&?|(?<![0-9]),|,(?![0-9]))\s*", re.IGNORECASE)
_OR = re.compile(r"\bor\b|\|", re.IGNORECASE)


def allowance(text: str, categories: tuple[str, ...] = ()) -> Allowance:
    """Read how large a rise is allowed, such as ``> +10% and > +80 ms``, in either order.

    Args:
        text: The expression.
        categories: Metric categories its unit has to fit; with none every known unit fits.

    Raises:
        ExpressionError: It is not such an expression, or its unit does not fit.
    """
    relative, absolute = _parts(_tidy(text), categories)
    # In decimals: as a float 1.1 / 100 is not 0.011, and the text of a policy must read back as itself.
    share_ = terms.decimal(relative) / 100 if relative else None
    quantity_ = terms.quantity(absolute, categories, "> +{}") if absolute else None
    words = [f"> +{number_text(share_ * 100)}%"] if share_ is not None else []
    words += [f"> +{quantity_text(quantity_)}"] if quantity_ is not None else []
    return Allowance(
        relative=None if share_ is None else float(share_), absolute=quantity_, text=" and ".join(words)
    )


def limit(text: str, categories: tuple[str, ...] = ()) -> Limit:
    """Read an absolute line, such as ``<= 1500 ms``.

    Args:
        text: The expression.
        categories: Metric categories its unit has to fit; with none every known unit fits.

    Raises:
        ExpressionError: It is not such an expression, or its unit does not fit.
    """
    tidy = _tidy(text)
    term = terms.parse(tidy, tidy, _LIMIT_EXAMPLE)
    if term.sign == "-":
        raise ExpressionError("a limit is larger than zero", _LIMIT_EXAMPLE)
    value = terms.quantity(term, categories, "<= {}")
    if term.operator != "<=" or term.sign:
        raise ExpressionError(
            "a limit is written with `<=` and no sign", f'Write "<= {quantity_text(value)}".'
        )
    return Limit(quantity=value, text=f"<= {quantity_text(value)}")


def quantity(text: str, categories: tuple[str, ...] = ()) -> Quantity:
    """Read a number with its unit, such as ``100 ms``.

    Args:
        text: The expression.
        categories: Metric categories its unit has to fit; with none every known unit fits.

    Raises:
        ExpressionError: It is not such an expression, or its unit does not fit.
    """
    tidy = _tidy(text)
    term = terms.parse(tidy, tidy, _QUANTITY_EXAMPLE)
    if term.operator or term.sign:
        raise ExpressionError("this is a plain quantity, without `>` or a sign", _QUANTITY_EXAMPLE)
    return terms.quantity(term, categories, "{}")


def share(text: str, *, most: float = 1.0) -> float:
    """Read a share, ``5%`` or ``0.05``, as 0.05.

    Args:
        text: The expression; a plus sign before it changes nothing.
        most: The largest share that makes sense.

    Raises:
        ExpressionError: It is not a share, not larger than zero, or larger than `most`.
    """
    match = re.fullmatch(rf"\+?\s*(?P<number>{NUMBER})\s*(?P<percent>%?)", _tidy(text))
    if match is None:
        raise ExpressionError(f"{quoted(text)} is not a percentage", 'Write for example "5%".')
    number = Decimal(terms.without_groups(match["number"]))
    # ``5`` may mean 5% or five times; neither is guessed.
    if not match["percent"] and number >= 1:
        message = f"{quoted(text)} is not clearly a percentage"
        meant = [f"{number_text(number)}%", f"{number_text(number * 100)}%"]
        raise ExpressionError(message, terms.offer(meant if number <= most else meant[:1]))
    value = float(number / 100 if match["percent"] else number)
    if not 0 < value <= most:
        raise ExpressionError(f"a percentage here is larger than 0% and at most {share_text(most)}")
    return value


def duration(text: str) -> float:
    """Read a duration, ``30m``, ``48h`` or ``7d``, in seconds.

    Raises:
        ExpressionError: It is not a duration, or not larger than zero.
    """
    match = re.fullmatch(r"(?P<number>[0-9]{1,5})\s*(?P<unit>[A-Za-z]*)", _tidy(text))
    if match is None:
        raise ExpressionError(f"{quoted(text)} is not a duration", _DURATION_EXAMPLE)
    if match["unit"] not in _SECONDS:
        meant = [
            short for short, word in _DURATION_WORDS.items() if word.startswith(match["unit"].casefold())
        ]
        hint = f"Write {match['number']}{meant[0]}." if meant else _DURATION_EXAMPLE
        raise ExpressionError(f"{quoted(text)} is not a duration", hint)
    seconds = int(match["number"]) * _SECONDS[match["unit"]]
    if seconds == 0:
        raise ExpressionError("a duration is larger than zero", _DURATION_EXAMPLE)
    return seconds


def number_text(value: float | Decimal) -> str:
    """Write a number without exponent and without needless zeros; it reads back as the same number."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity_text(value: Quantity) -> str:
    """Write a quantity in its normal form: ``1500 ms``, ``25%/day``."""
    return terms.with_unit(number_text(value.value), value.unit)


def share_text(value: float) -> str:
    """Write a share in its normal form: ``5%``."""
    return f"{number_text(Decimal(repr(value)) * 100)}%"


def duration_text(seconds: float) -> str:
    """Write a duration in its normal form: the largest unit that leaves a whole number.

    Raises:
        ValueError: It is not a whole number of minutes, which no policy can say.
    """
    for unit, size in _SECONDS.items():
        if seconds % size == 0:
            return f"{int(seconds / size)}{unit}"
    raise ValueError(f"{seconds} s is not a whole number of minutes")


def _tidy(text: str) -> str:
    """Make all blanks single spaces, with none at the ends."""
    return " ".join(text.split())


def _parts(text: str, categories: tuple[str, ...]) -> tuple[Term | None, Term | None]:
    """Split a rise into its relative and its absolute part.

    Raises:
        ExpressionError: There are others than these, or they are not joined by ``and``.
    """
    if _OR.search(text):
        raise ExpressionError(
            "a rise must exceed all its parts, so they can't be joined by `or`", _RISE_EXAMPLE
        )
    found = [terms.parse(part, text, _RISE_EXAMPLE) for part in _AND.split(text)]
    for term in found:
        _must_be_rise(term, categories, _rewritten(found, categories))
    relative = [term for term in found if term.unit == "%"]
    absolute = [term for term in found if term.unit != "%"]
    if len(found) > _MOST_PARTS or len(relative) > 1 or len(absolute) > 1:
        raise ExpressionError("a rise has at most one relative and one absolute part", _RISE_EXAMPLE)
    if [word.strip() for word in _AND.findall(text)] not in ([], ["and"]):
        raise ExpressionError("the two parts of a rise are joined by `and`", _rewritten(found, categories))
    return next(iter(relative), None), next(iter(absolute), None)


def _must_be_rise(term: Term, categories: tuple[str, ...], rewritten: str) -> None:
    """Refuse a term that is a comparison but not a rise.

    Raises:
        ExpressionError: It falls, says percent in words, has no unit or one that does not fit, or has another
            operator than ``>``.
    """
    if term.sign == "-":
        message = "a rise is positive: every metric that Apple measures is worse when larger"
        raise ExpressionError(message, _RISE_EXAMPLE)
    if term.unit.casefold() in ("percent", "percentage"):
        raise ExpressionError(f"{quoted(term.unit)} is not a unit here", f'Write "> +{term.number}%".')
    if not term.unit:
        raise ExpressionError("the unit is missing", rewritten)
    # The unit comes before the operator, so that what is suggested for the operator can be taken as it is.
    if term.unit != "%":
        terms.quantity(term, categories, "> +{}")
    if term.operator != ">":
        raise ExpressionError("a rise is written with `>`", rewritten)


def _rewritten(found: list[Term], categories: tuple[str, ...]) -> str:
    """Suggest the same rise in the right form; where one unit is missing, in all forms that may be meant."""
    missing = sum(not term.unit for term in found)
    units = _units_to_offer(found, categories) if missing else [""]
    if missing > 1 or not units:
        return _RISE_EXAMPLE
    return terms.offer(
        [
            " and ".join(f"> +{terms.with_unit(term.number, term.unit or unit)}" for term in found)
            for unit in units
        ]
    )


def _units_to_offer(found: list[Term], categories: tuple[str, ...]) -> list[str]:
    """List the units that a number without one may have been meant in."""
    fitting = list(common_units(categories))
    given = {term.unit for term in found if term.unit}
    # A rise has at most one relative and one absolute part.
    if not given:
        return ["%", *fitting[:1]]
    return fitting if given == {"%"} else ["%"]
