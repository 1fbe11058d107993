"""Checks of one rule, and the one outcome they come to."""

import pytest
from builders import STEADY, VERSIONS, facts, only_check, policy, rule, series, verdict_of
from msgspec.structs import replace

from gate.judge.comparisons import baseline_of, compare_all, history_of
from gate.judge.eligibility import Eligibility
from gate.judge.losses import Losses
from gate.judge.outcomes import JudgedRule, check_rule, conclude_rule, worst
from gate.model.facts import GoalBand, SliceKey
from gate.model.result import AllowedLevel, AllowedRise, Allows, Candidate, Change, Check, WaiverInUse
from gate.model.versions import order
from gate.policy.types import Outcome
from gate.stats.evidence import GradualDrift, Reading, RuleEvidence, SliceEvidence

LAUNCH = "LAUNCH/launchTime"
RULE = rule(name="launch", fail="> +10%")


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("pass", "improved"), "improved"),
        (("pass", "undecided", "improved"), "undecided"),
        (("undecided", "warn", "pass"), "warn"),
        (("warn", "fail", "undecided"), "fail"),
        ((), "undecided"),
    ],
)
def test_the_worst_state_is_the_one_that_needs_most_attention(states, state):
    assert worst(states) == state


# --- checks -----------------------------------------------------------------------------------------


def test_a_check_has_everything_that_a_report_needs():
    one = series(LAUNCH, (*STEADY, (1118.0, 9.0)), device="iPhone15,2", device_name="iPhone 14 Pro")
    (comparison,) = compare_all(policy(), facts(one), order([VERSIONS]), "3.4")
    chosen = rule(name="launch", device="iPhone15,2", fail="> +80 ms", limit="<= 1.5 s", mode="advise")
    found = only_check(verdict_of(chosen, one))

    assert (found.rule, found.slice, found.mode, found.unit) == ("launch", one.key, "advise", "ms")
    assert (found.device_name, found.allowed) == ("iPhone 14 Pro", "fail > +80 ms; limit <= 1.5 s")
    assert (found.baseline, found.history) == (baseline_of(comparison), history_of(comparison))
    assert found.candidate == Candidate(version="3.4", value=1118.0, error_margin=9.0)
    assert (found.line_failed, found.limit_value, found.goal_value) == (False, 1500.0, None)
    assert found.p_value < 1e-3 < found.visible
    assert found.allowed_value == pytest.approx(found.baseline.value + 80.0)


def test_a_check_of_a_rule_that_compares_nothing_has_no_evidence():
    found = only_check(verdict_of(rule(limit="<= 1500 ms"), series(LAUNCH, (*STEADY, 905.0))))

    assert (found.p_value, found.visible, found.allowed_value) == (None, None, None)


def test_a_slice_that_can_not_be_judged_is_above_no_line():
    found = only_check(verdict_of(rule(limit="<= 1 ms"), series(LAUNCH, (*STEADY, 905.0), problem="Twice.")))

    assert (found.state, found.line_failed) == ("undecided", False)


@pytest.mark.parametrize(
    ("fields", "allows"),
    [
        (
            {"warn": "> +5%", "fail": "> +10% and > +80 ms", "goal": "good"},
            Allows(
                warn=AllowedRise(relative=0.05, text="> +5%"),
                fail=AllowedRise(relative=0.1, absolute=80.0, unit="ms", text="> +10% and > +80 ms"),
                goal="good",
            ),
        ),
        ({"limit": "<= 1.5 s"}, Allows(limit=AllowedLevel(value=1.5, unit="s", text="<= 1.5 s"))),
    ],
)
def test_everything_that_a_rule_allows_is_a_value(fields, allows):
    assert only_check(verdict_of(rule(**fields), series(LAUNCH, (*STEADY, 905.0)))).allows == allows


