"""Policies that are wrong: what is said, where, and what is suggested."""

import pytest
from policy_texts import EVERYTHING, MINIMAL, caret, only_problem, problems_of, with_rule, with_section

from gate.errors import PolicyError
from gate.policy.read import read


def test_a_problem_is_shown_with_its_line_a_caret_and_a_suggestion():
    with pytest.raises(PolicyError) as refusal:
        read(with_rule('fail: "> +80"', "percentil: p50"))

    assert str(refusal.value) == (
        "policy.yml:5:11: `fail`: the unit is missing\n"
        '  5 |     fail: "> +80"\n'
        "    |           ^^^^^^^\n"
        '  Write "> +80%" or "> +80 ms".\n'
        "\n"
        "policy.yml:6:5: unknown key `percentil` in an entry of `rules`\n"
        "  6 |     percentil: p50\n"
        "    |     ^^^^^^^^^\n"
        "  Did you mean `percentile`?\n"
        "\n"
        "policy.yml has 2 problems."
    )


def test_all_problems_are_reported_at_once():
    text = """\
version: 2
mode: strict
baseline: {use: pinned}
rules:
  - id: launch
    metric: LANCH/launchTime
    fail: "> +80"
  - id: launch
    metric: HANG/*
    warn: "> +20%"
    fail: "> +10%"
  - metric: DISK/*
    limit: "<= 10 MB"
waivers:
  - {rule: lunch, up_to: 15, reason: Known}
"""

    assert [(problem.line, problem.message.split("; ")[0]) for problem in problems_of(text)] == [
        (1, "`version` can't be `2`"),
        (2, "`mode` can't be `strict`"),
        (3, "`use: pinned` needs the version"),
        (6, "`metric`: `LANCH` is not a metric category of Apple's"),
        (7, "`fail`: the unit is missing"),
        (8, "the id `launch` is given twice"),
        (10, "`> +20%` would never be seen: the rule already fails at `> +10%`"),
        (12, "`id` is missing here"),
        (13, "`limit`: `MB` does not fit DISK"),
        (15, "a waiver needs an end"),
        (15, "`up_to`: the unit is missing"),
    ]


TOP = [
    ("rules:", "version: 1\nrules:\n", 2, "`rules` has no value", "Give it one, or remove the key."),
    ("rules: []", "version: 1\nrules: []\n", 2, "`rules` is empty", "Add an entry, or remove the key."),
    ("nothing to judge", "version: 1\n", 1, "the policy has no rules", "Add `rules:`, or build on"),
    (
        "no version",
        MINIMAL.replace("version: 1", "mode: advise"),
        1,
        "`version` is missing here",
        "Add `version: 1`.",
    ),
    ("quoted version", MINIMAL.replace("1", '"1"', 1), 1, "`version` is a number", "Write 1 without quotes."),
    ("other version", MINIMAL.replace("1", "2", 1), 1, "`version` can't be `2`", "Known here: 1."),
    ("list", "- a\n", 1, "a policy is a mapping of keys to values", "Begin with `version: 1`"),
    ("text", "policy\n", 1, "a policy is a mapping of keys to values", "Begin with `version: 1`"),
    ("empty", "", 1, "the policy is empty", "Begin with `version: 1`"),
    ("only a comment", "# later\n", 1, "the policy is empty", "Begin with `version: 1`"),
    ("null", "null\n", 1, "a policy is a mapping of keys to values", "Begin with `version: 1`"),
    ("unknown key", with_section("modes: advise\n"), 6, "unknown key `modes`", "Did you mean `mode`?"),
    (
        "key of a section",
        with_section("window: 4\n"),
        6,
        "unknown key `window`",
        "It belongs under `baseline`.",
    ),
    ("key of a rule", with_section("fail: x\n"), 6, "unknown key `fail`", "It belongs under `rules`."),
    ("alien key", with_section("xyz: 4\n"), 6, "unknown key `xyz`", "Known here: version, extends,"),
    (
        "preset",
        "version: 1\nextends: preset:strter\n",
        2,
        "`extends`: there is no preset `preset:strter`",
        "Did you mean `preset:starter`?",
    ),
    (
        "app",
        with_section("app: com example\n"),
        6,
        "`app`: `com example` is not a bundle id or App Store id",
        "Write the bundle id",
    ),
]

