"""What would decide the undecided, or what the policy should say instead."""

from collections import Counter
from collections.abc import Callable, Sequence

from gate.judge.sentences.gaps import Gap, GapCause, Topic, as_sentence, is_glob, name_rules
from gate.model.catalogue import DEVICE_GROUPS

_LATER = "run it again in a few days: Apple publishes a number once enough users have the version"
_NEXT = (
    "nothing to do: the next version will be compared with this one, and a `limit` needs no earlier version"
)
_MORE = "more users or more versions would decide it"


def suggest(topic: Topic) -> str:
    """Say in one sentence what a reader can do."""
    if topic.cause in _FOR_THOSE_WHO_WAIT and not topic.waiting:
        return as_sentence(_settled(topic))
    return as_sentence(_REMEDIES[topic.cause](topic))


def _settled(topic: Topic) -> str:
    excepted = [gap for gap in topic.gaps if topic.told.outcomes[gap.rule.id].state == "undecided"]
    if excepted:
        return f"nothing to do: `on_undecided: ignore` excepts {name_rules(excepted)}"
    return f"nothing to do: other slices decide {name_rules(topic.gaps)}"


def _use_platform(topic: Topic) -> str:
    return f"fetch again; if that does not help, switch off {name_rules(topic.waiting)} (`enabled: false`)"


def _use_metric(topic: Topic) -> str:
    wanted = [gap.rule.selector.metric for gap in topic.waiting]
    near = next((topic.seen.nearest(metric) for metric in wanted if not is_glob(metric)), "")
    hint = f"did you mean {near}? Else " if near else ""
    return hint + _change(topic, lambda gaps: f"switch off {name_rules(gaps)} (`enabled: false`)")


def _use_device(topic: Topic) -> str:
    measured = {device for gap in topic.waiting for device in topic.seen.devices(gap.rule.selector.metric)}
    group = next((device for device in DEVICE_GROUPS if device in measured), "any")
    return _change(topic, lambda gaps: f"use `device: {group}` in {name_rules(gaps)}")


def _use_percentile(topic: Topic) -> str:
    return _change(topic, lambda gaps: f"use `percentile: any` in {name_rules(gaps)}")


def _use_limit(topic: Topic) -> str:
    return _change(topic, _without_goal, there="slices with a goal")


def _without_goal(gaps: Sequence[Gap]) -> str:
    has_more = all(gap.rule.limit or gap.rule.warn or gap.rule.fail for gap in gaps)
    # A rule has to say something: without its goal it needs a line of its own.
    return f"{'remove `goal` from' if has_more else 'replace `goal` by a `limit` in'} {name_rules(gaps)}"


def _change(
    topic: Topic, change: Callable[[Sequence[Gap]], str], *, there: str = "slices that the data has"
) -> str:
    """Say how rules that can't be decided should change, and that others should keep what can be."""
    lacking = Counter(gap.rule.id for gap in topic.waiting)
    partly = [gap for gap in topic.waiting if lacking[gap.rule.id] < topic.told.outcomes[gap.rule.id].checks]
    wholly = [gap for gap in topic.waiting if gap not in partly]
    steps = [f"narrow {name_rules(partly)} to {there}"] if partly else []
    steps += [change(wholly)] if wholly else []
    return f"{', '.join(steps)}, or {_ignore(topic)}"


def _ignore(topic: Topic) -> str:
    return f"set `on_undecided: ignore` on {'it' if len({gap.rule.id for gap in topic.waiting}) == 1 else 'them'}"


def _use_pin(topic: Topic) -> str:
    series = topic.seen.series(topic.checks[0].slice)
    measured = [one for one in topic.seen.others if series is not None and one in series.versions]
    known = f", such as {measured[-1]}," if measured else ""
    return f"pin a measured version in `baseline`{known} or compare with `use: window`"


_REMEDIES: dict[GapCause, Callable[[Topic], str]] = {
    "over_line": lambda _: _MORE,
    "stale": lambda _: "fetch again",
    "contradiction": lambda _: "fetch again; if it stays so, only Apple can say which number is right",
    "unit": lambda topic: f"let {name_rules(topic.gaps)} speak of the unit that Apple sends, or of % alone",
    "margin_lost": lambda _: "fetch again; if it stays so, the number may be worse measured than it looks",
    "values": lambda _: "use a `limit`, which compares a value with a line and not with earlier versions",
    "too_noisy": lambda _: f"{_MORE}; none of these is above what fails",
    "together": lambda _: f"{_MORE}; look at its slices meanwhile",
    "day_0": lambda _: _LATER,
    "gap": lambda _: _LATER,
    "first_version": lambda _: _NEXT,
    "new_slice": lambda _: _NEXT,
    "thin": lambda _: "every further version makes it clearer; a `limit` needs no earlier version",
    "no_goal_yet": lambda _: _LATER,
    "no_platform": _use_platform,
    "no_metric": _use_metric,
    "no_device": _use_device,
    "no_percentile": _use_percentile,
    "no_goal": _use_limit,
    "bad_pin": _use_pin,
    "all_excluded": lambda _: "take one of them off `exclude` in `baseline`",
}

_FOR_THOSE_WHO_WAIT: frozenset[GapCause] = frozenset(
    {"no_platform", "no_metric", "no_device", "no_percentile", "no_goal"}
)
"""Causes that matter only to a rule that is undecided and waits for what never comes."""
