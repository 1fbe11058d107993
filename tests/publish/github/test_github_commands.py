"""Log commands, read again by the runner's own rules."""

import pytest
from attacks import ATTACKS
from hypothesis import given
from hypothesis import strategies as st
from runner_rules import commands as read

from gate.publish.github import commands

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(TEXT, TEXT)
def test_whatever_goes_into_a_command_comes_out_of_it(data, value):
    ((name, properties, found),) = read(commands.command("notice", data, title=value))

    # The runner trims the whole list of properties.
    assert (name, found, properties.get("title", "").rstrip()) == ("notice", data, value.rstrip())


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("level", ["error", "warning", "notice"])
def test_no_text_makes_more_than_the_one_annotation(level, attack):
    line = commands.annotation(level, attack, title=attack, file="perf.yml", line=3)
    ((name, properties, _),) = read(line)

    assert name == level
    assert set(properties) <= {"file", "line", "title"}


def test_percent_signs_are_escaped_first():
    assert commands.command("error", "50%0A\n") == "::error::50%250A%0A"


def test_colons_and_commas_are_escaped_in_properties_only():
    assert commands.command("error", "a:b,c", title="a:b,c") == "::error title=a%3Ab%2Cc::a:b,c"


def test_properties_without_a_value_are_left_out():
    assert commands.annotation("notice", "m", file="", line=3) == "::notice::m"


def test_a_message_is_cut_before_the_runner_cuts_it():
    assert len(commands.annotation("error", "x" * 10_000)) < 4096


def test_a_mask_holds_every_line_of_a_secret():
    ((_, _, data),) = read(commands.mask("one\ntwo%"))

    assert data == "one\ntwo%"
