"""Commands for the runner, which are lines of a log: annotations and masks.

A command is ``::name key=value,key=value::data``. In data the percent sign and line breaks are escaped, in
values of properties the colon and the comma as well; the runner undoes it with the percent sign last
(``packages/core/src/command.ts`` of actions/toolkit, ``ActionCommand.cs`` of actions/runner).
"""

from gate.publish.story import AnnotationLevel
from gate.text import sanitize

MESSAGE_LIMIT = 1000
"""Characters of one message. The runner cuts at 4,096, in the middle of a word."""
TITLE_LIMIT = 120

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def command(name: str, data: str, **properties: str) -> str:
    """Draw one command as a line without its line break. Properties without a value are left out, as the toolkit does."""
    given = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items() if value)
    return f"::{name}{' ' + given if given else ''}::{_escaped(data, _DATA)}"


def annotation(
    level: AnnotationLevel, message: str, *, title: str = "", file: str = "", line: int | None = None
) -> str:
    """Draw an annotation of the run, on a line of a file if one is named.

    Args:
        level: How bad it is.
        message: What is said; text from outside is shown as text, on one line.
        title: In bold above it.
        file: Path relative to the workspace, with forward slashes.
        line: From 1; of no use without a file.
    """
    return command(
        level,
        sanitize.plain(message, MESSAGE_LIMIT),
        # Without a file the runner would drop the line, and the annotation stands on the run's page.
        file=file,
        line=str(line) if line is not None and file else "",
        title=sanitize.plain(title, TITLE_LIMIT),
    )


def mask(secret: str) -> str:
    """Draw the command that hides a text in everything that is logged from now on.

    The runner hides the whole of it and, after undoing the escapes, each of its lines.
    """
    return command("add-mask", secret)


def _escaped(text: str, table: dict[str, str]) -> str:
    # In one pass, so that the percent signs of the escapes are not escaped again.
    return "".join(table.get(character, character) for character in text)