SECTIONS = [
    ("mode", "mode: enforced\n", 6, "`mode` can't be `enforced`", "Did you mean `enforce`?"),
    ("accepted", "baseline: {use: accepted}\n", 6, "`use` can't be `accepted`", "This is not supported yet"),
    ("use", "baseline: {use: windw}\n", 6, "`use` can't be `windw`", "Did you mean `window`?"),
    ("window too small", "baseline: {window: 0}\n", 6, "`window` must be at least 1", ""),
    ("window too large", "baseline: {window: 101}\n", 6, "`window` must be at most 100", ""),
    ("window in words", "baseline: {window: four}\n", 6, "`window` must be a whole number", ""),
    (
        "window in quotes",
        'baseline: {window: "4"}\n',
        6,
        "`window` must be a whole number",
        "Write 4 without quotes.",
    ),
    ("window in octal", "baseline: {window: 010}\n", 6, "`window` must be a whole number", ""),
    ("window in sixties", "baseline: {window: 1:30}\n", 6, "`window` must be a whole number", ""),
    ("half a window", "baseline: {window: 1.5}\n", 6, "`window` must be a whole number", ""),
    (
        "pinned as number",
        "baseline: {pinned: 3.10}\n",
        6,
        "YAML reads `3.10` as a number",
        'Write it in quotes: "3.10".',
    ),
    (
        "excluded number",
        "baseline: {exclude: [3.1]}\n",
        6,
        "YAML reads `3.1` as a number",
        'Write it in quotes: "3.1".',
    ),
    (
        "excluded date",
        "baseline: {exclude: [2024-01-01]}\n",
        6,
        "as a date",
        'Write it in quotes: "2024-01-01".',
    ),
    ("excluded alone", 'baseline: {exclude: "3.0.1"}\n', 6, "`exclude` must be a list", 'Write ["3.0.1"].'),
    (
        "pinned is missing",
        "baseline: {use: pinned}\n",
        6,
        "`use: pinned` needs the version",
        'pinned: "3.1.0"',
    ),
    (
        "pinned is excluded",
        'baseline: {use: pinned, pinned: "3", exclude: ["3"]}\n',
        6,
        "`3` is pinned and excluded",
        "Remove it from `exclude`.",
    ),
    ("section is a list", "baseline: []\n", 6, "`baseline` must be a mapping", ""),
    ("section is empty", "baseline:\n", 6, "`baseline` has no value", "Give it one, or remove the key."),
    ("no budget", "evidence: {alarm_budget: 0%}\n", 6, "larger than 0% and at most 50%", ""),
    ("large budget", "evidence: {alarm_budget: 51%}\n", 6, "larger than 0% and at most 50%", ""),
    ("whole budget", "evidence: {alarm_budget: 5}\n", 6, "not clearly a percentage", 'Write "5%".'),
    ("budget is nan", "evidence: {alarm_budget: .nan}\n", 6, "`.nan` is not a percentage", ""),
    ("age without unit", "evidence: {max_age: 48}\n", 6, "`48` is not a duration", "Write 48h."),
    (
        "level",
        "insights: {regressions: warning}\n",
        6,
        "`regressions` can't be `warning`",
        "Did you mean `warn`?",
    ),
    ("level off", "insights: {trending_up: off}\n", 6, "`trending_up` can't be `off`", "Known here:"),
    ("signature type", "signatures: {types: [HANG]}\n", 6, "can't be `HANG`", "Did you mean `HANGS`?"),
    ("top", "signatures: {top: 0}\n", 6, "`top` must be at least 1", ""),
    ("weight", "signatures: {max_weight: 140%}\n", 6, "larger than 0% and at most 100%", ""),
    ("effect", "outcomes: {push: {fail: stop}}\n", 6, "`fail` can't be `stop`", "Known here:"),
    ("outcome as text", "outcomes: {push: block}\n", 6, "`push` must be a mapping", ""),
    ("outcomes as list", "outcomes: [push]\n", 6, "`outcomes` must be a mapping", ""),
    (
        "outcome key",
        "outcomes: {push: {failed: block}}\n",
        6,
        "unknown key `failed` in `push`",
        "Did you mean `fail`?",
    ),
    ("template", "report: {template: ''}\n", 6, "`template` is empty", ""),
    ("rows", "report: {comment: {max_rows: 0}}\n", 6, "`max_rows` must be at least 1", ""),
    ("key", 'report: {comment: {key: "-->"}}\n', 6, "`key`: `-->` is not a key", "Use letters"),
    ("when", "report: {comment: {when: change}}\n", 6, "`when` can't be `change`", "Did you mean `changed`?"),
]

