"""Call stacks of many logs as one calling context tree, and the path through it that matters.

In a calling context tree each node is a function called by way of its ancestors, so that the same function called
from two places is two nodes, and the same stack seen twice is one path with twice the samples (Ammons, Ball and
Larus, "Exploiting Hardware Performance Counters with Flow and Context Sensitive Profiling", PLDI 1997).

A stack may be as deep as a runaway recursion makes it, so nothing here recurses: stacks are lists in pre-order,
and a tree is a list of nodes in which callers stand before what they call.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, structs

from gate.model.facts import DiagnosticLog, Frame
from gate.model.result import CallNode, CallTree
from gate.signatures.symbols import normalise, readable

_ROOT = -1
"""Stands for the caller of roots."""
_LONGEST_PATH = 300
"""Nodes of the blame path that a result keeps."""
_LEAST_PART = 0.05
"""Of the samples of the first target on a path; with fewer, a frame explains nothing."""
_OUTER_FRAMES = 10
_INNER_FRAMES = 40
"""The app's own frames of a path that are named: those where it begins and those where it ends."""

BlameKind = Literal["blame", "own", "overview", "system", "none"]
"""What the frames to blame are: see `SignatureFinding.blame_kind`."""

_Identity = tuple[str, str]
"""Binary and name."""


class TreeLimits(Struct, frozen=True, kw_only=True):
    """How much of a tree is kept; the blame path always is."""

    nodes: int = 400
    """The heaviest ones."""
    least_share: float = 0.005
    """Of all samples; a node with a smaller share is left out."""


class BlamePath(Struct, frozen=True, kw_only=True):
    """The way from the entry point down to the code that matters."""

    kind: BlameKind
    frames: tuple[Frame, ...] = ()
    """The app's own frames on it, outermost first, with the samples of the merged tree."""
    nodes: frozenset[int] = frozenset()
    """Everything on it, system frames included, down to the last of `frames`."""


def find_own_binaries(logs: Iterable[DiagnosticLog]) -> frozenset[str]:
    """Find the app's own binaries, as far as the logs of its builds tell.

    Apple marks the app's frames that matter, and an app's entry point is its own. A file name tells nothing:
    Apple symbolicates its own frameworks with theirs.
    """
    return frozenset(
        frame.binary
        for log in logs
        for stack in log.stacks
        for frame in stack
        if frame.binary and (frame.blame or frame.symbol == "main")
    )


class FrameIdentities:
    """Names under which frames are the same in any build.

    Normalising a symbol is the slowest part of a merge, and logs repeat their frames: each is done once.
    """

    def __init__(self) -> None:
        self._known: dict[_Identity, _Identity] = {}

    def identify(self, frame: Frame) -> _Identity:
        """Tell what is the same of a frame in any build; code without a symbol has its place in the binary."""
        written = (frame.binary, frame.symbol or f"+ {frame.offset_into_binary or frame.address}")
        known = self._known.get(written)
        if known is None:
            name = normalise(frame.symbol) if frame.symbol else written[1]
            known = self._known[written] = (frame.binary, name)
        return known


