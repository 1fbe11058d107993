"""A call tree drawn as text, and how its nodes stand to each other."""

from hypothesis import given
from tree_builders import any_tree, in_preorder, node, tree

from gate.model.result import CallTree
from gate.report.shared.tree import draw


def test_a_tree_is_drawn_with_shares_and_the_blame_path():
    assert draw(tree()).splitlines() == [
        "10 samples in 2 logs; * is the blame path",
        "  100%   main [lib]",
        "   70% *   + LOAD [App]",
        "   50%       read [lib]",
        "   20%     + draw [lib]",
    ]


def test_files_and_repetitions_are_named():
    one = CallTree(logs=1, samples=1, nodes=(node(0, "LOAD", 1, file="Store.swift", line=12, repeats=500),))

    assert draw(one).splitlines()[1] == "  100% * LOAD (500 times in a row) [App] Store.swift:12"


def test_system_only_stacks_are_labelled():
    rows = ((0, "main", 5, 0), (1, "LOAD", 5, 0), (0, "idle", 3, 0), (1, "poll", 3, 0))
    lines = draw(tree(rows)).splitlines()

    assert [line for line in lines if line.endswith("(system only)")] == ["   38%   idle [lib] (system only)"]


def test_a_deep_stack_stays_on_the_page():
    rows = tuple((depth, "f", 5, 0) for depth in range(300))

    assert max(map(len, draw(tree(rows), lines=500).splitlines())) < 60


def test_a_tree_that_branches_all_the_way_down_stays_on_the_page():
    rows = [(0, "f", 900, 0)]
    for depth in range(1, 100):
        rows += [(depth, "x", 100, 0), (depth, "f", 800, 0)]

    assert max(map(len, draw(tree(in_preorder(rows)), lines=500).splitlines())) < 80


def test_what_is_not_drawn_is_counted():
    rows = ((0, "main", 1000, 0), (1, "a", 995, 0), (1, "b", 5, 0), (0, "c", 400, 0))

    assert draw(tree(rows, left_out=7), lines=2).splitlines()[-1] == "and 9 lighter frames"


@given(any_tree())
def test_any_tree_can_be_drawn(one):
    assert draw(one)
