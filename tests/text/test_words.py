"""Apple's identifiers as a person would say them."""

import pytest

from gate.model.facts import SliceKey
from gate.text import words


@pytest.mark.parametrize(
    ("category", "metric", "text"),
    [
        ("LAUNCH", "launchTime", "launch time"),
        ("MEMORY", "peakMemory", "peak memory"),
        ("BATTERY", "onScreen", "battery on screen"),
        ("TERMINATION", "onScreen", "terminations on screen"),
        ("TERMINATION", "backgroundTerminations", "background terminations"),
        ("TERMINATION", "terminationRate", "termination rate"),
        ("STORAGE", "documents", "storage documents"),
        ("NETWORK", "bytesSent", "bytes sent"),
    ],
)
def test_a_metric_is_named_with_its_category_only_where_it_must_be(category, metric, text):
    assert words.metric_words(category, metric) == text


@pytest.mark.parametrize(
    ("device", "name", "text"),
    [
        ("all_iphones", "", "all iPhones"),
        ("all_iphones", "iPhones", "all iPhones"),
        ("iPhone15,2", "iPhone 14 Pro", "iPhone 14 Pro"),
        ("iPhone15,2", "", "iPhone15,2"),
        ("any", "", "any device"),
    ],
)
def test_a_device_has_the_name_that_people_know(device, name, text):
    assert words.device_words(device, name) == text


@pytest.mark.parametrize(
    ("percentile", "text"), [("p50", "launch time p50 on all iPads"), ("any", "launch time on all iPads")]
)
def test_a_slice_names_its_percentile_if_it_has_one(percentile, text):
    key = SliceKey(
        platform="iOS", category="LAUNCH", metric="launchTime", device="all_ipads", percentile=percentile
    )

    assert words.slice_words(key) == text


@pytest.mark.parametrize(
    ("versions", "text"),
    [
        ((), ""),
        (("3.3",), "3.3"),
        (("3.2", "3.3"), "3.2 and 3.3"),
        (("3.1", "3.2", "3.3"), "3.1, 3.2 and 3.3"),
        (("3.0", "3.1", "3.2", "3.3"), "3.0 to 3.3"),
    ],
)
def test_many_versions_are_a_range(versions, text):
    assert words.version_list(versions) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 rules"), (1, "1 rule"), (2, "2 rules")])
def test_one_is_not_plural(count, text):
    assert words.plural(count, "rule") == text
