"""The way into the core: one judgement, from policy, facts and time to a result."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import structs

from gate import __version__
from gate.judge import diagnostics, insights
from gate.judge.comparisons import compare_all
from gate.judge.crossings import Crossings
from gate.judge.eligibility import Eligibility, find_staleness
from gate.judge.incidents import tell
from gate.judge.losses import DecidedGroups, find_missing
from gate.judge.outcomes import JudgedRule, check_missing, check_rule, check_unmatched, conclude_rule
from gate.judge.select import Slices
from gate.judge.sentences import losses as loss_sentences
from gate.judge.sentences import run as run_sentences
from gate.judge.sentences.references import exclusion_notes
from gate.judge.undecided import group_undecided
from gate.judge.verdict import conclude, counts, cover, in_scope
from gate.judge.waivers import Findings, WaiverBook
from gate.model.catalogue import assumption
from gate.model.comparison import Comparison
from gate.model.facts import Facts, Series
from gate.model.result import Check, Receipt, Result
from gate.model.states import STATES, Reason, State
from gate.model.versions import Timeline, order
from gate.policy.types import Policy
from gate.stats.weigh import weigh

TOOL = f"appstore-gate {__version__}"


def judge(policy: Policy, facts: Facts, *, now: float, event: str = "") -> Result:
    """Judge a release.

    Deterministic: the same policy, facts, time and event give the same result.

    Args:
        policy: What its owner wants.
        facts: What Apple measured.
        now: Epoch seconds, for the age of the data and the end of waivers.
        event: What triggered the run, in GitHub's words (``pull_request``), or empty.
    """
    # In UTC, so that a waiver ends at the same moment for every runner.
    today = datetime.fromtimestamp(now, UTC).date()
    timeline = order(map(_listed_versions, facts.series))
    candidate = _candidate(facts, timeline)
    comparisons = compare_all(policy, facts, timeline, candidate)
    stale = find_staleness(facts, policy.evidence, now)
    judged = _judge_rules(policy, comparisons, Eligibility(facts, timeline, candidate, stale))
    effect = policy.outcome_for(event)
    book = WaiverBook(policy.waivers, today=today, timeline=timeline, candidate=candidate)
    groups = DecidedGroups(check for one in judged for check in one.checks)
    concluded = [
        conclude_rule(one, effect, book.find_for_rule, groups.find_losses(one.checks)) for one in judged
    ]
    outcomes = tuple(outcome for outcome, _ in concluded)
    checks = tuple(check for _, own in concluded for check in own)
    # From here on the policy is the weakened one; the rules have been judged above, by the policy's own.
    policy = policy if stale is None else _without_levels(policy)
    found_insights = book.waive_insights(
        insights.find_insights(policy.insights, facts.insights, candidate, checks, is_stale=stale is not None)
    )
    found_signatures = book.waive_signatures(
        diagnostics.judge_signatures(policy.signatures, facts, today=today)
    )
    findings = Findings(
        rules=outcomes,
        checks=checks,
        insights=found_insights,
        signatures=found_signatures,
        is_stale=stale is not None,
    )
    is_unread = diagnostics.is_unread(policy.signatures, facts)
    coverage = cover(policy, outcomes, ("signatures",) if is_unread else ())
    conclusion = conclude(policy, effect, outcomes, found_insights, found_signatures, coverage)
    # One population: rules that the verdict is not about are shown, and never counted.
    counted = [check for check in checks if counts(policy, check.mode)]
    result = Result(
        verdict=conclusion.verdict,
        blocks=conclusion.blocks,
        exit_code=conclusion.exit_code,
        sentence="",
        app=facts.app,
        candidate=candidate,
        counts=_count_states(check.state for check in counted),
        reasons=_count_reasons(check.reason for check in counted),
        rule_counts=_count_states(outcome.state for outcome in in_scope(policy, outcomes)),
        rules=outcomes,
        checks=checks,
        insights=tuple(found_insights),
        signatures=tuple(found_signatures),
        notes=tuple(_notes(policy, timeline, facts, comparisons, candidate, checks)),
        drift=(*facts.schema_drift, *_schema_drift(facts, timeline)),
        receipt=_receipt(policy, facts, now),
        gone_signatures=tuple(diagnostics.list_gone(policy.signatures, facts)),
        signatures_baseline=diagnostics.compared_version(facts),
        coverage=coverage,
        undecided=group_undecided(
            policy, outcomes, checks, facts, timeline=timeline, candidate=candidate, now=now
        ),
        waivers=book.list_waivers(findings),
    )
    return tell(result)


def _candidate(facts: Facts, timeline: Timeline) -> str:
    """Find the version that is judged, in the payload's spelling where the payload has it."""
    if facts.candidate_version:
        # Not in the payload: kept as it was asked for, so that the result says which version has no data.
        return timeline.find(facts.candidate_version) or facts.candidate_version
    return timeline.versions[-1] if timeline.versions else ""


