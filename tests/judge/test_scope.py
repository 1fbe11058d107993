"""What a finished result is about."""

from math import inf, log

import pytest
from msgspec.structs import replace
from tellings import HANG, check, insight, outcome, result

from gate.judge.scope import (
    is_aggregate,
    is_left_open,
    line_of,
    movement,
    run_mode,
    strictest,
)
from gate.model.result import Allows
from gate.model.states import is_in_scope

OPEN = {"state": "undecided", "reason": "no_data", "before": None, "now": None}


@pytest.mark.parametrize("mode", ["enforce", "advise", "shadow"])
def test_the_mode_of_a_run_follows_from_the_rules_that_it_covers(mode):
    rules = [outcome(name, "pass", mode=name) for name in ("enforce", "advise", "shadow")]

    assert run_mode(result(rules=rules, mode=mode)) == mode


@pytest.mark.parametrize(
    ("modes", "found"),
    [(("enforce",), "enforce"), (("advise",), "advise"), (("shadow",), "shadow"), ((), "enforce")],
)
def test_where_modes_cover_the_same_rules_the_strictest_is_meant(modes, found):
    rules = [outcome(mode, "pass", mode=mode) for mode in modes]

    assert run_mode(result(rules=rules, mode="shadow")) == found


@pytest.mark.parametrize(
    ("modes", "found"), [(("shadow", "advise"), "advise"), (("shadow",), "shadow"), ((), "enforce")]
)
def test_a_result_without_coverage_is_about_its_strictest_rules(modes, found):
    rules = [outcome(mode, "pass", mode=mode) for mode in modes]

    assert run_mode(replace(result(rules=rules), coverage=None)) == found


def test_a_coverage_that_fits_no_mode_is_that_of_a_run_that_enforces():
    made = result(rules=[outcome()])

    assert run_mode(replace(made, coverage=replace(made.coverage, rules=9))) == "enforce"


@pytest.mark.parametrize(
    ("mode", "run", "counts"),
    [("enforce", "enforce", True), ("advise", "enforce", False), ("advise", "shadow", True)],
)
def test_a_verdict_is_about_rules_at_least_as_strict_as_its_run(mode, run, counts):
    assert is_in_scope(mode, run) is counts


@pytest.mark.parametrize(("modes", "found"), [(("shadow", "enforce"), "enforce"), ((), "shadow")])
def test_the_strictest_of_modes_is_found(modes, found):
    assert strictest(modes) == found


@pytest.mark.parametrize(
    ("device", "aggregate"), [("all_iphones", True), ("all_macs", True), ("iPhone15,2", False)]
)
def test_a_group_of_devices_is_an_aggregate(device, aggregate):
    assert is_aggregate(check(device=device)) is aggregate


@pytest.mark.parametrize(
    ("fields", "moved"),
    [
        ({"before": 1000.0, "now": 1250.0}, log(1.25)),
        ({"before": 1000.0, "now": 800.0}, log(0.8)),
        # The floor of a launch time is 100 ms.
        ({"before": 10.0, "now": 90.0}, 0.0),
        ({"before": 10.0, "now": 200.0}, log(2.0)),
        ({"before": None}, 0.0),
        ({"now": None}, 0.0),
        ({"now": inf}, 0.0),
        ({"metric": "NEW/thing", "unit": "x", "before": 0.0, "now": 5.0}, inf),
        ({"metric": "NEW/thing", "unit": "x", "before": 5.0, "now": 0.0}, -inf),
        ({"metric": "NEW/thing", "unit": "x", "before": 0.0, "now": 0.0}, 0.0),
        ({"metric": "NEW/thing", "unit": "x", "before": -1.0, "now": 5.0}, inf),
    ],
)
def test_a_movement_is_measured_above_the_floor(fields, moved):
    assert movement(check(**fields)) == pytest.approx(moved)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, None),
        ({"limit_value": 1000.0}, 1000.0),
        ({"limit_value": 1118.0}, None),
        ({"limit_value": 1200.0}, None),
        ({"limit_value": 1000.0, "now": None}, None),
        # A goal that the rule does not ask for is only shown.
        ({"goal_value": 900.0}, None),
        ({"goal_value": 900.0, "allows": Allows(goal="fair")}, 900.0),
        ({"goal_value": 900.0, "allows": Allows(goal="fair"), "limit_value": 800.0}, 800.0),
    ],
)
def test_the_line_that_a_slice_is_above_is_found(fields, line):
    assert line_of(check(**fields)) == line


@pytest.mark.parametrize(
    ("one", "checks", "is_open"),
    [
        (insight(), [check(**OPEN)], True),
        (insight(version=""), [check(**OPEN)], True),
        (insight(version="3.4.0"), [check(**OPEN)], True),
        (insight(version="3.3"), [check(**OPEN)], False),
        (insight(kind="trending_up"), [check(**OPEN)], False),
        (insight(), [check(metric="LAUNCH/*", **OPEN)], True),
        (insight(), [check(metric=HANG, **OPEN)], False),
        (insight(), [check(**OPEN), check(device="all_ipads", state="pass")], False),
        (insight(), [check(**OPEN), check("advised", state="pass", mode="advise")], True),
        (insight(), [], False),
    ],
)
def test_a_regression_that_rules_ask_about_and_could_not_decide_is_left_open(one, checks, is_open):
    assert is_left_open(result(*checks), one) is is_open
