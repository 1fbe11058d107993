"""`gate check`: whole runs, each exit code, and what is written."""

import json

import pytest
from bodies import metrics_body

REGRESSED = (900, 905, 899, 907, 903, 910, 1118)
HEALTHY = (900, 905, 899, 907, 903, 910, 906)


@pytest.fixture
def body(tmp_path):
    """A metrics body that another tool saved."""

    def save(values=REGRESSED):
        file = tmp_path / "metrics.json"
        file.write_text(json.dumps(metrics_body(values)), encoding="utf-8")
        return file

    return save


# --- exit codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code", "verdict"), [(HEALTHY, 0, "pass"), (REGRESSED, 1, "fail"), ((), 0, "undecided")]
)
def test_a_saved_body_is_judged_offline(gate, policy_file, body, values, code, verdict):
    exit_code, out, _ = gate("check", "--policy", policy_file, "--snapshot", body(values), "--json", "-")

    assert exit_code == code
    assert json.loads(out)["verdict"] == verdict


def test_undecided_blocks_with_3_where_the_policy_says_so(gate, policy_file, body):
    policy_file.write_text(policy_file.read_text() + "    on_undecided: block\n")

    assert gate("check", "--policy", policy_file, "--snapshot", body(()))[0] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--policy", "absent.yml"),
        ("--now", "yesterday"),
        ("--json", "-", "--markdown", "-"),
        ("--json", "no/such/folder/result.json"),
        ("--build", "120163fa-8c9d-50de-98f7-a27dd5e543f8"),
    ],
)
def test_wrong_usage_exits_with_2(gate, policy_file, body, arguments):
    usual = ("--policy", policy_file) if arguments and arguments[0] != "--policy" else ()
    code, out, err = gate("check", *usual, "--snapshot", body(), *arguments)

    assert (code, out) == (2, "")
    assert err


def test_a_wrong_policy_exits_with_2_and_lists_every_problem(gate, tmp_path, body):
    file = tmp_path / "wrong.yml"
    file.write_text('version: 1\nrules:\n  - id: a\n    metrik: LAUNCH/*\n    fail: "> +80"\n')
    code, out, err = gate("check", "--policy", file, "--snapshot", body())

    assert (code, out) == (2, "")
    assert f"{file}:4:5:" in err
    assert f"{file}:5:11:" in err


@pytest.mark.parametrize("content", ["", "{", "[]", "<html>", '{"data": []}', '{"productData": null}'])
def test_an_unreadable_snapshot_exits_with_4(gate, tmp_path, policy_file, content):
    file = tmp_path / "snapshot.json"
    file.write_text(content)
    code, out, err = gate("check", "--policy", policy_file, "--snapshot", file)

    assert (code, out) == (4, "")
    assert "What to do" in err


def test_no_key_exits_with_2_and_says_what_to_set(gate, policy_file):
    code, _, err = gate("check", "--policy", policy_file)

    assert code == 2
    assert "ASC_KEY_ID" in err


def test_a_foreign_address_is_refused(gate, policy_file, sandboxed):
    with sandboxed():
        code, _, err = gate("check", "--policy", policy_file, "--base-url", "https://example.com")

    assert code == 2
    assert "gate sandbox" in err


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("fault-forbidden", "role"),
        ("fault-agreement", "agreement"),
        ("fault-expired", "clock"),
        ("fault-not-json", "web page"),
        ("fault-redirect", "redirect"),
    ],
)
def test_a_service_that_can_not_be_read_exits_with_4(gate, policy_file, sandboxed, scenario, words):
    with sandboxed(scenario):
        code, out, err = gate("check", "--policy", policy_file)

    assert (code, out) == (4, "")
    assert words in err


def test_a_defect_of_the_gate_never_looks_like_a_verdict(gate, policy_file, body, monkeypatch):
    monkeypatch.setattr("gate.judge.run.order", lambda _: 1 / 0)
    code, out, err = gate("check", "--policy", policy_file, "--snapshot", body())

    assert (code, out) == (4, "")
    assert "internal error (ZeroDivisionError)" in err


# --- live runs --------------------------------------------------------------------------------------


def test_a_live_run_and_its_snapshot_give_the_same_result(gate, policy_file, sandboxed, tmp_path):
    live, saved, again = tmp_path / "live.json", tmp_path / "snapshot.json", tmp_path / "again.json"
    now = ("--now", "2026-09-21T12:00:00Z")
    policy_file.write_text(policy_file.read_text() + "evidence:\n  max_age: 3650d\n")
    with sandboxed() as sandbox:
        first = gate("check", "--policy", policy_file, *now, "--json", live, "--save-snapshot", saved)
        key = sandbox.private_key
    second = gate("check", "--policy", policy_file, *now, "--json", again, "--snapshot", saved)

    assert first[0] == second[0]
    assert live.read_bytes() == again.read_bytes()
    assert key.splitlines()[1] not in saved.read_text()
    assert "Bearer" not in saved.read_text()
    assert "eyJ" not in saved.read_text()


def test_the_command_line_chooses_version_and_baseline(gate, policy_file, sandboxed):
    with sandboxed():
        _, out, _ = gate(
            "check", "--policy", policy_file, "--version", "3.3", "--baseline", "3.1", "--json", "-"
        )

    result = json.loads(out)
    assert result["candidate"] == "3.3"
    assert result["checks"][0]["baseline"]["versions"] == ["3.1"]


