"""``gate check``: judge a release by a policy."""

import os
from pathlib import Path

import click

from gate.cli import data_source, options
from gate.cli.checkout_option import add_sources, checkout_option
from gate.cli.files import check_targets
from gate.cli.inputs import load_policy, load_template, parse_time
from gate.cli.judging import judge_release
from gate.cli.output import Outputs, print_verdict, say_in_log, write_reports
from gate.cli.snapshot_match import require_match
from gate.policy.types import Policy
from gate.publish.hosts import publish_result
from gate.settings import SourceSettings, event_name

_REPORTS = (
    click.option("--json", type=options.FILE, help="Write the result as JSON."),
    click.option("--markdown", type=options.FILE, help="Write the report as Markdown."),
    click.option("--html", type=options.FILE, help="Write the report as one HTML file with charts."),
    click.option("--junit", type=options.FILE, help="Write a JUnit test case for each slice."),
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
    # Whatever the command line alone can get wrong is said before anything is asked over the network.
    check_targets(*outputs.reports.values(), outputs.snapshot_copy)
    moment = parse_time(now)
    rules = load_policy(policy)
    template = load_template(policy, rules)
    found = _find(snapshot, settings, rules)
    result = judge_release(
        rules, found.facts, settings, now=moment, event=event_name(os.environ, given=event)
    )
    # After the verdict, which a checkout explains and never changes.
    result = add_sources(result, checkout, tag=rules.signatures.tag)
    # Files before anything is published: a host that can't be reached must not cost the report.
    write_reports(result, found.snapshot, outputs, policy=rules, template=template)
    print_verdict(result, outputs)
    publish_result(
        result,
        rules,
        os.environ,
        file=policy,
        template=template,
        paths=outputs.published,
        say=say_in_log,
    )
    return result.exit_code


def _find(snapshot: Path | None, settings: SourceSettings, policy: Policy) -> data_source.Source:
    if snapshot is None:
        return data_source.fetch(data_source.for_policy(settings, policy), signatures=policy.signatures)
    found = data_source.load(snapshot)
    require_match(found.snapshot, settings, policy)
    return found
