"""``gate show``: the history of a slice, drawn in the terminal."""

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

import click
from msgspec import Struct

from gate.cli import data_source, options
from gate.cli.inputs import load_policy, load_result, parse_time
from gate.cli.judging import judge_release
from gate.cli.output import print_text, terminal_habits
from gate.cli.snapshot_match import require_match
from gate.errors import UsageError
from gate.model.result import Check, Result
from gate.model.states import STATES
from gate.policy.types import Policy, Rule, Selector, Signatures
from gate.settings import SourceSettings

_NO_SIGNATURES = Signatures(types=())


class HistorySelection(Struct, frozen=True, kw_only=True):
    """Which slices are drawn; every part may be a glob."""

    device: str = "*"
    percentile: str = "*"
    platform: str = "*"

    def selects(self, check: Check, name: str) -> bool:
        """Tell whether a check is of a slice, or of a rule, that is selected."""
        key = check.slice
        return (
            _alike(key.name if "/" in name else check.rule, name)
            and _alike(key.device, self.device)
            and _alike(key.percentile, self.percentile)
            and _alike(key.platform, self.platform)
        )


_SELECTION = (
    click.option(
        "--device", default="*", metavar="ID", help="Only this device or group, such as all_iphones."
    ),
    click.option("--percentile", default="*", metavar="P", help="Only this percentile: p50 or p90."),
    click.option("--platform", default="*", metavar="NAME", help="Only this platform: iOS or macOS."),
)


@click.command()
@click.argument("slice_", metavar="SLICE")
@click.option("--result", type=options.FILE, help="A result saved by `gate check --json`.")
@options.policy_option(required=False)
@options.snapshot_option
@options.gathered(HistorySelection, "selection", _SELECTION)
@options.source_options
def show(
    *,
    slice_: str,
    result: Path | None,
    policy: Path | None,
    snapshot: Path | None,
    selection: HistorySelection,
    settings: SourceSettings,
) -> None:
    """Draw the history of SLICE: a metric such as LAUNCH/launchTime, or a rule.

    Each version has a row with its value and error bar. The lines are the baseline, what is allowed, the limit and
    Apple's goal, as far as they are known: a saved result and a policy know them all. Globs work everywhere.

    \b
    Examples:
      gate show launch-typical --result result.json
      gate show LAUNCH/launchTime --device all_iphones --percentile p50 --snapshot snapshot.json
    """
    from gate.report import history

    if result is not None:
        judged = load_result(result)
    # A slash makes it a metric: ids of rules have none.
    elif "/" in slice_ or policy is not None:
        judged = _judged(policy, snapshot, settings)
    else:
        raise UsageError(
            f"{slice_} is the name of a rule, and nothing here knows rules",
            remedy="name a metric such as LAUNCH/launchTime, or give --result or --policy",
        )
    with_colour, width = terminal_habits()
    text = history.render(
        _chosen(judged, slice_, selection),
        judged=result is not None or policy is not None,
        missing=judged.candidate,
        width=width,
        color=with_colour,
    )
    print_text(text, colour=with_colour)


def _judged(policy_file: Path | None, snapshot: Path | None, settings: SourceSettings) -> Result:
    """Judge the slices as a policy sees them; without one, as a rule sees them that selects everything and asks nothing."""
    policy = load_policy(policy_file) if policy_file is not None else _every_slice()
    if snapshot is not None:
        found = data_source.load(snapshot)
        require_match(found.snapshot, settings, policy)
    else:
        found = data_source.fetch(data_source.for_policy(settings, policy), signatures=_NO_SIGNATURES)
    return judge_release(policy, found.facts, settings, now=parse_time(""), event="")


def _every_slice() -> Policy:
    """Make a policy that finds every slice and holds it against Apple's goal alone."""
    return Policy(rules=(Rule(id="all", selector=Selector(metric="*"), goal="recommended"),))


def _chosen(result: Result, name: str, selection: HistorySelection) -> Sequence[Check]:
    """Choose the checks that are selected, the worst first.

    Raises:
        UsageError: There are none.
    """
    named = [check for check in result.checks if check.history and HistorySelection().selects(check, name)]
    found = [check for check in named if selection.selects(check, name)]
    if found:
        return sorted(found, key=lambda check: STATES.index(check.state))
    if named:
        places = sorted({f"{check.slice.percentile} on {check.slice.device}" for check in named})
        raise UsageError(f"{name} has no such slice", remedy=f"it has {_listed(places)}")
    known = sorted(
        {check.slice.name if "/" in name else check.rule for check in result.checks if check.history}
    )
    near = get_close_matches(name, known, n=1)
    raise UsageError(
        f"No version has a value of {name}",
        remedy=f"did you mean {near[0]}?" if near else f"there are {_listed(known)}",
    )


def _listed(names: Sequence[str], *, most: int = 12) -> str:
    if not names:
        return "no measured slices at all"
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _alike(text: str, glob: str) -> bool:
    return fnmatchcase(text.casefold(), glob.casefold())