def test_one_build_is_judged_by_its_own_metrics(gate, policy_file, sandboxed):
    with sandboxed() as sandbox:
        _, out, _ = gate(
            "check", "--policy", policy_file, "--version", "3.4", "--build", "340", "--json", "-"
        )
        asked = [request.path for request in sandbox.requests]

    assert json.loads(out)["candidate"] == "3.4"
    assert any("/v1/builds/" in path and "perfPowerMetrics" in path for path in asked)


@pytest.mark.parametrize("scenario", ["empty", "first-release"])
def test_too_little_data_is_never_a_pass(gate, policy_file, sandboxed, scenario):
    with sandboxed(scenario):
        code, out, _ = gate("check", "--policy", policy_file, "--json", "-")

    assert (code, json.loads(out)["verdict"]) == (0, "undecided")


@pytest.mark.parametrize("scenario", ["healthy", "improved", "noisy", "sparse"])
def test_no_scenario_without_a_regression_fails(gate, policy_file, sandboxed, scenario):
    with sandboxed(scenario):
        code, out, _ = gate("check", "--policy", policy_file, "--json", "-")

    assert code == 0
    assert json.loads(out)["verdict"] != "fail"


def test_verbose_shows_rate_limits_on_standard_error_and_no_token(gate, policy_file, sandboxed):
    with sandboxed("healthy"):
        _, out, err = gate("check", "--policy", policy_file, "--verbose", "--json", "-")

    assert "user-hour-lim" in err
    assert "eyJ" not in out + err


# --- what is written --------------------------------------------------------------------------------


def test_reports_are_written_and_the_terminal_explains(gate, policy_file, body, tmp_path):
    report, result = tmp_path / "report.md", tmp_path / "result.json"
    code, out, _ = gate(
        "check", "--policy", policy_file, "--snapshot", body(), "--markdown", report, "--json", result
    )

    sentence = json.loads(result.read_text())["sentence"]
    assert code == 1
    assert sentence in " ".join(out.split())
    assert sentence.split(":")[0] in report.read_text().splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_is_written_when_the_run_ends_in_an_error(gate, policy_file, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    before = sorted(tmp_path.iterdir())
    gate("check", "--policy", policy_file, "--snapshot", broken, "--json", tmp_path / "result.json")

    assert sorted(tmp_path.iterdir()) == before


def test_an_old_report_survives_an_error(gate, policy_file, tmp_path):
    result = tmp_path / "result.json"
    result.write_text("old")
    gate("check", "--policy", policy_file, "--snapshot", tmp_path / "absent.json", "--json", result)

    assert result.read_text() == "old"


def test_quiet_prints_one_sentence(gate, policy_file, body):
    _, out, _ = gate("check", "--policy", policy_file, "--snapshot", body(), "--quiet")

    assert out == "fail: 1.6 fails: launch time +24% (905 → 1,118 ms) on all iPhones.\n"


def test_a_report_on_standard_output_is_alone_there(gate, policy_file, body):
    _, out, err = gate("check", "--policy", policy_file, "--snapshot", body(), "--json", "-")

    assert json.loads(out)
    assert err == "fail: 1.6 fails: launch time +24% (905 → 1,118 ms) on all iPhones.\n"


def test_the_users_own_template_is_used(gate, policy_file, body, tmp_path):
    (tmp_path / "mine.md.jinja").write_text("Verdict of {{ candidate }}: {{ verdict }}\n")
    policy_file.write_text(policy_file.read_text() + "report:\n  template: mine.md.jinja\n")
    _, out, _ = gate("check", "--policy", policy_file, "--snapshot", body(), "--markdown", "-")

    assert out == "Verdict of 1.6: fail\n"


def test_a_template_that_fails_leaves_nothing_behind(gate, policy_file, body, tmp_path):
    (tmp_path / "mine.md.jinja").write_text("{{ no_such_thing }}\n")
    policy_file.write_text(policy_file.read_text() + "report:\n  template: mine.md.jinja\n")
    result = tmp_path / "result.json"
    code, _, err = gate(
        "check",
        "--policy",
        policy_file,
        "--snapshot",
        body(),
        "--markdown",
        tmp_path / "r.md",
        "--json",
        result,
    )

    assert code == 2
    assert "mine.md.jinja" in err or "template" in err
    assert not result.exists()


@pytest.mark.parametrize("template", ["/etc/hostname", "../secret.txt"])
def test_a_template_outside_the_policys_folder_is_refused(gate, policy_file, body, template):
    policy_file.write_text(policy_file.read_text() + f"report:\n  template: {template}\n")
    code, _, err = gate("check", "--policy", policy_file, "--snapshot", body(), "--markdown", "-")

    assert code == 2
    assert "outside the policy's folder" in err


def test_a_warning_about_the_policy_goes_to_standard_error_with_its_suggestion(gate, policy_file, body):
    policy_file.write_text(policy_file.read_text().replace("launchTime", "lauchTime"))
    _, _, err = gate("check", "--policy", policy_file, "--snapshot", body(), "--quiet")

    assert f"gate: warning: {policy_file}:5:" in err
    assert "LAUNCH/launchTime" in err
