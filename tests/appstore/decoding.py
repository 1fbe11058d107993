"""Short ways from a body to facts."""

from wire_bodies import exchange, launch, metrics, snapshot

from gate.appstore.decode.snapshot import facts
from gate.model.facts import SliceKey

LAUNCH = SliceKey(
    platform="iOS", category="LAUNCH", metric="launchTime", device="all_iphones", percentile="p50"
)


def facts_of(body, *more, **subject):
    """Facts of a snapshot with one metrics answer of an app."""
    return facts(snapshot(exchange("app_metrics", body), *more, **subject), digest="d")


def series_of(body, *more, **subject):
    """The only series of a snapshot."""
    (series,) = facts_of(body, *more, **subject).series
    return series


def in_category(category, *found):
    body = metrics(*found)
    body["productData"][0]["metricCategories"][0]["identifier"] = category
    return body


def candidate_signatures(*more, **subject):
    return facts_of(launch(), *more, signatures_build="b", **subject).candidate_signatures
