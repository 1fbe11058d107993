"""What is wrong with rules although each of their values can be read: ids, units, clauses, warn beside fail.

A value that was refused has been reported already; the checks stay silent about it.
"""

from collections.abc import Callable
from typing import TypeVar

from msgspec import UNSET, UnsetType

from gate.model.catalogue import CATEGORIES, SERVED_PLATFORM
from gate.model.units import convert
from gate.policy import expressions, keys, vocabulary
from gate.policy.hints import ExpressionError, nearest, quoted
from gate.policy.located import KeyPath, LocatedDocument
from gate.policy.problems import Problems, Span
from gate.policy.types import Allowance

T = TypeVar("T")

CLAUSES = ("warn", "fail", "limit", "goal")
"""The keys that make a rule decide something."""

_ONLY_IOS = f"Apple's API serves these metrics for {SERVED_PLATFORM} only"


def check_rules(located: LocatedDocument, problems: Problems) -> None:
    """Note everything that is wrong with the rules of a document, and between them.

    Args:
        located: The document as far as it could be read.
        problems: Where to note what is found.
    """
    # A preset brings its own rules.
    if not located.has(("rules",)) and not located.has(("extends",)):
        hint = "Add `rules:`, or build on `extends: preset:starter`."
        problems.error(located.span(()), "the policy has no rules", hint)
    rules = located.document.rules
    first: dict[str, Span] = {}
    for index, rule in enumerate(() if rules is UNSET else rules):
        path: KeyPath = ("rules", index)
        at = located.span((*path, "id"))
        if rule.id is not UNSET and rule.id in first:
            line = first[rule.id].line
            problems.error(at, f"the id {quoted(rule.id)} is given twice; the first is in line {line}")
        elif rule.id is not UNSET:
            first[rule.id] = at
        _RuleChecks(rule, path, located, problems).run()


class _RuleChecks:
    """Checks one rule.

    Args:
        rule: The rule as far as it could be read.
        path: Where in the document it is.
        located: The document.
        problems: Where to note what is found.
    """

    def __init__(
        self, rule: keys.RuleEntry, path: KeyPath, located: LocatedDocument, problems: Problems
    ) -> None:
        self._rule = rule
        self._path = path
        self._located = located
        self._problems = problems
        self._metric = "" if rule.metric is UNSET else rule.metric
        self._categories = vocabulary.categories_of(self._metric)

    def run(self) -> None:
        """Note everything that is wrong."""
        if not any(self._located.has((*self._path, clause)) for clause in CLAUSES):
            self._error("id", "the rule allows and forbids nothing", f"Add one of {', '.join(CLAUSES)}.")
        warn = self._expression("warn", self._rule.warn, expressions.allowance)
        fail = self._expression("fail", self._rule.fail, expressions.allowance)
        self._expression("limit", self._rule.limit, expressions.limit)
        self._expression("floor", self._rule.floor, expressions.quantity)
        if warn is not None and fail is not None and _is_looser(warn, fail):
            message = (
                f"{quoted(warn.text)} would never be seen: the rule already fails at {quoted(fail.text)}"
            )
            self._error("warn", message, "Make the warning at most as large as `fail`.")
        self._likely_metric()
        self._served()

    def _expression(
        self, key: str, text: str | UnsetType, read: Callable[[str, tuple[str, ...]], T]
    ) -> T | None:
        """Read an expression; None when there is none, or after its problem has been noted."""
        if text is UNSET:
            return None
        try:
            # Read a second time, now with the categories of the rule's metric: only they say which units fit.
            return read(text, self._categories)
        except ExpressionError as error:
            self._error(key, f"`{key}`: {error.message}", error.suggestion)
            return None

    def _likely_metric(self) -> None:
        """Warn of an identifier that was never seen but is like one that was."""
        known = [
            f"{category}/{name}" for category in self._categories for name in CATEGORIES[category].metrics
        ]
        # Apple publishes no list of metrics, so a name that was never seen may be right: it is no error.
        if vocabulary.is_glob(self._metric) or self._metric in known:
            return
        name = self._metric.partition("/")[2]
        elsewhere = [f"{category}/{name}" for category, about in CATEGORIES.items() if name in about.metrics]
        match = nearest(self._metric, known) or next(iter(elsewhere), "")
        if match:
            self._problems.warning(
                self._located.span((*self._path, "metric")),
                f"Apple has not been seen to serve {quoted(self._metric)}",
                f"Did you mean `{match}`?",
            )

    def _served(self) -> None:
        """Refuse a rule that could never be decided: Apple's API has no metrics of what it asks for."""
        platform, device = self._rule.platform, self._rule.device
        if (
            platform is not UNSET
            and platform != "any"
            and not vocabulary.matching(platform, [SERVED_PLATFORM])
        ):
            self._error(
                "platform", f"{quoted(platform)} can't be judged: {_ONLY_IOS}", "Leave `platform` out."
            )
        if device is not UNSET and not vocabulary.can_have_ios(device):
            hint = "Use all_iphones, all_ipads or a model of these."
            self._error("device", f"{quoted(device)} can't be judged: {_ONLY_IOS}", hint)

    def _error(self, key: str, message: str, suggestion: str) -> None:
        self._problems.error(self._located.span((*self._path, key)), message, suggestion)


def _is_looser(warn: Allowance, fail: Allowance) -> bool:
    """Tell whether a warning allows more than a fail on a part that both have."""
    if warn.relative is not None and fail.relative is not None and warn.relative > fail.relative:
        return True
    # A part that only one of them has can't be compared.
    if warn.absolute is None or fail.absolute is None:
        return False
    in_unit = convert(warn.absolute.value, warn.absolute.unit, fail.absolute.unit)
    return in_unit is not None and in_unit > fail.absolute.value
