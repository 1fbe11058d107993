"""Short ways to write facts, policies and judgements."""

from collections.abc import Sequence
from typing import Any

from gate.judge.run import judge
from gate.model.facts import Facts, Series, SliceKey
from gate.model.result import Check, Result
from gate.policy.ceilings import ceiling, share_ceiling
from gate.policy.expressions import allowance, limit
from gate.policy.types import Policy, Rule, Selector, Waiver

NOW = 1_790_000_000.0
"""2026-09-21, when most judgements of the tests happen."""

VERSIONS = ("2.6", "2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3", "3.4")
"""Nine versions; the last is the candidate."""

UNITS = {
    "LAUNCH": "ms",
    "HANG": "s/h",
    "MEMORY": "MB",
    "DISK": "MB/day",
    "BATTERY": "%/day",
    "TERMINATION": "/day",
    "ANIMATION": "ms/s",
    "STORAGE": "MB",
}

Value = float | tuple[float, float] | None
"""A value, a value with its error margin, or no point."""


def series(
    name: str,
    values: Sequence[Value],
    *,
    device: str = "all_iphones",
    percentile: str = "p50",
    versions: Sequence[str] = VERSIONS,
    **fields: Any,
) -> Series:
    """A series of ``CATEGORY/metric``; shorter lists are aligned to the newest version."""
    category, _, metric = name.partition("/")
    points = [
        (version, value)
        for version, value in zip(versions[-len(values) :], values, strict=True)
        if value is not None
    ]
    split = [value if isinstance(value, tuple) else (value, None) for _, value in points]
    return Series(
        key=SliceKey(platform="iOS", category=category, metric=metric, device=device, percentile=percentile),
        unit=fields.pop("unit", UNITS.get(category, "")),
        versions=tuple(version for version, _ in points),
        values=tuple(float(value) for value, _ in split),
        margins=tuple(margin for _, margin in split),
        **fields,
    )


def facts(*all_series: Series, **fields: Any) -> Facts:
    """Facts with these series."""
    return Facts(series=all_series, **fields)


def rule(metric: str = "LAUNCH/launchTime", *, name: str = "", **fields: Any) -> Rule:
    """A rule on a metric; ``fail``, ``warn`` and ``limit`` are written as in a policy."""
    texts = {"fail": allowance, "warn": allowance, "limit": limit}
    parsed = {key: texts[key](value) if key in texts else value for key, value in fields.items()}
    selector = Selector(
        metric=metric,
        percentile=parsed.pop("percentile", "any"),
        device=parsed.pop("device", "any"),
        platform=parsed.pop("platform", "any"),
    )
    return Rule(id=name or metric.replace("/", "-"), selector=selector, **parsed)


def waiver(target: str = "launch", *, up_to: str = "+30%", **fields: Any) -> Waiver:
    """A waiver of a rule, of an insight if the target is a metric, or of the signatures that are given."""
    about = {} if "signature" in fields else {"insight" if "/" in target else "rule": target}
    read = share_ceiling if "signature" in fields else ceiling
    end = {} if "through_version" in fields else {"until": "2026-12-31"}
    return Waiver(**about | end | {"up_to": read(up_to), "reason": "Known"} | fields)


def policy(*rules: Rule, **fields: Any) -> Policy:
    """A policy with these rules."""
    return Policy(rules=rules, **fields)


def verdict_of(
    rules: Policy | Rule, *all_series: Series, now: float = NOW, event: str = "", **fields: Any
) -> Result:
    """Judge these series."""
    chosen = policy(rules) if isinstance(rules, Rule) else rules
    return judge(chosen, facts(*all_series, **fields), now=now, event=event)


def only_check(result: Result) -> Check:
    """The one check of a result."""
    (check,) = result.checks
    return check


STEADY = (900.0, 908.0, 903.0, 911.0, 905.0, 899.0, 907.0, 902.0)
"""Eight healthy versions of a launch time."""
