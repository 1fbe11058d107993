"""One judgement: what a release's numbers, a policy and a time come to."""

import msgspec
import pytest
from builders import NOW, STEADY, VERSIONS, facts, only_check, policy, rule, series, verdict_of
from hypothesis import given
from hypothesis import strategies as st

from gate.judge.run import judge
from gate.model.facts import BuildSignatures, GoalBand, Signature
from gate.policy.types import BaselineSelection, Evidence, Outcome, Signatures, Waiver

LAUNCH = "LAUNCH/launchTime"
GROWTH = {"fail": "> +10% and > +80 ms"}


def launch(candidate, *, before=STEADY, **fields):
    return series(LAUNCH, (*before, candidate), **fields)


def test_a_clear_rise_fails_and_says_so_with_its_numbers():
    result = verdict_of(rule(name="launch-typical", **GROWTH), launch(1118))

    assert (result.verdict, result.exit_code) == ("fail", 1)
    check = only_check(result)
    assert (check.state, check.reason) == ("fail", None)
    assert check.baseline.versions == VERSIONS[4:8]
    assert check.baseline.value == pytest.approx(903, abs=1)
    assert check.candidate.value == 1118
    assert check.change.relative == pytest.approx(0.238, abs=0.001)
    assert check.change.absolute == pytest.approx(215, abs=1)
    assert check.sentence.startswith(
        "launch-typical failed: launch time p50 on all iPhones rose from 903 ms (mean of 3.0 to 3.3) "
        "to 1,118 ms in 3.4, +24%; the rule allows +10% and +80 ms, and fewer than 1 in 1,000,000 healthy releases would show"
    )


def test_a_rise_within_the_allowance_passes():
    result = verdict_of(rule(**GROWTH), launch(930))

    assert (result.verdict, result.exit_code) == ("pass", 0)
    assert only_check(result).state == "pass"


def test_both_parts_of_an_and_must_be_exceeded():
    quick = tuple(value / 10 for value in STEADY)
    result = verdict_of(rule(fail="> +10% and > +80 ms"), launch(130, before=quick))

    assert only_check(result).state == "pass"


def test_an_absolute_allowance_alone_is_enough():
    result = verdict_of(rule(fail="> +0.08 s"), launch(1118))

    assert only_check(result).state == "fail"


def test_a_fall_is_an_improvement():
    assert only_check(verdict_of(rule(**GROWTH), launch(640))).state == "improved"


def test_a_rise_that_healthy_releases_show_too_is_undecided():
    noisy = (900, 1150, 820, 1210, 870, 1100, 940, 1180)
    result = verdict_of(rule(**GROWTH), launch(1300, before=noisy))

    check = only_check(result)
    assert (check.state, check.reason) == ("undecided", "within_noise")
    assert "would be clear" in check.sentence
    assert (result.verdict, result.exit_code) == ("undecided", 0)


def test_a_wide_margin_on_the_candidate_makes_a_rise_undecided():
    check = only_check(verdict_of(rule(**GROWTH), launch((1118, 300))))

    assert (check.state, check.reason) == ("undecided", "within_noise")
    assert check.candidate.error_margin == 300


def test_one_earlier_version_is_never_enough_to_fail():
    result = verdict_of(rule(**GROWTH), launch(2000, before=(900,)))

    assert only_check(result).state in ("warn", "undecided")
    assert result.verdict != "fail"


def test_a_missing_candidate_is_no_pass():
    result = verdict_of(rule(**GROWTH), launch(None), candidate_version="3.4")

    check = only_check(result)
    assert (check.state, check.reason) == ("undecided", "no_data")
    assert check.sentence == (
        "LAUNCH-launchTime is undecided: Apple has no value of launch time p50 on all iPhones for 3.4; "
        "the newest one measured is 3.3."
    )
    assert result.verdict == "undecided"


def test_a_version_on_sale_that_nothing_measures_yet_is_too_early():
    result = verdict_of(rule(**GROWTH), launch(None), candidate_version="3.4", candidate_on_sale=True)

    assert only_check(result).reason == "too_early"


