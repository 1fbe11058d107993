"""Top diagnostic signatures of the candidate build, against those of the baseline build."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from gate.model.facts import BuildSignatures, Facts, Frame, OverviewSignature
from gate.model.result import SignatureFinding
from gate.model.states import Level
from gate.policy.types import FindingLevel, Signatures
from gate.signatures.functions import Function, grouped, matched, references
from gate.signatures.overview import Overview, frame_of
from gate.signatures.selectors import Described, Exemption, exemption, selected
from gate.signatures.symbols import fingerprint, readable, split
from gate.signatures.tree import BlamePath, FrameNames, MergedTree, TreeLimits, merged, own_binaries
from gate.text.numbers import share
from gate.text.words import plural

GROWTH_SHARE = 0.05
"""A weight has grown when it rose by at least this share of its type …"""
GROWTH_RATIO = 1.25
"""… and by at least this factor. Weights are shares of a total, so a little movement means nothing."""

SignatureChange = Literal["new", "grown", "shrunk", "same", "unknown"]
BlameKind = Literal["blame", "own", "overview", "system", "none"]

_RANKS: dict[FindingLevel, int] = {"ignore": 0, "note": 1, "warn": 2, "fail": 3}
_NOUNS = {"HANGS": "hangs", "DISK_WRITES": "disk writes", "LAUNCHES": "slow launches"}
_TRENDS = {"UP": " Apple sees it rising.", "DOWN": " Apple sees it falling."}


def findings(
    policy: Signatures, facts: Facts, *, today: date, limits: TreeLimits | None = None
) -> list[SignatureFinding]:
    """The top signatures of each type, heaviest first, each with its level and one sentence.

    Without a list of the candidate's build they are those of Apple's overview, which is of the app as a whole.

    Args:
        policy: What signatures count for.
        facts: What Apple measured.
        today: The day in UTC, for the end of exemptions.
        limits: How much of each call tree is kept.
    """
    if _has_no_list(facts):
        return list(_of_app(policy, facts, today))
    build = _Comparison(policy, facts, today, limits or TreeLimits())
    return [finding for kind in policy.types for finding in build.findings(kind)]


def gone(policy: Signatures, facts: Facts, *, today: date) -> list[SignatureFinding]:
    """The baseline build's top signatures of each type that the candidate build does not have.

    None when one of the two lists is missing or has an end missing: then nobody knows.
    """
    lists = (facts.candidate_signatures, facts.baseline_signatures)
    if any(build is None or build.problem for build in lists):
        return []
    build = _Comparison(policy, facts, today, TreeLimits())
    return [finding for kind in policy.types for finding in build.gone(kind)]


def baseline_version(facts: Facts) -> str:
    """The version whose build signatures are compared with; empty when there is none to compare with."""
    build = facts.baseline_signatures
    return "" if build is None or build.problem else build.version


def notes(facts: Facts) -> Iterator[str]:
    """What a reader must know about signatures that could not be read."""
    candidate, baseline = facts.candidate_signatures, facts.baseline_signatures
    if _has_no_list(facts) and facts.overview_signatures:
        instead = " The app's top signatures of Apple's overview stand in; they have no call stacks."
    else:
        instead = ""
    if candidate is None:
        yield f"Diagnostic signatures were not read: no build of the candidate is known.{instead}"
    elif candidate.problem:
        yield f"Diagnostic signatures are missing: {candidate.problem}.{instead}"
    elif baseline is None or baseline.problem:
        why = baseline.problem if baseline else "no build of the baseline version is known"
        yield f"Signatures could not be compared with the baseline build: {why}."


def _has_no_list(facts: Facts) -> bool:
    build = facts.candidate_signatures
    return build is None or bool(build.problem and not build.signatures)


# --- one build against another ----------------------------------------------------------------------


class _Stacks(Struct, frozen=True, kw_only=True):
    """The call stacks of a function, and who is to blame."""

    tree: MergedTree
    path: BlamePath
    frames: tuple[Frame, ...]
    kind: BlameKind


class _Comparison:
    """The candidate build's signatures, held against the baseline build's."""

    def __init__(self, policy: Signatures, facts: Facts, today: date, limits: TreeLimits) -> None:
        self._policy = policy
        self._today = today
        self._limits = limits
        self._candidate = facts.candidate_signatures or BuildSignatures(build_id="", version="")
        known = facts.baseline_signatures
        self._baseline = None if known is None or known.problem else known
        self._overview = Overview(facts.overview_signatures)
        self._names = FrameNames()
        self._own = own_binaries(
            log
            for build in (self._candidate, self._baseline)
            if build is not None
            for signature in build.signatures
            for log in signature.logs
        )

    def findings(self, kind: str) -> Iterator[SignatureFinding]:
        """The top signatures of one type."""
        now = grouped(self._candidate.signatures, kind)
        before = self._before(now, kind)
        for one in now[: self._policy.top]:
            old = before.get(one.key) if before is not None else None
            yield self._finding(one, old, _change(one, old) if before is not None else "unknown")

    def gone(self, kind: str) -> Iterator[SignatureFinding]:
        """The top signatures of one type that only the baseline build has."""
        if self._baseline is None:
            return
        then = grouped(self._baseline.signatures, kind)
        found = self._before(grouped(self._candidate.signatures, kind), kind) or {}
        still = {one.key for one in found.values()}
        yield from (self._gone(one) for one in then[: self._policy.top] if one.key not in still)

    def _before(self, now: Sequence[Function], kind: str) -> dict[str, Function] | None:
        if self._baseline is None:
            return None
        return matched(now, grouped(self._baseline.signatures, kind))

    def _finding(self, one: Function, old: Function | None, change: SignatureChange) -> SignatureFinding:
        first, seen = one.first, self._seen(one)
        described = Described(text=first.text, frames=seen.frames)
        exempt = exemption(self._policy, described, self._today)
        heavy = _too_heavy(self._policy, one.weight)
        level = _level(self._policy, change, one.direction, heavy=heavy)
        earlier = self._merged(old) if old is not None else None
        return SignatureFinding(
            type=first.type,
            id=first.id,
            text=first.text,
            level=_counted(self._policy, described, exempt, level),
            change=change,
            rank=one.rank,
            weight=one.weight,
            baseline_weight=old.weight if old else None,
            direction=one.direction,
            sentence="".join(self._sentences(one, old, change, heavy=heavy)) + exempt.words,
            references=references(one),
            blame=seen.frames,
            logs_problem=next((part.logs_problem for part in one.parts if part.logs_problem), ""),
            name=_name(first.text),
            binary=split(first.text)[0],
            fingerprint=fingerprint(first.type, first.text),
            others=tuple(part.id for part in one.parts[1:]),
            baseline_rank=old.rank if old else None,
            count=self._overview.count(one),
            ignored=exempt.reason,
            blame_kind=seen.kind,
            advice=tuple(dict.fromkeys(note for part in one.parts for note in part.notes)),
            tree=seen.tree.tree(seen.path, before=earlier, limits=self._limits),
        )

    def _gone(self, one: Function) -> SignatureFinding:
        first, seen = one.first, self._seen(one)
        where = self._candidate.version or "the candidate build"
        return SignatureFinding(
            type=first.type,
            id=first.id,
            text=first.text,
            level="note",
            change="gone",
            rank=one.rank,
            weight=None,
            baseline_weight=one.weight,
            direction="",
            sentence=f"It caused {_caused(one)}{self._than()} and is not listed in {where}.",
            blame=seen.frames,
            name=_name(first.text),
            binary=split(first.text)[0],
            fingerprint=fingerprint(first.type, first.text),
            others=tuple(part.id for part in one.parts[1:]),
            baseline_rank=one.rank,
            blame_kind=seen.kind,
            tree=seen.tree.tree(seen.path, limits=self._limits),
        )

    def _seen(self, one: Function) -> _Stacks:
        """What the logs show; without any stacks, the line that Apple's overview names."""
        tree = self._merged(one)
        path = tree.path()
        named = self._overview.frame(one) if path.kind == "none" else None
        if named is not None:
            return _Stacks(tree=tree, path=path, frames=(named,), kind="overview")
        return _Stacks(tree=tree, path=path, frames=path.frames, kind=path.kind)

    def _merged(self, one: Function) -> MergedTree:
        return merged((log for part in one.parts for log in part.logs), self._names, self._own)

    def _sentences(
        self, one: Function, old: Function | None, change: SignatureChange, *, heavy: bool
    ) -> Iterator[str]:
        before = share(old.weight) if old is not None and old.weight is not None else "an unknown share"
        yield f"It causes {_caused(one)}"
        yield {
            "new": f" and was not seen{self._than()}.",
            "grown": f", up from {before}{self._than()}.",
            "shrunk": f", down from {before}{self._than()}.",
            "same": f", about as{self._than()}.",
            "unknown": "; there is nothing to compare it with.",
        }[change]
        if len(one.parts) > 1:
            yield f" Apple lists {plural(len(one.parts), 'place')} in it; their shares are added."
        yield _TRENDS.get(one.direction, "")
        if heavy and self._policy.max_weight is not None:
            yield f" One signature may have {share(self._policy.max_weight)}."

    def _than(self) -> str:
        version = self._baseline.version if self._baseline is not None else ""
        return f" in {version}" if version else " in the baseline build"


