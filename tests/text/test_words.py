"""Apple's identifiers as a person would say them."""

import pytest

from gate.model.facts import SliceKey
from gate.model.result import AllowedLevel
from gate.text import words

LEVEL = AllowedLevel(value=1700.0, unit="ms", text="<= 1700 ms")


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


@pytest.mark.parametrize(
    ("until", "through_version", "text"),
    [
        ("2026-12-31", "", "waived up to +15% until 2026-12-31: New onboarding"),
        ("", "3.5", "waived up to +15% through 3.5: New onboarding"),
        ("2026-12-31", "3.5", "waived up to +15% until 2026-12-31, at most through 3.5: New onboarding"),
    ],
)
def test_a_waiver_ends_on_a_day_or_with_a_version(until, through_version, text):
    assert (
        words.waiver_words(0.15, until=until, through_version=through_version, reason="New onboarding")
        == text
    )


@pytest.mark.parametrize(
    ("up_to", "ceilings", "text"),
    [
        (0.15, {}, "+15%"),
        (0.0, {"level": LEVEL}, "1,700 ms"),
        (0.15, {"level": LEVEL}, "+15% and 1,700 ms"),
        (0.0, {"share": 0.45}, "45%"),
    ],
)
def test_a_waiver_has_a_ceiling_on_what_it_accepts(up_to, ceilings, text):
    said = words.waiver_words(up_to, until="", through_version="3.5", reason="Known", **ceilings)

    assert said == f"waived up to {text} through 3.5: Known"


@pytest.mark.parametrize(
    ("many", "text"),
    [((), ""), (("one",), "one"), (("one", "two"), "one or two"), (("a", "b", "c"), "a, b or c")],
)
def test_alternatives_are_joined_by_or(many, text):
    assert words.either(many) == text
