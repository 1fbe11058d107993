"""Every series beside its candidate and its references, in numbers."""

import math

import pytest
from builders import VERSIONS, facts, policy, series

from gate.judge.comparisons import baseline_of, change_between, compare_all, history_of
from gate.model.result import Baseline, Candidate, Change, Point
from gate.model.versions import order
from gate.policy.types import BaselineSelection, Evidence

LAUNCH = "LAUNCH/launchTime"
LENIENT = Evidence(lagging="own_newest")


def compare(*all_series, candidate="3.4", **fields):
    """Compare with the two versions before."""
    chosen = policy(baseline=BaselineSelection(window=2), **fields)
    timeline = order([VERSIONS, *(one.versions for one in all_series)])
    return compare_all(chosen, facts(*all_series), timeline, candidate)


def compare_one(name, values, **fields):
    (found,) = compare(series(name, values, **fields))
    return found


def test_a_comparison_has_the_measured_references_with_their_places():
    found = compare_one(LAUNCH, (900, None, (903, 4), 910))

    assert (found.versions, found.positions) == (("3.1", "3.3"), (5, 7))
    assert (found.values, found.margins, found.baseline) == ((900, 903), (None, 4), (1,))
    assert found.candidate == Candidate(version="3.4", value=910, error_margin=None)
    assert (found.metric, found.is_lagging) == (LAUNCH, False)


def test_nothing_of_a_series_that_contradicts_itself_is_compared():
    found = compare_one(LAUNCH, (900, 901, 903), problem="Apple sent 3.4 twice")

    assert (found.versions, found.positions, found.values, found.margins) == ((), (), (), ())
    assert (found.baseline, found.candidate) == ((), None)


@pytest.mark.parametrize(("device", "is_group"), [("all_iphones", True), ("iPhone15,2", False)])
def test_a_group_of_devices_is_none_of_its_models(device, is_group):
    assert compare_one(LAUNCH, (900, 901), device=device).is_group is is_group


@pytest.mark.parametrize(
    ("name", "unit", "floor", "noise"),
    [
        (LAUNCH, "ms", 100.0, 0.05),
        ("LAUNCH/resumeTime", "ms", 50.0, 0.05),
        (LAUNCH, "s", 0.1, 0.05),
        ("HANG/hangRate", "s/h", 1.0, 0.10),
        (LAUNCH, "furlongs", 0.0, 0.10),
    ],
)
def test_floor_and_noise_are_those_of_the_metric_in_the_unit_of_its_values(name, unit, floor, noise):
    found = compare_one(name, (900, 901), unit=unit)

    assert (found.floor, found.assumed_noise) == (pytest.approx(floor), noise)


# --- metrics that lag behind ------------------------------------------------------------------------


def test_a_lagging_metric_is_judged_at_the_newest_of_its_versions_before_the_candidate():
    late = series("HANG/hangRate", (10, 11, None, 12), versions=("3.0", "3.1", "3.2", "3.3"))
    lagging, punctual = compare(late, series(LAUNCH, (900, 901, 902)), candidate="3.2", evidence=LENIENT)

    assert (lagging.candidate.version, lagging.is_lagging) == ("3.1", True)
    assert (lagging.references.candidate, lagging.references.versions[-1]) == ("3.1", "3.0")
    assert (punctual.candidate.version, punctual.is_lagging) == ("3.2", False)


def test_a_metric_lags_only_when_none_of_its_slices_is_measured():
    absent = series(LAUNCH, (900, 901, None), device="iPhone15,2")
    slices = compare(absent, series(LAUNCH, (900, 901, 902)), evidence=LENIENT)

    assert [one.is_lagging for one in slices] == [False, False]


def test_a_slice_that_contradicts_itself_does_not_say_that_its_metric_is_measured():
    broken = series(LAUNCH, (900, 901, 902), device="iPhone15,2", problem="Apple sent 3.4 twice")
    slices = compare(broken, series(LAUNCH, (900, 901, None)), evidence=LENIENT)

    assert [one.references.candidate for one in slices] == ["3.3", "3.3"]


# --- the reference side -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ((400, 900), 600),  # the geometric mean
        ((0.04, 0.09), 0.06),
        ((0.5, 2.0), 1.0),
        ((0, 30), 15),  # a zero has no logarithm
        ((1.7e308, 0), 0.85e308),
        ((7, None), 7),
    ],
)
def test_the_baseline_is_the_mean_on_the_log_scale_where_there_is_one(values, mean):
    assert baseline_of(compare_one(LAUNCH, (*values, 1))).value == pytest.approx(mean)


@pytest.mark.parametrize(
    ("margins", "width"),
    [((3.0, 4.0), 2.5), ((3.0, None), 1.5), ((None, 0.0), 0.0), ((None, None), None)],
)
def test_margins_of_the_baseline_add_in_squares(margins, width):
    first, second = ((900, margin) if margin is not None else 900 for margin in margins)

    assert baseline_of(compare_one(LAUNCH, (first, second, 900))).error_margin == width


def test_without_a_measured_reference_there_is_no_baseline():
    assert baseline_of(compare_one(LAUNCH, (900,))) is None


def test_the_history_is_every_reference_and_then_the_candidate():
    assert history_of(compare_one(LAUNCH, ((900, 5), 901, (910, 6)))) == (
        Point(version="3.2", value=900, error_margin=5),
        Point(version="3.3", value=901, error_margin=None),
        Point(version="3.4", value=910, error_margin=6),
    )


def test_the_history_of_a_slice_without_a_candidate_is_that_of_its_references():
    assert history_of(compare_one(LAUNCH, (900, None))) == (Point(version="3.3", value=900),)


# --- the change -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (800, 1000, Change(relative=0.25, absolute=200)),
        (0.5, 0.25, Change(relative=-0.5, absolute=-0.25)),
        (0, 3, Change(relative=None, absolute=3)),
        (5e-324, 1e300, Change(relative=None, absolute=1e300)),
    ],
)
def test_the_change_is_in_plain_numbers_and_has_no_ratio_to_zero(before, now, change):
    baseline, candidate = Baseline(versions=("3.3",), value=before), Candidate(version="3.4", value=now)

    assert change_between(baseline, candidate) == change


def test_with_one_side_missing_there_is_no_change():
    assert change_between(None, Candidate(version="3.4", value=1)) is None
    assert change_between(Baseline(versions=("3.3",), value=1), None) is None


def test_a_mean_of_large_values_does_not_overflow():
    assert math.isfinite(baseline_of(compare_one(LAUNCH, (1.7e308, 1.6e308, 1))).value)
