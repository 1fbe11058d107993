"""Results that another run has made: read as if somebody hostile had written them.

A run of a fork decides itself what its artifact holds. It is bounded in size, decoded strictly, its links are
left out, its counts are made anew from its rules and checks, and only then it is rendered here, on the trusted side.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gate.errors import UsageError
from gate.judge.incidents import tell
from gate.judge.verdict import join_verdict
from gate.model.result import Coverage, Result
from gate.model.states import STATES, Mode, Verdict
from gate.report import markdown
from gate.report.json import without_older_forms
from gate.report.shared.population import counted_modes, cover

MOST_BYTES = 16 * 1024 * 1024
"""Of one result; one with all device models of all metrics has a few million."""
MOST_FILES = 256
"""Jobs of one matrix."""

_WILD = "*?["
_CAUSE = "it is another file, it was cut, or somebody has written it by hand"
_REMEDY = "give what gate check --json has written"


def expand(patterns: Sequence[str]) -> list[Path]:
    """List the files that some paths and globs name, in order and once each.

    Raises:
        UsageError: A pattern names none, or there are too many.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        matches = sorted(_matches(pattern))
        if not matches:
            raise UsageError(
                f"No file is called {pattern}", remedy="check the path and what was downloaded to it"
            )
        found.update(dict.fromkeys(matches))
    if len(found) > MOST_FILES:
        raise UsageError(f"{len(found)} files are too many; a matrix has at most {MOST_FILES} jobs")
    return list(found)


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern)
    if not any(character in pattern for character in _WILD):
        return [path] if path.is_file() else []
    anchor = Path(path.anchor) if path.anchor else Path()
    relative = path.relative_to(path.anchor) if path.anchor else path
    return [file for file in anchor.glob(str(relative)) if file.is_file()]


def read_result(path: Path, *, keep_links: bool = False) -> Result:
    """Read a result from a file that nobody vouches for.

    Args:
        path: Of the file.
        keep_links: Its links are known to be ours.

    Raises:
        UsageError: It is too large, no result, or one that contradicts itself.
    """
    return decode(_content(path), str(path), keep_links=keep_links)


def _content(path: Path) -> bytes:
    try:
        # An archive may bring links, which could lead to any file of this machine.
        if path.is_symlink() or not path.is_file():
            raise UsageError(f"{path} is no ordinary file", remedy=_REMEDY)
        with path.open("rb") as file:
            # One byte more than allowed is enough to know.
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} can't be read", cause=error.strerror or str(error)) from None
    # The size is known only after reading: what a file system says of a file can change in between.
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} has more than {MOST_BYTES} bytes", cause=_CAUSE, remedy=_REMEDY)
    return data


def decode(data: bytes, source: str, *, keep_links: bool = False) -> Result:
    """Decode a result from bytes, with its counts, incidents and headline made anew.

    Args:
        data: JSON.
        source: What it is called in messages.
        keep_links: Its links are known to be ours; others would lead anywhere under our name.

    Raises:
        UsageError: It is no result, or one that contradicts itself.
    """
    try:
        content = without_older_forms(msgspec.json.decode(data))
        # Strictly typed: a field of another type, or a state that does not exist, is refused here.
        result = msgspec.convert(content if keep_links else _without_links(content), type=Result)
        # Told anew as well: what a stranger says happened must follow from the slices below it.
        counted = tell(_counted(result))
        _check_consistent(counted)
        markdown.render(counted)  # what can't be drawn is refused here, before anything is published
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise UsageError(f"{source} is no result: {reason}", cause=_CAUSE, remedy=_REMEDY) from None
    except UsageError as error:
        raise UsageError(f"{source} is no result: {error.what}", cause=_CAUSE, remedy=_REMEDY) from None
    except (ArithmeticError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"{source} can't be shown ({type(error).__name__})", cause=_CAUSE, remedy=_REMEDY
        ) from None
    return counted


def _without_links(value: Any) -> Any:
    """Copy decoded JSON without the addresses of pages."""
    if isinstance(value, dict):
        return {key: _without_links(entry) for key, entry in value.items() if key != "url"}
    return [_without_links(entry) for entry in value] if isinstance(value, list) else value


def _counted(result: Result) -> Result:
    """Count again, so that the numbers agree with the rules and checks that they stand above."""
    modes = counted_modes(result)
    checks = [check for check in result.checks if check.mode in modes]
    states = Counter(check.state for check in checks)
    rules = Counter(rule.state for rule in result.rules if rule.mode in modes)
    reasons = Counter(check.reason for check in checks if check.reason is not None)
    return msgspec.structs.replace(
        result,
        counts={state: states[state] for state in STATES},
        rule_counts={state: rules[state] for state in STATES},
        reasons=dict(sorted(reasons.items())),
        coverage=_covered(result, modes),
    )


def _covered(result: Result, modes: Iterable[Mode]) -> Coverage:
    """Count the coverage again; what is missing keeps its order."""
    counted = cover(result, modes)
    if result.coverage is None:
        return counted
    order = {name: place for place, name in enumerate(result.coverage.missing)}
    missing = sorted(counted.missing, key=lambda name: order.get(name, len(order)))
    return msgspec.structs.replace(counted, missing=tuple(missing), unread=result.coverage.unread)


_GREENNESS: dict[Verdict, int] = {"fail": 0, "undecided": 1, "partial": 1, "pass": 2}


def _supported(result: Result) -> Verdict:
    """Join what a result holds to the verdict that it supports."""
    rules = [rule for rule in result.rules if rule.mode in counted_modes(result)]
    levels = [*(one.level for one in result.insights), *(one.level for one in result.signatures)]
    coverage = result.coverage or cover(result, counted_modes(result))
    return join_verdict(rules, coverage, has_failed="fail" in levels)


def _check_consistent(result: Result) -> None:
    """Refuse a verdict that is greener than what it stands above, so that no report can say two things."""
    # A fail that does not block may stand beside something undecided that does.
    expected = {0: True, 1: result.verdict == "fail", 3: result.verdict != "pass"}
    if not expected.get(result.exit_code, False):
        raise UsageError(f"the exit code {result.exit_code} contradicts the verdict {result.verdict}")
    if result.blocks != (result.exit_code != 0):
        raise UsageError("it says that it blocks and that it does not")
    supported = _supported(result)
    if _GREENNESS[result.verdict] > _GREENNESS[supported]:
        raise UsageError(f"it says {result.verdict}, and what it holds comes to {supported}")
