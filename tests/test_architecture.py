"""`docs/architecture.md` says what the code does: its picture, its table, and what imports what."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain

import pytest

DEPTH = 8
"""The longest chain of imports that a start of a module sets off, both ends counted."""

DEPTH_WHEN_USED = 11
"""The same with imports inside of functions, which are made when a command needs them."""

OUTSIDE = {"yml", "apple", "reader", "host"}
"""Boxes of the picture that are not ours."""


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def modules(root):
    """The text of each module, parsed, by its dotted name."""
    return {_dotted(path.relative_to(root)): _parsed(path) for path in (root / "gate").rglob("*.py")}


def _dotted(path):
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(modules, name, *, when_used=True):
    """The modules of ours that a module imports; with those that it imports inside of functions, unless told not to."""
    tree = modules[name]
    nodes = ast.walk(tree) if when_used else _run_at_import(tree)
    named = chain.from_iterable(map(_named, nodes))
    found = (one if one in modules else one.rpartition(".")[0] for one in named)
    return {one for one in found if one in modules and one != name}


def _named(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _run_at_import(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _run_at_import(child)


def _room(module):
    """The room of a module; none for the package itself and the way into it."""
    name = [*module.split("."), ""][1]
    return "" if name.startswith("__") else name


def _rows(page):
    """Room and what it may import, from the table."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", page, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", may_import)) for room, may_import in rows}


def _boxes(page):
    """Path below `gate/` of each box of the picture, by its id."""
    return dict(re.findall(r"^  (\w+)\[([\w/]+)\]$", page, re.MULTILINE))


def _arrows(page):
    return re.findall(r"^  (\w+) -->(?:\|(\w+)\|)? (\w+)$", page, re.MULTILINE)


# --- rooms --------------------------------------------------------------------------------------------


def test_every_room_has_a_row(page, modules):
    rooms = {_room(name) for name in modules} - {""}

    assert rooms == _rows(page).keys()


def test_a_room_imports_what_its_row_names_and_nothing_else(page, modules):
    found = {(_room(name), _room(other)) for name in modules for other in _imports(modules, name)}
    real = {(room, other) for room, other in found if room and other and room != other}
    named = {(room, other) for room, others in _rows(page).items() for other in others}

    assert real == named


def test_every_place_that_a_row_names_is_there(page, root):
    found = re.findall(r"^\| `(\w+)` .*\|([^|]*)\|$", page, re.MULTILINE)
    places = [
        root / "gate" / room / name for room, text in found for name in re.findall(r"`([\w/.]+)`", text)
    ]

    assert len(places) > 8
    assert [str(place) for place in places if not place.exists()] == []


def test_contributing_names_places_and_targets_that_are_there(root):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = [root / place for place in re.findall(r"`((?:gate|tests|docs)/[\w/.]+)`", text)]
    commands = "\n".join(re.findall(r"^    .+|`[^`]+`", text, re.MULTILINE))
    targets = re.findall(r"\bmake (\w+)", commands)
    makefile = (root / "Makefile").read_text(encoding="utf-8")

    assert len(places) > 15
    assert [str(place) for place in places if not place.exists() and place.name != "x.py"] == []
    assert {"lint", "test", "fast", "coverage"} <= {*targets}
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


# --- the picture --------------------------------------------------------------------------------------


def test_every_box_is_a_place_in_the_code(page, root):
    boxes = _boxes(page)
    absent = {path for path in boxes.values() if not _places(root, path)}

    assert {path.partition("/")[0] for path in boxes.values()} <= _rows(page).keys()
    assert absent == set()


def _places(root, path):
    return [place for place in (root / "gate" / path, root / "gate" / f"{path}.py") if place.exists()]


def test_every_box_is_on_the_way(page):
    ends = {end for start, _, stop in _arrows(page) for end in (start, stop)}

    assert ends == _boxes(page).keys() | OUTSIDE


def test_every_arrow_has_its_line(page):
    lines = re.findall(r"^- (\w+) → (\w+)(?:, `(\w+)`)?: .+", page, re.MULTILINE)

    assert [(start, name, stop) for start, stop, name in lines] == _arrows(page)


def test_what_an_arrow_carries_is_known_at_both_of_its_ends(page, root):
    boxes = _boxes(page)
    carried = [(name, end) for start, name, stop in _arrows(page) if name for end in (start, stop)]

    assert len(carried) > 20
    for name, end in carried:
        assert _knows(root, boxes[end], name), f"{boxes[end]} does not know {name}"


def _knows(root, path, name):
    (place,) = _places(root, path)
    files = place.rglob("*.py") if place.is_dir() else [place]
    return any(name in _names(file) for file in files)


def _names(file):
    """Names that a module uses, imports or defines."""
    nodes = list(ast.walk(_parsed(file)))
    return {
        *(node.id for node in nodes if isinstance(node, ast.Name)),
        *(node.name for node in nodes if isinstance(node, ast.ClassDef)),
        *(alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names),
    }


def test_what_an_arrow_carries_is_not_made_where_it_arrives(page, root):
    boxes = _boxes(page)
    carried = [(name, boxes[start], boxes[stop]) for start, name, stop in _arrows(page) if name]
    made = {(name, path) for name, *ends in carried for path in ends if _makes(root, path, name)}

    assert len({name for name, _ in made}) > 4
    arrived = {(name, stop) for name, _, stop in carried if (name, stop) in made}
    assert arrived == {("Snapshot", "snapshot")}  # which reads one from a file as well


def _makes(root, path, name):
    """Whether a place calls a class; the other boxes inside of it are places of their own."""
    (place,) = _places(root, path)
    files = place.rglob("*.py") if place.is_dir() else [place]
    inside = {file for other in ("outcomes", "comparisons") for file in _places(root, f"judge/{other}")}
    files = [file for file in files if file not in inside or path != "judge"]
    calls = (node for file in files for node in ast.walk(_parsed(file)) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == name for call in calls)


# --- the core -----------------------------------------------------------------------------------------

CORE = ("judge", "model", "policy", "report", "signatures", "stats", "text")
CLOCKS_AND_FILES = {"now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "write_bytes"}


def test_the_core_reads_no_clock_and_opens_no_file(modules):
    names = [name for name in modules if _room(name) in CORE]
    calls = [
        (name, node.func) for name in names for node in ast.walk(modules[name]) if isinstance(node, ast.Call)
    ]
    called = [(name, getattr(func, "attr", getattr(func, "id", ""))) for name, func in calls]

    assert len(called) > 1000
    assert [(name, what) for name, what in called if what in CLOCKS_AND_FILES] == []


# --- imports ------------------------------------------------------------------------------------------


def test_no_module_imports_itself_by_a_detour(modules):
    graph = {name: _imports(modules, name, when_used=False) for name in modules}

    assert set(TopologicalSorter(graph).static_order()) == set(modules)


@pytest.mark.parametrize(("when_used", "depth"), [(False, DEPTH), (True, DEPTH_WHEN_USED)])
def test_no_chain_of_imports_is_too_long(modules, when_used, depth):
    @cache
    def longest(name):
        below = (longest(other) for other in _imports(modules, name, when_used=when_used))
        return [name, *max(below, key=len, default=[])]

    chain_of_imports = max(map(longest, modules), key=len)
    assert len(chain_of_imports) <= depth, chain_of_imports
