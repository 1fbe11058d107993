"""Text from outside, sanitized for the places where reports are read.

App names, versions, metric and symbol names, Apple's prose, and the policy's own ids and advice are written by
others. In Markdown they could mention people, make links, swallow the rest of a comment or forge the marker by
which a comment is found again; in a terminal they could move the cursor; in the log of a GitHub job they could
give commands to the runner. Here they become text that looks the same and does nothing.

Nothing here raises, and the same text always gives the same text.
"""

import re

LIMIT = 1000
"""Characters that are shown of one text from outside, unless a caller says otherwise."""

_ELLIPSIS = "…"
_GAP = "\u200b"
"""A zero-width space: GitHub looks for mentions and references in rendered text, so escapes do not help."""
_NO_BREAK = "\u00a0"
_READ_FACTOR = 8
"""How much more than its limit is read of a text, since most of it may be invisible."""

_TERMINAL_SEQUENCE = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, …
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_INVISIBLE = re.compile(
    # Unicode's Default_Ignorable_Code_Point, which holds all bidirectional controls, but for the emoji
    # presentation selector U+FE0F; and the interlinear marks.
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_UNENCODABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")

_REFERENCE = re.compile(
    r"@"  # mentions, e-mail, user@sha
    r"|\#(?=\w|$)"  # issue numbers
    r"|\bGH-(?=\d)"
    r"|:(?=//|[\w+-]+:)"  # schemes; emoji names such as :tada:
    r"|\bwww(?=\.)",
    re.IGNORECASE | re.VERBOSE,
)
# GitHub links a hexadecimal word of seven digits or more to the commit that begins with it.
_COMMIT = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{7,}(?![0-9a-zA-Z])")
_SIX_DIGITS = re.compile(r"[0-9a-fA-F]{6}(?=.)")

_MARKUP = re.compile(r"[\\`*\[\]|~<$]|&(?=#|\w+;)|(?<![^\W_])_|_(?![^\W_])")
_ENTITIES = {"<": "&lt;", "&": "&amp;", "$": "&#36;"}
"""GitHub's formulas between dollar signs are found before backslashes are read, so ``$`` is an entity."""
_BLOCK_START = re.compile(r"(?=[->#=]|\+(?:\s|$)|:[:-])")
_LIST_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")

_CHAT = re.compile(r"[<{](?=\S)")
"""Where Slack begins a mention or a link, and Teams a date."""

_NUMBER_GAP = re.compile(r"(?<=\d) (?=(?:ms|s|[KMG]B)(?!\w))|(?<=±) (?=\d)|(?<=\d) (?=±)")
_CODE_PAIR = re.compile(r"`([^`]+)`")
_HTML_COMMENT = re.compile(r"<(?=!--)")
_OLD_COMMAND = re.compile(r"##(?=\[)")
_LINE_COMMAND = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)


def plain(text: str, limit: int = LIMIT) -> str:
    """Strip terminal sequences, control and invisible characters; bring text to one line of bounded length.

    This is also the form for terminals, if the output as a whole goes through `without_log_commands`.
    """
    # Bounded before the expressions run, whose time grows with the text.
    head = text[: limit * _READ_FACTOR]
    clean = _TERMINAL_SEQUENCE.sub("", head)
    clean = _INVISIBLE.sub("", _CONTROL.sub("", clean))
    clean = _STACKED_MARKS.sub(r"\1", encodable(clean))
    clean = " ".join(clean.split())
    if len(clean) <= limit and len(head) == len(text):
        return clean
    return clean[: limit - 1].rstrip() + _ELLIPSIS


def encodable(text: str) -> str:
    """Make text that UTF-8 can hold: halves of surrogate pairs and noncharacters become U+FFFD."""
    return _UNENCODABLE.sub("\ufffd", text)


def inline(text: str, limit: int = LIMIT) -> str:
    """Write text for GitHub's Markdown, in a paragraph, a list or a cell of a table."""
    return _escaped(plain(text, limit))


def chat(text: str, limit: int = LIMIT) -> str:
    """Write text for places of Slack and Teams that know no formatting: nothing in it is a mention, a link or a date."""
    return _CHAT.sub(rf"\g<0>{_GAP}", _REFERENCE.sub(rf"\g<0>{_GAP}", plain(text, limit)))


def glued(text: str, glue: str = _NO_BREAK) -> str:
    """Glue text: nothing separates the groups of a number, or a number from its unit, but `glue`."""
    return _NUMBER_GAP.sub(glue, text)


def code(text: str, limit: int = LIMIT) -> str:
    """Write text as a code span that is right in a table as well; empty text stays empty.

    The fence is longer than any run of backticks inside. A pipe would end a cell of a table and can't be escaped
    in a span that may also stand elsewhere, so such text becomes a ``<code>`` element.
    """
    clean = plain(text, limit)
    if not clean:
        return ""
    if "|" in clean:
        return f"<code>{_escaped(clean).replace(chr(92) + '|', '&#124;')}</code>"
    clean = _OLD_COMMAND.sub("##" + _GAP, _HTML_COMMENT.sub("<" + _GAP, clean))
    longest = max((len(run) for run in re.findall("`+", clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean[0] == "`" or clean[-1] == "`" else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def prose(text: str, limit: int = LIMIT) -> str:
    """Write a sentence of the gate's own for Markdown: its pairs of backticks are code spans, the rest is text."""
    parts = _CODE_PAIR.split(plain(text, limit))
    return "".join(code(part) if index % 2 else _escaped(part) for index, part in enumerate(parts))


def without_log_commands(output: str) -> str:
    """Change finished output of several lines so that a GitHub runner finds no command in it.

    A line that begins with two colons after blanks, and two number signs with a bracket anywhere, are commands
    (``ActionCommand.cs`` in https://github.com/actions/runner).
    """
    return _OLD_COMMAND.sub("##" + _GAP, _LINE_COMMAND.sub(rf"\1:{_GAP}", output))


def _escaped(clean: str) -> str:
    """Write Markdown that shows `clean`, which came out of `plain`, wherever in a line it stands."""
    # References first: the backslashes that are added below would hide them from the expression, not from GitHub.
    text = _REFERENCE.sub(lambda found: found[0] + _GAP, clean)
    text = _COMMIT.sub(lambda found: _SIX_DIGITS.sub(rf"\g<0>{_GAP}", found[0]), text)
    text = _MARKUP.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)
    text = _LIST_NUMBER.sub(r"\g<0>\\", text, count=1) if _LIST_NUMBER.match(text) else text
    text = "\\" + text if _BLOCK_START.match(text) else text
    return glued(text)
