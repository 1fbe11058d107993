"""Results made by hand, and at random, for the tests of what is told about them."""

from collections import Counter
from typing import Any

from hypothesis import strategies as st

from gate.model.catalogue import CATEGORIES
from gate.model.facts import Frame, SliceKey
from gate.model.result import (
    Allows,
    Baseline,
    Candidate,
    Change,
    Check,
    Coverage,
    InsightFinding,
    Point,
    Receipt,
    Result,
    RuleOutcome,
    SignatureFinding,
    SourcePlace,
    Suspect,
)
from gate.model.states import STATES

LAUNCH, HANG, DISK = "LAUNCH/launchTime", "HANG/hangRate", "DISK/diskWrites"
UNITS = {"LAUNCH": "ms", "HANG": "s/h", "MEMORY": "MB", "DISK": "MB/day", "STORAGE": "MB"}
RECEIPT = Receipt(
    tool="appstore-gate 0",
    policy_sha256="",
    snapshot_sha256="",
    judged_at="2026-11-24T12:00:00Z",
    fetched_at="2026-11-24T11:00:00Z",
)


def check(rule="launch", metric=LAUNCH, device="all_iphones", percentile="p50", **fields: Any) -> Check:
    """A slice that failed; ``before`` and ``now`` are its sides, None for one that is missing."""
    category, _, name = metric.partition("/")
    before, now = fields.pop("before", 907.0), fields.pop("now", 1118.0)
    history = [Point(version="3.3", value=before)] if before is not None else []
    both = before is not None and now is not None
    made: dict[str, Any] = {
        "rule": rule,
        "slice": SliceKey(
            platform="iOS", category=category, metric=name, device=device, percentile=percentile
        ),
        "state": "fail",
        "mode": "enforce",
        "baseline": None if before is None else Baseline(versions=("3.2", "3.3"), value=before),
        "candidate": None if now is None else Candidate(version="3.4", value=now),
        "change": Change(relative=now / before - 1 if before else None, absolute=now - before)
        if both
        else None,
        "unit": UNITS.get(category, ""),
        "sentence": "",
        "history": tuple(history),
        "p_value": 1e-6,
    }
    return Check(**made | fields)


def outcome(name="launch", state="fail", **fields: Any) -> RuleOutcome:
    """A rule's outcome that blocks when it fails."""
    made: dict[str, Any] = {
        "id": name,
        "state": state,
        "mode": "enforce",
        "sentence": "",
        "blocks": state == "fail" and fields.get("mode", "enforce") == "enforce",
    }
    return RuleOutcome(**made | fields)


def insight(metric=LAUNCH, **fields: Any) -> InsightFinding:
    """A regression of 3.4 by Apple, at the level of a warning."""
    made: dict[str, Any] = {
        "kind": "regression",
        "level": "warn",
        "slice_name": metric,
        "version": "3.4",
        "high_impact": None,
        "largest_change": 0.31,
        "reference_versions": ("3.3",),
        "agreement": "",
        "sentence": "Apple says so.",
        "summary": "",
        "devices": ("all_iphones",),
    }
    return InsightFinding(**made | fields)


def signature(kind="LAUNCHES", **fields: Any) -> SignatureFinding:
    """A new signature that blames a line."""
    made: dict[str, Any] = {
        "type": kind,
        "id": "s",
        "text": "App: Start.run() + 12",
        "name": "Start.run()",
        "level": "warn",
        "change": "new",
        "rank": 1,
        "weight": 0.4,
        "baseline_weight": None,
        "direction": "",
        "sentence": "It causes 40%.",
        "blame": (Frame(depth=1, symbol="Coder.decode()", file="Coder.swift", line=56, blame=True),),
        "blame_kind": "blame",
    }
    return SignatureFinding(**made | fields)


def suspect(number=421, touched="function", **fields: Any) -> Suspect:
    """A commit of a pull request."""
    made: dict[str, Any] = {
        "commit": f"{number:040x}",
        "subject": "Decode it",
        "author": "Kim",
        "date": "2026-07-12T10:00:00Z",
        "touched": touched,
        "pull_request": number,
    }
    return Suspect(**made | fields)


def source(*suspects: Suspect, **fields: Any) -> SourcePlace:
    """The blamed line in the repository."""
    made: dict[str, Any] = {
        "frame": Frame(depth=1, symbol="Coder.decode()", file="Coder.swift", line=56),
        "path": "Sources/Coder.swift",
        "line": 56,
        "owners": ("@app/core",),
        "suspects": suspects,
    }
    return SourcePlace(**made | fields)


def result(*checks: Check, mode: str = "enforce", **fields: Any) -> Result:
    """A result over checks; its rules, if none are given, are in the worst state of their checks."""
    rules = fields.pop("rules", None) or _rules(checks)
    modes = ("enforce", "advise", "shadow")
    scope = [rule for rule in rules if modes.index(rule.mode) <= modes.index(mode)]
    decided = [rule for rule in scope if rule.state != "undecided"]
    levels = [one.level for one in (*fields.get("insights", ()), *fields.get("signatures", ()))]
    fails = "fail" in levels or any(rule.state == "fail" for rule in scope)
    missing = tuple(rule.id for rule in scope if rule.state == "undecided" and rule.on_undecided != "ignore")
    verdict = "fail" if fails else "undecided" if not decided else "partial" if missing else "pass"
    blocks = fails and mode == "enforce"
    states = Counter(one.state for one in checks)
    made: dict[str, Any] = {
        "verdict": verdict,
        "blocks": blocks,
        "exit_code": int(blocks),
        "sentence": "",
        "app": "com.example.photos",
        "candidate": "3.4",
        "counts": {state: states[state] for state in STATES},
        "reasons": {},
        "rule_counts": {},
        "rules": tuple(rules),
        "checks": checks,
        "insights": (),
        "signatures": (),
        "notes": (),
        "drift": (),
        "receipt": RECEIPT,
        "coverage": Coverage(
            rules=len(scope),
            decided=len(decided),
            excepted=len(scope) - len(decided) - len(missing),
            missing=missing,
        ),
    }
    return Result(**made | fields)


