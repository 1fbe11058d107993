"""The axis of values that charts share."""

from math import inf, nan

import pytest
import result_builders as build
from hypothesis import example, given
from hypothesis import strategies as st

from gate.model.result import Point
from gate.report import history
from gate.report.shared import axis, charts

NUMBERS = st.floats(min_value=-1e12, max_value=1e12)


def span(*values, lines=(), from_zero=False, reach=1.0, pad=0.0):
    """The ends of an axis for values without error bars."""
    return axis.span([(value, 0.0) for value in values], lines, reach=reach, pad=pad, from_zero=from_zero)


@pytest.mark.parametrize(
    ("margin", "half"), [(9.0, 9.0), (None, 0.0), (0.0, 0.0), (-1.0, 0.0), (inf, 0.0), (nan, 0.0)]
)
def test_an_error_bar_has_a_width_only_if_one_can_be_drawn(margin, half):
    assert axis.half_width(margin) == half


def test_an_axis_holds_every_bar():
    assert axis.span([(100.0, 10.0), (200.0, 20.0)], [], reach=1.0, pad=0.0, from_zero=False) == (90.0, 220.0)


def test_an_axis_spans_an_eighth_of_the_level_however_little_the_values_differ():
    low, high = span(1000.0, 1001.0)

    assert high - low == pytest.approx(0.12 * 1001.0)


@pytest.mark.parametrize(("line", "high"), [(300.0, 300.0), (301.0, 200.0)])
def test_a_line_within_reach_widens_the_axis_and_one_beyond_does_not(line, high):
    assert span(100.0, 200.0, lines=[line]) == (100.0, high)


def test_the_ends_are_padded_by_a_part_of_the_spread():
    assert span(100.0, 200.0, pad=0.1) == (90.0, 210.0)


@pytest.mark.parametrize(
    ("values", "from_zero", "low"),
    [((1.0, 101.0), True, 0.0), ((1.0, 101.0), False, -9.0), ((-1.0, 99.0), True, -11.0)],
)
def test_an_axis_from_zero_goes_below_it_only_for_a_value_below_it(values, from_zero, low):
    assert span(*values, from_zero=from_zero, pad=0.1)[0] == low


def test_nothing_but_zeros_has_an_axis():
    assert span(0.0, 0.0) == (-0.5, 0.5)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 8.0, [0.0, 2.0, 4.0, 6.0, 8.0]),
        (0.0, 4.0, [0.0, 1.0, 2.0, 3.0, 4.0]),
        (90.0, 110.0, [90.0, 95.0, 100.0, 105.0, 110.0]),
        (-1.5, 1.0, [-1.0, 0.0, 1.0]),
        (0.0, 30.0, [0.0, 10.0, 20.0, 30.0]),
    ],
)
def test_ticks_are_round_numbers(low, high, ticks):
    assert axis.ticks(low, high) == ticks


@given(NUMBERS, st.floats(min_value=1e-3, max_value=1e12))
@example(2.2250738585e-313, 200000000001.0)  # next to the other end, nothing tells this one from zero
def test_ticks_are_few_and_on_the_axis(low, length):
    high = low + length
    found = axis.ticks(low, high)
    slack = 1e-9 * max(abs(low), abs(high))

    assert 1 <= len(found) <= 6
    assert low - slack <= min(found) <= max(found) <= high + slack


@pytest.mark.parametrize("value", [5e-324, 5e-323, 1e-322, 1e-300])
def test_the_smallest_numbers_stop_no_report(value):
    points = tuple(Point(version=version, value=value) for version in ("1", "2"))
    check = build.check(history=points, before=None, now=None)

    assert charts.draw(check) is None or "dot old" in dict(charts.draw(check).paths)
    assert history.render([check])
