"""Publishing a story, channel by channel: outputs, summary, annotations, comment, check run, status, issue.

Each channel is independent of the others, and nothing here changes a verdict: whatever fails is a warning. When
a token may not write, as in runs of forks, the channels that need it are named in one warning.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gate.errors import GateError
from gate.model.result import STATES
from gate.policy.types import Comment
from gate.publish.github import (
    annotations,
    checkrun,
    commands,
    comment,
    commit_status,
    event,
    files,
    issue,
    policy_lines,
    pull_lookup,
)
from gate.publish.github.api import Api, GitHubLimits
from gate.publish.github.event import EventTarget
from gate.publish.github.failures import Missing, NotPermitted, PublishingFailed
from gate.publish.github.inputs import Inputs, read_inputs
from gate.publish.github.marker import Marker
from gate.publish.github.runner import Runner, read_payload, read_runner
from gate.publish.story import FailingCheck, Story
from gate.report.markdown import LEAST_BYTES, SUMMARY_BYTES
from gate.text import sanitize

Say = Callable[[str], object]
"""Prints one line where the runner reads it."""

FAILING_LIMIT = 100_000
"""Bytes of the output ``failing-checks`` in UTF-16, by which GitHub counts a job's 1 MB."""
_TITLE = "App Store gate"
_SUMMARY_MARGIN = 8 * 1024
"""Bytes kept for warnings of this step and for its other inner steps."""


class PublishRequest(Struct, frozen=True, kw_only=True):
    """What to publish, and how."""

    story: Story
    settings: Comment = Comment()
    """How the comment behaves, where the inputs are silent."""
    policy: Path | None = None
    """Its file, at whose lines annotations point."""
    paths: Mapping[str, Path] = {}
    """Files that were written, by the name of the output that names them."""


class _Channel(Struct, frozen=True, kw_only=True):
    name: str
    needs: str
    """The permission it takes, as workflows write it."""
    run: Callable[[], str]
    """Publishes, and says what was done."""


class Publisher:
    """Publishes to the place that a run belongs to.

    Args:
        runner: The step.
        inputs: What it asks for.
        say: Prints one line where the runner reads it.
        clock: Epoch seconds.
        sleep: Waits for some seconds.
        limits: Bounds on what is done for one request to the API.
    """

    def __init__(
        self,
        runner: Runner,
        inputs: Inputs,
        *,
        say: Say,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        limits: GitHubLimits | None = None,
    ) -> None:
        self._runner = runner
        self._inputs = inputs
        self._say = say
        self._clock = clock
        self._sleep = sleep
        self._limits = limits

    def publish(self, request: PublishRequest) -> None:
        """Publish everywhere. Never raises for anything that could not be published."""
        local = (
            _Channel(name="outputs", needs="", run=partial(self._outputs, request)),
            _Channel(name="summary", needs="", run=partial(self._summary, request.story)),
            _Channel(name="annotations", needs="", run=partial(self._annotations, request)),
        )
        denied: list[_Channel] = []
        for channel in (*local, *self._remote(request)):
            self._try(channel, denied)
        if denied:
            names = ", ".join(f"the {channel.name} ({channel.needs})" for channel in denied)
            self._warn(
                f"The token may not publish {names}. Runs of forks and of Dependabot never may; else the workflow's "
                "permissions lack it. The verdict and this summary are complete."
            )

    def _try(self, channel: _Channel, denied: list[_Channel]) -> None:
        try:
            done = channel.run()
        except (NotPermitted, Missing) as problem:
            self._tell(f"the {channel.name}: {problem}")
            denied.append(channel)
        except (PublishingFailed, GateError) as problem:
            self._warn(f"The {channel.name} could not be published: {problem}")
        except Exception as problem:  # noqa: BLE001 - a defect here must not take the verdict with it
            self._warn(f"The {channel.name} could not be published ({type(problem).__name__}).")
        else:
            self._tell(done)

    def _remote(self, request: PublishRequest) -> Iterator[_Channel]:
        """The channels that need the API, as far as they are wanted."""
        inputs = self._inputs
        wanted = {
            "comment": (inputs.comment, "pull-requests: write", self._comment),
            "check run": (inputs.check_run, "checks: write", self._check_run),
            "commit status": (inputs.commit_status, "statuses: write", self._status),
            "issue": (inputs.issue, "issues: write", self._issue),
        }
        asked = [name for name, (is_wanted, _, _) in wanted.items() if is_wanted]
        if not inputs.token or not self._runner.repository:
            if asked not in ([], ["comment"]):
                self._tell(f"no token was given, so nothing is published as {' or '.join(asked)}")
            return
        for name in asked:
            _, needs, run = wanted[name]
            yield _Channel(name=name, needs=needs, run=partial(run, request))

    # --- without the network ----------------------------------------------------------------------

    def _outputs(self, request: PublishRequest) -> str:
        if self._runner.output:
            files.write_outputs(self._runner.output, outputs_of(request.story, request.paths))
        return ""

    def _summary(self, story: Story) -> str:
        if not self._runner.summary:
            return ""
        room = min(files.room_in_summary(self._runner.summary) - _SUMMARY_MARGIN, SUMMARY_BYTES)
        if room < LEAST_BYTES:
            return "the summary of this step is full, so no report was added"
        files.append_summary(self._runner.summary, story.draw("summary", room, True))
        return ""

    def _annotations(self, request: PublishRequest) -> str:
        file, numbers = self._policy_lines(request)
        for line in annotations.log_commands(request.story, file, numbers):
            self._say(line)
        return ""

    def _policy_lines(self, request: PublishRequest) -> tuple[str, dict[str, int]]:
        if request.policy is None:
            return "", {}
        return policy_lines.in_workspace(request.policy, self._runner.workspace), policy_lines.rule_lines(
            request.policy
        )

    # --- through the API --------------------------------------------------------------------------

    @cached_property
    def _api(self) -> Api:
        return Api(
            base_url=self._runner.api_url,
            graphql_url=self._runner.graphql_url,
            repository=self._runner.repository,
            token=self._inputs.token,
            clock=self._clock,
            sleep=self._sleep,
            limits=self._limits,
        )

    @cached_property
    def _place(self) -> EventTarget:
        """The place of this run, looked up once."""
        found = event.locate(
            self._runner.event,
            read_payload(self._runner.event_path),
            repository=self._runner.repository,
            sha=self._runner.sha,
            pull_request=self._inputs.pr_number,
            commit=self._inputs.sha,
        )
        return pull_lookup.resolve(self._api, found)

    def _commit(self) -> str:
        """The commit to report on.

        Raises:
            PublishingFailed: There is none.
        """
        place = self._place
        if not place.sha:
            raise PublishingFailed(place.note or "the event names no commit; the input sha can name one")
        return place.sha

    def _key(self, request: PublishRequest) -> str:
        return self._inputs.comment_key or request.settings.key

    def _marker(self, request: PublishRequest, kind: Any) -> Marker:
        return Marker(
            kind=kind,
            key=self._key(request),
            run=self._runner.run_id,
            attempt=self._runner.run_attempt,
            sha=self._place.sha,
        )

    def _comment(self, request: PublishRequest) -> str:
        place = self._place
        problem = pull_lookup.problem_with(self._api, place)
        if problem or place.pull_request is None:
            return f"no comment: {problem}"
        wanted = comment.WantedComment(
            story=request.story,
            marker=self._marker(request, "comment"),
            when=self._inputs.comment_when or request.settings.when,
            run_url=self._runner.run_url,
        )
        return comment.publish(self._api, place.pull_request, wanted)

    def _check_run(self, request: PublishRequest) -> str:
        file, numbers = self._policy_lines(request)
        return checkrun.publish(
            self._api,
            self._commit(),
            request.story,
            key=self._key(request),
            external_id=f"{self._runner.run_id}-{self._runner.run_attempt}",
            url=self._runner.run_url,
            entries=annotations.of_check_run(request.story.findings, file, numbers),
        )

    def _status(self, request: PublishRequest) -> str:
        return commit_status.publish(
            self._api, self._commit(), request.story, key=self._key(request), url=self._runner.run_url
        )

    def _issue(self, request: PublishRequest) -> str:
        if self._place.pull_request is not None:
            return "no issue: they are for runs that belong to no pull request"
        return issue.publish(self._api, request.story, self._marker(request, "issue"), self._runner.run_url)

    # --- words ------------------------------------------------------------------------------------

    def _tell(self, words: str) -> None:
        if words:
            self._say(sanitize.without_log_commands(f"gate: {sanitize.plain(words)}"))

    def _warn(self, words: str) -> None:
        """A warning in the log, and in the summary, since only ten of a step are shown."""
        self._say(commands.annotation("warning", words, title=_TITLE))
        try:
            if self._runner.summary:
                files.append_summary(self._runner.summary, f"> [!WARNING]\n> {sanitize.inline(words)}\n")
        except OSError:
            self._tell("the summary could not be written")


