"""A new report format takes two files: its own, and one line in `gate/report/formats.py`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import result_builders as build

import gate
from gate.report import json
from gate.report.formats import FORMATS, render
from gate.report.request import ReportRequest

FILES_OF_A_NEW_FORMAT = {"report/toy.py", "report/formats.py"}
MODULE = '''"""The verdict and nothing else."""

from gate.report.request import ReportRequest


def document(request: ReportRequest) -> bytes:
    """Write the verdict."""
    return f"toy: {request.result.verdict}\\n".encode()
'''
LINE = '    "toy": ReportFormat(writer="gate.report.toy:document", file_name="toy.txt"),\n'


def sources(package):
    """The text of every module of a package, by its path."""
    return {str(path.relative_to(package)): path.read_text("utf-8") for path in package.rglob("*.py")}


@pytest.fixture
def package(tmp_path):
    """A copy of the package to which a format was added."""
    copy = tmp_path / "gate"
    shutil.copytree(Path(gate.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "report" / "toy.py").write_text(MODULE, "utf-8")
    registry = copy / "report" / "formats.py"
    table = "FORMATS: dict[str, ReportFormat] = {\n"
    before, _, after = registry.read_text("utf-8").partition(table)
    registry.write_text(before + table + LINE + after, "utf-8")
    return copy


def run(package, *arguments):
    """What `gate` of this package prints."""
    environment = os.environ | {"PYTHONPATH": str(package.parent), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "gate", *map(str, arguments)]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 our own command
    return found.stdout


def test_a_new_format_takes_two_files_and_one_line_of_them_is_shared(package):
    before, after = sources(Path(gate.__file__).parent), sources(package)
    touched = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    assert touched == FILES_OF_A_NEW_FORMAT
    assert len(touched) == 2
    assert len(after["report/formats.py"].splitlines()) - len(before["report/formats.py"].splitlines()) == 1


def test_a_new_format_is_offered_and_rendered(package, tmp_path):
    result = tmp_path / "result.json"
    result.write_bytes(json.render(build.regressed()))

    assert "toy" in run(package, "render", "--help")
    assert run(package, "render", result, "--format", "toy") == "toy: fail\n"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_the_same_request(name):
    request = ReportRequest(result=build.regressed())

    # A badge has room for the verdict alone, and SARIF is about lines of code.
    assert build.regressed().rules[0].id.encode() in render(name, request) or name in ("badge", "sarif")


def test_file_names_never_repeat():
    names = [one.file_name for one in FORMATS.values()]

    assert len(set(names)) == len(names)
