"""What could not be decided: sorted by what a reader can do, told once for each cause."""

from collections import Counter
from typing import get_args

import pytest
from builders import NOW, STEADY, facts, policy, rule, series, verdict_of
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gate.judge.sentences.gaps import GapCause, name_some
from gate.judge.undecided import KINDS, group_undecided
from gate.judge.verdict import in_scope
from gate.model.facts import GoalBand, SliceKey
from gate.model.result import Baseline, Candidate, Change, Check, Point, RuleOutcome
from gate.model.versions import Timeline
from gate.policy.presets import text as preset
from gate.policy.read import read
from gate.policy.types import BaselineSelection

LAUNCH = "LAUNCH/launchTime"
HANG = "HANG/hangRate"
DAY = 86400.0
RISE = {"fail": "> +10%"}
LATER = "Run it again in a few days: Apple publishes a number once enough users have the version."
MORE = "More users or more versions would decide it"
STARTER = read(preset("preset:starter"), source="starter")


def told(rules, *all_series, **fields):
    """The groups of a run."""
    chosen = policy(*rules) if isinstance(rules, list) else rules
    return verdict_of(chosen, *all_series, **fields).undecided


def only(groups):
    """The one group of a run."""
    (group,) = groups
    return group


GOAL = rule(name="a", goal="recommended")


def check(**fields):
    """An undecided check of the rule ``a``, on launch time unless it says otherwise."""
    category, _, metric = fields.pop("metric", LAUNCH).partition("/")
    key = SliceKey(
        platform="iOS",
        category=category,
        metric=metric,
        device=fields.pop("device", "all_iphones"),
        percentile=fields.pop("percentile", "p50"),
    )
    usual = {"rule": "a", "reason": "within_noise", "unit": "ms"}
    return Check(slice=key, state="undecided", mode="enforce", sentence="", **usual | fields)


def unmet(**fields):
    """A check of the rule ``a`` that has no goal to meet."""
    return check(reason="no_data", candidate=Candidate(version="3.4", value=900.0), **fields)


def rose(before, now, *, margin=None, **fields):
    """An undecided check of the rule ``a`` with both sides."""
    return check(
        baseline=Baseline(versions=("3.3",), value=before),
        candidate=Candidate(version="3.4", value=now, error_margin=margin),
        change=Change(relative=now / before - 1.0, absolute=now - before),
        **fields,
    )


def grouped(*checks, rules=None, data=(), state="undecided", states=None, sizes=None, reason="within_noise"):
    """The groups of some checks, most of them of the rule ``a``, whatever the rules would have come to."""
    rules = rules or [rule(name="a", **RISE)]
    states, sizes = states or {}, sizes or {}
    outcomes = [
        RuleOutcome(
            id=one.id,
            state=states.get(one.id, state),
            reason=reason if states.get(one.id, state) == "undecided" else None,
            mode=one.mode,
            sentence="",
            checks=sizes.get(one.id, 0),
        )
        for one in rules
    ]
    return group_undecided(
        policy(*rules),
        outcomes,
        checks,
        facts(*data),
        timeline=Timeline(versions=("3.3", "3.4") if data else ()),
        candidate="3.4",
        now=NOW,
    )


# --- not yet -----------------------------------------------------------------------------------------------


def test_an_app_without_any_data_is_told_in_one_sentence():
    group = only(told(STARTER, candidate_version="1.1"))

    assert (group.kind, group.reason) == ("not_yet", "no_data")
    assert (group.sentence, group.remedy) == ("Apple has no numbers for this app yet.", LATER)
    assert len(group.rules) == len(group.checks) == sum(one.mode == "enforce" for one in STARTER.rules)


