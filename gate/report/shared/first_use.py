"""The words of a report that its reader may not have met, each explained where the report first uses it."""

from gate.model.result import Result
from gate.report.shared.complete import complete
from gate.text.glossary import EXPLAINED


def used_words(result: Result) -> dict[str, str]:
    """Explain the words that a report on a result uses, by the word and in the order of their use."""
    used = {
        "slice": bool(result.checks),
        "baseline": any(check.baseline is not None for check in result.checks),
        "blame frame": any(
            not place.is_caller for incident in complete(result).incidents for place in incident.places
        ),
        "within noise": any(check.reason == "within_noise" for check in result.checks),
    }
    return {word: sentence for word, sentence in EXPLAINED.items() if used.get(word, True)}
