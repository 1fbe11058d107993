"""The one table of what Apple measures: categories, metrics, devices, platforms, goals and diagnostics.

Whoever needs to know a metric asks here: the policy for its vocabulary, the decoder for units, the judgement for
floor and noise, the reports for words. A new category, metric, device group, platform or type of diagnostic is an
entry of this file; schema and tables of the documentation are generated from it (`make schemas docs`).

Apple publishes no list of metric identifiers. Those below are in Apple's own examples, in public captures and
in public clients; the set is open, so an identifier that is not here is never an error.

Apple publishes neither a level below which a metric stops to matter nor how much healthy versions of an app
differ from each other. The numbers below are the gate's own starting points; a policy may override them per
rule, and with every version of history the noise matters less, because the app's own scatter replaces it.

* The **floor** is the level under which a relative change means nothing to a user: a hang rate that goes
  from 0.05 to 0.2 seconds per hour has quadrupled and nobody can tell. Values below it are raised to it.
* The **noise** is the standard deviation, on the log scale, between versions that do not differ in truth:
  0.05 is about 5%. Rates of rare events scatter more than levels, so theirs is larger.
"""

from typing import Literal

from msgspec import Struct

from gate.model.units import canonical, convert


class Metric(Struct, frozen=True, kw_only=True):
    """A metric identifier that Apple has been seen to use; unique only inside its category."""

    words: str
    """As a person would say it."""
    floor: float | None = None
    """In the category's usual unit; None for the category's own."""
    noise: float | None = None
    """Standard deviation on the log scale; None for the category's own."""


class Category(Struct, frozen=True, kw_only=True):
    """One of Apple's metric categories (``MetricCategory``)."""

    units: tuple[str, ...]
    """Canonical units in which a policy may speak of it, the usual one first."""
    floor: float
    """Level under which a relative change means nothing, in the usual unit."""
    noise: float
    """Standard deviation between healthy versions, on the log scale."""
    words: str = ""
    """What all of its metrics are about, as a person would say it; empty for the category in small letters."""
    noun: str = ""
    """Said before a metric whose identifier does not name it; empty where all identifiers do."""
    unlabelled: str = ""
    """Unit of values that come without any label."""
    metrics: dict[str, Metric]
    """By identifier, the usual one first."""


