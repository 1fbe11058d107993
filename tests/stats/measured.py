"""Slices for tests of the statistics: values in, comparisons out."""

import random
from collections.abc import Iterator, Sequence
from math import exp, log1p

from msgspec.structs import replace

from gate.model.comparison import Comparison, References
from gate.model.facts import Series, SliceKey
from gate.model.result import Candidate
from gate.model.units import Quantity
from gate.policy.types import Allowance, Evidence, Rule, Selector
from gate.stats.evidence import RuleEvidence, WeighedSlice
from gate.stats.noise import learn
from gate.stats.weigh import weigh


def allowance(relative: float | None = None, absolute: float | None = None, unit: str = "ms") -> Allowance:
    """What a rule allows; the absolute part in milliseconds."""
    return Allowance(
        relative=relative,
        absolute=None if absolute is None else Quantity(value=absolute, unit=unit),
        text="",
    )


TEN = allowance(0.10)


def rule(name: str = "rule", **fields: object) -> Rule:
    """A rule that fails on a rise of ten percent."""
    return Rule(id=name, selector=Selector(metric="*/*"), **{"fail": TEN} | fields)


def measured(  # noqa: PLR0913 - a test names only what it is about
    values: Sequence[float | None],
    *,
    metric: str = "LAUNCH/launchTime",
    device: str = "all_iphones",
    percentile: str = "p50",
    margins: Sequence[float | None] | None = None,
    floor: float = 100.0,
    noise: float = 0.05,
    window: int = 4,
    unit: str = "ms",
) -> Comparison:
    """A slice whose last value is the candidate's; None is a version that was not measured."""
    widths = margins or [None] * len(values)
    known = [place for place, value in enumerate(values[:-1]) if value is not None]
    count = len(known)
    category, _, name = metric.partition("/")
    key = SliceKey(platform="iOS", category=category, metric=name, device=device, percentile=percentile)
    now = values[-1]
    return Comparison(
        series=Series(key=key, unit=unit),
        metric=metric,
        is_group=device.startswith("all_"),
        references=References(candidate=str(len(values) - 1)),
        versions=tuple(map(str, known)),
        positions=tuple(known),
        values=tuple(values[place] for place in known),
        margins=tuple(widths[place] for place in known),
        baseline=tuple(range(max(0, count - window), count)),
        candidate=None
        if now is None
        else Candidate(version=str(len(values) - 1), value=now, error_margin=widths[-1]),
        floor=floor,
        assumed_noise=noise,
    )


def with_candidate(one: Comparison, value: float) -> Comparison:
    """The same slice with another value of the candidate."""
    return replace(one, candidate=replace(one.candidate, value=value))


def weighed(comparisons: Sequence[Comparison], *, allowed: float = 0.10) -> list[WeighedSlice]:
    """These slices, each with its noise and with what a rule allows it, relative."""
    return [
        WeighedSlice(index=index, comparison=one, noise=noise, allowed=log1p(allowed))
        for index, (one, noise) in enumerate(zip(comparisons, learn(comparisons), strict=True))
        if noise is not None
    ]


def ask(*rules: Sequence[Comparison], min_versions: int = 2, **fields: object) -> list[RuleEvidence]:
    """Weigh some rules together, each with slices of its own."""
    comparisons = [one for own in rules for one in own]
    selected, start = [], 0
    for number, own in enumerate(rules):
        selected.append((rule(f"rule-{number}", **fields), range(start, start + len(own))))
        start += len(own)
    return weigh(selected, comparisons, Evidence(min_versions=min_versions))


def family(
    seed: int,
    *,
    changes: dict[tuple[str, str], float] | None = None,
    metric: str = "LAUNCH/launchTime",
    versions: int = 9,
    together: float = 0.03,
    alone: float = 0.01,
    models: Sequence[str] = ("iPhone13,2", "iPhone15,2", "iPhone16,1"),
) -> list[Comparison]:
    """A metric of all iPhones and some models, p50 and p90; `changes` are those of the candidate."""
    rng = random.Random(seed)  # noqa: S311  # not a secret
    common = [rng.gauss(0.0, together) for _ in range(versions)]
    return [
        measured(
            [
                level * exp(move + rng.gauss(0.0, alone) + (change if version == versions - 1 else 0.0))
                for version, move in enumerate(common)
            ],
            metric=metric,
            device=device,
            percentile=percentile,
        )
        for device in ("all_iphones", *models)
        for percentile, level in (("p50", 500.0), ("p90", 1100.0))
        for change in [(changes or {}).get((device, percentile), 0.0)]
    ]


def everywhere(change: float, **only: str) -> dict[tuple[str, str], float]:
    """The same change on every slice of `family`, or only on those of a device or percentile."""
    return {
        (device, percentile): change
        for device, percentile in _addresses()
        if only.get("device", device) == device and only.get("percentile", percentile) == percentile
    }


def _addresses() -> Iterator[tuple[str, str]]:
    for device in ("all_iphones", "iPhone13,2", "iPhone15,2", "iPhone16,1"):
        yield device, "p50"
        yield device, "p90"
