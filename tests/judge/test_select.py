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
