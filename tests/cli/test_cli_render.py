"""`gate render`: a saved result in other formats."""

import json
from xml.etree import ElementTree as ET

import pytest
from bodies import metrics_body

from gate.report.formats import FORMATS, TEMPLATED

REGRESSED = (900, 905, 899, 907, 903, 910, 1118)


@pytest.fixture
def result(gate, policy_file, tmp_path):
    """A result saved by `gate check`."""
    body, saved = tmp_path / "body.json", tmp_path / "result.json"
    body.write_text(json.dumps(metrics_body(REGRESSED)), encoding="utf-8")
    gate("check", "--policy", policy_file, "--snapshot", body, "--json", saved, "--quiet")
    return saved


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_made_and_ends_with_0_whatever_the_verdict(gate, result, name):
    code, out, err = gate("render", result, "--format", name)

    assert (code, err) == (0, "")
    assert "launch" in out or name == "badge"


def test_without_a_format_the_terminals_report_is_printed(gate, result):
    assert gate("render", result)[1].startswith("FAIL  1.6 fails: launch time +24%")


@pytest.mark.parametrize("name", ["json", "markdown", "junit", "sarif"])
def test_what_is_rendered_is_what_check_writes(gate, policy_file, result, tmp_path, name):
    direct = tmp_path / "direct"
    moment = json.loads(result.read_text())["receipt"]["judged_at"]
    gate(
        "check",
        "--policy",
        policy_file,
        "--snapshot",
        tmp_path / "body.json",
        f"--{name}",
        direct,
        "--now",
        moment,
    )
    gate("render", result, "--format", name, "--out", tmp_path / "rendered")

    assert (tmp_path / "rendered").read_bytes() == direct.read_bytes()


def test_a_file_is_written_whole(gate, result, tmp_path):
    code, out, _ = gate("render", result, "--format", "junit", "--out", tmp_path / "junit.xml")

    assert (code, out) == (0, "")
    assert ET.parse(tmp_path / "junit.xml").getroot().get("failures") == "1"  # noqa: S314 our own document


@pytest.mark.parametrize("name", TEMPLATED)
def test_a_users_own_template_is_used(gate, result, tmp_path, name):
    template = tmp_path / "mine.jinja"
    template.write_text("[{{ verdict }}]", encoding="utf-8")
    _, out, _ = gate("render", result, "--format", name, "--template", template)

    assert "".join(out.split()).replace('"', "").replace("\\[", "[") == "[fail]"


def test_a_format_without_a_template_takes_none(gate, result, tmp_path):
    (tmp_path / "mine.jinja").write_text("{{ verdict }}", encoding="utf-8")
    code, _, err = gate("render", result, "--format", "junit", "--template", tmp_path / "mine.jinja")

    assert code == 2
    assert "takes no template" in err


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": "gate-result/2"}',
        '{"format": "gate-snapshot/1", "exchanges": []}',
        "\xff",
    ],
)
def test_what_is_no_result_is_wrong_usage(gate, tmp_path, content):
    file = tmp_path / "other.json"
    file.write_bytes(content.encode("latin-1"))
    code, out, err = gate("render", file)

    assert (code, out) == (2, "")
    assert "not a result" in err
    assert "gate check --json" in err


@pytest.mark.parametrize(
    "arguments", [(), ("--format", "pdf"), ("--out", "no/such/folder/file"), ("--template", "absent.jinja")]
)
def test_wrong_usage_exits_with_2(gate, result, arguments):
    extra = ("--format", "markdown") if "--template" in arguments else ()

    assert gate("render", *([result] if arguments else []), *arguments, *extra)[0] == 2


def test_a_result_of_a_newer_version_is_read(gate, result):
    saved = json.loads(result.read_text())
    saved["added_later"] = {"a": 1}
    saved["checks"][0]["also_added"] = "b"
    result.write_text(json.dumps(saved))

    assert gate("render", result)[0] == 0


def test_a_result_of_an_older_version_is_read(gate, result):
    saved = json.loads(result.read_text())
    frame = {"depth": 0, "symbol": "work()"}
    usual = {"type": "HANGS", "id": "1", "text": "work() + 4", "level": "warn", "change": "new", "rank": 1}
    numbers = {"weight": 0.4, "baseline_weight": None, "direction": "UP", "sentence": "It is new."}
    saved["signatures"] = [{**usual, **numbers, "blame": [frame]}]
    for added in ("gone_signatures", "signatures_baseline"):
        del saved[added]
    for added in ("allowed_value", "limit_value", "goal_value", "device_name"):
        del saved["checks"][0][added]
    result.write_text(json.dumps(saved))

    assert all(gate("render", result, "--format", name)[0] == 0 for name in FORMATS)


def test_a_result_of_an_older_gate_is_told_what_happened(gate, result, tmp_path):
    saved = json.loads(result.read_text(encoding="utf-8"))
    told = saved["incidents"], saved["sentence"]
    older = tmp_path / "older.json"
    kept = {name: value for name, value in saved.items() if name not in ("coverage", "incidents")}
    older.write_text(json.dumps({**kept, "sentence": "1.6 fails because of launch."}), encoding="utf-8")
    again = json.loads(gate("render", older, "--format", "json")[1])

    assert (again["incidents"], again["sentence"]) == told
    assert len(again["incidents"]) == 1
