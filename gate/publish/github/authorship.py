"""Who wrote a comment or an issue: a marker alone proves nothing, because anybody can paste one."""

from typing import Any

WORKFLOW_LOGIN = "github-actions[bot]"
"""Under which the token of a workflow acts."""


def author(entry: Any) -> str:
    """Read the login of whoever wrote something; empty when the account is gone."""
    user = entry.get("user") if isinstance(entry, dict) else None
    login = user.get("login") if isinstance(user, dict) else None
    return login if isinstance(login, str) else ""


def is_by(entry: Any, login: str) -> bool:
    """Tell whether an account wrote something. Logins are the same in upper and lower case."""
    return author(entry).lower() == login.lower()
