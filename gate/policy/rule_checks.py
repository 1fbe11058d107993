"""What is wrong with rules although each of their values can be read: ids, units, clauses, warn beside fail.

A value that was refused has been reported already; the checks stay silent about it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec import UNSET, UnsetType

from gate.model.catalogue import CATEGORIES
from gate.model.units import convert
from gate.policy import expressions, vocabulary
from gate.policy.hints import ExpressionError, nearest, quoted
from gate.policy.keys import RuleEntry
from gate.policy.located import KeyPath, Places
from gate.policy.types import Allowance

T = TypeVar("T")

CLAUSES = ("warn", "fail", "limit", "goal")
"""The keys that make a rule decide something."""


def check_rules(rules: Mapping[str, RuleEntry], places: Places, *, is_complete: bool) -> None:
    """Note everything that is wrong with the rules of a policy, and between them.

    Args:
        rules: All rules by their keys, merged with what the policy extends, as far as they could be read.
        places: Where they stand.
        is_complete: Whether everything that the policy extends could be read.

    Raises:
        TooManyProblems: Reading on has no point.
    """
    if is_complete and not places.has(("rules",)):
        places.error("the policy has no rules", "Add `rules:`, or build on `extends: preset:starter`.", ())
    elif rules and not any(rule.is_enabled for rule in rules.values()):
        places.error("every rule is switched off", "Switch on what is to be judged.", ("rules",))
    for key, rule in rules.items():
        if rule.id is not UNSET and key != rule.id:
            line = places.find(("rules", rule.id, "id")).span.line
            message = f"the id {quoted(rule.id)} is given twice; the first is in line {line}"
            places.error(message, "", ("rules", key, "id"))
        # One that nothing defines is a misspelt id. Where something could not be read, it may be defined there.
        if is_complete and not places.has(("rules", key, "metric")):
            hint = _defined_hint(key, [other for other in rules if other != key])
            places.error("`metric` is missing here", hint, ("rules", key))
        elif is_complete or rule.metric is not UNSET:
            _RuleChecks(rule, ("rules", key), places).run()


def _defined_hint(key: str, others: Sequence[str]) -> str:
    """Suggest the rule that may have been meant by one without a metric, or show how to give it one."""
    near = nearest(key, others)
    return f"Did you mean the rule `{near}`?" if near else "Add `metric: LAUNCH/launchTime`."


class _RuleChecks:
    """Checks one rule.

    Args:
        rule: The rule as far as it could be read.
        path: What its place is called.
        places: Where everything stands.
    """

    def __init__(self, rule: RuleEntry, path: KeyPath, places: Places) -> None:
        self._rule = rule
        self._path = path
        self._places = places
        self._metric = "" if rule.metric is UNSET else rule.metric
        self._categories = vocabulary.categories_of(self._metric)

    def run(self) -> None:
        """Note everything that is wrong."""
        if not any(map(self._has, CLAUSES)):
            self._error("id", "the rule allows and forbids nothing", f"Add one of {', '.join(CLAUSES)}.")
        if self._rule.when is not UNSET and not any(map(self._has, ("limit", "goal"))):
            self._places.warning(
                "the rule has neither a limit nor a goal, so `when` says nothing",
                "Remove it.",
                (*self._path, "when"),
            )
        warn = self._expression("warn", self._rule.warn, expressions.allowance)
        fail = self._expression("fail", self._rule.fail, expressions.allowance)
        self._expression("limit", self._rule.limit, expressions.limit)
        self._expression("floor", self._rule.floor, expressions.quantity)
        if warn is not None and fail is not None and _is_looser(warn, fail):
            message = (
                f"{quoted(warn.text)} would never be seen: the rule already fails at {quoted(fail.text)}"
            )
            places = [(*self._path, "warn"), (*self._path, "fail")]
            self._places.error(message, "Make the warning at most as large as `fail`.", *places)
        self._likely_metric()

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
            message = f"Apple has not been seen to serve {quoted(self._metric)}"
            self._places.warning(message, f"Did you mean `{match}`?", (*self._path, "metric"))

    def _has(self, key: str) -> bool:
        """Tell whether a key is there: with a value, or with one that was refused and has been reported."""
        return getattr(self._rule, key) is not UNSET or self._places.is_refused((*self._path, key))

    def _error(self, key: str, message: str, suggestion: str) -> None:
        self._places.error(message, suggestion, (*self._path, key))


def _is_looser(warn: Allowance, fail: Allowance) -> bool:
    """Tell whether a warning allows more than a fail on a part that both have."""
    if warn.relative is not None and fail.relative is not None and warn.relative > fail.relative:
        return True
    # A part that only one of them has can't be compared.
    if warn.absolute is None or fail.absolute is None:
        return False
    in_unit = convert(warn.absolute.value, warn.absolute.unit, fail.absolute.unit)
    return in_unit is not None and in_unit > fail.absolute.value
