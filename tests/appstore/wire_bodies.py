"""Short ways to write Apple's bodies and the snapshots that hold them."""

import json
from typing import Any

from gate.snapshot.format import Call, Exchange, Request, Snapshot, Subject

_PATHS: dict[Call, str] = {
    "app_metrics": "/v1/apps/{}/perfPowerMetrics",
    "build_metrics": "/v1/builds/{}/perfPowerMetrics",
    "app_versions": "/v1/apps/{}/appStoreVersions",
    "overview": "/v1/apps/{}/performanceOverviews",
    "signatures": "/v1/builds/{}/diagnosticSignatures",
    "logs": "/v1/diagnosticSignatures/{}/logs",
}
RECEIVED = "2026-09-20T06:00:00+00:00"


def points(*values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Points of (version, value) or (version, value, margin)."""
    names = ("version", "value", "errorMargin")
    return [dict(zip(names, value, strict=False)) for value in values]


def dataset(
    *values: tuple[Any, ...],
    percentile: str = "percentile.fifty",
    device: str = "all_iphones",
    **fields: Any,
) -> dict[str, Any]:
    """The dataset of one slice."""
    criteria = {"percentile": percentile, "device": device, "deviceMarketingName": "All iPhones"}
    return {"filterCriteria": criteria, "points": points(*values), **fields}


def metric(*datasets: dict[str, Any], identifier: str = "launchTime", **fields: Any) -> dict[str, Any]:
    """A metric in milliseconds."""
    unit = {"identifier": "milliseconds", "displayName": "ms"}
    return {"identifier": identifier, "unit": unit, "datasets": list(datasets), **fields}


def metrics(*of_launch: dict[str, Any], platform: str = "iOS", **fields: Any) -> dict[str, Any]:
    """A metrics body with one category, launches."""
    category = {"identifier": "LAUNCH", "metrics": list(of_launch)}
    product = {"platform": platform, "metricCategories": [category]}
    return {"version": "1.0.0", "productData": [product], **fields}


def launch(*values: tuple[Any, ...], **fields: Any) -> dict[str, Any]:
    """A metrics body with one slice: launch time, p50, all iPhones."""
    return metrics(metric(dataset(*values, **fields)))


def insight(**fields: Any) -> dict[str, Any]:
    """One of Apple's insights on launch time."""
    return {"metricCategory": "LAUNCH", "metric": "launchTime", "latestVersion": "2.0", **fields}


def signature(identity: str, **attributes: Any) -> dict[str, Any]:
    """A signature of hangs."""
    usual = {"diagnosticType": "HANGS", "signature": f"App: -[View draw{identity}] + 12", "weight": 0.5}
    return {"type": "diagnosticSignatures", "id": identity, "attributes": {**usual, **attributes}}


def signatures(*items: dict[str, Any], following: str = "") -> dict[str, Any]:
    """A page of signatures."""
    links = {"self": "https://api.example/page"} | ({"next": following} if following else {})
    return {"data": list(items), "links": links, "meta": {"paging": {"limit": 200}}}


def logs(*roots: dict[str, Any], identity: str = "s1", **metadata: Any) -> dict[str, Any]:
    """The logs of a signature: one log with one stack."""
    tree = {"callStackPerThread": True, "callStacks": [{"callStackRootFrames": list(roots)}]}
    log = {"diagnosticMetaData": metadata, "callStackTree": [tree]}
    return {"version": "1.0.0", "productData": [{"signatureId": identity, "diagnosticLogs": [log]}]}


def overview(**fields: Any) -> dict[str, Any]:
    """An overview without anything in it."""
    return {"version": "4.0.0", "categories": [], **fields}


def exchange(call: Call, body: Any, *, of: str = "1", **fields: Any) -> Exchange:
    """A call that was answered with a body, given as text or as what it says."""
    path = _PATHS[call].format(of)
    query = fields.pop("query", ())
    text = body if isinstance(body, str) else json.dumps(body)
    return Exchange(
        call=call,
        request=Request(path=path, query=query),
        status=fields.pop("status", 200),
        received=fields.pop("received", RECEIVED),
        body=text,
        **fields,
    )


def snapshot(*exchanges: Exchange, **subject: str) -> Snapshot:
    """A snapshot of some exchanges."""
    return Snapshot(tool="gate 0", created=RECEIVED, subject=Subject(**subject), exchanges=tuple(exchanges))
