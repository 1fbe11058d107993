"""The optional check run and the optional commit status."""

import pytest
from fake_github import HEAD
from msgspec.structs import replace
from publishing import RUN_URL, api_of, failing, healthy, many, some, waiting
from result_builders import regressed

from gate.publish.describe import describe_result
from gate.publish.github import checkrun, commit_status
from gate.publish.github.failures import NotPermitted, Unclear
from gate.publish.github.placement import PolicyPlace

LINES = {f"rule-{number:04}": number + 1 for number in range(300)}


@pytest.fixture
def check_run(github, time):
    def call(story, *, key="main", lines=LINES):
        return checkrun.publish(
            api_of(github, time),
            HEAD,
            story,
            key=key,
            external_id="50-1",
            url=RUN_URL,
            policy=PolicyPlace(path="perf.yml", lines=lines),
        )

    return call


def advised():
    return describe_result(replace(regressed(), blocks=False, exit_code=0))


def blocked():
    return replace(waiting(), blocks=True, exit_code=3)


@pytest.mark.parametrize(
    ("story", "conclusion", "state"),
    [
        (failing, "failure", "failure"),
        (advised, "neutral", "pending"),
        (waiting, "neutral", "pending"),
        (some, "neutral", "pending"),
        (blocked, "failure", "failure"),
        (healthy, "success", "success"),
    ],
)
def test_only_what_blocks_is_a_failure_and_only_what_passes_a_success(story, conclusion, state):
    assert checkrun.conclusion(story()) == conclusion
    assert commit_status.state(story()) == state


def test_a_check_run_is_made_complete_on_the_commit(github, check_run):
    check_run(failing())
    (run,) = github.check_runs

    assert (run["head_sha"], run["status"], run["conclusion"]) == (HEAD, "completed", "failure")
    assert run["name"] == "App Store performance"
    assert run["sent"][0]["title"].startswith("Fail: 3.4 fails")
    assert RUN_URL in run["sent"][0]["summary"]


def test_each_gate_has_a_check_run_of_its_own(github, check_run):
    check_run(healthy(), key="ios")

    assert github.check_runs[0]["name"] == "App Store performance (ios)"


@pytest.mark.parametrize(("count", "batches"), [(0, [0]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])])
def test_annotations_go_fifty_at_a_time(github, check_run, count, batches):
    check_run(many(count))

    assert [len(output["annotations"]) for output in github.check_runs[0]["sent"]] == batches


def test_a_batch_that_may_have_been_added_is_not_sent_again(github, check_run):
    github.fail("PATCH", r"check-runs/\d+", status=502, stored=True)

    with pytest.raises(Unclear):
        check_run(many(60))
    assert len(github.check_runs[0]["sent"]) == 2


def test_a_check_run_that_was_made_without_an_answer_is_found_again(github, check_run):
    github.fail("POST", "check-runs", stored=True)
    check_run(many(60))

    assert len(github.check_runs) == 1
    assert len(github.check_runs[0]["sent"]) == 2


def test_a_check_run_that_was_not_made_is_made(github, check_run):
    github.fail("POST", "check-runs", status=500)
    check_run(healthy())

    assert len(github.check_runs) == 1


def test_a_token_without_the_right_is_told_apart(github, check_run):
    github.permissions = {"issues"}

    with pytest.raises(NotPermitted):
        check_run(healthy())


@pytest.mark.parametrize("text", ["🚀" * 900, "x" * 900])
def test_the_summary_fits_in_bytes_the_worst_kept(github, check_run, text):
    check_run(many(300, text=text))
    summary = github.check_runs[0]["sent"][0]["summary"]

    assert 40_000 < len(summary.encode()) <= checkrun.OUTPUT_BYTES
    assert "rule-0000" in summary


def test_annotations_of_a_check_run_stay_within_its_limits():
    entries = checkrun.check_annotations(
        many(3, text="🚀" * 70_000).findings, PolicyPlace(path="perf.yml", lines=LINES)
    )

    assert len(entries) == 3
    for entry in entries:
        assert len(entry["message"].encode()) <= 64 * 1024
        assert len(entry["title"]) <= 255
        assert max(entry["message"] + entry["title"]) <= "\uffff"
        assert "start_column" not in entry


def test_a_finding_without_a_line_is_in_no_annotation_of_a_check_run():
    assert checkrun.check_annotations(failing().findings, PolicyPlace(path="perf.yml")) == []
    assert checkrun.check_annotations(many(3).findings, PolicyPlace(lines=LINES)) == []


def test_a_status_says_it_in_140_characters(github, time):
    said = commit_status.publish(
        api_of(github, time), HEAD, many(1, text="🚀" * 500), key="main", url=RUN_URL
    )
    ((sha, body),) = github.statuses

    assert said == "the commit status was set"
    assert sha == HEAD
    assert body == {
        "state": "failure",
        "context": "App Store performance",
        "description": "Fail: Many fail.",
        "target_url": RUN_URL,
    }


def test_a_long_sentence_is_cut_for_a_status(github, time):
    commit_status.publish(api_of(github, time), HEAD, healthy("🚀" * 500), key="k" * 90, url=RUN_URL)

    assert len(github.statuses[0][1]["description"]) == 140


def test_setting_a_status_twice_does_no_harm_so_it_is_repeated(github, time):
    github.fail("POST", r"statuses/\w+", status=502)
    commit_status.publish(api_of(github, time), HEAD, healthy(), key="main", url=RUN_URL)

    assert len(github.statuses) == 1


def test_a_check_run_is_looked_for_before_it_is_made_again(github, check_run):
    github.fail("POST", "check-runs", stored=True)
    check_run(healthy())

    assert len(github.check_runs) == 1


def test_a_check_run_that_never_gets_an_answer_is_given_up(github, check_run):
    for _ in range(10):
        github.fail("POST", "check-runs")

    with pytest.raises(Unclear):
        check_run(healthy())
    assert github.check_runs == []


def test_an_answer_without_a_number_is_no_check_run(github, check_run):
    for _ in range(10):
        github.fail("POST", "check-runs", status=201, message="no id")

    with pytest.raises(Unclear, match="names no check run"):
        check_run(healthy())
