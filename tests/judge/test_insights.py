"""Apple's own insights: their level, their words, and how they compare with the gate's rules."""

import pytest
from builders import STEADY, policy, rule, series, verdict_of

from gate.model.facts import AppleInsight, Population
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
        (insight(delta=99), "warn"),
        (insight(delta=None), "warn"),
        (insight(version="3.3", high_impact=True), "note"),
    ],
)
def test_the_policy_gives_each_kind_its_level(one, level):
    levels = InsightLevels(regressions="warn", high_impact="fail", trending_up="note")

    assert judged(one, levels=levels).insights[0].level == level


def test_an_ignored_kind_is_left_out():
    assert judged(insight("trending_up"), levels=InsightLevels(trending_up="ignore")).insights == ()


def test_an_insight_at_level_fail_fails_the_run():
    result = judged(insight(high_impact=True), levels=InsightLevels(high_impact="fail"))

    assert (result.verdict, result.exit_code) == ("fail", 1)
    assert "Apple's insight on LAUNCH/launchTime" in result.sentence


def test_the_sentence_gives_metric_version_size_and_references():
    one = insight(reference_versions=("3.0", "3.1", "3.2", "3.3"))

    assert judged(one).insights[0].sentence == (
        "Apple says that launch time regressed in 3.4, by up to +24 % against the mean of 4 earlier versions."
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


def test_what_only_the_gate_finds_is_noted():
    result = judged(insight(metric="resumeTime"), candidate=1118)

    assert [note for note in result.notes if "Only the gate finds launch time worse" in note]


def test_what_apple_finds_too_needs_no_note():
    assert not [note for note in judged(insight(), candidate=1118).notes if "Only the gate" in note]
