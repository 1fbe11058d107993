"""From a person's words to ids: exact where the API is loose, and helpful where nothing is found."""

import json

import pytest
from clients import client_of, sandbox_of
from hypothesis import given
from hypothesis import strategies as st
from loopback import Reply, Server, Time

from gate.appstore import protocol, resolve
from gate.appstore.collect import visible_apps
from gate.appstore.resolve import ResolvedApp, ResolvedBuild, Shipped
from gate.errors import MalformedAnswer, UnknownApp, UnknownBuild, UsageError
from gate.model.versions import same_version
from gate.snapshot.format import Exchange

BUILD_ID = "120163fa-8c9d-50de-98f7-a27dd5e543f8"


def exchange(body, call="builds"):
    return Exchange(
        call=call, request=protocol.visible_apps(), status=200, received="", body=json.dumps(body)
    )


def apps(*names):
    data = [
        {"type": "apps", "id": str(number), "attributes": {"bundleId": name, "name": name.upper()}}
        for number, name in enumerate(names, start=1)
    ]
    return exchange({"data": data, "links": {"self": "x"}}, "apps")


def version(name, *, state="READY_FOR_DISTRIBUTION", platform="IOS", build=None):
    relationships = {"build": {"data": build and {"type": "builds", "id": build}}}
    attributes = {"versionString": name, "platform": platform, "appVersionState": state}
    return {"type": "appStoreVersions", "id": name, "attributes": attributes, "relationships": relationships}


def build(number, *, uploaded="2026-09-14", train=None, identity=None):
    body = {
        "type": "builds",
        "id": identity or f"b-{number}",
        "attributes": {"version": number, "uploadedDate": uploaded},
    }
    if train:
        data = {"type": "preReleaseVersions", "id": f"t-{train}"}
        body["relationships"] = {"preReleaseVersion": {"data": data}}
    return body


def builds(*entries, trains=()):
    included = [
        {"type": "preReleaseVersions", "id": f"t-{train}", "attributes": {"version": train}}
        for train in trains
    ]
    return [exchange({"data": list(entries), "included": included, "links": {"self": "x"}})]


# --- apps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "filter_"),
    [
        ("com.example.photos", "filter[bundleId]"),
        ("1234567890", "filter[id]"),
        ("123.app", "filter[bundleId]"),
    ],
)
def test_an_app_is_looked_up_by_bundle_id_or_app_store_id(wanted, filter_):
    assert resolve.app_request(wanted).query[0] == (filter_, wanted)


def test_no_app_named_is_wrong_usage():
    with pytest.raises(UsageError, match="No app is named"):
        resolve.app_request("")


@pytest.mark.parametrize(("wanted", "id_"), [("com.example.app", "2"), ("2", "2")])
def test_an_app_is_matched_exactly_on_any_page(wanted, id_):
    pages = [apps("com.example.app-staging"), apps("com.example.app.widget", "com.example.app")]
    asked = []
    app = resolve.the_app(wanted, pages, visible=lambda: asked.append(1) or [])

    assert app == ResolvedApp(id=id_, bundle_id="com.example.app", name="COM.EXAMPLE.APP")
    assert not asked


def test_an_app_is_found_behind_a_loose_filter():
    with sandbox_of("healthy") as (sandbox, client):
        pages = client.get(resolve.app_request(sandbox.app))
        app = resolve.the_app(sandbox.app, pages, visible=list)

    assert len(resolve.apps_in(pages)) == 2
    assert app.id == sandbox.scenario.app.id


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("com.example.photo", "did you mean com.example.photos or com.example.photos-staging?"),
        ("COM.example.Photos", "did you mean com.example.photos?"),
        ("1234567809", "did you mean 1234567891 or 1234567890?"),
        ("org.unlike", "compare the id in App Store Connect"),
    ],
)
def test_an_unknown_app_is_answered_with_the_nearest_names(wanted, hint):
    with sandbox_of("healthy") as (_, client):
        pages = client.get(resolve.app_request(wanted))
        with pytest.raises(UnknownApp) as caught:
            resolve.the_app(wanted, pages, visible=lambda: visible_apps(client))

    assert wanted in caught.value.what
    assert caught.value.remedy.startswith(hint)


def test_an_unknown_app_is_unknown_even_when_no_suggestion_can_be_had():
    with (
        Server(Reply(status=403)) as server,
        client_of(server, Time()) as client,
        pytest.raises(UnknownApp, match=r"com\.example\.app"),
    ):
        resolve.the_app("com.example.app", [apps("com.example.apps")], visible=lambda: visible_apps(client))


# --- versions ----------------------------------------------------------------------------------------------


def test_shipped_versions_come_with_their_builds():
    body = {
        "data": [
            version("3.4", build="b-4"),
            version("3.3", state="REPLACED_WITH_NEW_VERSION"),
            version("3.5", state="PREPARE_FOR_SUBMISSION"),
            version("3.4", platform="MAC_OS"),
            {"type": "appStoreVersions", "id": "x", "attributes": None},
        ],
        "links": {"self": "x"},
    }

    assert resolve.shipped_in([exchange(body)]) == (
        Shipped(version="3.4", build_id="b-4", on_sale=True),
        Shipped(version="3.3"),
    )


