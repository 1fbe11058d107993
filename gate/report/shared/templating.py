"""Jinja for reports: a sandbox in which every printed value is text from outside.

A template makes Markdown or JSON. A value that it prints is sanitized for that form, unless a filter of
`gate.report.shared.filters` already made Markdown of it. Nothing else is trusted, not even what Jinja itself calls
safe. This module knows neither Markdown nor JSON: a `Form` says how a value is printed and which filters there are.

A user's own template runs under more rules, because a pull request may bring it along: it sees the names it is
given and nothing else, can change none of them, and can neither grow nor run without bounds. Constructs whose
result can't be distinguished from text from outside (macros, block assignments, ``super()``, ``~``) are refused, because
that result would be escaped twice.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jinja2 import (
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    nodes,
    pass_environment,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from gate.errors import UsageError
from gate.report.shared.template_names import TEMPLATE_NAMES
from gate.text.sanitize import plain

DrawTemplate = Callable[[Mapping[str, object]], str]
"""Fills a template with names."""

MAX_SOURCE = 65_536
"""Characters of a user's own template."""
MAX_OUTPUT = 4_000_000
"""Characters that it may print."""
MAX_STEPS = 200_000
"""Steps that all its loops together may take in one rendering."""
_MAX_MADE = 100_000
"""Length of a text or list that its operators may make."""

