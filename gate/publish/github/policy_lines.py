"""Where the rules of a policy stand in its file, so that an annotation can point at the line that sets a limit."""

from pathlib import Path

import yaml

_MOST_BYTES = 1_000_000


def rule_lines(path: Path) -> dict[str, int]:
    """Line of each rule in a policy file, by id; nothing when it can't be read.

    The file has been read as a policy before, so it is known to be sound.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text[:_MOST_BYTES], Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    found: dict[str, int] = {}
    for rule in getattr(_value_of(root, "rules"), "value", None) or []:
        name = _value_of(rule, "id")
        if isinstance(name, yaml.ScalarNode):
            found[name.value] = name.start_mark.line + 1
    return found


def in_workspace(path: Path, workspace: str) -> str:
    """A path as annotations name it: relative to the workspace, with forward slashes; empty when it is outside."""
    try:
        return path.resolve().relative_to(Path(workspace).resolve()).as_posix() if workspace else ""
    except (OSError, ValueError):
        return ""


def _value_of(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if getattr(name, "value", None) == key), None)
