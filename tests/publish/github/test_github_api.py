"""The sender, against a server that misbehaves on demand."""

import pytest
from fake_github import REPOSITORY, TOKEN, GitHub

from gate.publish.github.api import Api, GitHubLimits
from gate.publish.github.failures import (
    Busy,
    GitHubUnreachable,
    Missing,
    NotPermitted,
    PublishingFailed,
    Refused,
    Unclear,
)


@pytest.fixture
def api(github, time):
    return api_of(github, time)


def api_of(server, time, **limits):
    return Api(
        base_url=server.url,
        graphql_url=f"{server.url}/graphql",
        repository=REPOSITORY,
        token=TOKEN,
        clock=time,
        sleep=time.sleep,
        limits=GitHubLimits(connect_timeout=5.0, read_timeout=5.0, **limits),
    )


def test_every_request_says_who_asks_and_for_which_version(github, api):
    api.get("pulls/7")
    headers = github.requests[0][2]

    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"].startswith("appstore-gate/")


def test_the_path_of_an_enterprise_server_is_kept(time):
    with GitHub(prefix="/api/v3") as server:
        server.add_pull(7)
        for number in range(5):
            server.add_comment(f"comment {number}")
        server.pages_of = 2
        found = list(api_of(server, time).pages("issues/7/comments"))

    assert [entry["body"] for entry in found] == [f"comment {number}" for number in range(5)]
    assert {path for _, path, _, _ in server.requests} == {f"/api/v3/repos/{REPOSITORY}/issues/7/comments"}


def test_a_list_is_read_to_its_last_page(github, api):
    for number in range(250):
        github.add_comment(str(number))

    assert len(list(api.pages("issues/7/comments"))) == 250
    assert len(github.calls("GET")) == 3


def test_a_list_without_an_end_is_given_up(github, time):
    for number in range(5):
        github.add_comment(str(number))
    github.pages_of = 1

    with pytest.raises(GitHubUnreachable, match="more than 3 pages"):
        list(api_of(github, time, pages=3).pages("issues/7/comments"))


def test_a_next_page_on_another_host_is_not_asked_for(github, api):
    github.add_comment("one")
    github.add_comment("two")
    github.pages_of = 1
    with GitHub() as other:
        github.seen_as = other.url

        with pytest.raises(GitHubUnreachable, match="the next page is on another host"):
            list(api.pages("issues/7/comments"))
        assert other.requests == []


def test_an_answer_that_is_no_list_is_no_empty_list(github, api):
    github.fail("GET", "issues/7/comments", status=200)

    with pytest.raises(GitHubUnreachable, match="the answer is no list"):
        list(api.pages("issues/7/comments"))


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"status": 500}, [1.0]),
        ({"status": 429, "headers": {"retry-after": "3"}}, [3.0]),
        ({"status": 403, "message": "You have exceeded a secondary rate limit"}, [60.0]),
        ({}, [1.0]),
    ],
)
def test_a_passing_trouble_is_waited_out(github, time, fault, waits):
    github.fail("GET", "pulls/7", **fault)
    found = api_of(github, time).get("pulls/7")

    assert found["number"] == 7
    assert time.slept == waits


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, NotPermitted), (403, NotPermitted), (404, Missing), (422, Refused), (400, Refused)],
)
def test_a_lasting_refusal_is_not_repeated(github, api, time, status, kind):
    github.fail("POST", "issues", status=status, message="no")

    with pytest.raises(kind):
        api.post("issues", {"title": "t"})
    assert len(github.calls("POST")) == 1
    assert time.slept == []


def test_limits_beyond_the_patience_are_given_up_at_once(github, api, time):
    github.fail("GET", "pulls/7", status=429, headers={"retry-after": "3600"})

    with pytest.raises(Busy):
        api.get("pulls/7")
    assert time.slept == []


