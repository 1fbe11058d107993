"""The JSON Schema of a policy, for editors: generated from the document's structs.

What the types can't say is added here; what depends on two keys at once is as far as JSON Schema can say it,
and `gate.policy.read` says the rest.
"""

from typing import Any

import msgspec
from msgspec import Struct

from gate.policy.key_table import keys_of
from gate.policy.keys import PolicyDocument, WaiverEntry
from gate.policy.rule_checks import CLAUSES
from gate.policy.show import as_document
from gate.policy.types import Policy
from gate.policy.waiver_checks import TARGETS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ONE_OF: dict[type[Struct], tuple[str, ...]] = {
    PolicyDocument: ("rules", "extends"),
    WaiverEntry: ("until", "through_version"),
}
"""Keys of which at least one is needed, by section."""

_EXACTLY_ONE: dict[type[Struct], tuple[str, ...]] = {WaiverEntry: TARGETS}
"""Keys of which one is needed and no two are allowed, by section."""

_COMPULSORY: dict[type[Struct], tuple[str, ...]] = {WaiverEntry: ("up_to",)}
"""Keys that are always needed, although the types have them optional: their absence is explained elsewhere."""


def json_schema() -> dict[str, Any]:
    """Build the schema of a policy document, draft 2020-12."""
    schema = msgspec.json.schema(PolicyDocument)
    definitions = schema["$defs"]
    # Types say which keys are compulsory, and not that one of several is.
    for section, keys in _ONE_OF.items():
        definitions[section.__name__]["anyOf"] = _any_of(keys)
    for section, keys in _EXACTLY_ONE.items():
        definitions[section.__name__]["oneOf"] = _any_of(keys)
    for section, keys in _COMPULSORY.items():
        definitions[section.__name__]["required"] += keys
    defaults = as_document(Policy(rules=()))
    for key in keys_of(PolicyDocument):
        if key.section is not None and isinstance(defaults[key.name], dict):
            _add_defaults(definitions, key.section, defaults[key.name])
    # A rule of what is extended may be changed by a few keys; without that, each rule is whole.
    definitions[PolicyDocument.__name__] |= {
        "if": {"not": {"required": ["extends"]}},
        "then": {"properties": {"rules": {"items": {"required": ["metric"], "anyOf": _any_of(CLAUSES)}}}},
    }
    return {"$schema": DIALECT, "title": "Policy of the App Store performance gate"} | schema


def _any_of(keys: tuple[str, ...]) -> list[dict[str, list[str]]]:
    return [{"required": [key]} for key in keys]


def _add_defaults(definitions: dict[str, Any], section: type[Struct], defaults: dict[str, Any]) -> None:
    """Add the default of each key of a section, and of the sections in it."""
    for key in keys_of(section):
        value = defaults.get(key.name)
        if isinstance(value, dict) and key.section is not None:
            _add_defaults(definitions, key.section, value)
        elif value is not None:
            definitions[section.__name__]["properties"][key.name]["default"] = value
