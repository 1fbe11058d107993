"""One rule while it is weighed: its slices, what they show, and the state that follows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log1p
from typing import Literal, NamedTuple

from gate.model.comparison import Comparison
from gate.model.states import Reason, State
from gate.model.units import convert
from gate.policy.types import Allowance, Evidence, Rule
from gate.stats.distributions import t_quantile, t_survival
from gate.stats.drift import gradual_drift
from gate.stats.evidence import (
    Basis,
    Combined,
    GradualDrift,
    Noise,
    RuleEvidence,
    SliceEvidence,
    WeighedSlice,
)
from gate.stats.multiplicity import discoveries
from gate.stats.readings import CAUTION, KINDS_OF_READINGS, average, exceeds, read
from gate.stats.scale import log_allowance, relative

Hypothesis = Literal["fail", "thin", "warn", "improved"]
"""What is tested: beyond the allowance of `fail`, the same with slices of too short a history, beyond that of
`warn`, and beyond the allowance of `fail` downwards."""
HYPOTHESES: tuple[Hypothesis, ...] = ("fail", "thin", "warn", "improved")

_SURE_TO_SHOW = 0.08
"""A rule passes when even the upper ends of its one-sided 92% intervals are acceptable."""
_NOISE_PROMISE = 2.5
"""Where healthy versions differ much, nobody can promise to see less than this many times the usual noise."""
_BEYOND_ALLOWED = 2.0
"""Nor less than this many times what the rule allows anyway."""

UnweighedBasis = Literal["not_comparable", "no_baseline", "no_data"]
_UNWEIGHED: tuple[UnweighedBasis, ...] = ("not_comparable", "no_baseline", "no_data")
"""Why a slice can't be weighed, the most telling first."""


class _Decision(NamedTuple):
    """What a rule comes to, and the hypothesis that was rejected for it, if any."""

    state: State
    basis: Basis
    hypothesis: Hypothesis | None


class _Named(NamedTuple):
    """Slices that a finding names."""

    contributing: frozenset[int]
    warned: frozenset[int]


