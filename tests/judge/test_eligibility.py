"""What can't be judged at all, and why."""

import pytest
from builders import NOW, VERSIONS, facts, policy, series

from gate.judge.comparisons import compare_all
from gate.judge.eligibility import Eligibility, Ineligible, Stale, find_staleness
from gate.model.versions import order
from gate.policy.types import Evidence

HOUR = 3600.0
DAY_OLD = Stale(age=24 * HOUR, max_age=HOUR)


def examine(values, *, stale=None, candidate="3.4", source="", problem=""):
    """Examine one slice."""
    one = series("LAUNCH/launchTime", values, problem=problem)
    timeline = order([one.versions])
    (comparison,) = compare_all(policy(), facts(one), timeline, candidate)
    return eligibility(timeline, candidate, source=source, stale=stale).examine(comparison)


def eligibility(timeline, candidate="3.4", *, source="", stale=None):
    return Eligibility(facts(candidate_on_sale=source == "on sale"), timeline, candidate, stale)


def test_a_slice_with_a_candidate_can_be_judged():
    assert examine((900, 905)) is None


def test_a_slice_without_the_candidate_is_not_measured():
    assert examine((900, None)) == Ineligible(cause="not_measured", reason="no_data", candidate="3.4")


def test_a_series_that_contradicts_itself_is_a_contradiction():
    assert examine((900, 905), problem="Apple sent 3.4 twice") == Ineligible(
        cause="contradiction", reason="not_comparable"
    )


def test_old_data_is_stale_whatever_else_is_wrong_with_it():
    stale = Ineligible(cause="stale", reason="stale", stale=DAY_OLD)

    assert examine((900, 905), stale=DAY_OLD) == stale
    assert examine((900, None), stale=DAY_OLD) == stale
    assert eligibility(order([]), stale=DAY_OLD).examine_unmatched("LAUNCH/launchTime") == stale


def test_a_selector_without_a_match_names_what_is_near():
    assert eligibility(order([VERSIONS])).examine_unmatched("LAUNCH/launchTime") == Ineligible(
        cause="unmatched", reason="no_data", near="LAUNCH/launchTime"
    )


@pytest.mark.parametrize(
    ("versions", "candidate", "source", "reason"),
    [
        (VERSIONS, "3.5", "on sale", "too_early"),
        (VERSIONS, "3.4", "on sale", "no_data"),  # something of it is measured
        (VERSIONS, "3.5", "", "no_data"),
        ((), "3.5", "on sale", "no_data"),  # nothing of any version is measured
    ],
)
def test_a_version_on_sale_is_young_where_only_others_are_measured(versions, candidate, source, reason):
    found = eligibility(order([versions]), candidate, source=source).examine_unmatched("")

    assert found.reason == reason


@pytest.mark.parametrize(
    ("age", "is_stale"),
    [
        (0.0, False),
        (48 * HOUR, False),
        (48 * HOUR + 1, True),
        (-HOUR, False),  # clocks differ
        (-HOUR - 1, True),
        (1.0, False),
    ],
)
def test_data_is_believed_from_an_hour_in_the_future_to_the_policys_age(age, is_stale):
    found = find_staleness(facts(fetched_at=NOW - age), Evidence(max_age=48 * HOUR), NOW)

    assert found == (Stale(age=age, max_age=48 * HOUR) if is_stale else None)


def test_data_without_a_time_is_never_stale():
    assert find_staleness(facts(fetched_at=None), Evidence(), NOW) is None
