"""Apply a policy to diagnostic signatures: which are listed, at which level, and which are ignored."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, takewhile

from gate.judge.sentences import signatures as sentences
from gate.model.facts import Facts, OverviewSignature
from gate.model.result import SignatureFinding
from gate.model.states import Level
from gate.policy.types import FindingLevel, Signatures
from gate.signatures.compare import (
    BuildComparison,
    ComparedFunction,
    GoneFunction,
    SignatureChange,
    compare_builds,
    find_baseline,
    find_gap,
)
from gate.signatures.functions import add_references
from gate.signatures.overview import to_frame
from gate.signatures.selectors import Exemption, SelectorTarget, find_exemption, is_selected
from gate.signatures.symbols import fingerprint, readable, split
from gate.signatures.tree import TreeLimits

_SEVERITY: dict[Level, int] = {"note": 0, "warn": 1, "fail": 2}


def judge_signatures(
    policy: Signatures, facts: Facts, *, today: date, limits: TreeLimits | None = None
) -> list[SignatureFinding]:
    """Judge the top signatures of each type, heaviest first.

    Without a list of the candidate's build they are those of Apple's overview, which is of the app as a whole.

    Args:
        policy: What signatures count for.
        facts: What Apple measured.
        today: The day in UTC, for the end of exemptions.
        limits: How much of each call tree is kept.
    """
    builds = compare_builds(facts)
    if builds is None:
        return list(_judge_overview(policy, facts.overview_signatures, today))
    return [
        _judge_function(policy, builds, one, today, limits or TreeLimits())
        for kind in policy.types
        for one in islice(builds.compare(kind), policy.top)
    ]


def list_gone(policy: Signatures, facts: Facts) -> list[SignatureFinding]:
    """List the baseline build's top signatures of each type that the candidate build does not have.

    None when one of the two lists is missing or has an end missing: then nobody knows.
    """
    builds = compare_builds(facts)
    if builds is None:
        return []
    return [
        _describe_gone(builds, one)
        for kind in policy.types
        for one in takewhile(lambda one: one.function.rank <= policy.top, builds.find_gone(kind))
    ]


def compared_version(facts: Facts) -> str:
    """Tell the version whose build signatures are compared with; empty when there is none."""
    build = find_baseline(facts)
    return "" if build is None else build.version


def note_gaps(facts: Facts) -> Iterator[str]:
    """Say what a reader must know about signatures that could not be read."""
    gap = find_gap(facts)
    if gap is not None:
        yield sentences.describe_gap(gap)


def is_unread(policy: Signatures, facts: Facts) -> bool:
    """Tell whether signatures could fail a run, by the policy, and could not be read or compared."""
    gap = find_gap(facts)
    if gap is None:
        return _is_garbled(policy, facts)
    compares = "fail" in (policy.new, policy.growing)
    if gap.kind in ("no_baseline_build", "baseline_unread"):
        # A share is known without a baseline.
        return compares
    return compares or policy.max_weight is not None


def _is_garbled(policy: Signatures, facts: Facts) -> bool:
    """Tell whether a signature of the candidate lacks what the policy could fail it by."""
    listed = facts.candidate_signatures
    can_fail = "fail" in (policy.new, policy.growing) or policy.max_weight is not None
    if listed is None or not can_fail:
        return False
    return any(
        not (one.id and one.type and one.text)
        or (policy.max_weight is not None and one.type in policy.types and one.weight is None)
        for one in listed.signatures
    )


# --- one build against another ----------------------------------------------------------------------


def _judge_function(
    policy: Signatures, builds: BuildComparison, one: ComparedFunction, today: date, limits: TreeLimits
) -> SignatureFinding:
    function, earlier, stacks = one.function, one.earlier, one.stacks
    heaviest = function.heaviest
    target = SelectorTarget(text=heaviest.text, frames=stacks.frames)
    exemption = find_exemption(policy, target, today)
    largest = _exceeded(policy, function.weight)
    level = _level(policy, one.change, function.direction, too_heavy=largest is not None)
    return SignatureFinding(
        type=heaviest.type,
        id=heaviest.id,
        text=heaviest.text,
        level=_level_of_selected(policy, target, exemption, level),
        change=one.change,
        rank=function.rank,
        weight=function.weight,
        baseline_weight=earlier.weight if earlier else None,
        direction=function.direction,
        sentence=sentences.describe_function(
            one, baseline=_baseline_version(builds), largest=largest, exemption=exemption
        ),
        references=add_references(function),
        blame=stacks.frames,
        logs_problem=next((part.logs_problem for part in function.parts if part.logs_problem), ""),
        name=_name(heaviest.text),
        binary=_binary(heaviest.text),
        fingerprint=fingerprint(heaviest.type, heaviest.text),
        others=tuple(part.id for part in function.parts[1:]),
        baseline_rank=earlier.rank if earlier else None,
        count=one.count,
        ignored=_reason(exemption),
        blame_kind=stacks.kind,
        advice=tuple(dict.fromkeys(note for part in function.parts for note in part.notes)),
        tree=stacks.tree.to_call_tree(stacks.path, before=one.earlier_tree, limits=limits),
    )


def _describe_gone(builds: BuildComparison, one: GoneFunction) -> SignatureFinding:
    function, stacks = one.function, one.stacks
    heaviest = function.heaviest
    return SignatureFinding(
        type=heaviest.type,
        id=heaviest.id,
        text=heaviest.text,
        level="note",
        change="gone",
        rank=function.rank,
        weight=None,
        baseline_weight=function.weight,
        direction="",
        sentence=sentences.describe_gone(
            function, baseline=_baseline_version(builds), candidate=builds.candidate.version
        ),
        blame=stacks.frames,
        name=_name(heaviest.text),
        binary=_binary(heaviest.text),
        fingerprint=fingerprint(heaviest.type, heaviest.text),
        others=tuple(part.id for part in function.parts[1:]),
        baseline_rank=function.rank,
        blame_kind=stacks.kind,
        tree=stacks.tree.to_call_tree(stacks.path, limits=TreeLimits()),
    )


def _baseline_version(builds: BuildComparison) -> str:
    return "" if builds.baseline is None else builds.baseline.version


# --- the app as a whole -----------------------------------------------------------------------------


def _judge_overview(
    policy: Signatures, signatures: Sequence[OverviewSignature], today: date
) -> Iterator[SignatureFinding]:
    """Judge the overview's signatures, in Apple's order: nobody says what their weights are shares of."""
    for kind in policy.types:
        listed = (one for one in signatures if one.type == kind)
        for rank, one in enumerate(islice(listed, policy.top), start=1):
            yield _judge_of_app(policy, one, rank, today)


def _judge_of_app(policy: Signatures, one: OverviewSignature, rank: int, today: date) -> SignatureFinding:
    blame = (to_frame(one),) if one.file else ()
    target = SelectorTarget(text=one.text, frames=blame)
    exemption = find_exemption(policy, target, today)
    # The overview compares with nothing and its weights have no known whole, so only Apple's trend can count.
    level = _level(policy, "unknown", one.direction, too_heavy=False)
    return SignatureFinding(
        type=one.type,
        id=one.id,
        text=one.text,
        level=_level_of_selected(policy, target, exemption, level),
        change="unknown",
        rank=rank,
        weight=None,
        baseline_weight=None,
        direction=one.direction,
        sentence=sentences.describe_of_app(one, exemption),
        blame=blame,
        name=_name(one.text),
        binary=_binary(one.text),
        fingerprint=fingerprint(one.type, one.text),
        scope="app",
        count=one.count,
        ignored=_reason(exemption),
        blame_kind="overview" if blame else "none",
    )


# --- levels -----------------------------------------------------------------------------------------


def _exceeded(policy: Signatures, weight: float | None) -> float | None:
    """Tell the largest share that the policy lets one signature have, where this one has more."""
    if policy.max_weight is None or weight is None or weight <= policy.max_weight:
        return None
    return policy.max_weight


def _level(policy: Signatures, change: SignatureChange, direction: str, *, too_heavy: bool) -> Level:
    """Choose the worst level that the policy has for anything that is true of a signature."""
    wanted: list[FindingLevel] = []
    if change == "new":
        wanted.append(policy.new)
    # Apple's trend looks at more versions than one baseline; either of the two is growth.
    if change == "grown" or direction == "UP":
        wanted.append(policy.growing)
    if too_heavy:
        wanted.append("fail")
    # What the policy ignores is still listed: only the level says nothing.
    levels: list[Level] = ["note", *(level for level in wanted if level != "ignore")]
    return max(levels, key=_SEVERITY.__getitem__)


def _level_of_selected(
    policy: Signatures, target: SelectorTarget, exemption: Exemption | None, level: Level
) -> Level:
    """Keep the level of a signature that the policy selects and does not ignore; of others make a note."""
    return level if is_selected(policy, target) and not _reason(exemption) else "note"


def _reason(exemption: Exemption | None) -> str:
    """Quote the policy's reason to ignore a signature; empty when it does not, or no longer."""
    return "" if exemption is None or exemption.ended else exemption.reason


# --- names ------------------------------------------------------------------------------------------


def _name(text: str) -> str:
    binary, symbol = split(text)
    return readable(symbol, binary)


def _binary(text: str) -> str:
    return split(text)[0]
