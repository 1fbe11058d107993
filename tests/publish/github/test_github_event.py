"""Where each event reports to."""

import pytest
from fake_github import BASE, HEAD, REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from gate.publish.github import event
from gate.publish.github.event import EventTarget

MERGE = "c" * 40
HEAD_PART = {"sha": HEAD, "ref": "feature", "repo": {"full_name": REPOSITORY}}
PULL = {"pull_request": {"number": 7, "head": HEAD_PART, "base": {"ref": "main"}}}
RUN = {
    "head_sha": HEAD,
    "head_branch": "feature",
    "head_repository": {"full_name": "fork/photos", "owner": {"login": "fork"}},
}
QUEUE = "refs/heads/gh-readonly-queue/release/2.0/pr-12-" + "d" * 40


def locate(name, payload=None, **given_):
    return event.locate(name, payload or {}, repository=REPOSITORY, sha=BASE, **given_)


def of_fork(name):
    head = {**HEAD_PART, "repo": {"full_name": name} if name else None}
    return {"pull_request": {"number": 7, "head": head, "base": {"ref": "main"}}}


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_pull_request_is_reported_on_at_its_head_and_not_at_the_merge(name):
    place = locate(name, PULL)

    assert (place.pull_request, place.sha, place.expected_head) == (7, HEAD, HEAD)
    assert (place.base_branch, place.head_branch, place.is_fork, place.note) == ("main", "feature", False, "")


@pytest.mark.parametrize(("name", "is_fork"), [("fork/photos", True), ("Acme/Photos", False), (None, False)])
def test_a_fork_is_told_by_the_head_repository(name, is_fork):
    assert locate("pull_request", of_fork(name)).is_fork is is_fork


def test_a_push_asks_for_the_pull_request_of_its_commit():
    place = locate("push", {"ref": "refs/heads/main", "after": BASE})

    assert (place.sha, place.lookup, place.pull_request) == (BASE, "pulls_of_commit", None)


@pytest.mark.parametrize("payload", [{"deleted": True}, {"after": "0" * 40}])
def test_a_deleted_branch_has_no_commit(payload):
    place = locate("push", payload)

    assert (place.sha, place.lookup) == ("", "")
    assert place.note == "The push deleted a branch, so there is no commit."


def test_a_merge_group_is_reported_on_at_its_own_commit():
    place = locate("merge_group", {"merge_group": {"head_sha": MERGE, "head_ref": QUEUE}})

    assert (place.pull_request, place.sha, place.base_branch) == (12, MERGE, "release/2.0")
    assert place.expected_head == ""


def test_a_merge_group_without_the_usual_branch_says_so():
    place = locate("merge_group", {"merge_group": {"head_sha": MERGE, "head_ref": "refs/heads/main"}})

    assert (place.pull_request, place.sha) == (None, MERGE)
    assert "names no pull request" in place.note


def test_a_workflow_run_names_its_pull_request():
    listed = [
        {"number": 7, "base": {"ref": "main", "repo": {"url": f"https://api.github.com/repos/{REPOSITORY}"}}}
    ]
    place = locate("workflow_run", {"workflow_run": {**RUN, "pull_requests": listed}})

    assert (place.pull_request, place.sha, place.expected_head, place.lookup) == (7, HEAD, HEAD, "")


def test_a_workflow_run_does_not_take_the_pull_request_of_another_repository():
    listed = [{"number": 7, "base": {"repo": {"url": "https://api.github.com/repos/other/photos"}}}]

    assert locate("workflow_run", {"workflow_run": {**RUN, "pull_requests": listed}}).pull_request is None


def test_a_workflow_run_of_a_fork_asks_for_the_pull_request_of_its_branch():
    place = locate("workflow_run", {"workflow_run": {**RUN, "pull_requests": []}})

    assert (place.lookup, place.head_repository, place.head_branch) == (
        "pulls_of_head",
        "fork/photos",
        "feature",
    )
    assert place.is_fork


def test_a_number_that_the_user_gives_for_a_workflow_run_is_still_checked():
    place = locate("workflow_run", {"workflow_run": {**RUN, "pull_requests": []}}, pull_request=9)

    assert (place.pull_request, place.expected_head, place.lookup) == (9, HEAD, "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("schedule", "A scheduled run belongs to no pull request."),
        ("release", "A release belongs to no pull request."),
        ("workflow_dispatch", "pr-number"),
        ("repository_dispatch", "pr-number"),
        ("deployment", "A deployment belongs to no pull request."),
        ("fork", "The event fork names no pull request."),
        ("", "The event without a name names no pull request."),
    ],
)
def test_an_event_without_a_pull_request_says_so_and_keeps_its_commit(name, words):
    place = locate(name)

    assert (place.pull_request, place.sha) == (None, BASE)
    assert words in place.note


def test_a_comment_on_a_pull_request_asks_for_its_head():
    place = locate("issue_comment", {"issue": {"number": 7, "pull_request": {"url": "…"}}})

    assert (place.pull_request, place.sha, place.lookup) == (7, "", "pull")


def test_a_comment_on_an_issue_has_no_pull_request():
    place = locate("issue_comment", {"issue": {"number": 7}})

    assert (place.pull_request, place.note) == (None, "The comment is on an issue, not on a pull request.")


@pytest.mark.parametrize("key", ["check_run", "check_suite"])
def test_a_check_lists_its_pull_requests(key):
    place = locate(key, {key: {"head_sha": HEAD, "pull_requests": [{"number": 7}]}})

    assert (place.pull_request, place.sha) == (7, HEAD)
    assert "lists no pull request" in locate(key, {key: {"head_sha": HEAD, "pull_requests": []}}).note


def test_a_deployment_is_reported_on_at_its_commit():
    assert locate("deployment", {"deployment": {"sha": HEAD}}).sha == HEAD


def test_a_pull_request_that_the_user_names_is_reported_on_at_its_head():
    place = locate("workflow_dispatch", pull_request=9)

    assert (place.pull_request, place.sha, place.lookup, place.note) == (9, "", "pull", "")


def test_a_pull_request_that_the_user_names_wins_over_the_event():
    place = locate("pull_request", PULL, pull_request=9)

    assert (place.pull_request, place.sha, place.expected_head, place.lookup) == (9, "", "", "pull")


def test_a_commit_that_the_user_names_wins_over_the_event():
    assert locate("schedule", commit=HEAD).sha == HEAD
    assert locate("workflow_dispatch", pull_request=9, commit=HEAD).lookup == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "pull_request",
                    "head",
                    "repo",
                    "sha",
                    "number",
                    "workflow_run",
                    "pull_requests",
                    "merge_group",
                    "issue",
                    "ref",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from([*event._READERS, "other"]), JSON)  # noqa: SLF001 - every reader, by its name
def test_no_payload_breaks_a_reader(name, payload):
    place = locate(name, payload)

    assert isinstance(place, EventTarget)
    assert place.pull_request is None or place.pull_request > 0
