"""The policy's rules as questions to the evidence, all weighed together."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from gate.judge.comparisons import Comparison
from gate.model.units import convert
from gate.policy.types import Allowance, Evidence, Rule
from gate.stats.noise import Noise, Track, learn
from gate.stats.weigh import Allowed, Question, RuleEvidence, SliceEvidence, weigh


class Weighed(Struct, frozen=True, kw_only=True):
    """What the evidence says about one rule."""

    answer: RuleEvidence | None
    """None when the rule compares nothing, or none of its slices can be compared."""
    incomparable: dict[int, str]
    """Cells that the rule's allowance can't be applied to, and why."""


def weigh_rules(
    rules: Sequence[tuple[Rule, Sequence[int]]], cells: Sequence[Comparison], evidence: Evidence
) -> list[Weighed]:
    """Weigh all rules at the run's alarm budget.

    Shadow rules are weighed apart: a rule that is only being tried must not make others less sensitive.

    Args:
        rules: Each rule with the positions of its cells.
        cells: All cells of the run; those that no rule selects still tell about noise.
        evidence: How sure the gate must be.

    Returns:
        One entry per rule, in the same order.
    """
    tracks = [cell.track for cell in cells]
    noises = learn(tracks)
    results: list[Weighed | None] = [None] * len(rules)
    for shadow in (False, True):
        chosen = [place for place, (rule, _) in enumerate(rules) if (rule.mode == "shadow") is shadow]
        group = [rules[place] for place in chosen]
        for place, weighed in zip(chosen, _weigh_group(group, cells, tracks, noises, evidence), strict=True):
            results[place] = weighed
    return [result for result in results if result is not None]


def _weigh_group(
    rules: Sequence[tuple[Rule, Sequence[int]]],
    cells: Sequence[Comparison],
    tracks: Sequence[Track],
    noises: Sequence[Noise | None],
    evidence: Evidence,
) -> list[Weighed]:
    table = _Table(tracks, noises)
    asked = [_question(rule, indices, cells, table, evidence) for rule, indices in rules]
    questions = [question for question, _ in asked if question is not None]
    answers = iter(
        weigh(
            table.tracks,
            table.noises,
            questions,
            alarm_budget=evidence.alarm_budget,
            min_versions=evidence.min_versions,
        )
    )
    return [
        Weighed(answer=table.original(next(answers)) if question is not None else None, incomparable=refused)
        for question, refused in asked
    ]


class _Table:
    """Tracks and their noise; a rule with its own floor or noise gets its own copies at the end."""

    def __init__(self, tracks: Sequence[Track], noises: Sequence[Noise | None]) -> None:
        self.tracks = list(tracks)
        self.noises = list(noises)
        self._origin = list(range(len(tracks)))

    def overridden(self, rule: Rule, indices: Sequence[int], cells: Sequence[Comparison]) -> list[int]:
        """Positions of tracks that carry the rule's own floor and noise."""
        if rule.floor is None and rule.noise is None:
            return list(indices)
        names = {self.tracks[index].metric for index in indices}
        relatives = [index for index in range(len(cells)) if self.tracks[index].metric in names]
        copies = [_override(rule, self.tracks[index], cells[index]) for index in relatives]
        others = [track for track in self.tracks[: len(cells)] if track.metric not in names]
        start = len(self.tracks)
        self.tracks += copies
        self.noises += learn([*copies, *others])[: len(copies)]
        self._origin += relatives
        place = {index: start + offset for offset, index in enumerate(relatives)}
        return [place[index] for index in indices]

    def original(self, answer: RuleEvidence) -> RuleEvidence:
        """An answer in terms of the run's cells."""
        return msgspec.structs.replace(
            answer,
            slices=tuple(
                one if self._origin[one.track] == one.track else _moved(one, self._origin[one.track])
                for one in answer.slices
            ),
            named=tuple(self._origin[index] for index in answer.named),
        )


def _moved(one: SliceEvidence, track: int) -> SliceEvidence:
    return msgspec.structs.replace(one, track=track)


def _override(rule: Rule, track: Track, cell: Comparison) -> Track:
    floor = track.floor
    if rule.floor is not None:
        own = convert(rule.floor.value, rule.floor.unit, cell.series.unit)
        floor = track.floor if own is None else own
    return msgspec.structs.replace(track, floor=floor, assumed_noise=rule.noise or track.assumed_noise)


def _question(
    rule: Rule, indices: Sequence[int], cells: Sequence[Comparison], table: _Table, evidence: Evidence
) -> tuple[Question | None, dict[int, str]]:
    if rule.fail is None and rule.warn is None:
        return None, {}
    unit, refused = _common_unit(rule, indices, cells)
    kept = [index for index in indices if index not in refused and not cells[index].problem]
    if not kept:
        return None, refused
    question = Question(
        tracks=tuple(table.overridden(rule, kept, cells)),
        fail=_allowed(rule.fail, unit),
        warn=_allowed(rule.warn, unit),
        must_detect=evidence.must_detect,
    )
    return question, refused


def _common_unit(
    rule: Rule, indices: Sequence[int], cells: Sequence[Comparison]
) -> tuple[str, dict[int, str]]:
    """The unit in which a rule's absolute allowance can be applied, and the cells it can't be applied to."""
    absolute = [
        line.absolute for line in (rule.fail, rule.warn) if line is not None and line.absolute is not None
    ]
    if not absolute:
        return "", {}
    spoken = absolute[0].unit
    units = [cells[index].series.unit for index in indices]
    common = next((unit for unit in units if convert(1.0, spoken, unit) is not None), "")
    refused = {}
    for index, unit in zip(indices, units, strict=True):
        if unit != common or not common:
            sent = f"Apple measures this in {unit}" if unit else "Apple sends no unit for this"
            refused[index] = f"the rule speaks of {spoken}, but {sent}"
    return common, refused


def _allowed(line: Allowance | None, unit: str) -> Allowed | None:
    if line is None:
        return None
    absolute = None
    if line.absolute is not None:
        absolute = convert(line.absolute.value, line.absolute.unit, unit)
    return Allowed(relative=line.relative, absolute=absolute)
