"""The HTML report: one strict page that says what the result says, and nothing that text from outside wants."""

import functools
import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import html_page
import msgspec
import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text

from gate.model.facts import DiagnosticNote
from gate.report import html
from gate.report.shared import signature_words, words
from gate.report.shared.population import coverage
from gate.text import sanitize

POLICY = "# resolved\nversion: 1\nrules:\n  - id: launch-typical\n    fail: '> +10% and > +80 ms'\n"


def page(result=None, **options):
    """The page on a result, as a tree."""
    return html_page.read(html.render(result or build.regressed(), **options))


def shown(text):
    """A text as the tree gives it back."""
    return " ".join(sanitize.plain(text).split())


def table_rows(tree, id_="slices"):
    return tree.named(id_).all("tbody")[0].all("tr")


def data(tree, id_="slices"):
    [script] = tree.named(id_).all("script")
    return json.loads(script.raw)


# --- one well-formed page ---------------------------------------------------------------------------


@pytest.mark.parametrize("scene", build.SCENES)
def test_every_scene_is_a_strict_page(scene):
    text = html.render(build.SCENES[scene](), policy_yaml=POLICY)

    assert text.lstrip().startswith("<!doctype html>")
    assert [one.name for one in html_page.read(text).all("html", "head", "body", "main", "h1")] == [
        "html", "head", "body", "main", "h1",
    ]  # fmt: skip


def test_a_result_with_nothing_in_it_is_a_page_too():
    tree = page(build.result())

    assert tree.all("h1")[0].text == "Pass"
    assert not tree.all("table")


@pytest.mark.parametrize("scene", build.SCENES)
def test_ids_are_unique_and_what_refers_to_them_finds_them(scene):
    tree = page(build.SCENES[scene](), policy_yaml=POLICY)
    ids = [one["id"] for one in tree.below() if "id" in one.attributes]
    links = [one["href"][1:] for one in tree.all("a") if one["href"].startswith("#")]
    labels = [one["aria-labelledby"] for one in tree.below() if "aria-labelledby" in one.attributes]

    assert len(set(ids)) == len(ids)
    assert {*links, *labels} <= {*ids}


