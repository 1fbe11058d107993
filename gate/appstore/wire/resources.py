"""Apps, their versions and their builds, as JSON:API has them."""

from typing import Literal

from gate.appstore.wire.base import PagedDocument, TolerantPart


class Identity(TolerantPart, frozen=True, kw_only=True):
    """A resource that is named without its attributes."""

    id: str
    type: str = ""


class Relationship(TolerantPart, frozen=True, kw_only=True):
    """What one resource is related to."""

    data: Identity | None = None
    """Absent unless it was included."""


class AppAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of an app."""

    name: str | None = None
    bundle_id: str | None = None
    sku: str | None = None
    primary_locale: str | None = None


class AppResource(TolerantPart, frozen=True, kw_only=True):
    """An app; `id` is its numeric App Store id."""

    id: str
    type: Literal["apps"] = "apps"
    attributes: AppAttributes | None = None


class AppsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of apps. ``filter[bundleId]`` is a loose match: compare for equality."""

    data: list[AppResource]


class BuildAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of a build."""

    version: str | None = None
    """The build number (``CFBundleVersion``), not the marketing version."""
    uploaded_date: str | None = None
    expiration_date: str | None = None
    expired: bool | None = None
    min_os_version: str | None = None
    processing_state: str | None = None
    """``PROCESSING``, ``FAILED``, ``INVALID``, ``VALID``."""
    build_audience_type: str | None = None
    """``INTERNAL_ONLY``, ``APP_STORE_ELIGIBLE``; seen as null."""
    uses_non_exempt_encryption: bool | None = None


class BuildResource(TolerantPart, frozen=True, kw_only=True):
    """A build; `id` is a UUID."""

    id: str
    type: Literal["builds"] = "builds"
    attributes: BuildAttributes | None = None


class BuildsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of builds."""

    data: list[BuildResource]


class VersionAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of an App Store version. There is no date of going live."""

    version_string: str | None = None
    """The marketing version (``CFBundleShortVersionString``)."""
    platform: str | None = None
    """``IOS``, ``MAC_OS``, ``TV_OS``, ``VISION_OS``."""
    app_version_state: str | None = None
    """``READY_FOR_DISTRIBUTION`` is live."""
    app_store_state: str | None = None
    """The deprecated form of the state."""
    release_type: str | None = None
    earliest_release_date: str | None = None
    downloadable: bool | None = None
    created_date: str | None = None


class VersionRelationships(TolerantPart, frozen=True, kw_only=True):
    """What an App Store version is related to; ``build`` has data only when it was included."""

    build: Relationship | None = None


class AppStoreVersion(TolerantPart, frozen=True, kw_only=True):
    """One App Store version of an app."""

    id: str
    type: Literal["appStoreVersions"] = "appStoreVersions"
    attributes: VersionAttributes | None = None
    relationships: VersionRelationships | None = None

    @property
    def build_id(self) -> str:
        """Id of its build; empty when the answer does not tell."""
        build = self.relationships.build if self.relationships else None
        return build.data.id if build and build.data else ""


class VersionsResponse(PagedDocument, frozen=True, kw_only=True):
    """A page of App Store versions, in no promised order."""

    data: list[AppStoreVersion]
    included: list[BuildResource] | None = None
    """The builds of the versions: the only type that is ever asked for."""


class PreReleaseVersionAttributes(TolerantPart, frozen=True, kw_only=True):
    """Attributes of a release train."""

    version: str | None = None
    """The marketing version."""
    platform: str | None = None


class PreReleaseVersion(TolerantPart, frozen=True, kw_only=True):
    """A release train: all builds of one marketing version."""

    id: str
    type: Literal["preReleaseVersions"] = "preReleaseVersions"
    attributes: PreReleaseVersionAttributes | None = None


class PreReleaseVersionResponse(PagedDocument, frozen=True, kw_only=True):
    """One release train."""

    data: PreReleaseVersion
