"""The history of a slice as a line of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.result import Point
from gate.report.shared.sparkline import sparkline


def history(*values: float) -> tuple[Point, ...]:
    """Versions 0, 1, 2, … with these values."""
    return tuple(Point(version=str(number), value=value) for number, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "candidate", "bars"),
    [
        ((100.0, 125.0), "1", "▁▸█"),
        ((100.0, 101.0, 100.0), "2", "▁▁▸▁"),
        ((100.0, 200.0, 150.0), "", "▁█▅"),
        ((100.0, 200.0, 150.0), "1", "▁█▅"),
        ((0.0, 0.0), "1", "▁▸▁"),
        ((5.0,), "0", ""),
        ((), "", ""),
        ((1.0, float("nan"), 2.0), "2", "▁▸█"),
    ],
)
def test_a_sparkline_has_a_bar_for_each_version(values: tuple[float, ...], candidate: str, bars: str) -> None:
    assert sparkline(history(*values), candidate) == bars


@pytest.mark.parametrize(
    ("candidate", "baseline", "bars"),
    [
        ("5", "1234", "[▁▁▂▄]█"),
        ("5", "01234", "[▁▁▂▄]█"),
        ("5", "4", "▁▁▂[▄]█"),
        ("5", "1", "[▁]▂▄▸█"),
        ("5", "", "▁▁▂▂▄▸█"),
        ("", "34", "▁▁[▂▄]█"),
    ],
)
def test_a_sparkline_shows_the_baseline_and_the_candidate(candidate: str, baseline: str, bars: str) -> None:
    points = history(100.0, 102.0, 105.0, 110.0, 120.0, 150.0)

    assert sparkline(points, candidate, baseline) == bars


def test_a_sparkline_shows_the_newest_versions() -> None:
    assert sparkline(history(*map(float, range(50))), "49") == "▁▂▂▃▄▸▄"


@given(st.lists(st.floats(min_value=-1e300, max_value=1e300), max_size=20), st.sets(st.integers(0, 19)))
def test_a_sparkline_can_draw_any_history_in_a_narrow_column(values: list[float], compared: set[int]) -> None:
    line = sparkline(history(*values), str(len(values) - 1), {str(number) for number in compared})

    assert len(line) <= 7
    assert (line == "") == (len(values) < 2)
