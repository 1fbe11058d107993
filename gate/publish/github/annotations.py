"""Findings as annotations: commands in the log of a job.

Pure. The runner keeps ten annotations of each level per step, and all steps inside an action share them.
"""

from collections.abc import Iterator

from gate.publish.github import commands
from gate.publish.github.placement import PolicyPlace, locate_finding
from gate.publish.story import LEVELS, AnnotationLevel, Story, StoryFinding
from gate.text import sanitize

PER_LEVEL = 10
"""What a runner shows of one level (``ExecutionContext.cs`` of actions/runner)."""

_TITLE = "App Store performance"


def headline(story: Story) -> StoryFinding:
    """Make a finding of the verdict itself: an error only if it blocks."""
    level: AnnotationLevel = (
        "error" if story.blocks else "warning" if story.verdict in ("fail", "error") else "notice"
    )
    return StoryFinding(level=level, title=f"{_TITLE}: {story.words}", message=story.sentence)


def log_commands(story: Story, policy: PolicyPlace) -> Iterator[str]:
    """Draw at most ten commands of each level, the worst first, of which the last says how many more there are.

    Args:
        story: What is published.
        policy: The policy's file, at whose lines rules are shown.
    """
    findings = (headline(story), *story.findings)
    for level in LEVELS:
        of_level = [finding for finding in findings if finding.level == level]
        more = len(of_level) - PER_LEVEL
        for index, finding in enumerate(of_level[:PER_LEVEL]):
            is_last = index == PER_LEVEL - 1
            tail = f" And {more} more: see the summary." if is_last and more > 0 else ""
            path, line = locate_finding(finding, policy)
            yield commands.annotation(
                level,
                # Shortened here, so that the tail is never what gets cut off.
                sanitize.plain(finding.message, commands.MESSAGE_LIMIT - len(tail)) + tail,
                title=finding.title,
                file=path,
                line=line,
            )
