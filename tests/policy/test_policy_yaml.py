"""YAML itself: what is no YAML, and what YAML can do that a policy must not."""

import pytest
from policy_texts import MINIMAL, only_problem, problems_of, with_rule, with_section


@pytest.mark.parametrize(
    ("text", "place", "suggestion"),
    [
        (with_rule("fail: > +10%"), (5, 13), 'Put a rise in quotes: "> +5%"'),
        (with_rule("fail: > 10%"), (5, 13), 'Put a rise in quotes: "> +5%"'),
        (with_rule('fail: "> +10%"', "owner: @acme"), (6, 12), "Put the value in quotes."),
        (with_rule('fail: "> +10%"', "device: *"), (6, 14), "Put a value that begins with * in quotes."),
        (with_rule('fail: "> +10%"', "device: *all"), (6, 13), "Put a value that begins with * in quotes."),
        (with_rule('fail: "> +10%"', "advice: Start: here"), (6, 18), "a text that holds a colon"),
        ("version: 1\n\tmode: advise\n", (2, 1), "Indent with spaces"),
        ("version: 1\nbaseline: {window: 4\n", (3, 1), "A bracket or brace is not closed"),
        ("version: 1\nbaseline: [\n", (3, 1), "A bracket or brace is not closed"),
        ('version: 1\napp: "com\n', (3, 1), "A quote is not closed."),
        (
            "version: 1\n mode: advise\n",
            (2, 6),
            "a text that holds a colon in quotes, and check the indentation",
        ),
        ("rules:\n  - id: a\n - id: b\n", (3, 2), "Check the indentation"),
        (f"{MINIMAL}---\n{MINIMAL}", (6, 1), "A policy is one document"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place_and_what_to_do(text, place, suggestion):
    problem = only_problem(text)

    assert problem.message.startswith("this is not valid YAML: ")
    assert (problem.line, problem.column) == place
    assert suggestion in problem.suggestion


@pytest.mark.parametrize("text", ['app: "\\UFFFFFFFF"\n', f"%YAML 1.{'9' * 5000}\n---\nversion: 1\n"])
def test_a_number_that_yaml_cannot_hold_is_refused(text):
    assert only_problem(text).message == "this is not valid YAML: a number is out of range"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "a: [", "[{"])
def test_deep_nesting_is_refused_and_not_followed(opening):
    assert "nested more than 32 levels deep" in only_problem(opening * 20_000).message


def test_a_text_of_more_than_a_million_characters_is_refused():
    assert only_problem(MINIMAL + "#" * 1_000_000).message == "the policy is longer than 1000000 characters"


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x80", "\ud800", "\uffff"])
def test_a_control_character_is_refused_with_its_place(char):
    problem = only_problem(MINIMAL + f"# ab{char}c\n")

    assert (problem.line, problem.column) == (6, 5)
    assert problem.message == f"the control character U+{ord(char):04X} is not allowed"
    assert char not in problem.excerpt


def test_every_control_character_is_reported():
    assert [problem.line for problem in problems_of("a\x00\n\x01b\n\n\x02")] == [1, 2, 4]


@pytest.mark.parametrize("escape", ["\\0", "\\x1b", "\\ud800", "\\u0007"])
def test_a_control_character_behind_an_escape_is_refused(escape):
    problem = only_problem(with_rule('fail: "> +10%"', f'owner: "a{escape}b"'))

    assert problem.message == "`owner` holds a control character"


def test_a_control_character_in_a_key_is_refused():
    assert only_problem(with_section('"mo\\0de": advise\n')).message == "a key must be a plain word"


@pytest.mark.parametrize("key", ["? [a, b]\n", "{a: b}", '""', "? {}\n"])
def test_a_key_that_is_no_word_is_refused(key):
    assert "a key must be a plain word" in [
        problem.message for problem in problems_of(with_section(f"{key}: 1\n"))
    ]


def test_a_merge_key_is_refused_in_words():
    text = with_section("baseline: &usual {window: 4}\nevidence: {<<: *usual}\n")

    assert only_problem(text).message == "merge keys (<<) are not supported"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("app: !!binary aGk=\n", "`app` has the YAML tag"),
        ("app: !secret x\n", "`app` has the YAML tag"),
        ("mode: !!python/name:os.system x\n", "`mode` has the YAML tag"),
        ("baseline: !!set {window}\n", "`baseline` must be a mapping"),
        ("baseline: {exclude: !!omap []}\n", "`exclude` must be a list"),
    ],
)
def test_a_tag_is_refused(section, message):
    assert only_problem(with_section(section)).message.startswith(message)


def test_aliases_that_multiply_are_refused_before_they_do():
    laughs = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    problems = problems_of(with_section(f"l0: &l0 [lol]\n{laughs}baseline: {{exclude: *l8}}\n"))

    assert "an entry of `exclude` must be a single value, not a list or a mapping" in [
        problem.message for problem in problems
    ]


@pytest.mark.parametrize(
    "text", ["&all [*all]", "version: 1\nrules: &all [*all]\n", "&a {? *a : 1}", "&a {b: *a}"]
)
def test_an_alias_of_what_it_stands_in_ends_in_a_problem(text):
    assert problems_of(text)


def test_a_line_too_long_to_show_has_no_excerpt():
    assert only_problem(with_section(f"app: {'a ' * 99}\n" + "#" * 400)).excerpt
    assert not only_problem(with_section(f"app: {'a ' * 200}\n")).excerpt


def test_a_tab_before_the_place_does_not_move_the_caret():
    problem = only_problem(with_section('report: {template: "a\tb", comment: none}\n'))

    assert problem.excerpt[problem.column - 1 :].startswith("none")
    assert "\t" not in problem.excerpt
