"""GitHub as a host: the channels of a run, and what each of them needs.

Outputs, summary and annotations are files and lines that the runner reads, so they work with any token. Comment,
check run, commit status and issue go through the API, as far as the step's inputs ask for them.
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial

from gate.errors import GateError
from gate.publish.github import (
    annotations,
    checkrun,
    commands,
    comment,
    commit_status,
    event,
    files,
    issue,
    outputs,
    pull_lookup,
)
from gate.publish.github.api import Api, GitHubLimits
from gate.publish.github.event import EventTarget
from gate.publish.github.failures import Missing, NotPermitted, PublishingFailed
from gate.publish.github.inputs import Inputs, read_inputs
from gate.publish.github.marker import Marker, MarkerKind
from gate.publish.github.placement import PolicyPlace, locate_policy
from gate.publish.github.runner import Runner, read_payload
from gate.publish.host import Channel, ChannelFailed, ChannelNotPermitted, PublishRequest, Say
from gate.publish.story import Story
from gate.report.shared.lengths import LEAST_BYTES, SUMMARY_BYTES
from gate.text import sanitize

_TITLE = "App Store gate"
_SUMMARY_MARGIN = 8 * 1024
"""Bytes kept for warnings of this step and for its other inner steps."""

_RemoteChannel = Callable[[PublishRequest], str]


class GitHubHost:
    """The GitHub that runs a step; a `gate.publish.host.Host`.

    Args:
        runner: The step.
        environment: The process's environment, in which the inputs are.
        say: Prints one line where the runner reads it.
        clock: Epoch seconds.
        sleep: Waits for some seconds.
        limits: Bounds on what is done for one request to the API.
    """

    permission_hint = "Runs of forks and of Dependabot never may; else the workflow's permissions lack it."

    def __init__(
        self,
        runner: Runner,
        environment: Mapping[str, str],
        *,
        say: Say,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        limits: GitHubLimits | None = None,
    ) -> None:
        self._runner = runner
        self._environment = environment
        self._say = say
        self._clock = clock
        self._sleep = sleep
        self._limits = limits

    # --- what any host offers ---------------------------------------------------------------------

    def channels(self, request: PublishRequest) -> tuple[Channel, ...]:
        """List the channels of this step: those of the runner, then those of the API that its inputs ask for."""
        local = (
            Channel(name="outputs", publish=partial(self._outputs, request)),
            Channel(name="summary", publish=partial(self._summary, request.story)),
            Channel(name="annotations", publish=partial(self._annotations, request)),
        )
        return (*local, *self._remote(request))

    def write_outputs(self, values: Mapping[str, str]) -> None:
        """Write the outputs that later steps read.

        Raises:
            OSError: They can't be written.
        """
        if self._runner.output:
            files.write_outputs(self._runner.output, values)

    def note(self, words: str) -> None:
        """Print a line of the log."""
        # Two colons at the beginning of a line, or ``##[`` anywhere in it, make it a command to the runner.
        self._say(sanitize.without_log_commands(f"gate: {sanitize.plain(words)}"))

    def warn(self, words: str) -> None:
        """Show a warning in the log, and in the summary, since only ten of a step are shown."""
        self._annotate(words)
        try:
            if self._runner.summary:
                files.append_summary(self._runner.summary, f"> [!WARNING]\n> {sanitize.inline(words)}\n")
        except OSError:
            self.note("the summary could not be written")

    def show_error(self, words: str, exit_code: int) -> None:
        """Show that the step ends without a verdict: an annotation, outputs, and a summary."""
        self._say(commands.annotation("error", words, title=f"{_TITLE}: no verdict"))
        try:
            self.write_outputs(outputs.error_outputs(words, exit_code))
            if self._runner.summary:
                files.append_summary(self._runner.summary, _error_summary(words))
        except OSError as error:
            self._annotate(f"The outputs could not be written: {error.strerror}")

    # --- without the network ----------------------------------------------------------------------

    def _annotate(self, words: str) -> None:
        self._say(commands.annotation("warning", words, title=_TITLE))

    @cached_property
    def _inputs(self) -> Inputs:
        """The inputs; wrong ones are a warning here, because a verdict has been reached and must stand."""
        try:
            return read_inputs(self._environment)
        except GateError as error:
            self._annotate(f"{error.what}: nothing is published through the API.")
            return Inputs()

    def _outputs(self, request: PublishRequest) -> str:
        self.write_outputs(outputs.story_outputs(request.story, request.paths))
        return ""

    def _summary(self, story: Story) -> str:
        if not self._runner.summary:
            return ""
        # A summary that is too long is not shown at all, and what is in the file already counts.
        room = min(files.room_in_summary(self._runner.summary) - _SUMMARY_MARGIN, SUMMARY_BYTES)
        if room < LEAST_BYTES:
            return "the summary of this step is full, so no report was added"
        files.append_summary(self._runner.summary, story.draw("summary", room, True))
        return ""

    def _annotations(self, request: PublishRequest) -> str:
        for line in annotations.log_commands(request.story, self._policy_place(request)):
            self._say(line)
        return ""

    def _policy_place(self, request: PublishRequest) -> PolicyPlace:
        return locate_policy(request.policy, request.rule_lines, self._runner.workspace)

    # --- through the API --------------------------------------------------------------------------

    def _remote(self, request: PublishRequest) -> list[Channel]:
        """List the channels that need the API, as far as they are asked for."""
        inputs = self._inputs
        known: tuple[tuple[bool, str, str, _RemoteChannel], ...] = (
            (inputs.comment, "comment", "pull-requests: write", self._comment),
            (inputs.check_run, "check run", "checks: write", self._check_run),
            (inputs.commit_status, "commit status", "statuses: write", self._status),
            (inputs.issue, "issue", "issues: write", self._issue),
        )
        asked = [(name, permission, publish) for is_asked, name, permission, publish in known if is_asked]
        if not inputs.token or not self._runner.repository:
            # The comment is on unless it is turned off, so its lack alone is nothing to talk about.
            names = [name for name, _, _ in asked]
            if names not in ([], ["comment"]):
                self.note(f"no token was given, so nothing is published as {' or '.join(names)}")
            return []
        return [
            Channel(name=name, permission=permission, publish=partial(_as_channel, publish, request))
            for name, permission, publish in asked
        ]

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
    def _target(self) -> EventTarget:
        """Where this run reports to, looked up once."""
        found = event.locate(
            self._runner.event,
            read_payload(self._runner.event_path),
            repository=self._runner.repository,
            sha=self._runner.sha,
            pull_request=self._inputs.pr_number,
            commit=self._inputs.sha,
        )
        # Only now is the network asked, and only for what the payload does not hold.
        return pull_lookup.resolve(self._api, found)

    def _commit(self) -> str:
        """Find the commit to report on.

        Raises:
            ChannelFailed: There is none.
        """
        target = self._target
        if not target.sha:
            raise ChannelFailed(target.note or "the event names no commit; the input sha can name one")
        return target.sha

    def _key(self, request: PublishRequest) -> str:
        return self._inputs.comment_key or request.settings.key

    def _marker(self, request: PublishRequest, kind: MarkerKind) -> Marker:
        return Marker(
            kind=kind,
            key=self._key(request),
            run=self._runner.run_id,
            attempt=self._runner.run_attempt,
            sha=self._target.sha,
        )

    def _comment(self, request: PublishRequest) -> str:
        target = self._target
        problem = pull_lookup.problem_with(self._api, target)
        if problem or target.pull_request is None:
            return f"no comment: {problem}"
        draft = comment.CommentDraft(
            story=request.story,
            marker=self._marker(request, "comment"),
            when=self._inputs.comment_when or request.settings.when,
            run_url=self._runner.run_url,
        )
        return comment.publish(self._api, target.pull_request, draft)

    def _check_run(self, request: PublishRequest) -> str:
        return checkrun.publish(
            self._api,
            self._commit(),
            request.story,
            key=self._key(request),
            external_id=f"{self._runner.run_id}-{self._runner.run_attempt}",
            url=self._runner.run_url,
            policy=self._policy_place(request),
        )

    def _status(self, request: PublishRequest) -> str:
        return commit_status.publish(
            self._api, self._commit(), request.story, key=self._key(request), url=self._runner.run_url
        )

    def _issue(self, request: PublishRequest) -> str:
        if self._target.pull_request is not None:
            return "no issue: they are for runs that belong to no pull request"
        return issue.publish(self._api, request.story, self._marker(request, "issue"), self._runner.run_url)


def _as_channel(publish: _RemoteChannel, request: PublishRequest) -> str:
    """Publish, with GitHub's failures turned into those of any host.

    GitHub answers 404 instead of 403 where a token may not even know that something is there ("Troubleshooting the
    REST API"), and what the channels ask for is known to exist.
    """
    try:
        return publish(request)
    except (NotPermitted, Missing) as problem:
        raise ChannelNotPermitted(str(problem)) from problem
    except PublishingFailed as problem:
        raise ChannelFailed(str(problem)) from problem


def _error_summary(words: str) -> str:
    lines = [sanitize.prose(line) for line in words.splitlines() if line.strip()]
    return "⚠️ **No verdict.**\n\n" + "\n".join(f"> {line}<br>" for line in lines) + "\n"
