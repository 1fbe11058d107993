"""Results made by hand, for every test of a report.

`check`, `rule`, `insight`, `signature` and `result` have sensible defaults, so that a test names only what it is
about; `result` counts what it is given. The scenes at the end are what the expected files show.
"""

from collections import Counter
from typing import Any

from msgspec.structs import replace

from gate.model.facts import DiagnosticNote, Frame, SliceKey, VersionValue
from gate.model.result import (
    AllowedRise,
    Allows,
    Baseline,
    BlamedPlace,
    CallNode,
    CallTree,
    Candidate,
    Change,
    Check,
    Coverage,
    Incident,
    InsightFinding,
    Point,
    Receipt,
    Result,
    RuleOutcome,
    SignatureFinding,
    SourcePlace,
    Suspect,
    UndecidedGroup,
    WaiverInUse,
    WaiverStatus,
)
from gate.model.states import STATES
from gate.text import numbers

RECEIPT = Receipt(
    tool="appstore-gate 0.1.0",
    policy_sha256="3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed",
    snapshot_sha256="89e6c98d92887913cadf06b2adb97f26cde4849b89e6c98d92887913cadf06b2",
    judged_at="2026-11-23T12:00:00Z",
    fetched_at="2026-11-23T11:58:41Z",
)


def key(metric: str = "LAUNCH/launchTime", device: str = "all_iphones", percentile: str = "p50") -> SliceKey:
    """A slice on iOS."""
    category, name = metric.split("/")
    return SliceKey(platform="iOS", category=category, metric=name, device=device, percentile=percentile)


def check(
    rule: str = "launch-typical",
    *,
    before: float | None = 907.0,
    now: float | None = 1118.0,
    earlier: tuple[float, ...] = (921.0, 899.0, 905.0, 903.0),
    **changes: Any,
) -> Check:
    """A check of 3.4 against 3.0 to 3.3; sides that are None are missing."""
    versions = tuple(f"3.{minor}" for minor in range(len(earlier)))
    points = [Point(version=v, value=x, error_margin=x / 100) for v, x in zip(versions, earlier, strict=True)]
    if now is not None:
        points.append(Point(version="3.4", value=now, error_margin=now / 80))
    both = before is not None and now is not None
    fields: dict[str, Any] = {
        "rule": rule,
        "slice": key(),
        "state": "fail",
        "mode": "enforce",
        "baseline": None
        if before is None
        else Baseline(versions=versions, value=before, error_margin=before / 100),
        "candidate": None if now is None else Candidate(version="3.4", value=now, error_margin=now / 80),
        "change": Change(relative=now / before - 1 if before else None, absolute=now - before)
        if both
        else None,
        "unit": "ms",
        "allowed": "fail > +10% and > +80 ms",
        "allows": Allows(
            fail=AllowedRise(relative=0.1, absolute=80.0, unit="ms", text="> +10% and > +80 ms")
        ),
        "sentence": f"{rule} has a sentence.",
        "history": tuple(points),
    }
    return Check(**fields | changes)


def rule(id_: str = "launch-typical", **changes: Any) -> RuleOutcome:
    """A failed rule that blocks."""
    fields: dict[str, Any] = {
        "id": id_,
        "state": "fail",
        "mode": "enforce",
        "sentence": f"{id_} has a sentence.",
        "blocks": changes.get("state", "fail") == "fail",
        "checks": 1,
    }
    return RuleOutcome(**fields | changes)


def waiver(**changes: Any) -> WaiverInUse:
    """A waiver of fifteen percent."""
    fields: dict[str, Any] = {"up_to": 0.15, "until": "2026-11-30", "days_left": 7, "reason": "Known."}
    return WaiverInUse(**fields | changes)


