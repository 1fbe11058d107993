"""Which rules the verdict of a run is about."""

import pytest
from builders import policy

from gate.judge.verdict import in_scope
from gate.model.result import RuleOutcome

OUTCOMES = [
    RuleOutcome(id=mode, state="pass", mode=mode, sentence="") for mode in ("shadow", "advise", "enforce")
]


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
