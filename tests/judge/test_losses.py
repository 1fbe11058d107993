"""What a rule could not judge: what the data lacks, and what stands for it."""

import pytest
from builders import STEADY, only_check, policy, rule, series, verdict_of
from msgspec.structs import replace

from gate.judge.losses import DecidedGroups, find_missing
from gate.judge.sentences.losses import explain_covered, explain_lost, explain_missing
from gate.model.facts import SliceKey
from gate.model.result import Check
from gate.policy.types import Signatures

LAUNCH = "LAUNCH/launchTime"
RULE = rule(name="launch", fail="> +10%")


def key(device="all_iphones", percentile="p50", *, metric="launchTime", category="LAUNCH", platform="iOS"):
    return SliceKey(platform=platform, category=category, metric=metric, device=device, percentile=percentile)


def check(device, state="undecided", *, reason="no_data", mode="enforce", percentile="p50"):
    return Check(
        rule="launch",
        slice=key(device, percentile),
        state=state,
        reason=reason if state == "undecided" else None,
        mode=mode,
        sentence=f"{device} is gone.",
    )


# --- what the data lacks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ([key(), key(percentile="p90")], []),
        ([key(), key(percentile="p90"), key("all_ipads")], [key("all_ipads", "p90")]),
        ([key(), key(percentile="p90"), key("iPhone15,2", "p90")], [key("iPhone15,2")]),
        ([key(), key("all_ipads")], []),  # a metric without any p90, such as terminations
        ([key(), key("iPad13,1")], [key("all_ipads")]),
        ([key(), key("Mac15,3"), key("iMac21,1"), key("iPod9,1")], [key("all_macs")]),
        ([key(), key(metric="resumeTime"), key("all_ipads")], [key("all_ipads", metric="resumeTime")]),
        ([key(), key("all_ipads", category="HANG")], []),
        ([key(), key("all_ipads", platform="macOS")], []),
        ([key(), key(metric="resumeTime"), key("iPhone15,2")], []),
        ([], []),
    ],
)
def test_a_payload_lacks_what_others_like_it_have(keys, missing):
    assert find_missing(keys) == tuple(missing)


def test_a_missing_slice_is_an_undecided_check_of_each_rule_that_selects_it():
    only_p50 = rule(name="typical", percentile="p50", fail="> +10%")
    slices = [series(LAUNCH, (*STEADY, 905.0), percentile=p) for p in ("p50", "p90")]
    result = verdict_of(policy(RULE, only_p50), *slices, series(LAUNCH, (*STEADY, 905.0), device="all_ipads"))

    assert [(one.rule, one.slice, one.reason) for one in result.checks if one.state == "undecided"] == [
        ("launch", key("all_ipads", "p90"), "no_data")
    ]
    assert [(one.state, one.checks) for one in result.rules] == [("undecided", 4), ("pass", 2)]
    assert result.rules[0].sentence == (
        "Apple's data has no launch time p90 on all iPads, although it has others like it. "
        "What its other 3 slices show does not speak for that one."
    )


@pytest.mark.parametrize(("device", "platform"), [("iPhone*", "any"), ("any", "macOS")])
def test_a_missing_slice_is_no_business_of_a_rule_that_does_not_select_it(device, platform):
    one = rule(name="launch", device=device, platform=platform, fail="> +10%")
    result = verdict_of(one, series(LAUNCH, (*STEADY, 905.0), device="iPhone15,2"))

    assert only_check(result).slice.device != "all_iphones"


def test_in_old_data_nothing_is_missed():
    result = verdict_of(RULE, series(LAUNCH, (*STEADY, 905.0), device="iPhone15,2"), fetched_at=0.0)

    assert only_check(result).reason == "stale"


# --- what stands for it -------------------------------------------------------------------------------


def found(*checks, others=()):
    losses = DecidedGroups([*checks, *others]).find_losses(checks)
    return [one.slice.device for one in losses.uncovered], [one.slice.device for one in losses.covered]


@pytest.mark.parametrize("reason", ["no_data", "no_baseline", "not_comparable", "too_early", "thin_history"])
def test_a_group_that_could_not_be_judged_is_lost(reason):
    assert found(check("all_iphones", reason=reason), check("all_ipads", "pass")) == (["all_iphones"], [])


def test_a_slice_within_the_noise_is_not_lost():
    assert found(check("all_iphones", reason="within_noise")) == ([], [])


@pytest.mark.parametrize("state", ["pass", "improved", "warn", "fail"])
def test_a_decided_group_stands_for_its_models(state):
    assert found(check("iPhone15,2"), check("all_iphones", state)) == ([], ["iPhone15,2"])


