"""What the formats share: outline, sparkline, words and the fitting into a budget."""

import pytest
import result_builders as build
from hypothesis import given
from hypothesis import strategies as st

from gate.model.facts import Frame
from gate.model.result import AllowedLevel, AllowedRise, Allows, Change, Check, Point
from gate.report.shared import budget, words
from gate.report.shared.outline import grouped, outline
from gate.report.shared.sparkline import sparkline


def history(*values: float) -> tuple[Point, ...]:
    """Versions 0, 1, 2, … with these values."""
    return tuple(Point(version=str(number), value=value) for number, value in enumerate(values))


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


def test_an_undecided_slice_of_a_decided_rule_is_told() -> None:
    checks = (build.check(), build.check(state="undecided", reason="no_data", sentence="No data."))
    [told] = outline(build.result(rules=(build.rule(),), checks=checks)).undecided

    assert (told.reason, told.sentence, told.checks) == ("no_data", "No data.", 1)


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


@pytest.mark.parametrize(
    ("values", "candidate", "bars"),
    [
        ((100.0, 125.0), "1", "▁▸█"),
        ((100.0, 101.0, 100.0), "2", "▁▁▸▁"),
        ((100.0, 200.0, 150.0), "", "▁█▅"),
        ((100.0, 200.0, 150.0), "1", "▁█▅"),
        ((0.0, 0.0), "1", "▁▸▁"),
        ((5.0,), "0", ""),
        ((), "", ""),
        ((1.0, float("nan"), 2.0), "2", "▁▸█"),
    ],
)
def test_a_sparkline_has_a_bar_for_each_version(values: tuple[float, ...], candidate: str, bars: str) -> None:
    assert sparkline(history(*values), candidate) == bars


@pytest.mark.parametrize(
    ("candidate", "baseline", "bars"),
    [
        ("5", "1234", "[▁▁▂▄]█"),
        ("5", "01234", "[▁▁▂▄]█"),
        ("5", "4", "▁▁▂[▄]█"),
        ("5", "1", "[▁]▂▄▸█"),
        ("5", "", "▁▁▂▂▄▸█"),
        ("", "34", "▁▁[▂▄]█"),
    ],
)
def test_a_sparkline_shows_the_baseline_and_the_candidate(candidate: str, baseline: str, bars: str) -> None:
    points = history(100.0, 102.0, 105.0, 110.0, 120.0, 150.0)

    assert sparkline(points, candidate, baseline) == bars


def test_a_sparkline_shows_the_newest_versions() -> None:
    assert sparkline(history(*map(float, range(50))), "49") == "▁▂▂▃▄▸▄"


@given(st.lists(st.floats(min_value=-1e300, max_value=1e300), max_size=20), st.sets(st.integers(0, 19)))
def test_a_sparkline_can_draw_any_history_in_a_narrow_column(values: list[float], compared: set[int]) -> None:
    line = sparkline(history(*values), str(len(values) - 1), {str(number) for number in compared})

    assert len(line) <= 7
    assert (line == "") == (len(values) < 2)


@pytest.mark.parametrize(
    ("frames", "words_"),
    [
        ((Frame(depth=0, file="A.swift", line=1), Frame(depth=1, file="B.swift", line=2)), "B.swift:2"),
        ((Frame(depth=0, file="A.swift", line=1), Frame(depth=1, symbol="b")), "A.swift:1"),
        ((Frame(depth=0, file="A.swift"),), "A.swift"),
        ((Frame(depth=0, symbol="work()"),), "work()"),
        ((Frame(depth=0, symbol="decodeImage"),), ""),
        ((), ""),
    ],
)
def test_the_deepest_frame_that_can_be_looked_up_is_named(frames: tuple[Frame, ...], words_: str) -> None:
    assert words.blame(build.signature(blame=frames)) == words_


@pytest.mark.parametrize(
    ("sides", "text"),
    [
        ({}, "907 → 1 118 ms"),
        ({"before": None}, "1 118 ms"),
        ({"now": None}, "907 ms → none"),
        ({"before": None, "now": None}, "none"),
    ],
)
def test_a_missing_side_is_named_as_such(sides: dict[str, None], text: str) -> None:
    assert words.values(build.check(**sides)) == text


