"""The report as one HTML file: the answer first, then charts, filters and the full table.

It needs nothing but itself: no network, and scripts only for what they add (filters, sorting, the charts of the
slices that are not among the worst). Text from outside passes `sanitize.plain` and Jinja's escaping. The page's
own policy lets no other script run than the two that are in it, by their digests.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from math import isfinite
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined
from markupsafe import Markup, escape
from msgspec import Struct

from gate.model.result import Check, Result, SignatureFinding
from gate.model.states import STATES, State
from gate.report import flamegraph
from gate.report.request import ReportRequest
from gate.report.shared import charts, signature_words, words
from gate.report.shared.first_use import used_words
from gate.report.shared.outline import Outline, outline
from gate.report.shared.told import ToldGroup, ToldIncident, ToldPlace
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import device_words, plural, slice_words

_FOLDER = "templates/html"
_CHANGE_FROM_ZERO = 1e308
"""Sorts before every other rise; JSON knows no infinity."""
_JSON_ESCAPES = str.maketrans(
    {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)
_WEB_PAGE = re.compile(r"https?://[^\s<>\"'\\]+")
_LONGEST_POLICY_LINE = 4000


class Figure(Struct, frozen=True, kw_only=True):
    """One slice of a finding, with its chart."""

    check: Check
    chart: charts.Chart | None


class HtmlIncident(Struct, frozen=True, kw_only=True):
    """An incident with its charts and flame graphs."""

    incident: ToldIncident
    figures: tuple[Figure, ...]
    signatures: tuple["Signed", ...]


class HtmlGroup(Struct, frozen=True, kw_only=True):
    """Something undecided, with charts of the slices above their line."""

    group: ToldGroup
    figures: tuple[Figure, ...]


class Signed(Struct, frozen=True, kw_only=True):
    """A signature with its flame graph."""

    signature: SignatureFinding
    flame: Markup
    """HTML; empty without call stacks."""


class Options(Struct, frozen=True, kw_only=True):
    """What a filter offers, and the place of each check among it."""

    name: str
    label: str
    words: tuple[str, ...]
    places: tuple[int, ...]
    """One for each check of the table, in its order."""


class Table(Struct, frozen=True, kw_only=True):
    """A table of slices."""

    checks: tuple[Check, ...]
    """Worst first."""
    counts: tuple[tuple[State, int], ...]
    filters: tuple[Options, ...]
    data: Markup
    """JSON for the script: the place of each row among the filters' options, its change and its chart."""


def document(request: ReportRequest) -> bytes:
    """Write the report as one HTML file."""
    return render(request.result, policy_yaml=request.policy_yaml).encode()


def render(result: Result, *, policy_yaml: str = "") -> str:
    """Write the report on a result.

    Args:
        result: What was judged.
        policy_yaml: The policy with presets and defaults resolved, as `gate.policy.show.as_yaml` writes it; empty
            leaves its section out.
    """
    return _ENVIRONMENT.get_template("report.html.jinja").render(
        result=result,
        policy_yaml=_block(policy_yaml),
        **_page(flames=any(signature.tree for signature in result.signatures)),
        **_parts(result, outline(result)),
    )


def _page(*, flames: bool) -> dict[str, object]:
    """Read the style sheet, and the scripts: the first runs before the page is drawn, the others after it is read."""
    scripts = [_source("early.js"), _source("report.js")]
    if flames:
        # Only where there is a flame graph: the script is a good part of a small report.
        scripts.append(flamegraph.script())
    return {
        "style": [Markup(flamegraph.style() + _source("report.css"))],  # noqa: S704 files of this package
        "scripts": [Markup(script) for script in scripts],  # noqa: S704 files of this package
        "box": charts.BOX,
        "system_only_words": signature_words.SYSTEM_ONLY,
    }


