"""The one comment on a pull request."""

import pytest
from fake_github import BOT
from publishing import api_of, failing, healthy, many, mine, some, waiting, wanted

from gate.publish.github import comment, marker
from gate.publish.github.comment import decide
from gate.publish.github.failures import GitHubUnreachable, NotPermitted, Unclear


@pytest.fixture
def publish(github, time):
    """Publish a story as one run does: what was said about it."""

    def call(story, **options):
        return comment.publish(api_of(github, time), 7, wanted(story, **options))

    return call


def texts(github):
    return [marker.without(body) for body in github.bodies()]


def writes(github):
    return [method for method, _ in github.calls()]


# --- finding ------------------------------------------------------------------------------------------


def test_the_first_run_makes_a_comment(github, publish):
    assert publish(failing()) == "the comment was made"
    (body,) = github.bodies()
    assert marker.parse(body, "comment", "main").state == "findings"
    assert "**Fail.**" in body


def test_the_comment_is_found_on_the_third_page_and_edited(github, publish):
    for number in range(210):
        github.add_comment(f"talk {number}", login="octocat")
    publish(failing(), run=1)
    github.requests.clear()
    for number in range(10):
        github.add_comment(f"more talk {number}", login="octocat")

    assert publish(waiting(), run=2) == "the comment was edited"
    assert len(github.calls("GET")) == 3
    assert writes(github) == ["PATCH"]


def test_a_marker_that_somebody_else_has_pasted_is_not_ours(github, publish):
    pasted = marker.render(mine(run=99)) + "nothing to see"
    github.add_comment(pasted, login="mallory")
    publish(failing())

    assert github.bodies()[0] == pasted
    assert len(github.bodies()) == 2


def test_a_user_who_has_the_name_of_the_bot_without_the_bot_is_not_it(github, publish):
    github.add_comment(marker.render(mine(run=99)) + "mine", login="github-actions")

    assert publish(failing()) == "the comment was made"


def test_a_comment_whose_author_is_gone_is_not_ours(github, publish):
    github.add_comment(marker.render(mine()) + "text")["user"] = None

    assert publish(failing()) == "the comment was made"


def test_an_app_of_its_own_finds_its_comment(github, publish):
    github.login = "acme-reporter[bot]"
    publish(failing(), run=1)

    assert publish(waiting(), run=2) == "the comment was edited"
    assert len(github.bodies()) == 1


def test_without_an_answer_about_its_login_the_token_is_taken_for_the_workflows(github, publish):
    publish(failing(), run=1)
    github.fail("POST", ".*graphql", status=403)

    assert publish(waiting(), run=2) == "the comment was edited"


def test_each_key_has_a_comment_of_its_own(github, publish):
    publish(failing(), key="ios")
    publish(failing(), key="mac")

    assert len(github.bodies()) == 2
    assert publish(waiting(), key="ios", run=51) == "the comment was edited"


# --- quiet --------------------------------------------------------------------------------------------


def test_the_same_result_is_not_told_twice(github, publish):
    publish(failing(), run=1)
    github.requests.clear()

    assert publish(failing(), run=2) == "the comment was left alone: nothing has changed"
    assert writes(github) == []


def test_other_times_in_the_receipt_are_no_change_unless_every_run_counts(github, publish):
    from msgspec.structs import replace
    from result_builders import RECEIPT, regressed

    from gate.publish.describe import describe_result

    later = describe_result(replace(regressed(), receipt=replace(RECEIPT, judged_at="2026-11-24T12:00:00Z")))
    publish(failing(), run=1)

    assert publish(later, run=2) == "the comment was left alone: nothing has changed"
    assert publish(later, run=3, when="always") == "the comment was edited"
    assert "2026-11-24" in github.bodies()[0]


def test_findings_only_makes_no_comment_without_findings(github, publish):
    assert publish(healthy(), when="findings") == "no comment was made: there are no findings"
    assert publish(waiting(), when="findings") == "no comment was made: there are no findings"
    assert github.bodies() == []
    assert publish(failing(), when="findings") == "the comment was made"


def test_a_healthy_release_is_told_in_full_when_nothing_was_found_before(github, publish):
    publish(healthy())

    assert "**Pass.**" in github.bodies()[0]


# --- recovering ---------------------------------------------------------------------------------------


def test_resolved_findings_become_a_short_note(github, publish):
    publish(failing(), run=1)
    publish(healthy(), run=2)
    (text,) = texts(github)

    assert text.startswith("✅ **Recovered.** 3.4 passes")
    assert len(text) < 400
    assert marker.parse(github.bodies()[0], "comment", "main").state == "recovered"


def test_a_recovered_note_stays_one_and_is_not_repeated(github, publish):
    publish(failing(), run=1)
    publish(healthy(), run=2)

    assert publish(healthy(), run=3) == "the comment was left alone: nothing has changed"
    publish(healthy("3.5 passes."), run=4)
    assert texts(github)[0].startswith("✅ **Recovered.** 3.5 passes.")


