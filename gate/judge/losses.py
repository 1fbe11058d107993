"""What a rule could not judge although it selects it: what is lost must not let the rule pass.

A group of devices that could not be judged keeps its rule undecided: nothing else stands for it. A single model is
a part of its group, so it is covered where a rule of the policy decided the same metric and percentile of the
group; otherwise a device that few people have would keep a rule undecided for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from gate.model.catalogue import group_of
from gate.model.facts import SliceKey
from gate.model.result import Check
from gate.model.states import STRICTNESS, Mode

_Percentiles = dict[str, set[str]]
"""The percentiles of one metric, by device."""


class Losses(Struct, frozen=True, kw_only=True):
    """The checks of one rule that nothing could be found in."""

    uncovered: tuple[Check, ...] = ()
    """Nothing stands for them."""
    covered: tuple[Check, ...] = ()
    """Models that were only judged as a part of their group."""


class DecidedGroups:
    """The groups of devices that the rules of a run decided.

    Args:
        checks: All checks of the run.
    """

    def __init__(self, checks: Iterable[Check]) -> None:
        self._strictest: dict[SliceKey, int] = {}
        for check in checks:
            if check.state != "undecided":
                known = self._strictest.get(check.slice, -1)
                self._strictest[check.slice] = max(known, STRICTNESS[check.mode])

    def find_losses(self, checks: Sequence[Check]) -> Losses:
        """Find what one rule could not judge, groups before models.

        A slice that was weighed, and whose change is within the noise, is not lost: the evidence of the rule has
        taken it into account.

        Args:
            checks: All of the rule.
        """
        lost = [check for check in checks if check.state == "undecided" and check.reason != "within_noise"]
        covered = [check for check in lost if self._stands_for(check)]
        uncovered = [check for check in lost if not self._stands_for(check)]
        return Losses(
            uncovered=tuple(sorted(uncovered, key=lambda check: not is_group(check.slice))),
            covered=tuple(covered),
        )

    def _stands_for(self, check: Check) -> bool:
        # A change of a model shows in its group, but a group below a line says nothing of a model above it.
        has_line = check.allows.limit is not None or check.allows.goal is not None
        return not has_line and self._covers(check.slice, check.mode)

    def _covers(self, key: SliceKey, mode: Mode) -> bool:
        """Tell whether a group that contains a model was decided, by a rule that counts as much."""
        group = group_of(key.device)
        if not group:
            return False
        whole = SliceKey(
            platform=key.platform,
            category=key.category,
            metric=key.metric,
            device=group,
            percentile=key.percentile,
        )
        return self._strictest.get(whole, -1) >= STRICTNESS[mode]


def is_group(key: SliceKey) -> bool:
    """Tell whether a slice is of a group of devices and not of a single model."""
    return key.device.startswith("all_")


def find_missing(keys: Iterable[SliceKey]) -> tuple[SliceKey, ...]:
    """Find the slices that a payload lacks, by what it has.

    A device that a metric has in one percentile has the other one too, if any device of the metric does. A metric
    has the groups of its models, and those that other metrics of its category have.

    Args:
        keys: All slices of the payload.
    """
    categories: dict[tuple[str, str], dict[str, _Percentiles]] = defaultdict(dict)
    for key in keys:
        metric = categories[key.platform, key.category].setdefault(key.metric, {})
        metric.setdefault(key.device, set()).add(key.percentile)
    return tuple(
        SliceKey(platform=platform, category=category, metric=metric, device=device, percentile=percentile)
        for (platform, category), metrics in categories.items()
        for metric, device, percentile in _lacking(metrics)
    )


def _lacking(metrics: dict[str, _Percentiles]) -> Iterator[tuple[str, str, str]]:
    """List what the metrics of one category lack: metric, device and percentile."""
    groups = {device for devices in metrics.values() for device in devices if device.startswith("all_")}
    for metric, devices in metrics.items():
        percentiles = set().union(*devices.values())
        expected = sorted({*devices, *groups, *filter(None, map(group_of, devices))})
        for device in expected:
            for percentile in sorted(percentiles - devices.get(device, set())):
                yield metric, device, percentile
