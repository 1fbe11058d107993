"""Apple's goals and bands in words, whichever of the two forms Apple sends."""

import pytest
from builders import STEADY, only_check, rule, series, verdict_of

from gate.judge.sentences.goals import crossed_goal_words, goal_words, missing_goal_words
from gate.model.facts import GoalBand

LAUNCH = "LAUNCH/launchTime"
BANDS = (GoalBand(name="good", upper=950.0), GoalBand(name="poor", lower=950.0))


def launch(now=905.0, **fields):
    return series(LAUNCH, (*STEADY, now), **fields)


@pytest.mark.parametrize(
    ("goal", "is_recommended", "words"),
    [
        ("recommended", True, "Apple's recommended goal of 850 ms"),
        ("good", False, "Apple's goal “good” of 850 ms"),
        ("good", True, "Apple's recommended goal of 850 ms, in place of a band “good”"),
    ],
)
def test_a_goal_is_called_what_it_is(goal, is_recommended, words):
    assert goal_words(rule(goal=goal), launch(), 850.0, is_recommended=is_recommended) == words


@pytest.mark.parametrize(
    ("goal", "fields", "words"),
    [
        ("recommended", {}, "Apple recommends no goal for launch time p50 on all iPhones"),
        (
            "recommended",
            {"bands": BANDS},
            "Apple recommends no goal for launch time p50 on all iPhones, but gives bands: “good” up to 950 ms",
        ),
        ("fair", {}, "Apple gives no band “fair” for launch time"),
        ("fair", {"bands": BANDS}, "Apple gives no band “fair” for launch time"),
        (
            "fair",
            {"recommended": 850.0},
            "Apple gives no band “fair” for launch time, only a recommended goal of 850 ms",
        ),
    ],
)
def test_what_apple_sends_instead_of_a_goal_is_named(goal, fields, words):
    assert missing_goal_words(rule(goal=goal), launch(**fields)) == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (800.0, 900.0, ", past Apple's recommended goal of 850 ms"),
        (900.0, 850.0, ", back within Apple's recommended goal of 850 ms"),
        (860.0, 900.0, ""),
        (800.0, 850.0, ""),
    ],
)
def test_a_change_across_the_recommended_goal_says_so(before, now, words):
    assert crossed_goal_words(launch(recommended=850.0), before, now) == words


def test_without_any_goal_none_is_crossed():
    assert crossed_goal_words(launch(), 1.0, 2.0) == ""


@pytest.mark.parametrize(("now", "state"), [(905.0, "pass"), (960.0, "fail")])
def test_a_rule_that_asks_for_good_works_with_a_recommended_goal_alone(now, state):
    found = only_check(verdict_of(rule(goal="good"), launch(now, recommended=950.0)))

    assert (found.state, found.goal_value) == (state, 950.0)
    assert "Apple's recommended goal of 950 ms" in found.sentence


def test_a_rule_that_asks_for_fair_is_undecided_with_a_recommended_goal_alone():
    found = only_check(verdict_of(rule(goal="fair"), launch(recommended=950.0)))

    assert (found.state, found.reason) == ("undecided", "no_data")
    assert "only a recommended goal of 950 ms" in found.sentence
