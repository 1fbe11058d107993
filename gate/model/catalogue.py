"""What the gate assumes about each of Apple's metrics before it has seen any history.

Apple publishes neither a level below which a metric stops to matter nor how much healthy versions of an
app differ from each other. The numbers below are the gate's own starting points; a policy may override
them per rule, and with every version of history the noise matters less, because the app's own scatter
replaces it.

* The **floor** is the level under which a relative change means nothing to a user: a hang rate that goes
  from 0.05 to 0.2 seconds per hour has quadrupled and nobody can tell. Values below it are lifted to it.
* The **noise** is the standard deviation, on the log scale, between versions that do not differ in truth.
"""

from msgspec import Struct

from gate.model.units import convert


class Assumption(Struct, frozen=True, kw_only=True):
    """Floor and noise of one metric."""

    floor: float
    """In `unit`; 0 when the gate does not know the metric's unit."""
    unit: str
    """A canonical unit of `gate.model.units`, or Apple's own label when it is not known."""
    noise: float
    """Standard deviation between healthy versions, on the log scale: 0.05 is about 5 %."""
    known: bool = True
    """False when the table knows neither the category nor the unit."""


BY_CATEGORY: dict[str, Assumption] = {
    # A tenth of a second is the usual bound of what feels instantaneous.
    "LAUNCH": Assumption(floor=100.0, unit="ms", noise=0.05),
    # One second per hour is two hangs an hour that are just long enough to count.
    "HANG": Assumption(floor=1.0, unit="s/h", noise=0.10),
    # An empty app takes about this much.
    "MEMORY": Assumption(floor=20.0, unit="MB", noise=0.05),
    # A thousandth of what wears flash storage; most apps write far more.
    "DISK": Assumption(floor=5.0, unit="MB/day", noise=0.10),
    # Three minutes of an all-day battery.
    "BATTERY": Assumption(floor=0.3, unit="%/day", noise=0.05),
    # A fifth of what Apple's bands still call good (below 5 ms/s).
    "ANIMATION": Assumption(floor=1.0, unit="ms/s", noise=0.10),
    # One termination in a hundred days of use; a small count, hence the large noise.
    "TERMINATION": Assumption(floor=0.01, unit="/day", noise=0.15),
    # An empty app takes about this much.
    "STORAGE": Assumption(floor=20.0, unit="MB", noise=0.05),
}
"""By Apple's category (``MetricCategory``)."""

BY_METRIC: dict[str, Assumption] = {
    # Coming back is expected to be twice as fast as starting.
    "LAUNCH/resumeTime": Assumption(floor=50.0, unit="ms", noise=0.05),
    # A suspended app has let go of most of its memory.
    "MEMORY/memoryAtSuspension": Assumption(floor=10.0, unit="MB", noise=0.05),
    "MEMORY/averageMemoryAtSuspension": Assumption(floor=10.0, unit="MB", noise=0.05),
    # A share of the battery used, not of the battery: its level is tens of percent.
    "BATTERY/onScreenUsage": Assumption(floor=5.0, unit="%/day", noise=0.05),
    # An app that ends under the user's eyes is noticed twice as soon as one in the background.
    "TERMINATION/onScreen": Assumption(floor=0.005, unit="/day", noise=0.15),
    "TERMINATION/onScreenTerminations": Assumption(floor=0.005, unit="/day", noise=0.15),
    "TERMINATION/background": Assumption(floor=0.01, unit="/day", noise=0.15),
    "TERMINATION/backgroundTerminations": Assumption(floor=0.01, unit="/day", noise=0.15),
}
"""By ``CATEGORY/metric``, where a metric differs from its category."""

_UNKNOWN_NOISE = 0.10


def assumption(category: str, metric: str, unit: str) -> Assumption:
    """What is assumed about a metric, in the unit its values come in.

    Args:
        category: Apple's category, such as ``LAUNCH``.
        metric: Apple's metric, such as ``launchTime``.
        unit: The unit of the values: a canonical one of `gate.model.units`, or whatever Apple sent.

    Returns:
        The metric's own entry or its category's, with the floor converted to `unit`. Where the table has
        neither, or the unit belongs to another dimension, the floor is 0, the noise 0.10 and `known` False.
    """
    entry = BY_METRIC.get(f"{category}/{metric}") or BY_CATEGORY.get(category)
    floor = convert(entry.floor, entry.unit, unit) if entry else None
    if entry is None or floor is None:
        return Assumption(floor=0.0, unit=unit, noise=_UNKNOWN_NOISE, known=False)
    return Assumption(floor=floor, unit=unit, noise=entry.noise)
