"""``gate publish``: publish a result that another run has made."""

import os

import click

from gate.cli.foreign import read_untrusted_result
from gate.cli.output import say_in_log
from gate.errors import UsageError


@click.command()
@click.argument("file", metavar="RESULT.json")
def publish(file: str) -> None:
    """Publish the result of another run, which need not be trusted.

    For a `workflow_run` job that has the rights which a fork's run lacks. The file is treated as hostile: its
    size and form are checked, every text in it is made harmless, and the report is rendered here. The commit
    comes from the event, and a pull request is written to only if GitHub says that this commit is its head.

    Ends with 0 whatever the verdict is: this run publishes, and the other one has decided.
    """
    from gate.publish.artifact import expand, read_result
    from gate.publish.describe import describe_result
    from gate.publish.hosts import find_host, publish_story
    from gate.report import terminal

    if find_host(os.environ, say=say_in_log) is None:
        raise UsageError(
            "This is no step of a GitHub workflow, so there is nowhere to publish to",
            remedy="run it in a workflow, or read the report with gate check --markdown -",
        )
    found = expand([file])
    if len(found) > 1:
        raise UsageError(f"{file} names {len(found)} files", remedy="name the one result to publish")
    result = read_untrusted_result(found[0], read_result)
    click.echo(f"{result.verdict}: {terminal.plain(result.sentence)}")
    publish_story(describe_result(result), os.environ, paths={"result": found[0]}, say=say_in_log)
