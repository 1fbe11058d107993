"""The JSON Schema of a policy, for editors: generated from the document's structs.

What the types can't say is added here; what depends on two keys at once is as far as JSON Schema can say it,
and `gate.policy.read` says the rest.
"""

from typing import Any

import msgspec

from gate.policy.document import PolicyDocument
from gate.policy.show import as_document
from gate.policy.types import Policy

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_BETWEEN_KEYS: dict[str, dict[str, Any]] = {
    "PolicyDocument": {"anyOf": [{"required": ["rules"]}, {"required": ["extends"]}]},
    "RuleEntry": {"anyOf": [{"required": [key]} for key in ("warn", "fail", "limit", "goal")]},
    "WaiverEntry": {"anyOf": [{"required": ["until"]}, {"required": ["through_version"]}]},
}
"""Which keys need others, by the name of the struct."""

_SECTIONS = {
    "baseline": "BaselineSection",
    "evidence": "EvidenceSection",
    "insights": "InsightsSection",
    "signatures": "SignaturesSection",
}


def json_schema() -> dict[str, Any]:
    """The schema of a policy document, draft 2020-12."""
    schema = msgspec.json.schema(PolicyDocument)
    definitions = schema["$defs"]
    for name, addition in _BETWEEN_KEYS.items():
        definitions[name] |= addition
    defaults = as_document(Policy(rules=()))
    for key, name in _SECTIONS.items():
        _add_defaults(definitions[name], defaults[key])
    _add_defaults(definitions["CommentSection"], defaults["report"]["comment"])
    return {"$schema": DIALECT, "title": "Policy of the App Store performance gate"} | schema


def _add_defaults(definition: dict[str, Any], defaults: dict[str, Any]) -> None:
    for key, value in defaults.items():
        definition["properties"][key]["default"] = value
