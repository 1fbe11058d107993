"""What a waiver may be about, up to where, and until when."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_texts import caret, only_problem, problems_of

from gate.model.units import Quantity
from gate.policy.ceilings import Wanted, ceiling, share_ceiling
from gate.policy.expressions import CEILING_PATTERN
from gate.policy.hints import ExpressionError
from gate.policy.read import examine, read
from gate.policy.show import as_yaml
from gate.policy.types import Ceiling

POLICY = """\
version: 1
rules:
  - {id: change, metric: LAUNCH/launchTime, fail: "> +10%"}
  - {id: limit, metric: LAUNCH/launchTime, limit: "<= 1500 ms"}
  - {id: goal, metric: HANG/*, goal: recommended}
  - {id: both, metric: LAUNCH/launchTime, fail: "> +10%", limit: "<= 1500 ms"}
  - {id: battery, metric: BATTERY/*, goal: recommended}
  - {id: all-goals, metric: "*/*", goal: recommended}
  - {id: careful, metric: LAUNCH/launchTime, warn: "> +10%"}
insights: {regressions: fail}
signatures: {max_weight: 30%}
waivers:
"""

END = ", until: 2026-12-31, reason: x}"


def with_waiver(start):
    """A policy with a waiver of these keys, in line 13, and with an end and a reason."""
    return f"{POLICY}  - {{{start}{END}\n"


def warnings_of(text):
    return [(warning.line, warning.message, warning.suggestion) for warning in examine(text)[1]]


# --- ceilings -----------------------------------------------------------------------------------------

VALUES = [
    ("+15%", 0.15, None, "+15%"),
    ("15 %", 0.15, None, "+15%"),
    ("0.15", 0.15, None, "+15%"),
    ("<= 15%", 0.15, None, "+15%"),
    ("1700 ms", None, Quantity(value=1700.0, unit="ms"), "<= 1700 ms"),
    ("<= 1700 ms", None, Quantity(value=1700.0, unit="ms"), "<= 1700 ms"),
    ("1,700 ms", None, Quantity(value=1700.0, unit="ms"), "<= 1700 ms"),
    ("<= 1,234,567.5 ms", None, Quantity(value=1234567.5, unit="ms"), "<= 1234567.5 ms"),
    ("1\u202f700\u00a0ms", None, Quantity(value=1700.0, unit="ms"), "<= 1700 ms"),
    ("1.7 s", None, Quantity(value=1.7, unit="s"), "<= 1.7 s"),
    ("+15% and 1,700 ms", 0.15, Quantity(value=1700.0, unit="ms"), "+15% and <= 1700 ms"),
    ("<= 1.7 s and 15%", 0.15, Quantity(value=1.7, unit="s"), "+15% and <= 1.7 s"),
]


@pytest.mark.parametrize(("text", "relative", "level", "normal"), VALUES)
def test_a_ceiling_is_read_and_brought_into_one_form(text, relative, level, normal):
    found = ceiling(text)

    assert found == Ceiling(relative=relative, level=level, text=normal)
    assert ceiling(found.text) == found


def test_percent_of_a_day_is_a_value_and_no_rise():
    assert ceiling("25%/day").level == ceiling("25 %/day").level == Quantity(value=25.0, unit="%/day")


@pytest.mark.parametrize("text", [*(case[0] for case in VALUES), "25%/day"])
def test_an_editor_takes_every_form_of_a_ceiling(text):
    assert re.search(CEILING_PATTERN, text)


@given(st.text(st.sampled_from("0123456789.,%+<=> andmsMBh/'"), max_size=14))
def test_whatever_is_taken_for_a_ceiling_is_one_for_editors_too(text):
    try:
        found = ceiling(text)
    except ExpressionError:
        return
    assert re.search(CEILING_PATTERN, text)
    assert found.relative is not None or found.level is not None


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("lots", "`lots` can't be read", "Write for example"),
        ("-15%", "the largest rise that is accepted", 'Write "+15%".'),
        ("> 15%", "the largest rise that is accepted", 'Write "+15%".'),
        ("15 percent", "`percent` is not a unit here", 'Write "+15%".'),
        ("0%", "larger than zero", ""),
        ("1500%", "more than 1000% can't be waived", ""),
        ("15% and 20%", "at most one percentage and one value", "Write for example"),
        ("1 s and 2 s", "at most one percentage and one value", "Write for example"),
        ("15%, 1 s", "joined by `and`", "Write for example"),
        ("15% and 1 s and 2 s", "joined by `and`", "Write for example"),
        ("< 1700 ms", "the largest value that is accepted", 'Write "<= 1700 ms".'),
        (
            "+200 ms",
            "a rise is accepted as a percentage, not in ms",
            'Write "200 ms" for the value itself, or',
        ),
        ("1.700,5 ms", "joined by `and`", "Write for example"),
        ("15", "the unit is missing", "Write for example"),
    ],
)
def test_what_is_no_ceiling_is_refused(text, message, suggestion):
    with pytest.raises(ExpressionError) as caught:
        ceiling(text)

    assert message in f"{caught.value.message}"
    assert caught.value.suggestion.startswith(suggestion)


@pytest.mark.parametrize(
    ("wanted", "suggestion"),
    [
        (Wanted(levels=False), "Write the unit behind the number; only `%` fits here."),
        (
            Wanted(rises=False, categories=("BATTERY",)),
            "Write the unit behind the number; only `%/day` fits here.",
        ),
        (Wanted(categories=("BATTERY",)), 'Write "+15%" or "15%/day".'),
        (Wanted(rises=False, categories=("LAUNCH",)), 'Write "15 ms" or "15 s".'),
        (Wanted(categories=("LAUNCH",)), 'Write "+15%", "15 ms" or "15 s".'),
    ],
)
@pytest.mark.parametrize("text", ["15", "+15"])
def test_a_missing_unit_is_asked_for_and_never_guessed(text, wanted, suggestion):
    with pytest.raises(ExpressionError, match="the unit is missing") as caught:
        ceiling(text, wanted)

    assert caught.value.suggestion == suggestion


def test_the_ceiling_of_a_signature_is_a_share():
    assert share_ceiling("45%") == share_ceiling("0.45") == Ceiling(share=0.45, text="45%")


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("+45%", "is its share of all reports of its type, not a rise", 'Write "45%".'),
        ("45", "is not clearly a percentage", 'Write "45%".'),
        ("45 ms", "is not a percentage", 'Write for example "5%".'),
        ("120%", "at most 100%", ""),
    ],
)
def test_what_is_no_share_is_refused(text, message, suggestion):
    with pytest.raises(ExpressionError) as caught:
        share_ceiling(text)

    assert message in caught.value.message
    assert caught.value.suggestion == suggestion


# --- targets and their ceilings -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        "rule: change, up_to: +15%",
        "rule: change, up_to: 0.15",
        'rule: limit, up_to: "1,700 ms"',
        "rule: limit, up_to: <= 1.7 s",
        "rule: goal, up_to: 120 s/h",
        "rule: both, up_to: +15%",
        "rule: both, up_to: 1700 ms",
        "rule: both, up_to: +15% and 1700 ms",
        "rule: battery, up_to: 25%/day",
        "insight: LAUNCH/launchTime, up_to: +30%",
        "insight: HANG/q, up_to: +30%",
        "signature: {symbol: f*}, up_to: 45%",
        "signature: {binary: App, file: A.swift}, up_to: 0.45",
    ],
)
def test_a_waiver_that_fits_is_read_without_a_warning_and_shown_as_it_is(start):
    policy, warnings = examine(with_waiver(start))

    assert warnings == ()
    assert read(as_yaml(policy)).waivers == policy.waivers


WRONG = [
    ("up_to: 15%", "a waiver needs something that it is about", "Add `rule: launch-typical`, `insight:"),
    (
        "rule: change, insight: LAUNCH/launchTime, up_to: 15%",
        "a waiver is about one thing, and this one names rule and insight",
        "Write one waiver for each.",
    ),
    (
        "rule: change, signature: {symbol: f}, up_to: 15%",
        "a waiver is about one thing, and this one names rule and signature",
        "Write one waiver for each.",
    ),
    ("rule: changes, up_to: 15%", "no rule has the id `changes`", "Did you mean `change`?"),
    (
        "rule: change",
        "a waiver needs a ceiling: `up_to` is missing here",
        'Add the largest rise that is accepted, such as `up_to: "+15%"`.',
    ),
    (
        "rule: limit",
        "a waiver needs a ceiling: `up_to` is missing here",
        "Add `up_to:` with the largest value that is accepted, in ms or s.",
    ),
    (
        "rule: both",
        "a waiver needs a ceiling: `up_to` is missing here",
        "Add `up_to:` with the largest value that is accepted, in ms or s, the largest rise, such as",
    ),
    (
        "signature: {symbol: f}",
        "a waiver needs a ceiling: `up_to` is missing here",
        'Add the largest share of its type that is accepted, such as `up_to: "45%"`.',
    ),
    (
        "rule: limit, up_to: +15%",
        "`up_to`: a percentage covers nothing here: the rule has no `fail`",
        "Write the largest value that is accepted, in ms or s.",
    ),
    (
        "rule: battery, up_to: 25%",
        "`up_to`: a percentage covers nothing here: the rule has no `fail`",
        "Write the largest value that is accepted, in %/day.",
    ),
    (
        "rule: change, up_to: 1700 ms",
        "`up_to`: a value in `ms` covers nothing here: the rule has no `limit` or `goal`",
        'Write the largest rise that is accepted, such as "+15%".',
    ),
    (
        "insight: LAUNCH/launchTime, up_to: 1700 ms",
        "`up_to`: a value in `ms` covers nothing here: an insight is about a rise",
        'Write the largest rise that is accepted, such as "+15%".',
    ),
    ("rule: limit, up_to: 1700 MB", "`up_to`: `MB` does not fit LAUNCH", "Write it in ms or s."),
    (
        "rule: all-goals, up_to: 1700 ms",
        "`up_to`: the rule is about LAUNCH, HANG,",
        "Make one rule for each, and waive the one that fails.",
    ),
    (
        "insight: LAUNCH/*, up_to: 15%",
        "`LAUNCH/*` would cover insights that nobody has looked at",
        "Name one metric, and write one waiver for each.",
    ),
    (
        "insight: LANCH/launchTime, up_to: 15%",
        "`insight`: `LANCH` is not a metric category",
        "Did you mean `LAUNCH/",
    ),
    (
        "signature: {}, up_to: 45%",
        "this entry would mean every signature",
        "Add one of binary, symbol, file.",
    ),
    ("signature: f*, up_to: 45%", "`signature` must be a mapping of keys to values", ""),
    ("symbol: f*, up_to: 45%", "unknown key `symbol`", "It belongs under `signature`."),
]


@pytest.mark.parametrize(("start", "message", "suggestion"), WRONG)
def test_a_waiver_that_does_not_fit_is_refused_with_its_place_and_what_to_do(start, message, suggestion):
    first = problems_of(with_waiver(start))[0]

    assert first.line == 13
    assert first.message.startswith(message)
    assert first.suggestion.startswith(suggestion)


@pytest.mark.parametrize(
    ("start", "marked"),
    [
        ("rule: changes, up_to: 15%", "changes"),
        ("rule: change, up_to: 1700 ms", "1700 ms"),
        ('rule: limit, up_to: "+15%"', '"+15%"'),
        ("rule: change, insight: LAUNCH/launchTime, up_to: 15%", "LAUNCH/launchTime"),
        ("insight: LAUNCH/*, up_to: 15%", "LAUNCH/*"),
    ],
)
def test_the_caret_of_a_problem_is_under_what_is_wrong(start, marked):
    assert caret(only_problem(with_waiver(start))) == marked


def test_everything_that_is_wrong_with_a_waiver_is_said_at_once():
    text = f"{POLICY}  - {{rule: lunch, up_to: 15, reason: x}}\n"

    assert [problem.message for problem in problems_of(text)] == [
        "a waiver needs an end",
        "no rule has the id `lunch`",
        "`up_to`: the unit is missing",
    ]


def test_a_ceiling_is_not_blamed_where_the_clause_of_its_rule_was_refused():
    text = with_waiver("rule: goal, up_to: 15%").replace("goal: recommended", "goal: best", 1)

    assert only_problem(text).message == "`goal` can't be `best`"


# --- what is allowed and pointless --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "message", "suggestion"),
    [
        (
            "rule: careful, up_to: 15%",
            "`careful` only warns, so there is nothing to waive",
            "Remove the waiver",
        ),
        (
            "rule: change, up_to: 10%",
            "the ceiling is not above `fail` of the rule, `> +10%`, so",
            "Write the most",
        ),
        (
            "rule: limit, up_to: 1.5 s",
            "the ceiling is not above `limit` of the rule, `<= 1500 ms`, so",
            "Write",
        ),
        (
            "insight: LAUNCH/lanchTime, up_to: 15%",
            "Apple has not been seen to serve `LAUNCH/lanchTime`",
            "Did you mean `LAUNCH/launchTime`?",
        ),
    ],
)
def test_a_waiver_that_covers_nothing_has_a_warning(start, message, suggestion):
    [(line, found, hint)] = warnings_of(with_waiver(start))

    assert (line, found.startswith(message), hint.startswith(suggestion)) == (13, True, True)


@pytest.mark.parametrize("start", ["rule: change, up_to: 10.1%", "rule: limit, up_to: 1501 ms"])
def test_a_ceiling_just_above_what_the_rule_allows_has_none(start):
    assert warnings_of(with_waiver(start)) == []


@pytest.mark.parametrize(
    ("start", "level", "message"),
    [
        ("insight: LAUNCH/launchTime, up_to: 15%", "insights: {regressions: fail}\n", "no insight fails"),
        ("signature: {symbol: f}, up_to: 45%", "signatures: {max_weight: 30%}\n", "no signature fails"),
    ],
)
def test_a_waiver_of_what_never_fails_has_a_warning(start, level, message):
    [(_, found, hint)] = warnings_of(with_waiver(start).replace(level, ""))

    assert found.startswith(message)
    assert "remove the waiver" in hint


@pytest.mark.parametrize(
    ("start", "levels"),
    [
        ("insight: LAUNCH/launchTime, up_to: 15%", "insights: {high_impact: fail}"),
        ("insight: LAUNCH/launchTime, up_to: 15%", "insights: {trending_up: fail}"),
        ("signature: {symbol: f}, up_to: 45%", "signatures: {new: fail}"),
        ("signature: {symbol: f}, up_to: 45%", "signatures: {growing: fail}"),
    ],
)
def test_any_level_of_fail_is_a_reason_to_waive(start, levels):
    kept = [
        line for line in with_waiver(start).splitlines() if not line.startswith(("insights", "signatures"))
    ]

    assert warnings_of("\n".join([*kept, levels, ""])) == []


def test_an_ended_waiver_is_a_warning_at_its_end_and_loads():
    policy, [warning] = examine(with_waiver("rule: change, up_to: 15%"), today=date(2027, 1, 1))

    assert policy.waivers[0].until == "2026-12-31"
    assert warning.message == "this waiver expired on 2026-12-31 and no longer applies"
    assert caret(warning) == "2026-12-31"
