"""The waivers that a report tells of."""

from collections.abc import Callable

import pytest
import result_builders as build

from gate.model.result import Result, RuleOutcome
from gate.report import junit, messages, sarif
from gate.report.shared.waivers import tell_waivers, waiver_end, waiver_sentence, waivers_in_use
from gate.report.shared.words import verdict_words


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


EVERY_STATE = (
    build.waiver_status(target="soon", sentence="soon is waived until 2026-11-30 (7 days left); now +8%."),
    build.waiver_status(target="late", days_left=200, sentence="late is waived (200 days left)."),
    build.waiver_status(target="old", state="expired", days_left=-1, sentence="old has ended."),
    build.waiver_status(target="over", state="exceeded", sentence="over is above."),
    build.waiver_status(target="idle", state="unused", sentence="idle covers nothing."),
)
EVERY_STATE_IN_WORDS = (
    "Expired: old has ended.",
    "Exceeded: over is above.",
    "In force, ends soon: soon is waived until 2026-11-30; now +8%. It ends in 7 days.",
    "In force: late is waived (200 days left).",
    "Unused: idle covers nothing.",
)


def test_the_days_that_are_left_are_said_once() -> None:
    told = tell_waivers(build.result(waivers=EVERY_STATE))

    assert tuple(one.words for one in told) == EVERY_STATE_IN_WORDS


def test_a_waiver_on_its_last_day_says_so_once() -> None:
    last = build.waiver_status(days_left=0, sentence="a is waived until 2026-11-23 (its last day).")
    [told] = tell_waivers(build.result(waivers=(last,)))

    assert (told.sentence, told.ends) == ("a is waived until 2026-11-23.", "It ends today.")


@pytest.mark.parametrize("write", [junit.render, sarif.render])
def test_a_report_for_machines_has_every_waiver_with_its_state(write: Callable[[Result], bytes]) -> None:
    made = write(build.result(rules=(build.rule(),), waivers=EVERY_STATE)).decode()

    assert [words in made for words in EVERY_STATE_IN_WORDS] == [True] * 5


@pytest.mark.parametrize(("service", "shown"), [("slack", 5), ("teams", 4)])
def test_a_message_has_waivers_in_every_state(service: messages.MessageService, shown: int) -> None:
    made = messages.render(build.result(waivers=EVERY_STATE), service).decode()

    assert [f"Waiver. {words}" in made for words in EVERY_STATE_IN_WORDS] == [True] * shown + [False] * (
        5 - shown
    )
    assert ("1 more waiver" in made) is (shown < 5)


@pytest.mark.parametrize(
    ("verdict", "rule", "said"),
    [
        ("pass", build.rule(state="warn", waiver=build.waiver()), "Pass, waived"),
        ("pass", build.rule(state="warn", mode="shadow", waiver=build.waiver()), "Pass"),
        ("pass", build.rule(state="warn"), "Pass"),
        ("fail", build.rule(state="warn", waiver=build.waiver()), "Fail"),
    ],
)
def test_a_pass_that_needs_a_waiver_says_so(verdict: str, rule: RuleOutcome, said: str) -> None:
    assert verdict_words(build.result(verdict=verdict, blocks=verdict == "fail", rules=(rule,))) == said