def _parts(result: Result, parts: Outline) -> dict[str, object]:
    """Make what the sections of the page show."""
    baseline = result.signatures_baseline
    return {
        "verdict_words": words.verdict_words(result),
        "coverage_words": words.coverage_words(parts.coverage),
        "glossary": tuple(used_words(result).values()),
        "suspects_title": signature_words.suspects_title(baseline),
        "incidents": [_incident(result, incident) for incident in parts.incidents],
        "undecided": [
            HtmlGroup(group=group, figures=_figures(result, group.over)) for group in parts.undecided
        ],
        "waivers": parts.waivers,
        "further_insights": parts.further_insights,
        "further_signatures": _signed(parts.further_signatures, baseline),
        "healthy": parts.healthy,
        "unchanged": _signed(parts.unchanged, baseline),
        "other_rules": [rule for rule in parts.other_rules if rule not in parts.healthy],
        "apart": parts.apart,
        "rule_counts": [(state, result.rule_counts.get(state, 0)) for state in STATES],
        "counts": [(state, result.counts.get(state, 0)) for state in STATES],
        "table": _table(result, parts.checks),
        "apart_table": _table(result, parts.apart_checks),
    }


def _incident(result: Result, incident: ToldIncident) -> HtmlIncident:
    return HtmlIncident(
        incident=incident,
        figures=_figures(result, incident.checks),
        signatures=_signed(incident.signatures, result.signatures_baseline),
    )


def _figures(result: Result, checks: Iterable[Check]) -> tuple[Figure, ...]:
    return tuple(Figure(check=check, chart=charts.draw(check, missing=result.candidate)) for check in checks)


def _signed(signatures: Iterable[SignatureFinding], baseline: str) -> tuple[Signed, ...]:
    return tuple(
        Signed(signature=one, flame=Markup(flamegraph.figure(one, baseline=baseline)))  # noqa: S704 made by a template that escapes
        for one in signatures
    )


def _table(result: Result, checks: Sequence[Check]) -> Table:
    counts = Counter(check.state for check in checks)
    filters = (
        _options("rule", "Rule", [check.rule for check in checks]),
        _options("category", "Category", [check.slice.category for check in checks]),
        _options(
            "device", "Device", [device_words(check.slice.device, check.device_name) for check in checks]
        ),
        _options("percentile", "Percentile", [check.slice.percentile for check in checks]),
    )
    return Table(
        checks=tuple(checks),
        counts=tuple((state, counts[state]) for state in STATES),
        filters=filters,
        data=_data(result, checks, filters),
    )


def _options(name: str, label: str, found: Sequence[str]) -> Options:
    # Rows carry the place of their option and not its words: ten thousand rows share a few dozen of them.
    distinct = tuple(sorted(set(found), key=str.casefold))
    places = {words_: place for place, words_ in enumerate(distinct)}
    return Options(name=name, label=label, words=distinct, places=tuple(places[words_] for words_ in found))


def _data(result: Result, checks: Sequence[Check], filters: Sequence[Options]) -> Markup:
    """Write one entry per row: state, place among each filter's options, change, chart; beside them, what charts share.

    Scripts read it; `charts.Chart` says what a chart is.
    """
    axes: dict[object, int] = {}
    places = zip(*(options.places for options in filters), strict=True)
    rows = [
        [check.state, *own, _sortable(check), _chart(check, result.candidate, axes)]
        for check, own in zip(checks, places, strict=True)
    ]
    return _json({"box": charts.BOX, "axes": list(axes), "rows": rows})


def _chart(check: Check, candidate: str, axes: dict[object, int]) -> list[object] | None:
    """Draw paths, texts, and which axis of versions it has; new ones are added to `axes`."""
    chart = charts.draw(check, missing=candidate)
    if chart is None:
        return None
    # Most charts have the same axis of versions, so each is written once.
    return [chart.paths, _shown(chart.texts), axes.setdefault(_shown(chart.versions), len(axes))]


def _shown(texts: Iterable[charts.Text]) -> tuple[charts.Text, ...]:
    return tuple([(style, x, y, _sanitized(words_)) for style, x, y, words_ in texts])


def _sortable(check: Check) -> float | None:
    if check.change is None:
        return None
    relative = check.change.relative
    return round(relative, 6) if relative is not None else _CHANGE_FROM_ZERO


