"""``gate render``: a saved result in another format."""

from pathlib import Path

import click

from gate.cli import options
from gate.cli.files import STANDARD_OUTPUT, check_targets, read_text
from gate.cli.foreign import read_result_file
from gate.cli.output import print_text, terminal_habits, write_or_fail
from gate.errors import UsageError
from gate.report import formats
from gate.report.formats import FORMATS, TEMPLATED
from gate.report.request import ReportRequest


@click.command()
@click.argument("file", metavar="RESULT.json", type=options.FILE)
@click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(FORMATS)),
    default="terminal",
    show_default=True,
    help="What to make of it. Markdown has three lengths: markdown (a comment), summary and full.",
)
@click.option(
    "--out", type=options.FILE, default=STANDARD_OUTPUT, show_default=True, help="Where it goes; - prints it."
)
@click.option("--template", type=options.FILE, help="Your own template for Markdown, badge, slack or teams.")
def render(*, file: Path, format_: str, out: Path, template: Path | None) -> None:
    """Render RESULT.json, saved by `gate check --json`, in another format.

    Needs no key, no network and no policy, and judges nothing again: it ends with 0 whatever the verdict is.

    \b
    Examples:
      gate render result.json
      gate render result.json --format slack --out message.json
    """
    check_targets(out)
    if template is not None and format_ not in TEMPLATED:
        raise UsageError(
            f"The format {format_} takes no template", remedy=f"templates are for {', '.join(TEMPLATED)}"
        )
    with_colour, width = terminal_habits() if out == STANDARD_OUTPUT else (False, None)
    request = ReportRequest(
        result=read_result_file(file),
        template=read_text(template, what="template") if template is not None else None,
        width=width,
        colour=with_colour,
    )
    content = formats.render(format_, request)
    if format_ == "terminal" and out == STANDARD_OUTPUT:
        print_text(content.decode(), colour=with_colour)
    else:
        write_or_fail(out, content)
