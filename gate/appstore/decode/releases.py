"""When a version can have gone on sale, from the list of App Store versions."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from gate.appstore.decode.bodies import body_of
from gate.appstore.wire.read import read
from gate.appstore.wire.resources import VersionAttributes, VersionsResponse
from gate.errors import AppStoreError
from gate.model.versions import same_version
from gate.snapshot.format import Exchange


def not_before(exchanges: Iterable[Exchange], version: str) -> float | None:
    """Find the moment before which nobody can have had a version.

    App Store Connect has no date of going on sale. But a version is sold after its record was made
    (``createdDate``) and after its build was uploaded (``uploadedDate``), so the later of the two is a bound.

    Args:
        exchanges: The answers to the call for shipped versions; those that can't be read tell nothing.
        version: The marketing version in any spelling.

    Returns:
        Epoch seconds; None when the version is not listed, or its dates are not told.
    """
    if not version:
        return None
    return max((moment for exchange in exchanges for moment in _moments(exchange, version)), default=None)


def _moments(exchange: Exchange, version: str) -> Iterator[float]:
    try:
        page = read(body_of(exchange), VersionsResponse, what="list of App Store versions")[0]
    except AppStoreError:
        return
    uploaded = {
        build.id: build.attributes.uploaded_date
        for build in page.included or ()
        if build.attributes is not None
    }
    for entry in page.data:
        attributes = entry.attributes or VersionAttributes()
        if attributes.platform == "IOS" and same_version(attributes.version_string or "", version):
            yield from _known(attributes.created_date, uploaded.get(entry.build_id))


def _known(*dates: str | None) -> Iterator[float]:
    """Convert ISO 8601 dates to epoch seconds; what is no date tells nothing."""
    for date in dates:
        try:
            parsed = datetime.fromisoformat(date or "")
            yield (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
