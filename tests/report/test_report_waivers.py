"""The waivers that a report tells of."""

import pytest
import result_builders as build

from gate.report.shared.waivers import waiver_end, waivers_told


@pytest.mark.parametrize(
    ("days_left", "words_"),
    [(0, "It ends today."), (1, "It ends in 1 day."), (14, "It ends in 14 days."), (15, ""), (None, "")],
)
def test_a_waiver_that_ends_soon_says_so(days_left: int | None, words_: str) -> None:
    assert waiver_end(build.waiver_status(days_left=days_left)) == words_


@pytest.mark.parametrize("state", ["exceeded", "expired", "unused"])
def test_only_a_waiver_in_force_is_said_to_end(state: str) -> None:
    assert waiver_end(build.waiver_status(state=state, days_left=1)) == ""


def test_the_most_urgent_waivers_come_first() -> None:
    statuses = (
        build.waiver_status(target="unused", state="unused"),
        build.waiver_status(target="over", state="expired", days_left=-1),
        build.waiver_status(target="later", days_left=100),
        build.waiver_status(target="soon"),
        build.waiver_status(target="exceeded", state="exceeded"),
        build.waiver_status(target="again", state="expired", days_left=-1, fails_again=True),
    )
    told = waivers_told(build.result(waivers=statuses))

    assert [one.id for one in told] == ["again", "exceeded", "soon", "later", "over", "unused"]
    assert [one.ends for one in told] == ["", "", "It ends in 7 days.", "", "", ""]
    assert [one.state_words for one in told][2:] == ["in force", "in force", "expired", "not used"]


def test_waivers_of_equal_urgency_stay_in_the_order_of_the_policy() -> None:
    statuses = tuple(build.waiver_status(target=name) for name in ("b", "a", "c"))

    assert [one.id for one in waivers_told(build.result(waivers=statuses))] == ["b", "a", "c"]


def test_the_waiver_of_a_shadow_rule_is_not_told() -> None:
    rules = (build.rule("a", mode="shadow"), build.rule("b"))
    statuses = (
        build.waiver_status(target="a"),
        build.waiver_status(target="b"),
        build.waiver_status(target="a", kind="signature"),
    )
    told = waivers_told(build.result(rules=rules, waivers=statuses))

    assert [(one.kind, one.id) for one in told] == [("rule", "b"), ("signature", "a")]


def test_a_waiver_is_told_in_its_own_words() -> None:
    (told,) = waivers_told(build.result(waivers=(build.waiver_status(),)))

    assert told.sentence == "memory-peak is waived up to +10%: The grid is rewritten in 3.5."
