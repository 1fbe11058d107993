"""What happened, told as few things as it is: findings that belong together become one incident.

Pure, and apart from the judgement: a checkout that is looked at later adds places and suspects to signatures, and
then the same result is told again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gate.judge.scope import (
    concerns,
    is_aggregate,
    is_left_open,
    line_of,
    movement,
    run_mode,
    strictest,
)
from gate.judge.sentences import incidents as sentences
from gate.judge.sentences.headline import write_headline
from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.facts import Frame
from gate.model.result import (
    BlamedPlace,
    Check,
    Incident,
    Result,
    RuleOutcome,
    SignatureFinding,
    Suspect,
)
from gate.model.states import Level, Mode, State, is_in_scope
from gate.signatures.blame import relation_of
from gate.signatures.symbols import readable

_FAILED = 1
"""The exit code of a run that a fail stops."""

_Direction = Literal["rise", "fall"]
_Severity = Literal["fail", "warn", "improved"]
_SEVERITIES: tuple[_Severity, ...] = ("fail", "warn", "improved")
_KINDS = ("rise", "fall", "insight", "signature")
_TOUCHED = ("function", "file", "caller")
"""The likeliest suspects first."""


def tell(result: Result) -> Result:
    """Add the incidents and the headline to a result, from everything else that is in it.

    Telling a result again changes nothing, unless something else in it has changed since.
    """
    told = replace(result, incidents=find_incidents(result))
    # In a run that only tries rules, the verdict is about these.
    tried = run_mode(result) == "shadow"
    about = replace(result, incidents=_find(result, with_shadow=True)) if tried else told
    return replace(told, sentence=write_headline(about))


def find_incidents(result: Result) -> tuple[Incident, ...]:
    """Group the findings of a result, worst first; those of rules that are only being tried are left out.

    Every failed, warned and improved slice is in exactly one incident: with the others of its category that moved
    the same way, with Apple's insights on that category, and with the signatures of its type that are new, grown or
    of a level that counts. What of Apple's is left then, and counts, makes incidents of its own.
    """
    return _find(result, with_shadow=False)


def _find(result: Result, *, with_shadow: bool) -> tuple[Incident, ...]:
    found = _Findings(result, with_shadow=with_shadow)
    return tuple(sorted(found.incidents(), key=found.rank))


class _Moved(Struct, frozen=True):
    """A slice that moved, with the state that it brings into an incident."""

    position: int
    state: _Severity


class _Findings:
    """The findings of a result while they are grouped."""

    def __init__(self, result: Result, *, with_shadow: bool) -> None:
        self._result = result
        self._run = run_mode(result)
        self._rules = {rule.id: rule for rule in result.rules if with_shadow or rule.mode != "shadow"}
        self._order = {name: position for position, name in enumerate(self._rules)}
        self._slices: dict[str, list[int]] = defaultdict(list)
        for position, check in enumerate(result.checks):
            if with_shadow or check.mode != "shadow":
                self._slices[check.rule].append(position)

    # --- the whole ----------------------------------------------------------------------------------

    def incidents(self) -> Iterator[Incident]:
        """Make all incidents, in no order."""
        groups = self._grouped_slices()
        told = {category for category, direction in groups if direction == "rise"}
        for (category, direction), moved in groups.items():
            yield self._of_slices(category, direction, moved)
        yield from (self._of_rule(rule) for rule in self._without_slices())
        categories = dict.fromkeys(
            _category_of_insight(one.slice_name) for one in self._result.insights if one.level != "note"
        )
        for category in categories:
            if category not in told:
                yield self._of_insights(category)
        told.update(categories)
        kinds = dict.fromkeys(one.type for one in self._result.signatures if one.level != "note")
        for kind in kinds:
            if _category_of_type(kind) not in told:
                yield self._of_signatures(kind)

    def rank(self, incident: Incident) -> tuple[int, bool, int, bool, float]:
        """Order incidents, the worst first by its effect on users."""
        lead = self._result.checks[incident.checks[0]] if incident.checks else None
        return (
            _SEVERITIES.index(incident.state),
            not is_in_scope(incident.mode, self._run),
            _KINDS.index(incident.kind),
            lead is not None and not is_aggregate(lead),
            -self._effect(incident),
        )

    def _effect(self, incident: Incident) -> float:
        """Measure what an incident is to users: how far its slices moved, added up over groups of devices."""
        checks = [self._result.checks[position] for position in incident.checks]
        sizes: dict[str, float] = {}
        for check in checks:
            if check.state == checks[0].state and is_aggregate(check) == is_aggregate(checks[0]):
                sizes[check.slice.device] = max(sizes.get(check.slice.device, 0.0), abs(_size(check)))
        return sum(sizes.values()) if checks and is_aggregate(checks[0]) else max(sizes.values(), default=0.0)

    # --- slices -------------------------------------------------------------------------------------

    def _grouped_slices(self) -> dict[tuple[str, _Direction], list[_Moved]]:
        groups: dict[tuple[str, _Direction], list[_Moved]] = defaultdict(list)
        for name, positions in self._slices.items():
            for moved in self._moved(self._rules.get(name), positions):
                direction: _Direction = "fall" if moved.state == "improved" else "rise"
                groups[self._result.checks[moved.position].slice.category, direction].append(moved)
        return groups

    def _moved(self, rule: RuleOutcome | None, positions: Sequence[int]) -> Iterator[_Moved]:
        checks = self._result.checks
        alone = {
            position: state
            for position in positions
            if (state := _severity(checks[position].state)) is not None
        }
        own = None if rule is None else _severity(rule.state)
        carried = (
            {} if own is None or own in alone.values() else dict.fromkeys(self._carriers(own, positions), own)
        )
        for position, state in (alone | carried).items():
            yield _Moved(position, state)

    def _carriers(self, state: _Severity, positions: Sequence[int]) -> list[int]:
        """Find the slices that carry what a rule found, where none of them shows it alone.

        They are those that moved its way, of one category: that of the slice that shows it most clearly.
        """
        checks, sign = self._result.checks, -1.0 if state == "improved" else 1.0
        moved = [position for position in positions if movement(checks[position]) * sign > 0]
        # A slice that passed has not risen by more than it may.
        telling = (
            [position for position in moved if checks[position].state != "pass"] or moved or [*positions]
        )
        lead = min(telling, key=lambda position: _clearness(checks[position], sign))
        return [
            position for position in telling if checks[position].slice.category == checks[lead].slice.category
        ]

    def _of_slices(self, category: str, direction: _Direction, moved: Sequence[_Moved]) -> Incident:
        result = self._result
        rises = direction == "rise"
        ordered = sorted(moved, key=self._slice_rank)
        checks = [result.checks[one.position] for one in ordered]
        names = sorted({check.rule for check in checks}, key=lambda name: self._order.get(name, -1))
        insights = self._insights_on(category) if rises else ()
        signatures = self._signatures_of(category) if rises else ()
        state = self._state_of(ordered)
        worst = self._worst(state, insights, signatures)
        rules = [self._rules[name] for name in names if name in self._rules]
        same = tuple(check for check, one in zip(checks, ordered, strict=True) if one.state == state)
        group = sentences.SliceGroup(
            lead=checks[0],
            same=same,
            states=tuple(one.state for one in ordered),
            checks=tuple(checks),
            total=self._count_slices(category, names),
            rules=tuple(rules),
        )
        # What makes it worse than its slices are.
        cause = sentences.explain_level(result, worst, insights, signatures) if worst != state else ""
        return Incident(
            kind=direction,
            state=worst,
            mode=self._mode({check.mode for check in checks}, insights, signatures),
            blocks=any(rule.blocks for rule in rules) or self._blocks_by_level(insights, signatures),
            category=category,
            title=sentences.title_slices(group) + (f"; {cause}" if cause else ""),
            sentence=sentences.explain_slices(group),
            rules=tuple(names),
            checks=tuple(one.position for one in ordered),
            insights=insights,
            signatures=signatures,
            places=self._places(signatures),
        )

    def _slice_rank(self, moved: _Moved) -> tuple[bool, int, bool, float, bool, float]:
        check = self._result.checks[moved.position]
        size = abs(_size(check))
        return (
            not is_in_scope(check.mode, self._run),
            _SEVERITIES.index(moved.state),
            not is_aggregate(check),
            # A typical user stands for more of them than the worst decile, where both lost about as much.
            -round(size, 2),
            check.slice.percentile != "p50",
            -size,
        )

    def _state_of(self, ordered: Sequence[_Moved]) -> _Severity:
        """Find the worst state of some slices: that of the first, since rules beside the verdict come last."""
        return ordered[0].state

    def _count_slices(self, category: str, rules: Iterable[str]) -> int:
        found = (self._result.checks[position] for name in rules for position in self._slices[name])
        return len({check.slice for check in found if check.slice.category == category})

    # --- rules without any slice --------------------------------------------------------------------

    def _without_slices(self) -> Iterator[RuleOutcome]:
        for rule in self._rules.values():
            if _severity(rule.state) is not None and not self._slices.get(rule.id):
                yield rule

    def _of_rule(self, rule: RuleOutcome) -> Incident:
        state = _severity(rule.state) or "warn"
        return Incident(
            kind="fall" if state == "improved" else "rise",
            state=state,
            mode=rule.mode,
            blocks=rule.blocks,
            category="",
            title=rule.id,
            sentence=rule.sentence,
            rules=(rule.id,),
        )

    # --- what is Apple's alone ----------------------------------------------------------------------

    def _of_insights(self, category: str) -> Incident:
        insights, signatures = self._insights_on(category), self._signatures_of(category)
        state = self._worst(None, insights, signatures)
        found = [self._result.insights[position] for position in insights]
        lead = max(found, key=lambda one: (one.level == state, one.largest_change or 0.0))
        return Incident(
            kind="insight",
            state=state,
            mode=self._run,
            blocks=self._blocks_by_level(insights, signatures),
            category=category,
            title=sentences.title_insight(lead, left_open=is_left_open(self._result, lead)),
            sentence=" ".join(dict.fromkeys(one.sentence for one in found)),
            insights=insights,
            signatures=signatures,
            places=self._places(signatures),
        )

    def _of_signatures(self, kind: str) -> Incident:
        signatures = self._positions_of_type(kind)
        found = [self._result.signatures[position] for position in signatures]
        return Incident(
            kind="signature",
            state=self._worst(None, (), signatures),
            mode=self._run,
            blocks=self._blocks_by_level((), signatures),
            category=_category_of_type(kind),
            title=sentences.title_signatures(found),
            sentence=sentences.explain_signatures(found),
            signatures=signatures,
            places=self._places(signatures),
        )

    def _insights_on(self, category: str) -> tuple[int, ...]:
        return tuple(
            position
            for position, one in enumerate(self._result.insights)
            if _category_of_insight(one.slice_name) == category
            # What Apple says of another version decides nothing about this one.
            and (one.level != "note" or concerns(one, self._result.candidate))
        )

    def _signatures_of(self, category: str) -> tuple[int, ...]:
        kinds = dict.fromkeys(one.type for one in self._result.signatures)
        return tuple(
            position
            for kind in kinds
            if _category_of_type(kind) == category
            for position in self._positions_of_type(kind)
        )

    def _positions_of_type(self, kind: str) -> tuple[int, ...]:
        """List the signatures of a type that moved or count, the worst first, then the heaviest."""
        found = self._result.signatures
        telling = [position for position, one in enumerate(found) if one.type == kind and _tells(one)]
        return tuple(sorted(telling, key=lambda position: _signature_rank(found[position])))

    # --- what holds for all -------------------------------------------------------------------------

    def _levels(self, insights: Iterable[int], signatures: Iterable[int]) -> Iterator[Level]:
        yield from (self._result.insights[position].level for position in insights)
        yield from (self._result.signatures[position].level for position in signatures)

    def _worst(
        self, state: _Severity | None, insights: Sequence[int], signatures: Sequence[int]
    ) -> _Severity:
        levels = [one for one in self._levels(insights, signatures) if one != "note"]
        states: list[_Severity] = [*levels, *([] if state is None else [state])]
        return min(states, key=_SEVERITIES.index, default="warn")

    def _mode(self, modes: set[Mode], insights: Sequence[int], signatures: Sequence[int]) -> Mode:
        # Findings of Apple's have no mode of their own, so the run's decides.
        counts = any(level != "note" for level in self._levels(insights, signatures))
        return strictest(modes | {self._run}) if counts else strictest(modes)

    def _blocks_by_level(self, insights: Sequence[int], signatures: Sequence[int]) -> bool:
        stops = self._run == "enforce" and self._result.exit_code == _FAILED
        return stops and "fail" in self._levels(insights, signatures)

    def _places(self, signatures: Sequence[int]) -> tuple[BlamedPlace, ...]:
        """Name each place that signatures blame once, the most blamed first."""
        blamed: dict[tuple[str, int | None, str], list[int]] = defaultdict(list)
        for position in signatures:
            if (place := _place_of(self._result.signatures[position])) is not None:
                same_line = (place.path, place.line, "" if place.path and place.line else place.function)
                blamed[same_line].append(position)
        places = [self._joined(positions) for positions in blamed.values()]
        return tuple(sorted(places, key=lambda one: -self._weight_of(one)))

    def _joined(self, positions: Sequence[int]) -> BlamedPlace:
        heaviest = sorted(positions, key=lambda position: -(self._result.signatures[position].weight or 0.0))
        places = [
            place
            for position in heaviest
            if (place := _place_of(self._result.signatures[position])) is not None
        ]
        suspects: dict[str, Suspect] = {}
        for one in (suspect for place in places for suspect in place.suspects):
            known = suspects.setdefault(one.commit, one)
            suspects[one.commit] = min(known, one, key=_suspicion)
        return replace(
            places[0],
            signatures=tuple(heaviest),
            owners=tuple(dict.fromkeys(owner for place in places for owner in place.owners)),
            suspects=tuple(sorted(suspects.values(), key=_suspicion)),
        )

    def _weight_of(self, place: BlamedPlace) -> float:
        return sum(self._result.signatures[position].weight or 0.0 for position in place.signatures)


def _severity(state: State) -> _Severity | None:
    return state if state in ("fail", "warn", "improved") else None


def _size(check: Check) -> float:
    """Measure what is wrong with a slice: how far it moved, or how far it is above its line."""
    moved = movement(check)
    line = line_of(check) if check.line_failed else None
    if moved > 0 or line is None or line <= 0 or check.candidate is None:
        return moved
    return check.candidate.value / line - 1


def _clearness(check: Check, sign: float) -> tuple[float, float]:
    chance = check.p_value if check.p_value is not None else 1.0
    return (chance * sign, -movement(check) * sign)


def _category_of_insight(slice_name: str) -> str:
    return slice_name.partition("/")[0]


def _category_of_type(kind: str) -> str:
    """Find the category of the metric that a type of signature belongs to; the type itself when it is unknown."""
    known = DIAGNOSTIC_TYPES.get(kind)
    return kind if known is None else known.category


def _tells(one: SignatureFinding) -> bool:
    """Tell whether a signature has something to do with a rise: what stays as it was has not."""
    return one.level != "note" or (one.change in ("new", "grown") and not one.ignored)


def _signature_rank(one: SignatureFinding) -> tuple[int, float, int]:
    levels: tuple[Level, ...] = ("fail", "warn", "note")
    return (levels.index(one.level), -(one.weight or 0.0), one.rank)


def _place_of(one: SignatureFinding) -> BlamedPlace | None:
    """Find the place that a signature blames: in the repository when it is known there, else as Apple names it."""
    source = one.source
    frame = _blamed_frame(one) if source is None else source.frame
    if frame is None:
        return None
    is_caller = (
        source.is_caller if source is not None else relation_of(frame, one.blame, one.text) == "caller"
    )
    return BlamedPlace(
        function=readable(frame.symbol, frame.binary),
        is_caller=is_caller,
        path=(source.path or source.revision_path if source is not None else "") or frame.file,
        line=(source.line if source is not None and source.path else None) or frame.line,
        url=source.url if source is not None else "",
        signatures=(),
        owners=source.owners if source is not None else (),
        suspects=source.suspects if source is not None else (),
    )


def _blamed_frame(one: SignatureFinding) -> Frame | None:
    """Find the deepest frame that names a file, else the deepest that names a function."""
    named = [frame for frame in one.blame if frame.file] or [frame for frame in one.blame if frame.symbol]
    return named[-1] if named else None


def _suspicion(one: Suspect) -> int:
    return _TOUCHED.index(one.touched)
