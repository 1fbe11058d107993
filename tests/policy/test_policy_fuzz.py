"""Whatever text comes in, a policy or a `PolicyError` comes out, and nothing else."""

import re

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_texts import EVERYTHING, without_lines

from gate.errors import PolicyError
from gate.policy.read import examine
from gate.policy.show import as_yaml

LINES = EVERYTHING.splitlines()
MARKS = [*"[]{}|>%#\"'", "- ", ": ", "&a ", "*a", "<<", "!!str ", "? ", "---\n", "...\n"]
BLANKS = ["\n", "  ", "\t", "\r", "\x85", "\u2028", "\ufeff", "\\U"]
PIECES = [*MARKS, *BLANKS, "-1", ".inf", "0x1F", "3.10", "yes", *sorted(set(re.findall(r"\S+", EVERYTHING)))]
KEYS = st.sampled_from(sorted(set(re.findall(r"(\w+):", EVERYTHING))))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=20),
    st.sampled_from(
        ["LAUNCH/*", "> +10%", "> +80", "p50", "5%", "48h", "pinned", "preset:starter", "HANG/[", "*"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=20,
)


def assert_policy_or_problems(text: str) -> None:
    """Read a text; check that every problem has a place and that every policy survives printing."""
    try:
        policy, problems = examine(text)
        assert without_lines(examine(as_yaml(policy))[0]) == without_lines(policy)
    except PolicyError as error:
        problems = error.problems
        shown = str(error)
        assert problems
        assert all(problem.message in shown for problem in problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.width >= 1 for problem in problems)


@st.composite
def mutations(draw):
    """The full policy with a few pieces cut out, doubled, moved or put in."""
    text = EVERYTHING
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        start = draw(st.integers(min_value=0, max_value=len(text)))
        end = min(len(text), start + draw(st.integers(min_value=0, max_value=12)))
        put = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.just(text[start:end] * 2)))
        text = text[:start] + put + text[end:]
    return text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
@example("\ud800")
@example('"\\ud800": 1')
@example("? ")
@example("!<> a")
@example("%TAG ! !\n---\n!a b")
def test_any_text_gives_a_policy_or_problems(text):
    assert_policy_or_problems(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_pieces_of_yaml_give_a_policy_or_problems(text):
    assert_policy_or_problems(text)


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_any_mutation_of_a_policy_gives_a_policy_or_problems(text):
    assert_policy_or_problems(text)


@settings(max_examples=100, deadline=None)
@given(st.permutations(LINES))
def test_any_order_of_lines_gives_a_policy_or_problems(lines):
    assert_policy_or_problems("\n".join(lines))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_values_under_the_keys_of_a_policy_give_a_policy_or_problems(document):
    assert_policy_or_problems(yaml.safe_dump({"version": 1} | document, allow_unicode=True))
