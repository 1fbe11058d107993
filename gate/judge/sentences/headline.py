"""The first sentence of every report: a fact.

It is put together from whole facts, the most important first, until no more fit: nothing is cut off at its end.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import isfinite

from msgspec import Struct

from gate.judge.scope import is_aggregate, is_left_open, movement, run_mode, strictest
from gate.judge.sentences.incidents import (
    alike_devices,
    category_words,
    explain_level,
    function_words,
    listed,
    move_phrase,
    shorten,
)
from gate.model.result import BlamedPlace, Check, Incident, InsightFinding, Result, RuleOutcome
from gate.model.states import Mode, Reason, is_in_scope
from gate.model.versions import same_version
from gate.text.numbers import change
from gate.text.words import plural, uncapitalised

LONGEST = 200
"""Characters of a headline."""
_LEAD = 138
"""Characters within which a headline has said what, how much and for whom."""
_LONGEST_VERSION = 20
_LONGEST_LACK = 120
"""Characters of what is missing; a verdict stands before it."""
_HOUR, _DAY = 3600.0, 86400.0

_MODES: dict[Mode, str] = {"enforce": "", "advise": " (advice only)", "shadow": " (on trial only)"}
"""What stands behind the verdict of rules that stop nothing."""

_MISSING: dict[Reason, str] = {
    "no_data": "no data yet",
    "no_baseline": "no earlier version to compare with",
    "thin_history": "too few earlier versions",
    "not_comparable": "data that can't be compared",
    "stale": "only old data",
    "too_early": "no data yet",
    "within_noise": "no conclusive change",
}
"""What rules have that can't be decided, by the reason."""


def write_headline(result: Result) -> str:
    """Say what changed, from what to what and for whom; of a release that can't be judged, what is missing.

    Returns:
        One line of at most `LONGEST` characters, whatever others have written into the result.
    """
    told = _Headline(result)
    write = {
        "fail": told.fail,
        "pass": told.passed,
        "partial": told.partial,
        "undecided": told.undecided,
    }[result.verdict]
    return shorten(write(), LONGEST)


class _Parts(Struct):
    """A headline while facts are added to it."""

    head: str
    """What is said in any case."""
    facts: list[str]
    """After `head`, each behind a semicolon."""
    sentences: list[str]
    """After all that, each on its own."""

    def text(self) -> str:
        """Write all of it."""
        return " ".join([f"{'; '.join([self.head, *self.facts])}.", *self.sentences])

    def add_fact(self, fact: str, *, spare: int = 0) -> bool:
        """Add a fact if there is room for it and for so many characters more."""
        fits = bool(fact) and len(self.text()) + len(fact) + 2 + spare <= LONGEST
        if fits:
            self.facts.append(fact)
        return fits

    def add_sentence(self, sentence: str) -> None:
        """Add a sentence if there is room."""
        if sentence and len(self.text()) + len(sentence) + 1 <= LONGEST:
            self.sentences.append(sentence)


