"""Call trees for the tools that draw profiles: folded stacks, and files of speedscope.

Both hold what `CallTree` holds. Where its lightest nodes are left out, their samples count as their callers' own.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gate.model.result import CallNode, CallTree, SignatureFinding
from gate.report.shared.signature_words import LONGEST_NAME, label
from gate.report.shared.tree import own_samples
from gate.text import sanitize

SPEEDSCOPE_SCHEMA = "https://www.speedscope.app/file-format-schema.json"
"""Names the format; nothing is fetched from there."""

_SpeedscopeFrame = tuple[str, str, int | None]


def folded(findings: Iterable[SignatureFinding]) -> str:
    """Write folded stacks: a line for each stack that samples ended in, its frames with ``;`` between, then a count.

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
    """Write a frame's name as the format has it; a semicolon would begin another frame."""
    return name.replace(";", ":") or "?"


def speedscope(findings: Iterable[SignatureFinding], *, name: str, exporter: str) -> bytes:
    """Write a file for speedscope, with a profile for each signature that has a tree.

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
    """Write one signature; `frames` takes the frames that other profiles do not have yet.

    Time is counted in samples: the callees of a frame follow each other from where it opens.
    """
    events: list[dict[str, Any]] = []
    opened: list[tuple[int, int]] = []
    free = [0]
    # One round more than there are nodes, in which everything that is still open is closed.
    for node in (*tree.nodes, None):
        while len(opened) > (node.depth if node is not None else 0):
            frame, end = opened.pop()
            free.pop()
            events.append({"type": "C", "frame": frame, "at": end})
        if node is not None:
            # Each frame is written once for all profiles, which name it by its number (speedscope's file format).
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
    return sanitize.plain(text, LONGEST_NAME)
