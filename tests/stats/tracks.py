"""Slices for tests of the evidence: values in, tracks out."""

import random
from collections.abc import Iterator, Sequence
from math import exp

from gate.stats.evidence import Allowed, Question, RuleEvidence
from gate.stats.noise import Track, learn
from gate.stats.weigh import weigh

TEN = Allowed(relative=0.10)


def track(
    values: Sequence[float | None],
    *,
    metric: str = "LAUNCH/launchTime",
    device: str = "all_iphones",
    percentile: str = "p50",
    margins: Sequence[float | None] | None = None,
    floor: float = 100.0,
    noise: float = 0.05,
    window: int = 4,
) -> Track:
    """A slice whose last value is the candidate's; None is a version that was not measured."""
    widths = margins or [None] * len(values)
    known = [place for place, value in enumerate(values[:-1]) if value is not None]
    count = len(known)
    return Track(
        metric=metric,
        rollup=device.startswith("all_"),
        device=device,
        percentile=percentile,
        references=tuple(values[place] for place in known),
        reference_versions=tuple(known),
        reference_margins=tuple(widths[place] for place in known),
        baseline=tuple(range(max(0, count - window), count)),
        candidate=values[-1],
        candidate_margin=widths[-1],
        floor=floor,
        assumed_noise=noise,
    )


def ask(
    *rules: Sequence[Track], fail: Allowed | None = TEN, warn: Allowed | None = None, min_versions: int = 2
) -> list[RuleEvidence]:
    """Judge some rules together, each with slices of its own."""
    tracks = [one for rule in rules for one in rule]
    questions, start = [], 0
    for rule in rules:
        questions.append(Question(tracks=tuple(range(start, start + len(rule))), fail=fail, warn=warn))
        start += len(rule)
    return weigh(tracks, learn(tracks), questions, alarm_budget=0.05, min_versions=min_versions)


def family(
    seed: int,
    *,
    changes: dict[tuple[str, str], float] | None = None,
    metric: str = "LAUNCH/launchTime",
    versions: int = 9,
    together: float = 0.03,
    alone: float = 0.01,
    models: Sequence[str] = ("iPhone13,2", "iPhone15,2", "iPhone16,1"),
) -> list[Track]:
    """A metric of all iPhones and some models, p50 and p90; `changes` are those of the candidate."""
    rng = random.Random(seed)  # noqa: S311  # not a secret
    common = [rng.gauss(0.0, together) for _ in range(versions)]
    return [
        track(
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
