"""Apps, versions, trains and builds as JSON:API resources, with the ids and dates that a scenario implies."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

from msgspec import Struct

from gate.sandbox.answer import JsonObject
from gate.sandbox.data import Scenario, ScenarioVersion

_PACIFIC = timezone(timedelta(hours=-7))
"""Apple writes its dates in the time of Cupertino."""
_BUILD_LIFE = timedelta(days=90)


class Relation(Struct, frozen=True, kw_only=True):
    """Where a relationship of a resource leads."""

    kind: str = ""
    """Resource type; empty where there is only a link to follow."""
    ids: tuple[str, ...] = ()
    many: bool = False
    """Whether it is a to-many relationship."""


class SandboxResource(Struct, frozen=True, kw_only=True):
    """One JSON:API resource."""

    kind: str
    id: str
    attributes: JsonObject
    relations: dict[str, Relation]

    def body(self, base: str, fields: Iterable[str] | None, included: Iterable[str] = ()) -> JsonObject:
        """Write the resource as an answer has it.

        Args:
            base: Scheme, host and port for links.
            fields: The sparse fieldset, which drops attributes and relationships alike; all when None.
            included: Relationships that carry ids and not only links.
        """
        kept = None if fields is None else set(fields)
        own = f"{base}/v1/{self.kind}/{self.id}"
        relationships = {
            name: _relationship(own, name, relation, with_data=name in included)
            for name, relation in self.relations.items()
            if kept is None or name in kept
        }
        attributes = {name: value for name, value in self.attributes.items() if kept is None or name in kept}
        body: JsonObject = {"type": self.kind, "id": self.id, "attributes": attributes}
        if relationships:
            body["relationships"] = relationships
        return body | {"links": {"self": own}}


def _relationship(own: str, name: str, relation: Relation, *, with_data: bool) -> JsonObject:
    links = {"related": f"{own}/{name}"}
    if relation.kind:
        links["self"] = f"{own}/relationships/{name}"
    body: JsonObject = {"links": links}
    if with_data:
        # JSON:API: a list for a to-many relationship, an object or null for a to-one.
        data = [{"type": relation.kind, "id": identity} for identity in relation.ids]
        body["data"] = data if relation.many else next(iter(data), None)
    return body


class Catalogue:
    """All resources of a scenario.

    Args:
        scenario: The scenario.
        now: Epoch seconds, by which builds have expired.
    """

    def __init__(self, scenario: Scenario, now: float) -> None:
        self._resources: dict[str, dict[str, SandboxResource]] = {}
        for resource in _resources(scenario, now):
            self._resources.setdefault(resource.kind, {})[resource.id] = resource
        # Builds of versions that are not out yet have users among testers only, and no metrics.
        self._sold = {_identity(scenario, "builds", version.build): version for version in scenario.versions}

    def of_kind(self, kind: str) -> list[SandboxResource]:
        """List all resources of a type, oldest first."""
        return list(self._resources.get(kind, {}).values())

    def get(self, kind: str, identity: str) -> SandboxResource | None:
        """Find one resource, or None."""
        return self._resources.get(kind, {}).get(identity)

    def related(self, resource: SandboxResource, name: str) -> list[SandboxResource]:
        """Follow a relationship to its resources."""
        relation = resource.relations[name]
        found = (self.get(relation.kind, identity) for identity in relation.ids)
        return [entry for entry in found if entry is not None]

    def values(self, resource: SandboxResource, path: str) -> list[str]:
        """Look up what a filter or a sort compares: an id, an attribute, or either of a related resource."""
        if path == "id":
            return [resource.id]
        name, _, rest = path.partition(".")
        if name in resource.relations:
            return [
                value for other in self.related(resource, name) for value in self.values(other, rest or "id")
            ]
        value = resource.attributes.get(name)
        return [str(value).lower() if isinstance(value, bool) else str(value)]

    def sold_as(self, build: str) -> ScenarioVersion | None:
        """Find the version that a build was sold as; None when only testers had it."""
        return self._sold.get(build)


def _resources(scenario: Scenario, now: float) -> Iterator[SandboxResource]:
    yield from _apps(scenario)
    for version in (*scenario.versions, *scenario.upcoming):
        yield _store_version(scenario, version)
        yield _train(scenario, version)
        yield from _builds(scenario, version, now)


def _apps(scenario: Scenario) -> Iterator[SandboxResource]:
    """Make the app, and before it a relative: Apple's filter on bundle ids is loose and finds both."""
    app = scenario.app
    # It comes first, so that a client that takes the first match takes the wrong app.
    yield _app(str(int(app.id) + 1), f"{app.name} Staging", f"{app.bundle_id}-staging", ())
    versions = (*scenario.versions, *scenario.upcoming)
    yield _app(
        app.id,
        app.name,
        app.bundle_id,
        tuple(_identity(scenario, "appStoreVersions", version.version) for version in versions),
    )


