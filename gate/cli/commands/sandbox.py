"""``gate sandbox``: the embedded App Store Connect, to be played with."""

import tempfile
from pathlib import Path

import click

from gate.sandbox.goals import GOAL_FORMS, GoalForm, with_goals


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="a free one",
    help="Port on this machine.",
)
@click.option("--scenario", default="regressed", show_default=True, help="Which story it tells.")
@click.option(
    "--goals",
    type=click.Choice(GOAL_FORMS),
    default=None,
    help="Send Apple's goals in one form alone: as bands (until API 4.3) or recommended. Default: as written.",
)
@click.option("--list", "list_scenarios", is_flag=True, help="Name the scenarios and stop.")
def sandbox(*, port: int, scenario: str, goals: GoalForm | None, list_scenarios: bool) -> None:
    """Serve an App Store Connect on this machine, with real tokens and real faults.

    Prints the environment under which `gate check` and `gate fetch` talk to it. Stop it with Ctrl-C.
    """
    from gate.sandbox import scenario as scenarios
    from gate.sandbox.server import Sandbox

    if list_scenarios:
        for name in scenarios.names():
            click.echo(f"{name:24} {scenarios.load(name).about}")
        return
    told = scenarios.load(scenario)
    if goals is not None:
        told = with_goals(told, goals)
    with (
        tempfile.TemporaryDirectory(prefix="gate-sandbox-") as folder,
        Sandbox(told, port=port) as server,
    ):
        key_file = Path(folder) / f"AuthKey_{server.key_id}.p8"
        # Made before the key is in it, so that at no moment others can read it.
        key_file.touch(mode=0o600)
        key_file.write_text(server.private_key, encoding="utf-8")
        click.echo(
            f"export ASC_BASE_URL={server.url}\n"
            f"export ASC_KEY_ID={server.key_id}\n"
            f"export ASC_ISSUER_ID={server.issuer_id}\n"
            f"export ASC_PRIVATE_KEY_PATH={key_file}"
        )
        click.echo(f"Serving {server.app} until Ctrl-C; ask about it with --app {server.app}.", err=True)
        server.wait()
