"""Tags, and the commits that touched a piece of code."""

import pytest

from gate.source.git import Git
from gate.source.history import DEFAULT_TAG, MOST_SUSPECTS, Code, History
from gate.source.time_limit import TimeLimit

BODY = "".join(f"line {number}\n" for number in range(1, 41))
"""Forty lines; lines 10 to 20 stand for the function."""

CODE = Code(path="a.m", lines=(10, 20))


def changed(text, line, to="changed"):
    lines = text.splitlines(keepends=True)
    lines[line - 1] = f"{to}\n"
    return "".join(lines)


def history_of(repository):
    git = Git.find(repository.folder, TimeLimit())
    assert git is not None
    return History(git)


def suspects(repository, code=CODE, callers=()):
    history = history_of(repository)
    since, until = history.tag("1", DEFAULT_TAG), history.tag("2", DEFAULT_TAG)
    return [
        (one.touched, one.subject, one.pull_request) for one in history.suspects(code, callers, since, until)
    ]


# --- tags -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "pattern", "version", "found"),
    [
        (["v3.4"], "v{version}", "3.4", "v3.4"),
        (["v3.4", "v3.4.0"], "v{version}", "3.4.0", "v3.4.0"),
        (["v3.4.0"], "v{version}", "3.4", "v3.4.0"),
        (["releases/ios/3.4"], "releases/ios/{version}", "3.4", "releases/ios/3.4"),
        (["3.4-appstore"], "{version}-appstore", "3.4", "3.4-appstore"),
        (["v3.40", "v3.4.1", "v13.4", "v"], "v{version}", "3.4", ""),
        (["v3.4"], "{version}", "3.4", ""),
        ([], "v{version}", "3.4", ""),
        (["v3.4"], "v{version}", "--all", ""),
        (["v3.4"], "v{version}", "3.4^{tree}", ""),
        (["v3.4"], "v{version}", "", ""),
    ],
)
def test_the_tag_of_a_version_is_found(repository, tags, pattern, version, found):
    commit = repository.commit("One", {"a.m": BODY})
    for tag in tags:
        repository.git("tag", tag)
    tag = history_of(repository).tag(version, pattern)

    assert (tag.name if tag else "") == found
    assert tag is None or tag.commit == commit


def test_an_annotated_tag_leads_to_its_commit(repository):
    commit = repository.commit("One", {"a.m": BODY})
    repository.git("tag", "--annotate", "--message", "One", "v1")

    assert history_of(repository).tag("1", DEFAULT_TAG).commit == commit


def test_a_branch_is_no_tag(repository):
    repository.commit("One", {"a.m": BODY})
    repository.git("branch", "v1")

    assert history_of(repository).tag("1", DEFAULT_TAG) is None


# --- suspects ---------------------------------------------------------------------------------------


