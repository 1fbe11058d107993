"""The waivers that a report tells of."""

import pytest
import result_builders as build

from gate.report.shared.waivers import tell_waivers, waiver_end, waiver_sentence, waivers_in_use


@pytest.mark.parametrize(
    ("days_left", "words_"),
    [
        (0, "It ends today."),
        (1, "It ends in 1 day."),
        (14, "It ends in 14 days."),
        (15, ""),
        (-1, ""),
        (None, ""),
    ],
)
def test_a_waiver_that_ends_soon_says_so(days_left: int | None, words_: str) -> None:
    rule = build.rule(state="warn", waiver=build.waiver(days_left=days_left))

    assert waiver_end(rule) == words_


def test_without_a_waiver_nothing_ends() -> None:
    assert waiver_end(build.rule()) == ""


def test_waivers_that_end_soon_come_first() -> None:
    soon = build.waiver(until="2026-11-24", days_left=1)
    rules = (
        build.rule("a", state="warn", waiver=build.waiver(until="2027-11-24", days_left=366)),
        build.rule("b", state="warn", waiver=soon),
        build.rule("c", state="warn", mode="shadow", waiver=soon),
    )
    waived = waivers_in_use(rules)

    assert [(one.id, one.ends) for one in waived] == [("b", "It ends in 1 day."), ("a", "")]
    assert waived[0].sentence == "b is waived up to +15% until 2026-11-24: Known."


def test_without_a_waiver_there_is_no_sentence() -> None:
    assert waiver_sentence(build.rule()) == ""


@pytest.mark.parametrize("reason", ["Known", "Known."])
def test_a_waiver_is_one_sentence_with_or_without_the_policys_full_stop(reason: str) -> None:
    rule = build.rule("a", waiver=build.waiver(until="2027-11-24", reason=reason))

    assert waiver_sentence(rule) == "a is waived up to +15% until 2027-11-24: Known."


def test_a_rule_kept_by_a_waiver_is_listed_although_the_list_is_missing() -> None:
    rules = (build.rule(state="warn", waiver=build.waiver()),)
    [waiver] = tell_waivers(build.older(build.result(rules=rules)))

    assert (waiver.state, waiver.target, waiver.ends) == ("in_force", "launch-typical", "It ends in 7 days.")