def waiver_status(**changes: Any) -> WaiverStatus:
    """A waiver of the policy that keeps memory-peak from failing."""
    fields: dict[str, Any] = {
        "kind": "rule",
        "target": "memory-peak",
        "state": "in_force",
        "up_to": "+10%",
        "until": "2026-11-30",
        "days_left": 7,
        "reason": "The grid is rewritten in 3.5.",
        "sentence": "memory-peak is waived up to +10% until 2026-11-30 (7 days left); now +8.3%, 1.7 points of headroom: The grid is rewritten in 3.5.",
    }
    return WaiverStatus(**fields | changes)


def incident(**changes: Any) -> Incident:
    """A slower launch that blocks, found by one rule in its first slice."""
    fields: dict[str, Any] = {
        "kind": "rise",
        "state": "fail",
        "mode": "enforce",
        "blocks": changes.get("state", "fail") == "fail",
        "category": "LAUNCH",
        "title": "launch time +23% (907 → 1,118 ms) on all iPhones",
        "sentence": "Launch time p50 on all iPhones is 1,118 ms in 3.4 against the mean of 3.0 to 3.3, far outside what this app's releases show.",
        "rules": ("launch-typical",),
        "checks": (0,),
    }
    return Incident(**fields | changes)


def group(**changes: Any) -> UndecidedGroup:
    """A slice that Apple has no value of yet."""
    fields: dict[str, Any] = {
        "kind": "not_yet",
        "reason": "no_data",
        "rules": ("launch-typical",),
        "checks": (0,),
        "sentence": "Apple has no value for 3.4 yet.",
        "remedy": "Such data came 6 days after a release before.",
    }
    return UndecidedGroup(**fields | changes)


def insight(**changes: Any) -> InsightFinding:
    """One of Apple's insights, at the level of a warning."""
    fields: dict[str, Any] = {
        "kind": "regression",
        "level": "warn",
        "slice_name": "HANG/hangRate",
        "version": "3.4",
        "high_impact": True,
        "largest_change": 0.31,
        "reference_versions": ("3.0", "3.1", "3.2", "3.3"),
        "agreement": "The gate could not decide it.",
        "sentence": "Apple says that hang rate regressed in 3.4 by up to +31%, compared with the mean of 4 earlier versions.",
        "summary": "Hang rate for version 3.4 is higher than the average of recent versions.",
    }
    return InsightFinding(**fields | changes)


def signature(**changes: Any) -> SignatureFinding:
    """A new signature with a blamed frame."""
    fields: dict[str, Any] = {
        "type": "HANGS",
        "id": "sig-1",
        "text": "Photos: -[ThumbnailCache decodeImage:] + 412",
        "level": "warn",
        "change": "new",
        "rank": 1,
        "weight": 0.41,
        "baseline_weight": None,
        "direction": "UP",
        "sentence": "It accounts for 41% of hang reports and was not seen in 3.3. Apple sees it rising.",
        "references": (VersionValue(version="3.3", value=0.0),),
        "blame": (
            Frame(depth=3, symbol="-[GridController reload]", binary="Photos", samples=80, blame=True),
            Frame(
                depth=5,
                symbol="-[ThumbnailCache decodeImage:]",
                binary="Photos",
                file="ThumbnailCache.m",
                line=218,
                samples=77,
                blame=True,
            ),
        ),
        "blame_kind": "blame",
    }
    return SignatureFinding(**fields | changes)


def source(**changes: Any) -> SourcePlace:
    """The line of a signature in the repository, with an owner and a suspect."""
    fields: dict[str, Any] = {
        "frame": Frame(depth=5, symbol="-[ThumbnailCache decodeImage:]", file="ThumbnailCache.m", line=218),
        "path": "Sources/Grid/ThumbnailCache.m",
        "line": 218,
        "revision": "v3.4",
        "url": "https://github.com/acme/photos/blob/v3.4/Sources/Grid/ThumbnailCache.m#L218",
        "owners": ("@acme/grid",),
        "suspects": (
            Suspect(
                commit="9fceb02d0ae598e95dc970b74767f19372d61af8",
                subject="Decode thumbnails at full size (#421)",
                author="Robin Okafor",
                date="2026-10-12T09:30:00+02:00",
                touched="function",
                pull_request=421,
                url="https://github.com/acme/photos/pull/421",
            ),
            Suspect(
                commit="a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                subject="Rename the cache",
                author="Kim Fischer",
                date="2026-10-02T16:00:00+02:00",
                touched="file",
            ),
        ),
    }
    return SourcePlace(**fields | changes)


