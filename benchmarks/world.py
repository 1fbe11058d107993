"""Imagined apps whose truth is known: histories of metrics in the shape of Apple's payload.

A *world* says how apps behave: how much healthy versions differ, how that is shared between the slices of a
metric, how heavy its tails are, how good the error margins are, how many versions and devices there are. A
*case* is one app of a world with one thing that happened to it, or nothing.

Everything is drawn from a generator that is seeded with the world's name, the seed and the case's number,
so any case can be made again alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import exp, inf, log, log1p, sqrt
from typing import Any

ALLOWED = 0.10
"""The rise that the truth tolerates."""


@dataclass(frozen=True)
class Kind:
    """A metric as Apple might serve it."""

    category: str
    name: str
    unit: tuple[str, str]
    """Identifier and display name, as Apple spells them."""
    floor: float
    noise: float
    """What a gate may assume about jitter before it has seen any history."""
    usual: tuple[float, float]
    """Range of levels of the typical user."""
    decimals: int
    percentiles: tuple[str, ...] = ("fifty", "ninety")

    @property
    def key(self) -> str:
        """``CATEGORY.name``, as truth files spell it."""
        return f"{self.category}.{self.name}"


KINDS = (
    Kind("LAUNCH", "launchTime", ("milliseconds", "ms"), 100, 0.05, (300, 1500), 1),
    Kind("LAUNCH", "resumeTime", ("milliseconds", "ms"), 50, 0.05, (120, 600), 1),
    Kind("HANG", "hangRate", ("secondsPerHour", "seconds/hour"), 1.0, 0.10, (1.5, 20), 2),
    Kind("MEMORY", "peakMemory", ("megabytes", "MB"), 20, 0.05, (80, 600), 1),
    Kind("MEMORY", "averageMemoryAtSuspension", ("megabytes", "MB"), 10, 0.05, (40, 300), 1),
    Kind("DISK", "diskWrites", ("megabytes", "MB"), 5, 0.10, (10, 200), 1),
    Kind("BATTERY", "batteryUsage", ("percentPerDay", "%/day"), 0.3, 0.05, (0.8, 8), 2),
    Kind("BATTERY", "onScreenUsage", ("percent", "%"), 5, 0.05, (30, 90), 1),
    Kind("ANIMATION", "scrollHitchRate", ("millisecondsPerSecond", "ms/s"), 1.0, 0.10, (1.5, 15), 1),
    Kind("TERMINATION", "onScreenTerminations", ("terminationsPerDay", "terminations/day"), 0.005, 0.15,
         (0.01, 0.1), 4, ("fifty",)),
    Kind("TERMINATION", "backgroundTerminations", ("terminationsPerDay", "terminations/day"), 0.01, 0.15,
         (0.02, 0.2), 4, ("fifty",)),
    Kind("STORAGE", "documentsAndData", ("megabytes", "MB"), 20, 0.05, (60, 800), 1),
)  # fmt: skip

RATES = ("HANG", "ANIMATION", "TERMINATION")
"""Categories whose metrics may be next to zero."""

TEMPERS = {"quiet": 0.35, "typical": 0.65, "noisy": 1.1, "wild": 3.0}
"""Jitter of an app as a multiple of what may be assumed."""

EVENTS = {
    "null": 34, "improve": 4, "hist_step_up": 3, "hist_step_down": 3, "rebound_low": 2, "rebound_high": 2,
    "nearzero_null": 2, "nearzero_blip": 2, "step": 26, "device": 9, "p90": 6, "ipad": 3,
    "nearzero_blowup": 2, "tolerated": 4, "drift": 4,
}  # fmt: skip
"""What happens to the candidate or its history, with how often."""

SIZES = {
    "step": (0.1, 0.2, 0.2, 0.5),
    "device": (0.2, 0.2, 0.5),
    "p90": (0.2, 0.2, 0.5),
    "ipad": (0.2, 0.2, 0.5),
    "tolerated": (0.05,),
    "improve": (-0.1, -0.2, -0.3),
}
"""Changes of the candidate, before they vary by device."""

WORDS = {
    "null": "nothing changed",
    "improve": "one metric got better",
    "hist_step_up": "an old regression nobody fixed; the candidate did not add to it",
    "hist_step_down": "an old improvement that held",
    "rebound_low": "the previous version was unusually good; the candidate is back to normal",
    "rebound_high": "the previous version was unusually bad; the candidate is back to normal",
    "nearzero_null": "a rate close to zero, nothing changed",
    "nearzero_blip": "a rate close to zero multiplied, still immaterial",
    "step": "one metric got worse on every device",
    "device": "one metric got worse on a single device model",
    "p90": "only the 90th percentile of one metric got worse",
    "ipad": "one metric got worse on iPads only",
    "nearzero_blowup": "a rate went from next to nothing to a level users notice",
    "tolerated": "one metric got a little worse on every device",
    "drift": "one metric has crept up a little in every version",
}


@dataclass(frozen=True)
class World:
    """How apps of this world behave."""

    name: str
    what: str
    tempers: dict[str, float] = field(
        default_factory=lambda: {"quiet": 0.3, "typical": 0.5, "noisy": 0.15, "wild": 0.05}
    )
    tail: float = inf
    """Degrees of freedom of the jitter; infinity is the normal distribution."""
    shared: tuple[float, float, float, float] = (0.4, 0.1, 0.25, 0.05)
    """Parts of the jitter's variance that belong to the metric, the class of devices, the model and the
    percentile; the rest is the slice's own."""
    wander: float = 0.15
    """Step of a slow walk, as a part of the jitter."""
    margins: dict[str, float] = field(
        default_factory=lambda: {"good": 0.3, "half": 0.2, "double": 0.1, "mixed": 0.15, "none": 0.25}
    )
    rollouts: tuple[float, ...] = (1.0, 1.0, 0.5, 0.5, 0.2, 0.08)
    """Share of the usual audience that the candidate has."""
    fresh: float = 1.0
    """Share of the usual audience of the newest reference, at least."""
    sampling: float = 0.0045
    """Spread of a group's value by sampling at full audience, for a metric with a noise of 0.05."""
    references: tuple[int, int] = (1, 12)
    models: tuple[int, int] = (1, 6)
    metrics: tuple[int, int] = (3, 6)
    missing: float = 0.02
    newest_first: float = 0.15
    trend: float = 0.0
    """Largest healthy change per version, downwards."""
    outliers: float = 0.0
    """Chance of an odd version in a metric's past."""
    restated: float = 0.0
    """Chance that a slice's older points were restated in another definition."""
    mixture: float = 0.0
    """Spread of the jitter between slices of one metric, on the log scale."""
    events: dict[str, int] = field(default_factory=lambda: dict(EVENTS))


