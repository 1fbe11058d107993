"""Everything that is known of one signature, as plain text."""

import pytest
from attacks import ATTACKS
from msgspec.structs import replace
from tree_builders import FRAME, PLACE, SUSPECT, signature

from gate.model.facts import VersionValue
from gate.report import explanation


def test_everything_is_written_with_the_tree():
    text = explanation.render(
        signature(references=(VersionValue(version="3.3", value=0.42), VersionValue(version="3.2"))),
        with_tree=True,
    )

    assert "Apple's values at earlier versions: 0.42 in 3.3, unknown in 3.2." in text
    assert "Id: abc, fingerprint 0123456789abcdef" in text
    assert "* is the blame path" in text


def test_a_tree_that_is_not_there_is_said():
    assert "No call tree" in explanation.render(signature(tree=None), with_tree=True)
    assert "No call tree" not in explanation.render(signature(tree=None), with_tree=False)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_moves_no_cursor_and_gives_no_command(attack):
    place = replace(
        PLACE,
        path=attack,
        revision_path=attack,
        revision=attack,
        owners=(attack,),
        problem=attack,
        candidates=(attack,),
        suspects=(replace(SUSPECT, subject=attack, author=attack),),
        suspects_problem=attack,
    )
    frame = replace(FRAME, symbol=attack, file=attack)
    text = explanation.render(
        signature(
            name=attack, text=attack, blame=(frame,), blame_kind="blame", source=place, sentence=attack
        ),
        with_tree=True,
    )

    assert not [letter for letter in text if ord(letter) < 32 and letter != "\n"]
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text
