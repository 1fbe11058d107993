"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_SUBJECT: tuple[Decorator, ...] = (
    click.option(
        "--app",
        default="",
        envvar="GATE_APP",
        metavar="ID",
        help="Bundle id or numeric App Store id of the app.",
    ),
    click.option(
        "--version",
        "version",
        default="",
        envvar="GATE_VERSION",
        metavar="V",
        help="Marketing version to judge. Default: the version on sale.",
    ),
    click.option(
        "--build",
        default="",
        envvar="GATE_BUILD",
        metavar="ID",
        help="Judge one build by its own metrics: its id, or its build number together with --version.",
    ),
    click.option(
        "--baseline",
        default="",
        envvar="GATE_BASELINE",
        metavar="V",
        help="Compare with this one version instead of the policy's baseline.",
    ),
)

_SOURCE: tuple[Decorator, ...] = (
    click.option(
        "--key-path",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The AuthKey_….p8 file. Default: ASC_PRIVATE_KEY_PATH, or the key itself in ASC_PRIVATE_KEY.",
    ),
    click.option(
        "--base-url",
        default="",
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


def _all(decorators: tuple[Decorator, ...]) -> Decorator:
    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


subject_options = _all(_SUBJECT)
"""What to judge: app, version, build, baseline."""

source_options = _all(_SOURCE)
"""How App Store Connect is reached: key file, address, scope, verbosity."""


def snapshot_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """A saved snapshot or metrics body in place of App Store Connect."""
    return click.option(
        "--snapshot",
        type=FILE,
        envvar="GATE_SNAPSHOT",
        help="Judge this snapshot (or a metrics body saved by another tool) instead of asking Apple.",
    )(command)


def policy_option(*, required: bool) -> Decorator:
    """The policy file."""
    return click.option(
        "--policy", type=FILE, required=required, envvar="GATE_POLICY", help="The YAML policy to judge by."
    )