@pytest.mark.parametrize(
    ("metric", "fields", "words"),
    [
        ("LAUNCH/lauchTime", {}, "lauch time on any device. The nearest is LAUNCH/launchTime"),
        ("STORAGE/size", {}, "storage size on any device"),  # nothing is near
        (LAUNCH, {"device": "all_macs"}, "launch time on all Macs"),  # itself is no suggestion
    ],
)
def test_a_rule_that_selects_nothing_has_one_undecided_check(metric, fields, words):
    missing = rule(metric, name="launch", fail="> +10%", mode="advise", **fields)
    data = (series(LAUNCH, (*STEADY, 905.0)), series("LAUNCH/resumeTime", (*STEADY, 905.0)))
    found = only_check(verdict_of(missing, *data))

    assert found == Check(
        rule="launch",
        slice=SliceKey(
            platform="iOS",
            category=metric.split("/")[0],
            metric=metric.split("/")[1],
            device=fields.get("device", "any"),
            percentile="any",
        ),
        state="undecided",
        reason="no_data",
        mode="advise",
        allowed="fail > +10%",
        allows=Allows(fail=AllowedRise(relative=0.1, text="> +10%")),
        sentence=f"Nothing in Apple's data matches {words}.",
    )


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("not_comparable", "Launch time p50 on all iPhones has values that can't be compared"),
        ("unit_mismatch", "The rule speaks of , but Apple measures launch time p50 on all iPhones in ms"),
    ],
)
def test_a_slice_that_could_not_be_weighed_is_not_comparable(basis, words):
    one, timeline = series(LAUNCH, (*STEADY, 905.0)), order([VERSIONS])
    comparisons = compare_all(policy(), facts(one), timeline, "3.4")
    slice_evidence = SliceEvidence(index=0, state="undecided", reason="not_comparable", basis=basis)
    evidence = RuleEvidence(
        state="undecided", reason="not_comparable", basis="not_comparable", slices=(slice_evidence,)
    )
    judged = check_rule(RULE, comparisons, evidence, Eligibility(facts(one), timeline, "3.4", None))

    (found,) = judged.checks
    assert (found.state, found.reason) == ("undecided", "not_comparable")
    assert found.sentence == f"{words}."
    assert judged.evidence == evidence


# --- one outcome of all checks ----------------------------------------------------------------------


def check(state="pass", reason=None, *, p=None, line_failed=False):
    return Check(
        rule="launch",
        slice=SliceKey(
            platform="iOS", category="LAUNCH", metric="launchTime", device="any", percentile="p50"
        ),
        state=state,
        reason=reason,
        mode="enforce",
        change=Change(relative=0.2, absolute=1.0),
        sentence=f"It is {state}.",
        p_value=p,
        line_failed=line_failed,
    )


DOUBT = check("undecided", "within_noise")
ABSENT = check("undecided", "no_data")
STALE = check("undecided", "stale")
FAILED = check("fail", line_failed=True)


def evidence(state, **fields):
    return RuleEvidence(state=state, basis="significant", **fields)


def conclude(*checks, a_rule=RULE, effect=None, waiver=None, losses=None, **fields):
    """Conclude from checks to an outcome and the checks."""
    judged = JudgedRule(rule=a_rule, checks=checks, **fields)
    find_waiver = lambda _, failed: waiver if failed else None  # noqa: E731 - one line says it
    return conclude_rule(judged, effect or Outcome(), find_waiver, losses or Losses())


LIMITED = rule(name="launch", limit="<= 1500 ms")


@pytest.mark.parametrize(
    ("checks", "state", "reason"),
    [
        ((check(),), "pass", None),
        ((FAILED, DOUBT, check()), "fail", None),
        ((DOUBT, check()), "undecided", "within_noise"),  # one in doubt keeps the rule in doubt
        ((ABSENT, check()), "pass", None),  # one without data does not
        ((ABSENT, STALE, check()), "undecided", "no_data"),  # too few are decided
        ((ABSENT, check("improved"), check()), "improved", None),
        ((ABSENT,), "undecided", "no_data"),
        ((STALE, ABSENT, ABSENT), "undecided", "no_data"),  # what most share
        ((STALE, ABSENT), "undecided", "stale"),  # the first among equals
        ((ABSENT, STALE), "undecided", "no_data"),
        ((ABSENT, STALE, STALE), "undecided", "stale"),
    ],
)
def test_a_rule_of_lines_alone_has_the_state_of_its_slices(checks, state, reason):
    outcome, _ = conclude(*checks, a_rule=LIMITED)

    assert (outcome.state, outcome.reason) == (state, reason)


