"""What a policy extends: presets and files, one after another, and what each may change."""

import pytest
from policy_texts import caret

from gate.errors import PolicyError, UsageError
from gate.policy.layers import DEEPEST, MOST_LAYERS
from gate.policy.read import examine, resolve
from gate.policy.resolved import ExtendedFile

BASE = """\
version: 1
rules:
  - id: launch
    metric: LAUNCH/launchTime
    warn: "> +5%"
    fail: "> +10%"
    owner: Ann
  - id: hangs
    metric: HANG/*
    fail: "> +10%"
"""


def finder(files):
    """What finds these files, by their paths from the policy's folder."""

    def find(name, source):
        folder = source.rpartition("/")[0]
        path = "/".join(part for part in (folder, name) if part)
        if path not in files:
            raise UsageError(f"there is no file {name}", remedy="write its path")
        return ExtendedFile(path, files[path])

    return find


def resolved(own, **files):
    """A policy that extends files, which are named without their ending."""
    found = finder({f"{name.replace('__', '/')}.yml": text for name, text in files.items()})
    return resolve(f"version: 1\n{own}", source="perf.yml", find_file=found)


def policy_of(own, **files):
    """The policy that a text means together with files."""
    return resolved(own, **files).policy


def rules_of(own, **files):
    """Its rules, by id."""
    return {rule.id: rule for rule in policy_of(own, **files).rules}


def problems_of(own, **files):
    """Everything that is wrong with it."""
    with pytest.raises(PolicyError) as refusal:
        resolved(own, **files)
    return refusal.value.problems


def only_problem(own, **files):
    """The one thing that is wrong with it."""
    (problem,) = problems_of(own, **files)
    return problem


# --- what is merged ---------------------------------------------------------------------------------


def test_a_policy_may_be_another_one_as_it_is():
    whole, same = policy_of(BASE.removeprefix("version: 1\n")), policy_of("extends: base.yml\n", base=BASE)

    assert same.digest == whole.digest


def test_a_rule_with_the_same_id_changes_the_keys_that_it_names_and_no_others():
    rules = rules_of('extends: base.yml\nrules:\n  - {id: launch, fail: "> +20%"}\n', base=BASE)
    launch = rules["launch"]

    assert list(rules) == ["launch", "hangs"]
    assert (launch.fail.text, launch.warn.text, launch.owner) == ("> +20%", "> +5%", "Ann")
    assert launch.selector.metric == "LAUNCH/launchTime"


def test_of_a_list_later_ones_win_and_the_policy_itself_wins_over_all():
    one = BASE
    other = 'version: 1\nrules: [{id: launch, fail: "> +20%", owner: Bea}]\n'
    own = "extends: [one.yml, other.yml]\nrules: [{id: launch, owner: Cleo}]\n"
    launch = rules_of(own, one=one, other=other)["launch"]

    assert (launch.warn.text, launch.fail.text, launch.owner) == ("> +5%", "> +20%", "Cleo")


def test_a_preset_and_a_file_may_stand_in_one_list():
    rules = rules_of("extends: [preset:starter, base.yml]\n", base=BASE)

    assert "hang-goal" in rules
    assert list(rules)[-2:] == ["launch", "hangs"]


def test_an_extended_file_may_extend_others_relative_to_itself():
    rules = rules_of(
        "extends: shared/ios.yml\n",
        shared__ios="version: 1\nextends: deep/base.yml\nrules: [{id: launch, owner: Bea}]\n",
        shared__deep__base=BASE,
    )

    assert (rules["launch"].owner, rules["launch"].fail.text) == ("Bea", "> +10%")


def test_a_file_may_be_extended_by_several_ways():
    middle = "version: 1\nextends: base.yml\n"

    assert list(rules_of("extends: [a.yml, b.yml]\n", a=middle, b=middle, base=BASE)) == ["launch", "hangs"]


def test_a_list_that_is_no_rules_is_replaced_whole():
    base = f'{BASE}baseline: {{window: 8, exclude: ["1.0", "1.1"]}}\n'
    policy = policy_of('extends: base.yml\nbaseline: {exclude: ["2.0"]}\n', base=base)

    assert (policy.baseline.exclude, policy.baseline.window) == (("2.0",), 8)


