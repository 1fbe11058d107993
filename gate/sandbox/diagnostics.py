"""Diagnostic signatures of a build, and the logs of a signature."""

from hashlib import sha256

from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.sandbox import stacks
from gate.sandbox.answer import JsonObject
from gate.sandbox.data import Log, Scenario, ScenarioSignature, ScenarioVersion
from gate.sandbox.resources import Relation, SandboxResource
from gate.sandbox.world import World, plain


def signature_id(signature: ScenarioSignature, build: str) -> str:
    """Derive Apple's opaque id: 64 hexadecimal characters, another one in each build."""
    return sha256(f"{build} {signature.type} {signature.signature}".encode()).hexdigest()


def by_id(scenario: Scenario) -> dict[str, tuple[ScenarioSignature, ScenarioVersion]]:
    """Index the signatures of every build on sale once, by id."""
    return {
        signature_id(signature, version.build): (signature, version)
        for version in scenario.versions
        for signature in scenario.signatures
        if version.version in signature.weight
    }


def of_version(scenario: Scenario, version: str) -> list[ScenarioSignature]:
    """Select the signatures of the build sold as a version, heaviest first."""
    present = [signature for signature in scenario.signatures if version in signature.weight]
    return sorted(present, key=lambda signature: -signature.weight[version])


def resources(world: World, version: ScenarioVersion) -> list[SandboxResource]:
    """Make resources of the signatures of the build sold as a version, heaviest first."""
    return [_resource(world, entry, version) for entry in of_version(world.scenario, version.version)]


def _resource(world: World, signature: ScenarioSignature, version: ScenarioVersion) -> SandboxResource:
    """Make one signature; ``insight`` only where Apple saw a trend."""
    attributes: JsonObject = {
        "diagnosticType": signature.type,
        "signature": signature.signature,
        "weight": plain(signature.weight[version.version]),
    }
    # The attribute is absent where Apple saw no trend, and not null.
    if version.version in signature.trend:
        attributes["insight"] = {
            "insightType": "TREND",
            "direction": signature.trend[version.version],
            "referenceVersions": earlier_weights(world, signature, version.version),
        }
    return SandboxResource(
        kind="diagnosticSignatures",
        id=signature_id(signature, version.build),
        attributes=attributes,
        relations={"logs": Relation()},
    )


def earlier_weights(world: World, signature: ScenarioSignature, version: str) -> list[JsonObject]:
    """List the signature's weights in the versions before one, oldest first."""
    order = [entry.version for entry in world.scenario.versions]
    before = order[: order.index(version)]
    return [
        {"version": name, "value": plain(signature.weight[name])}
        for name in before
        if name in signature.weight
    ]


def logs(world: World, identity: str, limit: int | None) -> JsonObject:
    """Make the body of ``/v1/diagnosticSignatures/{id}/logs``; the limit counts logs.

    Args:
        world: What there is.
        identity: The id of a signature that exists.
        limit: Most logs to give; all when None.
    """
    signature, version = by_id(world.scenario)[identity]
    product = {
        "signatureId": identity,
        "diagnosticInsights": [
            {"insightsCategory": entry.category, "insightsString": entry.text, "insightsURL": entry.url}
            for entry in signature.advice
        ],
        "diagnosticLogs": [_log(world, signature.type, version, log) for log in signature.logs[:limit]],
    }
    return {"version": "1.0.0", "productData": [product]}


def _log(world: World, kind: str, version: ScenarioVersion, log: Log) -> JsonObject:
    metadata = {
        "bundleId": world.scenario.app.bundle_id,
        "event": DIAGNOSTIC_TYPES[kind].event if kind in DIAGNOSTIC_TYPES else kind,
        "eventDetail": log.detail,
        "osVersion": log.os,
        "appVersion": version.version,
        "buildVersion": version.build,
        "deviceType": log.device,
        "platformArchitecture": "arm64",
    }
    if log.writes:
        metadata["writesCaused"] = log.writes
    trees = [{"callStackRootFrames": stacks.root_frames(stacks.parse(stack))} for stack in log.stacks]
    return {
        "diagnosticMetaData": metadata,
        "callStackTree": [{"callStackPerThread": False, "callStacks": trees}],
    }
