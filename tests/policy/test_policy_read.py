"""Whole policies: what they mean when they are right."""

from datetime import date
from functools import partial

import pytest
from policy_texts import EVERYTHING, MINIMAL, with_rule, with_section, without_lines

from gate.errors import PolicyError
from gate.model.units import Quantity
from gate.policy.read import examine, read
from gate.policy.types import (
    Allowance,
    BaselineSelection,
    Ceiling,
    Comment,
    Evidence,
    InsightLevels,
    Limit,
    Outcome,
    Policy,
    Report,
    Rule,
    Selector,
    Signatures,
    SignatureSelector,
    Waiver,
)


def test_the_least_policy_gets_every_default():
    policy = read(MINIMAL)

    assert policy == Policy(
        rules=(
            Rule(
                id="launch",
                selector=Selector(metric="LAUNCH/launchTime"),
                fail=Allowance(relative=0.1, text="> +10%"),
                line=3,
            ),
        ),
        digest=policy.digest,
    )


def test_a_policy_with_every_key_is_read_into_what_it_means():
    policy = read(EVERYTHING)

    assert policy.rules[-1] == Rule(
        id="launch-typical",
        selector=Selector(metric="LAUNCH/launchTime", percentile="p50", device="all_iphones", platform="iOS"),
        mode="advise",
        warn=Allowance(relative=0.05, text="> +5%"),
        fail=Allowance(relative=0.1, absolute=Quantity(value=80.0, unit="ms"), text="> +10% and > +80 ms"),
        limit=Limit(quantity=Quantity(value=1500.0, unit="ms"), text="<= 1500 ms"),
        goal="recommended",
        on_undecided="note",
        owner="@acme/startup",
        advice="Start with the pre-main section of the launch trace.",
        noise=0.08,
        floor=Quantity(value=100.0, unit="ms"),
        line=21,
    )
    assert (policy.app, policy.mode) == ("com.example.photos", "enforce")
    assert policy.baseline == BaselineSelection(use="window", window=4, pinned="3.1.0", exclude=("3.0.1",))
    assert policy.evidence == Evidence(
        alarm_budget=0.05, min_versions=2, max_age=172800.0, must_detect=0.25, lagging="own_newest"
    )
    assert policy.insights == InsightLevels(regressions="warn", high_impact="fail", trending_up="note")
    assert policy.signatures == Signatures(
        types=("HANGS", "DISK_WRITES", "LAUNCHES"), top=5, new="warn", growing="warn", max_weight=0.4
    )
    typical = partial(Waiver, rule="launch-typical", reason="Known")
    assert policy.waivers == (
        typical(
            up_to=Ceiling(relative=0.15, text="+15%"),
            until="2026-12-31",
            reason="New onboarding; see tracker 812",
        ),
        typical(up_to=Ceiling(relative=0.2, text="+20%"), through_version="3.4"),
        typical(
            up_to=Ceiling(relative=0.2, level=Quantity(value=1700.0, unit="ms"), text="+20% and <= 1700 ms"),
            until="2026-12-31",
        ),
        Waiver(
            insight="LAUNCH/launchTime",
            up_to=Ceiling(relative=0.3, text="+30%"),
            until="2026-12-31",
            reason="Known",
        ),
        Waiver(
            signature=SignatureSelector(symbol="LegacyExporter.*", binary="ExamplePhotos"),
            up_to=Ceiling(share=0.45, text="45%"),
            until="2026-12-31",
            reason="Known",
        ),
    )
    assert policy.outcomes == {
        "pull_request": Outcome(fail="advise", undecided="advise"),
        "default": Outcome(fail="block", undecided="note"),
    }
    assert policy.report == Report(comment=Comment(when="changed", max_rows=15, key="main"), template="")


@pytest.mark.parametrize(("own", "meant"), [((), "advise"), (("mode: enforce",), "enforce")])
def test_a_rule_without_a_mode_has_the_mode_of_the_policy(own, meant):
    policy = read(with_rule('fail: "> +10%"', *own) + "mode: advise\n")

    assert policy.rules[0].mode == meant


@pytest.mark.parametrize("written", ["1234567890", '"1234567890"'])
def test_an_app_store_id_may_be_written_as_a_number(written):
    assert read(with_section(f"app: {written}\n")).app == "1234567890"


@pytest.mark.parametrize("written", ["0.05", "5%", '"5%"', "5 %"])
def test_a_share_may_be_written_in_two_ways(written):
    assert read(with_section(f"evidence: {{alarm_budget: {written}}}\n")).evidence.alarm_budget == 0.05


@pytest.mark.parametrize("written", ["2026-12-31", '"2026-12-31"'])
def test_a_date_may_stand_without_quotes(written):
    waiver = f"waivers: [{{rule: launch, up_to: 15%, until: {written}, reason: Known}}]\n"

    assert read(with_section(waiver)).waivers[0].until == "2026-12-31"


@pytest.mark.parametrize("event", ["merge_group", "on", "null", "42", "my-own-event"])
def test_an_outcome_may_name_any_event(event):
    policy = read(with_section(f"outcomes: {{{event}: {{fail: note}}}}\n"))

    assert policy.outcome_for(event) == Outcome(fail="note", undecided="note")


