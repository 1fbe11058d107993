"""From options to facts: a saved snapshot, or one fetched from App Store Connect.

The one place where the real clients are built; everything below receives them.
"""

import os
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import Struct

from gate.cli.fetch_progress import OnAnswer, show_fetch_progress
from gate.cli.files import read_bytes
from gate.cli.foreign import explain_foreign
from gate.errors import SnapshotError, UsageError
from gate.model.facts import Facts
from gate.policy.types import Policy, Signatures
from gate.settings import KeySettings, SourceSettings, read_key
from gate.snapshot.format import Request, Snapshot

if TYPE_CHECKING:
    from gate.appstore.client import Client
    from gate.appstore.token import TokenSource


class Source(Struct, frozen=True, kw_only=True):
    """A snapshot with what it says."""

    snapshot: Snapshot
    facts: Facts


def for_policy(settings: SourceSettings, policy: Policy) -> SourceSettings:
    """Complete the settings with what the policy says where the command line is silent."""
    return msgspec.structs.replace(
        settings,
        app=settings.app or policy.app,
        baseline=settings.baseline or policy.baseline.pinned,
    )


def load(path: Path) -> Source:
    """Read a snapshot, or a metrics body that another tool saved.

    Raises:
        UsageError: The file can't be read, or it is a result or a policy.
        SnapshotError: It is neither a snapshot nor a metrics body.
    """
    from gate.appstore.decode.snapshot import facts
    from gate.snapshot.file import load as parse

    data = read_bytes(path, what="snapshot")
    try:
        snapshot, digest = parse(data)
    except SnapshotError as error:
        raise explain_foreign(path, data, wanted="snapshot") or error from None
    return Source(snapshot=snapshot, facts=facts(snapshot, digest=digest))


def fetch(settings: SourceSettings, *, signatures: Signatures, key: KeySettings | None = None) -> Source:
    """Fetch everything about one release from App Store Connect.

    Args:
        settings: What to ask about, and how.
        signatures: Which types of signatures, and how many of each.
        key: The key to sign with, instead of the environment's.
    """
    from gate.appstore.collect import collect
    from gate.appstore.decode.snapshot import facts
    from gate.snapshot.file import dump
    from gate.snapshot.file import load as parse

    if not settings.app:
        raise UsageError(
            "No app is named",
            cause="neither the policy nor the command line says which app to judge",
            remedy="write `app: com.example.photos` into the policy, or give --app",
        )
    # The environment is read here and nowhere below: what signs is handed its key.
    tokens = _tokens(key or read_key(os.environ, key_path=settings.key_path))
    with show_fetch_progress() as seen, _client(settings, tokens, seen) as client:
        snapshot = collect(
            client,
            app=settings.app,
            version=settings.version,
            build=settings.build,
            baseline=settings.baseline,
            signature_types=signatures.types,
            top=signatures.top,
            clock=time.time,
        )
    # Read back as a file would be, so that a live run and one from a snapshot can't differ.
    snapshot, digest = parse(dump(snapshot))
    return Source(snapshot=snapshot, facts=facts(snapshot, digest=digest))


def _tokens(key: KeySettings) -> "TokenSource":
    """Build the source of tokens; in an Actions run the key and every token are masked before their first use."""
    from gate.appstore.token import TokenSource, load_credentials
    from gate.publish.hosts import secret_masker

    # On standard error, which the runner reads too: standard output may be a report.
    mask = secret_masker(os.environ, say=partial(click.echo, err=True))
    credentials = load_credentials(
        key_id=key.key_id,
        issuer_id=key.issuer_id,
        private_key=key.private_key.reveal(),
        private_key_path=key.private_key_path,
        on_secret=mask,
    )
    return TokenSource(credentials, clock=time.time, on_secret=mask)


def _client(settings: SourceSettings, tokens: "TokenSource", seen: OnAnswer) -> "Client":
    from gate.appstore.client import Client

    def answered(request: Request, limits: Mapping[str, int]) -> None:
        seen(request, limits)
        if settings.verbose:
            _show_rate_limit(request, limits)

    return Client(
        settings.base_url,
        tokens,
        clock=time.time,
        sleep=time.sleep,
        scoped=not settings.unscoped,
        on_rate_limit=answered,
    )


def _show_rate_limit(request: Request, limits: Mapping[str, int]) -> None:
    shown = ", ".join(f"{name} {count}" for name, count in limits.items())
    click.echo(f"gate: GET {request.path}: {shown or 'no rate limit sent'}", err=True)
