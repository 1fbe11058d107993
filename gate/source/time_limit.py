"""Time that is used up."""

from collections.abc import Callable
from time import monotonic

SECONDS = 60.0
"""For one checkout. A large repository needs some seconds; a report is not worth a minute more."""


class TimeLimit:
    """Seconds that several steps share.

    Args:
        seconds: All of them together.
        clock: Seconds that only ever grow.
    """

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Compute the seconds that are left; not positive when there are none."""
        return self._end - self._clock()
