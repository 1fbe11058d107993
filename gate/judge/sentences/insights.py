"""What Apple's own insights say."""

from gate.model.facts import AppleInsight
from gate.text.numbers import change
from gate.text.words import metric_words, plural


def explain_insight(insight: AppleInsight, largest: float | None) -> str:
    """Say what Apple found.

    Args:
        insight: Apple's finding.
        largest: Largest rise among its populations, relative; None when Apple gave none.
    """
    name = metric_words(insight.category, insight.metric)
    part = f" ({insight.subsystem})" if insight.subsystem else ""
    verb = "regressed" if insight.kind == "regression" else "is trending up"
    where = f" in {insight.latest_version}" if insight.latest_version else ""
    size = f" by up to {change(largest)}" if largest is not None else ""
    count = len(insight.reference_versions)
    mean = "the mean of " if count > 1 else ""
    against = f", compared with {mean}{plural(count, 'earlier version')}" if count else ""
    return f"Apple says that {name}{part} {verb}{where}{size}{against}."
