"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.text import numbers

MEASURED = st.floats(min_value=-1e12, max_value=1e12)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0 ms"),
        (907.0, "907 ms"),
        (1118.4, "1,118 ms"),
        (1234567.0, "1,234,567 ms"),
        (90.71, "90.7 ms"),
        (9.071, "9.07 ms"),
        (12.0, "12 ms"),
        (0.0123, "0.0123 ms"),
        (0.0123456, "0.0123 ms"),
        (999.6, "1,000 ms"),
        (99.96, "100 ms"),
        (-3.25, "\u22123.25 ms"),
        (0.00001, "1.00e-05 ms"),
        (1e15, "1.00e+15 ms"),
        (math.nan, "not a number ms"),
        (-math.inf, "\u2212infinite ms"),
    ],
)
def test_a_value_has_the_digits_that_matter(number: float, text: str) -> None:
    assert numbers.value(number, "ms") == text


@pytest.mark.parametrize(
    ("unit", "text"), [("MB", "0.5 MB"), ("%/day", "0.5%/day"), ("/day", "0.5/day"), ("", "0.5")]
)
def test_a_unit_stands_apart_unless_it_is_a_rate_without_a_name(unit: str, text: str) -> None:
    assert numbers.value(0.5, unit) == text


def test_a_value_just_above_its_limit_does_not_read_as_equal_to_it() -> None:
    assert numbers.value(1500.4, "ms", against=1500.0) == "1,500.4 ms"


def test_a_value_that_is_exactly_its_limit_reads_as_equal_to_it() -> None:
    assert numbers.value(1500.0, "ms", against=1500.0) == "1,500 ms"


def test_a_value_far_from_its_limit_gets_no_more_digits() -> None:
    assert numbers.value(1700.4, "ms", against=1500.0) == "1,700 ms"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (998.0, "998 ms"),
        (998.99, "998 ms"),
        (1117.99, "1,117 ms"),
        (4.5199, "4.51 ms"),
        (0.29, "0.29 ms"),
        (0.57, "0.57 ms"),
        (0.0, "0 ms"),
        (0.00005, "0 ms"),
        (999999999999999.9, "999,999,999,999,999 ms"),
        (1.5e206, "1.50e+206 ms"),
        (math.inf, "infinite ms"),
        (math.nan, "not a number ms"),
    ],
)
def test_the_largest_value_that_is_allowed_is_rounded_down(number: float, text: str) -> None:
    assert numbers.at_most(number, "ms") == text


@pytest.mark.parametrize(
    ("line", "now", "text"),
    [
        (998.4, 1118.0, "998 ms"),
        (998.46, 998.49, "998.4 ms"),  # 998 is what the other would read as
        (998.42, 998.44, "998.42 ms"),
        (998.9, 999.4, "998 ms"),
        (998.46, 900.0, "998 ms"),
        (998.46, 998.2, "998.4 ms"),  # 998 would be less than what was allowed
        (998.46, 998.0, "998 ms"),
        (998.46, 998.45, "998.46 ms"),
        (1 / 3, 1 / 3, "0.333333333333 ms"),
    ],
)
def test_the_largest_value_that_is_allowed_reads_as_above_or_below_another(
    line: float, now: float, text: str
) -> None:
    assert numbers.at_most(line, "ms", against=now) == text


@given(MEASURED)
def test_what_is_printed_as_allowed_is_allowed(line: float) -> None:
    assert float(numbers.at_most(line, "").replace(",", "").replace("\u2212", "-")) <= line


@given(st.floats(min_value=0.01, max_value=1e6), st.floats(min_value=-0.1, max_value=0.1))
def test_a_value_and_the_end_of_what_is_allowed_read_in_their_order(line: float, apart: float) -> None:
    number = line * (1 + apart)
    now = float(numbers.value(number, "", against=line).replace(",", ""))
    end = float(numbers.at_most(line, "", against=number).replace(",", ""))

    assert abs(apart) < 1e-6 or (now > end) == (number > line)


def test_a_pair_names_its_unit_once() -> None:
    assert numbers.pair(907.0, 1118.0, "ms") == "907 → 1,118 ms"


@pytest.mark.parametrize(
    ("half_width", "text"),
    [(12.0, "± 12 ms"), (9.07, "± 9.1 ms"), (0.0671, "± 0.067 ms"), (117.0, "± 117 ms"), (0.0, "± 0 ms")],
)
def test_a_margin_has_two_digits(half_width: float, text: str) -> None:
    assert numbers.margin(half_width, "ms") == text


@pytest.mark.parametrize(
    ("relative", "text"),
    [
        (0.2326, "+23%"),
        (0.045, "+4.5%"),
        (0.1994, "+19.9%"),
        (0.1999, "+20%"),
        (-0.04, "\u22124%"),
        (0.0, "0%"),
        (0.0001, "0%"),
        (-0.0001, "0%"),
        (11.3, "+1,130%"),
        (None, "from zero"),
    ],
)
def test_a_change_has_a_sign(relative: float | None, text: str) -> None:
    assert numbers.change(relative) == text


def test_a_change_just_above_what_is_allowed_does_not_read_as_equal_to_it() -> None:
    assert numbers.change(0.2504, against=0.25) == "+25.04%"


@pytest.mark.parametrize(("difference", "text"), [(211.0, "+211 MB"), (-3.2, "\u22123.2 MB"), (0.0, "0 MB")])
def test_an_absolute_change_has_a_sign_and_a_unit(difference: float, text: str) -> None:
    assert numbers.absolute_change(difference, "MB") == text


@pytest.mark.parametrize(("fraction", "text"), [(0.41, "41%"), (0.004, "0.4%"), (1.0, "100%")])
def test_a_share_has_no_sign(fraction: float, text: str) -> None:
    assert numbers.share(fraction) == text


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.0025, "1 in 400"),
        (1 / 439, "1 in 430"),
        (0.5, "1 in 2"),
        (1.0, "1 in 1"),
        (0.001, "1 in 1,000"),
        (0.000999, "fewer than 1 in 1,000"),
        (1e-12, "fewer than 1 in 1,000"),
        (0.0, "fewer than 1 in 1,000"),
        (math.nan, "unknown"),
    ],
)
def test_odds_are_a_frequency(chance: float, text: str) -> None:
    assert numbers.odds(chance) == text


@given(st.floats(min_value=1e-6, max_value=1.0))
def test_odds_never_claim_more_than_was_found(chance: float) -> None:
    count = int(numbers.odds(chance).removeprefix("fewer than ").removeprefix("1 in ").replace(",", ""))

    assert count <= 1 / chance + 1e-6


@given(MEASURED)
def test_a_value_reads_back_to_within_three_digits(number: float) -> None:
    text = numbers.value(number, "").replace(",", "").replace("\u2212", "-")

    assert float(text) == pytest.approx(number, rel=0.006, abs=0)


@given(MEASURED, st.floats(min_value=1e-6, max_value=1.0))
def test_a_value_reads_unlike_the_line_it_is_compared_with(line: float, above: float) -> None:
    number = line + above

    assert number == line or numbers.value(number, "", against=line) != numbers.value(
        line, "", against=number
    )


@given(st.floats())
def test_no_number_is_refused(number: float) -> None:
    texts = [numbers.value(number, "ms"), numbers.change(number), numbers.share(number), numbers.odds(number)]

    assert all(texts)
