"""What a result says beside its checks: receipt, counts, notes, drift, and the day."""

import os
import time
from datetime import UTC, datetime

import pytest
from builders import NOW, STEADY, VERSIONS, only_check, policy, rule, series, verdict_of, waiver

from gate import __version__
from gate.model.facts import AppleInsight, BuildSignatures, Signature
from gate.model.result import Receipt
from gate.policy.types import (
    BaselineSelection,
    IgnoredSignature,
    InsightLevels,
    Outcome,
    Signatures,
    SignatureSelector,
)

LAUNCH = "LAUNCH/launchTime"
RULE = rule(name="launch", fail="> +10%")
AGE_UNKNOWN = "The age of the data is not known: the file carries no time of fetching."
NO_BUILD = "Diagnostic signatures were not read: no build of the candidate is known."


def launch(now=905.0, **fields):
    return series(LAUNCH, (*STEADY, now), **fields)


def seconds(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture
def far_east():
    """A machine whose clock is fourteen hours ahead of UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no time zones for one process")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "TZ", "EAST-14")
        time.tzset()
        yield
    time.tzset()


def test_the_receipt_says_what_went_in():
    result = verdict_of(
        policy(RULE, digest="aa"),
        launch(),
        now=seconds("2026-09-21T13:00:01.9"),
        snapshot_digest="bb",
        fetched_at=seconds("2026-09-21T12:00:00"),
    )

    assert result.receipt == Receipt(
        tool=f"appstore-gate {__version__}",
        policy_sha256="aa",
        snapshot_sha256="bb",
        judged_at="2026-09-21T13:00:01Z",
        fetched_at="2026-09-21T12:00:00Z",
    )


def test_the_receipt_of_a_file_without_a_time_has_none():
    assert verdict_of(RULE, launch()).receipt.fetched_at == ""


@pytest.mark.usefixtures("far_east")
def test_times_are_utc_wherever_the_machine_is():
    result = verdict_of(RULE, launch(), now=seconds("2026-09-21T13:00:00"))

    assert result.receipt.judged_at == "2026-09-21T13:00:00Z"


@pytest.mark.usefixtures("far_east")
def test_the_day_of_a_waivers_end_is_utcs_wherever_the_machine_is():
    waived = policy(RULE, waivers=(waiver(until="2026-09-21"),))
    result = verdict_of(waived, launch(1118.0), now=seconds("2026-09-21T13:00:00"))

    assert (result.verdict, result.rules[0].waiver.days_left) == ("pass", 0)


def test_the_app_and_the_candidate_are_those_of_the_facts():
    result = verdict_of(RULE, launch(), app="com.example.app", candidate_version="3.4.0")

    assert (result.app, result.candidate) == ("com.example.app", "3.4")


def test_a_payload_without_any_version_has_no_candidate():
    assert verdict_of(RULE).candidate == ""


def test_undecided_checks_are_counted_by_reason():
    absent = launch(None, device="all_ipads")
    result = verdict_of(
        policy(RULE, rule("HANG/hangRate", fail="> +10%"), rule(name="tried", limit="<= 1 s", mode="shadow")),
        launch(),
        launch(905.0, device="iPhone15,2", problem="Apple sent 3.4 twice"),
        absent,
    )

    assert result.reasons == {"no_data": 2, "not_comparable": 1}
    assert list(result.reasons) == ["no_data", "not_comparable"]
    assert result.counts == {"fail": 0, "warn": 0, "undecided": 3, "improved": 0, "pass": 1}
    assert result.rule_counts == {"fail": 0, "warn": 0, "undecided": 2, "improved": 0, "pass": 0}


# --- the event ----------------------------------------------------------------------------------------


def test_an_event_that_the_policy_does_not_name_has_the_default_outcome():
    strict = policy(RULE, outcomes={"default": Outcome(fail="advise"), "push": Outcome(fail="block")})

    assert [verdict_of(strict, launch(1118.0), event=event).exit_code for event in ("", "push")] == [0, 1]


# --- notes ------------------------------------------------------------------------------------------


def test_a_fresh_snapshot_needs_no_note():
    assert verdict_of(RULE, launch(), fetched_at=NOW).notes == (NO_BUILD,)


def test_a_file_without_a_time_is_noted():
    assert verdict_of(RULE, launch()).notes == (AGE_UNKNOWN, NO_BUILD)


def test_a_run_without_a_baseline_notes_it_once():
    result = verdict_of(RULE, series(LAUNCH, (905.0,)), series("HANG/hangRate", (9.0,)), fetched_at=NOW)

    assert result.notes == (
        "There is no baseline: no version before 3.4 was measured.",
        NO_BUILD,
    )


def test_a_policy_that_excludes_every_earlier_version_is_noted():
    excluding = policy(RULE, baseline=BaselineSelection(exclude=VERSIONS[:-1]))
    result = verdict_of(excluding, launch(), fetched_at=NOW)

    assert (
        result.notes[0]
        == "There is no baseline: every earlier version is excluded by the policy (2.6 to 3.3)."
    )
    assert "every earlier version is excluded" in only_check(result).sentence


def test_an_excluded_version_that_is_not_in_the_data_is_noted():
    excluding = policy(RULE, baseline=BaselineSelection(exclude=("3.0.l",)))

    assert verdict_of(excluding, launch(), fetched_at=NOW).notes[0] == (
        "The policy excludes 3.0.l, which is not in the data; the nearest is 3.0."
    )


def test_a_pinned_version_that_nothing_measures_is_noted():
    pinned = policy(RULE, baseline=BaselineSelection(use="pinned", pinned="1.0"))

    assert verdict_of(pinned, launch(), fetched_at=NOW).notes == (
        "There is no baseline: the pinned version 1.0 is not in the data (2.6 to 3.4 are).",
        NO_BUILD,
    )


def test_without_a_candidate_a_missing_baseline_is_no_news():
    assert verdict_of(RULE, series(LAUNCH, (None,)), fetched_at=NOW).notes == (NO_BUILD,)


# --- schema drift -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "drift"),
    [
        (launch(), ()),
        (launch(unit="s"), ()),
        (series("LAUNCH/newTime", (905.0,)), ()),  # its category's unit is known
        (
            launch(unit="furlongs"),
            (
                (
                    "LAUNCH/launchTime comes with the unit furlongs, for which no floor is known; every relative change "
                    "counts."
                ),
            ),
        ),
        (
            series("NEW/thing", (905.0,)),
            ("NEW/thing comes with no unit, for which no floor is known; every relative change counts.",),
        ),
    ],
)
def test_a_metric_in_a_unit_without_a_floor_is_noted(one, drift):
    assert verdict_of(RULE, one).drift == drift


def test_units_without_a_floor_are_noted_after_what_the_decoder_saw_and_by_name():
    result = verdict_of(
        RULE, series("Z/z", (1.0,)), series("A/a", (1.0,), unit="x"), schema_drift=("First.",)
    )

    assert [note.split()[0] for note in result.drift] == ["First.", "A/a", "Z/z"]


def test_series_that_disagree_on_the_order_of_versions_are_noted():
    one = series(LAUNCH, (900.0, 901.0, 902.0), versions=("3.0", "3.1", "3.2"))
    other = series("HANG/hangRate", (9.0, 9.0, 9.0), versions=("3.1", "3.0", "3.2"))
    result = verdict_of(RULE, one, other)

    assert result.drift == (
        "The series of the payload disagree on the order of versions; their numbers decided it.",
    )
    assert result.candidate == "3.2"


# --- old data ---------------------------------------------------------------------------------------

BUILD = BuildSignatures(
    build_id="b", version="3.4", signatures=(Signature(id="s", type="HANGS", text="f()", weight=0.9),)
)
OLDER = BuildSignatures(
    build_id="a", version="3.3", signatures=(Signature(id="r", type="HANGS", text="f()", weight=0.1),)
)


@pytest.mark.parametrize("older", [None, BuildSignatures(build_id="a", version="3.3"), OLDER])
@pytest.mark.parametrize(("age", "level"), [(0.0, "fail"), (90 * 86400.0, "note")])
def test_what_apple_found_in_old_data_counts_for_nothing(older, age, level):
    strict = policy(
        RULE,
        insights=InsightLevels(regressions="fail", high_impact="fail", trending_up="fail"),
        signatures=Signatures(new="fail", growing="fail", max_weight=0.5),
    )
    ones = [
        AppleInsight(kind=kind, category="LAUNCH", metric="launchTime", high_impact=high_impact)
        for kind, high_impact in (("regression", False), ("regression", True), ("trending_up", None))
    ]
    result = verdict_of(
        strict,
        launch(),
        fetched_at=NOW - age,
        insights=tuple(ones),
        candidate_signatures=BUILD,
        baseline_signatures=older,
    )

    assert [one.level for one in result.insights] == [level] * 3
    assert [one.level for one in result.signatures] == [level]
    assert result.verdict == ("fail" if level == "fail" else "undecided")


@pytest.mark.parametrize(("until", "level"), [("2026-09-21", "note"), ("2026-09-20", "fail")])
def test_a_signature_is_ignored_through_the_last_day(until, level):
    ignored = IgnoredSignature(selector=SignatureSelector(symbol="f*"), reason="Known", until=until)
    result = verdict_of(
        policy(RULE, signatures=Signatures(max_weight=0.5, ignore=(ignored,))),
        launch(),
        candidate_signatures=BUILD,
    )

    assert [one.level for one in result.signatures] == [level]


def test_versions_without_a_usable_value_are_released_all_the_same():
    listed = series(LAUNCH, (900.0, 901.0), versions=("3.0", "3.1"), listed=("3.0", "", "3.2", "3.1", "3.1"))

    assert verdict_of(RULE, listed, series(LAUNCH, (1.0,), versions=VERSIONS[:1])).candidate == "3.1"


# --- one population -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "counted"), [("enforce", 1), ("advise", 2), ("shadow", 3)])
def test_all_counts_are_of_the_rules_that_the_verdict_is_about(mode, counted):
    rules = [rule(name=one, fail="> +10%", mode=one) for one in ("enforce", "advise", "shadow")]
    absent = verdict_of(policy(*rules, mode=mode), launch(None), candidate_version="3.4")

    assert sum(absent.counts.values()) == counted
    assert absent.reasons == {"no_data": counted}
    assert sum(absent.rule_counts.values()) == absent.coverage.rules == counted
    assert len(absent.checks) == len(absent.rules) == 3


def test_old_data_does_not_bring_back_what_the_policy_ignores():
    quiet = policy(RULE, insights=InsightLevels(regressions="ignore"))
    one = AppleInsight(kind="regression", category="LAUNCH", metric="launchTime")

    assert verdict_of(quiet, launch(), fetched_at=0.0, insights=(one,)).insights == ()
