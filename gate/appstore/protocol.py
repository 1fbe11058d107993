"""How to speak with App Store Connect, without any I/O: calls, scopes of tokens, links and limits.

The client carries the bytes; the rules that come from Apple are here and, for answers that are no success, in
`gate.appstore.refusal`. Statements about the service are those of Apple's OpenAPI specification 4.4.1 and of
its pages "Generating Tokens for API Requests" and "Identifying Rate Limits", unless a comment says otherwise.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from msgspec import Struct

from gate.appstore.headers import host_of
from gate.appstore.wire.base import Links, TolerantPart
from gate.appstore.wire.read import read
from gate.errors import MalformedAnswer, UnsafeLink, UsageError
from gate.http.address import is_loopback, resolved, same_origin
from gate.snapshot.format import Call, Request

APPLE = "https://api.appstoreconnect.apple.com"
PAGE = "200"
"""The largest ``limit`` of every list call."""
ON_SALE = "READY_FOR_DISTRIBUTION"
SHIPPED = (ON_SALE, "REPLACED_WITH_NEW_VERSION")
"""States (``appVersionState``) of versions that users have: on sale, or on sale earlier."""

JSON = "application/json"
METRICS = "application/vnd.apple.xcode-metrics+json"
OVERVIEW = "application/vnd.apple.xcode-overview+json"
LOGS = "application/vnd.apple.diagnostic-logs+json"


class _Endpoint(Struct, frozen=True, kw_only=True):
    path: str
    accept: str = JSON
    paged: bool = False
    """All pages are wanted. Of builds, listed newest first, the first page is enough."""


_ENDPOINTS: dict[Call, _Endpoint] = {
    "apps": _Endpoint(path="/v1/apps", paged=True),
    "app_versions": _Endpoint(path="/v1/apps/{id}/appStoreVersions", paged=True),
    "builds": _Endpoint(path="/v1/builds"),
    "build_version": _Endpoint(path="/v1/builds/{id}/preReleaseVersion"),
    "app_metrics": _Endpoint(path="/v1/apps/{id}/perfPowerMetrics", accept=METRICS),
    "build_metrics": _Endpoint(path="/v1/builds/{id}/perfPowerMetrics", accept=METRICS),
    "overview": _Endpoint(path="/v1/apps/{id}/performanceOverviews", accept=OVERVIEW),
    "signatures": _Endpoint(path="/v1/builds/{id}/diagnosticSignatures", paged=True),
    "logs": _Endpoint(path="/v1/diagnosticSignatures/{id}/logs", accept=LOGS),
}
"""Every call the gate makes, with the one media type it answers with; asking for another one is a 406."""

_PATHS = {
    call: re.compile(re.escape(endpoint.path).replace(r"\{id\}", "[^/]+"))
    for call, endpoint in _ENDPOINTS.items()
}


def call_of(request: Request) -> Call:
    """Tell which of the gate's calls a request is.

    Raises:
        ValueError: None of them.
    """
    for call, pattern in _PATHS.items():
        # No two patterns match the same path, so their order does not matter.
        if pattern.fullmatch(request.path):
            return call
    raise ValueError(f"{request.path} is not a call of the gate")


def is_paged(call: Call) -> bool:
    """Tell whether all pages of a call's answer are wanted."""
    return _ENDPOINTS[call].paged


def apps_by_bundle(bundle_id: str) -> Request:
    """Build the request for apps whose bundle id resembles one. The filter is loose: compare what comes back."""
    return _apps({"filter[bundleId]": bundle_id})


def app_by_id(app_id: str) -> Request:
    """Build the request for the app of an App Store id, in a list of one or none."""
    return _apps({"filter[id]": app_id})


def visible_apps() -> Request:
    """Build the request for every app that the key can see."""
    return _apps({})


def _apps(filters: Mapping[str, str]) -> Request:
    return _request("apps", {**filters, "fields[apps]": "bundleId,name", "limit": PAGE})


