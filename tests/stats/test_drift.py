"""Growth that no version is to blame for, against a line fitted by scipy."""

from math import expm1, log

import numpy as np
import pytest
from measured import measured, weighed
from scipy import stats

from gate.stats.drift import gradual_drift
from gate.stats.scale import PRIOR_VERSIONS

CLIMBING = (900, 925, 960, 980, 1020, 1040, 1080, 1100, 1150)
SWAYING = (400, 395, 430, 420, 450, 470, 455, 490, 500)


def drift(*series, allowed=0.10, **fields):
    """The common growth of groups with these histories."""
    slices = [measured(values, percentile=f"p{n}", **fields) for n, values in enumerate(series)]
    return gradual_drift(weighed(slices, allowed=allowed))


def fitted(slices, levels):
    """Growth and chance of a line through these levels, whose noise counts the expected one as prior versions."""
    expected = np.mean([one.noise.variance for one in slices])
    at = np.arange(len(levels))
    line = stats.linregress(at, levels)
    left = np.sum((levels - line.intercept - line.slope * at) ** 2)
    free = PRIOR_VERSIONS + len(levels) - 2
    error = ((left + PRIOR_VERSIONS * expected) / free / np.sum((at - at.mean()) ** 2)) ** 0.5
    return expm1(line.slope * at[-1]), stats.t.sf(line.slope / error, free)


def test_the_growth_of_one_slice_is_that_of_the_fitted_line():
    found = drift(CLIMBING)
    growth, p = fitted(weighed([measured(CLIMBING)]), np.log(CLIMBING))

    assert (found.growth, found.p) == pytest.approx((growth, p), rel=1e-6)
    assert found.versions == 9


def test_slices_with_gaps_grow_together_from_their_own_means():
    gappy = (*CLIMBING[:2], None, *CLIMBING[3:6], None, *CLIMBING[7:])
    late = (None, None, *SWAYING[2:])
    slices = weighed([measured(gappy, percentile="p50"), measured(late, percentile="p90")])
    table = np.array([[np.nan if v is None else log(v) for v in values] for values in (gappy, late)])
    levels = np.nanmean(table - np.nanmean(table, axis=1, keepdims=True), axis=0)
    found = gradual_drift(slices)

    assert (found.growth, found.p) == pytest.approx(fitted(slices, levels), rel=1e-6)
    assert found.versions == 9


def test_groups_speak_for_a_rule_that_has_groups():
    models = [measured((900,) * 9, device=f"iPhone{n},1") for n in range(5)]
    slices = weighed([measured(CLIMBING), *models])
    found = gradual_drift(slices)

    assert (found.growth, found.p) == pytest.approx(fitted(slices[:1], np.log(CLIMBING)), rel=1e-6)


@pytest.mark.parametrize(("versions", "is_drift"), [(5, False), (6, True)])
def test_growth_shows_from_six_versions_on(versions, is_drift):
    assert bool(drift([900 * 1.05**version for version in range(versions)])) is is_drift


@pytest.mark.parametrize(("allowed", "is_drift"), [(0.16, True), (0.18, False)])
@pytest.mark.parametrize("slices", [1, 3])
def test_growth_must_exceed_the_mean_allowance_one_and_a_half_times(slices, allowed, is_drift):
    steps = [900 * 1.03**version for version in range(9)]  # log growth 0.236, one and a half times 0.158

    assert bool(drift(*[steps] * slices, allowed=allowed)) is is_drift


@pytest.mark.parametrize(
    "values",
    [
        (900, 800, 850, 900, 1200, 1400, 1500),  # the first half only comes back to where it was
        (900, 1000, 1100, 1300, 1400, 1500, 1300),  # the second half does
        (900, 1000, 1200, 1400, 1600, 1700, 1300),  # nothing is left of it in the candidate
        (900, 700, 750, 800, 1200, 1500, 1600),
    ],
)
def test_growth_in_only_one_half_of_the_window_is_no_drift(values):
    assert drift(values) is None