CROSSED = replace(LIMITED, when="crossed")
FIRST = check("undecided", "no_baseline")
EARLY = check("undecided", "thin_history")


@pytest.mark.parametrize(
    ("a_rule", "doubt", "state"),
    [
        (CROSSED, DOUBT, "undecided"),
        (CROSSED, FIRST, "undecided"),  # above its line, and perhaps it always was
        (CROSSED, EARLY, "undecided"),
        (CROSSED, ABSENT, "pass"),
        (LIMITED, FIRST, "pass"),
        (LIMITED, EARLY, "pass"),
    ],
)
def test_a_rule_that_waits_for_a_crossing_is_in_doubt_without_earlier_versions(a_rule, doubt, state):
    outcome, _ = conclude(check(), check(), doubt, a_rule=a_rule)

    assert outcome.state == state


BOTH = rule(name="launch", fail="> +10%", limit="<= 1500 ms")
GOAL = rule(name="launch", fail="> +10%", goal="good")


@pytest.mark.parametrize(
    ("a_rule", "weighed", "checks", "state"),
    [
        (RULE, "pass", (DOUBT, check()), "pass"),  # without a line the evidence alone decides
        (RULE, "warn", (check("fail"),), "warn"),
        (BOTH, "pass", (DOUBT, check()), "undecided"),
        (GOAL, "pass", (DOUBT, check()), "undecided"),
        (BOTH, "warn", (FAILED,), "fail"),
        (BOTH, "fail", (check(),), "fail"),
        (BOTH, "undecided", (check(),), "undecided"),
        (BOTH, "improved", (check(),), "improved"),
    ],
)
def test_evidence_and_lines_are_joined_to_the_worse(a_rule, weighed, checks, state):
    outcome, _ = conclude(*checks, a_rule=a_rule, evidence=evidence(weighed))

    assert outcome.state == state


@pytest.mark.parametrize("state", ["pass", "improved"])
@pytest.mark.parametrize(("decided", "is_enough"), [(500, True), (499, False)])
def test_half_of_the_slices_are_enough(state, decided, is_enough):
    checks = [check(state)] * decided + [ABSENT] * (1000 - decided)
    outcome, _ = conclude(*checks, evidence=evidence(state))

    assert outcome.state == (state if is_enough else "undecided")
    assert outcome.reason == (None if is_enough else "no_data")
    assert (f"Only {decided} of 1000 slices could be judged" in outcome.sentence) is not is_enough


@pytest.mark.parametrize("state", ["fail", "warn"])
def test_a_finding_needs_no_more_than_one_decided_slice(state):
    outcome, _ = conclude(check(state), ABSENT, ABSENT, evidence=evidence(state))

    assert (outcome.state, outcome.reason) == (state, None)


def test_an_undecided_rule_without_an_undecided_slice_lacks_data():
    outcome, _ = conclude(check(), evidence=evidence("undecided"))

    assert (outcome.state, outcome.reason) == ("undecided", "no_data")


def test_an_outcome_has_everything_that_the_policy_says_of_the_rule():
    mine = replace(RULE, owner="@perf", advice="Look at dyld.", on_undecided="warn", mode="advise")
    outcome, _ = conclude(check(), check(), a_rule=mine, evidence=evidence("pass"))

    assert (outcome.id, outcome.owner, outcome.advice, outcome.checks) == (
        "launch",
        "@perf",
        "Look at dyld.",
        2,
    )
    assert (outcome.on_undecided, outcome.mode, outcome.waiver) == ("warn", "advise", None)


