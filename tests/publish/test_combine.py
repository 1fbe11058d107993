"""Several judgements as one story."""

import pytest
from attacks import ATTACKS
from github_view import references, structure
from msgspec.structs import replace
from publishing import failing, healthy, many, some, waiting

from gate.publish.combine import combine_stories
from gate.report.markdown import COMMENT_BYTES


def blocked():
    return replace(waiting(), blocks=True, exit_code=3)


def named(story, name):
    return replace(story, subject=name)


@pytest.mark.parametrize(
    ("stories", "missing", "verdict", "code"),
    [
        ([healthy(), healthy()], 0, "pass", 0),
        ([healthy(), waiting()], 0, "undecided", 0),
        ([healthy(), blocked()], 0, "undecided", 3),
        ([blocked(), failing(), healthy()], 0, "fail", 1),
        ([healthy()], 1, "error", 4),
        ([failing()], 1, "fail", 4),
        ([], 1, "error", 4),
        ([], 0, "undecided", 0),
        ([healthy(), some()], 0, "partial", 0),
        ([some(), waiting()], 0, "undecided", 0),
    ],
)
def test_the_worst_of_all_is_the_verdict_of_all(stories, missing, verdict, code):
    story = combine_stories(stories, missing=missing)

    assert (story.verdict, story.exit_code, story.blocks) == (verdict, code, code != 0)


def test_the_sentence_names_all_but_those_that_passed():
    story = combine_stories(
        [named(healthy(), "a 1"), named(failing(), "b 2"), named(waiting(), "c 3")], missing=2
    )

    assert story.sentence == "5 apps: 1 fail (b 2), 2 without a verdict, 1 undecided (c 3), 1 pass."


def test_a_long_list_of_names_is_cut():
    story = combine_stories([named(failing(), f"app-{number}") for number in range(9)])

    assert story.sentence == "9 apps: 9 fail (app-0, app-1, app-2, app-3, app-4, …)."


def test_counts_and_failing_checks_are_those_of_all():
    one, two = failing(), many(2)
    story = combine_stories([one, two])

    assert story.counts["fail"] == one.counts["fail"] + 2
    assert story.check_counts["fail"] == one.check_counts["fail"] + 2
    assert len(story.failing) == len(one.failing) + len(two.failing)
    assert story.findings[0].title.startswith(("com.example.photos 3.4: ", "app"))


def test_the_worst_report_comes_first():
    text = combine_stories([named(healthy(), "healthy"), named(failing(), "failing")]).draw(
        "comment", COMMENT_BYTES, True
    )

    assert text.startswith("❌ **2 apps: 1 fail (failing), 1 pass.**")
    assert text.index("### ❌ `failing`") < text.index("### ✅ `healthy`")
    assert "<details open>" in text


@pytest.mark.parametrize("count", [1, 5, 40, 256])
def test_many_reports_fit_as_whole_ones_the_worst_kept(count):
    stories = [named(healthy(), f"healthy-{number}") for number in range(count - 1)]
    story = combine_stories([*stories, named(many(200, text="é" * 500), "failing")])
    text = story.draw("comment", COMMENT_BYTES, True)

    assert len(text.encode()) <= COMMENT_BYTES
    assert "### ❌ `failing`" in text
    assert text.count("<details") == text.count("</details>")
    reports = text.count("\n### ❌ `failing`") + text.count("\n### ✅ `healthy-")
    assert reports == count or f"Left out to fit here: {count - reports} report" in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_name_from_outside_changes_nothing_about_the_page(attack):
    plain = combine_stories([named(failing(), "x")]).draw("comment", COMMENT_BYTES, True)
    hostile = combine_stories([named(failing(), attack)]).draw("comment", COMMENT_BYTES, True)

    assert set(structure(hostile)) <= set(structure(plain))
    assert references(hostile) == references(plain)


@pytest.mark.parametrize(("room", "shown"), [(4000, 12), (700, 2), (0, 0)])
def test_a_table_without_room_keeps_its_first_rows(room, shown):
    stories = [named(failing(), f"app-{number:02}") for number in range(12)]
    text = combine_stories(stories).draw("comment", room, False)
    rows = [line for line in text.splitlines() if line.startswith("| `app-")]

    assert len(rows) == shown
    assert (f"| and {12 - shown} more app" in text) is (shown < 12)
