"""What a finished result is about: the mode of its run, the rules that its verdict rests on, and how far slices moved."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from math import inf, isfinite, log

from gate.model.catalogue import DEVICE_GROUPS, assumption
from gate.model.result import Check, InsightFinding, Result
from gate.model.states import STRICTNESS, Mode, is_in_scope
from gate.model.versions import same_version


def run_mode(result: Result) -> Mode:
    """Tell the mode of a run: the strictest one in which it rests on as many rules as its coverage says.

    A verdict is about the rules at the mode of its run or stricter. Where two modes come to the same number, they
    come to the same rules. Results of older gates have no coverage; theirs rest on their strictest rules.
    """
    modes = {rule.mode for rule in result.rules}
    if result.coverage is None:
        return next((mode for mode in STRICTNESS if mode in modes), "enforce")
    covered = (mode for mode in STRICTNESS if _count(result, mode) == result.coverage.rules)
    return next(covered, "enforce")


def strictest(modes: Iterable[Mode]) -> Mode:
    """Find the strictest of some modes; shadow for none."""
    return max(modes, key=STRICTNESS.__getitem__, default="shadow")


def is_aggregate(check: Check) -> bool:
    """Tell whether a slice is of a whole group of devices, which Apple sums up over its models."""
    return check.slice.device in DEVICE_GROUPS


def movement(check: Check) -> float:
    """Measure how far a slice moved, on the log scale: 0.1 is about +10%, below zero is better.

    Values below the floor of the metric count as the floor, under which no change means anything to a user.

    Returns:
        Infinite from zero; 0 when a side is missing.
    """
    before, now = check.baseline, check.candidate
    if before is None or now is None:
        return 0.0
    key = check.slice
    floor = assumption(key.category, key.metric, check.unit).floor
    old, new = max(before.value, floor), max(now.value, floor)
    if not (isfinite(old) and isfinite(new)):
        return 0.0
    if old == 0 or new == 0:
        return 0.0 if old == new else inf if old == 0 else -inf
    return log(new) - log(old)


def line_of(check: Check) -> float | None:
    """Find the limit or goal that a slice is above, in its unit; the lowest of both, and None when it is above none."""
    now = check.candidate
    goal = check.goal_value if check.allows.goal is not None else None
    lines = [line for line in (check.limit_value, goal) if line is not None]
    crossed = [line for line in lines if now is not None and now.value > line]
    return min(crossed, default=None)


def concerns(insight: InsightFinding, candidate: str) -> bool:
    """Tell whether an insight of Apple's is about the version that is judged."""
    return not insight.version or same_version(insight.version, candidate)


def is_left_open(result: Result, insight: InsightFinding) -> bool:
    """Tell whether Apple reports a regression of this version that rules ask about and could not decide."""
    if insight.kind != "regression" or not concerns(insight, result.candidate):
        return False
    run = run_mode(result)
    states = {
        check.state
        for check in result.checks
        # A rule that selects nothing has a check with the words of its selector, which may be a glob.
        if is_in_scope(check.mode, run) and fnmatchcase(insight.slice_name, check.slice.name)
    }
    return states == {"undecided"}


def _count(result: Result, run: Mode) -> int:
    return sum(is_in_scope(rule.mode, run) for rule in result.rules)