class Ruling:
    """One rule while it is weighed.

    Args:
        comparisons: All slices of the payload.
        noises: What `learn` made of them.
        rule: One that allows a rise: with `fail`, `warn` or both.
        indices: Which slices the rule selects.
        evidence: How sure the gate must be.
    """

    def __init__(
        self,
        comparisons: Sequence[Comparison],
        noises: Sequence[Noise | None],
        rule: Rule,
        indices: Sequence[int],
        evidence: Evidence,
    ) -> None:
        self._comparisons = comparisons
        self._rule = rule
        self._indices = indices
        self._evidence = evidence
        self._main: Hypothesis = "thin" if rule.fail else "warn"
        fitting = [index for index in indices if _fits(rule, comparisons[index].series.unit)]
        self._fitting = frozenset(fitting)
        allowance = rule.fail or rule.warn
        if allowance is None:
            raise ValueError(f"the rule {rule.id} allows no rise, so there is nothing to weigh")
        self.slices = _weighable(comparisons, noises, fitting, allowance)
        self._under_warn = self.slices
        if rule.fail and rule.warn and rule.fail != rule.warn:
            self._under_warn = _weighable(comparisons, noises, fitting, rule.warn)
        self.found = self._read_all()
        self.p_run: dict[Hypothesis, float] = {}
        """Chance that a healthy release shows this much anywhere in the run; `weigh` fills it in."""

    def _read_all(self) -> dict[Hypothesis, Combined]:
        found = dict.fromkeys(HYPOTHESES, Combined())
        found["improved"] = read(self.slices, -1.0)
        above = read(self.slices)
        if self._rule.fail:
            fewest = self._evidence.min_versions
            # The slices with enough history may fail; those without are undecided, by `thin`.
            known = [one for one in self.slices if len(one.noise.history) >= fewest]
            found["thin"] = above
            found["fail"] = above if len(known) == len(self.slices) else read(known)
        if self._rule.warn:
            found["warn"] = above if self._under_warn is self.slices else read(self._under_warn)
        return found

    def decide(self, bar: float) -> RuleEvidence:
        """Decide the state of the rule and of its slices.

        Args:
            bar: The p-value that this rule needs if it is the clearest of the run.
        """
        if not self.slices:
            return self._unweighed()
        finding, drift = self._significant(), None
        # Only where nothing else was found: a significant rise says more than drift.
        if finding is None:
            drift = self._drift(bar)
            finding = _Decision("warn", "gradual_drift", None) if drift else self._without_a_rise()
        hypothesis = finding.hypothesis
        contributing = self._contributing(hypothesis) if hypothesis else []
        named = _Named(frozenset(contributing), frozenset(self._warned_too(hypothesis)))
        tested = hypothesis or self._main
        return RuleEvidence(
            state=finding.state,
            reason=_reason(finding.state, finding.basis),
            basis=finding.basis,
            slices=self._slice_evidence(finding, named, bar),
            contributing=tuple(contributing or self._over()) if drift is None else (),
            p=self.found[tested].p,
            p_run=self.p_run[tested],
            reading=self.found[hypothesis].clearest if hypothesis else None,
            visible=relative(self._visible(bar)),
            promise=relative(max([self._promise(one) for one in self.slices])),
            drift=drift,
        )

    def _unweighed(self) -> RuleEvidence:
        slices = tuple([self._unweighed_slice(index) for index in self._indices])
        found = {one.reason for one in slices}
        basis: UnweighedBasis = next((name for name in _UNWEIGHED if name in found), "no_data")
        return RuleEvidence(state="undecided", reason=basis, basis=basis, slices=slices)

    def _unweighed_slice(self, index: int) -> SliceEvidence:
        comparison = self._comparisons[index]
        if index not in self._fitting:
            return SliceEvidence(
                index=index, state="undecided", reason="not_comparable", basis="unit_mismatch"
            )
        reason: UnweighedBasis = "not_comparable"
        if comparison.candidate is None:
            reason = "no_data"
        elif not comparison.baseline:
            reason = "no_baseline"
        return SliceEvidence(index=index, state="undecided", reason=reason, basis=reason)

    def _significant(self) -> _Decision | None:
        """Find which rise the evidence supports at the alarm budget, if any."""
        # From the most severe on: a rule says the worst that the evidence supports.
        if self._is_clear("fail"):
            return _Decision("fail", "significant", "fail")
        if self._is_clear("thin"):
            return _Decision("undecided", "thin_history", "thin")
        if self._is_clear("warn"):
            return _Decision("warn", "warn_line", "warn")
        return None

    def _is_clear(self, hypothesis: Hypothesis) -> bool:
        is_found = self.found[hypothesis].clearest is not None
        return is_found and self.p_run[hypothesis] <= self._evidence.alarm_budget

    def _without_a_rise(self) -> _Decision:
        """Tell whether a rule without a significant rise is quiet, or whether a rise could be hidden."""
        summaries = list(self._summaries())
        if any(change > allowed for change, _, allowed, _ in summaries):
            return _Decision("undecided", "within_noise", None)
        if any(upper > promise for _, upper, _, promise in summaries):
            return _Decision("undecided", "too_noisy", None)
        if self._is_clear("improved"):
            return _Decision("improved", "improved", "improved")
        return _Decision("pass", "all_clear", None)

    def _summaries(self) -> Iterator[tuple[float, float, float, float]]:
        """Summarise each group, each model over its percentiles, and each percentile over its models.

        One of fifty slices always looks odd. Means over percentiles and over models do so less often, while a
        model or a percentile that truly got worse still shows in one of them.

        Yields:
            Change, its upper end, what is allowed and what a pass promises, all on the log scale.
        """
        models: dict[tuple[str, str], list[WeighedSlice]] = defaultdict(list)
        percentiles: dict[tuple[str, str], list[WeighedSlice]] = defaultdict(list)
        for one in self.slices:
            comparison = one.comparison
            if comparison.is_group:
                yield one.noise.delta, _upper(one.noise), one.allowed, self._promise(one)
            else:
                models[comparison.metric, comparison.device].append(one)
                percentiles[comparison.metric, comparison.percentile].append(one)
        for own in (*models.values(), *percentiles.values()):
            # The mean is only worked out where a slice stands out: it can't stand out itself otherwise.
            if any(one.noise.delta > one.allowed or _upper(one.noise) > self._promise(one) for one in own):
                change, deviation, df = average(own)
                upper = change + t_quantile(_SURE_TO_SHOW, df) * deviation
                yield change, upper, sum([one.allowed for one in own]) / len(own), self._promise(own[0])

    def _promise(self, one: WeighedSlice) -> float:
        """Compute the smallest rise that a pass excludes, on the log scale; more than what the rule allows."""
        wanted = max(log1p(self._evidence.must_detect), _BEYOND_ALLOWED * one.allowed)
        return max(wanted, _NOISE_PROMISE * one.comparison.assumed_noise)

    def _visible(self, bar: float) -> float:
        """Compute the smallest rise of all slices together that would be significant, on the log scale."""
        # The p-value of the readings is multiplied by `CAUTION`, so a rise needs only this much.
        needed = bar / CAUTION if len(self.slices) > 1 else bar
        metrics: dict[str, list[WeighedSlice]] = defaultdict(list)
        for one in self.slices:
            metrics[one.comparison.metric].append(one)
        visible = []
        for own in metrics.values():
            _, deviation, df = average(own)
            allowed = sum([one.allowed for one in own]) / len(own)
            visible.append(max(allowed, t_quantile(needed, df) * deviation))
        return min(visible)

    def _drift(self, bar: float) -> GradualDrift | None:
        found = gradual_drift(self.slices)
        return found if found is not None and found.p <= bar else None

    def _over(self) -> list[int]:
        """List the slices that rose by more than allowed, the clearest first."""
        over = [one for one in self.slices if one.noise.delta > one.allowed]
        return [one.index for one in sorted(over, key=_p_value)]

    def _contributing(self, hypothesis: Hypothesis) -> list[int]:
        """List the slices that support a finding: those that are clear alone, and those of the clearest reading."""
        sign = -1.0 if hypothesis == "improved" else 1.0
        slices = self._under_warn if hypothesis == "warn" else self.slices
        p_values = [_p_value(one, sign) if exceeds(one, sign) else 1.0 for one in slices]
        clear = set(discoveries(p_values, self._evidence.alarm_budget))
        reading = self.found[hypothesis].clearest
        read_together = set(reading.slices) if reading else set()
        order = sorted(range(len(slices)), key=p_values.__getitem__)
        return [
            slices[i].index
            for i in order
            if p_values[i] < 1.0 and (i in clear or slices[i].index in read_together)
        ]

    def _warned_too(self, hypothesis: Hypothesis | None) -> list[int]:
        """List the slices of a failing rule that are clearly beyond its warning line."""
        return self._contributing("warn") if hypothesis == "fail" and self._is_clear("warn") else []

    def _slice_evidence(self, finding: _Decision, named: _Named, bar: float) -> tuple[SliceEvidence, ...]:
        weighed = {one.index: one for one in self.slices}
        groups = sum([one.comparison.is_group for one in self.slices])
        sizes = {True: groups, False: len(weighed) - groups}
        # A slice alone has to be clear among all slices of its kind (Simes) and all kinds of readings (Cauchy).
        kinds = KINDS_OF_READINGS * CAUTION if len(weighed) > 1 else 1.0
        return tuple(
            [
                self._decide_slice(one, finding, named, bar / (kinds * sizes[one.comparison.is_group]))
                if (one := weighed.get(index)) is not None
                else self._unweighed_slice(index)
                for index in self._indices
            ]
        )

    def _decide_slice(
        self, one: WeighedSlice, finding: _Decision, named: _Named, bar: float
    ) -> SliceEvidence:
        noise, allowed = one.noise, one.allowed
        upper = _upper(noise)
        state, basis = self._slice_state(one, upper, finding, named)
        return SliceEvidence(
            index=one.index,
            state=state,
            reason=_reason(state, basis),
            basis=basis,
            change=relative(noise.delta),
            allowed=relative(allowed),
            allowed_value=noise.level * (1.0 + relative(allowed)),
            floor=one.comparison.floor,
            p=_p_value(one),
            visible=relative(max(allowed, t_quantile(bar, noise.df) * noise.deviation)),
            upper=relative(upper),
        )

    def _slice_state(
        self, one: WeighedSlice, upper: float, finding: _Decision, named: _Named
    ) -> tuple[State, Basis]:
        state, basis = self._believed_state(one, upper, finding, named)
        # A margin that only the candidate lacks may have been lost, and with it a wider interval.
        if state in ("pass", "improved") and one.noise.is_margin_lost:
            return "undecided", "margin_lost"
        return state, basis

    def _believed_state(
        self, one: WeighedSlice, upper: float, finding: _Decision, named: _Named
    ) -> tuple[State, Basis]:
        if one.index in named.contributing:
            return finding.state, finding.basis
        if one.index in named.warned:
            return "warn", "warn_line"
        if one.noise.delta > one.allowed:
            return "undecided", "within_noise"
        if upper > self._promise(one):
            return "undecided", "too_noisy"
        return "pass", "below_floor" if _rises_below_floor(one) else "all_clear"


