"""One rule's slices read alone, on average and against each other."""

import random
from math import exp, log

import plainly
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from measured import everywhere, family, measured, weighed

from gate.stats.evidence import Combined, Reading
from gate.stats.multiplicity import cauchy, simes
from gate.stats.readings import average, device_class, exceeds, read

STEADY = (900, 905, 895, 902, 898, 904, 899, 901)
LIVELY = (900, 1150, 820, 1210, 870, 1100, 940, 1180)
SWINGING = tuple(900 * exp(0.08 * (-1) ** version) for version in range(8))
METRICS = ("LAUNCH/launchTime", "MEMORY/peakMemory")
DEVICES = ("all_iphones", "all_ipads", "iPhone13,2", "iPhone15,2", "iPad8,1", "iPad13,1")


@pytest.mark.parametrize(
    ("device", "name"),
    [
        ("all_iphones", "iphone"),
        ("all_ipads", "ipad"),
        ("iPhone15,2", "iphone"),
        ("iPad13,10", "ipad"),
        ("ALL_MACS", "mac"),
        ("Watch", "watch"),
    ],
)
def test_a_device_belongs_to_the_class_that_its_name_begins_with(device, name):
    assert device_class(device) == name


def rising(rise, values=STEADY, **fields):
    """A slice whose candidate is this much above the mean of its baseline, on the log scale."""
    base = exp(sum(log(value) for value in values[-4:]) / 4)
    return measured((*values, base * exp(rise)), **fields)


def same(found, expected):
    """Tell whether two readings of a rule are the same but for rounding."""
    one, other = found.clearest, expected.clearest
    if found.p != pytest.approx(expected.p, rel=1e-6, abs=1e-14) or one is None or other is None:
        return found.p == pytest.approx(expected.p, rel=1e-6, abs=1e-14) and one is other
    words = [(it.kind, it.by, it.name, it.metric, it.slices) for it in (one, other)]
    numbers = (one.p, one.change) == pytest.approx((other.p, other.change), rel=1e-6, abs=1e-14)
    return words[0] == words[1] and numbers


def chances(slices):
    """The chance of each slice alone."""
    return [plainly.read([one]).p for one in slices]


def test_a_slice_alone_is_its_own_reading():
    (one,) = slices = weighed([rising(0.2, LIVELY)])
    found = read(slices)

    assert found.p == pytest.approx(chances(slices)[0], rel=1e-9)
    assert found.clearest == Reading(
        kind="slice",
        metric="LAUNCH/launchTime",
        slices=(0,),
        p=found.clearest.p,
        change=one.noise.delta,
    )
    assert found.clearest.p == pytest.approx(found.p, rel=1e-6)


def test_groups_of_different_metrics_are_combined_without_caution():
    slices = weighed([rising(0.3, LIVELY, metric=f"LAUNCH/{n}") for n in range(3)])

    assert read(slices).p == pytest.approx(simes(chances(slices), 3), rel=1e-9)


def test_a_group_and_a_model_of_different_metrics_are_two_kinds_combined_with_caution():
    slices = weighed(
        [rising(0.3, LIVELY), rising(0.25, LIVELY, metric="MEMORY/peak", device="iPhone15,2")], allowed=0.1
    )

    assert read(slices).p == pytest.approx(0.75 * cauchy(chances(slices)), rel=1e-9)


def test_two_slices_that_rose_alike_are_read_on_average():
    slices = weighed([rising(0.3, LIVELY, percentile=f"p{n}") for n in (50, 90)])
    found = read(slices).clearest

    assert (found.kind, found.by, found.name, found.slices) == ("average", "", "", (0, 1))
    assert found.metric == "LAUNCH/launchTime"
    assert found.change == pytest.approx(0.3)


def matrix(rises, values=SWINGING):
    """Slices by device and percentile, which moved together; the candidates rose by this much."""
    return weighed(
        [
            rising(rise, values, device=device, percentile=percentile)
            for (device, percentile), rise in rises.items()
        ]
    )


def test_two_slices_of_a_percentile_that_rose_are_read_on_average():
    slices = matrix(
        {(device, p): 0.3 * (p == "p90") for device in ("all_iphones", "all_ipads") for p in ("p50", "p90")},
        LIVELY,
    )
    found = read(slices)

    assert found.clearest.by == "percentile"
    assert found.clearest.name == "p90"
    assert same(found, plainly.read(slices))