@pytest.mark.parametrize(
    ("fields", "reason", "sentence"),
    [
        (
            {"candidate_on_sale": True},
            "too_early",
            "3.4 is on sale, but nothing of it is measured yet; the newest version with numbers is 3.3.",
        ),
        ({}, "no_data", "Nothing of 3.4 is measured yet; the newest version with numbers is 3.3."),
        (
            {"candidate_on_sale": True, "candidate_not_before": NOW - 1.2 * DAY},
            "too_early",
            (
                "3.4 went on sale at most 2 days ago, and nothing of it is measured yet; the newest version with "
                "numbers is 3.3."
            ),
        ),
    ],
)
def test_a_version_without_any_data_is_told_with_what_is_known_of_its_age(fields, reason, sentence):
    rules = [rule(**RISE), rule(HANG, **RISE)]
    group = only(
        told(
            rules,
            series(LAUNCH, STEADY, versions=OLD),
            series(HANG, [4.0], versions=OLD),
            candidate_version="3.4",
            **fields,
        )
    )

    assert (group.kind, group.reason, group.sentence) == ("not_yet", reason, sentence)
    assert group.remedy == LATER


OLD = ("2.6", "2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3")
"""All versions but the candidate."""


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (0.0, "at most 1 day ago"),
        (DAY, "at most 1 day ago"),
        (DAY + 1, "at most 2 days ago"),
        (28 * DAY, "at most 28 days ago"),
        (28 * DAY + 1, ""),
        (-1.0, ""),
    ],
)
def test_the_age_of_a_version_is_rounded_up_and_said_while_it_explains_something(age, words):
    group = only(
        told(
            rule(**RISE),
            series(LAUNCH, STEADY, versions=OLD),
            candidate_version="3.4",
            candidate_not_before=NOW - age,
        )
    )

    assert ("ago" in group.sentence) == bool(words)
    assert words in group.sentence


def test_an_app_without_data_says_how_old_its_version_is():
    group = only(told(rule(**RISE), candidate_version="1.0", candidate_not_before=NOW - 3 * DAY))

    assert group.sentence == "1.0 went on sale at most 3 days ago, and Apple has no numbers for this app yet."


GAPS = [
    ("one newest version", [series(HANG, [4.0, 4.1, None])], "hang rate; the newest version with one is 3.3"),
    (
        "several newest versions",
        [series(HANG, [4.0, 4.1, None]), series("MEMORY/peakMemory", [300.0, None, None])],
        "hang rate and peak memory; earlier versions have some",
    ),
    (
        "one slice of a metric that is measured elsewhere",
        [series(HANG, [4.0, 4.1, 4.2]), series(HANG, [9.0, None], percentile="p90")],
        "hang rate p90 on all iPhones; the newest version with one is 3.3",
    ),
]


@pytest.mark.parametrize(("others", "what"), [case[1:] for case in GAPS], ids=[case[0] for case in GAPS])
def test_what_the_candidate_lacks_is_told_with_the_version_that_has_it(others, what):
    rules = [rule(limit="<= 5 s"), rule(HANG, limit="<= 100 s/h"), rule("MEMORY/peakMemory", limit="<= 2 GB")]
    chosen = [one for one in rules if any(other.key.name == one.selector.metric for other in others)]
    groups = told([rules[0], *chosen], series(LAUNCH, [907.0]), *others)

    assert [(group.kind, group.reason) for group in groups] == [("not_yet", "no_data")]
    assert groups[0].sentence == f"Apple has no value of 3.4 yet for {what}."


def test_what_a_young_version_lacks_is_told_with_its_age():
    groups = told(
        rule(HANG, limit="<= 100 s/h"),
        series(LAUNCH, [907.0]),
        series(HANG, [4.0, None]),
        candidate_version="3.4",
        candidate_not_before=NOW - 2 * DAY,
    )

    assert only(groups).sentence == (
        "3.4 went on sale at most 2 days ago, and Apple has no value of it yet for hang rate; the newest version "
        "with one is 3.3."
    )


def test_a_first_version_may_still_get_what_it_lacks():
    group = only(told([rule(limit="<= 5 s"), rule("STORAGE/*", limit="<= 5 GB")], series(LAUNCH, [907.0])))

    assert (group.kind, group.remedy) == ("not_yet", LATER)
    assert group.sentence == "Apple has no value of 3.4 yet for storage metrics."


def test_a_first_version_has_nothing_to_be_compared_with():
    group = only(told([rule(**RISE), rule(HANG, **RISE)], series(LAUNCH, [907.0]), series(HANG, [4.0])))

    assert (group.kind, group.reason) == ("not_yet", "no_baseline")
    assert group.sentence == "3.4 is the first version with numbers, so there is nothing to compare it with."
    assert group.rules == ("LAUNCH-launchTime", "HANG-hangRate")


