"""One scalar of the document: from what YAML makes of it to what its key wants.

Versions, dates and shares are taken as they are written, never through YAML's own idea of a type, so that
3.10 can't become 3.1 on the way.
"""

import re
from typing import Any, NamedTuple

from msgspec.inspect import (
    BoolType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    Type,
    UnionType,
    VarTupleType,
)
from yaml.nodes import Node, ScalarNode

from gate.policy.hints import ExpressionError, did_you_mean, quoted
from gate.policy.nodes import UNPRINTABLE

_TAG = "tag:yaml.org,2002:"
_READ_AS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}
_PLAIN_TAGS = {"str", "merge", "value", *_READ_AS}
"""What YAML makes of scalars on its own; ``<<`` and ``=`` are plain words where they are values."""

_LONGEST_REPEATED = 40
_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")


class KeyInfo(NamedTuple):
    """The key that a scalar is the value of."""

    name: str
    """How a sentence calls it."""
    extra: dict[str, Any]
    """The metadata of its key, as `gate.policy.keys` describes it."""


def short_tag(node: Node) -> str:
    """Name the kind of a node by YAML's own rules: ``str``, ``float``, ``map``, …."""
    return node.tag.removeprefix(_TAG)


def is_null(node: Node) -> bool:
    """Tell whether a key has no value, or an explicit null."""
    return isinstance(node, ScalarNode) and short_tag(node) == "null"


def takes_null(kind: Type) -> bool:
    """Tell whether null is a value of the type."""
    return isinstance(kind, UnionType) and any(isinstance(part, NoneType) for part in kind.types)


def list_of(kind: Type) -> Type:
    """Find the list that may stand in place of a single value; the type itself where none may."""
    parts = kind.types if isinstance(kind, UnionType) else ()
    return next((part for part in parts if isinstance(part, VarTupleType)), kind)


def repeatable(node: Node) -> str:
    """Read the text of a scalar if a suggestion may repeat it, else an empty string."""
    if (
        not isinstance(node, ScalarNode)
        or len(node.value) > _LONGEST_REPEATED
        or not node.value.isprintable()
    ):
        return ""
    return str(node.value)


def read(node: ScalarNode, kind: Type, key: KeyInfo) -> Any:
    """Read the value of a scalar.

    Raises:
        ExpressionError: It is not what its key wants.
    """
    if UNPRINTABLE.search(node.value):
        raise ExpressionError(f"{key.name} holds a control character", "Remove it.")
    if short_tag(node) not in _PLAIN_TAGS:
        raise ExpressionError(f"{key.name} has the YAML tag {quoted(node.tag)}", "Remove the tag.")
    if isinstance(kind, LiteralType):
        return _choice(node, kind, key)
    if isinstance(kind, BoolType):
        return _yes_or_no(node, key)
    if isinstance(kind, IntType):
        return _whole_number(node, kind, key)
    return None if is_null(node) else _text(node, kind, key)


def _choice(node: ScalarNode, kind: LiteralType, key: KeyInfo) -> str | int:
    by_text = {str(value): value for value in kind.values if value is not None}
    if node.value not in by_text:
        explained: str = key.extra.get("explain", {}).get(node.value, "")
        hint = explained or did_you_mean(node.value, by_text)
        raise ExpressionError(f"{key.name} can't be {quoted(node.value)}", hint)
    value = by_text[node.value]
    # In quotes it would be a text to every other reader of the file.
    if isinstance(value, int) and short_tag(node) != "int":
        raise ExpressionError(f"{key.name} is a number", f"Write {value} without quotes.")
    return value


def _yes_or_no(node: ScalarNode, key: KeyInfo) -> bool:
    # YAML 1.1 also reads yes, no, on and off so, and YAML 1.2 does not.
    if short_tag(node) != "bool" or node.value not in ("true", "false"):
        raise ExpressionError(f"{key.name} can't be {quoted(node.value)}", "Write true or false.")
    return bool(node.value == "true")


def _whole_number(node: ScalarNode, kind: IntType, key: KeyInfo) -> int:
    is_whole = _WHOLE_NUMBER.fullmatch(node.value) is not None
    if not is_whole or short_tag(node) != "int":
        hint = f"Write {node.value} without quotes." if is_whole else ""
        raise ExpressionError(f"{key.name} must be a whole number, which {quoted(node.value)} is not", hint)
    number = int(node.value)
    if kind.ge is not None and number < kind.ge:
        raise ExpressionError(f"{key.name} must be at least {kind.ge}")
    if kind.le is not None and number > kind.le:
        raise ExpressionError(f"{key.name} must be at most {kind.le}")
    return number


def _text(node: ScalarNode, kind: Type, key: KeyInfo) -> str:
    text = str(node.value)
    read_as = short_tag(node)
    if read_as in _READ_AS and read_as not in key.extra.get("tags", ()):
        noun = key.extra.get("noun", "text")
        hint = f'Write it in quotes: "{text}".' if repeatable(node) else "Write it in quotes."
        raise ExpressionError(
            f"{key.name} is {noun}, but YAML reads {quoted(text)} as {_READ_AS[read_as]}", hint
        )
    if not text.strip():
        raise ExpressionError(f"{key.name} is empty", "Give it a value, or remove the key.")
    longest = _longest(kind)
    if len(text) > longest:
        raise ExpressionError(f"{key.name} is longer than {longest} characters")
    try:
        key.extra.get("read", str)(text)
    except ExpressionError as error:
        raise ExpressionError(f"{key.name}: {error.message}", error.suggestion) from None
    return text


def _longest(kind: Type) -> int:
    """Find the greatest length of a text, which every text of the document has."""
    parts = kind.types if isinstance(kind, UnionType) else (kind,)
    return max(part.max_length or 0 for part in parts if isinstance(part, StrType))
