"""What is published about a judgement, the same for every channel of every host.

Values only: `gate.publish.describe` makes a story of a result, `gate.publish.combine` makes one of several.
"""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from gate.model.states import State

StoryVerdict = Literal["pass", "partial", "fail", "undecided", "error"]
"""A verdict, or that there is none."""
StoryLength = Literal["comment", "summary"]
"""How much of the report a channel has room for."""
AnnotationLevel = Literal["error", "warning", "notice"]

LEVELS: tuple[AnnotationLevel, ...] = ("error", "warning", "notice")
"""Worst first."""


class StoryFinding(Struct, frozen=True, kw_only=True):
    """One thing that is worth an annotation."""

    level: AnnotationLevel
    title: str
    message: str
    rule: str = ""
    """Id of the rule it is about; empty when it is about none."""
    file: str = ""
    """Path in the repository of the code it is about; empty when that is not known."""
    line: int | None = None
    """Line in `file`, from 1."""


class FailingCheck(Struct, frozen=True, kw_only=True):
    """One failing slice, for the output ``failing-checks``."""

    app: str
    rule: str
    metric: str
    """``CATEGORY/metric``."""
    device: str
    percentile: str
    version: str
    value: float | None
    baseline: float | None
    change: float | None
    """0.23 is +23%; null when the baseline is zero or missing."""
    unit: str


DrawMarkdown = Callable[[StoryLength, int, bool], str]
"""Makes Markdown of a length, in at most so many bytes; if the last argument is false, without the receipt, whose
times differ in every run."""


class Story(Struct, frozen=True, kw_only=True):
    """What a run has to say, whoever listens."""

    verdict: StoryVerdict
    blocks: bool
    exit_code: int
    words: str
    """The verdict and what it does, such as ``Fail, not blocking``."""
    sentence: str
    subject: str
    """App and version, for titles."""
    counts: dict[State, int]
    """Rules in each state."""
    check_counts: dict[State, int]
    """Checks in each state."""
    failing: tuple[FailingCheck, ...] = ()
    """Worst first."""
    findings: tuple[StoryFinding, ...] = ()
    """Worst first."""
    draw: DrawMarkdown
    """The report as Markdown.

    Raises:
        GateError: The user's own template can't be used.
    """

    @property
    def has_findings(self) -> bool:
        """Whether anybody has to look."""
        return any(finding.level != "notice" for finding in self.findings)

    @property
    def is_resolved(self) -> bool:
        """Whether all is well, beyond there being nothing to say."""
        return self.verdict == "pass" and not self.has_findings
