"""Which earlier versions a candidate is compared with."""

import pytest

from gate.judge.references import HISTORY, choose_references
from gate.judge.sentences.slices import missing_baseline_words
from gate.model.comparison import References
from gate.model.versions import order
from gate.policy.types import BaselineSelection

TRAIN = ("3.0", "3.1", "3.2", "3.3")


@pytest.mark.parametrize(
    ("baseline", "compared"),
    [
        (BaselineSelection(use="previous"), {"3.2"}),
        (BaselineSelection(use="window", window=2), {"3.1", "3.2"}),
        (BaselineSelection(use="window", window=9), {"3.0", "3.1", "3.2"}),
        (BaselineSelection(use="pinned", pinned="3.0"), {"3.0"}),
        (BaselineSelection(use="pinned", pinned="3.0.0"), {"3.0"}),
        (BaselineSelection(use="previous", exclude=("3.2",)), {"3.1"}),
    ],
)
def test_the_policy_chooses_the_baseline(baseline, compared):
    assert choose_references(order([TRAIN]), "3.3", baseline).baseline == compared


def test_the_whole_history_tells_about_noise_whatever_the_baseline():
    assert choose_references(order([TRAIN]), "3.3", BaselineSelection(use="previous")).versions == (
        "3.0",
        "3.1",
        "3.2",
    )


def test_versions_after_the_candidate_are_no_references():
    assert choose_references(order([TRAIN]), "3.1", BaselineSelection()).versions == ("3.0",)


@pytest.mark.parametrize(
    ("candidate", "baseline", "words"),
    [
        ("3.0", BaselineSelection(), "no version before 3.0 was measured"),
        ("3.3", BaselineSelection(use="pinned", pinned="2.0"), "the pinned version 2.0 was not measured"),
        (
            "3.3",
            BaselineSelection(use="pinned", pinned="3.3"),
            "the pinned version 3.3 is the candidate itself",
        ),
        ("3.3", BaselineSelection(exclude=TRAIN[:3]), "no version before 3.3 was measured"),
    ],
)
def test_a_missing_baseline_says_why(candidate, baseline, words):
    found = choose_references(order([TRAIN]), candidate, baseline)

    assert missing_baseline_words(found) == words
    assert not found.baseline


@pytest.mark.parametrize(
    ("pinned", "found"),
    [
        ("3.1.0", {"versions": TRAIN[:3], "baseline": frozenset({"3.1"})}),
        ("2.0", {"missing": "pin_not_measured"}),
        ("3.3", {"missing": "pin_is_candidate"}),
    ],
)
def test_references_to_a_pinned_version_say_so(pinned, found):
    chosen = choose_references(order([TRAIN]), "3.3", BaselineSelection(use="pinned", pinned=pinned))

    assert chosen == References(candidate="3.3", pinned=pinned, **found)


LONG = tuple(f"1.{minor}" for minor in range(12))


def test_noise_is_learned_from_eight_versions():
    found = choose_references(order([LONG]), "1.11", BaselineSelection(use="previous"))

    assert found.versions == LONG[11 - HISTORY : 11]
    assert HISTORY == 8


def test_a_window_longer_than_that_keeps_all_its_versions():
    found = choose_references(order([LONG]), "1.11", BaselineSelection(window=10))

    assert found.versions == LONG[1:11]
    assert found.baseline == set(LONG[1:11])


def test_a_pinned_version_before_the_history_is_put_in_front_of_it():
    found = choose_references(order([LONG]), "1.11", BaselineSelection(use="pinned", pinned="1.0"))

    assert found.versions == ("1.0", *LONG[3:11])
    assert found.baseline == {"1.0"}


def test_a_pinned_version_inside_the_history_is_not_repeated():
    found = choose_references(order([LONG]), "1.11", BaselineSelection(use="pinned", pinned="1.9"))

    assert found.versions == LONG[3:11]
