"""Headers of App Store Connect: what they count, where they lead, and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.appstore.headers import describe_limits, host_of, one_line, rate_limits


@pytest.mark.parametrize(
    ("header", "limits"),
    [
        ("user-hour-lim:3500;user-hour-rem:500;", {"user-hour-lim": 3500, "user-hour-rem": 500}),
        (
            "user-hour-lim:3600;user-hour-rem:3599;user-minute-lim:150;user-minute-rem:-3;",
            {"user-hour-lim": 3600, "user-hour-rem": 3599, "user-minute-lim": 150, "user-minute-rem": -3},
        ),
        (
            "user-hour-lim:1;user-hour-rem:0;, user-minute-lim:2;user-minute-rem:1;",
            {"user-hour-lim": 1, "user-hour-rem": 0, "user-minute-lim": 2, "user-minute-rem": 1},
        ),
        ("team-day-lim : 9", {"team-day-lim": 9}),
        ("", {}),
        ("unlimited", {}),
        ("user-hour-lim:many", {}),
    ],
)
def test_whatever_a_rate_limit_header_counts_is_read(header, limits):
    assert rate_limits(header) == limits


@given(st.text())
def test_no_rate_limit_header_is_an_error(header):
    assert all(isinstance(count, int) for count in rate_limits(header).values())


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"user-hour-lim": 3500, "user-hour-rem": 500}, "user-hour: 500 of 3500 left"),
        ({"user-minute-rem": -3, "user-minute-lim": 150}, "user-minute: -3 of 150 left"),
        ({"user-hour-rem": 5}, "user-hour-rem: 5"),
        ({"user-hour-lim": 5, "burst": 1}, "user-hour-lim: 5, burst: 1"),
        ({}, ""),
    ],
)
def test_rate_limits_in_words(limits, text):
    assert describe_limits(limits) == text


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://user:password@example.com/path?token=1", "example.com"),
        ("https://[::1", "an address that can't be read"),
        ("", "an address that can't be read"),
        ("https://" + "a" * 500, "a" * 119 + "…"),
    ],
)
def test_of_a_foreign_link_only_the_host_is_shown(link, host):
    assert host_of(link) == host


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo\t three", "one two three"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\u202eevil", "evil"),
        ("abcdef", "abcd…"),
    ],
)
def test_text_from_outside_becomes_one_short_line(text, line):
    assert one_line(text, 5 if text == "abcdef" else 300) == line