@pytest.mark.parametrize(
    ("key", "before"), [("warn", True), ("fail", True), ("limit", True), ("goal", True), ("owner", False)]
)
def test_none_takes_away_what_a_rule_would_get(key, before):
    base = BASE.replace("    owner: Ann", "    owner: Ann\n    limit: <= 2 s\n    goal: good")
    rule = rules_of(f"extends: base.yml\nrules: [{{id: launch, {key}: none}}]\n", base=base)["launch"]

    assert (getattr(rule, key) is None) is before


def test_what_was_taken_away_can_be_given_again():
    middle = "version: 1\nextends: base.yml\nrules: [{id: launch, warn: none}]\n"
    own = 'extends: middle.yml\nrules: [{id: launch, warn: "> +7%"}]\n'

    assert rules_of(own, middle=middle, base=BASE)["launch"].warn.text == "> +7%"


def test_a_rule_can_be_switched_off_and_on_again():
    off = "version: 1\nextends: base.yml\nrules: [{id: launch, enabled: false}]\n"
    on = "extends: off.yml\nrules: [{id: launch, enabled: true}]\n"

    assert list(rules_of("extends: off.yml\n", off=off, base=BASE)) == ["hangs"]
    assert list(rules_of(on, off=off, base=BASE)) == ["launch", "hangs"]


def test_a_rule_of_a_preset_can_be_switched_off():
    rules = rules_of("extends: preset:starter\nrules: [{id: storage-limit, enabled: false}]\n")

    assert "storage-limit" not in rules
    assert "storage-change" in rules


def test_the_digest_is_that_of_the_resolved_policy():
    off = "extends: base.yml\nrules: [{id: launch, enabled: false}]\n"
    hangs = 'rules:\n  - {id: hangs, metric: HANG/*, fail: "> +10%"}\n'

    assert policy_of(off, base=BASE).digest == policy_of(hangs).digest
    assert (
        policy_of(
            off, base=BASE.replace('metric: HANG/*\n    fail: "> +10%"', 'metric: HANG/*\n    fail: "> +11%"')
        ).digest
        != policy_of(hangs).digest
    )


def test_the_line_of_a_rule_is_one_of_the_policy_itself():
    own = 'extends: base.yml\nrules:\n  - {id: launch, owner: Bea}\n  - {id: mine, metric: HANG/*, fail: "> +5%"}\n'
    lines = {name: rule.line for name, rule in rules_of(own, base=BASE).items()}

    assert lines == {"launch": 4, "hangs": 0, "mine": 5}


# --- what is wrong ----------------------------------------------------------------------------------


def test_a_problem_of_an_extended_file_is_shown_in_that_file():
    with pytest.raises(PolicyError) as refusal:
        resolved("extends: shared/base.yml\n", shared__base=BASE.replace('"> +10%"', "much", 1))

    assert str(refusal.value) == (
        "shared/base.yml:6:11: `fail`: `much` can't be read\n"
        "  6 |     fail: much\n"
        "    |           ^^^^\n"
        '  Write for example "> +10%", "> +80 ms" or "> +10% and > +80 ms".\n'
        "\n"
        "perf.yml, with what it extends, has 1 problem."
    )


def test_the_problems_of_all_files_are_listed_at_once_the_policy_first():
    own = "extends: base.yml\nmode: strict\n"
    problems = problems_of(own, base=BASE.replace("owner", "ownr") + "nonsense: 1\n")

    assert [(problem.source, problem.line) for problem in problems] == [
        ("", 3),
        ("base.yml", 7),
        ("base.yml", 11),
    ]


def test_a_file_that_is_no_policy_is_a_problem_in_that_file():
    problem = only_problem("extends: base.yml\n", base="- a list\n")

    assert (problem.source, problem.message) == ("base.yml", "a policy is a mapping of keys to values")


def test_an_extended_file_says_its_version():
    problem = only_problem("extends: base.yml\n", base=BASE.removeprefix("version: 1\n"))

    assert (problem.source, problem.message) == ("base.yml", "`version` is missing here")


