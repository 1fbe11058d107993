"""A user's own template: what it can do, what it can't, and how it is refused."""

import re
from importlib.resources import files

import msgspec
import pytest
import result_builders as build
from github_view import references, structure

from gate.errors import UsageError
from gate.model.result import Result
from gate.report import markdown
from gate.report.shared import templating
from gate.report.shared.filters import FILTERS, JSON, JSON_FILTERS, MARKDOWN
from gate.report.shared.template_names import BLOCKS, TEMPLATE_NAMES
from gate.report.shared.template_names import FILTERS as DESCRIBED_FILTERS
from gate.report.shared.template_names import JSON_FILTERS as DESCRIBED_JSON_FILTERS

SOURCES = {
    one.name: one.read_text(encoding="utf-8")
    for one in files("gate.report").joinpath("templates").iterdir()
    if one.name.endswith((".md.jinja", ".json.jinja"))
}


def drawn(template: str, result: Result | None = None) -> str:
    """A result, else the regressed scene, by a template."""
    return markdown.render(result or build.regressed(), template=template)


def refusal(template: str) -> str:
    """Why a template can't be used."""
    with pytest.raises(UsageError) as caught:
        drawn(template)
    return caught.value.what


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ candidate }}: {{ verdict }}", "3.4: fail"),
        ("{{ counts.fail }}", "5"),
        ("{{ receipt.tool }}", "appstore-gate 0.1.0"),
        ("{{ verdict_words }}", "Fail"),
        ("{{ blocks }}", "true"),
        ("{% for rule in rules if rule.state == 'pass' %}{{ rule.id }}{% endfor %}", "terminations"),
        ("{{ failed[0].rule.owner|code }}", "`@acme/startup`"),
        ("{{ failed[0].checks[0]|values }}", "907 → 1,118\u00a0ms"),
        ("{{ failed[0].checks[0]|slice_words }}", "launch time p50 on all iPhones"),
        ("{{ failed[0].checks[0]|rise }}", "+23%"),
        ("{{ failed[0].checks[0]|bars }}", "`[▂▁▁▁]█`"),
        ("= {{ failed[0].checks[0]|allowed }}", "= \\> +10% and > +80\u00a0ms"),
        ("{{ failed[0].checks[0]|measured }}", "907\u00a0±\u00a09.1 → 1,118\u00a0±\u00a014\u00a0ms"),
        ("{{ warned[0].checks[0]|legend }}", "Lines: baseline 412\u00a0MB."),
        ("{{ signatures[0]|function }}", "Photos: -\\[ThumbnailCache decodeImage:\\] + 412"),
        ("{{ signatures[0]|place }}", "`ThumbnailCache.m:218`"),
        ("{{ sentence|cut(9) }}", "3.4 fail…"),
        ("{{ rule_counts_words }}", "6 rules: 1 fail, 1 warn, 2 undecided, 1 improved, 1 pass"),
        ("{{ length }}", "comment"),
        ("{{ failed[0].checks[0].candidate.value|value('ms') }}", "1,118\u00a0ms"),
        ("{{ checks[0].change.relative|change }}", "+23%"),
        ("{{ signatures[0].weight|share }}", "41%"),
        ("{{ signatures[0]|blame }}", "ThumbnailCache.m:218"),
        ("{{ signatures[0]|signature_change }}", "new"),
        ("{{ 'fail'|sign }} {{ 3|plural('rule') }}", "❌ 3 rules"),
        ("{{ undecided[0].reason|reason }}", "within noise"),
        (
            "{{ undecided[0].kind|kind }}: {{ undecided[0].over[0]|conclusive }}",
            "seen, but within noise: +46% or more",
        ),
        ("{{ incidents[0].title }}", "launch time +23% (907 → 1,118\u00a0ms) on all iPhones"),
        ("{{ incidents[0].checks[0]|passes_at }}", "997\u00a0ms or less"),
        ("{{ incidents[0].more }}, {{ incidents[0].rules[0].id|code }}", "2, `launch-typical`"),
        (
            "{{ incidents[0]|about }}",
            "Rules: launch-typical. Owner: @\u200bacme/startup. Advice: Start with the pre-main section of the launch trace",
        ),
        ("{{ incidents[2].places[0]|place }}", "`ThumbnailCache.m:218`"),
        (
            "{{ coverage.decided }}: {{ coverage_words }}",
            "4: 4 of 6 rules decided; missing: hang-rate, disk-writes",
        ),
        ("{{ glossary|length }} {{ waivers|length }} {{ over|length }}", "4 0 1"),
        ("{{ warned|map(attribute='rule')|map(attribute='id')|join(', ') }}", "memory-peak"),
        ("{{ checks|selectattr('state', 'equalto', 'warn')|list|length }}", "1"),
        ("{% if failed %}red{% else %}green{% endif %}", "red"),
        ("{{ checks[0].change.relative }}", "0.233"),
        ("{{ checks[0].reason }}", ""),
        ("{{ 1 + 2 * 3 }}", "7"),
        ("{% set worst = failed[0] %}{{ worst.more }}", "2"),
        ("{{ left_out.checks }}", "0"),
    ],
)
def test_a_template_has_the_names_and_filters_that_are_promised(template: str, text: str) -> None:
    assert drawn(template) == f"{text}\n"


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_a_promised_name_is_given(name: str) -> None:
    assert drawn(f"{{{{ '{name} is missing' if {name} is undefined }}}}") == "\n"