_REASONS: dict[Basis, Reason] = {"thin_history": "thin_history", "margin_lost": "not_comparable"}
"""Why something that was weighed is undecided, where it is not the noise."""


def _reason(state: State, basis: Basis) -> Reason | None:
    return _REASONS.get(basis, "within_noise") if state == "undecided" else None


def _fits(rule: Rule, unit: str) -> bool:
    """Tell whether everything absolute that a rule allows can be converted to a unit."""
    absolutes = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    return all(
        convert(quantity.value, quantity.unit, unit) is not None
        for quantity in absolutes
        if quantity is not None
    )


def _weighable(
    comparisons: Sequence[Comparison],
    noises: Sequence[Noise | None],
    indices: Sequence[int],
    allowance: Allowance,
) -> list[WeighedSlice]:
    """Pick the slices of a rule that can be weighed, with what the rule allows each."""
    return [
        WeighedSlice(
            index=index,
            comparison=comparisons[index],
            noise=noise,
            allowed=log_allowance(allowance, noise.level, comparisons[index].series.unit),
        )
        for index in indices
        if (noise := noises[index]) is not None
    ]


def _p_value(one: WeighedSlice, sign: float = 1.0) -> float:
    """Compute the chance that a healthy release shows a change this large in this slice."""
    return t_survival(sign * one.noise.delta / one.noise.deviation, one.noise.df)


def _upper(noise: Noise) -> float:
    """Compute the rise that the data do not exclude, on the log scale."""
    return noise.delta + t_quantile(_SURE_TO_SHOW, noise.df) * noise.deviation


def _rises_below_floor(one: WeighedSlice) -> bool:
    """Tell whether a slice only stays within its allowance because values below the floor count as the floor."""
    comparison = one.comparison
    candidate = comparison.candidate
    base = [comparison.values[index] for index in comparison.baseline]
    if candidate is None or min(base) >= comparison.floor:
        return False
    mean = sum(base) / len(base)
    return candidate.value > mean * (1.0 + relative(one.allowed))
