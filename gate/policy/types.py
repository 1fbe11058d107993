"""The policy, resolved: defaults filled in, presets merged, words turned into numbers.

Pure values; `gate.policy.read` makes them, the judgement consumes them.
"""

from typing import Literal

from msgspec import Struct

from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.states import Mode
from gate.model.units import Quantity

OnUndecided = Literal["note", "warn", "block", "ignore"]
FindingLevel = Literal["ignore", "note", "warn", "fail"]
Goal = Literal["recommended", "good", "fair"]
BaselineUse = Literal["previous", "window", "pinned"]
Effect = Literal["block", "advise", "note"]
Percentile = Literal["p50", "p90", "any"]
Lagging = Literal["undecided", "own_newest"]
CommentWhen = Literal["always", "changed", "findings"]


class Allowance(Struct, frozen=True, kw_only=True):
    """How large a rise a rule allows. With both parts a rise must exceed both to count."""

    relative: float | None = None
    """0.10 for ``> +10%``."""
    absolute: Quantity | None = None
    text: str
    """As the policy says it, in one normal form: ``> +10% and > +80 ms``."""


class Limit(Struct, frozen=True, kw_only=True):
    """An absolute line that needs no baseline: the value must stay at or below it."""

    quantity: Quantity
    text: str
    """In one normal form: ``<= 1500 ms``."""


class Selector(Struct, frozen=True, kw_only=True):
    """Which slices a rule judges. Every part but the percentile may be a glob."""

    metric: str
    """``CATEGORY/metric``."""
    percentile: Percentile = "any"
    device: str = "any"
    platform: str = "any"


class Rule(Struct, frozen=True, kw_only=True):
    """One entry of the policy: a selector, what is allowed, what to do."""

    id: str
    selector: Selector
    mode: Mode = "enforce"
    warn: Allowance | None = None
    fail: Allowance | None = None
    limit: Limit | None = None
    goal: Goal | None = None
    on_undecided: OnUndecided | None = None
    """None when the rule does not say: then the event's outcome decides."""
    owner: str = ""
    advice: str = ""
    noise: float | None = None
    """Assumed noise on the log scale, instead of the gate's own table."""
    floor: Quantity | None = None
    """Level under which a relative change means nothing, instead of the gate's own table."""
    line: int = 0
    """Line of the rule's id in the policy's file, from 1; 0 when it is not known."""


class BaselineSelection(Struct, frozen=True, kw_only=True):
    """Against which versions a candidate is compared."""

    use: BaselineUse = "window"
    window: int = 4
    """How many versions before the candidate, for ``use: window``."""
    pinned: str = ""
    exclude: tuple[str, ...] = ()
    """Versions that are never a reference: pulled, or known to be bad."""


class Evidence(Struct, frozen=True, kw_only=True):
    """How sure the gate must be; kept apart from how much a rule allows."""

    alarm_budget: float = 0.05
    """Chance that a healthy release fails anywhere in the run."""
    min_versions: int = 2
    """With fewer references a rise can't fail: it is undecided."""
    max_age: float = 48 * 3600.0
    """Of the snapshot, in seconds; older data is stale."""
    must_detect: float = 0.25
    """A rule passes only if a rise of this size would have shown."""
    lagging: Lagging = "undecided"
    """A metric whose newest version lags behind the candidate: undecided, or judged at its own newest."""


class InsightLevels(Struct, frozen=True, kw_only=True):
    """What Apple's own insights count for."""

    regressions: FindingLevel = "warn"
    high_impact: FindingLevel = "warn"
    trending_up: FindingLevel = "note"


class SignatureSelector(Struct, frozen=True, kw_only=True):
    """Which signatures are meant: those with a frame on the blame path that matches every part.

    Parts are globs without regard to case. A signature's own text counts as a frame without a file.
    """

    binary: str = "*"
    symbol: str = "*"
    """Of the readable name or of Apple's own text."""
    file: str = "*"
    """As Apple names it, which is mostly without folders."""


class IgnoredSignature(Struct, frozen=True, kw_only=True):
    """Signatures that are known and accepted: listed, but never more than a note."""

    selector: SignatureSelector
    reason: str
    until: str
    """ISO date, the last day it holds."""


class Signatures(Struct, frozen=True, kw_only=True):
    """What diagnostic signatures count for."""

    types: tuple[str, ...] = tuple(DIAGNOSTIC_TYPES)
    top: int = 5
    """How many of each type are looked at, heaviest first."""
    new: FindingLevel = "note"
    growing: FindingLevel = "note"
    max_weight: float | None = None
    """Largest share of its type that one signature may have, 0 to 1; above it the level is fail."""
    only: tuple[SignatureSelector, ...] = ()
    """Signatures that levels are for, while all others are notes; empty for all."""
    ignore: tuple[IgnoredSignature, ...] = ()
    """Signatures that are never more than a note."""
    tag: str = ""
    """Name of the git tag of a version, such as ``v{version}``; empty for just that."""


class Waiver(Struct, frozen=True, kw_only=True):
    """A known and accepted rise of one rule, with a ceiling and an end."""

    rule: str
    up_to: float
    """0.15 for ``+15%``."""
    until: str = ""
    """ISO date, the last day it holds."""
    through_version: str = ""
    """The last version it holds for."""
    reason: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What a verdict does to the thing the run guards."""

    fail: Effect = "block"
    undecided: Effect = "note"


class Comment(Struct, frozen=True, kw_only=True):
    """How the pull request comment behaves."""

    when: CommentWhen = "changed"
    max_rows: int = 15
    key: str = "main"


class Report(Struct, frozen=True, kw_only=True):
    """How reports look."""

    comment: Comment = Comment()
    template: str = ""
    """Path of the user's own Jinja template, relative to the policy; empty for the built-in one."""


class Policy(Struct, frozen=True, kw_only=True):
    """Everything a judgement needs to know about what its owner wants."""

    app: str = ""
    """Bundle id or numeric App Store id; empty when the command line names it."""
    mode: Mode = "enforce"
    baseline: BaselineSelection = BaselineSelection()
    evidence: Evidence = Evidence()
    rules: tuple[Rule, ...]
    insights: InsightLevels = InsightLevels()
    signatures: Signatures = Signatures()
    waivers: tuple[Waiver, ...] = ()
    outcomes: dict[str, Outcome] = {}
    """By GitHub event name; ``default`` for all others."""
    report: Report = Report()
    digest: str = ""
    """SHA-256 of the policy with its presets resolved, for the receipt."""

    def outcome_for(self, event: str) -> Outcome:
        """Find what a verdict does under an event.

        A pull request can't have caused field numbers, so it is only blocked when the policy names it. A merge
        queue holds pull requests, and is treated as one unless the policy names it.
        """
        if event in self.outcomes:
            return self.outcomes[event]
        if event == "merge_group" and "pull_request" in self.outcomes:
            return self.outcomes["pull_request"]
        if event in ("pull_request", "pull_request_target", "merge_group"):
            return Outcome(fail="advise", undecided="advise")
        return self.outcomes.get("default", Outcome())
