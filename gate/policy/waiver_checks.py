"""What is wrong with waivers although each of their values can be read: target, ceiling and end must fit together.

A value that was refused has been reported already; the checks stay silent about it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from msgspec import UNSET, UnsetType

from gate.model.catalogue import CATEGORIES, common_units
from gate.model.units import convert
from gate.policy import expressions, keys, vocabulary
from gate.policy.ceilings import Wanted, ceiling, share_ceiling
from gate.policy.hints import ExpressionError, did_you_mean, nearest, quoted
from gate.policy.located import KeyPath, LocatedDocument
from gate.policy.problems import Problems
from gate.policy.types import Ceiling, InsightLevels, Signatures

T = TypeVar("T")

TARGETS = ("rule", "insight", "signature")
"""What a waiver can be about; each is about exactly one."""

_ENDS = ("until", "through_version")
_FITTING = ("metric", "fail", "limit", "goal")
"""The keys of a rule that say which ceilings fit it."""
_ANY_EXAMPLE = 'Add the most that is accepted, such as `up_to: "+15%"`.'
_RISE_EXAMPLE = 'Add the largest rise that is accepted, such as `up_to: "+15%"`.'
_SHARE_EXAMPLE = 'Add the largest share of its type that is accepted, such as `up_to: "45%"`.'


class WaivedPolicy(NamedTuple):
    """What the waivers of a policy are about."""

    merged: keys.PolicyDocument
    """All texts of the policy merged: its rules and its levels."""
    is_complete: bool
    """Whether everything that makes up the policy could be read."""
    is_refused: Callable[[KeyPath], bool]
    """Tells whether a key of a rule, ``("rules", "launch", "fail")``, was given a value that was refused."""

    def rules(self) -> dict[str, keys.RuleEntry]:
        """Collect all rules by id; none when they are not all known, because one could not be read."""
        rules = _given(self.merged.rules, ())
        by_id = {str(rule.id): rule for rule in rules if rule.id is not UNSET}
        return by_id if self.is_complete and len(by_id) == len(rules) else {}


def check_waivers(
    located: LocatedDocument, policy: WaivedPolicy, problems: Problems, today: date | None
) -> None:
    """Note everything that is wrong with the waivers of a document.

    Args:
        located: The document as far as it could be read.
        policy: What its waivers are about.
        problems: Where to note what is found.
        today: The day on which waivers are looked at; None leaves their expiry alone.
    """
    for index, waiver in enumerate(_given(located.document.waivers, ())):
        _WaiverChecks(waiver, ("waivers", index), located, problems).run(policy)
    if today is not None:
        _warn_of_ended(located, problems, today)


def _warn_of_ended(located: LocatedDocument, problems: Problems, today: date) -> None:
    """Warn of waivers whose last day is over; they load, but do not hold."""
    for index, waiver in enumerate(_given(located.document.waivers, ())):
        if waiver.until is not UNSET and date.fromisoformat(waiver.until) < today:
            at = located.span(("waivers", index, "until"))
            message = f"this waiver expired on {waiver.until} and no longer applies"
            problems.warning(at, message, "Remove it, or give it a later end.")


class _WaiverChecks:
    """Checks one waiver.

    Args:
        waiver: The waiver as far as it could be read.
        path: Where in the document it is.
        located: The document.
        problems: Where to note what is found.
    """

    def __init__(
        self, waiver: keys.WaiverEntry, path: KeyPath, located: LocatedDocument, problems: Problems
    ) -> None:
        self._waiver = waiver
        self._path = path
        self._located = located
        self._problems = problems

    def run(self, policy: WaivedPolicy) -> None:
        """Note everything that is wrong."""
        # Asked of the document and not of the values: what was refused has been reported already.
        targets = [key for key in TARGETS if self._has(key)]
        if not any(map(self._has, _ENDS)):
            self._error((), "a waiver needs an end", 'Add `until: 2026-12-31` or `through_version: "3.4"`.')
        if len(targets) != 1:
            self._target_count(targets)
            self._ceiling(Wanted(), _ANY_EXAMPLE)
        elif targets == ["rule"]:
            self._rule(policy)
        elif targets == ["insight"]:
            self._insight(_given(policy.merged.insights, keys.InsightsSection()))
        else:
            self._signature(_given(policy.merged.signatures, keys.SignaturesSection()))

    def _target_count(self, targets: Sequence[str]) -> None:
        if not targets:
            hint = "Add `rule: launch-typical`, `insight: LAUNCH/launchTime`, or `signature:` with a symbol."
            self._error((), "a waiver needs something that it is about", hint)
            return
        message = f"a waiver is about one thing, and this one names {' and '.join(targets)}"
        self._error((targets[1],), message, "Write one waiver for each.")

    def _rule(self, policy: WaivedPolicy) -> None:
        name, rules = self._waiver.rule, policy.rules()
        rule = None if name is UNSET else rules.get(name)
        # A waiver of a rule that was renamed would be silently dead.
        if name is not UNSET and rules and rule is None:
            self._error(("rule",), f"no rule has the id {quoted(name)}", did_you_mean(name, rules))
        if rule is None or any(policy.is_refused(("rules", str(name), key)) for key in _FITTING):
            # Nobody knows what the ceiling has to fit, but it can still be wrong in itself.
            self._ceiling(Wanted(), _ANY_EXAMPLE)
            return
        if not rule.is_enabled:
            message = f"the rule {quoted(str(name))} is switched off, so this waiver has nothing to do"
            self._warning("rule", message, "Remove it.")
            self._ceiling(Wanted(), _ANY_EXAMPLE)
            return
        has_line = rule.limit is not UNSET or rule.goal is not UNSET
        if rule.fail is UNSET and not has_line:
            hint = "Remove the waiver, or give the rule a `fail`."
            self._warning("rule", f"{quoted(str(rule.id))} only warns, so there is nothing to waive", hint)
        categories = () if rule.metric is UNSET else vocabulary.categories_of(rule.metric)
        # A rule that only warns is treated as one about rises: its waiver is pointless, but not wrong.
        wanted = Wanted(rule.fail is not UNSET or not has_line, has_line, categories)
        found = self._ceiling(wanted, _value_example(rule, categories) if has_line else _RISE_EXAMPLE)
        if found is not None:
            self._warn_of_a_low_ceiling(found, rule, categories)

    def _insight(self, levels: keys.InsightsSection) -> None:
        name = self._waiver.insight
        if name is not UNSET and vocabulary.is_glob(name):
            message = f"{quoted(name)} would cover insights that nobody has looked at"
            self._error(("insight",), message, "Name one metric, and write one waiver for each.")
        elif name is not UNSET:
            self._warn_of_a_metric(name)
        if not _any_fails(levels, InsightLevels()):
            hint = "Set a level of `insights` to fail, or remove the waiver."
            self._warning("insight", "no insight fails in this policy, so there is nothing to waive", hint)
        self._ceiling(Wanted(levels=False, is_insight=True), _RISE_EXAMPLE)

    def _signature(self, levels: keys.SignaturesSection) -> None:
        parts = keys.SignatureSelectorEntry.__struct_fields__
        if self._waiver.signature is not UNSET and not any(self._has("signature", part) for part in parts):
            hint = f"Add one of {', '.join(parts)}."
            self._error(("signature",), "this entry would mean every signature", hint)
        if levels.max_weight is UNSET and not _any_fails(levels, Signatures()):
            hint = "Give `signatures` a `max_weight`, set `new` or `growing` to fail, or remove the waiver."
            self._warning(
                "signature", "no signature fails in this policy, so there is nothing to waive", hint
            )
        self._ceiling(None, _SHARE_EXAMPLE)

    def _ceiling(self, wanted: Wanted | None, example: str) -> Ceiling | None:
        """Read the ceiling, a share where nothing else is wanted; None after its problem has been noted."""
        text = self._waiver.up_to
        if text is UNSET:
            if not self._has("up_to"):
                self._error((), "a waiver needs a ceiling: `up_to` is missing here", example)
            return None
        try:
            return share_ceiling(str(text)) if wanted is None else ceiling(str(text), wanted)
        except ExpressionError as error:
            self._error(("up_to",), f"`up_to`: {error.message}", error.suggestion)
            return None

    def _warn_of_a_low_ceiling(
        self, found: Ceiling, rule: keys.RuleEntry, categories: tuple[str, ...]
    ) -> None:
        """Warn of a ceiling at or below what the rule allows anyway: whatever fails is above it."""
        for key, line in _lines(found, rule, categories):
            message = f"the ceiling is not above `{key}` of the rule, {quoted(line)}, so it covers nothing"
            self._warning("up_to", message, "Write the most that is accepted.")

    def _warn_of_a_metric(self, metric: str) -> None:
        known = [
            f"{category}/{name}"
            for category in vocabulary.categories_of(metric)
            for name in CATEGORIES[category].metrics
        ]
        match = "" if metric in known else nearest(metric, known)
        # Apple publishes no list of metrics, so a name that was never seen may be right: it is no error.
        if match:
            message = f"Apple has not been seen to serve {quoted(metric)}"
            self._warning("insight", message, f"Did you mean `{match}`?")

    def _has(self, *keys_: str) -> bool:
        return self._located.has((*self._path, *keys_))

    def _error(self, keys_: tuple[str, ...], message: str, suggestion: str) -> None:
        self._problems.error(self._located.span((*self._path, *keys_)), message, suggestion)

    def _warning(self, key: str, message: str, suggestion: str) -> None:
        self._problems.warning(self._located.span((*self._path, key)), message, suggestion)


def _lines(found: Ceiling, rule: keys.RuleEntry, categories: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Find the lines of a rule that a ceiling is not above: key and text of each."""
    try:
        fail = None if rule.fail is UNSET else expressions.allowance(rule.fail, categories)
        limit = None if rule.limit is UNSET else expressions.limit(rule.limit, categories)
    except ExpressionError:
        return  # reported where the rule is checked
    allowed = None if fail is None else fail.relative
    if fail is not None and allowed is not None and found.relative is not None and found.relative <= allowed:
        yield "fail", fail.text
    if limit is not None and found.level is not None:
        in_unit = convert(found.level.value, found.level.unit, limit.quantity.unit)
        if in_unit is not None and in_unit <= limit.quantity.value:
            yield "limit", limit.text


def _value_example(rule: keys.RuleEntry, categories: tuple[str, ...]) -> str:
    units = common_units(categories)
    where = f", in {' or '.join(units)}" if units else ""
    value = f"the largest value that is accepted{where}"
    if rule.fail is UNSET:
        return f"Add `up_to:` with {value}."
    return f'Add `up_to:` with {value}, the largest rise, such as "+15%", or both joined by `and`.'


def _any_fails(
    section: keys.InsightsSection | keys.SignaturesSection, defaults: InsightLevels | Signatures
) -> bool:
    """Tell whether any level of a section, its defaults included, is ``fail``."""
    levels = ("regressions", "high_impact", "trending_up", "new", "growing")
    found = {_given(getattr(section, key), getattr(defaults, key)) for key in levels if hasattr(section, key)}
    return "fail" in found


def _given(value: T | UnsetType, default: T) -> T:
    return default if value is UNSET else value
