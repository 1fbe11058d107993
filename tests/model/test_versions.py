"""Marketing versions and their order of release."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.versions import order, same_version, version_key

TRAIN = ("3.0", "3.1", "3.2", "3.3")


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.9", "1.10"),
        ("1.2", "1.2.1"),
        ("2.0b1", "2.0.1"),
        ("9", "10"),
        ("1.2.3-rc1", "1.2.3-rc2"),
        ("1." + "9" * 5000, "2"),
    ],
)
def test_versions_sort_by_their_numbers(lower, higher):
    assert version_key(lower) < version_key(higher)


def test_trailing_zeros_do_not_make_another_version():
    assert same_version("1.2", "1.2.0")


def test_the_payloads_order_is_kept():
    assert order([TRAIN]).versions == TRAIN


def test_a_payload_that_lists_the_newest_first_is_turned_round():
    assert order([TRAIN[::-1], TRAIN[:1:-1]]).versions == TRAIN


def test_a_hotfix_of_an_older_train_stays_where_the_payload_has_it():
    assert order([("3.0", "3.1", "2.9.5")]).versions == ("3.0", "3.1", "2.9.5")


def test_series_with_gaps_are_merged():
    columns = [("3.0", "3.2"), ("3.1", "3.2"), ("3.0", "3.1")]

    assert order(columns).versions == ("3.0", "3.1", "3.2")


def test_series_that_disagree_are_ordered_by_number_and_reported():
    timeline = order([("3.0", "3.1", "3.2"), ("3.1", "3.0", "3.2"), ("3.0", "3.2")])

    assert timeline.versions == ("3.0", "3.1", "3.2")
    assert timeline.conflict


def test_no_series_give_an_empty_timeline():
    assert order([]).versions == ()


@given(st.integers(0, 3))
def test_the_order_does_not_depend_on_the_order_of_series(start):
    columns = [TRAIN, TRAIN[1:], TRAIN[start:], ()]
    results = {order(arranged).versions for arranged in permutations(columns)}

    assert results == {TRAIN}


def test_a_series_that_lists_the_newest_first_is_turned_round_beside_others():
    timeline = order([TRAIN, ("3.1", "3.2", "3.3"), TRAIN[::-1]])

    assert timeline.versions == TRAIN
    assert not timeline.conflict  # nothing but the directions differs, so no number had to decide


def test_a_series_whose_numbers_say_nothing_follows_the_direction_of_the_others():
    newest_first = ("2.2", "2.1", "2.0")

    assert order([newest_first, ("2.1", "1.9.1", "2.0")]).versions == ("2.0", "1.9.1", "2.1", "2.2")