RULES = [
    (
        "no clause",
        ["owner: Ann"],
        3,
        "the rule allows and forbids nothing",
        "Add one of warn, fail, limit, goal.",
    ),
    (
        "percentile",
        ["percentile: p95", 'fail: "> +1%"'],
        5,
        "`percentile` can't be `p95`",
        "Apple serves p50",
    ),
    (
        "device",
        ["device: all_iphone", 'fail: "> +1%"'],
        5,
        "can match no device",
        "Did you mean `all_iphones`?",
    ),
    (
        "model",
        ['device: "iphone15,2"', 'fail: "> +1%"'],
        5,
        "can match no device",
        "Did you mean `iPhone15,2`?",
    ),
    (
        "other platform",
        ["platform: macOS", 'fail: "> +1%"'],
        5,
        "`macOS` can't be judged: Apple's API serves these metrics for iOS only",
        "Leave `platform` out.",
    ),
    (
        "group of another platform",
        ["device: all_macs", 'fail: "> +1%"'],
        5,
        "`all_macs` can't be judged: Apple's API serves these metrics for iOS only",
        "Use all_iphones, all_ipads or a model of these.",
    ),
    (
        "group of another platform in words",
        ["device: all Macs", 'fail: "> +1%"'],
        5,
        "`all Macs` can't be judged: Apple's API serves these metrics for iOS only",
        "Use all_iphones, all_ipads or a model of these.",
    ),
    ("platform", ["platform: IOS", 'fail: "> +1%"'], 5, "can match no platform", "Did you mean `iOS`?"),
    ("unit", ['fail: "> +80 MB"'], 5, "`fail`: `MB` does not fit LAUNCH", "Write it in ms or s."),
    (
        "floor",
        ['fail: "> +1%"', "floor: 100 MB"],
        6,
        "`floor`: `MB` does not fit LAUNCH",
        "Write it in ms or s.",
    ),
    (
        "bare floor",
        ['fail: "> +1%"', "floor: 100"],
        6,
        "`floor`: the unit is missing",
        'Write "100 ms" or "100 s".',
    ),
    ("bare rise", ["fail: 10"], 5, "`fail`: the unit is missing", 'Write "> +10%" or "> +10 ms".'),
    ("limit", ['limit: "< 1500 ms"'], 5, "a limit is written with `<=`", 'Write "<= 1500 ms".'),
    (
        "loose percentage",
        ['warn: "> +2%"', 'fail: "> +1%"'],
        5,
        "would never be seen",
        "at most as large as `fail`",
    ),
    ("loose seconds", ['warn: "> +2 s"', 'fail: "> +1500 ms"'], 5, "would never be seen", "at most as large"),
    ("goal", ["goal: best"], 5, "`goal` can't be `best`", "Known here:"),
    (
        "undecided",
        ["goal: good", "on_undecided: no"],
        6,
        "`on_undecided` can't be `no`",
        "Did you mean `note`?",
    ),
    (
        "owner",
        ["goal: good", "owner: 42"],
        6,
        "`owner` is text, but YAML reads `42`",
        'Write it in quotes: "42".',
    ),
    (
        "yes",
        ["goal: good", "owner: yes"],
        6,
        "YAML reads `yes` as true or false",
        'Write it in quotes: "yes".',
    ),
    ("list for text", ["goal: good", "owner: [a]"], 6, "`owner` must be a single value", ""),
    ("blank", ["goal: good", 'owner: " "'], 6, "`owner` is empty", ""),
    ("long", ["goal: good", f"owner: {'a' * 201}"], 6, "`owner` is longer than 200 characters", ""),
    (
        "misspelt clause",
        ['fial: "> +1%"'],
        5,
        "unknown key `fial` in an entry of `rules`",
        "Did you mean `fail`?",
    ),
    ("twice", ['fail: "> +1%"', 'fail: "> +2%"'], 6, "`fail` is given twice; the first is in line 5", ""),
]

