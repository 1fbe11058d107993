"""Charts as Mermaid: what is drawn, and that numbers and labels can be parsed."""

import re

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given
from hypothesis import strategies as st

from gate.model.result import Point
from gate.report.shared import mermaid
from gate.report.shared.words import reference_lines

LINES = re.compile(
    r'%%\{init: \{"xyChart": \{"height": 320\}\}\}%%\n'
    r"xychart-beta\n"
    r'  title "[^"]+"\n'
    r'  x-axis \["[^"]+"(, "[^"]+")*\]\n'
    r'  y-axis( "[^"]+")? -?[\d.]+ --> -?[\d.]+\n'
    r"  bar \[-?[\d.]+(, -?[\d.]+)*\]"
    r"(\n  line \[-?[\d.]+(, -?[\d.]+)*\])*"
)
"""The only form a diagram has."""


def points(*values: float) -> tuple[Point, ...]:
    """Versions 0, 1, 2, … with these values."""
    return tuple(Point(version=str(number), value=value) for number, value in enumerate(values))


def source(check):
    """The diagram of a check with all its lines."""
    return mermaid.source(check, reference_lines(check))


def legend(check):
    """The lines of that diagram in words."""
    return mermaid.legend(check, reference_lines(check))


def rows(**changes: object) -> list[str]:
    """The diagram of a check in lines, without indentation."""
    return [line.strip() for line in source(build.check(**changes)).splitlines()]


def test_versions_are_bars_on_an_axis_from_zero():
    assert rows()[2:6] == [
        'title "launch time p50 on all iPhones"',
        'x-axis ["3.0", "3.1", "3.2", "3.3", "3.4"]',
        'y-axis "ms" 0 --> 1229.8',
        "bar [921, 899, 905, 903, 1118]",
    ]


def test_what_a_check_is_compared_with_is_a_line_across_all_versions():
    assert rows(allowed_value=997.7)[6:] == [
        "line [907, 907, 907, 907, 907]",
        "line [997.7, 997.7, 997.7, 997.7, 997.7]",
    ]


def test_the_legend_names_the_lines_from_the_lowest():
    check = build.check(allowed_value=997.7, limit_value=1500.0)

    assert legend(check) == "Lines: baseline 907 ms, allowed up to 997 ms, limit 1,500 ms."


def test_a_line_far_above_the_bars_is_left_out():
    check = build.check(limit_value=5000.0)

    assert legend(check) == "Lines: baseline 907 ms."
    assert "5000" not in source(check)


@pytest.mark.parametrize("line_failed", [True, False])
def test_apples_goal_is_drawn_where_a_line_failed(line_failed):
    check = build.check(goal_value=1000.0, line_failed=line_failed)

    assert ("Apple's goal 1,000 ms" in legend(check)) == line_failed


@pytest.mark.parametrize(
    "history",
    [(), points(1.0), points(1.0, float("nan")), points(1.0, float("inf")), points(1.0, 1e300)],
)
def test_what_can_not_be_drawn_has_no_diagram(history):
    check = build.check(history=history)

    assert (source(check), legend(check)) == ("", "")


def test_the_newest_versions_are_drawn():
    axis = rows(history=points(*map(float, range(40))))[3]

    assert axis.count(",") + 1 == mermaid.MOST_VERSIONS
    assert axis.endswith('"39"]')


def test_a_unit_that_is_not_known_leaves_the_axis_bare():
    assert rows(unit="")[4] == "y-axis 0 --> 1229.8"


def test_an_empty_label_is_not_left_empty():
    assert '["?", "3.1"' in rows(history=(Point(version="", value=1.0), Point(version="3.1", value=2.0)))[3]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('a"b', "a#34;b"),
        ("#quot;", "#35;quot;"),
        ("a <b>", "a #60;b#62;"),
        ("`a`", "#96;a#96;"),
        ("R&D", "R#38;D"),
        ("%%{init: {}}%%", "#37;#37;{init: {}}#37;%"),
        ("5%/day", "5%/day"),
        ("a\\", "a#92;"),
    ],
)
def test_what_would_act_in_a_label_is_an_entity(text, made):
    assert rows(device_name=text, slice=build.key(device="x"))[2] == f'title "launch time p50 on {made}"'


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_diagram_of_hostile_text_has_the_usual_form(attack):
    assert LINES.fullmatch(source(with_text(build.traced().checks[0], attack)))


@given(st.lists(st.floats(), min_size=2, max_size=15), st.floats(), st.text(max_size=20))
def test_any_diagram_has_the_usual_form(values, level, text):
    made = source(build.check(history=points(*values), before=level, unit=text, device_name=text))

    assert made == "" or LINES.fullmatch(made)
