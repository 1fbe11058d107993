"""The optional issue of a release watch."""

import pytest
from attacks import ATTACKS
from msgspec.structs import replace
from publishing import RUN_URL, api_of, failing, healthy, many, mine, some, waiting

from gate.publish.github import issue, marker
from gate.publish.github.failures import NotPermitted, Unclear


@pytest.fixture
def watch(github, time):
    """One run of a release watch: what was said about it."""

    def call(story, *, run=50, key="main"):
        return issue.publish(api_of(github, time), story, mine("issue", run=run, key=key), RUN_URL)

    return call


def test_the_first_failing_watch_opens_an_issue(github, watch):
    assert watch(failing()) == "the issue was opened"
    (opened,) = github.issues
    assert opened["title"] == "App Store performance: com.example.photos 3.4 fails its gate"
    assert "**Fail.**" in opened["body"]
    assert RUN_URL in opened["body"]


def test_a_watch_that_fails_in_the_same_way_says_nothing(github, watch):
    watch(failing(), run=1)
    github.requests.clear()

    assert watch(failing(), run=2) == "the issue was left alone: nothing has changed"
    assert github.calls() == []


def test_other_findings_are_put_into_the_issue_without_a_notice(github, watch):
    watch(failing(), run=1)

    assert watch(many(2), run=2) == "the issue was updated"
    assert [method for method, _ in github.calls()] == ["POST", "PATCH"]
    assert "rule-0001" in github.issues[0]["body"]


def test_a_recovery_closes_the_issue_and_says_why(github, watch):
    watch(failing(), run=1)

    assert watch(healthy(), run=2) == "the issue was closed"
    (closed,) = github.issues
    assert (closed["state"], closed["state_reason"]) == ("closed", "completed")
    assert "**Fail.**" in closed["body"], "the report stays"
    assert github.bodies(closed["number"])[0].startswith("✅ **Recovered.**")


@pytest.mark.parametrize("open_one", [waiting, some])
def test_a_watch_that_is_not_all_decided_neither_opens_nor_closes(github, watch, open_one):
    assert watch(open_one(), run=1) == "the issues were left alone: the run decides nothing about them"
    watch(failing(), run=2)
    watch(open_one(), run=3)

    assert github.issues[0]["state"] == "open"


def test_a_healthy_watch_without_an_issue_does_nothing(github, watch):
    assert watch(healthy()) == "no issue is open"
    assert github.calls() == []


def test_failing_again_after_a_recovery_opens_a_new_issue(github, watch):
    for run, story in enumerate((failing(), healthy(), failing()), start=1):
        watch(story, run=run)

    assert [entry["state"] for entry in github.issues] == ["closed", "open"]


def test_an_issue_that_a_person_has_closed_is_not_opened_again_about_the_same(github, watch):
    watch(failing(), run=1)
    github.issues[0]["state"] = "closed"

    assert "a person has closed" in watch(failing(), run=2)
    assert watch(many(1), run=3) == "the issue was opened"


def test_an_older_run_neither_overwrites_nor_opens_again(watch):
    watch(failing(), run=9)
    assert watch(many(1), run=8) == "the issue was left alone: a newer run has written it"

    watch(healthy(), run=10)
    assert watch(many(1), run=9) == "no issue was opened: a newer run has closed it"


def test_each_gate_has_an_issue_of_its_own(github, watch):
    watch(failing(), key="ios")
    watch(failing(), key="mac")

    assert len(github.issues) == 2


def test_foreign_issues_and_pull_requests_are_none_of_ours(github, watch):
    pasted = marker.render(mine("issue", run=99)) + "text"
    github.add_issue("pasted", pasted, login="mallory")
    github.add_issue("a pull request", pasted, pull_request={"url": "…"})

    assert watch(failing()) == "the issue was opened"


@pytest.mark.parametrize("stored", [True, False])
def test_after_a_time_out_the_list_is_read_before_another_is_opened(github, watch, stored):
    github.fail("POST", "issues", stored=stored)
    watch(failing())

    assert len(github.issues) == 1


def test_no_answer_ever_opens_none(github, watch):
    for _ in range(3):
        github.fail("POST", "issues")

    with pytest.raises(Unclear):
        watch(failing())


def test_a_token_without_the_right_is_told_apart(github, watch):
    github.permissions = {"pull-requests"}

    with pytest.raises(NotPermitted):
        watch(failing())


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_title_holds_nothing_that_github_acts_on(attack):
    title = issue.title(replace(failing(), subject=attack))
    outside = title.removeprefix("App Store performance: ").removesuffix(" fails its gate")

    assert not set(outside) & set("@#<>`*[]!:&$\\|~^{}")
    assert len(title) < 160


def test_an_issue_fits_into_what_github_takes(github, watch):
    watch(many(300, text="🚀" * 900))

    assert len(github.issues[0]["body"]) <= 65_536