WAIVERS = [
    (
        "no ceiling",
        "{rule: launch, until: 2026-12-31, reason: x}",
        "a waiver needs a ceiling: `up_to` is missing here",
        'Add the largest rise that is accepted, such as `up_to: "+15%"`.',
    ),
    (
        "no reason",
        "{rule: launch, up_to: 5%, until: 2026-12-31}",
        "`reason` is missing here",
        "Add `reason: ",
    ),
    ("no end", "{rule: launch, up_to: 5%, reason: x}", "a waiver needs an end", "Add `until: 2026-12-31` or"),
    (
        "misspelt end",
        "{rule: launch, up_to: 5%, reason: x, untill: 2026-12-31}",
        "unknown key `untill`",
        "`until`?",
    ),
    (
        "no such day",
        "{rule: launch, up_to: 5%, reason: x, until: 2026-02-30}",
        "not a day of the calendar",
        "2026-12-31",
    ),
    (
        "a moment",
        "{rule: launch, up_to: 5%, reason: x, until: 2026-02-03 10:00:00}",
        "is not a date",
        "2026-12-31",
    ),
    ("a year", "{rule: launch, up_to: 5%, reason: x, until: 2026}", "`2026` is not a date", "2026-12-31"),
    (
        "unknown rule",
        "{rule: lunch, up_to: 5%, reason: x, until: 2026-12-31}",
        "no rule has the id `lunch`",
        "`launch`?",
    ),
    ("version", "{rule: launch, up_to: 5%, reason: x, through_version: 3.4}", "YAML reads `3.4`", '"3.4"'),
    ("no waiver", "none", "an entry of `waivers` must be a mapping", ""),
]

CASES = [
    *TOP,
    *((name, with_section(text), *rest) for name, text, *rest in SECTIONS),
    *((name, with_rule(*lines), *rest) for name, lines, *rest in RULES),
    *((name, with_section(f"waivers:\n  - {text}\n"), 7, *rest) for name, text, *rest in WAIVERS),
]