def _change(one: Function, old: Function | None) -> SignatureChange:
    if old is None:
        return "new"
    if one.weight is None or old.weight is None:
        return "unknown"
    if _grew(old.weight, one.weight):
        return "grown"
    return "shrunk" if _grew(one.weight, old.weight) else "same"


def _grew(old: float, new: float) -> bool:
    return new - old >= GROWTH_SHARE and new >= old * GROWTH_RATIO


def _too_heavy(policy: Signatures, weight: float | None) -> bool:
    return policy.max_weight is not None and weight is not None and weight > policy.max_weight


def _level(policy: Signatures, change: SignatureChange, direction: str, *, heavy: bool) -> Level:
    levels: list[FindingLevel] = ["note"]
    if change == "new":
        levels.append(policy.new)
    if change == "grown" or direction == "UP":
        levels.append(policy.growing)
    if heavy:
        levels.append("fail")
    worst = max(levels, key=_RANKS.__getitem__)
    return "note" if worst == "ignore" else worst


def _counted(policy: Signatures, signature: Described, exempt: Exemption, level: Level) -> Level:
    """The level of a signature that the policy speaks of and does not ignore; of others a note."""
    return level if selected(policy, signature) and not exempt.reason else "note"


def _caused(one: Function) -> str:
    noun = _NOUNS.get(one.first.type, one.first.type)
    return f"{share(one.weight)} of {noun}" if one.weight is not None else f"part of the {noun}"


