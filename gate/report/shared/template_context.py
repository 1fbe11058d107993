"""The names that a report template sees, those of `gate.report.shared.template_names`, with lists cut to what fits."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict

from gate.model.result import Check, Result
from gate.model.states import STATES
from gate.report.shared import mermaid, words
from gate.report.shared.outline import ROWS, SLICES_PER_RULE, Outline, RuleFinding, grouped, outline
from gate.report.shared.template_names import TEMPLATE_NAMES
from gate.report.shared.waivers import waivers_in_use
from gate.text.words import plural

LengthName = Literal["comment", "summary", "full"]

COMMENT_BYTES = 64_000
"""For a comment: GitHub refuses a longer one ("body is too long (maximum is 65536 characters)"). Bytes are counted,
which are never fewer than characters, and the rest is for a publisher's own marker."""
SUMMARY_BYTES = 1_000_000
"""For a job summary: GitHub refuses that of a step beyond 1 MiB
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""
_SMALLEST_ROW = 60
"""Bytes of a row of the full table, at least: more rows than the budget can hold are never drawn."""


class Length(Struct, frozen=True, kw_only=True):
    """How much a report shows."""

    name: LengthName
    max_bytes: int | None
    """In UTF-8; None for no bound."""
    rows: int | None
    """Slices that the tables of findings name; None for all."""
    slices_each: int | None
    """Of one rule; None for all."""
    charts: int


LENGTHS: dict[LengthName, Length] = {
    length.name: length
    for length in (
        Length(name="comment", max_bytes=COMMENT_BYTES, rows=ROWS, slices_each=SLICES_PER_RULE, charts=3),
        Length(name="summary", max_bytes=SUMMARY_BYTES, rows=60, slices_each=10, charts=6),
        Length(name="full", max_bytes=None, rows=None, slices_each=None, charts=24),
    )
}
"""For a comment on a pull request, for a job summary, and for a file."""

ENTRIES = {
    "charts": "chart",
    "gone_signatures": "gone signature",
    "checks": "row of the full table",
    "drift": "drift note",
    "shadow": "shadow rule",
    "undecided": "undecided rule",
    "notes": "note",
    "signatures": "signature",
    "insights": "insight",
    "waived": "waiver",
    "waiting": "waiting rule",
    "warned": "warning",
    "failed": "failed rule",
    "rules": "rule",
}
"""The lists that may be cut, in that order, and what one entry of each is called."""


class TemplateContext:
    """A result as names for a template, with more or fewer entries of each list."""

    def __init__(self, result: Result, length: Length) -> None:
        self._result = result
        self._length = length
        most = len(result.checks) + len(result.rules)
        self._rows = most if length.rows is None else length.rows
        each = most if length.slices_each is None else length.slices_each
        self._parts = outline(result, rows=self._rows, slices_each=each)
        self._lists = _lists(result, self._parts, length.charts)

    def sizes(self) -> dict[str, int]:
        """Count the entries of each list to begin with."""
        sizes = {name: len(entries) for name, entries in self._lists.items()}
        if self._length.max_bytes is not None:
            sizes["checks"] = min(sizes["checks"], self._length.max_bytes // _SMALLEST_ROW)
        sizes["failed"], left = _within(self._parts.failed, self._rows)
        sizes["warned"], _ = _within(self._parts.warned, left)
        return sizes

    def names(self, limits: Mapping[str, int]) -> dict[str, object]:
        """Fill in the value of every name, with at most so many entries of each list."""
        shown = {name: entries[: limits[name]] for name, entries in self._lists.items()}
        left_out = {name: len(entries) - len(shown[name]) for name, entries in self._lists.items()}
        known = {
            **asdict(self._result),
            **shown,
            "length": self._length.name,
            "undecided": grouped(self._parts.undecided[: limits["undecided"]]),
            "verdict_words": words.verdict_words(self._result),
            "rule_counts_words": words.counted("rule", self._result.rule_counts),
            "counts_words": words.counted("check", self._result.counts),
            "shadow_counts": self._parts.shadow_counts,
            "left_out": left_out,
            "left_out_words": _left_out_words(left_out),
            "cures": words.CURES,
            "states": STATES,
        }
        return {name: known[name] for name in TEMPLATE_NAMES}


def _lists(result: Result, parts: Outline, charts: int) -> dict[str, tuple[object, ...]]:
    """Collect everything that may be cut, by its name in a template."""
    return {
        "rules": result.rules,
        "failed": parts.failed,
        "warned": parts.warned,
        "waiting": parts.waiting,
        "charts": tuple(islice(_charted(parts), charts)),
        "insights": parts.insights,
        "signatures": parts.signatures,
        "gone_signatures": result.gone_signatures,
        "undecided": parts.undecided,
        "waived": waivers_in_use(result.rules),
        "shadow": parts.shadow,
        "notes": result.notes,
        "drift": result.drift,
        "checks": parts.checks,
    }


def _charted(parts: Outline) -> Iterator[Check]:
    """Find the slices of the findings that can be drawn: the worst of each rule first, then the others."""
    findings = (*parts.failed, *parts.warned, *parts.waiting)
    # A chart for each rule says more than three of the worst rule.
    first = (finding.checks[:1] for finding in findings)
    others = (finding.checks[1:] for finding in findings)
    return (check for check in chain(*first, *others) if mermaid.can_draw(check))


def _within(findings: Iterable[RuleFinding], rows: int) -> tuple[int, int]:
    """Count the findings whose slices fit in so many rows, one at least, and the rows that are left."""
    count = 0
    for finding in findings:
        rows -= max(1, len(finding.checks))
        # The first finding is shown whatever room there is.
        if count and rows < 0:
            break
        count += 1
    return count, max(0, rows)


def _left_out_words(left_out: Mapping[str, int]) -> str:
    """Write ``1 failed rule, 20 rows of the full table``; nothing when all is shown."""
    worst_first = [name for name in reversed(ENTRIES) if name != "rules" and left_out[name]]
    return ", ".join(_counted(left_out[name], ENTRIES[name]) for name in worst_first)


def _counted(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" of ")
    return f"{plural(count, first)}{' of ' + rest if rest else ''}"
