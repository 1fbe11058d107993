"""Versions in a metrics body: one name each, and none forgotten."""

import msgspec
from bodies import metrics_body

from gate.appstore.decode.snapshot import facts
from gate.snapshot.file import load


def series_of(points):
    body = metrics_body([1.0])
    body["productData"][0]["metricCategories"][0]["metrics"][0]["datasets"][0]["points"] = points
    snapshot, digest = load(msgspec.json.encode(body))
    return facts(snapshot, digest=digest).series[0]


def test_two_spellings_of_a_version_are_one_version():
    one = series_of(
        [
            {"version": "3.3", "value": 900},
            {"version": "3.4", "value": 900},
            {"version": "3.4.0", "value": 1900},
        ]
    )

    assert one.problem == "Apple sent two different points for version 3.4"


def test_a_version_without_a_value_is_listed_in_its_place():
    one = series_of([{"version": "3.3", "value": 900}, {"version": "3.4", "value": None}])

    assert (one.versions, one.listed) == (("3.3",), ("3.3", "3.4"))


def test_versions_that_all_have_values_are_not_listed_twice():
    assert series_of([{"version": "3.3", "value": 900}]).listed == ()
