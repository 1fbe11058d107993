"""Which failed checks a waiver covers."""

from datetime import date

import pytest
from builders import NOW, STEADY, only_check, rule, series, verdict_of
from msgspec.structs import replace

from gate.judge.waivers import find_waiver, in_use
from gate.model.result import Change
from gate.model.versions import order
from gate.policy.types import Waiver

TODAY = date(2026, 9, 21)
FAILED = only_check(
    verdict_of(rule(name="launch", fail="> +10%"), series("LAUNCH/launchTime", (*STEADY, 1118.0)), now=NOW)
)


def waiver(**fields):
    return Waiver(**{"rule": "launch", "up_to": 0.25, "until": "2026-12-31", "reason": "Known"} | fields)


def rose(relative, **fields):
    """A failed check that rose by so much."""
    return replace(FAILED, change=Change(relative=relative, absolute=1.0), **fields)


def covers(one, *checks, candidate="3.4"):
    timeline = order([("3.3", "3.4", "3.5")])
    found = find_waiver([one], "launch", checks, today=TODAY, timeline=timeline, candidate=candidate)
    return found is not None


@pytest.mark.parametrize(("rise", "covered"), [(0.24, True), (0.25, True), (0.2501, False), (None, False)])
def test_a_ceiling_accepts_a_rise_up_to_itself(rise, covered):
    assert covers(waiver(), rose(rise)) is covered


def test_all_failed_slices_must_be_below_the_ceiling():
    assert covers(waiver(), rose(0.2), rose(0.1))
    assert not covers(waiver(), rose(0.2), rose(0.3))


def test_a_slice_above_an_absolute_line_is_never_covered():
    assert not covers(waiver(), rose(0.1, line_failed=True))


def test_a_slice_without_a_change_is_never_covered():
    assert not covers(waiver(), replace(FAILED, change=None))


@pytest.mark.parametrize(
    ("until", "covered"), [("2026-09-20", False), ("2026-09-21", True), ("2026-09-22", True)]
)
def test_the_last_day_counts(until, covered):
    assert covers(waiver(until=until), rose(0.2)) is covered


@pytest.mark.parametrize(
    ("last", "candidate", "covered"),
    [
        ("3.4", "3.4", True),
        ("3.4.0", "3.4", True),
        ("3.5", "3.4", True),
        ("3.3", "3.4", False),
        ("4.0", "3.4", True),  # neither is in the data: the numbers decide
        ("3.4", "9.9", False),
    ],
)
def test_the_last_version_counts(last, candidate, covered):
    assert covers(waiver(until="", through_version=last), rose(0.2), candidate=candidate) is covered


@pytest.mark.parametrize(
    ("last", "candidate", "covered"),
    [
        ("2.9.5", "3.1", True),  # a hotfix of an older train that is released later
        ("3.1", "2.9.5", False),
        ("3.0", "2.9.5", False),
    ],
)
def test_the_payload_says_which_version_is_the_last(last, candidate, covered):
    timeline = order([("3.0", "3.1", "2.9.5")])
    one = waiver(until="", through_version=last)
    found = find_waiver([one], "launch", [rose(0.2)], today=TODAY, timeline=timeline, candidate=candidate)

    assert (found is not None) is covered


def test_both_ends_must_hold():
    assert not covers(waiver(until="2026-09-20", through_version="3.5"), rose(0.2))
    assert not covers(waiver(until="2026-12-31", through_version="3.3"), rose(0.2))


def test_another_rules_waiver_covers_nothing():
    assert not covers(waiver(rule="other"), rose(0.2))


def test_the_first_waiver_that_covers_all_is_in_use():
    tight, wide, wider = waiver(up_to=0.1), waiver(up_to=0.3), waiver(up_to=0.5)
    found = find_waiver(
        [tight, wide, wider], "launch", [rose(0.2)], today=TODAY, timeline=order([]), candidate="3.4"
    )

    assert found == wide


def test_a_waiver_in_use_says_how_long_it_lasts():
    used = in_use(waiver(until="2026-09-30"), TODAY)

    assert (used.up_to, used.until, used.through_version, used.days_left) == (0.25, "2026-09-30", "", 9)
    assert used.reason == "Known"


def test_a_waiver_that_ends_with_a_version_has_no_days_left():
    used = in_use(waiver(until="", through_version="3.5"), TODAY)

    assert (used.until, used.through_version, used.days_left) == ("", "3.5", None)
