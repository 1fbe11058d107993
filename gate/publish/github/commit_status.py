"""An optional commit status: a state, a sentence of at most 140 characters and a link."""

from typing import Literal

from gate.publish.github.api import Api
from gate.publish.github.commit_words import name_for, verdict_line
from gate.publish.story import Story

DESCRIPTION_LIMIT = 140
"""Characters; GitHub refuses a longer one with 422."""


def state(story: Story) -> Literal["success", "pending", "failure"]:
    """Turn a verdict into a state: a failure if it blocks, a success only if it passes.

    There is no neutral state. What neither blocks nor passes is pending: not green, and no failure.
    """
    if story.blocks:
        return "failure"
    return "success" if story.verdict == "pass" else "pending"


def publish(api: Api, sha: str, story: Story, *, key: str, url: str) -> str:
    """Set the status of a commit. Setting it twice does no harm: the newest of a context counts.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    body = {
        "state": state(story),
        "context": name_for(key),
        "description": verdict_line(story, DESCRIPTION_LIMIT),
        "target_url": url,
    }
    # Repeating does no harm, unlike that of other POSTs: a second status of a context replaces the first.
    api.post(f"statuses/{sha}", body, repeatable=True)
    return "the commit status was set"
