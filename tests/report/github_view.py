"""Markdown as GitHub reads it: its blocks, its text, and what it finds in that text afterwards."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.gfm import gfm_plugin

_PARSER = MarkdownIt("commonmark", {"html": True}).use(gfm_plugin, dollarmath=True)
_QUIET = {"text", "code_inline", "softbreak"}
"""Inline tokens that only show text."""
_FOUND_LATER = re.compile(
    r"@[a-z0-9]"  # mentions
    r"|(?:\#|\bgh-)\d"  # issues
    r"|\b[0-9a-f]{7,40}\b"  # commits
    r"|:[a-z0-9_+-]+:"  # emoji
    r"|://|\bwww\.",
    re.IGNORECASE | re.VERBOSE,
)
"""What GitHub looks for in rendered text, outside of code."""


def structure(markdown: str) -> list[str]:
    """The kinds of all blocks and of all inline tokens that do more than show text."""
    kinds = []
    for token in _PARSER.parse(markdown):
        kinds.append(f"{token.type} {token.tag}" if token.type != "html_block" else token.content)
        kinds += [child.content or child.type for child in token.children or () if _acts(child)]
    return kinds


def text(markdown: str) -> str:
    """All that is shown, code included, without the characters that a report puts in against GitHub."""
    shown = "".join(child.content for child in _inline(markdown) if child.type in _QUIET)
    return shown.replace("\u200b", "").replace("\u00a0", " ")


def references(markdown: str) -> list[str]:
    """What GitHub would turn into mentions, links and pictures after rendering."""
    return _FOUND_LATER.findall(_outside_code(markdown))


def tables(markdown: str) -> list[list[list[str]]]:
    """The cells of all rows of all tables, as source."""
    found: list[list[list[str]]] = []
    previous = None
    for token in _PARSER.parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and previous in ("td_open", "th_open"):
            found[-1][-1].append(token.content)
        previous = token.type
    return found


def _inline(markdown: str) -> list[Token]:
    return [child for token in _PARSER.parse(markdown) for child in token.children or ()]


def _acts(token: Token) -> bool:
    return token.type not in _QUIET and token.content not in ("<code>", "</code>")


def _outside_code(markdown: str) -> str:
    """The text of each block on lines of its own, with the lines broken where code stands."""
    parts = []
    for token in _PARSER.parse(markdown):
        depth = 0
        for child in token.children or ():
            depth += (child.content == "<code>") - (child.content == "</code>")
            parts.append(child.content if child.type == "text" and not depth else "\n")
        parts.append("\n")
    return "".join(parts)
