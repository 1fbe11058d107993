"""Why slices are undecided, told for all of one cause at once."""

from collections.abc import Callable, Sequence

from gate.judge.sentences.gaps import (
    SHOWN,
    GapCause,
    Topic,
    as_sentence,
    is_above,
    name_device,
    name_metric,
    name_rules,
    name_slice,
    name_some,
    spoken_units,
)
from gate.model.catalogue import DEVICE_GROUPS
from gate.model.result import Candidate, Check
from gate.policy.types import Rule
from gate.text.numbers import at_most, change, margin, pair, value
from gate.text.words import plural, version_list


def explain_topic(topic: Topic) -> str:
    """Say in one sentence what is missing, or what was seen."""
    return as_sentence(_FACTS[topic.cause](topic))


# --- not yet -----------------------------------------------------------------------------------------------


def _day_0(topic: Topic) -> str:
    seen, days = topic.seen, topic.told.most_days
    if not seen.versions:
        nothing = "Apple has no numbers for this app yet"
        return f"{_went_on_sale(topic, days)}, and {nothing}" if days else nothing
    newest = f"the newest version with numbers is {seen.versions[-1]}"
    if days:
        return f"{_went_on_sale(topic, days)}, and nothing of it is measured yet; {newest}"
    if topic.told.is_on_sale:
        return f"{seen.candidate} is on sale, but nothing of it is measured yet; {newest}"
    return f"nothing of {seen.candidate} is measured yet; {newest}"


def _gap(topic: Topic) -> str:
    seen, days = topic.seen, topic.told.most_days
    measured = {key.name for key in seen.keys if seen.is_measured_now(key)}
    # Of a metric that is measured elsewhere only the slices that are missing are named.
    missing = name_some(
        name_slice(check) if check.slice.name in measured else name_metric(check.slice)
        for check in topic.checks
    )
    who = (
        f"{_went_on_sale(topic, days)}, and Apple has no value of it"
        if days
        else f"Apple has no value of {seen.candidate}"
    )
    return f"{who} yet for {missing}{_earlier(topic)}"


def _earlier(topic: Topic) -> str:
    """Say which versions have what the candidate lacks; nothing when none has it."""
    newest = {topic.seen.newest_of(check.slice) for check in topic.checks}
    if newest == {""}:
        return ""
    # There are several newest ones, or none for some of the slices.
    if len(newest) > 1:
        return "; earlier versions have some"
    return f"; the newest version with one is {newest.pop()}"


def _went_on_sale(topic: Topic, days: int) -> str:
    return f"{topic.seen.candidate} went on sale at most {plural(days, 'day')} ago"


def _first_version(topic: Topic) -> str:
    name = topic.seen.candidate
    return f"{name} is the first version with numbers, so there is nothing to compare it with"


def _new_slice(topic: Topic) -> str:
    slices = name_some(map(name_slice, topic.checks))
    return f"no version to compare with has a value for {slices}"


def _thin(topic: Topic) -> str:
    # The history of a check ends with its candidate, if that was measured.
    counts = [len(check.history) - (check.candidate is not None) for check in topic.checks]
    known = plural(max(counts, default=0), "earlier version")
    return (
        f"{known} can't tell how much healthy releases of this app differ, "
        f"too few to judge {_some_of([_moved(check) for check in topic.checks])}"
    )


def _moved(check: Check) -> str:
    size = check.change.relative if check.change is not None else None
    return f"{name_slice(check)} ({change(size)})" if size is not None else name_slice(check)


def _no_goal(topic: Topic) -> str:
    seen, lacking = topic.seen, {check.slice for check in topic.checks}
    # The whole metric is named where no slice of it has a goal.
    having = {key.name for key in seen.keys if key not in lacking and seen.has_goal(key)}
    what = name_some(
        (
            name_slice(check) if check.slice.name in having else name_metric(check.slice)
            for check in topic.checks
        ),
        last="or",
    )
    is_own = all(gap.rule.goal == "recommended" for gap in topic.gaps)
    so_far = "" if seen.others else " so far"
    return f"Apple {'recommends no goal' if is_own else 'has no such goal'}{so_far} for {what}"


# --- never -------------------------------------------------------------------------------------------------


def _no_platform(topic: Topic) -> str:
    # A rule about any platform names none: then the slice that is missing does.
    wanted = name_some(
        (
            gap.check.slice.platform
            if gap.check is not None and gap.rule.selector.platform == "any"
            else gap.rule.selector.platform
            for gap in topic.gaps
        ),
        last="or",
    )
    return f"the data is of {name_some(topic.seen.platforms())} alone; nothing of {wanted} was fetched"


def _no_metric(topic: Topic) -> str:
    return _no_version_has(topic, [name_metric(check.slice) for check in topic.checks])


def _no_device(topic: Topic) -> str:
    known = set(topic.seen.devices())
    # A device of other metrics is one that users have: then the metric is what is missing there.
    wanted = [
        f"{name_metric(check.slice)} on {name_device(check)}"
        if check.slice.device in known
        else name_device(check)
        for check in topic.checks
    ]
    measured = list(
        dict.fromkeys(one for check in topic.checks for one in topic.seen.devices(check.slice.name))
    )
    # Where several metrics lack different devices, what they have together says nothing.
    is_clear = not any(check.slice.device in measured for check in topic.checks)
    only = f", only for {_devices(measured)}" if measured and is_clear else ""
    return f"{_no_version_has(topic, wanted)}{only}"


def _devices(devices: Sequence[str]) -> str:
    groups = [DEVICE_GROUPS[device] for device in devices if device in DEVICE_GROUPS]
    models = len(devices) - len(groups)
    return name_some([*groups, *([plural(models, "model")] if models else [])])


