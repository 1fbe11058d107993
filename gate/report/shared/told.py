"""The things that a report tells of, with everything that belongs to each: values only."""

from typing import Literal

from msgspec import Struct

from gate.model.facts import DiagnosticNote
from gate.model.result import Check, InsightFinding, RuleOutcome, SignatureFinding, Suspect
from gate.model.states import Mode, Reason, UndecidedKind

IncidentKind = Literal["rise", "fall", "insight", "signature"]
IncidentState = Literal["fail", "warn", "improved"]


class ToldPlace(Struct, frozen=True, kw_only=True):
    """A place in the code that signatures blame, with who owns it and what touched it."""

    function: str
    path: str
    line: int | None
    url: str
    signatures: tuple[SignatureFinding, ...]
    owners: tuple[str, ...]
    owners_problem: str
    """Why nobody is named; empty when somebody is."""
    suspects: tuple[Suspect, ...]
    suspects_problem: str
    """Why commits are not named; empty when they are."""
    is_caller: bool
    """It calls the function that the signatures name, which has no line."""
    is_mapped: bool
    """Whether `path` is one of the repository, and not just what Apple calls the file."""
    is_known: bool
    """An incident before this one has told owners and suspects, which are left out here."""


class ToldIncident(Struct, frozen=True, kw_only=True):
    """One thing that happened, with all that belongs to it."""

    kind: IncidentKind
    state: IncidentState
    mode: Mode
    blocks: bool
    category: str
    title: str
    sentence: str
    """What its insights do not say themselves; may be empty."""
    rules: tuple[RuleOutcome, ...]
    """Those that found it, in the order of the policy."""
    checks: tuple[Check, ...]
    """Its leading slices, each once however many rules look at it: its worst state, and what passes all rules."""
    more: int
    """Further slices, each counted once."""
    insights: tuple[InsightFinding, ...]
    places: tuple[ToldPlace, ...]
    signatures: tuple[SignatureFinding, ...]
    """All of them, also those that a place names."""
    unplaced: tuple[SignatureFinding, ...]
    """Those that no place names."""
    apple_advice: tuple[DiagnosticNote, ...]
    """Apple's own advice on the signatures, each once."""
    owners: tuple[str, ...]
    """Of the rules, each once."""
    advice: tuple[str, ...]
    """Of the rules, each once."""


class ToldGroup(Struct, frozen=True, kw_only=True):
    """Slices that are undecided for one cause."""

    kind: UndecidedKind
    reason: Reason
    rules: tuple[str, ...]
    """Ids."""
    checks: tuple[Check, ...]
    over: tuple[Check, ...]
    """Those above the line that the rule draws."""
    sentence: str
    remedy: str
    waiting: tuple[str, ...]
    """Ids of the rules that the policy wants to hear of when they are undecided."""
    blocking: tuple[str, ...]
    """Those of them that stop the run."""
    warned_of: tuple[str, ...]
    """The others of them."""
    blocks: bool
    """Whether one of these stops the run."""


class RuleFinding(Struct, frozen=True, kw_only=True):
    """A rule that needs attention, with its worst slices; for templates of users."""

    rule: RuleOutcome
    checks: tuple[Check, ...]
    """The worst slices that share the rule's state, worst first."""
    more: int
    """Further slices in the same state."""
