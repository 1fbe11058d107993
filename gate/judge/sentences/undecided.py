"""Why slices are undecided, told for all of one cause at once, and what would change it."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from gate.judge.eligibility import Stale
from gate.judge.seen import Seen
from gate.judge.sentences.slices import stale_words
from gate.model.catalogue import CATEGORIES, DEVICE_GROUPS
from gate.model.facts import Facts, SliceKey
from gate.model.result import Check, RuleOutcome
from gate.policy.types import Policy, Rule
from gate.text.numbers import change, margin, pair, value
from gate.text.words import device_words, metric_words, plural, version_list

Cause = Literal[
    "over_line",
    "stale",
    "contradiction",
    "unit",
    "values",
    "too_noisy",
    "together",
    "day_0",
    "gap",
    "first_version",
    "new_slice",
    "thin",
    "no_goal_yet",
    "no_platform",
    "no_metric",
    "no_device",
    "no_percentile",
    "no_goal",
    "bad_pin",
    "all_excluded",
]
"""Why something is undecided, more finely than its reason says."""

_DAY = 86400.0
_YOUNG = 28
"""Days; of an older version its age does not explain why Apple has no numbers."""
_SHOWN = 3
"""So many things are named; the checks of a group are listed beside its sentence anyway."""


class Gap(Struct, frozen=True, kw_only=True):
    """An undecided check with its rule; or a rule that is undecided although its slices are not."""

    rule: Rule
    position: int | None = None
    """Of the check in the result."""
    check: Check | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What the sentences of a run may speak of."""

    policy: Policy
    outcomes: Mapping[str, RuleOutcome]
    """By id, of the rules that are told."""
    seen: Seen
    facts: Facts
    now: float
    """Epoch seconds."""
    stale: Stale | None = None
    """Set when all data is too old."""

    def waits_for(self, rule: Rule) -> bool:
        """Tell whether a rule is undecided, and not excepted by `on_undecided: ignore`."""
        return self.outcomes[rule.id].state == "undecided" and rule.on_undecided != "ignore"


def explain_group(told: Told, cause: Cause, gaps: Sequence[Gap]) -> str:
    """Say in one sentence what is missing or what was seen.

    Args:
        told: What there is to speak of.
        cause: What all gaps have in common.
        gaps: At least one, the most important first.
    """
    return _sentence(_FACTS[cause](told, gaps))


def suggest(told: Told, cause: Cause, gaps: Sequence[Gap]) -> str:
    """Say in one sentence what would decide the gaps, or what the policy should say instead."""
    if cause in _POLICY_REMEDIES and not _waiting(told, gaps):
        return _sentence(_settled(told, gaps))
    return _sentence(_REMEDIES[cause](told, gaps))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# --- what is named -----------------------------------------------------------------------------------------


def name_some(names: Iterable[str], *, last: str = "and") -> str:
    """List names once each: ``a``, ``a and b``, ``a, b, c and 4 more``."""
    listed = list(dict.fromkeys(names))
    shown, more = listed[:_SHOWN], len(listed) - _SHOWN
    if more == 1:
        # "and 1 more" is as long as the name itself.
        shown, more = listed, 0
    if more > 0:
        return f"{', '.join(shown)} {last} {more} more"
    return f" {last} ".join([part for part in (", ".join(shown[:-1]), *shown[-1:]) if part])


def _metric(key: SliceKey) -> str:
    """Name a metric, or what a glob stands for: ``launch time``, ``storage metrics``, ``any metric``."""
    if not _is_glob(key.name):
        return metric_words(key.category, key.metric)
    if key.category in CATEGORIES and key.metric == "*":
        return f"{key.category.lower()} metrics"
    return "any metric" if key.name == "*/*" else f"{key.name} metrics"


def _device(key: SliceKey, name: str = "") -> str:
    if key.device == "all_*":
        return "any group of devices"
    return f"{key.device} models" if _is_glob(key.device) else device_words(key.device, name)


