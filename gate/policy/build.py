"""From a checked document to the policy: defaults filled in, words turned into numbers, a digest over all."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from gate.model.result import Mode
from gate.policy import document, expressions
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


def build(doc: document.PolicyDocument) -> Policy:
    """The policy that a document means.

    Args:
        doc: A document in which no problem was found, with its preset merged in.
    """
    mode: Mode = "enforce" if doc.mode is UNSET else doc.mode
    policy = Policy(
        app="" if doc.app is UNSET else str(doc.app),
        mode=mode,
        baseline=_section(BaselineSelection, doc.baseline),
        evidence=_section(
            Evidence, doc.evidence, alarm_budget=_share, must_detect=_share, max_age=expressions.duration
        ),
        rules=() if doc.rules is UNSET else tuple(_rule(rule, mode) for rule in doc.rules),
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
    return structs.replace(policy, digest=digest(policy))


def digest(policy: Policy) -> str:
    """SHA-256, in hexadecimal, over everything a policy says except its own digest."""
    bare = structs.replace(policy, digest="")
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def _rule(doc: document.RuleEntry, mode: Mode) -> Rule:
    values = {"mode": mode} | _values(
        doc,
        warn=expressions.allowance,
        fail=expressions.allowance,
        limit=expressions.limit,
        floor=expressions.quantity,
        noise=_share,
        owner=str.strip,
        advice=str.strip,
    )
    parts = {name: values.pop(name) for name in Selector.__struct_fields__ if name in values}
    return Rule(selector=Selector(**parts), **values)


def _selectors(docs: tuple[document.SignatureSelectorEntry, ...]) -> tuple[SignatureSelector, ...]:
    return tuple(SignatureSelector(**_values(doc)) for doc in docs)


def _ignored(docs: tuple[document.IgnoredSignatureEntry, ...]) -> tuple[IgnoredSignature, ...]:
    return tuple(_ignored_signature(doc) for doc in docs)


def _ignored_signature(doc: document.IgnoredSignatureEntry) -> IgnoredSignature:
    values = _values(doc, reason=str.strip)
    parts = {name: values.pop(name) for name in SignatureSelector.__struct_fields__ if name in values}
    return IgnoredSignature(selector=SignatureSelector(**parts), **values)


def _waiver(doc: document.WaiverEntry) -> Waiver:
    return Waiver(**_values(doc, up_to=_share, reason=str.strip))


def _section(kind: type[S], doc: Struct | UnsetType, **readers: Reader) -> S:
    """A section of the policy, with its own defaults for what the document does not give."""
    return kind(**({} if doc is UNSET else _values(doc, **readers)))


def _values(doc: Struct, **readers: Reader) -> dict[str, Any]:
    """The keys that a section of the document gives, each read into what it means."""
    given = {name: getattr(doc, name) for name in doc.__struct_fields__}
    return {
        name: readers[name](value) if name in readers else value
        for name, value in given.items()
        if value is not UNSET
    }
