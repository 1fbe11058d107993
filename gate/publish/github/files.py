"""The files through which a step hands outputs and its summary to the runner.

Formats and limits are those of ``FileCommandManager.cs`` of actions/runner. Every output is written as a block
with a fresh random delimiter: a plain ``name=value`` line would let a value with a line break define others.
"""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

SUMMARY_LIMIT = 1024 * 1024
"""Bytes that a step's summary may have; a longer one is not shown at all."""


def output_entry(name: str, value: str, token: Callable[[], str] = lambda: secrets.token_hex(16)) -> str:
    """Draw one output in the form in which the runner reads it, ending with a line break.

    Args:
        name: Letters, digits, hyphens.
        value: Any text.
        token: Makes random text for the delimiter.
    """
    delimiter = f"ghadelimiter_{token()}"
    # The runner ends a value at the first line that is the delimiter, so no value may hold it.
    while delimiter in value:
        delimiter = f"ghadelimiter_{token()}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def write_outputs(path: str, outputs: Mapping[str, str]) -> None:
    """Append outputs to the file of a step.

    Raises:
        OSError: It can't be written.
    """
    _append(path, "".join(output_entry(name, value) for name, value in outputs.items()))


def append_summary(path: str, text: str) -> bool:
    """Append Markdown to a step's summary, unless it would get too long to be shown.

    Returns:
        Whether it was written.

    Raises:
        OSError: It can't be written.
    """
    file = Path(path)
    before = file.stat().st_size if file.exists() else 0
    addition = ("\n" if before else "") + text
    # All or nothing: one byte too much, and the runner shows none of what is in the file.
    if before + len(addition.encode(errors="replace")) > SUMMARY_LIMIT:
        return False
    _append(path, addition)
    return True


def room_in_summary(path: str) -> int:
    """Count the bytes that a step's summary can still take."""
    file = Path(path)
    return SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0)


def _append(path: str, text: str) -> None:
    # The runner on Linux keeps a carriage return as data, so line breaks are never translated.
    with Path(path).open("a", encoding="utf-8", newline="\n", errors="replace") as file:
        file.write(text)
