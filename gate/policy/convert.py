"""From YAML nodes to the document's structs, with every problem of shape noted on the way.

The walk follows the struct types, not the nodes, so that neither depth nor aliases of the text can make it
long. A value with a problem is left out (`UNSET`), but its place is kept: later checks can tell a key that
is absent from one that was refused, and stay silent about the latter.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET
from msgspec.inspect import DictType, Field, Metadata, StructType, Type, VarTupleType, type_info
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gate.policy import scalars
from gate.policy.hints import ExpressionError, did_you_mean, nearest, quoted
from gate.policy.key_table import key_of, struct_inside
from gate.policy.keys import PolicyDocument
from gate.policy.located import KeyPath, LocatedDocument
from gate.policy.nodes import UNPRINTABLE, span_of
from gate.policy.problems import Problems, Span


def convert(root: Node, problems: Problems) -> LocatedDocument | None:
    """Read a document; None, after the problem has been noted, when the root is no mapping."""
    if not _is_mapping(root):
        hint = "Begin with `version: 1` and `extends: preset:starter`."
        problems.error(span_of(root), "a policy is a mapping of keys to values", hint)
        return None
    walk = _Walk(problems)
    document: PolicyDocument = walk.read(root, type_info(PolicyDocument), ())
    return LocatedDocument(document, walk.spans)


class _Walk:
    """One walk over a tree of nodes."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.spans: dict[KeyPath, Span] = {}

    def read(self, node: Node, kind: Type, path: KeyPath, extra: dict[str, Any] | None = None) -> Any:
        """Read the value of a node as its type wants it, or UNSET after its problems have been noted.

        Args:
            node: The node.
            kind: The type of its key.
            path: Where in the document it is.
            extra: The metadata of its key.
        """
        # msgspec wraps a type once for each annotation, the outermost first; the inner ones add to it.
        if isinstance(kind, Metadata):
            return self.read(node, kind.type, path, (extra or {}) | (kind.extra or {}))
        self.spans[path] = span_of(node)
        if scalars.is_null(node) and not scalars.takes_null(kind):
            return self._refuse(node, f"{_name(path)} has no value", "Give it one, or remove the key.")
        if isinstance(kind, StructType):
            return self._struct(node, kind, path)
        if isinstance(kind, DictType):
            return self._table(node, kind, path)
        # One value, or a list of such: what stands there says which.
        several = scalars.list_of(kind) if isinstance(node, SequenceNode) else kind
        if isinstance(several, VarTupleType):
            return self._list(node, several, path)
        return self._scalar(node, kind, scalars.KeyInfo(_name(path), extra or {}))

    def _struct(self, node: Node, kind: StructType, path: KeyPath) -> Any:
        if not _is_mapping(node):
            return self._refuse(node, f"{_name(path)} must be a mapping of keys to values")
        fields = {field.name: field for field in kind.fields}
        given = {key: (at, value) for key, at, value in self._entries(node)}
        for key, (at, _) in given.items():
            if key not in fields:
                self._unknown_key(key, at, kind, path)
        values = {
            name: self.read(given[name][1], field.type, (*path, name))
            for name, field in fields.items()
            if name in given
        }
        # By the places and not by the values: a key that was refused is there and is not missing.
        for field in fields.values():
            if field.required and (*path, field.name) not in self.spans:
                self.problems.error(span_of(node), f"`{field.name}` is missing here", _example(field))
        return kind.cls(**dict.fromkeys(fields, UNSET) | values)

    def _table(self, node: Node, kind: DictType, path: KeyPath) -> Any:
        if not _is_mapping(node):
            return self._refuse(node, f"{_name(path)} must be a mapping of names to values")
        entries = list(self._entries(node))
        if not self._has_fitting_length(node, len(entries), kind, path):
            return UNSET
        values = {}
        for key, at, value in entries:
            values[key] = self.read(value, kind.value_type, (*path, key))
            # Checks of an entry are about its name, so its place is that of the key.
            self.spans[(*path, key)] = span_of(at)
        return {key: value for key, value in values.items() if value is not UNSET}

    def _list(self, node: Node, kind: VarTupleType, path: KeyPath) -> Any:
        if not isinstance(node, SequenceNode) or scalars.short_tag(node) != "seq":
            text = scalars.repeatable(node)
            return self._refuse(node, f"{_name(path)} must be a list", f'Write ["{text}"].' if text else "")
        if not self._has_fitting_length(node, len(node.value), kind, path):
            return UNSET
        kept: list[Any] = []
        for entry in node.value:
            value = self.read(entry, kind.item_type, (*path, len(kept)))
            # A refused entry leaves no gap: later checks find a place by the position among the entries that are left.
            kept += [] if value is UNSET else [value]
        return tuple(kept)

    def _scalar(self, node: Node, kind: Type, key: scalars.KeyInfo) -> Any:
        if not isinstance(node, ScalarNode):
            return self._refuse(node, f"{key.name} must be a single value, not a list or a mapping")
        try:
            return scalars.read(node, kind, key)
        except ExpressionError as error:
            return self._refuse(node, error.message, error.suggestion)

    def _has_fitting_length(
        self, node: Node, length: int, kind: VarTupleType | DictType, path: KeyPath
    ) -> bool:
        if length < (kind.min_length or 0):
            self._refuse(node, f"{_name(path)} is empty", "Add an entry, or remove the key.")
            return False
        if kind.max_length is not None and length > kind.max_length:
            self._refuse(node, f"{_name(path)} has {length} entries; at most {kind.max_length} are allowed")
            return False
        return True

    def _entries(self, node: Node) -> Iterator[tuple[str, Node, Node]]:
        """List key, node of the key and node of the value, without keys that are repeated or no plain words."""
        seen: dict[str, Span] = {}
        for key, value in node.value:
            # A merge key brings in keys from elsewhere in the text, whose line no problem could then name.
            if scalars.short_tag(key) == "merge":
                hint = "Repeat the keys, or build on a preset."
                self._refuse(key, "merge keys (<<) are not supported", hint)
            elif not isinstance(key, ScalarNode) or not key.value.strip() or UNPRINTABLE.search(key.value):
                self._refuse(key, "a key must be a plain word")
            elif key.value in seen:
                line = seen[key.value].line
                self._refuse(key, f"{quoted(key.value)} is given twice; the first is in line {line}")
            else:
                seen[key.value] = span_of(key)
                yield key.value, key, value

    def _unknown_key(self, key: str, at: Node, kind: StructType, path: KeyPath) -> None:
        known = tuple(field.name for field in kind.fields)
        match = nearest(key, known)
        if match:
            # The key counts as given, so that nobody complains of its absence as well.
            self.spans.setdefault((*path, match), span_of(at))
        # A section right below is nearer than one that has the same key somewhere else.
        home = "" if match else (_HOMES | _homes(kind)).get(key, "")
        where = f" in {_name(path)}" if path else ""
        hint = f"It belongs under `{home}`." if home else did_you_mean(key, known)
        self._refuse(at, f"unknown key {quoted(key)}{where}", hint)

    def _refuse(self, node: Node, message: str, suggestion: str = "") -> Any:
        self.problems.error(span_of(node), message, suggestion)
        return UNSET


def _is_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode) and scalars.short_tag(node) == "map"


def _name(path: KeyPath) -> str:
    """Say how a sentence calls the value at a path below the root."""
    return f"an entry of `{path[-2]}`" if isinstance(path[-1], int) else quoted(path[-1])


def _example(field: Field) -> str:
    """Show a missing key in a sentence, from the example in its metadata."""
    example = key_of(field).example
    return "" if example is None else f"Add `{field.name}: {example}`."


def _homes(kind: Type) -> dict[str, str]:
    """Map every key below a struct's own to the section it belongs under; the outermost where it is in two."""
    homes: dict[str, str] = {}
    for field in kind.fields if isinstance(kind, StructType) else ():
        inner = struct_inside(field.type)
        if inner is not None:
            own = dict.fromkeys((below.name for below in inner.fields), field.name)
            homes = _homes(inner) | own | homes
    return homes


_HOMES = _homes(type_info(PolicyDocument))