def test_a_first_release_has_no_baseline():
    result = verdict_of(rule(**GROWTH), launch(900, before=()))

    check = only_check(result)
    assert (check.state, check.reason) == ("undecided", "no_baseline")
    assert "no version before 3.4 was measured" in check.sentence


def test_an_empty_payload_is_undecided_and_hides_no_rule():
    result = verdict_of(rule(**GROWTH))

    assert result.verdict == "undecided"
    assert only_check(result).reason == "no_data"
    assert result.counts["undecided"] == 1


def test_a_rule_that_matches_nothing_names_the_nearest_metric():
    result = verdict_of(rule("LAUNCH/lauchTime", **GROWTH), launch(900))

    assert "the nearest in the data is LAUNCH/launchTime" in only_check(result).sentence


def test_an_unknown_unit_can_not_be_compared_with_a_policys():
    strange = series("LAUNCH/launchTime", (*STEADY, 1118), unit="furlongs")
    check = only_check(verdict_of(rule(**GROWTH), strange))

    assert (check.state, check.reason) == ("undecided", "not_comparable")
    assert "speaks of ms, but Apple measures this in furlongs" in check.sentence


def test_a_series_that_contradicts_itself_can_not_be_compared():
    check = only_check(verdict_of(rule(**GROWTH), launch(1118, problem="Apple sent 3.4 twice")))

    assert (check.state, check.reason) == ("undecided", "not_comparable")
    assert "Apple sent 3.4 twice" in check.sentence


def test_old_data_is_stale():
    result = verdict_of(rule(**GROWTH), launch(1118), fetched_at=NOW - 49 * 3600)

    assert only_check(result).reason == "stale"
    assert "49 hours old and the policy allows 48 hours" in only_check(result).sentence
    assert result.verdict == "undecided"


def test_data_from_the_future_is_not_believed():
    result = verdict_of(rule(**GROWTH), launch(1118), fetched_at=NOW + 2 * 86400)

    assert only_check(result).reason == "stale"


def test_a_body_without_a_time_is_judged_and_its_age_noted():
    result = verdict_of(rule(**GROWTH), launch(930))

    assert any("age of the data is not known" in note for note in result.notes)


# --- limits and goals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "state", "reason"),
    [
        (1400, "pass", None),
        (1500, "pass", None),
        (1501, "fail", None),
        ((1600, 50), "fail", None),
        ((1520, 50), "undecided", "within_noise"),
        ((1480, 50), "pass", None),
    ],
)
def test_a_limit_counts_the_margin(candidate, state, reason):
    check = only_check(verdict_of(rule(limit="<= 1500 ms"), launch(candidate, before=())))

    assert (check.state, check.reason) == (state, reason)


def test_a_limit_may_be_in_another_unit_of_the_same_kind():
    check = only_check(verdict_of(rule(limit="<= 1.5 s"), launch(1600, before=())))

    assert check.state == "fail"
    assert "above the limit of 1.5 s" in check.sentence


def test_a_limit_without_apples_unit_can_not_be_held():
    check = only_check(verdict_of(rule(limit="<= 1500 ms"), launch(1600, before=(), unit="")))

    assert (check.state, check.reason) == ("undecided", "not_comparable")


@pytest.mark.parametrize(("candidate", "state"), [(390, "pass"), (410, "fail")])
def test_apples_recommended_goal_is_a_line(candidate, state):
    memory = series("MEMORY/peakMemory", (candidate,), recommended=400.0)

    assert only_check(verdict_of(rule("MEMORY/peakMemory", goal="recommended"), memory)).state == state


def test_a_goal_that_apple_does_not_give_is_undecided():
    check = only_check(verdict_of(rule(goal="recommended"), launch(900)))

    assert (check.state, check.reason) == ("undecided", "no_data")


