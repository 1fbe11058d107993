"""What a report tells and in which order, the same for every format people read.

Worst first, each thing once: incidents, then what is undecided, waivers, what did not move, and apart from all that
the rules that the verdict is not about. Positions of the result are followed here, so that no format does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gate.model.facts import SliceKey
from gate.model.result import (
    BlamedPlace,
    Check,
    Coverage,
    Incident,
    InsightFinding,
    Result,
    RuleOutcome,
    SignatureFinding,
    UndecidedGroup,
)
from gate.model.states import STATES, Level, State
from gate.report.shared import signature_words
from gate.report.shared.complete import complete
from gate.report.shared.lengths import ROWS, SLICES_EACH
from gate.report.shared.population import counted_modes, coverage
from gate.report.shared.ranking import badness
from gate.report.shared.told import RuleFinding, ToldGroup, ToldIncident, ToldPlace
from gate.report.shared.waivers import ToldWaiver, tell_waivers

_LEVELS: tuple[Level, ...] = ("fail", "warn", "note")
_Finding = TypeVar("_Finding", InsightFinding, SignatureFinding)


class Outline(Struct, frozen=True, kw_only=True):
    """The parts of a report, worst first in each."""

    coverage: Coverage
    incidents: tuple[ToldIncident, ...]
    undecided: tuple[ToldGroup, ...]
    waivers: tuple[ToldWaiver, ...]
    healthy: tuple[RuleOutcome, ...]
    """Rules that pass."""
    unchanged: tuple[SignatureFinding, ...]
    """Signatures that are known to be neither new nor grown, and in no incident."""
    further_signatures: tuple[SignatureFinding, ...]
    """The others that are in no incident: new, grown, or not compared."""
    further_insights: tuple[InsightFinding, ...]
    """Apple's insights that are in no incident."""
    other_rules: tuple[RuleOutcome, ...]
    """Rules that the verdict is about, and that no incident and no group names."""
    apart: tuple[RuleOutcome, ...]
    """Rules that the verdict is not about, but for those that an incident names."""
    checks: tuple[Check, ...]
    """Slices that the verdict is about."""
    apart_checks: tuple[Check, ...]
    """The other slices."""
    failed: tuple[RuleFinding, ...]
    warned: tuple[RuleFinding, ...]
    waiting: tuple[RuleFinding, ...]
    """Undecided rules that block or warn when undecided."""
    insights: tuple[InsightFinding, ...]
    signatures: tuple[SignatureFinding, ...]
    shadow: tuple[RuleFinding, ...]
    """Shadow rules that would have failed or warned."""
    shadow_counts: dict[State, int]
    """Shadow rules in each state."""