_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Macro: "macros are not available",
    nodes.CallBlock: "call blocks are not available",
    nodes.FilterBlock: "filter blocks are not available; filter each value",
    nodes.AssignBlock: "block assignments are not available; write {% set name = value %}",
    nodes.Import: "imports are not available",
    nodes.FromImport: "imports are not available",
    nodes.Concat: "~ is not available; print the parts one after the other",
}
_REFUSED_NAMES = frozenset({"super", "self"})
_LITERALS = (nodes.List, nodes.Tuple, nodes.Dict)
_KEPT_FILTERS = (
    "abs", "capitalize", "count", "default", "dictsort", "first", "float", "groupby", "int", "items", "last", "length",
    "list", "lower", "map", "max", "min", "reject", "rejectattr", "round", "select", "selectattr", "sort", "sum",
    "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
"""Jinja's own filters that make no large value out of a small one and trust nothing."""
_KEPT_TEXT_METHODS = frozenset({"endswith", "lower", "startswith", "strip", "upper"})
_NAMELESS = "<template>"
"""What Jinja calls a template that comes from no file."""


class Safe(str):
    """Text that may stand in a report as it is. Whatever is done to it gives ordinary text again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Keep Jinja from escaping it."""
        return self


class Form(Struct, frozen=True, kw_only=True, eq=False):
    """What templates make; compared by identity, so that compiled templates can be kept by their form."""

    shown: Callable[[object], Safe]
    """How a value is printed."""
    filters: Mapping[str, Callable[..., Any]]
    """By their names in a template."""


@cache
def built_in(name: str, form: Form) -> DrawTemplate:
    """Compile a template of this package, once."""
    return _ReportEnvironment(form).get_template(name).render


def own(source: str, form: Form) -> DrawTemplate:
    """Compile a user's template.

    Args:
        source: Its text.
        form: What it makes.

    Raises:
        UsageError: It can't be read, or it uses what is not available. Filling it raises the same, with the line
            in the template, if it uses an unknown name, fails, or does not come to an end.
    """
    environment = _ReportEnvironment(form)
    template = _compile(environment, source)

    def draw(names: Mapping[str, object]) -> str:
        # Per rendering: a report that must be shortened is drawn several times.
        environment.steps = 0
        try:
            return "".join(_bounded(template.generate(names)))
        except Exception as error:  # noqa: BLE001 a template can fail in any way, and each is its author's to mend
            raise _problem(_line_of(error), error) from None

    return draw


class _ReportEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox of one template."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, form: Form) -> None:
        super().__init__(
            autoescape=True,
            finalize=_finalize,
            undefined=StrictUndefined,
            loader=PackageLoader("gate.report", "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.steps = 0
        self.shown = form.shown
        # ``range``, ``lipsum``, ``cycler`` and the like: none is needed, and some make much out of nothing.
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _KEPT_FILTERS} | dict(form.filters)
        self.filters |= {"join": _join, "_counted": _counted}

    def wrap_str_format(self, value: Any) -> None:
        """Refuse ``format``, which Jinja would let through: a width in it can make a very long text."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse all but a few methods of text: most of the others can make a very long one."""
        if isinstance(obj, str):
            return attr in _KEPT_TEXT_METHODS
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator to numbers, and to text and lists as far as the value stays small."""
        sizes = [len(side) for side in (left, right) if hasattr(side, "__len__")]
        # A power of short numbers can have millions of digits, and ``%`` formats text to any width.
        if operator == "**" or (operator == "%" and sizes):
            raise SecurityError(f"{operator} is not available here")
        # ``"x" * 1000000`` makes a long text of a short one.
        times = next((side for side in (left, right) if isinstance(side, int)), 1) if operator == "*" else 1
        if sum(sizes) * times > _MAX_MADE:
            raise SecurityError(f"{operator} would make a value that is too long")
        return super().call_binop(context, operator, left, right)


@pass_environment
def _finalize(environment: _ReportEnvironment, value: object) -> Safe:
    """Print a value; asking for the environment also keeps Jinja from applying it to constants in advance."""
    return environment.shown(value)


@pass_environment
def _counted(environment: _ReportEnvironment, items: Iterable[Any]) -> Iterator[Any]:
    """Count what a loop of a user's template goes over."""
    for item in items:
        environment.steps += 1
        if environment.steps > MAX_STEPS:
            raise SecurityError(f"its loops take more than {MAX_STEPS} steps")
        yield item


def _join(values: Iterable[object], separator: str = "") -> str:
    """Join items like Jinja's ``join``, for plain text of bounded length."""
    texts = [str(value) for value in values]
    if sum(map(len, texts)) + len(separator) * len(texts) > _MAX_MADE:
        raise SecurityError("join would make a value that is too long")
    return separator.join(texts)


def _compile(environment: _ReportEnvironment, source: str) -> Template:
    # Before it is parsed, which takes time and memory in proportion.
    if len(source) > MAX_SOURCE:
        raise UsageError(
            f"The report template has more than {MAX_SOURCE} characters", remedy="Make it shorter."
        )
    try:
        tree = environment.parse(source)
        _refuse(tree)
        for loop in tree.find_all(nodes.For):
            # Wrapped in the syntax tree, where no spelling of a loop in the template can get around it.
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise _problem(error.lineno, error) from None
    except Exception as error:  # noqa: BLE001 Python's compiler has limits of its own, on nesting and on numbers
        raise _problem(None, error) from None


def _refuse(tree: nodes.Template) -> None:
    for node in tree.find_all(tuple(_REFUSED)):
        raise TemplateSyntaxError(_REFUSED[type(node)], node.lineno)
    for name in tree.find_all(nodes.Name):
        if name.name in _REFUSED_NAMES:
            raise TemplateSyntaxError(f"{name.name} is not available", name.lineno)
    for loop in tree.find_all(nodes.For):
        # Its inner rounds would go past the filter that counts.
        if loop.recursive:
            raise TemplateSyntaxError("recursive loops are not available", loop.lineno)
    for literal in tree.find_all(_LITERALS):
        # ``{% set a = [a, a] %}`` repeated doubles the value with each line.
        if any(name.ctx == "load" for name in literal.find_all(nodes.Name)):
            raise TemplateSyntaxError("a list may hold nothing but constants", literal.lineno)


def _bounded(chunks: Iterable[str]) -> Iterator[str]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > MAX_OUTPUT:
            raise SecurityError(f"it prints more than {MAX_OUTPUT} characters")
        yield chunk


def _line_of(error: Exception) -> int | None:
    # Jinja makes a traceback with the lines of the template; the innermost is the one that failed.
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == _NAMELESS), None)


def _problem(line: int | None, error: Exception) -> UsageError:
    place = f", line {line}" if line is not None else ""
    return UsageError(
        f"The report template can't be used{place}: {plain(str(error)) or type(error).__name__}",
        remedy=f"The names it may use are {', '.join(TEMPLATE_NAMES)}.",
    )
