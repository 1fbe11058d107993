"""One checkout, as far as it explains a release."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, structs

from gate.model.facts import Frame
from gate.model.result import SourcePlace, Suspect
from gate.signatures.blame import relation_of
from gate.signatures.symbols import base_name
from gate.source import functions, owners
from gate.source.git import Git, GitFailed
from gate.source.history import VERSION, Code, History, Tag
from gate.source.places import CodePlace, Files
from gate.source.time_limit import TimeLimit
from gate.source.trees import CommitTree, FolderTree, Tree

_SHALLOW = (
    "the checkout is shallow, so commits are missing from it; check out the whole history with its tags"
    " (`fetch-depth: 0` of actions/checkout)"
)
_MOST_CALLERS = 4
"""Functions above the one to blame whose changes are looked at."""


class VersionTags(Struct, frozen=True, kw_only=True):
    """The two versions that are compared."""

    candidate: str
    baseline: str
    """Empty when there is none."""
    tag: str
    """Name of the tag of a version, with `VERSION` in it."""


class Checkout:
    """What lies in a folder, and what git remembers of it. `open` makes one.

    The lines of call stacks are those of the version judged. So frames are looked for in the files as they were at
    its tag, if there is one, and are then followed to where the files are now.
    """

    def __init__(
        self, now: Tree, *, problem: str, repository: "_Repository | None" = None, web: str = ""
    ) -> None:
        self.problem = problem
        """Why no suspects can be named; empty when they can."""
        self._now = now
        self._repository = repository
        self._web = web
        self._then = repository.then if repository is not None and repository.then is not None else now
        self._files = Files(self._inside(self._then.paths))
        self._present = frozenset(self._inside(now.paths))
        self._owners = _read_owners(now)
        self._answers: dict[tuple[Code, tuple[Code, ...]], tuple[tuple[Suspect, ...], str]] = {}

    @classmethod
    def open(
        cls, folder: Path, versions: VersionTags, web: str = "", time_limit: TimeLimit | None = None
    ) -> "Checkout":
        """Open the checkout in a folder, as a repository where it is one.

        Args:
            folder: Its real path.
            versions: What is compared.
            web: Address of the repository on the web, or empty.
            time_limit: Time that all of it may take.

        Raises:
            GitFailed: It can't be read.
        """
        try:
            git = Git.find(folder, time_limit or TimeLimit())
        except GitFailed as error:
            return cls(FolderTree(folder), problem=str(error))
        history = History(git) if git is not None else None
        head = history.commit("HEAD") if history is not None else ""
        if git is None or history is None or not head:
            return cls(FolderTree(folder), problem="the checkout has no commits")
        repository = _Repository(git, history, head, versions)
        return cls(CommitTree(git, head), problem=repository.problem, repository=repository, web=web)

    def _inside(self, paths: Sequence[str]) -> list[str]:
        prefix = self._repository.prefix if self._repository is not None else ""
        return [path for path in paths if path.startswith(prefix)]

    def find(self, blame: Sequence[Frame], text: str = "") -> SourcePlace | None:
        """Find the place of the deepest frame that names a file, or None when none does.

        A file that is nowhere in the checkout is a dependency's; then whoever called it counts.

        Args:
            blame: Outermost first.
            text: The signature's, which names the function that is to blame; empty for the deepest frame's.
        """
        places = [(frame, self._files.find(frame.file)) for frame in reversed(blame) if frame.file]
        if not places:
            return None
        depth = next((n for n, (_, place) in enumerate(places) if place.path or place.candidates), 0)
        frame, place = places[depth]
        # No file of that name, or several: a guess would blame a stranger.
        is_caller = relation_of(frame, blame, text or blame[-1].symbol) == "caller"
        if not place.path:
            return structs.replace(_unmapped(frame, place), is_caller=is_caller)
        callers = [(frame, place.path) for frame, place in places[depth + 1 :] if place.path]
        found = structs.replace(self._mapped(frame, place.path), is_caller=is_caller)
        if not self.problem:
            found = self._with_suspects(found, callers[:_MOST_CALLERS])
        # What touched the function of this frame has touched a caller of the one that is blamed.
        return _touching_callers(found) if is_caller else found

    def _mapped(self, frame: Frame, then: str) -> SourcePlace:
        """Make a place without suspects; `then` is the path in the version judged."""
        repository = self._repository
        tag = repository.candidate if repository is not None else None
        path = self._now_at(then)
        people = self._owners.of(path or then) if self._owners is not None else ()
        return SourcePlace(
            frame=frame,
            path=path,
            line=frame.line,
            problem="" if path else f"{then} is not in the checkout any more.",
            revision=tag.name if tag is not None else "",
            revision_path=then if tag is not None else "",
            url=self._address(tag, then, frame.line),
            owners=people,
            owners_problem="" if people else self._why_no_owner(),
            suspects_problem=self.problem,
        )

    def _now_at(self, path: str) -> str:
        """Follow a file of the version judged to where it is now; empty when it is gone."""
        if path not in self._present and self._repository is not None:
            path = self._repository.now_at(path)
        return path if path in self._present else ""

    def _why_no_owner(self) -> str:
        return "CODEOWNERS names nobody for it" if self._owners is not None else "there is no CODEOWNERS file"

    def _address(self, tag: Tag | None, path: str, line: int | None) -> str:
        if not self._web or tag is None:
            return ""
        anchor = f"#L{line}" if line is not None else ""
        return f"{self._web}/blob/{quote(tag.name)}/{quote(path)}{anchor}"

    def _with_suspects(self, place: SourcePlace, callers: Sequence[tuple[Frame, str]]) -> SourcePlace:
        try:
            code = self._code(place.frame, place.revision_path)
            question = (code, tuple(self._code(frame, path) for frame, path in callers))
        except GitFailed as error:
            return structs.replace(place, suspects_problem=str(error))
        # Several signatures often blame the same function, and a log of git takes its time.
        if question not in self._answers:
            self._answers[question] = self._ask(*question)
        suspects, problem = self._answers[question]
        return structs.replace(place, function_lines=code.lines, suspects=suspects, suspects_problem=problem)

    def _code(self, frame: Frame, path: str) -> Code:
        """Find the function of a frame in the version judged."""
        if frame.line is None:
            return Code(path=path)
        text = self._then.read(path)
        return Code(path=path, lines=functions.lines_of(path, text, frame.line, base_name(frame.symbol)))

    def _ask(self, code: Code, callers: tuple[Code, ...]) -> tuple[tuple[Suspect, ...], str]:
        """Collect suspects, and say why there may be more."""
        found: list[Suspect] = []
        problem = ""
        try:
            for suspect in self._repository.suspects(code, callers) if self._repository is not None else ():
                found += [structs.replace(suspect, url=self._page(suspect))]
        except GitFailed as error:
            problem = str(error)
        return tuple(found), problem

    def _page(self, suspect: Suspect) -> str:
        if not self._web:
            return ""
        if suspect.pull_request is not None:
            return f"{self._web}/pull/{suspect.pull_request}"
        return f"{self._web}/commit/{suspect.commit}"


class _Repository:
    """A repository with the tags of the two versions, as far as it has them.

    Raises:
        GitFailed: Git gives no answer.
    """

    def __init__(self, git: Git, history: History, head: str, versions: VersionTags) -> None:
        self._history = history
        self._head = head
        self.prefix = git.line("rev-parse", "--show-prefix")
        self.candidate = history.tag(versions.candidate, versions.tag) if versions.candidate else None
        self._baseline = history.tag(versions.baseline, versions.tag) if versions.baseline else None
        self.then = CommitTree(git, self.candidate.commit) if self.candidate is not None else None
        self.problem = self._why_no_suspects(versions)

    def _why_no_suspects(self, versions: VersionTags) -> str:
        # Before the tags: in a shallow checkout these are usually missing for the same reason.
        if self._history.is_shallow:
            return _SHALLOW
        if not versions.baseline:
            return "there is no version to compare with"
        sides = ((versions.baseline, self._baseline), (versions.candidate, self.candidate))
        missing = [versions.tag.replace(VERSION, version) for version, tag in sides if tag is None]
        return f"the checkout has no tag {' and no tag '.join(missing)}" if missing else ""

    def now_at(self, path: str) -> str:
        """Follow a file of the version judged to where it is now, if it was renamed."""
        if self.candidate is None:
            return path
        try:
            return self._history.renamed(path, self.candidate.commit, self._head)
        except GitFailed:
            return path

    def suspects(self, code: Code, callers: Sequence[Code]) -> Iterator[Suspect]:
        """Find commits between the two versions that touched the code; see `History.suspects`.

        Raises:
            GitFailed: Git gives no answer.
        """
        if self.candidate is not None and self._baseline is not None:
            yield from self._history.suspects(code, callers, self._baseline, self.candidate)


def _touching_callers(place: SourcePlace) -> SourcePlace:
    suspects = [
        structs.replace(one, touched="caller") if one.touched == "function" else one for one in place.suspects
    ]
    return structs.replace(place, suspects=tuple(suspects))


def _unmapped(frame: Frame, place: CodePlace) -> SourcePlace:
    if place.candidates:
        why = f"It is not sure which {frame.file} is meant."
    else:
        why = f"The checkout has no file {frame.file}."
    return SourcePlace(frame=frame, problem=why, candidates=place.candidates)


def _read_owners(tree: Tree) -> owners.Owners | None:
    """Read the CODEOWNERS file that GitHub would, as an empty one when it is too large for GitHub as well."""
    known = frozenset(tree.paths)
    location = next((one for one in owners.LOCATIONS if one in known), None)
    if location is None:
        return None
    try:
        return owners.parse(tree.read(location))
    except GitFailed:
        return owners.parse("")
