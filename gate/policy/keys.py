"""The shape of the YAML document: every key, its type, its words for people.

The JSON Schema for editors is generated from these structs, and `gate.policy.convert` checks a document
against them. A key that was not given is `UNSET`; a key without a default is compulsory.

The extra metadata of a key, for `gate.policy.convert` where nothing else is said:

- ``read``: a function that checks the text and raises `ExpressionError`;
- ``tags``: kinds of YAML scalars beside text that are read as they are written: ``0.05`` is a share, and a
  bare ``48`` gets a better answer from the language of durations than from YAML;
- ``noun``: what the value is called when YAML reads it as something else;
- ``explain``: sentences for values that people try and that are refused;
- ``write``: a function that writes the policy's value as the document does, for `gate.policy.show`;
- ``unset``: what stands in for the key when it is not given, in words, where the default does not say it.

Rises, limits, quantities and ceilings have no ``read``: their units depend on the metric, so `gate.policy.checks`
reads them.
"""

from functools import partial
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from gate.model.catalogue import CATEGORIES, DEVICE_GROUPS, DIAGNOSTIC_TYPES, DiagnosticType
from gate.model.states import Mode
from gate.policy import expressions, names
from gate.policy.types import (
    Allowance,
    BaselineUse,
    Ceiling,
    CommentWhen,
    Effect,
    FindingLevel,
    Lagging,
    Limit,
    OnUndecided,
    Percentile,
    When,
)

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType

_NUMBERS = ("int", "float")

MAX_ENTRIES = 500
"""Of any list: far more than a policy needs, and a bound on what aliases can multiply."""


MAX_EXTENDED = 16
"""Of the list of what a policy extends."""


def _says(description: str, *, example: Any = None, **extra: Any) -> Meta:
    """Say what a key is for, in the words that editors and the documentation show."""
    return Meta(description=description, examples=None if example is None else [example], extra=extra)


def _language(pattern: str, **extra: Any) -> Meta:
    """Describe a short text in one of the policy's little languages."""
    return Meta(pattern=pattern, min_length=1, max_length=200, extra=extra)


def _up_to(most: float) -> dict[str, Any]:
    """Describe a share, which may also be written as a plain number, with the largest that makes sense."""
    return {
        "read": partial(expressions.share, most=most),
        "write": expressions.share_text,
        "tags": _NUMBERS,
    }


def _or_none(pattern: str) -> str:
    """Let a text also be `none`, which takes away what a policy would get from another."""
    return rf"^\s*{expressions.NONE}\s*$|{pattern}"


def _text_of(part: Allowance | Limit | Ceiling) -> str:
    """Write a rise, a limit or a ceiling in its normal form."""
    return part.text


_NEARBY_PERCENTILES = dict.fromkeys(
    ("p10", "p75", "p95", "p99", "p100", "median", "typical"),
    "Apple serves p50 (the typical user) and p90 (the worst decile).",
)
_NO_RECORD = {
    "accepted": "This is not supported yet, because no record of accepted versions is kept. "
    "Use window, previous or pinned.",
}