def _rules(checks):
    found = {}
    for one in checks:
        found.setdefault(one.rule, []).append(one)
    return [
        outcome(
            name,
            min((one.state for one in own), key=STATES.index),
            mode=own[0].mode,
            reason=next((one.reason for one in own if one.reason), None),
        )
        for name, own in found.items()
    ]


# --- at random --------------------------------------------------------------------------------------

HOSTILE = (
    "",
    "; ",
    "two\nlines",
    "a" * 300,
    "iPhone 14 Pro (second series) " * 5,
    "f(<[{" * 40,
    "(((((",
    "\x1b[31m red \u202e",
    "\ud800",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))
values = st.floats(min_value=0, max_value=1e16, allow_nan=False)
states = st.sampled_from(("pass", "improved", "warn", "fail", "undecided"))
metrics = st.sampled_from([f"{name}/{metric}" for name, one in CATEGORIES.items() for metric in one.metrics])
devices = st.one_of(st.sampled_from(("all_iphones", "all_ipads", "iPhone15,2", "iPad13,18")), texts)
reasons = st.sampled_from(("no_data", "no_baseline", "thin_history", "stale", "too_early", "within_noise"))
modes = st.sampled_from(("enforce", "advise", "shadow"))
levels = st.sampled_from(("note", "warn", "fail"))


@st.composite
def _checks(draw, rule, mode):
    state = draw(states)
    is_measured = state != "undecided" or draw(st.booleans())
    return check(
        rule,
        draw(st.one_of(metrics, st.builds("{}/{}".format, texts, texts))),
        draw(devices),
        draw(st.sampled_from(("p50", "p90", "any"))),
        state=state,
        mode=mode,
        reason=draw(reasons) if state == "undecided" else None,
        before=draw(values) if is_measured else None,
        now=draw(values) if is_measured else None,
        device_name=draw(st.one_of(st.just(""), texts)),
        unit=draw(st.one_of(st.sampled_from(("ms", "%/day", "")), texts)),
        p_value=draw(st.one_of(st.none(), st.floats(min_value=0, max_value=1))),
        line_failed=state == "fail" and draw(st.booleans()),
        limit_value=draw(st.one_of(st.none(), values)),
        goal_value=draw(st.one_of(st.none(), values)),
        allows=draw(st.sampled_from((Allows(), Allows(goal="recommended"), Allows(goal="fair")))),
    )


@st.composite
def _ruled(draw, name):
    """A rule with its checks; it may fail without any of them, as an average does."""
    mode = draw(modes)
    checks = draw(st.lists(_checks(name, mode), max_size=4))
    worst = min((one.state for one in checks), key=STATES.index, default="undecided")
    state = draw(st.sampled_from((worst, "fail", "warn"))) if worst in ("undecided", "pass") else worst
    reason = draw(reasons) if state == "undecided" else None
    on_undecided = draw(st.sampled_from(("note", "block", "ignore")))
    return outcome(name, state, mode=mode, reason=reason, on_undecided=on_undecided), checks


@st.composite
def _insights(draw):
    return insight(
        draw(metrics),
        kind=draw(st.sampled_from(("regression", "trending_up"))),
        level=draw(levels),
        version=draw(st.sampled_from(("3.4", "3.4.0", "3.3", ""))),
        largest_change=draw(st.one_of(st.none(), st.floats(min_value=0, max_value=1e6))),
        devices=tuple(draw(st.lists(devices, max_size=4))),
    )


@st.composite
def _signatures(draw):
    frames = st.builds(
        Frame, depth=st.just(0), symbol=texts, file=texts, line=st.one_of(st.none(), st.just(7))
    )
    return signature(
        draw(st.sampled_from(("HANGS", "LAUNCHES", "DISK_WRITES", "NEWER"))),
        level=draw(levels),
        change=draw(st.sampled_from(("new", "grown", "same", "shrunk", "unknown"))),
        name=draw(texts),
        text=draw(texts),
        weight=draw(st.one_of(st.none(), st.floats(min_value=0, max_value=1))),
        baseline_weight=draw(st.one_of(st.none(), st.floats(min_value=0, max_value=1))),
        blame=tuple(draw(st.lists(frames, max_size=2))),
        source=draw(
            st.one_of(
                st.none(),
                st.builds(source, st.builds(suspect, touched=st.sampled_from(("function", "file")))),
            )
        ),
    )


@st.composite
def results(draw):
    """Any result that a judgement or a stranger could make."""
    ruled = [draw(_ruled(f"rule-{number}")) for number in range(draw(st.integers(0, 4)))]
    return result(
        *(one for _, checks in ruled for one in checks),
        mode=draw(modes),
        rules=[rule for rule, _ in ruled],
        insights=tuple(draw(st.lists(_insights(), max_size=3))),
        signatures=tuple(draw(st.lists(_signatures(), max_size=3))),
        candidate=draw(st.sampled_from(("3.4", "", "3.4" * 50, "(((((" * 20))),
    )
