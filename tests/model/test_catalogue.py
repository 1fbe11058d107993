"""The one table of metrics, and what is assumed about a metric before any history."""

import ast
from typing import get_args

import pytest

from gate.model.catalogue import (
    CATEGORIES,
    DIAGNOSTIC_TYPES,
    IMPORTANCE,
    DiagnosticType,
    assumption,
    group_of,
    unit_of,
)
from gate.model.units import canonical, convert
from gate.text.words import metric_words


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_has_canonical_units_of_one_dimension(category):
    units = CATEGORIES[category].units

    assert units
    assert all(canonical(unit) == unit and convert(1.0, unit, units[0]) for unit in units)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_has_metrics_a_floor_and_noise(category):
    about = CATEGORIES[category]

    assert about.metrics
    assert about.floor > 0
    assert 0 < about.noise < 1


def test_the_words_of_a_metric_are_those_of_its_identifier():
    """The table says outright what is derived for an identifier that it does not have."""
    table = {
        (category, metric): entry.words
        for category, about in CATEGORIES.items()
        for metric, entry in about.metrics.items()
    }

    assert table
    assert {key: metric_words(*key) for key in table} == table
    derived = {(category, name): metric_words(category, f"{name}X") for category, name in table}
    assert {key: words.removesuffix(" x") for key, words in derived.items()} == table


def test_a_metric_may_differ_from_its_category():
    assert assumption("LAUNCH", "resumeTime", "ms").floor == 50.0
    assert assumption("LAUNCH", "launchTime", "ms").floor == 100.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MEMORY/memoryAtSuspension", "MEMORY/averageMemoryAtSuspension"),
        ("TERMINATION/onScreen", "TERMINATION/onScreenTerminations"),
        ("TERMINATION/background", "TERMINATION/backgroundTerminations"),
    ],
)
def test_two_spellings_of_a_metric_are_assumed_to_be_alike(one, other):
    spellings = [name.split("/") for name in (one, other)]
    units = [CATEGORIES[category].units[0] for category, _ in spellings]
    known = [CATEGORIES[category].metrics for category, _ in spellings]

    assert all(metric in metrics for (_, metric), metrics in zip(spellings, known, strict=True))
    assert assumption(*spellings[0], units[0]) == assumption(*spellings[1], units[1])


def test_the_floor_comes_in_the_unit_of_the_values():
    assert assumption("LAUNCH", "launchTime", "s").floor == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("category", "metric", "floor", "noise"),
    [
        ("LAUNCH", "launchTime", 100.0, 0.05),
        ("HANG", "hangRate", 1.0, 0.10),
        ("MEMORY", "peakMemory", 20.0, 0.05),
        ("MEMORY", "memoryAtSuspension", 10.0, 0.05),
        ("DISK", "diskWrites", 5.0, 0.10),
        ("BATTERY", "onScreen", 0.3, 0.05),
        ("BATTERY", "onScreenUsage", 5.0, 0.05),
        ("TERMINATION", "onScreen", 0.005, 0.15),
        ("TERMINATION", "background", 0.01, 0.15),
        ("ANIMATION", "scrollHitchRate", 1.0, 0.10),
        ("STORAGE", "diskSpaceUsed", 20.0, 0.05),
        ("STORAGE", "never seen", 20.0, 0.05),
    ],
)
def test_floor_and_noise_are_those_of_the_method(category, metric, floor, noise):
    found = assumption(category, metric, CATEGORIES[category].units[0])

    assert (found.floor, found.noise, found.known) == (floor, noise, True)


@pytest.mark.parametrize(
    ("category", "unit"),
    [("LAUNCH", "furlongs"), ("LAUNCH", ""), ("LAUNCH", "MB"), ("WARMTH", "K")],
)
def test_an_unknown_category_or_unit_has_no_floor_and_a_cautious_noise(category, unit):
    found = assumption(category, "new", unit)

    assert (found.floor, found.noise, found.known) == (0.0, 0.10, False)


@pytest.mark.parametrize(
    ("category", "spellings", "unit"),
    [
        ("LAUNCH", ("milliseconds", "ms"), "ms"),
        ("DISK", ("megaBytes", "MB"), "MB/day"),
        ("DISK", ("KB/day",), "KB/day"),
        ("MEMORY", ("megaBytes",), "MB"),
        ("ANIMATION", ("scrollHitchRate", "%"), "ms/s"),
        ("BATTERY", ("%",), "%/day"),
        ("TERMINATION", (), "/day"),
        ("LAUNCH", ("", " "), ""),
        ("LAUNCH", ("furlongs", "MB"), "MB"),
        ("LAUNCH", ("furlongs",), "furlongs"),
        ("WARMTH", ("K",), "K"),
        ("WARMTH", (), ""),
    ],
)
def test_the_unit_of_a_metric_is_the_first_label_that_fits_its_category(category, spellings, unit):
    assert unit_of(category, *spellings) == unit


def test_the_types_of_diagnostics_in_the_policy_are_those_of_the_table():
    assert get_args(DiagnosticType) == tuple(DIAGNOSTIC_TYPES)


def test_no_other_module_names_a_category_or_a_metric(root):
    """What is in the table stands nowhere else in the code, so no second table can disagree with it."""
    metrics = {metric for about in CATEGORIES.values() for metric in about.metrics} - {"background"}
    words = {*CATEGORIES, *metrics}
    named = {
        (path.relative_to(root).as_posix(), node.value)
        for path in (root / "gate").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words
    }

    assert {path for path, _ in named} == {"gate/model/catalogue.py"}


@pytest.mark.parametrize(
    ("device", "group"),
    [
        ("iPhone15,2", "all_iphones"),
        ("iPad13,1", "all_ipads"),
        ("MacBookPro18,1", "all_macs"),
        ("Mac15,3", "all_macs"),
        ("iMac21,1", "all_macs"),
        ("iPod9,1", ""),
        ("all_iphones", ""),
        ("any", ""),
    ],
)
def test_a_model_is_summed_up_in_the_group_of_its_family(device, group):
    assert group_of(device) == group


def test_every_category_has_its_importance():
    assert sorted(IMPORTANCE) == sorted(CATEGORIES)