LineText = Annotated[str, Meta(min_length=1, max_length=200)]
ProseText = Annotated[str, Meta(min_length=1, max_length=2000)]
PathText = Annotated[str, Meta(min_length=1, max_length=500)]
RuleIdText = Annotated[str, _language(names.RULE_ID_PATTERN, read=names.rule_id)]
CommentKeyText = Annotated[str, _language(names.KEY_PATTERN, read=names.key)]
VersionText = Annotated[str, _language(names.VERSION_PATTERN, read=names.version, noun="a version")]
DayText = Annotated[
    str, _language(names.DATE_PATTERN, read=names.day, noun="a date", tags=("timestamp", *_NUMBERS))
]
AppText = Annotated[
    Annotated[str, _language(names.APP_PATTERN)] | int, Meta(extra={"read": names.app, "tags": ("int",)})
]
MetricText = Annotated[str, _language(names.METRIC_PATTERN, read=names.metric)]
DeviceText = Annotated[str, _language(names.DEVICE_PATTERN, read=names.device)]
PlatformText = Annotated[str, _language(names.SELECTOR_PATTERN, read=names.platform)]
RiseText = Annotated[str, _language(_or_none(expressions.RISE_PATTERN), tags=_NUMBERS, write=_text_of)]
LimitText = Annotated[str, _language(_or_none(expressions.LIMIT_PATTERN), tags=_NUMBERS, write=_text_of)]
QuantityText = Annotated[
    str, _language(expressions.QUANTITY_PATTERN, tags=_NUMBERS, write=expressions.quantity_text)
]
DurationText = Annotated[
    str,
    _language(
        expressions.DURATION_PATTERN,
        read=expressions.duration,
        tags=_NUMBERS,
        write=expressions.duration_text,
    ),
]
ShareText = Annotated[str, _language(expressions.SHARE_PATTERN)] | Annotated[float, Meta(gt=0, lt=1)]
CeilingText = Annotated[str, _language(expressions.CEILING_PATTERN)] | Annotated[float, Meta(gt=0, lt=1)]
ExtendedTexts = Annotated[tuple[PathText, ...], Meta(min_length=1, max_length=MAX_EXTENDED)]
VersionTexts = Annotated[tuple[VersionText, ...], Meta(max_length=MAX_ENTRIES)]
SignatureTypes = Annotated[tuple[DiagnosticType, ...], Meta(max_length=MAX_ENTRIES)]


class BaselineSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Against which versions a candidate is compared."""

    use: Maybe[
        Annotated[
            BaselineUse,
            _says(
                "`previous`: the version before the candidate. `window`: the versions before it, as many as "
                "`window` says. `pinned`: the one version that `pinned` names.",
                explain=_NO_RECORD,
            ),
        ]
    ] = UNSET
    window: Maybe[
        Annotated[
            int, Meta(ge=1, le=100), _says("How many versions before the candidate, for `use: window`.")
        ]
    ] = UNSET
    pinned: Maybe[
        Annotated[
            VersionText, _says("The version to compare with, for `use: pinned`; in quotes.", example="3.1.0")
        ]
    ] = UNSET
    exclude: Maybe[
        Annotated[
            VersionTexts,
            _says(
                "Versions that are never a reference: pulled, or known to be bad; in quotes.",
                example=["3.0.1"],
            ),
        ]
    ] = UNSET


class EvidenceSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure the gate must be; kept apart from how much a rule allows."""

    alarm_budget: Maybe[
        Annotated[
            ShareText,
            _says("Chance that a healthy release fails anywhere in the run; at most 50%.", **_up_to(0.5)),
        ]
    ] = UNSET
    min_versions: Maybe[
        Annotated[
            int,
            Meta(ge=1, le=100),
            _says(
                "With fewer reference versions a rise that would fail is undecided: nobody knows the noise yet."
            ),
        ]
    ] = UNSET
    max_age: Maybe[
        Annotated[
            DurationText,
            _says(
                "Age of the snapshot above which everything in it is stale: minutes (`30m`), hours (`48h`) or "
                "days (`7d`)."
            ),
        ]
    ] = UNSET
    must_detect: Maybe[
        Annotated[
            ShareText,
            _says(
                "A rule passes only if a rise of this size would have shown, or of twice the allowance or 2.5 "
                "times the assumed noise where that is more; else it is undecided.",
                **_up_to(10.0),
            ),
        ]
    ] = UNSET
    lagging: Maybe[
        Annotated[
            Lagging,
            _says(
                "A metric whose newest version is older than the candidate is `undecided`, or judged at its "
                "`own_newest` version."
            ),
        ]
    ] = UNSET


class RuleEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the policy: a selector, what is allowed, what to do."""

    id: Maybe[
        Annotated[
            RuleIdText,
            _says(
                "Unique and stable: waivers, comments and history hang on it.",
                example="launch-typical",
            ),
        ]
    ]
    enabled: Maybe[
        Annotated[
            bool,
            _says("`false` switches the rule off, also one of what the policy extends.", unset="`true`"),
        ]
    ] = UNSET
    metric: Maybe[
        Annotated[
            MetricText,
            _says(
                "Which metrics: `CATEGORY/metric`, and either part may be a glob. Apple's categories are "
                f"{', '.join(CATEGORIES)}.",
                example="LAUNCH/launchTime",
                unset="compulsory, unless the rule is one of what the policy extends",
            ),
        ]
    ] = UNSET
    percentile: Maybe[
        Annotated[
            Percentile,
            _says(
                "`p50` is the typical user, `p90` the worst decile, `any` both.", explain=_NEARBY_PERCENTILES
            ),
        ]
    ] = UNSET
    device: Maybe[
        Annotated[
            DeviceText,
            _says(
                f"Which devices: {', '.join(f'`{group}`' for group in DEVICE_GROUPS)}, a name as reports print it "
                "such as `iPhone 14 Pro`, a model such as `iPhone15,2`, a glob such as `iPhone1*`, or `any`.",
                example="all_iphones",
            ),
        ]
    ] = UNSET
    platform: Maybe[
        Annotated[
            PlatformText,
            _says(
                "Which platforms, as Apple spells them: `iOS`, a glob, or `any`. Apple's API serves these metrics for "
                "iOS only, so a rule for another platform is refused.",
                example="iOS",
            ),
        ]
    ] = UNSET
    mode: Maybe[
        Annotated[
            Mode,
            _says(
                "Instead of the policy's own mode: `enforce`, `advise` (shown, never blocks) or `shadow` "
                "(listed apart, never counts).",
                unset="the policy's",
            ),
        ]
    ] = UNSET
    warn: Maybe[
        Annotated[
            RiseText, _says("A rise above this is a warning. At most as large as `fail`.", example="> +5%")
        ]
    ] = UNSET
    fail: Maybe[
        Annotated[
            RiseText,
            _says(
                "A rise above this, and beyond the noise, fails. Relative, absolute, or both joined by `and`; "
                "units are compulsory.",
                example="> +10% and > +80 ms",
            ),
        ]
    ] = UNSET
    limit: Maybe[
        Annotated[
            LimitText,
            _says(
                "An absolute line that needs no baseline: the value must stay at or below it.",
                example="<= 1500 ms",
            ),
        ]
    ] = UNSET
    goal: Maybe[
        Annotated[
            Literal["recommended", "good", "fair", "none"],
            _says(
                "Apple's own target for each slice: its `recommended` goal, or the end of its `good` or "
                "`fair` band."
            ),
        ]
    ] = UNSET
    when: Maybe[
        Annotated[
            When,
            _says(
                "When a limit or goal fails: at every value `above` it; or only when it is `crossed`, which means "
                "that all versions of the baseline were within it and that the rise is beyond the noise. What was "
                "above it before then passes.",
                unset="`above`",
            ),
        ]
    ] = UNSET
    on_undecided: Maybe[
        Annotated[
            OnUndecided,
            _says(
                "What this rule does when it is undecided, instead of what `outcomes` says: `block` the run (unless that "
                "is `advise`), only `note` or `warn` about it, or `ignore` it: then it does not keep the run from passing.",
                unset="as `outcomes` says",
            ),
        ]
    ] = UNSET
    owner: Maybe[
        Annotated[
            LineText,
            _says("Who looks at a finding; in quotes when it begins with @.", example="@example/startup"),
        ]
    ] = UNSET
    advice: Maybe[Annotated[ProseText, _says("What to do about a finding, shown beside it.")]] = UNSET
    noise: Maybe[
        Annotated[
            ShareText,
            _says(
                "How much healthy versions of this metric differ (standard deviation of the logarithm), instead "
                "of the gate's own table.",
                unset="the gate's table",
                **_up_to(1.0),
            ),
        ]
    ] = UNSET
    floor: Maybe[
        Annotated[
            QuantityText,
            _says(
                "Level under which a relative change means nothing, with its unit, instead of the gate's own "
                "table.",
                unset="the gate's table",
                example="100 ms",
            ),
        ]
    ] = UNSET

    @property
    def is_enabled(self) -> bool:
        """Tell whether it is not switched off."""
        return self.enabled is not False


class InsightsSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Apple's own verdicts on the metrics count for, beside the rules."""

    regressions: Maybe[Annotated[FindingLevel, _says("Metrics that Apple says rose significantly.")]] = UNSET
    high_impact: Maybe[Annotated[FindingLevel, _says("Insights that Apple marks as high impact.")]] = UNSET
    trending_up: Maybe[
        Annotated[FindingLevel, _says("Metrics that Apple says rose moderately; bad news as well.")]
    ] = UNSET


class SignatureSelectorEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which signatures are meant: those with a frame on the blame path that matches every part."""

    binary: Maybe[
        Annotated[LineText, _says("Binary of a frame; a glob.", unset="any", example="ExamplePhotos")]
    ] = UNSET
    symbol: Maybe[
        Annotated[
            LineText,
            _says(
                "Readable name of a frame, or Apple's own text; a glob.",
                unset="any",
                example="LibraryIndex.*",
            ),
        ]
    ] = UNSET
    file: Maybe[
        Annotated[
            LineText,
            _says(
                "Source file of a frame as Apple names it, mostly without folders; a glob.",
                unset="any",
                example="*.swift",
            ),
        ]
    ] = UNSET


class IgnoredSignatureEntry(SignatureSelectorEntry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signatures that are known and accepted: listed, but never more than a note."""

    reason: Maybe[Annotated[ProseText, _says("Why; shown in every report.", example="Fixed in 3.5")]]
    until: Maybe[Annotated[DayText, _says("The last day it holds.", example="2026-12-31")]]


class SignaturesSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the diagnostic signatures of the candidate's build count for."""

    types: Maybe[
        Annotated[
            SignatureTypes,
            _says(
                f"Which diagnostics are looked at: {', '.join(f'`{kind}`' for kind in DIAGNOSTIC_TYPES)}; an empty "
                "list for none.",
                unset="all",
            ),
        ]
    ] = UNSET
    top: Maybe[
        Annotated[
            int, Meta(ge=1, le=200), _says("How many signatures of each type are looked at, heaviest first.")
        ]
    ] = UNSET
    new: Maybe[Annotated[FindingLevel, _says("Signatures that the build of the baseline does not have.")]] = (
        UNSET
    )
    growing: Maybe[
        Annotated[FindingLevel, _says("Signatures whose weight grew, or that Apple says get worse.")]
    ] = UNSET
    max_weight: Maybe[
        Annotated[
            ShareText,
            _says(
                "Largest share of its type that one signature may have; above it the finding fails.",
                **_up_to(1.0),
            ),
        ]
    ] = UNSET
    only: Maybe[
        Annotated[
            tuple[SignatureSelectorEntry, ...],
            Meta(max_length=MAX_ENTRIES),
            _says(
                "Levels are for these signatures alone, and all others are notes; left out, they are for all.",
                unset="all",
            ),
        ]
    ] = UNSET
    ignore: Maybe[
        Annotated[
            tuple[IgnoredSignatureEntry, ...],
            Meta(max_length=MAX_ENTRIES),
            _says(
                "Signatures that are known and accepted: listed, but never more than a note.", unset="none"
            ),
        ]
    ] = UNSET
    tag: Maybe[
        Annotated[
            LineText,
            _says(
                "Name of the git tag of a version, for source links and suspects; `{version}` stands for it.",
                unset="the version itself",
                example="v{version}",
            ),
        ]
    ] = UNSET


class WaiverEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something known and accepted, with a ceiling and an end: exactly one rule, insight or signature."""

    rule: Maybe[
        Annotated[
            RuleIdText,
            _says("Id of the rule that may fail.", unset="one of the three", example="launch-typical"),
        ]
    ] = UNSET
    insight: Maybe[
        Annotated[
            MetricText,
            _says(
                "`CATEGORY/metric` of Apple's insight that may fail; no glob.",
                unset="one of the three",
                example="LAUNCH/launchTime",
            ),
        ]
    ] = UNSET
    signature: Maybe[
        Annotated[
            SignatureSelectorEntry,
            _says("Signatures that may fail, selected as in `signatures.ignore`.", unset="one of the three"),
        ]
    ] = UNSET
    up_to: Maybe[
        Annotated[
            CeilingText,
            _says(
                "The ceiling, the most that is accepted. For a rule with `fail` a rise, `+15%`; for one with "
                "`limit` or `goal` a value, `1,700 ms`; for one with both either, or both joined by `and`. For an "
                "insight a rise; for a signature a share of its type, `45%`.",
                unset="compulsory",
                example="+15%",
                tags=_NUMBERS,
                write=_text_of,
            ),
        ]
    ] = UNSET
    until: Maybe[
        Annotated[
            DayText, _says("The last day it holds, in UTC.", unset="one of the two", example="2026-12-31")
        ]
    ] = UNSET
    through_version: Maybe[
        Annotated[
            VersionText,
            _says("The last version it holds for; in quotes.", unset="one of the two", example="3.4"),
        ]
    ] = UNSET
    reason: Maybe[Annotated[ProseText, _says("Why; shown in every report.", example="New onboarding")]]


class OutcomeEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a verdict does to the run."""

    fail: Maybe[Annotated[Effect, _says("What a fail does: `block`, `advise` or `note`.")]] = UNSET
    undecided: Maybe[
        Annotated[Effect, _says("What an undecided or partial run does: `block`, `advise` or `note`.")]
    ] = UNSET


class CommentSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the pull request comment behaves."""

    when: Maybe[
        Annotated[
            CommentWhen,
            _says(
                "`always`, only when the result has `changed` since the last comment, or only with `findings`."
            ),
        ]
    ] = UNSET
    max_rows: Maybe[
        Annotated[int, Meta(ge=1, le=200), _says("How many findings the table of the comment shows.")]
    ] = UNSET
    key: Maybe[
        Annotated[
            CommentKeyText,
            _says("Keeps the comments of several gates on one pull request apart.", example="main"),
        ]
    ] = UNSET


class ReportSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How reports look."""

    comment: Maybe[Annotated[CommentSection, _says("How the pull request comment behaves.")]] = UNSET
    template: Maybe[
        Annotated[
            PathText | None,
            _says(
                "Path of your own Jinja template, relative to the policy, which runs in a sandbox; null for the "
                "built-in one.",
                unset="the built-in one",
            ),
        ]
    ] = UNSET


class PolicyDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy: what may rise how much, and what happens when something does."""

    version: Maybe[Annotated[Literal[1], _says("Version of the policy language, always `1`.", example=1)]]
    extends: Maybe[
        Annotated[
            PathText | ExtendedTexts,
            _says(
                "What to build on: `preset:starter`, the path of another policy relative to this one, or a list of "
                "these, of which later ones win. Sections are merged key by key, and so are rules with the same id.",
                example="preset:starter",
            ),
        ]
    ] = UNSET
    app: Maybe[
        Annotated[
            AppText,
            _says(
                "Bundle id or numeric App Store id; the command line may give it instead.",
                example="com.example.photos",
            ),
        ]
    ] = UNSET
    mode: Maybe[
        Annotated[
            Mode,
            _says(
                "For every rule without its own: `enforce`, `advise` (shown, never blocks) or `shadow` (listed "
                "apart, never counts)."
            ),
        ]
    ] = UNSET
    baseline: Maybe[Annotated[BaselineSection, _says("Against which versions a candidate is compared.")]] = (
        UNSET
    )
    evidence: Maybe[Annotated[EvidenceSection, _says("How sure the gate must be.")]] = UNSET
    rules: Maybe[
        Annotated[
            tuple[RuleEntry, ...],
            Meta(min_length=1, max_length=MAX_ENTRIES),
            _says("What is judged.", unset="compulsory, unless what the policy extends brings them"),
        ]
    ] = UNSET
    insights: Maybe[Annotated[InsightsSection, _says("What Apple's own verdicts count for.")]] = UNSET
    signatures: Maybe[Annotated[SignaturesSection, _says("What diagnostic signatures count for.")]] = UNSET
    waivers: Maybe[
        Annotated[
            tuple[WaiverEntry, ...],
            Meta(max_length=MAX_ENTRIES),
            _says(
                "Rules, insights and signatures that may fail, each with a ceiling and an end.", unset="none"
            ),
        ]
    ] = UNSET
    outcomes: Maybe[
        Annotated[
            dict[str, OutcomeEntry],
            Meta(max_length=MAX_ENTRIES),
            _says("What a verdict does, by the event that started the workflow; `default` for all others."),
        ]
    ] = UNSET
    report: Maybe[Annotated[ReportSection, _says("How reports look.")]] = UNSET
