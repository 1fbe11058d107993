"""What a report lists and in which order."""

import pytest
import result_builders as build

from gate.model.result import BlamedPlace, Change, Check, Coverage
from gate.report.shared.outline import outline


def worst_first(*checks: Check) -> list[str]:
    """Devices of the checks in the order of the outline."""
    return [check.slice.device for check in outline(build.result(checks=checks)).checks]


def test_a_state_outweighs_everything() -> None:
    checks = [
        build.check(state=state, slice=build.key(device=state))
        for state in ("pass", "warn", "undecided", "fail", "improved")
    ]

    assert worst_first(*checks) == ["fail", "warn", "undecided", "improved", "pass"]


def test_a_group_of_devices_outweighs_a_model_that_rose_more() -> None:
    model = build.check(slice=build.key(device="iPhone15,2"), now=3000.0)

    assert worst_first(model, build.check()) == ["all_iphones", "iPhone15,2"]


def test_a_clearer_rise_comes_first_among_equally_large_ones() -> None:
    vague = build.check(slice=build.key(device="vague"), p_value=0.04)
    clear = build.check(slice=build.key(device="clear"), p_value=0.001)

    assert worst_first(vague, clear) == ["clear", "vague"]


def test_a_larger_rise_comes_first() -> None:
    small = build.check(slice=build.key(device="small"), now=1000.0)
    large = build.check(slice=build.key(device="large"), now=2000.0)

    assert worst_first(small, large) == ["large", "small"]


def test_a_rise_from_zero_counts_as_the_largest() -> None:
    large = build.check(slice=build.key(device="large"), now=90000.0)
    from_zero = build.check(slice=build.key(device="zero"), change=Change(relative=None, absolute=1.0))

    assert worst_first(large, from_zero) == ["zero", "large"]


def test_what_blocks_comes_before_what_advises() -> None:
    rules = (build.rule("advises", mode="advise", blocks=False), build.rule("blocks"))

    assert [finding.rule.id for finding in outline(build.result(rules=rules)).failed] == ["blocks", "advises"]


def test_equal_findings_keep_the_order_of_the_policy() -> None:
    rules = tuple(build.rule(name) for name in "cab")

    assert [finding.rule.id for finding in outline(build.result(rules=rules)).failed] == ["c", "a", "b"]


def test_only_slices_in_the_state_of_their_rule_are_named() -> None:
    checks = (build.check(), build.check(state="warn"), build.check(state="pass"))
    [finding] = outline(build.result(rules=(build.rule(),), checks=checks)).failed

    assert [check.state for check in finding.checks] == ["fail"]


def test_the_largest_improvement_comes_first() -> None:
    small = build.check(state="improved", slice=build.key(device="small"), now=850.0)
    large = build.check(state="improved", slice=build.key(device="large"), now=500.0)

    assert worst_first(small, large) == ["large", "small"]


@pytest.mark.parametrize("on_undecided", ["warn", "block"])
def test_a_cause_says_which_rules_the_policy_waits_for(on_undecided: str) -> None:
    rule = build.rule(state="undecided", reason="no_data", on_undecided=on_undecided)
    parts = outline(build.result(rules=(rule,), checks=(build.check(),), undecided=(build.group(),)))

    assert [group.waiting for group in parts.undecided] == [("launch-typical",)]
    assert [finding.rule for finding in parts.waiting] == [rule]


def test_positions_are_followed_and_those_that_lead_nowhere_are_dropped() -> None:
    checks = (build.check(), build.check(slice=build.key(device="iPhone15,2")))
    told = build.incident(checks=(1, 0, 7, -1), insights=(0, 3), signatures=(0, 9))
    [incident] = outline(
        build.result(
            rules=(build.rule(),),
            checks=checks,
            insights=(build.insight(),),
            signatures=(build.signature(),),
            incidents=(told,),
            undecided=(build.group(checks=(0, 5, -2)),),
        )
    ).incidents

    assert [check.slice.device for check in incident.checks] == ["all_iphones", "iPhone15,2"]
    assert (len(incident.insights), len(incident.signatures), incident.more) == (1, 1, 0)


def test_every_incident_names_a_slice_however_few_rows_there_are() -> None:
    rules = tuple(build.rule(name) for name in "abc")
    checks = tuple(
        build.check(name, slice=build.key(percentile=percentile))
        for name in "abc"
        for percentile in ("p50", "p90")
    )
    told = tuple(
        build.incident(rules=(name,), checks=(2 * place, 2 * place + 1)) for place, name in enumerate("abc")
    )
    incidents = outline(build.result(rules=rules, checks=checks, incidents=told), rows=4).incidents

    assert [(len(incident.checks), incident.more) for incident in incidents] == [(1, 1)] * 3


