"""Expected files: what each scene looks like in each format, reviewed by eye.

After a deliberate change of a report, write them anew and look at the difference::

    UPDATE_EXPECTED=1 python -m pytest tests/report
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "expected"


@pytest.fixture
def expected() -> Callable[[str, str], str]:
    """What a file is expected to hold, given its name and what was made."""

    def read(name: str, made: str) -> str:
        path = FOLDER / name
        if os.environ.get("UPDATE_EXPECTED"):
            path.write_text(made, encoding="utf-8", newline="\n")
        return path.read_text(encoding="utf-8")

    return read
