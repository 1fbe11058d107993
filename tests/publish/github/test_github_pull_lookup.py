"""Looking up what an event does not say, and checking what it does say."""

import pytest
from fake_github import BASE, HEAD, REPOSITORY
from publishing import api_of

from gate.publish.github import event, pull_lookup

OTHER = "e" * 40
RUN = {"head_sha": HEAD, "head_branch": "feature", "head_repository": {"full_name": "fork/photos"}}


@pytest.fixture
def find(github, time):
    def call(name, payload=None, *, sha=BASE, **given):
        place = event.locate(name, payload or {}, repository=REPOSITORY, sha=sha, **given)
        return pull_lookup.resolve(api_of(github, time), place)

    return call


@pytest.fixture
def problem(github, time, find):
    def call(*arguments, **given):
        return pull_lookup.problem_with(api_of(github, time), find(*arguments, **given))

    return call


def test_a_pull_request_needs_no_look_up(github, find):
    head = {"sha": HEAD, "repo": {"full_name": REPOSITORY}}
    find("pull_request", {"pull_request": {"number": 7, "head": head}})

    assert github.requests == []


def test_a_push_finds_the_merged_pull_request_that_brought_it(github, find):
    github.add_pull(8, state="closed", merged_at="2026-11-01T00:00:00Z", merge_commit_sha=BASE)
    github.add_pull(9, head=BASE)

    assert find("push").pull_request == 8


def test_a_push_to_a_branch_finds_its_open_pull_request(find):
    assert find("push", sha=HEAD).pull_request == 7


def test_a_push_without_a_pull_request_says_so(find):
    place = find("push", sha=OTHER)

    assert (place.pull_request, place.sha, place.note) == (
        None,
        OTHER,
        f"No pull request belongs to commit {OTHER[:12]}.",
    )


def test_a_push_that_belongs_to_several_says_so_and_takes_none(github, find):
    github.add_pull(8)
    place = find("push", sha=HEAD)

    assert (place.pull_request, place.note) == (None, f"2 open pull requests belong to commit {HEAD[:12]}.")


def test_the_run_of_a_fork_finds_its_pull_request_by_branch_and_head(github, find):
    github.add_pull(12, owner="fork")

    assert find("workflow_run", {"workflow_run": RUN}).pull_request == 12


def test_the_branch_of_a_fork_whose_head_is_another_commit_is_not_taken(github, find):
    github.add_pull(12, owner="fork", head=OTHER)
    place = find("workflow_run", {"workflow_run": RUN})

    assert (place.pull_request, place.note) == (
        None,
        "No pull request belongs to the branch feature of fork/photos.",
    )


def test_a_run_without_a_branch_says_so(find):
    place = find("workflow_run", {"workflow_run": {**RUN, "head_branch": None}})

    assert "names no branch" in place.note


def test_a_comment_finds_the_head_of_its_pull_request(find):
    place = find("issue_comment", {"issue": {"number": 7, "pull_request": {"url": "…"}}})

    assert (place.pull_request, place.sha) == (7, HEAD)


def test_a_run_by_hand_reports_on_the_head_of_the_pull_request_it_is_given(find):
    assert find("workflow_dispatch", pull_request=7).sha == HEAD


def test_a_look_up_that_fails_is_said_and_is_no_error(github, find):
    github.fail("GET", "commits/.*/pulls", status=404, message="Not Found")
    place = find("push")

    assert "could not be looked up" in place.note
    assert place.sha == BASE


def test_a_run_about_the_head_may_speak(problem):
    head = {"sha": HEAD, "repo": {"full_name": REPOSITORY}}

    assert problem("pull_request", {"pull_request": {"number": 7, "head": head}}) == ""


def test_a_run_about_an_older_commit_may_not(problem):
    head = {"sha": OTHER, "repo": {"full_name": REPOSITORY}}
    said = problem("pull_request", {"pull_request": {"number": 7, "head": head}})

    assert (
        said
        == f"Pull request 7 is at {HEAD[:12]}, and this run is about {OTHER[:12]}, so it says nothing there."
    )


def test_a_number_from_an_artifact_may_not_name_somebody_elses_pull_request(github, problem):
    github.add_pull(99, head=OTHER)

    assert "says nothing there" in problem("workflow_run", {"workflow_run": RUN}, pull_request=99)


def test_no_pull_request_is_said_in_the_words_of_the_event(problem):
    assert problem("schedule") == "A scheduled run belongs to no pull request."


def test_a_pull_request_whose_commit_is_not_known_is_spoken_on(github, time):
    target = event.EventTarget(event="push", repository=REPOSITORY, pull_request=7, sha=HEAD)

    assert target.expected_head == ""
    assert pull_lookup.problem_with(api_of(github, time), target) == ""
    assert github.requests == []
