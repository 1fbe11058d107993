"""Waivers in whole runs: the time that is given ends them, and no clock."""

import json

import pytest
import yaml
from bodies import metrics_body

REGRESSED = (900, 905, 899, 907, 903, 910, 1118)
POLICY = """\
version: 1
app: com.example.photos
rules:
  - id: launch
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    fail: "> +10%"
    limit: "<= 1000 ms"
waivers:
  - {rule: launch, up_to: "+30% and 1,150 ms", until: 2026-09-21, reason: New onboarding}
"""


@pytest.fixture
def check(gate, tmp_path):
    """A run at a time: exit code, result and standard error."""
    policy, body = tmp_path / "perf.yml", tmp_path / "metrics.json"
    policy.write_text(POLICY, encoding="utf-8")
    body.write_text(json.dumps(metrics_body(REGRESSED)), encoding="utf-8")

    def run(now):
        arguments = ("--policy", policy, "--snapshot", body, "--now", now, "--json", "-")
        code, out, err = gate("check", *arguments)
        return code, json.loads(out), err

    return run


@pytest.mark.parametrize(
    ("now", "code", "state", "fails_again"),
    [
        ("2026-09-21T23:59:59Z", 0, "in_force", False),
        ("2026-09-22T00:00:00Z", 1, "expired", True),
        ("2026-09-22T01:59:59+02:00", 0, "in_force", False),
    ],
)
def test_a_waiver_ends_at_midnight_by_the_time_of_the_run(check, now, code, state, fails_again):
    exit_code, result, err = check(now)
    [status] = result["waivers"]

    assert (exit_code, status["state"], status.get("fails_again", False)) == (code, state, fails_again)
    # The real day is later than both, so the policy's own warning is there each time; it decides nothing.
    assert "this waiver expired on 2026-09-21 and no longer applies" in err


def test_a_warning_and_what_to_do_about_it_are_two_sentences(gate, tmp_path):
    policy = tmp_path / "perf.yml"
    policy.write_text(POLICY, encoding="utf-8")
    _, _, err = gate("policy", "check", policy)

    assert (
        "this waiver expired on 2026-09-21 and no longer applies. Remove it, or give it a later end.\n" in err
    )


def test_a_policy_shows_its_waivers_as_it_reads_them(gate, tmp_path):
    policy = tmp_path / "perf.yml"
    policy.write_text(POLICY, encoding="utf-8")
    code, out, _ = gate("policy", "show", policy)
    [waiver] = yaml.safe_load(out)["waivers"]

    assert code == 0
    assert (waiver["rule"], waiver["up_to"]) == ("launch", "+30% and <= 1150 ms")
    assert (waiver["until"], waiver["reason"]) == ("2026-09-21", "New onboarding")