CATEGORIES: dict[str, Category] = {
    "LAUNCH": Category(
        units=("ms", "s"),
        words="launch",
        # A tenth of a second is the usual bound of what feels instantaneous (Nielsen 1993, Usability Engineering).
        floor=100.0,
        noise=0.05,
        metrics={
            "launchTime": Metric(words="launch time"),
            # Coming back is expected to be twice as fast as starting.
            "resumeTime": Metric(words="resume time", floor=50.0),
        },
    ),
    "HANG": Category(
        units=("s/h",),
        words="hangs",
        # Four hangs an hour of the shortest length that Apple counts (250 ms).
        floor=1.0,
        noise=0.10,
        metrics={"hangRate": Metric(words="hang rate")},
    ),
    "MEMORY": Category(
        units=("MB", "KB", "GB"),
        words="memory",
        # An empty app takes about this much.
        floor=20.0,
        noise=0.05,
        metrics={
            "peakMemory": Metric(words="peak memory"),
            # A suspended app has let go of most of its memory. Clients know both spellings.
            "memoryAtSuspension": Metric(words="memory at suspension", floor=10.0),
            "averageMemoryAtSuspension": Metric(words="average memory at suspension", floor=10.0),
        },
    ),
    "DISK": Category(
        units=("MB/day", "KB/day", "GB/day"),
        words="disk writes",
        # A two-hundredth of the gigabyte a day from which the system reports writes as excessive; most apps
        # write far more.
        floor=5.0,
        noise=0.10,
        metrics={"diskWrites": Metric(words="disk writes")},
    ),
    "BATTERY": Category(
        units=("%/day",),
        words="battery",
        # Three minutes of a battery that lasts 16 hours.
        floor=0.3,
        noise=0.05,
        noun="battery",
        metrics={
            "batteryUsage": Metric(words="battery usage"),
            "onScreen": Metric(words="battery on screen"),
            "background": Metric(words="battery background"),
            # A share of the battery used, not of the battery: its level is tens of percent.
            "onScreenUsage": Metric(words="battery on screen usage", floor=5.0),
        },
    ),
    "TERMINATION": Category(
        units=("/day",),
        words="terminations",
        # One termination in a hundred days of use; a small count, hence the large noise.
        floor=0.01,
        noise=0.15,
        noun="terminations",
        # Never seen with a label; Apple's documentation counts them per day.
        unlabelled="/day",
        metrics={
            # An app that ends under the user's eyes is noticed twice as soon as one in the background.
            "onScreen": Metric(words="terminations on screen", floor=0.005),
            "background": Metric(words="terminations background"),
            "onScreenTerminations": Metric(words="on screen terminations", floor=0.005),
            "backgroundTerminations": Metric(words="background terminations"),
        },
    ),
    "ANIMATION": Category(
        units=("ms/s",),
        words="animation",
        # A fifth of what Apple's bands still call good (below 5 ms/s).
        floor=1.0,
        noise=0.10,
        metrics={
            "scrollHitchRate": Metric(words="scroll hitch rate"),
            "animationGlitchRate": Metric(words="animation glitch rate"),
        },
    ),
    "STORAGE": Category(
        units=("MB", "KB", "GB"),
        words="storage",
        # An empty app takes about this much.
        floor=20.0,
        noise=0.05,
        noun="storage",
        metrics={"diskSpaceUsed": Metric(words="storage disk space used")},
    ),
}
"""Apple's categories by name; units from Apple's descriptions of them."""


class Assumption(Struct, frozen=True, kw_only=True):
    """Floor and noise of one metric, before any history."""

    floor: float
    """In `unit`; 0 when the gate does not know the metric's unit."""
    unit: str
    """A canonical unit of `gate.model.units`, or Apple's own label when it is not known."""
    noise: float
    """Standard deviation between healthy versions, on the log scale: 0.05 is about 5%."""
    known: bool = True
    """False when the table knows neither the category nor the unit."""


# That of rates, in the table above: too large rather than too small, so that nothing unknown fails too soon.
_UNKNOWN_NOISE = 0.10


def assumption(category: str, metric: str, unit: str) -> Assumption:
    """Look up what is assumed about a metric, in the unit its values come in.

    Args:
        category: Apple's category, such as ``LAUNCH``.
        metric: Apple's metric, such as ``launchTime``.
        unit: The unit of the values: a canonical one of `gate.model.units`, or whatever Apple sent.

    Returns:
        The metric's own numbers or its category's, with the floor converted to `unit`. Where the table has
        neither, or the unit belongs to another dimension, the floor is 0, the noise 0.10 and `known` False.
    """
    about = CATEGORIES.get(category)
    if about is None:
        return Assumption(floor=0.0, unit=unit, noise=_UNKNOWN_NOISE, known=False)
    own = about.metrics.get(metric)
    level = about.floor if own is None or own.floor is None else own.floor
    noise = about.noise if own is None or own.noise is None else own.noise
    floor = convert(level, about.units[0], unit)
    if floor is None:
        return Assumption(floor=0.0, unit=unit, noise=_UNKNOWN_NOISE, known=False)
    return Assumption(floor=floor, unit=unit, noise=noise)


def unit_of(category: str, *spellings: str) -> str:
    """Find the unit of a metric: the first of Apple's spellings that fits its category.

    Disk writes are labelled plain MB although they are counted per day, and terminations are seen
    without any label; both get the unit that Apple's documentation gives their category. A spelling
    that is known to nobody is kept as it is, and nothing at all stays an empty string.
    """
    about = CATEGORIES.get(category)
    allowed = about.units if about else ()
    given = [spelling.strip() for spelling in spellings if spelling.strip()]
    if not given:
        return about.unlabelled if about else ""
    known = [name for name in map(canonical, given) if name]
    # A size where only sizes per day make sense is one per day.
    known = [f"{name}/day" if f"{name}/day" in allowed else name for name in known]
    fitting = [name for name in known if name in allowed]
    return next(iter(fitting or known or given))


