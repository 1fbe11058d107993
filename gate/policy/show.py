"""A policy as text again: resolved, every default written out, and readable as a policy."""

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct, structs
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gate.policy.hints import printable
from gate.policy.key_table import Key, keys_of
from gate.policy.keys import PolicyDocument, SignatureSelectorEntry
from gate.policy.located import KeyPath
from gate.policy.resolved import Origins
from gate.policy.types import Policy

_HEADER = "# The policy as the gate reads it: presets merged, defaults filled in.\n"
_ORIGINS = "# Behind each value is where it comes from.\n"
DEFAULT = "default"
"""What stands behind a value that no text gives."""
_WIDEST = 60
"""Column up to which origins are lined up; behind a longer line they follow at once."""


def as_yaml(policy: Policy) -> str:
    """Write a policy as YAML; reading it gives the same policy, with the same digest."""
    return _HEADER + _body(policy)


def as_yaml_with_origins(policy: Policy, origins: Origins) -> str:
    """Write a policy as YAML, with a comment behind each value that says where it comes from."""
    body = _body(policy)
    # By the line breaks that were written, and not by those that other languages know.
    lines = body.removesuffix("\n").split("\n")
    comments = dict(_comments(body, policy, origins))
    column = min(_WIDEST, max(len(lines[number]) for number in comments))
    for number, comment in comments.items():
        lines[number] = f"{lines[number]:<{column}}  # {printable(comment)}"
    off = [f"# switched off: {name} ({printable(where)})" for name, where in origins.switched_off.items()]
    return _HEADER + _ORIGINS + "\n".join([*lines, *off, ""])


def _body(policy: Policy) -> str:
    # Without folding, so that an expression stays on the line of its key.
    return yaml.safe_dump(as_document(policy), sort_keys=False, allow_unicode=True, width=float("inf"))


def _comments(body: str, policy: Policy, origins: Origins) -> Iterator[tuple[int, str]]:
    """Find the line of each value that is no section, counted from 0, and where the value comes from."""
    root = yaml.compose(body, Loader=yaml.SafeLoader)
    for path, key, value in _values(root, ()):
        # A list of plain values says it at its key, and a text of several lines at its end.
        is_list = isinstance(value, SequenceNode) and value.value
        yield (key if is_list else value).end_mark.line, _origin(path, policy, origins)


def _origin(path: KeyPath, policy: Policy, origins: Origins) -> str:
    if path[0] != "rules" or not isinstance(path[1], int):
        return origins.values.get(path, DEFAULT)
    rule = ("rules", policy.rules[path[1]].id, *path[2:])
    # A rule without a mode of its own has the policy's.
    inherited = origins.values.get(("mode",), DEFAULT) if path[2:] == ("mode",) else DEFAULT
    return origins.values.get(rule, inherited)


def _values(node: Node | None, path: KeyPath) -> Iterator[tuple[KeyPath, Node, Node]]:
    """List the values that are no sections and no lists of sections, each with its path and the node of its key."""
    if isinstance(node, SequenceNode):
        for index, entry in enumerate(node.value):
            yield from _values(entry, (*path, index))
    if not isinstance(node, MappingNode):
        return
    for key, value in node.value:
        below = (*path, key.value)
        if _is_plain(value):
            yield below, key, value
        else:
            yield from _values(value, below)


def _is_plain(node: Node) -> bool:
    if isinstance(node, SequenceNode):
        return not any(isinstance(entry, MappingNode) for entry in node.value)
    return isinstance(node, ScalarNode) or not node.value


def as_document(policy: Policy) -> dict[str, Any]:
    """Write a policy as the plain values of its document, in the order of the documentation."""
    document = {"version": 1} | _section(PolicyDocument, policy)
    # The one key that may be null, which says more than its absence: there is a template, the built-in one.
    document["report"]["template"] = policy.report.template or None
    for rule in document["rules"]:
        # It is about limits and goals, and is a warning beside neither.
        if "limit" not in rule and "goal" not in rule:
            del rule["when"]
    return document


def _section(shape: type[Struct], section: Struct) -> dict[str, Any]:
    """Write the keys of a section that have a value, by the declaration of the document."""
    values = structs.asdict(section)
    # A selector's parts are keys of the entry it belongs to.
    selector = values.pop("selector", None)
    values |= structs.asdict(selector) if selector is not None else {}
    given = [(key, values[key.name]) for key in keys_of(shape) if values.get(key.name) not in (None, "")]
    # Below the top, no entries are said by leaving the key out.
    return {
        key.name: _value(key, value)
        for key, value in given
        if shape is PolicyDocument or key.section is None or value != ()
    }


def _value(key: Key, value: Any) -> Any:
    if key.section is None:
        write = key.extra.get("write")
        plain = write(value) if write else value
        return list(plain) if isinstance(plain, tuple) else plain
    if isinstance(value, tuple):
        return [_entry(key.section, entry) for entry in value]
    if isinstance(value, dict):
        return {name: _entry(key.section, entry) for name, entry in value.items()}
    return _entry(key.section, value)


def _entry(shape: type[Struct], entry: Struct) -> dict[str, Any]:
    written = _section(shape, entry)
    if not issubclass(shape, SignatureSelectorEntry):
        return written
    parts = SignatureSelectorEntry.__struct_fields__
    narrow = {name: value for name, value in written.items() if name not in parts or value != "*"}
    # An entry needs at least one part, so one that matches everything says so with a glob.
    return narrow if any(name in parts for name in narrow) else {"symbol": "*"} | narrow
