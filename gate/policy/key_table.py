"""The keys of a policy one by one, as `gate.policy.keys` declares them.

Printing, the schema and the tables of the documentation take them from here, so that a key is declared once.
"""

from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.inspect import DictType, Field, Metadata, StructType, Type, VarTupleType, type_info

from gate.policy.keys import PolicyDocument


class Key(NamedTuple):
    """One key of a section."""

    name: str
    is_required: bool
    description: str
    example: Any
    """None when its declaration gives none."""
    extra: dict[str, Any]
    """The metadata that `gate.policy.keys` describes."""
    section: type[Struct] | None
    """The shape of its value, or of each entry of it; None for a plain value."""


@cache
def keys_of(section: type[Struct]) -> tuple[Key, ...]:
    """List the keys of a section of the document, in the order of their declaration."""
    shape = type_info(section)
    return tuple(map(key_of, shape.fields)) if isinstance(shape, StructType) else ()


def key_of(field: Field) -> Key:
    """Collect what is declared about one key."""
    schema: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    kind = field.type
    while isinstance(kind, Metadata):
        schema |= kind.extra_json_schema or {}
        extra |= kind.extra or {}
        kind = kind.type
    inner = struct_inside(kind)
    return Key(
        name=field.name,
        is_required=field.required,
        description=schema.get("description", ""),
        example=next(iter(schema.get("examples", ())), None),
        extra=extra,
        section=inner.cls if inner else None,
    )


def sections() -> dict[str, type[Struct]]:
    """Find every section of the document, by the key it stands under; the document itself is ``document``."""
    return {"document": PolicyDocument} | _sections_below(PolicyDocument)


def _sections_below(section: type[Struct]) -> dict[str, type[Struct]]:
    found: dict[str, type[Struct]] = {}
    for key in keys_of(section):
        if key.section is not None:
            found |= {key.name: key.section} | _sections_below(key.section)
    return found


def struct_inside(kind: Type) -> StructType | None:
    """Find the struct that a type is, or that the entries of a list or a mapping are; None for plain values."""
    if isinstance(kind, Metadata):
        return struct_inside(kind.type)
    if isinstance(kind, VarTupleType):
        return struct_inside(kind.item_type)
    if isinstance(kind, DictType):
        return struct_inside(kind.value_type)
    return kind if isinstance(kind, StructType) else None
