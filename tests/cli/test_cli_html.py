"""`--html`: the report as one file."""

import json

import pytest
from bodies import metrics_body


@pytest.fixture
def body(tmp_path):
    """A metrics body with a slower launch, as another tool saved it."""
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 1118))), encoding="utf-8")
    return file


def test_the_html_report_is_written_with_the_policy_as_resolved(gate, policy_file, body, tmp_path):
    report = tmp_path / "report.html"
    code, _, _ = gate("check", "--policy", policy_file, "--snapshot", body, "--html", report)
    text = report.read_text(encoding="utf-8")

    assert code == 1
    assert text.startswith("<!doctype html>")
    assert "must_detect: 25%" in text


def test_the_html_report_can_be_printed(gate, policy_file, body):
    code, out, err = gate("check", "--policy", policy_file, "--snapshot", body, "--html", "-")

    assert code == 1
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")
    assert err.startswith("fail: ")


def test_the_html_report_needs_a_place_of_its_own(gate, policy_file, body, tmp_path):
    report = tmp_path / "report"
    code, _, err = gate(
        "check", "--policy", policy_file, "--snapshot", body, "--html", report, "--json", report
    )

    assert code == 2
    assert "same place" in err
    assert not report.exists()


def test_the_demo_writes_an_html_report(gate, tmp_path):
    code, out, _ = gate("demo", "--out", tmp_path / "demo")

    assert code == 0
    assert "report.html" in out
    assert "flame-graph" in (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
