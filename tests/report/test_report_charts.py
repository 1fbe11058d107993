"""The layout of a slice's chart."""

import re
from itertools import pairwise

import pytest
import result_builders as build
from hypothesis import given
from hypothesis import strategies as st

from gate.model.result import Baseline, Candidate, Point
from gate.report.shared import charts

NUMBER = re.compile(r"-?\d+")
VALUES = st.floats(min_value=0, max_value=1e12)


def history(*values, margins=()):
    """Points of 3.0, 3.1 and so on."""
    widths = [*margins, *[None] * (len(values) - len(margins))]
    return tuple(
        Point(version=f"3.{place}", value=value, error_margin=width)
        for place, (value, width) in enumerate(zip(values, widths, strict=True))
    )


def slice_(*values, margins=(), **fields):
    """A check whose last value is the candidate's and whose others are the baseline."""
    points = history(*values, margins=margins)
    before, now = points[:-1], points[-1]
    usual = {
        "history": points,
        "baseline": Baseline(
            versions=tuple(one.version for one in before), value=sum(values[:-1]) / len(before)
        ),
        "candidate": Candidate(version=now.version, value=now.value),
    }
    return build.check(**usual | fields)


def paths(chart):
    return dict(chart.paths)


def words(chart, style):
    return [text for name, _, _, text in (*chart.texts, *chart.versions) if name.split()[0] == style]


def heights(d):
    """The vertical positions of the points of a path."""
    return [int(y) for _, y in re.findall(r"[ML](-?\d+) (-?\d+)", d)]


def test_a_higher_value_is_drawn_higher():
    rising = heights(paths(charts.draw(slice_(100, 110, 120)))["trend"])

    assert rising == sorted(rising, reverse=True)
    assert len(set(rising)) == 3


def test_versions_stand_in_their_order_and_the_judged_one_is_marked():
    chart = charts.draw(slice_(100, 110, 120))

    assert sorted((x, text) for _, x, _, text in chart.versions) == [
        (x, text)
        for x, text in zip(sorted(x for _, x, _, _ in chart.versions), ("3.0", "3.1", "3.2"), strict=True)
    ]
    assert [text for style, _, _, text in chart.versions if style == "version now"] == ["3.2"]


def test_a_point_with_a_margin_has_a_bar_of_its_length_and_one_without_has_none():
    chart = charts.draw(slice_(100, 100, 200, margins=(None, 10, 20)))
    [base] = re.findall(r"M\d+ (\d+)V(\d+)", paths(chart)["bar base"])
    [now] = re.findall(r"M\d+ (\d+)V(\d+)", paths(chart)["bar now"])

    assert int(now[1]) - int(now[0]) == pytest.approx(2 * (int(base[1]) - int(base[0])), abs=2)


def test_the_band_reaches_from_the_lowest_to_the_highest_version_of_the_baseline():
    chart = charts.draw(slice_(100, 130, 110, 200))
    dots = heights(paths(chart)["dot base"])
    band = [int(y) for y in re.findall(r"V(\d+)|M\d+ (\d+)", paths(chart)["band"])[0] if y]
    band += [int(y) for y in re.findall(r"V(\d+)", paths(chart)["band"])]

    assert (min(band), max(band)) == (min(dots), max(dots))


def test_one_version_as_the_baseline_has_no_range():
    assert "band" not in paths(charts.draw(slice_(100, 120)))


def test_versions_that_are_not_compared_look_different():
    check = slice_(90, 100, 100, 120)
    check = slice_(90, 100, 100, 120, baseline=Baseline(versions=check.baseline.versions[1:], value=100))

    assert len(heights(paths(charts.draw(check))["dot old"])) == 1
    assert len(heights(paths(charts.draw(check))["dot base"])) == 2


@pytest.mark.parametrize(
    ("fields", "style", "label"),
    [
        ({}, "baseline", "baseline 100 ms"),
        ({"allowed_value": 110.9}, "allowed", "allowed up to 110 ms"),  # rounded down
        ({"limit_value": 115.0}, "limit", "limit 115 ms"),
        ({"goal_value": 95.0}, "goal", "Apple's goal 95 ms"),
        ({"visible": 0.1, "state": "undecided"}, "clear", "conclusive above 110 ms"),
    ],
)
def test_each_line_is_drawn_named_and_labelled(fields, style, label):
    check = slice_(100, 100, 112, **fields)
    chart = charts.draw(check)

    assert style in paths(chart)
    assert style in words(chart, "label")
    assert label in charts.numbers(check)