def app_metrics(
    app_id: str, *, metric_types: Sequence[str] = (), device_types: Sequence[str] = ()
) -> Request:
    """Build the request for metrics of an app's recent versions.

    Args:
        app_id: The App Store id.
        metric_types: Metric categories; none for all.
        device_types: Groups such as ``all_iphones``; none for all groups and models. A model holds a comma,
            the separator of this list, so a single model can't be asked for.
    """
    return _request("app_metrics", _metrics_query(metric_types, device_types), app_id)


def build_metrics(
    build_id: str, *, metric_types: Sequence[str] = (), device_types: Sequence[str] = ()
) -> Request:
    """Build the request for metrics of one build; arguments as for `app_metrics`."""
    return _request("build_metrics", _metrics_query(metric_types, device_types), build_id)


def _metrics_query(metric_types: Sequence[str], device_types: Sequence[str]) -> dict[str, str]:
    return {
        # The only value the filter takes, though answers spell it iOS; without it Macs may come, too.
        "filter[platform]": "IOS",
        "filter[metricType]": ",".join(metric_types),
        "filter[deviceType]": ",".join(device_types),
    }


def overview(app_id: str) -> Request:
    """Build the request for the performance overview of an app; since API 4.5, so it may be absent."""
    return _request("overview", {}, app_id)


def shipped_versions(app_id: str) -> Request:
    """Build the request for versions that are or were on sale, with their builds. They come in no order."""
    query = {
        "filter[platform]": "IOS",
        "filter[appVersionState]": ",".join(SHIPPED),
        "include": "build",
        # Naming fields drops every relationship that is not named, and with it what include joins on.
        "fields[appStoreVersions]": "versionString,platform,appVersionState,createdDate,build",
        "fields[builds]": "version,uploadedDate",
        "limit": PAGE,
    }
    return _request("app_versions", query, app_id)


def builds_of_version(app_id: str, versions: Iterable[str], *, number: str = "") -> Request:
    """Build the request for builds of a marketing version, newest first.

    Args:
        app_id: The App Store id.
        versions: All spellings of the version: the filter matches only the one that was uploaded.
        number: A build number (``CFBundleVersion``), which this call names ``version``; none for all builds.
    """
    query = {
        "filter[preReleaseVersion.version]": ",".join(versions),
        "filter[version]": number,
        "filter[preReleaseVersion.platform]": "IOS",
        "filter[processingState]": "VALID",
        "sort": "-uploadedDate",
    }
    return _builds(app_id, query)


def build_of_app(app_id: str, build_id: str) -> Request:
    """Build the request for one build, if it belongs to the app, in a list of one or none."""
    return _builds(app_id, {"filter[id]": build_id})


def _builds(app_id: str, query: Mapping[str, str]) -> Request:
    shape = {
        "include": "preReleaseVersion",
        "fields[builds]": "version,uploadedDate,preReleaseVersion",
        "fields[preReleaseVersions]": "version",
        "limit": PAGE,
    }
    return _request("builds", {"filter[app]": app_id, **query, **shape})


def version_of_build(build_id: str) -> Request:
    """Build the request for the marketing version of a build."""
    return _request("build_version", {"fields[preReleaseVersions]": "version,platform"}, build_id)


def signatures(build_id: str, types: Sequence[str] = ()) -> Request:
    """Build the request for diagnostic signatures of a build, heaviest first; of all types when none is named."""
    return _request("signatures", {"filter[diagnosticType]": ",".join(types), "limit": PAGE}, build_id)


def logs(signature_id: str, *, limit: int) -> Request:
    """Build the request for logs of a signature, at most `limit` of them. The call has no further pages."""
    return _request("logs", {"limit": str(limit)}, signature_id)


def _request(call: Call, query: Mapping[str, str], identity: str = "") -> Request:
    """Make a request of a call; parameters without a value are left out."""
    endpoint = _ENDPOINTS[call]
    path = endpoint.path.replace("{id}", _segment(identity)) if "{id}" in endpoint.path else endpoint.path
    return Request(
        path=path,
        query=tuple((name, value) for name, value in query.items() if value),
        accept=endpoint.accept,
    )