def outline(result: Result, *, rows: int = ROWS, slices_each: int = SLICES_EACH) -> Outline:
    """Sort a result into the parts of a report.

    Args:
        result: What was judged.
        rows: How many slices the incidents name in all, as far as each can still name its leading one.
        slices_each: How many slices of one incident are named at most.
    """
    whole = complete(result)
    each = max(1, min(slices_each, rows // max(1, len(whole.incidents))))
    modes = counted_modes(result)
    in_incidents = {name for incident in whole.incidents for name in incident.rules}
    in_groups = {name for group in whole.undecided for name in group.rules}
    told = {position for incident in whole.incidents for position in incident.signatures}
    loose = [one for position, one in enumerate(result.signatures) if position not in told]
    named = {position for incident in whole.incidents for position in incident.insights}
    counted = [rule for rule in result.rules if rule.mode != "shadow"]
    shadow = [rule for rule in result.rules if rule.mode == "shadow"]
    slices = _Slices(result.checks, each=each)
    return Outline(
        coverage=coverage(whole),
        incidents=tuple(_incidents(whole, each)),
        undecided=tuple(_group(group, whole) for group in whole.undecided),
        waivers=tell_waivers(result),
        healthy=tuple(rule for rule in result.rules if rule.mode in modes and rule.state == "pass"),
        unchanged=tuple(one for one in loose if _is_unchanged(one)),
        further_signatures=_by_level([one for one in loose if not _is_unchanged(one)]),
        further_insights=_by_level(
            [one for position, one in enumerate(result.insights) if position not in named]
        ),
        other_rules=tuple(
            rule for rule in result.rules if rule.mode in modes and rule.id not in in_incidents | in_groups
        ),
        apart=tuple(
            sorted(
                (rule for rule in result.rules if rule.mode not in modes and rule.id not in in_incidents),
                key=lambda rule: STATES.index(rule.state),
            )
        ),
        checks=_worst_first(check for check in result.checks if check.mode in modes),
        apart_checks=_worst_first(check for check in result.checks if check.mode not in modes),
        failed=slices.findings(rule for rule in counted if rule.state == "fail"),
        warned=slices.findings(rule for rule in counted if rule.state == "warn"),
        waiting=slices.findings(rule for rule in counted if _waits(rule)),
        insights=_by_level(result.insights),
        signatures=_by_level(result.signatures),
        shadow=slices.findings(rule for rule in shadow if rule.state in ("fail", "warn")),
        shadow_counts={state: sum(rule.state == state for rule in shadow) for state in STATES},
    )


def is_over(check: Check) -> bool:
    """Tell whether a value is above the line that its rule draws, however sure that is."""
    if check.candidate is None:
        return False
    lines = [line for line in (check.allowed_value, check.limit_value) if line is not None]
    return any(check.candidate.value > line for line in lines)


def _incidents(result: Result, each: int) -> Iterator[ToldIncident]:
    known: set[tuple[str, int | None, str]] = set()
    for incident in result.incidents:
        yield _incident(incident, result, each, known)
        known |= {_identity(place) for place in incident.places}


def _incident(
    incident: Incident, result: Result, each: int, known: set[tuple[str, int | None, str]]
) -> ToldIncident:
    rules = tuple(rule for rule in result.rules if rule.id in incident.rules)
    placed = {position for place in incident.places for position in place.signatures}
    signatures = [result.signatures[position] for position in incident.signatures]
    slices = _distinct(result.checks[position] for position in incident.checks)
    insights = tuple(result.insights[position] for position in incident.insights)
    return ToldIncident(
        kind=incident.kind,
        state=incident.state,
        mode=incident.mode,
        blocks=incident.blocks,
        category=incident.category,
        title=incident.title,
        sentence=_beside(incident.sentence, insights),
        rules=rules,
        checks=slices[:each],
        more=max(0, len(slices) - each),
        insights=insights,
        places=tuple(_place(place, result, is_known=_identity(place) in known) for place in incident.places),
        signatures=tuple(signatures),
        unplaced=tuple(
            result.signatures[position] for position in incident.signatures if position not in placed
        ),
        apple_advice=tuple(
            dict.fromkeys(note for signature in signatures for note in signature.advice if note.text)
        ),
        owners=_once(rule.owner for rule in rules),
        # Where to begin looking helps nobody when things got better.
        advice=_once(rule.advice for rule in rules if incident.state != "improved"),
    )


def _beside(sentence: str, insights: Iterable[InsightFinding]) -> str:
    """Leave out of an incident's sentence what its insights say word for word: each of them is told with it."""
    for insight in insights:
        sentence = sentence.replace(insight.sentence, "")
    return " ".join(sentence.split())


def _distinct(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Merge what several rules say of one slice: its worst state, and the value that passes all of them."""
    of_slice: dict[SliceKey, list[Check]] = defaultdict(list)
    for check in _worst_first(checks):
        of_slice[check.slice].append(check)
    return tuple(
        replace(
            same[0], passes_at=min((one.passes_at for one in same if one.passes_at is not None), default=None)
        )
        for same in of_slice.values()
    )


def _identity(place: BlamedPlace) -> tuple[str, int | None, str]:
    return place.path, place.line, place.function


def _place(place: BlamedPlace, result: Result, *, is_known: bool) -> ToldPlace:
    signatures = tuple(result.signatures[position] for position in place.signatures)
    source = next((one.source for one in signatures if one.source is not None), None)
    return ToldPlace(
        function=place.function,
        path=place.path,
        line=place.line,
        url=place.url,
        signatures=signatures,
        owners=place.owners,
        owners_problem=source.owners_problem if source and not place.owners else "",
        suspects=place.suspects,
        suspects_problem=signature_words.missing_suspects(source) if source else "",
        is_mapped=any(one.source is not None and one.source.path == place.path for one in signatures),
        is_caller=place.is_caller,
        is_known=is_known,
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _group(group: UndecidedGroup, result: Result) -> ToldGroup:
    waiting = [rule for rule in result.rules if rule.id in group.rules and _waits(rule)]
    checks = tuple(result.checks[position] for position in group.checks)
    return ToldGroup(
        kind=group.kind,
        reason=group.reason,
        rules=group.rules,
        checks=checks,
        over=tuple(check for check in checks if is_over(check)),
        sentence=group.sentence,
        remedy=group.remedy,
        waiting=tuple(rule.id for rule in waiting),
        blocking=tuple(rule.id for rule in waiting if rule.blocks),
        warned_of=tuple(rule.id for rule in waiting if not rule.blocks),
        blocks=any(rule.blocks for rule in waiting),
    )


def _is_unchanged(signature: SignatureFinding) -> bool:
    # One that could not be compared may well be new.
    return signature.change not in ("new", "grown", "unknown") and signature.level == "note"


def _waits(rule: RuleOutcome) -> bool:
    return rule.state == "undecided" and (rule.blocks or rule.on_undecided in ("block", "warn"))


def _by_level(found: Iterable[_Finding]) -> tuple[_Finding, ...]:
    return tuple(sorted(found, key=lambda one: _LEVELS.index(one.level)))


def _worst_first(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(sorted(checks, key=badness))


class _Slices:
    """The checks of a result by rule."""

    def __init__(self, checks: Iterable[Check], *, each: int) -> None:
        self._each = each
        self._by_rule: dict[str, list[Check]] = defaultdict(list)
        for check in checks:
            self._by_rule[check.rule].append(check)

    def findings(self, rules: Iterable[RuleOutcome]) -> tuple[RuleFinding, ...]:
        """Pick each rule's worst slices, worst rule first."""
        return tuple(sorted(map(self._finding, rules), key=_weight))

    def _finding(self, rule: RuleOutcome) -> RuleFinding:
        checks: Sequence[Check] = self._by_rule.get(rule.id, [])
        same = sorted((check for check in checks if check.state == rule.state), key=badness)
        worst = tuple(same[: self._each])
        return RuleFinding(rule=rule, checks=worst, more=len(same) - len(worst))


def _weight(finding: RuleFinding) -> tuple[bool, bool, tuple[int, bool, float, float]]:
    """Make a sort key: what blocks comes first, then what is enforced, then the worst slice."""
    worst = min((badness(check) for check in finding.checks), default=(0, True, 0.0, 1.0))
    return not finding.rule.blocks, finding.rule.mode != "enforce", worst
