"""The log scale, and back."""

from math import expm1, log

import pytest
from measured import allowance

from gate.stats.scale import log_allowance, relative


@pytest.mark.parametrize(
    ("change", "part"),
    [(0.0, 0.0), (log(1.2), 0.2), (log(0.5), -0.5), (700.0, expm1(700)), (1e9, expm1(700))],
)
def test_a_change_becomes_a_part_of_the_baseline_that_a_float_can_hold(change, part):
    assert relative(change) == pytest.approx(part)


@pytest.mark.parametrize(
    ("allowed", "level", "unit", "change"),
    [
        (allowance(relative=0.1), 900.0, "ms", log(1.1)),
        (allowance(relative=0.1), 900.0, "furlongs", log(1.1)),
        (allowance(absolute=90.0), 900.0, "ms", log(1.1)),
        (allowance(absolute=90.0), 0.9, "s", log(1.1)),
        (allowance(relative=0.2, absolute=90.0), 900.0, "ms", log(1.2)),
        (allowance(relative=0.2, absolute=270.0), 900.0, "ms", log(1.3)),
    ],
)
def test_the_larger_part_of_an_allowance_is_what_a_rise_must_exceed(allowed, level, unit, change):
    assert log_allowance(allowed, level, unit) == pytest.approx(change)


def test_an_absolute_allowance_in_a_foreign_unit_has_no_size():
    with pytest.raises(ValueError, match="ms can't be converted to furlongs"):
        log_allowance(allowance(absolute=80.0), 900.0, "furlongs")
