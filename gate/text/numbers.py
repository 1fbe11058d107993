"""Numbers as people read them: digits that matter, with their unit, the same in sentences and reports.

English typography, and the same as in a policy: a comma groups thousands, a space stands before a unit, none before
a percent sign (``1,118 ms``, ``+23%``). The text is plain, so that it can be searched, pasted and mailed; where it is
typeset (Markdown) the report makes spaces no-break itself. A negative number has the minus sign U+2212, which is as
wide as the plus sign and after which no line breaks.
"""

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

MINUS = "\N{MINUS SIGN}"
_READABLE = (1e-4, 1e15)
"""Sizes that people read digit by digit; outside of it an exponent is clearer."""
_MOST_DECIMALS = 12
"""Beyond this many a difference belongs to the arithmetic and not to the world."""
_COARSE_PERCENT = 20
"""Below it a percentage has one decimal, because most allowances are there."""
LONGEST_ODDS = 1_000
"""As far as simulation has shown the tail to be calibrated; no history of versions supports a finer claim."""


def value(number: float, unit: str, *, against: float | None = None) -> str:
    """Write a measured value with its unit: ``907 ms``, ``1,118 ms``, ``0.0123/day``.

    Three significant digits, and all digits of the whole part.

    Args:
        number: The value, in `unit`.
        unit: A canonical unit, Apple's own label, or empty.
        against: A line the value is judged by, in `unit`. Decimals are added until the text differs from
            that of the line, so that a value just above a limit never reads as equal to it.
    """
    return _with_unit(_distinct(number, against, _value_decimals), unit)


def at_most(number: float, unit: str, *, against: float | None = None) -> str:
    """Write the largest value that is allowed: ``998 ms``, rounded down, so that what is printed is allowed too.

    Args:
        number: The value, in `unit`.
        unit: As in `value`.
        against: A value that was judged by this line, written by `value` with `number` as its line. Decimals are
            added until both texts are in the order of both numbers.
    """
    decimals = _value_decimals(number)
    while against is not None and decimals < _MOST_DECIMALS and _misleads(number, against, decimals):
        decimals += 1
    return _with_unit(_grouped(_floored(number, decimals), decimals), unit)


def pair(before: float, after: float, unit: str) -> str:
    """Write two values of one unit: ``907 → 1,118 ms``."""
    return f"{value(before, '')} → {value(after, unit)}"


def margin(half_width: float, unit: str) -> str:
    """Write an error margin, in two significant digits: ``± 12 ms``."""
    return f"± {_with_unit(_grouped(half_width, _value_decimals(half_width * 10)), unit)}"


def change(relative: float | None, *, against: float | None = None) -> str:
    """Write a relative change with its sign: ``+23%``, ``+4.5%``, ``0%``.

    Args:
        relative: 0.23 for +23%; None, shown as ``from zero``, when the baseline is zero.
        against: A line the change is judged by, 0.1 for +10%; used as in `value`.
    """
    if relative is None:
        return "from zero"
    return f"{_signed(_percent(relative, against))}%"


def absolute_change(difference: float, unit: str, *, against: float | None = None) -> str:
    """Write a difference with its sign and unit: ``+211 ms``; `against` is used as in `value`."""
    return _with_unit(_signed(_distinct(difference, against, _value_decimals)), unit)


def share(fraction: float, *, against: float | None = None) -> str:
    """Write a part of a whole, 0 to 1: ``41%``, ``0.4%``; `against` is another part, used as in `value`."""
    return f"{_percent(fraction, against)}%"


def odds(chance: float) -> str:
    """Write a probability as a frequency: ``1 in 400``.

    The count is rounded down to two digits and ends at `LONGEST_ODDS`, so the text never claims more than is known.
    """
    if math.isnan(chance):
        return "unknown"
    if chance * LONGEST_ODDS < 1:
        return f"fewer than 1 in {_grouped(LONGEST_ODDS, 0)}"
    count = max(1, math.floor(1 / chance))
    # Rounded down, so that a rise never looks rarer than it is.
    step = 10 ** max(0, len(str(count)) - 2)
    return f"1 in {_grouped(count // step * step, 0)}"


def _percent(fraction: float, against: float | None) -> str:
    return _distinct(fraction * 100, None if against is None else against * 100, _percent_decimals)


def _with_unit(text: str, unit: str) -> str:
    gap = "" if not unit or unit.startswith(("/", "%")) else " "
    return f"{text}{gap}{unit}"


def _signed(text: str) -> str:
    return f"+{text}" if text != "0" and text[0].isdigit() else text


def _distinct(number: float, line: float | None, decimals_of: Callable[[float], int]) -> str:
    """Write a number as short as is sensible, with more decimals while it reads like `line` and differs from it."""
    decimals = decimals_of(number)
    text = _grouped(number, decimals)
    while (
        line is not None and line != number and text == _grouped(line, decimals) and decimals < _MOST_DECIMALS
    ):
        decimals += 1
        text = _grouped(number, decimals)
    return text


def _floored(number: float, decimals: int) -> float:
    # Larger ones are whole numbers, and are written with an exponent anyway.
    if not abs(number) < _READABLE[1]:
        return number
    # Of the shortest decimal that reads back as the number: 0.29 is 0.29, and not the binary number just below it.
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_FLOOR))


def _misleads(line: float, number: float, decimals: int) -> bool:
    """Tell whether a line, rounded down, reads as if a number were on its other side."""
    floored = _floored(line, decimals)
    return _grouped(floored, decimals) == _grouped(number, decimals) if number > line else floored < number


def _value_decimals(number: float) -> int:
    """Count the decimals that make three significant digits."""
    size = abs(number)
    # Three significant digits are two behind the first one.
    return max(0, 2 - math.floor(math.log10(size))) if _READABLE[0] <= size < _READABLE[1] else 0


def _percent_decimals(percent: float) -> int:
    return int(round(abs(percent), 1) < _COARSE_PERCENT) if math.isfinite(percent) else 0


def _grouped(number: float, decimals: int) -> str:
    if not math.isfinite(number):
        return "not a number" if math.isnan(number) else f"{MINUS if number < 0 else ''}infinite"
    size = abs(number)
    if size >= _READABLE[1] or (decimals == 0 and 0 < size < _READABLE[0]):
        text = f"{size:.2e}"
    else:
        text = f"{size:,.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if number >= 0 or text == "0" else MINUS + text