WORLDS = {
    world.name: world
    for world in (
        World("usual", "as in the corpus that came with the method"),
        World("eight", "the same with eight references in every case", references=(8, 8)),
        World("tails", "heavy tails: Student's t with three degrees of freedom", tail=3.0),
        World("bare", "no error margins at all", margins={"none": 1.0}),
        World("young", "one to three references", references=(1, 3)),
        World("old", "ten to fourteen references", references=(10, 14)),
        World("few", "groups and at most one model", models=(0, 1), metrics=(1, 3)),
        World("many", "fifteen to thirty models, eight to twelve metrics", models=(15, 30), metrics=(8, 12)),
        World("trend", "everything improves or grows slowly by itself", trend=0.02, wander=0.3),
        World("outliers", "odd versions in the past", outliers=0.15),
        World("restated", "older points restated, previous version still young", restated=0.1, fresh=0.2),
        World("lockstep", "all slices of a metric move together", shared=(0.8, 0.05, 0.05, 0.05)),
        World("loose", "every slice moves alone", shared=(0.0, 0.0, 0.1, 0.0), wander=0.0),
        World("walk", "levels wander like a random walk", wander=0.6),
        World("early", "five to ten percent of the audience, no margins", rollouts=(0.05, 0.1),
              margins={"none": 0.7, "half": 0.3}),
        World("uneven", "slices differ in noise by a factor of two", mixture=0.7, tail=6.0),
        World("wild", "versions differ by fifteen percent and more", tempers={"wild": 1.0}),
    )
}  # fmt: skip

