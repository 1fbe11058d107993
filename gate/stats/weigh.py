"""What the numbers support: the state of every rule at the run's alarm budget."""

from collections.abc import Sequence

from gate.stats.evidence import Allowed, Basis, Question, RuleEvidence, SliceEvidence
from gate.stats.multiplicity import holm
from gate.stats.noise import Noise, Track
from gate.stats.ruling import HYPOTHESES, Ruling

__all__ = ["Allowed", "Basis", "Question", "RuleEvidence", "SliceEvidence", "weigh"]


def weigh(
    tracks: Sequence[Track],
    noises: Sequence[Noise | None],
    questions: Sequence[Question],
    *,
    alarm_budget: float,
    min_versions: int,
) -> list[RuleEvidence]:
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
    rulings = [Ruling(tracks, noises, question, min_versions) for question in questions]
    live = [ruling for ruling in rulings if ruling.members]
    for line in HYPOTHESES:
        for ruling, p in zip(live, holm([ruling.found[line].p for ruling in live]), strict=True):
            ruling.p_run[line] = p
    bar = alarm_budget / max(1, len(live))
    return [ruling.answer(alarm_budget, bar) for ruling in rulings]
