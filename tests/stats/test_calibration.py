"""A golden table that pins the calibration: what a dozen histories come to, number by number.

The benchmark in `benchmarks/` says how good the method is, over thousands of simulated apps; it takes too long to run
with every change. These numbers are what the method gave when the figures in docs/verdicts.md were measured. Whoever
changes one on purpose measures these figures again.
"""

from math import exp

import pytest
from measured import allowance, ask, everywhere, family, measured

STEADY = (900, 905, 895, 902, 898, 904, 899, 901)
LIVELY = (900, 1150, 820, 1210, 870, 1100, 940, 1180)
CLIMBING = tuple(900 * 1.03**version for version in range(9))


def one(*values, **fields):
    """A rule about a single slice."""
    return [measured(values, **fields)]


def group_and_models(*changes):
    """All iPhones and some models, whose candidates changed by so much on the log scale."""
    devices = ("all_iphones", "iPhone13,2", "iPhone15,2", "iPhone16,1")
    return [
        measured((*LIVELY[:7], 1000 * exp(change)), device=device)
        for device, change in zip(devices, changes, strict=True)
    ]


def margins(references, candidate):
    """Nine half-widths."""
    return [references] * 8 + [candidate]


CASES = {
    "a clear rise": one(*STEADY, 1118),
    "a rise within the allowance": one(*STEADY, 960),
    "a rise among lively versions": one(*LIVELY, 1300),
    "a quiet candidate of lively versions": one(*LIVELY, 1000),
    "a clear fall": one(*STEADY, 640),
    "one earlier version": one(900, 3000),
    "two earlier versions": one(900, 905, 1200),
    "a candidate with a wide margin": one(*STEADY, 1118, margins=margins(10.0, 200.0)),
    "references with a wide margin": one(*STEADY, 1118, margins=margins(200.0, 200.0)),
    "gradual drift": one(*CLIMBING),
    "an old step": one(900, 901, 902, 900, 901, 902, 900, 1200, 1203),
    "next to nothing": one(0.05, 0.04, 0.05, 0.06, 3.0, floor=1.0, noise=0.1),
    "everything rose": family(3, changes=everywhere(0.15)),
    "the worst decile rose": family(4, changes=everywhere(0.25, percentile="p90")),
    "one model rose": family(5, changes=everywhere(0.4, device="iPhone15,2")),
    "nothing rose": family(6),
    "lively group and models": group_and_models(0.3, 0.25, 0.35, 0.28),
}

GOLDEN = {
    "a clear rise": (
        ("fail", "significant", "slice"),
        "fail",
        (2.07391656e-13, 2.07391656e-13, 0.1, 0.25, 2.07413959e-13, 0.1, 0.25203928),
    ),
    "a rise within the allowance": (
        ("warn", "warn_line", "slice"),
        "warn",
        (9.43840233e-08, 9.43840233e-08, 0.1, 0.25, 9.43840233e-08, 0.1, 0.0750963404),
    ),
    "a rise among lively versions": (
        ("undecided", "within_noise", None),
        "undecided",
        (0.0840019464, 0.0840019464, 0.351320368, 0.25, 0.0840019464, 0.351320368, 0.648851293),
    ),
    "a quiet candidate of lively versions": (
        ("undecided", "too_noisy", None),
        "undecided",
        (1, 1, 0.351320368, 0.25, 0.534661108, 0.351320368, 0.268347149),
    ),
    "a clear fall": (
        ("improved", "improved", "slice"),
        "improved",
        (1.43307072e-15, 1.43307072e-15, 0.1, 0.25, 1, 0.1, -0.283269106),
    ),
    "one earlier version": (
        ("undecided", "thin_history", "slice"),
        "undecided",
        (3.48877622e-05, 3.48877622e-05, 0.162699355, 0.25, 3.48877622e-05, 0.162699355, 2.76520585),
    ),
    "two earlier versions": (
        ("fail", "significant", "slice"),
        "fail",
        (0.000146256898, 0.000146256898, 0.1, 0.25, 0.000146256898, 0.1, 0.401441074),
    ),
    "a candidate with a wide margin": (
        ("fail", "significant", "slice"),
        "fail",
        (0.0185583735, 0.0185583735, 0.178100692, 0.25, 0.0185583735, 0.178100692, 0.424584646),
    ),
    "references with a wide margin": (
        ("fail", "significant", "slice"),
        "fail",
        (2.07391656e-13, 2.07391656e-13, 0.1, 0.25, 2.07413959e-13, 0.1, 0.25203928),
    ),
    "gradual drift": (
        ("warn", "gradual_drift", None),
        "pass",
        (1, 1, 0.155739845, 0.25, 0.189433391, 0.155739845, 0.215734141),
    ),
    "an old step": (
        ("warn", "gradual_drift", None),
        "undecided",
        (1, 1, 0.222301155, 0.25, 0.0388747168, 0.222301155, 0.470881282),
    ),
    "next to nothing": (
        ("fail", "significant", "slice"),
        "fail",
        (1.85574531e-06, 1.85574531e-06, 0.173653012, 0.284025417, 1.85574531e-06, 0.173653012, 2.42619658),
    ),
    "everything rose": (
        ("fail", "significant", "average"),
        "fail fail fail fail fail fail fail fail",
        (0.00119392514, 0.00119392514, 0.1, 0.25, 0.0020749632, 0.111999834, 0.202261943),
    ),
    "the worst decile rose": (
        ("fail", "significant", "average"),
        "pass fail pass fail pass fail pass fail",
        (0.00341762719, 0.00341762719, 0.1, 0.25, 0.636911947, 0.377658053, 0.132988206),
    ),
    "one model rose": (
        ("fail", "significant", "contrast"),
        "pass pass pass pass fail fail pass pass",
        (7.55826609e-09, 7.55826609e-09, 0.1, 0.25, 0.151884546, 0.150647511, 0.131126835),
    ),
    "nothing rose": (
        ("pass", "all_clear", None),
        "pass pass pass pass pass pass pass pass",
        (1, 1, 0.1, 0.25, 0.685209083, 0.11957982, 0.0395332547),
    ),
    "lively group and models": (
        ("undecided", "within_noise", None),
        "undecided undecided undecided undecided",
        (0.0666082324, 0.0666082324, 0.294707492, 0.25, 0.0614389447, 0.536561147, 0.698839205),
    ),
}
"""Per case: state, basis and kind of reading; the states of the slices; then the numbers of `numbers`."""


def of(name):
    """The evidence on a case."""
    (found,) = ask(CASES[name], warn=allowance(0.05))
    return found


def numbers(found):
    """The numbers of a rule and of its first slice."""
    first = found.slices[0]
    return (found.p, found.p_run, found.visible, found.promise, first.p, first.visible, first.upper)


def test_the_table_has_a_row_for_every_case():
    assert GOLDEN.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_history_comes_to_the_state_in_the_table(name):
    found, expected = of(name), GOLDEN[name]

    assert (found.state, found.basis, found.reading and found.reading.kind) == expected[0]
    assert [one.state for one in found.slices] == expected[1].split()


@pytest.mark.parametrize("name", CASES)
def test_a_history_comes_to_the_numbers_in_the_table(name):
    assert numbers(of(name)) == pytest.approx(GOLDEN[name][2], rel=1e-6, abs=0.0)
