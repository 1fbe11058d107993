"""What happened, told as few things as it is: findings that belong together become one incident.

Pure, and apart from the judgement: a checkout that is looked at later adds places and suspects to signatures, and
then the same result is told again.
"""

from msgspec.structs import replace

from gate.judge.sentences.headline import write_headline
from gate.model.result import Incident, Result


def tell(result: Result) -> Result:
    """Add the incidents and the headline to a result, from everything else that is in it."""
    told = replace(result, incidents=find_incidents(result))
    return replace(told, sentence=write_headline(told))


def find_incidents(result: Result) -> tuple[Incident, ...]:
    """Group the findings of a result, worst first."""
    _ = result
    return ()
