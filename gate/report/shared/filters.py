"""What report templates do with values, and how they print them: the forms `MARKDOWN` and `JSON`.

`gate.report.shared.template_names` describes the filters for users.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined

from gate.model.result import Check, RuleOutcome, SignatureFinding, Suspect
from gate.report.shared import mermaid, signature_words, tree, words
from gate.report.shared.sparkline import sparkline
from gate.report.shared.templating import Form, Safe
from gate.report.shared.told import ToldIncident, ToldPlace
from gate.report.shared.waivers import WaivedRule
from gate.text import numbers, sanitize
from gate.text.words import plural, slice_words

_LONGEST_CODE = 160
"""Characters of a code span: symbols can be very long, and code does not wrap well."""
_WEB_PAGE = re.compile(r"https?://[^/\s]+/.*", re.DOTALL)
_KEPT_IN_ADDRESSES = "/:?#@!$&'*+,;=%~"
"""What an address may hold as it is; brackets and quotes would end the link."""


def as_markdown(value: object) -> Safe:
    """Print a value in a template that makes Markdown.

    Raises:
        TypeError: It has no text of its own, such as a list.
        UndefinedError: It is a name that does not exist.
    """
    if type(value) is Safe:
        return value
    if value is None:
        return Safe()
    # Before numbers: in Python true is an int.
    if isinstance(value, bool):
        return Safe("true" if value else "false")
    if isinstance(value, float):
        return Safe(sanitize.inline(numbers.value(value, "")))
    if isinstance(value, str | int | Undefined):
        return Safe(sanitize.inline(str(value)))
    raise TypeError(f"a {type(value).__name__} can't be printed; print one of its fields")


def as_json(value: object) -> Safe:
    """Print a value in a template that makes JSON: all of it as one JSON value, text in its quotes.

    Raises:
        TypeError: It has no form of its own, such as a list.
        UndefinedError: It is a name that does not exist.
    """
    if type(value) is Safe:
        return value
    if isinstance(value, str | Undefined):
        return Safe(json.dumps(sanitize.plain(str(value))))
    if value is None or isinstance(value, int | float):
        return Safe(json.dumps(value, allow_nan=False))
    raise TypeError(f"a {type(value).__name__} can't be printed; print one of its fields")


def _chat(text: object, limit: int = sanitize.LIMIT) -> Safe:
    return Safe(json.dumps(sanitize.chat(str(text), limit)))


def _code(text: object, limit: int = _LONGEST_CODE) -> Safe:
    return Safe(sanitize.code(str(text), limit))


def _prose(text: object, limit: int = sanitize.LIMIT) -> Safe:
    return Safe(sanitize.prose(str(text), limit))


def _link(text: object, url: str) -> Safe:
    """Write text as a code span that leads to a web page; without the page when there is none."""
    shown_text = _code(text)
    # A link to ``javascript:`` or to a file of the reader's machine must not come out of a result.
    if not shown_text or not _WEB_PAGE.fullmatch(url):
        return shown_text
    return Safe(f"[{shown_text}]({quote(sanitize.encodable(url), safe=_KEPT_IN_ADDRESSES)})")


def _place(where: SignatureFinding | ToldPlace) -> Safe:
    if isinstance(where, ToldPlace):
        return _link(signature_words.line_of(where.path, where.line) or where.function, where.url)
    found = signature_words.whereabouts(where)
    return Safe(f"{found.relation}{_link(f'{found.text}{found.whose}', found.url)}")


def _explained(signature: SignatureFinding) -> Safe:
    """Write entries of a list below the one of the signature, and suspects, with links, below these."""
    return _entries(signature_words.explanation(signature))


def _path(signature: SignatureFinding) -> Safe:
    return _entries(signature_words.path_lines(signature), indent="    ")


def _entries(lines: Iterable[signature_words.ExplanationLine], indent: str = "  ") -> Safe:
    return Safe(
        "\n".join(
            f"{indent}- {sanitize.inline(line.text)}"
            if line.suspect is None
            else f"{indent}  - {_suspect(line.suspect)}"
            for line in lines
        )
    )


def _suspect(suspect: Suspect) -> Safe:
    name = _link(signature_words.suspect_name(suspect), suspect.url)
    return Safe(f"{name} {sanitize.inline(signature_words.suspect_deed(suspect))}")


def _tree(signature: SignatureFinding) -> Safe:
    drawn = tree.draw(signature.tree) if signature.tree is not None else ""
    # A longer run of backticks inside would end the fence (CommonMark, "Fenced code blocks").
    longest = max((len(run) for run in re.findall("`+", drawn)), default=0)
    fence = "`" * max(3, longest + 1)
    return Safe(f"{fence}text\n{drawn}{fence}") if drawn else Safe()


def _chart(check: Check) -> Safe:
    return Safe(f"```mermaid\n{mermaid.source(check, words.reference_lines(check))}\n```")


def _rule_sentence(outcome: RuleOutcome | WaivedRule | Check) -> Safe:
    # A waiver's sentence begins with the id of its rule; it is compared as a value, and nothing is read out.
    rule = outcome.rule if isinstance(outcome, Check) else outcome.id
    rest = outcome.sentence.removeprefix(rule)
    gap = "" if rest != outcome.sentence else ": "
    return Safe(f"{_code(rule)}{gap}{_after(rest)}")


def _after(rest: str) -> str:
    lead = " " if rest[:1].isspace() else ""
    return lead + sanitize.prose(rest)


def _sign(state: words.Sign) -> Safe:
    return Safe(words.SIGNS[state])


def _bars(check: Check) -> Safe:
    version = check.candidate.version if check.candidate is not None else ""
    compared = check.baseline.versions if check.baseline is not None else ()
    return _code(sparkline(check.history, version, compared))


def _about(incident: ToldIncident) -> str:
    """Write places, suspects, rules, owner and advice of an incident on one line."""
    lines = [
        f"{signature_words.role_of(place.is_caller)}: {signature_words.line_of(place.path, place.line) or place.function}"
        + (
            f", touched by {', '.join(map(signature_words.suspect_name, place.suspects))}"
            if place.suspects
            else ""
        )
        for place in incident.places
    ]
    if incident.rules:
        lines.append(f"Rules: {', '.join(rule.id for rule in incident.rules)}")
    if incident.owners:
        lines.append(f"Owner: {', '.join(incident.owners)}")
    return ". ".join([*lines, *(f"Advice: {advice.rstrip('.')}" for advice in incident.advice)])


PLAIN_FILTERS: dict[str, Callable[..., Any]] = {
    "slice_words": lambda check: slice_words(check.slice, check.device_name),
    "values": words.values,
    "measured": words.measured,
    "rise": words.rise,
    "allowed": words.allowed,
    "passes_at": words.passes_at,
    "conclusive": words.conclusive,
    "legend": lambda check: mermaid.legend(check, words.reference_lines(check)),
    "blame": signature_words.place,
    "function": signature_words.function,
    "signature_change": signature_words.change,
    "about": _about,
    "blamed_by": signature_words.blamed_by,
    "reason": words.REASONS.__getitem__,
    "kind": words.KINDS.__getitem__,
    "plural": plural,
    "value": numbers.value,
    "change": numbers.change,
    "share": numbers.share,
    "cut": sanitize.plain,
}

JSON_FILTERS: dict[str, Callable[..., Any]] = PLAIN_FILTERS | {"chat": _chat}

FILTERS: dict[str, Callable[..., Any]] = PLAIN_FILTERS | {
    "code": _code,
    "prose": _prose,
    "rule_sentence": _rule_sentence,
    "sign": _sign,
    "bars": _bars,
    "chart": _chart,
    "place": _place,
    "explained": _explained,
    "path": _path,
    "suspect": _suspect,
    "tree": _tree,
    "link": _link,
}

MARKDOWN = Form(shown=as_markdown, filters=FILTERS)
JSON = Form(shown=as_json, filters=JSON_FILTERS)
