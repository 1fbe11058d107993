"""Short ways to write signatures with call trees."""

from hypothesis import strategies as st

from gate.model.facts import Frame
from gate.model.result import CallNode, CallTree, SignatureFinding, SourcePlace, Suspect

ROWS = (
    (0, "main", 10, 4),
    (1, "LOAD", 7, 4),
    (2, "read", 5, 0),
    (1, "draw", 2, 0),
)
"""Depth, name, samples, samples of the baseline; capitals are the app's own and on the blame path."""


def node(depth, name, samples, baseline=None, **fields):
    return CallNode(
        depth=depth,
        name=name,
        samples=samples,
        binary="App" if name.isupper() else "lib",
        own=name.isupper(),
        blame=name.isupper(),
        path=name.isupper(),
        baseline=baseline,
        **fields,
    )


def tree(rows=ROWS, *, compared=False, **fields):
    nodes = tuple(
        node(depth, name, samples, baseline if compared else None) for depth, name, samples, baseline in rows
    )
    total = sum(one.samples for one in nodes if one.depth == 0)
    before = {"baseline_samples": sum(row[3] for row in rows if row[0] == 0)} if compared else {}
    return CallTree(logs=2, samples=total, nodes=nodes, **before, **fields)


def signature(**fields):
    values = {
        "type": "HANGS",
        "id": "abc",
        "text": "App: load() + 4",
        "level": "warn",
        "change": "new",
        "rank": 1,
        "weight": 0.38,
        "baseline_weight": None,
        "direction": "UP",
        "sentence": "It accounts for 38% of hang reports and was not seen in 3.3.",
        "name": "Store.load()",
        "fingerprint": "0123456789abcdef",
        "tree": tree(),
    }
    return SignatureFinding(**(values | fields))


@st.composite
def any_tree(draw):
    """Any tree whose callers have at least the samples of what they call."""
    rows = []
    stack = [(0, draw(st.integers(1, 50)))]
    while stack and len(rows) < 40:
        depth, samples = stack.pop()
        name = draw(st.sampled_from(["a", "b;c", "OWN", "-[X y:]", "f g 3", ""]))
        rows.append((depth, name, samples, 0))
        left = samples
        for _ in range(draw(st.integers(0, 3))):
            part = draw(st.integers(0, left))
            left -= part
            stack.append((depth + 1, part))
    return tree(in_preorder(rows))


def in_preorder(rows):
    """Only rows that are at most one level below the one above."""
    last, found = -1, []
    for depth, *rest in rows:
        if depth <= last + 1:
            found.append((depth, *rest))
            last = depth
    return tuple(found)


FRAME = Frame(depth=1, symbol="specialized Store.load()", binary="App", file="Store.swift", line=12)

SUSPECT = Suspect(
    commit="0123456789abcdef0123456789abcdef01234567",
    subject="Load it at once (#12)",
    author="Kim",
    date="2026-05-03T10:00:00+00:00",
    touched="function",
    pull_request=12,
)

PLACE = SourcePlace(
    frame=FRAME,
    path="Sources/Store.swift",
    line=12,
    revision="v3.4",
    revision_path="Sources/Store.swift",
    owners=("@store", "@all"),
    suspects=(SUSPECT,),
)
