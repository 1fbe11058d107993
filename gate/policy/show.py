"""A policy as text again: resolved, every default written out, and readable as a policy."""

from typing import Any

import yaml
from msgspec import Struct, structs

from gate.policy.key_table import Key, keys_of
from gate.policy.keys import PolicyDocument, SignatureSelectorEntry
from gate.policy.types import Policy

_HEADER = "# The policy as the gate reads it: presets merged, defaults filled in.\n"


def as_yaml(policy: Policy) -> str:
    """Write a policy as YAML; reading it gives the same policy, with the same digest."""
    # Without folding, so that an expression stays on the line of its key.
    body = yaml.safe_dump(as_document(policy), sort_keys=False, allow_unicode=True, width=float("inf"))
    return _HEADER + body


def as_document(policy: Policy) -> dict[str, Any]:
    """Write a policy as the plain values of its document, in the order of the documentation."""
    document = {"version": 1} | _section(PolicyDocument, policy)
    # The one key that may be null, which says more than its absence: there is a template, the built-in one.
    document["report"]["template"] = policy.report.template or None
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
