"""``gate schema``: the published form of a result."""

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of a result (`gate check --json`)."""
    from gate.report.json import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
