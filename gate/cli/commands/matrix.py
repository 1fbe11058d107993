"""``gate matrix``: the jobs of a workflow's matrix, one for each policy and app."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from gate.cli.inputs import load_policy
from gate.cli.machine import describe_reason, describe_remedy
from gate.cli.output import say_in_log
from gate.errors import MachineError, UsageError

MOST_JOBS = 256
"""GitHub's limit for one matrix."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@click.command()
@click.argument("policies", nargs=-1, required=True, metavar="POLICY...")
@click.option(
    "--app", "apps", multiple=True, metavar="ID", help="Judge this app by each policy; may be repeated."
)
def matrix(*, policies: tuple[str, ...], apps: tuple[str, ...]) -> None:
    """Print the JSON of a job matrix: one job for each policy, or for each policy and --app.

    Each entry has `name` (unique, fit for the name of an artifact), `policy` and `app`. Every policy is checked
    first. In a step of a GitHub workflow the JSON is also the output `matrix`, and the number of jobs `count`.

    \b
    Example:
      gate matrix 'policies/*.yml'
    """
    from gate.publish.artifact import expand
    from gate.publish.hosts import write_outputs

    jobs = [job for path in expand(policies) for job in _jobs(path, apps)]
    if len(jobs) > MOST_JOBS:
        raise UsageError(f"{len(jobs)} jobs are too many; a matrix has at most {MOST_JOBS}")
    # "##[" starts a command wherever in a line it stands (``ActionCommand.cs`` of actions/runner, first version).
    text = json.dumps({"include": _named(jobs)}, ensure_ascii=True, separators=(",", ":")).replace(
        "##[", "##\\u005b"
    )
    try:
        write_outputs({"matrix": text, "count": str(len(jobs))}, os.environ, say=say_in_log)
    except OSError as error:
        raise MachineError(
            "The outputs of the step could not be written",
            cause=describe_reason(error),
            remedy=describe_remedy(error, "check the file that GITHUB_OUTPUT names"),
        ) from None
    click.echo(text)


def _jobs(path: Path, apps: tuple[str, ...]) -> Iterable[dict[str, str]]:
    """List the jobs of one policy.

    Raises:
        UsageError: Neither it nor the command line names an app.
    """
    for app in apps or (load_policy(path).app,):
        if not app:
            raise UsageError(
                f"The policy {path} names no app",
                remedy="write `app: com.example.photos` into it, or give --app",
            )
        yield {"policy": path.as_posix(), "app": app}


def _named(jobs: list[dict[str, str]]) -> list[dict[str, str]]:
    """Name each job uniquely, after the app if that is enough."""
    by_app = Counter(_safe(job["app"]) for job in jobs)
    names: Counter[str] = Counter()
    named = []
    for job in jobs:
        name = _safe(job["app"])
        if by_app[name] > 1:
            name = _safe(f"{Path(job['policy']).stem}-{name}")
        # Two jobs of one name would overwrite each other's artifact.
        names[name] += 1
        named.append({"name": name if names[name] == 1 else f"{name}-{names[name]}", **job})
    return named


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-") or "app"
