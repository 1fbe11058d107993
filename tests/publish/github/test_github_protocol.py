"""GitHub's rules about limits, links and statuses."""

import json

import pytest

from gate.http.answer import Answer
from gate.publish.github import protocol
from gate.publish.github.failures import Busy, GitHubUnreachable, Missing, NotPermitted, Refused

NOW = 1_790_000_000.0


def answer(status, message="", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=names, body=json.dumps({"message": message}))


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<https://h/a?page=2>; rel="next", <https://h/a?page=9>; rel="last"', "https://h/a?page=2"),
        ('<https://h/a?page=1>; rel="prev", <https://h/a?page=3>; rel="next"', "https://h/a?page=3"),
        ("<https://h/a?x=1,2&page=2>; rel=next", "https://h/a?x=1,2&page=2"),
        ('<https://h/a?page=9>; rel="last"', ""),
        ("", ""),
    ],
)
def test_the_next_page_is_the_one_that_the_link_header_names(link, url):
    assert protocol.next_link(link) == url


@pytest.mark.parametrize(
    ("given", "limited"),
    [
        (answer(429), True),
        (answer(403, retry_after="1"), True),
        (answer(403, x_ratelimit_remaining="0"), True),
        (answer(403, "You have exceeded a secondary rate limit."), True),
        (answer(403, "Resource not accessible by integration", x_ratelimit_remaining="41"), False),
        (answer(500), False),
    ],
)
def test_a_403_is_a_limit_only_with_signs_of_one(given, limited):
    assert protocol.is_rate_limited(given) is limited


@pytest.mark.parametrize(
    ("given", "attempts", "wait"),
    [
        (answer(429, retry_after="7"), 1, 7.0),
        (
            answer(403, retry_after="7", x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 99)),
            1,
            7.0,
        ),
        (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 30)), 1, 31.0),
        (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) - 30)), 1, 1.0),
        (answer(429, x_ratelimit_remaining="5", x_ratelimit_reset=str(int(NOW) + 30)), 1, 60.0),
        (answer(429, retry_after="soon"), 2, 120.0),
        (answer(502), 1, 1.0),
        (answer(502), 3, 4.0),
        (None, 2, 2.0),
    ],
)
def test_the_wait_is_what_github_asks_for(given, attempts, wait):
    assert protocol.wait_after(given, attempts, NOW) == wait


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(401), NotPermitted),
        (answer(403, "Resource not accessible by integration"), NotPermitted),
        (answer(404), Missing),
        (answer(410), Missing),
        (answer(422, "Validation Failed"), Refused),
        (answer(429), Busy),
        (answer(301), GitHubUnreachable),
        (answer(503), GitHubUnreachable),
    ],
)
def test_every_status_means_one_thing(given, kind):
    found = protocol.failure("POST", "/repos/a/b/issues", given)

    assert type(found) is kind
    assert str(given.status) in str(found)


def test_words_of_the_server_stay_on_one_line():
    assert "\n" not in str(protocol.failure("GET", "/x", answer(422, "a\n::error::b")))
