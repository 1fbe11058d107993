"""Which slices a rule judges, and how a selector without any is named."""

import pytest
from builders import series

from gate.judge.select import Slices, missing_key
from gate.model.facts import SliceKey
from gate.policy.types import Selector

LAUNCH = "LAUNCH/launchTime"
SLICES = Slices(
    [
        series(LAUNCH, (900,)),
        series("HANG/hangRate", (10,)),
        series(LAUNCH, (900,), percentile="p90"),
        series(LAUNCH, (900,), device="iPhone15,2"),
        series("LAUNCH/resumeTime", (400,), device="iPhone15,2"),
    ]
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (Selector(metric="*"), [0, 1, 2, 3, 4]),  # in the order of the payload, not of the metrics
        (Selector(metric=LAUNCH), [0, 2, 3]),
        (Selector(metric=LAUNCH, percentile="p50"), [0, 3]),
        (Selector(metric="LAUNCH/*", device="iPhone*"), [3, 4]),
        (Selector(metric=LAUNCH, device="all_*", percentile="p90"), [2]),
        (Selector(metric="*", platform="iOS"), [0, 1, 2, 3, 4]),
        (Selector(metric="*", platform="macOS"), []),
        (Selector(metric="MEMORY/*"), []),
    ],
)
def test_every_part_of_a_selector_must_match(selector, found):
    assert SLICES.matching(selector) == found


NAMED = Slices(
    [
        series(LAUNCH, (900,), device="all_iphones", device_name="All iPhones"),
        series(LAUNCH, (900,), device="iPhone15,2", device_name="iPhone 14 Pro"),
        series(LAUNCH, (900,), device="iPhone15,3", device_name="iPhone 14 Pro Max"),
        series(LAUNCH, (900,), device="iPhone11,4", device_name="iPhone XS Max"),
        series(LAUNCH, (900,), device="iPhone11,6", device_name="iPhone XS Max"),
        series(LAUNCH, (900,), device="iPhone99,1"),
    ]
)


@pytest.mark.parametrize(
    ("device", "found"),
    [
        ("iPhone 14 Pro", [1]),
        ("iphone 14 PRO", [1]),
        ("iPhone 14*", [1, 2]),
        ("iPhone XS Max", [3, 4]),  # one name, two models
        ("iPhone 15", []),
        ("iPhone15,2", [1]),
        ("iPhone*", [1, 2, 3, 4, 5]),
        ("iPhone14*", []),
    ],
)
def test_a_device_is_selected_by_its_identifier_or_by_the_name_that_apple_gives_it(device, found):
    assert NAMED.matching(Selector(metric=LAUNCH, device=device)) == found


@pytest.mark.parametrize(
    ("device", "near"),
    [
        ("iPhone 14 Pr", ("iPhone 14 Pro", "iPhone 14 Pro Max", "iPhone XS Max")),
        ("iPad Pro", ()),
        ("iphone 14 pro mux", ("iPhone 14 Pro Max", "iPhone 14 Pro", "iPhone XS Max")),
        ("iPhone 14 Pro", ()),  # it is there: the metric or the percentile is what matches nothing
        ("iPhone15,9", ()),
        ("Apple TV 4K", ()),
    ],
)
def test_a_device_name_that_nothing_has_is_compared_with_those_of_the_data(device, near):
    assert NAMED.like_device(Selector(metric="HANG/*", device=device)) == near


def test_names_are_those_of_the_payload():
    assert list(SLICES.names) == [LAUNCH, "HANG/hangRate", "LAUNCH/resumeTime"]


@pytest.mark.parametrize(
    ("selector", "key"),
    [
        (
            Selector(metric=LAUNCH, percentile="p90", device="all_ipads", platform="macOS"),
            SliceKey(
                platform="macOS", category="LAUNCH", metric="launchTime", device="all_ipads", percentile="p90"
            ),
        ),
        (
            Selector(metric="LAUNCH/a/b"),
            SliceKey(platform="iOS", category="LAUNCH", metric="a/b", device="any", percentile="any"),
        ),
    ],
)
def test_a_selector_without_a_match_is_named_in_its_own_words(selector, key):
    assert missing_key(selector) == key
