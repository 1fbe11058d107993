"""``gate merge``: join the results of several runs into one report."""

import os
from functools import partial
from pathlib import Path

import click

from gate.cli import options
from gate.cli.files import check_targets
from gate.cli.foreign import read_untrusted_result
from gate.cli.output import say_in_log, write_or_warn


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULT.json...")
@click.option(
    "--expect",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many results there must be; fewer end with 4, because a run without a result has ended in an error.",
)
@click.option("--markdown", type=options.FILE, help="Write the joined report as Markdown.")
def merge(*, results: tuple[str, ...], expect: int | None, markdown: Path | None) -> int:
    """Join the results of several runs, such as the jobs of a matrix, into one report.

    Paths may be globs. The exit code is the worst of all: 4 for fewer results than --expect, 1 for a fail, 3 for a
    run that is partial or undecided and blocks.

    \b
    Example:
      gate merge 'results/*/result.json' --expect 3 --markdown report.md
    """
    from gate.publish import artifact
    from gate.publish.combine import combine_stories
    from gate.publish.describe import describe_result
    from gate.publish.hosts import publish_story
    from gate.report import terminal
    from gate.report.markdown import SUMMARY_BYTES

    check_targets(markdown)
    stories = [
        describe_result(read_untrusted_result(path, partial(artifact.read_result, keep_links=True)))
        for path in artifact.expand(results)
    ]
    # A job that ended in an error has left no result, and must not be forgotten because of that.
    story = combine_stories(stories, missing=max(0, (expect or 0) - len(stories)))
    if markdown:
        write_or_warn(markdown, story.draw("summary", SUMMARY_BYTES, True).encode())
    for one in (*stories, story):
        click.echo(f"{one.words}: {terminal.plain(one.sentence)}", err=markdown == Path("-"))
    publish_story(story, os.environ, paths={"report": markdown}, say=say_in_log)
    return story.exit_code
