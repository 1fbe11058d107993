"""What a result does not tell by itself: findings in no incident, and undecided rules in no group.

Results of older versions have no incidents at all, and a file may have been written by anyone. A report is built from
incidents, so each finding that none of them names becomes one of its own: nothing that failed is ever left unsaid.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from gate.model.result import (
    BlamedPlace,
    Check,
    Incident,
    InsightFinding,
    Result,
    RuleOutcome,
    SignatureFinding,
    UndecidedGroup,
)
from gate.model.states import Reason, UndecidedKind
from gate.report.shared import signature_words
from gate.report.shared.population import counted_modes, coverage, is_excepted
from gate.report.shared.ranking import badness
from gate.report.shared.told import IncidentState
from gate.text.numbers import change, pair, share
from gate.text.words import device_words, metric_words, slice_words

_ORDER = ("fail", "warn", "improved")
_KINDS: dict[Reason, UndecidedKind] = {
    "no_data": "not_yet",
    "too_early": "not_yet",
    "no_baseline": "not_yet",
    "thin_history": "not_yet",
    "within_noise": "within_noise",
    "not_comparable": "unusable",
    "stale": "unusable",
}


def complete(result: Result) -> Result:
    """Add incidents, groups and the coverage that a result lacks; positions that lead nowhere are dropped."""
    told = [_within(incident, result) for incident in result.incidents]
    incidents = [*told, *_incidents(result, told)]
    groups = [replace(group, checks=_in_range(group.checks, result.checks)) for group in result.undecided]
    return replace(
        result,
        incidents=tuple(sorted(incidents, key=lambda one: _ORDER.index(one.state))),
        undecided=(*groups, *_groups(result, groups)),
        coverage=coverage(result),
    )


def _within(incident: Incident, result: Result) -> Incident:
    return replace(
        incident,
        checks=_in_range(incident.checks, result.checks),
        insights=_in_range(incident.insights, result.insights),
        signatures=_in_range(incident.signatures, result.signatures),
        places=tuple(
            replace(place, signatures=_in_range(place.signatures, result.signatures))
            for place in incident.places
        ),
    )


def _in_range(positions: Iterable[int], entries: Sequence[object]) -> tuple[int, ...]:
    return tuple(position for position in positions if 0 <= position < len(entries))


def _incidents(result: Result, told: Sequence[Incident]) -> Iterator[Incident]:
    rules = {name for incident in told for name in incident.rules}
    insights = {position for incident in told for position in incident.insights}
    signatures = {position for incident in told for position in incident.signatures}
    slices: dict[str, list[int]] = defaultdict(list)
    for position, check in enumerate(result.checks):
        slices[check.rule].append(position)
    for rule in result.rules:
        if rule.mode != "shadow" and rule.id not in rules and rule.state in _ORDER:
            yield _of_rule(rule, slices[rule.id], result.checks)
    for position, insight in enumerate(result.insights):
        if position not in insights and insight.level != "note":
            yield _of_insight(insight, position, blocks=result.exit_code == 1)
    for position, signature in enumerate(result.signatures):
        if position not in signatures and signature.level != "note":
            yield _of_signature(signature, position, blocks=result.exit_code == 1)


def _of_rule(rule: RuleOutcome, positions: Sequence[int], checks: Sequence[Check]) -> Incident:
    own = [position for position in positions if checks[position].state == rule.state]
    own.sort(key=lambda position: badness(checks[position]))
    lead = checks[own[0]] if own else None
    return Incident(
        kind="fall" if rule.state == "improved" else "rise",
        state=_state(rule),
        mode=rule.mode,
        blocks=rule.blocks,
        category=lead.slice.category if lead else "",
        title=_title(lead) if lead else rule.id,
        sentence=rule.sentence,
        rules=(rule.id,),
        checks=tuple(own),
    )


def _state(rule: RuleOutcome) -> IncidentState:
    return "fail" if rule.state == "fail" else "improved" if rule.state == "improved" else "warn"


def _title(check: Check) -> str:
    """Write ``launch time p50 +23% (907 → 1,118 ms) on all iPhones``."""
    before, now, rise = check.baseline, check.candidate, check.change
    if before is None or now is None or rise is None:
        return slice_words(check.slice, check.device_name)
    metric = metric_words(check.slice.category, check.slice.metric)
    percentile = "" if check.slice.percentile == "any" else f" {check.slice.percentile}"
    values = pair(before.value, now.value, check.unit)
    device = device_words(check.slice.device, check.device_name)
    return f"{metric}{percentile} {change(rise.relative)} ({values}) on {device}"


def _of_insight(insight: InsightFinding, position: int, *, blocks: bool) -> Incident:
    category, _, metric = insight.slice_name.partition("/")
    size = f", {change(insight.largest_change)}" if insight.largest_change is not None else ""
    verb = "finds a regression of" if insight.kind == "regression" else "sees a rising trend of"
    return Incident(
        kind="insight",
        state="fail" if insight.level == "fail" else "warn",
        mode="enforce",
        blocks=blocks and insight.level == "fail",
        category=category,
        title=f"Apple {verb} {metric_words(category, metric)}{size}",
        sentence="",
        insights=(position,),
    )


def _of_signature(signature: SignatureFinding, position: int, *, blocks: bool) -> Incident:
    size = f", {share(signature.weight)}" if signature.weight is not None else ""
    what = "" if signature.change == "unknown" else f"{signature_words.change(signature)}, "
    return Incident(
        kind="signature",
        state="fail" if signature.level == "fail" else "warn",
        mode="enforce",
        blocks=blocks and signature.level == "fail",
        category=signature.type,
        title=f"{signature_words.noun(signature.type)}: {what}{signature_words.function(signature)}{size}",
        sentence="",
        signatures=(position,),
        places=_places(signature, position),
    )


def _places(signature: SignatureFinding, position: int) -> tuple[BlamedPlace, ...]:
    source = signature.source
    if source is None or not source.path:
        return ()
    place = BlamedPlace(
        function=signature_words.frame_words(source.frame).partition(" (")[0],
        path=source.path,
        line=source.line,
        url=source.url,
        signatures=(position,),
        owners=source.owners,
        suspects=source.suspects,
    )
    return (place,)


def _groups(result: Result, told: Sequence[UndecidedGroup]) -> Iterator[UndecidedGroup]:
    named = {name for group in told for name in group.rules}
    modes = counted_modes(result)
    left: dict[Reason, list[RuleOutcome]] = defaultdict(list)
    for rule in result.rules:
        if (
            rule.state == "undecided"
            and rule.id not in named
            and rule.mode in modes
            and not is_excepted(rule)
        ):
            left[rule.reason or "no_data"].append(rule)
    for reason, rules in sorted(left.items(), key=lambda one: -len(one[1])):
        ids = tuple(rule.id for rule in rules)
        positions = [
            position
            for position, check in enumerate(result.checks)
            if check.rule in ids and check.state == "undecided" and check.reason == reason
        ]
        positions.sort(key=lambda position: badness(result.checks[position]))
        yield UndecidedGroup(
            kind=_KINDS[reason],
            reason=reason,
            rules=ids,
            checks=tuple(positions),
            sentence=" ".join(rule.sentence for rule in rules),
        )
