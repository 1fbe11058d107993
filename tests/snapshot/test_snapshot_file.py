"""Reading and writing snapshots."""

import codecs
import hashlib
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import SnapshotError
from gate.snapshot import file
from gate.snapshot.file import dump, load
from gate.snapshot.format import Exchange, Request, Snapshot, Subject

SNAPSHOT = Snapshot(
    tool="gate 1.0",
    created="2026-09-20T06:00:00Z",
    subject=Subject(app_id="1", version="3.4"),
    exchanges=(
        Exchange(
            call="app_metrics",
            request=Request(path="/v1/apps/1/perfPowerMetrics", query=(("filter[platform]", "IOS"),)),
            status=200,
            received="2026-09-20T06:00:00Z",
            body='{"productData": [] }',
        ),
    ),
)
METRICS = '{"version":"1.0.0","productData":[{"platform":"iOS","metricCategories":[]}]}'


def refusal_of(data):
    with pytest.raises(SnapshotError) as caught:
        load(data if isinstance(data, bytes) else data.encode())
    assert caught.value.cause
    assert caught.value.remedy
    return caught.value


# --- snapshots ---------------------------------------------------------------------------------------------

texts = st.text()
exchanges = st.builds(
    Exchange,
    call=st.sampled_from(["app_metrics", "signatures", "logs"]),
    request=st.builds(Request, path=texts, query=st.lists(st.tuples(texts, texts)).map(tuple), accept=texts),
    status=st.integers(0, 599),
    received=texts,
    body=texts,
    request_id=texts,
    problem=texts,
)
snapshots = st.builds(
    Snapshot,
    tool=texts,
    created=texts,
    subject=st.builds(Subject, app_id=texts, version=texts, signatures_build=texts),
    exchanges=st.lists(exchanges, max_size=4).map(tuple),
)


@given(snapshot=snapshots)
def test_what_was_written_is_read_back_without_a_difference(snapshot):
    assert load(dump(snapshot))[0] == snapshot


@given(snapshot=snapshots)
def test_writing_what_was_read_gives_the_same_bytes(snapshot):
    data = dump(snapshot)
    assert dump(load(data)[0]) == data


def test_the_digest_is_that_of_the_bytes():
    data = dump(SNAPSHOT)
    assert load(data)[1] == hashlib.sha256(data).hexdigest()


def test_a_snapshot_is_written_for_people_too():
    lines = dump(SNAPSHOT).decode().splitlines()
    assert lines[:3] == ["{", '  "format": "gate-snapshot/1",', '  "tool": "gate 1.0",']


def test_a_body_is_kept_byte_for_byte_however_deep_it_is():
    body = "[" * 100_000 + "]" * 100_000
    exchange = Exchange(call="logs", request=Request(path=""), status=200, received="", body=body)
    snapshot = Snapshot(tool="", created="", exchanges=(exchange,))
    assert load(dump(snapshot))[0].exchanges[0].body == body


def test_a_field_that_a_later_version_has_added_is_ignored():
    data = json.dumps(json.loads(dump(SNAPSHOT)) | {"new": 1})
    assert load(data.encode())[0] == SNAPSHOT


def test_a_byte_order_mark_of_utf8_is_accepted():
    data = codecs.BOM_UTF8 + dump(SNAPSHOT)
    assert load(data) == (SNAPSHOT, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_explained(encoding):
    refused = refusal_of(dump(SNAPSHOT).decode().encode(encoding))
    assert "UTF-16" in refused.what
    assert "PowerShell" in refused.cause


def test_a_newer_format_is_told():
    refused = refusal_of(dump(SNAPSHOT).replace(b"gate-snapshot/1", b"gate-snapshot/2"))
    assert "'gate-snapshot/2'" in refused.what
    assert "newer version" in refused.cause


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"exchanges": {}}, "$.exchanges"),
        ({"exchanges": [{"call": "app_metrics"}]}, "missing required field `request`"),
        ({"exchanges": [{"call": "dance"}]}, "$.exchanges[0].call"),
        ({"tool": 1}, "$.tool"),
    ],
)
def test_a_snapshot_that_was_edited_is_refused_with_the_place(change, place):
    refused = refusal_of(json.dumps(json.loads(dump(SNAPSHOT)) | change))
    assert place in refused.what


def test_a_snapshot_without_its_maker_is_refused():
    assert "missing required field `tool`" in refusal_of('{"format":"gate-snapshot/1"}').what


# --- metrics bodies of other tools -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [METRICS, '{"productData":[]}', '{"productData":[],"insights":{}}', f"\n {METRICS}\n"]
)
def test_a_saved_metrics_body_is_accepted_as_a_snapshot_of_unknown_age(body):
    snapshot, digest = load(body.encode())
    (exchange,) = snapshot.exchanges
    assert (exchange.call, exchange.status, exchange.received, exchange.body) == (
        "app_metrics",
        200,
        "",
        body,
    )
    assert snapshot.subject == Subject()
    assert digest == hashlib.sha256(body.encode()).hexdigest()


