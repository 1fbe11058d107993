"""Signatures of one build by function, and the same function in another build."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.facts import Signature, VersionValue
from gate.signatures.functions import add_references, group_by_function, match_builds


def signature(text, weight=0.1, *, name="", kind="HANGS", **fields):
    return Signature(id=name or f"id of {text}", type=kind, text=text, weight=weight, **fields)


def grouped(*signatures):
    return group_by_function(signatures, "HANGS")


def test_only_signatures_of_the_type_are_grouped():
    assert [one.key for one in grouped(signature("f"), signature("g", kind="LAUNCHES"))] == ["f"]


def test_functions_are_ranked_by_the_sum_of_their_parts():
    found = grouped(signature("f + 1", 0.2), signature("g", 0.3), signature("f + 2", 0.2))

    assert [(one.key, one.weight, one.rank) for one in found] == [("f", 0.4, 1), ("g", 0.3, 2)]


def test_rounded_shares_never_add_up_to_more_than_the_whole():
    (found,) = grouped(signature("f + 1", 0.7), signature("f + 2", 0.7))

    assert found.weight == 1.0


def test_an_unknown_share_adds_nothing():
    (found,) = grouped(signature("f + 1", None), signature("f + 2", 0.2))

    assert (found.weight, found.heaviest.text) == (0.2, "f + 2")


def test_without_any_share_the_weight_is_unknown():
    assert grouped(signature("f", None))[0].weight is None


@pytest.mark.parametrize("light", [None, 0.0])
def test_what_has_no_share_comes_last(light):
    assert [one.key for one in grouped(signature("f", light), signature("g", 0.5))] == ["g", "f"]


def test_texts_then_ids_decide_between_equal_shares():
    found = grouped(signature("g"), signature("", name="b"), signature("f"), signature("", name="a"))

    assert [one.key for one in found] == ["a", "b", "f", "g"]


def test_of_equal_parts_the_first_by_text_stands_for_the_function():
    (found,) = grouped(signature("f + 2"), signature("f + 1"))

    assert found.heaviest.text == "f + 1"


@given(st.permutations([signature(f"f{n % 3} + {n}", n / 100) for n in range(6)]))
def test_the_order_of_apples_list_changes_nothing(order):
    assert grouped(*order) == grouped(*sorted(order, key=lambda one: one.text))


@pytest.mark.parametrize(
    ("trends", "direction"),
    [(("DOWN", "UP"), "UP"), (("DOWN", "UNDEFINED"), "DOWN"), (("UNDEFINED", "DOWN"), "UNDEFINED")],
)
def test_a_rising_part_makes_a_function_rise(trends, direction):
    heavy, light = trends
    (found,) = grouped(signature("f + 1", 0.3, direction=heavy), signature("f + 2", 0.1, direction=light))

    assert found.direction == direction


# --- another build ----------------------------------------------------------------------------------


def matches(now, before):
    found = match_builds(grouped(*map(signature, now)), grouped(*map(signature, before)))
    return {key: one.key for key, one in found.items()}


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (["f", "g"], ["g"], {"g": "g"}),
        (["closure #1 in f"], ["f"], {"closure in f": "f"}),
        (["f"], ["closure #1 in f"], {"f": "closure in f"}),
        (["f", "closure #1 in f"], ["f"], {"f": "f"}),
        (["f"], ["f", "closure #1 in f"], {"f": "f"}),
        (["f", "closure #1 in g"], ["f", "g"], {"f": "f", "closure in g": "g"}),
        ([], ["f"], {}),
    ],
)
def test_a_function_is_matched_with_its_equal_or_what_the_optimiser_made_of_it(now, before, found):
    assert matches(now, before) == found


@given(*[st.lists(st.sampled_from(["f", "g", "closure #1 in f", "closure #1 in g"]), unique=True)] * 2)
def test_no_earlier_function_is_matched_twice(now, before):
    found = matches(now, before)

    assert len(set(found.values())) == len(found)
    assert all(
        found[key] == key for key in found if key in {one.key for one in grouped(*map(signature, before))}
    )


# --- earlier versions -------------------------------------------------------------------------------


def test_values_of_one_version_are_added_over_the_parts():
    one = (VersionValue(version="3.2", value=0.125), VersionValue(version="3.3", value=0.5))
    other = (VersionValue(version="3.2", value=0.25), VersionValue(version="3.1"))
    (found,) = grouped(signature("f + 1", 0.2, references=one), signature("f + 2", 0.1, references=other))

    assert add_references(found) == (
        VersionValue(version="3.2", value=0.375),
        VersionValue(version="3.3", value=0.5),
        VersionValue(version="3.1"),
    )
