"""``gate policy``: check, show and describe policies."""

import json
from pathlib import Path

import click

from gate.cli import options
from gate.cli.inputs import load_policy, resolve_policy
from gate.text.words import plural


@click.group()
def policy() -> None:
    """Check a policy, show it resolved, or print its JSON Schema."""


@policy.command("check")
@click.argument("file", type=options.FILE)
def check_policy(file: Path) -> None:
    """Check FILE and list every problem with its line and column."""
    rules = load_policy(file)
    click.echo(f"{file} is valid: {plural(len(rules.rules), 'rule')}.")


@policy.command("show")
@click.argument("file", type=options.FILE)
def show_policy(file: Path) -> None:
    """Print FILE with all that it extends and defaults filled in, and where each value comes from."""
    from gate.policy.show import as_yaml_with_origins

    resolved = resolve_policy(file)
    click.echo(as_yaml_with_origins(resolved.policy, resolved.origins), nl=False)


@policy.command("schema")
def print_schema() -> None:
    """Print the JSON Schema that editors use to check and complete a policy."""
    from gate.policy.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