def _json(data: object) -> Markup:
    """Write JSON that can stand in a script element: nothing in it can end the element or a line."""
    text = msgspec.json.encode(data).decode()
    return Markup(text.translate(_JSON_ESCAPES))  # noqa: S704 escaped for its place, which is not HTML


def _block(text: str) -> Markup:
    """Write text of several lines, sanitized line by line, with its indentation."""
    lines = text.splitlines()
    indents = [" " * (len(line) - len(line.lstrip(" "))) for line in lines]
    return Markup("\n").join(
        indent + sanitize.plain(line, _LONGEST_POLICY_LINE)
        for indent, line in zip(indents, lines, strict=True)
    )


def _digests(sources: Iterable[str]) -> Markup:
    """Name scripts or styles as the page's own policy names them."""
    # Content Security Policy Level 3, "hash-source": only what was hashed here is run.
    digests = (b64encode(sha256(source.encode()).digest()).decode() for source in sources)
    return Markup(" ").join(Markup("'sha256-{}'").format(digest) for digest in digests)


def _printed(printed: object) -> object:
    """Print a value.

    Raises:
        TypeError: It has no text of its own, such as a list or a number that needs a unit.
    """
    if isinstance(printed, Markup | Undefined) or type(printed) is int:
        return printed
    if isinstance(printed, str):
        return _sanitized(printed)
    raise TypeError(f"a {type(printed).__name__} can't be printed; print one of its fields")


@lru_cache(maxsize=10_000)
def _sanitized(text: str) -> str:
    return sanitize.glued(sanitize.plain(text))


def _page_address(url: str) -> Markup:
    """Write the address of a web page that people may follow; empty for anything else."""
    # Escaping alone would let ``javascript:`` through.
    return escape(url) if _WEB_PAGE.fullmatch(url) else Markup()


def _prose(text: str) -> Markup:
    """Write a sentence of the gate's own, in which what stands between backticks is code."""
    parts = _sanitized(text).split("`")
    if len(parts) % 2 == 0:
        return escape(_sanitized(text))
    shown_parts = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
    return Markup().join(shown_parts)


def _width(fraction: float) -> int:
    """Write a share as a part of 100; never more, whatever Apple sends."""
    return round(100 * min(1.0, max(0.0, fraction))) if isfinite(fraction) else 0


def _where(place: ToldPlace) -> str:
    return signature_words.line_of(place.path, place.line) or place.function


def _references(signature: SignatureFinding) -> str:
    known = [one for one in signature.references if one.value is not None]
    return ", ".join(f"{one.version}: {share(one.value or 0.0)}" for one in known)


_FILTERS: dict[str, Callable[..., Any]] = {
    "blamed_by": signature_words.blamed_by,
    "digests": _digests,
    "frame": signature_words.frame_words,
    "function": signature_words.function,
    "geometry": escape,
    "kind": words.KINDS.__getitem__,
    "lines": words.reference_lines,
    "measured": words.measured,
    "missing_suspects": signature_words.missing_suspects,
    "numbers": charts.numbers,
    "page": _page_address,
    "passing_line": words.passing_line,
    "plural": plural,
    "point": words.with_margin,
    "prose": _prose,
    "reason": words.REASONS.__getitem__,
    "references": _references,
    "rise": words.rise,
    "share": share,
    "slice_words": lambda check: slice_words(check.slice, check.device_name),
    "source": signature_words.source_words,
    "suspect": signature_words.suspect_words,
    "values": words.values,
    "where": _where,
    "whereabouts": signature_words.whereabouts,
    "width": _width,
}


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        finalize=_printed,
        undefined=StrictUndefined,
        loader=PackageLoader("gate.report", _FOLDER),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _FILTERS
    return environment


# Made once, because it keeps the templates that it has compiled.
_ENVIRONMENT = _environment()


def _source(name: str) -> str:
    """Read a file of this package, as it is."""
    loader = _ENVIRONMENT.loader
    return loader.get_source(_ENVIRONMENT, name)[0] if loader is not None else ""
