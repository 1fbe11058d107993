"""A policy as text again: resolved, every default written out, and readable as a policy."""

from collections.abc import Callable
from typing import Any

import yaml
from msgspec import Struct, structs

from gate.policy.expressions import duration_text, quantity_text, share_text
from gate.policy.types import Policy, Rule, Signatures, SignatureSelector, Waiver

_HEADER = "# The policy as the gate reads it: presets merged, defaults filled in.\n"

_WORDS: dict[str, Callable[[Any], str]] = {
    "alarm_budget": share_text,
    "must_detect": share_text,
    "max_weight": share_text,
    "noise": share_text,
    "max_age": duration_text,
    "floor": quantity_text,
}
"""How a value is written that is a plain number in the policy, by its key."""


def as_yaml(policy: Policy) -> str:
    """The policy as YAML; reading it gives the same policy, with the same digest."""
    body = yaml.safe_dump(as_document(policy), sort_keys=False, allow_unicode=True, width=float("inf"))
    return _HEADER + body


def as_document(policy: Policy) -> dict[str, Any]:
    """The policy as the plain values of its document, in the order of the documentation."""
    report = {"comment": _section(policy.report.comment), "template": policy.report.template or None}
    document = {
        "version": 1,
        "app": policy.app,
        "mode": policy.mode,
        "baseline": _section(policy.baseline),
        "evidence": _section(policy.evidence),
        "rules": [_rule(rule) for rule in policy.rules],
        "insights": _section(policy.insights),
        "signatures": _signatures(policy.signatures),
        "waivers": [_waiver(waiver) for waiver in policy.waivers],
        "outcomes": {event: _section(outcome) for event, outcome in policy.outcomes.items()},
        "report": report,
    }
    return {key: value for key, value in document.items() if value != ""}


def _rule(rule: Rule) -> dict[str, Any]:
    allowed = {
        key: part.text
        for key, part in (("warn", rule.warn), ("fail", rule.fail), ("limit", rule.limit))
        if part is not None
    }
    others = _section(rule)
    for key in ("selector", "warn", "fail", "limit"):
        others.pop(key, None)
    return (
        {"id": others.pop("id")} | _section(rule.selector) | {"mode": others.pop("mode")} | allowed | others
    )


def _signatures(signatures: Signatures) -> dict[str, Any]:
    section = _section(structs.replace(signatures, only=(), ignore=()))
    section["only"] = [_parts(selector) for selector in signatures.only]
    section["ignore"] = [
        _parts(one.selector) | {"reason": one.reason, "until": one.until} for one in signatures.ignore
    ]
    return {name: value for name, value in section.items() if name == "types" or value != []}


def _parts(selector: SignatureSelector) -> dict[str, str]:
    """The parts that narrow a selector; at least one, because an empty one can't be written."""
    return {name: glob for name, glob in structs.asdict(selector).items() if glob != "*"} or {"symbol": "*"}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return _section(waiver) | {"up_to": f"+{share_text(waiver.up_to)}"}


def _section(section: Struct) -> dict[str, Any]:
    """The keys of a section that have a value, as the document writes them."""
    return {
        name: _WORDS[name](value) if name in _WORDS else _plain(value)
        for name, value in structs.asdict(section).items()
        if value is not None and value != ""
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
