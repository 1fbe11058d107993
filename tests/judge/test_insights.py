"""Apple's own insights: their level, their words, and how they compare with the gate's rules."""

import pytest
from builders import STEADY, policy, rule, series, verdict_of

from gate.model.facts import AppleInsight, Population
from gate.model.result import InsightFinding
from gate.policy.types import InsightLevels

LAUNCH = "LAUNCH/launchTime"


def insight(kind="regression", *, version="3.4", delta=24.0, **fields):
    one = Population(
        device="all_iphones",
        percentile="p50",
        latest_value=1118,
        reference_average=905,
        delta_percentage=delta,
    )
    defaults = {"category": "LAUNCH", "metric": "launchTime", "populations": (one,)}
    return AppleInsight(kind=kind, latest_version=version, **{**defaults, **fields})


def judged(one, *, candidate=905, levels=None, **fields):
    rules = policy(rule(fail="> +10%"), insights=levels or InsightLevels(), **fields)
    return verdict_of(rules, series(LAUNCH, (*STEADY, candidate)), insights=(one,))


@pytest.mark.parametrize(
    ("one", "level"),
    [
        (insight(), "warn"),
        (insight("trending_up"), "note"),
        (insight(high_impact=True), "fail"),
        (insight(high_impact=False, delta=140), "warn"),
        (insight(delta=140), "fail"),
        (insight(delta=100), "fail"),
        (insight(delta=99.99), "warn"),
        (insight(delta=None), "warn"),
        (insight(version="3.3", high_impact=True), "note"),
    ],
)
def test_the_policy_gives_each_kind_its_level(one, level):
    levels = InsightLevels(regressions="warn", high_impact="fail", trending_up="note")

    assert judged(one, levels=levels).insights[0].level == level


def test_an_ignored_kind_is_left_out():
    assert judged(insight("trending_up"), levels=InsightLevels(trending_up="ignore")).insights == ()


def test_an_ignored_kind_is_left_out_whatever_version_it_is_about():
    one = insight("trending_up", version="3.2")

    assert judged(one, levels=InsightLevels(trending_up="ignore")).insights == ()


def test_a_finding_has_everything_that_apple_says():
    one = insight(
        "trending_up",
        high_impact=True,
        reference_versions=("3.2", "3.3"),
        summary="Launch time is up.",
        subsystem="dyld",
    )

    assert judged(one).insights == (
        InsightFinding(
            kind="trending_up",
            level="note",
            slice_name=LAUNCH,
            version="3.4",
            high_impact=True,
            largest_change=0.24,
            reference_versions=("3.2", "3.3"),
            agreement="The gate's own rules did not find it: Apple speaks of dyld alone, and the rules judge launch "
            "time p50 on all iPhones as a whole.",
            sentence="Apple says that launch time (dyld) is trending up in 3.4 by up to +24%, "
            "compared with the mean of 2 earlier versions.",
            summary="Launch time is up.",
            subsystem="dyld",
            devices=("all_iphones",),
        ),
    )


def test_the_largest_of_the_populations_counts():
    ones = [
        Population(device="all_iphones", percentile=percentile, delta_percentage=delta)
        for percentile, delta in (("p50", 12.0), ("p90", 100.0), ("p95", None))
    ]
    levels = InsightLevels(regressions="note", high_impact="fail")
    (found,) = judged(insight(populations=tuple(ones)), levels=levels).insights

    assert (found.level, found.largest_change) == ("fail", 1.0)


def test_an_insight_at_level_fail_fails_the_run():
    result = judged(insight(high_impact=True), levels=InsightLevels(high_impact="fail"))

    assert (result.verdict, result.exit_code) == ("fail", 1)
    assert result.sentence == "3.4 fails: Apple reports launch time +24% on all iPhones."


def test_the_sentence_gives_metric_version_size_and_references():
    one = insight(reference_versions=("3.0", "3.1", "3.2", "3.3"))

    assert judged(one).insights[0].sentence == (
        "Apple says that launch time regressed in 3.4 by up to +24%, compared with the mean of 4 earlier versions."
    )


@pytest.mark.parametrize(
    ("candidate", "fields", "words"),
    [
        (1118, {}, "The gate's own rules found it too."),
        (905, {}, "did not find it"),
        (None, {}, "could not decide"),
        (905, {"metric": "resumeTime"}, "No rule of this policy judges it."),
        (905, {"version": "3.2"}, "It is about 3.2, not the version judged here."),
    ],
)
def test_agreement_with_the_gates_own_rules_is_said(candidate, fields, words):
    rules = policy(rule(fail="> +10%"))
    result = verdict_of(
        rules, series(LAUNCH, (*STEADY, candidate)), insights=(insight(**fields),), candidate_version="3.4"
    )

    assert words in result.insights[0].agreement


def test_a_warning_of_the_gate_agrees_too():
    result = verdict_of(rule(warn="> +10%"), series(LAUNCH, (*STEADY, 1118)), insights=(insight(),))

    assert result.rules[0].state == "warn"
    assert "found it too" in result.insights[0].agreement


