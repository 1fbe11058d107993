"""What report templates do with values: `FILTERS`, described for users in `gate.report.shared.template_names`.

Templates that make JSON have `JSON_FILTERS`; both have `PLAIN_FILTERS`.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined

from gate.model.result import Check, RuleOutcome, SignatureFinding, Suspect
from gate.report import calltrees
from gate.report.shared import blame, mermaid, words
from gate.report.shared.outline import UndecidedRule, WaivedRule
from gate.report.shared.sparkline import sparkline
from gate.text import numbers, sanitize
from gate.text.words import plural, slice_words

_LONGEST_CODE = 160
"""Characters of a code span: symbols can be very long, and code does not wrap well."""
_WEB_PAGE = re.compile(r"https?://[^/\s]+/.*", re.DOTALL)
_KEPT_IN_ADDRESSES = "/:?#@!$&'*+,;=%~"
"""What an address may hold as it is; brackets and quotes would end the link."""


class Safe(str):
    """Markdown or JSON that may stand in a report as it is. Whatever is done to it gives ordinary text again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Keep Jinja from escaping it."""
        return self


def shown(value: object) -> Safe:
    """What a template prints for a value.

    Raises:
        TypeError: It has no text of its own, such as a list.
        UndefinedError: It is a name that does not exist.
    """
    if type(value) is Safe:
        return value
    if value is None:
        return Safe()
    if isinstance(value, bool):
        return Safe("true" if value else "false")
    if isinstance(value, float):
        return Safe(sanitize.inline(numbers.value(value, "")))
    if isinstance(value, str | int | Undefined):
        return Safe(sanitize.inline(str(value)))
    raise TypeError(f"a {type(value).__name__} can't be printed; print one of its fields")


def as_json(value: object) -> Safe:
    """What a template that makes JSON prints for a value: all of it as one JSON value, text in its quotes.

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
    """Text as a code span that leads to a web page; without the page when there is none."""
    shown_text = _code(text)
    if not shown_text or not _WEB_PAGE.fullmatch(url):
        return shown_text
    return Safe(f"[{shown_text}]({quote(sanitize.encodable(url), safe=_KEPT_IN_ADDRESSES)})")


def _place(signature: SignatureFinding) -> Safe:
    source = signature.source
    return _link(words.place(signature), source.url if source is not None and source.path else "")


def _explained(signature: SignatureFinding) -> Safe:
    """Entries of a list below the one of the signature, and suspects, with links, below these."""
    lines = [f"  - {sanitize.inline(line)}" for line in blame.explanation(signature)]
    suspects = signature.source.suspects if signature.source is not None else ()
    heading = f"  - {sanitize.inline(f'{blame.SUSPECTS}:')}"
    if suspects and heading in lines:
        first = lines.index(heading) + 1
        lines[first : first + len(suspects)] = [f"    - {_suspect(suspect)}" for suspect in suspects]
    return Safe("\n".join(lines))


def _suspect(suspect: Suspect) -> str:
    name, _, rest = blame.suspect_words(suspect).partition(" ")
    return f"{_link(name, suspect.url)} {sanitize.inline(rest)}"


def _tree(signature: SignatureFinding) -> Safe:
    drawn = calltrees.drawn(signature.tree) if signature.tree is not None else ""
    longest = max((len(run) for run in re.findall("`+", drawn)), default=0)
    fence = "`" * max(3, longest + 1)
    return Safe(f"{fence}text\n{drawn}{fence}") if drawn else Safe()


def _chart(check: Check) -> Safe:
    return Safe(f"```mermaid\n{mermaid.source(check)}\n```")


def _rule_sentence(told: RuleOutcome | UndecidedRule | WaivedRule | Check) -> Safe:
    rule = told.rule if isinstance(told, Check) else told.id
    rest = told.sentence.removeprefix(rule)
    gap = "" if rest != told.sentence else ": "
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


PLAIN_FILTERS: dict[str, Callable[..., Any]] = {
    "slice_words": lambda check: slice_words(check.slice, check.device_name),
    "values": words.values,
    "measured": words.measured,
    "rise": words.rise,
    "allowed": words.allowed,
    "legend": mermaid.legend,
    "blame": words.blame,
    "function": words.function,
    "signature_change": words.signature_change,
    "reason": words.REASONS.__getitem__,
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
    "tree": _tree,
    "link": _link,
}