def test_a_newer_version_is_nothing_to_compare_the_first_one_with():
    group = only(told(rule(**RISE), series(LAUNCH, [907.0, 910.0]), candidate_version="3.3"))

    assert group.sentence == "3.3 is the first version with numbers, so there is nothing to compare it with."


def on_macs(one):
    """The same series of the platform macOS."""
    return replace(one, key=replace(one.key, platform="macOS"))


ON_MACS = (on_macs(series(LAUNCH, STEADY)), series(LAUNCH, [None]))
"""Launch time as measured on macOS alone."""


def absent(metric):
    """The one group of a slice that no version of the data has."""
    rules = [rule(metric, name="a", **RISE)]
    return only(grouped(check(metric=metric, reason="no_data"), rules=rules, data=ON_MACS, reason="no_data"))


def test_a_slice_of_the_data_is_of_one_platform_whatever_the_rule_selects():
    assert absent(LAUNCH).kind == "never"


def test_a_slice_that_is_not_in_the_data_is_of_any_platform():
    assert (
        absent(HANG).sentence == "None of the 2 versions in the data (3.3 to 3.4) has numbers for hang rate."
    )


def test_a_slice_that_is_new_is_no_first_version():
    group = only(told(rule(HANG, **RISE), series(LAUNCH, STEADY), series(HANG, [4.0])))

    assert (group.kind, group.reason) == ("not_yet", "no_baseline")
    assert group.sentence == "No version to compare with has a value for hang rate p50 on all iPhones."


def test_a_goal_may_come_after_a_first_version():
    group = only(told(rule(goal="recommended"), series(LAUNCH, [907.0])))

    assert (group.kind, group.remedy) == ("not_yet", LATER)
    assert group.sentence == "Apple recommends no goal so far for launch time."


# --- never -------------------------------------------------------------------------------------------------


TERMINATIONS = series("TERMINATION/onScreen", [0.1, 0.1])


