"""What any CI host offers a run, and publishing to it channel by channel.

A host is a class of a folder beside this file, `gate.publish.github` being the first; `gate.publish.hosts` finds
the one a process runs on. It says through which channels a run may speak. Trying them, each for itself, is the same
everywhere and done here: no channel stops another one, and nothing here changes a verdict.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from gate.errors import GateError
from gate.policy.types import Comment
from gate.publish.story import Story

Say = Callable[[str], object]
"""Prints one line where the runner reads it."""


class PublishRequest(Struct, frozen=True, kw_only=True):
    """What to publish, and how."""

    story: Story
    settings: Comment = Comment()
    """How the comment behaves, where the run's own inputs are silent."""
    policy: Path | None = None
    """The policy's file, at whose lines annotations point; None when only a result is published."""
    rule_lines: Mapping[str, int] = {}
    """Line of each rule in that file, from 1, by the rule's id."""
    paths: Mapping[str, Path] = {}
    """Files that were written, by the name of the output that names them."""


class ChannelFailed(Exception):
    """A channel could not be published; the text says why, in words."""


class ChannelNotPermitted(ChannelFailed):
    """The run's token may not do it."""


class Channel(Struct, frozen=True, kw_only=True):
    """One place where a host shows a story."""

    name: str
    """In the host's words, after "the": ``commit status``."""
    permission: str = ""
    """What the token must be allowed, as the host's users write it; empty when no token is needed."""
    publish: Callable[[], str]
    """Publishes, and says what was done; empty when the log need not mention it.

    Raises:
        ChannelNotPermitted: The token may not do it.
        ChannelFailed: It could not be done.
        GateError: The user's own template can't be used.
    """


class Host(Protocol):
    """A CI host as a run sees it."""

    @property
    def permission_hint(self) -> str:
        """Why a token may lack a permission on this host, in sentences."""

    def channels(self, request: PublishRequest) -> Sequence[Channel]:
        """List the channels that this run asks for and the host has, in the order in which they are tried.

        Never raises: what is wrong with one channel is for its own `Channel.publish` to say.
        Every kind is optional: outputs for later steps, a summary of the run, annotations at lines of the policy or
        the code, a comment on the change request, a check or a status on the commit, an issue.
        """

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Write the outputs that later steps read.

        Raises:
            OSError: They can't be written.
        """

    def note(self, words: str) -> None:
        """Print a line of the log."""

    def warn(self, words: str) -> None:
        """Show a warning where a reader of the run finds it. Never raises."""

    def show_error(self, words: str, exit_code: int) -> None:
        """Show that the run ends without a verdict. Never raises, and leaves what earlier runs have published."""


def publish(host: Host, request: PublishRequest) -> None:
    """Publish through every channel of a host. Never raises for anything that could not be published.

    Channels that need a permission which the token lacks are named in one warning, since there is one cause.

    Args:
        host: Where the run happens.
        request: What to publish.
    """
    denied = [channel for channel in host.channels(request) if not _try(host, channel)]
    if denied:
        names = ", ".join(f"the {channel.name} ({channel.permission})" for channel in denied)
        host.warn(
            f"The token may not publish {names}. {host.permission_hint} The verdict and this summary are complete."
        )


def _try(host: Host, channel: Channel) -> bool:
    """Publish through one channel; tell whether the token was allowed to."""
    try:
        done = channel.publish()
    except ChannelNotPermitted as problem:
        host.note(f"the {channel.name}: {problem}")
        return False
    except (ChannelFailed, GateError) as problem:
        host.warn(f"The {channel.name} could not be published: {problem}")
    except Exception as problem:  # noqa: BLE001 - a defect here must not take the verdict with it
        # Only the type: the text of an unforeseen error may quote a secret.
        host.warn(f"The {channel.name} could not be published ({type(problem).__name__}).")
    else:
        if done:
            host.note(done)
    return True
