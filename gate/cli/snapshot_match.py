"""Whether a saved snapshot can answer what the command line and the policy ask."""

from difflib import get_close_matches

import msgspec

from gate.errors import UsageError
from gate.model.facts import BuildSignatures, Facts
from gate.model.versions import order, same_version
from gate.policy.types import Policy
from gate.settings import SourceSettings
from gate.snapshot.format import Snapshot
from gate.text.words import version_list

_MOST_NAMED = 12
"""Versions that are named one by one; of more, the first and the last."""


def require_match(snapshot: Snapshot, settings: SourceSettings, policy: Policy) -> None:
    """Refuse a snapshot of another app, build or version than the one that is asked about.

    A metrics body that another tool saved names no app, so it can't be another one's.

    Raises:
        UsageError: It is about something else.
    """
    subject = snapshot.subject
    app = settings.app or policy.app
    names = {name for name in (subject.app_id, subject.bundle_id) if name}
    # Either name will do: a policy may name the app by its id and a snapshot by its bundle id.
    if app and names and app not in names:
        raise _mismatch("app", app, subject.bundle_id or subject.app_id)
    if settings.build and not _is_of_build(snapshot, settings.build):
        made_for = f"build {subject.build_id}" if subject.build_id else "whole versions"
        raise UsageError(
            f"The snapshot was not made for build {settings.build}",
            cause=f"--build needs the build's own metrics, and this snapshot has those of {made_for}",
            remedy="fetch it with `gate fetch --build …`, or leave --build out",
        )
    # A build's metrics are those of one version; a snapshot of whole versions can answer for each of them.
    if settings.version and subject.build_id and not same_version(settings.version, subject.version):
        raise _mismatch("version", settings.version, f"a build of {subject.version}")


def _is_of_build(snapshot: Snapshot, build: str) -> bool:
    """Tell whether the snapshot is of this build: by its id, or by the build number it was looked up with."""
    if build == snapshot.subject.build_id:
        return True
    looked_up = {
        value
        for exchange in snapshot.exchanges
        if exchange.call == "builds"
        for name, value in exchange.request.query
        if name == "filter[version]"
    }
    # The snapshot holds no build number of its own, only the question with which the build was found.
    return bool(snapshot.subject.build_id) and build in looked_up


def _mismatch(what: str, asked: str, found: str) -> UsageError:
    return UsageError(
        f"The snapshot is not about {what} {asked}",
        cause=f"it was made for {found}",
        remedy="fetch one with `gate fetch`, or ask about what this one is for",
    )


def _known_versions(facts: Facts) -> tuple[str, ...]:
    """List all versions that a snapshot says anything about, oldest first."""
    timeline = order(series.listed or series.versions for series in facts.series)
    builds = (facts.candidate_signatures, facts.baseline_signatures)
    # What it was fetched for counts even if Apple has measured nothing of it yet.
    others = (facts.candidate_version, *(build.version for build in builds if build is not None))
    return (*timeline.versions, *dict.fromkeys(one for one in others if one and not timeline.find(one)))


def _require_version(version: str, known: tuple[str, ...]) -> None:
    if any(same_version(version, one) for one in known):
        return
    near = get_close_matches(version, known, n=1)
    has = f"it has {version_list(known, most=_MOST_NAMED)}" if known else "it has no metrics of any version"
    raise UsageError(
        f"The snapshot has no version {version}: {has}",
        cause="the version is misspelt, or the snapshot was made before Apple had data of it",
        remedy=f"did you mean {near[0]}?"
        if near
        else "name one that it has, or fetch a new snapshot with `gate fetch`",
    )


def select_version(facts: Facts, version: str) -> Facts:
    """Make the version that was asked for the candidate, which may be another than the snapshot's.

    Its metrics are in the snapshot, as those of every version are; its signatures are not, because Apple lists them
    by build, so there are none rather than those of another version.

    Args:
        facts: The snapshot's.
        version: Marketing version; empty for the snapshot's own.

    Raises:
        UsageError: The snapshot knows no such version.
    """
    if not version:
        return facts
    _require_version(version, _known_versions(facts))
    listed = facts.candidate_signatures
    if listed is not None and listed.version and not same_version(listed.version, version):
        problem = f"the snapshot has those of {listed.version}, and {version} is judged"
        facts = msgspec.structs.replace(
            facts,
            candidate_signatures=BuildSignatures(build_id="", version=version, problem=problem),
            overview_signatures=(),
        )
    return msgspec.structs.replace(facts, candidate_version=version, candidate_on_sale=False)
