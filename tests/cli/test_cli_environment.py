"""Variables of the action choose nothing where the action does not run."""

import json

import pytest
from bodies import metrics_body


@pytest.fixture
def judged(gate, policy_file, tmp_path):
    """Judge a saved body: the result."""
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 1118))), encoding="utf-8")
    return lambda: json.loads(gate("check", "--policy", policy_file, "--snapshot", file, "--json", "-")[1])


LEFT_BEHIND = {
    "GATE_APP": "com.example.other",
    "GATE_VERSION": "1.2",
    "GATE_BUILD": "77",
    "GATE_BASELINE": "1.1",
    "GATE_CHECKOUT": "absent",
    "GATE_EVENT": "release",
}


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_a_variable_of_the_action_changes_nothing_outside_of_it(judged, environment, name):
    def told(result):
        return {key: value for key, value in result.items() if key != "receipt"}

    before = told(judged())
    environment.setenv(name, LEFT_BEHIND[name])

    assert told(judged()) == before


@pytest.mark.parametrize("name", ["GATE_POLICY", "GATE_SNAPSHOT"])
def test_no_file_is_taken_from_a_variable(gate, environment, policy_file, name):
    environment.setenv(name, str(policy_file))
    code, _, err = gate("check")

    assert code == 2
    assert "--policy" in err


def test_the_number_of_results_is_not_taken_from_a_variable(gate, environment, policy_file, tmp_path):
    saved, body = tmp_path / "result.json", tmp_path / "metrics.json"
    body.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 906))), encoding="utf-8")
    gate("check", "--policy", policy_file, "--snapshot", body, "--json", saved, "--quiet")
    environment.setenv("GATE_EXPECT", "7")

    assert gate("merge", saved)[0] == 0
