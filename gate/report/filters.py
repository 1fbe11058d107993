"""What report templates do with values: `FILTERS`, described for users in `gate.report.names`."""

from collections.abc import Callable
from typing import Any

from jinja2 import Undefined

from gate.model import numbers
from gate.model.result import Check, RuleOutcome
from gate.model.words import plural, slice_words
from gate.report import harmless, words
from gate.report.outline import UndecidedRule
from gate.report.sparkline import sparkline

_LONGEST_CODE = 160
"""Characters of a code span: symbols can be very long, and code does not wrap well."""


class Safe(str):
    """Markdown that may stand in a report as it is. Whatever is done to it gives ordinary text again."""

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
        return Safe(harmless.inline(numbers.value(value, "")))
    if isinstance(value, str | int | Undefined):
        return Safe(harmless.inline(str(value)))
    raise TypeError(f"a {type(value).__name__} can't be printed; print one of its fields")


def _code(text: object, limit: int = _LONGEST_CODE) -> Safe:
    return Safe(harmless.code(str(text), limit))


def _prose(text: object, limit: int = harmless.LIMIT) -> Safe:
    return Safe(harmless.prose(str(text), limit))


def _rule_sentence(told: RuleOutcome | UndecidedRule | Check) -> Safe:
    rule = told.rule if isinstance(told, Check) else told.id
    rest = told.sentence.removeprefix(rule)
    gap = "" if rest != told.sentence else ": "
    return Safe(f"{_code(rule)}{gap}{_after(rest)}")


def _after(rest: str) -> str:
    lead = " " if rest[:1].isspace() else ""
    return lead + harmless.prose(rest)


def _sign(state: words.Sign) -> Safe:
    return Safe(words.SIGNS[state])


def _bars(check: Check) -> Safe:
    version = check.candidate.version if check.candidate is not None else ""
    return _code(sparkline(check.history, version))


FILTERS: dict[str, Callable[..., Any]] = {
    "code": _code,
    "prose": _prose,
    "rule_sentence": _rule_sentence,
    "sign": _sign,
    "slice_words": lambda check: slice_words(check.slice, check.device_name),
    "values": words.values,
    "measured": words.measured,
    "rise": words.rise,
    "bars": _bars,
    "blame": words.blame,
    "signature_change": words.signature_change,
    "reason": words.REASONS.__getitem__,
    "plural": plural,
    "value": numbers.value,
    "change": numbers.change,
    "share": numbers.share,
}
