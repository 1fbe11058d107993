"""An optional issue that is open while a release fails its watch: opened once, updated quietly, closed on recovery.

It is found like the comment, by marker and author, among the open issues. Before a new one is opened, the newest
closed ones are looked at, so that a slow old run does not reopen what a newer one has closed.
"""

import re
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gate.publish.github import marker
from gate.publish.github.api import Api
from gate.publish.github.authorship import WORKFLOW_LOGIN, is_by
from gate.publish.github.failures import Unclear
from gate.publish.github.marker import Marker
from gate.publish.story import Story
from gate.report.shared.lengths import COMMENT_BYTES
from gate.report.shared.words import SIGNS
from gate.text import sanitize

_TRIES = 3
_UNSAFE_IN_TITLE = re.compile(r"[^\w .,()+/-]")


class Issue(Struct, frozen=True, kw_only=True):
    """An issue of the gate's own."""

    number: int
    body: str
    marker: Marker


def publish(api: Api, story: Story, mine: Marker, run_url: str) -> str:
    """Open, update, close or leave the issue.

    Args:
        api: GitHub.
        story: What is published.
        mine: The marker of this run, with everything but digest and state.
        run_url: Page of the workflow run.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    me = api.viewer() or WORKFLOW_LOGIN
    opened = _own(api.pages("issues", state="open"), me, mine.key)
    # The oldest, as with the comment: people may have linked to it.
    current = min(opened, key=lambda issue: issue.number, default=None)
    if current is not None and current.marker.age > mine.age:
        return "the issue was left alone: a newer run has written it"
    if story.verdict == "pass":
        return _close(api, current, story, mine, run_url) if current else "no issue is open"
    # An undecided release has not recovered, and it has not failed.
    if story.verdict != "fail":
        return "the issues were left alone: the run decides nothing about them"
    fresh = replace(mine, state="findings", digest=marker.digest(story.draw("comment", COMMENT_BYTES, False)))
    if current is None:
        return _open(api, story, fresh, me, run_url)
    if current.marker.digest == fresh.digest:
        return "the issue was left alone: nothing has changed"
    api.patch(f"issues/{current.number}", {"body": body_of(story, fresh, run_url)})
    return "the issue was updated"


def title(story: Story) -> str:
    """Name the issue. Of what comes from outside, only letters, digits and plain punctuation are kept."""
    subject = _UNSAFE_IN_TITLE.sub("", sanitize.plain(story.subject, 100))
    return f"App Store performance: {subject or 'a release'} fails its gate"


def body_of(story: Story, mine: Marker, run_url: str) -> str:
    """Draw what the issue says, with its marker first."""
    report = story.draw("comment", COMMENT_BYTES, True)
    note = "This issue is kept up to date by the gate, and closed when the release recovers."
    return f"{marker.render(mine)}{report}\n<sub>{note} [Workflow run]({run_url})</sub>\n"


def _open(api: Api, story: Story, mine: Marker, me: str, run_url: str) -> str:
    # One page is enough: it is the most recently changed issues that a newer run may have closed.
    closed = _own(
        api.get("issues", state="closed", sort="updated", direction="desc", per_page=100), me, mine.key
    )
    if any(issue.marker.age > mine.age for issue in closed):
        return "no issue was opened: a newer run has closed it"
    if any((issue.marker.state, issue.marker.digest) == (mine.state, mine.digest) for issue in closed):
        return "no issue was opened: a person has closed the one about the same findings"
    for _ in range(_TRIES):
        # Opening is not safe to repeat: after a lost answer the issue is looked for first.
        try:
            api.post("issues", {"title": title(story), "body": body_of(story, mine, run_url)})
        except Unclear as problem:
            unclear = problem
            if _own(api.pages("issues", state="open"), me, mine.key):
                return "the issue was opened"
        else:
            return "the issue was opened"
    raise unclear


def _close(api: Api, current: Issue, story: Story, mine: Marker, run_url: str) -> str:
    """Close the issue, whose report stays, and say why in a comment."""
    # By its state `_open` distinguishes an issue that the gate has closed from one that a person has closed.
    recovered = replace(mine, state="recovered", digest=current.marker.digest)
    body = marker.render(recovered) + marker.without(current.body)
    path = f"issues/{current.number}"
    api.patch(path, {"state": "closed", "state_reason": "completed", "body": body})
    words = (
        f"{SIGNS['pass']} **Recovered.** {sanitize.prose(story.sentence, 500)}\n\n[Workflow run]({run_url})\n"
    )
    api.post(f"{path}/comments", {"body": words})
    return "the issue was closed"


def _own(listed: Any, me: str, key: str) -> list[Issue]:
    """List the gate's own issues of this key.

    GitHub's list of issues holds pull requests too, which have a key of that name ("List repository issues").
    """
    found = []
    for entry in listed if not isinstance(listed, dict) else []:
        body, number = (entry.get("body"), entry.get("number")) if isinstance(entry, dict) else (None, None)
        if not isinstance(body, str) or not isinstance(number, int) or "pull_request" in entry:
            continue
        read = marker.parse(body, "issue", key)
        if read is not None and is_by(entry, me):
            found.append(Issue(number=number, body=body, marker=read))
    return found
