"""Signature lists and their logs to facts."""

import pytest
from decoding import candidate_signatures, facts_of
from wire_bodies import exchange, launch, logs, overview, signature, signatures

from gate.model.facts import OverviewSignature, VersionValue

# --- signatures --------------------------------------------------------------------------------------------


def test_signatures_keep_apples_order_and_everything_it_says():
    trend = {
        "insightType": "TREND",
        "direction": "UP",
        "referenceVersions": [{"version": "1.0", "value": 3}, "1.1"],
    }
    page = signatures(signature("s1", insight=trend), signature("s2", weight=0.9))
    one, other = candidate_signatures(exchange("signatures", page, of="b")).signatures
    assert (one.id, one.type, one.text, one.weight) == ("s1", "HANGS", "App: -[View draws1] + 12", 0.5)
    assert (one.direction, one.references) == (
        "UP",
        (VersionValue(version="1.0", value=3.0), VersionValue(version="1.1")),
    )
    assert (other.id, other.direction) == ("s2", "")


def test_all_pages_of_a_build_are_put_together():
    first = exchange("signatures", signatures(signature("s1"), following="https://n"), of="b")
    rest = exchange(
        "signatures", signatures(signature("s1"), signature("s2")), of="b", query=(("cursor", "x"),)
    )
    found = candidate_signatures(first, rest)
    assert ([one.id for one in found.signatures], found.problem) == (["s1", "s2"], "")


def test_a_list_that_breaks_off_is_reported():
    found = candidate_signatures(
        exchange("signatures", signatures(signature("s1"), following="https://n"), of="b")
    )
    assert ([one.id for one in found.signatures], found.problem) == (
        ["s1"],
        "the list goes on where the snapshot ends",
    )


def test_each_build_has_its_own_signatures():
    found = facts_of(
        launch(),
        exchange("signatures", signatures(signature("s1")), of="b"),
        exchange("signatures", signatures(signature("s2")), of="a"),
        signatures_build="b",
        version="2.0",
        baseline_build="a",
        baseline_version="1.0",
    )
    lists = (found.candidate_signatures, found.baseline_signatures)
    assert [(one.build_id, one.version, one.signatures[0].id) for one in lists] == [
        ("b", "2.0", "s1"),
        ("a", "1.0", "s2"),
    ]


def test_without_a_build_there_are_no_signatures():
    found = facts_of(launch(), exchange("signatures", signatures(signature("s1")), of="b"))
    assert (found.candidate_signatures, found.baseline_signatures) == (None, None)


def test_logs_are_attached_to_their_signature():
    page = signatures(signature("s1"), signature("s2"))
    found = candidate_signatures(
        exchange("signatures", page, of="b"),
        exchange("logs", logs({"symbolName": "main"}, event="hang"), of="s1"),
    )
    one, other = found.signatures
    assert [frame.symbol for frame in one.logs[0].stacks[0]] == ["main"]
    assert one.logs[0].metadata == {"event": "hang"}
    assert (other.logs, other.logs_problem) == ((), "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"body": "<html>"}, "The logs of signature s1 can't be read"),
        ({"body": "", "status": 0, "problem": "no route"}, "no route"),
        ({"body": {"errors": []}, "status": 404}, "App Store Connect answered 404"),
    ],
)
def test_logs_that_are_missing_are_reported_beside_their_signature(answer, problem):
    body = answer.pop("body")
    found = candidate_signatures(
        exchange("signatures", signatures(signature("s1")), of="b"), exchange("logs", body, of="s1", **answer)
    )
    assert problem in found.signatures[0].logs_problem


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"body": {"errors": []}, "status": 404}, "App Store Connect has no diagnostics of this build"),
        (
            {"body": {"links": {}}},
            "The signatures of build b can't be read: object missing required field `data`",
        ),
        ({"body": {"data": [{"type": "builds", "id": "x"}]}}, "The signatures of build b can't be read"),
        ({"body": "", "status": 0, "problem": "no route"}, "no route"),
        ({"body": "{}", "problem": "cut off"}, "cut off"),
    ],
)
def test_signatures_that_are_missing_are_reported(answer, problem):
    found = candidate_signatures(exchange("signatures", answer.pop("body"), of="b", **answer))
    assert (found.signatures, problem in found.problem) == ((), True)


def test_a_build_whose_signatures_were_not_fetched_is_reported():
    assert candidate_signatures().problem == "the snapshot holds no signatures of build b"


@pytest.mark.parametrize("weight", [45.2, -0.1])
def test_a_weight_that_is_no_share_is_left_out_and_reported(weight):
    page = exchange("signatures", signatures(signature("s1", weight=weight)), of="b")
    found = facts_of(launch(), page, signatures_build="b")
    assert found.candidate_signatures.signatures[0].weight is None
    assert found.schema_drift == (
        f"The weight of signature s1 is not a share from 0 to 1 and is left out: {weight}.",
    )


def test_top_signatures_of_the_overview_are_kept_by_type():
    point = {
        "signatureId": "x",
        "signature": "main hang",
        "count": 12,
        "weight": 45.2,
        "sourceFile": "Main.swift",
        "lineNumber": "42",
        "trendInfo": "UP",
    }
    top = {"topDiskWritePoint": [{}], "topHangPoint": [point], "topLaunchPoint": None}
    assert facts_of(launch(), exchange("overview", overview(signatures=top))).overview_signatures == (
        OverviewSignature(
            type="HANGS",
            id="x",
            text="main hang",
            count=12,
            weight=45.2,
            file="Main.swift",
            line=42,
            direction="UP",
        ),
        OverviewSignature(type="DISK_WRITES"),
    )
