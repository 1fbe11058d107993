"""Less evidence is never greener: the property that a verdict rests on, and the exceptions to it."""

import less_evidence
import pytest
from builders import NOW, UNITS, VERSIONS, facts, policy, rule, series
from hypothesis import given, settings
from hypothesis import strategies as st
from less_evidence import Case, removals
from msgspec.structs import replace

from gate.judge.run import judge
from gate.model.facts import AppleInsight, BuildSignatures, Facts, Series, Signature
from gate.policy.types import Evidence, InsightLevels, Outcome, Policy, Rule, Signatures

METRICS = {
    "LAUNCH/launchTime": ("p50", "p90"),
    "MEMORY/peakMemory": ("p50", "p90"),
    "MEMORY/memoryAtSuspension": ("p50",),
    "TERMINATION/onScreen": ("p50",),
}
DEVICES = (
    ("all_iphones",),
    ("all_iphones", "all_ipads"),
    ("all_iphones", "iPhone15,2"),
    ("all_iphones", "iPhone15,2", "iPad13,1"),
    ("iPhone15,2",),
)
CANDIDATE = VERSIONS[-1]
LEVEL = 1000.0
QUIET = (1000.0, 1004.0, 998.0, 1001.0)
MARGINS = tuple((value, 5.0) for value in QUIET)

FLAVOURS = {
    "quiet": (*QUIET, LEVEL),
    "measured": (*MARGINS, (LEVEL, 5.0)),
    "risen": (*QUIET, LEVEL * 1.6),
    "risen a little": (*QUIET, LEVEL * 1.15),
    "fallen": (*QUIET, LEVEL * 0.5),
    "gone": (*QUIET, None),
    "new": (LEVEL,),
    "after one version": (LEVEL, LEVEL * 1.6),
    "after two versions": (LEVEL, LEVEL, LEVEL * 1.6),
    "measured badly": (*MARGINS, (LEVEL, 600.0)),
    "above its line, perhaps": (*MARGINS, (LEVEL * 1.25, 400.0)),
    "without its margin": (*MARGINS, LEVEL),
    "never measured": (None,),
}
"""What a slice may show, oldest version first."""


@st.composite
def releases(draw: st.DrawFn, names: list[str]) -> Facts:
    """A release that is quiet but for a few slices, so that one slice often decides what a rule comes to."""
    devices = draw(st.sampled_from(DEVICES))
    quiet = draw(st.sampled_from(["quiet", "measured"]))
    addresses = [(name, device, p) for name in names for device in devices for p in METRICS[name]]
    flavours = st.sampled_from([*FLAVOURS, "absent", "contradictory"])
    odd = draw(st.dictionaries(st.sampled_from(addresses), flavours, min_size=1, max_size=2))
    slices = [
        dataset(*address, odd.get(address, quiet)) for address in addresses if odd.get(address) != "absent"
    ]
    build = BuildSignatures(build_id="b", version=CANDIDATE, signatures=(signature("f"),))
    older = BuildSignatures(build_id="a", version=VERSIONS[-2])
    return facts(
        *slices,
        candidate_version=CANDIDATE,
        insights=draw(st.sampled_from([(), (), (insight(names[0]),)])),
        candidate_signatures=draw(st.sampled_from([replace(build, signatures=()), build, None])),
        baseline_signatures=draw(st.sampled_from([older, None])),
        fetched_at=draw(st.sampled_from([NOW] * 19 + [NOW - 90 * 86400.0])),
    )


def dataset(name: str, device: str, percentile: str, flavour: str) -> Series:
    return series(
        name,
        FLAVOURS["quiet" if flavour == "contradictory" else flavour],
        device=device,
        percentile=percentile,
        recommended=LEVEL * 1.2,
        problem="Apple sent 3.4 twice" if flavour == "contradictory" else "",
    )


def signature(name: str) -> Signature:
    return Signature(id=name, type="HANGS", text=f"{name}()", weight=0.5)


def insight(name: str) -> AppleInsight:
    category, _, metric = name.partition("/")
    return AppleInsight(kind="regression", category=category, metric=metric, latest_version=CANDIDATE)


