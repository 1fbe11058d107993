"""What a judgement takes from the command line: a policy, its template, and a time."""

from datetime import UTC, datetime
from pathlib import Path

from gate.cli import complain
from gate.cli.files import read_text
from gate.cli.foreign import explain_foreign
from gate.errors import UsageError
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


def load_policy(path: Path) -> Policy:
    """Load the policy of a file; print its warnings on standard error.

    Raises:
        UsageError: It can't be read, or is no valid policy.
    """
    from gate.policy.read import examine

    # The real date, and not --now: what has expired is of interest to whoever runs this today.
    today = datetime.now(UTC).date()
    text = read_text(path, what="policy")
    foreign = explain_foreign(path, text, wanted="policy")
    if foreign is not None:
        raise foreign
    policy, warnings = examine(text, source=str(path), today=today)
    for warning in warnings:
        place = f"{path}:{warning.line}:{warning.column}"
        complain(f"gate: warning: {place}: {warning.message} {warning.suggestion}".rstrip())
    return policy


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
