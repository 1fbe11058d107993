"""Which versions a candidate is compared with, and what the policy's choice of them misses."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from gate.model.comparison import References
from gate.model.versions import Timeline, same_version, version_key
from gate.text.words import version_list

_MOST_NAMED = 6
"""Versions that are named one by one where one in between is missing."""
_LOOKS_LIKE = str.maketrans("OoIl", "0011")
"""Letters that are typed or read in place of digits."""


def missing_baseline_words(references: References) -> str:
    """Say why there is no baseline; empty when there is one."""
    return {
        None: "",
        "no_earlier_version": f"no version before {references.candidate} was measured",
        "all_excluded": f"every earlier version is excluded by the policy ({version_list(references.excluded)})",
        "pin_not_measured": f"the pinned version {references.pinned} is not in the data{_there_are(references.known)}",
        "pin_is_candidate": f"the pinned version {references.pinned} is the candidate itself",
    }[references.missing]


def origin_words(references: References, measured: tuple[str, ...]) -> str:
    """Name the versions of a baseline: ``mean of 3.0 to 3.3``, ``mean of 3.0, 3.1 and 3.3; 3.2 is excluded``.

    Args:
        references: What the policy chose.
        measured: The versions of the baseline that were measured for a slice, oldest first.
    """
    has_gap = bool(references.excluded) or len(measured) < len(references.baseline)
    versions = version_list(measured, most=_MOST_NAMED) if has_gap else version_list(measured)
    mean = f"mean of {versions}" if len(measured) > 1 else versions
    excluded = references.excluded
    verb = "is" if len(excluded) == 1 else "are"
    return f"{mean}; {version_list(excluded)} {verb} excluded" if excluded else mean


def exclusion_notes(exclude: Iterable[str], timeline: Timeline, candidate: str = "") -> Iterator[str]:
    """Note versions that the policy excludes and the data does not have: misspelt, or no longer sent.

    Args:
        exclude: The policy's.
        timeline: All versions of the data.
        candidate: The version that is judged; the newest of the data when none is named.
    """
    # Only what the candidate could be compared with can be excluded, so nothing else is suggested.
    earlier = timeline.before(candidate) if candidate else timeline.versions[:-1]
    for version in exclude:
        if timeline.versions and not timeline.find(version):
            near = f"; the nearest is {_nearest(version, earlier)}" if earlier else ""
            yield f"The policy excludes {version}, which is not in the data{near}."


def _nearest(version: str, known: Sequence[str]) -> str:
    """Find the version that was likely meant.

    That is the one that it is with digits for letters that look like them, else the one spelt most alike, else
    the next one below, else the oldest.
    """
    read = version.translate(_LOOKS_LIKE)
    same = next((one for one in known if same_version(one, read)), "")
    if same:
        return same
    alike = get_close_matches(version, known, n=1, cutoff=0.6)
    if alike:
        return alike[0]
    below = [one for one in known if version_key(one) <= version_key(read)]
    return max(below, key=version_key, default=known[0])


def _there_are(known: tuple[str, ...]) -> str:
    if not known:
        return ""
    return f" ({version_list(known)} {'is' if len(known) == 1 else 'are'})"
