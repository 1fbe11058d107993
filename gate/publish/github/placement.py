"""Where a finding is shown: the line of the code it is about, or the line of the policy that sets its limit."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from gate.publish.story import StoryFinding


class PolicyPlace(Struct, frozen=True, kw_only=True):
    """The policy's file as annotations name it."""

    path: str = ""
    """Relative to the workspace, with forward slashes; empty when it is not in there."""
    lines: Mapping[str, int] = {}
    """Line of each rule, from 1, by the rule's id."""


def locate_policy(file: Path | None, lines: Mapping[str, int], workspace: str) -> PolicyPlace:
    """Name a policy's file as annotations do.

    Args:
        file: The policy's file; None when there is none.
        lines: Line of each rule in it, by id.
        workspace: Folder of the checkout; empty when it is not known.
    """
    path = path_in_workspace(file, workspace) if file is not None else ""
    return PolicyPlace(path=path, lines=lines if path else {})


def path_in_workspace(path: Path, workspace: str) -> str:
    """Make a path relative to the workspace, with forward slashes; empty when it is outside."""
    try:
        return path.resolve().relative_to(Path(workspace).resolve()).as_posix() if workspace else ""
    except (OSError, ValueError):
        return ""


def locate_finding(finding: StoryFinding, policy: PolicyPlace) -> tuple[str, int | None]:
    """Find file and line of a finding: the code it is about, else the rule in the policy, else nothing.

    Args:
        finding: What was found.
        policy: The policy's file.
    """
    if finding.file and finding.line is not None and finding.line > 0:
        return finding.file, finding.line
    line = policy.lines.get(finding.rule)
    return (policy.path, line) if policy.path and line is not None else ("", None)