def test_all_requests_together_have_a_bounded_time(github, time):
    api = api_of(github, time, total=5.0)
    for _ in range(6):
        github.fail("GET", "pulls/7", status=502)

    with pytest.raises(GitHubUnreachable):
        api.get("pulls/7")
    with pytest.raises(GitHubUnreachable):
        api.get("pulls/7")
    assert time.slept == [1.0, 2.0, 1.0]


def test_trouble_without_an_end_is_given_up(github, time):
    for _ in range(4):
        github.fail("GET", "pulls/7", status=502)

    with pytest.raises(GitHubUnreachable, match="502"):
        api_of(github, time).get("pulls/7")
    assert time.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 0}])
def test_a_post_that_may_have_happened_is_never_sent_twice(github, time, fault):
    github.fail("POST", "issues", **fault)

    with pytest.raises(Unclear):
        api_of(github, time).post("issues", {"title": "t", "body": "b"})
    assert len(github.calls("POST")) == 1


def test_a_post_that_a_limit_has_stopped_is_sent_again(github, api):
    github.fail("POST", "issues", status=429, headers={"retry-after": "1"})
    api.post("issues", {"title": "t", "body": "b"})

    assert len(github.issues) == 1


def test_writes_keep_a_second_between_them_and_reads_do_not(api, time):
    for _ in range(3):
        api.post("issues", {"title": "t", "body": "b"})
        api.get("pulls/7")

    assert time.slept == [1.0, 1.0]


def test_a_redirect_on_the_same_host_is_followed(github, api):
    target = f"{github.url}/repos/{REPOSITORY}/pulls/7"
    github.fail("GET", "pulls/1", status=301, headers={"Location": target})

    assert api.get("pulls/1")["number"] == 7


def test_a_redirect_keeps_method_and_body(github, api):
    github.fail("POST", "issues", status=307, headers={"Location": f"{github.url}/repos/{REPOSITORY}/issues"})
    api.post("issues", {"title": "moved", "body": "b"})

    assert [issue["title"] for issue in github.issues] == ["moved"]


def test_the_token_does_not_follow_a_redirect_to_another_host(github, api):
    with GitHub() as other:
        github.fail(
            "GET", "pulls/7", status=302, headers={"Location": f"{other.url}/repos/{REPOSITORY}/pulls/7"}
        )

        with pytest.raises(GitHubUnreachable, match="another host"):
            api.get("pulls/7")
        assert other.requests == []


def test_a_redirect_in_a_circle_is_given_up(github, api):
    for _ in range(9):
        github.fail(
            "GET", "pulls/7", status=302, headers={"Location": f"{github.url}/repos/{REPOSITORY}/pulls/7"}
        )

    with pytest.raises(GitHubUnreachable):
        api.get("pulls/7")
    assert len(github.calls("GET")) == 4


def test_an_answer_without_an_end_is_given_up(github, time):
    github.fail("GET", "pulls/7", status=200, message="x" * 5000)
    api = api_of(github, time, body=1000, retries=0)

    with pytest.raises(GitHubUnreachable, match="no answer came"):
        api.get("pulls/7")


def test_a_server_that_repeats_the_token_gets_it_into_no_message(github, api):
    github.fail("GET", "pulls/7", status=422, message=f"bad token {TOKEN}")

    with pytest.raises(Refused) as caught:
        api.get("pulls/7")
    assert TOKEN not in str(caught.value)


def test_no_server_at_all_is_an_error_of_publishing(time):
    with GitHub() as server:
        pass

    with pytest.raises(PublishingFailed, match="no answer came"):
        api_of(server, time).get("pulls/7")


def test_the_login_of_the_token_is_asked_for(github, api):
    github.login = "acme-reporter[bot]"

    assert api.viewer() == "acme-reporter[bot]"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_login_that_is_not_told_is_empty(github, time, status):
    for _ in range(4):
        github.fail("POST", ".*graphql", status=status)

    assert api_of(github, time).viewer() == ""
