"""Presets, and what a policy makes of them."""

import pytest
from policy_texts import only_problem

from gate.model.catalogue import CATEGORIES
from gate.policy import presets
from gate.policy.read import examine, read
from gate.policy.types import Outcome
from gate.policy.vocabulary import categories_of

STARTER = "version: 1\nextends: preset:starter\n"


@pytest.mark.parametrize("name", presets.names())
def test_a_policy_may_extend_every_preset_there_is(name):
    assert read(f"version: 1\nextends: {name}\n").rules


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_is_a_policy_without_problems_and_warnings(name):
    _, warnings = examine(presets.text(name), source=name)

    assert warnings == ()


def test_there_is_no_text_for_an_unknown_preset():
    with pytest.raises(KeyError):
        presets.text("preset:none")


def test_a_policy_of_a_preset_alone_is_the_preset():
    assert read(STARTER).digest == read(presets.text("preset:starter")).digest


def test_the_starter_covers_every_category():
    covered = {category for rule in read(STARTER).rules for category in categories_of(rule.selector.metric)}

    assert covered == set(CATEGORIES)


def test_the_starter_enforces_every_rule():
    assert {rule.mode for rule in read(STARTER).rules} == {"enforce"}


def test_the_starter_judges_change_in_every_category():
    covered = {categories_of(rule.selector.metric) for rule in read(STARTER).rules if rule.fail}

    assert covered == {(category,) for category in CATEGORIES}


def test_a_level_fails_under_the_starter_only_when_it_is_crossed():
    levels = [rule for rule in read(STARTER).rules if rule.goal or rule.limit]

    assert {(rule.when, rule.fail, rule.warn) for rule in levels} == {("crossed", None, None)}


def test_the_starter_leaves_it_to_the_event_what_undecided_change_does():
    assert read(STARTER).outcome_for("").undecided == "note"


def test_the_starter_judges_the_groups_that_the_data_has():
    assert {rule.selector.device for rule in read(STARTER).rules} == {"all_*"}


def test_the_starter_waits_for_change_and_for_no_level():
    waits = {(rule.fail is not None, rule.on_undecided) for rule in read(STARTER).rules}

    assert waits == {(True, None), (False, "ignore")}


def test_a_rule_overrides_the_keys_that_it_names_and_keeps_its_place():
    own = "rules:\n  - {id: hang-limit, metric: HANG/hangRate, limit: '<= 9 s/h'}\n"
    policy, preset = read(STARTER + own), read(STARTER)
    position = [rule.id for rule in preset.rules].index("hang-limit")
    before, after = preset.rules[position], policy.rules[position]

    assert [rule.id for rule in policy.rules] == [rule.id for rule in preset.rules]
    assert (after.selector.metric, after.limit.text, after.line) == ("HANG/hangRate", "<= 9 s/h", 4)
    assert (after.selector.device, after.when, after.advice) == ("all_*", "crossed", before.advice)


def test_other_rules_follow_behind_those_of_the_preset():
    own = "rules:\n  - {id: mine, metric: HANG/*, limit: '<= 9 s/h'}\n"

    assert [rule.id for rule in read(STARTER + own).rules] == [
        *(rule.id for rule in read(STARTER).rules),
        "mine",
    ]


def test_a_section_is_merged_key_by_key():
    policy = read(STARTER + "evidence: {min_versions: 5}\nsignatures: {types: [HANGS]}\n")

    assert (policy.evidence.min_versions, policy.evidence.max_age) == (5, 172800.0)
    assert (policy.signatures.types, policy.signatures.top) == (("HANGS",), 5)


def test_outcomes_are_merged_event_by_event_and_key_by_key():
    policy = read(STARTER + "outcomes: {default: {undecided: block}, push: {fail: note}}\n")

    assert policy.outcomes["default"] == Outcome(fail="block", undecided="block")
    assert policy.outcomes["pull_request"] == Outcome(fail="advise", undecided="advise")
    assert policy.outcomes["push"] == Outcome(fail="note", undecided="note")


def test_the_mode_of_a_policy_reaches_the_rules_of_its_preset_that_have_none():
    own = "mode: advise\nrules:\n  - {id: hang-change, mode: shadow}\n"
    modes = {rule.id: rule.mode for rule in read(STARTER + own).rules}

    assert (modes["hang-goal"], modes["hang-change"]) == ("advise", "shadow")


def test_a_waiver_may_be_for_a_rule_of_the_preset():
    waiver = "waivers: [{rule: hang-change, up_to: 5%, until: 2026-12-31, reason: x}]\n"

    assert read(STARTER + waiver).waivers[0].rule == "hang-change"


def test_a_misspelt_rule_of_the_preset_is_suggested_at_the_place_of_the_waiver():
    problem = only_problem(
        STARTER + "waivers: [{rule: hang-chang, up_to: 5%, until: 2026-12-31, reason: x}]\n"
    )

    assert (problem.line, problem.suggestion) == (3, "Did you mean `hang-change`?")


def test_what_a_preset_leaves_open_is_missed_at_the_place_of_the_policy():
    problem = only_problem(STARTER + "baseline: {use: pinned}\n")

    assert (problem.line, problem.message) == (3, "`use: pinned` needs the version")