def tree() -> CallTree:
    """A call tree of three functions."""
    nodes = (
        CallNode(
            depth=0, name="main", binary="Photos", samples=100, file="main.m", line=12, own=True, path=True
        ),
        CallNode(depth=1, name="-[GridController reload]", binary="Photos", samples=80, own=True, path=True),
        CallNode(depth=1, name="CFRunLoopRun", binary="CoreFoundation", samples=20),
    )
    return CallTree(logs=2, samples=100, nodes=nodes)


def result(**changes: Any) -> Result:
    """A result of an enforcing run that counts its own checks and rules."""
    rules = [one for one in changes.get("rules", ()) if one.mode == "enforce"]
    silent = [one for one in rules if one.state == "undecided"]
    missing = tuple(one.id for one in silent if one.on_undecided != "ignore")
    checks = [one for one in changes.get("checks", ()) if one.mode != "shadow"]
    states = Counter(one.state for one in checks)
    rule_states = Counter(one.state for one in changes.get("rules", ()) if one.mode != "shadow")
    fields: dict[str, Any] = {
        "verdict": "pass",
        "blocks": False,
        "exit_code": 0,
        "sentence": "3.4 passes.",
        "app": "com.example.photos",
        "candidate": "3.4",
        "counts": {state: states[state] for state in STATES},
        "reasons": dict(sorted(Counter(one.reason for one in checks if one.reason).items())),
        "rule_counts": {state: rule_states[state] for state in STATES},
        "rules": (),
        "checks": (),
        "insights": (),
        "signatures": (),
        "notes": (),
        "drift": (),
        "receipt": RECEIPT,
        "coverage": Coverage(
            rules=len(rules),
            decided=len(rules) - len(silent),
            excepted=len(silent) - len(missing),
            missing=missing,
        ),
    }
    return Result(**fields | changes)


