"""`gate show`: the history of a slice in the terminal."""

import json
import os
import subprocess
import sys

import pytest
from bodies import metrics_body

REGRESSED = (900, 905, 899, 907, 903, 910, 1118)


@pytest.fixture
def body(tmp_path):
    """A metrics body with one series."""
    file = tmp_path / "body.json"
    file.write_text(json.dumps(metrics_body(REGRESSED)), encoding="utf-8")
    return file


@pytest.fixture
def result(gate, policy_file, body, tmp_path):
    """A result saved by `gate check`."""
    saved = tmp_path / "result.json"
    gate("check", "--policy", policy_file, "--snapshot", body, "--json", saved, "--quiet")
    return saved


def test_a_metric_is_drawn_from_a_snapshot_without_a_policy(gate, body):
    code, out, err = gate("show", "LAUNCH/launchTime", "--snapshot", body)

    assert (code, err) == (0, "")
    assert out.startswith("launch time p50 on all iPhones\n")
    assert [line.split()[0] for line in out.splitlines()[2:9]] == [f"1.{minor}" for minor in range(7)]
    assert "B baseline 905 ms (1.2 to 1.5)" in out
    assert "A allowed" not in out


def test_a_policy_adds_what_it_allows_and_what_it_says(gate, policy_file, body):
    _, out, _ = gate("show", "launch", "--policy", policy_file, "--snapshot", body)

    assert out.startswith("launch time p50 on all iPhones  fail  launch\n")
    assert "A allowed up to" in out
    assert "passes at" in out


def test_a_rule_is_drawn_from_a_result(gate, result):
    _, out, _ = gate("show", "launch", "--result", result)

    assert out.startswith("launch time p50 on all iPhones  fail  launch\n")


@pytest.mark.parametrize("name", ["LAUNCH/*", "launch/launchtime", "*/launchTime"])
def test_a_metric_may_be_a_glob_in_any_case(gate, result, name):
    assert gate("show", name, "--result", result)[0] == 0


def test_slices_can_be_picked(gate, sandboxed, tmp_path):
    saved = tmp_path / "snapshot.json"
    with sandboxed() as sandbox:
        gate("fetch", "--app", sandbox.app, "--out", saved)
    _, out, _ = gate(
        "show", "LAUNCH/launchTime", "--device", "iPhone1?,*", "--percentile", "p90", "--snapshot", saved
    )

    titles = [line for line in out.splitlines() if line.startswith("launch time")]
    assert titles
    assert all("p90 on iPhone" in title for title in titles)


def test_a_live_app_is_asked_without_its_signatures(gate, sandboxed):
    with sandboxed() as sandbox:
        code, out, _ = gate("show", "HANG/hangRate", "--device", "all_iphones", "--app", sandbox.app)
        asked = [request.path for request in sandbox.requests]

    assert code == 0
    assert "hang rate p90 on all iPhones" in out
    assert not any("diagnosticLogs" in path for path in asked)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("LAUNCH/lauchTime", (), "did you mean LAUNCH/launchTime?"),
        ("DISK/nothing", (), "there are LAUNCH/launchTime"),
        ("LAUNCH/launchTime", ("--device", "all_ipads"), "it has p50 on all_iphones"),
        ("LAUNCH/launchTime", ("--percentile", "p90"), "it has p50 on all_iphones"),
    ],
)
def test_what_is_not_there_is_wrong_usage_and_what_is_there_is_named(gate, result, name, options, words):
    code, out, err = gate("show", name, "--result", result, *options)

    assert (code, out) == (2, "")
    assert words in err


def test_an_app_without_any_value_has_nothing_to_show(gate, tmp_path):
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps(metrics_body(())), encoding="utf-8")
    code, _, err = gate("show", "LAUNCH/launchTime", "--snapshot", empty)

    assert code == 2
    assert "no measured slices" in err


def test_a_rule_needs_something_that_knows_rules(gate, body):
    code, _, err = gate("show", "launch", "--snapshot", body)

    assert code == 2
    assert "--policy" in err


def test_a_console_without_unicode_gets_plain_signs(body):
    command = [sys.executable, "-m", "gate", "show", "LAUNCH/launchTime", "--snapshot", str(body)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)  # noqa: S603

    assert done.stdout.isascii()
    assert b"*" in done.stdout
    assert b"?" not in done.stdout
