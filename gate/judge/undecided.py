"""What could not be decided, sorted by what a reader can do about it."""

import math
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from gate.judge.eligibility import find_staleness
from gate.judge.seen import Lacking, Seen
from gate.judge.sentences.gaps import Gap, GapCause, Told, Topic, is_over, spoken_units
from gate.judge.sentences.remedies import suggest
from gate.judge.sentences.slices import stale_words
from gate.judge.sentences.undecided import explain_topic
from gate.judge.verdict import in_scope
from gate.model.catalogue import DEVICE_GROUPS
from gate.model.facts import Facts, SliceKey
from gate.model.result import Check, RuleOutcome, UndecidedGroup
from gate.model.states import Reason, UndecidedKind
from gate.model.units import convert
from gate.model.versions import Timeline, same_version
from gate.policy.types import Policy, Rule

KINDS: dict[GapCause, UndecidedKind] = {
    "over_line": "within_noise",
    "stale": "unusable",
    "contradiction": "unusable",
    "unit": "unusable",
    "values": "unusable",
    "margin_lost": "unusable",
    "too_noisy": "within_noise",
    "together": "within_noise",
    "day_0": "not_yet",
    "gap": "not_yet",
    "first_version": "not_yet",
    "new_slice": "not_yet",
    "thin": "not_yet",
    "no_goal_yet": "not_yet",
    "no_platform": "never",
    "no_metric": "never",
    "no_device": "never",
    "no_percentile": "never",
    "no_goal": "never",
    "bad_pin": "never",
    "all_excluded": "never",
}
"""What a reader can do about each cause, the most important cause first."""

_ORDER = {cause: place for place, cause in enumerate(KINDS)}
_NEVER: dict[Lacking, GapCause] = {
    "platform": "no_platform",
    "metric": "no_metric",
    "device": "no_device",
    "percentile": "no_percentile",
}
_DAY = 86400.0
_YOUNG = 28
"""Days after which the age of a version does not explain any more why Apple has no numbers."""


def group_undecided(
    policy: Policy,
    outcomes: Sequence[RuleOutcome],
    checks: Sequence[Check],
    facts: Facts,
    *,
    timeline: Timeline,
    candidate: str,
    now: float,
) -> tuple[UndecidedGroup, ...]:
    """Group the undecided checks of a run by their cause, the most important first.

    Only rules that the verdict is about are told. Each of their undecided checks is in exactly one group. A rule that is undecided although all of its slices are decided is in a group, too.

    Args:
        policy: Its mode says which rules the verdict is about.
        outcomes: Of all rules.
        checks: All checks of the run; the groups hold positions in it.
        facts: What Apple measured.
        timeline: All versions of the payload.
        candidate: The version that is judged.
        now: Epoch seconds.
    """
    stale = find_staleness(facts, policy.evidence, now)
    told = Told(
        policy=policy,
        outcomes={one.id: one for one in in_scope(policy, outcomes)},
        seen=Seen(facts, timeline, candidate),
        is_on_sale=facts.candidate_on_sale,
        most_days=_most_days(facts.candidate_not_before, now),
        stale=stale_words(stale) if stale is not None else "",
    )
    gaps: dict[tuple[GapCause, Reason], list[Gap]] = {}
    for cause, reason, gap in _gaps(told, checks):
        gaps.setdefault((cause, reason), []).append(gap)
    groups = [_group(told, *key, gaps[key]) for key in sorted(gaps, key=lambda key: _ORDER[key[0]])]
    return tuple(_merged(groups))


def _most_days(not_before: float | None, now: float) -> int | None:
    """Count how many days a version has been on sale at most; None when that explains nothing."""
    if not_before is None or not 0.0 <= now - not_before <= _YOUNG * _DAY:
        return None
    return max(1, math.ceil((now - not_before) / _DAY))


def _gaps(told: Told, checks: Sequence[Check]) -> Iterator[tuple[GapCause, Reason, Gap]]:
    """Find everything undecided that is told, with its cause."""
    rules = {rule.id: rule for rule in told.policy.rules if rule.id in told.outcomes}
    causes, spoken = _Causes(told), set()
    for position, check in enumerate(checks):
        rule = rules.get(check.rule)
        if rule is not None and check.state == "undecided" and check.reason is not None:
            spoken.add(rule.id)
            gap = Gap(rule=rule, position=position, check=check)
            yield causes.find(rule, check), check.reason, gap
    for rule in rules.values():
        outcome = told.outcomes[rule.id]
        if outcome.state == "undecided" and rule.id not in spoken:
            yield "together", outcome.reason or "within_noise", Gap(rule=rule)


