"""Deviations of the wire, applied to a body after it is made."""

from collections.abc import Iterable
from typing import Any

from gate.sandbox.data import Edit

_NAMES = ("identifier", "platform", "metric", "version")


def apply(body: Any, edits: Iterable[Edit]) -> None:
    """Change a body in place. An edit whose place is not in this body, because of a filter, does nothing."""
    for edit in edits:
        *steps, last = edit.at.split("/")
        for holder in _places(body, steps):
            _change(holder, last, edit)


def _change(holder: Any, step: str, edit: Edit) -> None:
    if edit.remove:
        for key in _keys(holder, step):
            del holder[key]
    elif isinstance(holder, dict):
        holder[step] = edit.set
    else:
        for key in _keys(holder, step):
            holder[key] = edit.set


def _places(root: Any, steps: list[str]) -> list[Any]:
    places = [root]
    for step in steps:
        places = [place[key] for place in places for key in _keys(place, step)]
    return places


def _keys(place: Any, step: str) -> list[Any]:
    """Find the keys of an object, or the indices of a list from its end, that a step means."""
    if isinstance(place, dict):
        return [step] if step in place else []
    if not isinstance(place, list):
        return []
    # From the end, because removing an entry moves those behind it.
    return [
        index
        for index in reversed(range(len(place)))
        if step in ("*", str(index)) or step in _named(place[index])
    ]


def _named(entry: Any) -> set[Any]:
    return {entry.get(name) for name in _NAMES} if isinstance(entry, dict) else set()
