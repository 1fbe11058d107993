"""Why a run has its verdict, and what a reader should know beside."""

from collections.abc import Iterable, Iterator, Sequence

from gate.judge.sentences.references import missing_baseline_words
from gate.model.comparison import References
from gate.model.facts import SliceKey
from gate.model.result import InsightFinding, RuleOutcome, SignatureFinding
from gate.model.states import Reason, State, Verdict
from gate.text.words import metric_words, plural

_REASONS: dict[Reason, str] = {
    "no_data": "Apple has too little data for it yet",
    "no_baseline": "there is nothing to compare it with",
    "thin_history": "there are too few earlier versions to know how much healthy releases differ",
    "not_comparable": "the data can't be compared",
    "stale": "the data is too old",
    "too_early": "it is on sale, but nothing of it is measured yet",
    "within_noise": "the changes are within what healthy releases show",
}
"""Each reason as the end of a sentence about a whole run."""

_COUNTED: tuple[tuple[State, str], ...] = (
    ("fail", "failed"),
    ("warn", "with a warning"),
    ("pass", "passed"),
    ("improved", "improved"),
    ("undecided", "undecided"),
)

AGE_UNKNOWN = "The age of the data is not known: the file carries no time of fetching."
ORDER_CONFLICT = "The series of the payload disagree on the order of versions; their numbers decided it."


def explain_verdict(
    version: str,
    verdict: Verdict,
    outcomes: Sequence[RuleOutcome],
    *,
    causes: Sequence[str],
    why: str,
    noun: str,
) -> str:
    """Explain the verdict of a run in one sentence, with the numbers that support it.

    Args:
        version: The version judged; may be empty.
        verdict: What it came to.
        outcomes: The rules that the verdict is about.
        causes: Findings of Apple's that failed it, from `cause_words`.
        why: Why nothing could be decided, from `undecided_words`.
        noun: What the rules are called: ``rule``, or ``enforced rule`` when others are shown beside them.
    """
    name = version or "The release"
    counts = _rule_counts(outcomes, noun)
    if verdict == "fail":
        failed = [outcome.id for outcome in outcomes if outcome.state == "fail"]
        return f"{name} fails because of {_some_of([*failed, *causes])}: {counts}."
    if verdict == "undecided":
        return f"{name} can't be judged, {why or 'no rule could be decided'}: {counts}."
    return f"{name} passes: {counts}."


def cause_words(insights: Iterable[InsightFinding], signatures: Iterable[SignatureFinding]) -> list[str]:
    """Name the findings of Apple's that fail a run."""
    found = [f"Apple's insight on {one.slice_name}" for one in insights if one.level == "fail"]
    return found + [f"signature {one.name or one.text}" for one in signatures if one.level == "fail"]


def undecided_words(rules: Sequence[RuleOutcome], reason: Reason | None) -> str:
    """Say why a run could not be decided, as the end of a sentence.

    Args:
        rules: The rules that the verdict is about.
        reason: The one that most undecided checks share; None when none is undecided.
    """
    if not rules:
        return "no rule of the policy is enforced"
    waiting = [rule.id for rule in rules if rule.state == "undecided" and rule.on_undecided == "block"]
    # Where everything is undecided, the reason for that says more than a list of all rules.
    if waiting and not all(rule.state == "undecided" for rule in rules):
        return f"the policy waits for {', '.join(waiting)}"
    return _REASONS[reason] if reason is not None else ""


def no_baseline_note(references: References) -> str:
    """Note that there is no baseline for a whole run; empty when there is one."""
    missing = missing_baseline_words(references)
    return f"There is no baseline: {missing}." if missing else ""


def unknown_unit_notes(units: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Note metrics whose unit has no floor.

    Args:
        units: ``CATEGORY/metric`` and unit; the unit may be empty.
    """
    for name, unit in units:
        label = f"the unit {unit}" if unit else "no unit"
        yield f"{name} comes with {label}, for which no floor is known; every relative change counts."


def only_the_gate_note(key: SliceKey) -> str:
    """Note that only the gate finds a metric worse, and why that can be."""
    return (
        f"Only the gate finds {metric_words(key.category, key.metric)} worse: Apple lists no insight on it. "
        "Apple publishes no threshold of its own, and a limit or goal of the policy is none of Apple's concern."
    )


def _rule_counts(outcomes: Sequence[RuleOutcome], noun: str) -> str:
    counted = [(sum(outcome.state == state for outcome in outcomes), word) for state, word in _COUNTED]
    parts = [f"{count} {word}" for count, word in counted if count]
    if len(parts) == 1 and len(outcomes) > 1:
        return f"all {parts[0].replace(' ', f' {noun}s ', 1)}"
    return f"of {plural(len(outcomes), noun)}, {', '.join(parts)}" if parts else "no rule was judged"


def _some_of(causes: Sequence[str], *, most: int = 3) -> str:
    shown = ", ".join(causes[:most])
    return f"{shown} and {len(causes) - most} more" if len(causes) > most else shown
