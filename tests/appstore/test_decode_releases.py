"""When a version can have gone on sale."""

import pytest
from clients import sandbox_of
from decoding import facts_of
from wire_bodies import exchange, launch

from gate.appstore import protocol
from gate.appstore.decode.releases import not_before

CREATED, UPLOADED = "2026-09-10T10:30:00-07:00", "2026-09-14T10:30:00-07:00"
SEPTEMBER_10, SEPTEMBER_14 = 1_789_061_400.0, 1_789_407_000.0


def versions(*, name="3.4", platform="IOS", created=CREATED, uploaded=UPLOADED, build="b"):
    """A list of one version and, if it is told, its build."""
    entry = {
        "type": "appStoreVersions",
        "id": "v",
        "attributes": {"versionString": name, "platform": platform, "createdDate": created},
        "relationships": {"build": {"data": build and {"type": "builds", "id": build}}},
    }
    included = [{"type": "builds", "id": "b", "attributes": {"uploadedDate": uploaded}}]
    return exchange("app_versions", {"data": [entry], "included": included, "links": {"self": "x"}})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, SEPTEMBER_14),
        ({"uploaded": None}, SEPTEMBER_10),
        ({"build": None}, SEPTEMBER_10),
        ({"created": None}, SEPTEMBER_14),
        ({"created": "2026-09-20T17:30:00Z"}, 1_789_925_400.0),
        ({"created": "2026-09-14T17:30:00", "uploaded": None}, SEPTEMBER_14),
        ({"created": "soon", "uploaded": ""}, None),
        ({"name": "3.4.0"}, SEPTEMBER_14),
        ({"name": "3.3"}, None),
        ({"name": None}, None),
        ({"platform": "MAC_OS"}, None),
    ],
)
def test_nobody_had_a_version_before_its_record_was_made_and_its_build_uploaded(fields, expected):
    assert not_before([versions(**fields)], "3.4") == expected


def test_a_version_without_a_name_is_none_of_the_list():
    assert not_before([versions(name="")], "") is None


@pytest.mark.parametrize("answer", [("{", 200), ("{}", 200), ("{}", 500)])
def test_a_list_that_can_t_be_read_tells_nothing(answer):
    body, status = answer

    assert not_before([exchange("app_versions", body, status=status), versions()], "3.4") == SEPTEMBER_14


def test_versions_without_attributes_tell_nothing():
    page = exchange(
        "app_versions", {"data": [{"type": "appStoreVersions", "id": "v"}], "links": {"self": "x"}}
    )

    assert not_before([page], "3.4") is None


def test_the_facts_say_it_of_the_candidate():
    assert facts_of(launch(), versions(), version="3.4").candidate_not_before == SEPTEMBER_14


def test_the_dates_are_asked_for():
    with sandbox_of("regressed") as (sandbox, client):
        pages = client.get(protocol.shipped_versions(sandbox.scenario.app.id))

    assert not_before(pages, "3.4") == SEPTEMBER_14