def test_no_level_of_heading_is_skipped():
    levels = [int(one.name[1]) for one in page().all("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_thousand_slices_take_less_than_two_megabytes():
    checks = build.regressed().checks * 77
    size = len(html.render(msgspec.structs.replace(build.regressed(), checks=checks)).encode())

    assert size < 2_000_000


# --- it says what the result says -------------------------------------------------------------------


@pytest.mark.parametrize("scene", build.SCENES)
def test_the_answer_comes_first(scene):
    result = build.SCENES[scene]()
    section = page(result).all("section")[0]

    assert section.all("h1")[0].text == words.verdict_words(result)
    assert shown(result.sentence) in section.text
    assert f"exit code {result.exit_code}" in section.text


@pytest.mark.parametrize("scene", build.SCENES)
def test_every_state_is_counted(scene):
    result = build.SCENES[scene]()
    rules, slices = page(result).all("div", where=lambda one: one.has_class("tally"))

    assert words.coverage_words(coverage(result)) in page(result).text
    assert {one.text for one in rules.all("li")} == {
        f"{n} {state}" for state, n in result.rule_counts.items()
    }
    assert {one.text for one in slices.all("li")} == {f"{n} {state}" for state, n in result.counts.items()}


@pytest.mark.parametrize("scene", build.SCENES)
def test_every_sentence_of_the_result_can_be_read(scene):
    result = build.SCENES[scene]()
    text = page(result).text
    sentences = [
        *(one.sentence for one in (*result.incidents, *result.undecided, *result.waivers)),
        *(one.sentence for one in result.rules if one.state == "pass" or one.mode == "shadow"),
        *(one.sentence for one in (*result.checks, *result.insights, *result.signatures)),
        *(one.summary for one in result.insights),
        *(one.advice for one in result.rules),
        *(one.owner for one in result.rules),
        *result.notes,
        *result.drift,
    ]

    assert [sentence for sentence in sentences if shown(sentence) not in text] == []


def test_incidents_come_worst_first_with_a_chart_of_their_leading_slices():
    cards = page().named("incidents").all("article")

    assert [one.all("span")[0].text for one in cards] == ["fail", "warn", "warn", "improved"]
    assert [one.all("h3")[0].text.removeprefix("+ ") for one in cards] == [
        one.title for one in build.regressed().incidents
    ]
    assert [len(one.all("figure")) for one in cards] == [3, 1, 0, 1]
    assert all(len(figure.all("svg")) == 1 for one in cards for figure in one.all("figure"))


def test_a_slice_says_where_it_would_pass():
    assert "passes at 997 ms or less; now 1,118 ms" in page().named("incidents").all("figure")[0].text


def test_an_improvement_has_a_plus_sign_and_nothing_else_has():
    titles = [one.all("h3")[0].text for one in page().named("incidents").all("article")]

    assert [title.startswith("+ ") for title in titles] == [False, False, False, True]


def test_words_are_explained_before_the_incidents_that_use_them():
    section = page().named("incidents").text

    assert section.index("A slice is") < section.index("The baseline is") < section.index("launch time")


def test_a_table_has_every_slice_worst_first_and_a_chart_for_each():
    result = build.regressed()
    tree = page(result)
    states = [row.all("span")[0].text for row in table_rows(tree)]
    entries = data(tree)["rows"]

    assert len(states) == sum(check.mode != "shadow" for check in result.checks)
    assert [entry[0] for entry in entries] == states
    assert states == sorted(states, key=["fail", "warn", "undecided", "improved", "pass"].index)
    assert all(entry[-1] for entry in entries)


def test_the_filters_offer_what_the_rows_have():
    tree = page()
    offered = {
        one["name"]: [o.text for o in one.all("option")[1:]] for one in tree.named("slices").all("select")
    }
    places = [entry[1:5] for entry in data(tree)["rows"]]
    first = dict(zip(("rule", "category", "device", "percentile"), places[0], strict=True))

    assert {name: offered[name][place] for name, place in first.items()} == {
        "rule": "launch-typical",
        "category": "LAUNCH",
        "device": "all iPhones",
        "percentile": "p50",
    }
    assert offered["device"] == ["all iPads", "all iPhones", "iPhone 11", "iPhone 14 Pro", "iPhone XR"]


def test_the_chart_in_the_page_is_the_one_that_scripts_draw():
    tree = page()
    svg = tree.named("incidents").all("svg")[0]
    paths, texts, axis = data(tree)["rows"][0][-1]

    assert svg["viewbox"] == data(tree)["box"]
    assert [[one["class"], one["d"]] for one in svg.all("path")] == paths
    assert [one.text for one in svg.all("text")] == [
        shown(one[-1]) for one in (*texts, *data(tree)["axes"][axis])
    ]


def test_every_chart_has_a_name_and_its_numbers_beside_it():
    result = build.regressed()
    first = page(result).all("figure")[0]

    assert first.all("svg")[0]["role"] == "img"
    assert first.all("svg")[0]["aria-label"] == "Chart of launch time p50 on all iPhones; its numbers follow"
    for point in result.checks[0].history:
        assert f"{point.version} {words.with_margin(point, 'ms')}" in first.all("table")[0].text


def test_rules_apart_stand_apart():
    tree = page()

    assert "scroll-hitches" not in tree.named("slices").text
    assert "scroll-hitches" not in tree.named("incidents").text
    assert [row.all("code")[0].text for row in table_rows(tree, "apart-slices")] == ["scroll-hitches"]
    assert "1 slice, shadow only" in tree.named("apart").text


def test_what_is_undecided_stands_with_what_would_decide_it():
    text = page(build.undecided()).named("undecided").text

    assert "Not yet" in text
    assert build.undecided().undecided[0].remedy in text


def test_what_is_undecided_above_its_line_has_a_chart_that_is_not_folded():
    [noise, _] = page().named("undecided").all("article")

    assert len(noise.all("figure")) == 1
    assert not [one for one in noise.all("details") if one.all("figure")]


def test_apples_insight_stands_in_the_incident_it_belongs_to():
    launch, _, hangs, _ = page().named("incidents").all("article")

    assert "Apple says that launch time is trending up" in launch.text
    assert "Apple says that hang rate regressed" in hangs.text
    assert "The gate could not decide it." in hangs.text


def test_waivers_are_listed_with_their_states_and_those_that_end_soon():
    text = page(build.traced()).named("waivers").text

    assert text.index("expired This waiver of launch-typical expired") < text.index(
        "in force memory-peak is waived"
    )
    assert "It ends in 7 days." in text


def test_a_signature_says_where_it_is_who_owns_it_and_what_touched_it():
    section = page(build.traced()).named("incidents")
    source = build.source()
    pages = [one for one in section.all("a") if not one["href"].startswith("#")]

    for text in (
        "Blame frame: Sources/Grid/ThumbnailCache.m:218",
        "@acme/grid",
        *map(signature_words.suspect_words, source.suspects),
        "Apple advises: A file is read on the main thread.",
        "-[ThumbnailCache decodeImage:] (ThumbnailCache.m:218)",
    ):
        assert shown(text) in section.text
    gone = page(build.traced()).named("signatures").text
    assert "Gone since 3.3: 1 top signature" in gone
    assert "It accounted for 12% of hang reports in 3.3." in gone
    assert [one["href"] for one in pages] == [source.url, source.suspects[0].url]
    assert all(one["rel"] == "noreferrer" for one in pages)


def test_a_signature_with_call_stacks_has_its_flame_graph_and_its_script():
    tree = page(build.traced())
    [graph] = tree.all("svg", where=lambda one: one.has_class("flame-graph"))

    assert "-[GridController reload]" in graph.text
    assert len(running(tree)) == len(running(page())) + 1


def test_a_source_that_could_not_be_found_says_why():
    source = build.source(
        path="", revision="", suspects=(), problem="Two files have this name.", candidates=("a.m", "b.m")
    )
    text = page(build.result(signatures=(build.signature(source=source),))).named("incidents").text

    assert "Two files have this name. Candidates: a.m, b.m." in text
    assert "No suspects" not in text


def test_the_policy_is_shown_as_it_stands_or_not_at_all():
    [code] = page(policy_yaml=POLICY).named("policy").all("pre")[0].all("code")

    assert code.raw == POLICY.rstrip("\n")
    assert "Policy" not in [one.text for one in page().all("h2")]


def test_the_receipt_is_whole():
    text = page().named("receipt").text
    fields = msgspec.structs.asdict(build.RECEIPT)

    assert fields
    assert [name for name, field in fields.items() if field not in text] == []


# --- it needs nothing and lets nothing in -----------------------------------------------------------


def policy_of(tree):
    [meta] = tree.all("meta", where=lambda one: one.attributes.get("http-equiv") == "Content-Security-Policy")
    return dict(part.strip().split(" ", 1) for part in meta["content"].split(";"))


def test_only_the_two_scripts_of_the_page_may_run():
    tree = page()
    digests = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in running(tree)]

    assert policy_of(tree)["default-src"] == "'none'"
    assert policy_of(tree)["script-src"].split() == digests
    assert len(digests) == 2


def test_nothing_is_loaded_from_anywhere():
    tree = page(policy_yaml=POLICY)
    loading = [
        one for one in tree.below() if {"src", "srcset", "data", "poster", "action"} & set(one.attributes)
    ]
    styles = "".join(one.raw for one in tree.all("style"))

    assert loading == []
    assert [one["href"] for one in tree.all("link")] == ["data:,"]
    assert all(one["href"].startswith("#") for one in tree.all("a"))
    assert not re.search(r"url\(|@import|@font-face", styles)


def test_nothing_runs_or_is_styled_from_an_attribute():
    assert [
        name for one in page().below() for name in one.attributes if name.startswith("on") or name == "style"
    ] == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://a b",
        "file:///etc",
        "",
    ],
)
def test_only_web_pages_are_linked(url):
    advice = (DiagnosticNote(text="Do less.", url=url),)
    tree = page(build.result(signatures=(build.signature(level="note", advice=advice),)))

    assert tree.named("signatures").all("a") == []


