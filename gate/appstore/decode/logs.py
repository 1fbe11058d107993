"""Logs of a signature, with their call stacks as flat lists.

A call stack tree is as deep as the stack was, and a runaway recursion is what such logs are about: so nothing
here recurses. Typed decoding is used as far as it goes, which is some hundred frames; beyond that the body is
read event by event, and its frames are flattened before they are typed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ijson
import msgspec
from msgspec import Struct

from gate.appstore.wire.diagnostics import CallStack, CallStackNode, DiagnosticLogs, LogInsight, WireLog
from gate.appstore.wire.read import NestedTooDeep, malformed, read, unknown_sentences
from gate.appstore.wire.tolerance import objects, tolerant, unknown_fields
from gate.model.facts import DiagnosticLog, DiagnosticNote, Frame

_Placed = Iterable[tuple[int, CallStackNode]]
"""Frames of one stack in pre-order, each with its depth."""

_MAX_LINE_DIGITS = 9
_CONTAINERS: dict[str, Callable[[], Any]] = {"start_map": dict, "start_array": list}


class SignatureLogs(Struct, frozen=True, kw_only=True):
    """What the logs call says about one signature."""

    signature_ids: tuple[str, ...] = ()
    """The signatures that the body itself names."""
    notes: tuple[DiagnosticNote, ...] = ()
    logs: tuple[DiagnosticLog, ...] = ()


def read_logs(body: str, *, what: str) -> tuple[SignatureLogs, tuple[str, ...]]:
    """Decode the answer of the logs call, however deep its stacks are.

    Args:
        body: The text as Apple sent it.
        what: What the body is, for sentences: ``the logs of signature ab12``.

    Returns:
        The logs, and one sentence for every field that this version does not know.

    Raises:
        MalformedAnswer: It is not a body of logs.
    """
    try:
        answer, drift = read(body, DiagnosticLogs, what=what)
    except NestedTooDeep:
        answer, drift, depths = _read_deep(body, what)
        return _logs(answer, lambda stack: zip(next(depths), _roots(stack), strict=True)), drift
    return _logs(answer, lambda stack: _preorder(_roots(stack))), drift


def line_of(number: int | str | None) -> int | None:
    """Read a line number, which Apple sends as text in logs and as a number in overviews; counted from 1."""
    if isinstance(number, str):
        plain = number.isascii() and number.isdecimal() and len(number) <= _MAX_LINE_DIGITS
        number = int(number) if plain else None
    return number if number is not None and number > 0 else None


def _roots(stack: CallStack) -> list[CallStackNode]:
    return stack.call_stack_root_frames or []


def _preorder(roots: Iterable[CallStackNode]) -> Iterator[tuple[int, CallStackNode]]:
    waiting = [(0, node) for node in roots][::-1]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        # Turned round, so that the first child is taken from the stack first: pre-order.
        waiting.extend((depth + 1, child) for child in reversed(node.sub_frames or ()))


# --- typed bodies to facts ---------------------------------------------------------------------------------


def _logs(answer: DiagnosticLogs, placed: Callable[[CallStack], _Placed]) -> SignatureLogs:
    """Convert everything the body says. Stacks are visited in the order of the text, each once."""
    products = answer.product_data
    return SignatureLogs(
        signature_ids=tuple(product.signature_id for product in products if product.signature_id),
        notes=tuple(_note(note) for product in products for note in product.diagnostic_insights or ()),
        logs=tuple(_log(log, placed) for product in products for log in product.diagnostic_logs or ()),
    )


def _note(note: LogInsight) -> DiagnosticNote:
    return DiagnosticNote(
        category=note.insights_category or "", text=note.insights_string or "", url=note.insights_url or ""
    )


def _log(log: WireLog, placed: Callable[[CallStack], _Placed]) -> DiagnosticLog:
    metadata = log.diagnostic_meta_data or {}
    return DiagnosticLog(
        metadata={name: str(value) for name, value in metadata.items() if value is not None},
        stacks=tuple(
            tuple(_frame(depth, node) for depth, node in placed(stack))
            for tree in log.call_stack_tree or ()
            for stack in tree.call_stacks or ()
        ),
    )


def _frame(depth: int, node: CallStackNode) -> Frame:
    return Frame(
        depth=depth,
        symbol=node.symbol_name or "",
        binary=node.binary_name or "",
        binary_uuid=node.binary_uuid or "",
        address=node.address or "",
        offset_into_symbol=_text(node.offset_into_symbol),
        offset_into_binary=_text(node.offset_into_binary_text_segment),
        file=node.file_name or "",
        line=line_of(node.line_number),
        samples=node.sample_count or 0,
        blame=node.is_blame_frame or False,
        insight=node.insights_category or "",
        raw=node.raw_frame or "",
    )


def _text(value: int | str | None) -> str:
    return "" if value is None else str(value)


# --- bodies deeper than typed decoding goes ----------------------------------------------------------------


def _read_deep(body: str, what: str) -> tuple[DiagnosticLogs, tuple[str, ...], Iterator[list[int]]]:
    """Decode a body with its trees flattened first.

    Returns:
        The body, in which the root frames of a stack are all its frames in pre-order and none has children;
        drift sentences; the depths of the frames, stack by stack.
    """
    try:
        value = _parse(body)
        depths = [_flatten(stack) for stack in _call_stacks(value)]
        answer = msgspec.convert(value, tolerant(DiagnosticLogs))
    except (ijson.JSONError, ValueError, RecursionError) as error:
        raise malformed(body, DiagnosticLogs, what, str(error).partition("\n")[0]) from error
    paths = unknown_fields(value, DiagnosticLogs)
    return answer, unknown_sentences(paths, what), iter(depths)


def _parse(body: str) -> Any:
    """Parse JSON of any depth into generic values.

    Only ijson's basic events are used: its ready-made object builder keeps the path of every level, which takes
    memory that grows with the square of the depth.
    """
    top: list[Any] = []
    around: list[dict[str, Any] | list[Any]] = [top]
    key = ""
    for event, value in ijson.basic_parse(body.encode(), use_float=True):
        if event == "map_key":
            key = value
        elif event in ("end_map", "end_array"):
            around.pop()
        else:
            container = _CONTAINERS.get(event)
            item = container() if container else value
            holder = around[-1]
            if isinstance(holder, list):
                holder.append(item)
            else:
                holder[key] = item
            if container:
                around.append(item)
    return top[0]


def _call_stacks(value: Any) -> list[dict[str, Any]]:
    """Find all call stacks of a body, in the order of the text; typed decoding deals with any other shape."""
    parts = list(objects([value]))
    for key in ("productData", "diagnosticLogs", "callStackTree", "callStacks"):
        parts = list(objects(part[key] for part in parts if isinstance(part.get(key), list)))
    return parts


def _flatten(stack: dict[str, Any]) -> list[int]:
    """Put all frames of a stack beside its root frames, in pre-order; returns their depths."""
    roots = stack.get("callStackRootFrames")
    waiting = [(0, node) for node in reversed(roots)] if isinstance(roots, list) else []
    depths, nodes = [], []
    while waiting:
        depth, node = waiting.pop()
        depths.append(depth)
        nodes.append(node)
        if isinstance(node, dict) and isinstance(node.get("subFrames"), list):
            waiting.extend((depth + 1, child) for child in reversed(node.pop("subFrames")))
    if isinstance(roots, list):
        stack["callStackRootFrames"] = nodes
    return depths
