"""What could not be decided, sorted by what a reader can do about it."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gate.judge.eligibility import find_staleness
from gate.judge.seen import Seen
from gate.judge.sentences import undecided as sentences
from gate.judge.sentences.undecided import Cause, Gap, Told
from gate.judge.verdict import in_scope
from gate.model.catalogue import DEVICE_GROUPS
from gate.model.facts import Facts, SliceKey
from gate.model.result import Check, RuleOutcome, UndecidedGroup
from gate.model.states import Reason, UndecidedKind
from gate.model.units import convert
from gate.model.versions import Timeline, same_version
from gate.policy.types import Policy, Rule

KINDS: dict[Cause, UndecidedKind] = {
    "over_line": "within_noise",
    "stale": "unusable",
    "contradiction": "unusable",
    "unit": "unusable",
    "values": "unusable",
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


def group_undecided(  # noqa: PLR0913 - a judgement's whole input, and what it came to
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

    Only rules that the verdict is about are told, and shadow rules never. Each of their undecided checks is in
    exactly one group. A rule that is undecided although all of its slices are decided is in a group, too.

    Args:
        policy: Its mode says which rules the verdict is about.
        outcomes: Of all rules.
        checks: All checks of the run; the groups hold positions in it.
        facts: What Apple measured.
        timeline: All versions of the payload.
        candidate: The version that is judged.
        now: Epoch seconds.
    """
    counted = {one.id: one for one in in_scope(policy, outcomes) if one.mode != "shadow"}
    told = Told(
        policy=policy,
        outcomes=counted,
        seen=Seen(facts, timeline, candidate),
        facts=facts,
        now=now,
        stale=find_staleness(facts, policy.evidence, now),
    )
    sort = _Sorting(told)
    gaps: dict[tuple[Cause, Reason], list[Gap]] = {}
    for position, check in enumerate(checks):
        if check.rule in counted and check.state == "undecided" and check.reason is not None:
            rule = sort.rules[check.rule]
            gap = Gap(rule=rule, position=position, check=check)
            gaps.setdefault((sort.cause_of(rule, check), check.reason), []).append(gap)
    spoken = {gap.rule.id for found in gaps.values() for gap in found}
    for rule in policy.rules:
        outcome = counted.get(rule.id)
        if outcome is not None and outcome.state == "undecided" and rule.id not in spoken:
            gaps.setdefault(("together", outcome.reason or "within_noise"), []).append(Gap(rule=rule))
    groups = [
        _group(told, cause, reason, found) for (cause, reason), found in sorted(gaps.items(), key=_first)
    ]
    return tuple(_merged(groups))


def _first(entry: tuple[tuple[Cause, Reason], list[Gap]]) -> int:
    return _ORDER[entry[0][0]]


class _Sorting:
    """Finds the cause of each undecided check of a run."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._seen = told.seen
        self.rules = {rule.id: rule for rule in told.policy.rules}
        self._absent: dict[SliceKey, Cause] = {}

    def cause_of(self, rule: Rule, check: Check) -> Cause:
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

    def _no_goal(self) -> Cause:
        # Apple takes some goals from the app's own history, which a first version does not have.
        return "no_goal" if self._seen.others else "no_goal_yet"

    def _no_baseline(self) -> Cause:
        baseline, candidate = self._told.policy.baseline, self._seen.candidate
        before = self._seen.timeline.before(candidate)
        older = [version for version in self._seen.others if version in before]
        if baseline.use == "pinned" and self._seen.versions:
            pinned = self._seen.timeline.find(baseline.pinned)
            if not pinned or pinned == candidate:
                return "bad_pin"
        if not older:
            return "first_version"
        if all(any(same_version(one, version) for one in baseline.exclude) for version in older):
            return "all_excluded"
        return "new_slice"

    def _not_comparable(self, rule: Rule, check: Check) -> Cause:
        series = self._seen.series(check.slice)
        if series is not None and series.problem:
            return "contradiction"
        return "values" if fits(rule, check.unit) else "unit"

    def _absence(self, rule: Rule, check: Check) -> Cause:
        """Tell a slice that the candidate does not have yet from one that no version has."""
        wanted = check.slice
        if self._seen.series(wanted) is None:
            # Of a selector without any match, the slice has the selector's own words, but for the platform.
            wanted = replace(wanted, platform=rule.selector.platform)
        if wanted not in self._absent:
            self._absent[wanted] = self._absence_of(wanted)
        return self._absent[wanted]

    def _absence_of(self, wanted: SliceKey) -> Cause:
        young: Cause = "gap" if self._seen.is_measured else "day_0"
        # Without another version nobody can tell what this app never has.
        lacking = self._seen.lacking(wanted) if self._seen.others else None
        never: dict[str, Cause] = {
            "platform": "no_platform",
            "metric": "no_metric",
            "device": "no_device",
            "percentile": "no_percentile",
        }
        return never[lacking] if lacking else young


def is_over(check: Check) -> bool:
    """Tell whether a measured value is above a line of its rule, however sure that is."""
    if check.candidate is None:
        return False
    lines = (check.allowed_value, check.limit_value, check.goal_value)
    return any(line is not None and check.candidate.value > line for line in lines)


def fits(rule: Rule, unit: str) -> bool:
    """Tell whether everything absolute that a rule says can be converted to a unit."""
    rises = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    spoken = [*rises, rule.limit.quantity if rule.limit is not None else None]
    return all(one is None or convert(one.value, one.unit, unit) is not None for one in spoken)


def _group(told: Told, cause: Cause, reason: Reason, gaps: Sequence[Gap]) -> UndecidedGroup:
    ordered = sorted(gaps, key=lambda gap: (not told.waits_for(gap.rule), *_importance(gap)))
    names = {gap.rule.id for gap in gaps}
    return UndecidedGroup(
        kind=KINDS[cause],
        reason=reason,
        rules=tuple(rule.id for rule in told.policy.rules if rule.id in names),
        checks=tuple(gap.position for gap in ordered if gap.position is not None),
        sentence=sentences.explain_group(told, cause, ordered),
        remedy=sentences.suggest(told, cause, ordered),
    )


def _importance(gap: Gap) -> tuple[bool, float, int]:
    """Order aggregates before models, then the largest rise first, then as the policy and the data have them."""
    check = gap.check
    if check is None:
        return True, 0.0, 0
    change = check.change.relative if check.change is not None else None
    return check.slice.device not in DEVICE_GROUPS, -(change or 0.0), gap.position or 0


def _merged(groups: Iterable[UndecidedGroup]) -> list[UndecidedGroup]:
    """Tell as one what a reader would treat as one: the same kind, reason and remedy."""
    found: dict[tuple[str, str, str], UndecidedGroup] = {}
    for group in groups:
        key = group.kind, group.reason, group.remedy
        known = found.get(key)
        found[key] = group if known is None else _joined(known, group)
    return list(found.values())


def _joined(one: UndecidedGroup, other: UndecidedGroup) -> UndecidedGroup:
    return replace(
        one,
        rules=tuple(dict.fromkeys((*one.rules, *other.rules))),
        checks=(*one.checks, *other.checks),
        sentence=f"{one.sentence} {other.sentence}",
    )
