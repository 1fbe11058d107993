"""One quiet comment on a pull request: found by its marker and its author, edited in place, never by an older run.

`decide` says what to do, without doing it; `publish` looks, decides, does it, and looks again after creating,
because listing and creating are two requests and another run may come between them.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gate.policy.types import CommentWhen
from gate.publish.github import marker
from gate.publish.github.api import Api
from gate.publish.github.authorship import WORKFLOW_LOGIN, author, is_by
from gate.publish.github.failures import Missing, Unclear
from gate.publish.github.marker import Marker
from gate.publish.story import Story
from gate.report.shared.lengths import COMMENT_BYTES
from gate.report.shared.words import SIGNS
from gate.text import sanitize

_TRIES = 3
"""How often creating is tried when no answer comes."""
_LEFT_ALONE = "the comment was left alone"


class OwnComment(Struct, frozen=True, kw_only=True):
    """A comment of the gate's own."""

    id: int
    body: str
    marker: Marker


class CommentStep(Struct, frozen=True, kw_only=True):
    """What to do about the comment."""

    do: Literal["create", "edit", "leave"]
    why: str = ""
    """Why nothing is done, for the log."""
    id: int = 0
    """Of the comment to edit."""
    body: str = ""
    """What to write."""
    remove: tuple[int, ...] = ()
    """Further comments of the gate's own, which a race has left behind."""


class CommentDraft(Struct, frozen=True, kw_only=True):
    """What a run has to say in its comment."""

    story: Story
    marker: Marker
    """With everything but digest and state."""
    when: CommentWhen
    run_url: str


def decide(found: Sequence[OwnComment], draft: CommentDraft) -> CommentStep:
    """Decide what to do about the comment.

    Args:
        found: The gate's own comments on the pull request, of this key.
        draft: What this run has to say.
    """
    # Ids grow, so the first is the oldest: it stays, since people may have linked to it or answered below it.
    ordered = sorted(found, key=lambda comment: comment.id)
    kept = ordered[0] if ordered else None
    newest = max(ordered, key=lambda comment: comment.marker.age) if ordered else None
    # More than one is left where two runs both listed none and both created.
    remove = tuple(comment.id for comment in ordered[1:])
    if newest is not None and newest.marker.age > draft.marker.age:
        # If the newest is not the one that stays, its own run is about to join them.
        return CommentStep(
            do="leave",
            why=f"{_LEFT_ALONE}: a newer run has written it",
            remove=remove if newest is kept else (),
        )
    if kept is None and draft.when == "findings" and not draft.story.has_findings:
        return CommentStep(do="leave", why="no comment was made: there are no findings")
    state, text = _state_and_text(draft, newest.marker if newest else None)
    fresh = replace(draft.marker, state=state, digest=_digest(draft, text))
    body = f"{marker.render(fresh)}{text}{_footer(draft.run_url)}"
    if kept is None:
        return CommentStep(do="create", body=body)
    # No edit without a change: each shows as "edited", and one with a new mention notifies people.
    if kept.marker.digest == fresh.digest:
        return CommentStep(do="leave", why=f"{_LEFT_ALONE}: nothing has changed", remove=remove)
    return CommentStep(do="edit", id=kept.id, body=body, remove=remove)


def _state_and_text(draft: CommentDraft, before: Marker | None) -> tuple[marker.MarkerState, str]:
    """Choose state and text of the comment, which is short once earlier findings are resolved."""
    story = draft.story
    had_findings = before is not None and before.state == "findings"
    was_recovered = before is not None and before.state == "recovered"
    if story.is_resolved and (had_findings or was_recovered):
        return "recovered", recovered_note(story)
    # An undecided run says nothing about earlier findings, so they are still open.
    state: marker.MarkerState = "findings" if story.has_findings or had_findings else "clear"
    return state, story.draw("comment", COMMENT_BYTES, True)


def recovered_note(story: Story) -> str:
    """Draw a short text for when earlier findings are resolved."""
    return (
        f"{SIGNS['pass']} **Recovered.** {sanitize.prose(story.sentence, 500)}\n\n"
        "What was found here earlier is resolved.\n"
    )


def _digest(draft: CommentDraft, text: str) -> str:
    """Make the fingerprint by which a change is noticed: without the receipt's times, unless every run counts."""
    is_note = text == recovered_note(draft.story)
    return marker.digest(
        text if is_note or draft.when == "always" else draft.story.draw("comment", COMMENT_BYTES, False)
    )


def _footer(run_url: str) -> str:
    return f"\n<sub>[Full report in the run's summary]({run_url})</sub>\n"


def publish(api: Api, pull_request: int, draft: CommentDraft) -> str:
    """Create, edit or leave the comment.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    path = f"issues/{pull_request}/comments"
    # Anyone may paste the marker into a comment of their own; author and marker together make it ours.
    me = api.viewer() or WORKFLOW_LOGIN
    for _ in range(_TRIES):
        found = _own(api, path, me, draft.marker.key)
        step = decide(found, draft)
        if step.do != "create":
            return _change(api, step)
        try:
            created = api.post(path, {"body": step.body})
        except Unclear as problem:
            unclear = problem  # it may be there all the same, so look before creating again
            continue
        # The answer to creating names the author for sure; asking who we are may not be allowed.
        return _settle(api, path, draft, author(created) or me)
    raise unclear


def _change(api: Api, step: CommentStep) -> str:
    if step.do == "edit":
        api.patch(f"issues/comments/{step.id}", {"body": step.body})
    _remove(api, step.remove)
    return step.why or "the comment was edited"


def _settle(api: Api, path: str, draft: CommentDraft, me: str) -> str:
    """Keep one comment, with the newest content, when another run has created one at the same time."""
    found = _own(api, path, me, draft.marker.key)
    if len(found) > 1:
        _change(api, decide(found, draft))
        return "the comment was made, and joined with that of another run"
    return "the comment was made"


def _own(api: Api, path: str, me: str, key: str) -> list[OwnComment]:
    """List the gate's own comments of this key, over all pages."""
    found = []
    for entry in api.pages(path):
        body, number = (entry.get("body"), entry.get("id")) if isinstance(entry, dict) else (None, None)
        if not isinstance(body, str) or not isinstance(number, int) or not is_by(entry, me):
            continue
        read = marker.parse(body, "comment", key)
        if read is not None:
            found.append(OwnComment(id=number, body=body, marker=read))
    return found


def _remove(api: Api, ids: Sequence[int]) -> None:
    for number in ids:
        try:
            api.delete(f"issues/comments/{number}")
        except Missing:
            continue  # the other run was faster
