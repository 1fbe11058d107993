"""What a verdict does under an event."""

import pytest
from policy_texts import with_section

from gate.policy.read import read
from gate.policy.types import Outcome

ADVICE = Outcome(fail="advise", undecided="advise")
NAMED = with_section("outcomes: {default: {fail: note, undecided: block}, pull_request: {fail: block}}\n")


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("pull_request", Outcome(fail="block", undecided="note")),
        ("pull_request_target", ADVICE),
        ("schedule", Outcome(fail="note", undecided="block")),
        ("", Outcome(fail="note", undecided="block")),
    ],
)
def test_an_event_has_its_own_outcome_or_the_default(event, outcome):
    assert read(NAMED).outcome_for(event) == outcome


def test_a_merge_queue_is_treated_like_the_pull_requests_in_it():
    assert read(NAMED).outcome_for("merge_group") == read(NAMED).outcome_for("pull_request")


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "merge_group"])
def test_a_pull_request_is_never_blocked_unless_the_policy_names_it(event):
    assert read(with_section("outcomes: {default: {fail: block}}\n")).outcome_for(event) == ADVICE


def test_without_outcomes_a_fail_blocks_and_an_undecided_run_is_noted():
    assert read(with_section("")).outcome_for("schedule") == Outcome(fail="block", undecided="note")