@pytest.mark.parametrize(
    ("chosen", "all_series", "sentence", "remedy"),
    [
        (
            rule("TERMINATION/*", goal="recommended", name="ends"),
            [TERMINATIONS],
            "Apple recommends no goal for terminations on screen.",
            "Replace `goal` by a `limit` in ends, or set `on_undecided: ignore` on it.",
        ),
        (
            rule("TERMINATION/*", goal="recommended", limit="<= 3/day", name="ends"),
            [TERMINATIONS],
            "Apple recommends no goal for terminations on screen.",
            "Remove `goal` from ends, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(goal="good", name="start"),
            [series(LAUNCH, [907.0, 907.0])],
            "Apple has no such goal for launch time.",
            "Replace `goal` by a `limit` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule("STORAGE/*", limit="<= 5 GB", name="size"),
            [series(LAUNCH, [907.0, 907.0])],
            "None of the 2 versions in the data (3.3 to 3.4) has numbers for storage metrics.",
            "Switch off size (`enabled: false`), or set `on_undecided: ignore` on it.",
        ),
        (
            rule("LAUNCH/lauchTime", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0])],
            "None of the 2 versions in the data (3.3 to 3.4) has numbers for lauch time.",
            ("Did you mean LAUNCH/launchTime? Else switch off start (`enabled: false`), or set "
            "`on_undecided: ignore` on it."),
        ),
        (
            rule(device="all_iphones", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0], device="all_ipads"), series(LAUNCH, [907.0], device="iPad13,1")],
            ("None of the 2 versions in the data (3.3 to 3.4) has numbers for all iPhones, only for all iPads and "
            "1 model."),
            "Use `device: all_ipads` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(device="iPhone1*", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0], device="iPad13,1")],
            "None of the 2 versions in the data (3.3 to 3.4) has numbers for iPhone1* models, only for 1 model.",
            "Use `device: any` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(device="all_ipads", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0]), series(HANG, [4.0], device="all_ipads")],
            ("None of the 2 versions in the data (3.3 to 3.4) has numbers for launch time on all iPads, only for "
            "all iPhones."),
            "Use `device: all_iphones` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(device="all_ipads", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0]), series(LAUNCH, [None], device="all_ipads")],
            "None of the 2 versions in the data (3.3 to 3.4) has numbers for all iPads, only for all iPhones.",
            "Use `device: all_iphones` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(percentile="p90", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0])],
            "None of the 2 versions in the data (3.3 to 3.4) has numbers for launch time p90 on any device.",
            "Use `percentile: any` in start, or set `on_undecided: ignore` on it.",
        ),
        (
            rule(limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0]), on_macs(series(LAUNCH, [None, None]))],
            "The data is of iOS alone; nothing of macOS was fetched.",
            "Fetch again; if that does not help, switch off start (`enabled: false`).",
        ),
        (
            rule(platform="macOS", limit="<= 5 s", name="start"),
            [series(LAUNCH, [907.0, 907.0])],
            "The data is of iOS alone; nothing of macOS was fetched.",
            "Fetch again; if that does not help, switch off start (`enabled: false`).",
        ),
    ],
)  # fmt: skip
def test_what_never_comes_says_how_the_policy_should_change(chosen, all_series, sentence, remedy):
    group = only(told(chosen, *all_series))

    assert (group.kind, group.reason) == ("never", "no_data")
    assert (group.sentence, group.remedy) == (sentence, remedy)


def test_a_device_is_called_by_the_name_that_reports_print():
    have = series(LAUNCH, [907.0, 907.0], device="iPhone15,2", device_name="iPhone 14 Pro")
    group = only(told(rule(device="iPhone 14 Pro", percentile="p90", limit="<= 5 s", name="start"), have))

    assert group.remedy == "Use `percentile: any` in start, or set `on_undecided: ignore` on it."


def test_a_metric_is_named_as_a_whole_only_where_no_slice_of_it_has_a_goal():
    group = only(
        told(
            rule(goal="recommended"),
            series(LAUNCH, [900.0, 900.0], recommended=950.0),
            series(LAUNCH, [1900.0, 1900.0], percentile="p90"),
        )
    )

    assert group.sentence == "Apple recommends no goal for launch time p90 on all iPhones."


def test_bands_are_goals_too():
    bands = (GoalBand(name="good", upper=5.0), GoalBand(name="fair", lower=5.0))
    group = only(
        told(
            rule("ANIMATION/*", goal="good"),
            series("ANIMATION/scrollHitchRate", [3.0, 3.0], bands=bands),
            series("ANIMATION/scrollHitchRate", [3.0, 3.0], percentile="p90"),
        )
    )

    assert group.sentence == "Apple has no such goal for scroll hitch rate p90 on all iPhones."


def test_nothing_needs_to_change_where_other_slices_decide_the_rule():
    data = series(LAUNCH, [1900.0, 1900.0], percentile="p90")
    group = only(grouped(unmet(percentile="p90"), rules=[GOAL], data=[data], state="pass"))

    assert group.remedy == "Nothing to do: other slices decide a."


def test_nothing_needs_to_change_where_the_policy_excepts_the_rule():
    ends = rule("TERMINATION/*", goal="recommended", name="ends", on_undecided="ignore")
    group = only(told(ends, TERMINATIONS))

    assert group.remedy == "Nothing to do: `on_undecided: ignore` excepts ends."


def test_a_rule_of_which_some_slices_can_be_decided_is_narrowed():
    rules = [GOAL, rule(HANG, goal="recommended", name="hangs")]
    hangs = check(reason="no_data", rule="hangs", metric=HANG, candidate=Candidate(version="3.4", value=4.0))
    data = [series(LAUNCH, [900.0, 900.0]), series(HANG, [4.0, 4.0])]
    group = only(grouped(unmet(), hangs, rules=rules, data=data, sizes={"a": 2, "hangs": 1}))

    assert group.remedy == (
        "Narrow a to slices with a goal, replace `goal` by a `limit` in hangs, or set `on_undecided: ignore` on "
        "them."
    )


def test_a_device_that_only_some_metrics_lack_is_told_with_them():
    checks = [check(reason="no_data", device="all_ipads", percentile=one) for one in ("p50", "p90")]
    checks.append(check(reason="no_data", device="iPhone15,2", metric=HANG))
    data = [
        series(LAUNCH, [900.0, 900.0], device="iPhone15,2"),
        series(HANG, [4.0, 4.0], device="all_ipads"),
    ]
    group = only(grouped(*checks, data=data))

    assert group.sentence == (
        "None of the 2 versions in the data (3.3 to 3.4) has numbers for launch time on all iPads or hang rate on "
        "iPhone15,2."
    )


def test_a_rule_of_which_some_slices_are_in_the_data_is_narrowed_to_them():
    missing = check(reason="no_data", device="all_ipads")
    group = only(grouped(missing, data=[series(LAUNCH, [900.0, 900.0])], sizes={"a": 2}))

    assert group.remedy == "Narrow a to slices that the data has, or set `on_undecided: ignore` on it."


def test_several_rules_are_spoken_of_as_several():
    rules = [
        rule("STORAGE/*", limit="<= 5 GB", name="size"),
        rule("DISK/*", limit="<= 1 GB/day", name="disk"),
    ]
    group = only(told(rules, series(LAUNCH, [907.0, 907.0])))

    assert group.sentence.endswith("has numbers for storage metrics or disk metrics.")
    assert (
        group.remedy == "Switch off size and disk (`enabled: false`), or set `on_undecided: ignore` on them."
    )


@pytest.mark.parametrize(
    ("baseline", "all_series", "sentence", "remedy"),
    [
        (
            BaselineSelection(use="pinned", pinned="9.9"),
            [series(LAUNCH, STEADY)],
            "The pinned version 9.9 was not measured, so there is nothing to compare with.",
            "Pin a measured version in `baseline`, such as 3.3, or compare with `use: window`.",
        ),
        (
            BaselineSelection(use="pinned", pinned="3.4.0"),
            [series(LAUNCH, STEADY)],
            "The pinned version 3.4.0 is the candidate itself, so there is nothing to compare with.",
            "Pin a measured version in `baseline`, such as 3.3, or compare with `use: window`.",
        ),
        (
            BaselineSelection(use="pinned", pinned="3.3"),
            [series(LAUNCH, [907.0, None, 907.0]), series(HANG, [4.0, 4.0])],
            "The pinned version 3.3 has no value for launch time p50 on all iPhones.",
            "Pin a measured version in `baseline`, such as 3.2, or compare with `use: window`.",
        ),
        (
            BaselineSelection(exclude=("3.2", "3.3.0")),
            [series(LAUNCH, [907.0, 907.0, 907.0])],
            "The policy excludes every earlier version with numbers (3.2 and 3.3.0).",
            "Take one of them off `exclude` in `baseline`.",
        ),
    ],
)  # fmt: skip
def test_a_baseline_that_can_t_be_is_the_policy_s_to_change(baseline, all_series, sentence, remedy):
    group = only(told(policy(rule(**RISE), baseline=baseline), *all_series))

    assert (group.kind, group.reason) == ("never", "no_baseline")
    assert (group.sentence, group.remedy) == (sentence, remedy)


# --- within noise ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            rose(900.0, 1000.0, allowed_value=990.0, visible=0.25),
            ("launch time p50 on all iPhones +11.1% (900 → 1,000 ms; allowed up to 990 ms; only +25% or more would "
            "be conclusive)"),
        ),
        (
            rose(900.0, 1000.0, allowed_value=990.0, visible=0.1),
            "launch time p50 on all iPhones +11.1% (900 → 1,000 ms; allowed up to 990 ms)",
        ),
        (
            rose(900.0, 1000.0, allowed_value=990.0),
            "launch time p50 on all iPhones +11.1% (900 → 1,000 ms; allowed up to 990 ms)",
        ),
        (
            rose(900.0, 1000.0, margin=30.0, allowed_value=1200.0, limit_value=980.0),
            ("launch time p50 on all iPhones 1,000 ms (above the limit of 980 ms by less than Apple's error margin of "
            "± 30 ms)"),
        ),
        (
            check(candidate=Candidate(version="3.4", value=1000.0, error_margin=30.0), goal_value=980.0),
            ("launch time p50 on all iPhones 1,000 ms (above the goal of 980 ms by less than Apple's error margin of "
            "± 30 ms)"),
        ),
    ],
)  # fmt: skip
def test_what_is_above_a_line_is_told_with_its_numbers(one, words):
    group = only(grouped(one))

    assert group.kind == "within_noise"
    assert group.sentence == f"One slice is above its line: {words}."
    assert group.remedy == f"{MORE}."


def test_what_can_t_be_ruled_out_is_told_with_what_would_be_clear():
    group = only(grouped(rose(900.0, 909.0, allowed_value=990.0, visible=0.6)))

    assert group.sentence == (
        "Today's data can't rule out a rise of launch time p50 on all iPhones (now +1%; only +60% or more would be "
        "conclusive)."
    )
    assert group.remedy == f"{MORE}; none of these is above what fails."


def test_what_is_above_its_line_is_told_apart_and_first():
    quiet = rose(900.0, 909.0, allowed_value=990.0, visible=0.6)
    over = rose(900.0, 1000.0, allowed_value=990.0, percentile="p90")

    assert [group.checks for group in grouped(quiet, over)] == [(1,), (0,)]


def test_groups_of_devices_come_before_models_and_large_rises_before_small_ones():
    rises = [(1000.0, "iPhone15,2"), (1000.0, "all_ipads"), (1100.0, "iPhone14,5"), (1200.0, "all_iphones")]
    group = only(grouped(*(rose(900.0, now, allowed_value=990.0, device=device) for now, device in rises)))

    assert group.checks == (3, 1, 2, 0)
    assert group.sentence.startswith("4 slices are above their lines: launch time p50 on all iPhones")
    assert group.sentence.endswith("; and 3 more slices.")


def test_a_slice_without_a_change_comes_after_one_that_rose():
    assert only(grouped(check(), rose(900.0, 901.0))).checks == (1, 0)


def test_the_noise_is_told_before_what_is_not_there_yet():
    assert [group.reason for group in grouped(unmet(), check())] == ["within_noise", "no_data"]


@pytest.mark.parametrize(("reason", "told_as"), [("no_data", "no_data"), (None, "within_noise")])
def test_a_rule_that_is_undecided_as_a_whole_keeps_its_reason(reason, told_as):
    assert only(grouped(reason=reason)).reason == told_as


def test_a_rule_that_is_undecided_though_its_slices_are_not_is_told():
    group = only(grouped(rules=[rule(name="a", **RISE), rule(name="b", **RISE)]))

    assert (group.kind, group.reason, group.rules, group.checks) == (
        "within_noise",
        "within_noise",
        ("a", "b"),
        (),
    )
    assert group.sentence == "Each slice of a and b is decided, but taken together they are not."


def test_too_few_earlier_versions_are_counted():
    points = tuple(Point(version=name, value=900.0) for name in ("3.3", "3.4"))
    group = only(grouped(rose(900.0, 1200.0, reason="thin_history", history=points)))

    assert (group.kind, group.reason) == ("not_yet", "thin_history")
    assert group.sentence == (
        "1 earlier version can't tell how much healthy releases of this app differ, too few to judge launch time p50 "
        "on all iPhones (+33%)."
    )


# --- unusable ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        (72 * 3600.0, "The data is 3 days old; the policy allows 48 hours."),
        (-7200.0, "The snapshot claims to be from the future, so one of two clocks is wrong."),
    ],
)
def test_old_data_is_told_once(age, sentence):
    group = only(told(STARTER, series(LAUNCH, STEADY), fetched_at=NOW - age))

    assert (group.kind, group.reason, group.sentence) == ("unusable", "stale", sentence)
    assert group.remedy == "Fetch again."


def test_data_that_contradicts_itself_says_how():
    slices = [
        series(LAUNCH, STEADY, problem="Apple sent two values for 3.3.", percentile=one)
        for one in ("p50", "p90")
    ]
    group = only(told([rule(**RISE), rule(limit="<= 5 s", name="line")], *slices))

    assert (group.kind, group.reason) == ("unusable", "not_comparable")
    assert group.sentence == (
        "Launch time p50 on all iPhones can't be trusted: Apple sent two values for 3.3; 1 more slice can't be "
        "trusted either."
    )


@pytest.mark.parametrize(
    ("chosen", "unit", "sentence"),
    [
        (rule(limit="<= 5 s", name="a"), "", "Apple sends launch time without a unit, but a speaks of s."),
        (rule(fail="> +80 ms", name="a"), "MB", "Apple sends launch time in MB, but a speaks of ms."),
    ],
)
def test_a_unit_that_does_not_fit_says_both(chosen, unit, sentence):
    group = only(told(chosen, series(LAUNCH, STEADY, unit=unit)))

    assert (group.kind, group.reason, group.sentence) == ("unusable", "not_comparable", sentence)
    assert group.remedy == "Let a speak of the unit that Apple sends, or of % alone."


def test_values_without_a_change_are_said():
    group = only(told(rule("NEW/thing", **RISE), series("NEW/thing", [0.0, 0.0])))

    assert (group.kind, group.reason) == ("unusable", "not_comparable")
    assert (
        group.sentence
        == "Apple sends values of which no change can be worked out, for thing p50 on all iPhones."
    )


def test_a_rule_whose_unit_fits_is_not_told_that_it_does_not():
    chosen = [rule(name="a", fail="> +10% and > +0.08 s")]
    group = only(grouped(check(reason="not_comparable"), rules=chosen, reason="not_comparable"))

    assert group.sentence == (
        "Apple sends values of which no change can be worked out, for launch time p50 on all iPhones."
    )


def test_a_margin_that_only_the_candidate_lacks_is_said():
    one = check(
        reason="not_comparable",
        baseline=Baseline(versions=("3.3",), value=900.0, error_margin=9.0),
        candidate=Candidate(version="3.4", value=900.0),
    )
    group = only(grouped(one, reason="not_comparable"))

    assert (group.kind, group.reason) == ("unusable", "not_comparable")
    assert group.sentence == (
        "Earlier versions have an error margin and 3.4 has none, for launch time p50 on all iPhones."
    )


# --- what is told, and how much of it ----------------------------------------------------------------------


def test_every_cause_has_a_kind():
    assert set(KINDS) == set(get_args(GapCause))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "a"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_names_are_listed_once_each(names, text):
    assert name_some(names) == text


def test_what_keeps_a_rule_undecided_comes_before_what_does_not():
    waiting = rule(HANG, goal="recommended", name="waiting")
    hangs = check(
        reason="no_data", rule="waiting", metric=HANG, candidate=Candidate(version="3.4", value=4.0)
    )
    data = [series(LAUNCH, [900.0, 900.0]), series(HANG, [4.0, 4.0])]
    group = only(grouped(unmet(), hangs, rules=[GOAL, waiting], data=data, states={"a": "pass"}))

    assert (group.checks, group.rules) == ((1, 0), ("a", "waiting"))
    assert group.remedy == "Replace `goal` by a `limit` in waiting, or set `on_undecided: ignore` on it."


@pytest.mark.parametrize("mode", ["shadow", "advise"])
def test_rules_that_the_verdict_is_not_about_are_not_told(mode):
    assert told(rule(mode=mode, **RISE)) == ()


def test_rules_of_a_run_in_shadow_are_told():
    assert only(told(policy(rule(mode="shadow", **RISE), mode="shadow"))).rules == ("LAUNCH-launchTime",)


def test_rules_of_a_run_that_only_advises_are_told():
    assert only(told(policy(rule(mode="advise", **RISE), mode="advise"))).rules == ("LAUNCH-launchTime",)


def test_groups_with_one_remedy_are_told_as_one():
    group = only(
        told([rule(goal="recommended"), rule("DISK/*", limit="<= 1 GB/day")], series(LAUNCH, [907.0]))
    )

    assert group.sentence == (
        "Apple has no value of 3.4 yet for disk metrics. Apple recommends no goal so far for launch time."
    )
    assert sorted(group.checks) == [0, 1]
    assert group.rules == ("DISK-*", "LAUNCH-launchTime")


RULES = st.lists(
    st.builds(
        lambda metric, line, **fields: (metric, line, fields),
        st.sampled_from([LAUNCH, HANG, "*/*", "STORAGE/*", "LAUNCH/lauchTime"]),
        st.sampled_from(
            [
                {"fail": "> +10%"},
                {"warn": "> +1%", "fail": "> +30%"},
                {"goal": "recommended"},
                {"limit": "<= 1000 ms"},
                {"goal": "good", "fail": "> +80 ms"},
            ]
        ),
        percentile=st.sampled_from(["p50", "p90", "any"]),
        device=st.sampled_from(["any", "all_*", "all_ipads", "iPhone*", "iPhone 14 Pro"]),
        mode=st.sampled_from(["enforce", "enforce", "advise", "shadow"]),
        on_undecided=st.sampled_from(["note", "ignore", "block"]),
    ),
    max_size=8,
)
VALUES = st.one_of(
    st.none(),
    st.sampled_from([0.0, 900.0, 905.0, 1000.0, 2000.0]),
    st.tuples(st.sampled_from([900.0, 1010.0]), st.sampled_from([10.0, 400.0])),
)
SERIES = st.lists(
    st.builds(
        lambda name, values, **fields: (name, values, fields),
        st.sampled_from([LAUNCH, HANG, "MEMORY/peakMemory", "NEW/thing"]),
        st.lists(VALUES, min_size=1, max_size=9),
        percentile=st.sampled_from(["p50", "p90"]),
        device=st.sampled_from(["all_iphones", "all_ipads", "iPhone15,2"]),
        problem=st.sampled_from(["", "", "", "Apple sent this twice."]),
        recommended=st.sampled_from([None, 950.0]),
    ),
    max_size=8,
    unique_by=lambda one: (one[0], one[2]["percentile"], one[2]["device"]),
)


@st.composite
def runs(draw):
    """A policy and its result on some data."""
    rules = [
        rule(metric, name=f"r{number}", **line, **fields)
        for number, (metric, line, fields) in enumerate(draw(RULES))
    ]
    baseline = draw(
        st.sampled_from(
            [
                BaselineSelection(),
                BaselineSelection(use="pinned", pinned="3.3"),
                BaselineSelection(exclude=("3.2", "3.3")),
            ]
        )
    )
    chosen = policy(*rules, baseline=baseline, mode=draw(st.sampled_from(["enforce", "advise", "shadow"])))
    all_series = [series(name, values, **fields) for name, values, fields in draw(SERIES)]
    known = {
        "candidate_version": draw(st.sampled_from(["", "3.4", "9.9"])),
        "candidate_on_sale": draw(st.booleans()),
        "candidate_not_before": draw(st.sampled_from([None, NOW - DAY])),
        "fetched_at": draw(st.sampled_from([None, NOW, NOW, NOW - 9 * DAY])),
    }
    return chosen, verdict_of(chosen, *all_series, **known)


@settings(max_examples=300)
@given(runs())
def test_every_undecided_check_that_is_told_is_in_exactly_one_group(run):
    chosen, result = run
    ids = {one.id for one in in_scope(chosen, result.rules)}
    wanted = [
        position for position, one in enumerate(result.checks) if one.state == "undecided" and one.rule in ids
    ]

    assert sorted(position for group in result.undecided for position in group.checks) == wanted


@settings(max_examples=300)
@given(runs())
def test_every_undecided_rule_is_told_and_every_group_is_of_one_kind_reason_and_remedy(run):
    chosen, result = run
    scope = in_scope(chosen, result.rules)
    named = {name for group in result.undecided for name in group.rules}
    keys = Counter((group.kind, group.reason, group.remedy) for group in result.undecided)

    assert {one.id for one in scope if one.state == "undecided"} <= named <= {one.id for one in scope}
    assert all(count == 1 for count in keys.values())
    for group in result.undecided:
        assert {result.checks[position].reason for position in group.checks} <= {group.reason}
        assert {result.checks[position].rule for position in group.checks} <= set(group.rules)
        assert group.sentence.endswith(".")
        assert group.remedy.endswith(".")


@settings(max_examples=100)
@given(runs(), st.sampled_from(["3.4", "3.5"]))
def test_nothing_of_the_candidate_measured_is_told_in_five_lines(run, candidate):
    chosen, _ = run
    old = [series(name, values, versions=OLD) for name, values in ((LAUNCH, STEADY), (HANG, [4.0, 4.1]))]
    groups = told(chosen, *old, candidate_version=candidate, candidate_on_sale=True)

    assert len(groups) <= 5