def regressed() -> Result:
    """A release with a slower launch, a warning, undecided hangs and a new signature."""
    launch = (
        "Launch time p50 on all iPhones rose from 907 ms (mean of 3.0 to 3.3) to 1,118 ms in 3.4, +23%; passes at 997 ms "
        "or less (allowed: +10%, and at least +80 ms). Only 1 in 400 healthy releases would show this much anywhere, if "
        "they differ as earlier ones did."
    )
    memory = (
        "Peak memory p90 on all iPads rose from 412 MB (mean of 3.0 to 3.3) to 446 MB in 3.4, +8.3%; passes at 432 MB or "
        "less (warning above +5%). Only 1 in 90 healthy releases would show this much anywhere, if they differ as earlier "
        "ones did."
    )
    hang = (
        "Hang rate p50 on all iPhones rose from 4.1 s/h (mean of 3.0 to 3.3) to 5.37 s/h in 3.4, +31%; allowed: up to "
        "4.51 s/h (+10%). This is within noise; only +46% or more would be conclusive."
    )
    writes = (
        "Apple has no value of logical writes p90 on all iPads for 3.4. The newest version measured is 3.3."
    )
    iphone = {"slice": key(device="iPhone15,2"), "device_name": "iPhone 14 Pro"}
    peak = {
        "unit": "MB",
        "allowed": "warn > +5%; fail > +10%",
        "allows": Allows(
            warn=AllowedRise(relative=0.05, text="> +5%"), fail=AllowedRise(relative=0.1, text="> +10%")
        ),
    }
    checks = (
        check(sentence=launch, p_value=0.0025, allowed_value=997.7, passes_at=997.0),
        check(
            before=1630.0,
            now=2000.0,
            earlier=(1650.0, 1610.0, 1622.0, 1641.0),
            p_value=0.0031,
            slice=key(percentile="p90"),
        ),
        check(before=702.0, now=1005.0, earlier=(699.0, 711.0, 690.0, 708.0), p_value=0.004, **iphone),
        check(
            before=1004.0, now=1191.0, p_value=0.009, slice=key(device="iPhone12,1"), device_name="iPhone 11"
        ),
        check(
            before=1204.0, now=1391.0, p_value=0.011, slice=key(device="iPhone11,8"), device_name="iPhone XR"
        ),
        check(
            state="pass",
            before=880.0,
            now=884.0,
            slice=key(device="all_ipads"),
            sentence="Launch time p50 on all iPhones stayed at 911 ms (3.3) in 3.4; allowed: up to 1,002 ms (+10%).",
        ),
        check(
            "memory-peak",
            state="warn",
            before=412.0,
            now=446.0,
            earlier=(409.0, 415.0, 411.0, 413.0),
            sentence=memory,
            slice=key("MEMORY/peakMemory", "all_ipads", "p90"),
            p_value=0.011,
            **peak,
        ),
        check(
            "memory-peak",
            state="pass",
            before=390.0,
            now=391.0,
            earlier=(391.0, 392.0, 388.0, 389.0),
            slice=key("MEMORY/peakMemory", "all_iphones", "p90"),
            **peak,
        ),
        check(
            "hang-rate",
            state="undecided",
            reason="within_noise",
            before=4.1,
            now=5.37,
            earlier=(3.6, 4.9, 4.4, 3.5),
            sentence=hang,
            slice=key("HANG/hangRate"),
            unit="s/h",
            visible=0.46,
            allowed_value=4.51,
        ),
        check(
            "disk-writes",
            state="undecided",
            reason="no_data",
            now=None,
            before=112.0,
            earlier=(110.0, 115.0, 111.0, 112.0),
            sentence=writes,
            slice=key("DISK/logicalWrites", "all_ipads", "p90"),
            unit="MB/day",
        ),
        check(
            "battery",
            state="improved",
            before=3.2,
            now=2.7,
            earlier=(3.1, 3.3, 3.2, 3.2),
            slice=key("BATTERY/onScreen"),
            unit="%/day",
        ),
        check(
            "terminations",
            state="pass",
            before=0.021,
            now=0.0205,
            earlier=(0.022, 0.02, 0.021, 0.021),
            slice=key("TERMINATION/background"),
            unit="/day",
        ),
        check(
            "scroll-hitches",
            state="warn",
            mode="shadow",
            before=3.1,
            now=3.6,
            slice=key("ANIMATION/scrollHitchRate"),
            unit="ms/s",
        ),
    )
    rules = (
        rule(
            sentence=f"{launch} 5 of 6 slices failed.",
            owner="@acme/startup",
            checks=6,
            advice="Start with the pre-main section of the launch trace.",
        ),
        rule("memory-peak", state="warn", sentence=memory, owner="@acme/grid", checks=2),
        rule(
            "hang-rate",
            state="undecided",
            reason="within_noise",
            sentence=hang,
            on_undecided="warn",
            owner="@acme/grid",
        ),
        rule("disk-writes", state="undecided", reason="no_data", sentence=writes),
        rule(
            "battery",
            state="improved",
            sentence="Battery on screen p50 on all iPhones fell.",
        ),
        rule("terminations", state="pass", sentence="All 3 slices are healthy in 3.4."),
        rule(
            "scroll-hitches",
            state="warn",
            mode="shadow",
            sentence="Scroll hitch rate p50 on all iPhones rose from 3.1 ms/s to 3.6 ms/s in 3.4, +16.1%.",
        ),
    )
    return result(
        verdict="fail",
        blocks=True,
        exit_code=1,
        sentence="3.4 fails: launch time +23% (907 → 1,118 ms) on all iPhones.",
        rules=rules,
        checks=checks,
        insights=(
            insight(),
            insight(slice_name="LAUNCH/launchTime", level="note", kind="trending_up", high_impact=None, summary="",
                    sentence="Apple says that launch time is trending up in 3.4 by up to +23%.",
                    agreement="The gate's own rules found it too."),
        ),
        signatures=(
            signature(),
            signature(id="sig-2", rank=2, level="note", change="grown", weight=0.17, baseline_weight=0.09, direction="",
                      text="Photos: closure #1 in GridView.layout(in:) + 96", blame=(), sentence="It grew."),
            signature(id="sig-3", type="DISK_WRITES", rank=1, level="note", change="unknown", weight=0.62, direction="",
                      text="Photos: sqlite3_step + 1204", blame=(Frame(depth=1, symbol="sqlite3_step"),), sentence="It writes."),
        ),
        incidents=(
            incident(checks=(0, 1, 2, 3, 4), insights=(1,)),
            incident(
                state="warn",
                category="MEMORY",
                title="peak memory +8.3% (412 → 446 MB) on all iPads",
                sentence="Peak memory p90 on all iPads is 446 MB in 3.4 against the mean of 3.0 to 3.3, above the warning line of +5%.",
                rules=("memory-peak",),
                checks=(6,),
            ),
            incident(
                kind="insight",
                state="warn",
                category="HANG",
                title="hang rate is up by 31%, as Apple sees it",
                sentence="No rule could decide it.",
                rules=(),
                checks=(),
                insights=(0,),
                signatures=(0,),
                places=(
                    BlamedPlace(
                        function="-[ThumbnailCache decodeImage:]",
                        path="ThumbnailCache.m",
                        line=218,
                        signatures=(0,),
                    ),
                ),
            ),
            incident(
                kind="fall",
                state="improved",
                category="BATTERY",
                title=f"battery on screen {numbers.change(-0.156)} (3.2 → 2.7%/day) on all iPhones",
                sentence="Battery on screen p50 on all iPhones is 2.7%/day in 3.4 against the mean of 3.0 to 3.3.",
                rules=("battery",),
                checks=(10,),
            ),
        ),
        undecided=(
            group(
                kind="within_noise",
                reason="within_noise",
                rules=("hang-rate",),
                checks=(8,),
                sentence="Hang rate p50 on all iPhones rose from 4.1 s/h to 5.37 s/h, and 1 in 7 healthy releases would show such a rise.",
                remedy="More users of 3.4 decide it.",
            ),
            group(
                rules=("disk-writes",),
                checks=(9,),
                sentence="Apple has no value of disk writes on all iPads for 3.4 yet.",
            ),
        ),
        notes=("Signatures could not be compared with the baseline build: its list was not readable.",),
        drift=("Apple sent a metric category this version does not know: NETWORK.",),
    )  # fmt: skip


