"""Every way to take one piece of evidence away from facts, and the exceptions to: less evidence is never greener."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from gate.model.facts import Facts, Series, SliceKey
from gate.model.result import Result
from gate.policy.types import Policy, Rule, Selector

Kind = Literal[
    "point of the candidate",
    "point of an earlier version",
    "margin of the candidate",
    "margin of an earlier version",
    "dataset",
    "category",
    "insight",
    "section of insights",
    "signature",
    "list of signatures",
    "time of fetching",
]
GREEN = ("pass", "improved")
GROUPS = {"iPhone": "all_iphones", "iPad": "all_ipads", "Mac": "all_macs"}


class Removal(NamedTuple):
    """One piece of evidence that was taken away."""

    kind: Kind
    facts: Facts
    """What is left."""
    keys: tuple[SliceKey, ...] = ()
    """The slices it belonged to."""
    before: Facts | None = None


class Case(NamedTuple):
    """A judgement before and after a removal."""

    policy: Policy
    removal: Removal
    before: Result
    after: Result


class Exemption(NamedTuple):
    """A way in which less evidence may be greener, and why."""

    name: str
    """As the row of docs/verdicts.md begins."""
    holds: Callable[[Case, Rule], bool]
    """Whether it explains that a rule became green."""


# --- removals -----------------------------------------------------------------------------------------


def removals(facts: Facts, candidate: str, *, earlier: bool = True) -> Iterator[Removal]:
    """Take away every single piece of evidence, one at a time.

    Args:
        facts: What is known.
        candidate: The version that is judged.
        earlier: Also points and margins of earlier versions, which are most of them.
    """
    yield from _of_series(facts, candidate, earlier=earlier)
    for category in dict.fromkeys(one.key.category for one in facts.series):
        lost = [one for one in facts.series if one.key.category == category]
        rest = tuple(one for one in facts.series if one.key.category != category)
        yield Removal("category", replace(facts, series=rest), tuple(one.key for one in lost), facts)
    for place in range(len(facts.insights)):
        rest = facts.insights[:place] + facts.insights[place + 1 :]
        yield Removal("insight", replace(facts, insights=rest), before=facts)
    yield Removal("section of insights", replace(facts, insights=(), has_insights=False), before=facts)
    for field in ("candidate_signatures", "baseline_signatures"):
        build = getattr(facts, field)
        if build is not None:
            yield Removal("list of signatures", replace(facts, **{field: None}), before=facts)
            unread = replace(build, signatures=(), problem="Apple answered 500")
            yield Removal("list of signatures", replace(facts, **{field: unread}), before=facts)
            for place in range(len(build.signatures)):
                rest = build.signatures[:place] + build.signatures[place + 1 :]
                yield Removal(
                    "signature", replace(facts, **{field: replace(build, signatures=rest)}), before=facts
                )
    yield Removal("time of fetching", replace(facts, fetched_at=None), before=facts)


def _of_series(facts: Facts, candidate: str, *, earlier: bool) -> Iterator[Removal]:
    for place, one in enumerate(facts.series):
        head, tail = facts.series[:place], facts.series[place + 1 :]
        yield Removal("dataset", replace(facts, series=head + tail), (one.key,), facts)
        for point, version in enumerate(one.versions):
            is_candidate = version == candidate
            if not (is_candidate or earlier):
                continue
            which = "the candidate" if is_candidate else "an earlier version"
            gone = _without_point(one, point)
            blanked = replace(gone, listed=one.listed or one.versions)
            for less in (gone, blanked) if is_candidate else (gone,):
                rest = replace(facts, series=(*head, less, *tail))
                yield Removal(f"point of {which}", rest, (one.key,), facts)
            if one.margins[point] is not None:
                margins = (*one.margins[:point], None, *one.margins[point + 1 :])
                less = replace(facts, series=(*head, replace(one, margins=margins), *tail))
                yield Removal(f"margin of {which}", less, (one.key,), facts)


def _without_point(one: Series, place: int) -> Series:
    """A series without one of its points."""
    columns = {
        name: getattr(one, name)[:place] + getattr(one, name)[place + 1 :]
        for name in ("versions", "values", "margins")
    }
    return replace(one, **columns)


# --- what must hold -----------------------------------------------------------------------------------


def greener(case: Case) -> list[str]:
    """List what a removal moved towards pass, without what an exemption explains."""
    before = {rule.id: rule for rule in case.before.rules}
    turned = {
        rule.id: [one.name for one in EXEMPTIONS if one.holds(case, rule) and one.holds is not is_excepted]
        for rule in case.policy.rules
        if before[rule.id].state not in GREEN and _state(case.after, rule.id) in GREEN
    }
    found = [
        f"rule {name} became {_state(case.after, name)}" for name, reasons in turned.items() if not reasons
    ]
    if case.before.verdict != "pass" and case.after.verdict == "pass" and not _is_explained(case):
        found.append(f"the verdict {case.before.verdict} became pass")
    return found


def stops_blocking(case: Case) -> bool:
    """Tell whether a removal lets a run go on that was stopped, where the policy stops fails and undecided ones.

    Rules with a word of their own are left out: that word is the policy's. A pass is `greener`'s business.
    """
    effect = case.policy.outcome_for("")
    if (effect.fail, effect.undecided) != ("block", "block") or any(
        rule.on_undecided in ("note", "warn", "ignore") for rule in case.policy.rules
    ):
        return False
    let_go = case.before.blocks and not case.after.blocks and case.after.verdict != "pass"
    return let_go and not _is_explained(case)


def _state(result: Result, rule: str) -> str:
    return next(one.state for one in result.rules if one.id == rule)


def _is_explained(case: Case) -> bool:
    """Tell whether a verdict of pass comes from rules or findings that an exemption is for."""
    if case.removal.kind in FINDINGS:
        return True
    changed = [
        rule
        for rule in case.policy.rules
        if _state(case.before, rule.id) in ("fail", "undecided")
        and _state(case.after, rule.id) != _state(case.before, rule.id)
    ]
    return bool(changed) and all(any(one.holds(case, rule) for one in EXEMPTIONS) for rule in changed)


# --- exemptions ---------------------------------------------------------------------------------------

FINDINGS: dict[Kind, str] = {
    "insight": "One of Apple's insights",
    "section of insights": "One of Apple's insights",
    "signature": "A signature",
}
"""Removals that no rule sees, by the row of docs/verdicts.md that explains why the verdict may."""


def is_model_of_a_decided_group(case: Case, _: Rule) -> bool:
    kinds = ("dataset", "point of the candidate", "margin of the candidate", "point of an earlier version")
    if case.removal.kind not in kinds:
        return False
    (key,) = case.removal.keys
    group = next((group for family, group in GROUPS.items() if key.device.startswith(family)), "")
    whole = replace(key, device=group)
    return any(check.slice == whole and check.state != "undecided" for check in case.after.checks)


def is_history_of_a_weighed_slice(case: Case, rule: Rule) -> bool:
    if case.removal.kind not in ("point of an earlier version", "margin of an earlier version"):
        return False
    (key,) = case.removal.keys
    own = [check for check in case.after.checks if check.rule == rule.id and check.slice == key]
    return not own or all(check.state != "undecided" or check.reason == "within_noise" for check in own)


def is_noise_of_another_rule(case: Case, rule: Rule) -> bool:
    return bool(case.removal.keys) and not any(is_selected(rule.selector, key) for key in case.removal.keys)


def is_margin_among_gaps(case: Case, _: Rule) -> bool:
    if case.removal.kind != "margin of the candidate":
        return False
    (key,) = case.removal.keys
    one = next(one for one in case.removal.facts.series if one.key == key)
    return sum(margin is None for margin in one.margins) > 1


def is_unheard_of(case: Case, rule: Rule) -> bool:
    if case.removal.kind not in ("dataset", "category"):
        return False
    rest = [one.key for one in case.removal.facts.series]
    return not any(_is_heard_of(key, rest) for key in case.removal.keys if is_selected(rule.selector, key))


def _is_heard_of(key: SliceKey, rest: Sequence[SliceKey]) -> bool:
    """Tell whether other slices show that a slice should be there."""
    family = [one for one in rest if (one.platform, one.category) == (key.platform, key.category)]
    metric = [one for one in family if one.metric == key.metric]
    if not any(one.percentile == key.percentile for one in metric):
        return False
    siblings = [one for one in metric if one.device == key.device]
    models = [one for one in metric if GROUPS.get(_family_of(one.device)) == key.device]
    others = [one for one in family if one.device == key.device and key.device.startswith("all_")]
    return bool(siblings or models or others)


def _family_of(device: str) -> str:
    return next((family for family in GROUPS if device.startswith(family)), "")


def is_selected(selector: Selector, key: SliceKey) -> bool:
    """Tell whether a selector without globs, or with them at an end, picks a slice."""
    return (
        _fits(selector.metric, key.name)
        and (selector.device == "any" or _fits(selector.device, key.device))
        and selector.percentile in ("any", key.percentile)
    )


def _fits(pattern: str, name: str) -> bool:
    head, star, tail = pattern.partition("*")
    return name.startswith(head) and name.endswith(tail.lstrip("*/")) if star else name == pattern


def is_excepted(_: Case, rule: Rule) -> bool:
    return rule.on_undecided == "ignore"


def is_age(case: Case, _: Rule) -> bool:
    return case.removal.kind == "time of fetching"


EXEMPTIONS = (
    Exemption("Anything of a rule that says `on_undecided: ignore`", is_excepted),
    Exemption("The time of fetching", is_age),
    Exemption("A single model, or its margin, under a rule about change", is_model_of_a_decided_group),
    Exemption("A point or margin of an earlier version", is_history_of_a_weighed_slice),
    Exemption("Anything of a slice that the rule does not select", is_noise_of_another_rule),
    Exemption("The candidate's margin, where earlier versions lack some too", is_margin_among_gaps),
    Exemption("A dataset that nothing else tells of", is_unheard_of),
)

EXCEPTIONS = (
    "A single model, or its margin, under a rule about change",
    "A point or margin of an earlier version",
    "Anything of a slice that the rule does not select",
    "The candidate's margin, where earlier versions lack some too",
    "A dataset that nothing else tells of",
    "Anything of a rule that says `on_undecided: ignore`",
    "One of Apple's insights",
    "A signature",
    "The time of fetching",
    "The only point of a candidate that nobody named",
    "The last point of a metric that may lag",
)
"""Everything that may be missing and make a verdict greener, as the rows of docs/verdicts.md begin."""