def test_what_was_decided_does_not_say_what_would_decide_it():
    assert "conclusive" not in charts.numbers(slice_(100, 100, 112, visible=0.1, state="pass"))


def test_a_line_far_away_is_named_but_does_not_flatten_the_points():
    check = slice_(100, 101, 112, limit_value=5000.0)

    assert "limit" not in paths(charts.draw(check))
    assert "limit 5,000 ms" in charts.numbers(check)


def test_labels_of_lines_that_nearly_meet_stand_apart():
    check = slice_(100, 100, 112, allowed_value=110.0, goal_value=110.1, limit_value=110.2)
    places = [y for style, _, y, _ in charts.draw(check).texts if style.startswith("label")]

    assert all(b - a >= 25 for a, b in pairwise(sorted(places)))


def test_noise_of_a_percent_looks_like_noise():
    places = heights(paths(charts.draw(slice_(1000, 1005, 995, 1000)))["trend"])

    assert max(places) - min(places) < charts.HEIGHT / 8


def test_a_judged_version_without_a_value_has_an_empty_place():
    check = build.check(now=None, candidate=None)
    chart = charts.draw(check, missing="3.4")

    assert "3.4" in words(chart, "version")
    assert words(chart, "absent") == ["?"]
    assert "dot now" not in paths(chart)


def test_labels_of_many_long_versions_do_not_overlap():
    points = tuple(Point(version=f"2026.11.{place}", value=100.0 + place) for place in range(20))
    chart = charts.draw(
        build.check(history=points, baseline=None, candidate=Candidate(version="2026.11.19", value=119))
    )
    places = sorted(x for _, x, _, _ in chart.versions)

    assert all(b - a > 13 * len("2026.11.19") for a, b in pairwise(places))
    assert "2026.11.19" in words(chart, "version")


def test_only_the_newest_versions_are_drawn():
    points = tuple(Point(version=f"1.{place}", value=100.0) for place in range(100))

    assert len(heights(paths(charts.draw(build.check(history=points)))["trend"])) == charts.MOST_VERSIONS


@pytest.mark.parametrize(
    "check",
    [
        build.check(history=()),
        build.check(history=history(5), baseline=None),
        build.check(history=history(float("nan"), float("inf")), baseline=None),
        build.check(history=history(0.0, 1.7e308, margins=(None, 1.7e308))),
    ],
    ids=["no history", "one point", "no numbers", "beyond floats"],
)
def test_what_can_not_be_drawn_has_no_chart(check):
    assert charts.draw(check) is None


def test_one_point_with_a_limit_is_enough_for_a_chart():
    assert charts.draw(build.check(history=history(5), baseline=None, limit_value=6.0)) is not None


@given(st.lists(VALUES, min_size=2, max_size=30), st.lists(st.none() | VALUES, max_size=30), VALUES)
def test_everything_stays_inside_the_chart(values, margins, limit):
    chart = charts.draw(slice_(*values, margins=margins[: len(values)], limit_value=limit))

    assert chart is not None
    for name, d in chart.paths:
        numbers = [int(number) for number in NUMBER.findall(d)]
        assert all(0 <= number <= charts.WIDTH for number in numbers), name
    assert all(
        0 <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for _, x, y, _ in (*chart.texts, *chart.versions)
    )


@given(st.floats(min_value=1e-6, max_value=1e9), st.floats(min_value=1e-6, max_value=1e9))
def test_an_axis_has_a_few_ticks_that_differ(one, other):
    ticks = words(charts.draw(slice_(one, other)), "tick")

    assert 1 <= len(ticks) <= 6
    assert len(set(ticks)) == len(ticks)


def test_the_numbers_stand_with_their_unit_once():
    check = slice_(907.0, 1118.0, margins=(9.0, 12.0))

    assert charts.numbers(check) == "3.0: 907 ± 9, 3.1: 1,118 ± 12 ms; baseline 907 ms"
