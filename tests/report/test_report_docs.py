"""The page about reports can't drift from what the code does."""

import re
import shlex

import pytest
import result_builders as build

from gate.cli import cli
from gate.cli.output import Outputs
from gate.report import markdown
from gate.report.formats import FORMATS
from gate.report.shared import template_names
from gate.report.shared.lengths import LENGTHS


@pytest.fixture(scope="module")
def page(root):
    """The page."""
    return (root / "docs" / "reports.md").read_text(encoding="utf-8")


def table(page, header):
    """The rows of a table, by their first cell without backticks."""
    rows = page.split(f"| {header} |\n")[1].split("\n\n")[0].splitlines()[1:]
    cells = [re.split(r" (?<!\\)\| ", row.removeprefix("| ").removesuffix(" |")) for row in rows]
    return {one[0].strip("`"): [cell.replace("\\|", "|") for cell in one[1:]] for one in cells}


@pytest.mark.parametrize(
    ("header", "described"),
    [
        ("name | is", template_names.TEMPLATE_NAMES),
        ("block | holds", template_names.BLOCKS),
        ("filter | makes", template_names.PLAIN_FILTERS),
        (
            "filter of Markdown | makes",
            {
                name: words
                for name, words in template_names.FILTERS.items()
                if name not in template_names.PLAIN_FILTERS
            },
        ),
        (
            "filter of JSON | makes",
            {
                name: words
                for name, words in template_names.JSON_FILTERS.items()
                if name not in template_names.PLAIN_FILTERS
            },
        ),
    ],
)
def test_what_templates_can_use_is_described_in_the_words_of_the_code(page, header, described):
    assert {name: words for name, [words] in table(page, header).items()} == described


def test_every_format_is_listed(page):
    cells = " ".join(
        " ".join(row) for row in table(page, "format | `gate check` | `gate render --format` | for").values()
    )

    assert set(re.findall(r"`(\w+)`", cells)) == set(FORMATS)
    assert set(re.findall(r"`--(\w+) FILE`", cells)) == set(Outputs.__struct_fields__) - {
        "snapshot_copy",
        "quiet",
    }


def test_the_lengths_are_what_is_documented(page):
    lengths = table(page, "length | for | most | charts | incidents name")

    assert {name: int(cells[2]) for name, cells in lengths.items()} == {
        "markdown": LENGTHS["comment"].charts,
        "summary": LENGTHS["summary"].charts,
        "full": LENGTHS["full"].charts,
    }
    assert (
        lengths["markdown"][3]
        == f"{LENGTHS['comment'].rows} slices, {LENGTHS['comment'].slices_each} of an incident"
    )
    assert (
        lengths["summary"][3]
        == f"{LENGTHS['summary'].rows} slices, {LENGTHS['summary'].slices_each} of an incident"
    )
    assert lengths["markdown"][1] == f"{LENGTHS['comment'].max_bytes // 1000} kB"
    assert lengths["summary"][1] == f"{LENGTHS['summary'].max_bytes // 1_000_000} MB"


def test_every_command_exists_with_its_options(page):
    lines = re.findall(r"^gate [^|\n]+", page, re.MULTILINE)

    assert {line.split()[1] for line in lines} == {"check", "render", "show"}
    for line in lines:
        words = shlex.split(line)[1:]
        options = {
            option for parameter in cli.get_command(None, words[0]).params for option in parameter.opts
        }
        assert {word for word in words if word.startswith("--")} <= options, line


def test_the_template_of_the_page_works(page):
    [template] = re.findall(r"```jinja\n(.*?)```", page, re.DOTALL)

    assert "- ❌ launch time +23%" in markdown.render(build.regressed(), template=template)


def test_every_link_into_the_repository_leads_somewhere(page, root):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", page)

    assert len(targets) > 2
    assert [target for target in targets if not (root / "docs" / target).exists()] == []
