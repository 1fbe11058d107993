"""All rules of a run weighed together: what the evidence supports at the run's alarm budget."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from gate.model.comparison import Comparison
from gate.model.units import convert
from gate.policy.types import Evidence, Rule
from gate.stats.alarm_budget import bar_of_the_clearest, share_alarm_budget
from gate.stats.evidence import Noise, RuleEvidence
from gate.stats.noise import learn
from gate.stats.ruling import HYPOTHESES, Ruling

SelectedRule = tuple[Rule, Sequence[int]]
"""A rule, and which comparisons it selects."""


def weigh(
    rules: Sequence[SelectedRule], comparisons: Sequence[Comparison], evidence: Evidence
) -> list[RuleEvidence | None]:
    """Weigh all rules of a run at its alarm budget.

    Shadow rules are weighed apart: a rule that is only being tried must not make others less sensitive.

    Args:
        rules: The policy's rules with the slices that each selects.
        comparisons: All slices of the run; those that no rule selects still tell about noise.
        evidence: How sure the gate must be.

    Returns:
        One entry per rule, in the same order; None for a rule that compares nothing.
    """
    noises = learn(comparisons)
    found: list[RuleEvidence | None] = [None] * len(rules)
    for is_shadow in (False, True):
        group = [
            place
            for place, (rule, _) in enumerate(rules)
            if (rule.mode == "shadow") is is_shadow and (rule.fail or rule.warn)
        ]
        rulings = [_rule_on(rules[place], comparisons, noises, evidence) for place in group]
        for place, answer in zip(group, _decide_together(rulings, evidence), strict=True):
            found[place] = answer
    return found


def _rule_on(
    selected: SelectedRule,
    comparisons: Sequence[Comparison],
    noises: Sequence[Noise | None],
    evidence: Evidence,
) -> Ruling:
    """Read the slices of one rule, under the rule's own floor and noise if it has any."""
    rule, indices = selected
    if rule.floor is not None or rule.noise is not None:
        # All slices of the rule's metrics, selected or not, since they teach each other their noise.
        metrics = {comparisons[index].metric for index in indices}
        comparisons = [_assume(rule, one) if one.metric in metrics else one for one in comparisons]
        noises = learn(comparisons)
    return Ruling(comparisons, noises, rule, indices, evidence)


def _assume(rule: Rule, comparison: Comparison) -> Comparison:
    """Put a rule's own floor and noise in the place of the catalogue's."""
    floor = None
    if rule.floor is not None:
        floor = convert(rule.floor.value, rule.floor.unit, comparison.series.unit)
    return replace(
        comparison,
        floor=comparison.floor if floor is None else floor,
        assumed_noise=rule.noise or comparison.assumed_noise,
    )


def _decide_together(rulings: Sequence[Ruling], evidence: Evidence) -> list[RuleEvidence]:
    """Share the alarm budget among rules, for each hypothesis apart.

    Only rules with something to weigh share it: one without data can raise no false alarm.
    """
    live = [ruling for ruling in rulings if ruling.slices]
    # Rules about the same slices ask one question, "has anything changed there?", and take one share of the budget.
    tests: dict[tuple[int, ...], list[Ruling]] = defaultdict(list)
    for ruling in live:
        tests[tuple(one.index for one in ruling.slices)].append(ruling)
    for hypothesis in HYPOTHESES:
        # For each hypothesis alone, so that testing for warnings costs the fails nothing of their budget.
        clearest = [min(ruling.found[hypothesis].p for ruling in test) for test in tests.values()]
        for place, test in enumerate(tests.values()):
            for ruling in test:
                own = [*clearest[:place], ruling.found[hypothesis].p, *clearest[place + 1 :]]
                ruling.p_run[hypothesis] = share_alarm_budget(own)[place]
    # What Holm's method asks of the smallest p-value: the bar of a rule that is the clearest of the run.
    bar = bar_of_the_clearest(evidence.alarm_budget, len(tests))
    return [ruling.decide(bar) for ruling in rulings]
