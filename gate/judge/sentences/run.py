"""What a reader of a run should know beside its headline."""

from collections.abc import Iterable, Iterator

from gate.judge.sentences.references import missing_baseline_words
from gate.model.comparison import References
from gate.model.facts import SliceKey
from gate.text.words import metric_words

AGE_UNKNOWN = "The age of the data is not known: the file carries no time of fetching."
ORDER_CONFLICT = "The series of the payload disagree on the order of versions; their numbers decided it."


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
        "Apple publishes no threshold of its own."
    )
