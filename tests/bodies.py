"""Metrics bodies as other tools save them."""

from collections.abc import Sequence
from typing import Any


def metrics_body(values: Sequence[float], *, name: str = "LAUNCH/launchTime") -> dict[str, Any]:
    """An app's metrics with one series, versions 1.0, 1.1, …; empty for no values."""
    category, _, metric = name.partition("/")
    points = [{"version": f"1.{index}", "value": value} for index, value in enumerate(values)]
    criteria = {
        "percentile": "percentile.fifty",
        "device": "all_iphones",
        "deviceMarketingName": "All iPhones",
    }
    dataset = {"filterCriteria": criteria, "points": points}
    unit = {"identifier": "milliseconds", "displayName": "ms"}
    metrics = [{"identifier": metric, "unit": unit, "datasets": [dataset]}]
    product = {"platform": "iOS", "metricCategories": [{"identifier": category, "metrics": metrics}]}
    return {
        "version": "1.0.0",
        "insights": {"regressions": [], "trendingUp": []},
        "productData": [product] if values else [],
    }
