"""Apps, versions, trains and builds: the look-ups that lead to an id."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from gate.sandbox import scenario
from gate.sandbox.server import Sandbox

APP = "1234567890"


def _attributes(response: Any, name: str) -> list[Any]:
    return [entry["attributes"][name] for entry in response.json()["data"]]


def _build(ask: Any, sandbox: Sandbox, number: str) -> str:
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": number}).json()["data"]
    return str(build["id"])


def test_the_bundle_id_filter_is_loose_and_the_relative_comes_first(healthy: Sandbox, ask: Any) -> None:
    response = ask(healthy, "/v1/apps", {"filter[bundleId]": "com.example.photos"})

    assert _attributes(response, "bundleId") == ["com.example.photos-staging", "com.example.photos"]


def test_an_unknown_bundle_id_is_an_empty_list(healthy: Sandbox, ask: Any) -> None:
    assert ask(healthy, "/v1/apps", {"filter[bundleId]": "com.example.music"}).json()["data"] == []


def test_an_app_is_found_by_its_id(healthy: Sandbox, ask: Any) -> None:
    response = ask(healthy, "/v1/apps", {"filter[id]": APP})

    assert _attributes(response, "bundleId") == ["com.example.photos"]


def test_one_app_is_a_document(healthy: Sandbox, ask: Any) -> None:
    data = ask(healthy, f"/v1/apps/{APP}").json()["data"]

    assert (data["type"], data["id"], data["attributes"]["name"]) == ("apps", APP, "Example Photos")


def test_sparse_fields_drop_attributes_and_relationships(healthy: Sandbox, ask: Any) -> None:
    data = ask(healthy, f"/v1/apps/{APP}", {"fields[apps]": "bundleId"}).json()["data"]

    assert data["attributes"] == {"bundleId": "com.example.photos"}
    assert "relationships" not in data


def test_the_version_on_sale_is_found_with_its_build(healthy: Sandbox, ask: Any) -> None:
    query = {
        "filter[platform]": "IOS",
        "filter[appVersionState]": "READY_FOR_DISTRIBUTION",
        "include": "build",
    }
    body = ask(healthy, f"/v1/apps/{APP}/appStoreVersions", query).json()

    (version,), (build,) = body["data"], body["included"]
    assert version["attributes"]["versionString"] == "3.4"
    assert version["relationships"]["build"]["data"] == {"type": "builds", "id": build["id"]}
    assert build["attributes"]["version"] == "341"


def test_included_resources_have_their_own_sparse_fields(healthy: Sandbox, ask: Any) -> None:
    query = {"filter[versionString]": "3.3", "include": "build", "fields[builds]": "version"}
    body = ask(healthy, f"/v1/apps/{APP}/appStoreVersions", query).json()

    assert [entry["attributes"] for entry in body["included"]] == [{"version": "331"}]


def test_sparse_fields_that_drop_a_relationship_leave_nothing_to_join_on(healthy: Sandbox, ask: Any) -> None:
    query = {"include": "build", "fields[appStoreVersions]": "versionString"}
    body = ask(healthy, f"/v1/apps/{APP}/appStoreVersions", query).json()

    assert body["included"] == []
    assert all("relationships" not in version for version in body["data"])


def test_a_version_that_is_not_released_is_prepared(healthy: Sandbox, ask: Any) -> None:
    body = ask(healthy, f"/v1/apps/{APP}/appStoreVersions", {"filter[versionString]": "3.5"})

    assert _attributes(body, "appVersionState") == ["PREPARE_FOR_SUBMISSION"]


def test_a_spelling_other_than_the_uploaded_one_finds_nothing(healthy: Sandbox, ask: Any) -> None:
    path = f"/v1/apps/{APP}/appStoreVersions"

    assert ask(healthy, path, {"filter[versionString]": "3.4.0"}).json()["data"] == []


def test_builds_of_a_version_come_newest_first(healthy: Sandbox, ask: Any) -> None:
    query = {
        "filter[app]": APP,
        "filter[preReleaseVersion.version]": "3.0",
        "filter[preReleaseVersion.platform]": "IOS",
        "filter[processingState]": "VALID",
        "sort": "-uploadedDate",
    }

    assert _attributes(ask(healthy, "/v1/builds", query), "version") == ["302", "301", "300"]


def test_a_list_filter_takes_several_values(healthy: Sandbox, ask: Any) -> None:
    query = {"filter[version]": "341,331", "sort": "version"}

    assert _attributes(ask(healthy, "/v1/builds", query), "version") == ["331", "341"]


def test_versions_sort_as_numbers(serve: Callable[..., Sandbox], ask: Any) -> None:
    text = """
        extends: empty
        name: tenth
        about: A version with two digits.
        versions:
          - {version: "1.9", build: "9", uploaded: 2026-01-05}
          - {version: "1.10", build: "10", uploaded: 2026-02-02}
    """
    sandbox = serve(scenario.read(text, "tenth"))
    response = ask(sandbox, "/v1/preReleaseVersions", {"filter[app]": APP, "sort": "-version"})

    assert _attributes(response, "version") == ["1.10", "1.9"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filter[app]", "999"),
        ("filter[version]", "999"),
        ("filter[preReleaseVersion.version]", "9.9"),
        ("filter[preReleaseVersion.platform]", "MAC_OS"),
        ("filter[processingState]", "FAILED"),
    ],
)
def test_a_filter_that_nothing_passes_is_an_empty_list(
    healthy: Sandbox, ask: Any, name: str, value: str
) -> None:
    assert ask(healthy, "/v1/builds", {name: value}).json()["data"] == []


def test_a_build_knows_its_marketing_version(healthy: Sandbox, ask: Any) -> None:
    build = _build(ask, healthy, "331")

    data = ask(healthy, f"/v1/builds/{build}/preReleaseVersion").json()["data"]
    assert data["attributes"] == {"version": "3.3", "platform": "IOS"}


def test_a_build_document_includes_its_train(healthy: Sandbox, ask: Any) -> None:
    build = _build(ask, healthy, "331")

    body = ask(healthy, f"/v1/builds/{build}", {"include": "preReleaseVersion"}).json()
    assert [entry["attributes"]["version"] for entry in body["included"]] == ["3.3"]


def test_a_build_that_was_sold_knows_its_app_store_version(healthy: Sandbox, ask: Any) -> None:
    build = _build(ask, healthy, "331")

    data = ask(healthy, f"/v1/builds/{build}/appStoreVersion").json()["data"]
    assert data["attributes"]["appVersionState"] == "REPLACED_WITH_NEW_VERSION"


def test_a_build_that_only_testers_had_has_no_app_store_version(healthy: Sandbox, ask: Any) -> None:
    build = _build(ask, healthy, "330")

    assert ask(healthy, f"/v1/builds/{build}/appStoreVersion").status_code == 404


def test_an_app_store_version_leads_to_its_build(healthy: Sandbox, ask: Any) -> None:
    query = {"filter[versionString]": "3.2"}
    (version,) = ask(healthy, f"/v1/apps/{APP}/appStoreVersions", query).json()["data"]

    build = ask(healthy, f"/v1/appStoreVersions/{version['id']}/build").json()["data"]
    assert build["attributes"]["version"] == "320"


def test_a_train_leads_to_all_its_builds(healthy: Sandbox, ask: Any) -> None:
    query = {"filter[app]": APP, "filter[version]": "3.4", "filter[platform]": "IOS"}
    (train,) = ask(healthy, "/v1/preReleaseVersions", query).json()["data"]

    response = ask(healthy, f"/v1/preReleaseVersions/{train['id']}/builds")
    assert _attributes(response, "version") == ["340", "341"]


def test_a_train_is_found_by_its_build(healthy: Sandbox, ask: Any) -> None:
    response = ask(healthy, "/v1/preReleaseVersions", {"filter[builds.version]": "300"})

    assert _attributes(response, "version") == ["3.0"]


def test_what_does_not_apply_to_a_build_is_an_explicit_null(healthy: Sandbox, ask: Any) -> None:
    attributes = ask(healthy, "/v1/builds", {"filter[version]": "341"}).json()["data"][0]["attributes"]

    assert attributes["lsMinimumSystemVersion"] is None


@pytest.mark.parametrize(("days", "expired"), [(89, False), (91, True)])
def test_a_build_expires_after_ninety_days(
    serve: Callable[..., Sandbox], ask: Any, sign: Any, days: int, expired: object
) -> None:
    uploaded = 1_789_407_000  # 14 September 2026, 10:30 in Cupertino
    now = uploaded + days * 86400
    sandbox = serve("healthy", clock=lambda: now)
    token = sign(sandbox, iat=now, exp=now + 600)
    response = ask(sandbox, "/v1/builds", {"filter[version]": "341"}, token=token)

    assert _attributes(response, "expired") == [expired]


def test_a_list_is_walked_page_by_page(healthy: Sandbox, ask: Any) -> None:
    seen = []
    link = f"{healthy.url}/v1/builds?limit=4&sort=version"
    while link:
        body = ask(healthy, link.removeprefix(healthy.url)).json()
        seen.append([build["attributes"]["version"] for build in body["data"]])
        link = body["links"].get("next", "")

    assert [len(page) for page in seen] == [4, 4, 4, 3]
    assert list(chain(*seen)) == sorted(chain(*seen))


def test_paging_says_how_many_there_are(healthy: Sandbox, ask: Any) -> None:
    paging = ask(healthy, "/v1/builds", {"limit": "4"}).json()["meta"]["paging"]

    assert (paging["total"], paging["limit"]) == (15, 4)
    assert paging["nextCursor"]


def test_a_scenario_can_cap_its_pages(regressed: Sandbox, ask: Any) -> None:
    body = ask(regressed, "/v1/builds", {"limit": "200"}).json()

    assert len(body["data"]) == 5
    assert body["links"]["next"].startswith(f"{regressed.url}/v1/builds?cursor=")


def test_ids_do_not_depend_on_the_run(serve: Callable[..., Sandbox], ask: Any) -> None:
    one, other = serve("healthy"), serve("healthy")

    assert _build(ask, one, "341") == _build(ask, other, "341")
