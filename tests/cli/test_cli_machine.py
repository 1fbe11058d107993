"""What the operating system refuses is named, with a remedy: it is no defect of the gate and no verdict."""

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from bodies import metrics_body

from gate.cli.machine import refused

FULL = Path("/dev/full")


@pytest.fixture
def check(policy_file, tmp_path):
    """Judge a release that fails, in a process of its own, with any standard output."""
    body = tmp_path / "metrics.json"
    body.write_text(json.dumps(metrics_body((900, 905, 899, 907, 903, 910, 1118))), encoding="utf-8")
    command = [sys.executable, "-m", "gate", "check", "--policy", str(policy_file), "--snapshot", str(body)]

    def run(stdout, *more, limit=None):
        lead = ["sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh"] if limit is not None else []
        done = subprocess.run(  # noqa: S603 - our own command
            [*lead, *command, *more],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stderr

    return run


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_below_standard_output_is_named(check):
    with FULL.open("w") as full:
        code, err = check(full)

    assert code == 2
    assert "no space is left on the disk" in err
    assert "What to do: free some space" in err
    assert "defect" not in err


@pytest.mark.skipif(os.name == "nt", reason="pipes are those of POSIX")
def test_a_reader_that_has_gone_is_neither_a_verdict_nor_a_defect(check):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, err = check(writing)
    finally:
        os.close(writing)

    assert (code, err) == (141, "")


@pytest.mark.skipif(os.name == "nt", reason="the limit is the shell's")
def test_a_report_that_can_not_be_written_whole_is_a_warning_beside_the_verdict(check, tmp_path):
    code, err = check(subprocess.DEVNULL, "--json", str(tmp_path / "result.json"), limit=0)

    assert code == 1
    assert "result.json could not be written: the file would be larger than is allowed here" in err
    assert not (tmp_path / "result.json").exists()


def test_a_used_port_is_named(gate):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = gate("sandbox", "--port", port)

    assert (code, out) == (2, "")
    assert f"can't listen on port {port}" in err
    assert "another program of this machine uses it" in err
    assert "choose another with --port" in err


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_number_that_is_no_port_is_wrong_usage(gate, port):
    assert gate("sandbox", "--port", port)[0] == 2


def test_a_folder_in_place_of_a_file_is_named(gate, tmp_path):
    code, _, err = gate("policy", "check", tmp_path)

    assert code == 2
    assert "is a directory" in err


def test_a_file_in_place_of_a_folder_is_named(gate, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = gate("demo", "--out", tmp_path / "file" / "demo")

    assert code == 2
    assert "can't be made" in err
    assert "a part of the path is a file" in err


def test_a_folder_where_the_demo_writes_a_file_is_named(gate, tmp_path):
    (tmp_path / "policy.yml").mkdir()
    code, _, err = gate("demo", "--out", tmp_path)

    assert code == 2
    assert "policy.yml could not be read or written" in err
    assert "it is a folder, not a file" in err


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "no space is left on the disk"),
        (errno.EACCES, "this user may not do that"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EISDIR, "it is a folder, not a file"),
        (errno.EADDRINUSE, "the port is used by another program"),
        (errno.ELOOP, os.strerror(errno.ELOOP)),
    ],
)
def test_each_refusal_has_its_cause_and_a_remedy(number, cause):
    error = refused(OSError(number, os.strerror(number), "report.md"))

    assert error.what == "report.md could not be read or written"
    assert error.cause == cause
    assert error.remedy
    assert error.exit_code == 2
