"""The outputs of a step, as text; `gate.publish.github.files` writes them."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from gate.model.states import STATES
from gate.publish.story import FailingCheck, Story
from gate.text import sanitize

FAILING_LIMIT = 100_000
"""Bytes of the output ``failing-checks`` in UTF-16, by which GitHub counts a job's 1 MB."""


def story_outputs(story: Story, paths: Mapping[str, Path]) -> dict[str, str]:
    """Draw the outputs of a step that has published a story.

    Args:
        story: What is published.
        paths: Files that were written, by the name of the output that names them.
    """
    counts = {"rules": story.counts, "checks": story.check_counts}
    return {
        "verdict": story.verdict,
        "sentence": sanitize.plain(story.sentence),
        "blocks": "true" if story.blocks else "false",
        "exit-code": str(story.exit_code),
        **{f"{state}-count": str(story.counts[state]) for state in STATES},
        "counts": msgspec.json.encode(counts, order="deterministic").decode(),
        "failing-checks": failing_json(story.failing),
        **{name: str(path) for name, path in paths.items()},
    }


def error_outputs(words: str, exit_code: int) -> dict[str, str]:
    """Draw the outputs of a step that has ended without a verdict."""
    return {
        "verdict": "error",
        "sentence": sanitize.plain(words),
        "blocks": "true",
        "exit-code": str(exit_code),
    }


def failing_json(failing: tuple[FailingCheck, ...], limit: int = FAILING_LIMIT) -> str:
    """Draw a JSON list of the failing checks, worst first; whole entries are left out where it would get too long.

    Args:
        failing: Worst first.
        limit: Bytes in UTF-16.
    """
    entries: list[str] = []
    size = 2
    for check in failing:
        entry = msgspec.json.encode(check).decode()
        size += len(entry) + 1
        if size * 2 > limit:
            break
        entries.append(entry)
    return f"[{','.join(entries)}]"