def test_a_class_that_rose_alone_is_read_against_the_other_classes():
    slices = matrix({(device, "p50"): 0.15 * ("pad" in device.lower()) for device in DEVICES})
    found = read(slices).clearest

    assert (found.kind, found.by, found.name) == ("contrast", "class", "ipad")
    assert found.slices == (1, 4, 5)
    assert found.change == pytest.approx(0.15)


def test_one_of_two_models_that_rose_is_read_against_the_other():
    slices = matrix({("iPhone13,2", "p50"): 0.0, ("iPhone15,2", "p50"): 0.15})
    found = read(slices).clearest

    assert (found.kind, found.by, found.name, found.slices) == ("contrast", "model", "iPhone15,2", (1,))
    assert found.change == pytest.approx(0.15)


@pytest.mark.parametrize(("references", "contrasts"), [(1, 0), (2, 1), (3, 1)])
def test_a_gap_that_was_seen_twice_has_a_history(references, contrasts):
    values = SWINGING[:references]
    slices = weighed(
        [
            measured((*values, values[-1] * exp(0.3)), device="iPhone13,2"),
            measured((*values, values[-1]), device="iPhone15,2"),
        ]
    )
    found = read(slices)

    assert same(found, plainly.read(slices))
    assert (found.clearest.kind == "contrast") is bool(contrasts)


def test_a_gap_without_a_rise_beyond_the_allowance_is_no_finding():
    quiet = {("all_iphones", "p50"): -0.3, ("all_iphones", "p90"): 0.08}
    slices = matrix(quiet)
    other = weighed([*(one.comparison for one in slices), rising(0.3, LIVELY, metric="MEMORY/peak")])
    found = read(other)

    assert found.clearest.slices == (2,)
    assert same(found, plainly.read(other))


def test_a_clear_rise_within_the_allowance_supports_no_finding():
    slices = weighed([rising(0.09), rising(0.3, LIVELY, metric="MEMORY/peakMemory")])
    found = read(slices)

    assert found.clearest.slices == (1,)
    assert found.p == pytest.approx(2 * chances(slices)[1], rel=1e-9)


def test_a_rise_that_many_slices_show_has_no_clearest_reading():
    quiet = [measured((*STEADY, 900))]
    models = [measured((*LIVELY, 1000), metric=f"M/{n}", device="iPhone15,2") for n in range(6)]
    one = measured((*LIVELY[:-1], 1000, 1060), metric="M/9", device="iPhone15,2")

    assert read(weighed([*quiet, *models, one], allowed=0.01)) == Combined(p=0.75, clearest=None)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("share", "is_exceeding"), [(0.45, False), (0.55, True)])
def test_half_the_allowance_must_show_against_the_newest_version(share, sign, is_exceeding):
    change = sign * log(1.10)
    newest, candidate = 900 * exp((1.5 - share) * change), 900 * exp(1.5 * change)
    (one,) = weighed([measured((900, 900, 900, newest, candidate))])

    assert one.noise.rise == pytest.approx(share * change)
    assert exceeds(one, sign) is is_exceeding


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_versions_that_stand_still_do_not_exceed_an_allowance_of_nothing(sign):
    slices = weighed([measured((900,) * 5, percentile=f"p{n}") for n in (50, 90)], allowed=0.0)

    assert not any(exceeds(one, sign) for one in slices)
    assert read(slices, sign) == Combined()


@pytest.mark.parametrize(
    ("values", "delta", "rise"),
    [
        ((900, 910, 930, 930), "above", "level"),
        ((4, 1, 2), "level", "above"),  # powers of two have exact means on the log scale
    ],
)
def test_a_candidate_level_with_its_baseline_or_newest_version_does_not_exceed_nothing(values, delta, rise):
    (one,) = weighed([measured(values, floor=0.1)], allowed=0.0)

    assert (one.noise.delta > 0.0, one.noise.rise > 0.0) == (delta == "above", rise == "above")
    assert min(one.noise.delta, one.noise.rise) == 0.0
    assert not exceeds(one, 1.0)


@pytest.mark.parametrize(
    "other",
    [
        (4, 1, 1),  # the changes of both add up to nothing
        (1, 4, 2),  # their rises since the newest version do
    ],
)
def test_slices_that_stand_still_together_are_not_read_against_the_others(other):
    slices = weighed(
        [
            measured(values, device=device, percentile=percentile, floor=0.1)
            for device, percentile, values in [
                ("iPhone13,2", "p50", (2, 2, 4)),
                ("iPhone15,2", "p50", other),
                ("iPhone13,2", "p90", (8, 8, 1)),
                ("iPhone15,2", "p90", (8, 8, 1)),
            ]
        ],
        allowed=0.0,
    )
    found = read(slices)

    assert 0.0 in (sum(one.noise.delta for one in slices[:2]), sum(one.noise.rise for one in slices[:2]))
    assert same(found, plainly.read(slices))
    assert found.clearest.slices == (0,)


