"""One text in every place of a result that text can get into.

Addresses are left as they are: the gate makes them itself, and a report may link to them.
"""

from typing import Any

import msgspec
from msgspec import Struct


def with_text(value: Any, text: str) -> Any:
    """A copy of a value in which every free text is `text`; words of a fixed vocabulary stay."""
    if isinstance(value, Struct):
        fields = [field for field in msgspec.structs.fields(value) if field.name != "url"]
        return msgspec.structs.replace(
            value, **{field.name: _field(field.type, getattr(value, field.name), text) for field in fields}
        )
    return value


def _field(kind: Any, value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text if kind is str else value
    if isinstance(value, tuple):
        return tuple(text if isinstance(one, str) else with_text(one, text) for one in value)
    return with_text(value, text)
