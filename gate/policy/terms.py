"""One comparison of an expression, ``> +80 ms``: its parts, its unit, and what to write instead."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from gate.model import units
from gate.model.catalogue import CATEGORIES, common_units
from gate.model.units import Quantity
from gate.policy.hints import ExpressionError, nearest, quoted

NUMBER = r"(?:[0-9]{1,9}|[0-9]{1,3}(?:\s[0-9]{3}){1,2}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,6})?"
"""Fifteen digits at most, so that every number survives the way to a float and back.

A comma may group the thousands, because that is how reports print them and people paste what they read; so may a
blank, which is how most of the world writes them.
"""

_TERM = re.compile(
    r"(?P<operator>[<>=≤≥!~]*)\s*(?P<sign>[+\u2212\u2013-]?)\s*"
    r"(?P<number>(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*(?P<unit>[A-Za-zµ%/][A-Za-zµ%/ ]*)?"
)
_GROUPED = re.compile(r"(?<![0-9])[0-9]{1,3}(?:['_][0-9]{3})+(?![0-9])")
_WITH_COMMAS = re.compile(r"[0-9]+(?:,[0-9]+)+")
_GROUPED_WITH_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


class Term(NamedTuple):
    """One comparison as it was written, before anything is said about it."""

    operator: str
    sign: str
    """``+``, ``-`` in any of its shapes, or empty."""
    number: str
    unit: str


def parse(text: str, whole: str, example: str) -> Term:
    """Take one comparison apart.

    Args:
        text: The comparison, with single spaces.
        whole: The expression it stands in, for the message.
        example: The sentence that shows how to write such an expression.

    Raises:
        ExpressionError: It is not a comparison.
    """
    # Before the term itself, whose own complaint would not say which character is wrong.
    grouped = _GROUPED.search(whole)
    if grouped is not None:
        plain = re.sub(r"[^0-9]", "", grouped[0])
        raise ExpressionError(
            f"{quoted(whole)} has separators inside a number", f"Write the number as {plain}."
        )
    _refuse_misplaced_commas(whole)
    match = _TERM.fullmatch(text)
    if match is None:
        raise ExpressionError(f"{quoted(whole)} can't be read", example)
    return Term(
        operator=match["operator"],
        sign=match["sign"] if match["sign"] in ("", "+") else "-",
        number=without_groups(match["number"]),
        unit=(match["unit"] or "").strip(),
    )


def without_groups(number: str) -> str:
    """Strip the blanks or commas that group the thousands of a number."""
    return number.replace(" ", "").replace(",", "")


def _refuse_misplaced_commas(whole: str) -> None:
    """Refuse a comma inside a number that groups no thousands.

    Raises:
        ExpressionError: There is one.
    """
    for match in _WITH_COMMAS.finditer(whole):
        if _GROUPED_WITH_COMMAS.fullmatch(match[0]) is None:
            first, *rest = match[0].split(",")
            # A single comma is how much of the world writes decimals; more of them are only misplaced.
            hint = f'Decimals have a point: "{first}.{rest[0]}".' if len(rest) == 1 else ""
            message = f"{quoted(match[0])} has a comma that does not group thousands"
            raise ExpressionError(message, hint or "Commas stand between groups of three digits.")


def decimal(term: Term) -> Decimal:
    """Read the number of a term.

    Raises:
        ExpressionError: It is zero, or longer than any number that makes sense.
    """
    if re.fullmatch(NUMBER, term.number) is None:
        raise ExpressionError(f"{quoted(term.number)} is too large, or has more than six decimals")
    number = Decimal(term.number)
    if number == 0:
        raise ExpressionError("the number must be larger than zero")
    return number


def quantity(term: Term, categories: tuple[str, ...], form: str) -> Quantity:
    """Read the number of a term in a canonical unit that fits all the categories.

    Args:
        term: The comparison.
        categories: Metric categories the unit has to fit; with none every known unit fits.
        form: How the term is written around its quantity, for the suggestion: ``> +{}``.

    Raises:
        ExpressionError: The unit is missing, unknown or does not fit, or the number is not usable.
    """
    if not term.unit:
        raise ExpressionError("the unit is missing", ask_for_unit(term.number, categories, form))
    unit = units.canonical(term.unit)
    misfits = [category for category in categories if unit not in CATEGORIES[category].units]
    if not unit:
        message = f"{quoted(term.unit)} is not a unit of any metric"
        raise ExpressionError(message, _unit_hint(term, categories, form))
    if misfits:
        message = f"{quoted(term.unit)} does not fit {', '.join(misfits)}"
        raise ExpressionError(message, _unit_hint(term, categories, form))
    return Quantity(value=float(decimal(term)), unit=unit)


def with_unit(number: str, unit: str) -> str:
    """Write a number with its unit as reports do: ``80 ms``, but ``25%/day`` and ``3/day``."""
    return f"{number}{unit}" if unit.startswith(("%", "/")) else f"{number} {unit}"


def ask_for_unit(number: str, categories: tuple[str, ...], form: str) -> str:
    """Ask which unit was meant: every one that fits is a possible answer, and none is guessed.

    Args:
        number: What stands without a unit.
        categories: Metric categories the unit has to fit.
        form: How the number is written with what is around it: ``<= {}``.
    """
    fitting = common_units(categories)
    if not fitting:
        return "Write a unit behind the number, such as ms or MB."
    return offer([form.format(with_unit(number, unit)) for unit in fitting])


def offer(texts: Sequence[str]) -> str:
    """Offer some texts to choose from, in a sentence: ``Write "5%", "5 ms" or "5 s"`` and a point."""
    *others, last = [f'"{text}"' for text in texts]
    return f"Write {', '.join(others)} or {last}." if others else f"Write {last}."


def _unit_hint(term: Term, categories: tuple[str, ...], form: str) -> str:
    """Suggest what to write instead of a unit that does not fit; in words where no unit fits everything selected."""
    if not categories:
        every = {name for about in CATEGORIES.values() for name in about.units}
        return f"Known units: {', '.join(sorted(every))}."
    fitting = common_units(categories)
    if not fitting:
        return "The rule selects categories that share no unit: use a percentage, or one rule for each."
    # Apple labels disk writes plain MB although they are counted per day: keep the size that was meant.
    per_day = f"{units.canonical(term.unit)}/day"
    alike = per_day if per_day in fitting else nearest(term.unit, fitting)
    if not alike:
        return f"Write it in {' or '.join(fitting)}."
    return offer([form.format(with_unit(term.number, alike))])
