"""The command line: arguments, wiring and exit codes; no decisions.

Exit codes: 0 pass, 1 fail, 2 wrong usage or policy, 3 partial or undecided where the policy says that this blocks,
4 App Store Connect could not be read. An error is never 0 and never 1, so it can't look like a verdict.
"""

import gc
import sys
from importlib import import_module
from io import StringIO, TextIOWrapper
from typing import Any, NoReturn

import click

from gate import __version__
from gate.errors import GateError
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


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="gate")
def cli() -> None:
    """Hold a shipped iOS app's field performance against a policy.

    Start with `gate demo`, which needs no key and no network. Then write a policy (`gate policy check`)
    and judge a release with `gate check`.

    Exit codes: 0 pass, 1 fail, 2 wrong usage or policy, 3 partial or undecided where the policy says that blocks,
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
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves but by a bug in here."""
    try:
        outcome: Any = cli.main(args=arguments, prog_name="gate", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        complain(shown.getvalue().rstrip())
        return error.exit_code
    except click.Abort:
        click.echo("gate: interrupted", err=True)
        return INTERRUPTED
    # It says what happened, the cause and what to do, so no traceback stands beside it.
    except GateError as error:
        complain(f"gate: {error}")
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the exit code 1 that Python would choose means a verdict here
        _explain_bug(error)
        return INTERNAL_ERROR
    # Commands that judge return their exit code; the others return nothing.
    return outcome if isinstance(outcome, int) else 0


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
