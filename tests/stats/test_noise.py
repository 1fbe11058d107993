"""How much healthy versions differ, learned from all slices together."""

from math import exp, inf, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import everywhere, family, measured, with_candidate
from scipy.special import digamma, polygamma

from gate.stats.noise import learn, usable

STEADY = (900, 905, 895, 902, 898, 904, 899, 901)
LIVELY = (900, 1100, 760, 1000, 850, 1180, 790, 980)


def spread(noise):
    """Between healthy versions, on the log scale."""
    return noise.variance**0.5


@pytest.mark.parametrize(
    ("value", "margin", "floor", "fits"),
    [
        (500.0, None, 100.0, True),
        (500.0, 0.0, 100.0, True),
        (0.0, None, 100.0, True),
        (0.0, None, 0.0, False),
        (0.0, None, 0.5, True),
        (-1.0, None, 100.0, False),
        (nan, None, 100.0, False),
        (inf, None, 100.0, False),
        (500.0, nan, 100.0, False),
        (500.0, inf, 100.0, False),
        (500.0, -3.0, 100.0, False),
    ],
)
def test_only_points_with_a_logarithm_and_a_sensible_margin_are_used(value, margin, floor, fits):
    assert usable(value, margin, floor) is fits


def test_a_change_is_measured_on_the_log_scale_against_the_mean_of_the_baseline():
    (noise,) = learn([measured((400, 900, 900, 900, 900, 1100))])

    assert noise.delta == pytest.approx(log(1100 / 900))
    assert noise.level == pytest.approx(900)
    assert noise.compared == 4


def test_a_rise_is_measured_against_the_newest_version_of_the_baseline():
    (noise,) = learn([measured((900, 900, 900, 1000, 1100))])

    assert noise.rise == pytest.approx(log(1100 / 1000))


def test_values_below_the_floor_are_clamped_to_it():
    (noise,) = learn([measured((0.05, 0.02, 0.04, 0.2), floor=1.0)])

    assert noise.delta == 0.0
    assert noise.level == 1.0


def test_a_slice_without_history_has_the_assumed_noise():
    (noise,) = learn([measured((900, 900), noise=0.07)])

    assert spread(noise) == pytest.approx(0.07)


def test_a_steady_history_lowers_the_noise_and_a_lively_one_raises_it():
    (steady,) = learn([measured((*STEADY, 900))])
    (lively,) = learn([measured((*LIVELY, 900))])

    assert spread(steady) < 0.05 < spread(lively)


def test_values_that_never_differ_leave_half_a_percent_of_noise():
    tracks = [measured((900,) * 9, metric=f"LAUNCH/{n}") for n in range(30)]

    assert all(spread(noise) >= 0.005 for noise in learn(tracks))


def test_a_metric_without_history_learns_from_the_other_metrics_of_the_app():
    newcomer = measured((900, 900), metric="LAUNCH/new")
    (alone,) = learn([newcomer])
    *_, beside = learn([*(measured((*LIVELY, 900), metric=f"LAUNCH/{n}") for n in range(5)), newcomer])

    assert spread(beside) > 1.5 * spread(alone)


def test_slices_at_their_floor_say_nothing_about_the_noise_of_the_app():
    (alone,) = learn([measured((900, 900))])
    *_, beside = learn(
        [*(measured((0.1,) * 9, metric=f"HANG/{n}", floor=1.0) for n in range(5)), measured((900, 900))]
    )

    assert spread(beside) == pytest.approx(spread(alone))


def test_groups_and_models_of_a_metric_have_noise_of_their_own():
    groups = [measured((*STEADY, 900), percentile=p) for p in ("p50", "p90")]
    models = [measured((*LIVELY, 900), device=f"iPhone{n},1") for n in range(6)]
    noises = learn([*groups, *models])

    assert max(map(spread, noises[:2])) < min(map(spread, noises[2:]))


def test_a_slice_that_is_noisier_than_its_metric_is_believed_partly():
    *calm, odd = learn([*(measured((*STEADY, 900), device=f"iPhone{n},1") for n in range(6)),
                        measured((*LIVELY, 900), device="iPhone9,1")])  # fmt: skip

    assert max(map(spread, calm)) < spread(odd) < 0.16


