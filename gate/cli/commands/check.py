"""``gate check``: judge a release by a policy."""

import os
import shutil
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from gate.cli import complain, options, source
from gate.cli.checkout import checkout_option, enriched
from gate.cli.files import STANDARD_OUTPUT, check_targets, read_text, write
from gate.cli.snapshot_match import asked, check_snapshot
from gate.cli.source import Source
from gate.errors import UsageError
from gate.model.result import Result
from gate.policy.types import BaselineSelection, Policy
from gate.publish.github.action_step import publish_if_in_actions
from gate.report import formats
from gate.report.request import ReportRequest
from gate.settings import SourceSettings, event_name, wants_colour

WIDEST = 120
"""Columns beyond which lines are hard to read."""


class Outputs(Struct, frozen=True, kw_only=True):
    """Where reports go; ``-`` is standard output."""

    json: Path | None = None
    markdown: Path | None = None
    html: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    snapshot_copy: Path | None = None
    quiet: bool = False

    @property
    def reports(self) -> dict[str, Path]:
        """Where the reports that are wanted go, by a format of `gate.report.formats`."""
        named = {
            "json": self.json,
            "markdown": self.markdown,
            "html": self.html,
            "junit": self.junit,
            "sarif": self.sarif,
        }
        return {name: path for name, path in named.items() if path is not None}

    @property
    def takes_standard_output(self) -> bool:
        """Whether a report is printed, so that nothing else may be."""
        return STANDARD_OUTPUT in (*self.reports.values(), self.snapshot_copy)


_REPORTS = (
    click.option("--json", type=options.FILE, help="Write the result as JSON."),
    click.option("--markdown", type=options.FILE, help="Write the report as Markdown."),
    click.option("--html", type=options.FILE, help="Write the report as one HTML file with charts."),
    click.option("--junit", type=options.FILE, help="Write a JUnit test case for each check."),
    click.option("--sarif", type=options.FILE, help="Write the top signatures as SARIF, for code scanning."),
    click.option(
        "--save-snapshot",
        "snapshot_copy",
        type=options.FILE,
        help="Keep what was fetched, to judge it again offline.",
    ),
    click.option("--quiet", is_flag=True, help="Print the verdict's sentence only."),
)


@click.command()
@options.policy_option(required=True)
@options.snapshot_option
@checkout_option
@options.source_options
@options.gathered(Outputs, "outputs", _REPORTS)
@click.option("--now", default="", metavar="TIME", help="Judge as of this time (ISO 8601) instead of now.")
@click.option(
    "--event",
    default="",
    metavar="NAME",
    help="What triggered the run, for the policy's `outcomes`. Default: GITHUB_EVENT_NAME.",
)
def check(
    *,
    policy: Path,
    snapshot: Path | None,
    checkout: Path | None,
    settings: SourceSettings,
    outputs: Outputs,
    now: str,
    event: str,
) -> int:
    """Judge a release by a policy.

    The numbers come from App Store Connect (set ASC_KEY_ID, ASC_ISSUER_ID and ASC_PRIVATE_KEY or
    ASC_PRIVATE_KEY_PATH) or from a file saved by `gate fetch`, given with --snapshot.

    \b
    Examples:
      gate check --policy perf.yml
      gate check --policy perf.yml --version 3.4 --json result.json --markdown report.md
      gate check --policy perf.yml --snapshot snapshot.json
    """
    check_targets(*outputs.reports.values(), outputs.snapshot_copy)
    moment = parse_time(now)
    rules = load_policy(policy)
    template = load_template(policy, rules)
    if snapshot is not None:
        found = source.load(snapshot)
        check_snapshot(found.snapshot, settings, rules)
    else:
        found = source.fetch(source.for_policy(settings, rules), signatures=rules.signatures)
    result = judge(rules, found, settings, now=moment, event=event_name(os.environ, given=event))
    result = enriched(result, checkout, tag=rules.signatures.tag)
    publish(result, found, outputs, policy=rules, template=template)
    publish_if_in_actions(
        result,
        rules,
        os.environ,
        file=policy,
        template=template,
        paths={
            "result": outputs.json,
            "report": outputs.markdown,
            "html": outputs.html,
            "junit": outputs.junit,
            "sarif": outputs.sarif,
            "snapshot": outputs.snapshot_copy,
        },
        say=partial(click.echo, err=True),
    )
    return result.exit_code


