"""Less evidence is never greener: the property that a verdict rests on, and the exceptions to it."""

import re
from pathlib import Path

import less_evidence
import pytest
from builders import NOW, VERSIONS, facts, policy, rule, series
from hypothesis import given, settings
from hypothesis import strategies as st
from less_evidence import Case, removals
from msgspec.structs import replace

from gate.judge.run import judge
from gate.model.facts import AppleInsight, BuildSignatures, Facts, Series, Signature
from gate.policy.types import Evidence, InsightLevels, Outcome, Policy, Signatures

METRICS = {
    "LAUNCH/launchTime": ("p50", "p90"),
    "MEMORY/peakMemory": ("p50", "p90"),
    "MEMORY/memoryAtSuspension": ("p50", "p90"),
    "TERMINATION/onScreen": ("p50",),
}
DEVICES = ("all_iphones", "all_ipads", "iPhone15,2", "iPhone16,1", "iPad13,1")
CANDIDATE = VERSIONS[-1]
LEVEL = 1000.0


@st.composite
def datasets(draw: st.DrawFn, name: str, device: str, percentile: str) -> Series:
    """A slice that is quiet up to a candidate which rose, fell, stayed or is not measured."""
    count = draw(st.sampled_from([8] * 8 + [0, 1, 2, 4]))
    wobble = draw(st.sampled_from([0.0, 0.004]))
    earlier = [LEVEL * (1.0 + wobble * (-1) ** place) for place in range(count)]
    # Mostly quiet, so that one slice often decides what a rule comes to.
    factor = draw(st.sampled_from([1.0] * 12 + [1.02, 1.6, 1.6, 0.5, None]))
    margins = draw(st.sampled_from(["none"] * 6 + ["all"] * 6 + ["earlier", "wide"]))
    width = None if margins == "none" else 5.0
    last = {"none": None, "all": 5.0, "earlier": None, "wide": 600.0}[margins]
    values = [(value, width) for value in earlier]
    return series(
        name,
        [*values, None if factor is None else (LEVEL * factor, last)],
        device=device,
        percentile=percentile,
        recommended=draw(st.sampled_from([LEVEL * 1.2] * 9 + [None])),
        problem=draw(st.sampled_from([""] * 19 + ["Apple sent 3.4 twice"])),
        unit={"LAUNCH": "ms", "MEMORY": "MB", "TERMINATION": "/day"}[name.partition("/")[0]],
    )


@st.composite
def releases(draw: st.DrawFn) -> Facts:
    names = draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=3, unique=True))
    devices = draw(st.lists(st.sampled_from(DEVICES), min_size=1, max_size=4, unique=True))
    # A whole payload now and then lacks a slice, as Apple's do.
    slices = [
        draw(datasets(name, device, percentile))
        for name in names
        for device in devices
        for percentile in METRICS[name]
        if draw(st.integers(0, 19))
    ]
    build = BuildSignatures(
        build_id="b",
        version=CANDIDATE,
        signatures=tuple(draw(st.lists(st.sampled_from([signature("f"), signature("g")]), unique=True))),
    )
    older = draw(st.sampled_from([None, BuildSignatures(build_id="a", version=VERSIONS[-2])]))
    return facts(
        *slices,
        candidate_version=CANDIDATE,
        insights=tuple(draw(st.lists(st.sampled_from([insight(name) for name in METRICS]), max_size=2))),
        candidate_signatures=draw(st.sampled_from([None, build])),
        baseline_signatures=older,
        fetched_at=draw(st.sampled_from([NOW] * 9 + [NOW - 90 * 86400.0])),
    )


def signature(name: str) -> Signature:
    return Signature(id=name, type="HANGS", text=f"{name}()", weight=0.5)


def insight(name: str) -> AppleInsight:
    category, _, metric = name.partition("/")
    return AppleInsight(kind="regression", category=category, metric=metric, latest_version=CANDIDATE)


