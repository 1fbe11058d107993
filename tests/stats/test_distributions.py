"""Student's t and the normal distribution, against scipy."""

from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gate.stats.distributions import normal_quantile, t_quantile, t_survival


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Quantiles are remembered: a test that only asks for remembered ones would test nothing."""
    t_quantile.cache_clear()


DEGREES = (1, 2, 3, 4, 5, 8, 11, 18, 39, 40, 120, 0.5, 4.3, 11.5)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [0.0, 0.01, 0.5, 1.0, 2.0, 3.3, 7.0, 25.0, 1e3, 1e6])
def test_the_tail_of_t_agrees_with_scipy_far_out(t, df):
    assert t_survival(t, df) == pytest.approx(stats.t.sf(t, df), rel=1e-8, abs=0.0)


@pytest.mark.parametrize("df", DEGREES)
def test_the_lower_side_of_t_is_the_rest(df):
    assert t_survival(-1.7, df) == pytest.approx(stats.t.sf(-1.7, df), rel=1e-9)


@pytest.mark.parametrize(("t", "tail"), [(inf, 0.0), (-inf, 1.0)])
def test_infinite_values_have_no_or_all_of_t_above_them(t, tail):
    assert t_survival(t, 5) == tail


def test_not_a_number_stays_not_a_number():
    assert isnan(t_survival(nan, 5))


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("survival", [0.999, 0.9, 0.5, 0.3, 0.05, 1e-3, 1e-6])
def test_the_quantile_of_t_agrees_with_scipy(survival, df):
    assert t_quantile(survival, df) == pytest.approx(stats.t.isf(survival, df), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(("survival", "quantile"), [(0.0, inf), (-1.0, inf), (1.0, -inf), (2.0, -inf)])
def test_impossible_chances_have_infinite_quantiles(survival, quantile):
    assert t_quantile(survival, 5) == quantile


@given(st.floats(1e-9, 1 - 1e-9), st.floats(0.5, 200))
def test_quantile_and_tail_of_t_undo_each_other(survival, df):
    assert t_survival(t_quantile(survival, df), df) == pytest.approx(survival, rel=1e-6)


@pytest.mark.parametrize("probability", [1e-9, 0.025, 0.5, 0.9, 0.999999])
def test_the_normal_quantile_agrees_with_scipy(probability):
    assert normal_quantile(probability) == pytest.approx(stats.norm.ppf(probability), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("probability", "quantile"), [(0.0, -inf), (1.0, inf)])
def test_certainty_has_an_infinite_normal_quantile(probability, quantile):
    assert normal_quantile(probability) == quantile