def _app(identity: str, name: str, bundle_id: str, versions: tuple[str, ...]) -> SandboxResource:
    return SandboxResource(
        kind="apps",
        id=identity,
        attributes={"name": name, "bundleId": bundle_id, "sku": bundle_id, "primaryLocale": "en-US"},
        relations={
            "appStoreVersions": Relation(kind="appStoreVersions", ids=versions, many=True),
            "perfPowerMetrics": Relation(),
        },
    )


def _identity(scenario: Scenario, kind: str, name: str) -> str:
    # Made of names, so that ids are the same in every run and a snapshot can be compared with another.
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scenario.app.id}/{kind}/{name}"))


def _store_version(scenario: Scenario, version: ScenarioVersion) -> SandboxResource:
    state, old_state = _states(scenario, version)
    return SandboxResource(
        kind="appStoreVersions",
        id=_identity(scenario, "appStoreVersions", version.version),
        attributes={
            "platform": "IOS",
            "versionString": version.version,
            "appStoreState": old_state,
            "appVersionState": state,
            "copyright": None,
            "releaseType": "AFTER_APPROVAL",
            "earliestReleaseDate": None,
            "downloadable": True,
            # The record is made first; nothing in it says when the version went on sale.
            "createdDate": _moment(version.uploaded - timedelta(days=len(version.test_builds) + 1)),
        },
        relations={
            "build": Relation(kind="builds", ids=(_identity(scenario, "builds", version.build),)),
        },
    )


def _states(scenario: Scenario, version: ScenarioVersion) -> tuple[str, str]:
    """Derive ``appVersionState`` and its deprecated twin."""
    # Only one version is on sale at a time.
    if version == scenario.versions[-1]:
        return "READY_FOR_DISTRIBUTION", "READY_FOR_SALE"
    if version in scenario.upcoming:
        return "PREPARE_FOR_SUBMISSION", "PREPARE_FOR_SUBMISSION"
    return "REPLACED_WITH_NEW_VERSION", "REPLACED_WITH_NEW_VERSION"


def _train(scenario: Scenario, version: ScenarioVersion) -> SandboxResource:
    builds = (*version.test_builds, version.build)
    return SandboxResource(
        kind="preReleaseVersions",
        id=_identity(scenario, "preReleaseVersions", version.version),
        attributes={"version": version.version, "platform": "IOS"},
        relations={
            "builds": Relation(
                kind="builds", ids=tuple(_identity(scenario, "builds", build) for build in builds), many=True
            ),
            "app": Relation(kind="apps", ids=(scenario.app.id,)),
        },
    )


def _builds(scenario: Scenario, version: ScenarioVersion, now: float) -> Iterator[SandboxResource]:
    """Make the builds of a version, oldest first, a day apart; the App Store version is linked to the last."""
    builds = (*version.test_builds, version.build)
    # The last build is the one on sale; those before it were for testers.
    for age, number in zip(range(len(builds) - 1, -1, -1), builds, strict=True):
        sold = (_identity(scenario, "appStoreVersions", version.version),) if age == 0 else ()
        uploaded = version.uploaded - timedelta(days=age)
        yield SandboxResource(
            kind="builds",
            id=_identity(scenario, "builds", number),
            attributes=_build_attributes(number, uploaded, now),
            relations={
                "preReleaseVersion": Relation(
                    kind="preReleaseVersions",
                    ids=(_identity(scenario, "preReleaseVersions", version.version),),
                ),
                "app": Relation(kind="apps", ids=(scenario.app.id,)),
                "appStoreVersion": Relation(kind="appStoreVersions", ids=sold),
                "perfPowerMetrics": Relation(),
                "diagnosticSignatures": Relation(kind="diagnosticSignatures", many=True),
            },
        )


def _build_attributes(number: str, uploaded: date, now: float) -> JsonObject:
    """Make a build's attributes; what does not apply is an explicit null, as on the wire."""
    expires = uploaded + _BUILD_LIFE
    return {
        "version": number,
        "uploadedDate": _moment(uploaded),
        "expirationDate": _moment(expires),
        "expired": datetime.fromtimestamp(now, UTC) >= datetime.fromisoformat(_moment(expires)),
        "minOsVersion": "17.0",
        "lsMinimumSystemVersion": None,
        "computedMinMacOsVersion": "14.0",
        "computedMinVisionOsVersion": None,
        "processingState": "VALID",
        "buildAudienceType": "APP_STORE_ELIGIBLE",
        "usesNonExemptEncryption": False,
    }


def _moment(day: date) -> str:
    return datetime.combine(day, time(10, 30), _PACIFIC).isoformat()
