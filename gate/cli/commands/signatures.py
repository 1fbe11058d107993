"""``gate signatures``: the top diagnostic signatures of a release, their call trees and where they are."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click
from msgspec import Struct, structs

from gate import __version__
from gate.cli import data_source, options
from gate.cli.checkout_option import checkout_option
from gate.cli.files import STANDARD_OUTPUT, check_targets
from gate.cli.inputs import load_policy
from gate.cli.output import print_text, terminal_habits, write_or_fail
from gate.cli.snapshot_match import require_match, select_version
from gate.errors import UsageError
from gate.judge import diagnostics
from gate.model.facts import Facts
from gate.model.result import SignatureFinding
from gate.policy.types import Policy, Signatures
from gate.publish.hosts import repository_address
from gate.settings import SourceSettings
from gate.signatures.tree import TreeLimits

WHOLE = TreeLimits(nodes=2000, least_share=0.0)
"""Of trees that are looked at one by one: more than anybody reads, and still a bound."""
SHORTEST_ID = 4
"""Characters of an id that name a signature."""


class Shown(Struct, frozen=True, kw_only=True):
    """Which signatures are shown, and how."""

    types: tuple[str, ...] = ()
    top: int | None = None
    id: str = ""
    tree: bool = False
    speedscope: Path | None = None
    folded: Path | None = None
    flamegraph: Path | None = None


class _Found(Struct, frozen=True, kw_only=True):
    """The signatures of a release, and what to know of them."""

    candidate: str
    baseline: str
    listed: tuple[SignatureFinding, ...]
    gone: tuple[SignatureFinding, ...]
    notes: tuple[str, ...]


_SHOWN = (
    click.option(
        "--type",
        "types",
        multiple=True,
        type=click.Choice(Signatures().types, case_sensitive=False),
        help="Only this type; may be given more than once.",
    ),
    click.option(
        "--top",
        type=click.IntRange(1, 200),
        default=None,
        help=f"How many of each type. Default: the policy's, or {Signatures().top}.",
    ),
    click.option(
        "--id",
        default="",
        metavar="ID",
        help="Only this one: Apple's id or its beginning, a fingerprint, or type and rank such as HANGS/1.",
    ),
    click.option("--tree", is_flag=True, help="Show the merged call tree."),
    click.option("--speedscope", type=options.FILE, help="Write the call trees for speedscope."),
    click.option("--folded", type=options.FILE, help="Write the call trees as folded stacks."),
    click.option("--flamegraph", type=options.FILE, help="Write the call trees as one HTML page."),
)


@click.command()
@options.policy_option(required=False)
@options.snapshot_option
@checkout_option
@options.source_options
@options.gathered(Shown, "shown", _SHOWN)
def signatures(
    *,
    policy: Path | None,
    snapshot: Path | None,
    checkout: Path | None,
    settings: SourceSettings,
    shown: Shown,
) -> None:
    """List a build's top diagnostic signatures: hangs, disk writes and slow launches.

    Each with its share of its type, the change since the baseline build, and the frame Apple blames. With
    --checkout also the line, its owner, and the commits since the baseline that touched it.

    \b
    Examples:
      gate signatures --app com.example.photos --checkout .
      gate signatures --snapshot snapshot.json --id HANGS/1 --tree
      gate signatures --snapshot snapshot.json --flamegraph signatures.html
    """
    targets = {"speedscope": shown.speedscope, "folded": shown.folded, "flamegraph": shown.flamegraph}
    check_targets(*targets.values())
    rules = load_policy(policy) if policy is not None else Policy(rules=())
    asked = structs.replace(
        rules.signatures,
        types=shown.types or rules.signatures.types,
        top=shown.top or rules.signatures.top,
    )
    facts = _facts(snapshot, settings, rules, asked)
    found = _traced(_found(asked, facts, datetime.now(UTC).date()), checkout, tag=asked.tag)
    # Named before anything is written, so that a misspelt id leaves no file behind.
    chosen = (*found.listed, *found.gone) if not shown.id else (_named(found, shown.id),)
    _write(found, chosen, {name: path for name, path in targets.items() if path is not None})
    # A file that goes to standard output must be the only thing there.
    if STANDARD_OUTPUT in targets.values():
        return
    if shown.id or shown.tree:
        _describe(chosen, tree=shown.tree)
    else:
        _list(found)


def _facts(snapshot: Path | None, settings: SourceSettings, rules: Policy, asked: Signatures) -> Facts:
    if snapshot is None:
        return data_source.fetch(data_source.for_policy(settings, rules), signatures=asked).facts
    found = data_source.load(snapshot)
    require_match(found.snapshot, settings, rules)
    return select_version(found.facts, settings.version)


def _found(asked: Signatures, facts: Facts, today: date) -> _Found:
    build = facts.candidate_signatures
    return _Found(
        candidate=facts.candidate_version or (build.version if build is not None else ""),
        baseline=diagnostics.compared_version(facts),
        listed=tuple(diagnostics.judge_signatures(asked, facts, today=today, limits=WHOLE)),
        gone=tuple(diagnostics.list_gone(asked, facts)),
        notes=tuple(diagnostics.note_gaps(facts)),
    )


def _traced(found: _Found, checkout: Path | None, *, tag: str) -> _Found:
    if checkout is None:
        return found
    from gate.source import enrich_findings

    traced = enrich_findings(
        found.listed,
        checkout,
        candidate=found.candidate,
        baseline=found.baseline,
        tag=tag,
        web=repository_address(os.environ),
    )
    return structs.replace(found, listed=traced.findings, notes=(*found.notes, *traced.notes))


def _named(found: _Found, name: str) -> SignatureFinding:
    """Find the signature that a person names.

    Raises:
        UsageError: There is none, or more than one.
    """
    known = (*found.listed, *found.gone)
    same = [
        one for one in known if name in (one.id, one.fingerprint, *one.others) or _is_rank(one, name)
    ] or [one for one in known if len(name) >= SHORTEST_ID and one.id.startswith(name)]
    if len(same) != 1:
        listed = ", ".join(f"{one.type}/{one.rank}" for one in found.listed)
        raise UsageError(
            f"{'More than one' if same else 'No'} signature is named {name}",
            cause="only the top signatures of each type are known",
            remedy=f"give --top or one of {listed}" if listed else "give --top",
        )
    return same[0]


def _is_rank(finding: SignatureFinding, name: str) -> bool:
    return finding.change != "gone" and name.upper() == f"{finding.type}/{finding.rank}"


def _write(found: _Found, chosen: tuple[SignatureFinding, ...], targets: dict[str, Path]) -> None:
    """Make every file first, then write them: whole or not at all.

    Raises:
        UsageError: One could not be written.
    """
    contents = [(path, _file(name, found, chosen)) for name, path in targets.items()]
    for path, content in contents:
        write_or_fail(path, content)


def _file(name: str, found: _Found, chosen: tuple[SignatureFinding, ...]) -> bytes:
    from gate.report import calltrees, flamegraph

    title = f"Signatures of {found.candidate}" if found.candidate else "Signatures"
    if name == "speedscope":
        return calltrees.speedscope(chosen, name=title, exporter=f"appstore-gate {__version__}")
    if name == "folded":
        return calltrees.folded(chosen).encode()
    return flamegraph.page(chosen, title=title, baseline=found.baseline).encode()


def _list(found: _Found) -> None:
    from gate.report import terminal

    with_colour, width = terminal_habits()
    every = (*found.listed, *found.gone)
    text = terminal.render_signatures(every, found.notes, width=width, color=with_colour)
    print_text(text, colour=with_colour)


def _describe(chosen: tuple[SignatureFinding, ...], *, tree: bool) -> None:
    """Print all that is known of some signatures, as plain text."""
    from gate.report import explanation

    parts = [explanation.render(finding, with_tree=tree) for finding in chosen]
    print_text("\n".join(parts), colour=False)
