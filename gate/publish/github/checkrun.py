"""An optional check run of the gate's own, beside the job's.

Runs made with a workflow's token attach to the first suite of the commit, whichever workflow that is, and their
``details_url`` is ignored; so links stand in the summary, and the job itself is the better required check.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from gate.publish.github import commands
from gate.publish.github.api import Api
from gate.publish.github.commit_words import in_basic_plane, name_for, verdict_line
from gate.publish.github.failures import Unclear
from gate.publish.github.placement import PolicyPlace, locate_finding
from gate.publish.story import AnnotationLevel, Story, StoryFinding
from gate.text import sanitize

OUTPUT_BYTES = 65_535
"""Of ``output.summary``; described as characters and enforced as bytes."""
TITLE_LIMIT = 200
PER_REQUEST = 50
"""Annotations that a check run takes at once (REST, "Create a check run")."""

_TRIES = 3
_CHECK_LEVELS: dict[AnnotationLevel, str] = {"error": "failure", "warning": "warning", "notice": "notice"}


def conclusion(story: Story) -> Literal["success", "neutral", "failure"]:
    """Turn a verdict into a conclusion. GitHub lets ``neutral`` pass as a required check, so it is only what doesn't block."""
    if story.blocks:
        return "failure"
    return "success" if story.verdict == "pass" else "neutral"


def publish(
    api: Api, sha: str, story: Story, *, key: str, external_id: str, url: str, policy: PolicyPlace
) -> str:
    """Create a completed check run and add all its annotations.

    Args:
        api: GitHub.
        sha: The commit it is about.
        story: What is published.
        key: Of the gate, when there are several.
        external_id: Names this attempt of this run, so that one that was made without an answer is found again.
        url: Page of the workflow run.
        policy: The policy's file, at whose lines rules are shown.

    Returns:
        What was done, for the log.

    Raises:
        PublishingFailed: It could not be done.
    """
    output = {"title": verdict_line(story, TITLE_LIMIT), "summary": summary(story, url)}
    entries = check_annotations(story.findings, policy)
    first, rest = entries[:PER_REQUEST], entries[PER_REQUEST:]
    body = {
        "name": name_for(key),
        "head_sha": sha,
        "status": "completed",
        "conclusion": conclusion(story),
        "external_id": external_id,
        "output": {**output, "annotations": first},
    }
    number = _create(api, sha, body)
    # GitHub shows the first 50 with the run and takes the others only by updates of it.
    while rest:
        batch, rest = rest[:PER_REQUEST], rest[PER_REQUEST:]
        # Annotations are appended, so a request that may have been carried out must not be repeated.
        api.patch(f"check-runs/{number}", {"output": {**output, "annotations": batch}}, repeatable=False)
    return "the check run was made"


def check_annotations(findings: Sequence[StoryFinding], policy: PolicyPlace) -> list[dict[str, Any]]:
    """Draw the findings that have a line in the form of a check run.

    Columns would need both ends, which nobody knows, so there are none.

    Args:
        findings: Worst first.
        policy: The policy's file, at whose lines rules are shown.
    """
    placed = ((finding, *locate_finding(finding, policy)) for finding in findings)
    return [
        {
            "path": path,
            "start_line": line,
            "end_line": line,
            "annotation_level": _CHECK_LEVELS[finding.level],
            # A message is required (REST, "Create a check run"), and text of unseen characters leaves none.
            "message": in_basic_plane(sanitize.plain(finding.message, commands.MESSAGE_LIMIT)) or "-",
            "title": in_basic_plane(sanitize.plain(finding.title, commands.TITLE_LIMIT)) or "-",
        }
        for finding, path, line in placed
        if path
    ]


def summary(story: Story, url: str) -> str:
    """Draw the report, cut in whole blocks to the bytes that a check run takes."""
    # `details_url` would be the place, but GitHub ignores it for a workflow's token.
    footer = f"\n[Workflow run]({url})\n"
    return story.draw("comment", OUTPUT_BYTES - len(footer.encode()), True) + footer


def _create(api: Api, sha: str, body: Mapping[str, Any]) -> int:
    """Create the check run and return its id; look for it before trying again when no answer came."""
    for _ in range(_TRIES):
        try:
            return _id(api.post("check-runs", dict(body)))
        except Unclear as problem:
            unclear = problem
            # A re-run makes a second check run of the same name; only `external_id` is this attempt's own.
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
