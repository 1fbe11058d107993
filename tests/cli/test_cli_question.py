"""A saved snapshot only answers what it was made for."""

import json

import pytest

REGRESSED_APP = "com.example.photos"


@pytest.fixture
def saved(gate, sandboxed, tmp_path):
    """A snapshot of the regressed app, as `gate fetch` saves it; options choose another version or build."""

    def fetch(*options):
        file = tmp_path / "snapshot.json"
        with sandboxed() as sandbox:
            assert gate("fetch", "--app", sandbox.app, *options, "--out", file)[0] == 0
        return file

    return fetch


def test_a_snapshot_of_another_app_is_refused(gate, policy_file, saved):
    policy_file.write_text(policy_file.read_text().replace(REGRESSED_APP, "com.example.mail"))
    code, out, err = gate("check", "--policy", policy_file, "--snapshot", saved())

    assert (code, out) == (2, "")
    assert f"not about app com.example.mail\nLikely cause: it was made for {REGRESSED_APP}" in err


def test_the_numeric_id_names_the_same_app(gate, policy_file, saved):
    code, _, _ = gate("check", "--policy", policy_file, "--snapshot", saved(), "--app", "1234567890")

    assert code == 1


@pytest.mark.parametrize(
    "options", [("--build", "a-build"), ("--version", "3.3"), ("--version", "3.4", "--build", "999")]
)
def test_a_snapshot_of_another_build_or_version_is_refused(gate, policy_file, saved, options):
    file = saved("--version", "3.4", "--build", "340")
    code, out, _ = gate("check", "--policy", policy_file, "--snapshot", file, *options)

    assert (code, out) == (2, "")


@pytest.mark.parametrize("build", ["340", ""])
def test_a_snapshot_of_the_same_build_is_judged(gate, policy_file, saved, build):
    file = saved("--version", "3.4", "--build", "340")
    options = ("--version", "3.4", "--build", build) if build else ()

    assert gate("check", "--policy", policy_file, "--snapshot", file, *options)[0] in (0, 1)


def test_metrics_of_another_app_inside_a_snapshot_are_refused(gate, policy_file, saved):
    file = saved()
    file.write_text(
        file.read_text().replace("/v1/apps/1234567890/perfPowerMetrics", "/v1/apps/999/perfPowerMetrics")
    )

    assert gate("check", "--policy", policy_file, "--snapshot", file)[0] == 4


def test_another_version_is_not_judged_by_this_ones_signatures(gate, policy_file, saved):
    policy_file.write_text(
        policy_file.read_text() + "signatures: {new: fail, growing: fail, max_weight: 10%}\n"
    )
    code, out, _ = gate(
        "check", "--policy", policy_file, "--snapshot", saved(), "--version", "3.3", "--json", "-"
    )

    result = json.loads(out)
    assert (code, result["candidate"], result["signatures"]) == (0, "3.3", [])
    assert "the snapshot has those of 3.4, and 3.3 is judged" in result["notes"][0]


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_time_that_no_clock_shows_is_no_defect_of_the_gate(gate, policy_file, saved, time):
    file = saved()
    document = json.loads(file.read_text())
    for exchange in document["exchanges"]:
        exchange["received"] = time
    file.write_text(json.dumps(document))
    code, _, err = gate("check", "--policy", policy_file, "--snapshot", file)

    assert code == 4
    assert "internal error" not in err


def test_a_snapshot_of_whole_versions_has_no_metrics_of_a_build(gate, policy_file, saved):
    code, _, err = gate("check", "--policy", policy_file, "--snapshot", saved(), "--build", "340")

    assert code == 2
    assert "this snapshot has those of whole versions" in err


def test_the_refusal_of_another_version_names_the_one_that_was_fetched(gate, policy_file, saved):
    file = saved("--version", "3.4", "--build", "340")
    code, _, err = gate(
        "check", "--policy", policy_file, "--snapshot", file, "--version", "3.3", "--build", "340"
    )

    assert code == 2
    assert "not about version 3.3\nLikely cause: it was made for a build of 3.4" in err
