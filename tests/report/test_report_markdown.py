"""The report as Markdown."""

from collections.abc import Callable
from functools import cache

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from github_view import references, structure, tables, text
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.model.result import Result
from gate.report import markdown
from gate.text.sanitize import plain

ROOMY = markdown.SUMMARY_BYTES
LENGTHS = ("comment", "summary", "full")


def lines(result: Result, **options: int) -> list[str]:
    """The report in lines."""
    return markdown.render(result, **options).splitlines()


def many(rules: int, *, slices: int = 1, **changes: object) -> Result:
    """A result with so many failed rules."""
    names = [f"rule-{number:03}" for number in range(rules)]
    return build.result(
        verdict="fail",
        rules=tuple(build.rule(name, **changes) for name in names),
        checks=tuple(
            build.check(name, slice=build.key(device=f"iPhone{model},1"), **changes)
            for name in names
            for model in range(slices)
        ),
    )


@cache
def usual_structure(length: str = "comment") -> list[str]:
    """What a report looks like with an ordinary word everywhere."""
    return structure(everywhere("word", length))


def everywhere(text: str, length: str = "comment") -> str:
    """The report with one text in every place."""
    return markdown.render(with_text(build.traced(), text), length=length, max_bytes=ROOMY)


@pytest.mark.parametrize("scene", build.SCENES)
def test_a_scene_looks_as_expected(scene: str, expected: Callable[[str, str], str]) -> None:
    made = markdown.render(build.SCENES[scene]())

    assert made == expected(f"{scene}.md", made)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_looks_as_expected(length: str, expected: Callable[[str, str], str]) -> None:
    made = markdown.render(build.traced(), length=length)

    assert made == expected(f"traced.{length}.md", made)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("scene", build.SCENES)
def test_the_verdict_is_in_the_same_words_at_every_length(scene: str, length: str) -> None:
    result = build.SCENES[scene]()

    assert lines(result, length=length)[0] == lines(result)[0]


def test_a_longer_report_names_more_slices() -> None:
    result = many(20, slices=12)
    drawn = [tables(markdown.render(result, length=length, max_bytes=ROOMY))[:-1] for length in LENGTHS]

    # The last table is the full one; the others are those of the incidents.
    assert [(len(found), len(found[0])) for found in drawn] == [(15, 3), (20, 5), (20, 13)]


def test_the_full_report_leaves_nothing_out() -> None:
    result = many(200, slices=4)
    made = markdown.render(result, length="full")

    assert len(made.encode()) > markdown.COMMENT_BYTES
    assert "Left out" not in made
    assert "more slice" not in made
    assert "`rule-199`" in made


def test_the_full_report_tells_of_every_rule() -> None:
    made = markdown.render(build.traced(), length="full")

    assert "- ✅ pass: `terminations`: All 3 slices are healthy in 3.4." in made
    assert "- ⚠️ warn, shadow only: `scroll-hitches`: Scroll hitch rate" in made


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("scene", [*build.SCENES, "traced"])
def test_every_sentence_is_said_once(scene: str, length: str) -> None:
    result = getattr(build, scene)()
    made = text(markdown.render(result, length=length))
    sentences = [
        result.sentence,
        *(one.sentence for one in (*result.incidents, *result.undecided, *result.waivers)),
        *(one.sentence for one in result.insights),
        *(one.sentence for one in result.rules),
    ]

    assert [sentence for sentence in sentences if made.count(plain(sentence)) > 1] == []
    assert result.sentence in made


@pytest.mark.parametrize("scene", [*build.SCENES, "traced"])
def test_a_result_of_an_older_version_is_told_as_well(scene: str) -> None:
    result = build.older(getattr(build, scene)())
    made = text(markdown.render(result))

    told = [one.sentence for one in result.rules if one.state in ("fail", "warn", "undecided")]
    assert [sentence for sentence in told if plain(sentence) not in made] == []


def test_what_is_undecided_above_its_line_is_never_folded_away() -> None:
    before, _, _ = markdown.render(build.regressed()).partition("hang rate p50 on all iPhones | 4.1 → 5.37")

    assert before.count("<details") == before.count("</details>")
    assert before.endswith("| ")


def test_day_0_takes_one_line_for_each_cause() -> None:
    names = [f"rule-{number}" for number in range(20)]
    early = {"state": "undecided", "reason": "too_early"}
    made = markdown.render(
        build.result(
            verdict="undecided",
            rules=tuple(build.rule(name, **early) for name in names),
            checks=tuple(build.check(name, now=None, **early) for name in names),
            undecided=(build.group(rules=tuple(names), checks=tuple(range(20))),),
        )
    )
    section = made.split("### ⚪ Undecided")[1].split("###")[0]

    assert len([line for line in section.splitlines() if line]) == 1
    assert "`rule-7` and 12 more rules." in section


@pytest.mark.parametrize(("length", "charts"), [("comment", 3), ("summary", 6), ("full", 8)])
def test_the_worst_slices_have_charts(length: str, charts: int) -> None:
    made = markdown.render(build.regressed(), length=length)

    assert made.count("```mermaid\n") == charts


