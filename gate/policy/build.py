"""From a checked document to the policy: defaults filled in, words turned into numbers, a digest over all."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from gate.model.states import Mode
from gate.policy import ceilings, expressions, keys, names
from gate.policy.types import (
    BaselineSelection,
    Comment,
    Evidence,
    IgnoredSignature,
    InsightLevels,
    Outcome,
    Policy,
    Report,
    Rule,
    Selector,
    Signatures,
    SignatureSelector,
    Waiver,
)

S = TypeVar("S", bound=Struct)
Reader = Callable[[Any], Any]

# Each key has a tighter bound of its own, which the document has been held to.
_share = partial(expressions.share, most=float("inf"))


def build(doc: keys.PolicyDocument, lines: Mapping[str, int] | None = None) -> Policy:
    """Build the policy that a document means.

    Args:
        doc: A document in which no problem was found, merged with what it extends.
        lines: The line of each rule's id in the policy's own file, by id.
    """
    mode: Mode = "enforce" if doc.mode is UNSET else doc.mode
    policy = Policy(
        app="" if doc.app is UNSET else str(doc.app),
        mode=mode,
        baseline=_section(BaselineSelection, doc.baseline),
        evidence=_section(
            Evidence, doc.evidence, alarm_budget=_share, must_detect=_share, max_age=expressions.duration
        ),
        rules=()
        if doc.rules is UNSET
        else tuple(_rule(rule, mode, lines or {}) for rule in doc.rules if rule.is_enabled),
        insights=_section(InsightLevels, doc.insights),
        signatures=_section(
            Signatures, doc.signatures, max_weight=_share, only=_selectors, ignore=_ignored, tag=str.strip
        ),
        waivers=() if doc.waivers is UNSET else tuple(_waiver(waiver) for waiver in doc.waivers),
        outcomes={}
        if doc.outcomes is UNSET
        else {on: _section(Outcome, of) for on, of in doc.outcomes.items()},
        report=_section(
            Report, doc.report, comment=partial(_section, Comment), template=lambda path: path or ""
        ),
    )
    # Of the policy with presets and defaults, so that two files that mean the same have the same digest.
    return structs.replace(policy, digest=digest(policy))


def digest(policy: Policy) -> str:
    """Compute the SHA-256, in hexadecimal, of everything a policy says except its own digest."""
    plain = msgspec.to_builtins(structs.replace(policy, digest=""), order="deterministic")
    for rule in plain["rules"]:
        # A comment above a rule moves it, and must not make another policy of the file.
        del rule["line"]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def _rule(doc: keys.RuleEntry, mode: Mode, lines: Mapping[str, int]) -> Rule:
    values = {"mode": mode} | _values(
        doc,
        device=names.device,
        warn=expressions.allowance,
        fail=expressions.allowance,
        limit=expressions.limit,
        floor=expressions.quantity,
        noise=_share,
        owner=str.strip,
        advice=str.strip,
    )
    # In the file the parts of a selector stand beside the other keys, in the policy they are one value.
    parts = {name: values.pop(name) for name in Selector.__struct_fields__ if name in values}
    values.pop("enabled", None)
    # Without a line there is nothing to cross, so that two policies that mean the same have the same digest.
    if "limit" not in values and "goal" not in values:
        values.pop("when", None)
    return Rule(selector=Selector(**parts), line=lines.get(values["id"], 0), **values)


def _selectors(docs: tuple[keys.SignatureSelectorEntry, ...]) -> tuple[SignatureSelector, ...]:
    return tuple(map(_selector, docs))


def _ignored(docs: tuple[keys.IgnoredSignatureEntry, ...]) -> tuple[IgnoredSignature, ...]:
    return tuple(_ignored_signature(doc) for doc in docs)


def _ignored_signature(doc: keys.IgnoredSignatureEntry) -> IgnoredSignature:
    values = _values(doc, reason=str.strip)
    parts = {name: values.pop(name) for name in SignatureSelector.__struct_fields__ if name in values}
    return IgnoredSignature(selector=SignatureSelector(**parts), **values)


def _waiver(doc: keys.WaiverEntry) -> Waiver:
    up_to = ceilings.ceiling if doc.signature is UNSET else ceilings.share_ceiling
    return Waiver(**_values(doc, up_to=up_to, signature=_selector, reason=str.strip))


def _selector(doc: keys.SignatureSelectorEntry) -> SignatureSelector:
    return SignatureSelector(**_values(doc))


def _section(kind: type[S], doc: Struct | UnsetType, **readers: Reader) -> S:
    """Build a section of the policy, with its own defaults for what the document does not give."""
    return kind(**({} if doc is UNSET else _values(doc, **readers)))


def _values(doc: Struct, **readers: Reader) -> dict[str, Any]:
    """Read the keys that a section of the document gives into what they mean."""
    given = {name: getattr(doc, name) for name in doc.__struct_fields__}
    return {
        name: readers[name](value) if name in readers else value
        for name, value in given.items()
        if value is not UNSET
    }
