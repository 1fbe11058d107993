"""Diagnostic signatures of a build, and their logs."""

from typing import Any

import pytest

from gate.sandbox.server import Sandbox

NEW = "ExamplePhotos: LibraryIndex.rebuildIfNeeded() + 636"


def _path(ask: Any, sandbox: Sandbox, number: str) -> str:
    (build,) = ask(sandbox, "/v1/builds", {"filter[version]": number}).json()["data"]
    return f"/v1/builds/{build['id']}/diagnosticSignatures"


def _all_pages(ask: Any, sandbox: Sandbox, number: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    link = _path(ask, sandbox, number) + query
    while link:
        body = ask(sandbox, link.removeprefix(sandbox.url)).json()
        found += body["data"]
        link = body["links"].get("next", "")
    return found


def _logs(ask: Any, sandbox: Sandbox, text: str, **query: str) -> Any:
    (identity,) = [
        entry["id"] for entry in _all_pages(ask, sandbox, "341") if entry["attributes"]["signature"] == text
    ]
    (product,) = ask(sandbox, f"/v1/diagnosticSignatures/{identity}/logs", query).json()["productData"]
    return product


def test_signatures_come_heaviest_first(regressed: Sandbox, ask: Any) -> None:
    weights = [entry["attributes"]["weight"] for entry in _all_pages(ask, regressed, "341")]

    assert len(weights) == 7
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("kind", ["HANGS", "DISK_WRITES", "LAUNCHES"])
def test_a_type_filter_is_honoured_on_every_page(regressed: Sandbox, ask: Any, kind: str) -> None:
    found = _all_pages(ask, regressed, "341", f"?filter[diagnosticType]={kind}&limit=1")

    assert len(found) > 1
    assert {entry["attributes"]["diagnosticType"] for entry in found} == {kind}


def test_a_signature_may_be_new_or_gone(regressed: Sandbox, ask: Any) -> None:
    before = {entry["attributes"]["signature"] for entry in _all_pages(ask, regressed, "331")}
    after = {entry["attributes"]["signature"] for entry in _all_pages(ask, regressed, "341")}

    assert after - before == {NEW}
    assert before - after == {"ExamplePhotos: AlbumListViewModel.reloadSections(animated:) + 240"}


def test_the_same_signature_has_another_id_in_another_build(regressed: Sandbox, ask: Any) -> None:
    before = {entry["id"] for entry in _all_pages(ask, regressed, "331")}
    after = {entry["id"] for entry in _all_pages(ask, regressed, "341")}

    assert not before & after
    assert {len(identity) for identity in before | after} == {64}


def test_a_trend_lists_the_weights_before(regressed: Sandbox, ask: Any) -> None:
    insights = {
        entry["attributes"]["signature"]: entry["attributes"].get("insight")
        for entry in _all_pages(ask, regressed, "341")
    }

    assert insights[NEW] == {"insightType": "TREND", "direction": "UP", "referenceVersions": []}
    assert insights["ExamplePhotos: FontRegistry.registerAll() + 58"] == {
        "insightType": "TREND",
        "direction": "DOWN",
        "referenceVersions": [{"version": "3.2", "value": 0.33}, {"version": "3.3", "value": 0.35}],
    }
    assert insights["ExamplePhotos: -[EXPMetadataStore commitTransaction] + 132"] is None


def test_sparse_fields_of_signatures_are_honoured(regressed: Sandbox, ask: Any) -> None:
    query = {"fields[diagnosticSignatures]": "weight"}
    data = ask(regressed, _path(ask, regressed, "341"), query).json()["data"]

    assert {tuple(entry["attributes"]) for entry in data} == {("weight",)}


@pytest.mark.parametrize("number", ["340", "350", "260"])
def test_a_build_without_diagnostics_has_an_empty_list(regressed: Sandbox, ask: Any, number: str) -> None:
    response = ask(regressed, _path(ask, regressed, number))

    assert (response.status_code, response.json()["data"]) == (200, [])


def test_logs_are_no_json_api(regressed: Sandbox, ask: Any) -> None:
    product = _logs(ask, regressed, NEW)

    assert [log["diagnosticMetaData"]["deviceType"] for log in product["diagnosticLogs"]] == [
        "iPhone15_2",
        "iPhone14_5",
    ]
    assert product["diagnosticInsights"][0]["insightsCategory"] == "MainThreadIO"


def test_the_limit_counts_logs(regressed: Sandbox, ask: Any) -> None:
    assert len(_logs(ask, regressed, NEW, limit="1")["diagnosticLogs"]) == 1


def test_metadata_is_text_and_names_the_build(regressed: Sandbox, ask: Any) -> None:
    metadata = _logs(ask, regressed, NEW)["diagnosticLogs"][0]["diagnosticMetaData"]

    assert (metadata["appVersion"], metadata["buildVersion"], metadata["event"]) == ("3.4", "341", "hang")
    assert "writesCaused" not in metadata


def test_only_disk_writes_say_how_much_was_written(regressed: Sandbox, ask: Any) -> None:
    product = _logs(ask, regressed, "ExamplePhotos: ImportJournal.append(_:) + 72")

    assert product["diagnosticLogs"][0]["diagnosticMetaData"]["writesCaused"] == "1073.78 MB"


def test_a_blame_frame_carries_its_source_line_as_text(regressed: Sandbox, ask: Any) -> None:
    (tree,) = _logs(ask, regressed, NEW)["diagnosticLogs"][0]["callStackTree"]
    frames = tree["callStacks"][0]["callStackRootFrames"]
    blamed = []
    while frames:
        if frames[0]["isBlameFrame"]:
            blamed.append(f"{frames[0]['fileName']}:{frames[0]['lineNumber']}")
        frames = frames[0]["subFrames"]

    assert blamed[-2:] == ["LibraryIndex.swift:214", "CatalogueCoder.swift:56"]


def test_a_very_deep_stack_is_served_whole(ask: Any) -> None:
    with Sandbox("huge") as huge:
        (signature,) = ask(huge, _path(ask, huge, "341")).json()["data"]
        body = ask(huge, f"/v1/diagnosticSignatures/{signature['id']}/logs").content

    assert body.count(b'"subFrames":[') == 5003