def test_a_place_that_two_incidents_blame_is_told_with_the_first() -> None:
    place = BlamedPlace(function="f()", path="a.swift", line=5, signatures=(0,), owners=("@a",))
    told = tuple(build.incident(signatures=(0,), places=(place,)) for _ in range(2))
    incidents = outline(build.result(signatures=(build.signature(),), incidents=told)).incidents

    assert [incident.places[0].is_known for incident in incidents] == [False, True]


def test_owner_and_advice_of_several_rules_are_said_once() -> None:
    rules = tuple(build.rule(name, owner="@a", advice="Look.") for name in "ab")
    told = build.incident(rules=("a", "b"), checks=())
    [incident] = outline(build.result(rules=rules, incidents=(told,))).incidents

    assert (incident.owners, incident.advice) == (("@a",), ("Look.",))


@pytest.mark.parametrize(
    ("changes", "is_over"),
    [
        ({"allowed_value": 1000.0}, True),
        ({"allowed_value": 1118.0}, False),
        ({"limit_value": 1000.0}, True),
        ({"allowed_value": 1000.0, "now": None}, False),
        ({}, False),
    ],
)
def test_an_undecided_slice_is_over_when_its_value_is_above_a_line(
    changes: dict[str, float | None], is_over: bool
) -> None:
    check = build.check(state="undecided", reason="within_noise", **changes)
    rule = build.rule(state="undecided", reason="within_noise")
    group = build.group(kind="within_noise", reason="within_noise")
    [told] = outline(build.result(rules=(rule,), checks=(check,), undecided=(group,))).undecided

    assert bool(told.over) is is_over


def test_signatures_are_unchanged_only_if_that_is_known() -> None:
    changes = ("same", "shrunk", "new", "grown", "unknown")
    signatures = tuple(build.signature(id=change, change=change, level="note") for change in changes)
    parts = outline(build.result(signatures=signatures))

    assert [one.id for one in parts.unchanged] == ["same", "shrunk"]
    assert [one.id for one in parts.further_signatures] == ["new", "grown", "unknown"]


@pytest.mark.parametrize(
    ("counted", "apart"),
    [(1, ["advise", "shadow"]), (2, ["shadow"]), (3, [])],
)
def test_rules_that_the_verdict_is_not_about_stand_apart(counted: int, apart: list[str]) -> None:
    rules = tuple(build.rule(mode, mode=mode, state="pass") for mode in ("enforce", "advise", "shadow"))
    judged = build.result(rules=rules, coverage=Coverage(rules=counted, decided=counted))

    assert [rule.id for rule in outline(judged).apart] == apart


def test_waivers_that_have_ended_come_first_and_then_those_that_end_soon() -> None:
    waivers = (
        build.waiver_status(target="late", days_left=200),
        build.waiver_status(target="unused", state="unused"),
        build.waiver_status(target="soon", days_left=14),
        build.waiver_status(target="exceeded", state="exceeded"),
        build.waiver_status(target="expired", state="expired", days_left=-1),
    )
    told = outline(build.result(waivers=waivers)).waivers

    assert [one.target for one in told] == ["expired", "exceeded", "soon", "late", "unused"]
    assert [one.target for one in told if one.ends] == ["soon"]


def test_findings_of_apple_come_worst_first() -> None:
    insights = tuple(build.insight(level=level) for level in ("note", "fail", "warn"))

    assert [one.level for one in outline(build.result(insights=insights)).insights] == [
        "fail",
        "warn",
        "note",
    ]


def test_a_slice_that_several_rules_look_at_is_told_once() -> None:
    goal = build.check("launch-goal", state="warn", passes_at=950.0)
    change = build.check("launch-change", state="fail", passes_at=998.0)
    other = build.check("launch-change", slice=build.key(percentile="p90"), now=1000.0)
    unweighed = build.check("launch-limit", state="warn", passes_at=None)
    told = build.incident(checks=(0, 1, 2, 3), rules=("launch-change", "launch-goal"))
    judged = build.result(checks=(goal, change, other, unweighed), incidents=(told,))

    [whole], [cut] = outline(judged).incidents, outline(judged, slices_each=1).incidents

    assert [(one.rule, one.state, one.passes_at) for one in whole.checks] == [
        ("launch-change", "fail", 950.0),
        ("launch-change", "fail", None),
    ]
    assert (whole.more, len(cut.checks), cut.more) == (0, 1, 1)


def test_slices_of_an_incident_in_one_state_come_by_size() -> None:
    typical = build.check(slice=build.key(percentile="p50"), before=1000.0, now=1116.0, p_value=0.001)
    worst = build.check(slice=build.key(percentile="p90"), before=1000.0, now=1117.0, p_value=0.01)
    [told] = outline(
        build.result(checks=(typical, worst), incidents=(build.incident(checks=(0, 1)),))
    ).incidents

    assert [check.slice.percentile for check in told.checks] == ["p90", "p50"]
