"""Two documents into one: a preset, and the policy that builds on it."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from gate.policy.keys import PolicyDocument, RuleEntry


def merge(preset: PolicyDocument, own: PolicyDocument) -> PolicyDocument:
    """Merge a policy into its preset; what both say, the policy decides.

    Sections are merged key by key and the policy's value wins. A rule replaces the preset's rule of the same
    id, in its place; other rules follow behind the preset's. Other lists are replaced whole.
    """
    merged: PolicyDocument = _over(preset, own)
    return structs.replace(merged, rules=_rules(preset.rules, own.rules))


def _over(base: Any, top: Any) -> Any:
    if top is UNSET or base is UNSET:
        return base if top is UNSET else top
    if isinstance(top, Struct):
        return type(top)(
            **{name: _over(getattr(base, name), getattr(top, name)) for name in top.__struct_fields__}
        )
    if isinstance(top, dict):
        # By key, so that a policy can change one event's outcomes and keep the preset's others.
        return base | {key: _over(base.get(key, UNSET), value) for key, value in top.items()}
    return top


def _rules(
    preset: tuple[RuleEntry, ...] | UnsetType, own: tuple[RuleEntry, ...] | UnsetType
) -> tuple[RuleEntry, ...] | UnsetType:
    if preset is UNSET or own is UNSET:
        return preset if own is UNSET else own
    # The place in the preset is kept, because reports list rules in the order of the policy.
    replaced = {rule.id: rule for rule in own if rule.id is not UNSET}
    theirs = [replaced.get(rule.id, rule) if rule.id is not UNSET else rule for rule in preset]
    return (*theirs, *(rule for rule in own if rule not in theirs))
