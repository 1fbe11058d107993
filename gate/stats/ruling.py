"""One rule while it is weighed: its slices, what they show, and the state that follows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf, log1p
from typing import Literal

from gate.model.result import State
from gate.stats.distributions import t_quantile, t_survival
from gate.stats.drift import GradualDrift, gradual_drift
from gate.stats.evidence import Allowed, Basis, Question, RuleEvidence, SliceEvidence
from gate.stats.multiplicity import discoveries
from gate.stats.noise import Noise, Track, relative
from gate.stats.readings import CAUTION, KINDS_OF_READINGS, Combined, Member, average, counts, read

Hypothesis = Literal["fail", "thin", "warn", "improved"]
"""What is tested: the fail line, the same including slices with too short a history, the warn line, and the
fail line downwards."""
HYPOTHESES: tuple[Hypothesis, ...] = ("fail", "thin", "warn", "improved")

_SURE_TO_SHOW = 0.08
"""A rule passes when even the upper ends of its one-sided 92 % intervals are acceptable."""
_NOISE_PROMISE = 2.5
"""Where healthy versions differ much, nobody can promise to see less than this many times the usual noise."""
_BEYOND_ALLOWED = 2.0
"""Nor less than this many times what the rule allows anyway."""
_ANY = Allowed(relative=inf)
UnweighedReason = Literal["not_comparable", "no_baseline", "no_data"]
_REFUSALS: tuple[UnweighedReason, ...] = ("not_comparable", "no_baseline", "no_data")
"""Why a slice can't be weighed, the most telling first."""


