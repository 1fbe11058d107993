"""Which waivers hold, what they cover, and what they say."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from builders import NOW, STEADY, facts, only_check, policy, rule, series, verdict_of, waiver
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gate.judge.ceilings import CeilingComparison, compare_check, compare_insight
from gate.judge.run import judge
from gate.judge.waivers import Findings, WaiverBook
from gate.model.facts import AppleInsight, BuildSignatures, Population, Signature
from gate.model.result import AllowedLevel, Candidate, Change, Check, Result, RuleOutcome, WaiverInUse
from gate.model.versions import order
from gate.policy.types import Evidence, InsightLevels, Policy, Signatures, SignatureSelector, Waiver

LAUNCH = "LAUNCH/launchTime"
TODAY = date(2026, 9, 21)
"""The day of `NOW`."""
RISE = rule(name="launch", fail="> +10%")
EXPORTER = SignatureSelector(symbol="*Exporter*")


def launch(value, **fields):
    return series(LAUNCH, (*STEADY, value), **fields)


def insight(delta=24.0, *, version="3.4"):
    one = Population(
        device="all_iphones",
        percentile="p50",
        latest_value=1118,
        reference_average=905,
        delta_percentage=delta,
    )
    return AppleInsight(
        kind="regression", category="LAUNCH", metric="launchTime", latest_version=version, populations=(one,)
    )


def build(**weights):
    signatures = tuple(
        Signature(id=name, type="HANGS", text=f"App: {name}()", weight=weight)
        for name, weight in weights.items()
    )
    return BuildSignatures(build_id="b", version="3.4", signatures=signatures)


class Scene(NamedTuple):
    """Something that fails, and ceilings for it."""

    policy: Policy
    data: Mapping[str, Any]
    healthy: Mapping[str, Any]
    target: Mapping[str, Any]
    enough: str
    too_low: str
    now: str
    room: str
    excess: str


def of_series(value, **fields):
    return {"series": (launch(value, **fields),)}


SCENES = {
    "rise": Scene(
        policy(RISE),
        of_series(1118),
        of_series(905),
        {},
        "+30%",
        "+15%",
        "now +24%",
        "6 points of headroom",
        "launch time p50 on all iPhones is at +24%, 9 points above the ceiling",
    ),
    "limit": Scene(
        policy(rule(name="launch", limit="<= 1000 ms")),
        of_series(1118),
        of_series(905),
        {},
        "1,150 ms",
        "1.1 s",
        "now 1,118 ms",
        "32 ms of headroom",
        "launch time p50 on all iPhones is at 1,118 ms, 18 ms above the ceiling",
    ),
    "goal": Scene(
        policy(rule(name="launch", goal="recommended")),
        of_series(1118, recommended=950.0),
        of_series(905, recommended=950.0),
        {},
        "<= 1150 ms",
        "1100 ms",
        "now 1,118 ms",
        "32 ms of headroom",
        "launch time p50 on all iPhones is at 1,118 ms, 18 ms above the ceiling",
    ),
    "both": Scene(
        policy(rule(name="launch", fail="> +10%", limit="<= 1000 ms")),
        of_series(1118),
        of_series(905),
        {},
        "+30% and 1150 ms",
        "+30% and 1100 ms",
        "now +24% and 1,118 ms",
        "6 points and 32 ms of headroom",
        "launch time p50 on all iPhones is at 1,118 ms, 18 ms above the ceiling",
    ),
    "insight": Scene(
        policy(rule(name="memory", fail="> +10%"), insights=InsightLevels(regressions="fail")),
        {"insights": (insight(),)},
        {"insights": (insight(version="3.3"),)},
        {"target": LAUNCH},
        "+30%",
        "+20%",
        "now +24%",
        "6 points of headroom",
        "its rise is at +24%, 4 points above the ceiling",
    ),
    "signature": Scene(
        policy(rule(name="memory", fail="> +10%"), signatures=Signatures(max_weight=0.3)),
        {"candidate_signatures": build(LegacyExporter=0.41)},
        {"candidate_signatures": build(LegacyExporter=0.2)},
        {"signature": EXPORTER},
        "45%",
        "40%",
        "now 41%",
        "4 points of headroom",
        "LegacyExporter() is at 41%, 1 point above the ceiling",
    ),
}
KINDS = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def judged(scene, *waivers, data=None, now=NOW):
    given_ = {"candidate_version": "3.4", **(scene.data if data is None else data)}
    return verdict_of(replace(scene.policy, waivers=waivers), *given_.pop("series", ()), now=now, **given_)


def of_scene(scene, up_to=None, **fields):
    return waiver(**{**scene.target, "up_to": up_to or scene.enough, **fields})


def only_status(result):
    (status,) = result.waivers
    return status


def worst_state(result: Result) -> str:
    """What the target of a scene came to: the state of its rule, or the level of its finding."""
    if result.insights or result.signatures:
        return (*result.insights, *result.signatures)[0].level
    return result.rules[0].state


# --- every state of every kind ----------------------------------------------------------------------


@KINDS
def test_without_a_waiver_it_fails(scene):
    assert (judged(scene).verdict, worst_state(judged(scene))) == ("fail", "fail")
    assert judged(scene).waivers == ()


@KINDS
def test_a_waiver_in_force_makes_a_warning_of_a_fail_and_says_its_headroom(scene):
    result = judged(scene, of_scene(scene, until="2026-09-26"))
    status = only_status(result)

    assert (worst_state(result), result.verdict == "fail", result.exit_code) == ("warn", False, 0)
    assert (status.state, status.days_left, status.fails_again) == ("in_force", 5, False)
    assert status.sentence.startswith(status.target)
    assert f" until 2026-09-26 (5 days left); {scene.now}, {scene.room}: Known." in status.sentence


@KINDS
def test_a_waiver_that_is_exceeded_changes_nothing_and_says_by_how_much(scene):
    result = judged(scene, of_scene(scene, scene.too_low))
    status = only_status(result)

    assert (worst_state(result), result.verdict, status.state) == ("fail", "fail", "exceeded")
    assert status.sentence.startswith(status.target)
    assert " fails in spite of its waiver up to " in status.sentence
    assert status.sentence.endswith(f": {scene.excess}. Its reason: Known.")


@KINDS
def test_a_waiver_that_ended_yesterday_lets_its_target_fail_again(scene):
    result = judged(scene, of_scene(scene, until="2026-09-20"))
    status = only_status(result)

    assert (worst_state(result), result.verdict) == ("fail", "fail")
    assert (status.state, status.days_left, status.fails_again) == ("expired", -1, True)
    assert " fails again: its waiver up to " in status.sentence
    assert status.sentence.endswith(f" ended yesterday, on 2026-09-20; {scene.now}. Its reason: Known.")


@KINDS
def test_a_waiver_that_ended_and_was_too_low_anyway_is_not_why_something_fails(scene):
    status = only_status(judged(scene, of_scene(scene, scene.too_low, until="2026-09-18")))

    assert (status.state, status.days_left, status.fails_again) == ("expired", -3, False)
    assert f" ended 3 days ago, on 2026-09-18, and {scene.excess}." in status.sentence


@KINDS
def test_a_waiver_with_nothing_to_do_can_be_deleted(scene):
    result = judged(scene, of_scene(scene), data=scene.healthy)

    assert only_status(result).state == "unused"
    assert "does not fail, so its waiver" in only_status(result).sentence
    assert "can be deleted" in only_status(result).sentence


@KINDS
def test_an_ended_waiver_with_nothing_to_do_can_be_deleted(scene):
    status = only_status(judged(scene, of_scene(scene, until="2026-09-20"), data=scene.healthy))

    assert (status.state, status.fails_again) == ("expired", False)
    assert "does not fail; its waiver" in status.sentence
    assert "and can be deleted" in status.sentence


@KINDS
def test_a_status_has_what_the_policy_says(scene):
    one = of_scene(scene, until="2026-12-31", through_version="4.0", reason="Known.")
    status = only_status(judged(scene, one))

    assert (status.kind in ("rule", "insight", "signature"), status.up_to) == (True, one.up_to.text)
    assert (status.until, status.through_version, status.reason) == ("2026-12-31", "4.0", "Known.")


@pytest.mark.parametrize(
    ("scene", "kind", "target"),
    [
        ("rise", "rule", "launch"),
        ("insight", "insight", LAUNCH),
        ("signature", "signature", "symbol *Exporter*"),
    ],
)
def test_a_status_names_its_target(scene, kind, target):
    status = only_status(judged(SCENES[scene], of_scene(SCENES[scene])))

    assert (status.kind, status.target) == (kind, target)


def test_the_target_of_a_signature_has_every_part_of_its_selector():
    one = waiver(signature=SignatureSelector(symbol="f*", binary="App", file="*.swift"), up_to="45%")

    assert (
        only_status(verdict_of(policy(RISE, waivers=(one,)))).target == "symbol f*, binary App, file *.swift"
    )


def test_what_is_waived_carries_its_waiver_and_says_so():
    risen = judged(SCENES["both"], of_scene(SCENES["both"])).rules[0]
    found = judged(SCENES["insight"], of_scene(SCENES["insight"])).insights[0]
    signed = judged(SCENES["signature"], of_scene(SCENES["signature"])).signatures[0]

    assert (risen.waiver.up_to, risen.waiver.level.value, risen.waiver.level.text) == (
        0.3,
        1150,
        "<= 1150 ms",
    )
    assert (found.waiver.up_to, found.waiver.level, found.waiver.share) == (0.3, None, None)
    assert (signed.waiver.up_to, signed.waiver.share, signed.waiver.reason) == (0, 0.45, "Known")
    assert risen.sentence.endswith(" It is waived up to +30% and 1,150 ms until 2026-12-31: Known.")
    assert found.sentence.endswith(" It is waived up to +30% until 2026-12-31: Known.")
    assert signed.sentence.endswith(" It is waived up to 45% until 2026-12-31: Known.")


def test_a_waived_finding_says_what_it_is_first():
    plain = judged(SCENES["insight"]).insights[0]
    waived = judged(SCENES["insight"], of_scene(SCENES["insight"])).insights[0]

    assert waived.sentence == f"{plain.sentence} It is waived up to +30% until 2026-12-31: Known."


@pytest.mark.parametrize(
    ("up_to", "fields", "in_use"),
    [
        ("+30%", {}, WaiverInUse(up_to=0.3, until="2026-12-31", days_left=101, reason="Known")),
        ("+30%", {"through_version": "3.4"}, WaiverInUse(up_to=0.3, through_version="3.4", reason="Known")),
        (
            "+30% and 1150 ms",
            {},
            WaiverInUse(
                up_to=0.3,
                level=AllowedLevel(value=1150.0, unit="ms", text="<= 1150 ms"),
                until="2026-12-31",
                days_left=101,
                reason="Known",
            ),
        ),
    ],
)
def test_a_waiver_in_use_has_its_ceilings_and_its_end(up_to, fields, in_use):
    assert judged(SCENES["rise"], waiver(up_to=up_to, **fields)).rules[0].waiver == in_use


def test_a_ceiling_on_a_value_alone_is_a_level():
    in_use = judged(SCENES["limit"], waiver(up_to="1150 ms")).rules[0].waiver

    assert (in_use.up_to, in_use.level) == (0.0, AllowedLevel(value=1150.0, unit="ms", text="<= 1150 ms"))


# --- when ---------------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize(
    ("ends", "state", "days_left"),
    [
        ({"until": "2026-09-22"}, "in_force", 1),
        ({"until": "2026-09-21"}, "in_force", 0),
        ({"until": "2026-09-20"}, "expired", -1),
        ({"through_version": "3.5"}, "in_force", None),
        ({"through_version": "3.4"}, "in_force", None),
        ({"through_version": "3.3"}, "expired", None),
        ({"until": "2026-09-20", "through_version": "3.5"}, "expired", -1),
        ({"until": "2026-09-22", "through_version": "3.3"}, "expired", None),
        ({"until": "2026-09-20", "through_version": "3.3"}, "expired", -1),
        ({"until": "2026-09-22", "through_version": "3.5"}, "in_force", 1),
    ],
)
def test_a_waiver_holds_through_its_last_day_and_version(scene, ends, state, days_left):
    status = only_status(judged(scene, of_scene(scene, **ends)))

    assert (status.state, status.days_left, status.fails_again) == (state, days_left, state == "expired")


@pytest.mark.parametrize(
    ("now", "state"), [("2026-09-21T23:59:59", "in_force"), ("2026-09-22T00:00:00", "expired")]
)
def test_only_the_time_of_the_run_ends_a_waiver(now, state):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    result = judged(SCENES["rise"], of_scene(SCENES["rise"], until="2026-09-21"), now=moment)

    assert (only_status(result).state, result.verdict == "fail") == (state, state == "expired")


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"until": "2026-09-22"}, " until 2026-09-22 (1 day left); "),
        ({"until": "2026-09-21"}, " until 2026-09-21 (its last day); "),
        ({"through_version": "3.5"}, " through 3.5; "),
        (
            {"until": "2026-09-30", "through_version": "3.5"},
            " until 2026-09-30, at most through 3.5 (9 days left); ",
        ),
        ({"until": "2026-09-20"}, " ended yesterday, on 2026-09-20; "),
        ({"until": "2026-09-11"}, " ended 10 days ago, on 2026-09-11; "),
        ({"through_version": "3.3"}, " ended with 3.3; "),
        ({"until": "2026-12-31", "through_version": "3.3"}, " ended with 3.3; "),
    ],
)
def test_the_end_of_a_waiver_in_words(ends, words):
    assert words in only_status(judged(SCENES["rise"], of_scene(SCENES["rise"], **ends))).sentence


# --- what a ceiling covers ----------------------------------------------------------------------------


FAILED = only_check(verdict_of(RISE, launch(1118), now=NOW))


def rose(relative, **fields):
    """A failed check that rose by so much."""
    return replace(FAILED, change=Change(relative=relative, absolute=1.0), **fields)


def covers(one: Waiver, *checks: Check, candidate: str = "3.4", versions=("3.3", "3.4", "3.5")):
    book = WaiverBook([one], today=TODAY, timeline=order([versions]), candidate=candidate)
    return book.find_for_rule(RISE, checks) is not None


@pytest.mark.parametrize(("rise", "covered"), [(0.29, True), (0.3, True), (0.3001, False), (None, False)])
def test_a_ceiling_accepts_a_rise_up_to_itself(rise, covered):
    assert covers(waiver(up_to="+30%"), rose(rise)) is covered


@pytest.mark.parametrize(
    ("up_to", "covered"),
    [("1118 ms", True), ("1.118 s", True), ("1117 ms", False), ("+30%", False), ("1.2 GB", False)],
)
def test_a_ceiling_accepts_a_value_up_to_itself_in_a_unit_that_fits(up_to, covered):
    assert covers(waiver(up_to=up_to), replace(FAILED, change_failed=False, line_failed=True)) is covered


@pytest.mark.parametrize(
    ("up_to", "covered"),
    [("+30%", False), ("1200 ms", False), ("+30% and 1200 ms", True), ("+20% and 1200 ms", False)],
)
def test_a_slice_that_failed_by_its_rise_and_by_its_value_needs_both_ceilings(up_to, covered):
    assert covers(waiver(up_to=up_to), replace(FAILED, line_failed=True)) is covered


MODEL = replace(
    rose(0.2),
    slice=replace(FAILED.slice, device="iPhone15,2"),
    device_name="iPhone 14 Pro",
    candidate=Candidate(version="3.4", value=1118.0),
)
ITS_RISE = CeilingComparison(kind="rise", name="launch time p50 on iPhone 14 Pro", now=0.2, at=0.3)
ITS_VALUE = CeilingComparison(
    kind="level", name="launch time p50 on iPhone 14 Pro", now=1118.0, at=1200.0, unit="ms"
)


@pytest.mark.parametrize(
    ("up_to", "fields", "compared"),
    [
        ("+30% and 1.2 s", {}, (ITS_RISE,)),
        ("+30% and 1.2 s", {"change_failed": False, "line_failed": True}, (ITS_VALUE,)),
        ("+30% and 1.2 s", {"line_failed": True}, (ITS_RISE, ITS_VALUE)),
        ("1.2 s", {"line_failed": True}, (replace(ITS_RISE, at=None), ITS_VALUE)),
        ("+30%", {"line_failed": True}, (ITS_RISE, replace(ITS_VALUE, at=None))),
        ("+30%", {"change": None}, (replace(ITS_RISE, now=None),)),
        ("+30%", {"change_failed": False}, (ITS_RISE,)),  # what is above no line has risen
        (
            "1.2 s",
            {"change_failed": False, "line_failed": True, "candidate": None},
            (replace(ITS_VALUE, now=None),),
        ),
    ],
)
def test_a_slice_is_held_against_a_ceiling_by_all_that_failed(up_to, fields, compared):
    assert compare_check(waiver(up_to=up_to).up_to, replace(MODEL, **fields)) == compared


@pytest.mark.parametrize(
    ("now", "at", "is_within", "fill"),
    [
        (0.2, 0.4, True, 0.5),
        (0.4, 0.4, True, 1.0),
        (0.8, 0.4, False, 2.0),
        (None, 0.4, False, float("inf")),
        (0.2, None, False, float("inf")),
    ],
)
def test_what_nobody_can_compare_is_above_every_ceiling(now, at, is_within, fill):
    one = CeilingComparison(kind="rise", name="", now=now, at=at)

    assert (one.is_within, one.fill) == (is_within, fill)


def test_all_failed_slices_must_be_below_the_ceiling():
    assert covers(waiver(), rose(0.2), rose(0.1))
    assert not covers(waiver(), rose(0.2), rose(0.31))


def test_a_rule_that_fails_by_no_slice_is_never_covered():
    assert not covers(waiver())


def test_a_rule_that_fails_by_no_slice_exceeds_its_waiver():
    failed = RuleOutcome(id="launch", state="fail", mode="enforce", sentence="It failed.")
    book = WaiverBook([waiver()], today=TODAY, timeline=order([("3.4",)]), candidate="3.4")
    (status,) = book.list_waivers(Findings(rules=[failed]))

    assert (status.state, status.sentence) == (
        "exceeded",
        (
            "launch fails in spite of its waiver up to +30% until 2026-12-31: its rise has no size in percent, as from "
            "zero, which no ceiling covers. Its reason: Known."
        ),
    )


UNSIZED = replace(FAILED, state="pass", change=None, change_failed=False)


@pytest.mark.parametrize(
    ("checks", "state"),
    [
        ([rose(0.2), UNSIZED], "in_force"),  # what does not fail needs no ceiling
        ([rose(0.2, change_failed=False)], "in_force"),
        ([rose(0.2, state="warn")], "in_force"),
        ([rose(0.4, state="warn")], "exceeded"),
        ([rose(0.2), replace(UNSIZED, state="fail")], "exceeded"),
    ],
)
def test_a_waiver_is_about_the_slices_that_fail_without_it(checks, state):
    failed = RuleOutcome(id="launch", state="fail", mode="enforce", sentence="It failed.")
    book = WaiverBook([waiver()], today=TODAY, timeline=order([("3.4",)]), candidate="3.4")

    assert [one.state for one in book.list_waivers(Findings(rules=[failed], checks=checks))] == [state]


def test_each_waiver_answers_for_its_own_rule():
    rules = policy(
        RISE, replace(RISE, id="other"), waivers=(waiver(up_to="+30%"), waiver("other", up_to="+15%"))
    )

    assert [one.state for one in verdict_of(rules, launch(1118)).waivers] == ["in_force", "exceeded"]


def test_a_slice_without_a_change_is_never_covered():
    assert not covers(waiver(), replace(FAILED, change=None))


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
    assert covers(waiver(through_version=last), rose(0.2), candidate=candidate) is covered


@pytest.mark.parametrize(
    ("last", "candidate", "covered"),
    [
        ("2.9.5", "3.1", True),  # a hotfix of an older train that is released later
        ("3.1", "2.9.5", False),
        ("3.0", "2.9.5", False),
    ],
)
def test_the_payload_says_which_version_is_the_last(last, candidate, covered):
    one = waiver(through_version=last)

    assert covers(one, rose(0.2), candidate=candidate, versions=("3.0", "3.1", "2.9.5")) is covered


def test_another_rules_waiver_covers_nothing():
    assert not covers(waiver("other"), rose(0.2))


@pytest.mark.parametrize("insights", [(insight(None),), (insight(20), insight(40))])
def test_insights_of_unknown_size_or_above_the_ceiling_are_not_covered(insights):
    scene = SCENES["insight"]
    result = judged(scene, of_scene(scene), data={"insights": insights})

    assert {one.level for one in result.insights} == {"fail"}
    assert only_status(result).state == "exceeded"


def test_an_insight_is_held_against_its_ceiling_by_the_largest_rise_it_names():
    (found,) = verdict_of(SCENES["insight"].policy, insights=(insight(24.0),)).insights

    assert compare_insight(waiver(up_to="+30%").up_to, found) == CeilingComparison(
        kind="rise", name="", now=0.24, at=0.3
    )


def test_an_insight_on_another_metric_is_not_covered():
    scene = SCENES["insight"]
    result = judged(scene, waiver("LAUNCH/resumeTime"))

    assert (result.verdict, only_status(result).state) == ("fail", "unused")
    assert "LAUNCH/resumeTime (Apple's insight) is not listed by Apple, so" in only_status(result).sentence


def test_one_signature_above_the_ceiling_and_none_of_those_selected_is_covered():
    scene = SCENES["signature"]
    data = {"candidate_signatures": build(LegacyExporter=0.41, NewExporter=0.55)}
    result = judged(scene, of_scene(scene), data=data)

    assert {one.level for one in result.signatures} == {"fail"}
    assert "NewExporter() is at 55%, 10 points above the ceiling" in only_status(result).sentence


def test_a_signature_that_is_not_selected_fails_as_before():
    scene = SCENES["signature"]
    data = {"candidate_signatures": build(LegacyExporter=0.35, Cache=0.5)}
    result = judged(scene, of_scene(scene), data=data)

    assert [(one.name, one.level) for one in result.signatures] == [
        ("Cache()", "fail"),
        ("LegacyExporter()", "warn"),
    ]
    assert (result.verdict, only_status(result).state) == ("fail", "in_force")


# --- several waivers ----------------------------------------------------------------------------------


def test_the_first_waiver_that_covers_all_is_in_use():
    tight, wide, wider = (waiver(up_to=up_to) for up_to in ("+15%", "+30%", "+50%"))
    result = judged(SCENES["rise"], tight, wide, wider)

    assert result.rules[0].waiver.up_to == 0.3
    assert [one.state for one in result.waivers] == ["unused", "in_force", "unused"]
    assert "is waived by another entry already, so the waiver up to +50%" in result.waivers[2].sentence


def test_what_another_waiver_covers_does_not_fail_again():
    result = judged(SCENES["rise"], waiver(until="2026-09-20"), waiver(up_to="+40%"))

    assert (result.verdict, [one.state for one in result.waivers]) == ("pass", ["expired", "in_force"])
    assert not result.waivers[0].fails_again
    assert "launch is waived by another entry; its waiver up to +30% ended" in result.waivers[0].sentence


def test_two_waivers_do_not_add_up():
    result = judged(SCENES["both"], waiver(up_to="+30%"), waiver(up_to="1150 ms"))

    assert (result.verdict, [one.state for one in result.waivers]) == ("fail", ["exceeded", "exceeded"])


# --- words --------------------------------------------------------------------------------------------


def test_of_many_slices_the_tightest_is_told():
    result = verdict_of(
        policy(RISE, waivers=(waiver(up_to="+50%"),)), launch(1118), launch(1200, device="all_ipads")
    )

    assert "; now at most +33%, 17 points of headroom: " in only_status(result).sentence


@pytest.mark.parametrize(
    ("values", "more"), [((1118, 1200), "; so is 1 more."), ((1118, 1200, 1300), "; so are 2 more.")]
)
def test_of_many_slices_above_the_ceiling_the_worst_is_told(values, more):
    devices = ("all_iphones", "all_ipads", "all_macs")
    slices = [launch(value, device=device) for value, device in zip(values, devices, strict=False)]
    status = only_status(verdict_of(policy(RISE, waivers=(waiver(up_to="+15%"),)), *slices))

    assert f" on all {'Macs' if len(values) == 3 else 'iPads'} is at " in status.sentence
    assert f" above the ceiling{more}" in status.sentence


@pytest.mark.parametrize(
    ("up_to", "words"),
    [
        ("+24%", "now +23.8%, 0.2 points of headroom"),
        ("+25%", "now +24%, 1 point of headroom"),
        ("+124%", "now +24%, 100 points of headroom"),
    ],
)
def test_headroom_is_the_difference_of_what_is_shown(up_to, words):
    assert words in only_status(judged(SCENES["rise"], waiver(up_to=up_to))).sentence


@pytest.mark.parametrize(
    ("scene", "up_to", "words"),
    [
        ("both", "1150 ms", "is at +24%, and the waiver has no ceiling for a rise"),
        ("both", "+30%", "is at 1,118 ms, and the waiver has no ceiling for a value in ms"),
    ],
)
def test_what_a_waiver_has_no_ceiling_for_is_said(scene, up_to, words):
    assert words in only_status(judged(SCENES[scene], waiver(up_to=up_to))).sentence


def test_a_size_that_nobody_knows_is_above_every_ceiling():
    unknown = only_status(
        judged(SCENES["insight"], of_scene(SCENES["insight"]), data={"insights": (insight(None),)})
    )
    signed = replace(SCENES["signature"].policy, signatures=Signatures(new="fail"))
    builds = {
        "candidate_signatures": build(LegacyExporter=None),
        "baseline_signatures": BuildSignatures(build_id="a", version="3.3"),
    }
    new = verdict_of(replace(signed, waivers=(of_scene(SCENES["signature"]),)), **builds)

    assert "its rise has no size in percent, as from zero, which no ceiling covers" in unknown.sentence
    assert "the share of LegacyExporter() is not known, so no ceiling covers it" in only_status(new).sentence


@pytest.mark.parametrize(
    ("waived", "rules", "data", "words"),
    [
        (
            waiver(),
            RISE,
            {},
            "launch is undecided, so its waiver up to +30% until 2026-12-31 has nothing to do yet",
        ),
        (waiver("other"), RISE, {}, "other is not judged, so its waiver"),
        (waiver(LAUNCH), RISE, {}, "is not listed by Apple, so its waiver"),
        (
            waiver(signature=EXPORTER, up_to="45%"),
            RISE,
            {},
            "is not known, because no signature could be read,",
        ),
        (
            waiver(signature=EXPORTER, up_to="45%"),
            RISE,
            {"candidate_signatures": build(Cache=0.2)},
            "symbol *Exporter* (signature) is not listed by Apple, so its waiver",
        ),
    ],
)
def test_a_waiver_with_nothing_to_do_says_why(waived, rules, data, words):
    status = only_status(verdict_of(policy(rules, waivers=(waived,)), **data))

    assert (status.state, words in status.sentence) == ("unused", True)


@pytest.mark.parametrize("name", ["insight", "signature"])
def test_nothing_is_said_to_be_needless_while_the_data_is_too_old(name):
    scene = SCENES[name]
    old = replace(scene.policy, evidence=Evidence(max_age=3600.0))
    data = {**scene.data, "fetched_at": NOW - 7200}
    status = only_status(judged(scene._replace(policy=old), of_scene(scene), data=data))

    assert status.state == "unused"
    assert "counts for nothing while the data is too old, so its waiver" in status.sentence
    assert "deleted" not in status.sentence


@pytest.mark.parametrize("reason", ["Known", "Known."])
def test_a_reason_ends_with_one_full_stop(reason):
    for ends in ({}, {"until": "2026-09-20"}):
        result = judged(SCENES["rise"], of_scene(SCENES["rise"], reason=reason, **ends))
        assert only_status(result).sentence.endswith(": Known.")


# --- promises -----------------------------------------------------------------------------------------

ORDER = ("fail", "undecided", "partial", "pass")
"""Verdicts, worst first."""

RISES = st.sampled_from(["+5%", "+15%", "+25%", "+60%", "1000 ms", "1.2 s", "+25% and 1.2 s", "+60% and 2 s"])
ENDS = st.one_of(
    st.sampled_from(["2026-09-20", "2026-09-21", "2026-12-31"]).map(lambda day: {"until": day}),
    st.sampled_from(["3.3", "3.4", "3.5"]).map(lambda version: {"through_version": version}),
)


@st.composite
def waivers(draw):
    """A waiver of anything."""
    kind = draw(st.sampled_from(["launch", "level", LAUNCH, "signature"]))
    if kind == "signature":
        shares = st.sampled_from(["20%", "40%", "90%"])
        glob = draw(st.sampled_from(["*Exporter*", "Cache*", "*"]))
        about = {"signature": SignatureSelector(symbol=glob), "up_to": draw(shares)}
    else:
        about = {"target": kind, "up_to": draw(RISES)}
    return waiver(**about, **draw(ENDS))


@st.composite
def worlds(draw):
    """A policy without waivers, and data of which anything may fail."""
    values = draw(st.tuples(*[st.sampled_from([None, 800, 905, 1050, 1118, 1300])] * 2))
    slices = [launch(values[0]), launch(values[1], device="all_ipads")]
    rules = (
        rule(
            name="launch",
            fail="> +10%",
            limit="<= 1100 ms",
            mode=draw(st.sampled_from(["enforce", "shadow"])),
        ),
        rule(name="level", goal="recommended", limit="<= 1.2 s"),
        rule("HANG/*", name="hangs", fail="> +10%"),
    )
    data = facts(
        *(replace(one, recommended=1000.0) for one in slices),
        insights=draw(st.lists(st.sampled_from([None, 10, 24, 50]).map(insight), max_size=2).map(tuple)),
        candidate_signatures=build(
            LegacyExporter=draw(st.sampled_from([None, 0.1, 0.35, 0.5])), CacheExporter=0.4
        ),
        candidate_version="3.4",
    )
    chosen = policy(*rules, insights=InsightLevels(regressions="fail"), signatures=Signatures(max_weight=0.3))
    return chosen, data


def judge_world(world, *given_waivers):
    chosen, data = world
    return judge(replace(chosen, waivers=given_waivers), data, now=NOW)


@given(worlds(), st.lists(waivers(), max_size=4))
def test_without_its_waivers_a_verdict_is_never_better(world, found):
    bare, waived = judge_world(world), judge_world(world, *found)

    assert ORDER.index(bare.verdict) <= ORDER.index(waived.verdict)
    assert bare.blocks >= waived.blocks
    assert len(waived.waivers) == len(found)


@given(worlds(), st.lists(waivers(), max_size=4))
def test_a_waiver_makes_warnings_of_fails_and_changes_nothing_else(world, found):
    bare, waived = judge_world(world), judge_world(world, *found)

    for before, after in [
        *zip(bare.rules, waived.rules, strict=True),
        *zip(bare.insights, waived.insights, strict=True),
        *zip(bare.signatures, waived.signatures, strict=True),
    ]:
        if after.waiver is None:
            assert after == before
        else:
            assert getattr(before, "state", getattr(before, "level", "")) == "fail"
            now = getattr(after, "state", getattr(after, "level", ""))
            # What is missing beside a waived fail might have been above the ceiling.
            assert now in ("warn", "undecided")
            assert now == "undecided" or after.sentence.startswith(before.sentence)
    covered = {one.id for one in waived.rules if one.waiver is not None}
    for before, after in zip(bare.checks, waived.checks, strict=True):
        is_waived = before.rule in covered and before.state == "fail"
        assert after == (replace(before, state="warn") if is_waived else before)
    for name in ("notes", "drift", "candidate", "gone_signatures", "reasons"):
        assert getattr(waived, name) == getattr(bare, name)


@given(worlds(), st.lists(waivers(), max_size=4))
def test_every_waiver_says_the_truth_of_its_target(world, found):
    result = judge_world(world, *found)
    in_use = [one for one in (*result.rules, *result.insights, *result.signatures) if one.waiver is not None]

    assert bool(in_use) == any(one.state == "in_force" for one in result.waivers)
    for status in result.waivers:
        assert status.sentence.startswith(status.target)
        assert status.sentence.endswith(".")
        if status.kind == "rule":
            state = next(one.state for one in result.rules if one.id == status.target)
            assert (state in ("warn", "undecided")) or status.state != "in_force"
            assert (state == "fail") or not (status.state == "exceeded" or status.fails_again)


def test_no_waivers_give_no_statuses():
    book = WaiverBook([], today=TODAY, timeline=order([]), candidate="3.4")

    assert book.list_waivers(Findings()) == ()