@pytest.mark.parametrize(
    ("text", "line", "message", "suggestion"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_wrong_policy_is_refused_with_its_place_and_what_to_do(text, line, message, suggestion):
    problem = only_problem(text)

    assert problem.line == line
    assert message in problem.message
    assert suggestion in problem.suggestion
    assert bool(problem.suggestion) or not suggestion


@pytest.mark.parametrize(
    ("old", "new", "underlined"),
    [
        ("p50", "p95", "p95"),
        ('"> +5%"', '"> +5"', '"> +5"'),
        ("percentile: p50", "percent: p50", "percent"),
        ('["3.0.1"]', "[3.1, 3.2]", "3.1"),
        ("LAUNCH/launchTime", "LUNCH/launchTime", "LUNCH/launchTime"),
    ],
)
def test_the_caret_underlines_what_is_wrong(old, new, underlined):
    assert caret(problems_of(EVERYTHING.replace(old, new))[0]) == underlined


def test_a_unit_must_fit_every_category_that_a_glob_can_reach():
    problem = only_problem(MINIMAL.replace("LAUNCH/launchTime", '"[LH]*/*"').replace("+10%", "+80 ms"))

    assert problem.message == "`fail`: `ms` does not fit HANG"
    assert problem.suggestion.startswith("The rule selects categories that share no unit")


def test_a_unit_that_fits_several_categories_may_be_used_for_both():
    text = MINIMAL.replace("LAUNCH/launchTime", '"[MS]*/*"').replace("+10%", "+80 MB")

    assert read(text).rules[0].fail.absolute.unit == "MB"


@pytest.mark.parametrize(
    "warn", ["> +10%", "> +5% and > +900 ms", "> +900 ms"], ids=["as large", "a further part", "another part"]
)
def test_a_warning_is_compared_only_with_the_same_part_of_fail(warn):
    assert read(with_rule(f'warn: "{warn}"', 'fail: "> +10%"')).rules[0].warn.text == warn


def test_an_id_that_is_given_three_times_is_refused_twice():
    again = '  - id: launch\n    metric: LAUNCH/*\n    fail: "> +10%"\n'

    assert [problem.line for problem in problems_of(MINIMAL + again + again)] == [6, 9]


def test_a_waiver_of_a_rule_with_an_unreadable_id_is_not_blamed():
    text = MINIMAL.replace("id: launch", "id: la unch") + (
        "waivers:\n  - {rule: launch, up_to: 5%, until: 2026-12-31, reason: x}\n"
    )

    assert [problem.line for problem in problems_of(text)] == [3]


def test_a_waiver_of_a_rule_in_an_unknown_preset_is_not_blamed():
    text = with_section(
        "extends: preset:stater\nwaivers:\n  - {rule: hang-goal, up_to: 5%, until: 2026-12-31, reason: x}\n"
    )

    assert only_problem(text).message == "`extends`: there is no preset `preset:stater`"


def test_a_value_behind_several_aliases_is_reported_once():
    text = with_section("baseline: {exclude: [&wrong latest, *wrong, *wrong]}\n")

    assert only_problem(text).message.endswith("`latest` is not a version")


def test_so_many_problems_end_the_reading():
    problems = problems_of("version: 1\n" + "".join(f"key{number}: 1\n" for number in range(500)))

    assert len(problems) == 101
    assert "reading stopped here, after 100 problems" in [problem.message for problem in problems]


def test_more_rules_than_anyone_needs_are_refused():
    rule = "  - {{id: r{0}, metric: HANG/*, fail: '> +10%'}}\n"
    text = "version: 1\nrules:\n" + "".join(rule.format(number) for number in range(501))

    assert only_problem(text).message == "`rules` has 501 entries; at most 500 are allowed"


def test_more_events_than_there_are_are_refused():
    text = with_section(
        "outcomes:\n" + "".join(f"  event{number}: {{fail: note}}\n" for number in range(501))
    )

    assert only_problem(text).message == "`outcomes` has 501 entries; at most 500 are allowed"


def test_hostile_text_is_harmless_in_the_message():
    with pytest.raises(PolicyError) as refusal:
        read(with_rule('fail: "> +10%"', "mode: \u202eecrofne\u200b"))

    assert "\u202e" not in str(refusal.value)
    assert "\u200b" not in str(refusal.value)


def test_a_pinned_version_that_can_not_be_read_is_not_called_missing_as_well():
    (problem,) = problems_of(with_section("baseline: {use: pinned, pinned: 3.1}\n"))

    assert problem.message == "`pinned` is a version, but YAML reads `3.1` as a number"


@pytest.mark.parametrize("exclude", ["", ', exclude: ["3.0"]'])
def test_a_pinned_version_that_is_not_excluded_is_right(exclude):
    assert read(with_section(f'baseline: {{use: pinned, pinned: "3.1"{exclude}}}\n')).baseline.pinned == "3.1"