class Ruling:
    """One rule while it is weighed.

    Args:
        tracks: All slices of the payload.
        noises: One per track.
        question: The rule.
        min_versions: With fewer references a finding is at most a warning.
    """

    def __init__(
        self, tracks: Sequence[Track], noises: Sequence[Noise | None], question: Question, min_versions: int
    ) -> None:
        self._tracks = tracks
        self._question = question
        self._main: Hypothesis = "thin" if question.fail else "warn"
        self.members = _members(tracks, noises, question.tracks, question.fail or question.warn or _ANY)
        self._warned = self.members
        if question.fail and question.warn and question.fail != question.warn:
            self._warned = _members(tracks, noises, question.tracks, question.warn)
        self.found = self._read(min_versions)
        self.p_run: dict[Hypothesis, float] = {}
        """Chance that a healthy release shows this much anywhere in the run; `weigh` fills it in."""

    def _read(self, min_versions: int) -> dict[Hypothesis, Combined]:
        found = dict.fromkeys(HYPOTHESES, Combined())
        found["improved"] = read(self.members, -1.0)
        above = read(self.members)
        if self._question.fail:
            seen = [member for member in self.members if len(member.noise.history) >= min_versions]
            found["thin"] = above
            found["fail"] = above if len(seen) == len(self.members) else read(seen)
        if self._question.warn:
            found["warn"] = above if self._warned is self.members else read(self._warned)
        return found

    def answer(self, alpha: float, bar: float) -> RuleEvidence:
        """The rule's state and that of its slices.

        Args:
            alpha: The run's alarm budget.
            bar: The p-value that this rule needs if it is the clearest of the run.
        """
        if not self.members:
            return self._unweighed()
        state, why, line = self._significant(alpha)
        creep = None if line else self._creep(bar)
        if creep is not None:
            state, why = "warn", "creep"
        elif line is None:
            state, why, line = self._quiet(alpha)
        carriers = self._carriers(line, alpha) if line else []
        tested = line or self._main
        return RuleEvidence(
            state=state,
            reason="within_noise" if state == "undecided" else None,
            why=why,
            slices=self._slices(state, why, set(carriers), self._warned_too(line, alpha), bar),
            named=tuple(carriers or self._over()) if why != "creep" else (),
            p=self.found[tested].p,
            p_run=self.p_run[tested],
            reading=self.found[line].clearest if line else None,
            visible=relative(self._visible(bar)),
            promise=relative(max([self._promise(member) for member in self.members])),
            creep=creep,
        )

    def _unweighed(self) -> RuleEvidence:
        slices = tuple([_unweighed(index, self._tracks[index]) for index in self._question.tracks])
        found = {one.reason for one in slices}
        why: UnweighedReason = next((name for name in _REFUSALS if name in found), "no_data")
        return RuleEvidence(state="undecided", reason=why, why=why, slices=slices)

    def _significant(self, alpha: float) -> tuple[State, Basis, Hypothesis | None]:
        """What the evidence supports at the alarm budget, if anything."""
        if self._clear("fail", alpha):
            return "fail", "significant", "fail"
        if self._clear("thin", alpha):
            return "warn", "thin_history", "thin"
        if self._clear("warn", alpha):
            return "warn", "warn_line", "warn"
        return "pass", "all_clear", None

    def _clear(self, line: Hypothesis, alpha: float) -> bool:
        return self.found[line].clearest is not None and self.p_run[line] <= alpha

    def _quiet(self, alpha: float) -> tuple[State, Basis, Hypothesis | None]:
        """The state when no rise is significant: is it quiet, or could a rise be hidden?"""
        summaries = list(self._summaries())
        if any(change > line for change, _, line, _ in summaries):
            return "undecided", "within_noise", None
        if any(upper > promise for _, upper, _, promise in summaries):
            return "undecided", "too_noisy", None
        if self._clear("improved", alpha):
            return "improved", "improved", "improved"
        return "pass", "all_clear", None

    def _summaries(self) -> Iterator[tuple[float, float, float, float]]:
        """Each group, each model over its percentiles, each percentile over its models.

        One of fifty slices always looks odd. Means over percentiles and over models do so less often, while a
        model or a percentile that truly got worse still shows in one of them.

        Yields:
            Change, its upper end, what is allowed and what a pass promises, all on the log scale.
        """
        models: dict[tuple[str, str], list[Member]] = defaultdict(list)
        percentiles: dict[tuple[str, str], list[Member]] = defaultdict(list)
        for member in self.members:
            if member.track.rollup:
                yield member.noise.delta, _upper(member.noise), member.line, self._promise(member)
            else:
                models[member.track.metric, member.track.device].append(member)
                percentiles[member.track.metric, member.track.percentile].append(member)
        for own in (*models.values(), *percentiles.values()):
            if any(m.noise.delta > m.line or _upper(m.noise) > self._promise(m) for m in own):
                change, deviation, df = average(own)
                upper = change + t_quantile(_SURE_TO_SHOW, df) * deviation
                yield change, upper, sum([m.line for m in own]) / len(own), self._promise(own[0])

    def _promise(self, member: Member) -> float:
        """The smallest rise that a pass excludes, on the log scale; more than what the rule allows."""
        wanted = max(log1p(self._question.must_detect), _BEYOND_ALLOWED * member.line)
        return max(wanted, _NOISE_PROMISE * member.track.assumed_noise)

    def _visible(self, bar: float) -> float:
        """The smallest rise of all slices together that would be significant, on the log scale."""
        needed = bar / CAUTION if len(self.members) > 1 else bar
        metrics: dict[str, list[Member]] = defaultdict(list)
        for member in self.members:
            metrics[member.track.metric].append(member)
        seen = []
        for own in metrics.values():
            _, deviation, df = average(own)
            line = sum([member.line for member in own]) / len(own)
            seen.append(max(line, t_quantile(needed, df) * deviation))
        return min(seen)

    def _creep(self, bar: float) -> GradualDrift | None:
        found = gradual_drift(self.members)
        return found if found is not None and found.p <= bar else None

    def _over(self) -> list[int]:
        over = [member for member in self.members if member.noise.delta > member.line]
        return [member.index for member in sorted(over, key=_chance)]

    def _carriers(self, line: Hypothesis, alpha: float) -> list[int]:
        """Slices that carry a finding: those that are clear alone, and those of the clearest reading."""
        sign = -1.0 if line == "improved" else 1.0
        members = self._warned if line == "warn" else self.members
        chances = [_chance(member, sign) if counts(member, sign) else 1.0 for member in members]
        clear = set(discoveries(chances, alpha))
        reading = self.found[line].clearest
        read_together = set(reading.members) if reading else set()
        order = sorted(range(len(members)), key=chances.__getitem__)
        return [
            members[i].index
            for i in order
            if chances[i] < 1.0 and (i in clear or members[i].index in read_together)
        ]

    def _warned_too(self, line: Hypothesis | None, alpha: float) -> set[int]:
        """Slices of a failing rule that are clearly beyond its warning line."""
        return set(self._carriers("warn", alpha)) if line == "fail" and self._clear("warn", alpha) else set()

    def _slices(
        self, state: State, why: Basis, carriers: set[int], warned: set[int], bar: float
    ) -> tuple[SliceEvidence, ...]:
        members = {member.index: member for member in self.members}
        rollups = sum([member.track.rollup for member in self.members])
        sizes = {True: rollups, False: len(members) - rollups}
        kinds = KINDS_OF_READINGS * CAUTION if len(members) > 1 else 1.0
        return tuple(
            [
                self._slice(member, state, why, carriers, warned, bar / (kinds * sizes[member.track.rollup]))
                if (member := members.get(index)) is not None
                else _unweighed(index, self._tracks[index])
                for index in self._question.tracks
            ]
        )

    def _slice(
        self, member: Member, state: State, why: Basis, carriers: set[int], warned: set[int], bar: float
    ) -> SliceEvidence:
        noise, line = member.noise, member.line
        upper = _upper(noise)
        own_state: State = "pass"
        own_why: Basis = "all_clear"
        if member.index in carriers:
            own_state, own_why = state, why
        elif member.index in warned:
            own_state, own_why = "warn", "warn_line"
        elif noise.delta > line:
            own_state, own_why = "undecided", "within_noise"
        elif upper > self._promise(member):
            own_state, own_why = "undecided", "too_noisy"
        return SliceEvidence(
            track=member.index,
            state=own_state,
            reason="within_noise" if own_state == "undecided" else None,
            why=own_why,
            change=relative(noise.delta),
            allowed=relative(line),
            line=noise.level * (1.0 + relative(line)),
            p=_chance(member),
            visible=relative(max(line, t_quantile(bar, noise.df) * noise.deviation)),
            upper=relative(upper),
        )


def _members(
    tracks: Sequence[Track], noises: Sequence[Noise | None], indices: Sequence[int], allowed: Allowed
) -> list[Member]:
    """The slices of a rule that can be weighed."""
    fixed = allowed.on(1.0) if allowed.absolute is None else None
    return [
        Member(
            index=index,
            track=tracks[index],
            noise=noise,
            line=allowed.on(noise.level) if fixed is None else fixed,
        )
        for index in indices
        if (noise := noises[index]) is not None
    ]


def _chance(member: Member, sign: float = 1.0) -> float:
    """Chance that a healthy release shows a change this large in this slice."""
    return t_survival(sign * member.noise.delta / member.noise.deviation, member.noise.df)


def _upper(noise: Noise) -> float:
    """The rise that the data do not exclude, on the log scale."""
    return noise.delta + t_quantile(_SURE_TO_SHOW, noise.df) * noise.deviation


def _unweighed(index: int, track: Track) -> SliceEvidence:
    reason: UnweighedReason = "not_comparable"
    if track.candidate is None:
        reason = "no_data"
    elif not track.baseline:
        reason = "no_baseline"
    return SliceEvidence(track=index, state="undecided", reason=reason, why=reason)
