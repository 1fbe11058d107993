"""An optional commit status: a state, a sentence of at most 140 characters and a link."""

from typing import Literal

from gate.publish.github import annotations
from gate.publish.github.api import Api
from gate.publish.github.checkrun import name_for
from gate.publish.story import Story
from gate.text import sanitize

DESCRIPTION_LIMIT = 140
"""Characters."""


def state(story: Story) -> Literal["success", "failure"]:
    """There is no neutral state: what does not block is a success, and the description says what it is."""
    return "failure" if story.blocks else "success"


def publish(api: Api, sha: str, story: Story, *, key: str, url: str) -> str:
    """Set the status of a commit. Setting it twice does no harm: the newest of a context counts.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    words = sanitize.plain(f"{story.words}: {story.sentence}", DESCRIPTION_LIMIT)
    body = {
        "state": state(story),
        "context": name_for(key),
        "description": annotations.basic(words),
        "target_url": url,
    }
    api.post(f"statuses/{sha}", body, repeatable=True)
    return "the commit status was set"
