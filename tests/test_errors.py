"""The error tree: what each error carries and shows."""

import re

import pytest

from gate import errors


def concrete(base):
    """The error and all below it; modules may refine one privately."""
    public = [child for child in base.__subclasses__() if child.__module__ == errors.__name__]
    return [base, *(found for child in public for found in concrete(child))]


def test_the_module_docstring_draws_the_whole_tree():
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__))

    assert drawn | {"GateError"} == {error.__name__ for error in concrete(errors.GateError)}


@pytest.mark.parametrize("error", concrete(errors.GateError), ids=lambda error: error.__name__)
def test_an_error_never_exits_like_a_verdict(error):
    assert error.exit_code in (2, 4)


def test_an_error_says_what_happened_why_and_what_to_do():
    text = str(errors.UsageError("It broke", cause="a fault", remedy="mend it"))

    assert text == "It broke\nLikely cause: a fault\nWhat to do: mend it"


def test_apples_ids_are_shown_for_its_support():
    text = str(errors.NotFound("No such app", error_id="E1", request_id="R1"))

    assert text.endswith("For Apple's support: error id E1, request id R1")


def test_a_policy_error_points_at_every_problem_in_the_order_of_the_file():
    problems = [
        errors.Problem(line=9, column=1, message="second"),
        errors.Problem(
            line=2,
            column=5,
            message="first",
            suggestion="Did you mean `fail`?",
            excerpt="    fial: x",
            width=4,
        ),
    ]

    assert str(errors.PolicyError("perf.yml", problems)) == (
        "perf.yml:2:5: first\n"
        "  2 |     fial: x\n"
        "    |     ^^^^\n"
        "  Did you mean `fail`?\n"
        "\n"
        "perf.yml:9:1: second\n"
        "\n"
        "perf.yml has 2 problems."
    )
