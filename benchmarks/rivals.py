"""What people would use instead of the gate: rules written by hand, and a change point detector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ALLOWED = 0.10

Rival = Callable[[list[float]], bool]
"""Whether a series, oldest version first and the candidate last, is a regression."""


def above_previous(values: list[float]) -> bool:
    """More than 10% above the version before."""
    return values[-1] > (1.0 + ALLOWED) * values[-2]


def above_mean_of_four(values: list[float]) -> bool:
    """More than 10% above the mean of the four versions before, which is how Apple describes its insights."""
    before = values[-5:-1]
    return values[-1] > (1.0 + ALLOWED) * sum(before) / len(before)


def otava() -> Rival | None:
    """Apache Otava with its defaults: a change point at the candidate, upwards and by more than 10%.

    Returns:
        None when its package is not installed.
    """
    try:
        from otava.analysis import compute_change_points
    except ImportError:
        return None

    def detects(values: list[float]) -> bool:
        points, _ = compute_change_points(values, window_len=50, max_pvalue=0.001, min_magnitude=0.0)
        last = len(values) - 1
        return any(point.index == last and point.stats.forward_rel_change() > ALLOWED for point in points)

    return detects


@dataclass(frozen=True)
class Case:
    """One payload in the order of its true versions."""

    series: dict[str, list[list[float]]]
    """Per metric, the values of each slice that the candidate was measured for, oldest first."""


def read_case(payload: dict[str, Any], versions: list[str]) -> Case:
    """The series of a payload; rivals are told the true order of versions.

    Args:
        payload: The metrics body.
        versions: Oldest first, the candidate last.
    """
    series: dict[str, list[list[float]]] = {}
    for product in payload["productData"]:
        for category in product["metricCategories"]:
            for metric in category["metrics"]:
                own = series.setdefault(f"{category['identifier']}.{metric['identifier']}", [])
                for dataset in metric["datasets"]:
                    points = {point["version"]: float(point["value"]) for point in dataset["points"]}
                    if versions[-1] in points:
                        own.append([points[version] for version in versions if version in points])
    return Case(series)


def verdicts(rival: Rival, case: Case) -> dict[str, str]:
    """One verdict per metric: fail when any slice is a regression."""
    found = {}
    for metric, slices in case.series.items():
        judged = [values for values in slices if len(values) > 1]
        found[metric] = "inconclusive" if not judged else "fail" if any(map(rival, judged)) else "pass"
    return found