@pytest.mark.parametrize(
    ("rises", "slices_read"),
    [
        ((0.3, 0.3), (0, 1)),
        ((0.3, 0.2), (0, 1)),
        ((0.2, -0.05), (0,)),
        ((0.3, -0.28), (0,)),
        ((0.3, -0.4), (0,)),
    ],
)
def test_slices_must_exceed_their_allowances_on_average_to_be_read_together(rises, slices_read):
    slices = weighed([rising(rise, LIVELY, percentile=f"p{n}") for n, rise in enumerate(rises)])
    found = read(slices)

    assert same(found, plainly.read(slices))
    assert found.clearest.slices == slices_read


@pytest.mark.parametrize("newest", [1950, 3000])
def test_an_average_must_rise_against_the_newest_version_too(newest):
    stepped = (900, 900, 900, 900, 900, 900, 900, newest)
    slices = weighed([rising(0.3, percentile="p50"), rising(0.3, stepped, percentile="p90")])
    found = read(slices)

    assert sum(one.noise.rise for one in slices) < 0.5 * 2 * log(1.10)
    assert same(found, plainly.read(slices))
    assert found.clearest.slices == (0,)


@st.composite
def rules(draw):
    """Slices of some metrics, devices and percentiles, with gaps in their histories, that rose or fell."""
    rng = random.Random(draw(st.integers(0, 10**6)))  # noqa: S311  # not a secret
    devices = draw(st.lists(st.sampled_from(DEVICES), min_size=1, max_size=5, unique=True))
    percentiles = draw(st.sampled_from([("p50",), ("p50", "p90")]))
    versions = draw(st.integers(2, 9))
    change = draw(st.sampled_from([-0.3, 0.1, 0.2, 0.4]))
    noisy = draw(st.sampled_from([0.01, 0.05, 0.15]))
    slices = []
    for metric in METRICS[: draw(st.integers(1, 2))]:
        common = [rng.gauss(0, 0.05) for _ in range(versions)]
        for device in devices:
            for percentile in percentiles:
                rise = rng.choice([0.0, change, change])
                values = [900 * exp(move + rng.gauss(0, noisy)) for move in common]
                values[-1] *= exp(rise)
                gaps = [None if rng.random() < 0.15 else value for value in values[:-1]]
                widths = [rng.choice([10.0, 90.0]) for _ in values]
                slices.append(
                    measured(
                        [*gaps, values[-1]],
                        metric=metric, device=device, percentile=percentile, margins=widths,
                    )
                )  # fmt: skip
    return weighed(slices, allowed=draw(st.sampled_from([0.0, 0.02, 0.1])))


@given(rules(), st.sampled_from([1.0, -1.0]))
def test_readings_come_to_what_they_come_to_when_worked_out_plainly(slices, sign):
    found, expected = read(slices, sign), plainly.read(slices, sign)

    assert found.p == pytest.approx(expected.p, rel=1e-6, abs=1e-14)
    assert (found.clearest is None) == (expected.clearest is None)
    assert expected.p > 0.3 or same(found, expected)


@given(rules())
def test_an_average_has_the_spread_of_its_history(slices):
    assume(len(slices) > 1)
    change, deviation, df = average(slices)
    path = plainly.path(slices, plainly.positions(slices))
    extra = sum(one.noise.extra for one in slices) / len(slices) ** 2

    assert change == pytest.approx(sum(one.noise.delta for one in slices) / len(slices))
    assert (deviation, df) == pytest.approx(plainly.spread(slices, path, 0.7, extra))


def test_a_slice_is_its_own_average():
    (one,) = slices = weighed([rising(0.2, LIVELY)])

    assert average(slices) == (one.noise.delta, one.noise.deviation, one.noise.df)


@given(st.integers(0, 50))
def test_a_fall_reads_as_the_rise_it_mirrors(seed):
    rise, fall = family(seed, changes=everywhere(0.2)), family(seed, changes=everywhere(0.2))
    mirrored = [
        measured(
            [1e6 / value for value in (*one.values, one.candidate.value)],
            device=one.device,
            percentile=one.percentile,
        )
        for one in fall
    ]
    up, down = read(weighed(rise)), read(weighed(mirrored), -1.0)

    assert down.p == pytest.approx(up.p, rel=1e-6)
    assert down.clearest.slices == up.clearest.slices
