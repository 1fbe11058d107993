"""Outputs and summaries, read again by the runner's own rules."""

import pytest
from attacks import ATTACKS
from hypothesis import given
from hypothesis import strategies as st
from runner_rules import file_entries

from gate.publish.github import files

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@given(st.lists(TEXT, max_size=5))
def test_whatever_is_written_is_read_back(values):
    text = "".join(files.output_entry(f"name-{index}", value) for index, value in enumerate(values))

    assert file_entries(text) == [(f"name-{index}", value) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    "value", ["a\nverdict=pass", "verdict<<EOF\npass\nEOF", "", "\n", "\r\n", "a=b", "x\n\n\ny", *ATTACKS]
)
def test_no_value_defines_another_output(value):
    value = value.encode(errors="replace").decode()

    assert file_entries(files.output_entry("sentence", value)) == [("sentence", value)]


def test_a_delimiter_that_the_value_holds_is_not_used():
    tokens = iter(["taken", "free"])
    entry = files.output_entry("name", "ghadelimiter_taken", lambda: next(tokens))

    assert file_entries(entry) == [("name", "ghadelimiter_taken")]
    assert entry.startswith("name<<ghadelimiter_free\n")


def test_two_outputs_never_share_a_delimiter():
    delimiters = {files.output_entry("name", "value").splitlines()[0] for _ in range(20)}

    assert len(delimiters) == 20


def test_outputs_are_appended_with_plain_line_breaks(tmp_path):
    file = tmp_path / "outputs"
    file.write_text("earlier=1\n")
    files.write_outputs(str(file), {"a": "é\r\n1", "b": "half \ud800"})

    assert b"\r\r\n" not in file.read_bytes()
    assert file_entries(file.read_bytes().decode()) == [("earlier", "1"), ("a", "é\r\n1"), ("b", "half ?")]


def test_a_summary_that_would_not_be_shown_is_not_written(tmp_path):
    file = tmp_path / "summary.md"

    assert files.append_summary(str(file), "x" * (files.SUMMARY_LIMIT - 10)) is True
    assert files.append_summary(str(file), "é" * 6) is False
    assert files.room_in_summary(str(file)) == 10
    assert files.append_summary(str(file), "123456789") is True
    assert file.stat().st_size == files.SUMMARY_LIMIT
