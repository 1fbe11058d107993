"""Which CI host a process runs on: the one place that asks, and what the command line calls.

Light to import: what needs the network is imported when there is something to publish.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from gate.model.result import Result
from gate.policy.types import Comment, Policy
from gate.publish.host import Host, PublishRequest, Say, publish
from gate.publish.story import Story


def _github(environment: Mapping[str, str], say: Say) -> Host | None:
    from gate.publish.github.runner import read_runner

    runner = read_runner(environment)
    if runner is None:
        return None
    # Only now, because it brings the network along.
    from gate.publish.github.host import GitHubHost

    return GitHubHost(runner, environment, say=say)


_HOSTS: tuple[Callable[[Mapping[str, str], Say], Host | None], ...] = (_github,)
"""One for each known host: makes it of the environment, or None elsewhere."""


def find_host(environment: Mapping[str, str], *, say: Say) -> Host | None:
    """Find the CI host that a process runs on.

    Args:
        environment: The process's environment.
        say: Prints one line where the runner reads it.

    Returns:
        The host, or None outside of every host that is known.
    """
    return next((host for make in _HOSTS if (host := make(environment, say)) is not None), None)


def repository_address(environment: Mapping[str, str]) -> str:
    """Find the address of the repository's pages on the CI host; empty where it is not known.

    Args:
        environment: The process's environment.
    """
    from gate.publish.github import runner

    return runner.repository_address(environment)


def secret_masker(environment: Mapping[str, str], *, say: Say) -> Callable[[str], None]:
    """Choose how a secret is kept out of the CI host's log; outside of every known host it does nothing.

    Args:
        environment: The process's environment.
        say: Prints one line where the runner reads it.
    """
    from gate.publish.github.masking import masker

    return masker(environment, say)


def publish_result(
    result: Result,
    policy: Policy,
    environment: Mapping[str, str],
    *,
    file: Path,
    template: str | None,
    paths: Mapping[str, Path | None],
    say: Say,
) -> None:
    """Publish a judgement if this runs on a CI host. Never raises for what could not be published.

    Args:
        result: The judgement.
        policy: Under which it was made.
        environment: The process's environment.
        file: The policy's file, at whose lines annotations point.
        template: Source of the user's own template for the report.
        paths: Reports that may have been written, by the name of the output that names them.
        say: Prints one line where the runner reads it.
    """
    host = find_host(environment, say=say)
    if host is None:
        return
    settings = policy.report.comment
    try:
        from gate.publish.describe import describe_result

        request = PublishRequest(
            story=describe_result(result, max_rows=settings.max_rows, template=template),
            settings=settings,
            policy=file,
            rule_lines={rule.id: rule.line for rule in policy.rules if rule.line},
            paths=_written(paths),
        )
        publish(host, request)
    except Exception as problem:  # noqa: BLE001 - a defect here must not take the verdict with it
        host.warn(f"Nothing more could be published ({type(problem).__name__}).")


def publish_story(
    story: Story, environment: Mapping[str, str], *, paths: Mapping[str, Path | None], say: Say
) -> None:
    """Publish what other runs have judged, if this runs on a CI host. There is no policy here, and so no lines of it.

    Args:
        story: What to publish.
        environment: The process's environment.
        paths: Reports that may have been written, by the name of the output that names them.
        say: Prints one line where the runner reads it.
    """
    host = find_host(environment, say=say)
    if host is not None:
        publish(host, PublishRequest(story=story, settings=Comment(), paths=_written(paths)))


def publish_error(words: str, exit_code: int, environment: Mapping[str, str], *, say: Say) -> None:
    """Show that a step ended without a verdict, if this runs on a CI host.

    What was published about an earlier run stays as it is.

    Args:
        words: What happened, in one or more lines.
        exit_code: Of the step.
        environment: The process's environment.
        say: Prints one line where the runner reads it.
    """
    host = find_host(environment, say=say)
    if host is not None:
        host.show_error(words, exit_code)


def write_outputs(outputs: Mapping[str, str], environment: Mapping[str, str], *, say: Say) -> None:
    """Write outputs of a step, if this runs on a CI host.

    Raises:
        OSError: They can't be written.
    """
    host = find_host(environment, say=say)
    if host is not None:
        host.write_outputs(outputs)


def _written(paths: Mapping[str, Path | None]) -> dict[str, Path]:
    """Keep the files that are there: one that could not be written must not be named to a later step."""
    return {name: path.absolute() for name, path in paths.items() if path is not None and path.is_file()}