@pytest.mark.parametrize(("goal", "state"), [("good", "fail"), ("fair", "pass")])
def test_apples_bands_are_lines(goal, state):
    bands = (
        GoalBand(name="poor", lower=10),
        GoalBand(name="fair", lower=5, upper=10),
        GoalBand(name="good", lower=0, upper=5),
    )
    hitches = series("ANIMATION/scrollHitchRate", (6.5,), bands=bands)

    assert only_check(verdict_of(rule("ANIMATION/scrollHitchRate", goal=goal), hitches)).state == state


def test_a_change_from_one_of_apples_bands_into_another_is_named():
    bands = (GoalBand(name="fair", lower=5, upper=10), GoalBand(name="good", lower=0, upper=5))
    before = (4.1, 4.0, 4.2, 4.1, 4.0, 4.1, 4.2, 4.0)
    hitches = series("ANIMATION/scrollHitchRate", (*before, 6.5), bands=bands)

    sentence = only_check(verdict_of(rule("ANIMATION/scrollHitchRate", fail="> +10%"), hitches)).sentence
    assert "+60%, from Apple's band “good” into “fair”" in sentence


def test_a_failed_limit_outweighs_a_comparison_that_passes():
    check = only_check(verdict_of(rule(limit="<= 800 ms", **GROWTH), launch(905)))

    assert check.state == "fail"
    assert check.line_failed


# --- selection --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "device", "percentile", "found"),
    [
        ("LAUNCH/launchTime", "all_iphones", "p50", 1),
        ("LAUNCH/*", "any", "any", 6),
        ("*/*", "any", "any", 7),
        ("LAUNCH/launchTime", "iPhone15,*", "any", 2),
        ("launch/LAUNCHTIME", "any", "p90", 3),
        ("BATTERY/onScreen", "any", "any", 0),
    ],
)
def test_a_selector_picks_its_slices(metric, device, percentile, found):
    everything = (
        launch(900),
        launch(900, percentile="p90"),
        *(
            launch(900, device=device, percentile=p)
            for device in ("all_ipads", "iPhone15,2")
            for p in ("p50", "p90")
        ),
        series("TERMINATION/onScreen", (*[0.02] * 8, 0.02)),
    )
    chosen = rule(metric, device=device, percentile=percentile, fail="> +10%")
    result = verdict_of(chosen, *everything)

    assert result.rules[0].checks == max(found, 1)
    assert sum(check.reason == "no_data" for check in result.checks) == (found == 0)


def test_a_family_is_one_rule_and_names_its_worst_slice():
    family = [launch(1118, device=device) for device in ("all_iphones", "iPhone14,5", "iPhone15,2")]
    result = verdict_of(rule(**GROWTH), *family)

    assert result.rule_counts["fail"] == 1
    assert "The same holds for 2 more of its 3 slices." in result.rules[0].sentence


def test_a_rule_passes_only_when_half_of_its_slices_are_decided():
    absent = [launch(None, device=f"iPhone{n},1") for n in range(3)]
    result = verdict_of(rule(**GROWTH), launch(905), *absent, candidate_version="3.4")

    assert (result.rules[0].state, result.rules[0].reason) == ("undecided", "no_data")
    assert "only 1 of 4 slices could be judged" in result.rules[0].sentence


# --- candidate, modes, outcomes ---------------------------------------------------------------------


def test_the_newest_measured_version_is_the_candidate():
    assert verdict_of(rule(**GROWTH), launch(900)).candidate == "3.4"


def test_an_older_version_can_be_judged():
    result = verdict_of(rule(**GROWTH), launch(2000), candidate_version="3.3")

    assert result.candidate == "3.3"
    assert only_check(result).candidate.value == STEADY[-1]


def test_a_lagging_metric_is_undecided_unless_the_policy_allows_its_own_newest():
    lagging = (launch(900), series("HANG/hangRate", (*[10.0] * 8, None)))
    hang = rule("HANG/hangRate", fail="> +10%")
    strict = verdict_of(hang, *lagging)
    lenient = verdict_of(policy(hang, evidence=Evidence(lagging="own_newest")), *lagging)

    assert only_check(strict).reason == "no_data"
    assert only_check(lenient).candidate.version == "3.3"
    assert "3.3, its newest version" in only_check(lenient).sentence