def test_every_part_of_a_result_is_a_name() -> None:
    fields = {field.name for field in msgspec.structs.fields(Result)}

    assert fields - {"format"} <= TEMPLATE_NAMES.keys()


def test_every_filter_is_described() -> None:
    assert FILTERS.keys() == DESCRIBED_FILTERS.keys()
    assert JSON_FILTERS.keys() == DESCRIBED_JSON_FILTERS.keys()


@pytest.mark.parametrize("name", SOURCES)
def test_built_in_templates_use_nothing_that_a_user_could_not(name: str) -> None:
    draw = templating.own(
        SOURCES[name], JSON if ".json." in name else MARKDOWN
    )  # refuses what is not allowed

    assert callable(draw)


def test_the_built_in_template_is_right_as_a_users_own() -> None:
    made = drawn(SOURCES["comment.md.jinja"], build.traced())

    assert made == markdown.render(build.traced())


@pytest.mark.parametrize("block", BLOCKS)
def test_a_template_can_replace_a_block_of_the_built_in_one(block: str) -> None:
    made = drawn(f"{{% extends 'comment.md.jinja' %}}{{% block {block} %}}OURS{{% endblock %}}")

    assert "OURS" in made
    assert len(made) < len(markdown.render(build.regressed()))


def test_every_block_is_described() -> None:
    assert re.findall(r"{% block (\w+) %}", SOURCES["comment.md.jinja"]) == list(BLOCKS)


@pytest.mark.parametrize(
    "template",
    [
        "{{ notes[0] }}",
        "{{ notes[0]|upper }}",
        "{{ notes|join }}",
        "{{ notes|join('<br>') }}",
        "{{ notes|map('code')|join }}",
        "{{ notes|first }}",
        "{{ notes[0]|truncate(4000) }}",
        "{{ '<b>' + notes[0] }}",
        "{{ notes[0] + (notes[0]|code) }}",
        "{{ (notes[0]|code) + notes[0] }}",
        "{{ notes[0]|code }}",
        "{{ notes[0]|prose }}",
        "{{ notes[0]|code|upper }}",
        "{{ notes[0]|default('x') }}",
        "{{ notes[0] if notes else '' }}",
        "{% set note = notes[0] %}{{ note }}",
        "{% autoescape false %}{{ notes[0] }}{% endautoescape %}",
        "{% for note in notes %}- {{ note }}\n{% endfor %}",
        "| a |\n| - |\n| {{ notes[0] }} |",
    ],
)
@pytest.mark.parametrize(
    "attack",
    ["@octocat", "<!-- x", "closes #12", "[a](https://evil.example)", "a | b", "{{ 7 * 7 }}", "**b** `c`"],
)
def test_text_from_outside_stays_text_whatever_a_template_does_to_it(template: str, attack: str) -> None:
    made = drawn(template, build.result(notes=(attack, attack)))

    assert structure(made) == structure(drawn(template, build.result(notes=("word", "word"))))
    assert references(made) == []


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\n\n{{ nonsense }}", 3, "'nonsense' is undefined"),
        ("{{ counts.nonsense }}", 1, "has no attribute 'nonsense'"),
        ("\n{{ failed[9].rule }}", 2, "has no element 9"),
        ("{{ sentence|nonsense }}", 1, "No filter named 'nonsense'"),
        ("{{ sentence|safe }}", 1, "No filter named 'safe'"),
        ("{{ sentence|replace('a', 'b') }}", 1, "No filter named 'replace'"),
        ("x\n{{ 1 / 0 }}", 2, "division by zero"),
        ("x\n{{ failed }}", 2, "a tuple can't be printed"),
        ("{{ failed[0] }}", 1, "a RuleFinding can't be printed"),
        ("{{ sentence|value('ms') }}", 1, ""),
        ("x\n{% macro m() %}{% endmacro %}", 2, "macros are not available"),
        ("{% call m() %}{% endcall %}", 1, "call blocks are not available"),
        ("{% filter upper %}x{% endfilter %}", 1, "filter blocks are not available"),
        ("{% set x %}x{% endset %}", 1, "block assignments are not available"),
        ("{% import 'comment.md.jinja' as c %}", 1, "imports are not available"),
        ("{% from 'comment.md.jinja' import c %}", 1, "imports are not available"),
        ("{{ 'a' ~ 'b' }}", 1, "~ is not available"),
        ("{% block a %}{{ super() }}{% endblock %}", 1, "super is not available"),
        ("{{ self.a() }}", 1, "self is not available"),
        ("{% for x in rules recursive %}{% endfor %}", 1, "recursive loops are not available"),
        ("{% set x = [sentence, sentence] %}", 1, "a list may hold nothing but constants"),
        ("{% include 'nonsense' %}", 1, "nonsense"),
        ("{% include '../names.py' %}", 1, "../names.py"),
        ("x\n{{ sentence.__class__ }}", 2, "access to attribute '__class__'"),
        ("{{ rules.__class__.__mro__ }}", 1, "access to attribute '__class__'"),
        ("{{ ''['__class__'] }}", 1, "access to attribute '__class__'"),
        ("{{ rules|map(attribute='__class__')|first }}", 1, "access to attribute '__class__'"),
        ("{{ rules[0].__struct_fields__ }}", 1, "access to attribute '__struct_fields__'"),
        ("{{ sentence.format(1) }}", 1, "access to attribute 'format'"),
        ("{{ sentence.replace('a', 'b') }}", 1, "access to attribute 'replace'"),
        ("{{ counts.update(fail=0) }}", 1, "access to attribute 'update'"),
        ("{{ lipsum(n=9) }}", 1, "'lipsum' is undefined"),
        ("{{ range(9) }}", 1, "'range' is undefined"),
        ("{{ namespace() }}", 1, "'namespace' is undefined"),
    ],
)
def test_a_template_that_can_not_be_used_is_refused_with_its_line(
    template: str, line: int, message: str
) -> None:
    sentence = refusal(template)

    assert sentence.startswith(f"The report template can't be used, line {line}: ")
    assert message in sentence


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ 'a' * 10 ** 9 }}", "** is not available"),
        ("{{ 'a' * 1000000000 }}", "too long"),
        ("{{ 1000000000 * 'a' }}", "too long"),
        ("{{ '%1000000000d' % 1 }}", "% is not available"),
        ("{% set a = 'a' * 90000%}{{ a + a }}", "too long"),
        ("{{ checks|map(attribute='rule')|join('a' * 90000) }}", "too long"),
        ("{% for a in checks %}" * 7 + "{% endfor %}" * 7, "loops take more than"),
        ("{% for a in 'a' * 900%}" + "b" * 60000 + "{% endfor %}", "prints more than"),
        ("{{ '{:>1000000000}'.format(1) }}", "access to attribute 'format'"),
        ("{{ '{:>1000000000}'['format'](1) }}", "access to attribute 'format'"),
        ("{" * 70000, "more than 65536 characters"),
        ("{{ " + "(" * 30000 + ")" * 30000 + " }}", ""),
        ("{% if failed %}" * 3000 + "{% endif %}" * 3000, ""),
        ("{{ " + "9" * 5000 + " }}", ""),
        ("{% for a in checks %}" * 30 + "{% endfor %}" * 30, ""),
    ],
)
def test_a_template_that_runs_away_is_stopped(template: str, message: str) -> None:
    assert message in refusal(template)


