"""What is assumed about a metric before any history."""

import pytest

from gate.model.catalogue import BY_CATEGORY, BY_METRIC, assumption
from gate.model.units import CATEGORY_UNITS


def test_every_category_of_apple_has_an_entry_in_one_of_its_units():
    assert set(BY_CATEGORY) == set(CATEGORY_UNITS)
    assert all(entry.unit in CATEGORY_UNITS[category] for category, entry in BY_CATEGORY.items())


def test_every_metric_with_an_entry_of_its_own_uses_its_category_s_unit():
    assert all(entry.unit == BY_CATEGORY[name.split("/")[0]].unit for name, entry in BY_METRIC.items())


def test_a_metric_may_differ_from_its_category():
    assert assumption("LAUNCH", "resumeTime", "ms").floor == 50.0
    assert assumption("LAUNCH", "launchTime", "ms").floor == 100.0


def test_the_floor_comes_in_the_unit_of_the_values():
    assert assumption("LAUNCH", "launchTime", "s").floor == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("category", "unit"),
    [("LAUNCH", "furlongs"), ("LAUNCH", ""), ("LAUNCH", "MB"), ("WARMTH", "K")],
)
def test_an_unknown_category_or_unit_has_no_floor_and_a_cautious_noise(category, unit):
    found = assumption(category, "new", unit)

    assert (found.floor, found.noise, found.known) == (0.0, 0.10, False)
