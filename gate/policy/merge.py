"""Several documents into one: what a policy extends, and the policy itself."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, structs

from gate.policy.expressions import NONE
from gate.policy.keys import PolicyDocument, RuleEntry
from gate.policy.located import Layer

_REMOVABLE = ("warn", "fail", "limit", "goal")
"""The keys of a rule that `none` takes away."""


def merge(layers: Sequence[Layer]) -> PolicyDocument:
    """Merge the layers of a policy; what several say, the last of them decides.

    Sections are merged key by key, and so are rules of one id, in the place of the first of them; other rules
    follow behind. Other lists are replaced whole.
    """
    merged: Any = UNSET
    for layer in layers:
        merged = _over(merged, layer.located.document)
    document: PolicyDocument = structs.replace(merged, rules=UNSET)
    rules = merge_rules(layers)
    return structs.replace(document, rules=tuple(rules.values())) if rules else document


def merge_rules(layers: Sequence[Layer]) -> dict[str, RuleEntry]:
    """Merge the rules of all layers, by the names that `Layer.rules` gives them, in the order of the policy."""
    merged: dict[str, RuleEntry] = {}
    for number, layer in enumerate(layers):
        for key, rule in layer.rules(number).items():
            # The place of the first is kept, because reports list rules in the order of the policy.
            whole = _over(merged.get(key, UNSET), rule)
            taken = {name: UNSET for name in _REMOVABLE if getattr(whole, name) == NONE}
            merged[key] = structs.replace(whole, **taken)
    return merged


def _over(base: Any, top: Any) -> Any:
    if top is UNSET or base is UNSET:
        return base if top is UNSET else top
    if isinstance(top, Struct):
        return type(top)(
            **{name: _over(getattr(base, name), getattr(top, name)) for name in top.__struct_fields__}
        )
    if isinstance(top, dict):
        # By key, so that a policy can change one event's outcomes and keep the others of what it extends.
        return base | {key: _over(base.get(key, UNSET), value) for key, value in top.items()}
    return top
