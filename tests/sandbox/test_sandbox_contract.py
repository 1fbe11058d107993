"""Whether the sandbox keeps to Apple's OpenAPI specification wherever the wire does."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from openapi_schema_validator import OAS30Validator

from gate.sandbox.calls import CALLS
from gate.sandbox.query import ANY
from gate.sandbox.server import Sandbox

APP = "1234567890"

WIRE_IS_RIGHT = {
    "percentageBreakdown": "a list of shares, where the specification has one share",
    "referenceVersions": "a list of versions, where the specification of a metrics insight has one text",
    "null": "attributes that do not apply are null, where the specification has no null",
}
"""Where live answers, or Apple's own examples, are known to contradict the specification."""


@pytest.fixture(scope="module")
def spec(reference: Path) -> dict[str, Any]:
    """The cut of the specification, corrected where the wire is right and closed against unknown keys."""
    document: dict[str, Any] = json.loads((reference / "openapi-perf-subset.json").read_text("utf-8"))
    return _closed(_corrected(copy.deepcopy(document)))


def _corrected(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for schema in _schemas(document):
        properties = schema.get("properties", {})
        if "percentageBreakdown" in properties:
            properties["percentageBreakdown"] = {"type": "array", "items": properties["percentageBreakdown"]}
    schemas["MetricsInsight"]["properties"]["referenceVersions"] = {
        "type": "array",
        "items": {"type": "string"},
    }
    for name in ("Build", "AppStoreVersion"):
        for attribute in schemas[name]["properties"]["attributes"]["properties"].values():
            attribute["nullable"] = True
    return document


def _closed(document: dict[str, Any]) -> dict[str, Any]:
    for schema in _schemas(document["components"]):
        if isinstance(schema.get("properties"), dict):
            schema.setdefault("additionalProperties", False)
    return document


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for entry in node:
            yield from _schemas(entry)


def _template(spec: dict[str, Any], path: str) -> str:
    (call,) = [call for call in CALLS if call.path.fullmatch(path)]
    (template,) = [name for name in spec["paths"] if call.path.fullmatch(name.replace("{id}", "0"))]
    return str(template)


def _problems(spec: dict[str, Any], response: Any) -> list[str]:
    """What is wrong with an answer by the specification's schema for its path, status and media type."""
    template = _template(spec, urlsplit(response.request.url).path)
    content = spec["paths"][template]["get"]["responses"][str(response.status_code)]["content"]
    schema = content[response.headers["Content-Type"]]["schema"]
    validator = OAS30Validator(schema | {"components": spec["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(response.json())]


def _requests(ask: Any, sandbox: Sandbox) -> Iterator[Any]:
    """An answer of every call that the specification has, with all that can be included."""
    yield ask(sandbox, "/v1/apps")
    versions = ask(sandbox, f"/v1/apps/{APP}/appStoreVersions", {"include": "build"})
    yield versions
    yield ask(sandbox, f"/v1/appStoreVersions/{versions.json()['data'][0]['id']}/build")
    query = {"include": "preReleaseVersion,app,appStoreVersion", "filter[version]": "341"}
    builds = ask(sandbox, "/v1/builds", query)
    yield builds
    build = f"/v1/builds/{builds.json()['data'][0]['id']}"
    yield ask(sandbox, build, {"include": "preReleaseVersion,app,appStoreVersion"})
    for rest in ("preReleaseVersion", "appStoreVersion", "perfPowerMetrics"):
        yield ask(sandbox, f"{build}/{rest}")
    trains = ask(sandbox, "/v1/preReleaseVersions", {"include": "app,builds"})
    yield trains
    yield ask(sandbox, f"/v1/preReleaseVersions/{trains.json()['data'][0]['id']}/builds")
    yield ask(sandbox, f"/v1/apps/{APP}/perfPowerMetrics")
    yield ask(sandbox, f"/v1/apps/{APP}/performanceOverviews")
    signatures = ask(sandbox, f"{build}/diagnosticSignatures")
    yield signatures
    for signature in signatures.json()["data"]:
        yield ask(sandbox, f"/v1/diagnosticSignatures/{signature['id']}/logs")


@pytest.mark.parametrize("name", ["healthy", "regressed"])
def test_every_answer_conforms(
    serve: Callable[..., Sandbox], ask: Any, spec: dict[str, Any], name: str
) -> None:
    problems = {
        response.request.path_url: found
        for response in _requests(ask, serve(name))
        if (found := _problems(spec, response))
    }

    assert problems == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/v1/apps/{APP}/perfPowerMetrics?filter[version]=1", 400),
        ("/v1/apps/1/perfPowerMetrics", 404),
        ("/v1/builds?limit=0", 400),
    ],
)
def test_every_refusal_conforms(
    healthy: Sandbox, ask: Any, spec: dict[str, Any], path: str, status: int
) -> None:
    response = ask(healthy, path)

    assert response.status_code == status
    assert _problems(spec, response) == []


def test_a_401_conforms(healthy: Sandbox, ask: Any, spec: dict[str, Any]) -> None:
    assert _problems(spec, ask(healthy, "/v1/apps", token="")) == []


def test_drift_is_seen(serve: Callable[..., Sandbox], ask: Any, spec: dict[str, Any]) -> None:
    """The same check finds what a drifted scenario adds, so it can fail."""
    response = ask(serve("drifted"), f"/v1/apps/{APP}/perfPowerMetrics")
    found = " ".join(_problems(spec, response))

    assert all(word in found for word in ("schemaRevision", "THERMAL", "confidence", "'3.3' is not"))


@pytest.mark.parametrize("exception", WIRE_IS_RIGHT)
def test_each_exception_is_needed(
    healthy: Sandbox, regressed: Sandbox, ask: Any, reference: Path, exception: str
) -> None:
    """Against the specification as it is, the answers differ in just these places."""
    document = _closed(json.loads((reference / "openapi-perf-subset.json").read_text("utf-8")))
    found = " ".join(
        problem
        for sandbox in (healthy, regressed)
        for response in _requests(ask, sandbox)
        for problem in _problems(document, response)
    )
    marks = {"null": "None for not nullable"}

    assert marks.get(exception, exception) in found


@pytest.mark.parametrize(
    "call", [call for call in CALLS if call.name != "app"], ids=lambda call: str(call.name)
)
def test_a_call_takes_only_what_the_specification_lists(spec: dict[str, Any], call: Any) -> None:
    """The cut of the specification has every call but that of one app."""
    (template,) = [name for name in spec["paths"] if call.path.fullmatch(name.replace("{id}", "0"))]
    listed = {entry["name"]: entry["schema"] for entry in spec["paths"][template]["get"]["parameters"]}

    taken = {
        name: values for name, values in call.parameters.items() if name != "cursor"
    }  # it is in links alone
    values_of = {name: listed[name].get("items", {}).get("enum", ANY) for name in taken}

    assert [name for name, allowed in values_of.items() if allowed and not taken[name] <= set(allowed)] == []