class _Headline:
    """A result while its headline is written."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._run = run_mode(result)
        self._rules = [rule for rule in result.rules if is_in_scope(rule.mode, self._run)]
        names = {rule.id for rule in self._rules}
        self._checks = [check for check in result.checks if check.rule in names]
        self._incidents = [one for one in result.incidents if is_in_scope(one.mode, self._run)]
        self._beside = [one for one in result.incidents if not is_in_scope(one.mode, self._run)]
        self._name = shorten(result.candidate, _LONGEST_VERSION) or "The release"

    # --- verdicts -----------------------------------------------------------------------------------

    def fail(self) -> str:
        """Say what got worse, for whom, and the likeliest place."""
        failed = [one for one in self._incidents if one.state == "fail"]
        mode = strictest(one.mode for one in failed) if failed else self._run
        verb = f"{self._name} fails{_MODES[mode]}"
        if not failed:
            return self._fail_without_incident(verb)
        first, *others = failed
        parts = _Parts(head=self._lead(f"{verb}: ", first), facts=[], sentences=[])
        parts.add_fact(self._waiver_words(failed))
        shown = [first]
        for one in others:
            rest = len(failed) - len(shown) - 1
            spare = len(_more(rest)) + 2 if rest else 0
            ways = [self._phrase(one, values=False), self._phrase(one, values=False, devices=1)]
            if not any(parts.add_fact(way, spare=spare) for way in ways):
                break
            shown.append(one)
        if len(shown) < len(failed):
            parts.add_fact(_more(len(failed) - len(shown)))
        parts.add_sentence(_blame_words(shown))
        regression = self._regression_words(failed)
        # On its own, behind the place: what blames that place is the incident, and not this.
        parts.add_sentence(f"{regression}." if regression else "")
        return parts.text()

    def passed(self) -> str:
        """Say what was looked at, what improved, and the largest movement."""
        warned = [one for one in self._incidents if one.state == "warn"]
        verb = f"{self._name} passes{_MODES[self._run]}"
        if not warned:
            parts = _Parts(head=f"{verb}: {self._looked_at()}", facts=[], sentences=[])
            if not self._add_improvements(parts):
                parts.add_fact(self._largest_movement())
            parts.add_fact(self._regression_words())
            self._add_advice(parts)
            return parts.text()
        number = "a warning" if len(warned) == 1 else f"{len(warned)} warnings"
        parts = _Parts(head=self._lead(f"{verb} with {number}: ", warned[0]), facts=[], sentences=[])
        for one in warned[1:]:
            parts.add_fact(self._phrase(one, values=False), spare=len(self._looked_at()) + 2)
        parts.add_fact(self._looked_at())
        self._add_improvements(parts)
        parts.add_fact(self._regression_words(warned))
        self._add_advice(parts)
        return parts.text()

    def partial(self) -> str:
        """Say what is known and what is not."""
        coverage = self._coverage_words()
        warned = [one for one in self._incidents if one.state == "warn" and not self._is_left_open(one)]
        fine = self._fine_words()
        if warned:
            head = f"{self._lead(f'{self._name} with a warning: ', warned[0])} ({coverage})"
        elif fine:
            head = f"{self._name}: {fine} ({coverage})"
        else:
            head = f"{self._name} is judged in part: {coverage}"
        parts = _Parts(head=head, facts=[], sentences=[])
        parts.add_fact(self._regression_words(warned))
        for one in self._missing_words():
            parts.add_fact(one)
        unread = () if self._result.coverage is None else self._result.coverage.unread
        parts.add_fact(f"{_enumerated(unread)} could not be read" if unread else "")
        parts.add_fact(self._waiting_words())
        self._add_improvements(parts)
        self._add_advice(parts)
        return parts.text()

    def undecided(self) -> str:
        """Say what is missing."""
        parts = _Parts(head=f"{self._name} {self._why_undecided()}", facts=[], sentences=[])
        parts.add_fact(self._regression_words())
        parts.add_fact(self._waiting_words())
        return parts.text()

    # --- fails --------------------------------------------------------------------------------------

    def _lead(self, opening: str, incident: Incident) -> str:
        """Open with the first incident, in as many words as let it be told at a glance."""
        ways: tuple[str, ...] = (
            self._phrase(incident, values=True),
            self._phrase(incident, values=True, devices=1),
            self._phrase(incident, values=False, devices=1),
        )
        cause = self._cause(incident)
        if cause:
            source = "Apple's insight" if incident.insights else "a signature"
            # Without room for the whole cause, the change that was measured says more than the cause alone.
            ways = (*(f"{way}; {cause}" for way in ways), f"{ways[-1]}; {source} fails it", cause)
        short = next((way for way in ways if len(opening) + len(way) <= _LEAD), "")
        return opening + (short or shorten(ways[-1], _LEAD - len(opening)))

    def _phrase(self, incident: Incident, *, values: bool, devices: int = 0) -> str:
        """Name an incident in the words of its title, more shortly.

        Args:
            incident: With slices, or without.
            values: Say from what to what.
            devices: How many are named; 0 for all.
        """
        if not incident.checks:
            # Of several findings the one that decides is named, and not the first.
            decisive = explain_level(self._result, incident.state, incident.insights, incident.signatures)
            return decisive or incident.title
        checks = [self._result.checks[position] for position in incident.checks]
        same = [check for check in checks if check.state == checks[0].state]
        names = _short_names(alike_devices(same))
        return move_phrase(checks[0], names[:devices] if devices else names, with_values=values)

    def _cause(self, incident: Incident) -> str:
        """Name the finding of Apple's that fails what the rules only warn of; empty where the rules fail it."""
        found = {rule.state for rule in self._rules if rule.id in incident.rules}
        if not incident.checks or incident.state in found or incident.state != "fail":
            return ""
        return explain_level(self._result, incident.state, incident.insights, incident.signatures)

    def _fail_without_incident(self, verb: str) -> str:
        failed = [shorten(rule.id) for rule in self._rules if rule.state == "fail"]
        return f"{verb}: {listed(failed[:2]) or 'a finding of Apple'}."

    def _waiver_words(self, failed: Sequence[Incident]) -> str:
        """Say that a waiver has ended, or is exceeded, where that is why the release fails; empty where it is not."""
        targets = {
            "rule": {name for one in failed for name in one.rules},
            "insight": {self._result.insights[n].slice_name for one in failed for n in one.insights},
        }
        has_signatures = any(one.signatures for one in failed)
        for waiver in self._result.waivers:
            # The target of a signature's waiver is a selector, which names no signature.
            known = targets.get(waiver.kind)
            if waiver.target not in known if known is not None else not has_signatures:
                continue
            if waiver.fails_again:
                return f"the waiver ended {_ended(waiver.days_left, waiver.until, waiver.through_version)}"
            if waiver.state == "exceeded":
                ceiling = f" up to {shorten(waiver.up_to)}" if waiver.up_to else ""
                return f"the waiver{ceiling} is exceeded"
        return ""

    # --- what was looked at -------------------------------------------------------------------------

    def _looked_at(self) -> str:
        decided = sum(rule.state != "undecided" for rule in self._rules)
        rules = plural(len(self._rules), "rule")
        excepted = 0 if self._result.coverage is None else self._result.coverage.excepted
        if decided < len(self._rules):
            rules = f"{decided} of {rules} decided{f', {excepted} excepted,' if excepted else ''}"
        return f"{rules} over {plural(len(self._checks), 'slice')}"

    def _largest_movement(self) -> str:
        moved = [check for check in self._checks if check.state != "undecided" and _can_be_told(check)]
        largest = max(moved, key=lambda check: abs(movement(check)), default=None)
        if largest is None or largest.change is None:
            return ""
        if change(largest.change.relative) == "0%":
            return "none of them moved"
        return f"the largest movement is {move_phrase(largest, alike_devices([largest]), with_values=False)}"

    def _add_improvements(self, parts: _Parts) -> bool:
        improved = [one for one in self._incidents if one.state == "improved"]
        added = False
        for one in improved:
            opening = "improved: " if not added else ""
            added = parts.add_fact(f"{opening}{self._phrase(one, values=not added)}") or added
        return added

    def _add_advice(self, parts: _Parts) -> None:
        """Add the worst finding of the rules that the verdict is not about."""
        found = next((one for one in self._beside if one.state != "improved"), None)
        if found is not None:
            parts.add_fact(f"advice: {self._phrase(found, values=False, devices=1)}")

    # --- what is missing ----------------------------------------------------------------------------

    def _coverage_words(self) -> str:
        coverage = self._result.coverage
        total = len(self._rules) if coverage is None else coverage.rules
        decided = (
            sum(rule.state != "undecided" for rule in self._rules) if coverage is None else coverage.decided
        )
        return f"{decided} of {plural(total, 'rule')} decided"

    def _fine_words(self) -> str:
        """Name the categories of which everything was decided, else those of which something was."""
        missing = {one for rule in self._missing_rules() for one in self._categories_of(rule.id)}
        healthy = [rule.id for rule in self._rules if rule.state in ("pass", "improved")]
        found = dict.fromkeys(one for name in healthy for one in self._categories_of(name))
        names = [category_words(one) for one in found if one not in missing]
        if names:
            return f"{_enumerated(names)} {'are' if _is_plural(names) else 'is'} fine"
        return f"some of {_enumerated([category_words(one) for one in found])} is fine" if found else ""

    def _missing_rules(self) -> list[RuleOutcome]:
        """List what could not be decided and is not excepted, the most important first."""
        undecided = {rule.id: rule for rule in self._rules if rule.state == "undecided"}
        coverage = self._result.coverage
        if coverage is None:
            return [rule for rule in undecided.values() if rule.on_undecided != "ignore"]
        return [undecided[name] for name in coverage.missing if name in undecided]

    def _missing_words(self) -> Iterator[str]:
        """Say what each category lacks, once each: ``memory has no data yet``."""
        decided = {check.slice.category for check in self._checks if check.state != "undecided"}
        never = self._never_measured()
        told: set[str] = set()
        by_reason: dict[Reason, list[str]] = {}
        for rule in self._missing_rules():
            categories = self._categories_of(rule.id) or [rule.id]
            by_reason.setdefault(rule.reason or "no_data", []).extend(
                one for one in categories if one not in told
            )
            told.update(categories)
        for reason, categories in by_reason.items():
            # What lacks everything comes before what lacks a part.
            names = [category_words(one) for one in categories if one not in decided]
            names += [f"some of {category_words(one)}" for one in categories if one in decided]
            if reason == "within_noise":
                seen = [words for one in categories if (words := self._inconclusive(one))]
                names = seen or [f"the change of {name}" for name in names]
                if names:
                    yield f"{_fitting(names)} {'are' if len(names) > 1 else 'is'} within noise"
            elif names:
                lack = "no data" if reason == "no_data" and never.issuperset(categories) else _MISSING[reason]
                yield f"{_enumerated(names)} {'have' if _is_plural(names) else 'has'} {lack}"

    def _never_measured(self) -> set[str]:
        """Find the categories in which nothing that is missing can still come."""
        found: dict[bool, set[str]] = {True: set(), False: set()}
        for group in self._result.undecided:
            categories = {self._result.checks[position].slice.category for position in group.checks}
            found[group.kind == "never"] |= categories
        return found[True] - found[False]

    def _waiting_words(self) -> str:
        """Say what the run waits for, where it does not wait for everything."""
        waiting = [rule for rule in self._missing_rules() if rule.blocks]
        if not waiting or len(waiting) == len(self._rules):
            return ""
        categories = dict.fromkeys(one for rule in waiting for one in self._categories_of(rule.id))
        return f"the policy waits for {_enumerated([category_words(one) for one in categories] or ['it'])}"

    def _inconclusive(self, category: str) -> str:
        """Say the largest rise of a category that is not beyond noise, on a group of devices if on any."""
        seen = [
            check
            for check in self._checks
            if check.reason == "within_noise" and check.slice.category == category and _can_be_told(check)
        ]
        largest = max(seen, key=lambda check: (is_aggregate(check), movement(check)), default=None)
        if largest is None or movement(largest) <= 0:
            return ""
        return move_phrase(largest, alike_devices([largest]), with_values=False)

    def _why_undecided(self) -> str:
        """Continue ``3.4 …`` with why it could not be judged."""
        if not self._rules:
            return (
                "isn't judged: the policy enforces no rule"
                if self._result.rules
                else "isn't judged: there is no rule"
            )
        reasons = [check.reason for check in self._checks if check.reason is not None]
        if "stale" in reasons:
            return f"can't be judged: {_age_words(self._result.receipt.judged_at, self._result.receipt.fetched_at)}"
        # Rules that the verdict is not about may have seen what these lack.
        if not any(check.candidate for check in self._result.checks):
            return self._nothing_measured()
        main = max(reasons, key=reasons.count, default=None)
        missing = list(self._missing_words())
        never = [one for one in self._result.undecided if (one.kind, one.reason) == ("never", "no_baseline")]
        if main == "no_baseline" and never:
            return f"can't be judged: {uncapitalised(shorten(never[0].sentence.removesuffix('.'), _LONGEST_LACK))}"
        if main in ("no_baseline", "thin_history") and len(missing) == 1:
            why = {
                "no_baseline": "no earlier version is measured to compare it with",
                "thin_history": "there are too few earlier versions to know how much healthy releases differ",
            }[main]
            return f"can't be judged yet: {why}"
        shown = _Parts(
            head=f"can't be judged yet: {(missing or ['no rule could be decided'])[0]}",
            facts=[],
            sentences=[],
        )
        for one in missing[1:]:
            shown.add_fact(one, spare=_LONGEST_VERSION + 2)
        return shown.text().removesuffix(".")

    def _nothing_measured(self) -> str:
        newest = _newest(self._checks)
        if not self._result.candidate:
            return "can't be judged yet: Apple has measured no version of it"
        if not newest or same_version(newest, self._result.candidate):
            return "can't be judged yet: Apple has no value of it"
        name = shorten(newest, _LONGEST_VERSION)
        return f"can't be judged yet: Apple has no value of it; {name} is the newest measured"

    def _categories_of(self, rule: str) -> list[str]:
        return list(dict.fromkeys(check.slice.category for check in self._checks if check.rule == rule))

    # --- Apple --------------------------------------------------------------------------------------

    def _regression_words(self, told: Sequence[Incident] = ()) -> str:
        """Say which regressions Apple reports that no rule could decide; empty for none.

        Args:
            told: The incidents that are told already.
        """
        known = {position for one in told for position in one.insights}
        found = [
            one
            for position, one in enumerate(self._result.insights)
            if position not in known and is_left_open(self._result, one)
        ]
        names = list(dict.fromkeys(_adjective(_category_of(one)) for one in found))
        if not names:
            return ""
        size = f" of {change(found[0].largest_change)}" if len(found) == 1 and found[0].largest_change else ""
        what = f"a {names[0]} regression{size}" if len(names) == 1 else f"regressions of {_enumerated(names)}"
        return f"Apple reports {what} that no rule could decide"

    def _is_left_open(self, incident: Incident) -> bool:
        insights = [self._result.insights[position] for position in incident.insights]
        return incident.kind == "insight" and all(is_left_open(self._result, one) for one in insights)


