"""The way into the core: one judgement, from policy, facts and time to a result."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import structs

from gate import __version__
from gate.judge import diagnostics, insights, sentences, waivers
from gate.judge.comparisons import Comparison, compare_all
from gate.judge.eligibility import Eligibility
from gate.judge.freshness import staleness
from gate.judge.outcomes import RuleJudgement, judge_rule, unmatched
from gate.judge.select import Slices
from gate.judge.verdict import Conclusion, conclude, in_scope
from gate.judge.weighing import weigh_rules
from gate.model.catalogue import assumption
from gate.model.facts import Facts, Series
from gate.model.result import STATES, Check, Reason, Receipt, Result, RuleOutcome, State, WaiverInUse
from gate.model.versions import Timeline, order
from gate.policy.types import InsightLevels, Policy

TOOL = f"appstore-gate {__version__}"

WaiverFinder = Callable[[Sequence[Check]], WaiverInUse | None]


def judge(policy: Policy, facts: Facts, *, now: float, event: str = "") -> Result:
    """Judge a release.

    Deterministic: the same policy, facts, time and event give the same result.

    Args:
        policy: What its owner wants.
        facts: What Apple measured.
        now: Epoch seconds, for the age of the data and the end of waivers.
        event: What triggered the run, in GitHub's words (``pull_request``), or empty.
    """
    timeline = order(map(_listed, facts.series))
    candidate = _candidate(facts, timeline)
    cells = compare_all(policy, facts, timeline, candidate)
    refusals = Eligibility(facts, timeline, candidate, staleness(facts, policy.evidence, now))
    verdicts = _judge_rules(policy, facts, cells, refusals)
    effect = policy.outcome_for(event)
    outcomes = tuple(
        one.outcome(effect, _waiver_finder(policy, one.rule.id, now, timeline, candidate)) for one in verdicts
    )
    checks = tuple(check for one in verdicts for check in one.checks)
    policy = _without_levels(policy) if refusals.stale else policy
    found_insights = insights.findings(policy.insights, facts.insights, candidate, checks)
    today = datetime.fromtimestamp(now, UTC).date()
    found_signatures = diagnostics.judge_signatures(policy.signatures, facts, today=today)
    conclusion = conclude(policy, effect, outcomes, found_insights, found_signatures)
    counted = [check for check in checks if check.mode != "shadow"]
    return Result(
        verdict=conclusion.verdict,
        blocks=conclusion.blocks,
        exit_code=conclusion.exit_code,
        sentence=_sentence(policy, candidate, conclusion, outcomes, counted),
        app=facts.app,
        candidate=candidate,
        counts=_count_states(check.state for check in counted),
        reasons=_count_reasons(check.reason for check in counted),
        rule_counts=_count_states(outcome.state for outcome in outcomes if outcome.mode != "shadow"),
        rules=outcomes,
        checks=checks,
        insights=tuple(found_insights),
        signatures=tuple(found_signatures),
        notes=(*_notes(facts, cells, candidate), *insights.notes(facts.insights, checks)),
        drift=(*facts.drift, *_drift(facts, timeline)),
        receipt=Receipt(
            tool=TOOL,
            policy_sha256=policy.digest,
            snapshot_sha256=facts.snapshot_digest,
            judged_at=_iso(now),
            fetched_at="" if facts.fetched_at is None else _iso(facts.fetched_at),
        ),
        gone_signatures=tuple(diagnostics.list_gone(policy.signatures, facts)),
        signatures_baseline=diagnostics.compared_version(facts),
    )


def _candidate(facts: Facts, timeline: Timeline) -> str:
    """The version that is judged, in the payload's spelling where the payload has it."""
    if facts.candidate_version:
        return timeline.find(facts.candidate_version) or facts.candidate_version
    return timeline.versions[-1] if timeline.versions else ""


def _without_levels(policy: Policy) -> Policy:
    """The policy for stale data: what Apple found then is shown, but counts for nothing today."""
    return structs.replace(
        policy,
        insights=InsightLevels(regressions="note", high_impact="note", trending_up="note"),
        signatures=structs.replace(policy.signatures, new="note", growing="note", max_weight=None),
    )


def _listed(series: Series) -> tuple[str, ...]:
    """The versions of a series in Apple's order; those without a usable value are released all the same."""
    return tuple(version for version in dict.fromkeys(series.listed or series.versions) if version)


def _judge_rules(
    policy: Policy, facts: Facts, cells: Sequence[Comparison], refusals: Eligibility
) -> list[RuleJudgement]:
    slices = Slices(facts.series)
    chosen = [(rule, slices.matching(rule.selector)) for rule in policy.rules]
    weighed = weigh_rules(chosen, cells, policy.evidence)
    return [
        judge_rule(rule, indices, cells, one, refusals)
        if indices
        else unmatched(rule, slices.names, refusals)
        for (rule, indices), one in zip(chosen, weighed, strict=True)
    ]


def _waiver_finder(policy: Policy, rule: str, now: float, timeline: Timeline, candidate: str) -> WaiverFinder:
    today = datetime.fromtimestamp(now, UTC).date()

    def find(checks: Sequence[Check]) -> WaiverInUse | None:
        found = waivers.holding(
            policy.waivers, rule, checks, today=today, timeline=timeline, candidate=candidate
        )
        return None if found is None else waivers.in_use(found, today)

    return find


def _sentence(
    policy: Policy,
    candidate: str,
    conclusion: Conclusion,
    outcomes: Sequence[RuleOutcome],
    checks: Sequence[Check],
) -> str:
    rules = in_scope(policy, outcomes)
    return sentences.run_sentence(
        candidate,
        conclusion.verdict,
        rules,
        findings=conclusion.failed_findings,
        undecided_words=_why_undecided(rules, checks),
        noun="rule" if len(rules) == len(outcomes) else "enforced rule",
    )


def _why_undecided(rules: Sequence[RuleOutcome], checks: Sequence[Check]) -> str:
    if not rules:
        return "no rule of the policy is enforced"
    waiting = [rule.id for rule in rules if rule.state == "undecided" and rule.on_undecided == "block"]
    if waiting and not all(rule.state == "undecided" for rule in rules):
        return f"the policy waits for {', '.join(waiting)}"
    common = Counter(check.reason for check in checks if check.reason).most_common(1)
    return sentences.REASONS[common[0][0]] if common else ""


def _count_states(states: Iterable[State]) -> dict[State, int]:
    counted = Counter(states)
    return {state: counted[state] for state in STATES}


def _count_reasons(reasons: Iterable[Reason | None]) -> dict[Reason, int]:
    return dict(sorted(Counter(reason for reason in reasons if reason is not None).items()))


def _notes(facts: Facts, cells: Sequence[Comparison], candidate: str) -> Iterator[str]:
    if facts.fetched_at is None:
        yield "The age of the data is not known: the file carries no time of fetching."
    missing = next((cell.references.missing for cell in cells if cell.references.missing), "")
    if missing and candidate:
        yield f"There is no baseline: {missing}."
    yield from diagnostics.note_gaps(facts)


def _drift(facts: Facts, timeline: Timeline) -> Iterator[str]:
    if timeline.conflict:
        yield "The series of the payload disagree on the order of versions; their numbers decided it."
    unknown = {
        series.key.name: series.unit
        for series in facts.series
        if not assumption(series.key.category, series.key.metric, series.unit).known
    }
    for name, unit in sorted(unknown.items()):
        label = f"the unit {unit}" if unit else "no unit"
        yield f"{name} comes with {label}, for which no floor is known; every relative change counts."


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