def parse_time(text: str) -> float:
    """Epoch seconds of an ISO 8601 time (UTC when it names no zone); the clock's time for nothing.

    Raises:
        UsageError: It is not a time.
    """
    if not text:
        return datetime.now(UTC).timestamp()
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"--now {text} is not a time", remedy="write it like 2026-11-23T12:00:00Z") from None


def load_policy(path: Path) -> Policy:
    """The policy of a file; warnings go to standard error."""
    from gate.policy.read import examine

    today = datetime.now(UTC).date()
    policy, warnings = examine(read_text(path, what="policy"), source=str(path), today=today)
    for warning in warnings:
        place = f"{path}:{warning.line}:{warning.column}"
        complain(f"gate: warning: {place}: {warning.message} {warning.suggestion}".rstrip())
    return policy


def load_template(policy_path: Path, policy: Policy) -> str | None:
    """The user's own Markdown template, if the policy names one; its path is relative to the policy.

    Raises:
        UsageError: It is not below the policy's folder, or it can't be read. Reports are published, so a
            policy must not be able to publish any file of the machine.
    """
    if not policy.report.template:
        return None
    folder = policy_path.resolve().parent
    template = (folder / policy.report.template).resolve()
    if not template.is_relative_to(folder):
        raise UsageError(
            f"The template {policy.report.template} is outside the policy's folder",
            remedy="keep the template beside the policy, or in a folder below it",
        )
    return read_text(template, what="template")


def judge(policy: Policy, found: Source, settings: SourceSettings, *, now: float, event: str) -> Result:
    """The judgement of a release, with what the command line says above the policy and the snapshot."""
    from gate.judge.run import judge as judge_facts

    if settings.baseline:
        pinned = BaselineSelection(use="pinned", pinned=settings.baseline, exclude=policy.baseline.exclude)
        policy = msgspec.structs.replace(policy, baseline=pinned)
    return judge_facts(policy, asked(found.facts, settings.version), now=now, event=event)


def publish(result: Result, found: Source, outputs: Outputs, *, policy: Policy, template: str | None) -> None:
    """Render every report first, then write them: whole or not at all.

    A file that can't be written is a warning: it never replaces the verdict.
    """
    from gate.policy.show import as_yaml
    from gate.snapshot.file import dump

    request = ReportRequest(
        result=result,
        template=template,
        rows=policy.report.comment.max_rows,
        policy_yaml=as_yaml(policy) if outputs.html else "",
    )
    contents = [(path, formats.render(name, request)) for name, path in outputs.reports.items()]
    if outputs.snapshot_copy:
        contents.append((outputs.snapshot_copy, dump(found.snapshot)))
    for path, content in contents:
        try:
            write(path, content)
        except OSError as error:
            click.echo(f"gate: warning: {path} could not be written: {error.strerror or error}", err=True)
    say(result, quiet=outputs.quiet, to_stderr=outputs.takes_standard_output)


def say(result: Result, *, quiet: bool, to_stderr: bool) -> None:
    """The verdict for a person: the terminal report, or one sentence."""
    from gate.report import terminal

    if quiet or to_stderr:
        click.echo(f"{result.verdict}: {terminal.plain(result.sentence)}", err=to_stderr)
        return
    with_colour, width = terminal_habits()
    print_text(terminal.render(result, width=width, color=with_colour), colour=with_colour)


def print_text(text: str, *, colour: bool) -> None:
    """Print a text for people, in plain ASCII where the console knows no more."""
    from gate.report.shared.console import encoded_as

    click.echo(encoded_as(text, sys.stdout.encoding or "ascii"), nl=False, color=colour)


def terminal_habits() -> tuple[bool, int | None]:
    """Whether standard output takes colour, and how wide it is; None when it is no terminal."""
    is_terminal = sys.stdout.isatty()
    width = min(shutil.get_terminal_size().columns, WIDEST) if is_terminal else None
    return wants_colour(os.environ, is_terminal=is_terminal), width