@pytest.mark.parametrize(("between", "word"), [(waiting, "Undecided"), (some, "Partial")])
def test_an_undecided_run_in_between_does_not_make_earlier_findings_forgotten(github, publish, between, word):
    publish(failing(), run=1)
    publish(between(), run=2)
    assert f"**{word}.**" in github.bodies()[0]

    publish(healthy(), run=3)
    assert "**Recovered.**" in github.bodies()[0]


def test_findings_after_a_recovery_are_told_in_full(github, publish):
    for run, story in enumerate((failing(), healthy(), failing()), start=1):
        publish(story, run=run)

    assert "**Fail.**" in github.bodies()[0]
    assert len(github.bodies()) == 1


# --- races --------------------------------------------------------------------------------------------


def test_an_older_run_does_not_overwrite_a_newer_one(github, publish):
    publish(failing(), run=51)
    github.requests.clear()

    assert publish(waiting(), run=50) == "the comment was left alone: a newer run has written it"
    assert writes(github) == []


def test_an_older_attempt_does_not_overwrite_a_newer_one(publish):
    publish(failing(), run=50, attempt=2)

    assert publish(waiting(), run=50, attempt=1) == "the comment was left alone: a newer run has written it"


def test_a_second_comment_that_a_race_has_made_is_removed(github, publish):
    earlier = marker.render(mine(run=49)) + "other words"
    lower = github.add_comment("placeholder", login="octocat")

    # The other run's comment appears between listing and creating.
    def appear():
        lower.update(body=earlier, user={"login": BOT})

    github.fail("POST", "issues/7/comments", status=429, headers={"retry-after": "0"}, before=appear)

    assert publish(failing(), run=50) == "the comment was made, and joined with that of another run"
    (body,) = github.bodies()
    assert "**Fail.**" in body
    assert marker.parse(body, "comment", "main").run == 50


def test_of_two_comments_of_ours_the_lowest_stays(github, publish):
    first = github.add_comment(marker.render(mine(run=1)) + "old")
    second = github.add_comment(marker.render(mine(run=2)) + "newer")
    publish(failing(), run=3)

    assert [comment["id"] for _, comment in github.comments] == [first["id"]]
    assert second["id"] not in [comment["id"] for _, comment in github.comments]
    assert "**Fail.**" in github.bodies()[0]


def test_a_duplicate_that_the_other_run_has_removed_first_is_no_trouble(github, publish):
    github.add_comment(marker.render(mine(run=1)) + "old")
    github.add_comment(marker.render(mine(run=2)) + "newer")
    github.fail("DELETE", r"issues/comments/\d+", status=404, stored=True)

    assert publish(failing(), run=3) == "the comment was edited"


def test_an_older_run_that_comes_second_removes_its_own_comment_only():
    newer = comment.OwnComment(id=1, body="", marker=mine(run=9))
    older = comment.OwnComment(id=2, body="", marker=mine(run=8))

    assert decide([newer, older], wanted(failing(), run=8)).remove == (2,)
    assert (
        decide(
            [newer, comment.OwnComment(id=0, body="", marker=mine(run=7))], wanted(failing(), run=8)
        ).remove
        == ()
    )


# --- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False])
def test_after_a_time_out_the_list_is_read_before_anything_is_sent_again(github, publish, stored):
    github.fail("POST", "issues/7/comments", stored=stored)
    publish(failing())

    assert len(github.bodies()) == 1
    assert writes(github).count("POST") == (1 if stored else 2)


def test_a_500_once_makes_one_comment(github, publish):
    github.fail("POST", "issues/7/comments", status=500, stored=True)
    publish(failing())

    assert len(github.bodies()) == 1


def test_a_429_once_is_waited_out(github, publish, time):
    github.fail("POST", "issues/7/comments", status=429, headers={"retry-after": "4"})
    publish(failing())

    assert len(github.bodies()) == 1
    assert 4.0 in time.slept


def test_no_answer_ever_is_given_up_with_one_comment_at_most(github, publish):
    for _ in range(3):
        github.fail("POST", "issues/7/comments")

    with pytest.raises(Unclear):
        publish(failing())
    assert github.bodies() == []


def test_a_token_that_may_not_write_is_told_apart(github, publish):
    github.permissions = set()

    with pytest.raises(NotPermitted):
        publish(failing())


def test_a_list_that_is_none_is_no_reason_to_make_a_second_comment(github, publish):
    publish(failing(), run=1)
    github.fail("GET", "issues/7/comments", status=200, message="not a list")

    with pytest.raises(GitHubUnreachable):
        publish(waiting(), run=2)
    assert len(github.bodies()) == 1


# --- limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["🚀" * 900, "x" * 900, "漢" * 900])
def test_a_long_report_is_cut_to_what_github_takes_the_worst_kept(github, publish, text):
    publish(many(300, text=text))
    (body,) = github.bodies()

    assert len(body) <= 65_536
    assert marker.parse(body, "comment", "main") is not None
    assert "rule-0000" in body
    assert "Left out to fit here" in body
    assert body.count("<details") == body.count("</details>")


def test_seventy_thousand_emoji_in_one_sentence_still_make_a_comment(github, publish):
    publish(many(1, text="🚀" * 70_000))

    assert len(github.bodies()) == 1
