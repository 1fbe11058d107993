"""The HTML report in Chromium: its accessibility, what its scripts do, and what is left without them.

Needs node, Chromium, and the packages of this folder::

    npm ci --prefix tests/report/browser --ignore-scripts
"""

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
import result_builders as build
from attacks import ATTACKS
from everywhere import with_text
from msgspec.structs import replace

from gate.report import html

HERE = Path(__file__).parent
NODE = shutil.which("node")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = [
    name
    for name, found in (
        ("node", NODE),
        ("Chromium", CHROMIUM),
        ("its packages (npm ci)", (HERE / "node_modules").is_dir()),
    )
    if not found
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"a browser test needs {', '.join(MISSING)}")

ENDS_WITHIN = 240.0
"""Seconds for all that a browser is asked."""

POLICY = "# The policy as the gate reads it.\nversion: 1\nrules:\n  - id: launch-typical\n"


def many():
    """More slices than one page of the table."""
    return replace(build.traced(), checks=build.traced().checks * 20)


def hostile():
    """Every attack in one result."""
    checks = [with_text(check, attack) for attack in ATTACKS for check in build.traced().checks[:1]]
    return replace(with_text(build.traced(), "<img src=x onerror=alert(1)>"), checks=tuple(checks))


@pytest.fixture(scope="module")
def browser():
    """A browser that looks at reports; see look.mjs."""
    command = [NODE, str(HERE / "look.mjs")]
    environment = {**os.environ, "CHROMIUM": CHROMIUM}
    with subprocess.Popen(  # noqa: S603 our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        # Killed, it ends its output, and with it every wait for an answer.
        watchdog = threading.Timer(ENDS_WITHIN, running.kill)
        watchdog.start()
        try:
            yield running
            running.stdin.close()
            running.wait(timeout=30)
        finally:
            running.kill()
            watchdog.cancel()


@pytest.fixture
def look(tmp_path, browser):
    """What the browser sees of a result's report."""

    def seen(what, result=None, policy=POLICY):
        report = tmp_path / "report.html"
        report.write_text(html.render(result or build.traced(), policy_yaml=policy), encoding="utf-8")
        browser.stdin.write(json.dumps({"what": what, "report": str(report)}) + "\n")
        browser.stdin.flush()
        found = json.loads(browser.stdout.readline())
        assert "fault" not in found, found["fault"]
        return found

    return seen


@pytest.mark.parametrize("scene", [*build.SCENES.values(), build.traced], ids=lambda made: made.__name__)
def test_there_is_no_serious_fault_in_accessibility(look, scene):
    faults = look("faults", scene())

    assert [fault for fault in faults if fault["impact"] in ("serious", "critical")] == []


def test_the_page_asks_for_nothing_and_complains_of_nothing(look):
    assert look("quiet") == []


def test_hostile_text_runs_nothing_and_asks_for_nothing(look):
    assert look("quiet", hostile(), policy="\n".join(ATTACKS)) == []


@pytest.mark.parametrize("text", ["", "x" * 5000], ids=["usual", "one long word"])
def test_nothing_is_wider_than_the_screen(look, text):
    result = with_text(build.traced(), text) if text else build.traced()

    assert set(look("widths", result).values()) == {0}


def test_filters_show_the_rows_that_they_name(look):
    seen = look("filters")

    assert seen["status"] == "12 of 12 slices"
    assert {row["state"] for row in seen["fail"]} == {"fail"}
    assert seen["failStatus"] == "5 of 12 slices"
    assert {row["state"] for row in seen["failOrWarn"]} == {"fail", "warn"}
    assert [row["slice"] for row in seen["device"]] == ["launch time p50 on iPhone 11"]
    assert seen["nothing"] == []
    assert [row["slice"] for row in seen["words"]] == ["launch time p90 on all iPhones"]
    assert [row["rule"] for row in seen["link"]] == ["launch-typical"] * 6
    assert [row["state"] for row in seen["tally"]] == ["undecided"] * 2


def test_a_rule_apart_leads_to_its_slices_in_the_table_of_rules_apart(look):
    shadow = [
        replace(check, rule=rule, mode="shadow") for rule in ("a", "b") for check in build.traced().checks[:5]
    ]
    rules = [build.rule(rule, mode="shadow", checks=5) for rule in ("a", "b")]
    seen = look("shadow", build.result(checks=(*shadow, build.check(state="pass")), rules=tuple(rules)))

    assert seen == {"visible": True, "status": "5 of 10 slices", "others": "1 of 1 slices"}


def test_a_click_on_a_header_sorts_and_another_one_turns_it_round(look):
    seen = look("sorting")

    assert seen["first"] == [["State", "ascending"]]
    assert seen["change"]["sorts"] == [["Change", "ascending"]]
    assert seen["change again"]["sorts"] == [["Change", "descending"]]
    assert [row["change"] for row in seen["change"]["rows"]][:2] == ["+43%", "+31%"]
    assert seen["change"]["rows"][-1]["change"] == seen["change again"]["rows"][-1]["change"] == ""
    assert seen["change again"]["rows"][0]["change"] == "\N{MINUS SIGN}15.6%"
    slices = [row["slice"] for row in seen["slice"]["rows"]]
    assert slices == sorted(slices, key=str.casefold)
    rules = [row["rule"] for row in seen["rule"]["rows"]]
    assert rules == sorted(rules)
    assert seen["state again"]["rows"][0]["state"] == "fail"


def test_a_row_that_is_opened_has_the_same_chart_as_the_finding(look):
    seen = look("charts")

    assert seen["before"] == 0
    assert seen["same"]
    assert seen["role"] == "img"
    assert seen["name"] == "Chart of launch time p50 on all iPhones; its numbers follow"
    assert seen["numbers"].startswith("3.0: 921")


def test_a_long_table_comes_in_pages(look):
    seen = look("pages", many())

    assert seen["first"] == 100
    assert seen["status"] == "240 of 240 slices, the first 100 are shown"
    assert seen["button"] == "Show 100 more"
    assert seen["second"] == 200
    assert seen["focus"] == 100


def test_the_keyboard_reaches_everything_and_its_place_is_seen(look):
    seen = look("keyboard")

    assert seen["first"]["name"] == "Skip to the report"
    assert {"A", "BUTTON", "INPUT", "SELECT", "SUMMARY"} <= set(seen["tags"])
    assert seen["unseen"] == []
    assert seen["opened"]
    assert seen["sorted"] == "ascending"
    assert seen["status"] == "5 of 12 slices"


def test_colours_follow_the_system_and_the_button(look):
    seen = look("theme")

    assert seen["light"][0] == seen["dark switched"][0]
    assert seen["dark"][0] == seen["light switched"][0]
    assert seen["light"] != seen["dark"]
    assert seen["light"][1] == "Dark colours"


def test_without_scripts_everything_can_be_read(look):
    seen = look("bare", many())

    assert seen["complaints"] == []
    assert seen["rows"] == 240
    assert seen["charts"] == 5
    assert seen["filters"] == seen["buttons"] == 0
    assert "3.4 fails: launch time +23%" in seen["text"]


def test_a_script_that_fails_hides_nothing(look):
    assert look("broken")["rows"]


def test_on_paper_there_are_no_controls_and_dark_ink(look):
    seen = look("paper")

    assert seen["gone"] == [False, False, False]
    assert seen["ink"] == "rgb(27, 28, 30)"


def test_who_wants_less_motion_gets_none(look):
    assert look("motion") == {"reduce": "auto", "no-preference": "smooth"}
