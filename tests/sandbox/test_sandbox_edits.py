"""Edits: single deviations of the wire."""

from typing import Any

import pytest

from gate.sandbox import edits
from gate.sandbox.data import Edit


def _edited(body: Any, at: str, **change: Any) -> Any:
    edits.apply(body, [Edit(call="apps", at=at, **change)])
    return body


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("new", {"new": 9, "list": [{"identifier": "a"}, {"version": "b"}]}),
        ("list", {"list": 9}),
        ("list/0", {"list": [9, {"version": "b"}]}),
        ("list/b/new", {"list": [{"identifier": "a"}, {"version": "b", "new": 9}]}),
        ("list/*/new", {"list": [{"identifier": "a", "new": 9}, {"version": "b", "new": 9}]}),
        ("list/c/new", {"list": [{"identifier": "a"}, {"version": "b"}]}),
        ("list/a/identifier/deeper", {"list": [{"identifier": "a"}, {"version": "b"}]}),
        ("absent/new", {"list": [{"identifier": "a"}, {"version": "b"}]}),
    ],
)
def test_a_place_is_named_by_keys_indices_and_names(at: str, expected: Any) -> None:
    assert _edited({"list": [{"identifier": "a"}, {"version": "b"}]}, at, set=9) == expected


def test_null_can_be_set() -> None:
    assert _edited({"unit": 1}, "unit", set=None) == {"unit": None}


def test_a_place_can_be_removed() -> None:
    assert _edited({"points": [{"value": 1}, {"value": 2}]}, "points/*/value", remove=True) == {
        "points": [{}, {}]
    }


def test_all_entries_of_a_list_can_be_removed() -> None:
    assert _edited({"points": [1, 2, 3]}, "points/*", remove=True) == {"points": []}


def test_removing_what_is_not_there_does_nothing() -> None:
    assert _edited({"unit": 1}, "goals", remove=True) == {"unit": 1}