def _without_levels(policy: Policy) -> Policy:
    """Weaken the policy for stale data: what Apple found then is shown, but counts for nothing today."""
    return structs.replace(
        policy,
        signatures=structs.replace(policy.signatures, new="note", growing="note", max_weight=None),
    )


def _listed_versions(series: Series) -> tuple[str, ...]:
    """List the versions of a series in Apple's order; those without a usable value are released all the same."""
    return tuple(version for version in dict.fromkeys(series.listed or series.versions) if version)


def _judge_rules(
    policy: Policy, comparisons: Sequence[Comparison], eligibility: Eligibility
) -> list[JudgedRule]:
    slices = Slices([comparison.series for comparison in comparisons])
    selected = [(rule, slices.matching(rule.selector)) for rule in policy.rules]
    crossings = Crossings(selected)
    # All rules at once: they share one alarm budget.
    weighed = weigh([*selected, *crossings.rises], comparisons, policy.evidence)
    evidence, rises = weighed[: len(selected)], crossings.evidence(weighed[len(selected) :])
    # In old data nothing is judged, and so nothing is missed.
    missing = () if eligibility.stale else find_missing(slices.keys)
    return [
        check_missing(
            check_rule(rule, [comparisons[index] for index in indices], one, eligibility, rise),
            missing,
            eligibility,
        )
        if indices
        else check_unmatched(rule, slices, eligibility)
        for (rule, indices), one, rise in zip(selected, evidence, rises, strict=True)
    ]


def _count_states(states: Iterable[State]) -> dict[State, int]:
    counted = Counter(states)
    return {state: counted[state] for state in STATES}


def _count_reasons(reasons: Iterable[Reason | None]) -> dict[Reason, int]:
    return dict(sorted(Counter(reason for reason in reasons if reason is not None).items()))


def _notes(
    policy: Policy,
    timeline: Timeline,
    facts: Facts,
    comparisons: Sequence[Comparison],
    candidate: str,
    checks: Sequence[Check],
) -> Iterator[str]:
    if facts.fetched_at is None:
        yield run_sentences.AGE_UNKNOWN
    # Once is enough: nearly all slices lack a baseline for the same reason.
    without = next((one.references for one in comparisons if one.references.missing), None)
    if without is not None and candidate:
        yield run_sentences.no_baseline_note(without)
    yield from exclusion_notes(policy.baseline.exclude, timeline, candidate)
    yield from diagnostics.note_gaps(facts)
    if diagnostics.is_unread(policy.signatures, facts):
        yield loss_sentences.UNREAD
    if not facts.has_insights:
        yield loss_sentences.NO_INSIGHTS
    yield from insights.note_what_apple_does_not_list(facts.insights, checks)


def _schema_drift(facts: Facts, timeline: Timeline) -> Iterator[str]:
    """Note what the payload says and the judgement can't take at its word."""
    if timeline.conflict:
        yield run_sentences.ORDER_CONFLICT
    unknown = {
        series.key.name: series.unit
        for series in facts.series
        if not assumption(series.key.category, series.key.metric, series.unit).known
    }
    yield from run_sentences.unknown_unit_notes(sorted(unknown.items()))


def _receipt(policy: Policy, facts: Facts, now: float) -> Receipt:
    return Receipt(
        tool=TOOL,
        policy_sha256=policy.digest,
        snapshot_sha256=facts.snapshot_digest,
        judged_at=_iso(now),
        fetched_at="" if facts.fetched_at is None else _iso(facts.fetched_at),
    )


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
