"""How the rules of a run share its alarm budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.stats.alarm_budget import bar_of_the_clearest, share_alarm_budget


@pytest.mark.parametrize(("rules", "bar"), [(0, 0.05), (1, 0.05), (2, 0.025), (20, 0.0025)])
def test_the_clearest_rule_has_its_part_of_the_budget(rules, bar):
    assert bar_of_the_clearest(0.05, rules) == pytest.approx(bar)


def test_the_clearest_rule_pays_for_all_and_the_next_for_the_rest():
    assert share_alarm_budget([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])


def test_a_single_rule_has_the_whole_budget():
    assert share_alarm_budget([0.03]) == [0.03]


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_the_clearest_rule_is_significant_where_it_is_below_its_bar(p_values):
    bar = bar_of_the_clearest(0.05, len(p_values))
    clearest = min(p_values)

    assert (min(share_alarm_budget(p_values)) <= 0.05) == (
        clearest <= bar or clearest * len(p_values) <= 0.05
    )
