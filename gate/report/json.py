"""The result as JSON, a published contract, its JSON Schema, and the way back."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from gate.errors import UsageError
from gate.model import facts, result
from gate.model.result import Result
from gate.model.states import STATES
from gate.report.request import ReportRequest
from gate.text.sanitize import encodable, plain

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document(request: ReportRequest) -> bytes:
    """Write the result as JSON."""
    return render(request.result)


def render(judged: Result) -> bytes:
    """Write the result as indented JSON; the same result always gives the same bytes.

    A GitHub runner finds commands in whatever is printed, two number signs and a bracket anywhere in a line, so
    that bracket is written as its JSON escape.
    """
    try:
        encoded = msgspec.json.encode(judged, order="deterministic")
    except UnicodeEncodeError:
        # Half a surrogate pair, which YAML and JSON can write and UTF-8 can't.
        whole = _encodable(msgspec.to_builtins(judged))
        encoded = msgspec.json.encode(whole, order="deterministic")
    return msgspec.json.format(encoded, indent=2).replace(b"##[", rb"##\u005b") + b"\n"


def read(raw: bytes) -> Result:
    """Read a result that was saved before. Keys that a newer version of the gate has added are left out.

    Raises:
        UsageError: It is not a result.
    """
    try:
        try:
            found = msgspec.json.decode(raw, type=Result)
        except msgspec.ValidationError:
            # Only what this version did not write itself pays for being looked at twice.
            found = msgspec.convert(without_older_forms(msgspec.json.decode(raw)), type=Result)
        # Every report counts all states, whatever somebody has left out by hand.
        return msgspec.structs.replace(
            found,
            counts={state: found.counts.get(state, 0) for state in STATES},
            rule_counts={state: found.rule_counts.get(state, 0) for state in STATES},
        )
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(
            f"This is not a result of the gate: {plain(str(error))}",
            cause="the file is another one, was cut short, or is of a version with another format",
            remedy="name a file written by `gate check --json`",
        ) from None


def without_older_forms(content: Any) -> Any:
    """Bring a decoded result of an older version into today's form.

    Before 24 November 2026 a rule's waiver was a text, empty without one. Its sentence says the same, so the text
    is left out.
    """
    rules = content.get("rules") if isinstance(content, dict) else None
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, dict) and isinstance(rule.get("waiver"), str):
            rule["waiver"] = None
    return content


def json_schema() -> dict[str, Any]:
    """Describe a result by a JSON Schema; its descriptions are the docstrings of the classes and of their fields."""
    schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Result)))
    for name, field, words in _field_docstrings():
        definition = schema["$defs"].get(name, {"properties": {}})
        if field in definition["properties"]:
            definition["properties"][field]["description"] = words
    return {"$schema": _DIALECT, "title": "Result of the App Store performance gate", **schema}


def _encodable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _encodable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(entry) for entry in value]
    return encodable(value) if isinstance(value, str) else value


def _field_docstrings() -> Iterator[tuple[str, str, str]]:
    """Find class, field and docstring of every documented field of the model; Python itself does not keep them."""
    for module in (facts, result):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                yield from _of_class(node)


def _of_class(definition: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    for field, words in pairwise(definition.body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(words, ast.Expr)
            and isinstance(words.value, ast.Constant)
        ):
            yield definition.name, field.target.id, " ".join(str(words.value.value).split())
