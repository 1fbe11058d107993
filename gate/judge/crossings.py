"""Rules whose limit or goal only counts when it is crossed: how sure the rise that led over the line is.

A crossing fails only if the rise itself is beyond the noise, at the run's alarm budget. So such a rule is weighed as
one that allows no rise at all, beside the rules about change.
"""

from collections.abc import Sequence

from gate.judge.limits import Rise
from gate.policy.types import Allowance, Rule
from gate.stats.evidence import RuleEvidence, SliceEvidence

_ANY_RISE = Allowance(relative=0.0, text="> +0%")


class Crossings:
    """The rises that have to be weighed for the lines of some rules.

    Args:
        selected: The policy's rules with the slices that each selects.
    """

    def __init__(self, selected: Sequence[tuple[Rule, Sequence[int]]]) -> None:
        # The goal and the limit of one metric ask the same question, which is answered once.
        self._places: list[int | None] = []
        self._rises: dict[tuple[Rule, tuple[int, ...]], int] = {}
        for rule, indices in selected:
            place = None
            if rule.waits_for_crossing:
                rise = _as_any_rise(rule), tuple(indices)
                place = self._rises.setdefault(rise, len(self._rises))
            self._places.append(place)

    @property
    def rises(self) -> list[tuple[Rule, tuple[int, ...]]]:
        """What is to be weighed, as rules that allow no rise."""
        return list(self._rises)

    def evidence(self, weighed: Sequence[RuleEvidence | None]) -> list[RuleEvidence | None]:
        """Give each rule what was found of its rise; None to one that has no such line.

        Args:
            weighed: What was found, one for each of `rises`.
        """
        return [None if place is None else weighed[place] for place in self._places]


def _as_any_rise(rule: Rule) -> Rule:
    """Make a rule that says of any rise what the other would say of one beyond its allowance."""
    return Rule(
        id="any-rise",
        selector=rule.selector,
        mode="shadow" if rule.mode == "shadow" else "enforce",
        fail=_ANY_RISE,
        noise=rule.noise,
        floor=rule.floor,
    )


def how_sure(rise: SliceEvidence | None) -> Rise:
    """Tell how sure the rise of one slice is.

    Args:
        rise: What was found when it was weighed; None when it was not.
    """
    if rise is None:
        return "within_noise"
    if rise.basis == "thin_history":
        return "thin_history"
    return "beyond_noise" if rise.state == "fail" else "within_noise"
