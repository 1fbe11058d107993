"""Text from outside does nothing, wherever it stands."""

import re

import pytest
from attacks import ATTACKS
from github_view import references, structure, text
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.text.sanitize import code, encodable, inline, plain, prose, without_log_commands

PLACES = ("{}", "- {}", "> {}", "before {} after", "| a | b |\n| --- | --- |\n| {} | c |", "text\n{}")
HOSTILE = st.text(
    st.sampled_from(list("@#`|<>&;:/\\*_~[](){}!$-+=.1aFw \n\x1b\x9b\u202e\u200b")) | st.characters()
)
UNHURRIED = settings(deadline=None)


def misplaced(made: str) -> list[str]:
    """The places in which a text makes other blocks than an ordinary word makes."""
    return [place for place in PLACES if structure(place.format(made)) != structure(place.format("word"))]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_stays_text(attack: str) -> None:
    assert misplaced(inline(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_code_stays_code(attack: str) -> None:
    assert misplaced(code(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sentence_stays_a_sentence(attack: str) -> None:
    assert misplaced(prose(attack)) == []


def test_most_attacks_work_on_text_that_is_left_as_it_is() -> None:
    working = [attack for attack in ATTACKS if references(attack) or misplaced(attack)]

    assert len(working) > 60


@pytest.mark.parametrize("attack", ATTACKS)
def test_github_finds_nothing_in_text(attack: str) -> None:
    assert references(inline(attack)) == references(code(attack)) == references(prose(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_and_code_show_what_was_written(attack: str) -> None:
    shown = " ".join(plain(attack).split())

    assert [text(inline(attack)), text(code(attack))] == [shown, shown]


@given(HOSTILE)
@UNHURRIED
def test_any_text_stays_text(hostile: str) -> None:
    assert misplaced(inline(f"x{hostile}")) == misplaced(inline(hostile) or "x") == []


@given(HOSTILE)
@UNHURRIED
def test_any_text_shows_itself(hostile: str) -> None:
    assert text(inline(hostile)) == text(code(hostile)) == plain(hostile).replace("\u00a0", " ")


@given(HOSTILE)
@UNHURRIED
def test_any_text_is_without_references(hostile: str) -> None:
    assert references(inline(hostile)) == references(prose(hostile)) == []


@given(HOSTILE)
@UNHURRIED
def test_plain_text_is_one_line_of_characters_that_are_seen(hostile: str) -> None:
    made = plain(hostile)

    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]", made)


@given(HOSTILE)
@UNHURRIED
def test_plain_text_is_left_as_it_is_the_second_time(hostile: str) -> None:
    assert plain(plain(hostile)) == plain(hostile)


@given(HOSTILE, st.integers(min_value=1, max_value=40))
def test_plain_text_is_not_longer_than_its_limit(hostile: str, limit: int) -> None:
    assert len(plain(hostile, limit)) <= limit


def test_text_that_is_cut_says_so() -> None:
    assert plain("a" * 20, 10) == "aaaaaaaaa…"


def test_text_of_invisible_characters_beyond_measure_says_that_it_is_cut() -> None:
    assert plain("\u200b" * 1000 + "word", 10) == "…"


def test_a_terminal_link_leaves_its_words() -> None:
    assert plain("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 here") == "click here"


def test_an_unterminated_sequence_hides_nothing() -> None:
    assert plain("\x1b]0;rest of it") == "0;rest of it"


def test_stacked_marks_end_after_three() -> None:
    assert plain("z" + "\u0321" * 9) == "z" + "\u0321" * 3


def test_an_emoji_keeps_its_presentation() -> None:
    assert plain("⚠️") == "⚠️"


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("907 ms", "907\u00a0ms"),
        ("1,118 ms", "1,118\u00a0ms"),
        ("+23%", "+23%"),
        ("± 12 ms", "±\u00a012\u00a0ms"),
        ("version 3 is", "version 3 is"),
        ("in 3.4 mstest", "in 3.4 mstest"),
    ],
)
def test_a_number_stays_on_one_line_with_its_unit(written: str, made: str) -> None:
    assert inline(written) == made


@pytest.mark.parametrize(
    "word", ["snake_case_name", "Q&A", "a-b", "3.4 rose", "50 > 40", "+23%", "C++", "key: value"]
)
def test_ordinary_text_is_not_decorated(word: str) -> None:
    assert inline(word) == word


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``b`c", "```a``b`c```"),
        ("a|b", "<code>a&#124;b</code>"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_a_fence_is_longer_than_what_it_holds(written: str, made: str) -> None:
    assert code(written) == made


def test_a_code_span_forges_no_marker() -> None:
    assert "<!--" not in code("<!-- gate:comment key=main -->")


def test_a_sentence_keeps_its_own_code() -> None:
    assert prose("`launch` failed for `@x`: a ` b") == "`launch` failed for `@x`: a \\` b"


@pytest.mark.parametrize("line", ["::error::x", "  ::error::x", "\t::x::", "a ##[error]x", "##[x"])
def test_a_runner_finds_no_command_in_finished_output(line: str) -> None:
    made = without_log_commands(f"first\n{line}\nlast")

    assert not re.search(r"^\s*::|##\[", made, re.MULTILINE)


def test_output_without_commands_is_left_as_it_is() -> None:
    output = "std::vector\n  a:: b # [x]\n"

    assert without_log_commands(output) == output


def test_half_a_surrogate_pair_can_be_encoded() -> None:
    assert encodable("a\ud800b") == "a\ufffdb"
