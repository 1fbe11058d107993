"""A call tree drawn as text, and how its nodes stand to each other.

A tree is a flat list in pre-order, so that a deep stack costs no recursion; `callers` finds the edges again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from gate.model.result import CallNode, CallTree
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import plural

LINES = 60
"""Lines of a drawn tree, unless a caller says otherwise."""

_LONGEST_ROW = 200
_SMALLEST_DRAWN = 0.01
"""Share of the samples of a frame that is drawn."""
_INDENT = "    "
_MOST_INDENTS = 12


def callers(nodes: Sequence[CallNode]) -> list[int]:
    """Find the position of each node's caller; -1 for roots."""
    above: list[int] = []
    found = []
    for index, node in enumerate(nodes):
        # What is left of the path after leaving the callees of earlier siblings ends with the caller.
        del above[node.depth :]
        found.append(above[-1] if above else -1)
        above.append(index)
    return found


def own_samples(nodes: Sequence[CallNode]) -> list[int]:
    """Count the samples that ended in each node: without those of the nodes it calls."""
    own = [node.samples for node in nodes]
    for node, caller in zip(nodes, callers(nodes), strict=True):
        if caller >= 0:
            own[caller] -= node.samples
    # Apple's counts need not add up; a frame can't have ended fewer than no samples.
    return [max(0, samples) for samples in own]


def system_roots(nodes: Sequence[CallNode]) -> frozenset[int]:
    """Find the positions of the roots below which nothing is the app's own code."""
    roots = [index for index, node in enumerate(nodes) if node.depth == 0]
    ends = [*roots[1:], len(nodes)]
    return frozenset(
        root for root, end in zip(roots, ends, strict=False) if not any(node.own for node in nodes[root:end])
    )


def draw(tree: CallTree, *, lines: int = LINES) -> str:
    """Draw a tree as plain text, heaviest first; a star marks the blame path.

    A frame stands under its caller. It is indented, behind a plus, only where its caller has other callees as well,
    so that a deep stack stays on the page.

    Args:
        tree: The tree.
        lines: How many frames at most. Frames of the blame path and those with 1% of the samples are drawn.
    """
    system = system_roots(tree.nodes)
    rows = [
        _row(node, indent, tree, only_system=index in system)
        for index, (node, indent) in enumerate(zip(tree.nodes, _indents(tree.nodes), strict=True))
        if node.path or node.samples >= _SMALLEST_DRAWN * tree.samples
    ][:lines]
    head = f"{plural(tree.samples, 'sample')} in {plural(tree.logs, 'log')}; * is the blame path"
    hidden = len(tree.nodes) - len(rows) + tree.left_out
    tail = [f"and {plural(hidden, 'lighter frame')}"] if hidden else []
    return "\n".join([head, *rows, *tail]) + "\n"


def _indents(nodes: Sequence[CallNode]) -> Iterator[str]:
    """Indent each node: as much as its caller, more where that one calls others as well."""
    above = callers(nodes)
    callees = Counter(above)
    steps: list[int] = []
    for caller in above:
        branches = caller >= 0 and callees[caller] > 1
        steps.append((steps[caller] if caller >= 0 else 0) + int(branches))
        indent = _INDENT * min(steps[-1], _MOST_INDENTS)
        yield f"{indent[:-2]}+ " if branches else indent


def _row(node: CallNode, indent: str, tree: CallTree, *, only_system: bool) -> str:
    part = share(node.samples / tree.samples) if tree.samples else ""
    line = f":{node.line}" if node.line is not None else ""
    parts = [
        node.name,
        f"({node.repeats} times in a row)" if node.repeats > 1 else "",
        f"[{node.binary}]" if node.binary else "",
        f"{node.file}{line}" if node.file else "",
        "(system only)" if only_system else "",
    ]
    words = sanitize.plain(" ".join(part for part in parts if part), _LONGEST_ROW)
    return f"{part:>6} {'*' if node.path else ' '} {indent}{words}"
