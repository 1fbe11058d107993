"""The same result gives the same bytes, in every process."""

import os
import subprocess
import sys

import pytest
import result_builders as build

from gate.report import json
from gate.report.formats import FORMATS, render
from gate.report.request import ReportRequest

DIGESTS = """
import hashlib, sys
from gate.report.formats import FORMATS, render
from gate.report.json import read
from gate.report.request import ReportRequest

request = ReportRequest(result=read(sys.stdin.buffer.read()))
for name in FORMATS:
    print(name, hashlib.sha256(render(name, request)).hexdigest())
"""


@pytest.fixture(scope="module")
def digests():
    """The digest of every format, from two processes in which sets have different orders."""
    saved = json.render(build.traced())
    return [
        subprocess.run(  # noqa: S603 our own script
            [sys.executable, "-c", DIGESTS],
            input=saved,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            timeout=60,
            check=True,
        )
        .stdout.decode()
        .splitlines()
        for seed in ("1", "2")
    ]


@pytest.mark.parametrize("place", range(len(FORMATS)), ids=FORMATS)
def test_the_same_result_makes_the_same_bytes_in_every_process(digests, place):
    one, other = digests

    assert one[place] == other[place]
    assert one[place].startswith(list(FORMATS)[place])


@pytest.mark.parametrize("name", FORMATS)
def test_another_result_makes_other_bytes(name):
    one, other = ReportRequest(result=build.regressed()), ReportRequest(result=build.passed())

    assert render(name, one) != render(name, other)
