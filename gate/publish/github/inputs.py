"""The inputs of the action, typed: what `action.yml` hands over in variables, read once.

Every input ``some-name`` arrives as ``GATE_SOME_NAME``, but for those of the key, which arrive under the names
that the command line knows (``ASC_KEY_ID``, ``ASC_ISSUER_ID``, ``ASC_PRIVATE_KEY``). An empty input is unset,
booleans are the words of YAML 1.2, and lists have an entry on each line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from gate.errors import UsageError
from gate.policy.types import CommentWhen

ActionCommand = Literal["check", "fetch", "matrix", "merge", "publish"]

COMMANDS: tuple[ActionCommand, ...] = ("check", "fetch", "matrix", "merge", "publish")
WHEN: tuple[CommentWhen, ...] = ("always", "changed", "findings")

KEY_VARIABLES = {"key-id": "ASC_KEY_ID", "issuer-id": "ASC_ISSUER_ID", "private-key": "ASC_PRIVATE_KEY"}
"""Inputs that `gate.settings` reads."""

_Word = TypeVar("_Word", bound=str)
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a step asks for. The token has no repr."""

    command: ActionCommand = "check"
    policy: str = ""
    app: str = ""
    version: str = ""
    build: str = ""
    baseline: str = ""
    snapshot: str = ""
    checkout: str = ""
    event: str = ""
    """Judge under this event instead of the one that started the run."""
    files: tuple[str, ...] = ()
    """Policies for a matrix, results to merge or the result to publish; may be globs."""
    expect: int | None = None
    """How many results a merge must find."""
    comment: bool = True
    comment_when: CommentWhen | None = None
    """None: what the policy says."""
    comment_key: str = ""
    """Empty: what the policy says."""
    check_run: bool = False
    commit_status: bool = False
    issue: bool = False
    token: str = field(default="", repr=False)
    pr_number: int | None = None
    """Report to this pull request, whatever the event says."""
    sha: str = ""
    """Report on this commit, whatever the event says."""
    reports: str = ""
    """Folder for the reports; empty for a fresh one among the runner's temporary files."""


def variable(name: str) -> str:
    """Name the variable in which an input arrives."""
    return KEY_VARIABLES.get(name) or f"GATE_{name.replace('-', '_').upper()}"


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """Read the inputs of a step.

    Args:
        environment: The process's environment, or a stand-in.

    Raises:
        UsageError: An input has a value that it can't have.
    """
    given = _Given(environment)
    return Inputs(
        command=given.word("command", COMMANDS) or "check",
        policy=given.text("policy"),
        app=given.text("app"),
        version=given.text("version"),
        build=given.text("build"),
        baseline=given.text("baseline"),
        snapshot=given.text("snapshot"),
        checkout=given.text("checkout"),
        event=given.text("event"),
        files=given.lines("files"),
        expect=given.number("expect"),
        comment=given.yes_or_no("comment", default=True),
        comment_when=given.word("comment-when", WHEN),
        comment_key=given.text("comment-key"),
        check_run=given.yes_or_no("check-run", default=False),
        commit_status=given.yes_or_no("commit-status", default=False),
        issue=given.yes_or_no("issue", default=False),
        token=given.text("token"),
        pr_number=given.number("pr-number"),
        sha=given.commit("sha"),
        reports=given.text("reports"),
    )


class _Given:
    """Values of the environment by the name of their input."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        """Read a text without blanks around it; empty when it is unset."""
        return self._environment.get(variable(name), "").strip()

    def lines(self, name: str) -> tuple[str, ...]:
        """Read the entries of a list, one on each line."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        """Read a boolean as YAML 1.2 writes it."""
        text = self.text(name)
        if text and text not in _TRUE + _FALSE:
            raise _wrong(name, text, "write true or false")
        return text in _TRUE if text else default

    def word(self, name: str, words: tuple[_Word, ...]) -> _Word | None:
        """Read one of some words, or None."""
        text = self.text(name)
        found = next((word for word in words if word == text), None)
        if text and found is None:
            raise _wrong(name, text, f"write one of {', '.join(words)}")
        return found

    def number(self, name: str) -> int | None:
        """Read a whole number from 1, or None."""
        text = self.text(name)
        if text and not _NUMBER.fullmatch(text):
            raise _wrong(name, text, "write a whole number, 1 or larger")
        return int(text) if text else None

    def commit(self, name: str) -> str:
        """Read a full commit id in lower case, or nothing."""
        text = self.text(name).lower()
        if text and not _SHA.fullmatch(text):
            raise _wrong(name, text, "write all 40 characters of the commit id")
        return text


def _wrong(name: str, text: str, remedy: str) -> UsageError:
    return UsageError(f"The input {name} is {text[:60]!r}, which it can't be", remedy=remedy)