def test_an_empty_mapping_means_the_defaults():
    policy = read(with_section("baseline: {}\noutcomes: {}\nreport: {comment: {}}\n"))

    assert policy == read(MINIMAL)


def test_an_empty_list_of_signature_types_means_none():
    assert read(with_section("signatures: {types: []}\n")).signatures.types == ()


def test_a_text_of_several_lines_keeps_its_inner_breaks():
    policy = read(with_rule('fail: "> +10%"', "advice: |", "  First.", "  Then."))

    assert policy.rules[0].advice == "First.\nThen."


def test_an_alias_stands_for_what_it_repeats():
    text = MINIMAL + '  - id: hang\n    metric: HANG/*\n    fail: "> +10%"\n    owner: &me "@acme"\n'
    policy = read(text + "  - {id: disk, metric: DISK/*, fail: '> +10%', owner: *me}\n")

    assert [rule.owner for rule in policy.rules] == ["", "@acme", "@acme"]


@pytest.mark.parametrize("mark", ["\ufeff", "---\n", "%YAML 1.1\n---\n", "# a comment\n"])
def test_what_may_stand_before_a_yaml_document_changes_nothing(mark):
    assert without_lines(read(mark + MINIMAL)) == without_lines(read(MINIMAL))


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
def test_the_kind_of_line_break_changes_nothing(line_break):
    assert read(EVERYTHING.replace("\n", line_break)) == read(EVERYTHING)


def test_a_pinned_version_may_be_kept_while_another_baseline_is_used():
    policy = read(with_section('baseline: {use: previous, pinned: "3.1"}\n'))

    assert (policy.baseline.use, policy.baseline.pinned) == ("previous", "3.1")


def test_an_error_names_its_source():
    with pytest.raises(PolicyError, match=r"team/policy\.yml has 1 problem"):
        read("", source="team/policy.yml")


EXPIRING = with_section("waivers: [{rule: launch, up_to: 15%, until: 2026-03-31, reason: Known}]\n")


def test_an_expired_waiver_loads_with_a_warning():
    policy, warnings = examine(EXPIRING, today=date(2026, 4, 1))

    assert policy.waivers[0].until == "2026-03-31"
    assert [warning.message for warning in warnings] == [
        "this waiver expired on 2026-03-31 and no longer applies"
    ]


@pytest.mark.parametrize("today", [date(2026, 3, 31), None])
def test_a_waiver_on_its_last_day_or_without_a_day_to_compare_has_no_warning(today):
    assert examine(EXPIRING, today=today)[1] == ()


@pytest.mark.parametrize(
    ("metric", "suggestion"),
    [
        ("LAUNCH/lauchTime", "Did you mean `LAUNCH/launchTime`?"),
        ("LAUNCH/launchtime", "Did you mean `LAUNCH/launchTime`?"),
        ("HANG/launchTime", "Did you mean `LAUNCH/launchTime`?"),
        ("*/lauchTime", ""),
        ("STORAGE/appSize", ""),
        ("LAUNCH/*", ""),
        ("BATTERY/onScreen", ""),
    ],
)
def test_a_metric_like_a_known_one_gets_a_warning(metric, suggestion):
    _, warnings = examine(MINIMAL.replace("LAUNCH/launchTime", f'"{metric}"'))

    assert [warning.suggestion for warning in warnings] == ([suggestion] if suggestion else [])


@pytest.mark.parametrize(
    ("event", "suggestion"),
    [
        ("pull_requests", "Did you mean `pull_request`?"),
        ("defualt", "Did you mean `default`?"),
        ("deploy", ""),
    ],
)
def test_an_event_like_a_usual_one_gets_a_warning(event, suggestion):
    _, warnings = examine(with_section(f"outcomes:\n  {event}: {{fail: note}}\n"))

    assert [(warning.line, warning.suggestion) for warning in warnings] == (
        [(7, suggestion)] if suggestion else []
    )


def test_warnings_are_in_the_order_of_the_file():
    outcomes = "outcomes: {defualt: {fail: note}}\n"
    text = outcomes + MINIMAL.replace("launchTime", "lauchTime")

    assert [warning.line for warning in examine(text)[1]] == [1, 5]


def test_a_rule_knows_the_line_of_its_id():
    text = "\ufeff# first\n" + MINIMAL + "  - metric: HANG/*\n    limit: <= 9 s/h\n    id: hangs\n"

    assert [(rule.id, rule.line) for rule in read(text).rules] == [("launch", 4), ("hangs", 9)]


def test_a_rule_of_a_preset_has_no_line_until_the_policy_replaces_it():
    own = "rules:\n  - {id: hang-goal, metric: HANG/hangRate, limit: '<= 9 s/h'}\n"
    lines = {rule.id: rule.line for rule in read("version: 1\nextends: preset:starter\n" + own).rules}

    assert lines.pop("hang-goal") == 4
    assert set(lines.values()) == {0}


@pytest.mark.parametrize(
    ("words", "group"),
    [("all iPhones", "all_iphones"), ("All iPhones", "all_iphones"), ("all iPads", "all_ipads")],
)
def test_a_group_of_devices_in_the_words_of_reports_is_judged(words, group):
    policy = read(with_rule(f"device: {words}", 'fail: "> +10%"'))

    assert policy.rules[0].selector.device == group