@pytest.mark.parametrize(
    ("mode", "verdict", "code"),
    [("enforce", "fail", 1), ("advise", "undecided", 0), ("shadow", "undecided", 0)],
)
def test_only_enforced_rules_decide_an_enforcing_run(mode, verdict, code):
    result = verdict_of(rule(mode=mode, **GROWTH), launch(1118))

    assert (result.verdict, result.exit_code) == (verdict, code)
    assert result.rules[0].state == "fail"


def test_a_run_that_only_advises_says_fail_and_blocks_nothing():
    result = verdict_of(policy(rule(mode="advise", **GROWTH), mode="advise"), launch(1118))

    assert (result.verdict, result.blocks, result.exit_code) == ("fail", False, 0)


def test_shadow_rules_are_not_counted():
    result = verdict_of(
        policy(rule(mode="shadow", **GROWTH), rule(name="other", fail="> +50%")), launch(1118)
    )

    assert sum(result.counts.values()) == 1
    assert sum(result.rule_counts.values()) == 1
    assert len(result.checks) == 2


def test_a_pull_request_is_advised_and_not_blocked():
    result = verdict_of(rule(**GROWTH), launch(1118), event="pull_request")

    assert (result.verdict, result.exit_code) == ("fail", 0)


def test_a_policy_may_block_a_pull_request():
    strict = policy(rule(**GROWTH), outcomes={"pull_request": Outcome(fail="block")})

    assert verdict_of(strict, launch(1118), event="pull_request").exit_code == 1


def test_an_undecided_rule_blocks_where_it_says_so():
    waiting = rule(on_undecided="block", **GROWTH)
    result = verdict_of(
        policy(waiting, rule("HANG/hangRate", fail="> +10%")), launch(None), candidate_version="3.4"
    )

    assert (result.verdict, result.exit_code) == ("undecided", 3)


def test_a_rule_that_waits_keeps_the_run_from_passing():
    waiting = rule("HANG/hangRate", on_undecided="block", fail="> +10%")
    result = verdict_of(policy(rule(**GROWTH), waiting), launch(905))

    assert (result.verdict, result.exit_code) == ("partial", 3)
    assert result.coverage.missing == ("HANG-hangRate",)


def test_a_run_in_which_nothing_is_decided_blocks_where_the_policy_says_so():
    strict = policy(rule(**GROWTH), outcomes={"default": Outcome(undecided="block")})

    assert verdict_of(strict).exit_code == 3


# --- waivers ----------------------------------------------------------------------------------------


def waived(**fields):
    return policy(
        rule(name="launch", **GROWTH),
        waivers=(Waiver(rule="launch", reason="New onboarding", **{"up_to": 0.30, **fields}),),
    )


def test_a_waiver_turns_a_fail_into_a_warning_and_says_why():
    result = verdict_of(waived(until="2026-12-31"), launch(1118))

    assert (result.verdict, result.rules[0].state, only_check(result).state) == ("pass", "warn", "warn")
    assert "waived up to +30% until 2026-12-31: New onboarding" in result.rules[0].sentence


@pytest.mark.parametrize(
    "fields",
    [
        {"up_to": 0.15, "until": "2026-12-31"},
        {"until": "2026-09-20"},
        {"through_version": "3.3"},
        {"until": "2026-12-31", "rule": "another"},
    ],
)
def test_a_waiver_that_does_not_hold_changes_nothing(fields):
    one = Waiver(**{"rule": "launch", "reason": "New onboarding", "up_to": 0.30} | fields)
    result = verdict_of(policy(rule(name="launch", **GROWTH), waivers=(one,)), launch(1118))

    assert result.verdict == "fail"


def test_a_waiver_never_covers_an_absolute_limit():
    limited = policy(
        rule(name="launch", limit="<= 1000 ms", **GROWTH),
        waivers=(Waiver(rule="launch", reason="x", up_to=0.30, until="2026-12-31"),),
    )

    assert verdict_of(limited, launch(1118)).verdict == "fail"


