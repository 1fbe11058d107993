"""``gate demo``: the main job against the embedded App Store Connect."""

import importlib.resources
from pathlib import Path

import click

from gate.cli import check, source
from gate.errors import UsageError
from gate.policy.read import read
from gate.sandbox.server import Sandbox
from gate.settings import KeySettings, Secret, SourceSettings

DEMO_POLICY = "demo.yml"


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
    text = importlib.resources.files("gate.sandbox").joinpath(DEMO_POLICY).read_text(encoding="utf-8")
    policy = read(text, source=DEMO_POLICY)
    with Sandbox(scenario) as sandbox:
        click.echo(f"App Store Connect sandbox at {sandbox.url}, scenario “{scenario}”.\n")
        settings = SourceSettings(app=sandbox.app, base_url=sandbox.url)
        key = KeySettings(
            key_id=sandbox.key_id, issuer_id=sandbox.issuer_id, private_key=Secret(sandbox.private_key)
        )
        found = source.fetch(settings, signatures=policy.signatures, key=key)
    result = check.judge(policy, found, settings, now=check.parse_time(""), event="")
    outputs = _outputs(out)
    (out / "policy.yml").write_text(text, encoding="utf-8")
    check.publish(result, found, outputs, policy=policy, template=None)
    _point_out(out, outputs, result.exit_code)
    return 0


def _outputs(folder: Path) -> check.Outputs:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} can't be made", cause=error.strerror or str(error)) from None
    return check.Outputs(
        json=folder / "result.json", markdown=folder / "report.md", snapshot_copy=folder / "snapshot.json"
    )


def _point_out(folder: Path, outputs: check.Outputs, exit_code: int) -> None:
    rows = (
        (outputs.markdown, "the report, as a pull request comment shows it"),
        (outputs.json, "the result, for programs"),
        (outputs.snapshot_copy, "all that was fetched"),
        (folder / "policy.yml", "the policy it was judged by"),
    )
    width = max(len(str(path)) for path, _ in rows)
    click.echo("Written:")
    for path, what in rows:
        click.echo(f"  {str(path).ljust(width)}  {what}")
    click.echo(f"\nIn CI this would end with exit code {exit_code}. Judge it again, offline:")
    click.echo(f"  gate check --policy {folder / 'policy.yml'} --snapshot {outputs.snapshot_copy}")
