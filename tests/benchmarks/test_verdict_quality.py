"""The benchmark of verdicts: corpora that can be made again, and scores that mean what they say."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest) -> Iterator[dict[str, ModuleType]]:
    """The benchmark's modules, which are scripts and not part of the package."""
    folder = str(Path(request.config.rootpath) / "benchmarks")
    sys.path.insert(0, folder)
    names = ("world", "make_corpus", "rivals", "adapter", "verdict_quality")
    try:
        yield {name: __import__(name) for name in names}
    finally:
        sys.path.remove(folder)
        for name in names:
            sys.modules.pop(name, None)


def test_a_case_can_be_made_again_alone(bench):
    make, world = bench["world"].make_case, bench["world"].WORLDS["usual"]

    assert make(world, 7, 3) == make(world, 7, 3)
    assert make(world, 7, 3) != make(world, 8, 3)


def test_every_world_makes_payloads_that_the_gate_can_judge(bench):
    worlds = bench["world"].WORLDS.values()

    assert worlds
    for world in worlds:
        payload, truth = bench["world"].make_case(world, 1, 0)
        found = bench["adapter"].verdicts(json.dumps(payload).encode())

        assert truth["metric"] is None or truth["metric"] in found
        assert set(found.values()) <= {"pass", "warn", "fail", "inconclusive"}


def test_the_truth_lists_what_changed_above_the_floor(bench):
    world = bench["world"].WORLDS["usual"]
    truths = [bench["world"].make_case(world, 1, number)[1] for number in range(60)]
    by_kind = {truth["kind"]: truth for truth in truths}

    assert by_kind["null"]["changed"] == []
    assert by_kind["step"]["expect"] == "regressed"
    assert {change["percentile"] for change in by_kind["p90"]["changed"]} == {"ninety"}


def test_healthy_builds_stay_within_the_alarm_budget_and_large_regressions_are_seen(bench, tmp_path):
    bench["make_corpus"].write(tmp_path, bench["world"].WORLDS["usual"], seed=11, cases=160)
    judges = {"gate": lambda body, _: bench["adapter"].verdicts(body)}
    counts = bench["verdict_quality"].score([tmp_path], judges)["gate"].counts

    assert counts["alarm"] <= 0.05 * counts["clean"]
    assert counts["big fail"] >= 0.5 * counts["big"]
    assert counts["big pass"] <= 0.03 * counts["big"]


def test_hand_written_rules_compare_with_one_or_four_versions(bench):
    rivals = bench["rivals"]

    assert rivals.above_previous([100, 100, 80, 89])
    assert not rivals.above_previous([100, 100, 80, 88])
    assert not rivals.above_mean_of_four([500, 100, 100, 80, 80, 95])


def test_the_interval_of_a_share_is_wilson_s(bench):
    low, high = bench["verdict_quality"].wilson(2, 50)

    assert (low, high) == pytest.approx((0.0110, 0.1346), abs=1e-4)
