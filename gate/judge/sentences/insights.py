"""What Apple's own insights say, and how the gate's rules compare with them."""

from typing import Literal

from gate.model.facts import AppleInsight
from gate.text.numbers import change
from gate.text.words import metric_words, plural

Agreement = Literal["other_version", "not_judged", "found_too", "undecided", "not_found"]
"""How the gate's rules on the same metric compare with an insight."""

_AGREEMENTS: dict[Agreement, str] = {
    "other_version": "It is about {version}, not the version judged here.",
    "not_judged": "No rule of this policy judges it.",
    "found_too": "The gate's own rules found it too.",
    "undecided": "The gate could not decide it.",
    "not_found": "The gate's own rules did not find it: Apple compares plain means, "
    "without asking how much healthy releases differ.",
}


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


def explain_agreement(agreement: Agreement, version: str) -> str:
    """Say how the gate's rules compare with an insight about a version."""
    return _AGREEMENTS[agreement].format(version=version)
