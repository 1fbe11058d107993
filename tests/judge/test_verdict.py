"""What a run comes to: which rules it is about, how much of them was decided, its verdict and its exit code."""

import pytest
from builders import policy, rule
from msgspec.structs import replace

from gate.judge.verdict import Conclusion, conclude, cover, in_scope
from gate.model.result import Coverage, InsightFinding, RuleOutcome
from gate.policy.types import Outcome

OUTCOMES = [
    RuleOutcome(id=mode, state="pass", mode=mode, sentence="") for mode in ("shadow", "advise", "enforce")
]


def outcome(state="pass", name="launch", **fields):
    return RuleOutcome(id=name, state=state, sentence="", **({"mode": "enforce"} | fields))


IGNORED = outcome("undecided", on_undecided="ignore")
WAITING = outcome("undecided")
BLOCKING = outcome("undecided", blocks=True)
INSIGHT = InsightFinding(
    kind="regression",
    level="fail",
    slice_name="LAUNCH/launchTime",
    version="3.4",
    high_impact=None,
    largest_change=None,
    reference_versions=(),
    agreement="",
    sentence="",
    summary="",
)


def concluded(*outcomes, effect=None, mode="enforce", insights=(), unread=()):
    """What these outcomes come to."""
    rules = policy(*[rule(name=one.id) for one in outcomes], mode=mode)
    coverage = cover(rules, outcomes, unread)
    return conclude(rules, effect or Outcome(), outcomes, insights, (), coverage)


@pytest.mark.parametrize(
    ("mode", "counted"),
    [
        ("enforce", ["enforce"]),
        ("advise", ["advise", "enforce"]),
        ("shadow", ["shadow", "advise", "enforce"]),
    ],
)
def test_the_verdict_is_about_rules_at_least_as_strict_as_the_run(mode, counted):
    assert [one.id for one in in_scope(policy(mode=mode), OUTCOMES)] == counted


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ((outcome(), outcome("improved"), outcome("warn")), "pass"),
        ((outcome(), WAITING), "partial"),
        ((outcome("warn"), WAITING), "partial"),
        ((outcome(), IGNORED), "pass"),
        ((outcome(), IGNORED, WAITING), "partial"),
        ((WAITING,), "undecided"),
        ((WAITING, IGNORED), "undecided"),
        ((IGNORED,), "undecided"),
        ((), "undecided"),
        ((outcome(mode="advise"),), "undecided"),
        ((outcome(), outcome("undecided", mode="advise")), "pass"),
        ((outcome("fail"), WAITING), "fail"),
        ((outcome(), outcome("fail", mode="advise")), "pass"),
    ],
)
def test_a_run_passes_only_when_everything_in_scope_is_decided_or_excepted(outcomes, verdict):
    assert concluded(*outcomes).verdict == verdict


def test_what_could_fail_and_was_not_read_keeps_a_run_from_passing():
    assert concluded(outcome(), unread=("signatures",)).verdict == "partial"
    assert concluded(WAITING, unread=("signatures",)).verdict == "undecided"


BLOCK = Outcome(undecided="block")


@pytest.mark.parametrize(
    ("outcomes", "fields", "code"),
    [
        ((outcome(), WAITING), {"effect": BLOCK}, 0),  # a rule with a word of its own
        ((outcome(), BLOCKING), {}, 3),
        ((outcome("warn", blocks=True),), {}, 0),
        ((WAITING,), {"effect": BLOCK}, 3),
        ((IGNORED,), {"effect": BLOCK}, 3),
        ((), {"effect": BLOCK}, 3),
        ((), {"effect": BLOCK, "mode": "advise"}, 0),
        ((WAITING,), {"effect": Outcome(undecided="advise")}, 0),
        ((outcome(),), {"effect": BLOCK, "unread": ("signatures",)}, 3),
        ((outcome(),), {"unread": ("signatures",)}, 0),
        ((outcome(),), {"effect": BLOCK}, 0),
        ((outcome("fail", blocks=True), BLOCKING), {}, 1),
        ((outcome("fail"), BLOCKING), {}, 3),
        ((outcome("fail"),), {}, 0),
        ((outcome("fail", blocks=True, mode="advise"), outcome()), {}, 0),
        ((outcome(),), {"insights": (INSIGHT,)}, 1),
        ((outcome(),), {"insights": (INSIGHT,), "mode": "advise"}, 0),
        ((outcome(),), {"insights": (INSIGHT,), "effect": Outcome(fail="note")}, 0),
        ((outcome(),), {"insights": (replace(INSIGHT, level="warn"),)}, 0),
    ],
)
def test_the_exit_code_is_that_of_the_worst_thing_that_blocks(outcomes, fields, code):
    found = concluded(*outcomes, **fields)

    assert (found.exit_code, found.blocks) == (code, code != 0)


def test_a_conclusion_has_all_three():
    assert concluded(outcome()) == Conclusion(verdict="pass", blocks=False, exit_code=0)


def test_coverage_counts_what_the_verdict_is_about():
    outcomes = [outcome(), WAITING, IGNORED, outcome("undecided", mode="advise")]
    found = cover(policy(rule(name="launch")), outcomes, ("signatures",))

    assert found == Coverage(rules=3, decided=1, excepted=1, missing=("launch",), unread=("signatures",))


def test_what_users_notice_most_is_missed_first():
    rules = [
        rule("STORAGE/x"), rule("DISK/x"), rule("BATTERY/x"), rule("NEW/x"), rule("ANIMATION/x"), rule("MEMORY/x"),
        rule("TERMINATION/x"), rule("HANG/x", name="models", device="iPhone15,*"), rule("hang/x", device="all_iphones"),
        rule("HANG/*", name="any"), rule("*/*", name="all", device="*"), rule("LAUNCH/x", mode="advise"),
        rule("LAUNCH/y"),
    ]  # fmt: skip
    outcomes = [outcome("undecided", one.id, mode=one.mode) for one in rules]

    assert cover(policy(*rules, mode="advise"), outcomes).missing == (
        "all", "LAUNCH-y", "hang-x", "any", "models", "TERMINATION-x", "MEMORY-x", "ANIMATION-x", "BATTERY-x",
        "DISK-x", "STORAGE-x", "NEW-x", "LAUNCH-x",
    )  # fmt: skip
