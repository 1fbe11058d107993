"""Findings as annotations: commands in the log of a job, and entries of a check run.

Pure. The runner keeps ten annotations of each level per step, and all steps inside an action share them; a check
run takes fifty per request.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gate.publish.github import commands
from gate.publish.github.commands import LEVELS, AnnotationLevel
from gate.publish.story import Story, StoryFinding
from gate.text import sanitize

PER_LEVEL = 10
"""What a runner shows of one level (``ExecutionContext.cs`` of actions/runner)."""
PER_REQUEST = 50
"""What a check run takes at once (REST, "Create a check run")."""

_BASIC = 0xFFFF
_TITLE = "App Store performance"
_CHECK_LEVELS: dict[AnnotationLevel, str] = {"error": "failure", "warning": "warning", "notice": "notice"}


def headline(story: Story) -> StoryFinding:
    """The verdict itself as a finding: an error only if it blocks."""
    level: AnnotationLevel = (
        "error" if story.blocks else "warning" if story.verdict in ("fail", "error") else "notice"
    )
    return StoryFinding(level=level, title=f"{_TITLE}: {story.words}", message=story.sentence)


def log_commands(story: Story, file: str, lines: Mapping[str, int]) -> Iterator[str]:
    """At most ten commands of each level, the worst first, of which the last says how many more there are.

    Args:
        story: What is told.
        file: Path of the policy, relative to the workspace; empty when it is not in there.
        lines: Line of each rule in it, by id.
    """
    findings = (headline(story), *story.findings)
    for level in LEVELS:
        of_level = [finding for finding in findings if finding.level == level]
        more = len(of_level) - PER_LEVEL
        for index, finding in enumerate(of_level[:PER_LEVEL]):
            is_last = index == PER_LEVEL - 1
            tail = f" And {more} more: see the summary." if is_last and more > 0 else ""
            path, line = place(finding, file, lines)
            yield commands.annotation(
                level,
                sanitize.plain(finding.message, commands.MESSAGE_LIMIT - len(tail)) + tail,
                title=finding.title,
                file=path,
                line=line,
            )


def place(finding: StoryFinding, file: str, lines: Mapping[str, int]) -> tuple[str, int | None]:
    """File and line of a finding: the code it is about, else the rule in the policy, else nothing.

    Args:
        finding: What was found.
        file: Path of the policy, relative to the workspace; empty when it is not in there.
        lines: Line of each rule in it, by id.
    """
    if finding.file and finding.line is not None and finding.line > 0:
        return finding.file, finding.line
    line = lines.get(finding.rule)
    return (file, line) if file and line is not None else ("", None)


def of_check_run(
    findings: Sequence[StoryFinding], file: str, lines: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The findings that have a line, in the form of a check run. Columns would need both ends, so there are none."""
    placed = ((finding, *place(finding, file, lines)) for finding in findings)
    return [
        {
            "path": path,
            "start_line": line,
            "end_line": line,
            "annotation_level": _CHECK_LEVELS[finding.level],
            "message": basic(sanitize.plain(finding.message, commands.MESSAGE_LIMIT)) or "-",
            "title": basic(sanitize.plain(finding.title, commands.TITLE_LIMIT)) or "-",
        }
        for finding, path, line in placed
        if path
    ]


def basic(text: str) -> str:
    """Text without the characters above U+FFFF, which check runs and statuses have refused."""
    return "".join(character if ord(character) <= _BASIC else "\ufffd" for character in text)