class CallingContextTree:
    """Stacks merged into one tree; lists of equal length describe its nodes, callers first."""

    def __init__(self, identities: FrameIdentities, own: frozenset[str]) -> None:
        self._identities = identities
        self._own = own
        self._heaviest: list[int] = []
        self._identity: list[_Identity] = []
        self.parent: list[int] = []
        self.callees: list[dict[_Identity, int]] = []
        self.frame: list[Frame] = []
        """The heaviest frame that was merged into each node, for its file and line."""
        self.samples: list[int] = []
        self.blame: list[bool] = []
        self.repeats: list[int] = []
        self.roots: dict[_Identity, int] = {}
        self.logs = 0
        self.system_samples = 0

    @property
    def total(self) -> int:
        """All samples."""
        return sum(self.samples[root] for root in self.roots.values())

    def is_own(self, node: int) -> bool:
        """Tell whether a node is in the app's own code."""
        return self.blame[node] or self.frame[node].binary in self._own

    def add(self, log: DiagnosticLog) -> None:
        """Merge all stacks of a log."""
        self.logs += any(log.stacks)
        for stack in log.stacks:
            self._merge(stack, _weigh(stack))

    def _merge(self, stack: Sequence[Frame], weights: Sequence[int]) -> None:
        """Merge one stack. A function that calls itself is one node, which already has its callees' samples."""
        # Node and length of its run of self-calls, for each frame from the root to the one at hand.
        above: list[tuple[int, int]] = []
        own = False
        for frame, weight in zip(stack, weights, strict=True):
            del above[frame.depth :]
            caller, run = above[-1] if above else (_ROOT, 0)
            identity = self._identities.identify(frame)
            if caller != _ROOT and identity == self._identity[caller]:
                node, run = caller, run + 1
                self.repeats[node] = max(self.repeats[node], run)
            else:
                node, run = self._find_or_add(caller, identity, frame), 1
                self.samples[node] += weight
            if weight > self._heaviest[node]:
                self._heaviest[node], self.frame[node] = weight, frame
            self.blame[node] |= frame.blame
            own = own or frame.blame or frame.binary in self._own
            above.append((node, run))
        if not own:
            self.system_samples += sum(
                weight for frame, weight in zip(stack, weights, strict=True) if not frame.depth
            )

    def _find_or_add(self, caller: int, identity: _Identity, frame: Frame) -> int:
        siblings = self.roots if caller == _ROOT else self.callees[caller]
        node = siblings.get(identity)
        if node is None:
            node = siblings[identity] = len(self.parent)
            self.parent.append(caller)
            self._identity.append(identity)
            self.callees.append({})
            self.frame.append(frame)
            self.samples.append(0)
            self.blame.append(False)
            self.repeats.append(1)
            self._heaviest.append(0)
        return node

    def find_blame_path(self) -> BlamePath:
        """Find the heaviest way to frames that Apple marks; else to the app's own; else only say what there is.

        Apple marks a frame (``isBlameFrame``) in each log by itself. Over many logs the marks lead to many places,
        so of the marked ways the one with the most samples is followed. It goes down as long as most samples do:
        code that was marked by the way of few of them is not to blame.
        """
        marked = any(self.blame)
        targets = list(self.blame) if marked else [self.is_own(node) for node in range(len(self.parent))]
        if not any(targets):
            return BlamePath(kind="system" if self.parent else "none")
        nodes = self._follow(targets)
        frames = [
            structs.replace(self.frame[node], depth=depth, samples=self.samples[node])
            for depth, node in enumerate(nodes)
            if targets[node]
        ]
        del frames[_OUTER_FRAMES:-_INNER_FRAMES]
        return BlamePath(
            kind="blame" if marked else "own", frames=tuple(frames), nodes=frozenset(nodes[:_LONGEST_PATH])
        )

    def _follow(self, targets: Sequence[bool]) -> list[int]:
        """Follow the most samples from a root to the last target that explains them, system frames included.

        Up to the first target only ways to a target are looked at, however light: idle system threads are heavy in
        every log and say nothing of the app. From there on the way ends where more samples go elsewhere.
        """
        # Callers stand before what they call, so from the last node up every callee is known.
        leads = list(targets)
        for node in range(len(self.parent) - 1, -1, -1):
            if leads[node] and self.parent[node] != _ROOT:
                leads[self.parent[node]] = True
        way: list[int] = []
        end, level, least = 0, self.roots, 0.0
        while level:
            heaviest = max(level.values(), key=self._weight)
            leading = max((node for node in level.values() if leads[node]), key=self._weight, default=None)
            if leading is None or self.samples[leading] < least:
                break
            if end and self.samples[heaviest] > self.samples[leading]:
                break
            way.append(leading)
            if targets[leading]:
                least = least or _LEAST_PART * self.samples[leading]
                end = len(way)
            level = self.callees[leading]
        return way[:end]

    def _weight(self, node: int) -> tuple[int, int]:
        """Rank the heaviest highest; of equals the one that was seen first, so that ties are no matter of luck."""
        return self.samples[node], -node

    def to_call_tree(
        self, path: BlamePath, *, before: "CallingContextTree | None" = None, limits: TreeLimits
    ) -> CallTree | None:
        """Write the tree as results keep it, or None when there are no stacks.

        Args:
            path: Its blame path.
            before: The baseline's tree, made with the same identities.
            limits: How much of it is kept.
        """
        if not self.parent:
            return None
        kept = self._choose(path, limits)
        earlier = self._samples_in(before) if before is not None and before.parent else None
        shown = tuple(
            CallNode(
                depth=depth,
                name=readable(self.frame[node].symbol, self.frame[node].binary),
                binary=self.frame[node].binary,
                samples=self.samples[node],
                file=self.frame[node].file,
                line=self.frame[node].line,
                own=self.is_own(node),
                blame=self.blame[node],
                path=node in path.nodes,
                repeats=self.repeats[node],
                baseline=None if earlier is None else earlier[node],
            )
            for depth, node in self._preorder(kept)
        )
        return CallTree(
            logs=self.logs,
            samples=self.total,
            nodes=shown,
            system_samples=self.system_samples,
            left_out=len(self.parent) - len(kept),
            baseline_samples=before.total if before is not None and earlier is not None else None,
        )

    def _choose(self, path: BlamePath, limits: TreeLimits) -> set[int]:
        """Choose the path and the heaviest nodes.

        A caller is never lighter than what it calls and stands before it, so no node is chosen without its callers.
        """
        smallest = limits.least_share * self.total
        heavy = sorted(
            (node for node in range(len(self.parent)) if self.samples[node] >= smallest),
            key=self._weight,
            reverse=True,
        )
        others = [node for node in heavy if node not in path.nodes]
        return {*path.nodes, *others[: max(0, limits.nodes - len(path.nodes))]}

    def _samples_in(self, other: "CallingContextTree") -> list[int]:
        """Find the samples of the same nodes in another tree, 0 where it has none."""
        there: list[int] = []
        for node, caller in enumerate(self.parent):
            if caller == _ROOT:
                level = other.roots
            else:
                level = other.callees[there[caller]] if there[caller] >= 0 else {}
            there.append(level.get(self._identity[node], -1))
        return [other.samples[found] if found >= 0 else 0 for found in there]

    def _preorder(self, kept: set[int]) -> Iterable[tuple[int, int]]:
        """List depth and node, heaviest first among the callees of one function."""
        # The last is taken first, so the lightest are put in first.
        waiting = [(0, root) for root in sorted(self.roots.values(), key=self._weight)]
        while waiting:
            depth, node = waiting.pop()
            if node in kept:
                yield depth, node
                waiting.extend(
                    (depth + 1, callee) for callee in sorted(self.callees[node].values(), key=self._weight)
                )