@pytest.mark.parametrize(
    "other",
    [
        check("all_ipads", "pass"),
        check("all_iphones", "pass", percentile="p90"),
        check("all_iphones", reason="within_noise"),
        check("all_iphones", "pass", mode="advise"),
    ],
)
def test_nothing_else_stands_for_a_model(other):
    assert found(check("iPhone15,2"), others=[other]) == (["iPhone15,2"], [])


@pytest.mark.parametrize("modes", [("enforce", "shadow"), ("shadow", "enforce"), ("advise",)])
def test_the_strictest_rule_that_decided_a_group_counts(modes):
    others = [check("all_iphones", "pass", mode=mode) for mode in modes]

    assert found(check("iPhone15,2", mode="advise"), others=others) == ([], ["iPhone15,2"])


@pytest.mark.parametrize(
    ("mode", "modes"), [("enforce", ["advise"]), ("advise", ["shadow"]), ("advise", []), ("shadow", [])]
)
def test_no_rule_that_counts_less_stands_for_a_model(mode, modes):
    others = [check("all_iphones", "pass", mode=one) for one in modes]

    assert found(check("iPhone15,2", mode=mode), others=others) == (["iPhone15,2"], [])


def test_groups_are_named_before_models():
    assert found(check("iPhone15,2"), check("all_ipads"), check("iPad13,1"))[0] == [
        "all_ipads", "iPhone15,2", "iPad13,1",
    ]  # fmt: skip


def test_a_rule_of_models_is_covered_by_another_rule_of_their_group():
    models = rule(name="models", device="iPhone*", fail="> +10%")
    groups = rule(name="groups", device="all_*", fail="> +10%")
    slices = [series(LAUNCH, (*STEADY, value), device=device) for device, value in
              (("all_iphones", 905.0), ("iPhone15,2", 905.0), ("iPhone16,1", None))]  # fmt: skip

    assert verdict_of(models, *slices).rules[0].state == "undecided"
    covered = verdict_of(policy(models, groups), *slices)
    assert [one.state for one in covered.rules] == ["pass", "pass"]
    assert covered.rules[0].sentence.endswith("1 slice could be judged only as part of all iPhones.")


# --- sentences ----------------------------------------------------------------------------------------

DEVICES = ("all_iphones", "all_ipads", "all_macs", "iPhone15,2", "iPhone16,1")


@pytest.mark.parametrize(
    ("count", "total", "sentence"),
    [
        (1, 1, "all_iphones is gone."),
        (1, 2, "all_iphones is gone. What its other 1 slice shows does not speak for that one."),
        (2, 4, ("all_iphones is gone. Nor could launch time p50 on all iPads be judged. What its other 2 slices show "
               "does not speak for these.")),
        (3, 3, "all_iphones is gone. Nor could launch time p50 on all iPads and launch time p50 on all Macs be judged."),
        (5, 5, ("all_iphones is gone. Nor could launch time p50 on all iPads, launch time p50 on all Macs and 2 more be "
               "judged.")),
    ],
)  # fmt: skip
def test_what_is_lost_is_named(count, total, sentence):
    assert explain_lost([check(device) for device in DEVICES[:count]], total) == sentence


def test_a_lost_slice_has_apples_name_of_its_device():
    lost = [check("all_iphones"), replace(check("iPhone15,2"), device_name="iPhone 14 Pro")]

    assert "launch time p50 on iPhone 14 Pro" in explain_lost(lost, 2)


def test_a_missing_slice_is_explained():
    assert explain_missing(key()) == (
        "Apple's data has no launch time p50 on all iPhones, although it has others like it."
    )


@pytest.mark.parametrize(
    ("devices", "sentence"),
    [
        ([], ""),
        (["iPhone15,2"], " 1 slice could be judged only as part of all iPhones."),
        (
            ["iPad13,1", "iPhone15,2", "iPad13,2"],
            " 3 slices could be judged only as part of all iPads and all iPhones.",
        ),
    ],
)
def test_models_are_said_to_be_part_of_their_groups(devices, sentence):
    assert explain_covered([check(device) for device in devices]) == sentence


# --- beside the rules ---------------------------------------------------------------------------------


def test_signatures_that_could_fail_and_were_not_read_are_noted():
    strict = policy(RULE, signatures=Signatures(new="fail"))
    result = verdict_of(strict, series(LAUNCH, (*STEADY, 905.0)))

    assert (result.verdict, result.coverage.unread) == ("partial", ("signatures",))
    assert result.notes[-1] == (
        "Signatures could fail this run, but could not be read and compared: the run can't pass."
    )


def test_an_answer_without_a_list_of_insights_is_noted():
    result = verdict_of(RULE, series(LAUNCH, (*STEADY, 905.0)), has_insights=False)

    assert result.verdict == "pass"
    assert result.notes[-1] == (
        "Apple's answer has no list of insights. Apple leaves it out at times, so that there is nothing bad to report "
        "does not follow."
    )