@st.composite
def rules(draw: st.DrawFn, number: int):
    unit = st.sampled_from
    metric = draw(unit([*METRICS, "MEMORY/*", "*/*"]))
    line = draw(unit([{"fail": "> +10%"}, {"fail": "> +30%", "warn": "> +10%"}, {"warn": "> +5%"}, {}]))
    absolute = {"LAUNCH": "<= 1200 ms", "MEMORY": "<= 1200 MB", "TERMINATION": "<= 1200 /day"}
    limit = absolute.get(metric.partition("/")[0], "<= 1200 ms")
    lines = draw(unit([{}, {"limit": limit}, {"goal": "recommended"}]))
    return rule(
        metric,
        name=f"rule-{number}",
        percentile=draw(unit(["any", "any", "p50", "p90"])),
        device=draw(unit(["any", "any", "all_*", "iPhone*", "all_iphones"])),
        mode=draw(unit(["enforce", "enforce", "enforce", "advise", "shadow"])),
        on_undecided=draw(unit([None, None, "block", "note", "warn", "ignore"])),
        **({"fail": "> +10%"} if not line and not lines else line | lines),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    levels = st.sampled_from(["ignore", "note", "warn", "fail"])
    count = draw(st.integers(1, 3))
    return policy(
        *(draw(rules(number)) for number in range(count)),
        mode=draw(st.sampled_from(["enforce", "enforce", "advise"])),
        insights=InsightLevels(regressions=draw(levels), high_impact=draw(levels)),
        signatures=Signatures(
            new=draw(levels), growing=draw(levels), max_weight=draw(st.sampled_from([None, 0.4]))
        ),
        outcomes={
            "default": Outcome(
                fail=draw(st.sampled_from(["block", "note"])), undecided=draw(st.sampled_from(["block", "note"]))
            )
        },
    )


@settings(max_examples=60, deadline=None)
@given(policies(), releases(), st.lists(st.integers(0, 999), min_size=8, max_size=8))
def test_less_evidence_is_never_greener(policy, release, places):
    before = judge(policy, release, now=NOW)
    every = list(removals(release, CANDIDATE))

    for removal in (every[place % len(every)] for place in places):
        case = Case(policy, removal, before, judge(policy, removal.facts, now=NOW))
        assert not less_evidence.greener(case), (removal.kind, removal.keys)
        assert not less_evidence.stops_blocking(case), (removal.kind, removal.keys)


# --- the exceptions, one by one -----------------------------------------------------------------------

QUIET = (LEVEL,) * 8
LAUNCH = "LAUNCH/launchTime"


def slice_of(candidate=LEVEL, *, name=LAUNCH, earlier=QUIET, **fields):
    return series(name, (*earlier, candidate), **fields)


def release(*slices, **fields):
    return facts(*slices, **({"candidate_version": CANDIDATE, "fetched_at": NOW} | fields))


ANY = rule(LAUNCH, name="launch", fail="> +10%")
MARGINS = tuple((LEVEL, 5.0) for _ in range(8))

EXAMPLES = {
    "A single model": (
        policy(ANY),
        release(slice_of(), slice_of(LEVEL * 1.6, device="iPhone15,2")),
        ("point of the candidate", "iPhone15,2", "p50"),
    ),
    "A point or margin of an earlier version": (
        policy(ANY),
        release(slice_of(earlier=(*QUIET[:7], LEVEL * 0.7))),
        ("point of an earlier version", "all_iphones", "p50"),
    ),
    "Anything of a slice that the rule does not select": (
        policy(replace(ANY, selector=replace(ANY.selector, percentile="p50"))),
        release(
            slice_of(earlier=(900.0, 1040.0, 920.0, 1030.0, 940.0, 1010.0, 950.0, 1000.0)),
            slice_of(percentile="p90", earlier=(500.0, 1950.0, 520.0, 1910.0, 570.0, 1900.0, 540.0, 1880.0)),
        ),
        ("dataset", "all_iphones", "p90"),
    ),
    "The candidate's margin, where earlier versions lack some too": (
        policy(ANY),
        release(slice_of((LEVEL, 600.0), earlier=(*QUIET[:4], *MARGINS[4:]))),
        ("margin of the candidate", "all_iphones", "p50"),
    ),
    "A dataset that nothing else tells of": (
        policy(ANY),
        release(slice_of(), slice_of(LEVEL * 1.6, percentile="p90")),
        ("dataset", "all_iphones", "p90"),
    ),
    "One of Apple's insights": (
        policy(ANY, insights=InsightLevels(regressions="fail")),
        release(slice_of(), insights=(insight(LAUNCH),)),
        ("insight",),
    ),
    "A signature": (
        policy(ANY, signatures=Signatures(new="fail")),
        release(
            slice_of(),
            candidate_signatures=BuildSignatures(build_id="b", version=CANDIDATE, signatures=(signature("f"),)),
            baseline_signatures=BuildSignatures(build_id="a", version=VERSIONS[-2]),
        ),
        ("signature",),
    ),
    "The time of fetching": (
        policy(ANY),
        release(slice_of(), fetched_at=NOW - 90 * 86400.0),
        ("time of fetching",),
    ),
    "The only point of a candidate that nobody named": (
        policy(ANY),
        release(slice_of(LEVEL * 1.6), candidate_version=""),
        ("point of the candidate", "all_iphones", "p50"),
    ),
    "The last point of a metric that may lag": (
        policy(ANY, evidence=Evidence(lagging="own_newest")),
        release(slice_of(LEVEL * 1.6), slice_of(name="HANG/hangRate")),
        ("point of the candidate", "all_iphones", "p50"),
    ),
}
"""A policy, a release and the removals, for each exception: by kind, device and percentile."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_exception_is_still_needed(name):
    policy, release, (kind, *address) = EXAMPLES[name]
    before = judge(policy, release, now=NOW)
    results = [
        judge(policy, removal.facts, now=NOW)
        for removal in removals(release, CANDIDATE)
        if removal.kind == kind
        and (not address or [removal.keys[0].device, removal.keys[0].percentile] == address)
    ]

    assert before.verdict != "pass"
    assert "pass" in [after.verdict for after in results]


def test_the_page_lists_every_exception():
    page = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text(encoding="utf-8")
    table = page.partition("| what may be missing and make a verdict greener |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| ([^|]+?) \|", table, flags=re.MULTILINE)[1:]

    assert listed == list(EXAMPLES)
    assert {one.name for one in less_evidence.EXEMPTIONS} | set(less_evidence.FINDINGS.values()) <= set(listed)