@pytest.mark.parametrize(
    ("value", "message", "suggestion", "underlined"),
    [
        ("base.yml", "`extends`: there is no file base.yml", "Write its path.", "base.yml"),
        ("[preset:starter, b.yml]", "`extends`: there is no file b.yml", "Write its path.", "b.yml"),
        ("starter", "there is no preset `starter`", "Did you mean `preset:starter`?", "starter"),
        ("preset:strict", "there is no preset `preset:strict`", "preset:starter", "preset:strict"),
        ("/etc/base.yml", "is no path relative to this policy", "Write for example", "/etc/base.yml"),
        ("~/base.yml", "is no path relative to this policy", "Write for example", "~/base.yml"),
        (r"a\base.yml", "is no path relative to this policy", "Write for example", r"a\base.yml"),
        ("C:/base.yml", "is no path relative to this policy", "Write for example", "C:/base.yml"),
        ("https://a/b.yml", "is no path relative to this policy", "Write for example", "https://a/b.yml"),
        (".env", "`.env` is neither a preset nor a YAML file", "ends in .yml or .yaml", ".env"),
        ("[]", "`extends` is empty", "Add an entry", "[]"),
        ("3", "`extends` is text, but YAML reads `3` as a number", 'Write it in quotes: "3".', "3"),
        ("[a.yml, [b.yml]]", "must be a single value", "", "["),
    ],
)
def test_what_can_not_be_extended_is_refused_at_its_place(value, message, suggestion, underlined):
    problem = problems_of(f"extends: {value}\n", a=BASE)[0]

    assert message in problem.message
    assert suggestion in problem.suggestion
    assert (problem.line, caret(problem)) == (2, underlined)


def test_a_text_that_is_no_file_can_extend_presets_alone():
    with pytest.raises(PolicyError, match="only a policy that is a file itself can extend a file"):
        examine("version: 1\nextends: base.yml\n")


def test_a_circle_is_refused_where_it_closes():
    problem = only_problem(
        "extends: a.yml\n", a="version: 1\nextends: b.yml\n", b="version: 1\nextends:\n  - a.yml\n"
    )

    assert (problem.source, problem.line, problem.column) == ("b.yml", 3, 5)
    assert problem.message == "`extends`: this leads round in a circle: a.yml → b.yml → a.yml"


def test_a_policy_that_extends_itself_is_a_circle():
    problem = only_problem("extends: perf.yml\n", perf=BASE)

    assert problem.message == "`extends`: this leads round in a circle: perf.yml → perf.yml"


def chain(length):
    """So many files, each of which extends the next; the last one is whole."""
    files = {f"f{number}": f"version: 1\nextends: f{number + 1}.yml\n" for number in range(length - 1)}
    return files | {f"f{length - 1}": BASE}


def test_files_may_extend_each_other_to_a_bounded_depth():
    assert list(rules_of("extends: f0.yml\n", **chain(DEEPEST - 1))) == ["launch", "hangs"]
    problem = only_problem("extends: f0.yml\n", **chain(DEEPEST))

    assert problem.message == f"`extends`: more than {DEEPEST} files extend each other"
    assert problem.source == f"f{DEEPEST - 2}.yml"


def test_lists_of_lists_do_not_multiply():
    wide = "version: 1\nextends: [{}]\n"
    files = {name: wide.format(", ".join([f"{below}.yml"] * 16)) for name, below in ("ab", "bc", "cd")}
    problems = problems_of("extends: a.yml\n", **files, d=BASE)

    assert {problem.message for problem in problems} == {
        f"`extends`: the policy extends more than {MOST_LAYERS} files"
    }


def test_a_rule_that_nothing_defines_is_a_misspelt_id():
    problem = only_problem("extends: base.yml\nrules:\n  - {id: lunch, enabled: false}\n", base=BASE)

    assert (problem.source, problem.line, problem.message) == ("", 4, "`metric` is missing here")
    assert problem.suggestion == "Did you mean the rule `launch`?"


def test_a_new_rule_without_a_metric_is_incomplete():
    problem = only_problem('extends: base.yml\nrules:\n  - {id: memory, fail: "> +5%"}\n', base=BASE)

    assert problem.suggestion == "Add `metric: LAUNCH/launchTime`."