def merge_stacks(
    logs: Iterable[DiagnosticLog], identities: FrameIdentities, own: frozenset[str]
) -> CallingContextTree:
    """Merge all stacks of some logs into one tree.

    Args:
        logs: Of one function.
        identities: Shared by trees that are compared.
        own: The app's own binaries: see `find_own_binaries`.
    """
    tree = CallingContextTree(identities, own)
    for log in logs:
        tree.add(log)
    return tree


def _weigh(stack: Sequence[Frame]) -> list[int]:
    """Count the samples that went through each frame, its callees' included; never fewer than theirs together.

    A sample in a callee is one in its caller too. In Apple's examples counts say so, but the API documentation does
    not promise it, and a caller lighter than what it calls would be left out of a tree that keeps its callees.
    A stack without any count is taken as seen once at each of its ends.
    """
    counted = any(frame.samples > 0 for frame in stack)
    callers: list[int] = []
    above: list[int] = []
    for index, frame in enumerate(stack):
        del above[frame.depth :]
        callers.append(above[-1] if above else _ROOT)
        above.append(index)
    below = [0] * len(stack)
    weights = [0] * len(stack)
    for index in range(len(stack) - 1, -1, -1):
        is_end = not counted and not below[index]
        weights[index] = max(stack[index].samples, below[index], int(is_end))
        if callers[index] != _ROOT:
            below[callers[index]] += weights[index]
    return weights
