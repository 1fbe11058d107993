"""Call stacks of any depth as flat lists, and what else logs say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_bodies import logs

from gate.appstore.decode.logs import line_of, read_logs
from gate.errors import MalformedAnswer
from gate.model.facts import DiagnosticNote, Frame

WHAT = "the logs of signature s1"
BEYOND = 1_000
"""Frames; more than typed decoding can nest."""


def read(body):
    return read_logs(body if isinstance(body, str) else json.dumps(body), what=WHAT)


def stack_of(*roots):
    answer, drift = read(logs(*roots))
    assert drift == ()
    return answer.logs[0].stacks[0]


def frame(name, *children):
    return {"symbolName": name, "subFrames": list(children)}


def shape(stack):
    return [(one.depth, one.symbol) for one in stack]


def nested(depth, leaf='{"symbolName":"leaf"}', beside=""):
    """A body with one stack: ``depth`` frames above a leaf, and perhaps more root frames."""
    tree = '{"symbolName":"f","lineNumber":"7","subFrames":[' * depth + leaf + "]}" * depth
    body = json.dumps(logs({"symbolName": "HERE"}))
    return body.replace('{"symbolName": "HERE"}', tree + beside)


def test_a_tree_becomes_a_list_in_the_order_of_its_text():
    tree = frame("main", frame("a", frame("a1"), frame("a2")), frame("b"))
    assert shape(stack_of(tree, frame("other"))) == [
        (0, "main"),
        (1, "a"),
        (2, "a1"),
        (2, "a2"),
        (1, "b"),
        (0, "other"),
    ]


def test_every_field_of_a_frame_is_kept():
    (one,) = stack_of(
        {
            "binaryName": "App",
            "binaryUUID": "2BE5",
            "address": "0x1",
            "symbolName": "go",
            "offsetIntoSymbol": "32",
            "offsetIntoBinaryTextSegment": 4660,
            "fileName": "Go.swift",
            "lineNumber": "12",
            "sampleCount": 51,
            "isBlameFrame": True,
            "insightsCategory": "SQLiteSpill",
            "rawFrame": "44 go (in App)",
            "subFrames": [],
        }
    )
    assert one == Frame(
        depth=0,
        symbol="go",
        binary="App",
        binary_uuid="2BE5",
        address="0x1",
        offset_into_symbol="32",
        offset_into_binary="4660",
        file="Go.swift",
        line=12,
        samples=51,
        blame=True,
        insight="SQLiteSpill",
        raw="44 go (in App)",
    )


def test_a_frame_may_say_nothing():
    assert stack_of({"lineNumber": None, "subFrames": None}) == (Frame(depth=0),)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("2381", 2381),
        (42, 42),
        ("", None),
        (None, None),
        ("0", None),
        (-1, None),
        ("12a", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_a_line_number_is_a_number_or_nothing(number, line):
    assert line_of(number) == line


def test_each_call_stack_is_a_list_of_its_own():
    body = logs(frame("a"))
    tree = body["productData"][0]["diagnosticLogs"][0]["callStackTree"]
    tree[0]["callStacks"].append({"callStackRootFrames": [frame("b")]})
    tree.append({"callStacks": [{"callStackRootFrames": None}, {}]})
    assert [shape(stack) for stack in read(body)[0].logs[0].stacks] == [[(0, "a")], [(0, "b")], [], []]


def test_metadata_is_text_and_leaves_out_what_is_null():
    body = logs(event="hang", buildVersion=420, bundleId=None)
    assert read(body)[0].logs[0].metadata == {"event": "hang", "buildVersion": "420"}


def test_apples_advice_is_kept():
    body = logs()
    body["productData"][0]["diagnosticInsights"] = [
        {"insightsURL": "doc://x", "insightsCategory": "SQLiteSpill", "insightsString": "Add an index."},
        {},
    ]
    assert read(body)[0].notes == (
        DiagnosticNote(category="SQLiteSpill", text="Add an index.", url="doc://x"),
        DiagnosticNote(),
    )


@pytest.mark.parametrize("depth", [1, 100, 480, 490, 500, 510, BEYOND])
def test_stacks_are_read_alike_whatever_their_depth(depth):
    stack = read(nested(depth, beside=',{"symbolName":"second"}'))[0].logs[0].stacks[0]
    assert shape(stack) == [*((level, "f") for level in range(depth)), (depth, "leaf"), (0, "second")]
    assert stack[depth - 1].line == 7


def test_a_hundred_thousand_frames_are_read():
    stack = read(nested(100_000))[0].logs[0].stacks[0]
    assert (len(stack), stack[-1].depth, stack[-1].symbol) == (100_001, 100_000, "leaf")


frames = st.recursive(
    st.builds(frame, st.sampled_from("abc")),
    lambda children: st.builds(
        lambda name, below: frame(name, *below), st.sampled_from("abc"), st.lists(children, max_size=3)
    ),
    max_leaves=20,
)


@given(stacks=st.lists(st.lists(frames, max_size=3), min_size=1, max_size=4))
def test_a_deep_neighbour_does_not_change_how_a_stack_is_read(stacks):
    def body_with(*more):
        body = logs()
        body["productData"][0]["diagnosticLogs"][0]["callStackTree"][0]["callStacks"] = [
            {"callStackRootFrames": roots} for roots in (*stacks, *more)
        ]
        return body

    plain = read(body_with())[0].logs[0].stacks
    deep = json.dumps(body_with([{"symbolName": "HERE"}]))
    tree = '{"subFrames":[' * BEYOND + "{}" + "]}" * BEYOND
    assert read(deep.replace('{"symbolName": "HERE"}', tree))[0].logs[0].stacks[:-1] == plain


def test_an_unknown_field_below_the_reach_of_typed_decoding_is_reported():
    _, drift = read(nested(BEYOND, leaf='{"heat":1}'))
    (sentence,) = drift
    assert sentence.endswith("callStackRootFrames[].heat of the logs of signature s1 is not known.")


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        ('{"sampleCount":"x"}', "sampleCount"),
        ('{"subFrames":"x"}', "subFrames"),
        ('{"lineNumber":[]}', "lineNumber"),
        ("3", "expected `object`, got `int`"),
        ('{"symbolName":nope}', "can't be read"),
    ],
)
@pytest.mark.parametrize("depth", [1, BEYOND])
def test_a_wrong_frame_is_refused_however_deep_it_is(leaf, reason, depth):
    with pytest.raises(MalformedAnswer, match="logs of signature s1 can't be read") as caught:
        read(nested(depth, leaf))
    assert reason in caught.value.what


@pytest.mark.parametrize(
    "body",
    [
        nested(BEYOND)[:-3],
        nested(BEYOND) + "]",
        "[" * BEYOND + "]" * BEYOND,
        '{"a":' * BEYOND,
        '{"productData":[{"signatureId":' + "[" * BEYOND + "]" * BEYOND + "}]}",
        '{"productData":{"a":' + "[" * BEYOND + "]" * BEYOND + "}}",
    ],
)
def test_a_deep_body_that_is_none_of_logs_is_refused(body):
    with pytest.raises(MalformedAnswer, match="can't be read"):
        read(body)


def test_depth_in_a_field_that_is_not_known_does_no_harm():
    body = json.dumps(logs(frame("a")))[:-1] + ',"new":' + "[" * BEYOND + "]" * BEYOND + "}"
    answer, drift = read(body)
    assert shape(answer.logs[0].stacks[0]) == [(0, "a")]
    assert drift == ("Field new of the logs of signature s1 is not known.",)


def test_a_jsonapi_list_is_refused_in_place_of_logs():
    with pytest.raises(MalformedAnswer, match="missing required field `productData`"):
        read({"data": [{"type": "diagnosticSignatures", "id": "s1"}]})


def test_apples_example_is_read_with_its_fourteen_frames(reference):
    text = (reference / "samples" / "apple-docs-diagnostic-logs-disk-writes.json").read_text(encoding="utf-8")
    answer, drift = read(text)
    (stack,) = answer.logs[0].stacks
    assert drift == ()
    assert [one.depth for one in stack] == list(range(14))
    assert [one.line for one in stack if one.blame][:3] == [2381, 1369, 157]
    assert "TaskHandler.m:2092" in stack[1].raw
    assert answer.signature_ids == ("012a219872fe2aa3ca056df08dc9161007a26879a1c1475ca2e2712f7d0aefd7b4",)