def _name(text: str) -> str:
    binary, symbol = split(text)
    return readable(symbol, binary)


# --- the app as a whole -----------------------------------------------------------------------------


def _of_app(policy: Signatures, facts: Facts, today: date) -> Iterator[SignatureFinding]:
    """The overview's signatures, in Apple's order: nobody says what their weights are shares of."""
    for kind in policy.types:
        listed = [one for one in facts.overview_signatures if one.type == kind]
        for rank, one in enumerate(listed[: policy.top], start=1):
            yield _app_finding(policy, one, rank, today)


def _app_finding(policy: Signatures, one: OverviewSignature, rank: int, today: date) -> SignatureFinding:
    blame = (frame_of(one),) if one.file else ()
    described = Described(text=one.text, frames=blame)
    exempt = exemption(policy, described, today)
    counted = f", counted {plural(one.count, 'time')}" if one.count is not None else ""
    story = f"Apple lists it among the top {_NOUNS.get(one.type, one.type)} of the app{counted}."
    level = _level(policy, "unknown", one.direction, heavy=False)
    return SignatureFinding(
        type=one.type,
        id=one.id,
        text=one.text,
        level=_counted(policy, described, exempt, level),
        change="unknown",
        rank=rank,
        weight=None,
        baseline_weight=None,
        direction=one.direction,
        sentence=f"{story}{_TRENDS.get(one.direction, '')}{exempt.words}",
        blame=blame,
        name=_name(one.text),
        binary=split(one.text)[0],
        fingerprint=fingerprint(one.type, one.text),
        scope="app",
        count=one.count,
        ignored=exempt.reason,
        blame_kind="overview" if blame else "none",
    )