def test_every_side_is_measured_with_its_own_margin() -> None:
    check = build.check(before=1000.0, now=2000.0)

    assert words.measured(check) == "1 000 ± 10 → 2 000 ± 25 ms"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"change": "new"}, "new"),
        ({"change": "grown", "baseline_weight": 0.12}, "grown from 12 %"),
        ({"change": "same", "baseline_weight": 0.4}, "about the same"),
        ({"change": "unknown"}, "not compared"),
        ({"change": "gone"}, "gone"),
    ],
)
def test_a_signature_says_what_became_of_it(changes: dict[str, object], text: str) -> None:
    assert words.signature_change(build.signature(**changes)) == text


@pytest.mark.parametrize(
    ("changes", "words_"),
    [
        ({"source": build.source()}, "Sources/Grid/ThumbnailCache.m:218"),
        ({"source": build.source(line=None)}, "Sources/Grid/ThumbnailCache.m"),
        ({"source": build.source(path="", problem="There is no such file.")}, "ThumbnailCache.m:218"),
        ({}, "ThumbnailCache.m:218"),
    ],
)
def test_a_signature_is_where_the_repository_has_it(changes: dict[str, object], words_: str) -> None:
    assert words.place(build.signature(**changes)) == words_


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

    assert words.waiver_end(rule) == words_


def test_without_a_waiver_nothing_ends() -> None:
    assert words.waiver_end(build.rule()) == ""


def test_waivers_that_end_soon_come_first() -> None:
    soon = build.waiver(until="2026-11-24", days_left=1)
    rules = (
        build.rule("a", state="warn", waiver=build.waiver(until="2027-11-24", days_left=366)),
        build.rule("b", state="warn", waiver=soon),
        build.rule("c", state="warn", mode="shadow", waiver=soon),
    )
    waived = outline(build.result(rules=rules)).waived

    assert [(one.id, one.ends) for one in waived] == [("b", "It ends in 1 day."), ("a", "")]
    assert waived[0].sentence == "b is waived up to +15 % until 2026-11-24: Known."


POLICY = "warn > +5%; fail > +10% and > +80 ms; limit <= 1500 ms"
ALLOWS = Allows(
    warn=AllowedRise(relative=0.05, text="> +5%"),
    fail=AllowedRise(relative=0.1, absolute=80, unit="ms", text="> +10% and > +80 ms"),
    limit=AllowedLevel(value=1500, unit="ms", text="<= 1500 ms"),
)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"state": "fail"}, "> +10% and > +80 ms"),
        ({"state": "warn"}, "> +5%"),
        ({"state": "fail", "line_failed": True}, "limit <= 1500 ms"),
        ({"state": "undecided"}, POLICY),
    ],
)
def test_what_is_allowed_is_what_the_state_is_about(changes: dict[str, object], text: str) -> None:
    assert words.allowed(build.check(allowed=POLICY, allows=ALLOWS, **changes)) == text


def drawn(sizes: dict[str, int]) -> str:
    """Ten bytes and one more for each entry."""
    return "0123456789" + "".join(name * count for name, count in sizes.items())


def test_what_fits_is_left_whole() -> None:
    assert budget.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=20) == drawn({"a": 5, "b": 5})


def test_the_least_important_list_is_cut_first() -> None:
    assert budget.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=17) == drawn({"a": 2, "b": 5})


def test_the_next_list_is_cut_when_the_first_is_gone() -> None:
    assert budget.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=12) == drawn({"a": 0, "b": 2})


def test_what_never_fits_is_refused() -> None:
    assert budget.fit(drawn, {"a": 5}, order=["a"], max_bytes=9) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(10, 900))
def test_nothing_larger_than_its_budget_is_made(one: int, other: int, most: int) -> None:
    made = budget.fit(drawn, {"a": one, "b": other}, order=["a", "b"], max_bytes=most)

    assert made is not None
    assert len(made) <= most
