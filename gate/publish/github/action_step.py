"""What the command line calls: publishing under GitHub Actions, and nothing at all elsewhere.

Light to import: what needs the network is imported when there is something to publish.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from gate.model.result import Result
from gate.policy.types import Policy
from gate.publish.github import commands, files
from gate.publish.github.runner import read_runner
from gate.text import sanitize

Say = Callable[[str], object]
"""Prints one line where the runner reads it."""

_TITLE = "App Store gate"


def publish_if_in_actions(
    result: Result,
    policy: Policy,
    environment: Mapping[str, str],
    *,
    file: Path,
    template: str | None,
    paths: Mapping[str, Path | None],
    say: Say,
) -> None:
    """Publish a judgement if this is a step of a GitHub workflow. Never raises for what could not be published.

    Args:
        result: The judgement.
        policy: Under which it was made.
        environment: The process's environment.
        file: The policy's file, at whose lines annotations point.
        template: Source of the user's own template for the report.
        paths: Reports that may have been written, by the name of the output that names them.
        say: Prints one line where the runner reads it.
    """
    if read_runner(environment) is None:
        return
    from gate.publish.github.publisher import publish_story
    from gate.publish.story import tell

    settings = policy.report.comment
    try:
        story = tell(result, max_rows=settings.max_rows, template=template)
        publish_story(story, environment, settings=settings, file=file, paths=paths, say=say)
    except Exception as problem:  # noqa: BLE001 - a defect here must not take the verdict with it
        words = f"Nothing more could be published ({type(problem).__name__})."
        say(commands.annotation("warning", words, title=_TITLE))


def publish_error(words: str, exit_code: int, environment: Mapping[str, str], *, say: Say) -> None:
    """Tell that a step ended without a verdict: outputs, summary, and an annotation.

    What was published about an earlier run stays as it is.

    Args:
        words: What happened, in one or more lines.
        exit_code: Of the step.
        environment: The process's environment.
        say: Prints one line where the runner reads it.
    """
    runner = read_runner(environment)
    if runner is None:
        return
    say(commands.annotation("error", words, title=f"{_TITLE}: no verdict"))
    try:
        if runner.output:
            outputs = {
                "verdict": "error",
                "sentence": sanitize.plain(words),
                "blocks": "true",
                "exit-code": str(exit_code),
            }
            files.write_outputs(runner.output, outputs)
        if runner.summary:
            files.append_summary(runner.summary, _error_summary(words))
    except OSError as error:
        say(
            commands.annotation(
                "warning", f"The outputs could not be written: {error.strerror}", title=_TITLE
            )
        )


def _error_summary(words: str) -> str:
    lines = [sanitize.prose(line) for line in words.splitlines() if line.strip()]
    return "⚠️ **No verdict.**\n\n" + "\n".join(f"> {line}<br>" for line in lines) + "\n"


def write_outputs(outputs: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Write outputs of a step, if this is one.

    Raises:
        OSError: They can't be written.
    """
    runner = read_runner(environment)
    if runner is not None and runner.output:
        files.write_outputs(runner.output, outputs)