class _Causes:
    """Finds the cause of each undecided check of a run."""

    def __init__(self, told: Told) -> None:
        self._baseline = told.policy.baseline
        self._seen = told.seen
        self._absent: dict[SliceKey, GapCause] = {}

    def find(self, rule: Rule, check: Check) -> GapCause:
        """Find why a check is undecided, more finely than its reason says."""
        match check.reason:
            case "within_noise":
                return "over_line" if is_over(check) else "too_noisy"
            case "stale":
                return "stale"
            case "thin_history":
                return "thin"
            case "no_baseline":
                return self._no_baseline()
            case "not_comparable":
                return self._not_comparable(rule, check)
            case _:
                return self._absence(rule, check) if check.candidate is None else self._no_goal()

    def _no_goal(self) -> GapCause:
        # Apple takes some goals from the app's own history, which a first version does not have.
        return "no_goal" if self._seen.others else "no_goal_yet"

    def _no_baseline(self) -> GapCause:
        seen, baseline = self._seen, self._baseline
        if baseline.use == "pinned":
            return "bad_pin"
        older = [version for version in seen.timeline.before(seen.candidate) if version in seen.others]
        if not older:
            return "first_version"
        kept = [
            version
            for version in older
            if not any(same_version(version, excluded) for excluded in baseline.exclude)
        ]
        return "new_slice" if kept else "all_excluded"

    def _not_comparable(self, rule: Rule, check: Check) -> GapCause:
        series = self._seen.series(check.slice)
        if series is not None and series.problem:
            return "contradiction"
        if any(convert(1.0, unit, check.unit) is None for unit in spoken_units(rule)):
            return "unit"
        return "margin_lost" if _has_lost_margin(check) else "values"

    def _absence(self, rule: Rule, check: Check) -> GapCause:
        """Tell a slice that the candidate does not have yet from one that no version has."""
        wanted = check.slice
        if self._seen.series(wanted) is None:
            # A selector without any match is named by its own words, except that "any" platform becomes one.
            wanted = replace(wanted, platform=rule.selector.platform)
        if wanted not in self._absent:
            # Without another version nobody can tell what this app never has.
            lacking = self._seen.lacking(wanted) if self._seen.others else None
            young: GapCause = "gap" if self._seen.is_measured else "day_0"
            self._absent[wanted] = _NEVER[lacking] if lacking else young
        return self._absent[wanted]


def _has_lost_margin(check: Check) -> bool:
    """Tell whether earlier versions have an error margin and the candidate has none."""
    now, before = check.candidate, check.baseline
    return (
        now is not None
        and now.error_margin is None
        and before is not None
        and before.error_margin is not None
    )


def _group(told: Told, cause: GapCause, reason: Reason, gaps: Sequence[Gap]) -> UndecidedGroup:
    ordered = sorted(gaps, key=lambda gap: (not told.waits_for(gap.rule), *_importance(gap)))
    topic = Topic(told=told, cause=cause, gaps=tuple(ordered))
    return UndecidedGroup(
        kind=KINDS[cause],
        reason=reason,
        rules=_in_order(told.policy, {gap.rule.id for gap in gaps}),
        checks=tuple(gap.position for gap in ordered if gap.position is not None),
        sentence=explain_topic(topic),
        remedy=suggest(topic),
    )


def _in_order(policy: Policy, names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(rule.id for rule in policy.rules if rule.id in wanted)


def _importance(gap: Gap) -> tuple[bool, float, int]:
    """Order groups of devices before models, then the largest rise first."""
    if gap.check is None or gap.position is None:
        return True, 0.0, 0
    change = gap.check.change.relative if gap.check.change is not None else None
    return gap.check.slice.device not in DEVICE_GROUPS, -(change or 0.0), gap.position


def _merged(groups: Iterable[UndecidedGroup]) -> list[UndecidedGroup]:
    """Tell as one what a reader would treat as one: the same kind, reason and remedy."""
    found: dict[tuple[str, str, str], UndecidedGroup] = {}
    for group in groups:
        key = group.kind, group.reason, group.remedy
        found[key] = _joined(found[key], group) if key in found else group
    return list(found.values())


def _joined(one: UndecidedGroup, other: UndecidedGroup) -> UndecidedGroup:
    return replace(
        one,
        rules=tuple(dict.fromkeys((*one.rules, *other.rules))),
        checks=(*one.checks, *other.checks),
        sentence=f"{one.sentence} {other.sentence}",
    )
