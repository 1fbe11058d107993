"""What the gate does not know: how to ignore it, how to name it, and how to say it.

The structs of `gate.appstore.wire` refuse unknown fields, so typed decoding itself finds out, at no cost,
whether there are any. Only then is their tolerant twin used and are the names looked for.
"""

import typing
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

MAX_NAME = 60
"""How many characters of a name from outside are shown."""

MAX_SENTENCES = 50
"""How many drift sentences of one snapshot are kept."""


@cache
def tolerant(struct: type[Any]) -> type[Any]:
    """Derive a struct that ignores unknown fields, all the way down."""
    fields = []
    for info in msgspec.structs.fields(struct):
        part = _struct_in(info.type)
        if part is None:
            continue
        # A struct that holds itself can't name a class that is still to be made: msgspec finds it by name later.
        twin = typing.ForwardRef("Twin") if part is struct else tolerant(part)
        fields.append((info.name, _replace(info.type, part, twin), _as_declared(info)))
    made: Any = msgspec.defstruct(
        struct.__name__,
        fields,
        bases=(struct,),
        module=__name__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=False,
    )
    made.Twin = made
    return made  # type: ignore[no-any-return]


def _as_declared(info: msgspec.structs.FieldInfo) -> Any:
    """Repeat the default of a field and its name on the wire; no struct here uses a factory."""
    if info.required:
        return msgspec.field(name=info.encode_name)
    return msgspec.field(default=info.default, name=info.encode_name)


def _struct_in(annotation: Any) -> type[Struct] | None:
    """Find the struct that a field holds, directly or in a list; no field holds two kinds."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation
    return next(filter(None, map(_struct_in, typing.get_args(annotation))), None)


def _replace(annotation: Any, old: Any, new: Any) -> Any:
    """Replace a struct in an annotation by its twin."""
    if annotation is old:
        return new
    args = typing.get_args(annotation)
    if not args:
        return annotation
    replaced = tuple(_replace(arg, old, new) for arg in args)
    origin = typing.get_origin(annotation)
    return origin[replaced] if origin in (list, dict) else typing.Union[replaced]  # noqa: UP007 - no operator for a tuple


def unknown_fields(value: Any, struct: type[Struct]) -> list[str]:
    """List the paths of all fields of a generic JSON value that a struct does not know.

    Indexes are left out (``productData[].platform``); each path is listed once, however often it occurs and
    however deep a tree of equal parts goes. Works level by level of the struct and not part by part: the
    names of a hundred thousand points are one set union.
    """
    found: dict[str, None] = {}
    levels: deque[tuple[type[Struct], list[dict[str, Any]], str]] = deque([(struct, [value], "")])
    while levels:
        here, parts, path = levels.popleft()
        fields = {info.encode_name: info for info in msgspec.structs.fields(here)}
        if here.__struct_config__.forbid_unknown_fields:
            # Sorted, because sets have no order and the sentences must be the same in every run.
            names = sorted(set[str]().union(*parts) - fields.keys())
            found.update(dict.fromkeys(path + printable(name) for name in names))
        for name, info in fields.items():
            child = _struct_in(info.type)
            values = [part[name] for part in parts if name in part] if child else []
            below = list(objects(values))
            if child and below:
                brackets = "[]" if any(isinstance(item, list) for item in values) else ""
                levels.append((child, below, path if child is here else f"{path}{name}{brackets}."))
    return list(found)


def objects(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Find all JSON objects among values and lists of values."""
    for value in values:
        items = value if isinstance(value, list) else (value,)
        yield from (item for item in items if isinstance(item, dict))


def printable(name: str) -> str:
    """Make a name from outside safe and short enough for a sentence."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    # A name can be as long as the whole body.
    return clean if len(clean) <= MAX_NAME else f"{clean[:MAX_NAME]}…"


class SchemaDrift:
    """What Apple sent and the gate did not know: plain sentences, each once, in the order of their discovery."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, *sentences: str) -> None:
        """Note sentences."""
        self._sentences.update(dict.fromkeys(sentences))

    def sentences(self) -> tuple[str, ...]:
        """List the first `MAX_SENTENCES`, and one for the rest."""
        every = tuple(self._sentences)
        rest = len(every) - MAX_SENTENCES
        return (*every[:MAX_SENTENCES], f"And {rest} more.") if rest > 0 else every