def test_nothing_is_said_of_rules_that_a_file_which_is_missing_may_define():
    own = "extends: gone.yml\nrules:\n  - {id: launch, owner: Ann}\nwaivers:\n"
    waiver = "  - {rule: other, up_to: 5%, until: 2026-12-31, reason: x}\n"

    assert only_problem(own + waiver).message == "`extends`: there is no file gone.yml"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('{id: launch, fail: "> +3%"}', "`> +5%` would never be seen: the rule already fails at `> +3%`"),
        ('{id: launch, fail: "> +3 MB"}', "`fail`: `MB` does not fit LAUNCH"),
        ("{id: launch, warn: none, fail: none}", "the rule allows and forbids nothing"),
        ('{id: hangs, metric: MEMORY/*, fail: "> +1 s/h"}', "`fail`: `s/h` does not fit MEMORY"),
    ],
)
def test_what_does_not_fit_the_rest_of_a_rule_is_a_problem_of_who_says_it(rule, message):
    problem = only_problem(f"extends: base.yml\nrules:\n  - {rule}\n", base=BASE)

    assert (problem.source, problem.line, problem.message) == ("", 4, message)


def test_a_policy_whose_rules_are_all_switched_off_judges_nothing():
    off = "\n".join(f"  - {{id: {name}, enabled: false}}" for name in ("launch", "hangs"))
    problem = only_problem(f"extends: base.yml\nrules:\n{off}\n", base=BASE)

    assert problem.message == "every rule is switched off"


def test_a_base_without_rules_is_a_base():
    base = "version: 1\ninsights: {regressions: fail}\n"
    policy = policy_of('extends: base.yml\nrules: [{id: mine, metric: HANG/*, fail: "> +5%"}]\n', base=base)

    assert policy.insights.regressions == "fail"


def test_bases_without_any_rule_are_no_policy():
    assert only_problem("extends: base.yml\n", base="version: 1\n").message == "the policy has no rules"


@pytest.mark.parametrize("value", ["yes", "off", "True", '"true"', "1", "[]"])
def test_enabled_is_true_or_false(value):
    problem = only_problem(f"extends: base.yml\nrules: [{{id: launch, enabled: {value}}}]\n", base=BASE)

    assert "`enabled`" in problem.message


def test_a_waiver_of_a_rule_that_is_switched_off_is_a_warning():
    own = "extends: base.yml\nrules: [{id: launch, enabled: false}]\nwaivers:\n"
    waiver = "  - {rule: launch, up_to: 5%, until: 2026-12-31, reason: x}\n"
    (warning,) = resolved(own + waiver, base=BASE).warnings

    assert (warning.line, warning.source) == (5, "")
    assert warning.message == "the rule `launch` is switched off, so this waiver has nothing to do"


def test_a_waiver_of_an_extended_file_may_be_for_a_rule_of_the_policy():
    base = f"{BASE}waivers: [{{rule: mine, up_to: 5%, until: 2026-12-31, reason: x}}]\n"
    own = 'extends: base.yml\nrules: [{id: mine, metric: HANG/*, fail: "> +5%"}]\n'

    assert policy_of(own, base=base).waivers[0].rule == "mine"
    assert only_problem("extends: base.yml\n", base=base).source == "base.yml"


def test_waivers_that_a_policy_replaces_are_not_looked_at():
    base = f"{BASE}waivers: [{{rule: gone, up_to: 5%, until: 2026-12-31, reason: x}}]\n"

    assert policy_of("extends: base.yml\nwaivers: []\n", base=base).waivers == ()


def test_a_baseline_is_checked_as_it_is_merged():
    base = f"{BASE}baseline: {{use: pinned}}\n"

    assert policy_of('extends: base.yml\nbaseline: {pinned: "3.1"}\n', base=base).baseline.pinned == "3.1"
    assert only_problem("extends: base.yml\n", base=base).source == "base.yml"
    assert only_problem("extends: base.yml\nbaseline: {window: 2}\n", base=base).source == ""


def test_a_warning_of_an_extended_file_names_it():
    base = BASE.replace("LAUNCH/launchTime", "LAUNCH/lauchTime")
    (warning,) = resolved("extends: base.yml\n", base=base).warnings

    assert (warning.source, warning.line) == ("base.yml", 4)


def test_a_line_without_a_level_to_cross_is_a_warning():
    (warning,) = resolved("extends: base.yml\nrules: [{id: launch, when: crossed}]\n", base=BASE).warnings

    assert warning.message == "the rule has neither a limit nor a goal, so `when` says nothing"
