"""What a command takes from the command line: a policy, its template, a saved result, and a time."""

import os
from datetime import UTC, datetime
from pathlib import Path

from gate.cli import complain
from gate.cli.files import STANDARD_OUTPUT, read_text
from gate.cli.foreign import explain_foreign, read_result_file
from gate.errors import UsageError
from gate.model.result import Result
from gate.policy.resolved import ExtendedFile, FindFile, ResolvedPolicy
from gate.policy.types import Policy


def parse_time(text: str) -> float:
    """Read an ISO 8601 time (UTC when it names no zone) as epoch seconds; nothing is the clock's time.

    Raises:
        UsageError: It is not a time.
    """
    if not text:
        return datetime.now(UTC).timestamp()
    try:
        moment = datetime.fromisoformat(text)
        # Without a zone the machine's own would be meant, and the verdict would depend on where it is made.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"--now {text} is not a time", remedy="write it like 2026-11-23T12:00:00Z") from None


def load_result(path: Path) -> Result:
    """Load a result that was saved before. What an older gate did not tell is told now: it follows from the rest.

    Raises:
        UsageError: It can't be read, or is no result.
    """
    from gate.judge.incidents import tell

    saved = read_result_file(path)
    return tell(saved) if saved.coverage is None else saved


def load_policy(path: Path) -> Policy:
    """Load the policy of a file; print its warnings on standard error.

    Raises:
        UsageError: It can't be read, or is no valid policy.
    """
    return resolve_policy(path).policy


def resolve_policy(path: Path) -> ResolvedPolicy:
    """Load the policy of a file with everything that it extends; print its warnings on standard error.

    Raises:
        UsageError: It can't be read, or is no valid policy.
    """
    from gate.policy.read import resolve

    # The real date, and not --now: what has expired is of interest to whoever runs this today.
    today = datetime.now(UTC).date()
    text = read_text(path, what="policy")
    foreign = explain_foreign(path, text, wanted="policy")
    if foreign is not None:
        raise foreign
    resolved = resolve(text, source=str(path), today=today, find_file=_finder(path))
    for warning in resolved.warnings:
        place = f"{warning.source or path}:{warning.line}:{warning.column}"
        message = f"{warning.message}. {warning.suggestion}" if warning.suggestion else warning.message
        complain(f"gate: warning: {place}: {message}")
    return resolved


def _finder(policy: Path) -> FindFile | None:
    """Make what finds the files that a policy extends; None for a policy from standard input."""
    if policy == STANDARD_OUTPUT:
        return None
    root = _repository_of(policy)

    def find(name: str, source: str) -> ExtendedFile:
        # Named as seen from where the policy is, so that a file has one name whoever extends it.
        shown = Path(os.path.normpath(Path(source).parent / name))
        # Resolved before it is opened: a symbolic link may lead out of the repository as well as ``..`` does.
        found = shown.resolve()
        if not found.is_relative_to(root):
            raise UsageError(
                f"{name} is outside of {'the repository' if (root / GIT).exists() else 'the folder of the policy'}",
                remedy="keep what a policy extends in the same repository",
            )
        if not found.is_file():
            raise UsageError(f"there is no file {name}", remedy="write its path relative to this policy")
        return ExtendedFile(shown.as_posix(), read_text(found, what="policy"))

    return find


GIT = ".git"
"""What only the root of a checkout has: a folder, or a file in a worktree."""


def _repository_of(policy: Path) -> Path:
    """Find the root of the repository that a policy is in; its own folder when it is in none."""
    folder = policy.resolve().parent
    return next((one for one in (folder, *folder.parents) if (one / GIT).exists()), folder)


def load_template(policy_path: Path, policy: Policy) -> str | None:
    """Load the user's own Markdown template, if the policy names one; its path is relative to the policy.

    Raises:
        UsageError: It is not below the policy's folder, or it can't be read. Reports are published, so a
            policy must not be able to publish any file of the machine.
    """
    if not policy.report.template:
        return None
    # Resolved first: a symbolic link may lead out of the folder as well as ``..`` does.
    folder = policy_path.resolve().parent
    template = (folder / policy.report.template).resolve()
    if not template.is_relative_to(folder):
        raise UsageError(
            f"The template {policy.report.template} is outside the policy's folder",
            remedy="keep the template beside the policy, or in a folder below it",
        )
    return read_text(template, what="template")
