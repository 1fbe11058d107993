"""YAML text to a tree of nodes with their places, safely: bounded in size and depth, nothing constructed."""

import re

from yaml import SafeLoader
from yaml.composer import ComposerError
from yaml.error import Mark, MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gate.policy.problems import Problems, Span

MOST_CHARACTERS = 1_000_000
DEEPEST = 32

_FIRST = Span(line=1, column=1)

# What YAML 1.2 calls printable (production c-printable), turned round.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_HINTS = (
    ("while scanning a block scalar", 'Put a rise in quotes: "> +5%". A bare > begins a block of text.'),
    ("while scanning an alias", "Put a value that begins with * in quotes."),
    ("undefined alias", "Put a value that begins with * in quotes."),
    ("while scanning an anchor", "Put a value that begins with & in quotes."),
    (r"\t", "Indent with spaces; YAML takes no tabs there."),
    ("cannot start any token", "Put the value in quotes."),
    ("mapping values are not allowed", "Put a text that holds a colon in quotes, and check the indentation."),
    ("could not find expected ':'", "Write `key: value`, and check the indentation."),
    ("a single document", "A policy is one document: remove the line `---` between them."),
    ("found unexpected end of stream", "A quote is not closed."),
    ("while parsing a flow", "A bracket or brace is not closed, or a comma is missing."),
    ("while parsing a block", "Check the indentation: entries of one list or mapping begin in one column."),
)
"""What to do about the complaints of PyYAML that are frequent, by words of them; the first that is found."""


class _NodeLoader(SafeLoader):
    """Composes nodes to a bounded depth; PyYAML recurses and has no bound of its own."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Compose one node and all below it.

        Raises:
            ComposerError: The nodes are nested too deeply.
        """
        # A thousand opening brackets in a policy would otherwise exhaust Python's stack.
        if self.depth == DEEPEST:
            problem = f"values are nested more than {DEEPEST} levels deep"
            raise ComposerError(None, None, problem, self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def compose(text: str, problems: Problems) -> Node | None:
    """Compose the nodes of a YAML text, and give the root; None after its problems have been noted."""
    if len(text) > MOST_CHARACTERS:
        problems.error(_FIRST, f"the policy is longer than {MOST_CHARACTERS} characters")
        return None
    # PyYAML refuses them as well, but with the position of its buffer instead of a line.
    for match in UNPRINTABLE.finditer(text):
        code = f"U+{ord(match[0]):04X}"
        problems.error(
            problems.span_at(match.start()), f"the control character {code} is not allowed", "Remove it."
        )
    return None if problems.errors else _compose_clean(text, problems)


def _compose_clean(text: str, problems: Problems) -> Node | None:
    loader = _NodeLoader(text)
    try:
        node = loader.get_single_node()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark or loader.get_mark()
        problems.error(_span(mark, mark), f"this is not valid YAML: {_complaint(error)}", _hint(error))
        return None
    except (ValueError, OverflowError):
        # PyYAML lets chr() and int() fail on escapes and version numbers that are out of range.
        mark = loader.get_mark()
        problems.error(_span(mark, mark), "this is not valid YAML: a number is out of range")
        return None
    finally:
        loader.dispose()
    if node is None:
        problems.error(
            _FIRST, "the policy is empty", "Begin with `version: 1` and `extends: preset:starter`."
        )
    return node


def span_of(node: Node) -> Span:
    """Find where a node is: a scalar itself, the first key of a mapping, the beginning of a list."""
    if isinstance(node, MappingNode) and node.value:
        first = node.value[0][0]
        return _span(first.start_mark, first.end_mark if isinstance(first, ScalarNode) else first.start_mark)
    # A list spans many lines; only its beginning can be underlined.
    if isinstance(node, SequenceNode) and node.value:
        return _span(node.start_mark, node.start_mark)
    return _span(node.start_mark, node.end_mark)


def _span(start: Mark, end: Mark) -> Span:
    # Something of several lines is underlined to the end of its first; Problems cuts the width to the line.
    width = end.column - start.column if end.line == start.line else MOST_CHARACTERS
    return Span(line=start.line + 1, column=start.column + 1, width=max(1, width))


def _complaint(error: MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part)


def _hint(error: MarkedYAMLError) -> str:
    complaint = _complaint(error)
    return next((hint for words, hint in _HINTS if words in complaint), "")