def test_a_candidate_with_a_wider_margin_than_its_references_is_less_certain():
    plain, wide = (
        learn([measured((*STEADY, 990), margins=[20.0] * 8 + [margin])])[0] for margin in (20.0, 120.0)
    )

    assert plain.extra == pytest.approx(0.0, abs=1e-4)
    assert wide.deviation > 1.5 * plain.deviation


def test_no_margin_means_the_best_data():
    (noise,) = learn([measured((*STEADY, 990))])

    assert noise.extra == 0.0


@pytest.mark.parametrize(
    ("references", "candidate", "extra"),
    [
        (20.0, 20.0, 0.0),
        (0.0, 98.0, (98 / 990 / 1.96) ** 2),
        (None, 98.0, (98 / 990 / 1.96) ** 2),
        (98.0, 196.0, (196 / 990 / 1.96) ** 2 - (98 / 900 / 1.96) ** 2),
        (None, 1e9, 1e6),
    ],
)
def test_only_what_is_wider_than_its_references_adds_to_a_candidates_variance(references, candidate, extra):
    (noise,) = learn([measured((900,) * 8 + (990,), margins=[references] * 8 + [candidate])])

    assert noise.extra == pytest.approx(extra, rel=1e-3, abs=1e-4)
    assert noise.deviation == pytest.approx((noise.variance * 1.25 + noise.extra) ** 0.5)


@pytest.mark.parametrize("width", [nan, inf, -1.0])
def test_a_candidate_whose_margin_makes_no_sense_is_not_compared(width):
    assert learn([measured((900, 900), margins=[None, width])]) == [None]


def noisier(variance, free, metrics):
    """How much noisier an app is than assumed, where each of its metrics shows this variance."""
    # The mean and variance of the logarithm of a mean square, exactly. Less than half a percent is not believed.
    vote = log(max(variance, 0.005**2) / 0.05**2) - (digamma(free / 2) - log(free / 2))
    weight = metrics / (0.16 + polygamma(1, free / 2))
    return exp(vote * weight / (weight + 1 / 1.5))


@pytest.mark.parametrize("metrics", [0, 1, 2, 5])
@pytest.mark.parametrize("history", [LIVELY, STEADY, (900, 1000, 880)])
def test_each_metric_of_an_app_votes_on_how_noisy_the_app_is(history, metrics):
    others = [measured((*history, 900), metric=f"LAUNCH/{n}") for n in range(metrics)]
    *_, newcomer = learn([*others, measured((900, 900), metric="LAUNCH/new")])
    factor = noisier(np.var(np.log(history), ddof=1), len(history) - 1, metrics) if metrics else 1.0

    assert newcomer.variance == pytest.approx(0.05**2 * factor, rel=0.03)


@pytest.mark.parametrize(("slices", "worth"), [(1, 1), (2, 2), (3, 2), (8, 2)])
def test_slices_of_one_metric_are_worth_two_at_most(slices, worth):
    known = [measured((*LIVELY, 900), device=f"iPhone{n},1") for n in range(slices)]
    *_, newcomer = learn([*known, measured((900, 900), device="iPhone99,1")])
    variance, free = np.var(np.log(LIVELY), ddof=1), worth * (len(LIVELY) - 1)
    expected = 0.05**2 * noisier(variance, free, 1)

    assert newcomer.variance == pytest.approx((4 * expected + free * variance) / (4 + free), rel=0.01)


def scattered(shifts, metric="LAUNCH/launchTime", scale=1.0):
    """Models whose references move together by a few percent, while the candidates scatter."""
    return [
        measured(
            [scale * value for value in (900, 905 + n, 895, 902, 898 - n, 900 * shift)],
            device=f"iPhone{n},1",
            metric=metric,
            floor=0.01 * scale,
        )
        for n, shift in enumerate(shifts)
    ]


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ((1.0, 1.1, 0.9, 1.2, 0.8), 0.0),
        ((1.0, 1.1, 0.9, 1.2, 0.8, 1.05), 0.09988931),
        ((1.0, 1.1, 0.9, 1.2, 0.8, 1.05, 0.95, 1.0, 1.3, 0.7), 0.18575393),
    ],
)
def test_scatter_is_believed_from_six_slices_on(shifts, expected):
    extra = [noise.extra**0.5 for noise in learn(scattered(shifts))]

    assert extra[0] == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_metrics_of_two_slices_each_show_scatter_too():
    tracks = [one for n in range(3) for one in scattered((0.85, 1.2), metric=f"LAUNCH/{n}")]

    assert all(noise.extra > 0.05**2 for noise in learn(tracks))