def common_units(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Find the units that fit every one of some categories, the usual one first; empty when none does."""
    if not categories:
        return ()
    first, *others = categories
    return tuple(
        unit for unit in CATEGORIES[first].units if all(unit in CATEGORIES[other].units for other in others)
    )


DEVICE_GROUPS: dict[str, str] = {
    "all_iphones": "all iPhones",
    "all_ipads": "all iPads",
    "all_macs": "all Macs",
}
"""The groups that Apple sums up over all models, each with its words."""

_GROUP_OF_FAMILY = {"iphone": "all_iphones", "ipad": "all_ipads", "mac": "all_macs", "imac": "all_macs"}
"""By what the identifiers of a group's models begin with, whatever their case."""


def group_of(device: str) -> str:
    """Name the group that a hardware model is summed up in; empty when none is known."""
    name = device.casefold()
    return next((group for family, group in _GROUP_OF_FAMILY.items() if name.startswith(family)), "")


MODEL_FAMILIES: tuple[str, ...] = (
    "iPhone",
    "iPad",
    "iPod",
    "Mac",
    "MacBook",
    "MacBookAir",
    "MacBookPro",
    "MacPro",
    "Macmini",
    "iMac",
    "iMacPro",
    "AppleTV",
    "Watch",
    "RealityDevice",
)
"""What the identifier of a hardware model begins with."""

PLATFORMS: dict[str, str] = {
    "iOS": "IOS",
    "macOS": "MAC_OS",
    "tvOS": "TV_OS",
    "watchOS": "",
    "visionOS": "VISION_OS",
}
"""Apple's spelling in answers, and in filters and resources, where it has one (enum ``Platform``)."""

SERVED_PLATFORM = "iOS"
"""The only platform that Apple's API serves these metrics for: `filter[platform]` takes ``IOS`` and nothing else
(OpenAPI specification 4.4.1), and versions and builds are looked up for it. Data of others may lie in a body that
somebody else saved."""
SERVED_GROUPS: tuple[str, ...] = ("all_iphones", "all_ipads")
"""Groups of devices with iOS."""
SERVED_FAMILIES: tuple[str, ...] = ("iPhone", "iPad", "iPod")
"""Models with iOS."""

GOAL_BANDS: tuple[str, ...] = ("good", "fair", "poor")
"""Apple's bands of a metric, best first."""

DiagnosticType = Literal["HANGS", "DISK_WRITES", "LAUNCHES"]
"""The keys of `DIAGNOSTIC_TYPES`, for the types of a document."""


class Diagnostic(Struct, frozen=True, kw_only=True):
    """A type of diagnostic, of which Apple groups the call stacks by signature."""

    noun: str
    """What its reports are of, in the plural: ``slow launches``."""
    about: str
    """One sentence on the code that is to blame."""
    event: str
    """What Apple calls it in the metadata of a log (``event``)."""
    category: str
    """The category of the metric that grows with it."""


DIAGNOSTIC_TYPES: dict[str, Diagnostic] = {
    "HANGS": Diagnostic(
        noun="hangs", about="Code that kept the main thread from answering.", event="hang", category="HANG"
    ),
    "DISK_WRITES": Diagnostic(
        noun="disk writes",
        about="Code that wrote unusually much to the disk.",
        event="disk writes",
        category="DISK",
    ),
    "LAUNCHES": Diagnostic(
        noun="slow launches", about="Code that made the app launch slowly.", event="launch", category="LAUNCH"
    ),
}
"""By Apple's name (``diagnosticType``), in the order of reports."""
