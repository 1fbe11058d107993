"""Whose line a frame's is."""

import pytest

from gate.model.facts import Frame
from gate.signatures.blame import relation_of

OUTER = Frame(depth=0, symbol="Grid.configure()", binary="App", file="Grid.swift", line=40)
INNER = Frame(depth=1, symbol="Cache.decode(_:)", binary="App")


@pytest.mark.parametrize(
    ("frame", "blame", "text", "relation"),
    [
        (INNER, (OUTER, INNER), "App: Cache.decode(_:) + 12", "own"),
        (OUTER, (OUTER, INNER), "App: Cache.decode(_:) + 12", "caller"),
        (OUTER, (OUTER, INNER), "App: Grid.configure() + 4", "own"),
        (OUTER, (OUTER,), "App: Cache.decode(_:) + 12", "other"),
        (INNER, (OUTER, INNER), "UIKitCore: -[UIView layout] + 1", "other"),
        (Frame(depth=1, file="A.swift"), (Frame(depth=1, file="A.swift"),), "App: Cache.decode(_:)", "own"),
        (Frame(depth=0, file="A.swift"), (Frame(depth=0, file="A.swift"), INNER), "App: x()", "caller"),
        (
            Frame(depth=0, symbol="specialized Cache.decode(_:)"),
            (OUTER, INNER),
            "App: closure #1 () in Cache.decode(_:) + 8",
            "own",
        ),
    ],
)
def test_a_frame_is_told_from_the_function_that_a_signature_names(frame, blame, text, relation):
    assert relation_of(frame, blame, text) == relation
