"""Top diagnostic signatures of the candidate build, against those of the baseline build."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from gate.model.facts import BuildSignatures, Facts, Frame, Signature
from gate.model.numbers import share
from gate.model.result import Level, SignatureFinding
from gate.policy.types import FindingLevel, Signatures

GROWTH_SHARE = 0.05
"""A weight has grown when it rose by at least this share of its type …"""
GROWTH_RATIO = 1.25
"""… and by at least this factor. Weights are shares of a total, so a little movement means nothing."""

_ROOT = -1
"""Stands for the parent of root frames."""

_OFFSET = re.compile(r"\s\+\s\d+$")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")

Change = Literal["new", "grown", "shrunk", "same", "unknown"]

_RANKS: dict[FindingLevel, int] = {"ignore": 0, "note": 1, "warn": 2, "fail": 3}
_NOUNS = {"HANGS": "hangs", "DISK_WRITES": "disk writes", "LAUNCHES": "slow launches"}


def normalised(text: str) -> str:
    """A signature without what differs from build to build: offsets and addresses."""
    return _ADDRESS.sub("0x", _OFFSET.sub("", text.strip()))


def findings(policy: Signatures, facts: Facts) -> list[SignatureFinding]:
    """The top signatures of each type, heaviest first, each with its level and one sentence."""
    if facts.candidate_signatures is None:
        return []
    before = _by_text(facts.baseline_signatures)
    return [
        _finding(policy, facts, signature, rank, before)
        for kind in policy.types
        for rank, signature in _top(facts.candidate_signatures.signatures, kind, policy.top)
    ]


def notes(facts: Facts) -> Iterator[str]:
    """What a reader must know about signatures that could not be read."""
    candidate, baseline = facts.candidate_signatures, facts.baseline_signatures
    if candidate is None:
        yield "Diagnostic signatures were not read: no build of the candidate is known."
    elif candidate.problem:
        yield f"Diagnostic signatures are missing: {candidate.problem}."
    elif baseline is None or baseline.problem:
        why = baseline.problem if baseline else "no build of the baseline version is known"
        yield f"Signatures could not be compared with the baseline build: {why}."


def _by_text(build: BuildSignatures | None) -> dict[tuple[str, str], float | None] | None:
    if build is None or build.problem:
        return None
    weights: dict[tuple[str, str], float | None] = {}
    for signature in build.signatures:
        weights.setdefault((signature.type, normalised(signature.text)), signature.weight)
    return weights


def _top(signatures: Iterable[Signature], kind: str, count: int) -> Iterator[tuple[int, Signature]]:
    chosen = [signature for signature in signatures if signature.type == kind]
    chosen.sort(key=lambda signature: (-(signature.weight or 0.0), signature.text, signature.id))
    return enumerate(chosen[:count], start=1)


def _finding(
    policy: Signatures,
    facts: Facts,
    signature: Signature,
    rank: int,
    before: dict[tuple[str, str], float | None] | None,
) -> SignatureFinding:
    key = (signature.type, normalised(signature.text))
    old = before.get(key) if before else None
    change = _change(signature.weight, key, before)
    path = blame_path(signature)
    return SignatureFinding(
        type=signature.type,
        id=signature.id,
        text=signature.text,
        level=_level(policy, signature, change),
        change=change,
        rank=rank,
        weight=signature.weight,
        baseline_weight=old,
        direction=signature.direction,
        sentence=_sentence(policy, facts, signature, change, old),
        references=signature.references,
        blame=path,
        logs_problem=signature.logs_problem,
    )


def _change(
    weight: float | None, key: tuple[str, str], before: dict[tuple[str, str], float | None] | None
) -> Change:
    if before is None:
        return "unknown"
    if key not in before:
        return "new"
    old = before[key]
    if weight is None or old is None:
        return "unknown"
    if _grew(old, weight):
        return "grown"
    return "shrunk" if _grew(weight, old) else "same"


def _grew(old: float, new: float) -> bool:
    return new - old >= GROWTH_SHARE and new >= old * GROWTH_RATIO


def _level(policy: Signatures, signature: Signature, change: Change) -> Level:
    levels: list[FindingLevel] = ["note"]
    if change == "new":
        levels.append(policy.new)
    if change == "grown" or signature.direction == "UP":
        levels.append(policy.growing)
    if _too_heavy(policy, signature):
        levels.append("fail")
    worst = max(levels, key=_RANKS.__getitem__)
    return "note" if worst == "ignore" else worst


def _too_heavy(policy: Signatures, signature: Signature) -> bool:
    return (
        policy.max_weight is not None
        and signature.weight is not None
        and signature.weight > policy.max_weight
    )


def _sentence(
    policy: Signatures, facts: Facts, signature: Signature, change: Change, old: float | None
) -> str:
    noun = _NOUNS.get(signature.type, signature.type)
    weight = (
        f"{_share(signature.weight)} of {noun}" if signature.weight is not None else f"part of the {noun}"
    )
    build = facts.baseline_signatures
    than = f" in {build.version}" if build and build.version else " in the baseline build"
    story = {
        "new": f"It causes {weight} and was not seen{than}.",
        "grown": f"It causes {weight}, up from {_share(old)}{than}.",
        "shrunk": f"It causes {weight}, down from {_share(old)}{than}.",
        "same": f"It causes {weight}, about as{than}.",
        "unknown": f"It causes {weight}; there is nothing to compare it with.",
    }[change]
    trend = {"UP": " Apple sees it rising.", "DOWN": " Apple sees it falling."}.get(signature.direction, "")
    heavy = f" One signature may have {_share(policy.max_weight)}." if _too_heavy(policy, signature) else ""
    return story + trend + heavy


def _share(weight: float | None) -> str:
    return share(weight) if weight is not None else "an unknown share"


def blame_path(signature: Signature) -> tuple[Frame, ...]:
    """Blame frames of the heaviest path over all logs, outermost first; empty when no frame is blamed."""
    stacks = [stack for log in signature.logs for stack in log.stacks if stack]
    paths = sorted((heaviest_path(stack) for stack in stacks), key=lambda path: -path[0].samples)
    blamed = (tuple(frame for frame in path if frame.blame) for path in paths)
    return next((path for path in blamed if path), ())


def heaviest_path(stack: Sequence[Frame]) -> tuple[Frame, ...]:
    """From the heaviest root down the heaviest child to a leaf; linear in the size of the stack."""
    heaviest_child: dict[int, int] = {}
    ancestors: list[int] = []
    for index, frame in enumerate(stack):
        del ancestors[frame.depth :]
        parent = ancestors[-1] if ancestors else _ROOT
        ancestors.append(index)
        rival = heaviest_child.setdefault(parent, index)
        if frame.samples > stack[rival].samples:
            heaviest_child[parent] = index
    path = []
    current = heaviest_child.get(_ROOT)
    while current is not None:
        path.append(stack[current])
        current = heaviest_child.get(current)
    return tuple(path)
