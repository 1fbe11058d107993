"""What a check run and a commit status share: the gate's name on a commit, and text that both take."""

from gate.publish.story import Story
from gate.text import sanitize

_LONGEST_KEY = 60
_BASIC_PLANE = 0xFFFF
"""The last character that takes at most three bytes in UTF-8."""


def name_for(key: str) -> str:
    """Name the check run, and the context of the status, of one gate.

    Args:
        key: Of the gate, when a repository has several.
    """
    return "App Store performance" if key == "main" else f"App Store performance ({_shortened(key)})"


def _shortened(key: str) -> str:
    return sanitize.plain(key, _LONGEST_KEY)


def verdict_line(story: Story, limit: int) -> str:
    """Say verdict and sentence on one line of at most `limit` characters."""
    return in_basic_plane(sanitize.plain(f"{story.words}: {story.sentence}", limit))


def in_basic_plane(text: str) -> str:
    """Replace the characters above U+FFFF, which check runs and statuses have refused."""
    return "".join(character if ord(character) <= _BASIC_PLANE else "\ufffd" for character in text)