def _more(count: int) -> str:
    return plural(count, "more finding")


def _short_names(devices: Sequence[str]) -> list[str]:
    """Write ``all iPhones`` and ``iPads`` for two groups, so that both fit."""
    first, *others = devices
    is_group = first.startswith("all ")
    return [first, *(one.removeprefix("all ") if is_group else one for one in others)]


def _blame_words(shown: Sequence[Incident]) -> str:
    """Say which place all incidents blame, else the likeliest of the first; empty when nobody blames any."""
    first, *others = shown
    if not first.places:
        return ""
    shared = [one for one in first.places if all(_same_place(one, other) for other in others)]
    if others and shared:
        both = "Both" if len(shown) == 2 else "All"  # noqa: PLR2004
        verb = "are called from" if shared[0].is_caller else "blame"
        return f"{both} {verb} {_place_words(shared[0])}."
    place = first.places[0]
    verb = "is called from" if place.is_caller else "blames"
    return f"{'The first' if others else 'It'} {verb} {_place_words(place)}."


def _same_place(place: BlamedPlace, incident: Incident) -> bool:
    where = (place.path, place.line, place.function)
    return any((one.path, one.line, one.function) == where for one in incident.places)


def _place_words(place: BlamedPlace) -> str:
    """Write ``CatalogueCoder.swift:56, changed by #421``."""
    name = place.path.rpartition("/")[2]
    line = f":{place.line}" if place.line is not None else ""
    where = f"{shorten(name)}{line}" if name else function_words(place.function)
    changed = _changed_by(place)
    return f"{where}, {changed}" if changed else where


