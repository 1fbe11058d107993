"""The words of reports, explained: in the reports themselves, and in docs/glossary.md."""

import re
from pathlib import Path

import pytest

from gate.text import glossary

ENTRIES = re.findall(
    r"^\*\*(.+?)\.\*\* (.+?)(?=\n\n|\n\Z)",
    (Path(__file__).parents[2] / "docs/glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
"""Each term of the glossary with its text."""


@pytest.mark.parametrize("term", glossary.EXPLAINED)
def test_a_term_that_reports_explain_is_in_the_glossary(term):
    assert term in [name.casefold() for name, _ in ENTRIES]


@pytest.mark.parametrize(("term", "words"), glossary.EXPLAINED.items())
def test_an_explanation_is_one_short_sentence_about_its_term(term, words):
    assert term in words.casefold()
    assert words.count(". ") == 0
    assert words.endswith(".")
    assert len(words) <= 110


def test_the_glossary_is_sorted_and_has_two_lines_for_each_term():
    assert [name for name, _ in ENTRIES] == sorted(name for name, _ in ENTRIES)
    assert {text.count("\n") for _, text in ENTRIES} == {1}