def _is_glob(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def _slice(check: Check) -> str:
    key = check.slice
    percentile = "" if key.percentile == "any" else f" {key.percentile}"
    return f"{_metric(key)}{percentile} on {_device(key, check.device_name)}"


def _checks(gaps: Iterable[Gap]) -> list[Check]:
    return [gap.check for gap in gaps if gap.check is not None]


def _subjects(told: Told, gaps: Iterable[Gap]) -> list[str]:
    """Name metrics; slices of metrics of which the rest is as it should be."""
    checks = _checks(gaps)
    measured = {key.name for key in told.seen.keys if told.seen.is_measured_now(key)}
    return [_slice(check) if check.slice.name in measured else _metric(check.slice) for check in checks]


def _rule_names(gaps: Iterable[Gap]) -> str:
    return name_some(gap.rule.id for gap in gaps)


def _waiting(told: Told, gaps: Iterable[Gap]) -> list[Gap]:
    """Keep those whose rules are undecided, and not excepted by `on_undecided: ignore`."""
    return [gap for gap in gaps if told.waits_for(gap.rule)]


def _ignore(gaps: Sequence[Gap]) -> str:
    return f"set `on_undecided: ignore` on {'it' if len({gap.rule.id for gap in gaps}) == 1 else 'them'}"


def _no_version(told: Told) -> str:
    versions = told.seen.versions
    if len(versions) == 1:
        return f"{versions[0]}, the only version in the data, has no numbers for"
    return (
        f"none of the {len(versions)} versions in the data ({versions[0]} to {versions[-1]}) has numbers for"
    )


# --- not yet -----------------------------------------------------------------------------------------------


def _age(told: Told) -> str:
    """Say how long the version can have been on sale at most; empty when that is not known, or explains nothing."""
    earliest = told.facts.candidate_not_before
    if earliest is None or not 0.0 <= told.now - earliest <= _YOUNG * _DAY:
        return ""
    days = max(1, math.ceil((told.now - earliest) / _DAY))
    return f"; it went on sale at most {plural(days, 'day')} ago"


def _day_0(told: Told, gaps: Sequence[Gap]) -> str:
    seen = told.seen
    if not seen.versions:
        name = (
            f" for this app, so nothing of {seen.candidate} can be judged"
            if seen.candidate
            else " for this app"
        )
        return f"Apple has no numbers yet{name}{_age(told)}"
    on_sale = " although it is on sale" if told.facts.candidate_on_sale else ""
    newest = seen.versions[-1]
    return (
        f"nothing of {seen.candidate} is measured yet{on_sale}; "
        f"the newest version with numbers is {newest}{_age(told)}"
    )


def _gap(told: Told, gaps: Sequence[Gap]) -> str:
    seen = told.seen
    newest = list(dict.fromkeys(seen.newest_of(check.slice) for check in _checks(gaps)))
    what = f"Apple has no value of {seen.candidate} yet for {name_some(_subjects(told, gaps))}"
    if newest == [""]:
        return f"{what}{_age(told)}"
    if len(newest) == 1:
        return f"{what}; the newest version with one is {newest[0]}{_age(told)}"
    return f"{what}; earlier versions have {'some' if '' in newest else 'them'}{_age(told)}"


def _first_version(told: Told, gaps: Sequence[Gap]) -> str:
    name = told.seen.candidate or "this"
    return f"{name} is the first version with numbers, so there is nothing to compare it with"


def _new_slice(told: Told, gaps: Sequence[Gap]) -> str:
    slices = name_some(_slice(check) for check in _checks(gaps))
    return f"no earlier version of the baseline was measured for {slices}"


def _thin(told: Told, gaps: Sequence[Gap]) -> str:
    counts = [
        len(
            [
                one
                for one in check.history
                if check.candidate is None or one.version != check.candidate.version
            ]
        )
        for check in _checks(gaps)
    ]
    known = (
        f"at most {plural(max(counts), 'earlier version')}"
        if counts and max(counts)
        else "no earlier version"
    )
    slices = name_some(_moved(check) for check in _checks(gaps))
    return f"{known} tells how much healthy releases of this app differ, too few to judge {slices}"


def _moved(check: Check) -> str:
    size = check.change.relative if check.change is not None else None
    return f"{_slice(check)} ({change(size)})" if size is not None else _slice(check)


# --- never -------------------------------------------------------------------------------------------------


def _no_platform(told: Told, gaps: Sequence[Gap]) -> str:
    wanted = name_some((gap.rule.selector.platform for gap in gaps), last="or")
    return f"the data is of {name_some(told.seen.platforms())} alone; nothing of {wanted} was fetched"


def _no_metric(told: Told, gaps: Sequence[Gap]) -> str:
    what = name_some((_metric(check.slice) for check in _checks(gaps)), last="or")
    return f"{_no_version(told)} {what}"


def _no_device(told: Told, gaps: Sequence[Gap]) -> str:
    known = set(told.seen.devices())
    checks = _checks(gaps)
    # A device of other metrics is one that users have; then the metric is what is missing there.
    wanted = name_some(
        (
            _slice(check) if check.slice.device in known else _device(check.slice, check.device_name)
            for check in checks
        ),
        last="or",
    )
    return f"{_no_version(told)} {wanted}, only for {_devices(told, gaps)}"


def _devices(told: Told, gaps: Iterable[Gap]) -> str:
    measured = dict.fromkeys(device for gap in gaps for device in told.seen.devices(gap.rule.selector.metric))
    groups = [DEVICE_GROUPS[device] for device in measured if device in DEVICE_GROUPS]
    models = len(measured) - len(groups)
    return name_some([*groups, *([plural(models, "model")] if models else [])])


def _no_percentile(told: Told, gaps: Sequence[Gap]) -> str:
    what = name_some((_slice(check) for check in _checks(gaps)), last="or")
    return f"{_no_version(told)} {what}"


def _no_goal(told: Told, gaps: Sequence[Gap]) -> str:
    is_own = {gap.rule.goal for gap in gaps} == {"recommended"}
    judged = {check.slice for check in _checks(gaps)}
    # The whole metric is named where no slice of it has a goal.
    having = {key.name for key in told.seen.keys if key not in judged and told.seen.has_goal(key)}
    what = name_some(
        (_slice(check) if check.slice.name in having else _metric(check.slice) for check in _checks(gaps)),
        last="or",
    )
    so_far = "" if told.seen.others else " so far"
    return f"Apple {'recommends' if is_own else 'gives'} no goal{so_far} for {what}"


def _bad_pin(told: Told, gaps: Sequence[Gap]) -> str:
    pinned = told.policy.baseline.pinned
    is_candidate = bool(told.seen.timeline.find(pinned))
    why = "is the candidate itself" if is_candidate else "was not measured"
    return f"the pinned version {pinned} {why}, so there is nothing to compare with"


def _all_excluded(told: Told, gaps: Sequence[Gap]) -> str:
    excluded = version_list(told.policy.baseline.exclude)
    return f"every earlier version with numbers is excluded ({excluded}), so there is nothing to compare with"


# --- within noise ------------------------------------------------------------------------------------------


def _over_line(told: Told, gaps: Sequence[Gap]) -> str:
    return f"above the line, but within noise: {_some_of([_over_words(check) for check in _checks(gaps)])}"


def _over_words(check: Check) -> str:
    """Write one value above a line with its numbers: change, line, and what would be clear."""
    now, before = check.candidate, check.baseline
    if now is None:
        return _slice(check)
    if before is not None and check.change is not None and _is_above(now.value, check.allowed_value):
        numbers = pair(before.value, now.value, check.unit)
        at = value(check.allowed_value or 0.0, check.unit, against=now.value)
        details = "; ".join([numbers, f"allowed up to {at}", *_clear(check)])
        return f"{_slice(check)} {change(check.change.relative)} ({details})"
    is_limit = _is_above(now.value, check.limit_value)
    kind, line = ("limit", check.limit_value) if is_limit else ("goal", check.goal_value)
    shown, at = value(now.value, check.unit, against=line), value(line or 0.0, check.unit)
    width = margin(now.error_margin or 0.0, check.unit)
    return f"{_slice(check)} {shown} (above the {kind} of {at} by less than Apple's error margin of {width})"


def _is_above(number: float, line: float | None) -> bool:
    return line is not None and number > line


def _clear(check: Check) -> list[str]:
    """Say from which rise on a slice alone would be conclusive; nothing when it is there already."""
    size = check.change.relative if check.change is not None else None
    if check.visible is None or (size is not None and check.visible <= size):
        return []
    return [f"only {change(check.visible, against=size)} or more would be conclusive"]


def _too_noisy(told: Told, gaps: Sequence[Gap]) -> str:
    return (
        f"today's data can't rule out a rise of {_some_of([_noisy_words(check) for check in _checks(gaps)])}"
    )


def _noisy_words(check: Check) -> str:
    size = check.change.relative if check.change is not None else None
    details = "; ".join([*([f"now {change(size)}"] if size is not None else []), *_clear(check)])
    return f"{_slice(check)} ({details})" if details else _slice(check)


def _some_of(said: Sequence[str]) -> str:
    """List phrases with commas of their own."""
    shown, more = said[:_SHOWN], len(said) - _SHOWN
    rest = f"; and {plural(more, 'more slice')}" if more > 0 else ""
    return f"{'; '.join(shown)}{rest}"


def _together(told: Told, gaps: Sequence[Gap]) -> str:
    return f"each slice of {_rule_names(gaps)} is decided, but taken together they are within noise"


# --- unusable ----------------------------------------------------------------------------------------------


def _stale(told: Told, gaps: Sequence[Gap]) -> str:
    return stale_words(told.stale) if told.stale is not None else "the data is too old"


def _contradiction(told: Told, gaps: Sequence[Gap]) -> str:
    checks = _checks(gaps)
    series = told.seen.series(checks[0].slice)
    problem = series.problem if series is not None else ""
    slices = len({check.slice for check in checks})
    more = (
        f" The same or another contradiction is in {plural(slices - 1, 'more slice')}" if slices > 1 else ""
    )
    return f"{_slice(checks[0])} can't be trusted: {problem.rstrip('.')}{'.' if more else ''}{more}"


def _unit(told: Told, gaps: Sequence[Gap]) -> str:
    return f"Apple sends {_some_of(list(dict.fromkeys(_unit_words(gap) for gap in gaps)))}"


def _unit_words(gap: Gap) -> str:
    check = gap.check
    if check is None:
        return gap.rule.id
    sent = f"{_metric(check.slice)} {f'in {check.unit}' if check.unit else 'without a unit'}"
    return f"{sent}, but {gap.rule.id} speaks of {name_some(_spoken_units(gap.rule))}"


def _spoken_units(rule: Rule) -> list[str]:
    quantities = [line.absolute for line in (rule.fail, rule.warn) if line is not None]
    quantities.append(rule.limit.quantity if rule.limit is not None else None)
    return [quantity.unit for quantity in quantities if quantity is not None]


def _values(told: Told, gaps: Sequence[Gap]) -> str:
    return f"{name_some(_slice(check) for check in _checks(gaps))} has values that no change can be worked out from"


# --- remedies ----------------------------------------------------------------------------------------------

_LATER = "run it again in a few days: Apple publishes a number once enough users have the version"
_NEXT = "the next version will be compared with this one; a `limit` needs no earlier version"
_MORE = "more users or another version would decide it"

_Writer = Callable[[Told, Sequence[Gap]], str]


def _settled(told: Told, gaps: Sequence[Gap]) -> str:
    excepted = [gap for gap in gaps if told.outcomes[gap.rule.id].state == "undecided"]
    if excepted:
        return f"the policy excepts {_rule_names(excepted)} by `on_undecided: ignore`"
    return f"nothing waits for it: other slices decide {_rule_names(gaps)}"


def _use_platform(told: Told, gaps: Sequence[Gap]) -> str:
    waiting = _waiting(told, gaps)
    return f"fetch again; if it stays so, switch off {_rule_names(waiting)} (`enabled: false`)"


def _use_metric(told: Told, gaps: Sequence[Gap]) -> str:
    waiting = _waiting(told, gaps)
    wanted = [gap.rule.selector.metric for gap in waiting]
    near = "" if _is_glob(wanted[0]) else told.seen.nearest(wanted[0])
    hint = f"did you mean {near}? Else " if near else ""
    return f"{hint}switch off {_rule_names(waiting)} (`enabled: false`), or {_ignore(waiting)}"


def _use_device(told: Told, gaps: Sequence[Gap]) -> str:
    waiting = _waiting(told, gaps)
    measured = [one for gap in waiting for one in told.seen.devices(gap.rule.selector.metric)]
    group = next((device for device in DEVICE_GROUPS if device in measured), "any")
    return f"use `device: {group}` in {_rule_names(waiting)}, or {_ignore(waiting)}"


def _use_percentile(told: Told, gaps: Sequence[Gap]) -> str:
    return f"use `percentile: any` in {_rule_names(_waiting(told, gaps))}"


def _use_limit(told: Told, gaps: Sequence[Gap]) -> str:
    waiting = _waiting(told, gaps)
    lines = [line for gap in waiting for line in (gap.rule.limit, gap.rule.warn, gap.rule.fail)]
    # A rule has to say something: without its goal it needs a line of its own.
    instead = "remove `goal` from" if any(lines) else "replace `goal` by a `limit` in"
    return f"{instead} {_rule_names(waiting)}, or {_ignore(waiting)}"


def _use_pin(told: Told, gaps: Sequence[Gap]) -> str:
    others = told.seen.others
    known = f"a measured version, such as `pinned: {others[-1]}`" if others else "a measured version"
    return f"pin {known}, or use `baseline: {{use: window}}`"


_FACTS: dict[Cause, _Writer] = {
    "over_line": _over_line,
    "stale": _stale,
    "contradiction": _contradiction,
    "unit": _unit,
    "values": _values,
    "too_noisy": _too_noisy,
    "together": _together,
    "day_0": _day_0,
    "gap": _gap,
    "first_version": _first_version,
    "new_slice": _new_slice,
    "thin": _thin,
    "no_platform": _no_platform,
    "no_metric": _no_metric,
    "no_device": _no_device,
    "no_percentile": _no_percentile,
    "no_goal": _no_goal,
    "no_goal_yet": _no_goal,
    "bad_pin": _bad_pin,
    "all_excluded": _all_excluded,
}

_REMEDIES: dict[Cause, _Writer] = {
    "over_line": lambda *_: _MORE,
    "stale": lambda *_: "fetch again",
    "contradiction": lambda *_: "fetch again; if it stays, only Apple can say which number is right",
    "unit": lambda _, gaps: f"let {_rule_names(gaps)} speak of the unit that Apple sends, or of % alone",
    "values": lambda *_: "use a `limit`, which compares one value with one line",
    "too_noisy": lambda *_: "more users or more versions would decide it",
    "together": lambda *_: "look at the slices; more users or more versions would decide it",
    "day_0": lambda *_: _LATER,
    "gap": lambda *_: _LATER,
    "first_version": lambda *_: _NEXT,
    "new_slice": lambda *_: _NEXT,
    "thin": lambda *_: "every further version makes it clearer; a `limit` needs no earlier version",
    "no_platform": _use_platform,
    "no_metric": _use_metric,
    "no_device": _use_device,
    "no_percentile": _use_percentile,
    "no_goal": _use_limit,
    "no_goal_yet": lambda *_: _LATER,
    "bad_pin": _use_pin,
    "all_excluded": lambda *_: "take one of them off `baseline.exclude`",
}

_POLICY_REMEDIES: frozenset[Cause] = frozenset(
    {"no_platform", "no_metric", "no_device", "no_percentile", "no_goal"}
)
"""Causes that only matter to rules which wait for what never comes."""
