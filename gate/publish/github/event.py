"""Where a run reports to: the pull request and the commit that an event is about.

Pure: a name, a payload and what the user gave go in, an `EventTarget` comes out. What a payload does not hold is named
as a look-up, which `gate.publish.github.pull_lookup` makes. Payloads follow GitHub's webhook documentation and the page
"Events that trigger workflows"; anything in them may be missing or of another type.
"""

import re
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct, structs

Lookup = Literal["", "pull", "pulls_of_commit", "pulls_of_head"]
"""What must be asked before the target is known.

``pull``: the head commit of the pull request; ``pulls_of_commit``: the pull request that brought a commit;
``pulls_of_head``: the open pull request of a branch, maybe in a fork.
"""

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# The payload of "merge_group" has no number of a pull request; it stands in the name of the queue's branch only.
_QUEUE_BRANCH = re.compile(r"(?:refs/heads/)?gh-readonly-queue/(?P<base>.+)/pr-(?P<number>\d+)-[0-9a-f]+")
_DELETED = "0" * 40
"""The commit "after" that a push names when it deletes a branch (webhook "push")."""


class EventTarget(Struct, frozen=True, kw_only=True):
    """Where a run reports to."""

    event: str
    repository: str
    """``owner/name`` of the repository the workflow runs in."""
    sha: str = ""
    """The commit to report on; empty when there is none or it must be looked up."""
    pull_request: int | None = None
    head_repository: str = ""
    """``owner/name`` that a pull request comes from; empty when it is not known, or gone."""
    head_branch: str = ""
    base_branch: str = ""
    expected_head: str = ""
    """The pull request is the right one, and the run is not outdated, only if this is its head commit."""
    lookup: Lookup = ""
    note: str = ""
    """Why there is no pull request or no commit, in a sentence; empty when there are both."""

    @property
    def is_fork(self) -> bool:
        """Whether the change comes from another repository."""
        # GitHub's names are the same in upper and lower case. A fork that is gone is no longer known.
        return bool(self.head_repository) and self.head_repository.lower() != self.repository.lower()


def locate(
    event: str, payload: Any, *, repository: str, sha: str, pull_request: int | None = None, commit: str = ""
) -> EventTarget:
    """Find where a run reports to.

    Args:
        event: Name of the event, such as ``pull_request``.
        payload: Its payload, decoded from JSON and not checked.
        repository: ``owner/name`` the workflow runs in.
        sha: ``GITHUB_SHA``.
        pull_request: Number that the user gave; it wins over the event's.
        commit: Commit that the user gave; it wins over the event's.
    """
    known = EventTarget(event=event, repository=repository, sha=_sha(sha))
    target = _READERS.get(event, _other)(known, payload)
    if pull_request is not None:
        target = _with_pull_request(target, pull_request, own_commit=event in _OWN_COMMIT)
    # Last, because a commit that the user names wins over all that an event or a look-up says.
    if commit:
        target = structs.replace(target, sha=commit, lookup="" if target.lookup == "pull" else target.lookup)
    return target


def _with_pull_request(target: EventTarget, number: int, *, own_commit: bool) -> EventTarget:
    """Put the user's pull request in. Unless the event is about a commit, its head is reported on."""
    if own_commit or target.pull_request == number:
        return structs.replace(target, pull_request=number, note="", lookup="")
    # The event's commit may be any, such as the default branch's, so the head of the pull request is asked for.
    return structs.replace(target, pull_request=number, note="", sha="", expected_head="", lookup="pull")


def _pull_request(target: EventTarget, payload: Any) -> EventTarget:
    # GITHUB_SHA is a temporary merge here, on which nobody would see a check or a status.
    head = _text(payload, "pull_request", "head", "sha")
    return structs.replace(
        target,
        pull_request=_count(payload, "pull_request", "number"),
        sha=_sha(head),
        expected_head=_sha(head),
        head_repository=_text(payload, "pull_request", "head", "repo", "full_name"),
        head_branch=_text(payload, "pull_request", "head", "ref"),
        base_branch=_text(payload, "pull_request", "base", "ref"),
    )


def _issue_comment(target: EventTarget, payload: Any) -> EventTarget:
    if not _dig(payload, "issue", "pull_request"):
        return structs.replace(target, note="The comment is on an issue, not on a pull request.")
    # GITHUB_SHA is the default branch here.
    return structs.replace(target, pull_request=_count(payload, "issue", "number"), sha="", lookup="pull")


def _push(target: EventTarget, payload: Any) -> EventTarget:
    if _dig(payload, "deleted") is True or _text(payload, "after") == _DELETED:
        return structs.replace(target, sha="", note="The push deleted a branch, so there is no commit.")
    # The commit may have come by a merged pull request; "push" does not say so.
    branch = _text(payload, "ref").removeprefix("refs/heads/")
    return structs.replace(target, lookup="pulls_of_commit", head_branch=branch)