def test_a_metric_of_one_slice_takes_no_part_in_the_scatter_of_others():
    lonely = measured((*STEADY, 900), metric="MEMORY/peakMemory")
    *_, noise = learn([*scattered((1.0, 1.1, 0.9, 1.2, 0.8, 1.05)), lonely])

    assert noise.extra == 0.0


def test_scatter_does_not_depend_on_the_unit_even_where_a_candidate_is_one():
    shifts = (1.0, 1.1, 0.9, 1.2, 0.8, 1.05)
    plain, small = learn(scattered(shifts)), learn(scattered(shifts, scale=1 / 900))

    assert [one.extra for one in small] == pytest.approx([one.extra for one in plain], rel=1e-6)


def test_a_candidate_in_disorder_is_less_certain_everywhere():
    calm = family(1)
    shifts = (1.2, 0.9, 0.8, 1.15, 1.25, 0.85, 1.1, 0.95)
    jumbled = [
        with_candidate(one, one.candidate.value * shift) for one, shift in zip(calm, shifts, strict=True)
    ]

    assert all(noise.extra < 0.02**2 for noise in learn(calm))
    assert all(noise.extra > 0.05**2 for noise in learn(jumbled))


def test_one_model_that_got_worse_is_not_taken_for_disorder():
    noises = learn(family(1, changes=everywhere(0.5, device="iPhone13,2")))

    assert all(noise.extra < 0.02**2 for noise in noises)


@pytest.mark.parametrize(
    "values",
    [(900, None), (None, 900), (900,), (nan, 900), (900, nan), (900, -1), (0, 0)],
)
def test_a_side_that_is_missing_or_unusable_leaves_nothing_to_compare(values):
    assert learn([measured(values, floor=0.0)]) == [None]


def test_a_slice_without_a_candidate_still_teaches_the_others():
    silent = [measured((*LIVELY, None), device=f"iPhone{n},1") for n in range(6)]
    (alone,) = learn([measured((900, 900), device="iPhone9,1")])
    *_, taught = learn([*silent, measured((900, 900), device="iPhone9,1")])

    assert spread(taught) > 1.5 * spread(alone)


def test_extreme_values_end_in_numbers():
    (noise,) = learn([measured((1e-300, 1e308, 1e308), floor=0.0)])

    assert all(value == value for value in (noise.delta, noise.level, noise.deviation))  # noqa: PLR0124


MEASURED = st.one_of(st.none(), st.floats(1.0, 1e4))
SERIES = st.lists(MEASURED, min_size=1, max_size=9)


@given(st.lists(SERIES, min_size=1, max_size=8), st.floats(1e-3, 1e3))
def test_noise_does_not_depend_on_the_unit(columns, factor):
    one = [measured(values, device=f"iPhone{n},1") for n, values in enumerate(columns)]
    other = [
        measured([value and value * factor for value in values], device=f"iPhone{n},1", floor=100 * factor)
        for n, values in enumerate(columns)
    ]

    for here, there in zip(learn(one), learn(other), strict=True):
        assert (here is None) == (there is None)
        if here is not None:
            assert there.delta == pytest.approx(here.delta, abs=1e-9)
            assert there.deviation == pytest.approx(here.deviation, rel=1e-6)


@given(st.lists(SERIES, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_noise_does_not_depend_on_the_order_of_slices(columns, rng):
    tracks = [measured(values, device=f"iPhone{n},1") for n, values in enumerate(columns)]
    order = list(range(len(tracks)))
    rng.shuffle(order)
    plain, shuffled = learn(tracks), learn([tracks[place] for place in order])

    for position, place in enumerate(order):
        here, there = plain[place], shuffled[position]
        assert (here is None) == (there is None)
        if here is not None:
            assert there.deviation == pytest.approx(here.deviation, rel=1e-9)
