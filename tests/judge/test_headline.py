"""The first sentence of a result: a fact, and no more of it than fits."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from tellings import (
    HANG,
    LAUNCH,
    RECEIPT,
    check,
    insight,
    outcome,
    result,
    results,
    signature,
    source,
    suspect,
    texts,
)

from gate.judge.incidents import tell
from gate.judge.scope import run_mode
from gate.judge.sentences.incidents import shorten
from gate.model.facts import Frame
from gate.model.result import Allows, Coverage, Point, UndecidedGroup, WaiverStatus
from gate.model.states import is_in_scope
from gate.text.numbers import MINUS, absolute_change, change
from gate.text.words import device_words, metric_words

IPADS = {"device": "all_ipads", "before": 1013.0, "now": 1242.0}
HANGS = check("hangs", HANG, before=17.1, now=22.6)
OPEN = {"state": "undecided", "before": None, "now": None}


def headline(*checks, **fields):
    return tell(result(*checks, **fields)).sentence


# --- a fail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        ((check(),), "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones."),
        (
            (check(), check(**IPADS), HANGS),
            (
                "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones and iPads; "
                "hang rate +32% on all iPhones."
            ),
        ),
        (
            (check(device="iPhone15,2", device_name="iPhone 14 Pro"),),
            "3.4 fails: launch time +23% (907 → 1,118 ms) on iPhone 14 Pro.",
        ),
        (
            (check(now=907.0, line_failed=True, limit_value=900.0),),
            "3.4 fails: launch time 907 ms on all iPhones, above the limit of 900 ms.",
        ),
        # A warning beside a fail is no reason for it.
        (
            (check(), check("hangs", HANG, state="warn")),
            "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones.",
        ),
        # Nor is the advice of a rule that the verdict is not about.
        (
            (check(), check("hangs", HANG, mode="advise")),
            "3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones.",
        ),
    ],
)
def test_a_fail_says_what_got_worse_from_what_to_what_and_for_whom(checks, sentence):
    assert headline(*checks) == sentence


@pytest.mark.parametrize(
    ("mode", "words"), [("enforce", ""), ("advise", " (advice only)"), ("shadow", " (on trial only)")]
)
def test_a_fail_of_rules_that_stop_nothing_says_so(mode, words):
    assert headline(check(mode=mode), mode=mode).startswith(f"3.4 fails{words}: launch time +23%")


def test_a_release_without_a_version_is_called_the_release():
    assert headline(check(), candidate="") == (
        "The release fails: launch time +23% (907 → 1,118 ms) on all iPhones."
    )


def test_a_rule_without_any_slice_is_named():
    assert headline(rules=[outcome("launch")]) == "3.4 fails: launch."


def test_what_does_not_fit_is_counted():
    metrics = (
        "HANG/hangRate",
        "MEMORY/peakMemory",
        "DISK/diskWrites",
        "BATTERY/onScreen",
        "STORAGE/diskSpaceUsed",
    )
    long_ = {"device": "iPhone15,2", "device_name": "iPhone 14 Pro of the second series"}
    found = headline(check(), *(check(metric, metric, **long_) for metric in metrics))

    assert found.startswith("3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones; ")
    assert found.endswith("; 3 more findings.")
    assert len(found) <= 200


# --- what failed it, of Apple's ---------------------------------------------------------------------


def test_a_fail_by_an_insight_names_metric_number_and_device():
    found = headline(check(state="pass", metric=HANG), insights=(insight(level="fail"),))

    assert found == "3.4 fails: Apple reports launch time +31% on all iPhones."


def test_a_fail_by_a_signature_names_function_number_and_place():
    found = headline(check(state="pass"), signatures=(signature(level="fail"),))

    assert found == "3.4 fails: Start.run(), new, with 40% of slow launches. It blames Coder.swift:56."


def test_what_of_apples_fails_a_warned_slice_is_said():
    found = headline(
        check(state="warn", now=1000.0), insights=(insight(level="fail", largest_change=1.2, devices=()),)
    )

    assert found == (
        "3.4 fails: launch time +10.3% (907 → 1,000 ms) on all iPhones; Apple reports launch time +120%."
    )


# --- the likeliest place ----------------------------------------------------------------------------


def blaming(kind, *suspects, **fields):
    return signature(kind, level="note", source=source(*suspects, **fields))


@pytest.mark.parametrize(
    ("suspects", "words"),
    [
        ((suspect(421),), ", changed by #421"),
        ((suspect(421), suspect(430, "file")), ", changed by #421"),
        ((suspect(421), suspect(422)), ", changed by #421 and #422"),
        ((suspect(421, pull_request=None, commit="0123456789abcdef"),), ", changed by 0123456"),
        # Whoever touched the file may not have touched the line, and who calls it has not.
        ((suspect(430, "file"), suspect(431, "file")), ", in a file changed by #430"),
        ((suspect(418, "caller"),), ""),
        ((), ""),
    ],
)
def test_only_a_commit_that_touched_the_function_has_changed_it(suspects, words):
    found = headline(check(), signatures=(blaming("LAUNCHES", *suspects),))

    assert found.endswith(f" on all iPhones. It blames Coder.swift:56{words}.")


def test_what_all_incidents_blame_is_said_once():
    both = (blaming("LAUNCHES", suspect()), blaming("HANGS", suspect()))
    disk = check("disk", "DISK/diskWrites")

    assert headline(check(), HANGS, signatures=both).endswith(". Both blame Coder.swift:56, changed by #421.")
    assert headline(check(), HANGS, disk, signatures=(*both, blaming("DISK_WRITES"))).endswith(
        ". All blame Coder.swift:56, changed by #421."
    )


def test_what_only_the_first_incident_blames_is_said_of_it():
    other = blaming("HANGS", path="Sources/Other.swift")
    found = headline(HANGS, check(), check(**IPADS), signatures=(blaming("LAUNCHES"), other))

    assert found.endswith(". The first blames Coder.swift:56.")


def test_a_place_without_a_file_is_its_function():
    nameless = signature(level="note", blame=(Frame(depth=0, symbol="Coder.decode()"),))

    assert headline(check(), signatures=(nameless,)).endswith(". It blames Coder.decode().")


# --- waivers ----------------------------------------------------------------------------------------


def waiver(**fields):
    made = {"kind": "rule", "target": "launch", "state": "expired", "until": "2026-11-23", "days_left": -1}
    made["fails_again"] = fields.get("state", "expired") == "expired"
    return WaiverStatus(**{"reason": "", "sentence": "", **made, **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "; the waiver ended yesterday"),
        ({"days_left": -2, "until": "2026-11-22"}, "; the waiver ended on 2026-11-22"),
        ({"days_left": None, "through_version": "3.3"}, "; the waiver ended with 3.3"),
        ({"state": "exceeded", "up_to": "+15%"}, "; the waiver up to +15% is exceeded"),
        ({"state": "exceeded"}, "; the waiver is exceeded"),
        ({"fails_again": False}, ""),
        ({"state": "unused"}, ""),
        ({"kind": "signature", "target": "symbol f"}, ""),
        ({"target": "hangs"}, ""),
        ({"kind": "insight"}, ""),
    ],
)
def test_a_waiver_that_ended_and_so_turned_the_release_red_is_said(fields, words):
    assert headline(check(), waivers=(waiver(**fields),)) == (
        f"3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones{words}."
    )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"insights": (insight(level="fail"),)}, {"kind": "insight", "target": LAUNCH}),
        (
            {"signatures": (signature(level="fail"),)},
            {"kind": "signature", "target": "symbol Start.*"},
        ),
    ],
)
def test_so_is_a_waiver_of_a_finding_of_apples(fields, status):
    assert "; the waiver ended yesterday." in headline(**fields, waivers=(waiver(**status),))


# --- a pass -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        (
            (check(state="pass", now=915.0), check("hangs", HANG, state="pass", before=4.0, now=3.9)),
            f"3.4 passes: 2 rules over 2 slices; the largest movement is hang rate {MINUS}2.5% on all iPhones.",
        ),
        ((check(state="pass", now=907.0),), "3.4 passes: 1 rule over 1 slice; none of them moved."),
        # Below the floor of its metric nothing has moved.
        (
            (check(state="pass", now=915.0), check("hangs", HANG, state="pass", before=0.1, now=0.4)),
            "3.4 passes: 2 rules over 2 slices; the largest movement is launch time +0.9% on all iPhones.",
        ),
        ((check(state="pass", before=None),), "3.4 passes: 1 rule over 1 slice."),
        (
            (check(state="improved", now=700.0), check(**IPADS | {"now": 790.0, "state": "improved"})),
            f"3.4 passes: 1 rule over 2 slices; improved: launch time {MINUS}23% (907 → 700 ms) on all iPhones and iPads.",
        ),
        (
            (check(state="warn", now=1000.0),),
            "3.4 passes with a warning: launch time +10.3% (907 → 1,000 ms) on all iPhones; 1 rule over 1 slice.",
        ),
        (
            (check(state="warn", now=1000.0), check("hangs", HANG, state="warn", before=4.0, now=4.3)),
            (
                "3.4 passes with 2 warnings: launch time +10.3% (907 → 1,000 ms) on all iPhones; "
                "hang rate +7.5% on all iPhones; 2 rules over 2 slices."
            ),
        ),
        (
            (check(state="pass", now=907.0), check("hangs", HANG, mode="advise", before=4.0, now=5.0)),
            "3.4 passes: 1 rule over 1 slice; none of them moved; advice: hang rate +25% on all iPhones.",
        ),
    ],
)
def test_a_pass_says_what_was_looked_at_and_what_moved(checks, sentence):
    assert headline(*checks) == sentence


def test_a_pass_of_advice_alone_says_so():
    assert headline(check(state="pass", mode="advise"), mode="advise").startswith(
        "3.4 passes (advice only): 1 rule over 1 slice"
    )


def test_a_pass_says_what_is_excepted():
    rules = [outcome(state="pass"), outcome("hangs", "undecided", on_undecided="ignore")]
    found = headline(check(state="pass", now=907.0), check("hangs", HANG, **OPEN), rules=rules)

    assert found == "3.4 passes: 1 of 2 rules decided, 1 excepted, over 2 slices; none of them moved."


# --- partial ----------------------------------------------------------------------------------------

NEAR = {"state": "undecided", "reason": "within_noise"}


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        (
            (
                check(state="pass"),
                check("hangs", HANG, state="pass"),
                check("memory", "MEMORY/peakMemory", reason="no_data", **OPEN),
            ),
            "3.4: launch and hangs are fine (2 of 3 rules decided); memory has no data yet.",
        ),
        (
            (check(state="pass"), check("models", reason="no_baseline", **OPEN | {"now": 9.0})),
            (
                "3.4: some of launch is fine (1 of 2 rules decided); "
                "some of launch has no earlier version to compare with."
            ),
        ),
        (
            (
                check(state="pass"),
                check("hangs", HANG, before=4.0, now=5.0, **NEAR),
                check("hangs", HANG, device="iPhone15,2", before=4.0, now=9.0, **NEAR),
            ),
            "3.4: launch is fine (1 of 2 rules decided); hang rate +25% on all iPhones is within noise.",
        ),
        (
            (check(state="pass"), check("hangs", HANG, before=5.0, now=4.0, **NEAR)),
            "3.4: launch is fine (1 of 2 rules decided); the change of hangs is within noise.",
        ),
        (
            (check(state="warn", now=1000.0), check("hangs", HANG, reason="too_early", **OPEN)),
            (
                "3.4 with a warning: launch time +10.3% (907 → 1,000 ms) on all iPhones (1 of 2 rules decided); "
                "hangs have no data yet."
            ),
        ),
        (
            (
                check(state="improved", now=700.0),
                check("new", "WARMTH/coreHeat", reason="not_comparable", **OPEN),
                check("drops", "TERMINATION/onScreen", reason="thin_history", **OPEN),
            ),
            (
                "3.4: launch is fine (1 of 3 rules decided); warmth has data that can't be compared; "
                f"terminations have too few earlier versions; improved: launch time {MINUS}23% (907 → 700 ms) on all iPhones."
            ),
        ),
    ],
)
def test_what_is_decided_in_part_says_what_is_known_and_what_is_not(checks, sentence):
    assert headline(*checks) == sentence


def test_a_rule_that_the_policy_waits_for_is_named():
    waits = outcome("hangs", "undecided", reason="no_data", blocks=True)
    found = headline(
        check(state="pass"),
        check("hangs", HANG, reason="no_data", **OPEN),
        rules=[outcome(state="pass"), waits],
    )

    assert found == (
        "3.4: launch is fine (1 of 2 rules decided); hangs have no data yet; the policy waits for hangs."
    )


# --- undecided --------------------------------------------------------------------------------------

OLDER = (Point(version="3.2", value=900.0), Point(version="3.3", value=907.0))


@pytest.mark.parametrize(
    ("checks", "fields", "sentence"),
    [
        (
            (
                check(reason="too_early", history=OLDER, **OPEN),
                check("hangs", HANG, reason="no_data", **OPEN),
            ),
            {},
            "3.4 can't be judged yet: Apple has no value of it; 3.3 is the newest measured.",
        ),
        (
            (check(reason="no_data", history=(), **OPEN),),
            {},
            "3.4 can't be judged yet: Apple has no value of it.",
        ),
        (
            (check(reason="no_data", history=(), **OPEN),),
            {"candidate": ""},
            "The release can't be judged yet: Apple has measured no version of it.",
        ),
        (
            (check(state="undecided", reason="stale"),),
            {"receipt": replace(RECEIPT, fetched_at="2026-11-21T11:00:00Z")},
            "3.4 can't be judged: the data is 3 days old.",
        ),
        (
            (check(state="undecided", reason="stale"),),
            {"receipt": replace(RECEIPT, fetched_at="2026-11-22T11:00:00Z")},
            "3.4 can't be judged: the data is 49 hours old.",
        ),
        (
            (check(state="undecided", reason="stale"),),
            {"receipt": replace(RECEIPT, fetched_at="2026-11-27T11:00:00Z")},
            "3.4 can't be judged: the data claims to be from the future.",
        ),
        (
            (check(state="undecided", reason="stale"),),
            {"receipt": replace(RECEIPT, fetched_at="")},
            "3.4 can't be judged: the data is too old.",
        ),
        (
            (check(state="undecided", reason="no_baseline", before=None),),
            {},
            "3.4 can't be judged yet: no earlier version is measured to compare it with.",
        ),
        (
            (check(state="undecided", reason="thin_history"),),
            {},
            (
                "3.4 can't be judged yet: there are too few earlier versions to know how much healthy releases differ."
            ),
        ),
        (
            (
                check(state="undecided", reason="no_baseline", before=None),
                check("hangs", HANG, reason="no_data", **OPEN),
            ),
            {},
            (
                "3.4 can't be judged yet: launch has no earlier version to compare with; hangs have no data yet."
            ),
        ),
        (
            (check(**NEAR),),
            {},
            "3.4 can't be judged yet: launch time +23% on all iPhones is within noise.",
        ),
        ((check(mode="shadow"),), {}, "3.4 isn't judged: the policy enforces no rule."),
        ((), {}, "3.4 isn't judged: there is no rule."),
    ],
)
def test_what_can_not_be_judged_says_what_is_missing(checks, fields, sentence):
    assert headline(*checks, **fields) == sentence


# --- Apple's regression -----------------------------------------------------------------------------

FINE = check("hangs", HANG, state="pass", before=4.0, now=4.0)
BLIND = check(metric="LAUNCH/*", device="all_*", reason="no_data", **OPEN)


@pytest.mark.parametrize(
    ("insights", "words"),
    [
        ((insight(),), "; Apple reports a launch regression of +31% that no rule could decide"),
        ((insight(largest_change=None),), "; Apple reports a launch regression that no rule could decide"),
        (
            (insight(), insight("LAUNCH/resumeTime")),
            "; Apple reports a launch regression that no rule could decide",
        ),
        ((insight(level="note", kind="trending_up"),), ""),
        ((insight(level="note", version="3.3"),), ""),
        ((insight(HANG, level="note"),), ""),
        ((insight("DISK/diskWrites", level="note"),), ""),
    ],
)
def test_a_regression_that_apple_reports_and_no_rule_could_decide_is_said(insights, words):
    assert headline(FINE, BLIND, insights=insights) == (
        f"3.4: hangs are fine (1 of 2 rules decided){words}; launch has no data yet."
    )


def test_it_is_said_of_a_release_that_can_not_be_judged_and_of_one_that_fails():
    words = "Apple reports a launch regression of +31% that no rule could decide."

    assert headline(BLIND, insights=(insight(),)).endswith(words)
    assert headline(HANGS, BLIND, insights=(insight(),)).endswith(words)


def test_a_metric_that_a_rule_decided_is_not_left_open():
    assert "no rule could decide" not in headline(check(state="pass"), BLIND, insights=(insight(),))


# --- any result -------------------------------------------------------------------------------------


@given(results())
def test_a_headline_is_one_line_of_at_most_200_characters(made):
    sentence = tell(made).sentence

    assert 0 < len(sentence) <= 200
    assert sentence.splitlines() == [sentence]


@given(results())
def test_the_first_140_characters_of_a_fail_hold_a_metric_a_change_and_a_device(made):
    told = tell(made)
    failed = [one for one in told.incidents if one.state == "fail" and is_in_scope(one.mode, run_mode(made))]
    # A run on trial tells of rules that are in no incident; and a rule without slices has nothing but its name.
    assume(made.verdict == "fail" and run_mode(made) != "shadow" and failed and failed[0].checks)
    beginning = told.sentence[:140]
    lead = made.checks[failed[0].checks[0]]

    assert shorten(metric_words(lead.slice.category, lead.slice.metric)) in beginning
    assert shorten(device_words(lead.slice.device, lead.device_name)) in beginning
    assert lead.change is None or _size(lead) in beginning or ", above " in beginning


def _size(check):
    relative = check.change.relative
    # From zero there is no relative change.
    return f" {change(relative) if relative is not None else absolute_change(check.change.absolute, '')}"


@given(texts, st.integers(8, 60))
def test_text_that_is_shortened_ends_with_a_whole_word_and_no_open_bracket(text, limit):
    short = shorten(text, limit)

    assert len(short) <= limit
    assert not short.endswith(("(…", "[…", "<…", " …"))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("JSONDecoder.decodeCatalogue(_:from:)", 40, "JSONDecoder.decodeCatalogue(_:from:)"),
        ("JSONDecoder.decodeCatalogue(_:from:)", 34, "JSONDecoder.decodeCatalogue…"),
        ("iPad Pro 12.9-inch (6th generation)", 30, "iPad Pro 12.9-inch…"),
        ("a word and another one", 12, "a word and…"),
        ("x" * 30, 12, "x" * 11 + "…"),
        ("two\nlines", 20, "two lines"),
    ],
)
def test_text_is_shortened_at_a_word_or_a_bracket(text, limit, short):
    assert shorten(text, limit) == short


def test_a_long_name_leaves_room_for_the_fact():
    long_ = check(device="iPhone15,2", device_name="iPhone " * 40, metric="NEW/" + "veryLongMetric" * 20)
    found = headline(long_, candidate="3.4.5-beta" * 30)

    assert len(found) <= 200
    assert "+23%" in found[:140]
    assert " on iPhone iPhone" in found[:140]


def test_allowances_of_a_goal_name_it():
    crossed = check(now=907.0, line_failed=True, goal_value=900.0, allows=Allows(goal="recommended"))

    assert headline(crossed) == (
        "3.4 fails: launch time 907 ms on all iPhones, above Apple's recommended goal of 900 ms."
    )


# --- what can't come, or was not read ---------------------------------------------------------------


def partial(**fields):
    checks = (check(state="pass"), check("memory", "MEMORY/peakMemory", reason="no_data", **OPEN))
    return headline(*checks, **fields)


def test_what_can_never_come_is_not_waited_for():
    group = {"reason": "no_data", "rules": ("memory",), "checks": (1,), "sentence": "", "remedy": ""}
    never, not_yet = (UndecidedGroup(kind=kind, **group) for kind in ("never", "not_yet"))

    assert partial(undecided=(never,)).endswith("; memory has no data.")
    assert partial(undecided=(never, not_yet)).endswith("; memory has no data yet.")


def test_signatures_that_were_not_read_are_said():
    coverage = Coverage(rules=2, decided=1, missing=("memory",), unread=("signatures",))

    assert partial(coverage=coverage).endswith("; memory has no data yet; signatures could not be read.")
