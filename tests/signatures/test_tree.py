"""Merging call stacks into one tree, and the path through it."""

from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.facts import DiagnosticLog, Frame
from gate.model.result import CallNode
from gate.signatures.tree import FrameIdentities, TreeLimits, find_own_binaries, merge_stacks

EVERYTHING = TreeLimits(nodes=10_000, least_share=0.0)


def stack(*frames):
    """Frames as (depth, symbol, samples); capitals are the app's own and blamed."""
    return tuple(
        Frame(
            depth=depth,
            symbol=symbol,
            samples=samples,
            binary="App" if symbol.isupper() else "lib",
            blame=symbol.isupper(),
        )
        for depth, symbol, samples in frames
    )


def log(*stacks):
    return DiagnosticLog(metadata={}, stacks=stacks)


def tree_of(*logs, limits=EVERYTHING, own=("App",)):
    found = merge_stacks(logs, FrameIdentities(), frozenset(own))
    return found.to_call_tree(found.find_blame_path(), limits=limits)


def path_of(*logs, own=("App",)):
    path = merge_stacks(logs, FrameIdentities(), frozenset(own)).find_blame_path()
    return path.kind, [frame.symbol for frame in path.frames]


def rows(tree):
    return [(node.depth, node.name, node.samples) for node in tree.nodes]


# --- merging ----------------------------------------------------------------------------------------


def test_the_same_frames_below_the_same_callers_are_one_node():
    one = log(stack((0, "main", 5), (1, "a", 5), (2, "b", 2)))
    other = log(stack((0, "main", 3), (1, "a", 1), (1, "c", 2)))

    assert rows(tree_of(one, other)) == [(0, "main", 8), (1, "a", 6), (2, "b", 2), (1, "c", 2)]


def test_logs_and_samples_are_counted():
    tree = tree_of(log(stack((0, "a", 5))), log(stack((0, "b", 2)), stack((0, "a", 1))), log())

    assert (tree.logs, tree.samples) == (2, 8)


def test_callees_stand_heaviest_first():
    one = log(stack((0, "main", 9), (1, "light", 2), (1, "heavy", 7)))

    assert [name for _, name, _ in rows(tree_of(one))] == ["main", "heavy", "light"]


def test_what_differs_from_log_to_log_does_not_make_two_nodes():
    one = log((Frame(depth=0, symbol="specialized f(_:)", binary="App", address="0x1", line=7, samples=1),))
    other = log((Frame(depth=0, symbol="f<A>(_:)", binary="App", address="0x2", line=9, samples=4),))
    (node,) = tree_of(one, other).nodes

    assert (node.name, node.samples, node.line) == ("f(_:)", 5, 9)


@pytest.mark.parametrize(("first", "second", "line"), [(0, 1, 9), (1, 1, 7), (2, 1, 7), (1, 2, 9)])
def test_the_heaviest_frame_gives_a_node_its_line_and_of_equals_the_first(first, second, line):
    one, other = (
        log((Frame(depth=0, symbol="main", samples=9), Frame(depth=1, symbol="f", line=at, samples=samples)))
        for at, samples in ((7, first), (9, second))
    )

    assert tree_of(one, other).nodes[1].line == line


def test_a_node_shows_what_is_known_of_its_frame():
    frame = Frame(
        depth=0,
        symbol="Photos.Store.load()",
        binary="Photos",
        file="Store.swift",
        line=4,
        samples=2,
        blame=True,
    )

    assert tree_of(log((frame,))).nodes == (
        CallNode(
            depth=0,
            name="Store.load()",
            binary="Photos",
            samples=2,
            file="Store.swift",
            line=4,
            own=True,
            blame=True,
            path=True,
            repeats=1,
            baseline=None,
        ),
    )


def test_the_same_name_in_another_binary_is_another_node():
    one = log((Frame(depth=0, symbol="f", binary="App", samples=1),))
    other = log((Frame(depth=0, symbol="f", binary="Pod", samples=1),))

    assert len(tree_of(one, other).nodes) == 2


def test_code_without_a_symbol_is_told_apart_by_its_place():
    frames = [
        Frame(depth=0, binary="App", offset_into_binary=place, samples=1) for place in ("16", "16", "99")
    ]
    tree = tree_of(*(log((frame,)) for frame in frames))

    assert rows(tree) == [(0, "code without a symbol", 2), (0, "code without a symbol", 1)]


