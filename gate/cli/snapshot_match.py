"""Whether a saved snapshot can answer what the command line and the policy ask."""

import msgspec

from gate.errors import UsageError
from gate.model.facts import BuildSignatures, Facts
from gate.model.versions import same_version
from gate.policy.types import Policy
from gate.settings import SourceSettings
from gate.snapshot.format import Snapshot


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


def select_version(facts: Facts, version: str) -> Facts:
    """Make the version that was asked for the candidate, which may be another than the snapshot's.

    Its metrics are in the snapshot, as those of every version are; its signatures are not, because Apple lists them
    by build, so there are none rather than those of another version.

    Args:
        facts: The snapshot's.
        version: Marketing version; empty for the snapshot's own.
    """
    if not version:
        return facts
    listed = facts.candidate_signatures
    if listed is not None and listed.version and not same_version(listed.version, version):
        problem = f"the snapshot has those of {listed.version}, and {version} is judged"
        facts = msgspec.structs.replace(
            facts,
            candidate_signatures=BuildSignatures(build_id="", version=version, problem=problem),
            overview_signatures=(),
        )
    return msgspec.structs.replace(facts, candidate_version=version, candidate_on_sale=False)
