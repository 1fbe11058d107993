"""What the numbers support: the state of every rule at the run's alarm budget."""

from collections.abc import Sequence
from math import expm1, inf, log1p
from typing import Literal

from msgspec import Struct

from gate.judge.creep import Creep, growth
from gate.judge.family import discoveries, either, holm, simes
from gate.judge.noise import Noise, Track
from gate.judge.special import t_quantile, t_survival
from gate.model.result import Reason, State

Why = Literal[
    "significant",
    "thin_history",
    "warn_line",
    "creep",
    "within_noise",
    "too_noisy",
    "all_clear",
    "improved",
    "no_data",
    "no_baseline",
    "not_comparable",
]
"""What a state rests on, for the sentence that explains it."""

_SURE_TO_SHOW = 0.10
"""A slice passes when even the upper end of its 90 % one-sided interval is acceptable."""
_NOISE_PROMISE = 3.0
"""Where healthy versions differ much, a promise below three times the usual noise is impossible."""


class Allowed(Struct, frozen=True, kw_only=True):
    """How large a rise a rule allows; with both parts a rise must exceed both."""

    relative: float | None = None
    """0.10 for +10 %."""
    absolute: float | None = None
    """In the unit of the values."""

    def on(self, level: float) -> float:
        """The allowance on the log scale for a baseline at this level."""
        relative = log1p(self.relative) if self.relative is not None else 0.0
        return max(relative, log1p(self.absolute / level)) if self.absolute is not None else relative


class Question(Struct, frozen=True, kw_only=True):
    """One rule: which slices, and what it allows them."""

    tracks: tuple[int, ...]
    """Indices into the run's tracks."""
    fail: Allowed | None = None
    warn: Allowed | None = None
    must_detect: float = 0.25
    """A rule passes only if a rise of this size would have shown."""


class SliceAnswer(Struct, frozen=True, kw_only=True):
    """What is known of one slice under one rule."""

    track: int
    state: State
    reason: Reason | None = None
    why: Why
    change: float | None = None
    """Relative to the baseline; 0.2 is +20 %."""
    allowed: float | None = None
    """Relative rise above which this slice counts."""
    p: float | None = None
    """Chance that a healthy release shows a rise this large in this slice."""
    visible: float | None = None
    """Smallest relative rise that would be significant here."""
    upper: float | None = None
    """Relative rise that the data do not exclude."""


class Answer(Struct, frozen=True, kw_only=True):
    """What is known of one rule."""

    state: State
    reason: Reason | None = None
    why: Why
    slices: tuple[SliceAnswer, ...] = ()
    named: tuple[int, ...] = ()
    """Tracks that carry the finding, the clearest first."""
    p: float | None = None
    """Chance that a healthy release shows this much in this rule."""
    p_run: float | None = None
    """The same, anywhere in the run: what is compared with the alarm budget."""
    visible: float | None = None
    """Smallest relative rise of all slices together that this rule would call a fail."""
    promise: float | None = None
    """Smallest rise that a pass of this rule excludes."""
    creep: Creep | None = None


class _Slice:
    """One slice of one rule while it is weighed."""

    __slots__ = ("down", "fail", "index", "noise", "p", "p_fail", "p_old", "p_warn", "rollup", "warn")

    def __init__(self, index: int, track: Track, noise: Noise, question: Question, min_versions: int) -> None:
        self.index = index
        self.rollup = track.rollup
        self.noise = noise
        lines = [line.on(noise.level) for line in (question.fail, question.warn) if line is not None]
        self.fail = lines[0] if question.fail is not None else inf
        self.warn = lines[-1] if question.warn is not None else inf
        self.p = t_survival(noise.delta / noise.deviation, noise.df)
        self.p_fail = self.p if noise.delta > self.fail and noise.rise > self.fail / 2.0 else 1.0
        self.p_old = self.p_fail if noise.versions >= min_versions else 1.0
        self.p_warn = self.p if noise.delta > self.warn and noise.rise > self.warn / 2.0 else 1.0
        line = min(self.fail, self.warn)
        self.down = 1.0 - self.p if noise.delta < -line and noise.rise < -line / 2.0 else 1.0


def _level_p(slices: list[_Slice], attribute: str) -> float:
    """Roll-ups by Simes, models by Simes, and either of them."""
    rollups = [getattr(one, attribute) for one in slices if one.rollup]
    models = [getattr(one, attribute) for one in slices if not one.rollup]
    return either(simes(rollups) if rollups else None, simes(models) if models else None)


