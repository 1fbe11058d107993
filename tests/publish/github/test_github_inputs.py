"""The inputs of the action, typed."""

import pytest

from gate.errors import UsageError
from gate.publish.github.inputs import Inputs, read_inputs, variable


@pytest.mark.parametrize("environment", [{}, {"GATE_POLICY": "", "GATE_COMMENT": " ", "GATE_FILES": "\n \n"}])
def test_an_empty_input_is_unset(environment):
    assert read_inputs(environment) == Inputs()


@pytest.mark.parametrize("text", ["true", "True", "TRUE", " true\n"])
def test_true_is_written_as_yaml_writes_it(text):
    assert read_inputs({"GATE_CHECK_RUN": text}).check_run is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE"])
def test_false_is_written_as_yaml_writes_it(text):
    assert read_inputs({"GATE_COMMENT": text}).comment is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("comment", "yes"),
        ("comment", "1"),
        ("issue", "tRue"),
        ("command", "deploy"),
        ("comment-when", "never"),
        ("pr-number", "0"),
        ("pr-number", "-1"),
        ("pr-number", "\uff11"),
        ("pr-number", "9" * 30),
        ("expect", "two"),
        ("sha", "abc"),
        ("sha", "main"),
    ],
)
def test_what_an_input_can_not_be_is_refused_by_its_name(name, text):
    with pytest.raises(UsageError) as caught:
        read_inputs({variable(name): text})

    assert f"The input {name} is" in str(caught.value)
    assert "What to do" in str(caught.value)


def test_lists_have_an_entry_on_each_line():
    assert read_inputs({"GATE_FILES": "a.json\n\n  b c.json \r\n"}).files == ("a.json", "b c.json")


def test_texts_are_had_without_blanks_around_them():
    assert read_inputs({"GATE_POLICY": "  perf.yml\n"}).policy == "perf.yml"


def test_numbers_and_commits_are_typed():
    found = read_inputs({"GATE_PR_NUMBER": "12", "GATE_EXPECT": "3", "GATE_SHA": "A" * 40})

    assert (found.pr_number, found.expect, found.sha) == (12, 3, "a" * 40)


def test_the_token_is_not_shown():
    assert "ghs_secret" not in repr(read_inputs({"GATE_TOKEN": "ghs_secret"}))