def _merge_group(target: EventTarget, payload: Any) -> EventTarget:
    # A required check must land on the queue's own commit, not on the head of the pull request.
    sha = _sha(_text(payload, "merge_group", "head_sha")) or target.sha
    found = _QUEUE_BRANCH.fullmatch(_text(payload, "merge_group", "head_ref"))
    if found is None:
        return structs.replace(target, sha=sha, note="The merge group's branch names no pull request.")
    return structs.replace(target, sha=sha, pull_request=int(found["number"]), base_branch=found["base"])


def _workflow_run(target: EventTarget, payload: Any) -> EventTarget:
    # GITHUB_SHA is the default branch here.
    head = _sha(_text(payload, "workflow_run", "head_sha"))
    target = structs.replace(
        target,
        sha=head,
        expected_head=head,
        head_repository=_text(payload, "workflow_run", "head_repository", "full_name"),
        head_branch=_text(payload, "workflow_run", "head_branch"),
    )
    if not head:
        return structs.replace(target, note="The payload names no workflow run.")
    return _with_listed_pull_request(target, _dig(payload, "workflow_run", "pull_requests"))


def _check(key: str) -> Callable[[EventTarget, Any], EventTarget]:
    """Make the reader of a check run or a check suite, which both hold a commit and a list."""

    def read(target: EventTarget, payload: Any) -> EventTarget:
        sha = _sha(_text(payload, key, "head_sha")) or target.sha
        target = structs.replace(target, sha=sha, expected_head=sha)
        found = _with_listed_pull_request(target, _dig(payload, key, "pull_requests"))
        if found.pull_request is None:
            return structs.replace(target, note=f"The {key.replace('_', ' ')} lists no pull request.")
        return found

    return read


def _with_listed_pull_request(target: EventTarget, listed: Any) -> EventTarget:
    """Take the pull request of a list, which is empty for forks and may hold those of other repositories."""
    for entry in listed if isinstance(listed, list) else []:
        # For a fork's branch the list may hold pull requests within the fork itself.
        base = _text(entry, "base", "repo", "url")
        number = _count(entry, "number")
        if number is not None and (not base or base.lower().endswith(f"/repos/{target.repository}".lower())):
            return structs.replace(
                target, pull_request=number, base_branch=_text(entry, "base", "ref"), lookup=""
            )
    return structs.replace(target, lookup="pulls_of_head")


def _deployment(target: EventTarget, payload: Any) -> EventTarget:
    sha = _sha(_text(payload, "deployment", "sha")) or target.sha
    return structs.replace(target, sha=sha, note="A deployment belongs to no pull request.")


def _without_pull_request(words: str) -> Callable[[EventTarget, Any], EventTarget]:
    """Make the reader of an event that never has a pull request."""

    def read(target: EventTarget, payload: Any) -> EventTarget:  # noqa: ARG001 - one signature for all readers
        return structs.replace(target, note=words)

    return read


def _other(target: EventTarget, payload: Any) -> EventTarget:
    if _count(payload, "pull_request", "number") is not None:
        return _pull_request(target, payload)
    name = target.event or "without a name"
    return structs.replace(target, note=f"The event {name} names no pull request.")


_READERS: dict[str, Callable[[EventTarget, Any], EventTarget]] = {
    "pull_request": _pull_request,
    "pull_request_target": _pull_request,
    "issue_comment": _issue_comment,
    "push": _push,
    "merge_group": _merge_group,
    "workflow_run": _workflow_run,
    "check_run": _check("check_run"),
    "check_suite": _check("check_suite"),
    "deployment": _deployment,
    "release": _without_pull_request("A release belongs to no pull request."),
    "schedule": _without_pull_request("A scheduled run belongs to no pull request."),
    "workflow_dispatch": _without_pull_request(
        "A run that was started by hand belongs to no pull request; the input pr-number can name one."
    ),
    "repository_dispatch": _without_pull_request(
        "A dispatched run belongs to no pull request; the input pr-number can name one."
    ),
}
_OWN_COMMIT = ("push", "merge_group", "workflow_run", "check_run", "check_suite", "deployment", "release")
"""Events about a commit that stays the one to report on when the user names a pull request."""


def _dig(value: Any, *path: str) -> Any:
    """Read what is at a path of keys, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _text(value: Any, *path: str) -> str:
    found = _dig(value, *path)
    return found if isinstance(found, str) else ""


def _count(value: Any, *path: str) -> int | None:
    found = _dig(value, *path)
    # In Python true is an int, and a payload may hold anything.
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def _sha(text: str) -> str:
    return text if _SHA.fullmatch(text) else ""
