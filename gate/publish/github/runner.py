"""What GitHub's runner says to a step, in variables that GitHub documents under "Variables reference"."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from gate.errors import UsageError

_MOST_BYTES = 50 * 1024 * 1024
"""Of an event's payload; GitHub caps its own at 25 MB."""
_SERVER = re.compile(r"https://[\w.-]+(:\d{1,5})?")
_NAME = re.compile(r"[\w.-]+/[\w.-]+")


class Runner(Struct, frozen=True, kw_only=True):
    """The environment of a step, by its documented variables."""

    event: str
    """Name of the event, such as ``pull_request``."""
    event_path: str
    repository: str
    """``owner/name``."""
    sha: str
    """The commit the workflow runs on, which for a pull request is a temporary merge."""
    run_id: int
    run_attempt: int
    server_url: str
    api_url: str
    """Base of the REST API; on GitHub Enterprise Server it ends with ``/api/v3``."""
    graphql_url: str
    output: str
    """File of the step's outputs; empty when there is none."""
    summary: str
    """File of the step's summary; empty when there is none."""
    workspace: str
    temp: str
    """A folder that is emptied before and after each job."""

    @property
    def run_url(self) -> str:
        """The page of this run."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}"


def read_runner(environment: Mapping[str, str]) -> Runner | None:
    """Read the runner's variables; None when this is no step of a GitHub workflow."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return None
    given = environment.get
    api_url = given("GITHUB_API_URL") or "https://api.github.com"
    return Runner(
        event=given("GITHUB_EVENT_NAME", ""),
        event_path=given("GITHUB_EVENT_PATH", ""),
        repository=given("GITHUB_REPOSITORY", ""),
        sha=given("GITHUB_SHA", ""),
        run_id=_number(given("GITHUB_RUN_ID", "")),
        run_attempt=_number(given("GITHUB_RUN_ATTEMPT", "")),
        server_url=given("GITHUB_SERVER_URL") or "https://github.com",
        api_url=api_url.rstrip("/"),
        graphql_url=given("GITHUB_GRAPHQL_URL") or f"{api_url.rstrip('/').removesuffix('/v3')}/graphql",
        output=given("GITHUB_OUTPUT", ""),
        summary=given("GITHUB_STEP_SUMMARY", ""),
        workspace=given("GITHUB_WORKSPACE", ""),
        temp=given("RUNNER_TEMP", ""),
    )


def repository_address(environment: Mapping[str, str]) -> str:
    """Make the address of the repository from the runner's variables; nothing elsewhere."""
    server = environment.get("GITHUB_SERVER_URL", "")
    name = environment.get("GITHUB_REPOSITORY", "")
    # It becomes a part of links in reports, so anything but a plain address is left out.
    return f"{server}/{name}" if _SERVER.fullmatch(server) and _NAME.fullmatch(name) else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def read_payload(path: str) -> Any:
    """Read the payload of the event, or an empty one when there is none.

    Raises:
        UsageError: The file is there and of no use.
    """
    if not path or not Path(path).is_file():
        return {}
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise UsageError("The payload of the event is larger than any that GitHub sends")
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            "The payload of the event can't be read",
            cause=f"GITHUB_EVENT_PATH names a file that is not JSON ({type(error).__name__})",
        ) from None
