"""Many comparisons judged together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gate.stats.multiplicity import cauchy, discoveries, holm, simes

CHANCES = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=20)


def test_simes_weighs_each_p_value_by_its_rank():
    assert simes([0.04, 0.01, 0.02], 3) == pytest.approx(0.03)


def test_simes_counts_the_members_that_are_not_listed():
    assert simes([0.01], 10) == pytest.approx(0.1)


def test_a_family_without_a_p_value_below_one_shows_nothing():
    assert simes([], 4) == 1.0


@given(CHANCES)
def test_simes_is_never_above_bonferroni_nor_below_the_smallest(chances):
    combined = simes(chances, len(chances))

    assert min(chances) <= combined * (1 + 1e-12)
    assert combined <= min(1.0, len(chances) * min(chances)) * (1 + 1e-12)


@pytest.mark.parametrize("chances", [(0.01, 0.2), (0.04, 0.04, 0.3), (1e-9, 0.4), (0.44, 0.47)])
def test_cauchy_agrees_with_scipy_while_all_readings_speak(chances):
    statistic = stats.cauchy.isf(chances).mean()

    assert cauchy(chances) == pytest.approx(stats.cauchy.sf(statistic), rel=1e-6, abs=0.0)


def test_two_readings_that_agree_are_stronger_than_twice_the_smaller():
    assert cauchy([0.02, 0.02]) == pytest.approx(0.02)


def test_a_reading_that_shows_nothing_does_not_outvote_another():
    assert cauchy([0.01, 1.0]) == pytest.approx(cauchy([0.01, 0.5]), rel=1e-9)


@pytest.mark.parametrize("chances", [(), (1.0,), (0.5, 0.9)])
def test_without_a_telling_reading_nothing_is_shown(chances):
    assert cauchy(chances) == 1.0


def test_a_p_value_of_zero_keeps_cauchy_finite():
    assert 0.0 < cauchy([0.0, 1.0]) < 1e-12


@pytest.mark.parametrize("chance", [0.0, 1e-300, 1e-16, 1e-15])
def test_no_reading_is_surer_than_one_in_a_thousand_million_million(chance):
    assert cauchy([chance]) == pytest.approx(1e-15, rel=0.1, abs=0.0)  # a double has no more digits there


def test_holm_multiplies_by_what_is_left():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@given(CHANCES)
def test_holm_keeps_the_order_and_never_makes_a_p_value_smaller(chances):
    adjusted = holm(chances)

    assert all(after >= before for after, before in zip(adjusted, chances, strict=True))
    assert max(adjusted) <= 1.0
    ranked = [after for _, after in sorted(zip(chances, adjusted, strict=True))]
    assert all(one <= other for one, other in pairwise(ranked))


@given(CHANCES)
def test_discoveries_agree_with_scipy(chances):
    expected = {place for place, p in enumerate(stats.false_discovery_control(chances)) if p <= 0.05}

    assert set(discoveries(chances, 0.05)) == expected


def test_a_p_value_exactly_at_its_line_is_a_discovery():
    assert discoveries([0.9, 0.125], 0.25) == [1]
