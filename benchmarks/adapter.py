"""From a saved metrics body to one verdict per metric, through everything the gate itself does with it.

`verdicts` is the only place where the benchmark touches the gate: the body is read as a file, decoded, its
versions are put in order, and a policy with one rule per metric is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from gate.appstore.decode.snapshot import facts
from gate.judge.run import judge
from gate.model.facts import Facts
from gate.model.states import State
from gate.policy.types import Allowance, BaselineSelection, Policy, Rule, Selector
from gate.snapshot.file import load

Verdict = Literal["pass", "warn", "fail", "inconclusive"]
"""What a truth file is scored against."""

_VERDICTS: dict[State, Verdict] = {
    "pass": "pass",
    "improved": "pass",
    "warn": "warn",
    "fail": "fail",
    "undecided": "inconclusive",
}
_WORST_FIRST: tuple[Verdict, ...] = ("fail", "warn", "inconclusive", "pass")
_PERCENTILES: dict[str, Literal["p50", "p90"]] = {"p50": "p50", "p90": "p90"}


def verdicts(body: bytes, *, window: int = 4, per_slice: bool = False) -> dict[str, Verdict]:
    """Judge one metrics body by a policy that allows every metric a rise of 10%.

    Args:
        body: As a file holds it.
        window: How many versions form the compared mean.
        per_slice: One rule for each slice instead of one for each metric; a metric then has the verdict of
            its worst slice.

    Returns:
        One verdict per metric, named ``CATEGORY.metric`` as truth files do.
    """
    snapshot, digest = load(body)
    known = facts(snapshot, digest=digest)
    rules = _slice_rules(known) if per_slice else _metric_rules(known)
    result = judge(Policy(rules=tuple(rules), baseline=BaselineSelection(window=window)), known, now=0.0)
    found: dict[str, Verdict] = {}
    for outcome in result.rules:
        metric = outcome.id.partition(" ")[0]
        found[metric] = min(_VERDICTS[outcome.state], found.get(metric, "pass"), key=_WORST_FIRST.index)
    return found


def _metric_rules(known: Facts) -> Iterator[Rule]:
    """One rule for each metric, over all its slices."""
    for category, metric in dict.fromkeys((one.key.category, one.key.metric) for one in known.series):
        yield _rule(f"{category}.{metric}", Selector(metric=f"{category}/{metric}"))


def _slice_rules(known: Facts) -> Iterator[Rule]:
    """One rule for each slice."""
    for key in (one.key for one in known.series):
        selector = Selector(metric=key.name, device=key.device, percentile=_PERCENTILES[key.percentile])
        yield _rule(f"{key.category}.{key.metric} {key.device} {key.percentile}", selector)


def _rule(name: str, selector: Selector) -> Rule:
    return Rule(id=name, selector=selector, fail=Allowance(relative=0.10, text="> +10%"))
