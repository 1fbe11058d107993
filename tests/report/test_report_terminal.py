"""The report in a terminal."""

import re
from collections.abc import Callable

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gate.report import terminal

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


def widest(output: str) -> int:
    """Columns that the longest line takes."""
    return max(map(cell_len, output.splitlines()))


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_scene_looks_as_expected(scene: str, expected: Callable[[str, str], str]) -> None:
    made = terminal.render(build.SCENES[scene]())

    assert made == expected(f"{scene}.txt", made)


@pytest.mark.parametrize("scene", build.SCENES)
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(scene: str, width: int) -> None:
    assert widest(terminal.render(build.SCENES[scene](), width=width)) <= width


def test_a_terminal_of_no_known_width_has_80_columns() -> None:
    assert terminal.render(build.regressed()) == terminal.render(build.regressed(), width=80)


def test_a_very_narrow_terminal_gets_lines_that_it_can_wrap_itself() -> None:
    assert terminal.render(build.regressed(), width=10) == terminal.render(build.regressed(), width=60)


def test_piped_output_has_no_escapes() -> None:
    assert not UNSEEN.search(terminal.render(build.regressed()))


def test_colour_changes_no_word() -> None:
    coloured = terminal.render(build.regressed(), color=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)

    assert coloured != bare
    assert [line.rstrip() for line in bare.splitlines()] == terminal.render(build.regressed()).splitlines()


def test_no_line_ends_in_blanks() -> None:
    assert not re.search(r"[ \t]$", terminal.render(build.regressed()), re.MULTILINE)


@pytest.mark.parametrize(
    ("verdict", "blocks", "start"),
    [
        ("pass", False, "PASS  "),
        ("fail", False, "FAIL, NOT BLOCKING  "),
        ("partial", False, "PARTIAL  "),
        ("undecided", True, "UNDECIDED, BLOCKING  "),
    ],
)
def test_the_first_line_answers_the_question(verdict: str, blocks: bool, start: str) -> None:
    made = terminal.render(build.result(verdict=verdict, blocks=blocks, sentence="Because."))

    assert made.startswith(f"{start}Because.\n")


def test_a_number_is_not_torn_from_its_unit() -> None:
    torn = re.compile(r"\d$\n\s+(?:%|ms|MB)(?!\w)", re.MULTILINE)

    assert not any(
        torn.search(terminal.render(build.regressed(), width=width)) for width in range(60, 120, 4)
    )


def test_passing_rules_are_counted_and_only_named() -> None:
    made = terminal.render(build.passed())

    assert "1 rule: 0 fail, 0 warn, 0 undecided, 0 improved, 1 pass" in made
    assert "1 rule passed: launch-typical" in made
    assert "launch-typical passed" not in made


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    made = terminal.render(build.result(notes=tuple(f"note {number}" for number in range(45))))

    assert "- note 39\n  and 5 more\n" in made


def test_signatures_can_stand_alone() -> None:
    made = terminal.render_signatures((build.signature(),), ("A note.",))

    assert made.startswith("Top signatures\n")
    assert "ThumbnailCache.m:218" in made
    assert made.endswith("Notes\n  - A note.\n")


def test_no_signatures_are_said_to_be_none() -> None:
    assert terminal.render_signatures((), ()) == "No diagnostic signatures.\n"


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_gives_no_commands(attack: str) -> None:
    made = terminal.render(with_text(build.regressed(), attack))

    assert not UNSEEN.search(made)
    assert not COMMAND.search(made)


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_keeps_the_width(attack: str) -> None:
    assert widest(terminal.render(with_text(build.regressed(), attack))) <= 80


@given(st.text(st.sampled_from(list("[]/:#@ \n\x1b\x9b\u202eaz")) | st.characters()))
@settings(max_examples=25, deadline=None)
def test_any_text_gives_no_commands(hostile: str) -> None:
    made = terminal.render(with_text(build.regressed(), hostile), color=False)

    assert not UNSEEN.search(made)
    assert not COMMAND.search(made)


@pytest.mark.parametrize("markup", ["[bold]word[/bold]", "[/]", "[link=x]y[/link]", ":tada:"])
def test_markup_of_the_terminal_library_is_text(markup: str) -> None:
    assert markup in terminal.render(build.result(notes=(markup,)))


@pytest.mark.parametrize("attack", ATTACKS)
def test_one_line_of_text_gives_no_commands(attack: str) -> None:
    made = terminal.plain(attack)

    assert not UNSEEN.search(made)
    assert not COMMAND.search(made)
    assert "\n" not in made


@pytest.mark.parametrize("scene", [*build.SCENES, "traced"])
def test_every_sentence_is_said_once(scene: str) -> None:
    result = getattr(build, scene)()
    made = " ".join(terminal.render(result).split())
    sentences = [
        result.sentence,
        *(one.sentence for one in (*result.incidents, *result.undecided, *result.waivers)),
        *(one.sentence for one in (*result.rules, *result.insights)),
    ]

    assert [sentence for sentence in sentences if made.count(sentence) > 1] == []
    assert all(one.title in made for one in result.incidents)


def test_a_result_of_an_older_version_is_told_as_well() -> None:
    made = " ".join(terminal.render(build.older(build.traced())).split())

    assert "4 of 6 rules decided; missing: hang-rate, disk-writes" in made
    assert "Launch time p50 on all iPhones rose" in made
    assert "In force: memory-peak is waived up to +10%" in made
