"""From the file that a frame names to a file of the repository."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

MOST_CANDIDATES = 10
"""Files that are named when none of them surely is the one."""


class CodePlace(Struct, frozen=True, kw_only=True):
    """What a name leads to."""

    path: str = ""
    """The one file that is meant; empty when that is not sure."""
    candidates: tuple[str, ...] = ()
    """Files of the same name, when none of them surely is the one."""


class Files:
    """The files of a repository, to be found by what a debugger calls them.

    Debug information has the path on the machine that built the app, and Apple mostly sends the last part of it.
    So a file is meant when its path is the end of that name, or that name is the end of its path.

    Args:
        paths: From the root, with ``/`` between folders.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            self._by_name[path.rpartition("/")[2]].append(path)

    def find(self, name: str) -> CodePlace:
        """Find the file that a name means: the exact path, else the only one that fits."""
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
        if not parts or ".." in parts:
            return CodePlace()
        same_name = self._by_name.get(parts[-1], [])
        asked = "/".join(parts)
        if asked in same_name:
            return CodePlace(path=asked)
        # The longest agrees in the most folders; a shorter one is only a namesake.
        inside = [path for path in same_name if f"/{asked}".endswith(f"/{path}")]
        if inside:
            return CodePlace(path=max(inside, key=len))
        fitting = [path for path in same_name if path.endswith(f"/{asked}")]
        if len(fitting) == 1:
            return CodePlace(path=fitting[0])
        return CodePlace(candidates=tuple((fitting or same_name)[:MOST_CANDIDATES]))