def test_a_function_that_calls_itself_is_one_node():
    one = log(stack((0, "main", 9), (1, "f", 9), (2, "f", 9), (3, "f", 8), (4, "g", 8)))
    tree = tree_of(one)

    assert rows(tree) == [(0, "main", 9), (1, "f", 9), (2, "g", 8)]
    assert [node.repeats for node in tree.nodes] == [1, 3, 1]


def test_a_caller_never_has_fewer_samples_than_what_it_calls():
    assert rows(tree_of(log(stack((0, "main", 1), (1, "a", 4), (1, "b", 3))))) == [
        (0, "main", 7),
        (1, "a", 4),
        (1, "b", 3),
    ]


def test_a_stack_without_counts_is_seen_once_at_each_end():
    assert rows(tree_of(log(stack((0, "main", 0), (1, "a", 0), (1, "b", 0))))) == [
        (0, "main", 2),
        (1, "a", 1),
        (1, "b", 1),
    ]


def test_a_single_sample_is_a_count():
    assert rows(tree_of(log(stack((0, "main", 1), (1, "a", 0))))) == [(0, "main", 1), (1, "a", 0)]


def test_samples_below_zero_count_nothing():
    assert rows(tree_of(log(stack((0, "main", 3), (1, "a", -5))))) == [(0, "main", 3), (1, "a", 0)]


def test_no_stacks_make_no_tree():
    assert tree_of(log(), log()) is None
    assert path_of(log()) == ("none", [])


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abCD"), st.integers(0, 9)), max_size=12),
        max_size=6,
    )
)
def test_no_sample_is_lost_or_made_up(stacks):
    logs = [log(stack(*_possible(frames))) for frames in stacks]
    tree = tree_of(*logs)
    expected = sum(_weight(one.stacks[0]) for one in logs)

    assert (tree.samples if tree else 0) == expected
    for index, node in enumerate(tree.nodes if tree else ()):
        below = [other.samples for other in _below(tree.nodes, index) if other.depth == node.depth + 1]
        assert sum(below) <= node.samples


def _possible(frames):
    """No frame more than one level below the one above it."""
    last, found = -1, []
    for depth, symbol, samples in frames:
        last = min(depth, last + 1)
        found.append((last, symbol, samples))
    return found


def _weight(frames):
    """Samples of a stack by recursion, the plain way."""
    counted = any(frame.samples for frame in frames)

    def weight(index):
        callees, here = 0, frames[index].depth
        for other in range(index + 1, len(frames)):
            if frames[other].depth <= here:
                break
            if frames[other].depth == here + 1:
                callees += weight(other)
        return max(frames[index].samples, callees, 0 if counted or callees else 1)

    return sum(weight(index) for index, frame in enumerate(frames) if frame.depth == 0)


def _below(nodes, index):
    for other in nodes[index + 1 :]:
        if other.depth <= nodes[index].depth:
            return
        yield other


# --- depth and breadth ------------------------------------------------------------------------------


def test_a_very_deep_stack_costs_no_recursion():
    deep = stack(*((depth, "ab"[depth % 2], 1) for depth in range(50_000)), (50_000, "OWN", 1))
    tree = tree_of(log(deep), limits=TreeLimits())

    assert path_of(log(deep)) == ("blame", ["OWN"])
    assert tree.left_out == 50_001 - len(tree.nodes)


def test_a_very_broad_stack_is_merged():
    broad = stack((0, "main", 50_000), *((1, f"f{n}", 1) for n in range(50_000)))

    assert len(tree_of(log(broad), limits=TreeLimits(nodes=10, least_share=0.0)).nodes) == 10


def test_of_many_blame_frames_the_first_and_the_last_are_named():
    deep = stack(*((depth, "AB"[depth % 2], 1) for depth in range(999)), (999, "INNERMOST", 1))
    kind, frames = path_of(log(deep))

    assert kind == "blame"
    assert (len(frames), frames[0], frames[-1]) == (50, "A", "INNERMOST")


def test_two_hundred_logs_of_two_hundred_frames_take_well_under_a_second():
    random = Random(7)  # noqa: S311 - shapes, not secrets
    logs = [
        log(stack(*((depth, f"Store{depth}.load{random.randint(0, 2)}()", 9) for depth in range(200))))
        for _ in range(200)
    ]
    start = process_time()
    tree = tree_of(*logs, limits=TreeLimits())

    assert process_time() - start < 1
    assert tree.samples == 1800


