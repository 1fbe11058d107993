"""Publishing on any host: a second one, as small as can be, through the same orchestration as GitHub."""

import pytest
from publishing import failing

from gate.errors import UsageError
from gate.publish.host import Channel, ChannelFailed, ChannelNotPermitted, PublishRequest, publish


class Pipeline:
    """A CI host that shows sentences on a board, and has no other channel of the gate's."""

    permission_hint = "Ask the pipeline's owner."

    def __init__(self, **broken):
        self.shown, self.notes, self.warnings = [], [], []
        self.broken = broken

    def channels(self, request):
        """Five channels, each of which shows the sentence unless it is broken."""
        return [
            Channel(
                name=name,
                permission=f"{name}:write",
                publish=lambda name=name: self._show(name, request.story.sentence),
            )
            for name in ("log", "board", "badge", "mail", "chat")
        ]

    def _show(self, name, sentence):
        if name in self.broken:
            raise self.broken[name]
        self.shown.append((name, sentence))
        return f"shown on the {name}" if name != "log" else ""

    def note(self, words):
        """Keep a line of the log."""
        self.notes.append(words)

    def warn(self, words):
        """Keep a warning."""
        self.warnings.append(words)


REQUEST = PublishRequest(story=failing())


def test_another_host_publishes_through_its_own_channels_in_their_order():
    host = Pipeline()
    publish(host, REQUEST)

    assert host.shown == [
        (name, REQUEST.story.sentence) for name in ("log", "board", "badge", "mail", "chat")
    ]
    assert host.notes == [f"shown on the {name}" for name in ("board", "badge", "mail", "chat")]
    assert host.warnings == []


@pytest.mark.parametrize(
    ("problem", "warning"),
    [
        (ChannelFailed("it is full"), "The board could not be published: it is full"),
        (UsageError("The template is wrong"), "The board could not be published: The template is wrong"),
        (RuntimeError("a secret"), "The board could not be published (RuntimeError)."),
    ],
)
def test_a_channel_that_fails_is_one_warning_and_stops_no_other(problem, warning):
    host = Pipeline(board=problem)
    publish(host, REQUEST)

    assert [name for name, _ in host.shown] == ["log", "badge", "mail", "chat"]
    assert host.warnings == [warning]


def test_channels_that_are_not_permitted_are_one_warning_in_the_hosts_words():
    host = Pipeline(badge=ChannelNotPermitted("403"), chat=ChannelNotPermitted("401"))
    publish(host, REQUEST)

    assert [name for name, _ in host.shown] == ["log", "board", "mail"]
    assert "the badge: 403" in host.notes
    (warning,) = host.warnings
    assert warning == (
        "The token may not publish the badge (badge:write), the chat (chat:write). Ask the pipeline's owner. "
        "The verdict and this summary are complete."
    )
