"""The value at which a slice passes: what is printed is true when it is fed back."""

import pytest
from builders import NOW, STEADY, VERSIONS, facts, only_check, policy, rule, series, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gate.judge.run import judge
from gate.model.facts import GoalBand
from gate.text.numbers import at_most

LAUNCH = "LAUNCH/launchTime"
LIVELY = (900, 1150, 820, 1210, 870, 1100, 940, 1180)
BANDS = (GoalBand(name="good", upper=950.0),)


def launch(candidate, *, before=STEADY, **fields):
    return series(LAUNCH, (*before, candidate), **fields)


def passes_at(one, **fields):
    return only_check(verdict_of(rule(**fields), one)).passes_at


# --- where it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"fail": "> +10%"}, 993.4),
        ({"fail": "> +10% and > +120 ms"}, 1023.1),
        ({"warn": "> +5%"}, 948.3),
        ({"warn": "> +5%", "fail": "> +10%"}, 948.3),
        ({"warn": "> +10%", "fail": "> +10%"}, 993.4),
        ({"limit": "<= 0.95 s"}, 950.0),
        ({"fail": "> +10%", "limit": "<= 950 ms"}, 950.0),
        ({"fail": "> +10%", "limit": "<= 1500 ms"}, 993.4),
        ({"limit": "<= 980 ms", "goal": "good"}, 950.0),
        ({"limit": "<= 940 ms", "goal": "good"}, 940.0),
    ],
)
@pytest.mark.parametrize("now", [905, 1118])
def test_a_slice_passes_at_the_lowest_of_all_that_its_rule_sets(fields, end, now):
    assert passes_at(launch(now, bands=BANDS), **fields) == pytest.approx(end, abs=0.2)


@pytest.mark.parametrize(
    ("one", "fields"),
    [
        (launch(1300, before=LIVELY), {"fail": "> +10%"}),  # noise could hide more than is allowed
        (launch(1300, before=LIVELY), {"fail": "> +10%", "limit": "<= 950 ms"}),
        (launch(905), {"fail": "> +10%", "goal": "good"}),  # Apple gives no such goal
        (launch(905), {"goal": "recommended"}),
        (launch(905, unit="furlongs"), {"limit": "<= 950 ms"}),
        (launch(905, unit="furlongs"), {"fail": "> +80 ms"}),
        (series(LAUNCH, (905,)), {"fail": "> +10%", "limit": "<= 950 ms"}),  # nothing to compare with
        (launch(905, problem="Apple sent 3.4 twice"), {"limit": "<= 950 ms"}),
    ],
)
def test_where_no_value_surely_passes_none_is_said_to(one, fields):
    assert passes_at(one, **fields) is None


def test_a_version_that_is_not_measured_passes_at_no_value():
    limited = rule(limit="<= 950 ms")

    assert only_check(verdict_of(limited, launch(None), candidate_version="3.4")).passes_at is None


def test_old_data_passes_at_no_value():
    old = verdict_of(rule(limit="<= 950 ms"), launch(905), fetched_at=NOW - 90 * 86400)

    assert only_check(old).passes_at is None


# --- that it is true ----------------------------------------------------------------------------------

STEPS = st.floats(-0.06, 0.06)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "warn": st.sampled_from(["> +5%", "> +5% and > +40 ms", "> +1%"]),
        "fail": st.sampled_from(["> +10%", "> +80 ms", "> +10% and > +80 ms", "> +1%"]),
        "limit": st.sampled_from(["<= 1 s", "<= 1017.3 ms"]),
        "goal": st.sampled_from(["good", "recommended"]),
    },
).filter(bool)


def path(level, steps):
    return [level * (1 + step) for step in steps]


@st.composite
def slices(draw):
    """Groups and models of one metric whose versions differ, with margins or without; the candidate rose."""
    devices = draw(st.sampled_from([("all_iphones",), ("all_iphones", "iPhone14,5", "iPhone15,2")]))
    count = draw(st.integers(1, 8))
    return [
        series(
            LAUNCH,
            [
                (value, margin and value * margin)
                for value in (
                    *path(level, draw(st.lists(STEPS, min_size=count, max_size=count))),
                    level * draw(st.floats(0.7, 2.0)),
                )
            ],
            device=device,
            bands=BANDS,
            recommended=draw(st.sampled_from([None, 1000.0])),
        )
        for device in devices
        for level, margin in [draw(st.tuples(st.floats(0.5, 2000.0), st.sampled_from([None, 0.0, 0.1])))]
    ]


def with_candidate(one, value):
    return replace(one, values=(*one.values[:-1], value))


def number(text):
    return float(text.removesuffix(" ms").replace(",", ""))


@given(slices(), RULES)
def test_a_slice_neither_fails_nor_warns_at_the_value_that_is_printed(found, fields):
    mine = policy(rule(**fields))
    result = judge(mine, facts(*found), now=NOW)

    for place, check in enumerate(result.checks):
        if check.passes_at is None:
            continue
        printed = number(at_most(check.passes_at, "ms", against=check.candidate.value))
        for value in (printed, check.passes_at):
            changed = [with_candidate(one, value) if at == place else one for at, one in enumerate(found)]
            again = judge(mine, facts(*changed), now=NOW).checks[place]
            assert again.state in ("pass", "improved", "undecided")


@given(st.lists(STEPS, min_size=1, max_size=8), st.floats(1.0, 2.0), RULES)
def test_a_slice_alone_passes_at_the_value_that_is_printed(steps, rise, fields):
    one = series(LAUNCH, [*path(900.0, steps), 900.0 * rise], bands=BANDS, recommended=1000.0)
    end = passes_at(one, **fields)

    for value in [] if end is None else [end, number(at_most(end, "ms"))]:
        found = only_check(verdict_of(rule(**fields), with_candidate(one, value)))
        assert found.state in ("pass", "improved")


@given(
    st.lists(STEPS, min_size=1, max_size=8), st.sampled_from(["> +10%", "> +80 ms", "> +10% and > +80 ms"])
)
def test_a_slice_alone_passes_at_no_larger_value(steps, fail):
    one = series(LAUNCH, [*path(900.0, steps), 1118.0])
    end = passes_at(one, fail=fail)

    assert end is None or only_check(
        verdict_of(rule(fail=fail), with_candidate(one, end * 1.0001))
    ).state in ("fail", "warn", "undecided")


@pytest.mark.parametrize("level", [100.0, 900.0, 1000.0, 7.3])
@pytest.mark.parametrize("percent", [5, 10, 15, 30])
@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_rise_of_exactly_what_is_allowed_is_allowed(level, percent, is_absolute):
    flat = series(LAUNCH, [level] * 8 + [level * (100 + percent) / 100], versions=VERSIONS)
    fail = f"> +{level * percent / 100:g} ms" if is_absolute else f"> +{percent}%"

    assert only_check(verdict_of(rule(fail=fail), flat)).state == "pass"
