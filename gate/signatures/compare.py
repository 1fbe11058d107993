"""Compare the diagnostic signatures of the candidate build with those of the baseline build.

Values only: what a policy makes of them is in `gate.judge.diagnostics`.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from gate.model.facts import BuildSignatures, Facts, Frame, OverviewSignature
from gate.signatures.functions import Function, group_by_function, match_builds
from gate.signatures.overview import Overview
from gate.signatures.tree import (
    BlameKind,
    BlamePath,
    CallingContextTree,
    FrameIdentities,
    find_own_binaries,
    merge_stacks,
)

GROWTH_SHARE = 0.05
"""A weight has grown when it rose by at least this share of its type …"""
GROWTH_RATIO = 1.25
"""… and by at least this factor. Weights are shares of a total, so a little movement means nothing."""

SignatureChange = Literal["new", "grown", "shrunk", "same", "unknown"]
GapKind = Literal["no_candidate_build", "candidate_unread", "no_baseline_build", "baseline_unread"]


class BlamedStacks(Struct, frozen=True, kw_only=True):
    """The call stacks of a function as one tree, and which of its frames are to blame."""

    tree: CallingContextTree
    path: BlamePath
    frames: tuple[Frame, ...]
    """Those of `path`, or the one line that Apple's overview names."""
    kind: BlameKind
    """What `frames` are."""


class ComparedFunction(Struct, frozen=True, kw_only=True):
    """A function of the candidate build, beside the same function of the baseline build."""

    function: Function
    earlier: Function | None
    """In the baseline build; None when that has no such function, or is not known."""
    change: SignatureChange
    """Of the weight, from the baseline build to the candidate's; unknown without one of the weights."""
    stacks: BlamedStacks
    earlier_tree: CallingContextTree | None
    """The call stacks of `earlier`."""
    count: int | None
    """How often Apple counted it, from the overview; None when the overview does not list it."""


class GoneFunction(Struct, frozen=True, kw_only=True):
    """A function of the baseline build that the candidate build's list does not have."""

    function: Function
    stacks: BlamedStacks


class SignatureGap(Struct, frozen=True, kw_only=True):
    """Why signatures could not be read, or not compared."""

    kind: GapKind
    problem: str = ""
    """What went wrong when a list was read."""
    overview_instead: bool = False
    """Whether the app's top signatures of Apple's overview stand in for the candidate's."""


class BuildComparison:
    """The candidate build's signatures beside those of the baseline build.

    Functions come one by one, and their call stacks are merged only then: of long lists few are looked at.
    """

    def __init__(
        self,
        candidate: BuildSignatures,
        baseline: BuildSignatures | None,
        overview: Iterable[OverviewSignature],
    ) -> None:
        self.candidate = candidate
        self.baseline = baseline
        """None when it could not be read."""
        self._overview = Overview(overview)
        self._identities = FrameIdentities()
        self._own = find_own_binaries(
            log
            for build in (candidate, baseline)
            if build is not None
            for signature in build.signatures
            for log in signature.logs
        )

    def compare(self, kind: str) -> Iterator[ComparedFunction]:
        """Compare the functions of one type, heaviest of the candidate build first."""
        now = group_by_function(self.candidate.signatures, kind)
        before = None if self.baseline is None else self._match(now, self.baseline, kind)
        for one in now:
            earlier = before.get(one.key) if before is not None else None
            yield ComparedFunction(
                function=one,
                earlier=earlier,
                change="unknown" if before is None else _compare_weights(one, earlier),
                stacks=self._blame(one),
                earlier_tree=None if earlier is None else self._merge(earlier),
                count=self._overview.count(one),
            )

    def find_gone(self, kind: str) -> Iterator[GoneFunction]:
        """Find the functions of one type that only the baseline build has, heaviest first.

        None when one of the lists could not be read to its end: what is missing might be there.
        """
        if self.baseline is None or self.candidate.problem:
            return
        now = group_by_function(self.candidate.signatures, kind)
        still = {one.key for one in self._match(now, self.baseline, kind).values()}
        for one in group_by_function(self.baseline.signatures, kind):
            if one.key not in still:
                yield GoneFunction(function=one, stacks=self._blame(one))

    @staticmethod
    def _match(now: list[Function], baseline: BuildSignatures, kind: str) -> dict[str, Function]:
        return match_builds(now, group_by_function(baseline.signatures, kind))

    def _blame(self, function: Function) -> BlamedStacks:
        """Merge a function's stacks and find who is to blame; without stacks, whom Apple's overview names."""
        tree = self._merge(function)
        path = tree.find_blame_path()
        named = self._overview.find_frame(function) if path.kind == "none" else None
        if named is not None:
            return BlamedStacks(tree=tree, path=path, frames=(named,), kind="overview")
        return BlamedStacks(tree=tree, path=path, frames=path.frames, kind=path.kind)

    def _merge(self, function: Function) -> CallingContextTree:
        logs = (log for part in function.parts for log in part.logs)
        return merge_stacks(logs, self._identities, self._own)


def compare_builds(facts: Facts) -> BuildComparison | None:
    """Put the candidate build beside the baseline build; None without any list of the candidate's."""
    candidate = facts.candidate_signatures
    if candidate is None or (candidate.problem and not candidate.signatures):
        return None
    return BuildComparison(candidate, find_baseline(facts), facts.overview_signatures)


def find_baseline(facts: Facts) -> BuildSignatures | None:
    """Find the build to compare with; None when its list could not be read to the end.

    Of half a list nobody could tell what is new.
    """
    build = facts.baseline_signatures
    return None if build is None or build.problem else build


def find_gap(facts: Facts) -> SignatureGap | None:
    """Tell why signatures could not be read or compared; None when they could."""
    candidate, baseline = facts.candidate_signatures, facts.baseline_signatures
    instead = bool(facts.overview_signatures) and compare_builds(facts) is None
    if candidate is None:
        return SignatureGap(kind="no_candidate_build", overview_instead=instead)
    if candidate.problem:
        return SignatureGap(kind="candidate_unread", problem=candidate.problem, overview_instead=instead)
    if baseline is None:
        return SignatureGap(kind="no_baseline_build")
    if baseline.problem:
        return SignatureGap(kind="baseline_unread", problem=baseline.problem)
    return None


def _compare_weights(one: Function, earlier: Function | None) -> SignatureChange:
    if earlier is None:
        return "new"
    if one.weight is None or earlier.weight is None:
        return "unknown"
    if _grew(earlier.weight, one.weight):
        return "grown"
    return "shrunk" if _grew(one.weight, earlier.weight) else "same"


def _grew(old: float, new: float) -> bool:
    # Both are needed: from 1% to 3% is a factor of three and yet nothing, from 80% to 85% is in any noise.
    return new - old >= GROWTH_SHARE and new >= old * GROWTH_RATIO