def _segment(identity: str) -> str:
    """Quote an id as one segment of a path. Ids come from answers, so they must not lead elsewhere."""
    if identity in ("", ".", ".."):
        raise MalformedAnswer(
            f"App Store Connect sent the id {identity!r}, which can't be part of an address",
            cause="the answer is damaged or has been tampered with",
        )
    return quote(identity, safe="")


def target(request: Request) -> str:
    """Spell path and query of a request as they are sent."""
    return _joined(request.path, request.query)


def scope_entry(request: Request) -> str:
    """Spell what a token's scope says to admit a request and its further pages.

    Whether an entry without a query admits a request with filters is not documented, so the filters are in
    it; ``limit``, ``cursor`` and ``sort`` are ignored when Apple compares.
    """
    query = [pair for pair in request.query if pair[0] not in ("limit", "cursor", "sort")]
    return f"GET {_joined(request.path, query)}"


def _joined(path: str, query: Sequence[tuple[str, str]]) -> str:
    pairs = [f"{quote(name, safe='[]')}={quote(value, safe=',:')}" for name, value in query]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def check_base_url(url: str) -> str:
    """Check where requests go to: Apple's origin, or a sandbox on this machine.

    Returns:
        Scheme, host and port without a trailing slash.

    Raises:
        UsageError: It is another host. A key must not reach one by accident.
    """
    try:
        parts = urlsplit(url.strip())
        allowed = parts.hostname is not None and _is_allowed(parts) and parts.port != 0
    except ValueError:
        allowed = False
    if not allowed:
        raise UsageError(
            "The base URL is neither App Store Connect's nor one on this machine",
            cause="a wrong address would be sent a token of your key",
            remedy=f"leave it out for {APPLE}, or give the http://127.0.0.1 address that `gate sandbox` prints",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _is_allowed(parts: SplitResult) -> bool:
    # What stands before an ``@`` is a user's name, and can look like Apple's host.
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    apple = same_origin(parts.geturl(), APPLE)
    return bare and (apple or (parts.scheme in ("http", "https") and is_loopback(parts.geturl())))


class _Paged(TolerantPart, frozen=True, kw_only=True):
    links: Links | None = None


def next_link(request: Request, body: str) -> str:
    """Read the link to the next page; empty on the last one.

    Raises:
        MalformedAnswer: The body is not JSON, or its link is not text.
    """
    links = read(body, _Paged, what=f"answer to GET {request.path}")[0].links
    return (links.next or "") if links else ""


class PageRequest(Struct, frozen=True, kw_only=True):
    """A further page of a list call."""

    request: Request
    """Decoded, for the record and the scope."""
    target: str
    """Path and query exactly as the link spells them: Apple's cursors are opaque."""


def follow(base: str, request: Request, link: str) -> PageRequest:
    """Make the request that a next link stands for.

    Args:
        base: A checked base URL.
        request: The request whose answer held the link.
        link: Absolute in every known answer; a relative one is resolved.

    Raises:
        UnsafeLink: It leads to another scheme, host or port, which would be handed the token.
    """
    parts = _resolved(base, base + target(request), link)
    if parts is None:
        raise UnsafeLink(
            f"The next page of GET {request.path} is said to be elsewhere, on {host_of(link)}",
            cause="the answer was tampered with, or a proxy rewrites answers",
            remedy="nothing was sent there; check what stands between this machine and App Store Connect",
        )
    pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return PageRequest(
        request=Request(path=parts.path, query=pairs, accept=request.accept),
        target=f"{parts.path}?{parts.query}" if parts.query else parts.path,
    )


def _resolved(base: str, address: str, link: str) -> SplitResult | None:
    """Split a link that leads to the origin of a base URL; None for any other."""
    # Parsers of addresses are known to disagree about these characters.
    if re.search(r"[\\\s\x00-\x1f\x7f]", link):
        return None
    there = resolved(address, link)
    if not same_origin(there, base):
        return None
    parts = urlsplit(there)
    return None if "@" in parts.netloc else parts