_PHONES = [f"iPhone{g},{m}" for g in range(12, 19) for m in (1, 2, 3, 4, 5, 7)]
_PADS = [f"iPad{g},{m}" for g in range(12, 17) for m in (1, 3, 6)]


@dataclass
class _Slice:
    """One series while it is made."""

    device: str
    percentile: str
    pad: bool
    share: float
    """Of the audience of its class; 1 for the group itself."""
    members: tuple[tuple[str, float], ...]
    """Listed models of a group, with their shares."""
    base: float
    path: list[float] = field(default_factory=list)
    """True log levels, jitter included, one per version."""
    true: list[float] = field(default_factory=list)
    """True log levels without jitter."""


class _Maker:
    """Makes one case."""

    def __init__(self, world: World, seed: int, number: int) -> None:
        self.world = world
        self.rng = random.Random(f"{world.name}/{seed}/{number}")  # noqa: S311  # not a secret
        rng = self.rng
        self.temper = self._pick(world.tempers)
        self.margins = self._pick(world.margins)
        self.rollout = rng.choice(world.rollouts)
        self.event = self._pick(world.events)
        low, high = world.references
        count = rng.randint(low, high)
        if self.event == "drift":
            count = max(count, 6)
        if self.event.startswith(("hist", "rebound")):
            count = max(count, 2)
        self.versions = _versions(rng, count + 1)
        self.devices = self._devices()
        self.kinds = self._kinds()

    def _pick(self, chances: dict[str, Any]) -> str:
        return self.rng.choices(list(chances), weights=list(chances.values()))[0]

    def _devices(self) -> list[tuple[str, bool, float]]:
        """Listed models: name, whether an iPad, share of its class's audience."""
        rng = self.rng
        low, high = self.world.models
        fewest = max(low, 1 if self.event == "device" else 0)
        phones = rng.sample(_PHONES, rng.randint(fewest, high))
        self.pads = self.event == "ipad" or rng.random() < 0.6
        pads = rng.sample(_PADS, rng.randint(0, max(1, high // 4))) if self.pads else []
        listed = []
        for names, pad in ((phones, False), (pads, True)):
            weights = [rng.uniform(0.3, 1.0) for _ in names] + [rng.uniform(0.3, 1.5)]
            listed += [(name, pad, w / sum(weights)) for name, w in zip(names, weights, strict=False)]
        return listed

    def _kinds(self) -> list[Kind]:
        low, high = self.world.metrics
        kinds = self.rng.sample(KINDS, self.rng.randint(low, high))
        fits = {
            "p90": lambda k: len(k.percentiles) > 1,
            "nearzero_null": lambda k: k.category in RATES,
            "nearzero_blip": lambda k: k.category in RATES,
            "nearzero_blowup": lambda k: k.category in RATES,
        }.get(self.event, lambda _: True)
        if not any(map(fits, kinds)):
            kinds[0] = self.rng.choice([k for k in KINDS if fits(k) and k not in kinds])
        self.target = self.rng.choice([k for k in kinds if fits(k)])
        return kinds

    def normal(self) -> float:
        """A draw of the jitter, of variance one."""
        df = self.world.tail
        if df == inf:
            return self.rng.gauss(0.0, 1.0)
        scale = sqrt((df - 2.0) / df)
        return scale * self.rng.gauss(0.0, 1.0) / sqrt(self.rng.gammavariate(df / 2.0, 2.0 / df))

    def make(self, case: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The payload and its truth."""
        self.changed: list[dict[str, Any]] = []
        self.size = 0.0
        self.drift = 0.0
        newest_first = self.rng.random() < self.world.newest_first
        categories: dict[str, list[dict[str, Any]]] = {}
        self.regressions: list[dict[str, Any]] = []
        count = 0
        for kind in self.kinds:
            series = self._metric(kind)
            datasets = [d for one in series if (d := self._dataset(kind, one, newest_first=newest_first))]
            count += len(datasets)
            categories.setdefault(kind.category, []).append(
                {
                    "identifier": kind.name,
                    "unit": {"identifier": kind.unit[0], "displayName": kind.unit[1]},
                    "datasets": datasets,
                }
            )
        payload = {
            "version": "1.0",
            "insights": {"trendingUp": [], "regressions": self.regressions},
            "productData": [
                {
                    "platform": "iOS",
                    "metricCategories": [
                        {"identifier": name, "metrics": metrics} for name, metrics in categories.items()
                    ],
                }
            ],
        }
        return payload, self._truth(case, count)

    def _truth(self, case: str, count: int) -> dict[str, Any]:
        worst = max((c["true_change"] for c in self.changed), default=0.0)
        if self.event == "drift":
            expect = "creeping"
        elif worst >= ALLOWED:
            expect = "regressed"
        else:
            expect = "tolerated" if worst > 0.0 else "clean"
        happened = self.event != "null"
        return {
            "id": case,
            "file": f"payloads/{case}.json",
            "candidate": self.versions[-1],
            "versions": self.versions,
            "expect": expect,
            "kind": self.event,
            "what": WORDS[self.event],
            "metric": self.target.key if happened else None,
            "injected": None if self.event == "drift" else self.size,
            "per_version_drift": self.drift or None,
            "noise": self.temper,
            "margins": self.margins,
            "rollout": self.rollout,
            "slices": count,
            "changed": self.changed,
        }

    def _metric(self, kind: Kind) -> list[_Slice]:
        """All series of a metric: levels, what happened, jitter."""
        slices = self._levels(kind)
        versions = len(self.versions)
        for one in slices:
            one.true = [one.base] * versions
        self._background(slices)
        if kind is self.target:
            self._happen(kind, slices)
        self._jitter(kind, slices)
        return slices

    def _levels(self, kind: Kind) -> list[_Slice]:
        rng = self.rng
        low, high = kind.usual
        centre = rng.uniform(log(low), log(high))
        if self.event.startswith("nearzero") and kind is self.target:
            centre = log(kind.floor * rng.uniform(0.03, 0.3))
        wide = rng.uniform(0.5, 1.2)
        offsets = {name: rng.gauss(0.0, 0.15) for name, _, _ in self.devices}
        slices = []
        for percentile in kind.percentiles:
            up = 0.0 if percentile == "fifty" else wide
            for pad in (False, True) if self.pads else (False,):
                members = tuple((name, share) for name, is_pad, share in self.devices if is_pad == pad)
                group = "all_ipads" if pad else "all_iphones"
                slices.append(_Slice(group, percentile, pad, 1.0, members, centre + up))
                slices += [
                    _Slice(name, percentile, pad, share, (), centre + up + offsets[name])
                    for name, share in members
                ]
        return slices

    def _background(self, slices: list[_Slice]) -> None:
        """What is nobody's fault: trends, odd versions, restatements."""
        rng, world, versions = self.rng, self.world, len(self.versions)
        slope = rng.uniform(-world.trend, 0.0)
        odd = rng.randrange(versions - 1) if rng.random() < world.outliers else None
        size = rng.choice((-1, 1)) * rng.uniform(0.15, 0.5)
        for one in slices:
            for v in range(versions):
                one.true[v] += slope * v + (size if v == odd else 0.0)
            if rng.random() < world.restated:
                until, shift = rng.randrange(versions), rng.gauss(0.0, 0.1)
                for v in range(min(until, versions - 1)):
                    one.true[v] += shift

    def _happen(self, kind: Kind, slices: list[_Slice]) -> None:
        """Apply the case's event to the metric it happens to, and write down what truly changed."""
        before = [one.true[-1] for one in slices]
        if self.event in SIZES:
            self.size = self.rng.choice(SIZES[self.event])
            self._raise(slices, log1p(self.size))
        elif self.event.startswith("nearzero"):
            self._near_zero(kind, slices)
        else:
            self._in_the_past(slices)
        self._note(kind, slices, before)

    def _near_zero(self, kind: Kind, slices: list[_Slice]) -> None:
        if self.event == "nearzero_blip":
            self._raise(slices, log(self.rng.uniform(2.0, 3.0)))
        elif self.event == "nearzero_blowup":
            self._raise(slices, log(kind.floor * 3.0) - slices[0].base)

    def _in_the_past(self, slices: list[_Slice]) -> None:
        """Old steps, odd versions and slow growth: nothing that the candidate alone is to blame for."""
        rng, last = self.rng, len(self.versions) - 1
        shifts = [0.0] * (last + 1)
        if self.event == "drift":
            self.drift = rng.choice((0.02, 0.025, 0.03, 0.04))
            shifts = [self.drift * version for version in range(last + 1)]
        elif self.event.startswith("hist"):
            at = rng.randint(1, last - 1)
            shift = rng.uniform(0.15, 0.4) * (1 if self.event.endswith("up") else -1)
            shifts[:at] = [-shift] * at
        elif self.event.startswith("rebound"):
            shifts[last - 1] = rng.uniform(0.12, 0.3) * (1 if self.event.endswith("high") else -1)
        for one in slices:
            one.true = [level + shift for level, shift in zip(one.true, shifts, strict=True)]

    def _raise(self, slices: list[_Slice], shift: float) -> None:
        """Shift the candidate of the slices that the event touches."""
        rng, event = self.rng, self.event
        chosen = rng.choice(self.devices)[0] if event == "device" else ""
        for one in slices:
            varied = shift * rng.uniform(0.85, 1.15)
            if event == "device":
                weight = 1.0 if one.device == chosen else dict(one.members).get(chosen, 0.0)
                varied = log(1.0 + weight * (exp(varied) - 1.0))
            elif (event == "p90" and one.percentile != "ninety") or (event == "ipad" and not one.pad):
                continue
            one.true[-1] += varied

    def _note(self, kind: Kind, slices: list[_Slice], before: list[float]) -> None:
        """Write down which slices truly got worse, above the floor and by how much."""
        if self.event in ("improve", "drift") or self.event.startswith(("hist", "rebound")):
            if self.event == "drift":
                self.changed = [
                    {
                        "metric": kind.key,
                        "device": s.device,
                        "percentile": s.percentile,
                        "true_change": self.drift,
                    }
                    for s in slices
                ]
            return
        for one, old in zip(slices, before, strict=True):
            change = max(exp(one.true[-1]), kind.floor) / max(exp(old), kind.floor) - 1.0
            if change > 1e-9:
                self.changed.append(
                    {
                        "metric": kind.key,
                        "device": one.device,
                        "percentile": one.percentile,
                        "true_change": round(change, 4),
                    }
                )

    def _jitter(self, kind: Kind, slices: list[_Slice]) -> None:
        """Add what differs between healthy versions."""
        world, versions = self.world, len(self.versions)
        spread = kind.noise * TEMPERS[self.temper] * exp(self.rng.gauss(0.0, 0.2))
        metric, cls, model, percentile = (sqrt(part) for part in world.shared)
        own = sqrt(max(0.0, 1.0 - sum(world.shared)))
        sizes = [spread * exp(self.rng.gauss(0.0, world.mixture)) for _ in slices]
        drift = [0.0] * 2
        for v in range(versions):
            common = self.normal()
            classes = {False: self.normal(), True: self.normal()}
            models = {name: self.normal() for name, _, _ in self.devices}
            rest = {False: self.normal(), True: self.normal()}
            percents = {"fifty": self.normal(), "ninety": self.normal()}
            drift[0] += world.wander * self.normal()
            drift[1] += world.wander * self.normal()
            for one, size in zip(slices, sizes, strict=True):
                alone = self.normal()
                if one.share == 1.0 and not one.device.startswith("iP"):
                    left = 1.0 - sum(share for _, share in one.members)
                    device = sum(share * models[name] for name, share in one.members) + left * rest[one.pad]
                    alone *= 0.5
                else:
                    device = models[one.device]
                moved = metric * common + cls * classes[one.pad] + model * device
                moved += percentile * percents[one.percentile] + own * alone + drift[one.pad]
                one.path.append(one.true[v] + size * moved)

    def _dataset(self, kind: Kind, one: _Slice, *, newest_first: bool) -> dict[str, Any] | None:
        """One series as Apple would serve it, or None when it has no point."""
        rng = self.rng
        last = len(self.versions) - 1
        error = self.world.sampling * kind.noise / 0.05 / sqrt(one.share * (0.25 if one.pad else 1.0))
        error *= 1.5 if one.percentile == "ninety" else 1.0
        points = []
        for v, version in enumerate(self.versions):
            audience = self.rollout if v == last else rng.uniform(0.7, 1.3)
            if v == last - 1 and self.world.fresh < 1.0:
                audience = rng.uniform(self.world.fresh, 1.0)
            sd = error / sqrt(audience)
            value = exp(one.path[v] + rng.gauss(0.0, sd))
            if rng.random() < self.world.missing:
                continue
            point: dict[str, Any] = {"version": version, "value": round(value, kind.decimals)}
            margin = self._margin(value, sd)
            if margin is not None:
                point["errorMargin"] = round(margin, kind.decimals + 1)
            points.append(point)
        if not points:
            return None
        self._insight(kind, one, points)
        name = {"all_iphones": "All iPhones", "all_ipads": "All iPads"}.get(one.device, one.device)
        return {
            "filterCriteria": {
                "percentile": f"percentile.{one.percentile}",
                "device": one.device,
                "deviceMarketingName": name,
            },
            "points": points[::-1] if newest_first else points,
        }

    def _margin(self, value: float, sd: float) -> float | None:
        honest = 1.96 * sd * value * exp(self.rng.gauss(0.0, 0.1))
        scale = {"good": 1.0, "half": 0.5, "double": 2.0, "mixed": 1.0}.get(self.margins)
        if scale is None or (self.margins == "mixed" and self.rng.random() < 0.5):
            return None
        return scale * honest

    def _insight(self, kind: Kind, one: _Slice, points: list[dict[str, Any]]) -> None:
        """Apple's own insight: a group more than 10% above the mean of the previous four."""
        if not one.device.startswith("all_") or points[-1]["version"] != self.versions[-1]:
            return
        earlier = points[-5:-1]
        mean = sum(p["value"] for p in earlier) / len(earlier) if earlier else 0.0
        if mean <= 0.0 or points[-1]["value"] <= 1.1 * mean:
            return
        self.regressions.append(
            {
                "metricCategory": kind.category,
                "metric": kind.name,
                "latestVersion": self.versions[-1],
                "referenceVersions": [p["version"] for p in earlier],
                "maxLatestVersionValue": points[-1]["value"],
                "populations": [
                    {
                        "device": one.device,
                        "percentile": f"percentile.{one.percentile}",
                        "latestVersionValue": points[-1]["value"],
                        "referenceAverageValue": round(mean, kind.decimals),
                        "deltaPercentage": round(100.0 * (points[-1]["value"] / mean - 1.0)),
                    }
                ],
            }
        )


def _versions(rng: random.Random, count: int) -> list[str]:
    """Plausible version strings, oldest first."""
    major, minor, patch = rng.randint(1, 14), rng.randint(0, 9), 0
    names = []
    for _ in range(count):
        names.append(f"{major}.{minor}.{patch}")
        draw = rng.random()
        if draw < 0.5:
            patch += 1
        elif draw < 0.9:
            minor, patch = minor + 1, 0
        else:
            major, minor, patch = major + 1, 0, 0
    return names


def metrics() -> dict[str, dict[str, Any]]:
    """The ``metrics`` table of a truth file."""
    return {k.key: {"unit": k.unit[1], "floor": k.floor, "assumed_noise": k.noise} for k in KINDS}


def make_case(world: World, seed: int, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """One case: the payload and its truth.

    Args:
        world: How apps behave.
        seed: Of the corpus.
        number: Of the case; any case can be made alone.
    """
    return _Maker(world, seed, number).make(f"case-{number:04d}")
