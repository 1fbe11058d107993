"""What could not be decided, in whole runs: told in a few lines, whatever the policy holds."""

import json
from datetime import UTC, datetime

import pytest

from gate.policy.presets import text as preset

LATER = "Run it again in a few days: Apple publishes a number once enough users have the version."
DAY = 86400


@pytest.fixture
def undecided(gate, sandboxed, tmp_path):
    """The groups of a run of a scenario by the starter preset, `days` after its newest version was uploaded."""

    def run(scenario, days=2):
        file = tmp_path / "perf.yml"
        file.write_text(preset("preset:starter"), encoding="utf-8")
        snapshot = tmp_path / "snapshot.json"
        with sandboxed(scenario) as sandbox:
            uploaded = sandbox.scenario.versions[-1].uploaded
            assert gate("fetch", "--app", sandbox.app, "--out", snapshot)[0] == 0
        now = (
            datetime(uploaded.year, uploaded.month, uploaded.day, 17, 30, tzinfo=UTC).timestamp() + days * DAY
        )
        moment = datetime.fromtimestamp(now, UTC).isoformat()
        # As if it had been fetched then: a snapshot is too old or too new otherwise.
        content = json.loads(snapshot.read_text(encoding="utf-8"))
        for exchange in content["exchanges"]:
            exchange["received"] = moment
        snapshot.write_text(json.dumps(content), encoding="utf-8")
        _, out, _ = gate("check", "--policy", file, "--snapshot", snapshot, "--now", moment, "--json", "-")
        return json.loads(out)["undecided"]

    return run


def test_an_app_without_data_is_told_in_one_line(undecided):
    (group,) = undecided("empty")

    assert (group["kind"], group["remedy"]) == ("not_yet", LATER)
    assert (
        group["sentence"] == "1.1 went on sale at most 2 days ago, and Apple has no numbers for this app yet."
    )


def test_a_first_release_is_told_as_young(undecided):
    assert {group["kind"] for group in undecided("first-release")} == {"not_yet"}


@pytest.mark.parametrize(
    "scenario", ["empty", "first-release", "sparse", "healthy", "noisy", "regressed", "drifted"]
)
def test_every_scenario_is_told_in_five_lines(undecided, scenario):
    assert len(undecided(scenario)) <= 5


def test_a_young_version_is_told_with_its_age_and_what_never_comes_apart(undecided):
    found = {group["kind"]: group["sentence"] for group in undecided("sparse", days=5)}

    assert found["not_yet"].startswith(
        "1.3 went on sale at most 5 days ago, and Apple has no value of it yet for "
    )
    assert found["never"]
