"""What a command leaves behind: report files, the verdict on standard output, lines in the log."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

import click
from msgspec import Struct

from gate.cli import complain
from gate.cli.files import STANDARD_OUTPUT, write
from gate.cli.machine import describe_reason, describe_remedy
from gate.errors import MachineError
from gate.model.result import Result
from gate.policy.types import Policy
from gate.publish.host import Say
from gate.report import formats
from gate.report.request import ReportRequest
from gate.settings import wants_colour
from gate.snapshot.format import Snapshot

WIDEST = 120
"""Columns beyond which lines are hard to read."""

say_in_log: Say = partial(click.echo, err=True)
"""Prints a line on standard error, which is where a runner reads it while a report may be on standard output."""


class Outputs(Struct, frozen=True, kw_only=True):
    """Where reports go; ``-`` is standard output."""

    json: Path | None = None
    markdown: Path | None = None
    html: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    snapshot_copy: Path | None = None
    quiet: bool = False

    @property
    def reports(self) -> dict[str, Path]:
        """Where the reports go that are asked for, by a format of `gate.report.formats`."""
        named = {
            "json": self.json,
            "markdown": self.markdown,
            "html": self.html,
            "junit": self.junit,
            "sarif": self.sarif,
        }
        return {name: path for name, path in named.items() if path is not None}

    @property
    def published(self) -> dict[str, Path | None]:
        """Where the files go that a CI host names to later steps, by the name of the output."""
        return {
            "result": self.json,
            "report": self.markdown,
            "html": self.html,
            "junit": self.junit,
            "sarif": self.sarif,
            "snapshot": self.snapshot_copy,
        }

    @property
    def takes_standard_output(self) -> bool:
        """Whether a report is printed, so that nothing else may be."""
        return STANDARD_OUTPUT in (*self.reports.values(), self.snapshot_copy)


def write_reports(
    result: Result, snapshot: Snapshot, outputs: Outputs, *, policy: Policy, template: str | None
) -> None:
    """Render every report first, then write them: whole or not at all.

    A file that can't be written is a warning: it never replaces the verdict.

    Args:
        result: The judgement.
        snapshot: What it was made from, for the copy.
        outputs: Which reports go where.
        policy: It was judged by.
        template: Source of the user's own template, for the formats that take one.
    """
    from gate.policy.show import as_yaml
    from gate.snapshot.file import dump

    request = ReportRequest(
        result=result,
        template=template,
        rows=policy.report.comment.max_rows,
        policy_yaml=as_yaml(policy) if outputs.html else "",
    )
    # All are rendered before the first is written: a defect in one must not leave half of the reports.
    contents = [(path, formats.render(name, request)) for name, path in outputs.reports.items()]
    if outputs.snapshot_copy:
        contents.append((outputs.snapshot_copy, dump(snapshot)))
    for path, content in contents:
        write_or_warn(path, content)


def write_or_warn(path: Path, content: bytes) -> None:
    """Write a file beside a verdict; one that can't be written is a warning and never replaces the verdict."""
    try:
        write(path, content)
    except OSError as error:
        target = "standard output" if path == STANDARD_OUTPUT else path
        complain(f"gate: warning: {target} could not be written: {describe_reason(error)}")


def write_or_fail(path: Path, content: bytes, *, name: str = "") -> None:
    """Write a file that is all a command is for.

    Args:
        path: Of the file; ``-`` is standard output.
        content: Of the file.
        name: What the file is called in the message, instead of its path alone.

    Raises:
        MachineError: It can't be written.
    """
    try:
        write(path, content)
    except OSError as error:
        if path == STANDARD_OUTPUT:
            raise
        raise MachineError(
            f"{name or path} could not be written",
            cause=describe_reason(error),
            remedy=describe_remedy(error, "write it to another place"),
        ) from None


def print_verdict(result: Result, outputs: Outputs) -> None:
    """Print the verdict for a person: the terminal report, or one sentence where that would be in the way."""
    from gate.report import terminal

    to_stderr = outputs.takes_standard_output
    # A report on standard output must be the only thing there, so that it can be piped into another program.
    if outputs.quiet or to_stderr:
        click.echo(f"{result.verdict}: {terminal.plain(result.sentence)}", err=to_stderr)
        return
    with_colour, width = terminal_habits()
    print_text(terminal.render(result, width=width, color=with_colour), colour=with_colour)


def print_text(text: str, *, colour: bool) -> None:
    """Print a text for people, in plain ASCII where the console knows no more."""
    from gate.report.shared.console import encoded_as

    # Colour is decided by `terminal_habits`; left to itself, click would strip it from a forced one.
    click.echo(encoded_as(text, sys.stdout.encoding or "ascii"), nl=False, color=colour)


def terminal_habits() -> tuple[bool, int | None]:
    """Find out whether standard output takes colour, and how wide it is; None when it is no terminal."""
    is_terminal = sys.stdout.isatty()
    width = min(shutil.get_terminal_size().columns, WIDEST) if is_terminal else None
    return wants_colour(os.environ, is_terminal=is_terminal), width
