"""``gate signatures``: the top diagnostic signatures of a release."""

from pathlib import Path

import click

from gate.cli import options, source
from gate.cli.check import terminal_habits
from gate.judge.signatures import findings, notes
from gate.policy.types import Signatures
from gate.settings import SourceSettings


@click.command()
@options.snapshot_option
@options.source_options
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(Signatures().types, case_sensitive=False),
    help="Only this type; may be given more than once.",
)
@click.option(
    "--top",
    default=Signatures().top,
    show_default=True,
    type=click.IntRange(1, 200),
    help="How many of each type.",
)
def signatures(*, snapshot: Path | None, settings: SourceSettings, types: tuple[str, ...], top: int) -> None:
    """List a build's top diagnostic signatures: hangs, disk writes and slow launches.

    Each with its share of its type, the change since the baseline build, and the frame Apple blames.
    """
    from gate.report import terminal

    wanted = Signatures(types=types or Signatures().types, top=top)
    found = source.load(snapshot) if snapshot else source.fetch(settings, signatures=wanted)
    listed = findings(wanted, found.facts)
    with_colour, width = terminal_habits()
    text = terminal.render_signatures(listed, tuple(notes(found.facts)), width=width, color=with_colour)
    click.echo(text, nl=False, color=with_colour)
