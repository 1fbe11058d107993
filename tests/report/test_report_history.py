"""The history of slices, drawn for a terminal."""

import re
from collections.abc import Callable

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gate.model.result import Check, Point
from gate.report import history
from gate.report.shared.console import encoded_as

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def drawn(*checks: Check, **options: object) -> list[str]:
    """The drawing in lines, without its title and what is said below."""
    return history.render(checks or (build.check(),), judged=False, **options).splitlines()[1:]


def points(*values: float, margin: float | None = None) -> tuple[Point, ...]:
    """Versions 0, 1, 2, … with these values."""
    return tuple(
        Point(version=str(number), value=value, error_margin=margin) for number, value in enumerate(values)
    )


def test_a_scene_looks_as_expected(expected: Callable[[str, str], str]) -> None:
    made = history.render(build.traced().checks, missing="3.4")

    assert made == expected("traced.history.txt", made)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    made = history.render(build.traced().checks, missing="3.4", width=width)

    assert max(map(cell_len, made.splitlines())) <= width


def test_every_version_has_a_row_with_its_value() -> None:
    rows = drawn(build.check(history=points(100.0, 110.0, 120.0), before=None, now=None))

    assert [row.split()[:3] for row in rows[:3]] == [
        ["0", "100", "ms"],
        ["1", "110", "ms"],
        ["2", "120", "ms"],
    ]


def test_a_dot_stands_where_its_value_is() -> None:
    rows = drawn(build.check(history=points(100.0, 150.0, 200.0), before=None, now=None))
    places = [row.index("○") for row in rows[:3]]

    assert places[0] < places[1] < places[2]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=1)


def test_an_error_bar_reaches_as_far_as_its_margin() -> None:
    wide = drawn(build.check(history=points(100.0, 200.0, margin=20.0), before=None, now=None))[0]
    narrow = drawn(build.check(history=points(100.0, 200.0, margin=10.0), before=None, now=None))[0]

    assert re.search("├─+○─+┤", wide)
    assert len(re.search("├.*┤", wide)[0]) > len(re.search("├.*┤", narrow)[0])


def test_the_judged_version_has_a_dot_of_its_own() -> None:
    rows = drawn(build.check())

    assert [("●" in row, "○" in row) for row in rows[1:6]] == [(False, True)] * 4 + [(True, False)]


def test_lines_are_named_above_and_below() -> None:
    rows = drawn(build.check(allowed_value=997.7, limit_value=5000.0, goal_value=950.0))

    assert rows[0].split() == ["B", "G", "A"]
    assert (
        rows[-2]
        .strip()
        .startswith("B baseline 907 ms (3.0 to 3.3), A allowed up to 997 ms, L limit 5,000 ms")
    )
    assert "(beyond the right edge), G Apple's goal 950 ms" in " ".join(" ".join(rows[-2:]).split())


def test_names_of_lines_that_meet_stand_in_rows_of_their_own() -> None:
    rows = drawn(build.check(allowed_value=907.0))

    assert [row.split() for row in rows[:2]] == [["B"], ["A"]]


def test_a_version_without_a_value_has_an_empty_row() -> None:
    rows = drawn(build.check(now=None, state="undecided", reason="no_data"), missing="3.4")

    assert rows[5].split()[:3] == ["3.4", "no", "value"]


def test_noise_of_a_few_percent_stays_narrow() -> None:
    rows = drawn(build.check(history=points(100.0, 101.0), before=None, now=None))

    assert rows[1].index("○") - rows[0].index("○") < 10


@pytest.mark.parametrize(
    "values", [(), (float("nan"),), (1e308, -1e308), (0.0, 1.7e308)], ids=["none", "nan", "huge", "large"]
)
def test_what_can_not_be_drawn_is_said(values: tuple[float, ...]) -> None:
    check = build.check(history=points(*values, margin=1.7e308), before=None, now=None)

    assert drawn(check) == ["  No version has a value that can be drawn."]


def test_one_value_can_be_drawn() -> None:
    assert "○" in drawn(build.check(history=points(100.0), before=None, now=None))[0]


def test_a_judged_slice_has_its_state_its_rule_and_its_sentence() -> None:
    made = history.render([build.check(sentence="It rose.")])

    assert made.startswith("launch time p50 on all iPhones  fail  launch-typical\n")
    assert made.endswith("\n  It rose.\n")


def test_many_slices_are_counted() -> None:
    made = history.render([build.check()] * 15)

    assert made.endswith("and 3 more slices\n")


def test_colour_changes_no_word() -> None:
    coloured = history.render(build.traced().checks, color=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)

    assert coloured != bare
    assert [line.rstrip() for line in bare.splitlines()] == history.render(build.traced().checks).splitlines()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_a_console_that_knows_no_such_signs_gets_plain_ones_in_their_places(encoding: str) -> None:
    made = history.render(build.traced().checks, missing="3.4")
    simple = encoded_as(made, encoding)

    assert simple.encode(encoding)
    assert "?" not in simple
    assert list(map(cell_len, simple.splitlines())) == list(map(cell_len, made.splitlines()))
    assert "|-*-|" in simple


def test_a_console_that_knows_all_signs_gets_them() -> None:
    made = history.render([build.check()])

    assert encoded_as(made, "utf-8") == made


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_gives_no_commands_and_keeps_the_width(attack: str) -> None:
    made = history.render(with_text(build.traced(), attack).checks, missing=attack)

    assert not UNSEEN.search(made)
    assert not re.search(r"^\s*::|##\[", made, re.MULTILINE)
    assert max(map(cell_len, made.splitlines())) <= 80


@given(
    st.lists(st.tuples(st.floats(), st.none() | st.floats()), max_size=9),
    st.floats(),
    st.none() | st.floats(),
)
@settings(max_examples=60, deadline=None)
def test_any_history_can_be_drawn(
    values: list[tuple[float, float | None]], before: float, line: float
) -> None:
    history_ = tuple(Point(version=str(n), value=x, error_margin=m) for n, (x, m) in enumerate(values))
    made = history.render([build.check(history=history_, before=before, limit_value=line)], missing="99")

    assert max(map(cell_len, made.splitlines())) <= 80