def _no_percentile(topic: Topic) -> str:
    return _no_version_has(topic, [name_slice(check) for check in topic.checks])


def _no_version_has(topic: Topic, what: Sequence[str]) -> str:
    versions = topic.seen.versions
    wanted = name_some(what, last="or")
    if len(versions) == 1:
        return f"{versions[0]}, the only version in the data, has no numbers for {wanted}"
    span = f"the {len(versions)} versions in the data ({versions[0]} to {versions[-1]})"
    return f"none of {span} has numbers for {wanted}"


def _bad_pin(topic: Topic) -> str:
    pinned = topic.told.policy.baseline.pinned
    found = topic.seen.timeline.find(pinned)
    if not found:
        return f"the pinned version {pinned} was not measured, so there is nothing to compare with"
    if found == topic.seen.candidate:
        return f"the pinned version {pinned} is the candidate itself, so there is nothing to compare with"
    return f"the pinned version {pinned} has no value for {name_some(map(name_slice, topic.checks))}"


def _all_excluded(topic: Topic) -> str:
    excluded = version_list(topic.told.policy.baseline.exclude)
    return f"the policy excludes every earlier version with numbers ({excluded})"


# --- within noise ------------------------------------------------------------------------------------------


def _over_line(topic: Topic) -> str:
    said = [_over_words(check, check.candidate) for check in topic.checks if check.candidate is not None]
    if len(said) == 1:
        return f"one slice is above its line: {said[0]}"
    # Reports show all of them with their numbers.
    return f"{len(said)} slices are above their lines: {_some_of(said, most=1)}"


def _over_words(check: Check, now: Candidate) -> str:
    """Write one value above a line with its numbers: change, line, and what would be clear."""
    before = check.baseline
    if before is not None and check.change is not None and is_above(now.value, check.allowed_value):
        numbers = pair(before.value, now.value, check.unit)
        at = at_most(check.allowed_value or 0.0, check.unit)
        details = "; ".join([numbers, f"allowed up to {at}", *_clear(check)])
        return f"{name_slice(check)} {change(check.change.relative)} ({details})"
    is_limit = is_above(now.value, check.limit_value)
    kind, line = ("limit", check.limit_value) if is_limit else ("goal", check.goal_value)
    at, width = value(line or 0.0, check.unit), margin(now.error_margin or 0.0, check.unit)
    shown = value(now.value, check.unit, against=line)
    return (
        f"{name_slice(check)} {shown} (above the {kind} of {at} by less than Apple's error margin of {width})"
    )


def _too_noisy(topic: Topic) -> str:
    said = [f"{name_slice(check)} ({'; '.join([*_now(check), *_clear(check)])})" for check in topic.checks]
    return f"today's data can't rule out a rise of {_some_of(said)}"


def _now(check: Check) -> list[str]:
    size = check.change.relative if check.change is not None else None
    return [f"now {change(size)}"] if size is not None else []


def _clear(check: Check) -> list[str]:
    """Say from which rise on a slice alone would be conclusive; nothing when it is there already."""
    size = check.change.relative if check.change is not None else None
    if check.visible is None or (size is not None and check.visible <= size):
        return []
    return [f"only {change(check.visible, against=size)} or more would be conclusive"]


def _some_of(said: Sequence[str], *, most: int = SHOWN) -> str:
    """List phrases that have commas of their own."""
    more = len(said) - most
    rest = f"; and {plural(more, 'more slice')}" if more > 0 else ""
    return "; ".join(said[:most]) + rest


def _together(topic: Topic) -> str:
    return f"each slice of {name_rules(topic.gaps)} is decided, but taken together they are not"


# --- unusable ----------------------------------------------------------------------------------------------


def _stale(topic: Topic) -> str:
    return topic.told.stale or "the data is too old"


def _contradiction(topic: Topic) -> str:
    series = topic.seen.series(topic.checks[0].slice)
    problem = series.problem.rstrip(".") if series is not None else ""
    more = len({check.slice for check in topic.checks}) - 1
    rest = f"; {plural(more, 'more slice')} can't be trusted either" if more else ""
    return f"{name_slice(topic.checks[0])} can't be trusted: {problem}{rest}"


def _unit(topic: Topic) -> str:
    said = [_unit_words(gap.rule, gap.check) for gap in topic.gaps if gap.check is not None]
    return f"Apple sends {_some_of(list(dict.fromkeys(said)))}"


def _unit_words(rule: Rule, check: Check) -> str:
    how = f"in {check.unit}" if check.unit else "without a unit"
    return f"{name_metric(check.slice)} {how}, but {rule.id} speaks of {name_some(spoken_units(rule))}"


def _values(topic: Topic) -> str:
    slices = name_some(map(name_slice, topic.checks))
    return f"Apple sends values of which no change can be worked out, for {slices}"


def _margin_lost(topic: Topic) -> str:
    slices = name_some(map(name_slice, topic.checks))
    return f"earlier versions have an error margin and {topic.seen.candidate} has none, for {slices}"


_FACTS: dict[GapCause, Callable[[Topic], str]] = {
    "over_line": _over_line,
    "stale": _stale,
    "contradiction": _contradiction,
    "unit": _unit,
    "values": _values,
    "margin_lost": _margin_lost,
    "too_noisy": _too_noisy,
    "together": _together,
    "day_0": _day_0,
    "gap": _gap,
    "first_version": _first_version,
    "new_slice": _new_slice,
    "thin": _thin,
    "no_goal_yet": _no_goal,
    "no_platform": _no_platform,
    "no_metric": _no_metric,
    "no_device": _no_device,
    "no_percentile": _no_percentile,
    "no_goal": _no_goal,
    "bad_pin": _bad_pin,
    "all_excluded": _all_excluded,
}