def test_the_heaviest_nodes_are_kept_and_the_rest_is_counted():
    one = log(stack((0, "main", 100), (1, "a", 60), (2, "b", 50), (1, "c", 30), (1, "d", 1)))
    tree = tree_of(one, limits=TreeLimits(nodes=3, least_share=0.0))

    assert rows(tree) == [(0, "main", 100), (1, "a", 60), (2, "b", 50)]
    assert tree.left_out == 2


def test_light_nodes_are_left_out_even_where_there_is_room():
    one = log(stack((0, "main", 1000), (1, "a", 991), (1, "b", 5), (1, "c", 4)))

    assert [name for _, name, _ in rows(tree_of(one, limits=TreeLimits()))] == ["main", "a", "b"]


def test_four_hundred_nodes_are_kept_unless_said_otherwise():
    deep = stack(*((depth, f"f{depth}", 1) for depth in range(401)))

    assert len(tree_of(log(deep), limits=TreeLimits()).nodes) == 400


def test_a_result_keeps_the_first_three_hundred_nodes_of_the_path():
    deep = stack(*((depth, f"f{depth}", 1) for depth in range(300)), (300, "OWN", 1))

    assert [node.path for node in tree_of(log(deep)).nodes] == [True] * 300 + [False]


def test_the_blame_path_is_kept_however_light_it_is():
    one = log(stack((0, "main", 9), (1, "a", 9)), stack((0, "start", 1), (1, "OWN", 1)))
    tree = tree_of(one, limits=TreeLimits(nodes=2, least_share=0.5))

    assert [(node.name, node.path) for node in tree.nodes] == [("start", True), ("OWN", True)]


def test_the_heaviest_nodes_are_kept_wherever_they_stand():
    one = log(stack((0, "main", 100), (1, "light", 10), (1, "heavy", 60)))

    assert rows(tree_of(one, limits=TreeLimits(nodes=2, least_share=0.0))) == [
        (0, "main", 100),
        (1, "heavy", 60),
    ]


def test_of_equal_nodes_the_first_is_kept():
    one = log(stack((0, "main", 20), (1, "a", 10), (1, "b", 10)))

    assert rows(tree_of(one, limits=TreeLimits(nodes=2, least_share=0.0))) == [(0, "main", 20), (1, "a", 10)]


def test_a_node_with_just_the_least_share_is_kept():
    one = log(stack((0, "main", 8), (1, "a", 7), (1, "b", 1)))

    assert len(tree_of(one, limits=TreeLimits(least_share=0.125)).nodes) == 3


# --- the path ---------------------------------------------------------------------------------------


def test_the_blame_path_leads_to_the_heaviest_blame_frame():
    one = log(stack((0, "main", 10), (1, "A", 3), (1, "B", 7), (2, "sys", 7), (3, "C", 7), (4, "read", 7)))

    assert path_of(one) == ("blame", ["B", "C"])


def test_a_heavy_system_stack_does_not_hide_the_apps_own():
    one = log(stack((0, "start", 90), (1, "poll", 90)), stack((0, "main", 5), (1, "A", 5)))

    assert path_of(one) == ("blame", ["A"])


def test_the_path_ends_where_most_samples_go_elsewhere():
    one = log(stack((0, "A", 10), (1, "read", 7), (1, "B", 3)))

    assert path_of(one) == ("blame", ["A"])


def test_the_path_ends_where_hardly_any_samples_are_left():
    one = log(stack((0, "A", 1000), (1, "B", 49)))

    assert path_of(one) == ("blame", ["A"])


def test_the_path_goes_on_with_a_twentieth_of_the_samples():
    assert path_of(log(stack((0, "A", 100), (1, "B", 5)))) == ("blame", ["A", "B"])


def test_the_least_samples_are_a_share_of_those_of_the_first_frame():
    one = log(stack((0, "A", 100), (1, "B", 10), (2, "C", 4)))

    assert path_of(one) == ("blame", ["A", "B"])


def test_the_path_goes_on_where_as_many_samples_go_elsewhere():
    assert path_of(log(stack((0, "A", 10), (1, "read", 5), (1, "B", 5)))) == ("blame", ["A", "B"])


def test_the_depth_of_a_frame_is_that_on_the_path():
    one = log(stack((0, "main", 6), (1, "f", 6), (2, "f", 6), (3, "A", 6)))
    (frame,) = merge_stacks([one], FrameIdentities(), frozenset()).find_blame_path().frames

    assert frame.depth == 2


