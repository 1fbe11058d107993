"""The report as GitHub's Markdown, for a comment or a job summary, and by a user's own template.

The text is made by Jinja from ``templates/comment.md.jinja``; `gate.report.names` lists what templates can use.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import asdict

from gate.errors import UsageError
from gate.model.result import STATES, Result
from gate.model.words import plural
from gate.report import budget, harmless, templating, words
from gate.report.outline import ROWS, Outline, RuleFinding, grouped, outline

COMMENT_BYTES = 64_000
"""For a comment. GitHub names 65,536 characters as the limit; the rest is for a publisher's own marker."""
SUMMARY_BYTES = 1_000_000
"""For a job summary, of which GitHub shows 1 MiB."""
LEAST_BYTES = 8_000
"""What the verdict, the counts and the receipt alone may need."""
_TEMPLATE = "comment.md.jinja"
_ENTRIES = {
    "checks": "row of the full table",
    "drift": "drift note",
    "shadow": "shadow rule",
    "undecided": "undecided rule",
    "notes": "note",
    "signatures": "signature",
    "insights": "insight",
    "waiting": "waiting rule",
    "warned": "warning",
    "failed": "failed rule",
    "rules": "rule",
}
"""The lists that may be cut, in that order, and what one entry of each is called."""
_SMALLEST_ROW = 60
"""Bytes of a row of the full table, at least: more rows than the budget can hold are never drawn."""
_BLANK_LINES = re.compile(r"\n{3,}")


def render(
    result: Result, *, max_bytes: int = COMMENT_BYTES, max_rows: int = ROWS, template: str | None = None
) -> str:
    """The report on a result.

    Args:
        result: What was judged.
        max_bytes: What the report may take in UTF-8, at least `LEAST_BYTES`. Lists are cut to fit, the least
            important first, and what is left out is counted.
        max_rows: How many slices the tables of findings name.
        template: Source of the user's own template instead of the built-in one.

    Raises:
        UsageError: The user's template can't be used, or is too long even with all lists left out.
    """
    page = _Page(result, template, max_rows)
    sizes = page.sizes(max_bytes)
    text = budget.fit(page.draw, sizes, order=tuple(_ENTRIES), max_bytes=max_bytes)
    if text is None:
        raise UsageError(
            f"The report is longer than {max_bytes} bytes, even with all its lists left out",
            remedy="Make the report template shorter.",
        )
    return text


class _Page:
    """A template and what fills it, drawn with more or fewer entries of each list."""

    def __init__(self, result: Result, template: str | None, max_rows: int) -> None:
        self._result = result
        self._parts = outline(result, rows=max_rows)
        self._max_rows = max_rows
        self._lists = _lists(result, self._parts)
        self._draw = templating.built_in(_TEMPLATE) if template is None else templating.own(template)

    def sizes(self, max_bytes: int) -> dict[str, int]:
        """How many entries of each list to begin with."""
        sizes = {name: len(entries) for name, entries in self._lists.items()}
        sizes["checks"] = min(sizes["checks"], max_bytes // _SMALLEST_ROW)
        sizes["failed"], left = _within(self._parts.failed, self._max_rows)
        sizes["warned"], _ = _within(self._parts.warned, left)
        return sizes

    def draw(self, limits: Mapping[str, int]) -> str:
        """The text with at most so many entries of each list."""
        text = _BLANK_LINES.sub("\n\n", self._draw(self._names(limits)))
        return harmless.without_log_commands(text.strip() + "\n")

    def _names(self, limits: Mapping[str, int]) -> dict[str, object]:
        shown = {name: entries[: limits[name]] for name, entries in self._lists.items()}
        left_out = {name: len(entries) - len(shown[name]) for name, entries in self._lists.items()}
        facts = asdict(self._result)
        del facts["format"]
        return {
            **facts,
            **shown,
            "undecided": grouped(self._parts.undecided[: limits["undecided"]]),
            "verdict_words": words.verdict_words(self._result),
            "shadow_counts": self._parts.shadow_counts,
            "left_out": left_out,
            "left_out_words": _left_out_words(left_out),
            "cures": words.CURES,
            "states": STATES,
        }


def _lists(result: Result, parts: Outline) -> dict[str, tuple[object, ...]]:
    """Everything that may be cut, by its name in a template."""
    return {
        "rules": result.rules,
        "failed": parts.failed,
        "warned": parts.warned,
        "waiting": parts.waiting,
        "insights": parts.insights,
        "signatures": parts.signatures,
        "undecided": parts.undecided,
        "shadow": parts.shadow,
        "notes": result.notes,
        "drift": result.drift,
        "checks": parts.checks,
    }


def _within(findings: Iterable[RuleFinding], rows: int) -> tuple[int, int]:
    """How many findings have their slices in so many rows, and the rows that are left; one finding at least."""
    count = 0
    for finding in findings:
        rows -= max(1, len(finding.checks))
        if count and rows < 0:
            break
        count += 1
    return count, max(0, rows)


def _left_out_words(left_out: Mapping[str, int]) -> str:
    """``1 failed rule, 20 rows of the full table``; empty when all is shown."""
    worst_first = [name for name in reversed(_ENTRIES) if name != "rules" and left_out[name]]
    return ", ".join(_counted(left_out[name], _ENTRIES[name]) for name in worst_first)


def _counted(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" of ")
    return f"{plural(count, first)}{' of ' + rest if rest else ''}"