# --- properties -------------------------------------------------------------------------------------

VALUES = st.one_of(st.none(), st.floats(0, 1e7), st.tuples(st.floats(0, 1e7), st.floats(0, 1e6)))


@given(st.lists(VALUES, min_size=1, max_size=9))
def test_any_series_ends_in_a_named_state(values):
    result = verdict_of(rule(limit="<= 1500 ms", **GROWTH), series(LAUNCH, values))

    check = only_check(result)
    assert (check.reason is not None) == (check.state == "undecided")
    assert check.sentence.endswith(".")


@given(st.floats(1, 1e6), st.integers(1, 8))
def test_identical_versions_give_no_finding(value, count):
    result = verdict_of(rule(**GROWTH), series(LAUNCH, [value] * (count + 1)))

    assert only_check(result).state in ("pass", "undecided")
    assert only_check(result).change.relative == pytest.approx(0, abs=1e-9)


@given(st.lists(st.sampled_from(("all_iphones", "all_ipads", "iPhone15,2")), unique=True, min_size=2))
def test_the_order_of_slices_does_not_matter(devices):
    family = [launch(1000 + 30 * len(device), device=device) for device in devices]
    one, other = verdict_of(rule(**GROWTH), *family), verdict_of(rule(**GROWTH), *family[::-1])

    assert one.rules[0].state == other.rules[0].state
    assert sorted(one.checks, key=lambda check: check.slice) == sorted(
        other.checks, key=lambda check: check.slice
    )


def test_the_same_input_gives_the_same_bytes():
    chosen, seen = policy(rule(**GROWTH)), facts(launch(1118), launch(905, percentile="p90"))
    one, other = (msgspec.json.encode(judge(chosen, seen, now=NOW)) for _ in range(2))

    assert one == other


def test_a_pinned_baseline_is_compared_alone():
    pinned = policy(rule(fail="> +10%"), baseline=BaselineSelection(use="pinned", pinned="2.7"))

    assert only_check(verdict_of(pinned, launch(905))).baseline.versions == ("2.7",)


def test_slices_that_are_only_clear_together_say_so():
    weak = [
        launch(
            candidate,
            before=[value * scale for value in (900, 980, 890, 1000, 930, 870, 960, 910)],
            device=device,
        )
        for scale, candidate, device in (
            (1.0, 1115, "iPhone14,5"),
            (1.1, 1230, "iPhone15,2"),
            (1.2, 1340, "iPhone16,1"),
        )
    ]
    result = verdict_of(rule(fail="> +10%"), *weak)

    assert result.rules[0].state == "fail"
    assert "Taken together, its 3 slices changed by +2" in result.rules[0].sentence


# --- what must not turn green -----------------------------------------------------------------------


def test_a_version_that_nothing_measures_is_never_judged_by_another():
    lenient = policy(rule(**GROWTH), evidence=Evidence(lagging="own_newest"))
    result = verdict_of(lenient, launch(905), candidate_version="9.9")

    assert (result.verdict, only_check(result).reason) == ("undecided", "no_data")


@pytest.mark.parametrize("fields", [{"listed": VERSIONS}, {}], ids=["no value", "problem"])
def test_a_newest_version_without_a_usable_value_stays_the_candidate(fields):
    broken = launch(None, **fields) if fields else launch(-5, problem="Apple sent a negative value")
    result = verdict_of(rule(**GROWTH), broken)

    assert (result.candidate, result.verdict) == ("3.4", "undecided")


def test_stale_data_fails_by_no_finding():
    build = BuildSignatures(
        build_id="b", version="3.4", signatures=(Signature(id="s", type="HANGS", text="f()", weight=0.9),)
    )
    strict = policy(rule(limit="<= 5 s"), signatures=Signatures(new="fail", max_weight=0.1))
    result = verdict_of(strict, launch(905), fetched_at=NOW - 90 * 86400, candidate_signatures=build)

    assert (result.verdict, result.signatures[0].level) == ("undecided", "note")


