"""What git remembers between two versions: tags, and the commits that touched a piece of code.

A commit that touched the code is a suspect. It is never more than that.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct, structs

from gate.model.result import Suspect
from gate.model.versions import same_version
from gate.source.git import Git

MOST_SUSPECTS = 5
VERSION = "{version}"
"""Where the version stands in the name of a tag."""
DEFAULT_TAG = f"v{VERSION}"
"""Name of the tag of a version, when nobody says otherwise."""

_FORMAT = "--format=%H%x00%aI%x00%an%x00%s"
_FIELDS = 4
_PLAIN_TAG = re.compile(r"[\w.+/-]+")
_PULL_REQUEST = re.compile(r"^Merge pull request #(\d{1,9})\b|\(#(\d{1,9})\)\s*$")


Touched = Literal["function", "file", "caller"]


class Tag(Struct, frozen=True, kw_only=True):
    """A tag and the commit it is on."""

    name: str
    commit: str


class Code(Struct, frozen=True, kw_only=True):
    """A piece of code at a commit."""

    path: str
    lines: tuple[int, int] | None = None
    """First and last line of the function; None for the whole file."""


class History:
    """The commits of a repository.

    Args:
        git: The repository.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._tags: tuple[str, ...] | None = None

    @property
    def is_shallow(self) -> bool:
        """Whether the checkout holds only the newest commits."""
        return self._git.line("rev-parse", "--is-shallow-repository") == "true"

    def commit(self, name: str) -> str:
        """Look up the full hash of a commit; empty when there is no such commit."""
        return self._git.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def tag(self, version: str, pattern: str) -> Tag | None:
        """Find the tag of a version, or None when there is none.

        A tag that spells the version in another way (``v3.4.0`` for 3.4) counts when there is none that spells
        it like Apple.

        Args:
            version: Marketing version.
            pattern: Name of the tag of a version, with `VERSION` in it.
        """
        before, _, after = pattern.partition(VERSION)
        known = self._known_tags()
        exact = f"{before}{version}{after}"
        spelt = (
            name
            for name in known
            if len(name) > len(before + after)
            and name.startswith(before)
            and name.endswith(after)
            and same_version(name[len(before) : len(name) - len(after)], version)
        )
        name = exact if exact in known else next(spelt, "")
        # A tag's name comes from the repository; one with other characters could mean something else to git.
        commit = self.commit(f"refs/tags/{name}") if _PLAIN_TAG.fullmatch(name) else ""
        return Tag(name=name, commit=commit) if commit else None

    def _known_tags(self) -> tuple[str, ...]:
        if self._tags is None:
            listed = self._git.text("for-each-ref", "--format=%(refname)", "refs/tags")
            self._tags = tuple(line.removeprefix("refs/tags/") for line in listed.splitlines())
        return self._tags

    def renamed(self, path: str, since: str, until: str) -> str:
        """Follow a file of an earlier commit to its path in a later one; the same when it is unknown."""
        changes = self._git.text(
            "diff-tree", "-r", "-z", "--name-status", "--find-renames", "--diff-filter=R", "--no-ext-diff",
            "--no-textconv", "--end-of-options", since, until,
        ).split("\0")  # fmt: skip
        # Status, old path and new path, each ended by a NUL, so the last part is empty.
        renames = dict(zip(changes[1::3], changes[2::3], strict=False))
        return renames.get(path, path)

    def suspects(self, code: Code, callers: Sequence[Code], since: Tag, until: Tag) -> Iterator[Suspect]:
        """Find at most `MOST_SUSPECTS` commits after one tag, up to another, that touched a piece of code.

        First those that touched its function, then those that touched its file, then those that touched the
        functions that call it; the newest first in each. They come one by one, so that those found before a
        failure are not lost.

        Args:
            code: As it is at `until`.
            callers: The same for what calls it, nearest first.
            since: The earlier version.
            until: The version judged.

        Raises:
            GitFailed: Git gives no answer.
        """
        seen: set[str] = set()
        for suspect in self._touching(code, callers, f"{since.commit}..{until.commit}"):
            if suspect.commit not in seen:
                seen.add(suspect.commit)
                yield self._with_pull_request(suspect, until)
            if len(seen) == MOST_SUSPECTS:
                break

    def _touching(self, code: Code, callers: Sequence[Code], between: str) -> Iterator[Suspect]:
        yield from self._touching_function("function", code, between)
        # With ``--follow`` a file that was renamed between the versions keeps its history.
        yield from self._log("file", "--follow", between, "--", code.path)
        for caller in callers:
            yield from self._touching_function("caller", caller, between)

    def _touching_function(self, touched: Touched, code: Code, between: str) -> Iterator[Suspect]:
        if code.lines is not None:
            first, last = code.lines
            yield from self._log(touched, f"-L{first},{last}:{code.path}", between)

    def _log(self, touched: Touched, *arguments: str) -> Iterator[Suspect]:
        log = self._git.text(
            "log", "--no-patch", "--no-merges", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames",
            "--encoding=UTF-8", "-z", _FORMAT, f"--max-count={MOST_SUSPECTS}", *arguments,
        )  # fmt: skip
        for commit, date, author, subject in _records(log, _FIELDS):
            yield Suspect(
                commit=commit,
                subject=subject,
                author=author,
                date=date,
                touched=touched,
                pull_request=_pull_request(subject),
            )

    def _with_pull_request(self, suspect: Suspect, until: Tag) -> Suspect:
        """Add the number of the suspect's pull request; a merge commit names it for the commits it brought."""
        if suspect.pull_request is not None:
            return suspect
        # A merge brought the commit in when it is the oldest commit of the main line that descends from it.
        after = f"{suspect.commit}..{until.commit}"
        descendants = set(self._git.text("rev-list", "--ancestry-path", after).split())
        main_line = self._git.text(
            "log", "--first-parent", "-z", "--encoding=UTF-8", "--format=%H%x00%P%x00%s", after
        )
        brought = [one for one in _records(main_line, 3) if one[0] in descendants][-1:]
        for _, parents, subject in brought:
            # Whose first parent is the suspect itself: that one was on the main line, and nothing brought it.
            if not parents.startswith(suspect.commit):
                return structs.replace(suspect, pull_request=_pull_request(subject))
        return suspect


def _records(log: str, fields: int) -> Iterable[tuple[str, ...]]:
    """Split a log whose format has so many fields, each of which a NUL ends, into its commits."""
    # One iterator, taken `fields` times: each tuple takes the next so many parts of the log.
    return zip(*(iter(log.split("\0")),) * fields, strict=False)


def _pull_request(subject: str) -> int | None:
    found = _PULL_REQUEST.search(subject)
    return int(found[1] or found[2]) if found else None
