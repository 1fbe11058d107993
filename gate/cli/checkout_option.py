"""``--checkout``: the repository that explains a release."""

import os
from pathlib import Path

import click

from gate.cli.options import Command
from gate.model.result import Result
from gate.publish.hosts import repository_address


def checkout_option(command: Command) -> Command:
    """Add the option that names the folder of the app's repository."""
    return click.option(
        "--checkout",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        metavar="FOLDER",
        help="The app's repository, to find lines, owners and suspects of signatures in it.",
    )(command)


def add_sources(result: Result, checkout: Path | None, *, tag: str) -> Result:
    """Add what the checkout says of a result's signatures: lines, owners, suspects. Nothing without a checkout.

    Args:
        result: What was judged.
        checkout: The app's repository, or None.
        tag: Name of the tag of a version, from the policy; empty for the usual one.
    """
    if checkout is None:
        return result
    from gate.source import enrich

    return enrich(result, checkout, tag=tag, web=repository_address(os.environ))
