"""The tests themselves: each can fail, none sleeps, and none waits without an end."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MODULES = {
    file.relative_to(TESTS).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
    for file in sorted(TESTS.rglob("*.py"))
    if "node_modules" not in file.parts
}

RUNNERS = ("run", "call", "check_call", "check_output")
"""What starts a program and waits for its end."""
CHECKS = ("raises", "warns", "fail")
"""What of pytest fails a test without an assertion."""
LITERALS = (ast.Tuple, ast.List, ast.Set, ast.Dict)


def name_of(call: ast.Call) -> str:
    """What is called, without where it is from."""
    function = call.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def is_from(call: ast.Call, module: str, names: tuple[str, ...]) -> bool:
    """A call of one of a module's functions, by the module's name or by their own."""
    function = call.func
    if isinstance(function, ast.Attribute):
        owner = function.value
        return isinstance(owner, ast.Name) and owner.id == module and function.attr in names
    return False


def calls(tree: ast.AST) -> list[ast.Call]:
    """All calls in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """All functions in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def has_check(tree: ast.AST) -> bool:
    """An assertion is somewhere in it."""
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    return asserts or any(name_of(call) in CHECKS for call in calls(tree))


HELPERS = {
    function.name
    for tree in MODULES.values()
    for function in functions(tree)
    if has_check(function) and not function.name.startswith("test_")
}
"""Functions that check something for the tests that call them."""


def always_checks(statements: list[ast.stmt]) -> bool:
    """Running these statements to their end comes by an assertion, whatever the data."""
    return any(map(_checks, statements))


def _checks(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assert():
            found = True
        case ast.If():
            found = always_checks(statement.body) and always_checks(statement.orelse)
        case ast.For():  # only what is written out is certainly not empty
            found = isinstance(statement.iter, LITERALS) and always_checks(statement.body)
        case ast.With():
            found = any(map(_calls_check, statement.items)) or always_checks(statement.body)
        case ast.Try():
            found = always_checks(statement.finalbody)
        case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.Return():
            found = _calls_check(statement)
        case _:
            found = False
    return found


def _calls_check(tree: ast.AST) -> bool:
    return any(name_of(call) in HELPERS.union(CHECKS) for call in calls(tree))


def is_property(function: ast.FunctionDef) -> bool:
    """Many examples are tried, so a check under a condition is met by some of them."""
    return any(name_of(mark) == "given" for mark in function.decorator_list if isinstance(mark, ast.Call))


def can_pass_unchecked(tree: ast.Module) -> list[str]:
    """Tests without an assertion, or with none that is certainly reached."""
    return [
        function.name
        for function in functions(tree)
        if function.name.startswith("test_")
        and not (is_property(function) and has_check(function))
        and not always_checks(function.body)
    ]


def sleeps(tree: ast.Module) -> list[int]:
    """Lines that wait for real time to pass."""
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "time"
        and any(alias.name == "sleep" for alias in node.names)
        for node in ast.walk(tree)
    )
    is_module = any(
        isinstance(node, ast.Import)
        and any(alias.name == "time" and not alias.asname for alias in node.names)
        for node in ast.walk(tree)
    )
    return [
        call.lineno
        for call in calls(tree)
        if (is_module and is_from(call, "time", ("sleep",)))
        or (imported and isinstance(call.func, ast.Name) and call.func.id == "sleep")
    ]


def programs_without_end(tree: ast.Module) -> list[int]:
    """Lines that start a program and wait for it without a bound."""
    return [
        call.lineno
        for call in calls(tree)
        if is_from(call, "subprocess", RUNNERS) and "timeout" not in {one.arg for one in call.keywords}
    ]


def waits_without_end(tree: ast.Module) -> list[int]:
    """Lines that join a thread, or wait for a process, without a bound: no other `join` or `wait` has no argument."""
    return [
        call.lineno
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("join", "communicate")
        and not call.args
        and not call.keywords
    ]


@pytest.mark.parametrize("name", MODULES)
def test_every_test_comes_by_an_assertion(name):
    assert can_pass_unchecked(MODULES[name]) == []


@pytest.mark.parametrize("name", MODULES)
def test_nothing_sleeps_and_nothing_waits_without_an_end(name):
    tree = MODULES[name]

    assert sleeps(tree) == []
    assert programs_without_end(tree) == []
    assert waits_without_end(tree) == []


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("assert x", False),
        ("with pytest.raises(E):\n  f()", False),
        ("if x:\n  assert x\nelse:\n  assert y", False),
        ("for x in (1, 2):\n  assert x", False),
        ("f()", True),
        ("if x:\n  assert x", True),
        ("for x in found:\n  assert x", True),
        ("try:\n  f()\nexcept E:\n  assert x", True),
    ],
)
def test_a_test_that_can_pass_unchecked_is_found(body, is_found):
    indented = "\n".join(f"  {line}" for line in body.splitlines())

    assert can_pass_unchecked(ast.parse(f"def test_x():\n{indented}")) == ["test_x"] * is_found


@pytest.mark.parametrize(
    ("code", "find"),
    [
        ("import time\ntime.sleep(1)", sleeps),
        ("from time import sleep\nsleep(1)", sleeps),
        ("import subprocess\nsubprocess.run(['x'], check=True)", programs_without_end),
        ("thread.start()\nthread.join()", waits_without_end),
    ],
)
def test_what_sleeps_or_has_no_end_is_found(code, find):
    assert find(ast.parse(code)) == [2]
