"""Flags and environment to typed settings."""

import pytest

from gate.errors import UsageError
from gate.settings import Secret, event_name, read_key, wants_colour

TEAM = {"ASC_KEY_ID": "ABCDE12345", "ASC_ISSUER_ID": "issuer", "ASC_PRIVATE_KEY": "pem"}


def test_a_team_key_is_read_from_the_environment():
    key = read_key(TEAM)

    assert (key.key_id, key.issuer_id, key.private_key.reveal()) == ("ABCDE12345", "issuer", "pem")


def test_a_path_on_the_command_line_wins_over_the_environment():
    key = read_key(TEAM, key_path="AuthKey.p8")

    assert (bool(key.private_key), key.private_key_path) == (False, "AuthKey.p8")


def test_no_key_at_all_says_what_to_set():
    with pytest.raises(UsageError) as caught:
        read_key({})

    assert "ASC_KEY_ID" in str(caught.value)
    assert "--snapshot" in str(caught.value)


def test_a_secret_never_shows_itself():
    secret = Secret("pem of a key")

    assert "pem" not in f"{secret!r} {secret} {read_key(TEAM)!r}"


@pytest.mark.parametrize(
    ("environment", "given", "event"),
    [
        ({}, "", ""),
        ({"GITHUB_EVENT_NAME": "push"}, "", "push"),
        ({"GITHUB_EVENT_NAME": "push"}, "release", "release"),
    ],
)
def test_the_event_is_the_one_given_or_githubs(environment, given, event):
    assert event_name(environment, given=given) == event


@pytest.mark.parametrize(
    ("environment", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_the_terminal_and_no_color(environment, is_terminal, colour):
    assert wants_colour(environment, is_terminal=is_terminal) is colour
