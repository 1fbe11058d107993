"""Folded stacks and speedscope files.

The schema in the folder ``speedscope`` is the one that speedscope 1.25.0 publishes.
"""

import json

import jsonschema
import pytest
from attacks import ATTACKS
from hypothesis import given
from tree_builders import any_tree, node, signature, tree

from gate.model.result import CallTree
from gate.report import calltrees


@pytest.fixture(scope="module")
def schema(root):
    return json.loads((root / "tests/report/speedscope/file-format-schema.json").read_text())


# --- folded stacks ----------------------------------------------------------------------------------


def test_folded_stacks_are_what_ended_where():
    assert calltrees.folded([signature()]).splitlines() == [
        "HANGS 1: Store.load();main [lib] 1",
        "HANGS 1: Store.load();main [lib];LOAD [App] 2",
        "HANGS 1: Store.load();main [lib];LOAD [App];read [lib] 5",
        "HANGS 1: Store.load();main [lib];draw [lib] 2",
    ]


def test_signatures_without_stacks_are_not_in_it():
    assert calltrees.folded([signature(tree=None)]) == ""


@given(any_tree())
def test_folded_stacks_can_be_read_again_without_a_loss(one):
    expected = {}
    for path, samples in _paths(one):
        expected[path] = expected.get(path, 0) + samples
    found = {}
    for line in calltrees.folded([signature(tree=one)]).splitlines():
        stack, _, count = line.rpartition(" ")
        _, *frames = stack.split(";")
        found[tuple(frames)] = found.get(tuple(frames), 0) + int(count)

    assert found == expected
    assert sum(found.values()) == one.samples


def _paths(one):
    """Every stack that samples ended in, the plain way."""
    for index, here in enumerate(one.nodes):
        below = 0
        for other in one.nodes[index + 1 :]:
            if other.depth <= here.depth:
                break
            below += other.samples if other.depth == here.depth + 1 else 0
        if here.samples > below:
            yield tuple(_above(one.nodes, index)), here.samples - below


def _above(nodes, index):
    depth, names = nodes[index].depth, [_name(nodes[index])]
    for other in reversed(nodes[:index]):
        if other.depth == depth - 1:
            depth -= 1
            names.append(_name(other))
    return reversed(names)


def _name(one):
    return f"{one.name} [{one.binary}]".replace(";", ":").strip()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_name_stays_one_frame_on_one_line(attack):
    one = CallTree(logs=1, samples=1, nodes=(node(0, attack, 1),))
    (line,) = calltrees.folded([signature(name=attack, tree=one)]).splitlines()

    assert line.count(";") == 1


# --- speedscope -------------------------------------------------------------------------------------


def complaints(schema, document):
    """What a published schema says about a document."""
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(document)]


def file_of(*findings):
    return json.loads(calltrees.speedscope(findings, name="Signatures of 3.4", exporter="appstore-gate 1.0"))


def test_a_speedscope_file_fits_its_published_schema(schema):
    assert complaints(schema, file_of(signature(), signature(rank=2, tree=tree(())))) == []


@given(any_tree())
def test_any_tree_fits_the_schema(schema, one):
    assert complaints(schema, file_of(signature(tree=one))) == []


def test_the_schema_refuses_what_is_wrong(schema):
    wrong = file_of(signature())
    del wrong["profiles"][0]["events"][0]["frame"]

    assert complaints(schema, wrong) != []


def test_each_signature_is_a_profile_that_shares_its_frames():
    found = file_of(signature(), signature(rank=2), signature(tree=None))

    assert [profile["name"] for profile in found["profiles"]] == [
        "HANGS 1: Store.load()",
        "HANGS 2: Store.load()",
    ]
    assert [frame["name"] for frame in found["shared"]["frames"]] == [
        "main [lib]",
        "LOAD [App]",
        "read [lib]",
        "draw [lib]",
    ]


def test_frames_have_their_file_and_line():
    one = CallTree(logs=1, samples=1, nodes=(node(0, "LOAD", 1, file="Store.swift", line=12),))

    assert file_of(signature(tree=one))["shared"]["frames"] == [
        {"name": "LOAD [App]", "file": "Store.swift", "line": 12}
    ]


@given(any_tree())
def test_frames_open_and_close_in_order_and_last_as_long_as_their_samples(one):
    (profile,) = file_of(signature(tree=one))["profiles"]
    opened, lengths, now = [], [], 0
    for event in profile["events"]:
        assert event["at"] >= now
        now = event["at"]
        if event["type"] == "O":
            opened.append((event["frame"], now, len(lengths)))
            lengths.append(0)
        else:
            frame, start, place = opened.pop()
            assert frame == event["frame"]
            lengths[place] = now - start

    assert not opened
    assert lengths == [here.samples for here in one.nodes]
    assert profile["endValue"] == one.samples


def test_a_deep_stack_makes_no_huge_file():
    deep = tree(tuple((depth, "ab"[depth % 2], 5, 0) for depth in range(20_000)))

    assert len(calltrees.speedscope([signature(tree=deep)], name="", exporter="")) < 3_000_000
