"""What is weighed for lines that only count when they are crossed."""

import pytest
from builders import rule

from gate.judge.crossings import Crossings, how_sure
from gate.model.units import Quantity
from gate.policy.types import Allowance, Rule
from gate.stats.evidence import RuleEvidence, SliceEvidence

LIMIT = rule(name="limit", limit="<= 9 s", when="crossed")
GOAL = rule(name="goal", goal="recommended", when="crossed", advice="Look", owner="Ann")
LEVEL = rule(name="level", limit="<= 9 s")
CHANGE = rule(name="change", fail="> +10%", when="crossed")


def rises(*selected):
    """What is weighed for some rules, as limits on a rise, with the slices."""
    return [(one.fail.relative, one.mode, indices) for one, indices in Crossings(selected).rises]


def test_any_rise_is_weighed_for_a_rule_whose_lines_wait_for_a_crossing():
    assert rises((LIMIT, [0, 2])) == [(0.0, "enforce", (0, 2))]


@pytest.mark.parametrize(
    ("mode", "weighed"), [("enforce", "enforce"), ("advise", "enforce"), ("shadow", "shadow")]
)
def test_what_is_weighed_selects_the_same_slices_and_allows_no_rise(mode, weighed):
    floor = Quantity(value=1.0, unit="s")
    one = rule(limit="<= 9 s", when="crossed", device="all_ipads", mode=mode, noise=0.3, floor=floor)
    ((found, _),) = Crossings([(one, [0])]).rises

    assert found == Rule(
        id="any-rise",
        selector=one.selector,
        mode=weighed,
        fail=Allowance(relative=0.0, text="> +0%"),
        noise=0.3,
        floor=floor,
    )


@pytest.mark.parametrize("one", [LEVEL, CHANGE])
def test_nothing_is_weighed_for_a_rule_whose_lines_do_not_wait(one):
    assert rises((one, [0])) == []


def test_the_same_question_is_asked_once():
    assert len(rises((LIMIT, [0, 1]), (GOAL, [0, 1]))) == 1


@pytest.mark.parametrize(
    "other",
    [
        (rule(limit="<= 9 s", when="crossed", mode="shadow"), [0, 1]),
        (rule(limit="<= 9 s", when="crossed", noise=0.3), [0, 1]),
        (rule(limit="<= 9 s", when="crossed", floor=Quantity(value=1.0, unit="s")), [0, 1]),
        (LIMIT, [0]),
    ],
)
def test_another_question_is_asked_apart(other):
    assert len(rises((LIMIT, [0, 1]), other)) == 2


def test_a_rule_that_only_advises_shares_the_question_of_one_that_enforces():
    advice = rule(limit="<= 9 s", when="crossed", mode="advise")

    assert len(rises((LIMIT, [0, 1]), (advice, [0, 1]))) == 1


def test_each_rule_gets_the_answer_to_its_question():
    crossings = Crossings([(LEVEL, [0]), (LIMIT, [0]), (CHANGE, [0]), (GOAL, [1]), (GOAL, [0])])
    first, second = (RuleEvidence(state=state, basis="all_clear") for state in ("fail", "pass"))

    assert crossings.evidence([first, second]) == [None, first, None, second, first]


@pytest.mark.parametrize(
    ("state", "basis", "rise"),
    [
        ("fail", "significant", "beyond_noise"),
        ("warn", "thin_history", "thin_history"),
        ("undecided", "thin_history", "thin_history"),
        ("warn", "gradual_drift", "within_noise"),
        ("undecided", "within_noise", "within_noise"),
        ("pass", "all_clear", "within_noise"),
    ],
)
def test_only_a_significant_rise_is_beyond_the_noise(state, basis, rise):
    assert how_sure(SliceEvidence(index=0, state=state, basis=basis)) == rise


def test_a_rise_that_was_not_weighed_is_not_beyond_the_noise():
    assert how_sure(None) == "within_noise"
