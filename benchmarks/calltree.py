"""How long it takes to merge call stacks: 200 logs of 200 frames each must take well under a second.

Run it with ``python benchmarks/calltree.py``. The last case is one that no app sends: every frame of every log has
a symbol of its own, so that no work is shared. It ends with 1 when a case takes longer than `MOST_SECONDS`.
"""

import sys
from collections.abc import Callable
from random import Random
from time import perf_counter

from gate.model.facts import DiagnosticLog, Frame
from gate.signatures.tree import FrameIdentities, TreeLimits, find_own_binaries, merge_stacks

LOGS = 200
FRAMES = 200
MOST_SECONDS = 2.0
"""On a machine that has other things to do as well."""


def main() -> int:
    """Measure each case, best of three."""
    slow = False
    for name, choose in CASES.items():
        logs = [_log(choose, Random(seed)) for seed in range(LOGS)]  # noqa: S311 - shapes, not secrets
        seconds, nodes = min(_measure(logs) for _ in range(3))
        slow = slow or seconds > MOST_SECONDS
        print(f"{name:42} {LOGS} logs x {FRAMES} frames, {nodes:6} nodes: {seconds * 1000:4.0f} ms")
    return int(slow)


def _measure(logs: list[DiagnosticLog]) -> tuple[float, int]:
    start = perf_counter()
    tree = merge_stacks(logs, FrameIdentities(), find_own_binaries(logs))
    tree.to_call_tree(tree.find_blame_path(), limits=TreeLimits())
    return perf_counter() - start, len(tree.parent)


def _log(choose: Callable[[Random, int], str], random: Random) -> DiagnosticLog:
    frames = tuple(
        Frame(
            depth=depth,
            symbol=choose(random, depth),
            binary="UIKitCore" if depth % 3 else "ExamplePhotos",
            samples=50,
            blame=depth % 9 == 0,
            file="Store.swift",
            line=depth + 1,
        )
        for depth in range(FRAMES)
    )
    return DiagnosticLog(metadata={}, stacks=(frames,))


def _same(_: Random, depth: int) -> str:
    return f"Store{depth}.load(_:from:)"


def _branching(random: Random, depth: int) -> str:
    return f"specialized Store{depth}.load{random.randint(0, 2)}<A>(_:from:)"


def _all_different(random: Random, depth: int) -> str:
    return f"closure #1 (Swift.Int) -> () in Store{depth}.load{random.random()}(_:from:)"


CASES: dict[str, Callable[[Random, int], str]] = {
    "the same stack in all logs": _same,
    "stacks that part at every frame": _branching,
    "no two frames with the same symbol": _all_different,
}

if __name__ == "__main__":
    sys.exit(main())
