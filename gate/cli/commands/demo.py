"""``gate demo``: the main job against the embedded App Store Connect."""

import importlib.resources
import shutil
import sys
from pathlib import Path

import click

from gate import __version__
from gate.cli import complain, data_source
from gate.cli.checkout_option import add_sources
from gate.cli.files import write
from gate.cli.inputs import parse_time
from gate.cli.judging import judge_release
from gate.cli.machine import describe_reason, describe_remedy
from gate.cli.output import Outputs, print_verdict, write_reports
from gate.errors import MachineError
from gate.model.result import Result
from gate.settings import KeySettings, Secret, SourceSettings

DEMO_POLICY = "demo.yml"
CHECKOUT = "checkout"
FLAME_GRAPHS = "signatures.html"
CALL_TREES = "signatures.speedscope.json"


@click.command()
@click.option("--scenario", default="regressed", show_default=True, help="Which story the sandbox tells.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for the reports.",
)
def demo(*, scenario: str, out: Path) -> int:
    """Run the main job against an embedded App Store Connect.

    Starts the sandbox on this machine, signs real tokens with a throwaway key, fetches over HTTP, judges by
    an example policy and writes every report. Needs no account and no network. `gate sandbox --list` names
    the scenarios.
    """
    from gate.policy.read import read
    from gate.sandbox.server import Sandbox

    text = importlib.resources.files("gate.sandbox").joinpath(DEMO_POLICY).read_text(encoding="utf-8")
    policy = read(text, source=DEMO_POLICY)
    with Sandbox(scenario) as sandbox:
        click.echo(f"App Store Connect sandbox at {sandbox.url}, scenario “{scenario}”.\n")
        settings = SourceSettings(app=sandbox.app, base_url=sandbox.url)
        key = KeySettings(
            key_id=sandbox.key_id, issuer_id=sandbox.issuer_id, private_key=Secret(sandbox.private_key)
        )
        found = data_source.fetch(settings, signatures=policy.signatures, key=key)
    result = judge_release(policy, found.facts, settings, now=parse_time(""), event="")
    outputs = _outputs(out)
    (out / "policy.yml").write_text(text, encoding="utf-8")
    # After the policy's file is there: a machine without git misses the suspects and nothing else.
    result = _traced(result, out / CHECKOUT)
    write_reports(result, found.snapshot, outputs, policy=policy, template=None)
    print_verdict(result, outputs)
    _write_trees(result, out)
    _point_out(out, outputs, result.exit_code)
    return 0


def _traced(result: Result, folder: Path) -> Result:
    """Add lines, owners and suspects from a repository of the example app, if there can be one."""
    from gate.sandbox import example_repository

    problem = example_repository.build(folder)
    if problem:
        click.echo(f"There is no repository of the example app, so no suspects: {problem}.\n", err=True)
        return result
    return add_sources(result, folder, tag="")


def _write_trees(result: Result, folder: Path) -> None:
    from gate.report import calltrees, flamegraph

    title = f"Signatures of {result.candidate}"
    page = flamegraph.page(result.signatures, title=title, baseline=result.signatures_baseline)
    profile = calltrees.speedscope(result.signatures, name=title, exporter=f"appstore-gate {__version__}")
    try:
        write(folder / FLAME_GRAPHS, page.encode())
        write(folder / CALL_TREES, profile)
    except OSError as error:
        complain(f"gate: warning: call trees could not be written: {describe_reason(error)}")


def _outputs(folder: Path) -> Outputs:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(
            f"The folder {folder} can't be made",
            cause=describe_reason(error),
            remedy=describe_remedy(error, "choose another with --out"),
        ) from None
    return Outputs(
        json=folder / "result.json",
        markdown=folder / "report.md",
        html=folder / "report.html",
        snapshot_copy=folder / "snapshot.json",
    )


def _point_out(folder: Path, outputs: Outputs, exit_code: int) -> None:
    rows = (
        (outputs.markdown, "the report, as a pull request comment shows it"),
        (outputs.html, "the report with charts, for a browser"),
        (folder / FLAME_GRAPHS, "flame graphs of the top signatures"),
        (folder / CALL_TREES, "the same for speedscope"),
        (folder / CHECKOUT, "a repository of the example app, where the lines and suspects are"),
        (outputs.json, "the result, for programs"),
        (outputs.snapshot_copy, "all that was fetched"),
        (folder / "policy.yml", "the policy it was judged by"),
    )
    written = [(path, what) for path, what in rows if path is not None and path.exists()]
    width = max(len(str(path)) for path, _ in written)
    click.echo("\nWritten:")
    for path, what in written:
        click.echo(f"  {str(path).ljust(width)}  {what}")
    click.echo(f"\nIn CI this would end with exit code {exit_code}. Judge it again, offline:")
    command = f"  {_program()} check --policy {folder / 'policy.yml'} --snapshot {outputs.snapshot_copy}"
    repository = folder / CHECKOUT
    click.echo(f"{command} --checkout {repository}" if repository.exists() else command)


def _program() -> str:
    """Find what to type for the gate here: its name, or its path where no shell would find it by name."""
    script = Path(sys.executable).with_name("gate")
    if shutil.which("gate") or not script.exists():
        return "gate"
    here = Path.cwd()
    return str(script.relative_to(here) if script.is_relative_to(here) else script)
