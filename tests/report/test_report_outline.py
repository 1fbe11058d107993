"""What a report lists and in which order."""

import pytest
import result_builders as build

from gate.model.result import Change, Check
from gate.report.shared.outline import grouped, outline


def worst_first(*checks: Check) -> list[str]:
    """Devices of the checks in the order of the outline."""
    return [check.slice.device for check in outline(build.result(checks=checks)).checks]


def test_a_state_outweighs_everything() -> None:
    checks = [
        build.check(state=state, slice=build.key(device=state))
        for state in ("pass", "warn", "undecided", "fail", "improved")
    ]

    assert worst_first(*checks) == ["fail", "warn", "undecided", "improved", "pass"]


def test_a_clearer_rise_outweighs_a_larger_one() -> None:
    clear = build.check(slice=build.key(device="clear"), p_value=0.001, now=1000.0)
    large = build.check(slice=build.key(device="large"), p_value=0.04, now=2000.0)

    assert worst_first(large, clear) == ["clear", "large"]


def test_a_larger_rise_comes_first_among_equally_clear_ones() -> None:
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


@pytest.mark.parametrize("on_undecided", ["warn", "block"])
def test_an_undecided_rule_that_the_policy_asks_for_waits_apart(on_undecided: str) -> None:
    rule = build.rule(state="undecided", reason="no_data", on_undecided=on_undecided)
    parts = outline(build.result(rules=(rule,)))

    assert ([finding.rule for finding in parts.waiting], parts.undecided) == ([rule], ())


def test_an_undecided_slice_of_a_decided_rule_is_listed() -> None:
    checks = (build.check(), build.check(state="undecided", reason="no_data", sentence="No data."))
    [found] = outline(build.result(rules=(build.rule(),), checks=checks)).undecided

    assert (found.reason, found.sentence, found.checks) == ("no_data", "No data.", 1)


def test_the_commonest_reason_comes_first() -> None:
    reasons = ("stale", "no_data", "no_data")
    checks = tuple(build.check(f"r{i}", state="undecided", reason=reason) for i, reason in enumerate(reasons))
    rules = tuple(build.rule(f"r{i}", state="undecided", reason=reason) for i, reason in enumerate(reasons))
    groups = grouped(outline(build.result(rules=rules, checks=checks)).undecided)

    assert [(group.reason, len(group.rules)) for group in groups] == [("no_data", 2), ("stale", 1)]


def test_findings_of_apple_come_worst_first() -> None:
    insights = tuple(build.insight(level=level) for level in ("note", "fail", "warn"))

    assert [one.level for one in outline(build.result(insights=insights)).insights] == [
        "fail",
        "warn",
        "note",
    ]
