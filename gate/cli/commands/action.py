"""``gate action``: what a step of the GitHub action runs; its inputs arrive in variables."""

import os
import tempfile
from functools import partial
from pathlib import Path

import click

from gate.cli.machine import describe_reason, describe_remedy, refused
from gate.cli.output import say_in_log
from gate.errors import GateError, MachineError, UsageError
from gate.publish.github.inputs import Inputs, read_inputs
from gate.publish.hosts import publish_error, secret_masker, write_outputs
from gate.report.formats import FORMATS

INTERNAL_ERROR = 4
_REPORTS = {name: FORMATS[name].file_name for name in ("json", "markdown", "html", "junit", "sarif")}
"""Files of a judgement, by the option of `gate check` that names them."""


@click.command(hidden=True)
def action() -> int:
    """Do what the inputs of the action ask for.

    The variables are those that action.yml sets; docs/github.md lists the inputs. An error becomes outputs, a
    summary and an annotation before the step fails.
    """
    say = partial(click.echo, err=True)
    # Before the inputs are read, since an error about them is printed.
    secret_masker(os.environ, say=say)(os.environ.get("ASC_PRIVATE_KEY", ""))
    try:
        return _run(read_inputs(os.environ))
    except click.ClickException as error:
        publish_error(error.format_message(), error.exit_code, os.environ, say=say)
        raise
    except GateError as error:
        publish_error(str(error), error.exit_code, os.environ, say=say)
        raise
    except OSError as error:
        refusal = refused(error)
        publish_error(str(refusal), refusal.exit_code, os.environ, say=say)
        raise refusal from error
    # Published like any other error, but by its type alone: its words may quote a secret.
    except Exception as error:
        words = f"internal error ({type(error).__name__}): a defect of the gate, not a verdict on your app"
        publish_error(words, INTERNAL_ERROR, os.environ, say=say)
        raise


def _run(inputs: Inputs) -> int:
    """Run the command that the inputs ask for, in this process, and return its exit code."""
    from gate.cli import cli

    _require(inputs)
    # The folder is made before the command runs, which refuses targets in folders that are not there.
    folder = _make_folder(inputs.reports)
    # Not standalone, so that errors come back here and are published before the step ends.
    outcome = cli.main(args=arguments(inputs, folder), prog_name="gate", standalone_mode=False)
    if inputs.command == "fetch":
        write_outputs({"snapshot": str(folder / "snapshot.json")}, os.environ, say=say_in_log)
    return outcome if isinstance(outcome, int) else 0


def _require(inputs: Inputs) -> None:
    """Refuse a step that lacks what its command needs, in the words of the action.

    Raises:
        UsageError: Something is missing.
    """
    has_files = bool(inputs.files) or (inputs.command == "matrix" and bool(inputs.policy))
    if inputs.command == "check" and not inputs.policy:
        raise UsageError("The input policy is missing", remedy="name the policy's file: `policy: perf.yml`")
    if inputs.command in ("matrix", "merge", "publish") and not has_files:
        raise UsageError(
            "The input files is missing", remedy="name the files, one on each line; globs are allowed"
        )


def arguments(inputs: Inputs, folder: Path) -> list[str]:
    """Make the command line that the inputs stand for. No shell sees it.

    Args:
        inputs: What the step asks for.
        folder: Where reports go.
    """
    source = _given(inputs, "policy", "app", "version", "build", "baseline")
    if inputs.command == "fetch":
        return ["fetch", f"--out={folder / 'snapshot.json'}", *source]
    if inputs.command == "check":
        copy = [] if inputs.snapshot else [f"--save-snapshot={folder / 'snapshot.json'}"]
        reports = [f"--{name}={folder / file}" for name, file in _REPORTS.items()]
        return ["check", *reports, *copy, *source, *_given(inputs, "snapshot", "checkout", "event")]
    if inputs.command == "matrix":
        return ["matrix", *_given(inputs, "app"), "--", *(inputs.files or (inputs.policy,))]
    if inputs.command == "merge":
        expect = [f"--expect={inputs.expect}"] if inputs.expect else []
        return ["merge", f"--markdown={folder / 'report.md'}", *expect, "--", *inputs.files]
    return ["publish", "--", *inputs.files]


def _given(inputs: Inputs, *names: str) -> list[str]:
    """List the options that were given, as ``--name=value``, so that no value is taken for an option."""
    return [f"--{name}={value}" for name in names if (value := getattr(inputs, name))]


def _make_folder(named: str) -> Path:
    """Make the folder of the reports if need be; a fresh one if none is named.

    Raises:
        MachineError: It can't be made.
    """
    try:
        if not named:
            return Path(tempfile.mkdtemp(prefix="gate-reports-", dir=os.environ.get("RUNNER_TEMP") or None))
        Path(named).mkdir(parents=True, exist_ok=True)
        return Path(named)
    except OSError as error:
        raise MachineError(
            f"The folder {named} can't be made" if named else "No folder for the reports can be made",
            cause=describe_reason(error),
            remedy=describe_remedy(error, "choose another with the input reports"),
        ) from None
