"""What the data holds, and what it lacks."""

import pytest
from builders import facts, series
from msgspec.structs import replace

from gate.judge.seen import Seen
from gate.model.facts import GoalBand, SliceKey
from gate.model.versions import Timeline

LAUNCH = "LAUNCH/launchTime"
KEY = SliceKey(platform="iOS", category="LAUNCH", metric="launchTime", device="all_iphones", percentile="p50")
SEEN = Seen(
    facts(
        series(LAUNCH, [900.0, 905.0]),
        series(LAUNCH, [900.0, None], device="iPhone15,2", device_name="iPhone 14 Pro"),
        series("HANG/hangRate", [None, None]),
        series(
            "HANG/hangRate", [4.0], device="all_ipads", versions=("3.1",), problem="Apple sent this twice."
        ),
    ),
    Timeline(versions=("3.1", "3.3", "3.4")),
    "3.4",
)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, None),
        ({"platform": "any"}, None),
        ({"device": "iPhone*"}, None),
        ({"device": "iphone 14 pro"}, None),
        ({"category": "*", "metric": "*", "device": "any", "percentile": "any"}, None),
        ({"platform": "macOS", "metric": "other"}, "platform"),
        ({"metric": "other", "device": "all_ipads"}, "metric"),
        ({"category": "HANG", "metric": "hangRate", "device": "all_iphones"}, "device"),
        ({"device": "all_ipads", "percentile": "p90"}, "device"),
        ({"percentile": "p90"}, "percentile"),
    ],
)
def test_the_first_part_that_no_version_has_is_found(parts, expected):
    assert SEEN.lacking(replace(KEY, **parts)) == expected


def test_versions_are_those_with_a_value_that_can_be_trusted():
    assert (SEEN.versions, SEEN.others, SEEN.is_measured) == (("3.3", "3.4"), ("3.3",), True)


@pytest.mark.parametrize(
    ("parts", "newest", "now"),
    [
        ({}, "3.4", True),
        ({"device": "iPhone15,2"}, "3.3", False),
        ({"category": "HANG", "metric": "hangRate"}, "", False),
        ({"device": "all_macs"}, "", False),
    ],
)
def test_the_newest_version_of_a_slice_is_found(parts, newest, now):
    key = replace(KEY, **parts)

    assert (SEEN.newest_of(key), SEEN.is_measured_now(key)) == (newest, now)


def test_devices_are_those_of_the_metrics_asked_for():
    assert SEEN.devices(LAUNCH) == ("all_iphones", "iPhone15,2")
    assert SEEN.devices() == ("all_iphones", "iPhone15,2", "all_ipads")


def test_nothing_is_near_what_is_like_no_metric():
    assert SEEN.nearest("zzz") == ""


@pytest.mark.parametrize(
    ("fields", "device", "expected"),
    [
        ({}, "all_iphones", False),
        ({"recommended": 1000.0}, "all_iphones", True),
        ({"bands": (GoalBand(name="good", upper=950.0),)}, "all_iphones", True),
        ({"recommended": 1000.0}, "all_ipads", False),
    ],
)
def test_a_slice_has_a_goal_where_apple_gives_it_one_or_bands(fields, device, expected):
    seen = Seen(facts(series(LAUNCH, [900.0], **fields)), Timeline(versions=("3.4",)), "3.4")

    assert seen.has_goal(replace(KEY, device=device)) is expected