def traced() -> Result:
    """The regressed scene with all that may be known beside: lines to hold on to, source, call tree, a waiver."""
    known = regressed()
    launch, *checks = known.checks
    first, memory, *rules = known.rules
    hang, *signatures = known.signatures
    *earlier, apple, better = known.incidents
    found = source()
    grid = waiver(up_to=0.1, reason="The grid is rewritten in 3.5.")
    waived = "It is waived up to +10% until 2026-11-30: The grid is rewritten in 3.5."
    return replace(
        known,
        checks=(replace(launch, allowed_value=997.7, limit_value=1500.0, goal_value=950.0), *checks),
        rules=(
            first,
            replace(memory, waiver=grid, sentence=f"{memory.sentence} {waived}"),
            *rules,
        ),
        signatures=(
            replace(
                hang,
                source=found,
                tree=tree(),
                name="-[ThumbnailCache decodeImage:]",
                binary="Photos",
                fingerprint="0123456789abcdef",
                advice=(DiagnosticNote(category="I/O", text="A file is read on the main thread."),),
            ),
            *signatures,
        ),
        gone_signatures=(
            signature(
                id="sig-4",
                change="gone",
                level="note",
                weight=None,
                baseline_weight=0.12,
                blame=(),
                rank=2,
                text="Photos: AlbumList.reload() + 40",
                sentence="It accounted for 12% of hang reports in 3.3.",
            ),
        ),
        signatures_baseline="3.3",
        incidents=(
            *earlier,
            replace(
                apple,
                places=(
                    replace(
                        apple.places[0],
                        path=found.path,
                        url=found.url,
                        owners=found.owners,
                        suspects=found.suspects,
                    ),
                ),
            ),
            better,
        ),
        waivers=(
            waiver_status(),
            waiver_status(
                target="launch-typical",
                state="expired",
                until="2026-11-22",
                days_left=-1,
                reason="New onboarding.",
                sentence="This waiver of launch-typical expired on 2026-11-22 and no longer applies: New onboarding.",
            ),
        ),
    )


