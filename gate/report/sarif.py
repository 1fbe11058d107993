"""The top diagnostic signatures as SARIF 2.1.0, for code scanning: one result per signature, on its line.

A signature is a result only when its line in the repository is known. GitHub refuses a whole file for one result
without such a place, so signatures without one are notifications of the run, which viewers list apart. Verdict and
counts are in the run's properties, and its exit code is that of the gate.

A result's fingerprint is that of the signature, which is the same in every build, so an alert stays the same while
lines move and numbers change.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.facts import Frame
from gate.model.result import Result, SignatureFinding, SourcePlace
from gate.model.states import STATES, Level
from gate.report.request import ReportRequest
from gate.report.shared import signature_words, words
from gate.report.shared.outline import outline
from gate.signatures.blame import relation_of
from gate.signatures.symbols import fingerprint, readable
from gate.text import sanitize

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: dict[Level, str] = {"fail": "error", "warn": "warning", "note": "note"}
_HELP = (
    "Apple collected the call stacks on devices of people who share analytics with developers, and this function "
    "is what they share. The share says how much of all reports of its type it accounts for. "
    "The report of the gate has the call tree and what changed since the version before."
)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_ACTING = re.compile(r"\{(?=\d)|\](?=\()")
"""What begins a placeholder, and what makes a link, in a message."""
_GAP = "\u200b"
_LONGEST_NAME = 255
"""GitHub's limit on names of rules
(https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning)."""


def document(request: ReportRequest) -> bytes:
    """Write the signatures of the result as SARIF."""
    return render(request.result)


def render(result: Result) -> bytes:
    """Write the signatures of a result as SARIF; the same result always gives the same bytes."""
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(result)]}
    # A bracket behind two number signs would be a command in the log of a GitHub job.
    text = json.dumps(document, indent=2, ensure_ascii=False).replace("##[", "##\\u005b")
    return text.encode() + b"\n"


def _run(result: Result) -> dict[str, Any]:
    parts = outline(result)
    signatures = parts.signatures
    types = list(dict.fromkeys(signature.type for signature in signatures))
    placed = [one for one in signatures if _physical(one.source)]
    apart = [one for one in signatures if not _physical(one.source)]
    name, _, version = result.receipt.tool.partition(" ")
    return {
        "tool": {
            "driver": {"name": _clean(name), "version": _clean(version), "rules": list(map(_rule, types))}
        },
        "automationDetails": {"id": f"appstore-gate/{_clean(result.app).replace('/', '_')}/"},
        "invocations": [_invocation(result, [_notification(one, types) for one in apart])],
        "results": [_result(one, types) for one in placed],
        "properties": {
            "verdict": result.verdict,
            "blocks": result.blocks,
            "sentence": _clean(result.sentence),
            "candidate": _clean(result.candidate),
            "coverage": _clean(words.coverage_words(parts.coverage)),
            "incidents": [f"{one.state}: {_clean(one.title)}" for one in parts.incidents],
            "waivers": [_clean(one.words) for one in parts.waivers],
            "ruleCounts": {state: result.rule_counts.get(state, 0) for state in STATES},
            "checkCounts": {state: result.counts.get(state, 0) for state in STATES},
        },
    }


def _invocation(result: Result, notifications: list[dict[str, Any]]) -> dict[str, Any]:
    ended = result.receipt.judged_at
    return {
        "executionSuccessful": True,
        "exitCode": result.exit_code,
        **({"endTimeUtc": ended} if _TIME.fullmatch(ended) else {}),
        "toolExecutionNotifications": notifications,
    }


def _rule(kind: str) -> dict[str, Any]:
    known = DIAGNOSTIC_TYPES.get(kind)
    name = known.noun.title().replace(" ", "") if known else _clean(kind)
    about = known.about if known else f"Diagnostic signatures of the type {_clean(kind)}."
    return {
        "id": _rule_id(kind),
        "name": name,
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": _HELP},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["performance"]},
    }


def _result(signature: SignatureFinding, types: Sequence[str]) -> dict[str, Any]:
    identity = signature.fingerprint or fingerprint(signature.type, signature.text)
    return {
        "ruleId": _rule_id(signature.type),
        "ruleIndex": types.index(signature.type),
        "level": _LEVELS[signature.level],
        "message": _message(signature),
        "locations": [{**_physical(signature.source), **_logical(*_function_at(signature))}],
        # The only fingerprint that GitHub reads ("SARIF support for code scanning"). The upload action would
        # compute it from the source line, and an upload by the API has none.
        "partialFingerprints": {"primaryLocationLineHash": f"{_clean(identity)}:1"},
        **({"rank": _percent(signature.weight)} if signature.weight is not None else {}),
        **({"stacks": [_stack(signature.blame)]} if signature.blame else {}),
        "properties": {"change": signature.change, "type": _clean(signature.type), "rank": signature.rank},
    }


def _notification(signature: SignatureFinding, types: Sequence[str]) -> dict[str, Any]:
    return {
        "level": _LEVELS[signature.level],
        "message": _message(signature),
        "locations": [_logical(signature_words.function(signature), signature.binary)],
        "associatedRule": {"id": _rule_id(signature.type), "index": types.index(signature.type)},
    }


def _function_at(signature: SignatureFinding) -> tuple[str, str]:
    """Find the function whose line is shown, and its binary: it need not be the one that the signature names."""
    source = signature.source
    if source is not None and relation_of(source.frame, signature.blame, signature.text) != "own":
        return readable(source.frame.symbol, source.frame.binary), source.frame.binary
    return signature_words.function(signature), signature.binary


def _message(signature: SignatureFinding) -> dict[str, str]:
    called = " It is called from here." if signature.source is not None and signature.source.is_caller else ""
    text = sanitize.plain(f"{signature_words.function(signature)}: {signature.sentence}{called}")
    return {"text": _ACTING.sub(rf"\g<0>{_GAP}", text)}


def _physical(source: SourcePlace | None) -> dict[str, Any]:
    """Locate a signature in the repository; empty when that is not known."""
    # GitHub wants paths relative to the root of the repository; any other may belong to somebody's machine.
    if source is None or not source.path or source.path.startswith("/") or ".." in source.path.split("/"):
        return {}
    artifact = {"uri": quote(sanitize.encodable(source.path)), "uriBaseId": _ROOT}
    line = max(source.line or 1, 1)  # without any line GitHub shows nothing
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}


def _logical(function: str, binary: str) -> dict[str, Any]:
    name = _clean(function)
    full = f"{_clean(binary)}: {name}" if binary else name
    return {"logicalLocations": [{"name": name, "fullyQualifiedName": full, "kind": "function"}]}


def _stack(blame: Sequence[Frame]) -> dict[str, Any]:
    """List the blamed frames, the innermost first as SARIF wants them."""
    return {
        "message": {"text": "The frames that the report blames, innermost first."},
        "frames": [
            {
                "location": _logical(readable(frame.symbol, frame.binary), frame.binary),
                "module": _clean(frame.binary),
            }
            for frame in reversed(blame)
        ],
    }


def _percent(weight: float) -> float:
    return round(min(max(weight, 0.0), 1.0) * 100, 1)


def _rule_id(kind: str) -> str:
    return f"signature/{_clean(kind)}"


def _clean(outside: str) -> str:
    """Write text that is never empty, which counts as missing."""
    # GitHub counts an empty string as missing ("SARIF support for code scanning").
    return sanitize.plain(outside, _LONGEST_NAME) or "unnamed"