def _changed_by(place: BlamedPlace) -> str:
    """Name the commits that touched a function, else the one that touched its file; who calls it is no news here."""
    for touched, words in (("function", "changed by"), ("file", "in a file changed by")):
        found = [one for one in place.suspects if one.touched == touched]
        if found:
            names = [
                f"#{one.pull_request}" if one.pull_request is not None else one.commit[:7] for one in found
            ]
            return f"{words} {_enumerated(names if touched == 'function' else names[:1])}"
    return ""


def _ended(days_left: int | None, until: str, through_version: str) -> str:
    if days_left is None:
        return f"with {shorten(through_version, _LONGEST_VERSION)}"
    return "yesterday" if days_left == -1 else f"on {until}"


def _can_be_told(check: Check) -> bool:
    change_ = check.change
    return change_ is not None and change_.relative is not None and isfinite(change_.relative)


def _enumerated(names: Sequence[str], *, most: int = 3) -> str:
    kept = max(1, most - 1)
    shown = [*names] if len(names) <= most else [*names[:kept], f"{len(names) - kept} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _fitting(phrases: Sequence[str]) -> str:
    """Enumerate as many phrases as fit beside a verdict, and count the rest."""
    ways = (_enumerated(phrases, most=most) for most in (3, 2, 1))
    first = shorten(phrases[0], _LONGEST_LACK)
    return next((way for way in ways if len(way) <= _LONGEST_LACK), first)


def _is_plural(names: Sequence[str]) -> bool:
    return len(names) > 1 or names[0].endswith("s")


def _adjective(category: str) -> str:
    """Write ``hang`` and ``launch``, as in a hang regression."""
    words = category_words(category)
    return words.removesuffix("s") if not words.endswith("ss") else words


def _category_of(insight: InsightFinding) -> str:
    return insight.slice_name.partition("/")[0]


def _newest(checks: Iterable[Check]) -> str:
    """Find the newest version that any slice was measured for; empty when none was."""
    columns = [[point.version for point in check.history] for check in checks]
    longest = max(columns, key=len, default=[])
    return longest[-1] if longest else ""


def _age_words(judged_at: str, fetched_at: str) -> str:
    """Say how old the data is, from the times of a receipt."""
    try:
        age = (datetime.fromisoformat(judged_at) - datetime.fromisoformat(fetched_at)).total_seconds()
    except (TypeError, ValueError):
        return "the data is too old"
    if age < 0:
        return "the data claims to be from the future"
    days, hours = int(age // _DAY), int(age // _HOUR)
    return f"the data is {plural(days, 'day') if days > 2 else plural(hours, 'hour')} old"  # noqa: PLR2004