def test_drift_that_no_slice_shows_is_the_rules_own_finding():
    drift = GradualDrift(growth=0.2, versions=8, p=0.001)
    outcome, _ = conclude(check(), evidence=evidence("warn", drift=drift))

    assert (outcome.state, outcome.sentence) == (
        "warn",
        (
            "Launch time crept up by +20% over 8 versions, a little with nearly every one; no single version is to "
            "blame."
        ),
    )


def test_an_undecided_rule_is_explained_by_a_slice_with_its_main_reason():
    doubt = replace(DOUBT, sentence="It may be noise.")
    outcome, _ = conclude(ABSENT, doubt, doubt, evidence=evidence("undecided"))

    assert (outcome.reason, outcome.sentence) == (
        "within_noise",
        "It may be noise. All 3 slices are undecided.",
    )


def test_a_slice_above_a_line_says_where_it_passes_everything():
    lines = rule(fail="> +100%", limit="<= 1500 ms", goal="good")
    one = series(LAUNCH, (*STEADY, 1600.0), bands=(GoalBand(name="good", upper=950.0),))

    assert only_check(verdict_of(lines, one)).sentence == (
        "Launch time p50 on all iPhones is 1,600 ms in 3.4, above the limit of 1,500 ms. It passes at 950 ms or less."
    )


def test_a_rule_without_a_word_on_what_is_undecided_notes_it():
    outcome, _ = conclude(check(), evidence=evidence("pass"))

    assert outcome.on_undecided == "note"


@pytest.mark.parametrize(("found", "p_run"), [(evidence("pass", p_run=0.003), 0.003), (None, None)])
def test_an_outcome_has_the_chance_that_a_healthy_release_shows_as_much(found, p_run):
    outcome, _ = conclude(check(), evidence=found)

    assert outcome.p_run == p_run


def test_a_waiver_turns_failed_slices_into_warnings_and_no_others():
    waiver = WaiverInUse(up_to=0.3, until="2026-12-31", reason="Known")
    outcome, checks = conclude(check("fail"), check(), waiver=waiver, evidence=evidence("fail"))

    assert [one.state for one in checks] == ["warn", "pass"]
    assert (outcome.state, outcome.waiver, outcome.blocks) == ("warn", waiver, False)
    assert outcome.sentence == "It is fail. It is waived up to +30% until 2026-12-31: Known."


def test_no_waiver_is_looked_for_when_the_rule_does_not_fail():
    waiver = WaiverInUse(up_to=0.3, until="2026-12-31", reason="Known")
    outcome, checks = conclude(check("fail"), check(), waiver=waiver, evidence=evidence("warn"))

    assert (outcome.waiver, [one.state for one in checks]) == (None, ["fail", "pass"])


# --- how slices show together what none shows alone ----------------------------------------------------

TOGETHER = Reading(kind="average", metric=LAUNCH, slices=(0, 1), p=1 / 500, change=0.2)
WORDS = "No slice alone is this clear: on average, 2 slices rose +22%."


@pytest.mark.parametrize(("state", "deed"), [("fail", "failed"), ("warn", "have a warning")])
@pytest.mark.parametrize(
    ("chances", "is_said"),
    [
        ((0.0011, 0.002), True),
        ((0.001, 0.002), False),  # 1 in 1000 is clear by itself
        ((0.002, 0.0001), False),
        ((0.0, 0.002), False),
        ((None, 0.002), False),
    ],
)
def test_slices_are_said_to_show_together_what_none_shows_clearly(state, deed, chances, is_said):
    checks = [check(state, p=chance) for chance in chances]
    outcome, _ = conclude(*checks, evidence=evidence(state, reading=TOGETHER))

    assert (WORDS in outcome.sentence) is is_said
    assert is_said or outcome.sentence == f"It is {state}. Both slices {deed}."


@pytest.mark.parametrize(
    ("weighed", "checks", "a_rule"),
    [
        ("undecided", (check("undecided", "within_noise", p=0.01),), RULE),  # nothing is found
        ("warn", (replace(FAILED, p_value=0.01),), BOTH),  # the limit decides
        ("fail", (check("warn", p=0.01),), RULE),  # no slice alone has the rule's state
    ],
)
def test_a_reading_explains_only_the_finding_that_it_supports(weighed, checks, a_rule):
    outcome, _ = conclude(*checks, a_rule=a_rule, evidence=evidence(weighed, reading=TOGETHER))

    assert outcome.sentence == checks[0].sentence


