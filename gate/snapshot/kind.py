"""What a text seems to be, recognised by its first characters and its topmost keys.

Only used to explain: a text that could not be read as what it should be, or a file that somebody handed
over. Nothing is ever accepted because of a guess made here.
"""

import re
from collections.abc import Mapping
from enum import Enum

import msgspec


class BodyKind(Enum):
    """What a text seems to be, in words that complete the sentence "this is …"."""

    EMPTY = "nothing at all"
    HTML = "a web page"
    TRUNCATED = "JSON that breaks off in the middle"
    NOT_JSON = "text that is not JSON"
    TOO_DEEP = "JSON that is nested too deeply to be looked at"
    ARRAY = "a JSON list"
    SCALAR = "a single JSON value"
    OBJECT = "a JSON object of no known kind"
    METRICS = "a metrics body"
    PRODUCTS = "a body of metrics or logs without anything in it"
    OVERVIEW = "a performance overview"
    SIGNATURES = "a list of diagnostic signatures"
    LOGS = "a body of diagnostic logs"
    RESOURCES = "an answer about App Store Connect resources"
    ERRORS = "an error answer of App Store Connect"
    ORGANIZER = "a file of Xcode's Organizer"
    SNAPSHOT = "a snapshot"
    RESULT = "a result of this tool"
    POLICY = "a policy"


_POLICY_MARK = re.compile(r"^(?:rules|extends|preset)[ \t]*:", re.MULTILINE)
"""A key at the start of a line that nearly every policy has."""
_ORGANIZER_MARK = "com.apple.dt.metrics"
"""Prefix of every identifier in the file that Xcode 11 kept on disk, and in no answer of the API."""

_OVERVIEW_KEYS = {"appMetadata", "categories", "telemetryIdentifier"}
_METRIC_KEYS = {"platform", "metricCategories"}
_LOG_KEYS = {"signatureId", "diagnosticLogs", "diagnosticInsights"}


def kind_of(text: str) -> BodyKind:
    """Tell what a text seems to be."""
    start = text.lstrip()[:1]
    if not start:
        return BodyKind.EMPTY
    if start == "<":
        return BodyKind.HTML
    try:
        # One level only: values stay raw text, however large they are.
        return _kind_of_object(msgspec.json.decode(text, type=dict[str, msgspec.Raw]), text)
    except RecursionError:
        return BodyKind.TOO_DEEP
    except msgspec.ValidationError:
        return BodyKind.ARRAY if start == "[" else BodyKind.SCALAR
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return _kind_of_other_text(text, error)


def _kind_of_other_text(text: str, error: Exception) -> BodyKind:
    if text.lstrip()[:1] not in "{[" and _POLICY_MARK.search(text):
        return BodyKind.POLICY
    # msgspec has one class for both and tells them apart by its words alone.
    return BodyKind.TRUNCATED if "truncated" in str(error) else BodyKind.NOT_JSON


def _kind_of_object(keys: Mapping[str, msgspec.Raw], text: str) -> BodyKind:
    """Tell what an object is; the first that fits, the surest sign first."""
    signs = {
        BodyKind.SNAPSHOT: _text(keys, "format").startswith("gate-snapshot/"),
        BodyKind.RESULT: {"receipt", "verdict"} <= keys.keys(),
        BodyKind.ERRORS: "errors" in keys,
        BodyKind.ORGANIZER: "filterCriteriaSets" in keys
        or ("categories" in keys and _ORGANIZER_MARK in text),
        BodyKind.LOGS: bool(_first_item(keys, "productData").keys() & _LOG_KEYS),
        BodyKind.METRICS: "productData" in keys
        and ("insights" in keys or bool(_first_item(keys, "productData").keys() & _METRIC_KEYS)),
        BodyKind.PRODUCTS: "productData" in keys,
        BodyKind.SIGNATURES: _text(_first_item(keys, "data"), "type") == "diagnosticSignatures",
        BodyKind.RESOURCES: "data" in keys,
        BodyKind.OVERVIEW: bool(keys.keys() & _OVERVIEW_KEYS),
    }
    return next((kind for kind, fits in signs.items() if fits), BodyKind.OBJECT)


def _text(keys: Mapping[str, msgspec.Raw], name: str) -> str:
    """Read a member that is text; anything else as an empty string."""
    try:
        return msgspec.json.decode(keys.get(name, b""), type=str)
    except msgspec.DecodeError:
        return ""


def _first_item(keys: Mapping[str, msgspec.Raw], name: str) -> dict[str, msgspec.Raw]:
    """Read the first object of a member that is a list, or an empty one when there is none."""
    try:
        return next(iter(msgspec.json.decode(keys.get(name, b""), type=list[dict[str, msgspec.Raw]])), {})
    except msgspec.DecodeError:
        return {}