@pytest.mark.parametrize("values", [((900, 1e308), 905), (0, 1.7e308, 1.7e308, 1)])
def test_absurd_numbers_end_in_a_named_state(values):
    assert only_check(verdict_of(rule(**GROWTH), series(LAUNCH, values))).state in (
        "undecided",
        "pass",
        "improved",
    )


@pytest.mark.parametrize("value", [900, 1013, 7.3])
def test_equal_values_stay(value):
    assert "stayed at" in only_check(verdict_of(rule(fail="> +10%"), series(LAUNCH, [value] * 5))).sentence


def test_a_slice_beyond_the_warning_line_of_a_failing_rule_warns():
    below = (4.02, 4.2, 4.13, 4.11, 3.91, 4.07, 4.1, 4.19)
    hangs = [
        series("HANG/hangRate", (*[value * 4 for value in below], 22.6), percentile="p90"),
        series("HANG/hangRate", (*below, 4.77), percentile="p50"),
    ]
    result = verdict_of(rule("HANG/hangRate", warn="> +10%", fail="> +25%"), *hangs)

    assert [check.state for check in result.checks] == ["fail", "warn"]


# --- promises that are easily broken ----------------------------------------------------------------


def test_a_metric_that_keeps_up_is_judged_at_the_candidate_although_another_lags():
    lagging = series("HANG/hangRate", (*[10.0] * 8, None))
    rules = policy(
        rule(**GROWTH), rule("HANG/hangRate", fail="> +10%"), evidence=Evidence(lagging="own_newest")
    )
    result = verdict_of(rules, launch(1118), lagging)

    assert [check.candidate.version for check in result.checks] == ["3.4", "3.3"]
    assert result.checks[0].state == "fail"


@pytest.mark.parametrize(("until", "verdict"), [("2026-09-21", "pass"), ("2026-09-20", "fail")])
def test_a_waiver_holds_on_its_last_day(until, verdict):
    assert verdict_of(waived(until=until), launch(1118)).verdict == verdict


@pytest.mark.parametrize(("version", "verdict"), [("3.4", "pass"), ("3.4.0", "pass"), ("3.3", "fail")])
def test_a_waiver_holds_through_its_last_version(version, verdict):
    assert verdict_of(waived(through_version=version), launch(1118)).verdict == verdict


def test_a_waiver_in_use_is_a_value_of_the_result():
    (outcome,) = verdict_of(waived(until="2026-09-25"), launch(1118)).rules

    assert (outcome.waiver.up_to, outcome.waiver.until, outcome.waiver.days_left) == (0.30, "2026-09-25", 4)
    assert outcome.waiver.reason == "New onboarding"


def test_a_waiver_that_is_not_needed_is_not_in_use():
    (outcome,) = verdict_of(waived(until="2026-09-25"), launch(905)).rules

    assert outcome.waiver is None


def test_what_a_rule_allows_is_a_value_of_the_result():
    check = only_check(verdict_of(rule(warn="> +5%", limit="<= 1500 ms", **GROWTH), launch(905)))

    assert (check.allows.warn.relative, check.allows.warn.absolute) == (0.05, None)
    assert (check.allows.fail.relative, check.allows.fail.absolute, check.allows.fail.unit) == (
        0.1,
        80.0,
        "ms",
    )
    assert (check.allows.limit.value, check.allows.limit.unit) == (1500.0, "ms")
    assert check.allows.goal is None


def test_an_allowance_is_converted_to_the_unit_of_each_slice():
    everything = rule("MEMORY/*", fail="> +100 MB")
    small = series("MEMORY/peakMemory", (*[400.0] * 8, 520.0))
    large = series("MEMORY/memoryAtSuspension", (*[2.0] * 8, 2.05), unit="GB")
    result = verdict_of(everything, small, large)

    assert [check.state for check in result.checks] == ["fail", "pass"]
