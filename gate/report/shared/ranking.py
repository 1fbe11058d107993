"""The order of slices, worst first, the same in every report."""

from gate.model.catalogue import DEVICE_GROUPS
from gate.model.result import Check
from gate.model.states import STATES


def badness(check: Check) -> tuple[int, bool, float, float]:
    """Make a sort key, smallest for the worst: by state, groups of devices before models, then the largest change.

    A rise from zero has no size and counts as the largest of all; an improvement is larger the more a value fell.
    """
    size = 0.0
    if check.change is not None:
        size = -check.change.relative if check.change.relative is not None else float("-inf")
    if check.state == "improved":
        size = -size
    chance = check.p_value if check.p_value is not None else 1.0
    return STATES.index(check.state), check.slice.device not in DEVICE_GROUPS, size, chance