def test_commits_that_touched_the_function_come_first_then_those_of_its_file(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    one = changed(BODY, 12)
    repository.commit("Function (#7)", {"a.m": one})
    repository.commit("File", {"a.m": changed(one, 30)})
    repository.commit("Elsewhere", {"b.m": "x"})
    repository.git("tag", "v2")
    repository.commit("After", {"a.m": changed(one, 13)})

    assert suspects(repository) == [("function", "Function (#7)", 7), ("file", "File", None)]


def test_the_newest_comes_first(repository):
    text = BODY
    repository.commit("Before", {"a.m": text}, tag="v1")
    for number in range(3):
        text = changed(text, 12, f"change {number}")
        repository.commit(f"Change {number}", {"a.m": text})
    repository.git("tag", "v2")

    assert [subject for _, subject, _ in suspects(repository)] == ["Change 2", "Change 1", "Change 0"]


def test_there_are_at_most_five(repository):
    text = BODY
    repository.commit("Before", {"a.m": text}, tag="v1")
    for number in range(8):
        text = changed(text, 30, f"change {number}")
        repository.commit(f"Change {number}", {"a.m": text})
    repository.git("tag", "v2")

    assert len(suspects(repository)) == MOST_SUSPECTS


def test_a_function_is_followed_as_its_lines_move(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    touched = changed(BODY, 12)
    repository.commit("Function", {"a.m": touched})
    repository.commit("Moved", {"a.m": "new\n" * 10 + touched}, tag="v2")

    found = suspects(repository, Code(path="a.m", lines=(20, 30)))
    assert ("function", "Function", None) in found


def test_a_file_is_followed_through_its_renames(repository):
    repository.commit("Before", {"Old/a.m": BODY}, tag="v1")
    repository.commit("Function", {"Old/a.m": changed(BODY, 12)})
    repository.commit("File", {"Old/a.m": changed(changed(BODY, 12), 30)})
    repository.move("Old/a.m", "New/b.m")
    repository.commit("Renamed", tag="v2")

    assert suspects(repository, Code(path="New/b.m", lines=(10, 20))) == [
        ("function", "Function", None),
        ("file", "Renamed", None),
        ("file", "File", None),
    ]


def test_without_lines_only_the_file_counts(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    repository.commit("Function", {"a.m": changed(BODY, 12)}, tag="v2")

    assert suspects(repository, Code(path="a.m")) == [("file", "Function", None)]


def test_what_calls_the_function_comes_last(repository):
    repository.commit("Before", {"a.m": BODY, "b.m": BODY}, tag="v1")
    repository.commit("Caller", {"b.m": changed(BODY, 5)})
    repository.commit("Caller's file", {"b.m": changed(changed(BODY, 5), 40)})
    repository.commit("File", {"a.m": changed(BODY, 40)}, tag="v2")

    assert suspects(repository, callers=[Code(path="b.m", lines=(1, 9))]) == [
        ("file", "File", None),
        ("caller", "Caller", None),
    ]


def test_no_commit_is_named_twice(repository):
    repository.commit("Before", {"a.m": BODY, "b.m": BODY}, tag="v1")
    repository.commit("Both", {"a.m": changed(BODY, 12), "b.m": changed(BODY, 5)}, tag="v2")

    assert suspects(repository, callers=[Code(path="b.m", lines=(1, 9))]) == [("function", "Both", None)]


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Do it (#12)", 12),
        ("Do it (#12) ", 12),
        ("Do it (#12) again", None),
        ("Fix #12", None),
        ('Revert "Do it (#12)" (#13)', 13),
        ("Do it (#1234567890123)", None),
    ],
)  # fmt: skip
def test_the_pull_request_is_in_the_subject(repository, subject, number):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    repository.commit(subject, {"a.m": changed(BODY, 12)}, tag="v2")

    assert suspects(repository)[0][2] == number


def test_a_merge_names_the_pull_request_of_what_it_brought(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("Function", {"a.m": changed(BODY, 12)})
    repository.git("switch", "--quiet", "main")
    repository.commit("Elsewhere", {"b.m": "x"})
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge pull request #21 from x/topic", "topic")
    repository.git("tag", "v2")

    assert suspects(repository) == [("function", "Function", 21)]


def test_a_later_merge_is_not_the_pull_request_of_what_was_there_before(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    repository.commit("Function", {"a.m": changed(BODY, 12)})
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("Elsewhere", {"b.m": "x"})
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge pull request #21 from x/topic", "topic")
    repository.git("tag", "v2")

    assert suspects(repository) == [("function", "Function", None)]


def test_names_and_subjects_are_taken_as_they_are(repository):
    repository.commit("Before", {"a.m": BODY}, tag="v1")
    repository.commit("Füge <b>an</b> | 🎉", {"a.m": changed(BODY, 12)}, tag="v2")
    history = history_of(repository)
    (found,) = history.suspects(CODE, (), history.tag("1", DEFAULT_TAG), history.tag("2", DEFAULT_TAG))

    assert (found.subject, found.author, found.date[:10]) == ("Füge <b>an</b> | 🎉", "Kim", "2026-05-03")
    assert found.commit == repository.git("rev-parse", "v2")


@pytest.mark.parametrize("path", ["--all", ":(top)a", "a:b.m", "with blank.m", "*.m", 'ü"\\.m', "new\nline.m"])  # fmt: skip
def test_a_path_is_never_an_option_or_a_pattern(repository, path):
    repository.commit("Before", {path: BODY, "other.m": BODY}, tag="v1")
    repository.commit("Other", {"other.m": changed(BODY, 12)})
    repository.commit("Function", {path: changed(BODY, 12)}, tag="v2")

    assert suspects(repository, Code(path=path, lines=(10, 20))) == [("function", "Function", None)]