def undecided() -> Result:
    """The usual answer: a version too young to be judged."""
    sentences = {
        name: f"Apple has no value of {words} for 3.4. The version is on sale, but nothing of it has been measured yet."
        for name, words in (
            ("launch-typical", "launch time p50 on all iPhones"),
            ("hang-rate", "hang rate p50 on all iPhones"),
        )
    }
    slices = {"launch-typical": key(), "hang-rate": key("HANG/hangRate")}
    early = {"state": "undecided", "reason": "too_early"}
    return result(
        verdict="undecided",
        sentence="3.4 can't be judged yet: Apple has no value of it; 3.3 is the newest measured.",
        rules=tuple(rule(name, sentence=words, **early) for name, words in sentences.items()),
        checks=tuple(
            check(name, now=None, sentence=words, slice=slices[name], **early)
            for name, words in sentences.items()
        ),
        undecided=(
            group(
                reason="too_early",
                rules=tuple(sentences),
                checks=(0, 1),
                sentence="3.4 is on sale for 1 day, and nothing of it is measured yet.",
                remedy="The first values of 3.3 came 5 days after its release.",
            ),
        ),
        notes=("Diagnostic signatures were not read: no build of the candidate is known.",),
    )


def passed() -> Result:
    """A healthy release and nothing else to say."""
    return result(
        sentence="3.4 passes: of 1 rule, 1 passed.",
        rules=(
            rule(
                state="pass",
                sentence="Launch time p50 on all iPhones stayed at 911 ms (3.3) in 3.4; allowed: up to 1,002 ms (+10%).",
            ),
        ),
        checks=(
            check(
                state="pass",
                now=911.0,
                sentence="Launch time p50 on all iPhones stayed at 911 ms (3.3) in 3.4; allowed: up to 1,002 ms (+10%).",
            ),
        ),
    )


def partial() -> Result:
    """A release of which one rule is decided and the others are not."""
    young = undecided()
    return result(
        verdict="partial",
        sentence="3.4 is decided in part: battery on screen passes; launch time and hang rate are not known yet.",
        rules=(
            rule("battery", state="pass", sentence="battery passed: 1 slice found healthy."),
            *young.rules,
        ),
        checks=(
            check("battery", state="pass", before=3.2, now=3.21, unit="%/day", slice=key("BATTERY/onScreen")),
            *young.checks,
        ),
        undecided=(replace(young.undecided[0], checks=(1, 2)),),
    )


def older(judged: Result) -> Result:
    """A result as a version has saved it that knew no coverage, incidents, groups and list of waivers."""
    return replace(judged, coverage=None, incidents=(), undecided=(), waivers=())


SCENES = {"regressed": regressed, "partial": partial, "undecided": undecided, "passed": passed}
"""What the expected files show, by their stem."""
