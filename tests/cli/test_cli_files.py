"""Files that can't be read or written: said clearly, and never in place of a verdict."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest
from bodies import metrics_body

from gate.cli.files import check_targets, read_text, write
from gate.cli.output import write_or_fail
from gate.errors import MachineError, UsageError

TOO_LONG = "x" * 250
"""A name that a folder takes, and that leaves no room for what is written beside it first."""


@pytest.fixture
def body(tmp_path):
    """A saved body of a release that passes."""
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 906))), encoding="utf-8")
    return file


def test_a_text_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "perf.yml"
    file.write_bytes("app: Größe".encode("latin-1"))

    with pytest.raises(UsageError, match="is not UTF-8 text"):
        read_text(file, what="policy")


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path):
    file = tmp_path / "perf.yml"
    file.write_bytes(b"\xef\xbb\xbfversion: 1\n")

    assert read_text(file, what="policy") == "version: 1\n"


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (("", None), "is a folder"),
        (("absent/report.md",), "does not exist"),
        (("report.md", "report.md"), "go to the same place"),
    ],
)
def test_a_target_that_can_not_work_is_refused_before_any_work(tmp_path, targets, words):
    named = [target if target is None else tmp_path / target for target in targets]

    with pytest.raises(UsageError, match=words):
        check_targets(*named)


def test_a_write_that_fails_leaves_nothing_beside_its_target(tmp_path):
    target = tmp_path / "report.md"
    target.mkdir()

    with pytest.raises(OSError, match="directory"):
        write(target, b"text")
    assert list(tmp_path.iterdir()) == [target]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "report.md"
    target.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space left"):
        write(target, b"new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.md", "old")]


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_report_has_the_mode_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path / "report.md", b"text")
    finally:
        os.umask(before)

    assert (tmp_path / "report.md").stat().st_mode & 0o777 == 0o640


POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="pipes and sockets in folders are those of POSIX")


@POSIX_ONLY
def test_a_pipe_is_written_into_and_stays(tmp_path):
    pipe = tmp_path / "report.md"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"text")
        assert os.read(reading, 100) == b"text"
    finally:
        os.close(reading)
    assert pipe.is_fifo()


@POSIX_ONLY
def test_a_link_to_a_pipe_is_written_into(tmp_path):
    pipe, link = tmp_path / "pipe", tmp_path / "report.md"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(link, b"text")
        assert os.read(reading, 100) == b"text"
    finally:
        os.close(reading)
    assert link.is_symlink()


@pytest.mark.parametrize("old", ["old", None])
def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path, old):
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "report.md", tmp_path / "link.md"
    if old is not None:
        target.write_text(old)
    link.symlink_to(target)
    write(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_links_in_a_circle_are_refused_and_stay(tmp_path):
    link = tmp_path / "report.md"
    link.symlink_to(link)

    with pytest.raises(OSError, match=r"report\.md"):
        write(link, b"text")
    assert link.is_symlink()


@POSIX_ONLY
def test_what_takes_no_text_is_named_and_stays(tmp_path, monkeypatch):
    # By its name alone: the path of a socket may have no more than about a hundred characters.
    monkeypatch.chdir(tmp_path)
    place = Path("report.md")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(place.name)
        with pytest.raises(MachineError, match=r"report\.md could not be written"):
            write_or_fail(place, b"text")
    assert place.is_socket()


def test_a_report_that_can_not_be_written_is_a_warning_beside_the_verdict(gate, policy_file, body, tmp_path):
    target = tmp_path / TOO_LONG
    code, out, err = gate(
        "check", "--policy", policy_file, "--snapshot", body, "--markdown", target, "--quiet"
    )

    assert (code, out) == (
        0,
        "pass: 1.6 passes: 1 rule over 1 slice; the largest movement is launch time +0.1% on all iPhones.\n",
    )
    assert f"gate: warning: {target} could not be written: " in err
    assert not target.exists()


def test_a_rendering_that_can_not_be_written_is_wrong_usage(gate, policy_file, body, tmp_path):
    result = tmp_path / "result.json"
    gate("check", "--policy", policy_file, "--snapshot", body, "--json", result, "--quiet")
    code, out, err = gate("render", result, "--format", "markdown", "--out", tmp_path / TOO_LONG)

    assert (code, out) == (2, "")
    assert "could not be written" in err


def test_the_demo_needs_a_folder(gate, tmp_path):
    (tmp_path / "taken").write_text("a file")
    code, _, err = gate("demo", "--out", tmp_path / "taken" / "demo")

    assert code == 2
    assert f"The folder {tmp_path / 'taken' / 'demo'} can't be made" in err


def test_the_demo_goes_on_without_call_trees(gate, tmp_path):
    (tmp_path / "signatures.html").mkdir()
    code, out, err = gate("demo", "--out", tmp_path)

    assert code == 0
    assert "gate: warning: call trees could not be written: " in err
    assert "In CI this would end with exit code 1." in out


@pytest.mark.parametrize(
    ("path", "place", "typed"),
    [("bin", "elsewhere", "gate"), ("", "bin", "gate"), ("", "", os.path.join("bin", "gate"))],  # noqa: PTH118
)
def test_the_demo_says_what_to_type_here(tmp_path, monkeypatch, path, place, typed):
    from gate.cli.commands import demo

    (tmp_path / "bin").mkdir()
    (tmp_path / "elsewhere").mkdir()
    script = tmp_path / "bin" / "gate"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / path) if path else str(tmp_path / "elsewhere"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.chdir(tmp_path / place)

    assert demo._program() == typed  # noqa: SLF001


def test_without_a_script_the_gate_is_called_by_its_name(tmp_path, monkeypatch):
    from gate.cli.commands import demo

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    assert demo._program() == "gate"  # noqa: SLF001