def test_charts_are_left_out_before_anything_else() -> None:
    result = many(3, slices=3)
    whole = markdown.render(result, max_bytes=ROOMY)
    made = markdown.render(result, max_bytes=len(whole.encode()) - 200)

    assert (whole.count("```mermaid"), made.count("```mermaid")) == (3, 2)
    assert "Left out to fit here: 1 chart." in made


def test_every_waiver_is_listed_and_one_that_ends_soon_says_so() -> None:
    made = markdown.render(build.traced())

    assert "### Waivers\n\n- ⚠️ **Expired.** This waiver of launch-typical expired on 2026-11-22" in made
    assert "- ⚠️ **In force.** memory-peak is waived" in made
    assert "3.5. **It ends in 7 days.**" in made


def test_suspects_lead_to_their_pages() -> None:
    made = markdown.render(build.traced())

    assert "    - [`#421`](https://github.com/acme/photos/pull/421) Decode thumbnails at full size" in made
    assert "    - `a1b2c3d4e5` Rename the cache (Kim Fischer, 2026-10-02) touched its file" in made


def test_a_signature_leads_to_its_line() -> None:
    url = "https://github.com/acme/photos/blob/v3.4/Sources/Grid/ThumbnailCache.m#L218"

    assert f"Blame frame: [`Sources/Grid/ThumbnailCache.m:218`]({url})" in markdown.render(build.traced())


@pytest.mark.parametrize(("length", "trees"), [("comment", 0), ("summary", 1), ("full", 1)])
def test_call_trees_are_for_those_who_have_room(length: str, trees: int) -> None:
    assert markdown.render(build.traced(), length=length).count("```text\n100 samples in 2 logs") == trees


@pytest.mark.parametrize(
    ("verdict", "blocks", "start"),
    [
        ("pass", False, "✅ **Pass.** Because."),
        ("fail", True, "❌ **Fail.** Because."),
        ("fail", False, "❌ **Fail, not blocking.** Because."),
        ("partial", False, "⚪ **Partial.** Because."),
        ("partial", True, "⚪ **Partial, blocking.** Because."),
        ("undecided", False, "⚪ **Undecided.** Because."),
        ("undecided", True, "⚪ **Undecided, blocking.** Because."),
    ],
)
def test_the_first_line_answers_the_question(verdict: str, blocks: bool, start: str) -> None:
    result = build.result(verdict=verdict, blocks=blocks, sentence="Because.")

    assert lines(result)[0] == start


@pytest.mark.parametrize("scene", build.SCENES)
def test_no_table_has_more_than_five_columns(scene: str) -> None:
    widths = {len(row) for table in tables(markdown.render(build.SCENES[scene]())) for row in table}

    assert max(widths) <= 5


def test_numbers_are_right_aligned() -> None:
    assert "| :-- | --: | --: | :-- |" in lines(build.regressed())


def test_incidents_come_worst_first_and_then_what_is_undecided() -> None:
    titles = [line for line in lines(build.regressed()) if line.startswith("###")]

    assert titles == [
        "### ❌ launch time +23% (907 → 1,118\u00a0ms) on all iPhones",
        "### ⚠️ peak memory +8.3% (412 → 446\u00a0MB) on all iPads",
        "### ⚠️ hang rate is up by 31%, as Apple sees it",
        f"### 🟢 + {build.regressed().incidents[-1].title}",
        "### ⚪ Undecided",
        "### Other signatures",
        "### Unchanged",
        "### Counts",
        "### Notes",
    ]


def test_every_state_is_counted_even_when_nothing_is_in_it() -> None:
    assert "- 1 slice: 0 fail, 0 warn, 0 undecided, 0 improved, ✅ 1 pass" in lines(build.passed())


def test_slices_of_an_incident_are_folded() -> None:
    result = many(1, slices=9)
    [findings, _] = tables(markdown.render(result))

    assert len(findings) == 1 + 3 + 1
    assert findings[-1][0] == "and 6 more slices"


def test_many_rules_name_one_slice_each() -> None:
    *findings, _ = tables(markdown.render(many(15, slices=4)))

    assert [(len(table), table[-1][0]) for table in findings] == [(3, "and 3 more slices")] * 15


def test_no_more_slices_are_named_than_asked_for() -> None:
    made = markdown.render(many(9), max_rows=4)

    assert len(tables(made)[:-1]) == 4
    assert "Left out to fit here: 5 incidents." in made


def test_an_owner_is_shown_and_not_mentioned() -> None:
    made = markdown.render(build.result(rules=(build.rule(owner="@acme/startup"),)))

    assert "Owner: `@acme/startup`" in made


def test_a_rule_that_only_advises_says_so() -> None:
    made = markdown.render(build.result(rules=(build.rule(mode="advise", blocks=False),)))

    assert "(not blocking)" in made
    assert "- Rule: `launch-typical` (advise only)" in made