def publish_story(
    story: Story,
    environment: Mapping[str, str],
    *,
    say: Say,
    settings: Comment | None = None,
    file: Path | None = None,
    paths: Mapping[str, Path | None] | None = None,
) -> None:
    """Publish a story if this is a step of a GitHub workflow. Never raises for what could not be published.

    Args:
        story: What is told.
        environment: The process's environment.
        say: Prints one line where the runner reads it.
        settings: How the comment behaves, where the inputs are silent.
        file: The policy's file, at whose lines annotations point.
        paths: Reports that may have been written, by the name of the output that names them.
    """
    runner = read_runner(environment)
    if runner is None:
        return
    written = {name: path for name, path in (paths or {}).items() if path is not None and path.is_file()}
    request = PublishRequest(
        story=story,
        settings=settings or Comment(),
        policy=file,
        paths={name: path.absolute() for name, path in written.items()},
    )
    Publisher(runner, _inputs(environment, say), say=say).publish(request)


def _inputs(environment: Mapping[str, str], say: Say) -> Inputs:
    """The inputs; wrong ones are a warning here, because a verdict has been reached and must stand."""
    try:
        return read_inputs(environment)
    except GateError as error:
        say(
            commands.annotation(
                "warning", f"{error.what}: nothing is published through the API.", title=_TITLE
            )
        )
        return Inputs()


def outputs_of(story: Story, paths: Mapping[str, Path]) -> dict[str, str]:
    """The outputs of a step, as text."""
    counts = {"rules": story.counts, "checks": story.check_counts}
    return {
        "verdict": story.verdict,
        "sentence": sanitize.plain(story.sentence),
        "blocks": "true" if story.blocks else "false",
        "exit-code": str(story.exit_code),
        **{f"{state}-count": str(story.counts[state]) for state in STATES},
        "counts": msgspec.json.encode(counts, order="deterministic").decode(),
        "failing-checks": failing_json(story.failing),
        **{name: str(path) for name, path in paths.items()},
    }


def failing_json(failing: tuple[FailingCheck, ...], limit: int = FAILING_LIMIT) -> str:
    """A JSON list of the failing checks, worst first; whole entries are left out where it would get too long."""
    entries: list[str] = []
    size = 2
    for check in failing:
        entry = msgspec.json.encode(check).decode()
        size += len(entry) + 1
        if size * 2 > limit:
            break
        entries.append(entry)
    return f"[{','.join(entries)}]"
