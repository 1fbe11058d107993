"""Which earlier versions a candidate is compared with."""

import pytest

from gate.judge.references import HISTORY, choose_references
from gate.judge.sentences.references import exclusion_notes, missing_baseline_words, origin_words
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
        (
            "3.3",
            BaselineSelection(use="pinned", pinned="2.0"),
            "the pinned version 2.0 is not in the data (3.0 to 3.3 are)",
        ),
        (
            "3.3",
            BaselineSelection(use="pinned", pinned="3.3"),
            "the pinned version 3.3 is the candidate itself",
        ),
        (
            "3.3",
            BaselineSelection(exclude=TRAIN[:3]),
            "every earlier version is excluded by the policy (3.0, 3.1 and 3.2)",
        ),
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
        ("2.0", {"missing": "pin_not_measured", "known": TRAIN}),
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


# --- what is excluded --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "words"),
    [
        (BaselineSelection(window=9), "mean of 3.0 to 3.4"),
        (BaselineSelection(window=3, exclude=("3.3",)), "mean of 3.1, 3.2 and 3.4; 3.3 is excluded"),
        (BaselineSelection(window=2, exclude=("3.4",)), "mean of 3.2 and 3.3; 3.4 is excluded"),
        (BaselineSelection(window=9, exclude=("3.0",)), "mean of 3.1, 3.2, 3.3 and 3.4; 3.0 is excluded"),
        (BaselineSelection(window=2, exclude=("3.0",)), "mean of 3.3 and 3.4"),
        (
            BaselineSelection(window=2, exclude=("3.3.0", "3.4")),
            "mean of 3.1 and 3.2; 3.3 and 3.4 are excluded",
        ),
        (BaselineSelection(use="previous", exclude=("3.4",)), "3.3; 3.4 is excluded"),
        (BaselineSelection(use="pinned", pinned="3.1", exclude=("3.2",)), "3.1"),
    ],
)
def test_a_mean_says_which_version_it_skips_because_of_the_policy(baseline, words):
    found = choose_references(order([(*TRAIN, "3.4", "3.5")]), "3.5", baseline)
    compared = tuple(sorted(found.baseline))

    assert origin_words(found, compared) == words


def test_a_mean_that_misses_a_version_is_no_range():
    found = choose_references(order([(*TRAIN, "3.4", "3.5")]), "3.5", BaselineSelection(window=9))

    assert origin_words(found, ("3.0", "3.1", "3.3", "3.4")) == "mean of 3.0, 3.1, 3.3 and 3.4"


@pytest.mark.parametrize(
    ("exclude", "nearest"),
    [("3.0.l", "3.0.1"), ("3.0.2", "3.0.1"), ("9.9", "3.3"), ("1.0", "3.0")],
)
def test_an_excluded_version_that_the_data_lacks_is_noted_with_the_nearest(exclude, nearest):
    timeline = order([("3.0", "3.0.1", "3.3")])

    assert list(exclusion_notes((exclude,), timeline, "3.4")) == [
        f"The policy excludes {exclude}, which is not in the data; the nearest is {nearest}."
    ]


@pytest.mark.parametrize("candidate", ["3.4", ""])
@pytest.mark.parametrize(
    ("exclude", "nearest"), [("3.O", "3.0"), ("3.o", "3.0"), ("3.l", "3.1"), ("3.I", "3.1"), ("3.4.1", "3.1")]
)
def test_only_versions_before_the_candidate_are_suggested_for_a_misspelt_one(candidate, exclude, nearest):
    timeline = order([("3.0", "3.1", "3.4")])

    assert list(exclusion_notes((exclude,), timeline, candidate)) == [
        f"The policy excludes {exclude}, which is not in the data; the nearest is {nearest}."
    ]


def test_versions_after_the_candidate_are_not_suggested():
    timeline = order([("3.0", "3.1", "3.2", "3.3")])

    assert list(exclusion_notes(("3.30",), timeline, "3.2")) == [
        "The policy excludes 3.30, which is not in the data; the nearest is 3.0."
    ]


@pytest.mark.parametrize("candidate", ["3.4", ""])
def test_nothing_is_suggested_for_a_misspelt_version_where_there_is_none_before_the_candidate(candidate):
    assert list(exclusion_notes(("3.O",), order([("3.4",)]), candidate)) == [
        "The policy excludes 3.O, which is not in the data."
    ]


@pytest.mark.parametrize(
    ("exclude", "versions"), [((), TRAIN), (("3.1",), TRAIN), (("3.1.0", "3.2"), TRAIN), (("3.1",), ())]
)
def test_nothing_is_noted_of_what_is_excluded_as_written_or_where_there_is_no_data(exclude, versions):
    assert list(exclusion_notes(exclude, order([versions]))) == []
