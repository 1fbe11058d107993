"""``gate fetch``: save everything about a release, to be judged without a key."""

from pathlib import Path

import click

from gate.cli import data_source, options
from gate.cli.files import STANDARD_OUTPUT, check_targets
from gate.cli.inputs import load_policy
from gate.cli.output import write_or_fail
from gate.policy.types import Signatures
from gate.settings import SourceSettings
from gate.text.words import plural


@click.command()
@click.option(
    "--out", type=options.FILE, required=True, help="Where the snapshot goes; - is standard output."
)
@options.policy_option(required=False)
@options.source_options
def fetch(*, out: Path, policy: Path | None, settings: SourceSettings) -> None:
    """Fetch metrics, insights and signatures of a release into one file.

    The snapshot holds no key and no token. `gate check --snapshot FILE` judges it with the same result as a
    live run, so one job can hold the key and another the verdict. With --policy, the app, the baseline and
    the signatures are those that the policy needs.
    """
    check_targets(out)
    if policy is None:
        found = data_source.fetch(settings, signatures=Signatures())
    else:
        rules = load_policy(policy)
        found = data_source.fetch(data_source.for_policy(settings, rules), signatures=rules.signatures)
    _save(out, found)


def _save(out: Path, found: data_source.Source) -> None:
    from gate.snapshot.file import dump

    write_or_fail(out, dump(found.snapshot), name=f"The snapshot {out}")
    answers = plural(len(found.snapshot.exchanges), "answer")
    slices = plural(len(found.facts.series), "slice")
    place = "standard output" if out == STANDARD_OUTPUT else str(out)
    click.echo(f"Saved {answers} with {slices} to {place}.", err=out == STANDARD_OUTPUT)
