"""The little languages: rises, limits, quantities, shares, durations."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.units import Quantity
from gate.policy import expressions
from gate.policy.hints import ExpressionError

NUMBERS = st.decimals(min_value="0.000001", max_value=999_999_999, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "relative", "absolute", "normal"),
    [
        ("> +10%", 0.10, None, "> +10%"),
        (">10%", 0.10, None, "> +10%"),
        ("  >  +  12.50 %  ", 0.125, None, "> +12.5%"),
        ("> +80 ms", None, Quantity(value=80.0, unit="ms"), "> +80 ms"),
        ("> +80ms", None, Quantity(value=80.0, unit="ms"), "> +80 ms"),
        ("> +80\u202fms", None, Quantity(value=80.0, unit="ms"), "> +80 ms"),
        ("> +10\u00a0% and > +80\u2009ms", 0.10, Quantity(value=80.0, unit="ms"), "> +10% and > +80 ms"),
        ("> +80 ms and > +10%", 0.10, Quantity(value=80.0, unit="ms"), "> +10% and > +80 ms"),
        (">+10%and>+80ms", 0.10, Quantity(value=80.0, unit="ms"), "> +10% and > +80 ms"),
        ("> +2 %/day", None, Quantity(value=2.0, unit="%/day"), "> +2%/day"),
        ("> +2%/day", None, Quantity(value=2.0, unit="%/day"), "> +2%/day"),
        ("> +3/day", None, Quantity(value=3.0, unit="/day"), "> +3/day"),
        ("> +0.05 per day", None, Quantity(value=0.05, unit="/day"), "> +0.05/day"),
        ("> +3 seconds/hour", None, Quantity(value=3.0, unit="s/h"), "> +3 s/h"),
        ("> +0.000001%", 1e-8, None, "> +0.000001%"),
        ("> +1 118 ms", None, Quantity(value=1118.0, unit="ms"), "> +1118 ms"),
        ("> +1\u00a0118\u202fms", None, Quantity(value=1118.0, unit="ms"), "> +1118 ms"),
        ("> +1 000 118.5 ms", None, Quantity(value=1000118.5, unit="ms"), "> +1000118.5 ms"),
        ("> +1,118 ms", None, Quantity(value=1118.0, unit="ms"), "> +1118 ms"),
        ("> +1,000,118.5 ms", None, Quantity(value=1000118.5, unit="ms"), "> +1000118.5 ms"),
        ("> +10% and > +1,118 ms", 0.1, Quantity(value=1118.0, unit="ms"), "> +10% and > +1118 ms"),
    ],
)
def test_a_rise_is_read_and_brought_into_one_form(text, relative, absolute, normal):
    allowance = expressions.allowance(text)

    assert (allowance.relative, allowance.absolute, allowance.text) == (relative, absolute, normal)


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("> +80", "the unit is missing", 'Write "> +80%" or "> +80 ms".'),
        (
            "> +10% and > +80",
            "the unit is missing",
            'Write "> +10% and > +80 ms" or "> +10% and > +80 s".',
        ),
        (">= +10%", "a rise is written with `>`", 'Write "> +10%".'),
        ("+10% and +80 ms", "a rise is written with `>`", 'Write "> +10% and > +80 ms".'),
        ("< +10%", "a rise is written with `>`", 'Write "> +10%".'),
        ("+80", "the unit is missing", 'Write "> +80%" or "> +80 ms".'),
        ("80", "the unit is missing", 'Write "> +80%" or "> +80 ms".'),
        ("> +80 ms and > +10", "the unit is missing", 'Write "> +80 ms and > +10%".'),
        ("> +10 percent", "`percent` is not a unit here", 'Write "> +10%".'),
        ("> +10% && > +80 ms", "joined by `and`", 'Write "> +10% and > +80 ms".'),
        ("> +10%, > +80 ms", "joined by `and`", 'Write "> +10% and > +80 ms".'),
        ("> +10% AND > +80 ms", "joined by `and`", 'Write "> +10% and > +80 ms".'),
        ("> +1'500 ms", "separators inside a number", "Write the number as 1500."),
        ("> +1 50 ms", "can't be read", ""),
        ("> +1500 000 ms", "can't be read", ""),
        ("> +1 000 000 000 ms", "too large", ""),
        ("> +1,5 ms", "`1,5` has a comma that does not group thousands", 'Decimals have a point: "1.5".'),
        ("> +1,1180 ms", "`1,1180` has a comma", 'Decimals have a point: "1.1180".'),
        ("> +1,118,5 ms", "`1,118,5` has a comma", "Commas stand between groups of three digits."),
        ("> +1,118 500 ms", "can't be read", ""),
        ("> +80 msec", "`msec` is not a unit", 'Write "> +80 ms".'),
        ("> +80 parsec", "`parsec` is not a unit", "Write it in ms or s."),
        ("> +80 MB", "`MB` does not fit LAUNCH", "Write it in ms or s."),
        ("> +10% or > +80 ms", "can't be joined by `or`", "> +10% and > +80 ms"),
        ("> -10%", "a rise is positive", "> +10%"),
        ("> \N{MINUS SIGN}10 %", "a rise is positive", "> +10%"),
        ("> +0%", "larger than zero", ""),
        ("> +0 ms", "larger than zero", ""),
        ("> +10% and > +20%", "at most one relative and one absolute", ""),
        ("> +10 ms and > +20 ms", "at most one relative and one absolute", ""),
        ("> +10% and > +20 ms and > +1 s", "at most one relative and one absolute", ""),
        ("> +10 and > +20", "the unit is missing", "> +10% and > +80 ms"),
        ("> +10% and", "can't be read", "> +10% and > +80 ms"),
        ("> +nan%", "can't be read", ""),
        ("> +1e3 ms", "can't be read", ""),
        ("> +inf ms", "can't be read", ""),
        ("> +٣ ms", "can't be read", ""),
        ("> +1234567890%", "too large", ""),
        ("> +0.1234567%", "more than six decimals", ""),
        ("lots", "can't be read", "> +10%"),
        ("", "can't be read", "> +10%"),
    ],
)
def test_what_is_no_rise_is_refused_with_what_to_write(text, message, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        expressions.allowance(text, ("LAUNCH",))

    assert message in refusal.value.message
    assert suggestion in refusal.value.suggestion


@pytest.mark.parametrize(
    ("text", "quantity", "normal"),
    [
        ("<= 1500 ms", Quantity(value=1500.0, unit="ms"), "<= 1500 ms"),
        ("<=1.50s", Quantity(value=1.5, unit="s"), "<= 1.5 s"),
        ("<= 5%", Quantity(value=5.0, unit="%/day"), "<= 5%/day"),
        ("<= 25%/day", Quantity(value=25.0, unit="%/day"), "<= 25%/day"),
        ("<= 1,118 ms", Quantity(value=1118.0, unit="ms"), "<= 1118 ms"),
        ("<= 1\u00a0118 ms", Quantity(value=1118.0, unit="ms"), "<= 1118 ms"),
        ("<= 3/day", Quantity(value=3.0, unit="/day"), "<= 3/day"),
    ],
)
def test_a_limit_is_read_and_brought_into_one_form(text, quantity, normal):
    limit = expressions.limit(text)

    assert (limit.quantity, limit.text) == (quantity, normal)


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("< 1500 ms", "a limit is written with `<=`", 'Write "<= 1500 ms".'),
        ("> 1500 ms", "a limit is written with `<=`", 'Write "<= 1500 ms".'),
        ("≤ 1500 ms", "a limit is written with `<=`", 'Write "<= 1500 ms".'),
        ("1500 ms", "a limit is written with `<=`", 'Write "<= 1500 ms".'),
        ("<= +1500 ms", "no sign", 'Write "<= 1500 ms".'),
        ("1500", "the unit is missing", 'Write "<= 1500 ms" or "<= 1500 s".'),
        ("<= 1500", "the unit is missing", 'Write "<= 1500 ms" or "<= 1500 s".'),
        ("<= 10%", "`%` does not fit LAUNCH", "Write it in ms or s."),
        ("<= -5 ms", "larger than zero", ""),
        ("<= 0 ms", "larger than zero", ""),
        ("soon", "can't be read", "<= 1500 ms"),
    ],
)
def test_what_is_no_limit_is_refused_with_what_to_write(text, message, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        expressions.limit(text, ("LAUNCH",))

    assert message in refusal.value.message
    assert suggestion in refusal.value.suggestion


@pytest.mark.parametrize("spelling", ["<= 20 %/day", "<= 20%/day", "<= 20%", "<= 20 percent"])
def test_a_percentage_is_an_absolute_unit_for_battery_alone(spelling):
    assert expressions.limit(spelling, ("BATTERY",)).text == "<= 20%/day"


def test_a_size_without_its_day_gets_it_suggested():
    with pytest.raises(ExpressionError) as refusal:
        expressions.limit("<= 2 GB", ("DISK",))

    assert refusal.value.suggestion == 'Write "<= 2 GB/day".'


def test_one_fitting_unit_is_the_only_one_offered():
    with pytest.raises(ExpressionError) as refusal:
        expressions.limit("<= 2", ("HANG",))

    assert refusal.value.suggestion == 'Write "<= 2 s/h".'


def test_a_rise_without_a_unit_may_be_relative_or_in_the_unit_that_is_written_without_a_blank():
    with pytest.raises(ExpressionError) as refusal:
        expressions.allowance("> +10", ("BATTERY",))

    assert refusal.value.suggestion == 'Write "> +10%" or "> +10%/day".'


def test_a_unit_must_fit_every_category_that_is_selected():
    with pytest.raises(ExpressionError) as refusal:
        expressions.allowance("> +5 MB", ("MEMORY", "HANG", "STORAGE"))

    assert refusal.value.message == "`MB` does not fit HANG"
    assert "share no unit" in refusal.value.suggestion


def test_without_a_category_every_known_unit_fits_and_others_do_not():
    with pytest.raises(ExpressionError) as refusal:
        expressions.quantity("5 furlongs")

    assert "ms/s" in refusal.value.suggestion


@pytest.mark.parametrize("text", ["> 100 ms", "+100", "-100 ms", "", "ms"])
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(ExpressionError):
        expressions.quantity(text, ("LAUNCH",))


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", 0.05), (" 5 % ", 0.05), ("0.05", 0.05), ("+15%", 0.15), ("12.3%", 0.123), ("100%", 1.0)],
)
def test_a_share_is_read_from_a_percentage_or_a_fraction(text, value):
    assert expressions.share(text) == value


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("5", 'Write "5%".'),
        ("1", 'Write "1%" or "100%".'),
        ("five", '"5%"'),
        ("-5%", '"5%"'),
        ("\N{MINUS SIGN}5 %", '"5%"'),
        (".nan", '"5%"'),
        ("5 ms", ""),
    ],
)
def test_what_is_no_share_is_refused_with_what_to_write(text, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        expressions.share(text)

    assert suggestion in refusal.value.suggestion


@pytest.mark.parametrize("text", ["0%", "0.0", "50.1%", "0.51", "100%"])
def test_a_share_outside_its_bounds_is_refused(text):
    with pytest.raises(ExpressionError, match="larger than 0% and at most 50%"):
        expressions.share(text, most=0.5)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800.0), ("48h", 172800.0), ("7d", 604800.0), ("2 h", 7200.0)]
)
def test_a_duration_is_read_in_seconds(text, seconds):
    assert expressions.duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("48", "Write 48h."),
        ("48 hours", "Write 48h."),
        ("48H", "Write 48h."),
        ("2 days", "Write 2d."),
        ("5 min", "Write 5m."),
        ("5 months", "Write for example"),
        ("1.5h", "Write for example"),
        ("-2h", "Write for example"),
        ("0h", "Write for example"),
        ("", "Write for example"),
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write(text, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        expressions.duration(text)

    assert refusal.value.suggestion.startswith(suggestion)


@given(NUMBERS, NUMBERS, st.sampled_from(["ms", "s", "MB", "%/day", "/day", "ms/s"]))
def test_the_normal_form_of_a_rise_reads_back_as_the_same_rise(relative, absolute, unit):
    allowance = expressions.allowance(f"> +{absolute} {unit} and > +{relative}%")

    assert expressions.allowance(allowance.text) == allowance


@given(st.integers(min_value=1, max_value=1_000_000))
def test_the_normal_form_of_a_share_is_exact(millionths):
    value = millionths / 1_000_000

    assert expressions.share(expressions.share_text(value)) == value


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from("mhd"))
def test_the_normal_form_of_a_duration_reads_back_as_the_same_duration(number, unit):
    seconds = expressions.duration(f"{number}{unit}")

    assert expressions.duration(expressions.duration_text(seconds)) == seconds


def test_seconds_that_no_policy_can_say_have_no_normal_form():
    with pytest.raises(ValueError, match="not a whole number of minutes"):
        expressions.duration_text(90.5)


EXPRESSIONS = {
    expressions.RISE_PATTERN: expressions.allowance,
    expressions.LIMIT_PATTERN: expressions.limit,
    expressions.QUANTITY_PATTERN: expressions.quantity,
    expressions.SHARE_PATTERN: expressions.share,
    expressions.DURATION_PATTERN: expressions.duration,
}


TERM = st.tuples(
    st.sampled_from(["> ", ">", "<= ", "", "< "]),
    st.sampled_from(["", "+", "+ ", "-"]),
    st.sampled_from(["10", "0.5", "007", "0", "1234567890", ".", "1,118", "1,5", "1 118"]),
    st.sampled_from(["", " ", "\u202f"]),
    st.sampled_from(["%", "ms", "MB", "/day", "per day", "h", "d", "hours", ""]),
).map("".join)


@pytest.mark.parametrize("pattern", EXPRESSIONS)
@given(st.one_of(TERM, st.tuples(TERM, st.sampled_from([" and ", "and", " AND ", ", "]), TERM).map("".join)))
def test_an_editor_accepts_whatever_the_gate_reads(pattern, text):
    try:
        EXPRESSIONS[pattern](text)
    except ExpressionError:
        return
    assert re.search(pattern, text)