def test_without_a_reading_nothing_is_added():
    outcome, _ = conclude(check("fail", p=0.01), evidence=evidence("fail"))

    assert outcome.sentence == "It is fail."


# --- what is lost -----------------------------------------------------------------------------------

GONE = replace(ABSENT, sentence="launch is undecided: Apple has no value.")


@pytest.mark.parametrize("state", ["pass", "improved", "warn"])
def test_nothing_but_a_fail_stands_where_a_slice_is_lost(state):
    outcome, _ = conclude(
        check(state),
        GONE,
        losses=Losses(uncovered=(GONE,)),
        evidence=evidence(state),
        effect=Outcome(undecided="block"),
    )

    assert (outcome.state, outcome.reason, outcome.blocks) == ("undecided", "no_data", True)
    assert outcome.sentence == (
        "launch is undecided: Apple has no value. What its other 1 slice shows does not speak for that one."
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [("fail", "It is fail."), ("undecided", "It is undecided. Both slices are undecided.")],
)
def test_a_rule_that_is_not_green_keeps_its_own_reason_beside_a_loss(state, words):
    checks = (check(state, "within_noise" if state == "undecided" else None), GONE)
    outcome, _ = conclude(*checks, losses=Losses(uncovered=(GONE,)), evidence=evidence(state))

    assert outcome.state == state
    assert outcome.sentence.startswith(words)


def test_a_waived_rule_that_lost_a_slice_is_undecided_too():
    waiver = WaiverInUse(up_to=0.3, until="2026-12-31", reason="Known")
    outcome, _ = conclude(
        check("fail"), GONE, waiver=waiver, losses=Losses(uncovered=(GONE,)), evidence=evidence("fail")
    )

    assert (outcome.state, outcome.waiver) == ("undecided", waiver)


def test_a_covered_model_is_said_beside_a_pass_and_changes_nothing():
    model = replace(ABSENT, slice=replace(ABSENT.slice, device="iPhone15,2"))
    outcome, _ = conclude(check(), model, losses=Losses(covered=(model,)), evidence=evidence("pass"))

    assert outcome.state == "pass"
    assert outcome.sentence.endswith("1 slice could be judged only as part of all iPhones.")


# --- what blocks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "fields", "effect", "blocks"),
    [
        ("fail", {}, Outcome(), True),
        ("fail", {"mode": "advise"}, Outcome(), False),
        ("fail", {"mode": "shadow"}, Outcome(), False),
        ("fail", {}, Outcome(fail="advise"), False),
        ("fail", {}, Outcome(fail="note"), False),
        ("warn", {"on_undecided": "block"}, Outcome(), False),
        ("undecided", {}, Outcome(undecided="block"), True),  # the rule leaves it to the event
        ("undecided", {}, Outcome(undecided="advise"), False),
        ("undecided", {"on_undecided": "note"}, Outcome(undecided="block"), False),  # its own word holds
        ("undecided", {"on_undecided": "ignore"}, Outcome(undecided="block"), False),
        ("pass", {"on_undecided": "block"}, Outcome(undecided="block"), False),
        ("undecided", {"on_undecided": "block"}, Outcome(), True),
        ("undecided", {"on_undecided": "block"}, Outcome(undecided="advise"), False),
        ("undecided", {"on_undecided": "block", "mode": "advise"}, Outcome(), False),
        ("undecided", {"on_undecided": "warn"}, Outcome(undecided="block"), False),
    ],
)
def test_an_outcome_blocks_when_rule_and_event_do(state, fields, effect, blocks):
    mine = replace(RULE, **fields)
    outcome, _ = conclude(check(state), a_rule=mine, effect=effect, evidence=evidence(state))

    assert outcome.blocks is blocks
