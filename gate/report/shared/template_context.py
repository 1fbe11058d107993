"""The names that a report template sees, those of `gate.report.shared.template_names`, with lists cut to what fits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec.structs import asdict

from gate.model.result import Check, Result
from gate.model.states import STATES
from gate.report.shared import mermaid, signature_words, words
from gate.report.shared.first_use import used_words
from gate.report.shared.lengths import Length
from gate.report.shared.outline import Outline, outline
from gate.report.shared.template_names import TEMPLATE_NAMES
from gate.report.shared.told import ToldIncident
from gate.report.shared.waivers import waivers_in_use
from gate.text.words import plural

_SMALLEST_ROW = 60
"""Bytes of a row of the full table, at least: more rows than the budget can hold are never drawn."""


ENTRIES = {
    "charts": "chart",
    "gone_signatures": "gone signature",
    "checks": "row of the full table",
    "drift": "drift note",
    "other_rules": "rule's own sentence",
    "apart": "rule apart",
    "healthy": "healthy rule",
    "unchanged": "unchanged signature",
    "further_signatures": "other signature",
    "further_insights": "other insight",
    "notes": "note",
    "waivers": "waiver",
    "undecided": "undecided cause",
    "over": "undecided slice above its line",
    "incidents": "incident",
    "rules": "rule",
    # Only templates of users draw these, so they are cut last: cutting them would make nothing shorter.
    "shadow": "shadow rule",
    "waived": "waiver in use",
    "signatures": "signature",
    "insights": "insight",
    "waiting": "waiting rule",
    "warned": "warning",
    "failed": "failed rule",
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
        sizes["incidents"] = _within(self._parts.incidents, self._rows)
        return sizes

    def names(self, limits: Mapping[str, int]) -> dict[str, object]:
        """Fill in the value of every name, with at most so many entries of each list."""
        shown = {name: entries[: limits[name]] for name, entries in self._lists.items()}
        left_out = {name: len(entries) - len(shown[name]) for name, entries in self._lists.items()}
        known = {
            **asdict(self._result),
            **shown,
            "length": self._length.name,
            "coverage": self._parts.coverage,
            "coverage_words": words.coverage_words(self._parts.coverage),
            "verdict_words": words.verdict_words(self._result),
            "rule_counts_words": words.counted("rule", self._result.rule_counts),
            "counts_words": words.counted("slice", self._result.counts),
            "suspects_title": signature_words.suspects_title(self._result.signatures_baseline),
            "glossary": tuple(used_words(self._result).values()),
            "shadow_counts": self._parts.shadow_counts,
            "left_out": left_out,
            "left_out_words": _left_out_words(left_out),
            "states": STATES,
        }
        return {name: known[name] for name in TEMPLATE_NAMES}


def _lists(result: Result, parts: Outline, charts: int) -> dict[str, tuple[object, ...]]:
    """Collect everything that may be cut, by its name in a template."""
    over = tuple(check for group in parts.undecided for check in group.over)
    return {
        "rules": result.rules,
        "incidents": parts.incidents,
        "undecided": parts.undecided,
        "over": over,
        "charts": tuple(islice(_charted(parts.incidents, over), charts)),
        "waivers": parts.waivers,
        "healthy": parts.healthy,
        "unchanged": parts.unchanged,
        "further_insights": parts.further_insights,
        "further_signatures": parts.further_signatures,
        "other_rules": parts.other_rules,
        "apart": parts.apart,
        "failed": parts.failed,
        "warned": parts.warned,
        "waiting": parts.waiting,
        "insights": parts.insights,
        "signatures": parts.signatures,
        "gone_signatures": result.gone_signatures,
        "waived": waivers_in_use(result.rules),
        "shadow": parts.shadow,
        "notes": result.notes,
        "drift": result.drift,
        "checks": parts.checks,
    }


def _charted(incidents: Sequence[ToldIncident], over: Iterable[Check]) -> Iterator[Check]:
    """Find the slices that can be drawn: the leading one of each incident, what is undecided above, then the others."""
    # A chart for each incident says more than three of the worst one.
    first = (incident.checks[:1] for incident in incidents)
    others = (incident.checks[1:] for incident in incidents)
    return (check for check in chain(*first, over, *others) if mermaid.can_draw(check))


def _within(incidents: Iterable[ToldIncident], rows: int) -> int:
    """Count the incidents whose slices fit in so many rows, one at least."""
    count = 0
    for incident in incidents:
        rows -= max(1, len(incident.checks))
        # The first one is shown whatever room there is.
        if count and rows < 0:
            break
        count += 1
    return count


def _left_out_words(left_out: Mapping[str, int]) -> str:
    """Write ``1 failed rule, 20 rows of the full table``; nothing when all is shown."""
    worst_first = [name for name in reversed(ENTRIES) if name != "rules" and left_out[name]]
    return ", ".join(_counted(left_out[name], ENTRIES[name]) for name in worst_first)


def _counted(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" of ")
    return f"{plural(count, first)}{' of ' + rest if rest else ''}"