def test_a_template_that_prints_more_than_fits_is_refused() -> None:
    assert refusal("a" * 65_000) == "The report is longer than 64000 bytes, even with all its lists left out"


def test_lists_are_cut_until_a_template_fits() -> None:
    template = "{% for note in notes %}{{ note }}\n{% endfor %}{{ left_out.notes }} more"
    made = drawn(template, build.result(notes=("word " * 100,) * 500))

    shown = len(made.splitlines()) - 1
    assert len(made.encode()) <= markdown.COMMENT_BYTES
    assert made.endswith(f"\n{500 - shown} more\n")


def test_a_template_can_be_drawn_as_often_as_its_lists_are_cut() -> None:
    template = "{% for a in notes %}{% for b in notes %}{% endfor %}{{ a }}{% endfor %}"

    assert len(drawn(template, build.result(notes=("word " * 100,) * 400)).encode()) <= markdown.COMMENT_BYTES
    assert templating.MAX_STEPS < 2 * 400**2


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://github.com/acme/a/pull/421", "[`#421`](https://github.com/acme/a/pull/421)"),
        ("http://host/a?b=c#L1", "[`#421`](http://host/a?b=c#L1)"),
        (
            "https://host/a) [x](https://evil.example",
            "[`#421`](https://host/a%29%20%5Bx%5D%28https://evil.example)",
        ),
        ('https://host/<img>\n`"', "[`#421`](https://host/%3Cimg%3E%0A%60%22)"),
        ("https://host/\ud800", "[`#421`](https://host/%EF%BF%BD)"),
        ("javascript:alert(1)", "`#421`"),
        ("data:text/html,x", "`#421`"),
        ("//host/a", "`#421`"),
        ("https://", "`#421`"),
        ("", "`#421`"),
    ],
)
def test_a_link_leads_to_web_pages_alone_and_ends_where_it_ends(url: str, made: str) -> None:
    assert FILTERS["link"]("#421", url) == made


def test_a_template_gives_no_commands_to_a_runner() -> None:
    assert not re.search(r"^::|##\[", drawn("::error::x\n##[error]y"), re.MULTILINE)


def test_a_refused_template_says_which_names_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        drawn("{{ nonsense }}")

    assert "left_out_words" in caught.value.remedy