@functools.cache
def usual():
    """The page on a result whose every text is an ordinary word."""
    return page(with_text(build.traced(), "usual"), policy_yaml="usual")


def running(tree):
    return [one.raw for one in tree.all("script") if "type" not in one.attributes]


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_hostile_text_stays_text(attack):
    tree = page(with_text(build.traced(), attack), policy_yaml=attack)
    names = {name for one in tree.below() for name in one.attributes}
    [stored] = tree.named("slices").all("script")

    assert {one.name for one in tree.below()} <= {one.name for one in usual().below()}
    assert names <= {name for one in usual().below() for name in one.attributes}
    assert all(re.match("#|https?://", one["href"]) for one in tree.all("a"))
    assert running(tree) == running(usual())
    assert policy_of(tree) == policy_of(usual())
    assert not re.search("[<>&\u2028\u2029]", stored.raw)
    assert len(json.loads(stored.raw)["rows"]) == len(table_rows(tree))
    assert " ".join(sanitize.glued(sanitize.plain(attack)).split()) in tree.text


def test_the_page_can_be_written_whatever_text_it_is_given():
    made = html.render(with_text(build.regressed(), "half a pair \ud800"), policy_yaml="\ud800").encode()

    assert b"half a pair" in made
    assert made.rstrip().endswith(b"</html>")


# --- it can be read without scripts, and by ear -----------------------------------------------------


def test_without_scripts_what_needs_them_is_absent_and_the_rest_is_there():
    tree = page()
    within_forms = [field for form in tree.all("form") for field in form.all("button")]

    assert all("hidden" in one.attributes for one in tree.all("form"))
    assert all("hidden" in one.attributes for one in tree.all("button") if one not in within_forms)
    assert len(table_rows(tree)) == 12
    assert all(row.all("details")[0].all("p") for row in table_rows(tree))


def test_every_header_of_a_table_says_what_it_heads():
    assert {one.attributes.get("scope") for one in page().all("th")} == {"col", "row"}


def test_every_field_of_the_filters_has_a_label():
    form = page().named("slices").all("form")[0]
    labelled = [field for label in form.all("label") for field in label.all("input", "select")]

    assert labelled == form.all("input", "select")
    assert form["aria-label"]


def test_how_many_rows_are_shown_is_announced():
    [status] = page().named("slices").all("p", where=lambda one: one.attributes.get("role") == "status")

    assert status["aria-live"] == "polite"


def test_the_first_link_skips_to_the_report():
    tree = page()

    assert tree.all("a")[0]["href"] == "#main"
    assert tree.named("main").name == "main"


@pytest.mark.parametrize("state", ["fail", "warn", "undecided", "improved", "pass"])
def test_a_state_is_always_a_word_and_never_colour_alone(state):
    badges = page().all("span", where=lambda one: one.has_class("state") and one.has_class(state))

    assert badges
    assert all(state in one.text for one in badges)


def test_a_number_and_its_unit_are_not_torn_apart():
    assert "1,118\u00a0ms" in html.render(build.regressed())