LINES = (
    {"fail": "> +10%"},
    {"fail": "> +30%", "warn": "> +10%"},
    {"warn": "> +10%"},
    {"limit": "<= 1200 {unit}"},
    {"goal": "recommended"},
    {"fail": "> +10%", "limit": "<= 1200 {unit}"},
)


@st.composite
def rules(draw: st.DrawFn, metric: str, number: int) -> Rule:
    unit = UNITS[metric.partition("/")[0]]
    lines = {key: text.format(unit=unit) for key, text in draw(st.sampled_from(LINES)).items()}
    return rule(
        metric,
        name=f"rule-{number}",
        percentile=draw(st.sampled_from(["any", "any", "any", "p50"])),
        device=draw(st.sampled_from(["any", "any", "all_*", "iP*"])),
        mode=draw(st.sampled_from(["enforce", "enforce", "enforce", "advise", "shadow"])),
        on_undecided=draw(st.sampled_from([None, None, None, "block", "note", "ignore"])),
        **lines,
    )


@st.composite
def policies(draw: st.DrawFn, names: list[str]) -> Policy:
    levels = st.sampled_from(["ignore", "note", "warn", "fail"])
    effect = st.sampled_from(["block", "block", "note"])
    return policy(
        *(draw(rules(name, number)) for number, name in enumerate(names)),
        mode=draw(st.sampled_from(["enforce", "enforce", "enforce", "advise"])),
        insights=InsightLevels(regressions=draw(levels)),
        signatures=Signatures(new=draw(levels), max_weight=draw(st.sampled_from([None, None, 0.4]))),
        outcomes={"default": Outcome(fail=draw(effect), undecided=draw(effect))},
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Policy, Facts]:
    """A policy with a rule or two, and a release that they are about."""
    names = draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=2, unique=True))
    globs = [f"{name.partition('/')[0]}/*" for name in names]
    ruled = st.lists(st.sampled_from([*names, *globs]), min_size=1, max_size=2)
    return draw(policies(draw(ruled))), draw(releases(names))


@settings(max_examples=100, deadline=None)
@given(cases())
def test_less_evidence_is_never_greener(case):
    policy, release = case
    before = judge(policy, release, now=NOW)

    for removal in removals(release, CANDIDATE):
        pair = Case(policy, removal, before, judge(policy, removal.facts, now=NOW))
        assert not less_evidence.greener(pair), (removal.kind, removal.keys)
        assert not less_evidence.stops_blocking(pair), (removal.kind, removal.keys)


# --- the exceptions, one by one -----------------------------------------------------------------------

LAUNCH = "LAUNCH/launchTime"


def slice_of(candidate=LEVEL, *, name=LAUNCH, earlier=QUIET, **fields):
    return series(name, (*earlier, candidate), **fields)


def release(*slices, **fields):
    return facts(*slices, **({"candidate_version": CANDIDATE, "fetched_at": NOW} | fields))


ANY = rule(LAUNCH, name="launch", fail="> +10%")
EXAMPLES = {
    "A single model, or its margin, under a rule about change": (
        policy(ANY),
        release(slice_of(), slice_of(LEVEL * 1.6, device="iPhone15,2")),
        ("point of the candidate", "iPhone15,2", "p50"),
    ),
    "A point or margin of an earlier version": (
        policy(ANY),
        release(slice_of(earlier=(*[LEVEL] * 7, LEVEL * 0.7))),
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
        release(slice_of((LEVEL, 600.0), earlier=(*QUIET[:2], *MARGINS[2:]))),
        ("margin of the candidate", "all_iphones", "p50"),
    ),
    "A dataset that nothing else tells of": (
        policy(ANY),
        release(slice_of(), slice_of(LEVEL * 1.6, percentile="p90")),
        ("dataset", "all_iphones", "p90"),
    ),
    "Anything of a rule that says `on_undecided: ignore`": (
        policy(ANY, rule("HANG/hangRate", fail="> +10%", on_undecided="ignore")),
        release(slice_of(), slice_of(LEVEL * 1.6, name="HANG/hangRate")),
        ("category", "all_iphones", "p50"),
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
            candidate_signatures=BuildSignatures(
                build_id="b", version=CANDIDATE, signatures=(signature("f"),)
            ),
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


def test_every_exception_has_an_example():
    assert tuple(EXAMPLES) == less_evidence.EXCEPTIONS
