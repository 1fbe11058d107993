"""Options that several commands share.

None of them is read from the environment but the address of a sandbox: `GATE_…` variables are inputs of the action,
which hands them over as options, and anywhere else a variable that somebody has left behind must not choose what is
judged.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from gate.settings import APPLE, SourceSettings

FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

Command = Callable[..., Any]
"""The function of a command, before click makes it one."""
Decorator = Callable[[Command], Command]

_SOURCE: tuple[Decorator, ...] = (
    click.option(
        "--app",
        default="",
        metavar="ID",
        help="Bundle id or numeric App Store id of the app.",
    ),
    click.option(
        "--version",
        "version",
        default="",
        metavar="V",
        help="Marketing version to judge. Default: the version on sale.",
    ),
    click.option(
        "--build",
        default="",
        metavar="ID",
        help="Judge one build by its own metrics: its id, or its build number together with --version.",
    ),
    click.option(
        "--baseline",
        default="",
        metavar="V",
        help="Compare with this one version instead of the policy's baseline.",
    ),
    click.option(
        "--key-path",
        default="",
        metavar="FILE",
        help="The AuthKey_….p8 file. Default: ASC_PRIVATE_KEY_PATH, or the key itself in ASC_PRIVATE_KEY.",
    ),
    click.option(
        "--base-url",
        default=APPLE,
        envvar="ASC_BASE_URL",
        metavar="URL",
        help="Another address of the API; only a sandbox on this machine is allowed.",
    ),
    click.option(
        "--unscoped",
        is_flag=True,
        help="Ask for tokens that are not limited to the exact requests. Try it if valid keys get 401.",
    ),
    click.option("--verbose", is_flag=True, help="Show requests and rate limits on standard error."),
)


def gathered(into: type[Struct], name: str, options: tuple[Decorator, ...]) -> Decorator:
    """Pass some options to a command as one typed argument.

    Args:
        into: What the options' values make; its fields are the options' names.
        name: Name of the command's argument.
        options: The options, in the order of the help text.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def call(**given: Any) -> Any:
            parts = {field: _stripped(given.pop(field)) for field in into.__struct_fields__}
            return command(**given, **{name: into(**parts)})

        decorated: Command = call
        # click lists options in the order in which decorators stand, of which the lowest is applied first.
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _stripped(value: object) -> object:
    """Remove stray blanks: action inputs are often written over several lines."""
    return value.strip() if isinstance(value, str) else value


source_options = gathered(SourceSettings, "settings", _SOURCE)
"""What to judge and how App Store Connect is reached, as one `settings` argument."""


def snapshot_option(command: Command) -> Command:
    """Add the option that names a saved snapshot or metrics body, in place of App Store Connect."""
    return click.option(
        "--snapshot",
        type=FILE,
        help="Judge this snapshot (or a metrics body saved by another tool) instead of asking Apple.",
    )(command)


def policy_option(*, required: bool) -> Decorator:
    """Add the option that names the policy file."""
    return click.option("--policy", type=FILE, required=required, help="The YAML policy to judge by.")
