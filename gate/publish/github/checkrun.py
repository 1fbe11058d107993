"""An optional check run of the gate's own, beside the job's.

Runs made with a workflow's token attach to the first suite of the commit, whichever workflow that is, and their
``details_url`` is ignored; so links stand in the summary, and the job itself is the better required check.
"""

from collections.abc import Mapping
from typing import Any, Literal

from gate.publish.github import annotations
from gate.publish.github.api import Api
from gate.publish.github.failures import Unclear
from gate.publish.story import Story
from gate.text import sanitize

OUTPUT_BYTES = 65_535
"""Of ``output.summary``; described as characters and enforced as bytes."""
TITLE_LIMIT = 200

_TRIES = 3


def name_for(key: str) -> str:
    """Name of the check run, and context of the status, of one gate."""
    return "App Store performance" if key == "main" else f"App Store performance ({sanitize.plain(key, 60)})"


def conclusion(story: Story) -> Literal["success", "neutral", "failure"]:
    """What a verdict concludes. GitHub lets ``neutral`` pass as a required check, so it is only what doesn't block."""
    if story.blocks:
        return "failure"
    return "success" if story.verdict == "pass" else "neutral"


def publish(
    api: Api, sha: str, story: Story, *, key: str, external_id: str, url: str, entries: list[dict[str, Any]]
) -> str:
    """Create a completed check run and add all its annotations.

    Args:
        api: GitHub.
        sha: The commit it is about.
        story: What is told.
        key: Of the gate, when there are several.
        external_id: Names this attempt of this run, so that one that was made without an answer is found again.
        url: Page of the workflow run.
        entries: Annotations; fifty go in each request.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    output = {"title": _title(story), "summary": summary(story, url)}
    first, rest = entries[: annotations.PER_REQUEST], entries[annotations.PER_REQUEST :]
    body = {
        "name": name_for(key),
        "head_sha": sha,
        "status": "completed",
        "conclusion": conclusion(story),
        "external_id": external_id,
        "output": {**output, "annotations": first},
    }
    number = _create(api, sha, body)
    while rest:
        batch, rest = rest[: annotations.PER_REQUEST], rest[annotations.PER_REQUEST :]
        # Annotations are appended, so a request that may have been carried out must not be repeated.
        api.patch(f"check-runs/{number}", {"output": {**output, "annotations": batch}}, repeatable=False)
    return "the check run was made"


def summary(story: Story, url: str) -> str:
    """The report, cut in whole blocks to the bytes that a check run takes."""
    footer = f"\n[Workflow run]({url})\n"
    return story.draw("comment", OUTPUT_BYTES - len(footer.encode()), True) + footer


def _title(story: Story) -> str:
    return annotations.basic(sanitize.plain(f"{story.words}: {story.sentence}", TITLE_LIMIT))


def _create(api: Api, sha: str, body: Mapping[str, Any]) -> int:
    """The id of the check run; looks for it before trying again when no answer came."""
    for _ in range(_TRIES):
        try:
            return _id(api.post("check-runs", dict(body)))
        except Unclear as problem:
            unclear = problem
            found = _existing(api, sha, str(body["name"]), str(body["external_id"]))
            if found is not None:
                return found
    raise unclear


def _existing(api: Api, sha: str, name: str, external_id: str) -> int | None:
    listed = api.pages(f"commits/{sha}/check-runs", key="check_runs", check_name=name, filter="latest")
    return next((_id(run) for run in listed if run.get("external_id") == external_id), None)


def _id(run: Any) -> int:
    number = run.get("id") if isinstance(run, dict) else None
    if not isinstance(number, int):
        raise Unclear("GitHub's answer names no check run")
    return number