def weigh(
    tracks: Sequence[Track],
    noises: Sequence[Noise | None],
    questions: Sequence[Question],
    *,
    alarm_budget: float,
    min_versions: int,
) -> list[Answer]:
    """Judge all rules of a run together.

    Args:
        tracks: All slices of the payload.
        noises: What `learn` made of them.
        questions: The rules.
        alarm_budget: Chance that a healthy release may fail anywhere in the run.
        min_versions: With fewer references a finding is at most a warning.

    Returns:
        One answer per question, in the same order.
    """
    families = [
        [
            _Slice(i, tracks[i], noise, question, min_versions)
            for i in question.tracks
            if (noise := noises[i]) is not None
        ]
        for question in questions
    ]
    live = [k for k, family in enumerate(families) if family]
    levels = {
        name: [_level_p(families[k], name) for k in live] for name in ("p_old", "p_fail", "p_warn", "down")
    }
    run = {name: dict(zip(live, holm(levels[name]), strict=True)) for name in levels}
    answers = []
    for k, (question, family) in enumerate(zip(questions, families, strict=True)):
        if not family:
            answers.append(_empty(tracks, question))
            continue
        p = {name: run[name][k] for name in run}
        own = levels["p_fail"][live.index(k)] if question.fail else levels["p_warn"][live.index(k)]
        answers.append(_answer(tracks, noises, question, family, p, own, alarm_budget, len(live)))
    return answers


def _empty(tracks: Sequence[Track], question: Question) -> Answer:
    slices = tuple(_unweighed(i, tracks[i]) for i in question.tracks)
    worst = slices[0] if slices else None
    why: Why = worst.why if worst else "no_data"
    for name in ("not_comparable", "no_baseline", "no_data"):
        if any(s.why == name for s in slices):
            why = name
            break
    return Answer(state="undecided", reason=why, why=why, slices=slices)


def _unweighed(index: int, track: Track) -> SliceAnswer:
    why: Why
    if track.candidate is None:
        why = "no_data"
    elif not track.baseline:
        why = "no_baseline"
    else:
        why = "not_comparable"
    return SliceAnswer(track=index, state="undecided", reason=why, why=why)


def _answer(tracks, noises, question, family, p, own, alpha, rules) -> Answer:
    promise = max(log1p(question.must_detect), _NOISE_PROMISE * tracks[family[0].index].assumed_noise)
    creep = None
    named: list[_Slice] = []
    reason: Reason | None = None
    state: State
    why: Why
    run = p["p_fail"] if question.fail else p["p_warn"]
    line = min(min(one.fail, one.warn) for one in family)
    over = [one for one in family if one.noise.delta > (one.fail if question.fail else one.warn)]
    uppers = {
        one.index: one.noise.delta + t_quantile(_SURE_TO_SHOW, one.noise.df) * one.noise.deviation
        for one in family
    }
    if p["p_old"] <= alpha:
        state, why, named = "fail", "significant", _named(family, "p_old", alpha)
    elif p["p_fail"] <= alpha:
        state, why, named = "warn", "thin_history", _named(family, "p_fail", alpha)
    elif p["p_warn"] <= alpha:
        state, why, named = "warn", "warn_line", _named(family, "p_warn", alpha)
        run = p["p_warn"]
    elif (
        creep := growth([tracks[o.index] for o in family], [o.noise for o in family], line)
    ) and creep.p <= alpha / rules:
        state, why = "warn", "creep"
    elif over:
        state, why, reason = "undecided", "within_noise", "within_noise"
        named = sorted(over, key=lambda one: one.p)
    elif max(uppers.values()) > promise:
        state, why, reason = "undecided", "too_noisy", "within_noise"
    elif p["down"] <= alpha:
        state, why, named = "improved", "improved", _named(family, "down", alpha)
    else:
        state, why = "pass", "all_clear"
    carrying = {one.index for one in named}
    by_index = {one.index: one for one in family}
    slices = tuple(
        _slice_answer(by_index[i], state, why, i in carrying, uppers[i], promise, alpha / rules, len(family))
        if i in by_index
        else _unweighed(i, tracks[i])
        for i in question.tracks
    )
    return Answer(
        state=state,
        reason=reason,
        why=why,
        slices=slices,
        named=tuple(one.index for one in named),
        p=own,
        p_run=run,
        visible=None,
        promise=expm1(promise),
        creep=creep if why == "creep" else None,
    )


def _named(family: list[_Slice], attribute: str, alpha: float) -> list[_Slice]:
    p_values = [getattr(one, attribute) for one in family]
    found = discoveries(p_values, alpha) or [min(range(len(p_values)), key=p_values.__getitem__)]
    return [family[i] for i in found if p_values[i] < 1.0]


def _slice_answer(one, state, why, carrying, upper, promise, alpha, size) -> SliceAnswer:
    noise = one.noise
    line = one.fail if one.fail < inf else one.warn
    own_state: State
    own_why: Why
    reason: Reason | None = None
    if carrying and state in ("fail", "warn", "improved"):
        own_state, own_why = state, why
    elif noise.delta > line:
        own_state, own_why, reason = "undecided", "within_noise", "within_noise"
    elif upper > promise:
        own_state, own_why, reason = "undecided", "too_noisy", "within_noise"
    else:
        own_state, own_why = "pass", "all_clear"
    return SliceAnswer(
        track=one.index,
        state=own_state,
        reason=reason,
        why=own_why,
        change=expm1(noise.delta),
        allowed=expm1(line),
        p=one.p,
        visible=expm1(max(line, t_quantile(alpha / size, noise.df) * noise.deviation)),
        upper=expm1(upper),
    )
