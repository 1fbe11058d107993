"""Call trees as text: for a terminal or a fenced block, and for the tools that draw profiles.

All of them hold what `CallTree` holds. Where its lightest nodes are left out, their samples count as their
callers' own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from gate.model.result import CallNode, CallTree, SignatureFinding
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import plural

SPEEDSCOPE_SCHEMA = "https://www.speedscope.app/file-format-schema.json"
"""Names the format; nothing is fetched from there."""
LINES = 60
"""Lines of a drawn tree, unless a caller says otherwise."""

_LONGEST_NAME = 200
_SMALLEST_DRAWN = 0.01
"""Share of the samples of a frame that is drawn."""
_INDENT = "    "
_MOST_INDENTS = 12

_SpeedscopeFrame = tuple[str, str, int | None]


def label(finding: SignatureFinding) -> str:
    """A signature in one line: ``HANGS 1: LibraryIndex.rebuildIfNeeded()``."""
    return _plain(f"{finding.type} {finding.rank}: {finding.name or finding.text}")


# --- what tree a node stands in ---------------------------------------------------------------------


def callers(nodes: Sequence[CallNode]) -> list[int]:
    """The position of each node's caller; -1 for roots."""
    above: list[int] = []
    found = []
    for index, node in enumerate(nodes):
        del above[node.depth :]
        found.append(above[-1] if above else -1)
        above.append(index)
    return found


def own_samples(nodes: Sequence[CallNode]) -> list[int]:
    """Samples that ended in each node: without those of the nodes it calls."""
    own = [node.samples for node in nodes]
    for node, caller in zip(nodes, callers(nodes), strict=True):
        if caller >= 0:
            own[caller] -= node.samples
    return [max(0, samples) for samples in own]


def system_roots(nodes: Sequence[CallNode]) -> frozenset[int]:
    """Positions of the roots below which nothing is the app's own code."""
    roots = [index for index, node in enumerate(nodes) if node.depth == 0]
    ends = [*roots[1:], len(nodes)]
    return frozenset(
        root for root, end in zip(roots, ends, strict=False) if not any(node.own for node in nodes[root:end])
    )


# --- for people -------------------------------------------------------------------------------------


def drawn(tree: CallTree, *, lines: int = LINES) -> str:
    """A tree as plain text, heaviest first; a star marks the blame path.

    A frame stands under its caller. It is indented, behind a plus, only where its caller has other callees as well,
    so that a deep stack stays on the page.

    Args:
        tree: The tree.
        lines: How many frames at most. Frames of the blame path and those with 1 % of the samples are drawn.
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
    """What stands before each node: as much as before its caller, and more where that one calls others as well."""
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
    return f"{part:>7} {'*' if node.path else ' '} {indent}{_plain(' '.join(part for part in parts if part))}"


# --- for tools --------------------------------------------------------------------------------------


def folded(findings: Iterable[SignatureFinding]) -> str:
    """Folded stacks: a line for each stack that samples ended in, its frames with ``;`` between, then a count.

    Type and name of the signature stand first in each stack, so that all signatures fit into one picture.
    """
    return "".join(
        f"{';'.join(stack)} {count}\n"
        for finding in findings
        if finding.tree is not None
        for stack, count in _stacks(finding.tree, _folded_name(label(finding)))
    )


def _stacks(tree: CallTree, first: str) -> Iterator[tuple[list[str], int]]:
    above = [first]
    for node, own in zip(tree.nodes, own_samples(tree.nodes), strict=True):
        del above[node.depth + 1 :]
        above.append(_folded_name(_frame_name(node)))
        if own:
            yield above, own


def _folded_name(name: str) -> str:
    """A frame as the format has it; a semicolon would begin another one."""
    return name.replace(";", ":") or "?"


def speedscope(findings: Iterable[SignatureFinding], *, name: str, exporter: str) -> bytes:
    """A file for speedscope, with a profile for each signature that has a tree.

    Frames are written as they open and close, which takes no more space when stacks are deep.

    Args:
        findings: Signatures.
        name: Title of the file.
        exporter: Name and version of this tool.
    """
    frames: dict[_SpeedscopeFrame, int] = {}
    profiles = [
        _profile(finding.tree, label(finding), frames) for finding in findings if finding.tree is not None
    ]
    document = {
        "$schema": SPEEDSCOPE_SCHEMA,
        "name": _plain(name),
        "exporter": exporter,
        "activeProfileIndex": 0,
        "shared": {"frames": [_speedscope_frame(*frame) for frame in frames]},
        "profiles": profiles,
    }
    return msgspec.json.encode(document)


def _profile(tree: CallTree, name: str, frames: dict[_SpeedscopeFrame, int]) -> dict[str, Any]:
    """One signature; `frames` takes the frames that other profiles do not have yet.

    Time is counted in samples: the callees of a frame follow each other from where it opens.
    """
    events: list[dict[str, Any]] = []
    opened: list[tuple[int, int]] = []
    free = [0]
    for node in (*tree.nodes, None):
        while len(opened) > (node.depth if node is not None else 0):
            frame, end = opened.pop()
            free.pop()
            events.append({"type": "C", "frame": frame, "at": end})
        if node is not None:
            key = (_frame_name(node), _plain(node.file), node.line)
            frame, start = frames.setdefault(key, len(frames)), free[-1]
            free[-1] += node.samples
            free.append(start)
            opened.append((frame, start + node.samples))
            events.append({"type": "O", "frame": frame, "at": start})
    return {
        "type": "evented",
        "name": name,
        "unit": "none",
        "startValue": 0,
        "endValue": free[0],
        "events": events,
    }


def _speedscope_frame(name: str, file: str, line: int | None) -> dict[str, Any]:
    frame: dict[str, Any] = {"name": name}
    if file:
        frame["file"] = file
    if line is not None:
        frame["line"] = line
    return frame


def _frame_name(node: CallNode) -> str:
    return _plain(f"{node.name} [{node.binary}]" if node.binary else node.name)


def _plain(text: str) -> str:
    return sanitize.plain(text, _LONGEST_NAME)
