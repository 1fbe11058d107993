"""How the code speaks: a docstring says what a call does, and a name means one thing."""

import ast
from collections import defaultdict

import pytest

PROPERTIES = {"property", "cached_property", "setter"}

NO_VERBS = """
A All Also An And Any Are At Both But By Chance Each Either Every Everything Few For From Half He How If In Into Is It
Its Just Logarithm Many Mean More Most Neither Never No Nobody None Not Nothing Of On One Only Our Part Same She Some
That The Their Them There These They This Those Time To Value We What When Where Whether Which While Who Whose Why With
Without You Your
"""
"""Words that open a noun phrase or a question, where an order should stand: "Find …", "Compute …"."""


@pytest.fixture(scope="module")
def modules(root):
    return {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((root / "gate").rglob("*.py"))
    }


def _functions(modules, *, public):
    """Each function that is no property, with its place; of the public ones, those that another module can reach."""
    for path, tree in modules.items():
        for function in _reachable(tree) if public else filter(_is_function, ast.walk(tree)):
            if not PROPERTIES.intersection(map(_last_name, function.decorator_list)):
                yield f"{path}:{function.lineno} {function.name}", function


def _reachable(scope):
    for node in ast.iter_child_nodes(scope):
        if getattr(node, "name", "").startswith("_"):
            continue
        if _is_function(node):
            yield node
        elif isinstance(node, ast.ClassDef | ast.If | ast.Try):
            yield from _reachable(node)


def _is_function(node):
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _last_name(decorator):
    return getattr(decorator, "attr", getattr(decorator, "id", ""))


def test_every_public_function_has_a_docstring(modules):
    bare = [place for place, function in _functions(modules, public=True) if not ast.get_docstring(function)]

    assert bare == []


def test_a_docstring_of_a_function_begins_with_a_verb_that_says_what_the_call_does(modules):
    docstrings = [
        (place, text) for place, one in _functions(modules, public=False) if (text := ast.get_docstring(one))
    ]
    wrong = [f"{place}: {text.splitlines()[0]}" for place, text in docstrings if not _begins_with_verb(text)]

    assert len(docstrings) > 900
    assert wrong == []


def _begins_with_verb(text):
    first = text.split(maxsplit=1)[0].rstrip(".,:;")
    return first.isalpha() and first.istitle() and first not in NO_VERBS.split()


def test_no_two_modules_define_a_class_or_an_alias_of_a_type_with_the_same_name(modules):
    places = defaultdict(set)
    for path, tree in modules.items():
        for name in _named_types(tree):
            places[name].add(path)

    assert {name: sorted(paths) for name, paths in places.items() if len(paths) > 1} == {}


def _named_types(tree):
    """The classes of a module, and what it calls like a class: ``Scope = tuple[str, …]``, ``_Rows = list[…]``."""
    yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if (
                isinstance(target, ast.Name)
                and target.id.lstrip("_")[:1].isupper()
                and not target.id.isupper()
            ):
                yield target.id