def test_the_nodes_of_the_path_end_with_its_last_frame():
    tree = tree_of(log(stack((0, "main", 6), (1, "A", 6), (2, "read", 6))))

    assert [node.path for node in tree.nodes] == [True, True, False]


def test_a_mark_of_one_log_marks_the_node():
    marked = log((Frame(depth=0, symbol="f", binary="App", samples=3, blame=True),))
    plain = log((Frame(depth=0, symbol="f", binary="App", samples=3),))

    assert tree_of(marked, plain, own=()).nodes[0].blame


def test_blame_frames_of_all_logs_count_together():
    heavy = log(stack((0, "main", 6), (1, "A", 6)))
    light = [log(stack((0, "main", 4), (1, "B", 4))) for _ in range(2)]

    assert path_of(heavy, *light) == ("blame", ["B"])


def test_without_blame_frames_the_apps_own_code_counts():
    frames = (
        Frame(depth=0, symbol="start", binary="dyld", samples=5),
        Frame(depth=1, symbol="load", binary="App", samples=5),
        Frame(depth=2, symbol="read", binary="lib", samples=5),
    )

    assert path_of(log(frames)) == ("own", ["load"])


def test_stacks_without_any_own_code_are_labelled():
    assert path_of(log(stack((0, "start", 3), (1, "poll", 3)))) == ("system", [])


def test_a_blamed_frame_is_own_code_whatever_its_binary():
    assert tree_of(log(stack((0, "A", 3), (1, "read", 3))), own=()).system_samples == 0


def test_a_frame_of_an_own_binary_is_own_code_without_blame():
    frame = Frame(depth=0, symbol="f", binary="App", samples=3)

    assert tree_of(log((frame,))).system_samples == 0


def test_system_samples_are_those_of_all_stacks_at_their_roots():
    one = log(stack((0, "start", 3), (1, "poll", 3)), stack((0, "start", 4), (0, "other", 1)))

    assert tree_of(one).system_samples == 8


def test_samples_without_own_code_are_counted():
    assert tree_of(log(stack((0, "start", 3)), stack((0, "main", 4), (1, "A", 4)))).system_samples == 3


def test_frames_of_the_path_have_the_samples_of_the_whole_tree():
    one = log(stack((0, "main", 6), (1, "A", 6)))
    found = merge_stacks([one, one], FrameIdentities(), frozenset()).find_blame_path()

    assert [(frame.symbol, frame.depth, frame.samples) for frame in found.frames] == [("A", 1, 12)]


def test_equals_are_chosen_in_the_order_of_the_logs():
    assert path_of(log(stack((0, "A", 3))), log(stack((0, "B", 3)))) == ("blame", ["A"])


@pytest.mark.parametrize(
    ("frame", "own"),
    [
        (Frame(depth=0, binary="App", symbol="f", blame=True), {"App"}),
        (Frame(depth=0, binary="App", symbol="main"), {"App"}),
        (Frame(depth=0, binary="libdispatch.dylib", symbol="f", file="queue.c", line=3), set()),
        (Frame(depth=0, symbol="f", blame=True), set()),
    ],
)
def test_own_binaries_are_those_with_blame_or_an_entry_point(frame, own):
    assert find_own_binaries([log((frame,))]) == own


# --- two builds -------------------------------------------------------------------------------------


def test_each_node_has_the_samples_of_its_equal_in_the_baseline():
    names = FrameIdentities()
    now = merge_stacks([log(stack((0, "main", 9), (1, "a", 6), (1, "b", 3)))], names, frozenset())
    then = merge_stacks([log(stack((0, "main", 5), (1, "a", 1), (2, "b", 1)))], names, frozenset())
    tree = now.to_call_tree(now.find_blame_path(), before=then, limits=EVERYTHING)

    assert [(node.name, node.baseline) for node in tree.nodes] == [("main", 5), ("a", 1), ("b", 0)]
    assert tree.baseline_samples == 5


def test_without_stacks_of_the_baseline_nothing_is_compared():
    names = FrameIdentities()
    now = merge_stacks([log(stack((0, "main", 9)))], names, frozenset())
    tree = now.to_call_tree(
        now.find_blame_path(), before=merge_stacks([], names, frozenset()), limits=EVERYTHING
    )

    assert (tree.baseline_samples, tree.nodes[0].baseline) == (None, None)