def test_the_version_on_sale_is_found():
    with sandbox_of("healthy") as (sandbox, client):
        shipped = resolve.shipped_in(client.get(protocol.shipped_versions(sandbox.scenario.app.id)))

    found = resolve.on_sale(shipped)
    assert (found.version, found.build_id) == ("3.4", BUILD_ID)
    assert [one.version for one in shipped if not one.on_sale][-1] == "3.3"


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], None), (["3.4"], "3.4"), (["3.9", "3.10"], "3.10"), (["3.10", "3.9"], "3.10")],
)
def test_of_several_versions_on_sale_the_highest_counts(names, expected):
    found = resolve.on_sale(Shipped(version=name, on_sale=True) for name in names)

    assert (found.version if found else None) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1.2", ("1.2", "1.2.0")),
        ("1.2.0", ("1.2", "1.2.0")),
        ("1", ("1", "1.0", "1.0.0")),
        ("1.0.0", ("1", "1.0", "1.0.0")),
        ("1.0.1", ("1.0.1",)),
        ("10", ("10", "10.0", "10.0.0")),
        ("01.2", ("01.2", "01.2.0")),
        ("1.2-beta", ("1.2-beta",)),
        ("1.2.3.0", ("1.2.3.0",)),
    ],
)
def test_a_version_has_all_its_spellings(name, expected):
    assert resolve.spellings(name) == expected


@given(st.lists(st.integers(0, 30), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts))))
def test_spellings_are_one_version_and_the_same_from_each_of_them(name):
    found = resolve.spellings(name)

    assert name in found
    assert all(same_version(name, other) for other in found)
    assert {resolve.spellings(other) for other in found} == {found}


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        (["3.4", "3.3", "2.9"], "did you mean 3.4 or 3.3?"),
        (["10.1", "10.2", "10.3", "10.10"], "did you mean 10.10 or 10.3 or 10.2?"),
        ([], "compare it in App Store Connect"),
    ],
)
def test_an_unknown_version_is_answered_with_those_there_are(known, hint):
    assert resolve.unknown_version("3.44", known).remedy == hint


# --- builds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (BUILD_ID, True),
        (BUILD_ID.upper(), True),
        ("341", False),
        ("1.2.3", False),
        (f"{BUILD_ID}/..", False),
        ("", False),
    ],
)
def test_a_build_id_is_a_uuid(text, is_id):
    assert resolve.is_build_id(text) is is_id


def test_builds_come_newest_first_with_their_versions():
    found = resolve.builds_in(
        builds(
            build("1", uploaded="2026-01-01", train="3.4"), build("2", uploaded="2026-02-01"), trains=["3.4"]
        )
    )

    assert found == (
        ResolvedBuild(id="b-2", number="2", uploaded="2026-02-01"),
        ResolvedBuild(id="b-1", number="1", uploaded="2026-01-01", version="3.4"),
    )


def test_a_build_without_attributes_is_kept():
    assert resolve.builds_in(builds({"type": "builds", "id": "b", "attributes": None})) == (
        ResolvedBuild(id="b"),
    )


@pytest.mark.parametrize("spelling", ["3.4", "3.4.0"])
def test_the_newest_build_of_a_version_is_found_in_any_spelling(spelling):
    with sandbox_of("healthy") as (sandbox, client):
        app = sandbox.scenario.app.id
        found = resolve.newest_build(
            client.get(protocol.builds_of_version(app, resolve.spellings(spelling))), spelling
        )

    assert (found.number, found.version, found.id) == ("341", "3.4", BUILD_ID)


def test_a_build_is_found_by_version_and_number():
    with sandbox_of("healthy") as (sandbox, client):
        request = protocol.builds_of_version(sandbox.scenario.app.id, ["3.4"], number="340")
        found = resolve.newest_build(client.get(request), "3.4", "340")

    assert (found.number, found.version) == ("340", "3.4")


@pytest.mark.parametrize(
    ("wanted", "number"), [("3.3", ""), ("3.4", "9"), ("3.3", "1")], ids=["version", "number", "both"]
)
def test_what_an_ignored_filter_lets_through_is_not_taken(wanted, number):
    answer = builds(build("1", train="3.4"), trains=["3.4"])

    assert resolve.newest_build(answer, wanted, number) is None


def test_a_build_whose_version_is_untold_is_taken_at_the_filter_s_word():
    assert resolve.newest_build(builds(build("1")), "3.3").id == "b-1"


@pytest.mark.parametrize(("listed", "wanted"), [(BUILD_ID, BUILD_ID.upper()), (BUILD_ID.upper(), BUILD_ID)])
def test_a_build_is_found_by_its_id_in_any_case(listed, wanted):
    answer = builds(build("1"), build("2", identity=listed))

    assert resolve.build_by_id(answer, wanted).number == "2"


def test_a_build_of_another_app_is_unknown():
    with sandbox_of("healthy") as (_, client):
        answer = client.get(protocol.build_of_app("99", BUILD_ID))
        with pytest.raises(UnknownBuild, match=BUILD_ID):
            resolve.build_by_id(answer, BUILD_ID)


def test_the_version_of_a_build_is_found():
    with sandbox_of("healthy") as (_, client):
        assert resolve.version_in(client.get(protocol.version_of_build(BUILD_ID))) == "3.4"


@pytest.mark.parametrize("attributes", [None, {}, {"version": None}, {"version": ""}])
def test_a_build_without_a_version_is_malformed(attributes):
    body = {
        "data": {"type": "preReleaseVersions", "id": "t", "attributes": attributes},
        "links": {"self": "x"},
    }

    with pytest.raises(MalformedAnswer, match="does not say which version"):
        resolve.version_in([exchange(body, "build_version")])
