"""Print the mutation score of a run of mutmut: of the mutants that a test could kill, how many were killed.

    python tests/mutation/score.py             # every room
    python tests/mutation/score.py signatures  # one room, or one file of it: signatures.symbols

Mutants that no test can tell from the original are listed with the reason in `equivalent.toml`, by the line they
change. The other survivors are printed: each is a test that is missing.
"""

import sys
import tomllib
from collections import Counter
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

GOAL = 0.9
KNOWN = Path(__file__).with_name("equivalent.toml")
KILLED = {"killed", "timeout", "segfault", "suspicious"}
"""What a mutant can end as that a run of the tests would show."""

Change = tuple[str, str, str]
"""File, and the changed lines before and after, with single blanks."""


def main(room: str = "") -> int:
    """Print the score of every file of a room; 1 when the room is below the goal."""
    known = _read_equivalents()
    total: Counter[str] = Counter()
    for path in sorted(walk_mutatable_files()):
        if not f"{'.'.join(path.with_suffix('').parts)}.".startswith(f"gate.{room}." if room else "gate."):
            continue
        counted = _count(path, known)
        total += counted
        if counted:
            print(_line(str(path), counted))
    print(_line("all", total))
    return int(_score(total) < GOAL)


def _count(path: Path, known: set[Change]) -> Counter[str]:
    """Count a file's mutants by how they ended, and print those that should have been killed."""
    data = SourceFileMutationData(path=path)
    data.load()
    counted: Counter[str] = Counter()
    unseen = {change for change in known if change[0] == str(path)}
    for name, code in data.exit_code_by_key.items():
        status = status_by_exit_code[code]
        if status == "not checked":
            continue
        if status in KILLED:
            counted["killed"] += 1
            continue
        was, becomes = _changed(get_diff_for_mutant(name, path=path))
        change = _change(str(path), was, becomes)
        unseen.discard(change)
        counted["equivalent" if change in known else "survived"] += 1
        if change not in known:
            print(f"{name}: {status}\n- {was}\n+ {becomes}\n")
    if counted:
        for _, was, becomes in sorted(unseen):
            print(f"{path}: no survivor is as {KNOWN.name} says\n- {was}\n+ {becomes}\n")
    return counted


def _changed(diff: str) -> tuple[str, str]:
    """Read the lines before and after a mutation from its diff."""
    lines = diff.splitlines()[2:]
    was = "\n".join(line[1:] for line in lines if line.startswith("-"))
    becomes = "\n".join(line[1:] for line in lines if line.startswith("+"))
    return was, becomes


def _change(path: str, was: str, becomes: str) -> Change:
    return path, " ".join(was.split()), " ".join(becomes.split())


def _read_equivalents() -> set[Change]:
    """Read the known mutants that change nothing: one entry of the file may list several of one line."""
    entries = tomllib.loads(KNOWN.read_text("utf-8"))["equivalent"]
    return {
        _change(entry["file"], entry["was"], becomes) for entry in entries for becomes in entry["becomes"]
    }


def _score(counted: Counter[str]) -> float:
    killable = counted["killed"] + counted["survived"]
    return counted["killed"] / killable if killable else 1.0


def _line(name: str, counted: Counter[str]) -> str:
    killable = counted["killed"] + counted["survived"]
    return (
        f"{name:<36} {_score(counted):6.1%}  {counted['killed']} of {killable} killable mutants killed,"
        f" {counted['equivalent']} equivalent"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