# --- everything else ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("", "nothing at all"),
        ("  \n", "nothing at all"),
        ("<!doctype html><title>Sign in</title>", "a web page"),
        (METRICS[:-5], "JSON that breaks off in the middle"),
        (dump(SNAPSHOT)[:-9].decode(), "JSON that breaks off in the middle"),
        ("rules:\n- id: launch\n", "a policy"),
        ("id: launch\n", "text that is not JSON"),
        ("[]", "a JSON list"),
        ("3", "a single JSON value"),
        ('{"hello":1}', "a JSON object of no known kind"),
        ('{"exchanges":[]}', "a JSON object of no known kind"),
        ('{"appMetadata":{},"categories":[]}', "a performance overview"),
        ('{"data":[{"type":"diagnosticSignatures","id":"s"}]}', "a list of diagnostic signatures"),
        ('{"data":[]}', "an answer about App Store Connect resources"),
        ('{"data":{"type":"apps","id":"1"}}', "an answer about App Store Connect resources"),
        ('{"productData":[{"signatureId":"s"}]}', "a body of diagnostic logs"),
        ('{"errors":[{"status":"401"}]}', "an error answer of App Store Connect"),
        ('{"filterCriteriaSets":{},"categories":[]}', "a file of Xcode's Organizer"),
        ('{"categories":[{"id":"com.apple.dt.metrics.x"}]}', "a file of Xcode's Organizer"),
        ('{"verdict":"pass","receipt":{}}', "a result of this tool"),
        ('{"productData":' + "[" * 100_000, "JSON that is nested too deeply to be looked at"),
    ],
)
def test_what_is_no_snapshot_is_refused_by_name(data, kind):
    assert refusal_of(data).what == f"This is {kind}, not a snapshot"


def test_the_snapshot_of_a_result_is_asked_for():
    assert (
        "the snapshot that the result was made from" in refusal_of('{"verdict":"pass","receipt":{}}').remedy
    )


def test_a_file_that_is_not_text_is_refused():
    assert "byte 1 " in refusal_of(b"{\xff\xfe}").what


def test_a_file_beyond_the_size_bound_is_refused(monkeypatch):
    monkeypatch.setattr(file, "MAX_SIZE", 10)
    assert "11 bytes" in refusal_of(b" " * 11).what


def test_a_file_of_just_the_size_bound_is_read(monkeypatch):
    data = dump(SNAPSHOT)
    monkeypatch.setattr(file, "MAX_SIZE", len(data))
    assert load(data)[0] == SNAPSHOT


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else(data):
    try:
        snapshot, _ = load(data)
    except SnapshotError:
        return
    assert snapshot.exchanges


@given(data=st.data())
def test_a_snapshot_that_is_damaged_anywhere_is_read_or_refused_and_nothing_else(data):
    whole = bytearray(dump(SNAPSHOT))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        snapshot, digest = load(bytes(whole))
    except SnapshotError:
        return
    assert digest == hashlib.sha256(whole).hexdigest()
    assert isinstance(snapshot, Snapshot)


# --- Apple's own bodies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("apple-docs-app-metrics-launch-insights.json", None),
        ("apple-docs-build-metrics-animation-goals.json", None),
        ("captured-empty-app-metrics.json", None),
        ("constructed-quirks-app-metrics.json", None),
        ("fixture-metrics-storage-synthetic.json", None),
        ("apple-docs-diagnostic-logs-disk-writes.json", "a body of diagnostic logs"),
        ("fixture-diagnostic-logs-synthetic.json", "a body of diagnostic logs"),
        ("apple-docs-diagnostic-signatures-disk-writes.json", "a list of diagnostic signatures"),
        ("fixture-diagnostic-signatures-insight-synthetic.json", "a list of diagnostic signatures"),
        ("captured-app-builds-page-redacted.json", "an answer about App Store Connect resources"),
        ("captured-empty-performance-overview-redacted.json", "a performance overview"),
        ("fixture-populated-performance-overview-synthetic.json", "a performance overview"),
        ("fixture-xcode-organizer-legacy-file.json", "a file of Xcode's Organizer"),
        ("errors-from-public-threads.json", "a JSON object of no known kind"),
    ],
)
def test_of_apples_bodies_only_metrics_pass_for_a_snapshot(reference, name, kind):
    data = (reference / "samples" / name).read_bytes()
    if kind is None:
        assert load(data)[0].exchanges[0].body == data.decode()
    else:
        assert refusal_of(data).what == f"This is {kind}, not a snapshot"


def test_every_published_error_is_told_as_one(reference):
    errors = json.loads((reference / "samples" / "errors-from-public-threads.json").read_bytes())
    assert {refusal_of(json.dumps(body)).what for body in errors.values()} == {
        "This is an error answer of App Store Connect, not a snapshot"
    }


def test_a_snapshot_nested_at_any_depth_is_read_or_refused_by_name():
    """Where the parser gives up depends on the version of Python and on who calls it."""
    start = dump(SNAPSHOT).rstrip().removesuffix(b"}")
    outcomes = set()
    for depth in (1, *range(sys.getrecursionlimit() - 150, sys.getrecursionlimit() + 10), 200_000):
        try:
            outcomes.add(load(start + b',"later":' + b"[" * depth + b"]" * depth + b"}")[0].tool)
        except SnapshotError as error:
            outcomes.add(error.what)

    assert outcomes == {
        "gate 1.0",
        "This is JSON that is nested too deeply to be looked at, not a snapshot",
    }