def test_a_rule_without_checks_is_still_a_finding() -> None:
    assert "### ❌ launch-typical" in lines(build.result(rules=(build.rule(),)))


def test_a_sentence_that_does_not_name_its_rule_gets_its_name() -> None:
    made = markdown.render(build.result(rules=(build.rule(mode="shadow", sentence="It rose."),)))

    assert "shadow only: `launch-typical`: It rose." in made


def test_a_missing_side_is_not_a_zero() -> None:
    check = build.check(state="undecided", reason="no_data", now=None)
    made = markdown.render(build.result(checks=(check,)))

    assert (
        "| ⚪ undecided: no data | `launch-typical` | launch time p50 on all iPhones | 907\u00a0ms → none |  |"
        in made
    )


def test_shadow_rules_are_listed_apart_and_not_counted() -> None:
    made = markdown.render(
        build.result(rules=(build.rule(mode="shadow"),), checks=(build.check(mode="shadow"),))
    )

    assert "1 rule apart, shown and not counted" in made
    assert "- 0 rules: " in made
    assert "### ❌" not in made


def test_a_run_of_nothing_but_shadow_rules_shows_them_open() -> None:
    assert "<details open>" in lines(build.result(rules=(build.rule(mode="shadow"),)))


def test_what_is_undecided_says_what_would_decide_it() -> None:
    rule = build.rule(state="undecided", reason="no_data")
    made = markdown.render(build.result(rules=(rule,), undecided=(build.group(),)))

    assert (
        "- **Not yet.** Apple has no value for 3.4 yet. Such data came 6 days after a release before. "
        "Rule: `launch-typical`." in made
    )


def test_a_rule_whose_silence_the_policy_ignores_is_counted_and_not_listed() -> None:
    rule = build.rule(state="undecided", reason="no_data", on_undecided="ignore")
    made = markdown.render(build.result(rules=(rule,)))

    assert "⚪ 1 undecided" in made
    assert "0 of 1 rule decided; 1 excepted by the policy" in made
    assert "launch-typical" not in made


def test_apples_own_words_are_shown_beside_ours() -> None:
    made = markdown.render(build.result(insights=(build.insight(),)))

    assert "High impact. The gate could not decide it.\n  > Hang rate for version 3.4 is higher" in made


def test_a_signature_says_where_it_is_and_what_it_causes() -> None:
    made = markdown.render(build.result(signatures=(build.signature(),)))

    assert (
        "- HANGS 1: Photos: -\\[ThumbnailCache decodeImage:\\] + 412, 41% of hangs, new\n"
        "    - Blame path: -\\[GridController reload\\] → -\\[ThumbnailCache decodeImage:\\] (ThumbnailCache.m:218)"
        in made
    )


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_stays_text_wherever_it_stands(attack: str, length: str) -> None:
    made = everywhere(attack, length)

    assert structure(made) == usual_structure(length)
    assert references(made) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_is_shown_as_it_was_written(attack: str) -> None:
    result = build.result(insights=(build.insight(summary=attack),))

    assert plain(attack) in text(markdown.render(result))


@given(st.text(st.sampled_from(list("@#`|<>&;:/\\*_~[](){}!$-+=.1aF \n\x1b")) | st.characters(), min_size=1))
@settings(max_examples=25, deadline=None)
def test_any_text_stays_text_wherever_it_stands(hostile: str) -> None:
    made = everywhere(f"x{hostile}")

    assert structure(made) == usual_structure()
    assert references(made) == []


@given(
    st.integers(0, 40),
    st.integers(0, 120),
    st.integers(0, 60),
    st.integers(markdown.LEAST_BYTES, 40_000),
    st.sampled_from(["word", "<$|@" * 300, "\U0001f4a5" * 900]),
)
@settings(max_examples=25, deadline=None)
def test_a_report_fits_its_budget(rules: int, checks: int, notes: int, budget: int, word: str) -> None:
    result = build.result(
        sentence=word,
        app=word,
        candidate=word,
        rules=tuple(build.rule(f"{number} {word}") for number in range(rules)),
        checks=tuple(build.check(f"{number} {word}") for number in range(checks)),
        notes=(word,) * notes,
    )
    made = markdown.render(result, max_bytes=budget)

    assert len(made.encode()) <= budget
    assert made.startswith("✅ **Pass.**")
    assert "### Counts" in made


def test_a_cut_report_keeps_the_worst_and_says_what_is_missing() -> None:
    result = build.result(rules=many(5).rules, checks=many(5).checks, notes=("A note. " * 100,) * 40)
    made = markdown.render(result, max_bytes=10_000)

    assert len(tables(made)) == 5
    assert "5 rows of the full table, 3 charts. The JSON result has everything." in made


def test_a_cut_report_ends_where_a_block_ends() -> None:
    made = markdown.render(many(15, slices=20), max_bytes=12_000)

    assert made.count("<details>") == made.count("</details>")
    assert "All slices, the worst" in made


def test_a_report_that_fits_leaves_nothing_out() -> None:
    assert "Left out" not in markdown.render(build.regressed())