@pytest.mark.parametrize(
    ("population", "words"),
    [
        ((), "found it too"),  # without populations it is about the whole metric
        (("all_iphones", "p50"), "found it too"),
        (
            ("all_iphones", "p90"),
            "No rule of this policy judges it on the devices and percentiles that Apple",
        ),
        (("all_ipads", "p50"), "No rule of this policy judges it on the devices and percentiles that Apple"),
    ],
)
def test_agreement_is_on_the_populations_of_the_insight(population, words):
    ones = [
        Population(device=device, percentile=percentile) for device, percentile in filter(None, [population])
    ]

    assert words in judged(insight(populations=tuple(ones)), candidate=1118).insights[0].agreement


def test_one_slice_that_is_decided_is_enough_to_disagree():
    absent = series(LAUNCH, (*STEADY, None), device="all_ipads")
    result = verdict_of(
        rule(fail="> +10%"), series(LAUNCH, (*STEADY, 905)), absent, insights=(insight(populations=()),)
    )

    assert "did not find it" in result.insights[0].agreement


def test_what_only_the_gate_finds_is_noted():
    result = judged(insight(metric="resumeTime"), candidate=1118)

    assert [note for note in result.notes if "Only the gate finds launch time worse" in note]


def test_what_apple_finds_too_needs_no_note():
    assert not [note for note in judged(insight(), candidate=1118).notes if "Only the gate" in note]


def test_what_only_a_shadow_rule_finds_is_not_noted():
    tried = rule(fail="> +10%", mode="shadow")
    result = verdict_of(policy(tried, rule("HANG/hangRate", fail="> +10%")), series(LAUNCH, (*STEADY, 1118)))

    assert result.checks[0].state == "fail"
    assert not [note for note in result.notes if "Only the gate" in note]


@pytest.mark.parametrize(
    ("candidate", "noted"),
    [
        (905, False),
        (700, False),  # it even fell
        (1118, True),
    ],
)
def test_what_is_above_a_limit_is_noted_as_worse_only_where_it_rose(candidate, noted):
    limited = rule(fail="> +10%", limit="<= 500 ms")
    result = verdict_of(limited, series(LAUNCH, (*STEADY, candidate)))

    assert (result.checks[0].state, result.checks[0].line_failed) == ("fail", True)
    assert any("Only the gate finds launch time worse" in note for note in result.notes) is noted


def test_what_only_warns_is_not_noted_as_worse():
    result = verdict_of(rule(warn="> +10%"), series(LAUNCH, (*STEADY, 1118)))

    assert not [note for note in result.notes if "Only the gate" in note]


# --- what only Apple found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "candidate", "level"),
    [
        (insight(), None, "warn"),  # no rule could decide the metric
        (insight(metric="resumeTime"), 905, "warn"),  # no rule is about it
        (insight(category="HANG"), 905, "warn"),
        (insight(), 905, "note"),
        (insight(version="3.3"), None, "note"),
        (insight("trending_up"), None, "note"),
        (insight("trending_up", high_impact=True), None, "warn"),
        (insight(version=""), None, "warn"),
    ],
)
def test_a_regression_that_no_rule_could_decide_is_at_least_a_warning(one, candidate, level):
    levels = InsightLevels(regressions="note", high_impact="note", trending_up="note")
    rules = policy(rule(fail="> +10%"), insights=levels)
    result = verdict_of(rules, series(LAUNCH, (*STEADY, candidate)), insights=(one,), candidate_version="3.4")

    assert [found.level for found in result.insights] == [level]


@pytest.mark.parametrize(("mode", "level"), [("enforce", "note"), ("advise", "note"), ("shadow", "warn")])
def test_a_rule_that_is_only_tried_decides_nothing_for_apple(mode, level):
    rules = policy(rule(fail="> +10%", mode=mode), insights=InsightLevels(regressions="note"))
    result = verdict_of(rules, series(LAUNCH, (*STEADY, 905)), insights=(insight(),))

    assert [found.level for found in result.insights] == [level]


@pytest.mark.parametrize(("level", "levels"), [("ignore", []), ("fail", ["fail"])])
def test_the_level_of_an_undecided_regression_is_never_lowered_nor_made_of_nothing(level, levels):
    rules = policy(rule(fail="> +10%"), insights=InsightLevels(regressions=level))
    result = verdict_of(
        rules, series(LAUNCH, (*STEADY, None)), insights=(insight(),), candidate_version="3.4"
    )

    assert [found.level for found in result.insights] == levels


def test_the_insights_after_an_ignored_one_are_still_found():
    levels = InsightLevels(regressions="warn", trending_up="ignore")
    rules = policy(rule(fail="> +10%"), insights=levels)
    ones = (insight("trending_up"), insight())

    assert len(verdict_of(rules, series(LAUNCH, (*STEADY, 905)), insights=ones).insights) == 1
