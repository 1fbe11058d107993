"""The command line: arguments, wiring and exit codes; no decisions.

Exit codes: 0 pass, 1 fail, 2 wrong usage or policy or a machine that refuses (a full disk), 3 partial or undecided
where the policy says that this blocks, 4 App Store Connect could not be read. An error is never 0 and never 1, so it
can't look like a verdict; nor can 130 (interrupted) and 141 (whoever read the output has gone), which shells use as well.
"""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import StringIO, TextIOWrapper
from typing import Any, NoReturn

import click

from gate import __version__
from gate.errors import GateError, MachineError
from gate.text import sanitize

COMMANDS = {
    "action": "gate.cli.commands.action:action",
    "check": "gate.cli.commands.check:check",
    "demo": "gate.cli.commands.demo:demo",
    "fetch": "gate.cli.commands.fetch:fetch",
    "matrix": "gate.cli.commands.matrix:matrix",
    "merge": "gate.cli.commands.merge:merge",
    "policy": "gate.cli.commands.policy:policy",
    "publish": "gate.cli.commands.publish:publish",
    "render": "gate.cli.commands.render:render",
    "sandbox": "gate.cli.commands.sandbox:sandbox",
    "schema": "gate.cli.commands.schema:schema",
    "show": "gate.cli.commands.show:show",
    "signatures": "gate.cli.commands.signatures:signatures",
}
"""Where each command lives; a command's module is imported only when it is used."""

INTERNAL_ERROR = 4
INTERRUPTED = 130
"""As a shell reports a program that SIGINT ended."""
READER_GONE = 141
"""As a shell reports a program that SIGPIPE ended: ``gate check … | head -1``."""


class _ReaderGone(Exception):
    """Whoever read the output has closed it, which click would end with 1, like a failed release."""


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, so that starting stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List all commands, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; None when there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the operating system refuses becomes an error that says so.

        Raises:
            MachineError: A full disk, a used port, a right that is missing.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None
        except OSError as error:
            # Libraries derive their own errors from it; without the system's number nothing was refused.
            if error.errno is None:
                raise
            from gate.cli.machine import refused

            raise refused(error) from error


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="gate")
def cli() -> None:
    """Hold a shipped iOS app's field performance against a policy.

    Start with `gate demo`, which needs no key and no network. Then write a policy (`gate policy check`)
    and judge a release with `gate check`.

    Exit codes: 0 pass, 1 fail, 2 wrong usage, policy or a full disk, 3 partial or undecided where the policy says that
    this blocks,
    4 App Store Connect could not be read.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    gc.set_threshold(
        200_000, 50, 100
    )  # a run keeps nearly all it makes, so looking for garbage costs time only
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # An old console shows a question mark rather than a traceback.
            stream.reconfigure(errors="replace")
    code = run(arguments)
    try:
        sys.stdout.flush()
    # Everything is flushed as it is written, so this one has been told of already; Python would exit with 120.
    except (OSError, ValueError):
        _let_go_of_output()
        code = code or MachineError.exit_code
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves but by a bug in here."""
    try:
        outcome: Any = cli.main(args=arguments, prog_name="gate", standalone_mode=False)
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        complain(shown.getvalue().rstrip())
        return error.exit_code
    except click.Abort:
        click.echo("gate: interrupted", err=True)
        return INTERRUPTED
    except _ReaderGone:
        _let_go_of_output()
        return READER_GONE
    # It says what happened, the cause and what to do, so no traceback stands beside it.
    except GateError as error:
        complain(f"gate: {error}")
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the exit code 1 that Python would choose means a verdict here
        _explain_bug(error)
        return INTERNAL_ERROR
    # Commands that judge return their exit code; the others return nothing.
    return outcome if isinstance(outcome, int) else 0


def _let_go_of_output() -> None:
    """Lead standard output nowhere, since Python would complain on its way out of what it can't write any more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def complain(text: str) -> None:
    """Print on standard error; it may quote text from outside, in which a GitHub runner must find no command."""
    click.echo(sanitize.without_log_commands(text), err=True)


def _explain_bug(error: Exception) -> None:
    """Print where a defect of the gate is: no verdict, and no values that could be secret."""
    # Modules and lines only: the values in a traceback may be tokens, and its message may quote them.
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    click.echo(
        f"gate: internal error ({type(error).__name__}) at {' > '.join(frames[-4:])}\n"
        "This is a defect of the gate, not a verdict on your app. Please report it with this line.",
        err=True,
    )
