"""From what a person names to what App Store Connect knows: apps, versions and builds.

Filters of the API are hints: the one on bundle ids is loose, and others are known to be ignored on some
resources. So whatever was asked for is compared again here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from gate.appstore import protocol
from gate.appstore.wire.base import PagedDocument, TolerantPart
from gate.appstore.wire.read import read
from gate.appstore.wire.resources import (
    AppsResponse,
    BuildAttributes,
    BuildResource,
    PreReleaseVersion,
    PreReleaseVersionResponse,
    Relationship,
    VersionAttributes,
    VersionsResponse,
)
from gate.errors import MalformedAnswer, UnknownApp, UnknownBuild, UnknownVersion, UsageError
from gate.model.versions import same_version, version_key
from gate.snapshot.format import Exchange, Request

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMERIC = re.compile(r"\d+(\.\d+){0,2}")
_MAX_PARTS = 3
"""Integers in a marketing version (``CFBundleShortVersionString``)."""


class ResolvedApp(Struct, frozen=True, kw_only=True):
    """An app."""

    id: str
    """The numeric App Store id."""
    bundle_id: str = ""
    name: str = ""


class ResolvedBuild(Struct, frozen=True, kw_only=True):
    """A build."""

    id: str
    number: str = ""
    """``CFBundleVersion``."""
    version: str = ""
    """Marketing version; empty when the answer does not tell."""
    uploaded: str = ""
    """ISO 8601, in the time of Cupertino."""


class Shipped(Struct, frozen=True, kw_only=True):
    """A version that users have."""

    version: str
    build_id: str = ""
    on_sale: bool = False
    """Now, and not only earlier."""


def is_app_id(app: str) -> bool:
    """Tell whether an app is named by its App Store id and not by its bundle id."""
    return app.isascii() and app.isdigit()


def is_build_id(build: str) -> bool:
    """Tell whether a build is named by its id, a UUID, and not by its build number."""
    return _UUID.fullmatch(build) is not None


def app_request(app: str) -> Request:
    """Build the request for an app by what a person calls it.

    Raises:
        UsageError: No app is named.
    """
    if not app:
        raise UsageError(
            "No app is named",
            remedy="give its bundle id or App Store id with --app, or as `app` in the policy",
        )
    return protocol.app_by_id(app) if is_app_id(app) else protocol.apps_by_bundle(app)


def apps_in(exchanges: Iterable[Exchange]) -> list[ResolvedApp]:
    """List the apps of all pages of a look-up."""
    return [
        ResolvedApp(
            id=app.id,
            bundle_id=(app.attributes.bundle_id if app.attributes else None) or "",
            name=(app.attributes.name if app.attributes else None) or "",
        )
        for exchange in exchanges
        for app in read(exchange.body, AppsResponse, what="list of apps")[0].data
    ]


def the_app(
    wanted: str, exchanges: Iterable[Exchange], *, visible: Callable[[], Iterable[ResolvedApp]]
) -> ResolvedApp:
    """Find the app that a person means, in the answers to `app_request`.

    Args:
        wanted: A bundle id or an App Store id.
        exchanges: All pages.
        visible: Looks up other apps for a suggestion; only called when this one is not there.

    Raises:
        UnknownApp: The key can't see such an app.
    """
    apps = apps_in(exchanges)
    for app in apps:
        # Apple's filter is a loose match: ``com.example.app`` also finds ``com.example.app.beta``.
        if wanted == (app.id if is_app_id(wanted) else app.bundle_id):
            return app
    raise _unknown_app(wanted, [*apps, *visible()])


def _unknown_app(wanted: str, apps: Sequence[ResolvedApp]) -> UnknownApp:
    kind = "App Store id" if is_app_id(wanted) else "bundle id"
    names = {app.id if is_app_id(wanted) else app.bundle_id for app in apps}
    # Case is the usual mistake: bundle ids differ by it here, though not on the App Store.
    near = [name for name in sorted(names) if name.casefold() == wanted.casefold()] or get_close_matches(
        wanted, sorted(names), cutoff=0.5
    )
    return UnknownApp(
        f"The key sees no app with the {kind} {wanted}",
        cause="the id is misspelt, or the key is of another team, or of a user without this app",
        remedy=f"did you mean {' or '.join(near)}?"
        if near
        else "compare the id in App Store Connect, under App Information",
    )


def shipped_in(exchanges: Iterable[Exchange]) -> tuple[Shipped, ...]:
    """List versions that are or were on sale for iOS, from the answers to `protocol.shipped_versions`."""
    found = []
    for exchange in exchanges:
        for entry in read(exchange.body, VersionsResponse, what="list of App Store versions")[0].data:
            attributes = entry.attributes or VersionAttributes()
            if _is_shipped(attributes):
                on_sale = attributes.app_version_state == protocol.ON_SALE
                found.append(
                    Shipped(version=attributes.version_string or "", build_id=entry.build_id, on_sale=on_sale)
                )
    return tuple(found)


def _is_shipped(attributes: VersionAttributes) -> bool:
    """Compare with the filters of the request again: they are hints."""
    return (
        bool(attributes.version_string)
        and attributes.platform == "IOS"
        and attributes.app_version_state in protocol.SHIPPED
    )


def on_sale(shipped: Iterable[Shipped]) -> Shipped | None:
    """Find the version on sale; the highest should there be several."""
    return max(
        (one for one in shipped if one.on_sale), key=lambda one: version_key(one.version), default=None
    )


def spellings(version: str) -> tuple[str, ...]:
    """List all spellings of a version: App Store Connect keeps 1.2 and 1.2.0 as one, its filters do not."""
    if not _NUMERIC.fullmatch(version):
        return (version,)
    short = re.sub(r"(\.0+)+$", "", version)
    padded = (short + ".0" * zeros for zeros in range(_MAX_PARTS - short.count(".")))
    return tuple(sorted({version, *padded}))


class _Relationships(TolerantPart, frozen=True, kw_only=True):
    pre_release_version: Relationship | None = None


class _BuildWithVersion(BuildResource, frozen=True, kw_only=True):
    relationships: _Relationships | None = None


class _Builds(PagedDocument, frozen=True, kw_only=True):
    """A page of builds with the versions they belong to."""

    data: list[_BuildWithVersion]
    included: list[PreReleaseVersion] | None = None


def builds_in(exchanges: Iterable[Exchange]) -> tuple[ResolvedBuild, ...]:
    """List the builds of a look-up, newest first, with the marketing version of each as far as it tells."""
    pages = [read(exchange.body, _Builds, what="list of builds")[0] for exchange in exchanges]
    versions = {
        train.id: (train.attributes.version if train.attributes else None) or ""
        for page in pages
        for train in page.included or ()
    }
    builds = [_build(build, versions) for page in pages for build in page.data]
    # The request asks for this order, but an answer need not keep it.
    return tuple(sorted(builds, key=lambda build: build.uploaded, reverse=True))


def _build(build: _BuildWithVersion, versions: dict[str, str]) -> ResolvedBuild:
    attributes = build.attributes or BuildAttributes()
    train = build.relationships.pre_release_version if build.relationships else None
    version = versions.get(train.data.id, "") if train and train.data else ""
    return ResolvedBuild(
        id=build.id, number=attributes.version or "", version=version, uploaded=attributes.uploaded_date or ""
    )


def newest_build(exchanges: Iterable[Exchange], version: str, number: str = "") -> ResolvedBuild | None:
    """Find the newest build of a version, or the newest of this build number.

    Args:
        exchanges: The answer to `protocol.builds_of_version`.
        version: The marketing version in any spelling.
        number: The build number; none for any.
    """
    for build in builds_in(exchanges):
        # The filter was by version already; without a version in the answer it is believed.
        fits = not build.version or same_version(build.version, version)
        if fits and number in ("", build.number):
            return build
    return None


def build_by_id(exchanges: Iterable[Exchange], build_id: str) -> ResolvedBuild:
    """Find the build of an id, in the answer to `protocol.build_of_app`.

    Raises:
        UnknownBuild: The app has no such build.
    """
    for build in builds_in(exchanges):
        if build.id.casefold() == build_id.casefold():
            return build
    raise UnknownBuild(
        f"The app has no build with the id {build_id}",
        cause="the id is misspelt, or it is of another app's build",
        remedy="copy it from the address of the build's page in App Store Connect, or give --version and a build number",
    )


def version_in(exchanges: Iterable[Exchange]) -> str:
    """Find the marketing version of a build, in the answer to `protocol.version_of_build`.

    Raises:
        MalformedAnswer: The answer does not tell.
    """
    for exchange in exchanges:
        train = read(exchange.body, PreReleaseVersionResponse, what="version of a build")[0].data
        if train.attributes and train.attributes.version:
            return train.attributes.version
    raise MalformedAnswer(
        "App Store Connect does not say which version the build is of",
        cause="Apple has changed this answer, or the upload is not complete",
        remedy="give --version instead of --build",
    )


def unknown_build(version: str, number: str) -> UnknownBuild:
    """Make the error for a build number that a version does not have."""
    return UnknownBuild(
        f"Version {version} has no build {number} for iOS that finished processing",
        cause="the build number or the version is misspelt, or the build is another platform's",
        remedy="compare both in App Store Connect, under TestFlight",
    )


def unknown_version(version: str, known: Iterable[str]) -> UnknownVersion:
    """Make the error for a version that the app does not have, with those that it has."""
    names = sorted(set(known), key=version_key)
    near = get_close_matches(version, names, cutoff=0.5) or names[-3:][::-1]
    return UnknownVersion(
        f"The app has no version {version} for iOS",
        cause="it is misspelt, or no build of it was ever uploaded",
        remedy=f"did you mean {' or '.join(near)}?" if near else "compare it in App Store Connect",
    )
