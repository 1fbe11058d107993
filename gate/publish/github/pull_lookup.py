"""Looking up what an event does not say about its pull request and commit, and checking what it does say."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from gate.publish.github.api import Api
from gate.publish.github.event import EventTarget
from gate.publish.github.failures import PublishingFailed


def resolve(api: Api, target: EventTarget) -> EventTarget:
    """Make the look-up that a target still needs. When it finds nothing, the note says so in plain words."""
    try:
        return _LOOKUPS[target.lookup](api, target) if target.lookup else target
    except PublishingFailed as problem:
        return replace(target, lookup="", note=f"The pull request could not be looked up: {problem}")


def problem_with(api: Api, target: EventTarget) -> str:
    """Say why this run must not speak on its pull request; nothing when it may.

    A run of an older commit would overwrite what a newer one says, and a number that came out of a fork's
    artifact could be anybody's: in both cases the head of the pull request is another commit.

    Raises:
        PublishingFailed: The pull request could not be read.
    """
    if target.pull_request is None:
        return target.note or "There is no pull request."
    # Nothing to compare with, as when the user names the pull request.
    if not target.expected_head:
        return ""
    head = _head(api.get(f"pulls/{target.pull_request}"))
    if head == target.expected_head:
        return ""
    return (
        f"Pull request {target.pull_request} is at {head[:12] or 'an unknown commit'}, and this run is about "
        f"{target.expected_head[:12]}, so it says nothing there."
    )


def _pull(api: Api, target: EventTarget) -> EventTarget:
    head = _head(api.get(f"pulls/{target.pull_request}"))
    # A commit that is known already was named by the user, and stays.
    return replace(target, sha=target.sha or head, lookup="")


def _pulls_of_commit(api: Api, target: EventTarget) -> EventTarget:
    """Find the merged pull request that brought a commit, else the only open one."""
    # GitHub lists open pull requests as well, which have the commit without having brought it to this branch.
    listed = list(_entries(api.pages(f"commits/{target.sha}/pulls")))
    # Both, since a pull request that is merged into another branch has the commit as well.
    merged = [
        entry for entry in listed if entry.get("merged_at") and entry.get("merge_commit_sha") == target.sha
    ]
    opened = [entry for entry in listed if entry.get("state") == "open"]
    return _chosen(target, merged or opened, f"commit {target.sha[:12]}")


def _pulls_of_head(api: Api, target: EventTarget) -> EventTarget:
    """Find the open pull request whose head is the commit of another workflow's run, maybe in a fork."""
    owner = target.head_repository.partition("/")[0]
    what = f"the branch {target.head_branch} of {target.head_repository}"
    if not owner or not target.head_branch:
        return replace(target, lookup="", note="The run names no branch, so no pull request can be found.")
    # The payload of a fork's run lists no pull requests, so the one of its branch is looked for; whether it is the
    # right one is decided by its head commit, because a branch may have moved on.
    listed = api.pages("pulls", head=f"{owner}:{target.head_branch}", state="open")
    same = [entry for entry in _entries(listed) if _head(entry) == target.expected_head]
    return _chosen(target, same, what)


def _chosen(target: EventTarget, found: list[dict[str, Any]], what: str) -> EventTarget:
    """Put in the one pull request that was found; with more than one, guessing could write to a stranger's."""
    numbers = sorted({entry["number"] for entry in found if isinstance(entry.get("number"), int)})
    if len(numbers) == 1:
        return replace(target, pull_request=numbers[0], lookup="")
    if not numbers:
        return replace(target, lookup="", note=f"No pull request belongs to {what}.")
    return replace(target, lookup="", note=f"{len(numbers)} open pull requests belong to {what}.")


def _entries(listed: Iterable[Any]) -> Iterable[dict[str, Any]]:
    return (entry for entry in listed if isinstance(entry, dict))


def _head(pull: Any) -> str:
    head = pull.get("head") if isinstance(pull, dict) else None
    sha = head.get("sha") if isinstance(head, dict) else None
    return sha if isinstance(sha, str) else ""


_LOOKUPS = {"pull": _pull, "pulls_of_commit": _pulls_of_commit, "pulls_of_head": _pulls_of_head}
