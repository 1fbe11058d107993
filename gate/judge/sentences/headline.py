"""The first sentence of every report: a fact."""

from gate.model.result import Result


def write_headline(result: Result) -> str:
    """Say what changed, from what to what and for whom; of a release that can't be judged, what is missing."""
    return result.sentence
