"""What the demo tells, from the sandbox and the repository of the example app."""

import json

import pytest


@pytest.fixture
def told(gate, tmp_path):
    """The result of the demo."""
    gate("demo", "--out", tmp_path / "out")
    return json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))


def test_the_demo_tells_of_launch_and_of_hangs_and_of_nothing_else(told):
    launch, hangs = told["incidents"]
    names = {f"{one['type']} {one['rank']}": position for position, one in enumerate(told["signatures"])}

    assert (launch["category"], launch["state"], launch["blocks"]) == ("LAUNCH", "fail", True)
    assert launch["title"] == "launch time +23% (907 → 1,118 ms) on all iPhones and all iPads"
    assert launch["rules"] == ["launch-typical", "launch-models"]
    assert launch["signatures"] == [names["LAUNCHES 1"]]
    assert (hangs["category"], hangs["state"], hangs["blocks"]) == ("HANG", "fail", True)
    assert hangs["signatures"] == [names["HANGS 1"]]
    for one, metric in ((launch, "LAUNCH/launchTime"), (hangs, "HANG/hangRate")):
        assert [told["insights"][position]["slice_name"] for position in one["insights"]] == [metric]
        (place,) = one["places"]
        assert (place["path"], place["line"]) == ("Sources/Library/CatalogueCoder.swift", 56)
        assert place["owners"] == ["@example/library"]
        assert (place["suspects"][0]["pull_request"], place["suspects"][0]["touched"]) == (421, "function")


def test_the_headline_of_the_demo_is_a_fact(told):
    assert told["sentence"] == (
        "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones and iPads; hang rate +32% on all iPhones. "
        "Both blame CatalogueCoder.swift:56, changed by #421."
    )
