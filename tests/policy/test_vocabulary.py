"""What a selector can reach."""

import pytest

from gate.policy.vocabulary import can_have_ios


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("any", True),
        ("*", True),
        ("all_*", True),
        ("all_iphones", True),
        ("all_ipads", True),
        ("all iPhones", True),
        ("All  iPads", True),
        ("all Macs", False),
        ("all_macs", False),
        ("all_m*", False),
        ("iPhone15,2", True),
        ("iPad13,1", True),
        ("iPod9,1", True),
        ("iP*", True),
        ("*15,2", True),
        ("iPhone 14 Pro", True),
        ("iPhone 14*", True),
        ("MacBook Pro*1?-inch*", False),
        ("Mac14,2", False),
        ("MacBookPro18,1", False),
        ("Mac*", False),
        ("MacBook Pro (14-inch)", False),
        ("iMac21,1", False),
        ("Watch7,1", False),
        ("AppleTV14,1", False),
        ("RealityDevice14,1", False),
    ],
)
def test_only_iphones_ipads_and_ipods_have_ios(pattern, expected):
    assert can_have_ios(pattern) is expected
